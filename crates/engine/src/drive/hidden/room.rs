//! Keeps the room where hidden tests are written and stay: below redgreen's state, which no worker
//! of the change sees, with git objects of its own.

use crate::drive::DriveError;
use crate::git::Git;
use crate::paths::{of_repository, short_name};
use redgreen_core::id::TreeId;
use redgreen_core::run::RunState;
use std::fs;
use std::path::{Path, PathBuf};

/// The place of a run's hidden tests.
pub(super) struct Place {
    dir: PathBuf,
}

/// A room that is ready.
pub(super) struct Room {
    /// Where its author works.
    pub(super) dir: PathBuf,
    /// Its repository.
    pub(super) git: Git,
}

impl Place {
    /// That of the run, below redgreen's `state` directory.
    pub(super) fn of(state: &Path, git: &Git, run: &RunState) -> Self {
        let repository = short_name(&git.digest());
        let dir = state.join("hidden").join(repository).join(run.run.as_str());
        Self { dir }
    }

    /// The room as it stands; nothing where there is none.
    pub(super) fn open(&self) -> Option<Room> {
        let dir = self.dir.canonicalize().ok()?;
        let git = Git::open(&dir).ok()?;
        // A directory that lost its own repository could lie within another.
        (git.top() == dir).then_some(Room { dir, git })
    }

    /// The room with the files of `shown`; as it stands where the attempt `goes_on`.
    pub(super) fn ready(self, of: &Git, shown: &TreeId, goes_on: bool) -> Result<Room, DriveError> {
        if goes_on && let Some(room) = self.open() {
            return Ok(room);
        }
        match fs::remove_dir_all(&self.dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(DriveError::disk(&self.dir)(error));
            }
            Err(_) | Ok(()) => {}
        }
        fs::create_dir_all(&self.dir).map_err(DriveError::disk(&self.dir))?;
        let dir = self
            .dir
            .canonicalize()
            .map_err(DriveError::disk(&self.dir))?;
        let git = of.annex(&dir, shown)?;
        Ok(Room { dir, git })
    }
}

impl Room {
    /// Keeps how the hidden tests failed at the last gate, for a person.
    pub(super) fn note(&self, failures: &[(String, String)]) -> Result<(), DriveError> {
        let path = noted(&self.git);
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir).map_err(DriveError::disk(dir))?;
        }
        let text = serde_json::to_vec(failures)
            .map_err(|e| DriveError::Unreadable { why: e.to_string() })?;
        fs::write(&path, text).map_err(DriveError::disk(&path))
    }
}

fn noted(git: &Git) -> PathBuf {
    of_repository(git.common_dir()).join("failures.json")
}

/// How the hidden tests failed when the gate of VERIFY was last executed: test and message. `git` is
/// that of their room.
pub fn last_failures(git: &Git) -> Vec<(String, String)> {
    let text = fs::read(noted(git)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// The repository that holds the hidden tests of the run, below redgreen's `state` directory;
/// nothing where there is none.
pub fn hidden_git(state: &Path, git: &Git, run: &RunState) -> Option<Git> {
    Place::of(state, git, run).open().map(|room| room.git)
}
