//! Draws what the linter says of a ticket.

use super::{Palette, Tone, harmless};
use crate::json::LintDocument;
use redgreen_core::lint::{Readiness, Severity, TicketFinding, TicketQuestion};

/// The whole text for `document`.
pub fn render(document: &LintDocument, palette: Palette) -> String {
    let ticket = palette.paint(Tone::Strong, &harmless(&document.ticket));
    let mut text = format!("{ticket}  {}\n", harmless(&document.title));
    text.push_str(&match document.criteria {
        1 => "1 acceptance criterion".to_owned(),
        many => format!("{many} acceptance criteria"),
    });
    text.push_str(match document.repository {
        true => "; names looked up in the repository\n",
        false => "; no repository here, so no name was looked up\n",
    });
    let source = harmless(&document.source);
    for severity in [
        Severity::Block,
        Severity::Ask,
        Severity::Warn,
        Severity::Info,
    ] {
        let found = document.findings.iter();
        for found in found.filter(|found| found.severity == severity) {
            text.push_str(&finding(found, &source, palette));
        }
    }
    text.push_str(&questions(document, palette));
    for passed in &document.passed {
        text.push_str(&format!(
            "\n  {} let pass in line {} by {}: {}\n",
            passed.finding.code,
            passed.finding.line,
            passed.said_in,
            harmless(&passed.reason)
        ));
    }
    let (words, tone) = match document.readiness {
        Readiness::Green if document.asked().next().is_some() => {
            ("Green: work can start, what is open is assumed", Tone::Good)
        }
        Readiness::Green => ("Green: nothing is missing that can be seen", Tone::Good),
        Readiness::Amber => (
            "Amber: work can start, with the notes above",
            Tone::Doubtful,
        ),
        Readiness::Red => ("Red: work cannot start before this is mended", Tone::Bad),
    };
    text + &format!("\n{}\n", palette.paint_strong(tone, words))
}

fn finding(found: &TicketFinding, source: &str, palette: Palette) -> String {
    let (word, tone) = match found.severity {
        Severity::Block => ("blocks", Tone::Bad),
        Severity::Ask => ("asks", Tone::Doubtful),
        Severity::Warn => ("warns", Tone::Doubtful),
        Severity::Info => ("notes", Tone::Quiet),
    };
    let code = palette.paint_strong(tone, &found.code);
    let place = palette.paint(Tone::Quiet, &format!("{source}:{}", found.line));
    format!(
        "\n  {code} {}  {place}\n      {}: {}\n      {}\n",
        palette.paint(tone, word),
        harmless(&found.message),
        harmless(&found.why),
        harmless(&found.remedy)
    )
}

/// What is asked, one by one, and what is only listed.
fn questions(document: &LintDocument, palette: Palette) -> String {
    let mut text = String::new();
    if document.asked().next().is_some() {
        let heading = "Open questions, with what is assumed where nobody answers";
        text.push_str(&format!("\n{}\n", palette.paint(Tone::Strong, heading)));
    }
    for question in document.asked() {
        text.push_str(&asked(question, &harmless(&document.source), palette));
    }
    let listed: Vec<String> = document.listed().map(|q| harmless(&q.about)).collect();
    if !listed.is_empty() {
        let many = listed.join("; ");
        text.push_str(&format!("\n  also open, with defaults: {many}\n"));
    }
    text
}

fn asked(question: &TicketQuestion, source: &str, palette: Palette) -> String {
    let code = palette.paint_strong(Tone::Doubtful, &question.code);
    let place = palette.paint(Tone::Quiet, &format!("{source}:{}", question.line));
    let settled = match question.blocks {
        true => "nothing is assumed: somebody decides".to_owned(),
        false => format!("assumed: {}", harmless(&question.default)),
    };
    format!(
        "\n  {code} {}  {place}\n      {}\n      {}\n      {settled}\n",
        harmless(&question.about),
        harmless(&question.text),
        harmless(&question.why)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::ticket_comment::tests::document;
    use crate::screen::expected::{COLOURED, PLAIN, check};

    #[test]
    fn each_finding_has_its_line_and_its_remedy() {
        check("lint", &render(&document(), PLAIN));
        check("lint.colour", &render(&document(), COLOURED));
    }

    #[test]
    fn a_ticket_without_findings_is_green() {
        let green = LintDocument {
            readiness: Readiness::Green,
            findings: Vec::new(),
            questions: Vec::new(),
            passed: Vec::new(),
            ..document()
        };
        let text = render(&green, PLAIN);
        assert!(
            text.ends_with("\nGreen: nothing is missing that can be seen\n"),
            "{text}"
        );
    }
}
