//! Finds the range that was asked for, and what a person should know of it.

use crate::args::Prove;
use crate::failure::{Failure, FailureKind};
use crate::json::Range;
use redgreen_core::finding::Code;
use redgreen_core::id::CommitId;
use redgreen_engine::git::Git;
use redgreen_engine::prove::{Head, Request, find_ends};
use redgreen_engine::survey::Ends;

/// A range that is there.
pub(super) struct Found {
    /// Its ends.
    pub(super) ends: Ends,
    /// The same as reports write it.
    pub(super) range: Range,
    /// What to know of it, one line each.
    pub(super) notes: Vec<String>,
}

/// What the arguments stand for.
///
/// # Errors
/// Arguments that contradict each other; a commit that is not there; a conflict.
pub(super) fn find(git: &Git, asked: &Prove) -> Result<Found, Failure> {
    find_requested(git, &request(asked)?)
}

/// What `range` stands for, with the working tree as its head where `worktree` says so.
///
/// # Errors
/// A range that names a head beside the working tree; as [`find_requested`].
pub(super) fn find_with_worktree(
    git: &Git,
    range: Option<&str>,
    worktree: bool,
) -> Result<Found, Failure> {
    let mut request = Request::parse(range);
    if worktree && request.head != Head::Current {
        let message = "--worktree takes the working tree as head, and the range names another";
        return Err(Failure::new(FailureKind::Usage, Code::BadUsage, message));
    }
    if worktree {
        request.head = Head::Worktree;
    }
    find_requested(git, &request)
}

/// What `request` stands for.
///
/// # Errors
/// A commit that is not there; a conflict.
pub(super) fn find_requested(git: &Git, request: &Request) -> Result<Found, Failure> {
    let ends = find_ends(git, request)?;
    let range = Range {
        base: ends.base.clone(),
        head: match &request.head {
            Head::Worktree => None,
            Head::Current => Some(git.head()?.commit),
            Head::Revision(name) => Some(git.resolve(name)?),
        },
        worktree: request.head == Head::Worktree,
        merged: request.onto.is_some(),
    };
    let mut notes = Vec::new();
    notes.extend(where_base_is(git, request, &ends)?);
    notes.extend(what_is_left_out(git, &range)?);
    Ok(Found { ends, range, notes })
}

fn request(asked: &Prove) -> Result<Request, Failure> {
    let mut request = Request::parse(asked.range.as_deref());
    let usage = |message: &str| Failure::new(FailureKind::Usage, Code::BadUsage, message);
    if asked.worktree && request.head != Head::Current {
        let message = "--worktree takes the working tree as head, and the range names another";
        let base = request.base.as_deref().unwrap_or("BASE");
        return Err(usage(message).hint(format!("redgreen prove {base}.. --worktree")));
    }
    if let (Some(onto), Some(_)) = (&asked.onto, &request.base) {
        let message = "--onto takes its branch as base, and the range names another";
        let head = match &request.head {
            Head::Revision(name) => format!("{name} "),
            Head::Current | Head::Worktree => String::new(),
        };
        return Err(usage(message).hint(format!("redgreen prove {head}--onto {onto}")));
    }
    if asked.worktree {
        request.head = Head::Worktree;
    }
    request.onto.clone_from(&asked.onto);
    Ok(request)
}

/// Where the base comes from, where it is not what was typed.
fn where_base_is(git: &Git, request: &Request, ends: &Ends) -> Result<Option<String>, Failure> {
    if request.onto.is_some() {
        return Ok(None);
    }
    let name = match &request.base {
        Some(name) if git.resolve(name)? == ends.base => return Ok(None),
        Some(name) => name.clone(),
        None => match git.default_branch()? {
            Some(branch) => branch.name,
            None => return Ok(None),
        },
    };
    let base = short(&ends.base);
    Ok(Some(format!(
        "base is {base}, where the change left {name}"
    )))
}

/// Work that is in no commit and so in no proof of commits.
fn what_is_left_out(git: &Git, range: &Range) -> Result<Option<String>, Failure> {
    let is_here = range.head.as_ref() == Some(&git.head()?.commit);
    if range.worktree || !is_here {
        return Ok(None);
    }
    let paths = git.status(git.top())?.paths().len();
    let noun = if paths == 1 { "path" } else { "paths" };
    let text = format!("{paths} uncommitted {noun} left out (--worktree takes them in)");
    Ok((paths > 0).then_some(text))
}

/// What can be typed where the range is empty.
pub(super) fn instead_of_nothing(git: &Git, found: &Found) -> Vec<&'static str> {
    if found.ends.base_tree != found.ends.head_tree {
        return Vec::new();
    }
    let has_parent = git.resolve("HEAD~1").is_ok();
    let last = has_parent.then_some("redgreen prove HEAD~1..HEAD   (the last commit)");
    let worktree = "redgreen prove --worktree   (what is in no commit yet)";
    let worktree = (!found.range.worktree).then_some(worktree);
    last.into_iter().chain(worktree).collect()
}

fn short(commit: &CommitId) -> String {
    commit.as_str().chars().take(10).collect()
}
