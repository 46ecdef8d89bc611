//! What every outside agent needs: a home of its own, an environment, a record of what it tells.

mod home;
mod told;

pub(crate) use home::{Place, Stay};
pub(crate) use told::Told;

use redgreen_core::work::Stepped;
use redgreen_engine::drive::{Logbook, WorkerFailed};
use std::time::Duration;

/// The longest that an agent may take for one task, unless its preset says otherwise.
pub(crate) const LIMIT: Duration = Duration::from_secs(3600);

/// The sort under which a session's id is recorded.
pub(crate) const SESSION: &str = "session";

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
