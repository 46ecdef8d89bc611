//! Finds the directories of a tree that PHPUnit serves.

use super::surface;
use crate::{Files, Unit};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Directories that hold other people's code.
const FOREIGN: [&str; 3] = ["node_modules", "vendor", "third_party"];

/// Files that are PHPUnit's own.
const CONFIG: [&str; 3] = ["phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml"];

/// Every unit of PHPUnit in the tree, outermost first.
pub(super) fn units(files: &dyn Files) -> Vec<Unit> {
    let own = |path: &&String| !path.split('/').any(|part| FOREIGN.contains(&part));
    let paths: Vec<&String> = files.paths().iter().filter(own).collect();
    let is_home = |(dir, name): &(&str, &str)| {
        (*name == "composer.json" || CONFIG.contains(name)) && !surface::in_test_dir(dir)
    };
    let homes = paths.iter().map(|path| split(path)).filter(is_home);
    let homes: BTreeSet<&str> = homes.map(|(dir, _)| dir).collect();
    let mut found: BTreeMap<&str, Option<&String>> = BTreeMap::new();
    for path in &paths {
        let (dir, name) = split(path);
        let Some(home) = nearest(&homes, dir) else {
            continue;
        };
        if CONFIG.contains(&name) && home == dir {
            found.entry(home).or_default();
        }
        let named = surface::is_test(path);
        if named
            && files
                .text(path)
                .is_some_and(|text| text.contains("TestCase"))
        {
            found.entry(home).or_default().get_or_insert(path);
        }
    }
    let unit = |(dir, test): (&str, Option<&String>)| make(files, dir, test);
    found.into_iter().map(unit).collect()
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The nearest of `dirs` that is `dir` or above it.
fn nearest<'d>(dirs: &BTreeSet<&'d str>, mut dir: &str) -> Option<&'d str> {
    loop {
        if let Some(found) = dirs.get(dir) {
            return Some(found);
        }
        if dir.is_empty() {
            return None;
        }
        dir = split(dir).0;
    }
}

fn make(files: &dyn Files, dir: &str, test: Option<&String>) -> Unit {
    let mut unit = Unit {
        id: Unit::id_of(dir, "phpunit"),
        dir: dir.to_owned(),
        runner: "phpunit".to_owned(),
        ..Unit::default()
    };
    let has = |path: &String| files.paths().binary_search(path).is_ok();
    let config = CONFIG.iter().map(|name| unit.from_root(name)).find(has);
    unit.because.extend(config);
    let path = unit.from_root("composer.json");
    let manifest = files
        .text(&path)
        .and_then(|text| serde_json::from_str::<Value>(&text).ok());
    if let Some(manifest) = manifest {
        let keys = ["require-dev", "require"];
        let key = keys
            .iter()
            .find(|key| !manifest[**key]["phpunit/phpunit"].is_null());
        unit.because
            .extend(key.map(|key| format!("{path} {key} phpunit/phpunit")));
        autoloaded(&mut unit, &manifest);
        let lock = unit.from_root("composer.lock");
        let folder = unit.from_root("vendor");
        unit.install = vec![install(&folder)];
        unit.locks = [path, lock].into_iter().filter(has).collect();
        unit.dependencies = vec![folder];
    }
    unit.because.extend(test.cloned());
    unit
}

/// The maps of the installed classes are written for the tree: its classes are the project's.
fn install(folder: &str) -> Vec<String> {
    [
        "env",
        &format!("COMPOSER_VENDOR_DIR=$STORE/{folder}"),
        "composer",
        "install",
        "--no-interaction",
        "--no-progress",
        "--no-scripts",
    ]
    .map(str::to_owned)
    .into()
}

/// Directories of the project's own classes, and the outermost names of their namespaces.
fn autoloaded(unit: &mut Unit, manifest: &Value) {
    let mut names = BTreeSet::new();
    let mut dirs = Vec::new();
    for key in ["psr-4", "psr-0"] {
        let map = manifest["autoload"][key].as_object();
        for (prefix, places) in map.into_iter().flatten() {
            let root = prefix.split('\\').next().unwrap_or_default();
            names.extend((!root.is_empty()).then(|| root.to_owned()));
            dirs.extend(texts(places));
        }
    }
    for key in ["classmap", "files"] {
        dirs.extend(texts(&manifest["autoload"][key]));
    }
    for dir in dirs {
        let dir = dir.trim_start_matches("./").trim_end_matches('/');
        let dir = dir
            .rsplit_once('/')
            .filter(|_| dir.ends_with(".php"))
            .map_or(dir, |(dir, _)| dir);
        let path = unit.from_root(dir);
        if !dir.is_empty() && !dir.ends_with(".php") && !unit.import_roots.contains(&path) {
            unit.import_roots.push(path);
        }
    }
    unit.own_names = names.into_iter().collect();
}

fn texts(value: &Value) -> Vec<String> {
    let one = value.as_str().map(str::to_owned);
    let many = value.as_array().into_iter().flatten();
    one.into_iter()
        .chain(many.filter_map(|each| Some(each.as_str()?.to_owned())))
        .collect()
}
