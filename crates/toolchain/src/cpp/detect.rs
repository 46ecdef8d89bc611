//! Finds units: every top `CMakeLists.txt` with a project in it that has tests.

use super::cmake::commands::{Command, commands};
use crate::{Check, Checks, Files, Unit};
use std::collections::BTreeMap;

/// What marks a project that has tests, in the order of its weight.
const MARKS: [&str; 6] = [
    "gtest_discover_tests",
    "catch_discover_tests",
    "doctest_discover_tests",
    "gtest_add_tests",
    "add_test",
    "enable_testing",
];

/// The mark that lists the options which switch tests on, separated by `;`.
pub(super) const OPTIONS: &str = "options";

/// A CMake file.
struct Listed {
    path: String,
    dir: String,
    commands: Vec<Command>,
}

/// The units of a tree.
pub(super) fn units(files: &dyn Files) -> Vec<Unit> {
    let listed = listed(files);
    let mut dirs: Vec<&Listed> = Vec::new();
    for file in listed.iter().filter(|file| is_project(file)) {
        let part_of = |top: &&&Listed| is_below(&file.dir, &top.dir);
        let nested = dirs
            .iter()
            .filter(part_of)
            .any(|top| is_added(top, file, &listed));
        if !nested {
            dirs.push(file);
        }
    }
    let tops: Vec<&str> = dirs.iter().map(|top| top.dir.as_str()).collect();
    dirs.iter()
        .filter_map(|top| unit(files, top, &tops, &listed))
        .collect()
}

fn listed(files: &dyn Files) -> Vec<Listed> {
    let is_cmake = |path: &&String| {
        path.ends_with("CMakeLists.txt") && (path.len() == 14 || path.ends_with("/CMakeLists.txt"))
            || path.ends_with(".cmake")
    };
    let mut found: Vec<Listed> = files
        .paths()
        .iter()
        .filter(is_cmake)
        .filter_map(|path| {
            let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
            Some(Listed {
                commands: commands(&files.text(path)?),
                path: path.clone(),
                dir: dir.to_owned(),
            })
        })
        .collect();
    found.sort_by_key(|file| (file.dir.matches('/').count(), file.dir.clone()));
    found.sort_by_key(|file| !file.dir.is_empty());
    found
}

fn is_project(file: &Listed) -> bool {
    file.path.ends_with("CMakeLists.txt") && file.commands.iter().any(|c| c.name == "project")
}

