//! Remembers: an append-only line for everything that happened in a run.
//!
//! Each line carries a MAC over itself and the line before it, with a key that lies outside the
//! repository. What is kept beside the key of each run's last line tells when lines are missing
//! at the end.

mod embedded;
mod floor;
mod key;
mod line;
mod lock;

pub use embedded::Embedded;
pub use key::Key;
pub use line::{Draft, Lease, Line};
pub use lock::RunLock;

use redgreen_core::id::RunId;
use redgreen_core::time::Timestamp;
use std::path::PathBuf;
use thiserror::Error;

/// The version of the lines that are written here.
pub const VERSION: u32 = 1;

/// Where events are kept.
pub trait Journal {
    /// Takes the run over for writing. Whoever wrote to it before is refused from now on.
    ///
    /// # Errors
    /// Where the journal cannot be written.
    fn open_run(&mut self, run: &RunId) -> Result<Lease, JournalError>;

    /// Writes one line; when this returns, it is on the disk. The lease is moved on.
    ///
    /// # Errors
    /// [`JournalError::Conflict`] where somebody else wrote the next line,
    /// [`JournalError::Fenced`] where somebody else has taken the run over,
    /// [`JournalError::Newer`], [`JournalError::Tampered`]; the lease is not moved then.
    fn append(&mut self, lease: &mut Lease, draft: &Draft) -> Result<Line, JournalError>;

    /// Every line of a run in order, each verified.
    ///
    /// # Errors
    /// [`JournalError::Tampered`] names the first line that was altered.
    fn read(&self, run: &RunId) -> Result<Reading, JournalError>;

    /// Every run, the one with the newest line first.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    fn runs(&self) -> Result<Vec<RunSummary>, JournalError>;

    /// Keeps other processes from working on the run for as long as the result lives.
    ///
    /// # Errors
    /// [`JournalError::Locked`] names who holds it.
    fn lock(&self, run: &RunId, now: Timestamp) -> Result<RunLock, JournalError>;
}

/// The lines of one run, and what is odd about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The lines, in order.
    pub lines: Vec<Line>,
    /// Lines that once were there and are missing at the end, if any.
    pub truncated: Option<Truncated>,
    /// The newest version among the lines, where it is newer than [`VERSION`]: such lines can be
    /// shown but neither verified nor added to.
    pub newer: Option<u32>,
}

/// Lines are missing at the end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncated {
    /// The last line that is known to have been written.
    pub known: u64,
    /// The last line that was there when the loss was noticed.
    pub found: u64,
}

/// A run at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunSummary {
    /// The run.
    pub run: RunId,
    /// Time of its first line.
    pub first: Timestamp,
    /// Time of its last line.
    pub last: Timestamp,
    /// Number of its lines.
    pub lines: u64,
}

/// Why the journal could not be read or written. Nothing of it is ever deleted.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The file is no journal, or a damaged one.
    #[error("journal {} cannot be read ({why}); move it to {} to start afresh", path.display(), aside.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// A name that it can be moved to.
        aside: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A newer redgreen wrote it.
    #[error("the journal has lines of version {found}, only {known} can be written here")]
    Newer {
        /// The version that was found.
        found: u32,
        /// The version that is written here.
        known: u32,
    },
    /// Somebody else wrote the line in the meantime.
    #[error("line {expected} of run {run} was to be written, but {found} is next")]
    Conflict {
        /// The run.
        run: RunId,
        /// The line that was to be written.
        expected: u64,
        /// The line that is next.
        found: u64,
    },
    /// Somebody else has taken the run over.
    #[error("run {run} was taken over: epoch {current} is later than {held}")]
    Fenced {
        /// The run.
        run: RunId,
        /// The epoch of the writer that was refused.
        held: u64,
        /// The epoch of the writer that may write.
        current: u64,
    },
    /// A line is not as it was written, or was written with another key.
    #[error("line {seq} of run {run} was altered")]
    Tampered {
        /// The run.
        run: RunId,
        /// The first such line.
        seq: u64,
    },
    /// Another process works on the run.
    #[error("run {run} is being worked on by process {pid} since {since}")]
    Locked {
        /// The run.
        run: RunId,
        /// The process.
        pid: u32,
        /// Since when.
        since: Timestamp,
    },
    /// The key cannot be used.
    #[error("key {} cannot be used: {why}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The disk failed, or the file was held by another process for too long. What was written
    /// before is still there.
    #[error("{} cannot be used: {source}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl JournalError {
    fn disk<E: std::error::Error + Send + Sync + 'static>(
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(E) -> Self {
        let path = path.into();
        move |source| Self::Disk {
            path,
            source: Box::new(source),
        }
    }
}

/// A file name for a run: readable, and never that of another run.
fn file_name(run: &RunId) -> String {
    let plain = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => letter,
        _ => '_',
    };
    let readable: String = run.as_str().chars().take(48).map(plain).collect();
    let digest = redgreen_core::id::Digest::of(run.as_str().as_bytes());
    format!("{readable}-{}", crate::paths::short_name(&digest))
}
