//! Finds statements that cannot both hold: one quantity with two values, an example outside of a
//! bound, an item both in scope and out of it, one thing that is read as two.

use super::Spot;
use super::prose::{Prose, Role, Sentence};
use crate::ticket::Ticket;
use crate::ticket::outline::fold;
use std::collections::BTreeSet;

/// More statements than a person compares; a hostile ticket has more.
const MOST: usize = 150;

/// Which side of its number a quantity allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Exact,
    AtLeast,
    AtMost,
}

#[derive(Clone, Debug)]
struct Quantity {
    value: f64,
    unit: String,
    bound: Bound,
}

/// A sentence as far as it can be compared.
struct Statement<'p> {
    sentence: &'p Sentence,
    /// Its content words, in one form.
    words: BTreeSet<String>,
    quantities: Vec<Quantity>,
    rejects: bool,
    accepts: bool,
}

/// RQ032: of two statements that cannot both hold, the later one. With it, the line of the other.
pub(super) fn find(ticket: &Ticket, prose: &Prose<'_>) -> Vec<(Spot, u32)> {
    let stated = prose
        .asking()
        .filter(|s| s.role != Role::Heading && s.words.len() < 60);
    let statements: Vec<Statement<'_>> = stated
        .take(MOST)
        .map(|sentence| Statement::of(prose, sentence))
        .collect();
    let mut found = Vec::new();
    for (at, later) in statements.iter().enumerate() {
        let earlier = statements[..at].iter().find(|earlier| {
            earlier.sentence.line != later.sentence.line
                && (two_values(earlier, later)
                    || out_of_bounds(earlier, later)
                    || read_as_two(prose, earlier, later))
        });
        found.extend(earlier.and_then(|other| spot(later.sentence, other.sentence.line)));
    }
    found.extend(in_and_out(ticket, prose));
    found
}

fn spot(sentence: &Sentence, other: u32) -> Option<(Spot, u32)> {
    let (first, last) = (sentence.words.first()?, sentence.words.last()?);
    let spot = Spot {
        code: "RQ032",
        line: first.line,
        bytes: first.start..last.end,
    };
    Some((spot, other))
}

/// Words that say nothing about what is spoken of.
const EMPTY: [&str; 46] = [
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "each", "for", "from", "has", "have",
    "if", "in", "is", "it", "its", "may", "most", "least", "must", "no", "of", "on", "or", "per",
    "shall", "should", "than", "that", "the", "their", "then", "there", "this", "to", "up",
    "which", "will", "with", "within", "option", "options", "every",
];

impl<'p> Statement<'p> {
    fn of(prose: &Prose<'_>, sentence: &'p Sentence) -> Self {
        let source = prose
            .text
            .get(sentence.start..sentence.end)
            .unwrap_or_default();
        let quantities = quantities(prose, sentence);
        let lower = source.to_lowercase();
        let mut words: BTreeSet<String> = lower
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '/')))
            .map(|word| word.trim_matches(['-', '/']))
            .filter(|word| !word.is_empty() && !EMPTY.contains(word))
            .filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()))
            .map(stem)
            .collect();
        for quantity in &quantities {
            words.remove(&quantity.unit);
        }
        if lower.contains("default") || lower.contains("without the option") {
            words.remove("without");
            words.insert("default".to_owned());
        }
        let has = |texts: &[&str]| texts.iter().any(|text| lower.contains(text));
        let rejects = [
            "reject",
            "refus",
            "error",
            "fail",
            "too large",
            "not ",
            "status 4",
            "exits",
        ];
        Self {
            sentence,
            words,
            quantities,
            rejects: has(&rejects),
            accepts: has(&["accept", "succeed", "allowed", "is fine", " has ", "works"]),
        }
    }

    fn shared(&self, other: &Self) -> usize {
        self.words.intersection(&other.words).count()
    }

    /// Whether it speaks of what `other` speaks of.
    fn is_about_the_same(&self, other: &Self) -> bool {
        let smaller = self.words.len().min(other.words.len());
        let shared = self.shared(other);
        shared >= 2 && shared * 5 >= smaller * 3
    }
}

/// A word without its ending: one form for `row` and `rows`, `expires` and `expire`.
fn stem(word: &str) -> String {
    let plain = word.strip_suffix("ies").map(|rest| format!("{rest}y"));
    plain.unwrap_or_else(|| {
        let rest = word
            .strip_suffix('s')
            .filter(|rest| rest.len() > 2 && !rest.ends_with('s'));
        rest.unwrap_or(word).to_owned()
    })
}

