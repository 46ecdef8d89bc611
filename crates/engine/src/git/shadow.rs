//! Keeps a private git directory that borrows the repository's objects and nothing else.
//!
//! Whatever stands in the repository's configuration, attributes, hooks, grafts or replace refs
//! has no say there. It also holds the private index files, so that the user's index is never
//! written.

use super::call::Call;
use super::objects::{Object, Objects};
use super::{Entry, GitError};
use crate::paths::unique_word;
use redgreen_core::id::TreeId;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A private git directory; removed with the last [`super::Git`] that uses it.
#[derive(Debug)]
pub(super) struct Shadow {
    dir: PathBuf,
    objects: PathBuf,
    /// Objects that are found, too, and are never added to.
    borrowed: Option<PathBuf>,
    reader: Mutex<Option<Objects>>,
    /// Trees that were listed last: base and head are asked for again and again.
    listed: Mutex<VecDeque<(TreeId, Arc<[Entry]>)>>,
}

/// Trees whose entries are kept.
const LISTED: usize = 4;

impl Shadow {
    /// Makes one that borrows the objects of the repository at `common`.
    pub(super) fn new(common: &Path, format: &str) -> Result<Self, GitError> {
        let shadow = Self {
            dir: fresh_dir()?,
            objects: common.join("objects"),
            borrowed: None,
            reader: Mutex::new(None),
            listed: Mutex::new(VecDeque::new()),
        };
        let version = if format == "sha1" { 0 } else { 1 };
        let extension = match format {
            "sha1" => String::new(),
            other => format!("[extensions]\n\tobjectFormat = {other}\n"),
        };
        let config = format!(
            "[core]\n\trepositoryFormatVersion = {version}\n\tbare = false\n\tcommitGraph = false\n\
             \tattributesFile = /dev/null\n\texcludesFile = /dev/null\n\tfileMode = true\n{extension}"
        );
        shadow.put("config", config.as_bytes())?;
        shadow.put("HEAD", b"ref: refs/heads/none\n")?;
        for dir in ["refs", "objects", "tmp"] {
            let path = shadow.dir.join(dir);
            fs::create_dir(&path).map_err(GitError::disk(&path))?;
        }
        // Where history is cut off is part of what the objects mean.
        if let Ok(cut) = fs::read(common.join("shallow")) {
            shadow.put("shallow", &cut)?;
        }
        Ok(shadow)
    }

    /// The same, which also finds the objects of the repository at `common`.
    pub(super) fn borrowing(mut self, common: &Path) -> Self {
        self.borrowed = Some(common.join("objects"));
        self
    }

    /// A call that sees objects only.
    pub(super) fn call(&self) -> Call {
        self.around(Call::new(&self.dir))
    }

    /// What each of the names stands for; nothing for one that is missing.
    ///
    /// # Errors
    /// Where git cannot be started, or goes away twice.
    pub(super) fn objects(&self, names: &[String]) -> std::io::Result<Vec<Option<Object>>> {
        let mut kept = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let mut anew = false;
        loop {
            let mut reader = match kept.take() {
                Some(reader) => reader,
                None => {
                    anew = true;
                    Objects::start(self.call())?
                }
            };
            match reader.read(names) {
                Ok(found) => {
                    *kept = Some(reader);
                    return Ok(found);
                }
                Err(error) if anew => return Err(error),
                Err(_) => {}
            }
        }
    }

    /// The entries of a tree, where they were listed not long ago.
    pub(super) fn listed(&self, tree: &TreeId) -> Option<Arc<[Entry]>> {
        let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        let held = listed.iter().find(|(id, _)| id == tree);
        held.map(|(_, entries)| Arc::clone(entries))
    }

    pub(super) fn keep_listed(&self, tree: &TreeId, entries: &[Entry]) {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        listed.truncate(LISTED - 1);
        listed.push_front((tree.clone(), entries.into()));
    }

    /// A call that sees objects and the plain directory `work`, with an index of its own.
    pub(super) fn call_on(&self, work: &Path, index: &Path) -> Call {
        self.around(Call::new(work))
            .env("GIT_WORK_TREE", work)
            .env("GIT_INDEX_FILE", index)
    }

    fn around(&self, call: Call) -> Call {
        let call = call
            .env("GIT_DIR", &self.dir)
            .env("GIT_OBJECT_DIRECTORY", &self.objects)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1");
        match &self.borrowed {
            Some(borrowed) => call.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", quoted(borrowed)),
            None => call,
        }
    }

    /// A place for a file that nobody else uses.
    pub(super) fn scratch(&self) -> Scratch {
        Scratch(self.dir.join("tmp").join(unique_word()))
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), GitError> {
        let path = self.dir.join(name);
        fs::write(&path, bytes).map_err(GitError::disk(&path))
    }
}

impl Drop for Shadow {
    fn drop(&mut self) {
        // Git works in the directory.
        drop(self.reader.get_mut().map(Option::take));
        // What cannot be removed is a few small files in the system's temporary directory.
        drop(fs::remove_dir_all(&self.dir));
    }
}

/// A file that goes when its user is done.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Git may have left none; what stays goes with the shadow.
        drop(fs::remove_file(&self.0));
    }
}

/// A path as git reads it in a list of them: a colon would end it.
fn quoted(path: &Path) -> OsString {
    let bytes = path.as_os_str().as_bytes();
    if !bytes.iter().any(|byte| b":\"\\\n".contains(byte)) {
        return path.as_os_str().to_owned();
    }
    let mut quoted = vec![b'"'];
    for byte in bytes {
        match byte {
            b'"' | b'\\' => quoted.extend([b'\\', *byte]),
            b'\n' => quoted.extend(b"\\n"),
            _ => quoted.push(*byte),
        }
    }
    quoted.push(b'"');
    OsString::from_vec(quoted)
}

fn fresh_dir() -> Result<PathBuf, GitError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let base = std::env::temp_dir();
    let mut tries = 0;
    loop {
        let path = base.join(format!("redgreen-git-{}", unique_word()));
        match fs::DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return path.canonicalize().map_err(GitError::disk(&path)),
            // Left behind by a killed process whose number came round again.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && tries < 1000 => {
                tries += 1;
            }
            Err(error) => return Err(GitError::disk(&path)(error)),
        }
    }
}
