//! Lists what can have happened in a run: past facts, one struct each, versioned lines.

use crate::answer::Channel;
use crate::claim::Claim;
use crate::evidence::Observation;
use crate::feedback::{Point, PointAnswered, PointClassed, RoundBegun};
use crate::finding::{Code, Finding};
use crate::hidden::{HiddenAsked, HiddenFailed, HiddenOrdered, HiddenWritten};
use crate::id::{CommitId, CriterionId, Digest, RunId, TicketId, TreeId};
use crate::kind::Kind;
use crate::phase::Phase;
use crate::proof::Proof;
use crate::reading::Referenced;
pub use crate::slot::Slot;
use crate::time::Timestamp;
use crate::work::{Budget, Stepped};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of journal lines that this code writes.
pub const LINE_VERSION: u32 = 1;

/// One line of a run's journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// Format version.
    pub v: u32,
    /// Number of the line in its run, from 1.
    pub seq: u64,
    /// When it was appended.
    pub at: Timestamp,
    /// The run.
    pub run: RunId,
    /// The line that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<u64>,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Event {
    /// A ticket was taken up.
    RunStarted(Box<RunStarted>),
    /// A phase began.
    PhaseEntered(PhaseEntered),
    /// A worker was asked to work.
    WorkAsked(WorkAsked),
    /// A worker took a step of its own.
    WorkStepped(WorkStepped),
    /// A worker handed in its work.
    WorkHandedIn(WorkHandedIn),
    /// A worker failed to work.
    WorkFailed(WorkFailed),
    /// Somebody was asked for hidden tests.
    HiddenAsked(HiddenAsked),
    /// Hidden tests were written.
    HiddenWritten(HiddenWritten),
    /// An attempt at hidden tests gave none.
    HiddenFailed(HiddenFailed),
    /// redgreen ran tests.
    Observed(Observed),
    /// redgreen judged a gate.
    GateJudged(Box<GateJudged>),
    /// redgreen committed a phase's work.
    Committed(Committed),
    /// Somebody asked a question.
    QuestionAsked(QuestionAsked),
    /// A person answered it.
    QuestionAnswered(QuestionAnswered),
    /// A person let a finding pass.
    Waived(Waived),
    /// The run waits for a person.
    PersonNeeded(PersonNeeded),
    /// A reviewer or a check made a point of the pull request.
    PointTaken(Box<Point>),
    /// A point was given another class.
    PointClassed(PointClassed),
    /// Work on points began.
    RoundBegun(RoundBegun),
    /// A point was answered on the forge.
    PointAnswered(PointAnswered),
    /// The proven commit landed on its target.
    Merged(Merged),
    /// Worktree and branch were taken away.
    CleanedUp(CleanedUp),
    /// The run is over.
    RunEnded(RunEnded),
}

impl Event {
    /// Its name on the wire: `run-started`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RunStarted(_) => "run-started",
            Self::PhaseEntered(_) => "phase-entered",
            Self::WorkAsked(_) => "work-asked",
            Self::WorkStepped(_) => "work-stepped",
            Self::WorkHandedIn(_) => "work-handed-in",
            Self::WorkFailed(_) => "work-failed",
            Self::HiddenAsked(_) => "hidden-asked",
            Self::HiddenWritten(_) => "hidden-written",
            Self::HiddenFailed(_) => "hidden-failed",
            Self::Observed(_) => "observed",
            Self::GateJudged(_) => "gate-judged",
            Self::Committed(_) => "committed",
            Self::QuestionAsked(_) => "question-asked",
            Self::QuestionAnswered(_) => "question-answered",
            Self::Waived(_) => "waived",
            Self::PersonNeeded(_) => "person-needed",
            Self::PointTaken(_) => "point-taken",
            Self::PointClassed(_) => "point-classed",
            Self::RoundBegun(_) => "round-begun",
            Self::PointAnswered(_) => "point-answered",
            Self::Merged(_) => "merged",
            Self::CleanedUp(_) => "cleaned-up",
            Self::RunEnded(_) => "run-ended",
        }
    }
}

/// How a run is worked on: decided once, at its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    /// A person works: refactoring is offered, not asked for.
    #[default]
    Person,
    /// A program works: every phase is asked for.
    Program,
}

/// A ticket was taken up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunStarted {
    /// The ticket's id.
    pub ticket: TicketId,
    /// Its title.
    pub title: String,
    /// Its whole text, as it was when the run began.
    pub text: String,
    /// Digest of that text.
    pub digest: Digest,
    /// What sort of change is meant.
    pub kind: Kind,
    /// Slices of criteria; each goes through red, green and refactor.
    pub slices: Vec<Vec<CriterionId>>,
    /// The commit that the work starts from.
    pub base: CommitId,
    /// The branch that it is to land on.
    pub target: String,
    /// The branch that it is done on.
    pub branch: String,
    /// Where the worktree is, from the repository's root or absolute.
    pub worktree: String,
    /// The worker: `human`, `command:NAME`, `replay:FILE`.
    pub worker: String,
    /// Who works instead of `worker` in some phases.
    #[serde(default, skip_serializing_if = "Roles::is_empty")]
    pub roles: Roles,
    /// Who writes hidden tests, where any are to be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<HiddenOrdered>,
    /// What may be spent on work, as it was ordered.
    #[serde(default, skip_serializing_if = "Budget::is_unbounded")]
    pub budget: Budget,
    /// How it is worked on.
    pub pace: Pace,
    /// What keeps the ports of its servers apart from those of other runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<Slot>,
    /// Ignored files of the checkout that its worktree gets copies of, and no commit ever holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copied: Vec<String>,
    /// What became of what the ticket refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Referenced>,
}