const UNITS: [(&str, &str, f64); 26] = [
    ("ms", "s", 0.001),
    ("s", "s", 1.0),
    ("sec", "s", 1.0),
    ("second", "s", 1.0),
    ("minute", "s", 60.0),
    ("min", "s", 60.0),
    ("h", "s", 3600.0),
    ("hour", "s", 3600.0),
    ("day", "s", 86_400.0),
    ("week", "s", 604_800.0),
    ("byte", "B", 1.0),
    ("kb", "B", 1000.0),
    ("kib", "B", 1024.0),
    ("mb", "B", 1e6),
    ("mib", "B", 1_048_576.0),
    ("gb", "B", 1e9),
    ("gib", "B", 1_073_741_824.0),
    ("eur", "EUR", 1.0),
    ("euro", "EUR", 1.0),
    ("usd", "USD", 1.0),
    ("percent", "%", 1.0),
    ("character", "character", 1.0),
    ("char", "character", 1.0),
    ("row", "row", 1.0),
    ("time", "time", 1.0),
    ("retry", "time", 1.0),
];

/// The numbers of the prose that have a unit, or a noun that stands as one.
fn quantities(prose: &Prose<'_>, sentence: &Sentence) -> Vec<Quantity> {
    let mut found = Vec::new();
    for (at, word) in sentence.words.iter().enumerate() {
        let digits = word.text.trim_end_matches(|c: char| c.is_alphabetic());
        let Ok(value) = digits.parse::<f64>() else {
            continue;
        };
        let attached = &word.text[digits.len()..];
        let behind = prose.masked.get(word.end..).unwrap_or_default();
        let next = if attached.is_empty() {
            sentence.word(at + 1)
        } else {
            attached
        };
        let touching = !attached.is_empty()
            || behind
                .trim_start_matches(' ')
                .starts_with(|c: char| c.is_alphabetic());
        if !touching || next.is_empty() || EMPTY.contains(&next) {
            continue;
        }
        let unit = stem(next);
        let known = UNITS.iter().find(|(name, _, _)| *name == unit);
        let rate = sentence.word(at + 2) == "per";
        let (name, factor) =
            known.map_or((unit.as_str(), 1.0), |(_, name, factor)| (name, *factor));
        let per = if rate {
            format!("/{}", stem(sentence.word(at + 3)))
        } else {
            String::new()
        };
        found.push(Quantity {
            value: value * factor,
            unit: format!("{name}{per}"),
            bound: bound(sentence, at),
        });
    }
    found
}

fn bound(sentence: &Sentence, at: usize) -> Bound {
    let before = |back: usize| {
        at.checked_sub(back)
            .map_or("", |place| sentence.word(place))
    };
    match (before(2), before(1)) {
        ("at", "least")
        | (_, "minimum" | "from" | "over" | "above")
        | ("more" | "older" | "longer", "than") => Bound::AtLeast,
        ("at", "most")
        | (_, "under" | "below" | "within" | "max" | "maximum")
        | ("up", "to")
        | ("less" | "fewer", "than") => Bound::AtMost,
        (_, "to") if sentence.has(&["from", "between"]) => Bound::AtMost,
        _ => Bound::Exact,
    }
}

/// One quantity, two values.
fn two_values(one: &Statement<'_>, other: &Statement<'_>) -> bool {
    if one.quantities.is_empty()
        || one.rejects != other.rejects
        || !one.is_about_the_same(other)
        || differ_in_case(one, other)
    {
        return false;
    }
    let apart = |a: &Quantity, b: &Quantity| {
        let opposed = matches!(
            (a.bound, b.bound),
            (Bound::AtLeast, Bound::AtMost) | (Bound::AtMost, Bound::AtLeast)
        );
        a.unit == b.unit && (a.value - b.value).abs() > f64::EPSILON && !opposed
    };
    let only = |all: &[Quantity], unit: &str| all.iter().filter(|q| q.unit == unit).count() == 1;
    one.quantities.iter().any(|a| {
        let other_one = other.quantities.iter().find(|b| b.unit == a.unit);
        only(&one.quantities, &a.unit)
            && only(&other.quantities, &a.unit)
            && other_one.is_some_and(|b| apart(a, b))
    })
}

