//! Finds the two ends of a range: what `BASE..HEAD`, a working tree or a merge result stand for.

use super::ProveError;
use crate::git::{Git, Merged};
use crate::survey::Ends;
use redgreen_core::id::CommitId;

/// Which end a change has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Head {
    /// The commit that `HEAD` stands on.
    #[default]
    Current,
    /// A commit by name.
    Revision(String),
    /// The working tree, with all that is not ignored.
    Worktree,
}

/// The range that somebody asks about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The commit to start from; nothing is the merge base with the default branch.
    pub base: Option<String>,
    /// The end.
    pub head: Head,
    /// Prove the result of merging into this branch instead.
    pub onto: Option<String>,
}

impl Request {
    /// Reads `BASE..HEAD`, `BASE..`, `..HEAD`, `HEAD` or nothing.
    pub fn parse(range: Option<&str>) -> Self {
        let named = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let head = |text: &str| named(text).map_or(Head::Current, Head::Revision);
        match range {
            None => Self::default(),
            Some(text) => match text.split_once("..") {
                Some((base, rest)) => {
                    let rest = rest.strip_prefix('.').unwrap_or(rest);
                    Self {
                        base: named(base),
                        head: head(rest),
                        onto: None,
                    }
                }
                None => Self {
                    base: None,
                    head: head(text),
                    onto: None,
                },
            },
        }
    }
}

/// The ends that `request` stands for.
///
/// # Errors
/// A revision that is not there, a shallow clone, no default branch, a conflict.
pub fn find_ends(git: &Git, request: &Request) -> Result<Ends, ProveError> {
    let head = match &request.head {
        Head::Current | Head::Worktree => git.resolve("HEAD")?,
        Head::Revision(name) => git.resolve(name)?,
    };
    if let Some(onto) = &request.onto {
        return merged(git, onto, &head);
    }
    let base = match &request.base {
        Some(name) => {
            let named = git.resolve(name)?;
            // Three dots or two: what the branch brought since it left is what is proven.
            git.merge_base(&named, &head)?
        }
        None => default_base(git, &head)?,
    };
    let base_tree = git.tree_of(&base)?;
    match request.head {
        Head::Worktree => {
            let head_tree = git.tree_of_worktree(git.top())?;
            Ok(Ends {
                base,
                base_tree,
                head: None,
                head_tree,
            })
        }
        Head::Current | Head::Revision(_) => {
            let head_tree = git.tree_of(&head)?;
            Ok(Ends {
                base,
                base_tree,
                head: Some(head),
                head_tree,
            })
        }
    }
}

/// Where the change left the default branch.
fn default_base(git: &Git, head: &CommitId) -> Result<CommitId, ProveError> {
    let branch = git.default_branch()?.ok_or(ProveError::NoDefaultBranch)?;
    let tip = branch
        .remote
        .or(branch.local)
        .ok_or(ProveError::NoDefaultBranch)?;
    Ok(git.merge_base(&tip, head)?)
}

/// The merge of `head` into `onto`, against `onto`.
fn merged(git: &Git, onto: &str, head: &CommitId) -> Result<Ends, ProveError> {
    let base = git.resolve(onto)?;
    let base_tree = git.tree_of(&base)?;
    match git.merge_tree(&base, head)? {
        Merged::Clean(head_tree) => Ok(Ends {
            base,
            base_tree,
            head: None,
            head_tree,
        }),
        Merged::Conflicts(paths) => Err(ProveError::Conflict {
            onto: onto.to_owned(),
            paths: paths.iter().map(crate::git::RepoPath::text).collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, base: Option<&str>, head: Head) {
        let owed = Request {
            base: base.map(str::to_owned),
            head,
            onto: None,
        };
        assert_eq!(Request::parse(Some(text)), owed);
    }

    #[test]
    fn a_range_is_read_as_git_writes_it() {
        let topic = || Head::Revision("topic".to_owned());
        check("main..topic", Some("main"), topic());
        check("main...topic", Some("main"), topic());
        check("main..", Some("main"), Head::Current);
        check("..topic", None, topic());
        check("topic", None, topic());
    }
}
