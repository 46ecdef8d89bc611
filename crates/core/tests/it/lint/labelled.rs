//! Reads the labelled tickets of testkit.

use redgreen_core::lint::RepositoryFacts;
use std::collections::{BTreeMap, BTreeSet};

/// The projects that the tickets are of.
pub(crate) const PROJECTS: [&str; 3] = ["library", "web", "tool"];

/// Which half of the tickets one belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    /// Rules were tuned on it.
    Tuning,
    /// They were not.
    HeldOut,
}

/// A ticket and what a careful reader points out in it.
pub(crate) struct Labelled {
    pub(crate) name: String,
    pub(crate) project: &'static str,
    pub(crate) nature: String,
    pub(crate) half: Half,
    pub(crate) text: String,
    /// Rule and line.
    pub(crate) labels: BTreeSet<(String, u32)>,
    /// Topics of which something is to be asked.
    pub(crate) topics: BTreeSet<String>,
}

fn read(file: &str) -> String {
    let path = format!("{}/../testkit/tickets/{file}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every labelled ticket.
pub(crate) fn tickets() -> Vec<Labelled> {
    let mut all = Vec::new();
    for project in PROJECTS {
        let text = read(&format!("{project}.txt"));
        let mut natures: BTreeMap<String, usize> = BTreeMap::new();
        for part in text.split("=== ").skip(1) {
            let (head, body) = part.split_once('\n').expect("a head line");
            let mut words = head.split(' ');
            let name = words.next().expect("a name").to_owned();
            let nature = words.next().expect("a nature").to_owned();
            let topics = words.next().and_then(|word| word.strip_prefix("asks:"));
            let topics = topics
                .unwrap_or_default()
                .split(',')
                .filter(|t| !t.is_empty());
            let before = natures.entry(nature.clone()).or_default();
            *before += 1;
            let half = if *before % 2 == 1 {
                Half::Tuning
            } else {
                Half::HeldOut
            };
            let (text, labels) = unlabelled(body);
            all.push(Labelled {
                name,
                project,
                nature,
                half,
                text,
                labels,
                topics: topics.map(str::to_owned).collect(),
            });
        }
    }
    all
}

/// The text without its labels, and the labels.
fn unlabelled(body: &str) -> (String, BTreeSet<(String, u32)>) {
    let mut labels = BTreeSet::new();
    let mut text = String::new();
    for (number, line) in (1_u32..).zip(body.lines()) {
        let (line, codes) = match line.split_once(" ⟦") {
            Some((line, codes)) => (line, codes.strip_suffix('⟧').expect("a closing mark")),
            None => (line, ""),
        };
        labels.extend(
            codes
                .split_whitespace()
                .map(|code| (format!("RQ{code}"), number)),
        );
        text.push_str(line);
        text.push('\n');
    }
    (text, labels)
}

/// What the repository of `project` holds.
pub(crate) fn facts(project: &str) -> RepositoryFacts {
    let text = read(&format!("{project}.json"));
    let value: serde_json::Value = serde_json::from_str(&text).expect("facts are JSON");
    let set = |key: &str| {
        let texts = value[key].as_array().expect("a list").iter();
        texts
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect()
    };
    RepositoryFacts {
        paths: set("paths"),
        words: set("words"),
        dependencies: set("dependencies"),
        newest_issue: value["newest_issue"].as_u64(),
    }
}
