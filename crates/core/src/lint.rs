//! Lints a ticket before anyone works on it: structure alone, no taste and no model.
//!
//! The rules here are those that stop a run. Rules about wording belong beside them, one function
//! each, in the list that [`lint`] walks.

use crate::id::TicketId;
use crate::ticket::placeholder::{self, Placeholder};
use crate::ticket::{Defaults, Ticket};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that the linter says about a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TicketFinding {
    /// The rule: `RQ030`.
    pub code: String,
    /// The line of the ticket, from 1.
    pub line: u32,
    /// What was found, in one line.
    pub message: String,
    /// Whether work cannot start before it is mended.
    pub blocks: bool,
    /// What to do about it.
    pub remedy: String,
}

/// Whether work on a ticket can start.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// Nothing was found.
    Green,
    /// Something was found that does not block.
    Amber,
    /// Something blocks.
    Red,
}

impl Readiness {
    /// The readiness that `findings` leave.
    pub fn of(findings: &[TicketFinding]) -> Self {
        if findings.iter().any(|finding| finding.blocks) {
            Self::Red
        } else if findings.is_empty() {
            Self::Green
        } else {
            Self::Amber
        }
    }
}

/// Every finding on `ticket`, by line.
pub fn lint(ticket: &Ticket, defaults: &Defaults) -> Vec<TicketFinding> {
    let rules: [&dyn Fn() -> Vec<TicketFinding>; 3] = [
        &|| no_criterion(ticket),
        &|| placeholders_left(ticket, defaults),
        &|| hidden_text(ticket),
    ];
    let mut findings: Vec<TicketFinding> = rules.iter().flat_map(|rule| rule()).collect();
    findings.sort_by_key(|finding| finding.line);
    findings
}

/// RQ030: no acceptance criterion. Advises where the kind itself says what must hold.
fn no_criterion(ticket: &Ticket) -> Vec<TicketFinding> {
    if !ticket.criteria.is_empty() {
        return Vec::new();
    }
    vec![TicketFinding {
        code: "RQ030".to_owned(),
        line: 1,
        message: format!("{} has no acceptance criterion", named(&ticket.id)),
        blocks: !ticket.kind.implies_its_criterion(),
        remedy: "add a section \"Acceptance criteria\" with one list item for each thing that \
                 can be seen when the work is done"
            .to_owned(),
    }]
}

/// RQ031: a placeholder is left, that nothing answers.
fn placeholders_left(ticket: &Ticket, defaults: &Defaults) -> Vec<TicketFinding> {
    let resolved = placeholder::resolve(&ticket.text, ticket, defaults);
    let own = |found: &Placeholder| matches!(found.name.as_str(), "TICKET" | "FEATURE_DESCRIPTION");
    let of_itself = resolved.resolved.into_iter().filter(own);
    let left = resolved.unresolved.into_iter().chain(of_itself);
    left.map(|placeholder| TicketFinding {
        code: "RQ031".to_owned(),
        line: placeholder.line,
        message: format!("the placeholder {} is left", placeholder.written),
        blocks: true,
        remedy: "write what it stands for, or put it in backticks where it is meant as it is"
            .to_owned(),
    })
    .collect()
}

/// RQ050: text that a reader cannot see was taken out.
fn hidden_text(ticket: &Ticket) -> Vec<TicketFinding> {
    let removed = ticket.removed.iter();
    removed
        .map(|removed| TicketFinding {
            code: "RQ050".to_owned(),
            line: removed.line,
            message: format!("{} taken out, {} times", removed.what, removed.count),
            blocks: false,
            remedy: "look at the ticket's source: what a reader does not see can change what a \
                     worker reads"
                .to_owned(),
        })
        .collect()
}

fn named(id: &TicketId) -> String {
    match id.as_str() {
        "" => "the ticket".to_owned(),
        id => format!("ticket {id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<(String, u32, bool)> {
        let defaults = Defaults::default();
        let ticket = Ticket::parse("T-1", text, &defaults).expect("the ticket has text");
        let findings = lint(&ticket, &defaults).into_iter();
        findings.map(|f| (f.code, f.line, f.blocks)).collect()
    }

    #[test]
    fn a_ticket_with_a_criterion_and_no_gap_is_green() {
        assert!(codes("# A\n\n- [ ] b").is_empty());
        assert_eq!(Readiness::of(&[]), Readiness::Green);
    }

    #[test]
    fn a_missing_criterion_blocks_unless_the_kind_says_what_must_hold() {
        assert_eq!(codes("# A\n\ntext"), [("RQ030".to_owned(), 1, true)]);
        assert_eq!(
            codes("# refactor: A\n\ntext"),
            [("RQ030".to_owned(), 1, false)]
        );
    }

    #[test]
    fn a_ticket_cannot_answer_for_itself_what_it_wants() {
        let left = "# A\n\n- [ ] matches <FEATURE_DESCRIPTION>, <REFERENCES_OR_NONE>\n- [ ] TBD";
        assert_eq!(
            codes(left),
            [("RQ031".to_owned(), 3, true), ("RQ031".to_owned(), 4, true)]
        );
    }

    #[test]
    fn hidden_text_is_shown_and_does_not_block() {
        let defaults = Defaults::default();
        let ticket = Ticket::parse("T-1", "# A\n- [ ] b\u{202e}c", &defaults).expect("has text");
        let findings = lint(&ticket, &defaults);
        assert_eq!(Readiness::of(&findings), Readiness::Amber);
        assert_eq!(
            findings[0].message,
            "U+202E right-to-left override taken out, 1 times"
        );
        assert_eq!(
            Readiness::of(&[TicketFinding {
                blocks: true,
                ..findings[0].clone()
            }]),
            Readiness::Red
        );
    }
}
