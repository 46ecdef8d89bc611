//! Runs a command of the project's own on the tree that the rooms stand on: a linter, or what a
//! document shows.

use super::{Confined, ObserveError, Rooms};
use crate::config::Config;
use crate::git::Git;
use crate::process::{self, Command, Finished, Home, clean_env};
use std::ffi::OsString;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Runs `argv` in the tree's root, in a clean environment and held by the sandbox. What it builds
/// with cargo is kept apart from what tests run on.
///
/// # Errors
/// Where it cannot be started or held.
pub(crate) fn run_own(
    (git, rooms): (&Git, &Rooms),
    config: &Config,
    argv: &[String],
    stop: Option<&Arc<AtomicBool>>,
) -> Result<Finished, ObserveError> {
    let limit = Duration::from_secs(config.limits.run_seconds);
    let mut command = Command::new(argv, rooms.tree(), limit);
    let parent: Vec<(OsString, OsString)> = std::env::vars_os().collect();
    let target = rooms.caches().join("verify").to_string_lossy().into_owned();
    let extra = vec![("CARGO_TARGET_DIR".to_owned(), target)];
    let scratch = rooms.root().join("scratch/verify");
    let confined = Confined::of_project(git, rooms, &config.sandbox)?.with_scratch(&scratch)?;
    let extra = [confined.env(&scratch), extra].concat();
    command.env = clean_env(&parent, Home::Own, &scratch, &extra);
    command.stop = stop.cloned();
    Ok(process::run(confined.hold(command)?)?)
}
