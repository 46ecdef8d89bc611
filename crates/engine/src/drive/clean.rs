//! Finds what ended runs have left behind, and takes away what is proven to be in its target.

use super::DriveError;
use crate::git::{Git, GitError, Landing};
use redgreen_core::id::{CommitId, RunId, TicketId};
use redgreen_core::run::RunState;
use std::path::{Path, PathBuf};

/// What one run has left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// The run.
    pub run: RunId,
    /// Its ticket.
    pub ticket: TicketId,
    /// The worktree, where it is still there.
    pub worktree: Option<PathBuf>,
    /// The branch and its last commit, where it is still there.
    pub branch: Option<(String, CommitId)>,
    /// What becomes of it, and why.
    pub fate: Fate,
}

/// What becomes of what a run has left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It can go: this proves that nothing is lost.
    Goes(String),
    /// It stays: this is why, and what to type.
    Stays(String),
}

/// What the runs of `states` have left behind. Nothing is changed.
///
/// # Errors
/// Where git fails.
pub fn leftovers(git: &Git, states: &[RunState]) -> Result<Vec<Leftover>, DriveError> {
    let mut found = Vec::new();
    for state in states {
        let worktree = PathBuf::from(&state.started.worktree);
        let worktree = worktree.exists().then_some(worktree);
        let name = &state.started.branch;
        let tip = git.ref_target(&format!("refs/heads/{name}"))?;
        let branch = tip.map(|tip| (name.clone(), tip));
        if worktree.is_none() && branch.is_none() {
            continue;
        }
        let fate = fate(git, state, worktree.as_deref(), branch.as_ref())?;
        found.push(Leftover {
            run: state.run.clone(),
            ticket: state.started.ticket.clone(),
            worktree,
            branch,
            fate,
        });
    }
    Ok(found)
}

fn fate(
    git: &Git,
    state: &RunState,
    worktree: Option<&Path>,
    branch: Option<&(String, CommitId)>,
) -> Result<Fate, GitError> {
    if let Some(dir) = worktree {
        let paths = git.status(dir)?.paths().len();
        if paths > 0 {
            let text = format!("{paths} uncommitted paths: git -C {} status", dir.display());
            return Ok(Fate::Stays(text));
        }
    }
    let tip = branch.map_or_else(|| state.tip(), |(_, tip)| tip);
    let landed = landing(git, state, tip)?;
    Ok(match (state.ended, landed) {
        (None, Some(landing)) => {
            let proof = landing.words(tip);
            Fate::Stays(format!("landed ({proof}); to end it: redgreen complete"))
        }
        (None, None) => Fate::Stays("the run goes on: redgreen status".to_owned()),
        (Some(_), _) if *tip == state.started.base => Fate::Goes("it holds no commit".to_owned()),
        (Some(_), Some(landing)) => Fate::Goes(landing.words(tip)),
        (Some(_), None) => Fate::Stays(format!(
            "in no target; to drop it: git branch -D {}",
            state.started.branch
        )),
    })
}

/// Where the work of a run is, on the target here or on the one of its remote.
fn landing(git: &Git, state: &RunState, tip: &CommitId) -> Result<Option<Landing>, GitError> {
    let target = &state.started.target;
    for name in [
        format!("refs/heads/{target}"),
        format!("refs/remotes/origin/{target}"),
    ] {
        if let Some(end) = git.ref_target(&name)?
            && let Some(landing) = git.landing(tip, &end)?
        {
            return Ok(Some(landing));
        }
    }
    Ok(None)
}

/// Takes away what can go, and returns the commands that bring it back.
///
/// # Errors
/// Where something of it changed meanwhile; what was taken away before can be brought back.
pub fn sweep(git: &Git, found: &[Leftover]) -> Result<Vec<String>, DriveError> {
    let mut undo = Vec::new();
    for leftover in found {
        if matches!(leftover.fate, Fate::Stays(_)) {
            continue;
        }
        if let Some(dir) = &leftover.worktree {
            git.remove_worktree(dir)?;
        }
        if let Some((name, tip)) = &leftover.branch {
            undo.push(git.delete_branch(name, tip)?.undo);
            if let Some(dir) = &leftover.worktree {
                undo.push(format!("git worktree add {} {name}", dir.display()));
            }
        }
    }
    git.prune_worktrees()?;
    Ok(undo)
}
