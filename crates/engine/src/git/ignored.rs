//! Tells what git ignores in a worktree, and ties worktrees to their repository again.

use super::call::{path_line, pieces};
use super::{Git, GitError, RepoPath};
use std::path::{Path, PathBuf};

impl Git {
    /// The files that git ignores in the worktree `dir`, but those in folders that are ignored as a
    /// whole.
    ///
    /// # Errors
    /// Where git fails.
    pub fn ignored(&self, dir: &Path) -> Result<Vec<RepoPath>, GitError> {
        let call = self.call_without_filters(dir)?.args(["ls-files", "-z"]);
        let call = call.args(["--others", "--ignored", "--exclude-standard", "--directory"]);
        let printed = call.ok()?;
        let files = pieces(&printed).filter(|path| !path.is_empty() && !path.ends_with(b"/"));
        Ok(files.map(RepoPath::from_bytes).collect())
    }

    /// Whether git ignores `path` in the worktree `dir`. A folder ends in a slash. What is in the
    /// index is never ignored.
    ///
    /// # Errors
    /// Where git fails.
    pub fn is_ignored(&self, dir: &Path, path: &str) -> Result<bool, GitError> {
        // It takes paths alone, and refuses to be told so.
        let call = self.call_without_filters(dir)?;
        let call = call.env("GIT_LITERAL_PATHSPECS", "0");
        let path = format!("./{path}");
        let call = call.args(["check-ignore", "--quiet", "--", &path]);
        let answer = call.answer()?;
        match answer.code {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(self.failed("check-ignore", answer.stderr)),
        }
    }

    /// Those of `files` that the next commit of everything in the worktree `dir` would hold.
    ///
    /// # Errors
    /// Where git fails.
    pub fn tracked_or_shown(
        &self,
        dir: &Path,
        files: &[String],
    ) -> Result<Vec<RepoPath>, GitError> {
        let call = self.call_without_filters(dir)?.args(["ls-files", "-z"]);
        let call = call.args(["--cached", "--others", "--exclude-standard", "--"]);
        let printed = call.args(files).ok()?;
        Ok(pieces(&printed)
            .filter(|path| !path.is_empty())
            .map(RepoPath::from_bytes)
            .collect())
    }

    /// The short names of all branches.
    ///
    /// # Errors
    /// Where git fails.
    pub fn branches(&self) -> Result<Vec<String>, GitError> {
        let call = self.call().args(["for-each-ref", "--format=%(refname)"]);
        let printed = call.arg("refs/heads/").ok()?;
        let text = String::from_utf8_lossy(&printed).into_owned();
        let short = text.lines().filter_map(|l| l.strip_prefix("refs/heads/"));
        Ok(short.map(str::to_owned).collect())
    }

    /// The folder that git keeps for the worktree `dir` alone.
    ///
    /// # Errors
    /// Where it is no worktree.
    pub fn own_dir(&self, dir: &Path) -> Result<PathBuf, GitError> {
        let call = self.call_without_filters(dir)?;
        let call = call.args(["rev-parse", "--path-format=absolute", "--git-dir"]);
        Ok(path_line(call.ok()?))
    }

    /// Ties the worktree at `path` and the repository together again where one of them was moved.
    ///
    /// # Errors
    /// Where git cannot.
    pub fn repair_worktree(&self, path: &Path) -> Result<(), GitError> {
        let call = self.call_without_filters(&self.top)?;
        call.args(["worktree", "repair"]).arg(path).ok().map(drop)
    }
}