/// Whether the two are cases of one rule: one speaks of less, below, otherwise, another case.
fn differ_in_case(one: &Statement<'_>, other: &Statement<'_>) -> bool {
    const CASES: [&str; 12] = [
        "below",
        "above",
        "otherwise",
        "else",
        "if",
        "when",
        "while",
        "unless",
        "second",
        "another",
        "except",
        "further",
    ];
    let case = |s: &Statement<'_>| -> Vec<String> {
        let of = s
            .sentence
            .words
            .iter()
            .filter(|word| CASES.contains(&word.text.as_str()));
        of.map(|word| word.text.clone()).collect()
    };
    case(one) != case(other)
}

/// A bound, and an example on its other side that is said to be fine.
fn out_of_bounds(bound: &Statement<'_>, example: &Statement<'_>) -> bool {
    if example.rejects || !example.accepts || bound.shared(example) == 0 {
        return false;
    }
    let outside = |b: &Quantity, e: &Quantity| {
        let side = match b.bound {
            Bound::AtLeast => e.value < b.value,
            Bound::AtMost => e.value > b.value,
            Bound::Exact => false,
        };
        side && b.unit == e.unit && e.bound == Bound::Exact
    };
    bound
        .quantities
        .iter()
        .any(|b| example.quantities.iter().any(|e| outside(b, e)))
}

/// `Empty fields are read as null` and `Empty fields are read as empty strings`.
fn read_as_two(prose: &Prose<'_>, one: &Statement<'_>, other: &Statement<'_>) -> bool {
    let parts = |s: &Statement<'_>| {
        let source = fold(prose.text.get(s.sentence.start..s.sentence.end)?).to_lowercase();
        let source = source
            .trim_start_matches(['-', '*', '+', ' ', '[', ']', 'x'])
            .to_owned();
        let (before, after) = source.split_once(" as ")?;
        let long = before.split(' ').count() >= 4;
        long.then(|| (before.to_owned(), after.trim_end_matches('.').to_owned()))
    };
    match (parts(one), parts(other)) {
        (Some((before, after)), Some((same, differs))) => before == same && after != differs,
        (None, _) | (_, None) => false,
    }
}

/// A criterion that the ticket puts out of its scope.
fn in_and_out(ticket: &Ticket, prose: &Prose<'_>) -> Vec<(Spot, u32)> {
    let content = |text: &str| -> BTreeSet<String> {
        let lower = text.to_lowercase();
        let words = lower.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words
            .filter(|word| !word.is_empty() && !EMPTY.contains(word))
            .map(stem)
            .collect()
    };
    let criteria: Vec<(BTreeSet<String>, u32)> = ticket
        .criteria
        .iter()
        .take(MOST)
        .map(|c| (content(&c.text), c.line))
        .collect();
    let out = prose.sentences.iter().filter(|sentence| {
        sentence.section == crate::ticket::section::Section::OutOfScope
            && sentence.role != Role::Heading
    });
    let mut found = Vec::new();
    for sentence in out.take(MOST) {
        let words = content(
            prose
                .text
                .get(sentence.start..sentence.end)
                .unwrap_or_default(),
        );
        let held = criteria.iter().find(|(criterion, _)| {
            words.len() > 1 && words.is_subset(criterion) && criterion.len() <= words.len() * 3 + 2
        });
        found.extend(held.and_then(|(_, line)| spot(sentence, *line)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines_of;

    #[test]
    fn one_quantity_has_one_value() {
        let of = |items: &str| {
            lines_of(
                "RQ032",
                &format!("# A\n\n## Acceptance criteria\n\n{items}"),
            )
        };
        assert_eq!(
            of("- A session ends after 30 minutes.\n- The session ends after 2 hours."),
            [6]
        );
        assert_eq!(
            of("- A session ends after 120 minutes.\n- The session ends after 2 hours."),
            [0_u32; 0]
        );
        assert_eq!(
            of("- A name has at least 2 characters.\n- A name has at most 9 characters."),
            [0_u32; 0]
        );
        assert_eq!(
            of("- A file has at most 1 MiB.\n- A file of 2 MiB is accepted."),
            [6]
        );
        assert_eq!(
            of("- A file has at most 1 MiB.\n- A file of 2 MiB is rejected."),
            [0_u32; 0]
        );
    }

    #[test]
    fn what_is_out_of_scope_is_no_criterion() {
        let text = "# A\n\n## Acceptance criteria\n\n- [ ] PDF export\n\n## Out of scope\n\n- PDF export\n- print\n";
        assert_eq!(lines_of("RQ032", text), [9]);
    }

    #[test]
    fn one_thing_is_not_read_as_two() {
        let text =
            "# A\n\n- [ ] Empty fields are read as null.\n- [ ] Empty fields are read as text.";
        assert_eq!(lines_of("RQ032", text), [4]);
    }
}
