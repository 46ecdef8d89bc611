//! Holds the rows of a report: what each of its lists is made of.

use crate::change::Status;
use crate::claim::Topic;
use crate::event::GateVerdict;
use crate::finding::Finding;
use crate::id::{CriterionId, Digest, TestId, TicketId};
use crate::kind::Kind;
use crate::phase::Phase;
use crate::proof::{Cell, TestVerdict};
use crate::ticket::performance::PerfTarget;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The side of the project that a changed file stands on.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Tests, fixtures, runner configuration.
    Test,
    /// Code that is shipped.
    Production,
    /// Prose.
    Docs,
    /// Dependencies and lock files.
    Manifest,
    /// Anything else.
    Other,
}

impl Side {
    /// Its name in reports.
    pub fn words(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Production => "production",
            Self::Docs => "documentation",
            Self::Manifest => "manifest",
            Self::Other => "other",
        }
    }
}

/// One changed file, as git shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileDiff {
    /// Path from the repository's root.
    pub path: String,
    /// The side that it stands on.
    pub side: Side,
    /// How it changed.
    pub status: Status,
    /// Its unified diff; empty for a file that is no text.
    pub diff_text: String,
}

/// The name of a git object in this report. Its id stands nowhere else in the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedId {
    /// `BASE`, `C1`, …, `LANDED`, `TREE1`, …
    pub label: String,
    /// What it names.
    pub object: GitObject,
    /// The full object id.
    pub id: String,
}

/// A sort of git object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GitObject {
    /// A commit.
    Commit,
    /// A tree.
    Tree,
}

/// The ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TicketRow {
    /// Its id.
    pub id: TicketId,
    /// Its title.
    pub title: String,
    /// Digest of its text when the run began.
    pub digest: Digest,
    /// What sort of change it asks for.
    pub kind: Kind,
    /// Whether the text was changed since the run began: what is proven is then stale.
    pub stale: bool,
    /// What it refers to.
    pub references: Vec<String>,
    /// What it says is not to be done.
    pub out_of_scope: Vec<String>,
}

/// A commit that a phase ended in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommitRow {
    /// The phase.
    pub phase: Phase,
    /// The slice, from 0.
    pub slice: usize,
    /// Its name in this report; nothing where the phase changed nothing.
    pub label: Option<String>,
    /// The criteria that its `Acceptance` trailer names.
    pub acceptance: Vec<CriterionId>,
}

/// How the change landed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LandedRow {
    /// The branch.
    pub target: String,
    /// Name of the commit that landed.
    pub commit: String,
    /// Name of the branch's commit before.
    pub before: String,
}

/// One test and its answers in the last proof that holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestRow {
    /// The test.
    pub id: TestId,
    /// The verdict.
    pub verdict: TestVerdict,
    /// Its answer without the change.
    pub base: Option<Cell>,
    /// Its answer where the changed functions are stubs.
    pub stub: Option<Cell>,
    /// Its answer with the change.
    pub head: Option<Cell>,
    /// Number of the gate whose proof this is, from 1.
    pub gate: usize,
}

/// Why a test stands beside a criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Belongs {
    /// The worker says so: a claim.
    Claimed {
        /// The name that the worker wrote.
        said: String,
    },
    /// The test's own name holds the criterion's id.
    Named,
    /// The ticket has no other criterion.
    OnlyCriterion,
    /// It was red first in a slice that has no other criterion: whoever wrote it was asked for tests
    /// of this one.
    OfSlice,
}

/// A test beside a criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TracedTest {
    /// Why it stands here.
    pub because: Belongs,
    /// The test; nothing where no proof holds one of that name.
    pub test: Option<TestRow>,
}

/// A criterion and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CriterionRow {
    /// Its id.
    pub id: CriterionId,
    /// Its wording.
    pub wording: String,
    /// Digest of the wording.
    pub digest: Digest,
    /// Whether it was reworded after it was proven: what is proven is another wording.
    #[serde(default)]
    pub stale: bool,
    /// The slice that it is worked on in, from 0; nothing where no slice has it.
    pub slice: Option<usize>,
    /// The tests that are said to belong to it. That they do is a claim.
    pub tests: Vec<TracedTest>,
    /// Names of the commits whose `Acceptance` trailer has it.
    pub commits: Vec<String>,
}

/// A gate that was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateRow {
    /// Its number in the run, from 1.
    pub number: usize,
    /// The phase.
    pub phase: Phase,
    /// The slice, from 0.
    pub slice: usize,
    /// The verdict.
    pub verdict: GateVerdict,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What redgreen saw and no proof holds.
    pub facts: Vec<String>,
    /// The commands that were run for it.
    pub commands: Vec<String>,
    /// Name of the tree that was judged.
    pub tree: String,
    /// Name of the commit that it let through, where that can be told.
    pub commit: Option<String>,
}

/// How often a phase was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttemptRow {
    /// The phase.
    pub phase: Phase,
    /// The slice, from 0.
    pub slice: usize,
    /// How often a worker was asked.
    pub asked: usize,
    /// How often its gate was judged.
    pub judged: usize,
    /// Why a worker failed to hand in, once each time.
    pub failed: Vec<String>,
    /// Why it was gone back to, once each time.
    pub back: Vec<String>,
}

/// Something taken for granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum AssumptionRow {
    /// The worker says that it assumed so: a claim.
    Claimed {
        /// The words.
        text: String,
    },
    /// Nobody answered a question that does not block: its default holds.
    Unanswered {
        /// The question's id.
        id: String,
        /// The question.
        question: String,
        /// What is assumed.
        default: String,
    },
}

/// A worker's words. A claim: nobody checked them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimRow {
    /// The phase that they were handed in with.
    pub phase: Phase,
    /// The slice, from 0.
    pub slice: usize,
    /// What they are about; nothing for a summary of the work.
    pub topic: Option<Topic>,
    /// The words.
    pub text: String,
}

/// One performance target. None is ever ticked that nothing measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PerformanceRow {
    /// The target as the ticket has it.
    pub target: PerfTarget,
    /// Whether it was measured.
    pub measured: bool,
}
