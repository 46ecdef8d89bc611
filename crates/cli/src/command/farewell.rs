//! Tells the ticket's tracker that work on it has begun or that its change has landed, and moves or
//! closes the ticket there.

use super::source::Doors;
use crate::failure::Failure;
use redgreen_core::run::RunState;
use redgreen_engine::config::Config;
use redgreen_engine::drive::ticket_of;
use redgreen_engine::git::Git;
use redgreen_forge::name::Named;
use redgreen_forge::snapshot::source;
use redgreen_forge::{Moved, Patience, Tracker};

/// The mark of the comment on the ticket.
const MARKER: &str = "redgreen:landed";

/// Moves the ticket of `state`, whose run has just begun, to where the project wants it then: what
/// was done, in words. A tracker that does not answer keeps nobody from working.
pub(super) fn welcome(git: &Git, state: &RunState) -> Option<String> {
    let moved = || -> Result<Option<String>, Failure> {
        let Some(source) = source(&ticket_of(state)?) else {
            return Ok(None);
        };
        let config = Config::of_tree(git, &git.tree_of(&state.started.base)?)?;
        let Some(wanted) = config.ticket.on_start else {
            return Ok(None);
        };
        let doors = Doors::of_repository(git)?;
        let tracker = doors.item(&Named::Address(source.address), Patience::brief())?;
        Ok(Some(match tracker.move_to(&wanted)? {
            Moved::There(name) => format!("the ticket was moved to {name}"),
            Moved::Already(name) => format!("the ticket stands in {name}"),
            Moved::Unreachable(names) => {
                format!("the ticket was not moved: {}", no_way(&wanted, &names, "on_start"))
            }
            Moved::Stateless => {
                "the ticket was not moved: its tracker knows open and closed alone (ticket.on_start)"
                    .to_owned()
            }
        }))
    };
    match moved() {
        Ok(words) => words,
        Err(failure) => Some(format!("the ticket was not moved: {}", failure.message)),
    }
}

/// That a state cannot be reached, which can, and which key asked for it.
fn no_way(wanted: &str, names: &[String], key: &str) -> String {
    let offered = match names.is_empty() {
        true => "it offers no other state".to_owned(),
        false => format!("it offers {}", names.join(", ")),
    };
    format!("its tracker has no way from here to {wanted:?} (ticket.{key}); {offered}")
}

/// Says on the ticket of `state` where its change landed, and moves or closes it where it is still
/// open. Nothing for a ticket of no tracker, and for a change that is on no forge yet: what was done
/// in words. A tracker that does not answer is told of, and keeps nobody from completing.
pub(super) fn farewell(
    git: &Git,
    state: &RunState,
    (target, commit): (&str, &str),
) -> Option<String> {
    match tell(git, state, (target, commit)) {
        Ok(words) => words,
        Err(failure) => Some(format!(
            "the ticket was not told: {}; redgreen complete tells it again",
            failure.message
        )),
    }
}

fn tell(
    git: &Git,
    state: &RunState,
    (target, commit): (&str, &str),
) -> Result<Option<String>, Failure> {
    let Some(source) = source(&ticket_of(state)?) else {
        return Ok(None);
    };
    let config = Config::of_tree(git, &git.tree_of(&state.started.base)?)?;
    let wanted = config.ticket.on_complete.as_deref();
    let home = git.home_remote()?;
    let branch = match target.strip_prefix(&format!("{home}/")) {
        Some(branch) => branch,
        // Without a forge there is nowhere else that it could still have to go.
        None if git.remote_address(&home)?.is_none() => target,
        None => {
            return Ok(wanted.map(|wanted| {
                format!(
                    "the ticket was not moved to {wanted}: the change is on {target} here alone"
                )
            }));
        }
    };
    let doors = Doors::of_repository(git)?;
    let tracker = doors.item(&Named::Address(source.address), Patience::brief())?;
    let words = format!(
        "Landed on `{branch}` as {commit}. What was proven of it: `redgreen prove {}..{commit}`",
        state.started.base
    );
    tracker.comment_once(MARKER, &words)?;
    end(tracker.as_ref(), wanted).map(Some)
}

/// Moves the ticket to the state that is `wanted`, or closes it where its tracker has one way to.
fn end(tracker: &dyn Tracker, wanted: Option<&str>) -> Result<String, Failure> {
    let moved = wanted.map(|wanted| Ok::<_, Failure>((wanted, tracker.move_to(wanted)?)));
    match moved.transpose()? {
        Some((_, Moved::There(name))) => {
            return Ok(format!("the ticket was told and moved to {name}"));
        }
        Some((_, Moved::Already(name))) => {
            return Ok(format!("the ticket was told, and stands in {name}"));
        }
        Some((wanted, Moved::Unreachable(names))) => {
            let why = no_way(wanted, &names, "on_complete");
            return Ok(format!("the ticket was told, and not moved: {why}"));
        }
        Some((_, Moved::Stateless)) | None => {}
    }
    if tracker.item()?.is_closed {
        return Ok("the ticket was told, and is closed".to_owned());
    }
    Ok(match tracker.close()? {
        true => "the ticket was told and closed".to_owned(),
        false => {
            "the ticket was told; its tracker has no one way to close it: close it by hand, or \
                  name the state in redgreen.toml (ticket.on_complete)"
                .to_owned()
        }
    })
}
