//! Starts a run: snapshot of the ticket, branch, worktree.

use super::{DriveError, Ledger, read_state};
use crate::git::{Git, GitError, Refusal};
use crate::journal::{Embedded, Journal as _};
use redgreen_core::event::{Event, Pace, Roles, RunStarted};
use redgreen_core::id::{CommitId, CriterionId, RunId};
use redgreen_core::kind::Kind;
use redgreen_core::plan::Plan;
use redgreen_core::slug::{branch_name, file_stem};
use redgreen_core::ticket::Ticket;
use redgreen_core::work::Budget;
use std::fs;
use std::path::PathBuf;

/// What is to be started.
#[derive(Clone, Debug)]
pub struct Order {
    /// The ticket.
    pub ticket: Ticket,
    /// What sort of change is meant, where it is not as the ticket says.
    pub kind: Option<Kind>,
    /// The worker.
    pub worker: String,
    /// Who works instead in some phases.
    pub roles: Roles,
    /// What may be spent on work.
    pub budget: Budget,
    /// How it is worked on.
    pub pace: Pace,
}

/// Starts a run of `order`, or takes up the one that was started for the same ticket.
///
/// # Errors
/// Uncommitted work, a detached `HEAD`, a branch or a directory in the way, a ticket that is being
/// worked on by another process.
pub fn begin(git: &Git, journal: Embedded, order: &Order) -> Result<Ledger, DriveError> {
    let run = RunId::new(file_stem(&order.ticket.id, &order.ticket.title));
    if let Some(state) = read_state(&journal, &run)?
        && state.ended.is_some()
    {
        let run = free_name(&journal, &run)?;
        return start(git, journal, order, run);
    }
    if read_state(&journal, &run)?.is_some() {
        return Ledger::open(journal, &run);
    }
    start(git, journal, order, run)
}

/// The first of `run-2`, `run-3`, … that no run has.
fn free_name(journal: &Embedded, run: &RunId) -> Result<RunId, DriveError> {
    let taken: Vec<RunId> = journal
        .runs()?
        .into_iter()
        .map(|summary| summary.run)
        .collect();
    let mut names = (2_u32..).map(|number| RunId::new(format!("{run}-{number}")));
    let free = names.find(|name| !taken.contains(name));
    free.ok_or_else(|| DriveError::UnknownRun {
        name: run.to_string(),
    })
}

fn start(git: &Git, journal: Embedded, order: &Order, run: RunId) -> Result<Ledger, DriveError> {
    let ticket = &order.ticket;
    let kind = order.kind.unwrap_or(ticket.kind);
    let head = git.head()?;
    let Some(target) = head.branch.clone() else {
        return Err(DriveError::DetachedHead);
    };
    refuse_dirty(git)?;
    let branch = free_branch(git, &branch_name(kind, &ticket.id, &ticket.title))?;
    let worktree = worktree_path(git, run.as_str());
    if let Some(parent) = worktree.parent() {
        fs::create_dir_all(parent).map_err(DriveError::disk(parent))?;
    }
    let started = RunStarted {
        ticket: ticket.id.clone(),
        title: ticket.title.clone(),
        text: ticket.text.clone(),
        digest: ticket.digest.clone(),
        kind,
        slices: slices(ticket, order.pace),
        base: head.commit,
        target,
        branch,
        worktree: worktree.to_string_lossy().into_owned(),
        worker: order.worker.clone(),
        roles: order.roles.clone(),
        budget: order.budget,
        pace: order.pace,
    };
    let mut ledger = Ledger::open(journal, &run)?;
    ledger.append(Event::RunStarted(Box::new(started)))?;
    Ok(ledger)
}

/// A person takes all criteria at once; a program takes the plan's slices.
fn slices(ticket: &Ticket, pace: Pace) -> Vec<Vec<CriterionId>> {
    let all = || {
        ticket
            .criteria
            .iter()
            .map(|criterion| criterion.id.clone())
            .collect()
    };
    let planned = Plan::draft(ticket).slices;
    match pace {
        Pace::Program if !planned.is_empty() => {
            planned.into_iter().map(|slice| slice.criteria).collect()
        }
        Pace::Program | Pace::Person => vec![all()],
    }
}

fn refuse_dirty(git: &Git) -> Result<(), GitError> {
    let changed = git.status(git.top())?.changed;
    if changed.is_empty() {
        return Ok(());
    }
    Err(GitError::Refused(Refusal::Dirty {
        dir: git.top().to_owned(),
        paths: changed,
    }))
}

/// `wanted`, or the first of `wanted-2`, … that no branch has.
fn free_branch(git: &Git, wanted: &str) -> Result<String, GitError> {
    for number in 1_u32..1000 {
        let name = if number == 1 {
            wanted.to_owned()
        } else {
            format!("{wanted}-{number}")
        };
        if git.ref_target(&format!("refs/heads/{name}"))?.is_none() {
            return Ok(name);
        }
    }
    Err(GitError::Refused(Refusal::BadName {
        name: wanted.to_owned(),
    }))
}

/// Beside the repository, so that no tool which looks upwards or downwards mistakes one for the
/// other.
fn worktree_path(git: &Git, run: &str) -> PathBuf {
    let top = git.common_dir().parent().unwrap_or_else(|| git.top());
    let name = top
        .file_name()
        .map_or_else(|| "repository".into(), |n| n.to_string_lossy());
    let beside = top.parent().unwrap_or(top);
    beside.join(format!("{name}.worktrees")).join(run)
}

/// Makes the worktree of a run that was started, where it is not there yet.
///
/// # Errors
/// Where git cannot add it.
pub(super) fn ensure_worktree(git: &Git, started: &RunStarted) -> Result<PathBuf, GitError> {
    let path = PathBuf::from(&started.worktree);
    if git
        .worktrees()?
        .iter()
        .any(|known| known.path == path && !known.prunable)
    {
        return Ok(path);
    }
    git.prune_worktrees()?;
    let name = format!("refs/heads/{}", started.branch);
    let start: CommitId = started.base.clone();
    if git.ref_target(&name)?.as_ref() == Some(&start) {
        // Made by this run, which was stopped before the worktree stood.
        git.delete_branch(&started.branch, &start)?;
    }
    git.add_worktree(&path, &started.branch, &start)?;
    Ok(path)
}
