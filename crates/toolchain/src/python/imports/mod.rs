//! Tells which test files cannot come by a changed file, by what files import. Where that is
//! uncertain, they can.

mod read;
mod tokens;

use super::command::is_unittest;
use super::surface;
use crate::mutate::Unreached;
use crate::{Files, Unit};
use read::{Imported, Named, imported};
use redgreen_core::surface::Surface;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Words of a configuration by which pytest, or a plug-in, loads modules that no test names.
const LOADING: [&str; 3] = ["DJANGO_SETTINGS_MODULE", "pytest11", "pytest_plugins"];

/// Files that may configure pytest.
const CONFIGURING: [&str; 7] = [
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
];

/// Endings of sources that are no Python and may be compiled to a module that imports others.
const COMPILED: [&str; 6] = [".pyx", ".pxd", ".c", ".cpp", ".cc", ".rs"];

/// The test files of `unit` that cannot come by each of the files `changed`.
pub(super) fn unreached(unit: &Unit, files: &dyn Files, changed: &BTreeSet<String>) -> Unreached {
    if is_unittest(unit) || loads_more(unit, files) {
        return Unreached::new();
    }
    let mut graph = Graph::new(unit, files);
    let tests = graph.paths.clone();
    let tests = tests.iter().filter(|path| is_collected(unit, path));
    let found: Vec<(&String, Reached)> = tests
        .map(|path| (path, graph.reached(path, changed)))
        .collect();
    changed
        .iter()
        .map(|file| {
            let misses = |reached: &Reached| !reached.is_open && !reached.files.contains(file);
            let missed = found.iter().filter(|(_, reached)| misses(reached));
            let missed = missed.map(|(path, _)| (*path).clone());
            (file.clone(), missed.collect())
        })
        .collect()
}

/// Whether `path` is a file that nothing but its tests is collected from.
fn is_collected(unit: &Unit, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    unit.inside(path).is_some()
        && name != "conftest.py"
        && name != "__init__.py"
        && surface::is_collected(path, unit)
        && surface::of(path, None) == Surface::Test
}

/// Whether pytest's configuration loads modules that no test file names.
fn loads_more(unit: &Unit, files: &dyn Files) -> bool {
    let mut dirs = vec![unit.dir.as_str(), ""];
    dirs.dedup();
    let read = |dir: &str, name: &str| files.text(&super::manifest::join(dir, name));
    dirs.iter().any(|dir| {
        let mut texts = CONFIGURING.iter().filter_map(|name| read(dir, name));
        texts
            .any(|text| LOADING.iter().any(|word| text.contains(word)) || names_plugin(unit, &text))
            || read(dir, "setup.py").is_some_and(|text| text.contains("pytest11"))
    })
}

/// Whether an option of the command line names a plug-in that the project owns.
fn names_plugin(unit: &Unit, text: &str) -> bool {
    let is_mark = |c: char| c.is_whitespace() || ['"', '\'', ',', '=', '[', ']'].contains(&c);
    let mut words = text.split(is_mark).filter(|word| !word.is_empty());
    let owned = |name: &str| {
        let top = name.split('.').next().unwrap_or_default();
        unit.own_names.iter().any(|own| own == top)
            || surface::in_test_dir(top)
            || top == "conftest"
    };
    while let Some(word) = words.next() {
        let named = match word.strip_prefix("-p") {
            Some("") => words.next(),
            joined => joined,
        };
        if named.is_some_and(owned) {
            return true;
        }
    }
    false
}

/// What can be reached from a test file.
#[derive(Clone, Debug, Default)]
struct Reached {
    files: BTreeSet<String>,
    /// Whether everything else may be reached, too.
    is_open: bool,
}

/// The imports of a tree's files.
struct Graph<'f> {
    files: &'f dyn Files,
    /// Every file of Python, sorted.
    paths: Vec<String>,
    /// Directories that are packages.
    packages: BTreeSet<String>,
    /// Files by their last name in an import.
    stems: BTreeMap<String, Vec<String>>,
    /// Names under which compiled modules are imported.
    compiled: BTreeSet<String>,
    own: BTreeSet<String>,
    read: BTreeMap<String, Rc<Reached>>,
}

impl<'f> Graph<'f> {
    fn new(unit: &Unit, files: &'f dyn Files) -> Self {
        let python = |path: &&String| path.ends_with(".py") || path.ends_with(".pyi");
        let paths: Vec<String> = files.paths().iter().filter(python).cloned().collect();
        let mut graph = Self {
            files,
            packages: BTreeSet::new(),
            stems: BTreeMap::new(),
            compiled: BTreeSet::new(),
            own: unit.own_names.iter().cloned().collect(),
            read: BTreeMap::new(),
            paths: Vec::new(),
        };
        for path in &paths {
            if let Some(dir) = path.strip_suffix("/__init__.py") {
                graph.packages.insert(dir.to_owned());
            }
            let stem = stem(path).to_owned();
            graph.stems.entry(stem).or_default().push(path.clone());
        }
        for path in files.paths() {
            if COMPILED.iter().any(|ending| path.ends_with(ending)) {
                graph.compiled.insert(stem(path).to_owned());
            }
        }
        graph.paths = paths;
        graph
    }

