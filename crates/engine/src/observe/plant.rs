//! Plants an adapter's files in the proof worktree for the time of one command.

use super::ObserveError;
use redgreen_core::evidence::Trouble;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Files that stand in the tree until this is dropped.
#[derive(Debug)]
pub(super) struct Planted {
    files: Vec<PathBuf>,
    dirs: Vec<PathBuf>,
}

impl Drop for Planted {
    fn drop(&mut self) {
        // The next checkout sweeps away whatever cannot be removed here.
        for file in &self.files {
            fs::remove_file(file).unwrap_or_default();
        }
        for dir in self.dirs.iter().rev() {
            fs::remove_dir(dir).unwrap_or_default();
        }
    }
}

/// Writes `plants` (path from the root, text) into the tree at `root`. A tree that has something
/// there already, or a link on the way, is an answer: it forestalls the adapter.
pub(super) fn into(
    root: &Path,
    plants: &[(String, String)],
) -> Result<Result<Planted, Trouble>, ObserveError> {
    let mut planted = Planted {
        files: Vec::new(),
        dirs: Vec::new(),
    };
    for (path, text) in plants {
        let whole = root.join(path);
        let taken = |why: &str| Trouble::Inconsistent {
            why: format!("{path}, where redgreen's own test goes for the time of a run, {why}"),
        };
        if let Some(parent) = whole.parent()
            && !make(root, parent, &mut planted)?
        {
            return Ok(Err(taken("lies behind a link")));
        }
        match File::create_new(&whole).and_then(|mut file| file.write_all(text.as_bytes())) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Ok(Err(taken("is there already")));
            }
            written => written.map_err(ObserveError::disk(&whole))?,
        }
        planted.files.push(whole);
    }
    Ok(Ok(planted))
}

/// Makes `dir` below `root`, remembering what was made; false where a link is on the way.
fn make(root: &Path, dir: &Path, planted: &mut Planted) -> Result<bool, ObserveError> {
    let mut here = root.to_owned();
    for part in dir.strip_prefix(root).unwrap_or(Path::new("")) {
        here.push(part);
        match here.symlink_metadata() {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Ok(false),
            Err(_) => {
                fs::create_dir(&here).map_err(ObserveError::disk(&here))?;
                planted.dirs.push(here.clone());
            }
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plant(path: &str) -> Vec<(String, String)> {
        vec![(path.to_owned(), "x".to_owned())]
    }

    #[test]
    fn a_planted_file_is_gone_with_its_directory_when_the_command_ended() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let planted = into(root.path(), &plant("a/b/c.js")).expect("a disk");
        assert!(root.path().join("a/b/c.js").exists());
        drop(planted);
        assert!(!root.path().join("a").exists());
    }

    #[test]
    fn nothing_is_planted_over_a_file_or_behind_a_link() {
        let root = tempfile::tempdir().expect("a temporary directory");
        fs::write(root.path().join("c.js"), "mine").expect("a file");
        assert!(into(root.path(), &plant("c.js")).expect("a disk").is_err());
        let kept = fs::read_to_string(root.path().join("c.js")).expect("it stays");
        assert_eq!(kept, "mine");
        let outside = tempfile::tempdir().expect("a temporary directory");
        std::os::unix::fs::symlink(outside.path(), root.path().join("link")).expect("a link");
        let behind = into(root.path(), &plant("link/c.js")).expect("a disk");
        assert!(behind.is_err());
        assert!(!outside.path().join("c.js").exists());
    }
}
