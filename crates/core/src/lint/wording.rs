//! Looks at words: vague ones, ways out, open ends, vague quantities, unlimited claims,
//! comparisons. One function a rule.

use super::Spot;
use super::lexicon::{Lexicon, list};
use super::prose::{Prose, Role, Sentence};

/// Each place of `sentence` where an entry of `words` stands: its words, first and behind the last.
fn hits(sentence: &Sentence, words: &Lexicon) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < sentence.words.len() {
        match words.at(sentence.from(at)) {
            Some(length) => {
                found.push((at, at + length));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

fn spot(code: &'static str, sentence: &Sentence, (from, to): (usize, usize)) -> Option<Spot> {
    let (first, last) = (
        sentence.words.get(from)?,
        sentence.words.get(to.checked_sub(1)?)?,
    );
    Some(Spot {
        code,
        line: first.line,
        bytes: first.start..last.end,
    })
}

/// RQ001: an adjective or adverb that no test can decide, without a number or a standard near it.
pub(super) fn vague(prose: &Prose<'_>) -> Vec<Spot> {
    let of = |sentence: &Sentence| {
        let standard = sentence.clauses.iter().any(|clause| clause.standard);
        let found = hits(sentence, list("vague")).into_iter();
        let open = found.filter(|(from, to)| {
            let measured = standard || sentence.clause(*from).number;
            !(measured || is_no_adjective(sentence, *from, *to))
        });
        open.filter_map(|at| spot("RQ001", sentence, at))
            .collect::<Vec<_>>()
    };
    prose.asking().flat_map(of).collect()
}

/// Whether the word stands for something else: the verb in `clean the cache`, a negation that
/// makes a name of it, `secure` in `a secure cookie`.
fn is_no_adjective(sentence: &Sentence, from: usize, to: usize) -> bool {
    let (word, next) = (sentence.word(from), sentence.word(to));
    let before = from.checked_sub(1).map_or("", |at| sentence.word(at));
    let is_verb = matches!(word, "clear" | "clean" | "address" | "secure" | "fine")
        && matches!(next, "the" | "a" | "all" | "up" | "grained" | "out");
    is_verb || matches!(before, "as" | "not") && word == "important"
}

/// RQ002: it may be done or not.
pub(super) fn escape(prose: &Prose<'_>) -> Vec<Spot> {
    let of = |sentence: &Sentence| {
        let found = hits(sentence, list("escape")).into_iter();
        found
            .filter_map(|at| spot("RQ002", sentence, at))
            .collect::<Vec<_>>()
    };
    prose.asking().flat_map(of).collect()
}

/// RQ003: a list without an end. `such as` before code introduces an example and is none.
pub(super) fn open_end(prose: &Prose<'_>) -> Vec<Spot> {
    let mut found = Vec::new();
    for sentence in prose.asking() {
        for at in hits(sentence, list("open")) {
            let behind = sentence.words[at.1 - 1].end;
            let rest = prose.masked.get(behind..).unwrap_or_default();
            if !rest.trim_start().starts_with(['`', '"']) {
                found.extend(spot("RQ003", sentence, at));
            }
        }
        let source = &prose.masked[sentence.start..sentence.end];
        let dots = source.match_indices("...").chain(source.match_indices('…'));
        for (at, mark) in dots {
            let before = source[..at].trim_end_matches(' ');
            if before.ends_with(',') || before.ends_with(|c: char| c.is_alphanumeric()) {
                let start = sentence.start + at;
                let line = sentence.words.iter().rev().find(|word| word.end <= start);
                found.push(Spot {
                    code: "RQ003",
                    line: line.map_or(sentence.line, |word| word.line),
                    bytes: start..start + mark.len(),
                });
                break;
            }
        }
    }
    found
}

/// RQ004: a quantity that nobody can count.
pub(super) fn quantifier(prose: &Prose<'_>) -> Vec<Spot> {
    let of = |sentence: &Sentence| {
        let found = hits(sentence, list("quantifier")).into_iter();
        let counted = |from: usize| {
            let before = from.checked_sub(1).map_or("", |at| sentence.word(at));
            matches!(before, "at" | "how" | "as" | "too" | "so" | "the")
                && matches!(sentence.word(from), "most" | "many" | "often")
        };
        let open = found.filter(|(from, _)| !counted(*from));
        let many = (0..sentence.words.len()).find(|&at| {
            matches!(sentence.word(at), "many" | "much" | "few" | "little")
                && (sentence.word(at + 2), sentence.word(at + 3)) == ("as", "possible")
        });
        let many = many.map(|at| (at, at + 4));
        open.chain(many)
            .filter_map(|at| spot("RQ004", sentence, at))
            .collect::<Vec<_>>()
    };
    let stated = prose
        .asking()
        .filter(|s| s.role != Role::Heading && !is_story(s));
    stated.flat_map(of).collect()
}

/// Whether the sentence tells who wants what for which end; criteria say the rest.
fn is_story(sentence: &Sentence) -> bool {
    sentence.word(0) == "as" && sentence.has(&["want"])
}

/// Words behind a universal that give it a scope.
const SCOPES: [&str; 30] = [
    "of", "except", "but", "other", "three", "two", "four", "tests", "existing", "whose", "which",
    "that", "who", "pass", "passing", "rows", "columns", "lines", "fields", "it", "them", "these",
    "those", "its", "their", "further", "such", "be", "more", "longer",
];

/// RQ005: all, any, every, never, always, with nothing that limits it.
pub(super) fn universal(prose: &Prose<'_>) -> Vec<Spot> {
    let of = |sentence: &Sentence| {
        let found = hits(sentence, list("universal")).into_iter();
        let open = found.filter(|(from, to)| {
            let limited = (0..3).any(|step| SCOPES.contains(&sentence.word(to + step)));
            let before = from.checked_sub(1).map_or("", |at| sentence.word(at));
            let named = sentence.clause(*from).literal || sentence.clause(*from).number;
            !limited && !named && !matches!(before, "not" | "without" | "at" | "of" | "before")
        });
        open.filter_map(|at| spot("RQ005", sentence, at))
            .collect::<Vec<_>>()
    };
    prose.asking().flat_map(of).collect()
}

/// RQ006: better than what, by how much?
pub(super) fn comparative(prose: &Prose<'_>) -> Vec<Spot> {
    let of = |sentence: &Sentence| {
        let mut found = Vec::new();
        let heads = sentence.role == Role::Heading;
        for at in 0..sentence.words.len() {
            let word = sentence.word(at);
            if list("comparative").has(word) && !is_practice(sentence, at) {
                found.extend(spot("RQ006", sentence, (at, at + 1)));
            } else if matches!(word, "more" | "less") && grades(sentence.word(at + 1)) {
                found.extend(spot("RQ006", sentence, (at, at + 2)));
            } else if heads && IMPROVES.contains(&word) {
                found.extend(spot("RQ006", sentence, (at, at + 1)));
            } else if word == "as"
                && sentence.word(at + 2) == "as"
                && list("performance").has(sentence.word(at + 1))
            {
                found.extend(spot("RQ006", sentence, (at, at + 3)));
            }
        }
        let measured = sentence.role == Role::Paragraph && sentence.is_concrete();
        if measured { Vec::new() } else { found }
    };
    prose.asking().flat_map(of).collect()
}

/// Verbs of a title that compare with what is there.
const IMPROVES: [&str; 7] = [
    "improve",
    "improved",
    "improvement",
    "improvements",
    "enhance",
    "optimise",
    "optimize",
];

/// `best practice` is vague and compares nothing.
fn is_practice(sentence: &Sentence, at: usize) -> bool {
    matches!(sentence.word(at + 1), "practice" | "practices" | "effort")
}

/// Whether `more` and this word compare a quality, and count nothing.
fn grades(word: &str) -> bool {
    let endings = [
        "able", "ible", "ive", "ful", "ic", "ent", "ant", "ing", "ous", "ly",
    ];
    list("vague").has(word) || (word.len() > 5 && endings.iter().any(|end| word.ends_with(end)))
}
