//! Reaches files of the worktree, and nothing beside it: no `..`, no `.git`, no link that leads out.

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, fchmod, mkdirat, openat, renameat};
use rustix::fs::{CWD, statat, unlinkat};
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use thiserror::Error;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Why a path is not read or written.
#[derive(Debug, Error)]
pub(super) enum Refused {
    #[error("`{path}` is outside of the worktree; give a path from its root, as `src/lib.rs`")]
    Outside { path: String },
    #[error("`{path}` belongs to git; redgreen commits by itself")]
    Git { path: String },
    #[error("`{path}` is a link, or lies behind one; name the file itself")]
    Link { path: String },
    #[error("`{path}` is not there")]
    Missing { path: String },
    #[error("`{path}` is {what}, not a file")]
    NotFile { path: String, what: &'static str },
    #[error("`{path}` has {size} bytes, more than are read; look at a part of it with `run`")]
    Large { path: String, size: u64 },
    #[error("`{path}`: {source}")]
    Disk { path: String, source: io::Error },
}

/// What there is at a path.
pub(super) enum Found {
    /// A regular file with its bytes.
    File(Vec<u8>),
    /// A directory, where it really is.
    Directory(PathBuf),
}

/// The directory that everything happens in.
#[derive(Clone, Debug)]
pub(super) struct Place {
    root: PathBuf,
    given: PathBuf,
}

impl Place {
    pub(super) fn new(worktree: &Path) -> io::Result<Self> {
        Ok(Self {
            root: worktree.canonicalize()?,
            given: worktree.to_owned(),
        })
    }

    /// Its root, without links.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// `path` from the root, with `/` between plain names; empty for the root itself. Only the
    /// words of the path are looked at.
    pub(super) fn inside(&self, path: &str) -> Result<String, Refused> {
        let outside = || Refused::Outside {
            path: path.to_owned(),
        };
        let asked = Path::new(path);
        let below = asked
            .strip_prefix(&self.root)
            .or_else(|_| asked.strip_prefix(&self.given))
            .unwrap_or(asked);
        let mut names: Vec<&str> = Vec::new();
        for part in below.components() {
            match part {
                Component::CurDir => {}
                Component::Normal(name) => names.push(name.to_str().ok_or_else(outside)?),
                Component::ParentDir => names.pop().map(|_| ()).ok_or_else(outside)?,
                Component::RootDir | Component::Prefix(_) => return Err(outside()),
            }
        }
        if path.contains('\0') {
            return Err(outside());
        }
        if names.iter().any(|name| is_git(name)) {
            return Err(Refused::Git {
                path: path.to_owned(),
            });
        }
        Ok(names.join("/"))
    }

    /// Reads what is at `path`. A link is followed as long as it stays inside.
    pub(super) fn read(&self, path: &str) -> Result<Found, Refused> {
        let own = self.inside(path)?;
        let real = self.root.join(&own).canonicalize();
        let real = real.map_err(|source| of_disk(&own, source))?;
        let Some(text) = real.to_str() else {
            return Err(Refused::Outside { path: own });
        };
        if !real.starts_with(&self.root) {
            return Err(Refused::Outside { path: own });
        }
        let below = self.inside(text)?;
        let Some((dirs, name)) = split(&below) else {
            return Ok(Found::Directory(real));
        };
        let dir = self.open_dir(&dirs, Way::AsItIs)?;
        // A pipe without a writer would block: nothing waits here.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = openat(&dir, name, flags, Mode::empty());
        let file = File::from(file.map_err(|errno| of_disk(&own, errno.into()))?);
        let meta = file.metadata().map_err(|source| of_disk(&own, source))?;
        if meta.is_dir() {
            return Ok(Found::Directory(real));
        }
        if !meta.is_file() {
            let what = "a pipe, socket or device";
            return Err(Refused::NotFile { path: own, what });
        }
        let size = meta.len();
        if size > LARGEST {
            return Err(Refused::Large { path: own, size });
        }
        let mut bytes = Vec::new();
        let read = file.take(LARGEST).read_to_end(&mut bytes);
        read.map_err(|source| of_disk(&own, source))?;
        Ok(Found::File(bytes))
    }

    /// The bytes of the file at `own`, which came out of [`Self::inside`], for a change: nothing
    /// where there is none. No link is followed.
    pub(super) fn held(&self, own: &str) -> Result<Option<Vec<u8>>, Refused> {
        let Some((dirs, _)) = split(own) else {
            let what = "a directory";
            return Err(Refused::NotFile {
                path: ".".to_owned(),
                what,
            });
        };
        let there = self
            .open_dir(&dirs, Way::AsItIs)
            .and_then(|dir| stat(&dir, own));
        match there {
            Ok(Some(_)) => {}
            Ok(None) | Err(Refused::Missing { .. }) => return Ok(None),
            Err(refused) => return Err(refused),
        }
        match self.read(own)? {
            Found::File(bytes) => Ok(Some(bytes)),
            Found::Directory(_) => Err(Refused::NotFile {
                path: own.to_owned(),
                what: "a directory",
            }),
        }
    }

