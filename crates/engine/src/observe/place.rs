//! Keeps the directories that redgreen works in: outside the repository, one set a repository.

use super::ObserveError;
use crate::git::{Git, Place};
use crate::progress::Progress;
use redgreen_core::id::TreeId;
use std::fs::{self, File, TryLockError};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often a lock that somebody else holds is tried.
const LOOK: Duration = Duration::from_millis(100);

/// Names of directories whose untracked files stay from tree to tree.
const KEEP: [&str; 3] = ["target", "node_modules", ".venv"];

/// The directories of one repository's proofs.
#[derive(Debug)]
pub struct Rooms {
    root: PathBuf,
    tree: PathBuf,
    index: PathBuf,
    caches: PathBuf,
    lock: File,
}

impl Rooms {
    /// Opens or makes the directories below `root`, and waits until no other proof uses them.
    ///
    /// # Errors
    /// Where they cannot be made or locked.
    pub fn open(root: &Path) -> Result<Self, ObserveError> {
        Self::open_unless(root, None, &mut |_| {})
    }

    /// The same, told that it waits where it does, and given up once `stop` is set.
    ///
    /// # Errors
    /// As [`Rooms::open`]; [`ObserveError::Interrupted`].
    pub fn open_unless(
        root: &Path,
        stop: Option<&AtomicBool>,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Self, ObserveError> {
        let (tree, caches) = (root.join("tree"), root.join("caches"));
        fs::create_dir_all(&caches).map_err(ObserveError::disk(&caches))?;
        let lock_path = root.join("lock");
        let lock = File::create(&lock_path).map_err(ObserveError::disk(&lock_path))?;
        let mut has_told = false;
        while let Err(error) = lock.try_lock() {
            if let TryLockError::Error(error) = error {
                return Err(ObserveError::disk(&lock_path)(error));
            }
            if stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                return Err(ObserveError::Interrupted);
            }
            if !has_told {
                let text = "waiting for another proof of this repository to end";
                tell(Progress::Note(text.to_owned()));
                has_told = true;
            }
            std::thread::sleep(LOOK);
        }
        Ok(Self {
            root: root.to_owned(),
            tree,
            index: root.join("index"),
            caches,
            lock,
        })
    }

    /// The proof worktree.
    pub fn tree(&self) -> &Path {
        &self.tree
    }

    /// What stays warm from tree to tree.
    pub fn caches(&self) -> &Path {
        &self.caches
    }

    /// Dependencies that redgreen installed, keyed by their lock files' digest.
    pub fn installed(&self) -> PathBuf {
        self.root.join("installed")
    }

    /// Makes the proof worktree equal to `tree`.
    ///
    /// # Errors
    /// Where the tree is missing or the disk fails.
    pub fn stand_on(&self, git: &Git, tree: &TreeId) -> Result<(), ObserveError> {
        git.checkout_tree(tree, &self.place())?;
        Ok(())
    }

    fn place(&self) -> Place<'_> {
        Place {
            dir: &self.tree,
            index: &self.index,
            keep: &KEEP,
        }
    }
}

impl Drop for Rooms {
    fn drop(&mut self) {
        // Closing the file lets go of the lock anyhow; a failure here means nothing.
        self.lock.unlock().unwrap_or_default();
    }
}

/// A fresh directory of one run, gone when the run is over.
#[derive(Debug)]
pub(super) struct Scratch {
    path: PathBuf,
    nonce: String,
}

impl Scratch {
    pub(super) fn make(rooms: &Rooms) -> Result<Self, ObserveError> {
        let nonce = nonce()?;
        let path = rooms.root.join("scratch").join(&nonce);
        fs::create_dir_all(&path).map_err(ObserveError::disk(&path))?;
        Ok(Self { path, nonce })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn nonce(&self) -> &str {
        &self.nonce
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What a killed run leaves behind is cleared away by the next one's clean-up of the cache.
        fs::remove_dir_all(&self.path).unwrap_or_default();
    }
}

/// A word that no earlier run has seen: 128 random bits, in hexadecimal.
fn nonce() -> Result<String, ObserveError> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0_u8; 16];
    let mut file = File::open(source).map_err(ObserveError::disk(source))?;
    file.read_exact(&mut bytes)
        .map_err(ObserveError::disk(source))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
