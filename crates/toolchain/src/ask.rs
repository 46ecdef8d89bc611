//! Carries questions to a runner and what its commands left behind.

use crate::unit::Unit;
use redgreen_core::evidence::{Order, Selection};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A program that may serve a unit, and the command that tells whether it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Path or name of the program. A relative path with a slash is looked up in the user's
    /// checkout, a bare name on the search path.
    pub program: String,
    /// Its arguments. Exit 0 means that it serves; what it prints is the fingerprint.
    pub args: Vec<String>,
    /// What a person types to get it, where it is missing.
    pub remedy: String,
}

/// A program that serves a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// Path or name of the program.
    pub program: String,
    /// What it says of itself and of what it needs: versions, one line.
    pub fingerprint: String,
}

/// Everything that an adapter may know when it makes a command.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// The unit that is asked.
    pub unit: &'a Unit,
    /// The program that serves it.
    pub tool: &'a Tool,
    /// Which tests.
    pub tests: &'a Selection,
    /// In which order.
    pub order: Order,
    /// Root of the checked-out tree.
    pub tree: &'a Path,
    /// A directory that stays warm from tree to tree: build output, bytecode.
    pub cache: &'a Path,
    /// A fresh directory of this run, outside the tree: plug-ins and reports.
    pub scratch: &'a Path,
    /// A word that no earlier run has seen; the report carries it.
    pub nonce: &'a str,
    /// The longest that one test may take.
    pub test_limit_ms: u64,
}

impl Ask<'_> {
    /// The unit's directory in the tree.
    pub fn dir(&self) -> PathBuf {
        if self.unit.dir.is_empty() {
            self.tree.to_owned()
        } else {
            self.tree.join(&self.unit.dir)
        }
    }
}

/// What a command is for: a build that fails is read as diagnostics, a run as outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Builds, or lists.
    Build,
    /// Runs tests.
    Run,
    /// Runs tests many times over, and watches each of them itself.
    Session,
}

/// A command to execute. Never handed to a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// What it is for.
    pub role: Role,
    /// Program and arguments.
    pub argv: Vec<String>,
    /// The directory that it starts in.
    pub dir: PathBuf,
    /// Variables that it needs beyond the scrubbed environment of every run.
    pub env: Vec<(String, String)>,
    /// Files to write before it starts: paths inside the scratch directory.
    pub writes: Vec<(String, String)>,
    /// Files to write into the tree before it starts and to take away after it ended: paths from
    /// the tree's root, for canaries where a runner takes tests from nowhere else. None of them
    /// may be there already, and none goes through a link.
    pub plants: Vec<(String, String)>,
    /// Files to read after it ended: paths inside the scratch directory. A missing one is left
    /// out of [`RawOutput::files`].
    pub reads: Vec<String>,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself.
    Code(i32),
    /// By a signal.
    Signal(i32),
    /// Stopped by redgreen at its time limit.
    TimedOut,
}

/// What one command left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawOutput {
    /// How it ended.
    pub exit: Exit,
    /// What it printed, head and tail where there was too much.
    pub stdout: Vec<u8>,
    /// What it complained.
    pub stderr: Vec<u8>,
    /// The files that were asked for.
    pub files: BTreeMap<String, Vec<u8>>,
}
