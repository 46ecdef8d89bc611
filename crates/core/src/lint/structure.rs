//! Looks at the parts of a ticket: criteria, placeholders, hidden text, size. These rules hold in
//! any language, and they alone stop the work.

use super::TicketFinding;
use crate::id::TicketId;
use crate::ticket::placeholder::{self, Placeholder};
use crate::ticket::{Defaults, Ticket};

/// More criteria than one change should have.
const MOST_CRITERIA: usize = 12;

/// Every finding on the parts of `ticket`.
pub(super) fn find(ticket: &Ticket, defaults: &Defaults) -> Vec<TicketFinding> {
    let mut findings = no_criterion(ticket);
    findings.extend(placeholders_left(ticket, defaults));
    findings.extend(too_large(ticket));
    findings.extend(hidden_text(ticket));
    findings
}

/// RQ030: no acceptance criterion, where the kind itself does not say what must hold.
fn no_criterion(ticket: &Ticket) -> Vec<TicketFinding> {
    if !ticket.criteria.is_empty() || ticket.kind.implies_its_criterion() {
        return Vec::new();
    }
    let message = format!("{} has no acceptance criterion", named(&ticket.id));
    let remedy = "add a section \"Acceptance criteria\" with one list item for each thing that can \
                  be seen when the work is done";
    vec![TicketFinding::new("RQ030", 1, message).remedy(remedy)]
}

/// RQ031: a placeholder is left, that nothing answers.
fn placeholders_left(ticket: &Ticket, defaults: &Defaults) -> Vec<TicketFinding> {
    let resolved = placeholder::resolve(&ticket.text, ticket, defaults);
    let own = |found: &Placeholder| matches!(found.name.as_str(), "TICKET" | "FEATURE_DESCRIPTION");
    let of_itself = resolved.resolved.into_iter().filter(own);
    let left = resolved.unresolved.into_iter().chain(of_itself);
    left.take(super::MOST_LINES)
        .map(|placeholder| {
            let message = format!("the placeholder {} is left", placeholder.written);
            TicketFinding::new("RQ031", placeholder.line, message)
                .quote(&placeholder.written)
                .remedy(
                    "write what it stands for, or put it in backticks where it is meant as it is",
                )
        })
        .collect()
}

/// RQ043: more criteria than one change should have.
fn too_large(ticket: &Ticket) -> Vec<TicketFinding> {
    let count = ticket.criteria.len();
    if count <= MOST_CRITERIA {
        return Vec::new();
    }
    let message = format!("{count} criteria; more than {MOST_CRITERIA} are hard to review at once");
    let remedy = "split the ticket where one part is of use without the others";
    vec![TicketFinding::new("RQ043", 1, message).remedy(remedy)]
}

/// RQ050: text that a reader cannot see was taken out.
fn hidden_text(ticket: &Ticket) -> Vec<TicketFinding> {
    let removed = ticket.removed.iter();
    removed
        .map(|removed| {
            let message = format!("{} taken out, {} times", removed.what, removed.count);
            TicketFinding::new("RQ050", removed.line, message).remedy(
                "look at the ticket's source: what a reader does not see can change what a worker \
                 reads",
            )
        })
        .collect()
}

fn named(id: &TicketId) -> String {
    match id.as_str() {
        "" => "the ticket".to_owned(),
        id => format!("ticket {id}"),
    }
}
