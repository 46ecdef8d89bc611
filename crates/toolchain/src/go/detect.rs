//! Finds modules, by go.mod and go.work.

use super::modfile::{base_name, module_path, used};
use super::place::{join, parent};
use crate::unit::{Files, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// Directories whose modules are material of other packages, or somebody else's code.
const FOREIGN: [&str; 3] = ["testdata", "vendor", "node_modules"];

/// One unit per go.mod.
pub(super) fn units(files: &dyn Files) -> Vec<Unit> {
    let modules = modules(files);
    let works: BTreeMap<String, Vec<String>> = named(files, "go.work")
        .map(|path| (path.to_owned(), used(files, path)))
        .collect();
    let paths: BTreeSet<&String> = modules.values().collect();
    modules
        .iter()
        .map(|(dir, module)| {
            let mut unit = unit(files, dir, module, &works);
            let others = paths.iter().filter(|path| **path != module);
            unit.own_names.extend(others.map(|path| (*path).clone()));
            unit.own_names.extend(package_dirs(files, dir, &modules));
            unit
        })
        .collect()
}

/// Directories with a go.mod, and the module's path.
fn modules(files: &dyn Files) -> BTreeMap<String, String> {
    let found = named(files, "go.mod").filter_map(|path| {
        let dir = parent(path).to_owned();
        let is_foreign = dir.split('/').any(|part| FOREIGN.contains(&part));
        let module = module_path(&files.text(path)?)?;
        (!is_foreign).then_some((dir, module))
    });
    found.collect()
}

fn named<'f>(files: &'f dyn Files, name: &'f str) -> impl Iterator<Item = &'f str> {
    let is = move |path: &&str| path.rsplit('/').next() == Some(name);
    files.paths().iter().map(String::as_str).filter(is)
}

fn unit(files: &dyn Files, dir: &str, module: &str, works: &BTreeMap<String, Vec<String>>) -> Unit {
    let has = |path: &String| files.paths().binary_search(path).is_ok();
    let work = nearest_work(dir, works);
    let mut because = vec![join(dir, "go.mod")];
    let mut locks: Vec<String> = ["go.mod", "go.sum"]
        .iter()
        .map(|name| join(dir, name))
        .collect();
    let mut marks: BTreeMap<String, String> = [("module".to_owned(), module.to_owned())].into();
    if let Some(work) = work {
        because.push(work.to_owned());
        locks.extend([work.to_owned(), format!("{work}.sum")]);
        marks.insert("work".to_owned(), work.to_owned());
    }
    let mut own_names = vec![module.to_owned()];
    own_names.extend(Some(base_name(module).to_owned()).filter(|name| name != module));
    Unit {
        id: Unit::id_of(dir, "go"),
        dir: dir.to_owned(),
        runner: "go".to_owned(),
        because,
        own_names,
        locks: locks.into_iter().filter(has).collect(),
        install: vec![["go", "mod", "download"].map(str::to_owned).into()],
        marks,
        ..Unit::default()
    }
}

/// The go.work that governs `dir`: the nearest one above it, if it uses the module there.
fn nearest_work<'w>(dir: &str, works: &'w BTreeMap<String, Vec<String>>) -> Option<&'w str> {
    let above = works
        .iter()
        .filter(|(path, _)| is_inside(dir, parent(path)));
    let (path, used) = above.max_by_key(|(path, _)| path.len())?;
    used.iter().any(|module| module == dir).then_some(path)
}

fn is_inside(path: &str, dir: &str) -> bool {
    let rest = path.strip_prefix(dir);
    dir.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The names of the directories with packages of the module in `dir`: what they are called in
/// the words of the compiler, almost always.
fn package_dirs(
    files: &dyn Files,
    dir: &str,
    modules: &BTreeMap<String, String>,
) -> BTreeSet<String> {
    let sources = files.paths().iter().filter(|path| {
        path.ends_with(".go") && !path.ends_with("_test.go") && is_inside(path, dir)
    });
    let dirs: BTreeSet<&str> = sources.map(|path| parent(path)).collect();
    let is_nested = |inner: &str| {
        let mut others = modules
            .keys()
            .filter(|other| other.as_str() != dir && is_inside(other, dir));
        others.any(|other| is_inside(inner, other))
    };
    let own = dirs.into_iter().filter(|inner| {
        *inner != dir && !is_nested(inner) && !inner.split('/').any(|part| FOREIGN.contains(&part))
    });
    let last = own.map(|inner| inner.rsplit('/').next().unwrap_or(inner).to_owned());
    last.filter(|name| !STANDARD.contains(&name.as_str()))
        .collect()
}

/// Names of packages that are too often somebody else's.
const STANDARD: [&str; 6] = ["cmd", "internal", "pkg", "main", "vendor", "testing"];
