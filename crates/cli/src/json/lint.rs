//! Shapes what `redgreen lint --json` prints.

use crate::exit::Exit;
use redgreen_core::lint::{Examination, Passed, Readiness, TicketFinding, TicketQuestion};
use redgreen_core::ticket::Ticket;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `redgreen lint --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LintDocument {
    /// Name and version of this form: `redgreen.lint/2`.
    pub schema: String,
    /// The version of redgreen that made it.
    pub version: String,
    /// Where the ticket was read from.
    pub source: String,
    /// The ticket's id.
    pub ticket: String,
    /// Its title.
    pub title: String,
    /// Whether work on it can start.
    pub readiness: Readiness,
    /// The exit code of the command.
    pub exit_code: u8,
    /// How many acceptance criteria it has.
    pub criteria: usize,
    /// Whether a repository was asked for what the ticket names.
    pub repository: bool,
    /// What was found, by line.
    pub findings: Vec<TicketFinding>,
    /// What the ticket leaves open: first what is asked, weightiest first, then what is listed.
    pub questions: Vec<TicketQuestion>,
    /// What was found and let pass, with the reason.
    pub passed: Vec<Passed>,
}

impl LintDocument {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.lint/2";

    /// The document about what was seen in `ticket`, which was read from `source`.
    pub fn of(source: String, ticket: Ticket, seen: Examination, repository: bool) -> Self {
        let exit = match seen.readiness {
            Readiness::Green | Readiness::Amber => Exit::Met,
            Readiness::Red => Exit::Refuted,
        };
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            source,
            ticket: ticket.id.to_string(),
            title: ticket.title,
            readiness: seen.readiness,
            exit_code: exit.number(),
            criteria: ticket.criteria.len(),
            repository,
            findings: seen.findings,
            questions: seen.questions,
            passed: seen.passed,
        }
    }

    /// The questions that are asked.
    pub fn asked(&self) -> impl Iterator<Item = &TicketQuestion> {
        self.questions.iter().filter(|question| question.asked)
    }

    /// The questions that are only listed.
    pub fn listed(&self) -> impl Iterator<Item = &TicketQuestion> {
        self.questions.iter().filter(|question| !question.asked)
    }
}