    /// Where the file at `path` leads, computed once. `changed` may be met by their bare names.
    fn edges(&mut self, path: &str, changed: &BTreeSet<String>) -> Rc<Reached> {
        if let Some(known) = self.read.get(path) {
            return known.clone();
        }
        let found = self.files.text(path).map(|text| imported(&text));
        let imports = found.unwrap_or(Imported {
            is_open: true,
            ..Imported::default()
        });
        let mut edges = Reached {
            files: BTreeSet::new(),
            is_open: imports.is_open,
        };
        for named in &imports.named {
            let (files, is_open) = self.resolved(path, named, imports.moves_path);
            edges.is_open |= is_open;
            edges.files.extend(files);
        }
        let is_named = |file: &&String| imports.words.contains(stem(file));
        edges.files.extend(changed.iter().filter(is_named).cloned());
        // Whatever is loaded runs the packages around it.
        edges.files.extend(self.parents(path));
        let edges = Rc::new(edges);
        self.read.insert(path.to_owned(), edges.clone());
        edges
    }

    /// What the test file at `path` can come by.
    fn reached(&mut self, path: &str, changed: &BTreeSet<String>) -> Reached {
        let mut found = Reached::default();
        let mut open: Vec<String> = vec![path.to_owned()];
        open.extend(self.around(path));
        while let Some(next) = open.pop() {
            if !found.files.insert(next.clone()) {
                continue;
            }
            let edges = self.edges(&next, changed);
            found.is_open |= edges.is_open;
            if found.is_open {
                break;
            }
            open.extend(edges.files.iter().cloned());
        }
        found
    }

    /// The conftest files that are loaded for the tests at `path`.
    fn around(&self, path: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        loop {
            let conftest = super::manifest::join(dir, "conftest.py");
            if self.paths.binary_search(&conftest).is_ok() {
                found.push(conftest);
            }
            if dir.is_empty() {
                return found;
            }
            dir = dir.rsplit_once('/').map_or("", |(dir, _)| dir);
        }
    }

    /// The `__init__` of each package that `path` lies in.
    fn parents(&self, path: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        while self.packages.contains(dir) {
            found.push(format!("{dir}/__init__.py"));
            dir = dir.rsplit_once('/').map_or("", |(dir, _)| dir);
        }
        found
    }

    /// The files that an import in `from` loads, and whether it may load others.
    fn resolved(&self, from: &str, named: &Named, anywhere: bool) -> (Vec<String>, bool) {
        let Named {
            level,
            module,
            member,
        } = named;
        let parts: Vec<&str> = module.split('.').filter(|part| !part.is_empty()).collect();
        let mut found = Vec::new();
        let is_own = *level > 0 || parts.first().is_some_and(|top| self.own.contains(*top));
        let bases: Vec<String> = match level {
            0 => self.bases(&parts, member.as_deref(), anywhere),
            up => base(from, *up).into_iter().collect(),
        };
        for base in bases {
            let mut at = base;
            for part in &parts {
                at = super::manifest::join(&at, part);
                found.extend(self.at(&at));
            }
            if parts.is_empty() {
                found.extend(self.at(&at));
            }
            match member.as_deref() {
                Some("*") => found.extend(self.directly_below(&at)),
                Some(member) => found.extend(self.at(&super::manifest::join(&at, member))),
                None => {}
            }
        }
        let last = parts.last().copied().unwrap_or_default();
        let is_compiled = |name: &str| self.compiled.contains(name);
        let compiled = is_compiled(last) || member.as_deref().is_some_and(is_compiled);
        (found, is_own && compiled)
    }

    /// The module files of a dotted name's place.
    fn at(&self, place: &str) -> Vec<String> {
        let names = [
            format!("{place}.py"),
            format!("{place}/__init__.py"),
            format!("{place}.pyi"),
        ];
        let is_there = |path: &String| self.paths.binary_search(path).is_ok();
        names.into_iter().filter(is_there).collect()
    }

    fn directly_below(&self, dir: &str) -> Vec<String> {
        let inside = |path: &&String| {
            let rest = path.strip_prefix(dir);
            let rest = rest.and_then(|rest| rest.strip_prefix('/'));
            rest.is_some_and(|rest| {
                !rest.contains('/')
                    || rest.matches('/').count() == 1 && rest.ends_with("__init__.py")
            })
        };
        self.paths.iter().filter(inside).cloned().collect()
    }

    /// Directories that an absolute name may be looked for in: every one that is no package
    /// itself, and holds the name's first part. `anywhere`: packages too.
    fn bases(&self, parts: &[&str], member: Option<&str>, anywhere: bool) -> Vec<String> {
        let Some(top) = parts.first() else {
            return Vec::new();
        };
        let last = parts.last().copied().unwrap_or_default();
        let stems = [Some(last), Some(*top), member].into_iter().flatten();
        let files = stems.flat_map(|stem| self.stems.get(stem).into_iter().flatten());
        let mut found = BTreeSet::new();
        for path in files {
            let whole: Vec<&str> = path.split('/').collect();
            for (place, part) in whole.iter().enumerate() {
                let bare = part.trim_end_matches(".pyi").trim_end_matches(".py");
                if bare == *top {
                    let dir = whole[..place].join("/");
                    if anywhere || !self.packages.contains(&dir) {
                        found.insert(dir);
                    }
                }
            }
        }
        found.into_iter().collect()
    }
}

/// The directory `up` levels above the file at `from`, one being its own.
fn base(from: &str, up: usize) -> Option<String> {
    let mut dir = from.rsplit_once('/').map_or("", |(dir, _)| dir);
    for _ in 1..up {
        if dir.is_empty() {
            return None;
        }
        dir = dir.rsplit_once('/').map_or("", |(dir, _)| dir);
    }
    Some(dir.to_owned())
}

/// The last name that the file at `path` is imported by.
fn stem(path: &str) -> &str {
    let path = path
        .strip_suffix("/__init__.py")
        .or_else(|| path.rsplit_once('.').map(|(stem, _)| stem))
        .unwrap_or(path);
    path.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
