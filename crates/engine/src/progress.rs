//! Carries live noise: drawn, never kept.

use redgreen_core::event::GateVerdict;
use redgreen_core::evidence::{Evidence, Observation, TreeKind};
use redgreen_core::outcome::Outcome;
use redgreen_core::phase::Phase;
use redgreen_core::work::Spent;

/// Something to draw while work is going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A question was put to a runner.
    Asked {
        /// The tree.
        tree: TreeKind,
        /// What is run, in a few words.
        what: String,
    },
    /// It was answered.
    Answered {
        /// The tree.
        tree: TreeKind,
        /// What was run.
        what: String,
        /// How many tests have an outcome.
        tests: usize,
        /// How many of them did not pass, skips left out, and how much did not load.
        failed: usize,
        /// How long it took.
        ms: u64,
        /// Whether the answer was known.
        cached: bool,
    },
    /// A gate was judged.
    Gate {
        /// The phase.
        phase: Phase,
        /// The verdict.
        verdict: GateVerdict,
    },
    /// A command is executed: its argument vector, machine paths taken out.
    Executed(Vec<String>),
    /// A worker spent something.
    Spent {
        /// The phase that it works on.
        phase: Phase,
        /// What the run has spent so far.
        spent: Spent,
    },
    /// Something that a person should read.
    Note(String),
}

/// Takes progress.
pub type Tell<'a> = Box<dyn FnMut(Progress) + 'a>;

impl Progress {
    pub(crate) fn asked(observation: &Observation) -> Self {
        Self::Asked {
            tree: observation.tree,
            what: what(observation),
        }
    }

    pub(crate) fn answered(evidence: &Evidence, cached: bool) -> Self {
        let runs = evidence.observation.purpose.runs();
        let red = |outcome: &Outcome| match outcome {
            Outcome::Failed(_) | Outcome::TimedOut => true,
            Outcome::NotReached => runs,
            Outcome::Passed | Outcome::Skipped(_) | Outcome::Absent | Outcome::NotCollected => {
                false
            }
        };
        let tests = &evidence.report.tests;
        Self::Answered {
            tree: evidence.observation.tree,
            what: what(&evidence.observation),
            tests: tests.len(),
            failed: tests.values().filter(|seen| red(&seen.outcome)).count()
                + evidence.report.diagnostics.len(),
            ms: evidence.ms,
            cached,
        }
    }
}

fn what(observation: &Observation) -> String {
    use redgreen_core::evidence::{Order, Purpose, Selection};
    let tests = match &observation.tests {
        Selection::Whole => "whole suite".to_owned(),
        Selection::Files(files) if files.len() == 1 => files[0].clone(),
        Selection::Files(files) => format!("{} test files", files.len()),
        Selection::Tests(tests) if tests.len() == 1 => "1 test".to_owned(),
        Selection::Tests(tests) => format!("{} tests", tests.len()),
    };
    match observation.order {
        Order::AsWritten if observation.purpose == Purpose::List => format!("{tests}, listed only"),
        Order::AsWritten => tests,
        Order::Shuffled(_) if observation.purpose == Purpose::Elsewhere => {
            format!("{tests}, shuffled, in a changed world")
        }
        Order::Alone if observation.purpose == Purpose::Elsewhere => {
            format!("{tests}, each alone, in a changed world")
        }
        Order::Shuffled(_) => format!("{tests}, shuffled"),
        Order::Alone => format!("{tests}, each alone"),
    }
}
