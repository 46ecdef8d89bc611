//! Shapes what programs read: the documents behind `--json`, each with a published schema.

mod clean;
mod documents;
mod export;
mod feedback;
mod lint;
mod mutants;

pub use clean::{CleanDocument, LeftoverDocument};
pub use documents::DocumentsDocument;
pub use export::ExportDocument;
pub use feedback::{FeedbackDocument, PointRow, UnheardRow};
pub use lint::LintDocument;
pub use mutants::{MutateDocument, exit_of};

use crate::exit::{Empty, Exit};
use crate::explain::Page;
use crate::screen::steps::Typed;
use redgreen_core::evidence::{Evidence, Observation};
use redgreen_core::id::{CommitId, CriterionId, Digest, TreeId, UnitId};
use redgreen_core::proof::{ChangeVerdict, Proof};
use redgreen_core::run::RunState;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The range that a proof is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Range {
    /// The commit that the change starts from.
    pub base: CommitId,
    /// The commit that it ends in; null where head is a working tree.
    pub head: Option<CommitId>,
    /// Whether head is a working tree.
    pub worktree: bool,
    /// Whether it is not head that was proven, but head merged into base.
    pub merged: bool,
}

/// What `redgreen prove --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProveDocument {
    /// Name and version of this form: `redgreen.prove/1`.
    pub schema: String,
    /// The version of redgreen that made it.
    pub version: String,
    /// What was proven.
    #[serde(flatten)]
    pub range: Range,
    /// What the proof says of the change.
    pub verdict: ChangeVerdict,
    /// The exit code of the command.
    pub exit_code: u8,
    /// The digest of the proof: the same where a range was proven again with the same answers,
    /// whatever the order and the time of the runs.
    pub digest: Digest,
    /// The proof with all its reasons.
    pub proof: Proof,
    /// Every run that the proof rests on, in order.
    pub evidence: Vec<Observed>,
    /// The command that makes this proof again.
    pub reproduce: String,
}

impl ProveDocument {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.prove/1";

    /// The document about `proof`, the proof of `range`.
    pub fn of(
        range: Range,
        proof: Proof,
        empty: Empty,
        evidence: Vec<Observed>,
        reproduce: String,
    ) -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            range,
            verdict: proof.verdict,
            exit_code: Exit::of_proof(&proof, empty).number(),
            digest: proof.digest(),
            proof,
            evidence,
            reproduce,
        }
    }
}

/// What `redgreen run`, `start`, `check`, `resume` and `status` print with `--json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunDocument {
    /// Name and version of this form: `redgreen.run/1`.
    pub schema: String,
    /// The exit code of the command.
    pub exit_code: u8,
    /// What to type next, best first: the command and what it does.
    pub next: Vec<Next>,
    /// Criteria that were reworded after they were proven.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale: Vec<CriterionId>,
    /// The state of the run: the fold of its journal.
    pub state: RunState,
}

/// A command that can be typed next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Next {
    /// The command.
    pub command: String,
    /// What it does.
    pub does: String,
}

impl RunDocument {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.run/1";

    /// The document about the run in `state`.
    pub fn of(state: &RunState, next: Vec<Typed>, exit: Exit) -> Self {
        let next = next.into_iter().map(|typed| Next {
            command: typed.command,
            does: typed.does,
        });
        Self {
            schema: Self::SCHEMA.to_owned(),
            exit_code: exit.number(),
            next: next.collect(),
            stale: Vec::new(),
            state: state.clone(),
        }
    }
}

/// One run that a proof rests on: what was asked, of which tree, by which commands. What each
/// test answered is in the proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Observed {
    /// The question.
    pub observation: Observation,
    /// The git tree that it was asked of.
    pub tree: TreeId,
    /// The commands, one argument vector each; machine paths stand as `$TREE`, `$CACHE`, `$REPO`.
    pub commands: Vec<Vec<String>>,
    /// Versions of runner and language.
    pub fingerprint: String,
    /// Digest of everything that the commands printed and reported.
    pub output: Digest,
    /// What stood around the run.
    pub sandbox: String,
    /// Wall time in milliseconds, of the run itself even where its answer was stored.
    pub ms: u64,
    /// Whether the answer was a stored one.
    pub cached: bool,
}

impl Observed {
    /// A run that was made now.
    pub fn fresh(evidence: &Evidence) -> Self {
        Self {
            observation: evidence.observation.clone(),
            tree: evidence.tree.clone(),
            commands: evidence.commands.clone(),
            fingerprint: evidence.fingerprint.clone(),
            output: evidence.output.clone(),
            sandbox: evidence.sandbox.clone(),
            ms: evidence.ms,
            cached: false,
        }
    }

    /// A run that was made earlier and whose answer was stored.
    pub fn stored(evidence: &Evidence) -> Self {
        Self {
            cached: true,
            ..Self::fresh(evidence)
        }
    }
}

/// What `redgreen explain CODE --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CodePage {
    /// Name and version of this form: `redgreen.explain/1`.
    pub schema: String,
    /// The page.
    #[serde(flatten)]
    pub page: Page,
}