    /// Writes `bytes` at `own`, which came out of [`Self::inside`]: all of them or none. The mode
    /// of a file that is there stays. No link is followed.
    pub(super) fn write(&self, own: &str, bytes: &[u8]) -> Result<(), Refused> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let Some((dirs, name)) = split(own) else {
            return Err(Refused::Outside {
                path: own.to_owned(),
            });
        };
        let dir = self.open_dir(&dirs, Way::Made)?;
        let mode = stat(&dir, own)?.map(|stat| Mode::from_raw_mode(stat.st_mode));
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let draft = format!(".redgreen-draft-{}-{count}", std::process::id());
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let write = || -> io::Result<()> {
            let file = openat(&dir, &draft, flags, Mode::from_raw_mode(0o666))?;
            if let Some(mode) = mode {
                fchmod(&file, mode & Mode::from_raw_mode(0o7777))?;
            }
            File::from(file).write_all(bytes)?;
            renameat(&dir, &draft, &dir, name)?;
            Ok(())
        };
        write().map_err(|source| {
            // Nothing is left where it could not be made at all.
            unlinkat(&dir, &draft, AtFlags::empty()).unwrap_or_default();
            of_disk(own, source)
        })
    }

    /// Takes the file at `own` away. No link is followed.
    pub(super) fn remove(&self, own: &str) -> Result<(), Refused> {
        let Some((dirs, name)) = split(own) else {
            return Err(Refused::Outside {
                path: own.to_owned(),
            });
        };
        let dir = self.open_dir(&dirs, Way::AsItIs)?;
        if stat(&dir, own)?.is_none() {
            return Err(Refused::Missing {
                path: own.to_owned(),
            });
        }
        unlinkat(&dir, name, AtFlags::empty()).map_err(|errno| of_disk(own, errno.into()))
    }

    /// Opens a directory name by name, so that none of them can be a link, whoever changes them
    /// meanwhile.
    fn open_dir(&self, names: &[&str], way: Way) -> Result<OwnedFd, Refused> {
        let shown = names.join("/");
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = openat(CWD, &self.root, flags, Mode::empty());
        let mut dir = root.map_err(|errno| of_disk(".", errno.into()))?;
        for name in names {
            let flags = flags | OFlags::NOFOLLOW;
            let mut next = openat(&dir, *name, flags, Mode::empty());
            if next.as_ref().err() == Some(&Errno::NOENT) && way == Way::Made {
                match mkdirat(&dir, *name, Mode::from_raw_mode(0o777)) {
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(errno) => return Err(of_disk(&shown, errno.into())),
                }
                next = openat(&dir, *name, flags, Mode::empty());
            }
            dir = match next {
                Ok(next) => next,
                Err(Errno::LOOP | Errno::NOTDIR) if is_link(&dir, name) => {
                    return Err(Refused::Link { path: shown });
                }
                Err(errno) => return Err(of_disk(&shown, errno.into())),
            };
        }
        Ok(dir)
    }
}

/// Whether directories that are not there are made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    AsItIs,
    Made,
}

/// What is known of the regular file at `own`, whose directory is `dir`.
fn stat(dir: &OwnedFd, own: &str) -> Result<Option<Stat>, Refused> {
    let name = own.rsplit('/').next().unwrap_or(own);
    let path = || own.to_owned();
    let stat = match statat(dir, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => stat,
        Err(Errno::NOENT) => return Ok(None),
        Err(errno) => return Err(of_disk(own, errno.into())),
    };
    let what = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => return Ok(Some(stat)),
        FileType::Symlink => return Err(Refused::Link { path: path() }),
        FileType::Directory => "a directory",
        FileType::Fifo
        | FileType::Socket
        | FileType::CharacterDevice
        | FileType::BlockDevice
        | FileType::Unknown => "a pipe, socket or device",
    };
    Err(Refused::NotFile { path: path(), what })
}

fn is_link(dir: &OwnedFd, name: &str) -> bool {
    let stat = statat(dir, name, AtFlags::SYMLINK_NOFOLLOW);
    stat.is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink)
}

/// Directories and name; nothing for the root.
fn split(own: &str) -> Option<(Vec<&str>, &str)> {
    let mut names: Vec<&str> = own.split('/').filter(|name| !name.is_empty()).collect();
    let name = names.pop()?;
    Some((names, name))
}

fn of_disk(path: &str, source: io::Error) -> Refused {
    let path = path.to_owned();
    if source.kind() == io::ErrorKind::NotFound {
        Refused::Missing { path }
    } else {
        Refused::Disk { path, source }
    }
}

/// Whether some file system takes `name` for `.git`: with other case, with letters that it does not
/// see, with an ending that it drops, or by its short name.
fn is_git(name: &str) -> bool {
    let unseen = |letter: &char| matches!(letter, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let seen: String = name.chars().filter(|letter| !unseen(letter)).collect();
    let seen = seen.split(':').next().unwrap_or_default();
    let seen = seen.trim_end_matches(['.', ' ']).to_ascii_lowercase();
    matches!(seen.as_str(), ".git" | "git~1")
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
