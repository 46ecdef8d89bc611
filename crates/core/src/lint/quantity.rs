//! Looks at quantities and at what can be seen: numbers without units, performance without a
//! target, irreversible changes, criteria without an outcome. One function a rule.

use super::lexicon::list;
use super::prose::{Prose, Role, Sentence};
use super::{Around, Spot};
use crate::ticket::Ticket;

fn at_word(code: &'static str, sentence: &Sentence, from: usize, to: usize) -> Option<Spot> {
    let (first, last) = (sentence.words.get(from)?, sentence.words.get(to)?);
    Some(Spot {
        code,
        line: first.line,
        bytes: first.start..last.end,
    })
}

/// What a number limits.
const LIMITS: [&str; 20] = [
    "timeout", "limit", "least", "most", "to", "maximum", "minimum", "under", "within", "every",
    "max", "min", "than", "over", "below", "above", "after", "interval", "size", "rate",
];

/// Measures of speed, that need a load and a percentile.
const SPEEDS: [&str; 10] = [
    "response",
    "responses",
    "latency",
    "respond",
    "responds",
    "served",
    "loads",
    "load",
    "render",
    "renders",
];

/// Units of time.
const TIMES: [&str; 9] = [
    "ms",
    "s",
    "sec",
    "second",
    "seconds",
    "millisecond",
    "milliseconds",
    "minute",
    "minutes",
];

/// RQ012: a number without its unit, a speed without its load, a timeout without its number.
pub(super) fn incomplete(prose: &Prose<'_>) -> Vec<Spot> {
    let of = |sentence: &Sentence| {
        bare_number(prose, sentence)
            .or_else(|| loose_speed(sentence))
            .or_else(|| timeout(sentence))
            .or_else(|| bare_in_code(prose, sentence))
    };
    prose.of_criteria().filter_map(of).collect()
}

fn is_number(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit()) && !word.is_empty()
}

/// A number at the end of a sentence, behind a word that limits.
fn bare_number(prose: &Prose<'_>, sentence: &Sentence) -> Option<Spot> {
    let at = sentence.words.len().checked_sub(1)?;
    let before = at.checked_sub(1).map(|before| sentence.word(before))?;
    let behind = prose
        .masked
        .get(sentence.words[at].end..sentence.end)
        .unwrap_or_default();
    let ends = behind.trim().is_empty() || behind.trim() == ".";
    let ranged = sentence.words.len() > 3 && sentence.has(&["from", "between", "version"]);
    let named = sentence
        .words
        .iter()
        .any(|w| matches!(w.text.as_str(), "takes" | "code" | "status"));
    let limits = LIMITS.contains(&before);
    if ends && limits && is_number(sentence.word(at)) && !ranged && !named {
        return at_word("RQ012", sentence, at - 1, at);
    }
    None
}

/// `under 200 ms` without a percentile, a load or a size.
fn loose_speed(sentence: &Sentence) -> Option<Spot> {
    let at = (1..sentence.words.len()).find(|&at| {
        let word = sentence.word(at);
        let apart = TIMES.contains(&word) && is_number(sentence.word(at - 1));
        apart || (word.ends_with("ms") && is_number(word.trim_end_matches("ms")))
    })?;
    let known = sentence.words.iter().any(|word| {
        let text = word.text.as_str();
        matches!(
            text,
            "percentile" | "median" | "mean" | "average" | "at" | "with" | "requests"
        ) || (text.starts_with('p') && is_number(&text[1..]))
    });
    let bounded = sentence.has(&["under", "below", "less", "within", "faster"]);
    if sentence.has(&SPEEDS) && bounded && !known {
        return at_word("RQ012", sentence, at.saturating_sub(1), at);
    }
    None
}

/// A timeout that has no number.
fn timeout(sentence: &Sentence) -> Option<Spot> {
    let at = (1..sentence.words.len()).find(|&at| {
        matches!(sentence.word(at), "timeout" | "timeouts")
            && matches!(sentence.word(at - 1), "a" | "an" | "with" | "the")
    })?;
    let numbers = sentence.clauses.iter().any(|clause| clause.number);
    if numbers || sentence.words.len() > at + 3 {
        None
    } else {
        at_word("RQ012", sentence, at - 1, at)
    }
}

/// An example of an option with a number, in a criterion that says no unit.
fn bare_in_code(prose: &Prose<'_>, sentence: &Sentence) -> Option<Spot> {
    let source = prose.text.get(sentence.start..sentence.end)?;
    let (_, rest) = source.split_once('`')?;
    let (code, rest) = rest.split_once('`')?;
    let (option, number) = code.split_once(' ')?;
    let limits = ["limit", "timeout", "interval", "rate", "delay"]
        .iter()
        .any(|w| option.contains(w));
    let units = [
        "byte", "kib", "mib", "kb", "mb", "second", "minute", " ms", " s ", "/s", "per ",
    ];
    let told = units.iter().any(|unit| rest.to_lowercase().contains(unit));
    if option.starts_with("--") && is_number(number) && limits && !told {
        return at_word("RQ012", sentence, 0, 0);
    }
    None
}

