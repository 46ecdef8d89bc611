//! Notices what a run writes into the dependency folders that it only borrowed.
//!
//! No tree holds them, and later runs read them: what one tree's run writes there, another tree's
//! run would load. Nothing keeps a run from it yet, so it is looked for and said.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Entries that are looked at, nearest to the top first: more would cost more than a run of quick
/// tests.
const MOST: usize = 2_000;

/// How many levels below a folder are looked at, its own entries the first.
const LEVELS: usize = 2;

/// Entries named in one remark.
const NAMED: usize = 3;

/// A dependency folder that is lent: by its name for people, and where it is.
pub(super) type Folder = (String, PathBuf);

/// What can be seen from outside of the upper levels of some dependency folders.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lent<'f> {
    folders: Vec<(&'f Folder, BTreeMap<PathBuf, Mark>)>,
}

/// What tells that an entry is as it was. What a directory holds is told by its entries, so that
/// a cache below it changes nothing.
#[derive(Debug, PartialEq, Eq)]
enum Mark {
    Dir,
    Other {
        size: u64,
        modified: (i64, i64),
        changed: (i64, i64),
    },
}

impl<'f> Lent<'f> {
    /// Looks at `folders` now.
    pub(super) fn look(folders: &'f [Folder]) -> Self {
        let look = |folder: &'f Folder| (folder, entries(&folder.1));
        Self {
            folders: folders.iter().map(look).collect(),
        }
    }

    /// What was written since, one line for each folder.
    pub(super) fn written_since(&self) -> Vec<String> {
        let written = self.folders.iter().filter_map(|(folder, before)| {
            let after = entries(&folder.1);
            let differ = |path: &&PathBuf| before.get(*path) != after.get(*path);
            let mut paths: Vec<&PathBuf> = before.keys().chain(after.keys()).collect();
            paths.sort();
            paths.dedup();
            let differing: Vec<&PathBuf> = paths.into_iter().filter(differ).collect();
            (!differing.is_empty()).then(|| line(&folder.0, &differing))
        });
        written.collect()
    }
}

fn line(folder: &str, paths: &[&PathBuf]) -> String {
    let shown = paths.iter().take(NAMED);
    let shown: Vec<String> = shown.map(|path| path.display().to_string()).collect();
    let more = match paths.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let shown = shown.join(", ");
    format!("what a run wrote into {folder} ({shown}{more}), which later runs read,")
}

/// The entries of the upper levels of `folder`, by their path in it. Caches stay out: names that
/// start with a dot, and bytecode.
fn entries(folder: &Path) -> BTreeMap<PathBuf, Mark> {
    let mut found = BTreeMap::new();
    let mut dirs = vec![PathBuf::new()];
    for _ in 0..LEVELS {
        let mut deeper = Vec::new();
        for dir in dirs {
            // A folder that cannot be read is like one that is not there.
            for entry in fs::read_dir(folder.join(&dir))
                .into_iter()
                .flatten()
                .flatten()
            {
                let name = entry.file_name();
                let shown = name.to_string_lossy();
                if shown.starts_with('.') || shown == "__pycache__" {
                    continue;
                }
                if found.len() >= MOST {
                    return found;
                }
                let path = dir.join(&name);
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    found.insert(path.clone(), Mark::Dir);
                    deeper.push(path);
                } else if let Ok(file) = entry.metadata() {
                    let mark = Mark::Other {
                        size: file.size(),
                        modified: (file.mtime(), file.mtime_nsec()),
                        changed: (file.ctime(), file.ctime_nsec()),
                    };
                    found.insert(path, mark);
                }
            }
        }
        deeper.sort();
        dirs = deeper;
    }
    found
}

/// Where the packages of the virtual environment lie that `program` is the interpreter of.
pub(super) fn environment(program: &Path) -> Option<Folder> {
    let home = program.parent()?.parent()?;
    home.join("pyvenv.cfg").is_file().then_some(())?;
    let libraries = fs::read_dir(home.join("lib")).ok()?.flatten();
    let mut sites = libraries.map(|library| library.path().join("site-packages"));
    let site = sites.find(|site| site.is_dir())?;
    let name = home.file_name()?.to_string_lossy().into_owned();
    Some((name, site))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Vec<Folder>) {
        let root = tempfile::tempdir().expect("a temporary directory");
        let place = root.path().join("node_modules");
        for dir in ["left/lib/deep", "right", ".cache", "left/__pycache__"] {
            fs::create_dir_all(place.join(dir)).expect("a directory");
        }
        fs::write(place.join("left/index.js"), "1").expect("a file");
        (root, vec![("node_modules".to_owned(), place)])
    }

    #[test]
    fn what_a_run_writes_is_named_and_what_it_caches_is_not() {
        let (_root, folders) = folder();
        let place = &folders[0].1;
        let before = Lent::look(&folders);
        assert!(before.written_since().is_empty());
        for cache in [".cache/x", "left/__pycache__/x.pyc", "left/.cache"] {
            fs::write(place.join(cache), "x").expect("a file");
        }
        assert!(before.written_since().is_empty());
        fs::write(place.join("left/index.js"), "22").expect("a file");
        fs::write(place.join("right/new.js"), "2").expect("a file");
        let said = before.written_since();
        assert_eq!(said.len(), 1);
        assert!(
            said[0].contains("node_modules (left/index.js, right/new.js)"),
            "{said:?}"
        );
        fs::remove_dir_all(place).expect("removed");
        assert!(before.written_since()[0].contains("more"));
    }

    #[test]
    fn the_packages_of_an_environment_are_found_by_its_interpreter() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let home = root.path().join(".venv");
        let site = home.join("lib/python3.12/site-packages");
        fs::create_dir_all(&site).expect("a directory");
        let python = home.join("bin/python");
        assert_eq!(environment(&python), None, "no environment yet");
        fs::write(home.join("pyvenv.cfg"), "").expect("a file");
        assert_eq!(environment(&python), Some((".venv".to_owned(), site)));
    }
}
