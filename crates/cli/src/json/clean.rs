//! Shapes what `redgreen clean --json` prints.

use redgreen_core::id::{RunId, TicketId};
use redgreen_engine::drive::{Fate, Leftover};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `redgreen clean --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CleanDocument {
    /// Name and version of this form: `redgreen.clean/1`.
    pub schema: String,
    /// The version of redgreen that made it.
    pub version: String,
    /// Whether what can go was taken away.
    pub removed: bool,
    /// What the runs of the repository have left behind.
    pub leftovers: Vec<LeftoverDocument>,
    /// The commands that bring back what was taken away.
    pub undo: Vec<String>,
}

/// What one run has left behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftoverDocument {
    /// The run.
    pub run: RunId,
    /// Its ticket.
    pub ticket: TicketId,
    /// The branch, where it is there.
    pub branch: Option<String>,
    /// The worktree, where it is there.
    pub worktree: Option<String>,
    /// Whether it can go without a loss.
    pub goes: bool,
    /// The proof of that, or why it stays and what to type.
    pub because: String,
}

impl CleanDocument {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.clean/1";

    /// The document about what was `found`.
    pub fn of(found: &[Leftover], removed: bool, undo: Vec<String>) -> Self {
        let leftovers = found.iter().map(|one| {
            let (goes, because) = match &one.fate {
                Fate::Goes(why) => (true, why),
                Fate::Stays(why) => (false, why),
            };
            LeftoverDocument {
                run: one.run.clone(),
                ticket: one.ticket.clone(),
                branch: one.branch.as_ref().map(|(name, _)| name.clone()),
                worktree: one.worktree.as_ref().map(|dir| dir.display().to_string()),
                goes,
                because: because.clone(),
            }
        });
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            removed,
            leftovers: leftovers.collect(),
            undo,
        }
    }
}
