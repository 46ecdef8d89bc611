//! Builds git repositories in temporary directories, the same ones on every machine.

use std::cell::Cell;
use std::ffi::OsStr;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// 2026-01-01 00:00:00 UTC: when the first commit of every fixture is made.
const FIRST_SECOND: u64 = 1_767_225_600;

/// A git repository that goes when it is dropped. Its branch is `main`, its author
/// `Fixture <fixture@example.invalid>`, and each commit is later than the one before.
#[derive(Debug)]
pub struct Repo {
    home: TempDir,
    top: PathBuf,
    commits: Cell<u64>,
}

impl Default for Repo {
    fn default() -> Self {
        Self::new()
    }
}

impl Repo {
    /// An empty repository without a commit.
    pub fn new() -> Self {
        let home = must(tempfile::tempdir(), "make a temporary directory");
        let real = must(home.path().canonicalize(), "find the temporary directory");
        let top = real.join("repo");
        must(fs::create_dir(&top), "make the repository's directory");
        let repo = Self {
            home,
            top,
            commits: Cell::new(0),
        };
        repo.git(["init", "--quiet", "--initial-branch=main"]);
        repo.config("user.name", "Fixture");
        repo.config("user.email", "fixture@example.invalid");
        repo
    }

    /// Root of its working tree.
    pub fn path(&self) -> &Path {
        &self.top
    }

    /// The directory that it lives in: a place for things that are not in it.
    pub fn outside(&self) -> &Path {
        match self.top.parent() {
            Some(outside) => outside,
            None => self.home.path(),
        }
    }

    /// Sets a setting in the repository's own configuration.
    pub fn config(&self, key: &str, value: &str) -> &Self {
        self.git(["config", "--local", key, value]);
        self
    }

    /// Writes a file, and the directories that it needs.
    pub fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> &Self {
        let path = self.top.join(path);
        if let Some(parent) = path.parent() {
            must(fs::create_dir_all(parent), "make a directory");
        }
        must(fs::write(&path, content), "write a file");
        self
    }

    /// Removes a file, or a directory with all that is in it.
    pub fn remove(&self, path: impl AsRef<Path>) -> &Self {
        let path = self.top.join(path);
        if path.is_dir() && !path.is_symlink() {
            must(fs::remove_dir_all(&path), "remove a directory");
        } else {
            must(fs::remove_file(&path), "remove a file");
        }
        self
    }

    /// Makes a symbolic link at `path` to `target`.
    pub fn link(&self, path: impl AsRef<Path>, target: impl AsRef<Path>) -> &Self {
        let path = self.top.join(path);
        must(std::os::unix::fs::symlink(target, path), "make a link");
        self
    }

    /// Commits everything, even if that is nothing, and returns the commit's full name.
    pub fn commit(&self, message: &str) -> String {
        self.git(["add", "--all"]);
        self.git(["commit", "--quiet", "--allow-empty", "-m", message]);
        self.rev("HEAD")
    }

    /// Makes a branch here and goes to it.
    pub fn branch(&self, name: &str) -> &Self {
        self.git(["switch", "--quiet", "--create", name]);
        self
    }

    /// Goes to a branch, or to a commit without a branch.
    pub fn checkout(&self, rev: &str) -> &Self {
        self.git(["checkout", "--quiet", rev]);
        self
    }

    /// Merges `rev` with a commit of its own, and returns that.
    pub fn merge(&self, rev: &str) -> String {
        self.git(["merge", "--quiet", "--no-ff", "-m", "merge", rev]);
        self.rev("HEAD")
    }

    /// The full name that `rev` stands for.
    pub fn rev(&self, rev: &str) -> String {
        self.git(["rev-parse", "--verify", rev])
    }

    /// Runs git here and returns what it printed, without the line end. Panics where it fails.
    pub fn git<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> String {
        self.git_in(&self.top, args)
    }

    /// Runs git in `dir` with the settings of this fixture.
    pub fn git_in<A: AsRef<OsStr>>(&self, dir: &Path, args: impl IntoIterator<Item = A>) -> String {
        let number = self.commits.get();
        self.commits.set(number + 1);
        let date = format!("{} +0000", FIRST_SECOND + 60 * number);
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(&name);
            }
        }
        command
            .current_dir(dir)
            .args(args)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .env("LC_ALL", "C");
        let ended = command.output();
        let ended = must(ended, "run git (install it: apt-get install git)");
        succeeded(&command, &ended);
        String::from_utf8_lossy(&ended.stdout).trim_end().to_owned()
    }
}

fn succeeded(command: &Command, ended: &Output) {
    let complaint = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{command:?} failed: {complaint}");
}

fn must<T, E: Display>(done: Result<T, E>, what: &str) -> T {
    match done {
        Ok(value) => value,
        Err(error) => panic!("cannot {what}: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_fixtures_that_are_built_alike_have_the_same_commits() {
        let build = || {
            let repo = Repo::new();
            repo.write("a/b.txt", "text\n").commit("first")
        };
        assert_eq!(build(), build());
    }

    #[test]
    fn a_later_commit_has_a_later_date() {
        let repo = Repo::new();
        let date = |rev: String| repo.git(["show", "-s", "--format=%ct", &rev]);
        let first = date(repo.commit("first"));
        assert!(first < date(repo.commit("second")));
    }
}
