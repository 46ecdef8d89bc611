//! Tells which criteria were reworded after they were proven.

use super::{DriveError, ticket_of, worktree_of};
use crate::git::Git;
use redgreen_core::event::GateVerdict;
use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::id::{CriterionId, Digest, TreeId};
use redgreen_core::plan::parse;
use redgreen_core::run::RunState;
use redgreen_core::slug::file_stem;
use redgreen_core::ticket::Ticket;
use std::collections::BTreeMap;
use std::fs;

/// Where the plan of `ticket`, which becomes its spec, lies.
pub fn spec_name(ticket: &Ticket) -> String {
    format!("specs/{}.md", file_stem(&ticket.id, &ticket.title))
}

/// Wordings by criterion.
type Wordings = BTreeMap<CriterionId, Digest>;

/// The criteria of the run whose wording is another one now than when they were proven: in the
/// spec of its worktree or, once that is gone, of its branch; and in `now`, where somebody has read
/// the ticket again.
///
/// # Errors
/// Where git cannot read the trees.
pub fn reworded(
    git: &Git,
    state: &RunState,
    now: Option<&Ticket>,
) -> Result<Vec<CriterionId>, DriveError> {
    let ticket = ticket_of(state)?;
    let path = worktree_of(git, state).join(spec_name(&ticket));
    let spec = match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(_) => git.text_at(&git.tree_of(state.tip())?, &spec_name(&ticket))?,
    };
    let of_spec = spec.map_or_else(Wordings::new, |text| of_spec(&text));
    let Some(proven) = proven(git, state, &ticket)? else {
        return Ok(Vec::new());
    };
    let asked = of_ticket(&ticket);
    let of_now = now.map_or_else(Wordings::new, of_ticket);
    let differs = |one: &Wordings, other: &Wordings, id: &CriterionId| {
        let both = one.get(id).zip(other.get(id));
        both.is_some_and(|(one, other)| one != other)
    };
    let criteria = ticket.criteria.iter().map(|criterion| &criterion.id);
    let stale =
        criteria.filter(|id| differs(&proven, &of_spec, id) || differs(&asked, &of_now, id));
    Ok(stale.cloned().collect())
}

/// What the gate finds of them in `tree`.
pub(super) fn stale(
    git: &Git,
    state: &RunState,
    tree: &TreeId,
) -> Result<Vec<Finding>, DriveError> {
    let ticket = ticket_of(state)?;
    let text = git.text_at(tree, &spec_name(&ticket))?;
    let now = text.map_or_else(Wordings::new, |text| of_spec(&text));
    let proven = proven(git, state, &ticket)?.unwrap_or_default();
    let other = now
        .iter()
        .filter(|(id, digest)| proven.get(id).is_some_and(|known| known != *digest));
    let found = other.map(|(id, _)| {
        let text = "stale: reworded after its proof; put its wording back, or prove the new one: \
                    redgreen check --back-to-red WHY";
        Finding::new(Code::CriterionStale, Weight::Blocks, id.as_str(), text)
    });
    Ok(found.collect())
}

/// The wordings for which the last proof was made: those of the spec in its tree, else the
/// ticket's. Nothing where nothing is proven yet.
fn proven(git: &Git, state: &RunState, ticket: &Ticket) -> Result<Option<Wordings>, DriveError> {
    let is_proof = |gate: &&redgreen_core::event::GateJudged| {
        gate.proof.is_some() && gate.verdict == GateVerdict::Met
    };
    let Some(gate) = state.gates.iter().rev().find(is_proof) else {
        return Ok(None);
    };
    let mut wordings = of_ticket(ticket);
    if let Some(text) = git.text_at(&gate.tree, &spec_name(ticket))? {
        wordings.extend(of_spec(&text));
    }
    Ok(Some(wordings))
}

fn of_spec(text: &str) -> Wordings {
    let criteria = parse(text).criteria.into_iter();
    criteria
        .map(|criterion| (criterion.id.clone(), criterion.digest()))
        .collect()
}

fn of_ticket(ticket: &Ticket) -> Wordings {
    let criteria = ticket.criteria.iter();
    criteria
        .map(|criterion| (criterion.id.clone(), criterion.digest.clone()))
        .collect()
}
