//! Answers the security checklist: by a proving test, by the worker's words, or not at all.

use super::rows::TestRow;
use crate::claim::{Note, Topic};
use crate::gate::is_named;
use crate::id::TestId;
use crate::proof::TestVerdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the journal answers a demand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum Answer {
    /// A test that proves the change is named for it. That it is about it is a claim.
    ProvenBy {
        /// The test.
        test: TestId,
        /// The worker's words that name it.
        said: String,
    },
    /// The worker says something of it, and no proving test is named.
    Claimed {
        /// The words.
        said: String,
    },
    /// Nothing is known.
    NotChecked,
}

/// One item of the security checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecurityRow {
    /// The item.
    pub item: String,
    /// Every answer to it.
    pub answers: Vec<Answer>,
}

/// An item, and the words by which a note is taken to be about it.
type Item = (&'static str, &'static [&'static str]);

/// The item about the checking of what comes in.
pub(super) const VALIDATION: usize = 1;

const ITEMS: [Item; 6] = [
    (
        "Authentication is required for protected resources",
        &[
            "authent",
            "authoriz",
            "authoris",
            "login",
            "log in",
            "permission",
        ],
    ),
    (
        "Input is validated and sanitized",
        &["validat", "sanitiz", "sanitis", "escap"],
    ),
    (
        "Rate limiting, where it is needed",
        &["rate limit", "rate-limit", "throttl"],
    ),
    (
        "Error messages do not leak sensitive information",
        &["error message", "leak", "sensitive", "disclos"],
    ),
    (
        "Queries are parameterized, or made by an ORM",
        &["sql", "parameteri", "injection", "prepared statement"],
    ),
    (
        "OWASP guidelines for the technology stack",
        &["owasp", "csrf", "xss", "ssrf"],
    ),
];

/// The six items, and one more for notes that are about none of them.
pub(super) fn rows(notes: &[&Note], proving: &[&TestRow]) -> Vec<SecurityRow> {
    let of_topic = |note: &&&Note| note.topic == Topic::Security && !note.text.trim().is_empty();
    let notes: Vec<&Note> = notes.iter().filter(of_topic).copied().collect();
    let row = |(item, words): &Item| {
        let about = notes.iter().filter(|note| is_about(&note.text, words));
        SecurityRow {
            item: (*item).to_owned(),
            answers: answers(about.copied(), proving),
        }
    };
    let mut rows: Vec<SecurityRow> = ITEMS.iter().map(row).collect();
    let is_other = |note: &&&Note| !ITEMS.iter().any(|(_, words)| is_about(&note.text, words));
    let mut others = notes.iter().filter(is_other).copied().peekable();
    if others.peek().is_some() {
        rows.push(SecurityRow {
            item: "Anything else".to_owned(),
            answers: answers(others, proving),
        });
    }
    rows
}

fn is_about(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}

fn answers<'n>(notes: impl Iterator<Item = &'n Note>, proving: &[&TestRow]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    for answer in notes.flat_map(|note| of_note(note, proving)) {
        if !answers.contains(&answer) {
            answers.push(answer);
        }
    }
    if answers.is_empty() {
        return vec![Answer::NotChecked];
    }
    answers
}

fn of_note(note: &Note, proving: &[&TestRow]) -> Vec<Answer> {
    let said = note.text.clone();
    let names = test_names(&note.text);
    let named = proving.iter().filter(|row| {
        row.verdict == TestVerdict::Proves && names.iter().any(|name| is_named(&row.id.name, name))
    });
    let proven: Vec<Answer> = named
        .map(|row| Answer::ProvenBy {
            test: row.id.clone(),
            said: said.clone(),
        })
        .collect();
    if proven.is_empty() {
        return vec![Answer::Claimed { said }];
    }
    proven
}

/// The words of a note that can be names of tests: plain words of prose are none.
fn test_names(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '`' | ',' | ';' | '"'));
    words
        .map(|word| word.trim_matches(['.', '(', ')', ':', '\'']))
        .filter(|word| word.contains(['_', ':', '/', '$']))
        .collect()
}

/// What the worker says in `row`: claims, whether or not a test that it names proves something.
pub(super) fn claims_of(row: &SecurityRow) -> Vec<String> {
    let said = row.answers.iter().filter_map(|answer| match answer {
        Answer::ProvenBy { said, .. } | Answer::Claimed { said } => Some(said.clone()),
        Answer::NotChecked => None,
    });
    said.collect()
}
