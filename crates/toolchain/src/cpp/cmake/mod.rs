//! Splits CMake files: what makes, finds and shapes tests is the tests', the rest production's.
//!
//! The root `CMakeLists.txt` lists production sources and tests alike, so neither side's file as
//! a whole will do for a tree of both: with head's, tree R would name sources that base does not
//! have and could not even be configured; with base's, it would not build the new tests. So R has
//! base's commands for production with head's for tests, and T the other way round. A new source
//! of production is thus missing in R on both counts, and the tests that need it fail to compile
//! or to link by its name, as they should. A file below a test directory is the tests' as a whole.

pub(crate) mod commands;
pub(crate) mod split;

use super::surface::is_test_path;
use crate::language::{Outline, Region};
use crate::{Language, Manifest, Unit, surfaces};
use commands::Command;
use redgreen_core::change::TestItem;
use redgreen_core::id::{Digest, TestId};
use redgreen_core::surface::{Lines, Surface};
use split::{Part, parts};
use std::collections::{BTreeMap, BTreeSet};

/// The language of `CMakeLists.txt` and `*.cmake`.
pub struct CMake;

/// The split of CMake files by command.
pub struct CMakeLists;

fn owns(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "CMakeLists.txt" || name.ends_with(".cmake")
}

impl Language for CMake {
    fn name(&self) -> &'static str {
        "cmake"
    }

    fn owns(&self, path: &str) -> bool {
        owns(path)
    }

    fn surface(&self, path: &str, _text: Option<&str>) -> Surface {
        if surfaces::of_path(path) == Surface::RunnerConfig || is_test_path(path) {
            Surface::RunnerConfig
        } else {
            Surface::Production
        }
    }

    fn outline(&self, unit: &Unit, path: &str, text: &str) -> Outline {
        let parts = parts(text);
        let tests = tests(unit, path, text, &parts);
        if self.surface(path, None).is_test_surface() {
            return Outline {
                tests,
                ..Outline::default()
            };
        }
        Outline {
            regions: regions(text, &parts),
            tests,
            functions: Vec::new(),
            names: names(&parts),
            code: (!text.is_empty()).then(|| code(&parts, false)),
            ..Outline::default()
        }
    }

    fn stub(&self, text: &str, _functions: &BTreeSet<String>) -> String {
        text.to_owned()
    }

    fn graft(&self, production: &str, tests: &str) -> String {
        graft(production, tests)
    }
}

impl Manifest for CMakeLists {
    fn owns(&self, path: &str) -> bool {
        owns(path)
    }

    fn surfaces(&self, base: &str, head: &str) -> BTreeSet<Surface> {
        let (base, head) = (parts(base), parts(head));
        let mut differing = BTreeSet::new();
        if code(&base, true) != code(&head, true) {
            differing.insert(Surface::RunnerConfig);
        }
        if code(&base, false) != code(&head, false) {
            differing.insert(Surface::Production);
        }
        if differing.is_empty() {
            // Comments, white space, or the order of tests and production.
            differing.insert(Surface::Docs);
        }
        differing
    }

    fn graft(&self, manifest: &str, runner: &str, _gone: &dyn Fn(&str) -> bool) -> Option<String> {
        Some(graft(manifest, runner))
    }
}

/// The digest of the commands of the tests, or of production.
fn code(parts: &[Part], test: bool) -> Digest {
    let own = parts.iter().filter(|part| part.test == test);
    let mut shape = String::new();
    for command in own.flat_map(|part| &part.commands) {
        shape.push_str(&command.name);
        for arg in &command.args {
            shape.push('\0');
            shape.push_str(arg);
        }
        shape.push('\n');
    }
    Digest::of(shape.as_bytes())
}

fn regions(text: &str, parts: &[Part]) -> Vec<Region> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for part in parts.iter().filter(|part| part.test) {
        let count = counts.entry(&part.key).or_insert(0);
        *count += 1;
        found.push(Region {
            key: format!("{}#{count}", part.key),
            lines: lines(text, part.bytes.start, part.bytes.end),
            bytes: part.bytes.clone(),
        });
    }
    found
}

