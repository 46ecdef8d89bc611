//! Commits as the user, merges without a working tree, and reads trailers.

use super::call::{Call, pieces};
use super::{Git, GitError, Refusal, RepoPath, id_line, tree_id};
use redgreen_core::id::{CommitId, TreeId};
use std::fs;
use std::path::Path;

/// Which changes of a worktree are committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staged<'a> {
    /// Everything that is not ignored.
    All,
    /// These paths alone, whatever else is changed or staged.
    Paths(&'a [RepoPath]),
}

/// Whether commits are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signing {
    /// Never.
    #[default]
    Off,
    /// As the user's configuration asks for. This runs the program that it names.
    AsConfigured,
}

/// What a commit says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Subject, and body after an empty line.
    pub text: String,
    /// Key and value of each trailer, in order.
    pub trailers: Vec<(String, String)>,
}

impl Message {
    /// A message without trailers.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            trailers: Vec::new(),
        }
    }

    /// Adds a trailer. Line breaks in it become spaces: they would start another one.
    pub fn trailer(mut self, key: &str, value: &str) -> Self {
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.trailers.push((one_line(key), one_line(value)));
        self
    }

    fn whole(&self) -> String {
        let mut whole = format!("{}\n", self.text.trim_end());
        if !self.trailers.is_empty() {
            whole.push('\n');
        }
        for (key, value) in &self.trailers {
            whole.push_str(&format!("{key}: {value}\n"));
        }
        whole
    }
}

/// What became of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// The tree of the result.
    Clean(TreeId),
    /// The paths that git could not merge.
    Conflicts(Vec<RepoPath>),
}

const REMEDY: &str = "git config --global user.name NAME && git config --global user.email MAIL";

impl Git {
    /// Commits changes of the worktree that `dir` is the root of, on the branch that it stands on.
    /// No hook runs.
    ///
    /// # Errors
    /// [`Refusal::NoIdentity`]; [`Refusal::NothingToCommit`].
    pub fn commit(
        &self,
        dir: &Path,
        staged: Staged<'_>,
        message: &Message,
        signing: Signing,
    ) -> Result<CommitId, GitError> {
        self.check_identity(dir)?;
        let file = self.shadow.scratch();
        fs::write(file.path(), message.whole()).map_err(GitError::disk(file.path()))?;
        let (add, paths) = match staged {
            Staged::All => (vec!["add", "--all"], None),
            Staged::Paths(paths) => (
                vec![
                    "add",
                    "--all",
                    "--pathspec-from-file=-",
                    "--pathspec-file-nul",
                ],
                Some(nul_list(paths)),
            ),
        };
        let add = self.call_without_filters(dir)?.args(add);
        add.stdin(paths.clone().unwrap_or_default()).ok()?;
        let mut call = self.as_user(dir)?;
        if signing == Signing::Off {
            call = call.setting("commit.gpgSign=false");
        }
        let verb = ["commit", "--quiet", "--no-verify", "--cleanup=verbatim"];
        let mut call = call.args(verb).arg("--file").arg(file.path());
        if let Some(paths) = paths {
            let only = ["--only", "--pathspec-from-file=-", "--pathspec-file-nul"];
            call = call.args(only).stdin(paths);
        }
        let answer = call.answer()?;
        if answer.code == Some(0) {
            return Git::head_of(dir);
        }
        // Quiet, hooks off: git has nothing to complain of but that there is nothing.
        let says_so = answer.code == Some(1) && answer.stderr.is_empty();
        if says_so || Self::is_unchanged(dir)? {
            return Err(GitError::Refused(Refusal::NothingToCommit {
                dir: dir.to_owned(),
            }));
        }
        Err(self.failed("commit", answer.stderr))
    }

    /// Whether the index of `dir` holds what its commit holds. Where `.gitmodules` names a command,
    /// git itself cannot say so.
    fn is_unchanged(dir: &Path) -> Result<bool, GitError> {
        let index = Call::new(dir).arg("write-tree").answer()?;
        let head = Call::new(dir).args(["rev-parse", "HEAD^{tree}"]).answer()?;
        Ok(index.code == Some(0) && index.stdout == head.stdout)
    }

