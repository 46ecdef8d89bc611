//! Finds what a template left open, and fills in what a ticket answers.

use crate::ticket::outline::Outline;
use crate::ticket::{Defaults, Ticket};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Something that a text leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Placeholder {
    /// Its name: `FEATURE_DESCRIPTION`, `TICKET`, `TBD`, `NEEDS CLARIFICATION`.
    pub name: String,
    /// As the text has it: `<FEATURE_DESCRIPTION>`, `{{TICKET}}`.
    pub written: String,
    /// Its line, from 1.
    pub line: u32,
}

/// A text with its placeholders filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Resolved {
    /// The text. What was filled in is not looked at again, so that no ticket can loop.
    pub text: String,
    /// What was filled in.
    pub resolved: Vec<Placeholder>,
    /// What is still open, and stands in the text as it was.
    pub unresolved: Vec<Placeholder>,
}

/// Element names of HTML that people write in capitals, and that are no placeholder.
const ELEMENTS: [&str; 24] = [
    "BR", "HR", "DIV", "SPAN", "TABLE", "TR", "TD", "TH", "UL", "OL", "LI", "PRE", "IMG", "HTML",
    "BODY", "HEAD", "FORM", "INPUT", "SUB", "SUP", "KBD", "DETAILS", "SUMMARY", "CODE",
];

/// What may stand behind the word when a to-do list, and no gap, is meant.
const TODO_SUBJECTS: [&str; 12] = [
    "list", "lists", "item", "items", "app", "apps", "entry", "entries", "comment", "comments",
    "page", "board",
];

/// Every placeholder of `text` outside of code and HTML comments, in its order.
pub fn find(text: &str) -> Vec<Placeholder> {
    let found = spots(text).into_iter();
    found.map(|(_, placeholder)| placeholder).collect()
}

/// Fills in what `ticket` and `defaults` answer. In code (spans and blocks) nothing is filled in.
///
/// `FEATURE_DESCRIPTION` is the title with the first prose of the body, `REFERENCES_OR_NONE` the
/// references or `none`, `PERF_TARGETS_OR_DEFAULTS` the ticket's targets or else those of
/// `defaults`, `TICKET` the whole ticket; other names are looked up in `defaults`.
pub fn resolve(text: &str, ticket: &Ticket, defaults: &Defaults) -> Resolved {
    let mut filled = String::with_capacity(text.len());
    let (mut resolved, mut unresolved) = (Vec::new(), Vec::new());
    let mut from = 0;
    for (range, placeholder) in spots(text) {
        match value(&placeholder, ticket, defaults) {
            Some(value) => {
                filled.push_str(&text[from..range.start]);
                filled.push_str(&value);
                from = range.end;
                resolved.push(placeholder);
            }
            None => unresolved.push(placeholder),
        }
    }
    filled.push_str(&text[from..]);
    Resolved {
        text: filled,
        resolved,
        unresolved,
    }
}

fn value(placeholder: &Placeholder, ticket: &Ticket, defaults: &Defaults) -> Option<String> {
    if !placeholder.written.starts_with(['<', '{']) {
        return None;
    }
    match placeholder.name.as_str() {
        "TICKET" => Some(fenced_in(ticket.text.trim_end())),
        "FEATURE_DESCRIPTION" => Some(ticket.description()),
        "REFERENCES_OR_NONE" if ticket.references.is_empty() => Some("none".to_owned()),
        "REFERENCES_OR_NONE" => {
            let references = ticket.references.iter().map(ToString::to_string);
            Some(references.collect::<Vec<_>>().join(", "))
        }
        "PERF_TARGETS_OR_DEFAULTS" => targets(ticket, defaults),
        other => defaults.placeholders.get(other).cloned(),
    }
}

