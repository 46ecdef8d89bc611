//! Makes a plain directory equal to a tree, changing only what differs.
//!
//! One directory serves tree after tree, so that build caches stay warm. A build tool that goes
//! by time stamps must never take a file of the last tree for one of this tree, so every file
//! that changed gets a whole second that is later than the present and than any stamp before it.

use super::call::pieces;
use super::{Entry, Git, GitError, Mode, RepoPath};
use redgreen_core::id::TreeId;
use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where trees are checked out.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// The directory, outside every repository. Whatever is in it is ours to remove.
    pub dir: &'a Path,
    /// The index file that remembers what is in it, outside of it. The last time stamp is kept
    /// beside it.
    pub index: &'a Path,
    /// Names of directories whose untracked files stay, at any depth: declared caches.
    pub keep: &'a [&'a str],
}

impl Place<'_> {
    fn stamp_file(&self) -> PathBuf {
        beside(self.index, ".stamp")
    }
}

/// What a checkout did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkout {
    /// Paths whose content differs from what the last checkout left, sorted; those that are gone
    /// too.
    pub changed: Vec<RepoPath>,
    /// Submodules of the tree; their directories are empty.
    pub gitlinks: Vec<RepoPath>,
    /// Whether the directory was made afresh, so that build caches elsewhere know nothing of it.
    pub fresh: bool,
    /// The time stamp that changed files got, in seconds since 1970-01-01 UTC. It may lie up to a
    /// second or so in the future.
    pub stamp: u64,
}

impl Git {
    /// Makes `place` equal to `tree`. A damaged directory or index is made afresh.
    ///
    /// # Errors
    /// Where the tree is missing or the directory cannot be written.
    pub fn checkout_tree(&self, tree: &TreeId, place: &Place<'_>) -> Result<Checkout, GitError> {
        let entries = self.list_tree(tree)?;
        let last = last_stamp(&place.stamp_file());
        let is_whole = place.index.is_file() && is_real_dir(place.dir);
        if let (Some(last), true) = (last, is_whole)
            && let Ok(done) = self.check_out(tree, &entries, place, last)
        {
            return Ok(done);
        }
        start_afresh(place)?;
        let mut done = self.check_out(tree, &entries, place, last.unwrap_or(0))?;
        done.fresh = true;
        Ok(done)
    }

    fn check_out(
        &self,
        tree: &TreeId,
        entries: &[Entry],
        place: &Place<'_>,
        last: u64,
    ) -> Result<Checkout, GitError> {
        let stamp = next_stamp(last);
        // Before anything is written, so that a kill in between cannot use a stamp twice.
        write_stamp(&place.stamp_file(), stamp)?;
        let wanted = Wanted::of(entries);
        let mut changed = self.differing(tree, place)?;
        sweep(place.dir, &[], &wanted, place.keep)?;
        let call = || self.shadow.call_on(place.dir, place.index);
        call()
            .args(["read-tree", "--reset", "-u", tree.as_str()])
            .ok()?;
        for path in &changed {
            if wanted.files.contains_key(path.as_bytes()) {
                touch(&path.under(place.dir), stamp)?;
            }
        }
        // Ends badly where a file is not as the index has it, and names it.
        let refreshed = call().args(["update-index", "--refresh"]).answer()?;
        if refreshed.code != Some(0) {
            return Err(self.unforeseen("read-tree", &refreshed.stdout));
        }
        changed.sort();
        let gitlinks = wanted.paths_of(Mode::Gitlink);
        Ok(Checkout {
            changed,
            gitlinks,
            fresh: false,
            stamp,
        })
    }

    /// What the checkout will change: where the index differs from the tree, and where the
    /// directory differs from the index because something wrote to it since.
    fn differing(&self, tree: &TreeId, place: &Place<'_>) -> Result<Vec<RepoPath>, GitError> {
        let call = || self.shadow.call_on(place.dir, place.index);
        if !place.index.exists() {
            call().args(["read-tree", "--empty"]).ok()?;
        }
        call().args(["update-index", "-q", "--refresh"]).answer()?;
        // Without `--cached` it names both: what the index has otherwise, and what the refresh
        // just found to be otherwise in the directory.
        // Git refuses to look into submodules where `.gitmodules` names a command for them.
        let differing = ["diff-index", "--no-renames", "--ignore-submodules=dirty"];
        let differing = call().args(differing).args(["--name-only", "-z"]);
        let differing = differing.arg(tree.as_str()).ok()?;
        let paths: BTreeSet<&[u8]> = pieces(&differing).collect();
        Ok(paths.into_iter().map(RepoPath::from_bytes).collect())
    }
}

/// What a tree wants at which path, and every directory on the way there.
struct Wanted<'a> {
    files: BTreeMap<&'a [u8], Mode>,
    dirs: BTreeSet<&'a [u8]>,
}

impl<'a> Wanted<'a> {
    fn of(entries: &'a [Entry]) -> Self {
        let mut wanted = Self {
            files: BTreeMap::new(),
            dirs: BTreeSet::new(),
        };
        for entry in entries {
            let path = entry.path.as_bytes();
            wanted.files.insert(path, entry.held.mode);
            let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
            wanted.dirs.extend(slashes.map(|(at, _)| &path[..at]));
        }
        wanted
    }

    fn paths_of(&self, mode: Mode) -> Vec<RepoPath> {
        let of_mode = self.files.iter().filter(|(_, found)| **found == mode);
        of_mode
            .map(|(path, _)| RepoPath::from_bytes(*path))
            .collect()
    }
}

