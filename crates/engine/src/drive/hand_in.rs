//! Takes in what a worker did: what its phase may not write is moved aside, kept and named.

use super::put_back::put_back;
use super::{Drive, DriveError, worktree_of};
use crate::config::Config;
use crate::git::{Git, GitError};
use crate::survey::{Ends, Mended, mend};
use redgreen_core::claim::Claim;
use redgreen_core::event::{Event, MovedAside, WorkHandedIn};
use redgreen_core::id::TreeId;
use redgreen_core::phase::Writable;
use redgreen_core::run::RunState;
use std::path::Path;

impl Drive<'_> {
    /// Records what the worker handed in.
    ///
    /// # Errors
    /// Where the worktree cannot be read or written.
    pub fn hand_in(&mut self, claim: Claim) -> Result<(), DriveError> {
        self.hand_in_seen(claim, Vec::new())
    }

    /// The same, with what a sandbox saw of the work.
    pub(super) fn hand_in_seen(
        &mut self,
        claim: Claim,
        seen: Vec<String>,
    ) -> Result<(), DriveError> {
        let state = self.ledger.state()?.clone();
        let worktree = worktree_of(self.git, &state);
        self.keep_out(&state, &worktree)?;
        let moved_aside = self.move_aside(&state, &worktree, state.phase.writable())?;
        let tree = self.git.tree_of_worktree(&worktree)?;
        self.ledger.append(Event::WorkHandedIn(WorkHandedIn {
            claim,
            tree,
            moved_aside,
            seen,
        }))
    }

    /// Puts back whatever the phase may not write, and keeps what was there in the trash.
    fn move_aside(
        &mut self,
        state: &RunState,
        worktree: &Path,
        allowed: Writable,
    ) -> Result<Vec<MovedAside>, DriveError> {
        let tip = state.tip().clone();
        let head_tree = self.git.tree_of_worktree(worktree)?;
        let mends = trespasses(self.git, state, &head_tree, allowed)?;
        if mends.is_empty() {
            return Ok(Vec::new());
        }
        let message = crate::git::Message::new("what a worker wrote outside its phase's surface");
        let kept = self.git.commit_tree(&head_tree, &[tip], &message)?;
        let name = format!("{}-{}", state.run, state.seq + 1);
        let kept = self.git.keep(&kept, &name)?;
        let mut moved = Vec::new();
        for mended in &mends {
            put_back(self.git, worktree, &mended.path, mended.held.as_ref())?;
            let path = mended.path.text();
            moved.push(MovedAside {
                path,
                kept_in: kept.reference.clone(),
            });
        }
        Ok(moved)
    }
}

/// What of `head_tree` the phase may not write, with what may stand there instead.
pub(super) fn trespasses(
    git: &Git,
    state: &RunState,
    head_tree: &TreeId,
    allowed: Writable,
) -> Result<Vec<Mended>, DriveError> {
    let base = state.tip().clone();
    let base_tree = git.tree_of(&base)?;
    if allowed == Writable::Nothing || base_tree == *head_tree {
        return Ok(Vec::new());
    }
    let config = Config::of_tree(git, &git.tree_of(&state.started.base)?)?;
    let ends = Ends {
        base,
        base_tree,
        head: None,
        head_tree: head_tree.clone(),
    };
    Ok(mend(git, &ends, &config, allowed)?)
}

/// Whether `error` only says that there was nothing to commit.
pub(super) fn is_nothing_to_commit(error: &GitError) -> bool {
    matches!(
        error,
        GitError::Refused(crate::git::Refusal::NothingToCommit { .. })
    )
}
