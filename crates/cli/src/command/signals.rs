//! Listens for the signals that ask to stop.

use crate::failure::{Failure, FailureKind};
use redgreen_core::finding::Code;
use redgreen_engine::process::reaper;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A flag that Ctrl-C, a request to end and a terminal that closes will set from now on.
///
/// # Errors
/// Where the system does not let the signals be caught.
pub(super) fn stop_flag() -> Result<Arc<AtomicBool>, Failure> {
    // A signal that cannot be caught is watched for by another process. Where that one cannot be
    // started, everything else works as well as before.
    let reaper = std::env::current_exe().and_then(|own| reaper::start(&own));
    reaper.unwrap_or_default();
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
