//! States what a ticket wants to see: numbered acceptance criteria with a digest of their wording.

pub mod ears;
mod gather;
mod scenario;

use crate::id::{CriterionId, Digest};
use crate::ticket::outline::Outline;
use ears::EarsPattern;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How a criterion is written.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CriterionForm {
    /// An item with a check box.
    Checkbox,
    /// An item of a list, or a paragraph, of the section that states criteria.
    Listed,
    /// A sentence of the EARS grammar without a check box.
    Ears(EarsPattern),
    /// Given, When, Then.
    Scenario,
}

/// One acceptance criterion as the ticket states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Criterion {
    /// `AC-1`, `AC-2`, … in the order of the ticket; a number that the ticket wrote stands.
    pub id: CriterionId,
    /// The wording: lines without white space at their ends, nested items each on its own line.
    pub text: String,
    /// How it is written.
    pub form: CriterionForm,
    /// Digest of the wording, equal where only white space differs.
    pub digest: Digest,
    /// Whether its check box is ticked.
    pub ticked: bool,
    /// Its first line in the ticket, from 1.
    pub line: u32,
}

/// The digest of a criterion's wording: every run of white space counts as one space.
pub fn wording_digest(text: &str) -> Digest {
    Digest::of(crate::ticket::outline::fold(text).as_bytes())
}

/// The criteria of a ticket, in its order.
pub(crate) fn find(outline: &Outline<'_>) -> Vec<Criterion> {
    number(gather::gather(outline))
}

/// A criterion before it has its number.
#[derive(Clone, Debug)]
struct Candidate {
    text: String,
    form: CriterionForm,
    ticked: bool,
    line: u32,
    /// The number that the ticket gives it.
    number: Option<u32>,
}

impl Candidate {
    /// A candidate with the number that its wording starts with, and without that number.
    fn new(text: &str, form: CriterionForm, line: u32) -> Self {
        let (number, text) = match own_number(text) {
            Some((number, rest)) => (Some(number), rest),
            None => (None, text),
        };
        Self {
            text: tidy_lines(text),
            form,
            ticked: false,
            line,
            number,
        }
    }
}

/// The number in front of a wording: `AC-3: …`, `**AC3** …`, `[AC-3] …`.
fn own_number(text: &str) -> Option<(u32, &str)> {
    let rest = text.trim_start().trim_start_matches(['*', '[', '(', '_']);
    let rest = rest
        .strip_prefix("AC")
        .or_else(|| rest.strip_prefix("ac"))?;
    let rest = rest.strip_prefix(['-', ' ', '_']).unwrap_or(rest);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = rest[..digits].parse().ok().filter(|&number| number > 0)?;
    let rest = &rest[digits..];
    let after = rest
        .trim_start_matches(['*', ']', ')', '_', ':', '.'])
        .trim_start();
    let after = ["- ", "– ", "— "]
        .iter()
        .find_map(|dash| after.strip_prefix(dash))
        .unwrap_or(after);
    let apart = rest.starts_with(|c: char| !c.is_alphanumeric() && c != '-' && c != '/');
    (apart && !after.is_empty()).then_some((number, after))
}

/// Gives each candidate its number: its own where that is free, else the lowest free one. A
/// wording that came before and has no number of its own is left out.
fn number(candidates: Vec<Candidate>) -> Vec<Criterion> {
    let wanted: BTreeSet<u32> = candidates.iter().filter_map(|c| c.number).collect();
    let mut taken = BTreeSet::new();
    let mut wordings = BTreeSet::new();
    let mut next = 1;
    let mut criteria = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let digest = wording_digest(&candidate.text);
        let repeated = !wordings.insert(digest.clone());
        let own = candidate.number.filter(|number| taken.insert(*number));
        if candidate.text.is_empty() || (repeated && own.is_none()) {
            continue;
        }
        let number = own.unwrap_or_else(|| {
            while wanted.contains(&next) || !taken.insert(next) {
                next += 1;
            }
            next
        });
        criteria.push(Criterion {
            id: CriterionId::new(format!("AC-{number}")),
            text: candidate.text,
            form: candidate.form,
            digest,
            ticked: candidate.ticked,
            line: candidate.line,
        });
    }
    criteria
}

