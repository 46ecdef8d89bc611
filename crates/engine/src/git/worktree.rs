//! Adds, lists and removes the user's worktrees.

use super::call::pieces;
use super::{Git, GitError, Refusal};
use redgreen_core::id::CommitId;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// One worktree of the repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worktree {
    /// Its root.
    pub path: PathBuf,
    /// The commit that it stands on; nothing on a branch without a commit.
    pub head: Option<CommitId>,
    /// The branch, short; nothing where it is detached.
    pub branch: Option<String>,
    /// Whether the user locked it against removal.
    pub locked: bool,
    /// Whether its directory is gone.
    pub prunable: bool,
}

impl Git {
    /// Adds a worktree at `path` on the new branch `branch` that starts at `start`.
    ///
    /// # Errors
    /// [`Refusal::Taken`] where `path` exists; [`Refusal::Moved`] where the branch does.
    pub fn add_worktree(
        &self,
        path: &Path,
        branch: &str,
        start: &CommitId,
    ) -> Result<(), GitError> {
        if path.symlink_metadata().is_ok() {
            return Err(GitError::Refused(Refusal::Taken {
                path: path.to_owned(),
            }));
        }
        self.create_branch(branch, start)?;
        let call = self.call_without_filters(&self.top)?;
        let call = call.args(["worktree", "add", "--quiet", "--"]).arg(path);
        let added = call.arg(branch).ok();
        if added.is_err() {
            // The branch was made a moment ago and holds nothing of its own.
            let full = format!("refs/heads/{branch}");
            let undo = ["update-ref", "--no-deref", "-d", &full, start.as_str()];
            self.call().args(undo).answer()?;
        }
        added.map(drop)
    }

    /// Moves the branch that the worktree `dir` stands on forward to `commit`, files and all.
    ///
    /// # Errors
    /// Where `commit` is no descendant, or a file that is in no commit is in the way.
    pub fn fast_forward(&self, dir: &Path, commit: &CommitId) -> Result<(), GitError> {
        let call = self
            .call_without_filters(dir)?
            .args(["merge", "--ff-only", "--quiet"]);
        call.arg(commit.as_str()).ok().map(drop)
    }

    /// Every worktree, the first of the repository first.
    ///
    /// # Errors
    /// Where git fails.
    pub fn worktrees(&self) -> Result<Vec<Worktree>, GitError> {
        let call = self.call().args(["worktree", "list", "--porcelain", "-z"]);
        Ok(read_list(&call.ok()?))
    }

    /// Removes the worktree at `path`. Its branch stays. Ignored files go with it.
    ///
    /// # Errors
    /// [`Refusal::Dirty`] where it holds anything that is in no commit and not ignored; git's own
    /// refusal where it is locked or holds submodules.
    pub fn remove_worktree(&self, path: &Path) -> Result<(), GitError> {
        let status = self.status(path)?;
        if !status.is_clean() {
            return Err(GitError::Refused(Refusal::Dirty {
                dir: path.to_owned(),
                paths: status.paths(),
            }));
        }
        let call = self.call_without_filters(&self.top)?;
        let call = call.args(["worktree", "remove", "--"]).arg(path);
        call.ok().map(drop)
    }

    /// Forgets worktrees whose directories are gone.
    ///
    /// # Errors
    /// Where git fails.
    pub fn prune_worktrees(&self) -> Result<(), GitError> {
        self.call().args(["worktree", "prune"]).ok().map(drop)
    }
}

/// Reads the porcelain list: fields end in NUL, records end in an empty field.
fn read_list(printed: &[u8]) -> Vec<Worktree> {
    let mut worktrees: Vec<Worktree> = Vec::new();
    for field in pieces(printed) {
        let at_space = field.iter().position(|byte| *byte == b' ');
        let (word, rest) = match at_space {
            Some(at) => (&field[..at], &field[at + 1..]),
            None => (field, &[][..]),
        };
        if word == b"worktree" {
            worktrees.push(Worktree {
                path: PathBuf::from(OsStr::from_bytes(rest)),
                ..Worktree::default()
            });
        }
        let Some(last) = worktrees.last_mut() else {
            continue;
        };
        let text = String::from_utf8_lossy(rest);
        match word {
            b"HEAD" if text.contains(|digit| digit != '0') => {
                last.head = Some(CommitId::new(text));
            }
            b"branch" => last.branch = text.strip_prefix("refs/heads/").map(str::to_owned),
            b"locked" => last.locked = true,
            b"prunable" => last.prunable = true,
            _ => {}
        }
    }
    worktrees
}