fn lines(text: &str, start: usize, end: usize) -> Lines {
    super::functions::lines(text, &(start..end))
}

/// Names of targets and options that production defines.
fn names(parts: &[Part]) -> BTreeSet<String> {
    let own = parts.iter().filter(|part| !part.test);
    let defines = |command: &&Command| {
        matches!(
            command.name.as_str(),
            "add_library" | "add_executable" | "option" | "function"
        )
    };
    let commands = own.flat_map(|part| &part.commands).filter(defines);
    commands.map(|command| command.arg(0).to_owned()).collect()
}

/// Tests of `add_test` that have no source file of their own: they start a program of
/// production's, or a script. The name of a target that is a test belongs to its source.
fn tests(unit: &Unit, path: &str, text: &str, all: &[Part]) -> Vec<TestItem> {
    let mut targets: BTreeSet<&str> = BTreeSet::new();
    let commands = || all.iter().flat_map(|part| &part.commands);
    for part in all.iter().filter(|part| part.test) {
        let made = part.commands.iter().filter(|c| c.name == "add_executable");
        targets.extend(made.map(|command| command.arg(0)));
    }
    let mut found = Vec::new();
    for command in commands().filter(|command| command.name == "add_test") {
        let name = command.after("NAME").unwrap_or(command.arg(0));
        let program = command.after("COMMAND").unwrap_or(command.arg(1));
        if name.contains("${") || targets.contains(program) {
            continue;
        }
        let shaping = |other: &&Command| {
            other.name == "set_tests_properties" && other.has(name)
                || other.name == "set_property" && other.arg(0) == "TEST" && other.has(name)
        };
        let shaped: Vec<&Command> = commands().filter(shaping).collect();
        let muted = shaped
            .iter()
            .any(|c| c.has("DISABLED") || c.has("WILL_FAIL"));
        let texts = std::iter::once(command)
            .chain(shaped)
            .map(|c| c.args.join("\0"));
        let whole = texts.collect::<Vec<_>>().join("\n").replace(name, "");
        let digest = Digest::of(whole.as_bytes());
        found.push(TestItem {
            id: TestId::new(&unit.id, format!("{path}::{name}")),
            path: path.to_owned(),
            lines: lines(text, command.bytes.start, command.bytes.end),
            body: digest.clone(),
            constants: digest,
            muted,
        });
    }
    found
}