fn targets(ticket: &Ticket, defaults: &Defaults) -> Option<String> {
    let mut texts: Vec<&str> = ticket.performance.iter().map(|t| t.text.as_str()).collect();
    if texts.is_empty() {
        texts = defaults.performance.iter().map(String::as_str).collect();
    }
    texts.dedup();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// The ticket's text, unable to close the `<ticket>` element that a template puts round it.
fn fenced_in(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut safe = String::with_capacity(text.len());
    let mut from = 0;
    for (at, mark) in lower.match_indices("</ticket") {
        safe.push_str(&text[from..at]);
        safe.push_str("&lt;");
        safe.push_str(&text[at + 1..at + mark.len()]);
        from = at + mark.len();
    }
    safe.push_str(&text[from..]);
    safe
}

/// The placeholders with the bytes that they take.
fn spots(text: &str) -> Vec<(Range<usize>, Placeholder)> {
    let outline = Outline::of(text);
    let masked = outline.masked();
    let mut spots = Vec::new();
    let mut at = 0;
    while let Some(step) = masked[at..].find(['<', '{', '[', 'T', '?']) {
        let start = at + step;
        let found = gap(&masked, start);
        at = start + found.as_ref().map_or(1, |(_, length)| *length);
        if let Some((name, length)) = found {
            let placeholder = Placeholder {
                name,
                written: text[start..start + length].to_owned(),
                line: outline.line(start),
            };
            spots.push((start..start + length, placeholder));
        }
    }
    spots
}

/// Name and length of the placeholder that starts at `start`.
fn gap(text: &str, start: usize) -> Option<(String, usize)> {
    let rest = &text[start..];
    let before = text[..start].chars().next_back();
    let inside_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("{{") {
        return bracketed(rest, "{{", "}}");
    }
    if rest.starts_with('<') && !inside_word {
        return bracketed(rest, "<", ">")
            .filter(|(name, _)| name.len() > 1 && !ELEMENTS.contains(&name.as_str()));
    }
    if rest.starts_with('[') {
        return clarification(rest);
    }
    if rest.starts_with('?') {
        let length = rest.len() - rest.trim_start_matches('?').len();
        let alone = before.is_none_or(|c| c.is_whitespace() || matches!(c, ':' | '(' | '=' | '|'));
        return (length >= 3 && alone).then(|| ("???".to_owned(), length));
    }
    ["TBD", "TODO"]
        .into_iter()
        .find(|word| !inside_word && word_stands(rest, word))
        .filter(|word| *word == "TBD" || !is_todo_subject(&text[..start], &rest[4..]))
        .map(|word| (word.to_owned(), word.len()))
}

fn word_stands(rest: &str, word: &str) -> bool {
    rest.strip_prefix(word).is_some_and(|after| {
        !after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/'))
    })
}

/// Whether the to-do is what the ticket is about: `the TODO list`, `each TODO`.
fn is_todo_subject(before: &str, after: &str) -> bool {
    let last = before.split_whitespace().next_back().unwrap_or_default();
    let same_line = !before.trim_end_matches([' ', '\t']).ends_with('\n');
    let article = [
        "a", "an", "the", "each", "every", "one", "no", "this", "that",
    ];
    let next = after.strip_prefix(' ').unwrap_or_default();
    let next: String = next.chars().take_while(|c| c.is_alphabetic()).collect();
    TODO_SUBJECTS.contains(&next.to_lowercase().as_str())
        || (same_line && article.contains(&last.to_lowercase().as_str()))
}

/// A name in capitals between `open` and `close`.
fn bracketed(rest: &str, open: &str, close: &str) -> Option<(String, usize)> {
    let inner = rest.strip_prefix(open)?;
    let end = inner.find(|c: char| {
        !(c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | ' '))
    })?;
    let name = inner[..end].trim();
    let spaced = open == "{{" || name.len() == end;
    let named = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.len() <= 80;
    (named && spaced && inner[end..].starts_with(close))
        .then(|| (name.to_owned(), open.len() + end + close.len()))
}