/// Removes everything below `dir` that the tree does not want there. `at` is the path of `dir`
/// from the root. Links are removed, never followed.
fn sweep(dir: &Path, at: &[u8], wanted: &Wanted<'_>, keep: &[&str]) -> Result<(), GitError> {
    open_up(dir)?;
    for item in fs::read_dir(dir).map_err(GitError::disk(dir))? {
        let item = item.map_err(GitError::disk(dir))?;
        let name = item.file_name();
        let path = item.path();
        let kind = item.file_type().map_err(GitError::disk(&path))?;
        let mut below = at.to_vec();
        if !below.is_empty() {
            below.push(b'/');
        }
        below.extend_from_slice(name.as_bytes());
        let file = wanted.files.get(below.as_slice()).copied();
        let is_kept = keep.iter().any(|kept| name.as_bytes() == kept.as_bytes());
        if kind.is_dir() {
            match file {
                Some(Mode::Gitlink) => sweep(&path, &below, wanted, &[])?,
                Some(Mode::Regular | Mode::Executable | Mode::Symlink) => remove_dir(&path)?,
                None if is_kept => {}
                None if wanted.dirs.contains(below.as_slice()) => {
                    sweep(&path, &below, wanted, keep)?;
                }
                None if holds_kept(&path, keep) => sweep(&path, &below, wanted, keep)?,
                None => remove_dir(&path)?,
            }
        } else if file.is_none() || file == Some(Mode::Gitlink) {
            fs::remove_file(&path).map_err(GitError::disk(&path))?;
        }
    }
    Ok(())
}

/// Whether a kept directory is somewhere below `dir`.
fn holds_kept(dir: &Path, keep: &[&str]) -> bool {
    let Ok(items) = fs::read_dir(dir) else {
        return false;
    };
    let dirs = items
        .flatten()
        .filter(|item| item.file_type().is_ok_and(|kind| kind.is_dir()));
    dirs.into_iter().any(|item| {
        let name = item.file_name();
        let is_kept = keep.iter().any(|kept| name.as_bytes() == kept.as_bytes());
        is_kept || holds_kept(&item.path(), keep)
    })
}

/// Removes a directory that a test may have made unreadable.
fn remove_dir(dir: &Path) -> Result<(), GitError> {
    if fs::remove_dir_all(dir).is_ok() {
        return Ok(());
    }
    open_all(dir)?;
    fs::remove_dir_all(dir).map_err(GitError::disk(dir))
}

fn open_all(dir: &Path) -> Result<(), GitError> {
    open_up(dir)?;
    for item in fs::read_dir(dir).map_err(GitError::disk(dir))?.flatten() {
        if item.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_all(&item.path())?;
        }
    }
    Ok(())
}

/// Gives the owner every right on a directory.
fn open_up(dir: &Path) -> Result<(), GitError> {
    let found = fs::symlink_metadata(dir).map_err(GitError::disk(dir))?;
    let mode = found.permissions().mode();
    if !found.is_dir() || mode & 0o700 == 0o700 {
        return Ok(());
    }
    fs::set_permissions(dir, fs::Permissions::from_mode(mode | 0o700)).map_err(GitError::disk(dir))
}

/// The file with `ending` behind its whole name.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn is_real_dir(dir: &Path) -> bool {
    dir.symlink_metadata().is_ok_and(|found| found.is_dir())
}

/// Empties the directory, kept caches too, and forgets the index.
fn start_afresh(place: &Place<'_>) -> Result<(), GitError> {
    if is_real_dir(place.dir) {
        remove_dir(place.dir)?;
    } else {
        ignore_missing(fs::remove_file(place.dir)).map_err(GitError::disk(place.dir))?;
    }
    fs::create_dir_all(place.dir).map_err(GitError::disk(place.dir))?;
    if let Some(parent) = place.index.parent() {
        fs::create_dir_all(parent).map_err(GitError::disk(parent))?;
    }
    for file in [place.index, &beside(place.index, ".lock")] {
        ignore_missing(fs::remove_file(file)).map_err(GitError::disk(file))?;
    }
    Ok(())
}

fn ignore_missing(done: std::io::Result<()>) -> std::io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// A whole second that no build up to now can have, later than `last`.
fn next_stamp(last: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |passed| passed.as_secs());
    (now + 1).max(last + 1)
}

fn last_stamp(file: &Path) -> Option<u64> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

fn write_stamp(file: &Path, stamp: u64) -> Result<(), GitError> {
    let fresh = beside(file, ".new");
    fs::write(&fresh, format!("{stamp}\n")).map_err(GitError::disk(&fresh))?;
    fs::rename(&fresh, file).map_err(GitError::disk(file))
}

/// Stamps a file, or a link itself.
fn touch(path: &Path, stamp: u64) -> Result<(), GitError> {
    let seconds = i64::try_from(stamp).unwrap_or(i64::MAX);
    let time = || Timespec {
        tv_sec: seconds,
        tv_nsec: 0,
    };
    let times = Timestamps {
        last_access: time(),
        last_modification: time(),
    };
    utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW)
        .map_err(|error| GitError::disk(path)(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_later_than_now_and_than_the_last() {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("a clock")
            .as_secs();
        assert!(next_stamp(0) > now);
        assert_eq!(next_stamp(now + 1000), now + 1001);
    }
}
