//! Runs the project's own commands that make a worktree ready, held by the sandbox.

use super::WorktreeError;
use crate::config::Config;
use crate::git::{Git, RepoPath};
use crate::observe::{Confined, Rooms};
use crate::process::{self, Command, Exit, Finished, Home, clean_env};
use crate::progress::Progress;
use crate::redact::redactor;
use redgreen_core::event::Slot;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How many of the last lines of a failed command are told.
const LINES: usize = 5;

/// Where the setup runs, and what stops it.
pub(super) struct Site<'s> {
    pub(super) git: &'s Git,
    pub(super) worktree: &'s Path,
    pub(super) cache: &'s Path,
    pub(super) slot: Option<Slot>,
    pub(super) stop: Option<&'s Arc<AtomicBool>>,
}

impl Site<'_> {
    /// Runs every command of the setup in the worktree, and says what was run. The first that fails
    /// ends it; the worktree stays as it is, and all of it is tried again next time.
    pub(super) fn set_up(
        &self,
        config: &Config,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Vec<String>, WorktreeError> {
        let commands = &config.worktree.setup;
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        let rooms = Rooms::open_unless(self.cache, self.stop.map(AsRef::as_ref), tell)?;
        let mut said = Vec::new();
        for argv in commands {
            tell(Progress::Executed(argv.clone()));
            let done = self.run(config, &rooms, argv)?;
            let shown = redactor().clean(argv.join(" "));
            match done.exit {
                Exit::Code(0) => said.push(format!("setup: {shown}: exit 0")),
                Exit::Interrupted => {
                    return Err(crate::observe::ObserveError::Interrupted.into());
                }
                Exit::Code(_) | Exit::Signal(_) | Exit::TimedOut => {
                    return Err(WorktreeError::Setup {
                        command: shown,
                        how: how(done.exit),
                        said: last_lines(&done),
                        worktree: self.worktree.to_owned(),
                    });
                }
            }
            self.refuse_left(argv)?;
        }
        Ok(said)
    }

    fn run(
        &self,
        config: &Config,
        rooms: &Rooms,
        argv: &[String],
    ) -> Result<Finished, WorktreeError> {
        let limit = Duration::from_secs(config.limits.run_seconds);
        let mut command = Command::new(argv, self.worktree, limit);
        let scratch = rooms.root().join("scratch/setup");
        fs::create_dir_all(&scratch).map_err(WorktreeError::disk(&scratch))?;
        let confined = Confined::of_project(self.git, rooms, &config.sandbox)?
            .preparing(self.worktree, config.worktree.network)
            .with_scratch(&scratch)?;
        let parent: Vec<(OsString, OsString)> = std::env::vars_os().collect();
        let slot = self.slot.iter().flat_map(Slot::variables);
        let extra: Vec<_> = confined.env(&scratch).into_iter().chain(slot).collect();
        command.env = clean_env(&parent, Home::Own, &scratch, &extra);
        command.stop = self.stop.cloned();
        let held = confined.hold(command)?;
        match process::run(held) {
            Ok(done) => Ok(done),
            Err(error) => Err(WorktreeError::Setup {
                command: argv.join(" "),
                how: "it could not be run".to_owned(),
                said: vec![error.to_string()],
                worktree: self.worktree.to_owned(),
            }),
        }
    }

    /// What the setup changes of the project would be taken for the worker's work.
    fn refuse_left(&self, argv: &[String]) -> Result<(), WorktreeError> {
        let paths = self.git.status(self.worktree)?.paths();
        if paths.is_empty() {
            return Ok(());
        }
        Err(WorktreeError::SetupLeft {
            command: argv.join(" "),
            paths: paths.iter().map(RepoPath::text).collect(),
            worktree: self.worktree.to_owned(),
        })
    }
}

fn how(exit: Exit) -> String {
    match exit {
        Exit::Code(code) => format!("exit {code}"),
        Exit::Signal(signal) => format!("ended by signal {signal}"),
        Exit::TimedOut => "not done in time (limits.run_seconds)".to_owned(),
        Exit::Interrupted => "stopped".to_owned(),
    }
}

fn last_lines(done: &Finished) -> Vec<String> {
    let text = format!("{}\n{}", done.stdout.text(), done.stderr.text());
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(LINES)..];
    let shown = last.iter().map(|line| line.chars().take(300).collect());
    shown.map(|line: String| redactor().clean(line)).collect()
}
