//! Recognises sentences of EARS, the Easy Approach to Requirements Syntax.

use crate::ticket::outline::fold;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The pattern that an EARS sentence follows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EarsPattern {
    /// The X shall Y.
    Ubiquitous,
    /// When T, the X shall Y.
    Event,
    /// While S, the X shall Y.
    State,
    /// If T, then the X shall Y.
    Unwanted,
    /// Where F is there, the X shall Y.
    Optional,
    /// Several of them before one `shall`.
    Complex,
}

/// The pattern of `sentence`, if it is one of EARS: it says `shall`, and what stands before that
/// is a trigger with a subject, or a subject of at most eight words.
pub fn classify(sentence: &str) -> Option<EarsPattern> {
    let plain = fold(&sentence.replace(['*', '`'], "")).to_lowercase();
    let (before, after) = plain.split_once(" shall ")?;
    if after.trim().is_empty() {
        return None;
    }
    let openings = [
        ("when ", EarsPattern::Event),
        ("while ", EarsPattern::State),
        ("if ", EarsPattern::Unwanted),
        ("where ", EarsPattern::Optional),
    ];
    let first = openings.iter().find(|(word, _)| before.starts_with(word));
    let Some((opening, pattern)) = first else {
        let subject = before.split(' ').count() <= 8 && !before.contains([',', '.', ':']);
        return subject.then_some(EarsPattern::Ubiquitous);
    };
    let further = openings.iter().any(|(word, _)| {
        word != opening
            && (before.contains(&format!(", {word}")) || before.contains(&format!(" and {word}")))
    });
    Some(if further {
        EarsPattern::Complex
    } else {
        *pattern
    })
}

/// The sentences of a paragraph, white space folded.
pub(crate) fn sentences(paragraph: &str) -> Vec<String> {
    let folded = fold(paragraph);
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, mark) in folded.match_indices(['.', '!', '?']) {
        let rest = &folded[at + mark.len()..];
        let next = rest.strip_prefix(' ').and_then(|rest| rest.chars().next());
        if next.is_some_and(|c| !c.is_lowercase()) {
            sentences.push(folded[start..=at].to_owned());
            start = at + 2;
        }
    }
    sentences.push(folded[start.min(folded.len())..].to_owned());
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pattern_is_told_by_its_opening() {
        use EarsPattern::{Complex, Event, Optional, State, Ubiquitous, Unwanted};
        let cases = [
            ("The API shall answer in JSON.", Some(Ubiquitous)),
            (
                "When a user logs in, the system shall write a line.",
                Some(Event),
            ),
            (
                "**While** offline, the app SHALL queue messages.",
                Some(State),
            ),
            (
                "If the disk is full, then the `writer` shall stop.",
                Some(Unwanted),
            ),
            (
                "Where SSO is there, the page shall offer it.",
                Some(Optional),
            ),
            (
                "While locked, when a key is pressed, the screen shall wake.",
                Some(Complex),
            ),
            ("When a user logs in, the system should write.", None),
            ("You shall", None),
            (
                "As we said before: in all of these cases, the thing shall work",
                None,
            ),
        ];
        for (sentence, pattern) in cases {
            assert_eq!(classify(sentence), pattern, "{sentence}");
        }
    }

    #[test]
    fn an_abbreviation_ends_no_sentence() {
        assert_eq!(
            sentences("Use e.g. a lock.\nThen wait! Is it ok? Yes"),
            ["Use e.g. a lock.", "Then wait!", "Is it ok?", "Yes"]
        );
        assert!(sentences(" \n").is_empty());
    }
}
