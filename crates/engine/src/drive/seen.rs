//! Holds what a gate saw, and words it.

use redgreen_core::event::Waived;
use redgreen_core::evidence::Evidence;
use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::outcome::Outcome;
use redgreen_core::proof::{Policy, Proof};
use redgreen_core::run::RunState;

/// What a gate saw, before core rules.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) findings: Vec<Finding>,
    pub(super) proof: Option<Box<Proof>>,
    pub(super) facts: Vec<String>,
    pub(super) commands: Vec<String>,
    pub(super) evidence: Vec<(Evidence, bool)>,
}

/// What was moved aside in this attempt: told to the worker, and no reason to fail.
pub(super) fn moved_aside(state: &RunState, code: Code) -> Vec<Finding> {
    let moved = state
        .handed_in
        .iter()
        .flat_map(|handed| handed.moved_aside.iter());
    moved
        .map(|moved| {
            let text = format!(
                "this phase may not write it; kept: git checkout {} -- {}",
                moved.kept_in, moved.path
            );
            Finding::new(code, Weight::Advises, moved.path.clone(), text)
        })
        .collect()
}

pub(super) fn failing(evidence: &Evidence) -> Vec<String> {
    let failed = evidence
        .report
        .tests
        .iter()
        .filter(|(_, seen)| matches!(seen.outcome, Outcome::Failed(_) | Outcome::TimedOut));
    failed.map(|(name, _)| name.clone()).collect()
}

pub(super) fn told(evidence: &Evidence) -> String {
    let tests = &evidence.report.tests;
    let passed = tests.values().filter(|seen| seen.outcome.passed()).count();
    let failed = failing(evidence).len();
    let unit = &evidence.observation.unit;
    let rest = tests.len() - passed - failed;
    let tool = evidence.fingerprint.split(',').next().unwrap_or_default();
    format!("{unit}: {passed} passed, {failed} failed, {rest} skipped ({tool})")
}

pub(super) fn counted(count: usize, one: &str, many: &str, rest: &str) -> String {
    format!("{count} {} {rest}", if count == 1 { one } else { many })
}

/// What the run's kind owes, and which old promises a person let go.
pub(super) fn policy_of(state: &RunState) -> Policy {
    let let_go = |waiver: &&Waived| matches!(waiver.code, Code::Rewritten | Code::Lost);
    let accept = state
        .waivers
        .iter()
        .filter(let_go)
        .map(|waiver| waiver.subject.clone());
    let kind = Some(state.started.kind);
    Policy {
        kind,
        accept: accept.collect(),
        samples: 0,
        ..Policy::default()
    }
}
