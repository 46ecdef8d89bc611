//! Finds performance targets: phrases that hold a number with a unit.

use crate::ticket::outline::fold;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// On which side of its number a target wants to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Comparison {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `>`
    Above,
}

/// A performance target that can be measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PerfTarget {
    /// The phrase as the ticket has it, white space folded.
    pub text: String,
    /// What is measured (`p95`, `memory`), where the phrase names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// The number.
    pub quantity: f64,
    /// The side of the number. Where the phrase does not say: at least for a rate, else at most.
    pub comparison: Comparison,
    /// The unit, in one spelling: `ms`, `s`, `MiB`, `%`, `req/s`.
    pub unit: String,
}

/// Whether a phrase must name what is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It stands where targets are stated.
    Stated,
    /// It stands in other prose: `locked for at least 15 minutes` is no target.
    Prose,
}

const MEASURES: [&str; 21] = [
    "p50",
    "p75",
    "p90",
    "p95",
    "p99",
    "p99.9",
    "p999",
    "median",
    "latency",
    "throughput",
    "memory",
    "rss",
    "cpu",
    "startup",
    "start-up",
    "duration",
    "runtime",
    "overhead",
    "response",
    "load",
    "size",
];

const UNITS: [(&str, &[&str]); 18] = [
    ("ns", &["ns", "nanosecond", "nanoseconds"]),
    ("us", &["us", "µs", "μs", "microsecond", "microseconds"]),
    ("ms", &["ms", "msec", "millisecond", "milliseconds"]),
    ("s", &["s", "sec", "secs", "second", "seconds"]),
    ("min", &["min", "mins", "minute", "minutes"]),
    ("h", &["h", "hour", "hours"]),
    ("%", &["%", "percent"]),
    ("B", &["b", "byte", "bytes"]),
    ("kB", &["kb"]),
    ("KiB", &["kib"]),
    ("MB", &["mb"]),
    ("MiB", &["mib"]),
    ("GB", &["gb"]),
    ("GiB", &["gib"]),
    (
        "req/s",
        &[
            "req/s",
            "reqs/s",
            "requests/s",
            "request/s",
            "rps",
            "requests/second",
        ],
    ),
    (
        "op/s",
        &[
            "ops/s",
            "op/s",
            "qps",
            "tps",
            "operations/s",
            "operations/second",
        ],
    ),
    ("/s", &["/s", "hz"]),
    ("fps", &["fps"]),
];

const RATES: [&str; 4] = ["req/s", "op/s", "/s", "fps"];

const COMPARISONS: [(&str, Comparison); 27] = [
    ("no more than", Comparison::AtMost),
    ("not more than", Comparison::AtMost),
    ("no less than", Comparison::AtLeast),
    ("not less than", Comparison::AtLeast),
    ("not exceed", Comparison::AtMost),
    ("at most", Comparison::AtMost),
    ("at least", Comparison::AtLeast),
    ("up to", Comparison::AtMost),
    ("less than", Comparison::Below),
    ("fewer than", Comparison::Below),
    ("lower than", Comparison::Below),
    ("faster than", Comparison::Below),
    ("more than", Comparison::Above),
    ("greater than", Comparison::Above),
    ("higher than", Comparison::Above),
    ("< =", Comparison::AtMost),
    ("> =", Comparison::AtLeast),
    ("<", Comparison::Below),
    (">", Comparison::Above),
    ("≤", Comparison::AtMost),
    ("≥", Comparison::AtLeast),
    ("under", Comparison::Below),
    ("below", Comparison::Below),
    ("within", Comparison::AtMost),
    ("above", Comparison::Above),
    ("over", Comparison::Above),
    ("max", Comparison::AtMost),
];

/// The longest sentence that is looked at, in bytes: a target is a short one.
const LONGEST_CLAUSE: usize = 500;

/// The targets that `text` states, one for each number with a unit.
pub(crate) fn find(text: &str, place: Place) -> Vec<PerfTarget> {
    let mut targets = Vec::new();
    for clause in clauses(text) {
        let words = words(&clause);
        for at in 0..words.len() {
            targets.extend(target(&clause, &words, at, place));
        }
    }
    targets
}

/// The sentences and lines of a text, each folded.
fn clauses(text: &str) -> Vec<String> {
    let mut clauses = Vec::new();
    for line in text.split(['\n', ';']) {
        let mut rest = line;
        while let Some(end) = rest.find(". ") {
            clauses.push(&rest[..end]);
            rest = &rest[end + 2..];
        }
        clauses.push(rest);
    }
    let folded = clauses.into_iter().map(|clause| {
        let clause = clause.trim().trim_start_matches(['-', '*', '+']);
        fold(clause.trim_end_matches(['.', ','])).replace("**", "")
    });
    folded
        .filter(|clause| (1..=LONGEST_CLAUSE).contains(&clause.len()))
        .collect()
}

/// Lower-case words, with comparison signs on their own.
fn words(clause: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(clause.len() + 8);
    for character in clause.chars() {
        if matches!(character, '<' | '>' | '≤' | '≥' | '=') {
            spaced.extend([' ', character, ' ']);
        } else {
            spaced.extend(character.to_lowercase());
        }
    }
    let trim = |word: &str| {
        word.trim_matches([',', '(', ')', ':', '`', '"', '[', ']'])
            .to_owned()
    };
    let words = spaced.split_whitespace().map(trim);
    words.filter(|word| !word.is_empty()).collect()
}

