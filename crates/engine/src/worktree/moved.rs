//! Finds a worktree again after it or its repository was moved on the disk.

use super::WorktreeError;
use crate::git::Git;
use redgreen_core::run::RunState;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of a run's worktree: beside the repository, so that no tool which looks upwards or
/// downwards mistakes one for the other.
pub(crate) fn folder(git: &Git, name: &str) -> PathBuf {
    let top = git.common_dir().parent().unwrap_or_else(|| git.top());
    let repository = top
        .file_name()
        .map_or_else(|| "repository".into(), |n| n.to_string_lossy());
    let beside = top.parent().unwrap_or(top);
    beside.join(format!("{repository}.worktrees")).join(name)
}

/// Lets `state` say where its worktree is now, and ties worktree and repository together again
/// where one of them was moved. Changes nothing where both know each other.
///
/// # Errors
/// Where git cannot tie them together.
pub fn settle(git: &Git, state: &mut RunState) -> Result<(), WorktreeError> {
    let known = PathBuf::from(&state.started.worktree);
    let place = match known.file_name().and_then(|name| name.to_str()) {
        Some(name) if !known.exists() => folder(git, name),
        Some(_) | None => known.clone(),
    };
    if !place.is_dir() {
        return Ok(());
    }
    if place != known {
        // A folder that only has the name is somebody else's.
        if admin_of(git, &place).is_none() {
            return Ok(());
        }
        state.started.worktree = place.to_string_lossy().into_owned();
    }
    let is_known = git
        .worktrees()?
        .iter()
        .any(|worktree| worktree.path == place && !worktree.prunable);
    if is_known && leads_here(git, &place) {
        return Ok(());
    }
    if admin_of(git, &place).is_some() {
        git.repair_worktree(&place)?;
    }
    Ok(())
}

/// Whether the file by which the worktree finds its repository leads to this one.
fn leads_here(git: &Git, worktree: &Path) -> bool {
    let led = pointer(worktree).and_then(|to| to.canonicalize().ok());
    led.is_some_and(|led| led.starts_with(git.common_dir()))
}

/// The folder that this repository keeps for the worktree, where it has one of that name.
fn admin_of(git: &Git, worktree: &Path) -> Option<PathBuf> {
    let led = pointer(worktree)?;
    let kept = git.common_dir().join("worktrees").join(led.file_name()?);
    kept.is_dir().then_some(kept)
}

/// Where the file `.git` of a worktree leads.
pub fn pointer(worktree: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(worktree.join(".git")).ok()?;
    let path = text.trim_end().strip_prefix("gitdir: ")?;
    Some(PathBuf::from(path))
}
