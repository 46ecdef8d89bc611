//! Starts a run: snapshot of the ticket, branch, worktree.

use super::{DriveError, Ledger, read_state};
use crate::config::Config;
use crate::git::{Git, GitError, Refusal};
use crate::journal::{Embedded, Journal as _};
use crate::worktree::{Counter, WorktreeError, chosen, folder, free_branch, free_folder};
use redgreen_core::event::{Event, Pace, Roles, RunStarted};
use redgreen_core::hidden::HiddenOrdered;
use redgreen_core::id::{CommitId, CriterionId, RunId, TreeId};
use redgreen_core::kind::Kind;
use redgreen_core::plan::Plan;
use redgreen_core::reading::{Reading, Referenced};
use redgreen_core::run::RunState;
use redgreen_core::slug::{branch_name, file_stem};
use redgreen_core::ticket::Ticket;
use redgreen_core::ticket::reference::Reference;
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
    /// Who writes hidden tests, where any are to be written.
    pub hidden: Option<HiddenOrdered>,
    /// What may be spent on work.
    pub budget: Budget,
    /// How it is worked on.
    pub pace: Pace,
    /// What became of the references of the ticket that are no files.
    pub references: Vec<Referenced>,
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
    let wanted = folder(git, run.as_str());
    if let Some(parent) = wanted.parent() {
        fs::create_dir_all(parent).map_err(DriveError::disk(parent))?;
    }
    let worktree = free_folder(&wanted).unwrap_or(wanted);
    let config = Config::of_tree(git, &git.tree_of(&head.commit)?)?;
    let copied = chosen(git, &config.worktree.copy)?;
    let references = references(git, &git.tree_of(&head.commit)?, order)?;
    let counter = Counter::take(git.common_dir())?;
    let slot = counter.free(&config.worktree, &states(&journal)?);
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
        hidden: order.hidden.clone(),
        budget: order.budget,
        pace: order.pace,
        slot: Some(slot.ok_or(WorktreeError::NoSlot)?),
        copied,
        references,
    };
    let mut ledger = Ledger::open(journal, &run)?;
    ledger.append(Event::RunStarted(Box::new(started)))?;
    drop(counter);
    Ok(ledger)
}

/// What became of everything that the ticket refers to, in its order: files are looked for here, the
/// rest was read before.
fn references(git: &Git, tree: &TreeId, order: &Order) -> Result<Vec<Referenced>, GitError> {
    let paths = git.list_tree(tree)?;
    let holds = |path: &str| {
        let dir = format!("{}/", path.trim_end_matches('/'));
        let mut all = paths.iter().map(|entry| entry.path.text());
        all.any(|known| known == path || known.starts_with(&dir))
    };
    let mut all = Vec::new();
    for reference in &order.ticket.references {
        let name = reference.to_string();
        let known = order.references.iter().find(|read| read.name == name);
        let reading = match (reference, known) {
            (_, Some(known)) => known.reading.clone(),
            (Reference::Path(path), None) if holds(path) => Reading::Here,
            (Reference::Path(_), None) => Reading::Unread {
                why: "no such file at BASE".to_owned(),
            },
            (
                Reference::Url(_)
                | Reference::Issue { .. }
                | Reference::Key(_)
                | Reference::Named(_),
                None,
            ) => continue,
        };
        all.push(Referenced { name, reading });
    }
    Ok(all)
}

/// Where every run of the repository stands.
fn states(journal: &Embedded) -> Result<Vec<RunState>, DriveError> {
    let mut states = Vec::new();
    for summary in journal.runs()? {
        states.extend(read_state(journal, &summary.run)?);
    }
    Ok(states)
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
