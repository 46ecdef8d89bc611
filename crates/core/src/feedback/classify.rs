//! Sorts points by rule: labels of the reviewer first, then wording. No model takes part.

use super::Class;
use crate::feedback::Class::{Ambiguous, Behaviour, Question, Remark, Style};

/// Where the words stand, as far as it decides anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Beside a line, below the pull request, or in a review that asks for changes.
    Said,
    /// In a review that approves.
    Approved,
}

/// A class and the rule that gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruled {
    /// The class.
    pub class: Class,
    /// The rule, in words.
    pub because: String,
    /// Whether the reviewer says it outright, by a label or a command.
    pub is_told: bool,
}

fn ruled(class: Class, because: impl Into<String>) -> Ruled {
    Ruled {
        class,
        because: because.into(),
        is_told: false,
    }
}

fn told(class: Class, because: impl Into<String>) -> Ruled {
    Ruled {
        is_told: true,
        ..ruled(class, because)
    }
}

/// Labels of Conventional Comments and their like, as they stand before a colon.
const LABELS: [(&[&str], Class); 4] = [
    (
        &[
            "issue",
            "bug",
            "fix",
            "behaviour",
            "behavior",
            "test",
            "security",
            "blocker",
        ],
        Behaviour,
    ),
    (
        &[
            "nit",
            "nitpick",
            "style",
            "typo",
            "polish",
            "chore",
            "wording",
            "naming",
            "docs",
            "suggestion",
            "refactor",
        ],
        Style,
    ),
    (&["question", "q"], Question),
    (&["praise", "note", "thought", "fyi"], Remark),
];

/// Words that ask for the same behaviour in another shape.
const STYLE: [&str; 36] = [
    "rename",
    "renamed",
    "typo",
    "typos",
    "spelling",
    "spelled",
    "naming",
    "wording",
    "reword",
    "rephrase",
    "comment",
    "comments",
    "docstring",
    "doc comment",
    "formatting",
    "indent",
    "indentation",
    "whitespace",
    "unused import",
    "extract",
    "inline this",
    "inline it",
    "simplify",
    "duplicate",
    "duplicated",
    "duplication",
    "dead code",
    "readability",
    "readable",
    "more idiomatic",
    "shorter",
    "constant for",
    "magic number",
    "clearer name",
    "better name",
    "grammar",
];

/// Words that speak of what the program does.
const BEHAVIOUR: [&str; 42] = [
    "should return",
    "should raise",
    "should throw",
    "should fail",
    "should reject",
    "should accept",
    "should be rejected",
    "should be refused",
    "should answer",
    "must return",
    "must not",
    "must be",
    "returns",
    "crash",
    "crashes",
    "panic",
    "panics",
    "breaks",
    "wrong",
    "incorrect",
    "off by one",
    "off-by-one",
    "overflow",
    "underflow",
    "race",
    "deadlock",
    "leak",
    "leaks",
    "injection",
    "edge case",
    "bug",
    "regression",
    "does not handle",
    "doesn't handle",
    "not handled",
    "negative",
    "empty list",
    "empty string",
    "null",
    "none",
    "zero",
    "rounded",
];

/// Words that make a request of a sentence that ends in a question mark.
const REQUESTS: [&str; 8] = [
    "can you",
    "could you",
    "can we",
    "could we",
    "would you",
    "please",
    "shouldn't",
    "should this not",
];

/// Texts that ask for nothing.
const NOTHING: [&str; 12] = [
    "lgtm",
    "looks good",
    "looks good to me",
    "thanks",
    "thank you",
    "nice",
    "great",
    "great work",
    "+1",
    "done",
    "good catch",
    "approved",
];

/// What `text` asks for, and why.
pub fn classify(sort: Sort, text: &str) -> Ruled {
    let words = prose(text);
    if let Some(class) = commanded(&words) {
        return told(class, "a line `redgreen: …` says so");
    }
    if let Some((label, class)) = labelled(&words) {
        return told(class, format!("it is labelled `{label}:`"));
    }
    if text
        .lines()
        .any(|line| line.trim_start().starts_with("```suggestion"))
    {
        return ruled(Style, "it brings a suggestion block");
    }
    let plain = words.to_lowercase();
    let bare = plain.trim_matches(|c: char| !c.is_alphanumeric() && c != '+');
    if bare.is_empty() || NOTHING.contains(&bare) {
        return ruled(Remark, "it asks for nothing");
    }
    if sort == Sort::Approved {
        return ruled(
            Remark,
            "it stands in a review that approves, without a label",
        );
    }
    by_wording(&plain)
}

