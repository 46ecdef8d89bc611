//! Finds the units of Gradle in a tree: one for each settings file, or for a build without one.

use super::super::detect::{FRAMEWORK, OWN_PATTERNS, WRAPPER, own_packages};
use super::super::layout::{MODULES, SOURCES, written};
use crate::{Files, Unit};
use std::collections::BTreeSet;

const BUILDS: [&str; 2] = ["build.gradle", "build.gradle.kts"];
const SETTINGS: [&str; 2] = ["settings.gradle", "settings.gradle.kts"];

/// The units of a tree.
pub(super) fn units(files: &dyn Files) -> Vec<Unit> {
    let builds = dirs(files, &BUILDS);
    let settings = dirs(files, &SETTINGS);
    let covered =
        |dir: &str, by: &BTreeSet<String>| by.iter().any(|outer| outer != dir && holds(outer, dir));
    let single = builds.iter().filter(|dir| {
        !settings.contains(*dir) && !covered(dir, &settings) && !covered(dir, &builds)
    });
    let roots: BTreeSet<&String> = settings.iter().chain(single).collect();
    roots
        .iter()
        .filter_map(|root| unit(root, (&builds, &settings), files))
        .collect()
}

fn holds(outer: &str, dir: &str) -> bool {
    outer.is_empty()
        || dir
            .strip_prefix(outer)
            .is_some_and(|rest| rest.starts_with('/'))
}

fn dirs(files: &dyn Files, names: &[&str]) -> BTreeSet<String> {
    let paths = files.paths().iter();
    let found = paths.filter_map(|path| {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        let inner = dir
            .split('/')
            .any(|part| matches!(part, "src" | "build" | "buildSrc"));
        (names.contains(&name) && !inner).then(|| dir.to_owned())
    });
    found.collect()
}

fn unit(
    dir: &str,
    (builds, settings): (&BTreeSet<String>, &BTreeSet<String>),
    files: &dyn Files,
) -> Option<Unit> {
    let foreign = |path: &str| {
        let mut others = settings.iter().filter(|other| *other != dir);
        others.any(|other| holds(dir, other) && holds(other, path))
    };
    let mut unit = Unit {
        id: Unit::id_of(dir, "gradle"),
        dir: dir.to_owned(),
        runner: "gradle".to_owned(),
        ..Unit::default()
    };
    let paths = files.paths().iter().map(String::as_str);
    let own: Vec<&str> = paths
        .filter(|path| unit.inside(path).is_some() && !foreign(path))
        .collect();
    let java = own.iter().copied();
    let java: Vec<&str> = java.filter(|path| path.ends_with(".java")).collect();
    if java.is_empty() {
        return None;
    }
    let modules = builds.iter().map(String::as_str);
    let modules: Vec<&str> = modules
        .filter(|build| *build != dir && holds(dir, build) && !foreign(build))
        .collect();
    let scripts = own.iter().filter(|path| is_build_file(path));
    unit.locks = scripts.map(|path| (*path).to_owned()).collect();
    unit.because = unit.locks.first().cloned().into_iter().collect();
    unit.own_names = own_packages(&java);
    let mut mark = |name: &str, value: String| drop(unit.marks.insert(name.to_owned(), value));
    mark(MODULES, modules.join("\n"));
    mark(SOURCES, written(java.iter().copied()));
    mark_choices(&mut unit, files);
    Some(unit)
}

fn is_build_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    BUILDS.contains(&name)
        || SETTINGS.contains(&name)
        || name == "gradle.lockfile"
        || name.ends_with(".versions.toml")
}

/// Marks what the build's own text says: wrapper, library of the tests, filters.
fn mark_choices(unit: &mut Unit, files: &dyn Files) {
    const FILTERS: [&str; 5] = [
        "includeTestsMatching",
        "excludeTestsMatching",
        "includeTags",
        "excludeTags",
        "includePatterns",
    ];
    let texts = unit.locks.iter().filter_map(|path| files.text(path));
    let text: String = texts.collect::<Vec<String>>().join("\n");
    let wrapper = unit.from_root("gradlew");
    if files.paths().binary_search(&wrapper).is_ok() {
        unit.because.push(wrapper.clone());
        unit.marks.insert(WRAPPER.to_owned(), wrapper);
    }
    if let Some(framework) = framework(&text) {
        unit.marks
            .insert(FRAMEWORK.to_owned(), framework.to_owned());
    }
    if FILTERS.iter().any(|word| text.contains(word)) {
        let filter = "a filter of the test task".to_owned();
        unit.marks.insert(OWN_PATTERNS.to_owned(), filter);
    }
}

fn framework(text: &str) -> Option<&'static str> {
    if text.contains("useJUnitPlatform") || text.contains("junit-jupiter") {
        Some("junit5")
    } else if text.contains("useTestNG") {
        Some("testng")
    } else if text.contains("junit:junit:") {
        Some("junit4")
    } else {
        None
    }
}