fn target(clause: &str, words: &[String], at: usize, place: Place) -> Option<PerfTarget> {
    let (quantity, unit) = quantity(words, at)?;
    if words[..at].last().is_some_and(|word| word == "at")
        && words[..at].iter().any(|word| is_number(word))
    {
        return None; // the load that the target is for: `at 100 req/s`
    }
    let comparison = comparison(&words[..at]);
    let measure = words[..at]
        .iter()
        .rev()
        .find(|word| MEASURES.contains(&word.as_str()));
    let sure = match place {
        Place::Stated => true,
        Place::Prose => measure.is_some() && comparison.is_some(),
    };
    let usual = if RATES.contains(&unit) {
        Comparison::AtLeast
    } else {
        Comparison::AtMost
    };
    sure.then(|| PerfTarget {
        text: clause.to_owned(),
        measure: measure.cloned(),
        quantity,
        comparison: comparison.unwrap_or(usual),
        unit: unit.to_owned(),
    })
}

/// The number at `at` with its unit, written together or apart.
fn quantity(words: &[String], at: usize) -> Option<(f64, &'static str)> {
    let word = words[at].as_str();
    let digits = word
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .unwrap_or(word.len());
    let number = word[..digits].trim_end_matches(['.', ',']);
    let quantity: f64 = number.replace(',', "").parse().ok()?;
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let attached = &word[digits..];
    let next = |step: usize| words.get(at + step).map_or("", String::as_str);
    let candidates = if attached.is_empty() {
        [
            format!("{}/{}", next(1), next(3)),
            next(1).to_owned(),
            String::new(),
        ]
    } else {
        [String::new(), attached.to_owned(), String::new()]
    };
    let per = matches!(next(2), "per" | "a" | "/");
    let first = usize::from(!per);
    let unit = candidates[first..].iter().find_map(|name| unit(name))?;
    Some((quantity, unit))
}

fn unit(name: &str) -> Option<&'static str> {
    let name = name.trim_end_matches(['.', ',', '!', '?']);
    UNITS
        .iter()
        .find(|(_, spellings)| spellings.contains(&name))
        .map(|(unit, _)| *unit)
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// The comparison in the last few words before a number.
fn comparison(before: &[String]) -> Option<Comparison> {
    let last_number = before
        .iter()
        .rposition(|word| is_number(word))
        .map_or(0, |at| at + 1);
    let near = &before[last_number.max(before.len().saturating_sub(4))..];
    let near = format!(" {} ", near.join(" "));
    let found = |(phrase, comparison): &(&str, Comparison)| {
        let at = near.rfind(&format!(" {phrase} "))?;
        Some((at + phrase.len(), phrase.len(), *comparison))
    };
    COMPARISONS
        .iter()
        .filter_map(found)
        .max_by_key(|(end, length, _)| (*end, *length))
        .map(|(_, _, comparison)| comparison)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, place: Place) -> Vec<(Option<String>, Comparison, f64, String)> {
        let targets = find(text, place).into_iter();
        targets
            .map(|t| (t.measure, t.comparison, t.quantity, t.unit))
            .collect()
    }

    #[test]
    fn a_target_needs_a_number_with_a_unit() {
        assert!(find("must be fast", Place::Stated).is_empty());
        assert!(find("handles 50 users", Place::Stated).is_empty());
        assert!(find("p95 < 50", Place::Stated).is_empty());
    }

    #[test]
    fn number_unit_and_side_are_read_in_their_usual_spellings() {
        use Comparison::{AtLeast, AtMost, Below};
        let cases = [
            ("p95 < 50 ms", "p95", Below, 50.0, "ms"),
            ("p99<=1.5s", "p99", AtMost, 1.5, "s"),
            ("Memory stays under 20 MiB.", "memory", Below, 20.0, "MiB"),
            (
                "throughput of at least 1,000 requests per second",
                "throughput",
                AtLeast,
                1000.0,
                "req/s",
            ),
            ("CPU: 80%", "cpu", AtMost, 80.0, "%"),
            (
                "throughput: 200 req/s",
                "throughput",
                AtLeast,
                200.0,
                "req/s",
            ),
            (
                "latency must not exceed 2 seconds",
                "latency",
                AtMost,
                2.0,
                "s",
            ),
            (
                "response no more than 300ms",
                "response",
                AtMost,
                300.0,
                "ms",
            ),
        ];
        for (text, measure, comparison, quantity, unit) in cases {
            assert_eq!(
                read(text, Place::Stated),
                [(
                    Some(measure.to_owned()),
                    comparison,
                    quantity,
                    unit.to_owned()
                )],
                "{text}"
            );
        }
    }

    #[test]
    fn a_duration_in_prose_is_no_target() {
        assert!(
            find(
                "The account is locked for at least 15 minutes.",
                Place::Prose
            )
            .is_empty()
        );
        assert!(find("The p95 was 50 ms last week.", Place::Prose).is_empty());
        assert_eq!(find("We want p95 below 50 ms.", Place::Prose).len(), 1);
    }

    #[test]
    fn the_load_that_a_target_is_for_is_no_target() {
        let targets = find("p95 < 50 ms at 100 req/s", Place::Stated);
        assert_eq!(targets.len(), 1);
        assert_eq!(targets[0].unit, "ms");
    }

    #[test]
    fn two_numbers_in_one_sentence_are_two_targets() {
        let targets = find("p95 < 50 ms and p99 < 200 ms", Place::Prose);
        let measures: Vec<_> = targets
            .iter()
            .filter_map(|t| t.measure.as_deref())
            .collect();
        assert_eq!(measures, ["p95", "p99"]);
    }
}
