//! Holds verdicts: values that carry their reasons.

use crate::evidence::TreeKind;
use crate::finding::Finding;
use crate::id::{Digest, TestId};
use crate::mutant::{Fate, Trial};
use crate::outcome::Location;
use crate::reason::Reason;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the proof says of the whole change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeVerdict {
    /// Tests prove it, and nothing speaks against it.
    Proven,
    /// The same, but for named exceptions.
    ProvenExcept,
    /// No new behaviour is claimed, and every old promise is kept.
    Preserved,
    /// There is a counter-example.
    Refuted,
    /// Something could not run or was unstable.
    Unclear,
    /// The range holds nothing that a test could notice.
    NothingToProve,
}

/// What the proof says of one test.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum TestVerdict {
    /// Red for a right reason without the change, and passes with it.
    Proves,
    /// Red for a good reason; head's code does not exist yet.
    Red,
    /// Passes with and without the change: allowed, counts for nothing.
    Characterizes,
    /// Red without the change for a reason that proves nothing.
    WrongReason,
    /// Different answers on the same tree.
    Unstable,
    /// Fails on head.
    Broken,
    /// Does not run on head.
    NeverRuns,
    /// Ran on base; gone, skipped or deselected on head.
    Lost,
    /// As base wrote it, it fails on head; head wrote it anew.
    Rewritten,
    /// As base wrote it, it no longer builds on head, and only names changed in it.
    FollowedApiChange,
    /// The same body under another id.
    Moved,
    /// Gone together with what it tested.
    RemovedWithSubject,
    /// Failed on base already.
    PreExistingFailure,
    /// Could not be decided.
    Unclear,
}

impl TestVerdict {
    /// The verdict as reports write it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Proves => "proves",
            Self::Red => "red",
            Self::Characterizes => "characterizes",
            Self::WrongReason => "wrong reason",
            Self::Unstable => "unstable",
            Self::Broken => "broken",
            Self::NeverRuns => "never runs",
            Self::Lost => "lost",
            Self::Rewritten => "rewritten",
            Self::FollowedApiChange => "followed an API change",
            Self::Moved => "moved",
            Self::RemovedWithSubject => "removed with its subject",
            Self::PreExistingFailure => "pre-existing failure",
            Self::Unclear => "unclear",
        }
    }
}

/// A test's answer on one tree, as one mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Passed in every sample.
    Passed,
    /// Failed in every sample.
    Failed,
    /// Passed in some.
    Mixed,
    /// Skipped.
    Skipped,
    /// Not there.
    Absent,
    /// Not asked, or not reached.
    Unknown,
}

/// A test's answer on one tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// The tree.
    pub tree: TreeKind,
    /// The answer.
    pub mark: Mark,
    /// How many samples it rests on.
    pub samples: usize,
    /// Why it is no pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The runner's message for it, one line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// The frame to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Location>,
}

/// One test and what the proof says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestJudged {
    /// The test.
    pub id: TestId,
    /// The file that holds it, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The verdict.
    pub verdict: TestVerdict,
    /// Its answers, in the order R, S, H, T, B; trees that were not asked are left out.
    pub cells: Vec<Cell>,
}

impl TestJudged {
    /// Its answer on `tree`.
    pub fn on(&self, tree: TreeKind) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.tree == tree)
    }
}

/// What the proof says of one changed function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FunctionVerdict {
    /// These tests are red when it is missing or a stub.
    ProvenBy(Vec<TestId>),
    /// Several functions changed together and nothing tells which one the tests notice.
    NotToldApart,
    /// No proving test was seen to run into it.
    NotReached,
    /// It went with the change.
    Removed,
    /// A change of this kind owes no proof of it.
    Exempt,
}

/// One changed function and what the proof says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionJudged {
    /// Its name inside its file.
    pub name: String,
    /// Where it stands.
    pub at: Location,
    /// The verdict.
    pub verdict: FunctionVerdict,
}

/// The proof of one change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// What it says of the change.
    pub verdict: ChangeVerdict,
    /// What it says of each test in question, by id.
    pub tests: Vec<TestJudged>,
    /// What it says of each changed function, by path and line.
    pub functions: Vec<FunctionJudged>,
    /// What was found, heaviest first.
    pub findings: Vec<Finding>,
    /// How many old tests kept their promise on head.
    pub kept: usize,
    /// What was not checked, one line each. Never left out of any report.
    pub not_checked: Vec<String>,
    /// Defects that were put into the change and what the tests did about each.
    #[serde(default)]
    pub mutants: Vec<Trial>,
}

impl Proof {
    /// The tests that prove the change.
    pub fn proving(&self) -> impl Iterator<Item = &TestJudged> {
        self.tests
            .iter()
            .filter(|test| test.verdict == TestVerdict::Proves)
    }

    /// The digest of the proof: the same for the same answers. Which of several tests noticed a
    /// defect first depends on how quick they were that day, and is left out.
    pub fn digest(&self) -> Digest {
        let mut plain = self.clone();
        for trial in &mut plain.mutants {
            trial.over.sort();
            for fate in [&mut trial.by_new, &mut trial.by_any] {
                if let Fate::Killed { by, .. } | Fate::TimedOut { by } | Fate::OutOfMemory { by } =
                    fate
                {
                    by.clear();
                }
            }
        }
        for function in plain
            .functions
            .iter_mut()
            .filter(|_| !self.mutants.is_empty())
        {
            if let FunctionVerdict::ProvenBy(tests) = &mut function.verdict {
                tests.clear();
            }
        }
        // Plain data is always written; nothing would digest to one fixed value.
        Digest::of(&serde_json::to_vec(&plain).unwrap_or_default())
    }
}
