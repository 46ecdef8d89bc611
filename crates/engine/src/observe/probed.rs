//! Remembers what a probe answered, for as long as nothing that it read has changed.
//!
//! Starting an interpreter only to learn its version is a good part of what a small proof costs.
//! Wherever it is not sure what an answer depends on, nothing is remembered.

use super::Store;
use redgreen_core::id::Digest;
use serde::{Deserialize, Serialize};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a probe writes on standard error before each path that its answer depends on. A path that
/// is not there counts too: it may come.
const DEPENDS: &str = "depends on: ";

/// A file that changed this shortly before may change again without a new time stamp.
const YOUNG: Duration = Duration::from_secs(2);

/// What tells that a file or directory was not touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    modified: (i64, i64),
    changed: (i64, i64),
    size: u64,
    inode: u64,
}

impl Mark {
    fn of(path: &Path) -> Option<Self> {
        let found = fs::metadata(path).ok()?;
        Some(Self {
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
            size: found.size(),
            inode: found.ino(),
        })
    }

    fn is_young(&self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let then = now.unwrap_or_default().saturating_sub(YOUNG).as_secs();
        self.changed.0 >= i64::try_from(then).unwrap_or(i64::MAX)
    }
}

#[derive(Serialize, Deserialize)]
struct Remembered {
    seal: String,
    answer: Answer,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    fingerprint: String,
    depends: Vec<(PathBuf, Option<Mark>)>,
}

/// A probe whose answer may be remembered.
pub(super) struct Asked {
    name: Digest,
    program: [PathBuf; 2],
}

impl Asked {
    /// The probe of `program` with `args` in `env`; nothing where the program is a script, whose
    /// answer may depend on anything.
    pub(super) fn of(program: &str, args: &[String], env: &[(OsString, OsString)]) -> Option<Self> {
        let path = env.iter().find(|(name, _)| name == "PATH");
        let found = find(program, path.map(|(_, value)| value.as_os_str()))?;
        let real = found.canonicalize().ok()?;
        let mut start = [0; 4];
        fs::File::open(&real).ok()?.read_exact(&mut start).ok()?;
        let words = format!("{found:?} {real:?} {args:?} {env:?}");
        (start == *b"\x7fELF").then(|| Self {
            name: Digest::of(words.as_bytes()),
            program: [found, real],
        })
    }

    /// The fingerprint, if it is known and nothing that it depends on has changed.
    pub(super) fn recall(&self, store: &Store) -> Option<String> {
        let text = fs::read(store.path_of(&self.name, "probe")).ok()?;
        let known: Remembered = serde_json::from_slice(&text).ok()?;
        let whole = known.seal == self.seal(store, &known.answer)?;
        let same = |(path, mark): &(PathBuf, Option<Mark>)| Mark::of(path) == *mark;
        (whole && known.answer.depends.iter().all(same)).then_some(known.answer.fingerprint)
    }

    /// Remembers `fingerprint`, where the probe told on standard error what it depends on.
    pub(super) fn remember(&self, store: &Store, fingerprint: &str, stderr: &str) {
        let told = stderr.lines().filter_map(|line| line.strip_prefix(DEPENDS));
        let mut paths: Vec<PathBuf> = told.map(PathBuf::from).collect();
        if paths.is_empty() || paths.iter().any(|path| !path.is_absolute()) {
            return;
        }
        paths.extend(self.program.iter().cloned());
        let depends: Vec<_> = paths
            .into_iter()
            .map(|path| (path.clone(), Mark::of(&path)))
            .collect();
        if depends
            .iter()
            .any(|(_, mark)| mark.as_ref().is_some_and(Mark::is_young))
        {
            return;
        }
        let fingerprint = fingerprint.to_owned();
        let answer = Answer {
            fingerprint,
            depends,
        };
        if let Some(seal) = self.seal(store, &answer)
            && let Ok(text) = serde_json::to_vec(&Remembered { seal, answer })
        {
            store.put(&store.path_of(&self.name, "probe"), &text);
        }
    }

    fn seal(&self, store: &Store, answer: &Answer) -> Option<String> {
        let mut bytes = format!("probe {}", self.name).into_bytes();
        bytes.extend(serde_json::to_vec(answer).ok()?);
        Some(store.mac(&bytes))
    }
}

fn find(program: &str, path: Option<&OsStr>) -> Option<PathBuf> {
    if program.contains('/') {
        return Some(PathBuf::from(program));
    }
    let mut places = std::env::split_paths(path?).map(|dir| dir.join(program));
    places.find(|place| place.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Key;
    use std::fs::FileTimes;

    /// A store, and a directory that an answer depends on, changed long ago.
    fn rooms() -> (tempfile::TempDir, Store, PathBuf) {
        let home = tempfile::tempdir().expect("a directory");
        let key = Key::load(&home.path().join("state")).expect("a key");
        let store = Store::new(&home.path().join("evidence"), key);
        let site = home.path().join("site-packages");
        (home, store, site)
    }

    fn asked(args: &str) -> Asked {
        let own = std::env::current_exe().expect("this program");
        let asked = Asked::of(&own.to_string_lossy(), &[args.to_owned()], &[]);
        asked.expect("this program is a binary")
    }

    fn told(path: &Path) -> String {
        format!("{DEPENDS}{}\n", path.display())
    }

    /// A probe of this program, whose own file may be younger than the test allows.
    fn old(asked: Asked) -> Asked {
        let program = [PathBuf::from("/"), PathBuf::from("/usr")];
        Asked { program, ..asked }
    }

    #[test]
    fn an_answer_is_known_until_what_it_depends_on_changes() {
        let (_home, store, site) = rooms();
        let asked = old(asked("a"));
        asked.remember(&store, "Python 3", &told(&site));
        assert_eq!(asked.recall(&store).as_deref(), Some("Python 3"));
        assert_eq!(old(super::tests::asked("b")).recall(&store), None);
        fs::create_dir(&site).expect("a directory");
        assert_eq!(asked.recall(&store), None, "what was not there has come");
    }

    #[test]
    fn an_answer_that_tells_no_dependency_or_a_young_one_is_not_remembered() {
        let (_home, store, site) = rooms();
        let asked = old(asked("a"));
        asked.remember(&store, "Python 3", "");
        assert_eq!(asked.recall(&store), None);
        fs::write(&site, "").expect("a file");
        let file = fs::File::options().write(true).open(&site).expect("a file");
        let times = FileTimes::new().set_modified(UNIX_EPOCH);
        file.set_times(times).expect("stamped");
        asked.remember(&store, "Python 3", &told(&site));
        assert_eq!(asked.recall(&store), None, "a stamp can be set back");
    }

    #[test]
    fn a_forged_answer_is_not_believed() {
        let (_home, store, site) = rooms();
        let asked = old(asked("a"));
        asked.remember(&store, "Python 3", &told(&site));
        let path = store.path_of(&asked.name, "probe");
        let text = fs::read_to_string(&path).expect("remembered");
        fs::write(&path, text.replace("Python 3", "Python 4")).expect("written");
        assert_eq!(asked.recall(&store), None);
    }

    #[test]
    fn a_script_is_asked_every_time() {
        let (home, _store, _site) = rooms();
        let script = home.path().join("python3");
        fs::write(&script, "#!/bin/sh\n").expect("a script");
        assert!(Asked::of(&script.to_string_lossy(), &[], &[]).is_none());
    }
}
