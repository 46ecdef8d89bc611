//! Remembers, beside the key, how far each run had come: a journal that lost its end is noticed.

use super::{Line, Truncated, file_name};
use crate::paths::{short_name, unique_word};
use redgreen_core::id::{Digest, RunId};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// How far a run had come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Floor {
    /// The last line that was written.
    pub(super) seq: u64,
    /// Its MAC.
    pub(super) mac: String,
    /// A loss that was noticed before: the last line known, the last line found. It is never
    /// forgotten, even when the run went on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lost: Option<(u64, u64)>,
}

impl Floor {
    /// What `lines` lack of it.
    pub(super) fn missing_from(&self, lines: &[Line]) -> Option<Truncated> {
        let last = lines.last().map_or(0, |line| line.seq);
        let at = lines.iter().find(|line| line.seq == self.seq);
        let is_there = self.seq == 0 || at.is_some_and(|line| line.mac == self.mac);
        match self.lost {
            Some((known, found)) => Some(Truncated { known, found }),
            None if is_there => None,
            None => Some(Truncated {
                known: self.seq,
                found: last.min(self.seq.saturating_sub(1)),
            }),
        }
    }
}

/// The floors of one journal.
#[derive(Debug)]
pub(super) struct Floors {
    dir: PathBuf,
}

impl Floors {
    pub(super) fn new(state_dir: &Path, journal: &Path) -> Self {
        let name = short_name(&Digest::of(journal.as_os_str().as_bytes()));
        Self {
            dir: state_dir.join("floors").join(name),
        }
    }

    /// The floor of `run`. One that cannot be read counts as none: it can warn, not forbid.
    pub(super) fn of(&self, run: &RunId) -> Floor {
        let text = fs::read(self.path(run)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    pub(super) fn raise(&self, run: &RunId, floor: &Floor) -> io::Result<()> {
        fs::create_dir_all(&self.dir)?;
        let path = self.path(run);
        let fresh = path.with_extension(format!("new-{}", unique_word()));
        fs::write(&fresh, serde_json::to_vec(floor)?)?;
        fs::rename(&fresh, &path)
    }

    fn path(&self, run: &RunId) -> PathBuf {
        self.dir.join(format!("{}.json", file_name(run)))
    }
}
