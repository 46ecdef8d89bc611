//! Executes one command of a run in the proof worktree.

use super::denied::Denied;
use super::{Confined, ObserveError, plant, world};
use crate::process::{self, Command, Exit as Ended, Finished, Home, ProcessError, clean_env};
use crate::sandbox;
use redgreen_core::evidence::{Purpose, Trouble};
use redgreen_core::id::Digest;
use redgreen_toolchain::{Exit, Invocation, RawOutput};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Where a command is executed.
#[derive(Clone, Debug)]
pub(super) struct Stage<'a> {
    /// The proof worktree.
    pub(super) tree: PathBuf,
    /// The directory of this run.
    pub(super) scratch: &'a Path,
    /// Set from outside to stop.
    pub(super) stop: Option<Arc<AtomicBool>>,
    /// What holds the command.
    pub(super) confined: Confined,
    /// Whether the world around the command is a changed one.
    pub(super) is_elsewhere: bool,
}

/// A command that was executed.
#[derive(Clone, Debug)]
pub(super) struct Executed {
    /// What it left behind.
    pub(super) output: RawOutput,
    /// The digests of what it printed.
    pub(super) sum: String,
    /// Its wall time.
    pub(super) took: Duration,
    /// What its sandbox held it off.
    pub(super) denied: Denied,
}

impl Stage<'_> {
    /// The same in the world that a question of that purpose is asked in.
    pub(super) fn of(mut self, purpose: Purpose) -> Self {
        if purpose == Purpose::Elsewhere {
            self.is_elsewhere = true;
            self.confined = self.confined.on_host(world::HOST);
        }
        self
    }

    fn command(&self, invocation: &Invocation, seconds: u64) -> Command {
        let parent: Vec<(OsString, OsString)> = std::env::vars_os().collect();
        let limit = Duration::from_secs(seconds);
        let mut command = Command::new(&invocation.argv, &invocation.dir, limit);
        let extra = [self.confined.env(self.scratch), invocation.env.clone()].concat();
        command.env = clean_env(&parent, Home::Own, self.scratch, &extra);
        if self.is_elsewhere {
            world::change(&mut command.env, &invocation.env);
        }
        command.stop.clone_from(&self.stop);
        command
    }

    /// Runs the first commands of a list one after another in one sandbox, as far as it kept them
    /// apart: what it does not answer is to be run by itself.
    pub(super) fn execute_listed(
        &self,
        invocations: &[&Invocation],
        (seconds, all): (u64, u64),
    ) -> Result<Vec<RawOutput>, ObserveError> {
        let word = process::random_word().map_err(ObserveError::disk(self.scratch))?;
        let commands = invocations.iter();
        let commands: Vec<Command> = commands.map(|one| self.command(one, seconds)).collect();
        let limit = Duration::from_secs(all);
        let Some(held) = self.confined.hold_all((&word, &commands), limit)? else {
            return Ok(Vec::new());
        };
        let Ok(finished) = process::run(held) else {
            return Ok(Vec::new());
        };
        if finished.exit == Ended::Interrupted {
            return Err(ObserveError::Interrupted);
        }
        let answers = sandbox::read_answers(&word, &finished.stdout.bytes);
        let answered = invocations.iter().zip(answers);
        let output = |(invocation, answer): (&&Invocation, sandbox::Answer)| RawOutput {
            exit: match answer.end {
                sandbox::End::Code(code) => Exit::Code(code),
                sandbox::End::Signal(signal) => Exit::Signal(signal),
                sandbox::End::TimedOut => Exit::TimedOut,
            },
            stdout: answer.stdout,
            stderr: answer.stderr,
            files: files(invocation, self.scratch),
        };
        Ok(answered.map(output).collect())
    }

    /// Runs one command. A program that is not there is an answer.
    pub(super) fn execute(
        &self,
        invocation: &Invocation,
        seconds: u64,
    ) -> Result<Result<Executed, Trouble>, ObserveError> {
        for (name, text) in &invocation.writes {
            let path = self.scratch.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(ObserveError::disk(parent))?;
            }
            fs::write(&path, text).map_err(ObserveError::disk(&path))?;
        }
        let planted = match plant::into(&self.tree, &invocation.plants)? {
            Ok(planted) => planted,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let command = self.command(invocation, seconds);
        let finished = match process::run(self.confined.hold(command)?) {
            Ok(finished) => finished,
            Err(ProcessError::Missing { program }) => {
                let tool = program.display().to_string();
                let remedy = format!("install {tool} and put it on the search path");
                return Ok(Err(Trouble::MissingTool { tool, remedy }));
            }
            Err(ProcessError::NoDirectory { .. }) => {
                let why = "the unit's directory is not in this tree".to_owned();
                return Ok(Err(Trouble::CouldNotRun { why }));
            }
            Err(other @ (ProcessError::Start { .. } | ProcessError::Watch { .. })) => {
                return Err(other.into());
            }
        };
        drop(planted);
        if finished.exit == Ended::Interrupted {
            return Err(ObserveError::Interrupted);
        }
        let took = finished.took;
        let mut denied = self.confined.denied();
        denied.add(&finished);
        let (output, sum) = raw(finished, invocation, self.scratch);
        Ok(Ok(Executed {
            output,
            sum,
            took,
            denied,
        }))
    }
}

/// The files that a command was to write.
fn files(invocation: &Invocation, scratch: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = invocation.reads.iter();
    let read = names.filter_map(|name| Some((name.clone(), fs::read(scratch.join(name)).ok()?)));
    read.collect()
}

/// What the adapter gets to see of a finished command, and the digests of what it printed.
fn raw(finished: Finished, invocation: &Invocation, scratch: &Path) -> (RawOutput, String) {
    let exit = match finished.exit {
        Ended::Code(code) => Exit::Code(code),
        Ended::Signal(signal) => Exit::Signal(signal),
        Ended::TimedOut | Ended::Interrupted => Exit::TimedOut,
    };
    let mut sums = format!("{}{}", finished.stdout.digest, finished.stderr.digest);
    let files = files(invocation, scratch);
    for bytes in invocation.reads.iter().filter_map(|name| files.get(name)) {
        sums.push_str(Digest::of(bytes).as_str());
    }
    let (stdout, stderr) = (finished.stdout.bytes, finished.stderr.bytes);
    (
        RawOutput {
            exit,
            stdout,
            stderr,
            files,
        },
        sums,
    )
}
