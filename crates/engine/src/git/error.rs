//! Names what git could not or would not do.

use super::RepoPath;
use redgreen_core::id::CommitId;
use std::path::PathBuf;
use thiserror::Error;

/// Why a question to git has no answer.
#[derive(Debug, Error)]
pub enum GitError {
    /// The git program is missing or too old.
    #[error("git {needed} or newer is needed, found {}", found.as_deref().unwrap_or("none"))]
    Unusable {
        /// The oldest version that serves.
        needed: &'static str,
        /// What `git --version` says, if there is a git at all.
        found: Option<String>,
    },
    /// The directory is in no repository.
    #[error("{} is not inside a git repository", dir.display())]
    NotARepository {
        /// The directory that was asked for.
        dir: PathBuf,
    },
    /// The repository has no working tree.
    #[error("{} is a bare repository", dir.display())]
    Bare {
        /// The directory that was asked for.
        dir: PathBuf,
    },
    /// The current branch has no commit.
    #[error("the repository at {} has no commits", dir.display())]
    NoCommits {
        /// Root of the working tree.
        dir: PathBuf,
    },
    /// A name that stands for no commit here.
    #[error("{rev} names no commit{}", if *shallow { " in this shallow clone" } else { "" })]
    UnknownRevision {
        /// What was asked for.
        rev: String,
        /// Whether history was cut off, so that fetching more of it may help.
        shallow: bool,
    },
    /// It would have lost or overwritten something, or something is missing that only the user
    /// can give.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Git failed in a way that is not foreseen.
    #[error("git {verb} failed in {}: {stderr}", dir.display())]
    Failed {
        /// The arguments that it was given.
        verb: String,
        /// Where it ran.
        dir: PathBuf,
        /// What it complained.
        stderr: String,
    },
    /// The disk failed.
    #[error("{} cannot be used: {source}", path.display())]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl GitError {
    pub(super) fn disk(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Disk { path, source }
    }
}

/// What was not done, so that nothing is lost.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// A worktree holds work that is in no commit.
    #[error("{} has uncommitted work: {} paths", dir.display(), paths.len())]
    Dirty {
        /// The worktree.
        dir: PathBuf,
        /// Changed and untracked paths.
        paths: Vec<RepoPath>,
    },
    /// A ref is not where it was expected.
    #[error("{name} is at {}, not at {}", place(found.as_ref()), place(expected.as_ref()))]
    Moved {
        /// The ref.
        name: String,
        /// Where it should have been; nothing where it should not have been.
        expected: Option<CommitId>,
        /// Where it is.
        found: Option<CommitId>,
    },
    /// A branch that some worktree stands on.
    #[error("branch {branch} is checked out in {}", dir.display())]
    CheckedOut {
        /// The branch, short.
        branch: String,
        /// The worktree.
        dir: PathBuf,
    },
    /// A name that git does not allow for a ref.
    #[error("{name} is no name for a ref")]
    BadName {
        /// The name.
        name: String,
    },
    /// No author is configured.
    #[error("no author identity is set; set it with: {remedy}")]
    NoIdentity {
        /// The command to type.
        remedy: &'static str,
    },
    /// There is nothing to commit.
    #[error("nothing to commit in {}", dir.display())]
    NothingToCommit {
        /// The worktree.
        dir: PathBuf,
    },
    /// The two sides share no history.
    #[error("{one} and {other} have no common ancestor{}", if *shallow { " in this shallow clone" } else { "" })]
    Unrelated {
        /// One side.
        one: CommitId,
        /// The other side.
        other: CommitId,
        /// Whether history was cut off, so that fetching more of it may help.
        shallow: bool,
    },
    /// A file, a directory or a worktree is in the way.
    #[error("{} is already there", path.display())]
    Taken {
        /// What is in the way.
        path: PathBuf,
    },
}

fn place(commit: Option<&CommitId>) -> &str {
    commit.map_or("nothing", CommitId::as_str)
}