fn by_wording(plain: &str) -> Ruled {
    let is_asked = plain.trim_end().ends_with('?');
    let requests = REQUESTS.iter().any(|words| has(plain, words));
    if is_asked && !requests {
        return ruled(Question, "it ends in a question mark");
    }
    let style = STYLE.iter().find(|words| has(plain, words));
    let behaviour = BEHAVIOUR.iter().find(|words| has(plain, words));
    match (style, behaviour) {
        (Some(word), None) => ruled(Style, format!("it speaks of shape: “{word}”")),
        (None, Some(word)) => ruled(Behaviour, format!("it speaks of behaviour: “{word}”")),
        (Some(one), Some(other)) => ruled(
            Ambiguous,
            format!("it speaks of shape (“{one}”) and of behaviour (“{other}”)"),
        ),
        (None, None) => ruled(Ambiguous, "no rule knows its words"),
    }
}

/// The text without quotations and code blocks: others' words and code ask for nothing.
fn prose(text: &str) -> String {
    let mut kept = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("```") || line.starts_with("~~~") {
            in_code = !in_code;
        } else if !in_code && !line.starts_with('>') {
            kept.push(line);
        }
    }
    kept.join("\n").trim().to_owned()
}

/// The class that a line `redgreen: CLASS` names.
fn commanded(words: &str) -> Option<Class> {
    words.lines().find_map(|line| {
        let line = line.trim_start_matches('/').trim();
        let (name, class) = line.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case("redgreen")
            .then(|| Class::named(class))?
    })
}

/// The label at the beginning, with its class: `issue (blocking): …`, `**nit:** …`.
fn labelled(words: &str) -> Option<(String, Class)> {
    let first = words.lines().next()?;
    let (label, _) = first.split_once(':')?;
    let label = label.trim_matches(|c: char| c == '*' || c == '_' || c == '`' || c.is_whitespace());
    let (label, mark) = match label.split_once('(') {
        Some((label, mark)) => (label.trim(), mark.trim_end_matches(')')),
        None => (label, ""),
    };
    let label = label.to_lowercase();
    let of = |class: &(&[&str], Class)| class.0.contains(&label.as_str()).then_some(class.1);
    let class = LABELS.iter().find_map(of)?;
    // A decoration can say more than the label: `suggestion (behaviour): …`.
    let marked = mark.split(',').find_map(Class::named);
    Some((label, marked.unwrap_or(class)))
}

/// Whether `words` stand in `text` as words of their own.
fn has(text: &str, words: &str) -> bool {
    let in_word = |letter: Option<char>| letter.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(words).any(|(at, _)| {
        !in_word(text[..at].chars().next_back())
            && !in_word(text[at + words.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, owed: Class) {
        let found = classify(Sort::Said, text);
        assert_eq!(found.class, owed, "{text:?}: {}", found.because);
    }

    #[test]
    fn a_label_of_the_reviewer_decides() {
        check("issue: rename this", Behaviour);
        check("**issue (blocking):** the total", Behaviour);
        check("nit: should return 3", Style);
        check("question: rename?", Question);
        check("suggestion (behaviour): refuse it", Behaviour);
        check("praise: lovely, no bug", Remark);
        check("whatever: no label", Ambiguous);
    }

    #[test]
    fn a_command_decides_over_everything() {
        check("nit: rename\n\nredgreen: behaviour", Behaviour);
        check("redgreen: skip", Remark);
        check("redgreen: rm -rf /", Ambiguous);
    }

    #[test]
    fn a_suggestion_block_is_style_unless_a_label_says_otherwise() {
        check("```suggestion\nlet total = 3;\n```", Style);
        check(
            "issue: refuse it\n```suggestion\nreturn None;\n```",
            Behaviour,
        );
    }

    #[test]
    fn wording_decides_where_no_label_does() {
        check(
            "A percentage of 0 should return the price itself.",
            Behaviour,
        );
        check("This panics for an empty list", Behaviour);
        check("Please rename `x` to `price`.", Style);
        check("There is a typo here", Style);
        check("Why not a float?", Question);
        check("Could you rename this?", Style);
        check("Rename it, and it must not panic", Ambiguous);
        check("Hmm.", Ambiguous);
    }

    #[test]
    fn what_asks_for_nothing_is_a_remark() {
        check("LGTM!", Remark);
        check("👍", Remark);
        check("> quoted: wrong\n\nThanks.", Remark);
        let approved = classify(Sort::Approved, "I would have named it differently.");
        assert_eq!(approved.class, Remark);
        assert_eq!(classify(Sort::Approved, "issue: 0 panics").class, Behaviour);
    }

    #[test]
    fn code_and_quotations_decide_nothing() {
        check("> it panics\n\nPlease rename this.", Style);
        check("Please rename:\n```\nmust_not_panic() // wrong\n```", Style);
    }

    #[test]
    fn a_word_is_found_as_a_word_alone() {
        check("nonetheless fine by me, zeros and all", Ambiguous);
    }
}
