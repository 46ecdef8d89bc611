//! Looks at sentences: weak verbs, optional criteria, several thoughts, pronouns, passives,
//! negations, triggers without a response, stories. One function a rule.

use super::Spot;
use super::lexicon::list;
use super::prose::{Prose, Role, Sentence};
use std::collections::BTreeSet;

fn whole(code: &'static str, sentence: &Sentence) -> Option<Spot> {
    let (first, last) = (sentence.words.first()?, sentence.words.last()?);
    Some(Spot {
        code,
        line: first.line,
        bytes: first.start..last.end,
    })
}

fn words(code: &'static str, sentence: &Sentence, from: usize, to: usize) -> Option<Spot> {
    let (first, last) = (sentence.words.get(from)?, sentence.words.get(to)?);
    Some(Spot {
        code,
        line: first.line,
        bytes: first.start..last.end,
    })
}

/// Words between which and a verb nothing else stands: `must be able to handle`.
const AUXILIARIES: [&str; 19] = [
    "should",
    "must",
    "shall",
    "will",
    "can",
    "to",
    "please",
    "is",
    "are",
    "be",
    "been",
    "also",
    "and",
    "or",
    "not",
    "better",
    "we",
    "properly",
    "gracefully",
];

/// RQ007: a verb that names an activity, in a sentence that names no result.
pub(super) fn weak_verb(prose: &Prose<'_>) -> Vec<Spot> {
    let of = |sentence: &Sentence| {
        let at = (0..sentence.words.len()).find(|&at| {
            let before = at.checked_sub(1).map_or("", |before| sentence.word(before));
            let head = at == 0 || AUXILIARIES.contains(&before);
            let inflected = sentence.word(at).ends_with('s') && at <= 4;
            (head || inflected)
                && list("weak-verb").has(sentence.word(at))
                && !is_noun(sentence, at)
        })?;
        if sentence.is_concrete() {
            return None;
        }
        words("RQ007", sentence, at, at)
    };
    prose
        .asking()
        .filter(|s| s.role != Role::Heading)
        .filter_map(of)
        .collect()
}

/// `support for`, `the process`: a noun.
fn is_noun(sentence: &Sentence, at: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |before| sentence.word(before));
    matches!(
        sentence.word(at + 1),
        "for" | "is" | "of" | "tickets" | "with" | "exits"
    ) && !matches!(sentence.word(at), "deal")
        || matches!(before, "a" | "the" | "an" | "no" | "another" | "this")
}

/// RQ008: `should`, `may`, `might`, `could` in a criterion. `may` with a number is a permission.
pub(super) fn modality(prose: &Prose<'_>) -> Vec<Spot> {
    let of = |sentence: &Sentence| {
        let at = (0..sentence.words.len()).find(|&at| list("modality").has(sentence.word(at)))?;
        let permits = sentence.word(at) == "may" && sentence.clauses.iter().any(|c| c.number);
        if permits {
            return None;
        }
        words("RQ008", sentence, at, at)
    };
    let stated = prose
        .of_criteria()
        .filter(|s| s.section != crate::ticket::section::Section::Expected);
    stated.filter_map(of).collect()
}

/// RQ009: several obligations in one criterion.
pub(super) fn several(prose: &Prose<'_>) -> Vec<Spot> {
    let of = |sentence: &Sentence| {
        let source = &prose.masked[sentence.start..sentence.end];
        let modals = sentence
            .words
            .iter()
            .filter(|word| matches!(word.text.as_str(), "must" | "shall" | "should" | "will"));
        let either = source.contains("and/or");
        let unless = sentence.has(&["unless"]) && sentence.has(&["and"]);
        if either || unless || modals.count() > 2 {
            whole("RQ009", sentence)
        } else {
            None
        }
    };
    prose.of_criteria().filter_map(of).collect()
}

/// RQ010: a criterion that begins with a pronoun.
pub(super) fn pronoun(prose: &Prose<'_>) -> Vec<Spot> {
    let of = |sentence: &Sentence| {
        let bare = matches!(sentence.word(0), "it" | "it's" | "they" | "they're");
        let shown = matches!(sentence.word(0), "this" | "these" | "that" | "those")
            && matches!(
                sentence.word(1),
                "is" | "are" | "works" | "must" | "should" | "will" | "can" | "has"
            );
        let idle = sentence.word(0) == "it"
            && matches!(sentence.word(1), "must" | "should" | "is")
            && matches!(sentence.word(2), "be" | "possible" | "not");
        if sentence.leads && (bare || shown) && !idle {
            words("RQ010", sentence, 0, 0)
        } else {
            None
        }
    };
    prose.of_criteria().filter_map(of).collect()
}

