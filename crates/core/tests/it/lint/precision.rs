//! Measures each rule on the labelled tickets and holds the published table and the severities
//! against it. `UPDATE_EXPECTED=1 cargo test -p redgreen-core precision` writes the table anew;
//! `LINT_MISSES=RQ001 cargo test -p redgreen-core precision -- --nocapture` shows what a rule gets
//! wrong in the tuning half.

use super::labelled::{Half, Labelled, PROJECTS, facts, tickets};
use redgreen_core::lint::{
    Allowance, Around, RULES, Readiness, RepositoryFacts, Severity, examine,
};
use redgreen_core::ticket::{Defaults, Ticket};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Below this precision a rule only informs.
const WARNS_FROM: f64 = 0.7;

/// Fewer findings than this in the held-out half tell nothing; then both halves count.
const ENOUGH: usize = 5;

/// What came of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Score {
    fn found(self) -> usize {
        self.right + self.wrong
    }

    fn precision(self) -> Option<f64> {
        share(self.right, self.found())
    }

    fn recall(self) -> Option<f64> {
        share(self.right, self.right + self.missed)
    }

    fn with(self, other: Self) -> Self {
        Self {
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
            missed: self.missed + other.missed,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of lines are small")]
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Rule and line of each finding; for questions that are asked, the topic and no line.
fn found(
    ticket: &Labelled,
    facts: &RepositoryFacts,
) -> (BTreeSet<(String, u32)>, BTreeSet<String>) {
    let defaults = Defaults::default();
    let parsed = Ticket::parse(&ticket.name, &ticket.text, &defaults).expect("the ticket has text");
    let allowed: &[Allowance] = &[];
    let around = Around {
        defaults: &defaults,
        repository: Some(facts),
        allowed,
    };
    let seen = examine(&parsed, &around);
    let findings = seen
        .findings
        .into_iter()
        .map(|f| (f.code, f.line))
        .collect();
    let asked = seen
        .questions
        .into_iter()
        .filter(|q| q.asked && q.code == "RQ060");
    let topics = asked.filter_map(|q| Some(q.about.split_once(':')?.0.to_owned()));
    (findings, topics.collect())
}

/// The scores of every rule in one half.
#[expect(
    clippy::print_stderr,
    reason = "what a rule gets wrong is shown where LINT_MISSES asks for it"
)]
fn scores(half: Half) -> BTreeMap<String, Score> {
    let asked = std::env::var("LINT_MISSES").unwrap_or_default();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for project in PROJECTS {
        let facts = facts(project);
        let all = tickets();
        let own = all
            .iter()
            .filter(|ticket| ticket.project == project && ticket.half == half);
        for ticket in own {
            let (found, topics) = found(ticket, &facts);
            let mut note = |code: &str, is_found: bool, is_owed: bool, place: &str| {
                let score = scores.entry(code.to_owned()).or_default();
                match (is_found, is_owed) {
                    (true, true) => score.right += 1,
                    (true, false) => score.wrong += 1,
                    (false, true) => score.missed += 1,
                    (false, false) => {}
                }
                let shows = asked == code || asked == "all";
                if shows && is_found != is_owed && half == Half::Tuning {
                    let what = if is_found { "wrong " } else { "missed" };
                    eprintln!("{code} {what} {} {place}", ticket.name);
                }
            };
            for (code, line) in found.union(&ticket.labels) {
                let key = (code.clone(), *line);
                let source = ticket
                    .text
                    .lines()
                    .nth(*line as usize - 1)
                    .unwrap_or_default();
                note(
                    code,
                    found.contains(&key),
                    ticket.labels.contains(&key),
                    source,
                );
            }
            for topic in topics.union(&ticket.topics) {
                note(
                    "RQ060",
                    topics.contains(topic),
                    ticket.topics.contains(topic),
                    topic,
                );
            }
        }
    }
    scores
}

