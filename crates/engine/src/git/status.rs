//! Tells what of a working tree is in no commit.

use super::call::{Call, pieces};
use super::{Git, GitError, RepoPath};
use std::path::Path;

/// What of a working tree is in no commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkStatus {
    /// Tracked paths that differ from `HEAD`, in the index or in the working tree.
    pub changed: Vec<RepoPath>,
    /// Paths that git does not know and does not ignore, each file by itself.
    pub untracked: Vec<RepoPath>,
    /// Those of `changed` that are submodules standing on another commit.
    pub submodules: Vec<RepoPath>,
}

impl WorkStatus {
    /// Whether everything is in a commit.
    pub fn is_clean(&self) -> bool {
        self.changed.is_empty() && self.untracked.is_empty()
    }

    /// All paths that are in no commit.
    pub fn paths(&self) -> Vec<RepoPath> {
        [self.changed.as_slice(), &self.untracked].concat()
    }
}

impl Git {
    /// What of the working tree that `dir` is the root of is in no commit. What a submodule's own
    /// working tree holds is not looked at: it is another repository.
    ///
    /// # Errors
    /// Where git fails.
    pub fn status(&self, dir: &Path) -> Result<WorkStatus, GitError> {
        let call = self.call_without_filters(dir)?.arg("status");
        let call = call.args(["--porcelain=v2", "-z", "--untracked-files=all"]);
        let call = call.args(["--ignore-submodules=dirty", "--no-renames"]);
        let printed = call.ok()?;
        let mut status = WorkStatus::default();
        for line in pieces(&printed) {
            add_line(&mut status, line).ok_or_else(|| self.unforeseen("status", line))?;
        }
        Ok(status)
    }

    /// A call in `dir` that runs no filter which the repository's own configuration defines.
    /// Those of the user's global configuration stay: the user put them there.
    pub(super) fn call_without_filters(&self, dir: &Path) -> Result<Call, GitError> {
        let asked = Call::new(dir).args(["config", "-z", "--show-scope", "--name-only"]);
        let asked = asked.args(["--get-regexp", "^filter\\."]).answer()?;
        let printed = asked.stdout;
        let mut fields = pieces(&printed);
        let mut names = Vec::new();
        while let (Some(scope), Some(key)) = (fields.next(), fields.next()) {
            if matches!(scope, b"local" | b"worktree") {
                let key = String::from_utf8_lossy(key).into_owned();
                names.extend(key.rsplit_once('.').map(|(filter, _)| filter.to_owned()));
            }
        }
        names.sort();
        names.dedup();
        let off = |name: String| {
            ["clean", "smudge", "process"]
                .map(|verb| (format!("{name}.{verb}"), ""))
                .into_iter()
                .chain([(format!("{name}.required"), "false")])
        };
        let overrides: Vec<_> = names.into_iter().flat_map(off).collect();
        Ok(Call::new(dir).overrides(&overrides))
    }
}

/// Reads one line of porcelain v2.
fn add_line(status: &mut WorkStatus, line: &[u8]) -> Option<()> {
    let (kind, rest) = line.split_first()?;
    // Words before the path; the second of them tells submodules.
    let words = match kind {
        b'?' => {
            let path = RepoPath::from_bytes(rest.strip_prefix(b" ")?);
            status.untracked.push(path);
            return Some(());
        }
        b'1' => 8,
        b'u' => 10,
        // Headers, and ignored paths that were not asked for.
        _ => return Some(()),
    };
    let mut fields = line.splitn(words + 1, |byte| *byte == b' ');
    let is_submodule = fields.nth(2)?.starts_with(b"S");
    let path = RepoPath::from_bytes(fields.nth(words - 3)?);
    if is_submodule {
        status.submodules.push(path.clone());
    }
    status.changed.push(path);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_each_kind_is_read() {
        let mut status = WorkStatus::default();
        let lines: [&[u8]; 4] = [
            b"1 .M N... 100644 100644 100644 aa bb a b\nc",
            b"u UU N... 100644 100644 100644 100644 aa bb cc both",
            b"1 .M SC.. 160000 160000 160000 aa bb sub",
            b"? new file",
        ];
        for line in lines {
            add_line(&mut status, line).expect("a line that git prints");
        }
        let paths = |texts: &[&str]| texts.iter().map(|t| RepoPath::from(*t)).collect::<Vec<_>>();
        assert_eq!(status.changed, paths(&["a b\nc", "both", "sub"]));
        assert_eq!(status.untracked, paths(&["new file"]));
        assert_eq!(status.submodules, paths(&["sub"]));
    }
}
