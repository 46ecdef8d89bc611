//! Listens for the signals that ask to stop.

use crate::failure::{Failure, FailureKind};
use redgreen_core::finding::Code;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A flag that Ctrl-C, a request to end and a terminal that closes will set from now on.
///
/// # Errors
/// Where the system does not let the signals be caught.
pub(super) fn stop_flag() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&flag)).map_err(|error| {
            let message = "signals cannot be caught";
            Failure::new(FailureKind::Environment, Code::CouldNotRun, message)
                .cause(error.to_string())
        })?;
    }
    Ok(flag)
}