fn percent(share: Option<f64>) -> String {
    share.map_or("none".to_owned(), |share| format!("{share:.2}"))
}

fn table(held_out: &BTreeMap<String, Score>, tuning: &BTreeMap<String, Score>) -> String {
    let mut text = String::from(
        "| rule | looks for | weighs | precision | recall | findings | precision, tuning half | recall, tuning half |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for rule in RULES {
        let of =
            |scores: &BTreeMap<String, Score>| scores.get(rule.code).copied().unwrap_or_default();
        let (held, tuned) = (of(held_out), of(tuning));
        writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {} | {} |",
            rule.code,
            rule.title,
            rule.severity.name(),
            percent(held.precision()),
            percent(held.recall()),
            held.found(),
            percent(tuned.precision()),
            percent(tuned.recall()),
        )
        .expect("a string takes every line");
    }
    text
}

/// Findings that are facts of the text and not a reading of it.
const FACTS: [&str; 4] = ["RQ031", "RQ043", "RQ050", "RQ051"];

#[test]
fn the_published_precision_is_what_is_measured_and_a_weak_rule_only_informs() {
    let (held_out, tuning) = (scores(Half::HeldOut), scores(Half::Tuning));
    let table = table(&held_out, &tuning);
    let path = format!(
        "{}/../../docs/src/ticket-linter.md",
        env!("CARGO_MANIFEST_DIR")
    );
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    let (before, rest) = page
        .split_once("<!-- precision -->\n")
        .expect("the page has its mark");
    let (_, after) = rest
        .split_once("<!-- /precision -->")
        .expect("the page closes its mark");
    let wanted = format!("{before}<!-- precision -->\n{table}<!-- /precision -->{after}");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&path, &wanted).expect("the page can be written");
    } else {
        assert!(
            page == wanted,
            "UPDATE_EXPECTED=1 writes the table anew; it is now:\n{table}"
        );
    }
    for rule in RULES.iter().filter(|rule| !FACTS.contains(&rule.code)) {
        let of =
            |scores: &BTreeMap<String, Score>| scores.get(rule.code).copied().unwrap_or_default();
        let score = match of(&held_out) {
            held if held.found() >= ENOUGH => held,
            held => held.with(of(&tuning)),
        };
        let precise = score
            .precision()
            .is_some_and(|precision| precision >= WARNS_FROM);
        assert!(
            precise || rule.severity == Severity::Info,
            "{} weighs {} and is right in {} of {} findings",
            rule.code,
            rule.severity.name(),
            score.right,
            score.found()
        );
    }
}

#[test]
fn every_label_names_a_rule_and_there_are_enough_tickets_of_each_nature() {
    let all = tickets();
    assert!(all.len() >= 150, "{}", all.len());
    let names: BTreeSet<&str> = all.iter().map(|ticket| ticket.name.as_str()).collect();
    assert_eq!(names.len(), all.len());
    for ticket in &all {
        for (code, _) in &ticket.labels {
            assert!(
                RULES.iter().any(|rule| rule.code == code),
                "{}: {code}",
                ticket.name
            );
        }
    }
    for nature in ["good", "vague", "contradictory", "partial"] {
        let count = all.iter().filter(|ticket| ticket.nature == nature).count();
        assert!(count >= 20, "{nature}: {count}");
    }
}

#[test]
fn fewer_than_one_good_ticket_in_twenty_is_stopped() {
    let all = tickets();
    let defaults = Defaults::default();
    let good = || all.iter().filter(|ticket| ticket.nature == "good");
    let red = good().filter(|ticket| {
        let parsed = Ticket::parse(&ticket.name, &ticket.text, &defaults).expect("has text");
        examine(&parsed, &Around::of(&defaults)).readiness == Readiness::Red
    });
    let red: Vec<&str> = red.map(|ticket| ticket.name.as_str()).collect();
    assert!(red.len() * 20 < good().count(), "{red:?}");
}
