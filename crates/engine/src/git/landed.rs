//! Tells whether a branch has landed elsewhere: as it is, squashed into one commit, or commit by
//! commit. By the trees alone; commit messages and dates prove nothing.

use super::{Git, GitError, Merged, Refusal};
use redgreen_core::id::CommitId;

/// Commits of the target that are looked at, the newest first: a branch that landed before them is
/// not found.
const MOST: usize = 500;

/// How a branch has landed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Its last commit is an ancestor of the target.
    Ancestor,
    /// One commit of the target holds exactly what a merge of the branch into the commit before it
    /// gives.
    Squashed,
    /// So does the last of as many commits of the target as the branch has.
    Rebased,
}

/// Where a branch has landed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The commit of the target that brought it, the last of several.
    pub commit: CommitId,
    /// The commit of the target before all of them; the branch's own last commit where that is an
    /// ancestor, since what came before it is not told by the target.
    pub before: CommitId,
    /// How.
    pub way: Way,
}

impl Landing {
    /// The proof in words: a command that anybody can repeat.
    pub fn words(&self, tip: &CommitId) -> String {
        let commit = &self.commit;
        match self.way {
            Way::Ancestor => format!("git merge-base --is-ancestor {tip} {commit}"),
            Way::Squashed => {
                format!("git merge-tree --write-tree {commit}~ {tip} gives the tree of {commit}")
            }
            Way::Rebased => format!("the branch's commits were replayed, the last as {commit}"),
        }
    }
}

impl Git {
    /// Where the branch that ends in `tip` has landed on `target`; nothing where it has not.
    ///
    /// # Errors
    /// Where git fails.
    pub fn landing(&self, tip: &CommitId, target: &CommitId) -> Result<Option<Landing>, GitError> {
        let fork = match self.merge_base(tip, target) {
            Ok(fork) => fork,
            Err(GitError::Refused(Refusal::Unrelated { .. })) => return Ok(None),
            Err(error) => return Err(error),
        };
        if fork == *tip {
            return Ok(Some(Landing {
                commit: tip.clone(),
                before: fork,
                way: Way::Ancestor,
            }));
        }
        let ours = self.between(&fork, tip)?.len();
        let theirs = self.between(&fork, target)?;
        for (at, commit) in theirs.iter().enumerate() {
            for (way, length) in [(Way::Rebased, ours), (Way::Squashed, 1)] {
                let before = theirs.get(at + length).unwrap_or(&fork);
                let is_long_enough =
                    at + length <= theirs.len() && (way == Way::Squashed || length > 1);
                if is_long_enough && self.brings(tip, before, commit)? {
                    let (commit, before) = (commit.clone(), before.clone());
                    return Ok(Some(Landing {
                        commit,
                        before,
                        way,
                    }));
                }
            }
        }
        Ok(None)
    }

    /// Whether merging `tip` into `before` gives exactly what `after` holds, and something new.
    fn brings(
        &self,
        tip: &CommitId,
        before: &CommitId,
        after: &CommitId,
    ) -> Result<bool, GitError> {
        let tree = self.tree_of(after)?;
        if tree == self.tree_of(before)? {
            return Ok(false);
        }
        Ok(match self.merge_tree(before, tip)? {
            Merged::Clean(merged) => merged == tree,
            Merged::Conflicts(_) => false,
        })
    }

    /// The commits on the first-parent way from `from` to `to`, newest first.
    fn between(&self, from: &CommitId, to: &CommitId) -> Result<Vec<CommitId>, GitError> {
        let most = format!("--max-count={MOST}");
        let range = format!("{from}..{to}");
        let call = self
            .call()
            .args(["rev-list", "--first-parent", &most, &range, "--"]);
        let printed = String::from_utf8_lossy(&call.ok()?).into_owned();
        Ok(printed.lines().map(CommitId::new).collect())
    }
}
