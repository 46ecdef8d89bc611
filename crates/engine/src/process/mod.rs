//! Runs other programs: without a shell, within limits, and never leaving one behind.

mod believed;
mod blobs;
mod capture;
mod dialogue;
mod group;
pub mod reaper;
mod run;
mod surroundings;

pub use blobs::{BlobError, Blobs};
pub use capture::Captured;
pub use dialogue::{Dialogue, Ended, Gone, Heard};
pub(crate) use group::MARK;
pub use run::run;
pub(crate) use run::{AFTERMATH, random_word};
pub use surroundings::{Home, clean_env};

use crate::sandbox::{Limits, Told};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use thiserror::Error;

/// Bytes of each stream that are kept, unless a command says otherwise.
pub const DEFAULT_CAP: usize = 16 * 1024 * 1024;

/// A program to run, and everything that it gets to see.
pub struct Command {
    /// The program and its arguments. A bare name is looked up on the search path of `env`.
    pub argv: Vec<OsString>,
    /// The directory that it starts in.
    pub dir: PathBuf,
    /// Its whole environment, but for the one variable that marks the processes of a run.
    pub env: Vec<(OsString, OsString)>,
    /// What it reads; nothing closes its standard input.
    pub stdin: Option<Vec<u8>>,
    /// The longest that it may take.
    pub limit: Duration,
    /// Bytes kept of each stream: half from its start, half from its end.
    pub cap: usize,
    /// What it may use. Of a command in a sandbox, its policy says so.
    pub bounds: Limits,
    /// Set from outside to stop it.
    pub stop: Option<Arc<AtomicBool>>,
    /// Told how many bytes were printed so far, now and then.
    pub progress: Option<Progress>,
    /// Where a sandbox says what came of it.
    pub(crate) told: Option<Told>,
}

/// Told how many bytes were printed so far.
pub type Progress = Box<dyn FnMut(u64) + Send>;

impl Command {
    /// A command with an empty environment, no input and the default cap.
    pub fn new<A: AsRef<OsStr>>(
        argv: impl IntoIterator<Item = A>,
        dir: impl Into<PathBuf>,
        limit: Duration,
    ) -> Self {
        let owned = |arg: A| arg.as_ref().to_owned();
        Self {
            argv: argv.into_iter().map(owned).collect(),
            dir: dir.into(),
            env: Vec::new(),
            stdin: None,
            limit,
            cap: DEFAULT_CAP,
            bounds: Limits::default(),
            stop: None,
            progress: None,
            told: None,
        }
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself.
    Code(i32),
    /// By a signal that redgreen did not send.
    Signal(i32),
    /// Stopped at its time limit.
    TimedOut,
    /// Stopped because the user wants to stop.
    Interrupted,
}

/// What a command left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// How it ended.
    pub exit: Exit,
    /// What it printed.
    pub stdout: Captured,
    /// What it complained.
    pub stderr: Captured,
    /// How long it took, until it ended by itself or was stopped.
    pub took: Duration,
    /// How many of its processes were still there when it had ended, and were killed.
    pub stragglers: usize,
    /// What the sandbox ended it for; nothing where it did not.
    pub overrun: Option<String>,
    /// How often it tried to reach a network that its sandbox does not have, as far as the system
    /// counts that.
    pub unreached: u64,
}

/// Why a command could not be run.
#[derive(Debug, Error)]
pub enum ProcessError {
    /// There is no such program.
    #[error("program {} is not there", program.display())]
    Missing {
        /// What was looked for.
        program: PathBuf,
    },
    /// There is no such directory to start in.
    #[error("directory {} is not there", dir.display())]
    NoDirectory {
        /// The directory.
        dir: PathBuf,
    },
    /// The system would not start it.
    #[error("program {} cannot be started: {source}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system would not let us watch it. Its processes were killed.
    #[error("program {} cannot be watched: {source}", program.display())]
    Watch {
        /// The program.
        program: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}
