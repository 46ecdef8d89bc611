//! Draws what the linter says of a ticket.

use super::{Palette, Tone, harmless};
use crate::json::LintDocument;
use redgreen_core::lint::{Readiness, TicketFinding};

/// The whole text for `document`.
pub fn render(document: &LintDocument, palette: Palette) -> String {
    let ticket = palette.paint(Tone::Strong, &harmless(&document.ticket));
    let mut text = format!("{ticket}  {}\n", harmless(&document.title));
    text.push_str(&match document.criteria {
        1 => "1 acceptance criterion\n".to_owned(),
        many => format!("{many} acceptance criteria\n"),
    });
    for found in &document.findings {
        text.push_str(&finding(found, &harmless(&document.source), palette));
    }
    let (words, tone) = match document.readiness {
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
    let (word, tone) = match found.blocks {
        true => ("blocks", Tone::Bad),
        false => ("note", Tone::Doubtful),
    };
    let code = palette.paint_strong(tone, &found.code);
    let place = palette.paint(Tone::Quiet, &format!("{source}:{}", found.line));
    format!(
        "\n  {code} {}  {place}\n      {}\n      {}\n",
        palette.paint(tone, word),
        harmless(&found.message),
        harmless(&found.remedy)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::expected::{COLOURED, PLAIN, check};

    fn document() -> LintDocument {
        let found = |code: &str, blocks| TicketFinding {
            code: code.to_owned(),
            line: 3,
            message: "the placeholder {{x\u{1b}[2J}} is left".to_owned(),
            blocks,
            remedy: "write what it stands for".to_owned(),
        };
        LintDocument {
            schema: LintDocument::SCHEMA.to_owned(),
            source: "tickets/limit.md".to_owned(),
            ticket: "limit".to_owned(),
            title: "Limit requests\u{202e}".to_owned(),
            readiness: Readiness::Red,
            exit_code: 1,
            criteria: 1,
            findings: vec![found("RQ031", true), found("RQ050", false)],
        }
    }

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
            ..document()
        };
        let text = render(&green, PLAIN);
        assert!(
            text.ends_with("\nGreen: nothing is missing that can be seen\n"),
            "{text}"
        );
    }
}
