//! Finds the directories of a tree that pytest or unittest serves.

use super::command::UNITTEST;
use super::generated;
use super::install;
use super::layout::{self, Layout, below};
use super::manifest::{Ini, Manifest, join, requirement_name};
use super::{style, surface};
use crate::{Files, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// Files that make a directory a project.
const STRONG: [&str; 4] = ["pyproject.toml", "setup.py", "setup.cfg", "Pipfile"];

/// Files that are pytest's own.
const CONFIG: [&str; 4] = ["pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini"];

/// Directories that hold other people's code.
const FOREIGN: [&str; 6] = [
    "node_modules",
    "site-packages",
    "vendor",
    "_vendor",
    "third_party",
    "testdata",
];

/// A directory that may be a unit.
#[derive(Default)]
struct Candidate {
    manifest: Manifest,
    /// pytest's own configuration, if it has one.
    config: Option<String>,
    /// Test files by their names, nearest manifest here.
    tests: Vec<String>,
    conftests: Vec<String>,
}

/// Every unit of `runner` in the tree, outermost first.
pub(super) fn units(files: &dyn Files, runner: &str) -> Vec<Unit> {
    let mut found = candidates(files);
    assign(files, &mut found);
    let dirs: Vec<String> = found.keys().cloned().collect();
    let mut units: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for dir in dirs.iter().rev() {
        let nested = nearest(&dirs, dir);
        let because = evidence(files, &found[dir], nested.is_some());
        if !because.is_empty() {
            units.insert(dir.clone(), because);
        } else if let Some(outer) = nested {
            let inner = found.entry(dir.clone()).or_default();
            let tests = std::mem::take(&mut inner.tests);
            let conftests = std::mem::take(&mut inner.conftests);
            let outer = found.entry(outer).or_default();
            outer.tests.extend(tests);
            outer.conftests.extend(conftests);
        }
    }
    let projects = projects(files, &found, &units);
    let all: Vec<String> = units.keys().cloned().collect();
    let serves = |dir: &str| {
        let only_tests = found
            .get(dir)
            .is_some_and(|each| each.config.is_none() && each.conftests.is_empty());
        let tests = found.get(dir).map_or(&[][..], |each| &each.tests);
        let plain = only_tests && style::is_unittest(files, dir, tests);
        plain == (runner == UNITTEST)
    };
    let mut made = Vec::new();
    for (dir, because) in units.into_iter().filter(|(dir, _)| serves(dir)) {
        let mut unit = make(files, &dir, (runner, because), &projects);
        if runner == UNITTEST {
            style::for_unittest(&mut unit, &all);
        }
        made.push(unit);
    }
    made
}

fn candidates(files: &dyn Files) -> BTreeMap<String, Candidate> {
    let mut found: BTreeMap<String, Candidate> = BTreeMap::new();
    for path in files.paths() {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        if dir.split('/').any(|part| FOREIGN.contains(&part)) {
            continue;
        }
        let requirements = name.starts_with("requirements") && name.ends_with(".txt");
        let own_table = || name == "tox.ini" && has_section(files, path, "pytest");
        if STRONG.contains(&name) || CONFIG.contains(&name) || requirements || own_table() {
            found.entry(dir.to_owned()).or_default();
        }
    }
    let dirs: Vec<String> = found.keys().cloned().collect();
    // What lies among tests belongs to them, where there is a project around them.
    found.retain(|dir, _| !surface::in_test_dir(dir) || nearest(&dirs, dir).is_none());
    for (dir, candidate) in &mut found {
        candidate.manifest = Manifest::read(files, dir);
        candidate.config = config(files, dir, &candidate.manifest);
    }
    found
}

fn has_section(files: &dyn Files, path: &str, section: &str) -> bool {
    files
        .text(path)
        .is_some_and(|text| Ini::parse(&text).has(section))
}

fn config(files: &dyn Files, dir: &str, manifest: &Manifest) -> Option<String> {
    for name in CONFIG {
        let path = join(dir, name);
        if files.paths().binary_search(&path).is_ok() {
            return Some(path);
        }
    }
    if let Some(table) = manifest.pytest_table() {
        return Some(join(dir, table));
    }
    let tox = join(dir, "tox.ini");
    has_section(files, &tox, "pytest").then(|| format!("{tox} [pytest]"))
}

/// The nearest of `dirs` that is strictly around `path`.
fn nearest(dirs: &[String], path: &str) -> Option<String> {
    let around = dirs
        .iter()
        .filter(|dir| dir.as_str() != path && below(path, dir).is_some());
    around.max_by_key(|dir| dir.len()).cloned()
}

/// Gives each test file and conftest.py to the nearest manifest; to the root where there is none.
fn assign(files: &dyn Files, found: &mut BTreeMap<String, Candidate>) {
    let dirs: Vec<String> = found.keys().cloned().collect();
    for path in files.paths() {
        let (parents, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.strip_suffix(".py").unwrap_or_default();
        let test = surface::is_test_stem(stem) || stem == "tests";
        let conftest = name == "conftest.py";
        if !test && !conftest || parents.split('/').any(|part| FOREIGN.contains(&part)) {
            continue;
        }
        let dir = nearest(&dirs, path).unwrap_or_default();
        let candidate = found.entry(dir).or_default();
        if conftest {
            candidate.conftests.push(path.clone());
        } else {
            candidate.tests.push(path.clone());
        }
    }
}

/// What speaks for pytest here, strongest first. A directory inside another project needs tests of
/// its own.
fn evidence(files: &dyn Files, candidate: &Candidate, nested: bool) -> Vec<String> {
    let mut because: Vec<String> = candidate.config.clone().into_iter().collect();
    let requirements = candidate.manifest.requirements();
    let depends = requirements.iter().any(|each| {
        let name = requirement_name(each);
        name == "pytest" || name.starts_with("pytest-")
    });
    because.extend(depends.then(|| "dependency pytest".to_owned()));
    because.extend(candidate.conftests.first().cloned());
    let holds = |path: &&String| files.text(path).is_some_and(|t| surface::holds_tests(&t));
    let test = if because.is_empty() || nested {
        candidate.tests.iter().find(holds)
    } else {
        candidate.tests.first()
    };
    if nested && test.is_none() {
        return Vec::new();
    }
    because.extend(test.cloned());
    because
}

/// A project of the repository: its directory, its layout and what it depends on.
struct Project {
    dir: String,
    name: Option<String>,
    layout: Layout,
    needs: BTreeSet<String>,
}

/// Every project, those without tests too: one with tests may need them.
fn projects(
    files: &dyn Files,
    found: &BTreeMap<String, Candidate>,
    units: &BTreeMap<String, Vec<String>>,
) -> Vec<Project> {
    let project = |(dir, candidate): (&String, &Candidate)| {
        let inside = |other: &&String| *other != dir && below(other, dir).is_some();
        let inner: Vec<String> = units.keys().filter(inside).cloned().collect();
        let needs = candidate.manifest.requirements();
        Project {
            dir: dir.clone(),
            name: candidate.manifest.name(),
            layout: layout::of(files.paths(), dir, &candidate.manifest, &inner),
            needs: needs.iter().map(|each| requirement_name(each)).collect(),
        }
    };
    found.iter().map(project).collect()
}

/// The projects of the same repository that `start` needs, itself first.
fn reachable<'p>(projects: &'p [Project], start: &'p Project) -> Vec<&'p Project> {
    let mut found = vec![start];
    let mut next = 0;
    while let Some(project) = found.get(next).copied() {
        for other in projects {
            let needed = other
                .name
                .as_ref()
                .is_some_and(|name| project.needs.contains(name));
            if needed && !found.iter().any(|known| known.dir == other.dir) {
                found.push(other);
            }
        }
        next += 1;
    }
    found
}

fn make(
    files: &dyn Files,
    dir: &str,
    (runner, because): (&str, Vec<String>),
    projects: &[Project],
) -> Unit {
    let mut unit = Unit {
        id: Unit::id_of(dir, runner),
        dir: dir.to_owned(),
        runner: runner.to_owned(),
        because,
        ..Unit::default()
    };
    let own = projects.iter().find(|project| project.dir == dir);
    for project in own.map(|own| reachable(projects, own)).unwrap_or_default() {
        for root in &project.layout.roots {
            if !unit.import_roots.contains(root) {
                unit.import_roots.push(root.clone());
            }
        }
        for name in &project.layout.names {
            if !unit.own_names.contains(name) {
                unit.own_names.push(name.clone());
            }
        }
    }
    let plan = install::plan(files, dir, &Manifest::read(files, dir));
    unit.locks = plan.locks;
    unit.install = plan.commands;
    unit.generated = generated::files(files, dir, &Manifest::read(files, dir));
    unit
}
