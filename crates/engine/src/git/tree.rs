//! Writes blobs and trees as git objects, without touching the user's index or working tree.

use super::call::{Call, path_line, pieces};
use super::{BlobId, Git, GitError, Held, RepoPath, id_line, tree_id};
use redgreen_core::id::TreeId;
use std::fs;
use std::path::Path;

/// What a path becomes in a new tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// From the repository's root.
    pub path: RepoPath,
    /// What it holds from now on; nothing takes it out.
    pub held: Option<Held>,
}

impl Git {
    /// Writes `bytes` as a blob, exactly as they are.
    ///
    /// # Errors
    /// Where the repository cannot be written.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<BlobId, GitError> {
        let call = self.shadow.call().args(["hash-object", "-w", "-t", "blob"]);
        let call = call.args(["--no-filters", "--stdin"]).stdin(bytes.to_vec());
        Ok(BlobId::new(id_line(&call.ok()?)))
    }

    /// Writes `base` with `edits` applied as a tree. A file takes the place of a directory and
    /// the other way round.
    ///
    /// # Errors
    /// Where an object is missing or git does not allow a path (`..`, `.git`).
    pub fn write_tree(&self, base: &TreeId, edits: &[Edit]) -> Result<TreeId, GitError> {
        if edits.is_empty() {
            return Ok(base.clone());
        }
        let index = self.shadow.scratch();
        let call = || self.shadow.call().env("GIT_INDEX_FILE", index.path());
        call().args(["read-tree", base.as_str()]).ok()?;
        let mut lines = Vec::new();
        for edit in edits {
            let nothing = "0".repeat(base.as_str().len());
            let (mode, object) = match &edit.held {
                Some(held) => (held.mode.octal(), held.blob.as_str()),
                None => ("0", nothing.as_str()),
            };
            lines.extend_from_slice(format!("{mode} {object}\t").as_bytes());
            lines.extend_from_slice(edit.path.as_bytes());
            lines.push(0);
        }
        let update = call().args(["update-index", "--replace", "-z", "--index-info"]);
        self.take_all(update.stdin(lines))?;
        Ok(tree_id(&call().arg("write-tree").ok()?))
    }

    /// Runs `update-index`, which leaves out paths that it does not like and ends well.
    fn take_all(&self, update: Call) -> Result<(), GitError> {
        let answer = update.answer()?;
        if answer.code == Some(0) && !answer.stderr.contains("Ignoring path") {
            return Ok(());
        }
        Err(self.failed("update-index", answer.stderr))
    }

    /// Writes the working tree that `dir` is the root of as a tree: tracked files as they are
    /// now, and untracked files that are not ignored. Repositories inside it that are no
    /// submodules are left out.
    ///
    /// # Errors
    /// Where a file cannot be read or the repository cannot be written.
    pub fn tree_of_worktree(&self, dir: &Path) -> Result<TreeId, GitError> {
        let index = self.shadow.scratch();
        self.copy_index(dir, index.path())?;
        let call = || -> Result<Call, GitError> {
            let call = self.call_without_filters(dir)?;
            Ok(call.env("GIT_INDEX_FILE", index.path()))
        };
        call()?.args(["add", "--update"]).ok()?;
        let list = ["ls-files", "-z", "--others", "--exclude-standard"];
        let mut untracked = Vec::new();
        for path in pieces(&call()?.args(list).ok()?) {
            // A path that ends in a slash is a repository of its own.
            if !path.ends_with(b"/") {
                untracked.extend_from_slice(path);
                untracked.push(0);
            }
        }
        let add = ["update-index", "--add", "--replace", "-z", "--stdin"];
        self.take_all(call()?.args(add).stdin(untracked))?;
        Ok(tree_id(&call()?.arg("write-tree").ok()?))
    }

    /// Copies the index with its time stamp: git takes a file that is as new as the index for
    /// possibly changed, and a copy that looks newer would hide such a change.
    fn copy_index(&self, dir: &Path, copy: &Path) -> Result<(), GitError> {
        let asked = Call::new(dir).args(["rev-parse", "--path-format=absolute"]);
        let index = path_line(asked.args(["--git-path", "index"]).ok()?);
        if !index.exists() {
            return Ok(());
        }
        fs::copy(&index, copy).map_err(GitError::disk(&index))?;
        let stamp = |path: &Path| {
            let written = fs::metadata(path)?.modified()?;
            fs::File::options()
                .write(true)
                .open(copy)?
                .set_modified(written)
        };
        stamp(&index).map_err(GitError::disk(copy))
    }
}
