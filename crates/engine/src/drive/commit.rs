//! Commits what a gate let through: one commit a phase.

use super::hand_in::is_nothing_to_commit;
use super::{Drive, DriveError, ticket_of, worktree_of};
use crate::git::{Message, Signing, Staged};
use redgreen_core::commit_message::{ChangeType, CommitMessage, CommitPhase, subject};
use redgreen_core::event::{Committed, Event};
use redgreen_core::id::CommitId;
use redgreen_core::phase::Phase;
use redgreen_core::run::RunState;
use redgreen_core::ticket::Ticket;
use std::path::Path;

impl Drive<'_> {
    /// Commits the phase's work, where there is any.
    pub(super) fn commit(&mut self, state: &RunState, phase: Phase) -> Result<(), DriveError> {
        let commit = match phase {
            Phase::Plan
            | Phase::Red
            | Phase::Green
            | Phase::Refactor
            | Phase::Verify
            | Phase::Document => self.commit_work(state, phase)?,
            Phase::Understand | Phase::Deliver | Phase::Complete => None,
        };
        let slice = state.slice;
        self.ledger.append(Event::Committed(Committed {
            phase,
            slice,
            commit,
        }))
    }

    fn commit_work(&self, state: &RunState, phase: Phase) -> Result<Option<CommitId>, DriveError> {
        let worktree = worktree_of(self.git, state);
        if let Some(made) = self.made_already(state, &worktree)? {
            return Ok(Some(made));
        }
        let ticket = ticket_of(state)?;
        let text = message(state, &ticket, phase).render();
        let message = Message::new(text);
        match self
            .git
            .commit(&worktree, Staged::All, &message, Signing::Off)
        {
            Ok(commit) => Ok(Some(commit)),
            Err(error) if is_nothing_to_commit(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A commit that was made before the process ended and that no line tells of.
    fn made_already(
        &self,
        state: &RunState,
        worktree: &Path,
    ) -> Result<Option<CommitId>, DriveError> {
        let name = format!("refs/heads/{}", state.started.branch);
        let Some(tip) = self.git.ref_target(&name)? else {
            return Ok(None);
        };
        let judged = state.gates.last().map(|gate| &gate.tree);
        let is_ours = tip != *state.tip()
            && Some(&self.git.tree_of(&tip)?) == judged
            && self.git.status(worktree)?.is_clean();
        Ok(is_ours.then_some(tip))
    }
}

fn message(state: &RunState, ticket: &Ticket, phase: Phase) -> CommitMessage {
    let of_phase = match phase {
        Phase::Red => Some(CommitPhase::Red),
        Phase::Green => Some(CommitPhase::Green),
        Phase::Refactor => Some(CommitPhase::Refactor),
        Phase::Understand
        | Phase::Plan
        | Phase::Verify
        | Phase::Document
        | Phase::Deliver
        | Phase::Complete => None,
    };
    let kind = state.started.kind;
    let change = match (of_phase, phase) {
        (Some(of_phase), _) => of_phase.change_type(kind),
        (None, Phase::Plan | Phase::Document) => ChangeType::Docs,
        (None, _) => CommitPhase::Refactor.change_type(kind),
    };
    let of_point = state.feedback.of_slice(state.slice);
    let of_point = of_point.filter(|_| phase.is_per_slice());
    let title = match of_point {
        Some(kept) => format!("{}, {}", ticket.title, kept.point.id),
        None => ticket.title.clone(),
    };
    let mut message = CommitMessage::new(change, subject(&title));
    message.refs = vec![ticket.id.to_string()];
    message.phase = of_phase;
    message.acceptance = state
        .started
        .slices
        .get(state.slice)
        .cloned()
        .unwrap_or_default();
    if of_phase.is_none() {
        message.acceptance = Vec::new();
    }
    message
}
