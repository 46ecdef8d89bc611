//! Decides what a run owes next. The loop in engine only obeys.

use crate::phase::Phase;
use crate::run::{RunState, Stage};

/// What a run owes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Enter this phase with this slice.
    Enter(Phase, usize),
    /// Ask the worker, for this attempt.
    Work(Phase, u32),
    /// Ask for hidden tests, for this attempt.
    Hide(u32),
    /// Execute the gate.
    Execute(Phase),
    /// Commit what the gate let through.
    Commit(Phase),
    /// Wait for a person.
    Wait,
    /// Nothing: the run is over.
    Rest,
}

/// What the run owes next.
pub fn next_step(state: &RunState) -> Step {
    match (state.stage, state.phase) {
        (Stage::Over, _) => Step::Rest,
        (Stage::Enter, phase) => Step::Enter(phase, state.slice),
        // Landing is a person's decision: `complete` executes this gate.
        (_, Phase::Complete) => Step::Wait,
        // Asked and not answered: the same attempt again, so that a stop costs none.
        (Stage::Work, phase) if state.asked => Step::Work(phase, state.attempts),
        (Stage::Work, phase) => Step::Work(phase, state.attempts + 1),
        (Stage::Gate, phase) => match state.owed_hidden() {
            Some(attempt) => Step::Hide(attempt),
            None => Step::Execute(phase),
        },
        (Stage::Commit, phase) => Step::Commit(phase),
        (Stage::Person, _) => Step::Wait,
    }
}