    /// The name that the user commits under, if one is set.
    ///
    /// # Errors
    /// Where git fails.
    pub fn user_name(&self) -> Result<Option<String>, GitError> {
        let asked = self
            .as_user(&self.top)?
            .args(["config", "--get", "user.name"])
            .answer()?;
        let name = id_line(&asked.stdout);
        Ok((asked.code == Some(0) && !name.is_empty()).then_some(name))
    }

    /// Writes a commit of `tree` as the user; no ref moves.
    ///
    /// # Errors
    /// [`Refusal::NoIdentity`]; where an object is missing.
    pub fn commit_tree(
        &self,
        tree: &TreeId,
        parents: &[CommitId],
        message: &Message,
    ) -> Result<CommitId, GitError> {
        self.check_identity(&self.top)?;
        let call = self.as_user(&self.top)?.setting("commit.gpgSign=false");
        let mut call = call.args(["commit-tree", tree.as_str()]);
        for parent in parents {
            call = call.args(["-p", parent.as_str()]);
        }
        let call = call.args(["-F", "-"]).stdin(message.whole().into_bytes());
        Ok(CommitId::new(id_line(&call.ok()?)))
    }

    /// Merges `theirs` into `ours` as git would, without a working tree and without the merge
    /// programs that the repository configures.
    ///
    /// # Errors
    /// Where the two share no history or an object is missing.
    pub fn merge_tree(&self, ours: &CommitId, theirs: &CommitId) -> Result<Merged, GitError> {
        let call = self
            .shadow
            .call()
            .args(["merge-tree", "--write-tree", "-z"]);
        let call = call.args(["--name-only", "--no-messages"]);
        let answer = call.args([ours.as_str(), theirs.as_str()]).answer()?;
        let mut printed = pieces(&answer.stdout);
        let tree = printed.next().unwrap_or_default();
        match answer.code {
            Some(0) => Ok(Merged::Clean(tree_id(tree))),
            Some(1) => Ok(Merged::Conflicts(
                printed.map(RepoPath::from_bytes).collect(),
            )),
            _ => Err(self.failed("merge-tree", answer.stderr)),
        }
    }

    /// The trailers of a commit's message, in order: key and value.
    ///
    /// # Errors
    /// Where the commit is missing.
    pub fn trailers(&self, commit: &CommitId) -> Result<Vec<(String, String)>, GitError> {
        let format = "%(trailers:only=true,unfold=true,separator=%x00,key_value_separator=%x1f)";
        let call = self.shadow.call().args(["show", "-s"]);
        let printed = call.arg(format!("--format={format}"));
        let printed = printed.arg(commit.as_str()).ok()?;
        let pair = |field: &[u8]| {
            let text = String::from_utf8_lossy(field).into_owned();
            let (key, value) = text.split_once('\u{1f}')?;
            Some((key.to_owned(), value.trim_end().to_owned()))
        };
        Ok(pieces(&printed).filter_map(pair).collect())
    }

    /// A call that writes commits: the identity may come from everywhere that git looks, but is
    /// never made up from the machine's name.
    pub(super) fn as_user(&self, dir: &Path) -> Result<Call, GitError> {
        let call = self.call_without_filters(dir)?;
        let call = call.with_system_configuration();
        let call = call.setting("user.useConfigOnly=true");
        let names = [
            "GIT_AUTHOR_NAME",
            "GIT_AUTHOR_EMAIL",
            "GIT_COMMITTER_NAME",
            "GIT_COMMITTER_EMAIL",
        ];
        Ok(names.into_iter().fold(call, Call::inherit))
    }

    /// Whether commits can be made in the worktree `dir`.
    ///
    /// # Errors
    /// [`Refusal::NoIdentity`] has the command that sets an author.
    pub fn check_identity(&self, dir: &Path) -> Result<(), GitError> {
        for identity in ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"] {
            let answer = self.as_user(dir)?.args(["var", identity]).answer()?;
            if answer.code != Some(0) {
                return Err(GitError::Refused(Refusal::NoIdentity { remedy: REMEDY }));
            }
        }
        Ok(())
    }

    fn head_of(dir: &Path) -> Result<CommitId, GitError> {
        let call = Call::new(dir).args(["rev-parse", "--verify", "HEAD"]);
        Ok(CommitId::new(id_line(&call.ok()?)))
    }
}

fn nul_list(paths: &[RepoPath]) -> Vec<u8> {
    let mut list = Vec::new();
    for path in paths {
        list.extend_from_slice(path.as_bytes());
        list.push(0);
    }
    list
}
