//! Gives each run the lowest number that no other one has.

use super::{WorktreeConfig, WorktreeError};
use crate::paths::of_repository;
use redgreen_core::event::Slot;
use redgreen_core::run::RunState;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;

/// Held while a number is chosen and written down, so that two runs never get the same one.
#[derive(Debug)]
pub(crate) struct Counter {
    _file: File,
}

impl Counter {
    /// Waits for those who choose right now.
    ///
    /// # Errors
    /// Where the lock in `common_dir` cannot be taken.
    pub(crate) fn take(common_dir: &Path) -> Result<Self, WorktreeError> {
        let dir = of_repository(common_dir);
        let path = dir.join("slots.lock");
        fs::create_dir_all(&dir).map_err(WorktreeError::disk(&dir))?;
        let file = File::create(&path).map_err(WorktreeError::disk(&path))?;
        file.lock().map_err(WorktreeError::disk(&path))?;
        Ok(Self { _file: file })
    }

    /// The lowest slot that no run of `states` holds. A run holds its slot until it is over and its
    /// worktree is gone.
    pub(crate) fn free(&self, config: &WorktreeConfig, states: &[RunState]) -> Option<Slot> {
        let held: BTreeSet<u16> = states
            .iter()
            .filter(|state| state.ended.is_none() || Path::new(&state.started.worktree).exists())
            .filter_map(|state| state.started.slot)
            .map(|slot| slot.number)
            .collect();
        let number = (1..u16::MAX).find(|number| !held.contains(number))?;
        config.slot(number)
    }
}
