//! Opens a repository and says where it stands: its head, its default branch, its history's end.

use super::call::{Call, NEEDED, path_line};
use super::shadow::Shadow;
use super::{Git, GitError, id_line};
use redgreen_core::id::{CommitId, Digest};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;

/// Where `HEAD` stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The branch, short; nothing where `HEAD` is detached.
    pub branch: Option<String>,
    /// The commit.
    pub commit: CommitId,
}

/// The branch that others start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultBranch {
    /// Its short name: `main`.
    pub name: String,
    /// Where the local branch of that name stands, if there is one.
    pub local: Option<CommitId>,
    /// Where `origin` had it when last fetched, if it is known.
    pub remote: Option<CommitId>,
}

impl Git {
    /// Opens the repository that `dir` is in.
    ///
    /// # Errors
    /// [`GitError::Unusable`], [`GitError::NotARepository`], [`GitError::Bare`] and
    /// [`GitError::NoCommits`] each mean one thing that a person can mend.
    pub fn open(dir: &Path) -> Result<Self, GitError> {
        let not_here = || GitError::NotARepository {
            dir: dir.to_owned(),
        };
        let dir_found = dir.canonicalize().map_err(|_| not_here())?;
        version(&dir_found)?;
        let asked = Call::new(&dir_found)
            .args(["rev-parse", "--is-bare-repository", "--is-inside-work-tree"])
            .arg("--show-object-format")
            .answer()?;
        if asked.code != Some(0) {
            return Err(cannot_open(&asked.stderr, dir));
        }
        let answers = String::from_utf8_lossy(&asked.stdout).into_owned();
        let mut answers = answers.lines();
        let (bare, inside) = (answers.next(), answers.next());
        let format = answers.next().unwrap_or("sha1");
        if bare == Some("true") {
            return Err(GitError::Bare {
                dir: dir.to_owned(),
            });
        }
        if inside != Some("true") {
            return Err(not_here());
        }
        let path_of = |question: &str| {
            let call = Call::new(&dir_found).args(["rev-parse", "--path-format=absolute"]);
            call.arg(question).ok().map(path_line)
        };
        let (top, common) = (path_of("--show-toplevel")?, path_of("--git-common-dir")?);
        let common = common.canonicalize().map_err(GitError::disk(&common))?;
        let shadow = Arc::new(Shadow::new(&common, format)?);
        let git = Self {
            top,
            common,
            shadow,
        };
        git.resolve("HEAD").map_err(|_| GitError::NoCommits {
            dir: git.top.clone(),
        })?;
        Ok(git)
    }

    /// A call in the opened working tree.
    pub(super) fn call(&self) -> Call {
        Call::new(&self.top)
    }

    /// A digest that names this repository on this machine, for caches: of the path that all its
    /// worktrees share.
    pub fn digest(&self) -> Digest {
        Digest::of(self.common.as_os_str().as_bytes())
    }

    /// Where `HEAD` of the opened working tree stands.
    ///
    /// # Errors
    /// [`GitError::UnknownRevision`] on a branch without a commit.
    pub fn head(&self) -> Result<Head, GitError> {
        let commit = self.resolve("HEAD")?;
        let symbolic = self.call().args(["symbolic-ref", "-q", "HEAD"]).answer()?;
        let full = id_line(&symbolic.stdout);
        let branch = full.strip_prefix("refs/heads/").map(str::to_owned);
        Ok(Head { branch, commit })
    }

    /// The default branch, from what is known without a network: `origin/HEAD`, then
    /// `init.defaultBranch`, `main`, `master`. Nothing where none of them exists.
    ///
    /// # Errors
    /// Where git fails.
    pub fn default_branch(&self) -> Result<Option<DefaultBranch>, GitError> {
        let remote_head = ["symbolic-ref", "-q", "refs/remotes/origin/HEAD"];
        let remote_head = id_line(&self.call().args(remote_head).answer()?.stdout);
        let of_remote = remote_head.strip_prefix("refs/remotes/origin/");
        let configured = ["config", "--get", "init.defaultBranch"];
        let configured = id_line(&self.call().args(configured).answer()?.stdout);
        let names = [of_remote.unwrap_or(""), &configured, "main", "master"];
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            let local = self.ref_target(&format!("refs/heads/{name}"))?;
            let remote = self.ref_target(&format!("refs/remotes/origin/{name}"))?;
            if local.is_some() || remote.is_some() {
                let name = name.to_owned();
                return Ok(Some(DefaultBranch {
                    name,
                    local,
                    remote,
                }));
            }
        }
        Ok(None)
    }

    /// Whether history is cut off here.
    ///
    /// # Errors
    /// Where git fails.
    pub fn is_shallow(&self) -> Result<bool, GitError> {
        let asked = self.call().args(["rev-parse", "--is-shallow-repository"]);
        Ok(id_line(&asked.ok()?) == "true")
    }
}

/// The version of the git program: `2.39.5`. `dir` is any directory.
///
/// # Errors
/// [`GitError::Unusable`] where there is none, or one that is too old.
pub fn version(dir: &Path) -> Result<String, GitError> {
    let said = id_line(&Call::new(dir).arg("--version").ok()?);
    let version = said.strip_prefix("git version ").unwrap_or(&said);
    if at_least(version, NEEDED) {
        return Ok(version.to_owned());
    }
    Err(GitError::Unusable {
        needed: NEEDED,
        found: Some(version.to_owned()),
    })
}

/// Whether `version` (`2.39.5`, `2.39.5 (Apple Git-154)`) is `needed` or newer.
fn at_least(version: &str, needed: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        let mut parts = text.split(['.', ' ', '-']);
        let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
        vec![number(), number()]
    };
    numbers(version) >= numbers(needed)
}

fn cannot_open(stderr: &str, dir: &Path) -> GitError {
    if stderr.contains("not a git repository") {
        return GitError::NotARepository {
            dir: dir.to_owned(),
        };
    }
    GitError::Failed {
        verb: "rev-parse".to_owned(),
        dir: dir.to_owned(),
        stderr: stderr.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(at_least("2.39.5", "2.39"));
        assert!(at_least("2.100.0", "2.39"));
        assert!(at_least("3.0", "2.39"));
        assert!(at_least("2.39.5 (Apple Git-154)", "2.39"));
        assert!(!at_least("2.38.9", "2.39"));
        assert!(!at_least("1.99", "2.39"));
        assert!(!at_least("unheard of", "2.39"));
    }
}
