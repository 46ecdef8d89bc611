//! Asks git. The program alone, never a library: what it answers is what the user's own git says.
//!
//! Two ways of calling it. *In the repository*, for refs, status, worktrees and commits: with
//! hooks, file monitor, transports and the filters of the repository's own configuration switched
//! off. *In the shadow*, for everything that is about objects: a private git directory that
//! borrows the repository's objects and has no configuration of the user at all.

mod annex;
mod call;
mod checkout;
mod commit;
mod diff;
mod error;
mod ignored;
mod landed;
mod objects;
mod open;
mod path;
mod read;
mod refs;
mod remote;
mod shadow;
mod status;
mod tree;
mod worktree;

pub use checkout::{Checkout, Place};
pub use commit::{Merged, Message, Signing, Staged};
pub use diff::{Changed, Hunk, read_changed, read_hunks};
pub use error::{GitError, Refusal};
pub use landed::{Landing, Way};
pub use open::{DefaultBranch, Head, version};
pub use path::RepoPath;
pub use refs::{Expected, Kept};
pub use remote::{Fetched, ORIGIN, Pushed};
pub use status::WorkStatus;
pub use tree::Edit;
pub use worktree::Worktree;

use redgreen_core::id::TreeId;
use shadow::Shadow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A git repository with at least one commit and a working tree.
#[derive(Clone, Debug)]
pub struct Git {
    top: PathBuf,
    common: PathBuf,
    shadow: Arc<Shadow>,
}

impl Git {
    /// Root of the working tree that was opened.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The directory that all worktrees share: `.git` of the first of them.
    pub fn common_dir(&self) -> &Path {
        &self.common
    }
}

/// A git blob, as a full hexadecimal object name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(String);

impl BlobId {
    /// Takes the text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text of the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of entry a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A file.
    Regular,
    /// A file that may be executed.
    Executable,
    /// A symbolic link; its blob is the target.
    Symlink,
    /// A submodule; its object is a commit of another repository.
    Gitlink,
}

impl Mode {
    fn parse(octal: &str) -> Option<Self> {
        match octal {
            "100644" | "100664" => Some(Self::Regular),
            "100755" => Some(Self::Executable),
            "120000" => Some(Self::Symlink),
            "160000" => Some(Self::Gitlink),
            _ => None,
        }
    }

    fn octal(self) -> &'static str {
        match self {
            Self::Regular => "100644",
            Self::Executable => "100755",
            Self::Symlink => "120000",
            Self::Gitlink => "160000",
        }
    }
}

/// What a tree holds at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The kind of entry.
    pub mode: Mode,
    /// The object; for a submodule the name of its commit.
    pub blob: BlobId,
}

/// One entry of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// From the repository's root.
    pub path: RepoPath,
    /// What is there.
    pub held: Held,
    /// Bytes of the blob; 0 for a submodule.
    pub size: u64,
}

/// The id in `bytes` that git printed alone on a line.
fn id_line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

fn tree_id(bytes: &[u8]) -> TreeId {
    TreeId::new(id_line(bytes))
}
