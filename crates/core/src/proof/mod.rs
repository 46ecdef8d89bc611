//! Decides what the proof owes next: one more observation, or the verdict.
//!
//! A pure function from the facts so far. Laziness, resume and caching follow from that, and the
//! gates of a run are the same function with fewer facts.

mod cells;
mod conclude;
mod facts;
mod functions;
mod judge;
mod listed;
mod mutants;
mod next;
mod promises;
mod red;
mod remarks;
mod survivors;
mod troubles;
mod unchecked;
mod verdict;
mod world;

#[cfg(test)]
mod tests;

pub use facts::{Facts, Settled};
pub use red::judge_red;
pub use verdict::{
    Cell, ChangeVerdict, FunctionJudged, FunctionVerdict, Mark, Proof, TestJudged, TestVerdict,
};

use crate::change::Change;
use crate::evidence::Observation;
use crate::kind::Kind;
use crate::mutant::Question;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the asker decided beforehand. It comes from flags and from BASE's configuration, never
/// from text that the branch's author wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Policy {
    /// What sort of change is meant; nothing where nobody said so.
    pub kind: Option<Kind>,
    /// Old promises that may change or go, by test id.
    pub accept: BTreeSet<String>,
    /// How often each new test is run on each tree; at least 1.
    pub samples: u32,
    /// Run head's whole suite even where the old promises stand for it.
    pub full: bool,
    /// Stop at the first counter-example.
    pub fast: bool,
    /// How much of the old tests is run; nothing where nobody said so.
    pub scope: Option<Scope>,
    /// The longest that the old tests of one unit may be expected to take under
    /// [`Scope::Auto`], in milliseconds.
    pub whole_ms: u64,
    /// The longest that mutants of the change may take, in milliseconds; 0 tries none, and so does
    /// nothing where nobody decides in its place.
    pub mutants_ms: Option<u64>,
}

/// How much of a unit's old tests is run on head's code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The packages that the change can reach first, then all, where that fits the time.
    #[default]
    Auto,
    /// The packages that the change can reach.
    Affected,
    /// All.
    Whole,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Affected, Self::Whole];

    /// Its name in flags and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Affected => "affected",
            Self::Whole => "whole",
        }
    }

    /// The scope of that name.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            kind: None,
            accept: BTreeSet::new(),
            samples: 3,
            full: false,
            fast: false,
            scope: None,
            whole_ms: 600_000,
            mutants_ms: None,
        }
    }
}

/// What is owed next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owed {
    /// One more question to a runner.
    Observe(Observation),
    /// Defects put into the change, to see what the tests of one unit do about them.
    Mutate(Question),
    /// Nothing: here is the verdict.
    Done(Box<Proof>),
}

/// Decides what the proof of `change` owes next.
pub fn owed(change: &Change, facts: &Facts, policy: &Policy) -> Owed {
    if policy.fast {
        let so_far = judge::judge(change, facts, policy);
        if so_far.findings.iter().any(judge::is_counter_example) {
            return Owed::Done(Box::new(so_far));
        }
    }
    match next::observation(change, facts, policy) {
        Some(observation) => Owed::Observe(observation),
        None => {
            let judged = judge::judge(change, facts, policy);
            match mutants::owed(change, facts, policy, &judged) {
                Some(question) => Owed::Mutate(question),
                None => Owed::Done(Box::new(judged)),
            }
        }
    }
}

/// Decides what the RED gate owes next: the new tests on base's production code only.
pub fn owed_red(change: &Change, facts: &Facts, policy: &Policy) -> Option<Observation> {
    next::red_observation(change, facts, policy)
}