/// RQ033: it must be fast, and neither the ticket nor the project says how fast.
pub(super) fn no_target(ticket: &Ticket, around: &Around<'_>, prose: &Prose<'_>) -> Vec<Spot> {
    if !(ticket.performance.is_empty() && around.defaults.performance.is_empty()) {
        return Vec::new();
    }
    let of = |sentence: &Sentence| {
        let at = (0..sentence.words.len()).find(|&at| {
            let word = sentence.word(at);
            let faster = matches!(word, "faster" | "slower" | "quicker")
                && sentence.role != Role::Heading
                && !sentence.has(&["than"]);
            let compared = sentence.word(at + 1) == "as";
            faster || (!compared && list("performance").has(word))
        })?;
        let clause = sentence.clause(at);
        if clause.number || clause.literal {
            None
        } else {
            at_word("RQ033", sentence, at, at)
        }
    };
    // One target answers for the whole ticket.
    let (titles, others): (Vec<_>, Vec<_>) = prose
        .asking()
        .partition(|sentence| sentence.role == Role::Heading);
    others
        .into_iter()
        .chain(titles)
        .find_map(of)
        .into_iter()
        .collect()
}

/// RQ034: data goes, and nothing brings it back.
pub(super) fn irreversible(ticket: &Ticket, prose: &Prose<'_>) -> Vec<Spot> {
    let text = ticket.text.to_lowercase();
    let told = |sentence: &Sentence| {
        (0..sentence.words.len()).any(|at| list("rollback").at(sentence.from(at)).is_some())
    };
    if prose.sentences.iter().any(told) || text.contains("rollback") {
        return Vec::new();
    }
    prose.asking().find_map(loses_data).into_iter().collect()
}

fn loses_data(sentence: &Sentence) -> Option<Spot> {
    let verb = |at: usize| list("destructive").has(sentence.word(at));
    let noun = |at: usize| list("data-noun").has(sentence.word(at));
    let at = (0..sentence.words.len()).find(|&at| verb(at))?;
    let passive = at.checked_sub(1).is_some_and(|before| {
        matches!(sentence.word(before), "is" | "are" | "be" | "get" | "gets")
    });
    let near = if passive {
        (at.saturating_sub(8)..at).any(noun)
    } else {
        (at + 1..at + 6).any(noun) || sentence.clause(at).literal && sentence.has(&["migration"])
    };
    let idle = sentence.has(&["not", "never", "no"]) || sentence.word(at) == "reset";
    if near && !idle {
        at_word("RQ034", sentence, at, at)
    } else {
        None
    }
}

/// RQ035: a criterion in which nothing can be seen: no number, no code, no quotation, no verb of
/// an outcome, but a vague word, a weak verb, a question or a mere trigger.
pub(super) fn no_outcome(ticket: &Ticket, prose: &Prose<'_>) -> Vec<Spot> {
    let mut seen = vec![false; ticket.criteria.len()];
    let mut empty = vec![false; ticket.criteria.len()];
    let mut first: Vec<Option<&Sentence>> = vec![None; ticket.criteria.len()];
    for sentence in prose.of_criteria() {
        let Role::Criterion(at) = sentence.role else {
            continue;
        };
        let trigger = super::grammar::is_bare_trigger(sentence);
        seen[at] |= shows(sentence) && !trigger;
        empty[at] |= trigger || is_empty(prose, sentence);
        first[at] = first[at].or(Some(sentence));
    }
    let open = (0..seen.len()).filter(|&at| empty[at] && !seen[at]);
    open.filter_map(|at| {
        let sentence = first[at]?;
        at_word("RQ035", sentence, 0, sentence.words.len().checked_sub(1)?)
    })
    .collect()
}

/// Whether what it says can mean anything.
fn is_empty(prose: &Prose<'_>, sentence: &Sentence) -> bool {
    let source = &prose.masked[sentence.start..sentence.end];
    let lists = ["vague", "performance", "weak-verb"];
    let hit = |at: usize| {
        lists
            .iter()
            .any(|name| list(name).at(sentence.from(at)).is_some())
    };
    source.trim_end().ends_with('?') || (0..sentence.words.len()).any(hit)
}

fn shows(sentence: &Sentence) -> bool {
    let verb = (0..sentence.words.len()).any(|at| {
        let weak = list("weak-verb").has(sentence.word(at + 1));
        let can = sentence.word(at) == "can" && (weak || sentence.word(at + 1) == "be");
        !can && list("observable").at(sentence.from(at)).is_some()
    });
    verb || sentence.is_concrete()
}
