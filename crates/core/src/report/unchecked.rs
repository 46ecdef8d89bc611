//! Lists what the requirements ask for and nothing in the journal checked. Never left out.

use super::current::{current, is_met, whole};
use super::security::{Answer, SecurityRow};
use super::verdict::gate_words;
use super::words::of_phase;
use crate::finding::Code;
use crate::phase::Phase;
use crate::run::RunState;
use crate::ticket::Ticket;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A part of a report: the sections of an implementation answer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// 1. Test Code.
    Tests,
    /// 2. Implementation Code.
    Implementation,
    /// 3. Refactoring and Optimizations.
    Refactoring,
    /// 4. Verification Results.
    Verification,
    /// 5. Security Checklist.
    Security,
    /// 6. Performance Considerations.
    Performance,
    /// 7. Environment Compatibility.
    Environment,
    /// 8. Documentation Updates.
    Documentation,
}

impl Part {
    /// Every part in order.
    pub const ALL: [Self; 8] = [
        Self::Tests,
        Self::Implementation,
        Self::Refactoring,
        Self::Verification,
        Self::Security,
        Self::Performance,
        Self::Environment,
        Self::Documentation,
    ];

    /// Its heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Tests => "Test Code",
            Self::Implementation => "Implementation Code",
            Self::Refactoring => "Refactoring and Optimizations",
            Self::Verification => "Verification Results",
            Self::Security => "Security Checklist",
            Self::Performance => "Performance Considerations",
            Self::Environment => "Environment Compatibility",
            Self::Documentation => "Documentation Updates",
        }
    }
}

/// Something that nothing in the journal checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NotChecked {
    /// Where a reader would look for it.
    pub part: Part,
    /// What it is.
    pub what: String,
}

/// What no gate looks at yet, whatever the run.
const NEVER: [(Part, &str); 22] = [
    (
        Part::Tests,
        "whether the tests cover happy paths and edge cases",
    ),
    (
        Part::Tests,
        "whether the tests follow the structure and fixtures of those already there",
    ),
    (
        Part::Implementation,
        "whether every reference of the ticket was read",
    ),
    (
        Part::Implementation,
        "logging, error handling and conventions of the new code",
    ),
    (
        Part::Implementation,
        "whether the code is no more than the tests ask for",
    ),
    (
        Part::Implementation,
        "breaking changes of public interfaces that no test uses",
    ),
    (
        Part::Refactoring,
        "duplication and public interfaces, compared before and after",
    ),
    (Part::Verification, "mutants of the changed lines"),
    (Part::Verification, "coverage of the changed lines"),
    (Part::Verification, "the change tried by hand"),
    (Part::Security, "secrets in the code"),
    (Part::Security, "least privilege"),
    (Part::Security, "known weaknesses of dependencies"),
    (Part::Performance, "asynchronous and concurrent code"),
    (Part::Performance, "caching"),
    (Part::Performance, "database queries and indexes"),
    (Part::Performance, "connection pooling"),
    (Part::Environment, "development and production environments"),
    (Part::Environment, "environment variables and configuration"),
    (
        Part::Environment,
        "graceful degradation where an external service is away",
    ),
    (
        Part::Documentation,
        "whether usage, configuration and troubleshooting are described",
    ),
    (Part::Documentation, "commands in documents"),
];

/// Everything that was not checked, by part.
pub(super) fn rows(state: &RunState, ticket: &Ticket, security: &[SecurityRow]) -> Vec<NotChecked> {
    let mut all: BTreeSet<NotChecked> = BTreeSet::new();
    let mut add = |part, what: String| {
        all.insert(NotChecked { part, what });
    };
    for (part, what) in NEVER {
        add(part, what.to_owned());
    }
    if !lint_was_heard(state) {
        for what in ["lint", "format", "types"] {
            add(Part::Verification, what.to_owned());
        }
    }
    for row in security.iter().filter(|row| !is_proven(row)) {
        add(Part::Security, item_line(&row.item));
    }
    for target in &ticket.performance {
        add(Part::Performance, target_line(&target.text));
    }
    for (phase, slice) in unmet_gates(state) {
        let said = current(state, phase, slice).map(|gate| gate_words(gate.verdict));
        let said = said.unwrap_or("not judged");
        add(
            part_of(phase),
            format!("what the gate of {} checks: {said}", of_phase(phase, slice)),
        );
    }
    let last = whole(state).or_else(|| state.gates.iter().rev().find(|gate| gate.proof.is_some()));
    let proof = last.and_then(|gate| gate.proof.as_ref());
    for line in proof.iter().flat_map(|proof| &proof.not_checked) {
        add(Part::Verification, line.clone());
    }
    if ticket.digest != state.started.digest {
        let what = "the ticket as it reads now: it was changed since the run began";
        add(Part::Verification, what.to_owned());
    }
    all.into_iter().collect()
}

/// Whether a linter, formatter or type checker was heard of: redgreen keeps what they find.
fn lint_was_heard(state: &RunState) -> bool {
    let gate = current(state, Phase::Verify, 0);
    let mut findings = gate.iter().flat_map(|gate| &gate.findings);
    findings.any(|finding| finding.code == Code::LintFailed)
}

fn is_proven(row: &SecurityRow) -> bool {
    row.answers.iter().any(|answer| match answer {
        Answer::ProvenBy { .. } => true,
        Answer::Claimed { .. } | Answer::NotChecked => false,
    })
}

/// The gates that are not met as things stand. The last one is met by landing.
fn unmet_gates(state: &RunState) -> Vec<(Phase, usize)> {
    let slices = state.started.slices.len().max(1);
    let all = Phase::ALL.into_iter().flat_map(|phase| {
        let slices = if phase.is_per_slice() { slices } else { 1 };
        (0..slices).map(move |slice| (phase, slice))
    });
    let is_owed = |phase: Phase, slice| !phase.is_per_slice() || state.feedback.owes(slice, phase);
    all.filter(|(phase, slice)| *phase != Phase::Complete && is_owed(*phase, *slice))
        .filter(|(phase, slice)| !is_met(state, *phase, *slice))
        .collect()
}

fn part_of(phase: Phase) -> Part {
    match phase {
        Phase::Red => Part::Tests,
        Phase::Green => Part::Implementation,
        Phase::Refactor => Part::Refactoring,
        Phase::Document => Part::Documentation,
        Phase::Understand | Phase::Plan | Phase::Verify | Phase::Deliver | Phase::Complete => {
            Part::Verification
        }
    }
}

/// How a target is listed here.
pub(super) fn target_line(target: &str) -> String {
    format!("the target: {target}")
}

/// How an item of the security checklist is listed here; an abbreviation keeps its capitals.
pub(super) fn item_line(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        (Some(_) | None, _) => text.to_owned(),
    }
}