impl CodePage {
    /// The document of one page.
    pub fn of(page: &Page) -> Self {
        Self {
            schema: "redgreen.explain/1".to_owned(),
            page: page.clone(),
        }
    }
}

/// What `redgreen explain --list --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CodeList {
    /// Name and version of this form: `redgreen.codes/1`.
    pub schema: String,
    /// Every code, in order.
    pub codes: Vec<Titled>,
}

/// A code and its title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Titled {
    /// The code.
    pub code: String,
    /// What it says, in one line.
    pub title: String,
}

impl CodeList {
    /// The list of `pages`.
    pub fn of<'p>(pages: impl Iterator<Item = &'p Page>) -> Self {
        let titled = pages.map(|page| Titled {
            code: page.code.clone(),
            title: page.title.clone(),
        });
        Self {
            schema: "redgreen.codes/1".to_owned(),
            codes: titled.collect(),
        }
    }
}

/// What `redgreen doctor --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoctorDocument {
    /// Name and version of this form: `redgreen.doctor/1`.
    pub schema: String,
    /// The version of redgreen.
    pub version: String,
    /// Whether `redgreen prove` could run here.
    pub ready: bool,
    /// The exit code of the command.
    pub exit_code: u8,
    /// Everything that was looked at, in order.
    pub checks: Vec<Check>,
}

impl DoctorDocument {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.doctor/1";
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What was looked at, in a word or two.
    pub what: String,
    /// How it stands.
    pub state: CheckState,
    /// What was found, one line.
    pub found: String,
    /// The command that mends it, where there is something to mend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// How one thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CheckState {
    /// As it should be.
    Good,
    /// A proof can run; something else may not.
    Note,
    /// No proof can run before it is mended.
    Missing,
}

/// What `redgreen ticket list --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TicketList {
    /// Name and version of this form: `redgreen.tickets/1`.
    pub schema: String,
    /// The exit code of the command.
    pub exit_code: u8,
    /// Open tickets, newest first.
    pub tickets: Vec<TicketLine>,
}

impl TicketList {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.tickets/1";
}

/// One open ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TicketLine {
    /// What `redgreen start` takes: `#12`, `PROJ-7`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Its page.
    pub address: String,
}

/// What `redgreen pr --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PullDocument {
    /// Name and version of this form: `redgreen.pr/1`.
    pub schema: String,
    /// The exit code of the command.
    pub exit_code: u8,
    /// The page of the pull request; nothing where it was not offered.
    pub address: Option<String>,
    /// Its number.
    pub number: Option<u64>,
    /// Whether it is a draft.
    pub draft: bool,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// The branch with the change.
    pub head: String,
    /// The branch that it is for.
    pub base: String,
    /// The commit that is offered.
    pub commit: CommitId,
    /// What can be said of the change.
    pub verdict: String,
    /// Whom CODEOWNERS names for the changed files.
    pub reviewers: Vec<String>,
    /// Whether anything had to be pushed.
    pub pushed: bool,
    /// Whether the commit is marked on the forge.
    pub marked: bool,
    /// Whether a check run stands beside the commit.
    #[serde(default)]
    pub checked: bool,
}

impl PullDocument {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.pr/1";
}

/// What `redgreen init --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InitDocument {
    /// Name and version of this form: `redgreen.init/1`.
    pub schema: String,
    /// The commit that was looked at.
    pub head: CommitId,
    /// The exit code of the command.
    pub exit_code: u8,
    /// The units, as they were detected and as they ran.
    pub units: Vec<Baseline>,
    /// The text of the configuration that is proposed.
    pub proposal: String,
    /// The file that it was written to, if it was.
    pub written: Option<String>,
}

impl InitDocument {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.init/1";
}

/// What `redgreen init --agent-commands --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgentsDocument {
    /// Name and version of this form: `redgreen.agents/1`.
    pub schema: String,
    /// The exit code of the command.
    pub exit_code: u8,
    /// Whether anything was written; only shown where not.
    pub written: bool,
    /// Every file, in order.
    pub files: Vec<Written>,
}

impl AgentsDocument {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.agents/1";
}

/// A file that a coding agent reads, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Written {
    /// From the repository's root.
    pub path: String,
    /// What became of it.
    pub state: WrittenState,
    /// Why it stays as it is, where it does.
    pub why: String,
    /// The lines that differ.
    pub diff: String,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WrittenState {
    /// It was not there.
    New,
    /// It was merged into what was there.
    Changed,
    /// It was as it should be.
    Same,
    /// It stays as somebody else made it.
    Left,
}

/// One unit and how its whole suite ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// The unit: `dir:runner`.
    pub unit: UnitId,
    /// What marked it, strongest first.
    pub because: Vec<String>,
    /// Versions of runner and language.
    pub fingerprint: String,
    /// How many tests passed.
    pub passed: usize,
    /// The tests that failed, by name.
    pub failed: Vec<String>,
    /// How many tests were skipped.
    pub skipped: usize,
    /// Milliseconds of the whole suite.
    pub ms: u64,
    /// Milliseconds of the slowest test, where the runner measures tests.
    pub slowest_ms: Option<u64>,
    /// Why the suite could not be run or believed, if so.
    pub trouble: Option<String>,
}
