//! Keeps the directories that redgreen works in: outside the repository, one set a repository.

use super::ObserveError;
use crate::git::{Git, Place};
use crate::progress::Progress;
use redgreen_core::id::TreeId;
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};
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
        clear(&root.join("scratch"))?;
        Ok(Self {
            root: root.to_owned(),
            tree,
            index: root.join("index"),
            caches,
            lock,
        })
    }

    /// Where all of it is.
    pub fn root(&self) -> &Path {
        &self.root
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

    /// Writes what only a build of the project would write, where the proof worktree has no such
    /// file, and says of each that it is a stand-in. `generated` is path and text.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn stand_in(&self, generated: &[(String, String)]) -> Result<Vec<String>, ObserveError> {
        let mut said = Vec::new();
        for (path, text) in generated {
            let whole = self.tree.join(path);
            if !self.holds_parent(&whole) {
                continue;
            }
            match File::create_new(&whole).and_then(|mut file| file.write_all(text.as_bytes())) {
                // Written for an earlier question.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                written => written.map_err(ObserveError::disk(&whole))?,
            }
            said.push(format!("the real {path}, which only a build writes,"));
        }
        Ok(said)
    }

    /// Whether the directory of `path` really lies in the proof worktree: the tree is other
    /// people's, and a link in it could lead anywhere.
    fn holds_parent(&self, path: &Path) -> bool {
        let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
        let (Some(parent), Ok(tree)) = (parent, self.tree.canonicalize()) else {
            return false;
        };
        parent.starts_with(tree)
    }

    fn place(&self) -> Place<'_> {
        Place {
            dir: &self.tree,
            index: &self.index,
            keep: &KEEP,
        }
    }
}

/// Removes what a killed run left behind. Only who holds the lock may.
fn clear(dir: &Path) -> Result<(), ObserveError> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(ObserveError::disk(dir)(error)),
        _ => Ok(()),
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
        // What a killed run leaves behind is cleared away when the rooms are opened again.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn version(path: &str) -> Vec<(String, String)> {
        vec![(path.to_owned(), "version = '0'\n".to_owned())]
    }

    #[test]
    fn what_a_killed_run_left_behind_is_gone_when_the_rooms_are_opened_again() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let left = root.path().join("scratch").join("killed");
        fs::create_dir_all(&left).expect("a directory");
        let rooms = Rooms::open(root.path()).expect("rooms");
        assert!(!left.exists());
        assert!(rooms.caches().is_dir());
    }

    #[test]
    fn a_stand_in_is_written_once_and_never_over_a_file_or_through_a_link() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let rooms = Rooms::open(&root.path().join("rooms")).expect("rooms");
        fs::create_dir_all(rooms.tree().join("src")).expect("a tree");
        for _ in 0..2 {
            let said = rooms.stand_in(&version("src/v.py")).expect("written");
            assert_eq!(said.len(), 1);
        }
        let text = fs::read_to_string(rooms.tree().join("src/v.py")).expect("it is there");
        assert_eq!(text, "version = '0'\n");

        let outside = root.path().join("outside");
        fs::create_dir_all(&outside).expect("a directory");
        std::os::unix::fs::symlink(&outside, rooms.tree().join("link")).expect("a link");
        let said = rooms.stand_in(&version("link/v.py")).expect("left alone");
        assert_eq!(said, [""; 0]);
        assert!(!outside.join("v.py").exists());
        let said = rooms.stand_in(&version("gone/v.py")).expect("left alone");
        assert_eq!(said, [""; 0]);
    }
}