/// The commands of `production` that are production's with those of `tests` that are the tests',
/// each behind the command that it follows in `tests`, where `production` has that.
fn graft(production: &str, tests: &str) -> String {
    let (old, new) = (parts(production), parts(tests));
    let base: Vec<&Part> = old.iter().filter(|part| !part.test).collect();
    let mut behind: Vec<Vec<&Part>> = vec![Vec::new(); base.len() + 1];
    let mut place = 0;
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    for part in &new {
        if part.test {
            behind[place].push(part);
            continue;
        }
        let seen = used.entry(&part.key).or_insert(0);
        let mut same = base
            .iter()
            .enumerate()
            .filter(|(_, other)| other.key == part.key);
        if let Some((index, _)) = same.nth(*seen) {
            place = place.max(index + 1);
        }
        *seen += 1;
    }
    let mut made = String::new();
    let mut at = 0;
    let put = |made: &mut String, parts: &[&Part]| {
        for part in parts {
            made.push('\n');
            made.push_str(&tests[part.bytes.clone()]);
        }
    };
    put(&mut made, &behind[0]);
    if !behind[0].is_empty() {
        made.push('\n');
    }
    for part in &old {
        made.push_str(&production[at..part.bytes.start]);
        at = part.bytes.end;
        if !part.test {
            made.push_str(&production[part.bytes.clone()]);
            let index = base.iter().position(|other| other.bytes == part.bytes);
            put(
                &mut made,
                index.map_or(&[], |index| behind[index + 1].as_slice()),
            );
        }
    }
    made.push_str(&production[at..]);
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "project(calc)\nadd_library(calc src/a.cpp) # the library\nenable_testing()\nadd_executable(a_test tests/a.cpp)\nadd_test(NAME a COMMAND a_test)\n";

    fn shown(text: &str) -> Vec<String> {
        let parts = parts(text).into_iter();
        parts.map(|part| text[part.bytes].to_owned()).collect()
    }

    #[test]
    fn each_tree_has_production_of_one_side_and_tests_of_the_other() {
        let head = "project(calc)\nenable_testing()\nadd_library(calc src/a.cpp src/b.cpp)\nadd_executable(b_test tests/b.cpp)\nadd_test(NAME b COMMAND b_test)\ninstall(TARGETS calc)\n";
        assert_eq!(
            shown(&graft(BASE, head)),
            [
                "project(calc)",
                "enable_testing()",
                "add_library(calc src/a.cpp)",
                "add_executable(b_test tests/b.cpp)",
                "add_test(NAME b COMMAND b_test)"
            ]
        );
        assert_eq!(
            shown(&graft(head, BASE)),
            [
                "project(calc)",
                "add_library(calc src/a.cpp src/b.cpp)",
                "enable_testing()",
                "add_executable(a_test tests/a.cpp)",
                "add_test(NAME a COMMAND a_test)",
                "install(TARGETS calc)"
            ]
        );
        assert_eq!(shown(&graft(BASE, BASE)), shown(BASE));
    }

    #[test]
    fn the_surfaces_are_told_by_command() {
        let check = |head: &str, owed: &[Surface]| {
            let owed: BTreeSet<Surface> = owed.iter().copied().collect();
            assert_eq!(CMakeLists.surfaces(BASE, head), owed, "{head}");
        };
        let more = |text: &str| format!("{BASE}{text}\n");
        check(
            &more("add_test(NAME c COMMAND sh c.sh)"),
            &[Surface::RunnerConfig],
        );
        check(
            &more("set_tests_properties(a PROPERTIES DISABLED TRUE)"),
            &[Surface::RunnerConfig],
        );
        check(
            &BASE.replace("src/a.cpp", "src/a.cpp src/b.cpp"),
            &[Surface::Production],
        );
        check(
            &BASE.replace("add_test(NAME a COMMAND a_test)\n", ""),
            &[Surface::RunnerConfig],
        );
        check(&BASE.replace("# the library", ""), &[Surface::Docs]);
    }

    #[test]
    fn a_test_without_a_source_is_named_by_its_command() {
        let text = format!(
            "{BASE}add_executable(tool src/m.cpp)\nadd_test(NAME \"v x\" COMMAND tool -v)\nadd_test(old tool)\nset_tests_properties(old PROPERTIES WILL_FAIL TRUE)\nadd_test(NAME ${{x}} COMMAND tool)\n"
        );
        let found = CMake.outline(&Unit::default(), "CMakeLists.txt", &text);
        let named: Vec<(String, bool)> = found
            .tests
            .into_iter()
            .map(|test| (test.id.name, test.muted))
            .collect();
        assert_eq!(
            named,
            [
                ("CMakeLists.txt::v x".to_owned(), false),
                ("CMakeLists.txt::old".to_owned(), true)
            ]
        );
        assert!(found.names.contains("tool"));
        assert!(!found.names.contains("a_test"));
    }

    #[test]
    fn a_file_of_a_test_directory_is_the_tests_own() {
        assert_eq!(
            CMake.surface("tests/CMakeLists.txt", None),
            Surface::RunnerConfig
        );
        assert_eq!(
            CMake.surface("CTestCustom.cmake", None),
            Surface::RunnerConfig
        );
        assert_eq!(CMake.surface("CMakeLists.txt", None), Surface::Production);
        assert_eq!(
            CMake.surface("cmake/Tools.cmake", None),
            Surface::Production
        );
    }
}
