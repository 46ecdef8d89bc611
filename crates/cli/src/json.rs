//! Shapes what programs read: the documents behind `--json`, each with a published schema.

use crate::exit::{Empty, Exit};
use crate::explain::Page;
use crate::screen::steps::Typed;
use redgreen_core::change::Change;
use redgreen_core::evidence::{Evidence, Observation};
use redgreen_core::id::{CommitId, Digest, TreeId};
use redgreen_core::proof::{ChangeVerdict, Proof};
use redgreen_core::run::RunState;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `redgreen prove --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProveDocument {
    /// Name and version of this form: `redgreen.prove/1`.
    pub schema: String,
    /// The version of redgreen that made it.
    pub version: String,
    /// The commit that the change starts from.
    pub base: CommitId,
    /// The commit that it ends in; null where head is a working tree.
    pub head: Option<CommitId>,
    /// Whether head is a working tree.
    pub worktree: bool,
    /// What the proof says of the change.
    pub verdict: ChangeVerdict,
    /// The exit code of the command.
    pub exit_code: u8,
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

    /// The document about `proof`, the proof of `change`.
    pub fn of(
        change: &Change,
        proof: Proof,
        empty: Empty,
        evidence: Vec<Observed>,
        reproduce: String,
    ) -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            base: change.base.clone(),
            head: change.head.clone(),
            worktree: change.head.is_none(),
            verdict: proof.verdict,
            exit_code: Exit::of_proof(&proof, empty).number(),
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