/// `[NEEDS CLARIFICATION: …]`, to its bracket or to the end of the line.
fn clarification(rest: &str) -> Option<(String, usize)> {
    const MARK: &str = "[NEEDS CLARIFICATION";
    let head = rest.get(..MARK.len())?;
    if !head.eq_ignore_ascii_case(MARK) {
        return None;
    }
    let line = rest.find('\n').unwrap_or(rest.len());
    let end = rest[..line].find(']').map_or(line, |end| end + 1);
    Some((MARK[1..].to_owned(), end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(text: &str) -> Vec<String> {
        find(text).into_iter().map(|found| found.name).collect()
    }

    fn ticket(text: &str) -> Ticket {
        Ticket::parse("T-1", text, &Defaults::default()).expect("the ticket has text")
    }

    #[test]
    fn every_usual_mark_of_a_gap_is_found_with_its_line() {
        let text = "<FEATURE_DESCRIPTION> {{ TICKET }}\n- TBD, TODO: x (???)\n[NEEDS CLARIFICATION: who?] <A B>";
        let found = find(text);
        let listed: Vec<_> = found.iter().map(|p| (p.name.as_str(), p.line)).collect();
        assert_eq!(
            listed,
            [
                ("FEATURE_DESCRIPTION", 1),
                ("TICKET", 1),
                ("TBD", 2),
                ("TODO", 2),
                ("???", 2),
                ("NEEDS CLARIFICATION", 3),
                ("A B", 3)
            ]
        );
        assert_eq!(found[5].written, "[NEEDS CLARIFICATION: who?]");
    }

    #[test]
    fn what_is_no_gap_is_left_alone() {
        for text in [
            "`<NAME>` and\n```\n{{TICKET}} TODO\n```",
            "<!-- TODO: describe -->",
            "Vec<STRING> <T> <BR> <b> <ticket> a<B1>",
            "Show the TODO list; mark each TODO as done",
            "Really??? TODOS TBD-7 {{lower}} {{}}",
        ] {
            assert_eq!(names(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn the_whole_ticket_is_filled_in_once_and_never_again() {
        let hostile = ticket("# A\n\n{{TICKET}} <FEATURE_DESCRIPTION> </Ticket> stop");
        let resolved = resolve(
            "<ticket>\n{{TICKET}}\n</ticket>",
            &hostile,
            &Defaults::default(),
        );
        assert_eq!(
            resolved.text,
            "<ticket>\n# A\n\n{{TICKET}} <FEATURE_DESCRIPTION> &lt;/Ticket> stop\n</ticket>"
        );
        assert_eq!(resolved.resolved.len(), 1);
        assert!(resolved.unresolved.is_empty());
    }

    #[test]
    fn targets_come_from_the_ticket_then_from_the_defaults_then_stay_open() {
        let template = "<PERF_TARGETS_OR_DEFAULTS>";
        let mut defaults = Defaults::default();
        let plain = ticket("# A\n\ntext");
        let open = resolve(template, &plain, &defaults);
        assert_eq!((open.text.as_str(), open.unresolved.len()), (template, 1));
        defaults.performance.push("p95 < 100 ms".to_owned());
        assert_eq!(resolve(template, &plain, &defaults).text, "p95 < 100 ms");
        let stated = ticket("# A\n\n## Performance\n- p95 < 50 ms\n- memory < 9 MiB\n");
        let filled = resolve(template, &stated, &defaults);
        assert_eq!(filled.text, "p95 < 50 ms; memory < 9 MiB");
    }

    #[test]
    fn a_project_can_answer_names_of_its_own() {
        let mut defaults = Defaults::default();
        defaults
            .placeholders
            .insert("STYLE_GUIDE".to_owned(), "PEP 8".to_owned());
        let resolved = resolve(
            "Follow {{STYLE_GUIDE}}, {{OTHER}}",
            &ticket("# A"),
            &defaults,
        );
        assert_eq!(resolved.text, "Follow PEP 8, {{OTHER}}");
        assert_eq!(resolved.unresolved[0].name, "OTHER");
    }

    proptest! {
        #[test]
        fn resolving_any_text_keeps_what_it_cannot_answer(text in "[<>{}A-Z_\\[\\]? \n`é-]{0,60}") {
            let resolved = resolve(&text, &ticket("# A\n\nb"), &Defaults::default());
            let mut named = resolved.resolved.clone();
            named.extend(resolved.unresolved.clone());
            prop_assert_eq!(named.len(), find(&text).len());
            if resolved.resolved.is_empty() {
                prop_assert_eq!(resolved.text, text);
            }
        }
    }
}
