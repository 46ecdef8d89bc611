//! Holds what redgreen itself saw. A claim is another type, and nothing turns one into the other.

use crate::id::{Digest, TestId, TreeId, UnitId};
use crate::outcome::{Failure, Outcome};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which of the proof's trees.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum TreeKind {
    /// Base production code, head test surface: do the tests notice that the change is missing?
    R,
    /// Head with the bodies that the change brought replaced by stubs: do the tests run into it?
    S,
    /// Head: do they pass with it?
    H,
    /// Head production code, base test surface: does head keep what base promised?
    T,
    /// Base: asked about tests in doubt only.
    B,
}

/// Which tests one observation runs.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// Every test of the unit.
    Whole,
    /// Every test of these files (paths from the repository's root).
    Files(Vec<String>),
    /// These tests (names as the runner writes them), in this order where the runner allows it.
    Tests(Vec<String>),
}

/// In which order one observation runs its tests.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// As the runner would.
    AsWritten,
    /// Shuffled by this seed, which also seeds the language's hashing where it has a seed.
    Shuffled(u32),
    /// Each test in a process of its own.
    Alone,
}

/// What a question is for.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To run the tests.
    #[default]
    Run,
    /// To run them in a changed world: another time zone and host name, and nothing around them
    /// that tells of a run of tests.
    Elsewhere,
    /// To name them, without running any where the runner can: each has the outcome `NotReached`.
    List,
}

impl Purpose {
    /// Whether tests are run for it.
    pub fn runs(self) -> bool {
        match self {
            Self::Run | Self::Elsewhere => true,
            Self::List => false,
        }
    }

    /// Whether it is the usual one.
    fn is_usual(&self) -> bool {
        *self == Self::Run
    }
}

/// One question to a runner: these tests, on this tree, in this order.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Observation {
    /// The unit whose runner is asked.
    pub unit: UnitId,
    /// The tree that it runs on.
    pub tree: TreeKind,
    /// Which tests.
    pub tests: Selection,
    /// In which order.
    pub order: Order,
    /// Which repetition of the same question this is, from 0.
    pub sample: u32,
    /// Whether the tests are run, and where, or only named.
    #[serde(default, skip_serializing_if = "Purpose::is_usual")]
    pub purpose: Purpose,
}

/// What one test did, and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestSeen {
    /// What it did.
    pub outcome: Outcome,
    /// Milliseconds, where the runner measures it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
}

/// Something that kept tests from being loaded: a compile error, a failed import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// What failed.
    pub failure: Failure,
    /// Every test whose name starts with this was hidden by it; empty hides the whole unit.
    pub hides: String,
}

/// Why a run as a whole cannot be believed or could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// The runner or something that it needs is not here.
    MissingTool {
        /// What is missing.
        tool: String,
        /// The command that brings it.
        remedy: String,
    },
    /// The project could not be prepared or its runner could not start.
    CouldNotRun {
        /// What went wrong, in the tool's own words.
        why: String,
    },
    /// Report, counts, exit code or canary disagree.
    Inconsistent {
        /// Which of them, and how.
        why: String,
    },
    /// The project's modules were loaded from outside the tree.
    AnotherCopy {
        /// The module.
        module: String,
        /// Where it was loaded from.
        path: String,
    },
    /// The whole run went past its time limit.
    Hung {
        /// The limit, in milliseconds.
        limit_ms: u64,
    },
}

impl Trouble {
    /// What went wrong, in one line.
    pub fn words(&self) -> String {
        match self {
            Self::MissingTool { tool, remedy } => format!("{tool} is missing: {remedy}"),
            Self::CouldNotRun { why } | Self::Inconsistent { why } => why.clone(),
            Self::AnotherCopy { module, path } => format!("{module} was loaded from {path}"),
            Self::Hung { limit_ms } => format!("it took longer than {} s", limit_ms / 1000),
        }
    }
}

/// What an adapter read out of one run: the translation of the runner's own report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Every test that the runner named, by the runner's name.
    pub tests: BTreeMap<String, TestSeen>,
    /// What kept tests from being loaded.
    pub diagnostics: Vec<Diagnostic>,
    /// Why the run cannot be believed, if it cannot.
    pub trouble: Option<Trouble>,
    /// What was left out by the adapter's design, by name (doctests, ignored targets).
    pub left_out: Vec<String>,
}

/// What redgreen itself saw: bound to a tree, the exact commands, the toolchain's fingerprint
/// and the digest of the output. Made by `engine::observe` alone; a test of the workspace holds
/// that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The question.
    pub observation: Observation,
    /// The git tree that the answer is about.
    pub tree: TreeId,
    /// The commands that were executed, one argument vector each, machine paths replaced by
    /// `$TREE`, `$CACHE` and `$REPO`.
    pub commands: Vec<Vec<String>>,
    /// Versions of runner and language, as they named themselves.
    pub fingerprint: String,
    /// Digest of everything that the commands printed and reported.
    pub output: Digest,
    /// What stood around the run: `none`, `rlimits`, …
    pub sandbox: String,
    /// Wall time of all its commands, in milliseconds.
    pub ms: u64,
    /// What the runner reported.
    pub report: Report,
}

impl Evidence {
    /// What `test` did in this run. A test that was asked for but has no line of its own is
    /// failed by what kept its file from loading, else not there.
    pub fn outcome(&self, test: &TestId) -> Outcome {
        if test.unit != self.observation.unit {
            return Outcome::NotCollected;
        }
        if let Some(seen) = self.report.tests.get(&test.name) {
            return seen.outcome.clone();
        }
        if let Some(failure) = self.hidden_by(&test.name) {
            return Outcome::Failed(failure.clone());
        }
        Outcome::Absent
    }

    /// The failure that kept the test `name` from being loaded. Where several did, the one that
    /// is least like a missing name decides: a syntax error beside a missing name is no right red.
    fn hidden_by(&self, name: &str) -> Option<&Failure> {
        use crate::outcome::FailureKind as Kind;
        let hiding = || {
            self.report
                .diagnostics
                .iter()
                .filter(|d| name.starts_with(&d.hides))
        };
        let excusable = |d: &&Diagnostic| {
            matches!(
                d.failure.kind,
                Kind::MissingName | Kind::MissingModule | Kind::BadCall
            )
        };
        hiding()
            .find(|d| !excusable(d))
            .or_else(|| hiding().next())
            .map(|d| &d.failure)
    }
}
