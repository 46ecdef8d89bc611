//! Keeps two processes from working on one run.

use super::{JournalError, file_name};
use redgreen_core::id::RunId;
use redgreen_core::time::Timestamp;
use std::fs::{self, File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

/// Holds a run until it is dropped or its process ends, however that happens.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

/// Takes the lock of `run` in `dir`, and writes down who has it since when.
pub(super) fn take(dir: &Path, run: &RunId, now: Timestamp) -> Result<RunLock, JournalError> {
    let path = dir.join(format!("{}.lock", file_name(run)));
    fs::create_dir_all(dir).map_err(JournalError::disk(&path))?;
    let mut options = File::options();
    let options = options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(&path).map_err(JournalError::disk(&path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(holder(&mut file, run)),
        Err(TryLockError::Error(error)) => return Err(JournalError::disk(&path)(error)),
    }
    let written = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{} {}", std::process::id(), now.0));
    written.map_err(JournalError::disk(&path))?;
    Ok(RunLock { _file: file })
}

fn holder(file: &mut File, run: &RunId) -> JournalError {
    let mut text = String::new();
    // A holder that has not written yet is process 0 for a moment.
    drop(file.read_to_string(&mut text));
    let mut words = text.split_whitespace();
    let pid = words.next().and_then(|word| word.parse().ok());
    let since = words.next().and_then(|word| word.parse().ok());
    JournalError::Locked {
        run: run.clone(),
        pid: pid.unwrap_or(0),
        since: Timestamp(since.unwrap_or(0)),
    }
}
