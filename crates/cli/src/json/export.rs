//! Shapes what is written about a run on every exit.

use redgreen_core::event::Roles;
use redgreen_core::id::RunId;
use redgreen_core::phase::Phase;
use redgreen_core::run::Stage;
use redgreen_core::work::{Budget, Spent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a run stopped, and what it has spent so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExportDocument {
    /// Name and version of this form.
    pub schema: String,
    /// The run.
    pub run: RunId,
    /// Its ticket's title.
    pub title: String,
    /// Who works.
    pub worker: String,
    /// Who works instead in some phases.
    pub roles: Roles,
    /// Where it stands.
    pub phase: Phase,
    /// What the phase waits for.
    pub stage: Stage,
    /// The exit code of the command that wrote this.
    pub exit_code: u8,
    /// Why it stopped, in words.
    pub why: String,
    /// What it may spend.
    pub budget: Budget,
    /// What it has spent.
    pub spent: Spent,
    /// The same, by phase.
    pub by_phase: BTreeMap<Phase, Spent>,
    /// Number of the journal's last line.
    pub seq: u64,
}

impl ExportDocument {
    /// Name and version of the form.
    pub const SCHEMA: &str = "redgreen.export/1";
}
