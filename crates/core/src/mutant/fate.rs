//! Says what became of a mutant. A kill means that a test ran and failed; nothing else is one.

use super::Mutant;
use crate::evidence::Trouble;
use crate::id::{TreeId, UnitId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How a test noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kill {
    /// An assertion failed.
    Assertion,
    /// An error of any other sort, while the test ran.
    Error,
}

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// A test that passes without the defect ran and failed with it.
    Killed {
        /// The test, as its runner names it.
        by: String,
        /// How it noticed.
        how: Kill,
    },
    /// Every test that runs over it passed.
    Survived,
    /// No test runs over it.
    NotReached,
    /// It does not compile, or could not be switched on; says why.
    Unviable(String),
    /// A test went past its limit of CPU time, alone and a second time.
    TimedOut {
        /// The test.
        by: String,
    },
    /// A test went past its limit of memory.
    OutOfMemory {
        /// The test.
        by: String,
    },
    /// No answer, for a reason that is none of the mutant's; says why.
    HarnessError(String),
    /// It means the same as head's code, by a sound rule that is named.
    Equivalent(String),
    /// It was not tried; says why: the time was up, a line had its survivor already.
    Skipped(String),
}

impl Fate {
    /// Whether tests noticed the defect: a kill, or a limit that only the defect runs into.
    pub fn is_noticed(&self) -> bool {
        self.noticed_by().is_some()
    }

    /// The test that noticed, as its runner names it.
    pub fn noticed_by(&self) -> Option<&str> {
        match self {
            Self::Killed { by, .. } | Self::TimedOut { by } | Self::OutOfMemory { by } => Some(by),
            Self::Survived
            | Self::NotReached
            | Self::Unviable(_)
            | Self::HarnessError(_)
            | Self::Equivalent(_)
            | Self::Skipped(_) => None,
        }
    }

    /// Its name in reports.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Killed {
                how: Kill::Assertion,
                ..
            } => "killed by assertion",
            Self::Killed {
                how: Kill::Error, ..
            } => "killed by error",
            Self::Survived => "survived",
            Self::NotReached => "not reached",
            Self::Unviable(_) => "unviable",
            Self::TimedOut { .. } => "timed out",
            Self::OutOfMemory { .. } => "out of memory",
            Self::HarnessError(_) => "harness error",
            Self::Equivalent(_) => "equivalent",
            Self::Skipped(_) => "skipped",
        }
    }
}

/// One mutant and what the tests did about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trial {
    /// The mutant.
    pub mutant: Mutant,
    /// What the new and changed tests alone did about it.
    pub by_new: Fate,
    /// What all tests that run over it did: the new ones first, then the others.
    pub by_any: Fate,
    /// The tests that run over it, as the runner names them, in the order in which they were run.
    pub over: Vec<String>,
}

/// A question to a unit's runner: what do its tests do about defects in the change?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// The unit.
    pub unit: UnitId,
    /// The new and changed tests, without cases, as the runner names them.
    pub new_tests: BTreeSet<String>,
    /// The tests that prove the change, with their cases, as the runner names them. `mutate` asks
    /// for them only where a mutant has a run of its own.
    pub proving: BTreeSet<String>,
    /// The longest that the answer may take, in milliseconds.
    pub budget_ms: u64,
}

/// What redgreen saw of the mutants of one unit: bound to a tree, commands and a fingerprint as
/// any evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trials {
    /// The question.
    pub question: Question,
    /// The git tree that the mutants were made of.
    pub tree: TreeId,
    /// Every mutant, in the order in which they were to be tried.
    pub trials: Vec<Trial>,
    /// Why the answer as a whole cannot be believed, if it cannot.
    pub trouble: Option<Trouble>,
    /// What was left out by design, by name.
    pub left_out: Vec<String>,
    /// How many mutants were executed for it.
    pub executed: usize,
    /// How many answers were known already.
    pub known: usize,
    /// The commands, machine paths taken out.
    pub commands: Vec<Vec<String>>,
    /// Versions of runner and language.
    pub fingerprint: String,
    /// What stood around the runs.
    pub sandbox: String,
    /// Wall time, in milliseconds.
    pub ms: u64,
}
