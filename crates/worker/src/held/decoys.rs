//! Puts empty files in the place of what is hidden, and notices who opens them: the system counts no
//! file that could not be found.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// Entries of a hidden directory that get a decoy.
const ENTRIES: usize = 64;

/// Openings that are told.
const TOLD: usize = 20;

/// Decoys that stand until this is dropped.
pub(super) struct Decoys {
    dir: PathBuf,
    watch: OwnedFd,
    /// What each watch is of.
    names: BTreeMap<i32, String>,
    /// Each hidden path, and what is shown in its place.
    pub(super) stand_ins: Vec<(PathBuf, PathBuf)>,
}

impl Decoys {
    /// Decoys in `dir`, which is made for them, of those of `hidden` that are there. They are named
    /// as seen from `home`.
    ///
    /// # Errors
    /// Where they cannot be made or watched.
    pub(super) fn set(dir: &Path, hidden: &[PathBuf], home: &Path) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let mut decoys = Self {
            dir: dir.to_owned(),
            watch: watch()?,
            names: BTreeMap::new(),
            stand_ins: Vec::new(),
        };
        for (number, path) in hidden.iter().enumerate() {
            let shown = match path.strip_prefix(home) {
                Ok(below) => format!("~/{}", below.display()),
                Err(_) => path.display().to_string(),
            };
            let decoy = dir.join(number.to_string());
            if path.is_dir() {
                fs::create_dir_all(&decoy)?;
                for entry in fs::read_dir(path)?.flatten().take(ENTRIES) {
                    let name = entry.file_name();
                    let shown = format!("{shown}/{}", name.to_string_lossy());
                    decoys.put(&decoy.join(name), entry.path().is_dir(), shown)?;
                }
            }
            if path.exists() {
                decoys.put(&decoy, path.is_dir(), shown)?;
                decoys.stand_ins.push((path.clone(), decoy));
            }
        }
        Ok(decoys)
    }

    fn put(&mut self, decoy: &Path, is_dir: bool, shown: String) -> io::Result<()> {
        if is_dir {
            fs::create_dir_all(decoy)?;
        } else {
            fs::write(decoy, "")?;
        }
        self.names.insert(add(&self.watch, decoy)?, shown);
        Ok(())
    }

    /// What was opened so far, in words.
    pub(super) fn opened(&self) -> Vec<String> {
        let opened: BTreeSet<&String> = read(&self.watch)
            .iter()
            .filter_map(|number| self.names.get(number))
            .collect();
        let told = opened.into_iter().take(TOLD);
        told.map(|name| format!("tried to read {name}: hidden"))
            .collect()
    }
}

impl Drop for Decoys {
    fn drop(&mut self) {
        // Empty files that stay behind do no harm.
        fs::remove_dir_all(&self.dir).unwrap_or_default();
    }
}

#[cfg(target_os = "linux")]
fn watch() -> io::Result<OwnedFd> {
    use rustix::fs::inotify::{CreateFlags, init};
    Ok(init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?)
}

#[cfg(target_os = "linux")]
fn add(watch: &OwnedFd, path: &Path) -> io::Result<i32> {
    use rustix::fs::inotify::{WatchFlags, add_watch};
    Ok(add_watch(watch, path, WatchFlags::OPEN)?)
}

/// The numbers of all watches of which something was told.
#[cfg(target_os = "linux")]
fn read(watch: &OwnedFd) -> BTreeSet<i32> {
    use rustix::fs::inotify::Reader;
    let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
    let mut reader = Reader::new(watch, &mut buffer);
    let mut numbers = BTreeSet::new();
    // At its end it would have to wait, and says so.
    while let Ok(event) = reader.next() {
        // A directory tells of its files, too, which tell of themselves.
        if event.file_name().is_none() {
            numbers.insert(event.wd());
        }
    }
    numbers
}

// Only Linux has the sandbox that can show something else.
#[cfg(not(target_os = "linux"))]
fn watch() -> io::Result<OwnedFd> {
    Ok(fs::File::open("/dev/null")?.into())
}

#[cfg(not(target_os = "linux"))]
fn add(_watch: &OwnedFd, _path: &Path) -> io::Result<i32> {
    Ok(0)
}

#[cfg(not(target_os = "linux"))]
fn read(_watch: &OwnedFd) -> BTreeSet<i32> {
    BTreeSet::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoy_is_empty_and_whoever_opens_it_is_noticed() {
        let home = tempfile::tempdir().expect("a directory");
        let home = home.path();
        fs::create_dir_all(home.join(".ssh/more")).expect("made");
        fs::write(home.join(".ssh/id"), "a key").expect("written");
        fs::write(home.join(".netrc"), "a word").expect("written");
        let hidden = [".ssh", ".netrc", ".gone"].map(|name| home.join(name));
        let dir = home.join("decoys");
        let decoys = Decoys::set(&dir, &hidden, home).expect("set");
        assert_eq!(decoys.opened(), [""; 0], "nobody was there yet");
        assert_eq!(decoys.stand_ins.len(), 2);
        let (ssh, shown) = &decoys.stand_ins[0];
        assert_eq!(ssh, &home.join(".ssh"));
        assert_eq!(fs::read_to_string(shown.join("id")).expect("is there"), "");
        assert_eq!(decoys.opened(), ["tried to read ~/.ssh/id: hidden"]);
        drop(decoys);
        assert!(!dir.exists());
    }
}
