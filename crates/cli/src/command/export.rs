//! Writes what a run has spent and how it stopped, on every exit, for programs that look after
//! many runs.

use super::desk::Desk;
use crate::exit::Exit;
use crate::failure::{Failure, of_disk};
use crate::json::ExportDocument;
use redgreen_core::run::RunState;
use redgreen_core::work::Budget;
use redgreen_engine::paths;
use std::fs;
use std::path::Path;

/// How a command on a run ended.
pub(super) struct Ended {
    pub(super) exit: Exit,
    pub(super) why: String,
    pub(super) budget: Budget,
}

/// Writes `redgreen/exports/RUN.json` in the directory that the worktrees share, and `more`.
pub(super) fn write(
    desk: &Desk,
    state: &RunState,
    ended: &Ended,
    more: Option<&Path>,
) -> Result<(), Failure> {
    let export = ExportDocument {
        schema: ExportDocument::SCHEMA.to_owned(),
        run: state.run.clone(),
        title: state.started.title.clone(),
        worker: state.started.worker.clone(),
        roles: state.started.roles.clone(),
        phase: state.phase,
        stage: state.stage,
        exit_code: ended.exit.number(),
        why: ended.why.clone(),
        budget: ended.budget,
        spent: state.spent(),
        by_phase: state.spent.clone(),
        seq: state.seq,
    };
    let dir = paths::of_repository(desk.git.common_dir()).join("exports");
    let own = dir.join(format!("{}.json", state.run));
    fs::create_dir_all(&dir).map_err(|error| of_disk(&dir, &error))?;
    let mut text = serde_json::to_string_pretty(&export).unwrap_or_default();
    text.push('\n');
    for path in std::iter::once(own.as_path()).chain(more) {
        // Whole or not at all: others look at it at any time.
        let beside = path.with_extension("json.new");
        let done = fs::write(&beside, &text).and_then(|()| fs::rename(&beside, path));
        done.map_err(|error| of_disk(path, &error))?;
    }
    Ok(())
}