/// Lines with their white space folded. Lines of one sentence are joined; nested items, tables,
/// code and the steps of a scenario keep their own.
pub(crate) fn tidy_lines(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut fenced = false;
    let mut apart = true;
    for line in text.lines() {
        let line = crate::ticket::outline::fold(line);
        let fence = line.starts_with("```") || line.starts_with("~~~");
        let alone = fence || fenced || apart || stands_alone(&line);
        fenced ^= fence;
        apart = line.is_empty() || fence;
        match lines.last_mut() {
            _ if line.is_empty() => {}
            Some(last) if !alone => {
                last.push(' ');
                last.push_str(&line);
            }
            Some(_) | None => lines.push(line),
        }
    }
    lines.join("\n")
}

fn stands_alone(line: &str) -> bool {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = digits.len() < line.len() && digits.starts_with([')', '.']);
    numbered
        || line.starts_with(['|', '>', '#'])
        || ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark))
        || scenario::is_step(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn listed(texts: &[&str]) -> Vec<(String, String)> {
        let candidates = texts
            .iter()
            .map(|text| Candidate::new(text, CriterionForm::Listed, 1));
        number(candidates.collect())
            .into_iter()
            .map(|c| (c.id.to_string(), c.text))
            .collect()
    }

    fn ids(texts: &[&str]) -> Vec<String> {
        listed(texts).into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn numbers_follow_the_order_and_an_explicit_one_stands() {
        assert_eq!(ids(&["a", "b"]), ["AC-1", "AC-2"]);
        assert_eq!(
            ids(&["a", "AC-3: b", "c", "d"]),
            ["AC-1", "AC-3", "AC-2", "AC-4"]
        );
        assert_eq!(ids(&["a", "**AC-1**: b"]), ["AC-2", "AC-1"]);
    }

    #[test]
    fn an_explicit_number_is_no_part_of_the_wording() {
        for text in [
            "AC-7: a b",
            "**AC-7:** a b",
            "[AC-7] a b",
            "AC7. a b",
            "AC-7 - a b",
        ] {
            assert_eq!(
                listed(&[text]),
                [("AC-7".to_owned(), "a b".to_owned())],
                "{text}"
            );
        }
        assert_eq!(
            ids(&["AC-DC adapters work", "AC-0: x", "AC-5"]),
            ["AC-1", "AC-2", "AC-3"]
        );
    }

    #[test]
    fn the_same_wording_counts_once_and_a_doubled_number_is_given_anew() {
        assert_eq!(ids(&["a  b", "a\nb"]), ["AC-1"]);
        assert_eq!(ids(&["AC-1: a", "AC-1: b"]), ["AC-1", "AC-2"]);
    }

    #[test]
    fn a_wrapped_sentence_is_one_line_and_a_nested_item_is_not() {
        assert_eq!(tidy_lines("a\n  b\n  - c\n    d\n\n  e"), "a b\n- c d\ne");
        assert_eq!(tidy_lines("a\n```\nx\ny\n```\nb"), "a\n```\nx\ny\n```\nb");
    }

    proptest! {
        #[test]
        fn the_digest_does_not_see_white_space(words in prop::collection::vec("[^\\s]{1,8}", 1..8), gaps in prop::collection::vec("[ \t\n]{1,4}", 8)) {
            let spread: String = words.iter().zip(&gaps).map(|(w, g)| format!("{w}{g}")).collect();
            prop_assert_eq!(wording_digest(&spread), wording_digest(&words.join(" ")));
            prop_assert_eq!(wording_digest(&tidy_lines(&spread)), wording_digest(&spread));
        }

        #[test]
        fn tidying_twice_changes_nothing(text in "[-a `|>#0-9.\n~]{0,60}") {
            let once = tidy_lines(&text);
            prop_assert_eq!(wording_digest(&tidy_lines(&once)), wording_digest(&once));
        }
    }
}
