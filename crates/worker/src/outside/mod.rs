//! What every outside agent needs: a home of its own, an environment, a record of what it tells.

mod home;
mod told;

pub(crate) use home::{NO_BYTECODE, Place, Stay, is_held};
pub(crate) use told::Told;

use redgreen_core::work::Stepped;
use redgreen_engine::drive::{Failing, Handed, Logbook, WorkerFailed};
use std::time::Duration;

/// The longest that an agent may take for one task, unless its preset says otherwise.
pub(crate) const LIMIT: Duration = Duration::from_secs(3600);

/// The sort under which a session's id is recorded.
pub(crate) const SESSION: &str = "session";

/// Whether the same attempt will be gone on with, so that the agent's home has to stay.
pub(crate) fn goes_on_later(done: &Result<Handed, WorkerFailed>) -> bool {
    done.as_ref().is_err_and(|failed| match failed.sort {
        Failing::Stopped | Failing::Budget | Failing::Unreachable | Failing::Question => true,
        Failing::Own => false,
    })
}

/// The session of the attempt that was stopped, if there was one.
pub(crate) fn stopped_session(logbook: &mut dyn Logbook) -> Result<Option<String>, WorkerFailed> {
    let recorded = logbook.recorded()?;
    let mut sessions = recorded.into_iter().filter_map(|step| match step.did {
        Stepped::Told { sort, text, .. } if sort == SESSION => Some(text),
        Stepped::Told { .. }
        | Stepped::ModelAnswered { .. }
        | Stepped::ToolAnswered { .. }
        | Stepped::Refused { .. } => None,
    });
    Ok(sessions.next_back())
}