/// RQ011: something is done, and nobody does it.
pub(super) fn passive(prose: &Prose<'_>) -> Vec<Spot> {
    let of = |sentence: &Sentence| {
        let at = (0..sentence.words.len()).find(|&at| {
            let before = at.checked_sub(1).map_or("", |before| sentence.word(before));
            let be = matches!(before, "is" | "are" | "be" | "been" | "was" | "were");
            let bare = at == 0
                && matches!(
                    sentence.word(1),
                    "on" | "at" | "when" | "in" | "to" | "with" | "after"
                );
            (be || bare) && list("acting").has(sentence.word(at))
        })?;
        if sentence.has(&["by", "not", "no", "may", "might", "could"]) {
            return None;
        }
        words("RQ011", sentence, at.saturating_sub(1), at)
    };
    prose.of_criteria().filter_map(of).collect()
}

/// RQ013: what must not happen, without what happens instead.
pub(super) fn negative(prose: &Prose<'_>) -> Vec<Spot> {
    let of = |sentence: &Sentence| {
        let at = (0..sentence.words.len()).find(|&at| {
            let before = at.checked_sub(1).map_or("", |before| sentence.word(before));
            let not = sentence.word(at) == "not"
                && matches!(
                    before,
                    "must" | "should" | "shall" | "is" | "are" | "does" | "do" | "will" | "may"
                );
            let none = at == 0 && sentence.word(0) == "no" && sentence.has(&["is", "are"]);
            not || none
                || matches!(
                    sentence.word(at),
                    "isn't" | "aren't" | "mustn't" | "shouldn't" | "doesn't" | "won't"
                )
        })?;
        let instead = sentence.is_concrete()
            || sentence.has(&["but", "instead", "if", "when", "where", "that"]);
        if instead {
            None
        } else {
            words("RQ013", sentence, at.saturating_sub(1), at)
        }
    };
    prose.of_criteria().filter_map(of).collect()
}

/// RQ020: when something happens … nothing.
pub(super) fn no_response(prose: &Prose<'_>) -> Vec<Spot> {
    let bare = prose
        .of_criteria()
        .filter(|sentence| is_bare_trigger(sentence));
    let alone = bare.filter(|sentence| !is_scenario(prose, sentence));
    alone
        .filter_map(|sentence| whole("RQ020", sentence))
        .collect()
}

/// Whether a criterion begins with when, if, while and says nothing behind it.
pub(super) fn is_bare_trigger(sentence: &Sentence) -> bool {
    let triggers = matches!(
        sentence.word(0),
        "when" | "if" | "while" | "once" | "whenever" | "unless"
    );
    let long = sentence.words.len() > 9 && sentence.has(&["the", "a"]);
    let answers = sentence.clauses.len() > 1
        || long
        || sentence.has(&["then", "shall", "must", "should", "will"]);
    sentence.leads && triggers && !answers
}

/// Whether a step of a scenario follows in the same block.
fn is_scenario(prose: &Prose<'_>, sentence: &Sentence) -> bool {
    let rest = prose.masked[sentence.start..].lines().take(12);
    let steps = rest.map(|line| line.trim_start_matches([' ', '*', '-', '_']));
    let first = steps.clone().next().unwrap_or_default();
    let begins = first.starts_with("Given") || first.starts_with("When ");
    begins && steps.clone().any(|line| line.starts_with("Then"))
}

/// RQ021: a story without its end, or one that stands there twice.
pub(super) fn story(prose: &Prose<'_>) -> Vec<Spot> {
    let mut seen: Vec<BTreeSet<&str>> = Vec::new();
    let mut found = Vec::new();
    for (at, sentence) in prose.sentences.iter().enumerate() {
        let opens = sentence.word(0) == "as"
            && matches!(sentence.word(1), "a" | "an" | "the")
            && sentence.has(&["want", "need", "like", "able"]);
        if !opens || !sentence.section.asks() || seen.len() > 50 {
            continue;
        }
        let end = &prose.masked[sentence.start..sentence.end].to_lowercase();
        let next = prose.sentences.get(at + 1).map_or("", |next| next.word(0));
        let has_end = [
            "so that",
            "in order to",
            "so i ",
            "because",
            "such that",
            " so ",
        ]
        .iter()
        .any(|words| end.contains(words));
        let tokens: BTreeSet<&str> = sentence
            .words
            .iter()
            .map(|word| word.text.as_str())
            .collect();
        let is_double = seen.iter().any(|other| {
            other.intersection(&tokens).count() * 10 >= other.union(&tokens).count() * 8
        });
        let is_heading = sentence.role == Role::Heading;
        if !is_heading && (is_double || !(has_end || next == "so")) {
            found.extend(whole("RQ021", sentence));
        }
        if !is_heading {
            seen.push(tokens);
        }
    }
    found
}
