//! Writes the one comment that a ticket gets: Markdown between marks that stay, so that the next
//! one takes its place.

use crate::json::LintDocument;
use crate::screen::harmless;
use redgreen_core::lint::{Readiness, Severity, TicketFinding, TicketQuestion};
use std::fmt::Write as _;

/// What the comment begins with, on a line of its own.
pub const BEGINS: &str = "<!-- redgreen:lint -->";

/// What it ends with.
pub const ENDS: &str = "<!-- /redgreen:lint -->";

/// The largest comment that forges take, in characters.
pub const MOST_CHARACTERS: usize = 65_536;

/// Room for what stands behind the last entry.
const RESERVE: usize = 400;

/// The comment about `document`. It quotes the ticket in code, so that nothing in it is a mention,
/// a link or a tag; what does not fit is counted.
pub fn body(document: &LintDocument) -> String {
    let mut text = format!("{BEGINS}\n### {}\n", headline(document));
    let mut room = MOST_CHARACTERS - RESERVE;
    let mut left_out = 0_usize;
    let mut add = |entry: String, text: &mut String| {
        let length = entry.chars().count();
        match room.checked_sub(length) {
            Some(rest) => {
                room = rest;
                text.push_str(&entry);
            }
            None => left_out += 1,
        }
    };
    for question in document.asked() {
        add(asked(question), &mut text);
    }
    let weighs = |found: &&TicketFinding| found.severity > Severity::Info;
    let heavy: Vec<&TicketFinding> = document.findings.iter().filter(weighs).collect();
    for (number, found) in heavy.iter().enumerate() {
        let lead = if number == 0 { "\n" } else { "" };
        add(format!("{lead}{}", finding(found)), &mut text);
    }
    let notes: Vec<&TicketFinding> = document
        .findings
        .iter()
        .filter(|found| !weighs(found))
        .collect();
    let listed: Vec<&TicketQuestion> = document.listed().collect();
    if !(notes.is_empty() && listed.is_empty()) {
        let count = notes.len() + listed.len();
        let _ = write!(text, "\n<details><summary>{count} notes</summary>\n\n");
        for found in notes {
            add(finding(found), &mut text);
        }
        for question in listed {
            add(note(question), &mut text);
        }
        text.push_str("\n</details>\n");
    }
    if left_out > 0 {
        let _ = write!(
            text,
            "\n{left_out} more did not fit: `redgreen lint` prints them.\n"
        );
    }
    text.push_str(ENDS);
    text.push('\n');
    text
}

fn headline(document: &LintDocument) -> &'static str {
    match document.readiness {
        Readiness::Green => "Ready: nothing is missing that can be seen",
        Readiness::Amber => "Ready with notes: what is open is assumed as below",
        Readiness::Red => "Not ready: work cannot start before this is mended",
    }
}

/// `text` as code in one line: no backtick of its own can end it.
fn code(text: &str) -> String {
    let plain = harmless(text).replace('`', "'").replace(['\n', '\r'], " ");
    format!("`{plain}`")
}

/// `text` with nothing in it that Markdown or HTML takes for its own, and no mention.
fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in harmless(text).chars() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '&' => safe.push_str("&amp;"),
            '@' => safe.push_str("&#64;"),
            '#' => safe.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '!' | '|' | '~' | '>' => {
                safe.push('\\');
                safe.push(letter);
            }
            '\n' | '\r' => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe.replace("://", ":&#47;/").replace("www.", "www&#46;")
}

fn finding(found: &TicketFinding) -> String {
    let place = format!("- **{}** line {}", found.code, found.line);
    let quote = match found.quote.as_str() {
        "" => String::new(),
        quote => format!(" {}", code(quote)),
    };
    format!(
        "{place}{quote}: {}. {}\n",
        plain(&found.message),
        plain(&found.remedy)
    )
}

fn asked(question: &TicketQuestion) -> String {
    format!(
        "\n**{}** ({}, line {})\n{}.\nAssumed where nobody answers: {}.\n",
        plain(&question.text),
        question.code,
        question.line,
        plain(&question.why),
        plain(&question.default)
    )
}

fn note(question: &TicketQuestion) -> String {
    format!(
        "- {} Assumed: {}.\n",
        plain(&question.text),
        plain(&question.default)
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use redgreen_core::lint::{Passed, rule};

    fn found(code: &str, quote: &str) -> TicketFinding {
        let rule = rule::of_code(code).unwrap();
        TicketFinding {
            code: code.to_owned(),
            severity: rule.severity,
            line: 3,
            quote: quote.to_owned(),
            message: format!("\"{quote}\" is here"),
            why: rule.why.to_owned(),
            remedy: "write what it stands for".to_owned(),
        }
    }

    fn question(about: &str, asked: bool) -> TicketQuestion {
        TicketQuestion {
            code: "RQ060".to_owned(),
            about: about.to_owned(),
            line: 5,
            text: "How large may a file be?".to_owned(),
            why: "one file fills the disk".to_owned(),
            default: "5 MiB".to_owned(),
            blocks: false,
            asked,
            weight: 6,
        }
    }

    pub(crate) fn document() -> LintDocument {
        LintDocument {
            schema: LintDocument::SCHEMA.to_owned(),
            version: "0.0.0".to_owned(),
            source: "tickets/a b.md".to_owned(),
            ticket: "limit".to_owned(),
            title: "Limit requests\u{202e}".to_owned(),
            readiness: Readiness::Red,
            exit_code: 1,
            criteria: 1,
            repository: true,
            findings: vec![
                found("RQ031", "{{x\u{1b}[2J}}"),
                found("RQ001", "fast, `clean`"),
            ],
            questions: vec![
                question("upload: size", true),
                question("upload: scanning", false),
            ],
            passed: vec![Passed {
                finding: found("RQ003", "etc"),
                reason: "the list is long".to_owned(),
                said_in: "ticket".to_owned(),
            }],
        }
    }

    #[test]
    fn the_comment_has_its_marks_and_quotes_the_ticket_as_code() {
        let text = body(&document());
        assert!(
            text.starts_with(BEGINS) && text.ends_with(&format!("{ENDS}\n")),
            "{text}"
        );
        assert!(
            text.contains("**How large may a file be?** (RQ060, line 5)"),
            "{text}"
        );
        assert!(
            text.contains("- **RQ001** line 3 `fast, 'clean'`"),
            "{text}"
        );
        assert!(text.contains("<summary>1 notes</summary>"), "{text}");
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn what_a_ticket_says_is_no_markdown_and_no_mention() {
        let mut hostile = document();
        hostile.findings[0].message = "@all <img src=x> [a](http://x) --> #1".to_owned();
        let text = body(&hostile);
        for part in ["@all", "<img", "[a]", "-->\n-", "http://", " #1"] {
            assert!(!text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn a_long_comment_is_cut_between_entries_and_says_so() {
        let mut long = document();
        long.findings = vec![found("RQ001", &"wide ".repeat(200)); 400];
        let text = body(&long);
        assert!(
            text.chars().count() <= MOST_CHARACTERS,
            "{}",
            text.chars().count()
        );
        assert!(text.contains(" more did not fit") && text.ends_with(&format!("{ENDS}\n")));
    }
}
