//! Tells the ticket's tracker that its change has landed, and closes the ticket where nothing did.

use super::source::Doors;
use crate::failure::Failure;
use redgreen_core::run::RunState;
use redgreen_engine::drive::ticket_of;
use redgreen_engine::git::Git;
use redgreen_forge::Patience;
use redgreen_forge::name::Named;
use redgreen_forge::snapshot::source;

/// The mark of the comment on the ticket.
const MARKER: &str = "redgreen:landed";

/// Says on the ticket of `state` where its change landed, and closes it where it is still open.
/// Nothing for a ticket of no tracker, and for a change that is on no forge yet: what was done in
/// words. A tracker that does not answer is told of, and keeps nobody from completing.
pub(super) fn farewell(
    git: &Git,
    state: &RunState,
    (target, commit): (&str, &str),
) -> Option<String> {
    let branch = target.strip_prefix("origin/")?;
    match tell(git, state, (branch, commit)) {
        Ok(words) => words,
        Err(failure) => Some(format!("the ticket was not told: {}", failure.message)),
    }
}

fn tell(
    git: &Git,
    state: &RunState,
    (branch, commit): (&str, &str),
) -> Result<Option<String>, Failure> {
    let Some(source) = source(&ticket_of(state)?) else {
        return Ok(None);
    };
    let doors = Doors::of_repository(git)?;
    let tracker = doors.item(&Named::Address(source.address), Patience::short())?;
    let words = format!(
        "Landed on `{branch}` as {commit}. What was proven of it: `redgreen prove {}..{commit}`",
        state.started.base
    );
    tracker.comment_once(MARKER, &words)?;
    if tracker.item()?.is_closed {
        return Ok(Some("the ticket was told, and is closed".to_owned()));
    }
    Ok(Some(match tracker.close()? {
        true => "the ticket was told and closed".to_owned(),
        false => {
            "the ticket was told; close it by hand: its tracker has no one way to do so".to_owned()
        }
    }))
}
