//! Keeps outputs by their digest, up to a size.

use crate::paths::unique_word;
use redgreen_core::id::Digest;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use thiserror::Error;

/// A directory of outputs, each named by its digest.
#[derive(Clone, Debug)]
pub struct Blobs {
    dir: PathBuf,
    cap: u64,
}

/// Why an output could not be kept or found.
#[derive(Debug, Error)]
pub enum BlobError {
    /// A text that is no SHA-256 digest, and so no name of a file here.
    #[error("{digest} is no sha256 digest")]
    NoDigest {
        /// The text.
        digest: Digest,
    },
    /// The content is not what its name says.
    #[error("{} was altered", path.display())]
    Altered {
        /// The file.
        path: PathBuf,
    },
    /// The disk failed.
    #[error("{} cannot be used: {source}", path.display())]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Blobs {
    /// Opens or makes the store in `dir`. After each addition the oldest outputs go until no more
    /// than `cap` bytes are left; the one just added stays.
    ///
    /// # Errors
    /// Where the directory cannot be made.
    pub fn open(dir: &Path, cap: u64) -> Result<Self, BlobError> {
        fs::create_dir_all(dir).map_err(disk(dir))?;
        let dir = dir.to_owned();
        Ok(Self { dir, cap })
    }

    /// Keeps `bytes` and returns their name.
    ///
    /// # Errors
    /// Where the disk fails; what was kept before stays whole.
    pub fn put(&self, bytes: &[u8]) -> Result<Digest, BlobError> {
        let digest = Digest::of(bytes);
        let path = self.path_of(&digest)?;
        if !path.is_file() {
            self.write(&path, bytes)?;
            self.trim(&path)?;
        }
        Ok(digest)
    }

    /// The output named `digest`; nothing where it was never kept or had to go.
    ///
    /// # Errors
    /// [`BlobError::Altered`] where the file is not what its name says.
    pub fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, BlobError> {
        let path = self.path_of(digest)?;
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(disk(&path)(error)),
        };
        if Digest::of(&bytes) == *digest {
            return Ok(Some(bytes));
        }
        Err(BlobError::Altered { path })
    }

    fn path_of(&self, digest: &Digest) -> Result<PathBuf, BlobError> {
        let hex = digest.as_str().strip_prefix("sha256:").unwrap_or("");
        let is_hex = hex
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if hex.len() != 64 || !is_hex {
            return Err(BlobError::NoDigest {
                digest: digest.clone(),
            });
        }
        Ok(self.dir.join(&hex[..2]).join(&hex[2..]))
    }

    /// Writes beside and renames, so that a reader sees all or nothing.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), BlobError> {
        let parent = path.parent().unwrap_or(&self.dir);
        fs::create_dir_all(parent).map_err(disk(parent))?;
        let fresh = parent.join(format!("new-{}", unique_word()));
        let written = File::create(&fresh).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        let moved = written.and_then(|()| fs::rename(&fresh, path));
        if moved.is_err() {
            // The error that is told is the first one.
            drop(fs::remove_file(&fresh));
        }
        moved.map_err(disk(path))
    }

    fn trim(&self, newest: &Path) -> Result<(), BlobError> {
        let mut kept = self.list().map_err(disk(&self.dir))?;
        let mut total: u64 = kept.iter().map(|(_, _, size)| size).sum();
        kept.sort();
        for (_, path, size) in kept {
            if total <= self.cap {
                break;
            }
            if path != newest {
                // Another process may have been faster.
                drop(fs::remove_file(&path));
                total -= size;
            }
        }
        Ok(())
    }

    fn list(&self) -> io::Result<Vec<(SystemTime, PathBuf, u64)>> {
        let mut files = Vec::new();
        for dir in fs::read_dir(&self.dir)?.flatten() {
            let Ok(items) = fs::read_dir(dir.path()) else {
                continue;
            };
            for item in items.flatten() {
                if let Ok(found) = item.metadata() {
                    files.push((found.modified()?, item.path(), found.len()));
                }
            }
        }
        Ok(files)
    }
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> BlobError + use<> {
    let path = path.to_owned();
    move |source| BlobError::Disk { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(cap: u64) -> (tempfile::TempDir, Blobs) {
        let dir = tempfile::tempdir().expect("a directory");
        let blobs = Blobs::open(&dir.path().join("blobs"), cap).expect("a store");
        (dir, blobs)
    }

    #[test]
    fn what_was_put_comes_back_by_its_digest() {
        let (_dir, blobs) = store(1000);
        let digest = blobs.put(b"output").expect("kept");
        assert_eq!(digest, Digest::of(b"output"));
        assert_eq!(blobs.get(&digest).expect("read"), Some(b"output".to_vec()));
        assert_eq!(blobs.get(&Digest::of(b"other")).expect("read"), None);
    }

    #[test]
    fn an_altered_output_is_not_given_out() {
        let (_dir, blobs) = store(1000);
        let digest = blobs.put(b"output").expect("kept");
        let path = blobs.path_of(&digest).expect("a path");
        fs::write(path, b"forged").expect("written");
        assert!(matches!(blobs.get(&digest), Err(BlobError::Altered { .. })));
    }

    #[test]
    fn a_name_that_is_no_digest_reaches_no_file() {
        let (_dir, blobs) = store(1000);
        let name = Digest::new(format!("sha256:../{}", "a".repeat(61)));
        assert!(matches!(blobs.get(&name), Err(BlobError::NoDigest { .. })));
    }

    #[test]
    fn the_oldest_output_goes_first_and_the_newest_stays() {
        let (_dir, blobs) = store(10);
        let old = blobs.put(b"12345678").expect("kept");
        let path = blobs.path_of(&old).expect("a path");
        let file = File::options().write(true).open(path).expect("there");
        file.set_modified(SystemTime::UNIX_EPOCH).expect("stamped");
        let new = blobs.put(b"more than ten bytes").expect("kept");
        assert_eq!(blobs.get(&old).expect("read"), None);
        assert!(blobs.get(&new).expect("read").is_some());
    }
}