/// Who works instead of the run's worker: whoever writes the tests need not be who makes them pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Roles {
    /// Who writes the tests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub red: Option<String>,
    /// Who does everything behind them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub green: Option<String>,
}

impl Roles {
    /// Whether nobody is named.
    pub fn is_empty(&self) -> bool {
        self.red.is_none() && self.green.is_none()
    }
}

/// A phase began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PhaseEntered {
    /// The phase.
    pub phase: Phase,
    /// The slice, from 0; 0 where the phase has none.
    pub slice: usize,
    /// Why it was entered out of order, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// A worker was asked to work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkAsked {
    /// The phase.
    pub phase: Phase,
    /// The slice.
    pub slice: usize,
    /// Which attempt at this gate, from 1.
    pub attempt: u32,
    /// Digest of what it was told.
    pub prompt: Digest,
}

/// A worker took a step of its own, within the attempt that it was asked for last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkStepped {
    /// The phase.
    pub phase: Phase,
    /// Number of the step in its attempt, from 1.
    pub step: u32,
    /// What it did.
    pub did: Stepped,
}

/// A worker handed in its work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkHandedIn {
    /// Its words.
    pub claim: Claim,
    /// The tree that it left, after what it may not write was moved aside.
    pub tree: TreeId,
    /// What was moved aside, and where it is kept.
    #[serde(default)]
    pub moved_aside: Vec<MovedAside>,
    /// What its sandbox saw of it: what was held, what was tried.
    #[serde(default)]
    pub seen: Vec<String>,
}

/// Something that a worker wrote outside its phase's surface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MovedAside {
    /// The path.
    pub path: String,
    /// The git tree that keeps it, below `refs/redgreen/trash/`.
    pub kept_in: String,
}

/// A worker failed to work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkFailed {
    /// Why, in its own words or its exit status.
    pub why: String,
}

/// redgreen ran tests. The evidence itself is a blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Observed {
    /// The question.
    pub observation: Observation,
    /// The git tree.
    pub tree: TreeId,
    /// Digest of the evidence, under which it is kept.
    pub evidence: Digest,
    /// Whether the answer was already known for these trees, commands and tools.
    pub cached: bool,
}

/// What a gate decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GateVerdict {
    /// The phase gave what it owes.
    Met,
    /// It did not.
    Unmet,
    /// Nobody can say. It never counts as met, and never blames the worker.
    Unclear,
}

/// redgreen judged a gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateJudged {
    /// The phase.
    pub phase: Phase,
    /// The slice.
    pub slice: usize,
    /// The verdict.
    pub verdict: GateVerdict,
    /// What was found.
    pub findings: Vec<Finding>,
    /// The proof behind it, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Box<Proof>>,
    /// What redgreen saw and no proof holds: one line each.
    #[serde(default)]
    pub facts: Vec<String>,
    /// The commands that were run for it.
    #[serde(default)]
    pub commands: Vec<String>,
    /// The tree that was judged.
    pub tree: TreeId,
}

/// redgreen committed a phase's work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Committed {
    /// The phase.
    pub phase: Phase,
    /// The slice.
    pub slice: usize,
    /// The commit; nothing where the phase changed nothing.
    pub commit: Option<CommitId>,
}

/// Somebody asked a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionAsked {
    /// Its id: `Q-1`.
    pub id: String,
    /// The question.
    pub text: String,
    /// Why it matters.
    pub why: String,
    /// What is assumed if nobody answers.
    pub default: String,
    /// Whether nothing goes on without an answer.
    pub blocks: bool,
}

/// A person answered a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionAnswered {
    /// The question's id.
    pub id: String,
    /// The answer.
    pub answer: String,
    /// Who answered.
    pub by: String,
    /// The way by which it came.
    #[serde(default)]
    pub channel: Channel,
}

/// A person let a finding pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    /// The finding's code.
    pub code: Code,
    /// The test, function or path; empty for all of that code in this phase.
    pub subject: String,
    /// The phase whose gate it was.
    pub phase: Phase,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
}

/// The run waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonNeeded {
    /// Why.
    pub why: String,
    /// What to look up.
    pub code: Option<Code>,
}

/// The proven commit landed on its target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Merged {
    /// The branch that it landed on.
    pub target: String,
    /// The commit that landed: exactly the one that was proven.
    pub commit: CommitId,
    /// The target's commit before.
    pub before: CommitId,
}

/// Worktree and branch were taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CleanedUp {
    /// The commands that bring them back.
    pub undo: Vec<String>,
}

/// The run is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunEnded {
    /// Whether the change landed.
    pub completed: bool,
    /// Why not, and who said so.
    #[serde(default)]
    pub reason: String,
}
