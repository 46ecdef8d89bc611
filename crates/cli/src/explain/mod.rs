//! Explains codes: what was seen, why it matters, what to do. Works offline.

mod near;
#[cfg(test)]
pub(crate) mod words;

pub use near::nearest;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The texts by range of codes: a heading, and a table a code.
const TEXTS: [(&str, &str); 5] = [
    ("What a proof can find", include_str!("proof.toml")),
    ("What the gates of a run can find", include_str!("run.toml")),
    (
        "What keeps redgreen itself from working",
        include_str!("environment.toml"),
    ),
    (
        "What the linter of tickets can find",
        include_str!("ticket.toml"),
    ),
    ("What a plan can still owe", include_str!("plan.toml")),
];

/// Everything there is to say of one code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Page {
    /// The code: `RG101`, `RQ030`, `PL001`.
    pub code: String,
    /// What it says, in one line.
    pub title: String,
    /// What was seen.
    pub means: String,
    /// What would go wrong otherwise.
    pub why: String,
    /// What to do, one step each, commands in backticks.
    #[serde(rename = "do")]
    pub steps: Vec<String>,
    /// Whether trying again without a change gives the same answer.
    pub retrying_gives_the_same: bool,
}

/// The pages of one range of codes.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// What they have in common.
    pub heading: &'static str,
    /// The pages by code.
    pub pages: Vec<Page>,
}

/// A page as the text files write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    means: String,
    why: String,
    #[serde(rename = "do")]
    steps: Vec<String>,
    #[serde(rename = "final")]
    last_word: bool,
}

static CHAPTERS: LazyLock<Vec<Chapter>> = LazyLock::new(|| {
    TEXTS
        .iter()
        .map(|(heading, text)| read(heading, text))
        .collect()
});

/// Every chapter, in the order of the codes; read when first asked for.
pub fn chapters() -> &'static [Chapter] {
    &CHAPTERS
}

/// Every page, in the order of the codes.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    chapters().iter().flat_map(|chapter| &chapter.pages)
}

/// The page of `code`, however it is typed: `rg101`, `RG-101`, `101`.
pub fn page(code: &str) -> Option<&'static Page> {
    let wanted = normal(code);
    pages().find(|page| page.code == wanted)
}

/// The code in capitals without separators, with `RG` where only the number was typed.
fn normal(code: &str) -> String {
    let kept = code.chars().filter(char::is_ascii_alphanumeric);
    let text = kept.collect::<String>().to_ascii_uppercase();
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) {
        format!("RG{text}")
    } else {
        text
    }
}

/// Reads one text file. A file that cannot be read gives no page; a test holds that all can.
fn read(heading: &'static str, text: &str) -> Chapter {
    let written: BTreeMap<String, Written> = toml::from_str(text).unwrap_or_default();
    let pages = written.into_iter().map(|(code, written)| Page {
        code,
        title: one_line(&written.title),
        means: one_line(&written.means),
        why: one_line(&written.why),
        steps: written.steps.iter().map(|step| one_line(step)).collect(),
        retrying_gives_the_same: written.last_word,
    });
    Chapter {
        heading,
        pages: pages.collect(),
    }
}

/// The text with every run of white space as one space.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::words::{sentences, shell_words};
    use super::*;
    use crate::args::Cli;
    use clap::Parser as _;
    use redgreen_core::finding::Code;
    use std::collections::{BTreeMap, BTreeSet};

    /// The rules of plans, which have no list of their own in core.
    const PLAN: [&str; 15] = [
        "PL001", "PL002", "PL003", "PL004", "PL005", "PL006", "PL007", "PL008", "PL009", "PL010",
        "PL011", "PL012", "PL013", "PL014", "PL015",
    ];

    #[test]
    fn every_code_has_a_page_and_no_page_is_left_over() {
        let owed: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let rules = redgreen_core::lint::RULES.iter().map(|rule| rule.code);
        let owed: BTreeSet<&str> = owed.into_iter().chain(PLAN).chain(rules).collect();
        let there: Vec<&str> = pages().map(|page| page.code.as_str()).collect();
        assert_eq!(there.len(), owed.len());
        assert_eq!(there.into_iter().collect::<BTreeSet<_>>(), owed);
    }

    #[test]
    fn the_text_files_can_be_read() {
        for (heading, text) in TEXTS {
            let read: Result<BTreeMap<String, Written>, _> = toml::from_str(text);
            assert!(
                read.is_ok(),
                "{heading}: {}",
                read.err().map(|e| e.to_string()).unwrap_or_default()
            );
        }
    }

    #[test]
    fn every_page_has_all_its_parts() {
        for page in pages() {
            let code = &page.code;
            for part in [&page.title, &page.means, &page.why] {
                assert!(part.len() > 10, "{code}: {part:?}");
            }
            assert!(!page.title.ends_with('.'), "{code}: a title is no sentence");
            assert!(!page.steps.is_empty(), "{code}");
            assert!(page.steps.iter().all(|step| !step.is_empty()), "{code}");
        }
    }

    #[test]
    fn no_sentence_is_used_twice() {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for page in pages() {
            let parts = [&page.title, &page.means, &page.why];
            for part in parts.into_iter().chain(&page.steps) {
                for sentence in sentences(part) {
                    let before = seen.insert(sentence.clone(), &page.code);
                    assert_eq!(before, None, "{}: {sentence}", page.code);
                }
            }
        }
    }

    #[test]
    fn every_command_of_ours_in_a_page_can_be_typed() {
        let mut found = 0;
        for page in pages() {
            let text = page.steps.join(" ");
            let spans = text.split('`').skip(1).step_by(2);
            for command in spans.filter(|span| span.starts_with("redgreen ")) {
                found += 1;
                // Placeholders stand where a value of a fixed form is asked for.
                let line = command.replace("--kind KIND", "--kind bug");
                let parsed = Cli::try_parse_from(shell_words(&line));
                let wrong = parsed.err().filter(clap::Error::use_stderr);
                assert!(
                    wrong.is_none(),
                    "{}: {command}: {}",
                    page.code,
                    wrong.map(|e| e.to_string()).unwrap_or_default()
                );
            }
        }
        assert!(found > 60, "{found}");
    }

    #[test]
    fn a_code_may_be_typed_loosely() {
        for typed in ["RG101", "rg101", "RG-101", "101"] {
            assert_eq!(page(typed).map(|page| page.code.as_str()), Some("RG101"));
        }
        assert_eq!(page("RG1"), None);
        assert_eq!(page(""), None);
    }
}