fn is_below(dir: &str, top: &str) -> bool {
    top.is_empty()
        || dir
            .strip_prefix(top)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a project above takes this one in: by its path, or by one that is only known when the
/// project is configured.
fn is_added(top: &Listed, file: &Listed, listed: &[Listed]) -> bool {
    let between = listed.iter().filter(|other| {
        (other.dir == top.dir || is_below(&other.dir, &top.dir)) && other.path != file.path
    });
    between
        .flat_map(|other| other.commands.iter().map(move |command| (other, command)))
        .filter(|(_, command)| command.name == "add_subdirectory")
        .any(|(other, command)| {
            let added = command.arg(0);
            let whole = if other.dir.is_empty() {
                added.to_owned()
            } else {
                format!("{}/{added}", other.dir)
            };
            added.contains("${") || whole == file.dir
        })
}

fn unit(files: &dyn Files, top: &Listed, tops: &[&str], listed: &[Listed]) -> Option<Unit> {
    let own = |dir: &str| {
        let inside = dir == top.dir || is_below(dir, &top.dir);
        let nearer = |other: &&&str| {
            other.len() > top.dir.len()
                && is_below(other, &top.dir)
                && (dir == **other || is_below(dir, other))
        };
        inside && !tops.iter().any(|other| nearer(&other))
    };
    let inside: Vec<&Listed> = listed.iter().filter(|file| own(&file.dir)).collect();
    let because = because(top, &inside);
    if because.len() < 2 {
        return None;
    }
    let project = top
        .commands
        .iter()
        .find(|command| command.name == "project")?;
    let prefix = if top.dir.is_empty() {
        String::new()
    } else {
        format!("{}/", top.dir)
    };
    Some(Unit {
        id: Unit::id_of(&top.dir, "ctest"),
        dir: top.dir.clone(),
        runner: "ctest".to_owned(),
        because,
        own_names: own_names(files, project.arg(0), &prefix),
        marks: marks(&inside),
        ..Unit::default()
    })
}

fn because(top: &Listed, inside: &[&Listed]) -> Vec<String> {
    let mut found = vec![format!("{} project()", top.path)];
    for mark in MARKS {
        let marked = inside
            .iter()
            .find(|file| file.commands.iter().any(|command| command.name == mark));
        found.extend(marked.map(|file| format!("{} {mark}()", file.path)));
    }
    let ctest = |command: &Command| command.name == "include" && command.arg(0) == "CTest";
    let marked = inside.iter().find(|file| file.commands.iter().any(ctest));
    found.extend(marked.map(|file| format!("{} include(CTest)", file.path)));
    found
}

/// The project's name, and the directories that its headers are included by.
fn own_names(files: &dyn Files, project: &str, prefix: &str) -> Vec<String> {
    let mut names = vec![project.to_owned()];
    for path in files.paths() {
        let inside = path.strip_prefix(prefix).unwrap_or_default();
        for root in ["include/", "src/", "lib/", ""] {
            let below = inside.strip_prefix(root).unwrap_or_default();
            let header = super::surface::owns(below) && !super::surface::is_test_path(path);
            if let Some((dir, _)) = below.split_once('/').filter(|_| header) {
                names.push(dir.to_owned());
            }
        }
    }
    names.sort();
    names.dedup();
    names.retain(|name| !name.is_empty() && !name.contains("${"));
    names
}

/// Options that switch tests on and are off unless somebody says so.
fn marks(inside: &[&Listed]) -> BTreeMap<String, String> {
    let options = inside.iter().flat_map(|file| &file.commands);
    let tests = options
        .filter(|command| ["option", "cmake_dependent_option"].contains(&command.name.as_str()))
        .map(|command| command.arg(0))
        .filter(|name| asks_for_tests(name));
    let mut names: Vec<&str> = tests.collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return BTreeMap::new();
    }
    [(OPTIONS.to_owned(), names.join(";"))].into()
}

/// Parts of the name of an option that takes tests away, or asks for more than the tests: a tool
/// around them, hardware, or much time.
const OTHERWISE: [&str; 18] = [
    "WITHOUT",
    "NO",
    "NOT",
    "DISABLE",
    "DISABLED",
    "SKIP",
    "EXCLUDE",
    "OMIT",
    "VALGRIND",
    "MEMCHECK",
    "COVERAGE",
    "ASAN",
    "SANITIZER",
    "FUZZ",
    "BENCHMARK",
    "CUDA",
    "INSTALL",
    "PACKAGE",
];

/// Whether an option of this name switches the project's tests on.
fn asks_for_tests(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let asks = ["BUILD", "ENABLE", "WITH", "TESTS", "TESTING"];
    name.chars().all(plain)
        && name.contains("TEST")
        && asks.iter().any(|word| name.contains(word))
        && !name.split('_').any(|word| OTHERWISE.contains(&word))
}

/// Linters, formatters and the coverage command that the project configures.
pub(super) fn checks(unit: &Unit, files: &dyn Files) -> Vec<Check> {
    let has = |name: &str| {
        let mut places = [unit.from_root(name), name.to_owned()].into_iter();
        places.find(|path| files.paths().binary_search(path).is_ok())
    };
    let words = |argv: &[&str]| {
        argv.iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    if let Some(because) = has(".clang-tidy") {
        found.push(Check {
            checks: Checks::Lint,
            argv: words(&["run-clang-tidy", "-quiet", "-p", "build"]),
            because,
        });
    }
    if let Some(because) = has(".clang-format").or_else(|| has("_clang-format")) {
        let mut argv = words(&["clang-format", "--dry-run", "-Werror"]);
        let inside = files.paths().iter().filter_map(|path| unit.inside(path));
        argv.extend(
            inside
                .filter(|path| super::surface::owns(path))
                .map(str::to_owned),
        );
        found.push(Check {
            checks: Checks::Format,
            argv,
            because,
        });
    }
    if let Some(because) = has("gcovr.cfg") {
        found.push(Check {
            checks: Checks::Coverage,
            argv: words(&["gcovr", "-r", ".", "--txt"]),
            because,
        });
    }
    found
}
