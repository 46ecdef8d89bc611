//! Keeps objects apart from the repository: what is written there, nobody who can read the
//! repository finds in it.

use super::call::Call;
use super::shadow::Shadow;
use super::{Git, GitError, id_line};
use redgreen_core::id::TreeId;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Who commits what an annex begins with.
const NAME: &str = "redgreen";
const EMAIL: &str = "redgreen@localhost";

impl Git {
    /// Makes a repository of its own in `dir`, with the files of `tree` as its only commit, and
    /// nothing else that this repository knows.
    ///
    /// # Errors
    /// Where the directory cannot be made or git fails.
    pub fn annex(&self, dir: &Path, tree: &TreeId) -> Result<Self, GitError> {
        let format = self.call().args(["rev-parse", "--show-object-format"]);
        let format = id_line(&format.ok()?);
        fs::create_dir_all(dir).map_err(GitError::disk(dir))?;
        let own = || {
            ["AUTHOR", "COMMITTER"]
                .into_iter()
                .fold(Call::new(dir), |call, who| {
                    call.env(&format!("GIT_{who}_NAME"), NAME)
                        .env(&format!("GIT_{who}_EMAIL"), EMAIL)
                })
        };
        own()
            .args(["init", "--quiet", "--template=", "--initial-branch=main"])
            .arg(format!("--object-format={format}"))
            .ok()?;
        let borrowed = dir.join(".git/objects/info/alternates");
        if let Some(parent) = borrowed.parent() {
            fs::create_dir_all(parent).map_err(GitError::disk(parent))?;
        }
        let from = self.common.join("objects");
        fs::write(&borrowed, format!("{}\n", from.display())).map_err(GitError::disk(&borrowed))?;
        let message = ["-m", "what is shown"];
        let commit = own()
            .args(["commit-tree", tree.as_str()])
            .args(message)
            .ok()?;
        let commit = id_line(&commit);
        own().args(["reset", "--quiet", "--hard", &commit]).ok()?;
        // What was borrowed is taken along, and no more than that.
        own().args(["repack", "-q", "-a", "-d"]).ok()?;
        fs::remove_file(&borrowed).map_err(GitError::disk(&borrowed))?;
        Self::open(dir)
    }

    /// This repository, whose new objects are kept in `annex`, and which finds what is there.
    ///
    /// # Errors
    /// Where no private git directory can be made.
    pub fn with_objects_of(&self, annex: &Self) -> Result<Self, GitError> {
        let format = self.call().args(["rev-parse", "--show-object-format"]);
        let format = id_line(&format.ok()?);
        let shadow = Shadow::new(&annex.common, &format)?.borrowing(&self.common);
        Ok(Self {
            top: self.top.clone(),
            common: self.common.clone(),
            shadow: Arc::new(shadow),
        })
    }
}
