//! Tells which parts of a CMake file make, find and shape tests.
//!
//! A part is a command at the top of the file or a whole block (`if`, `foreach`, `function`). A
//! block belongs to the tests where everything in it that builds or declares does; a block of both
//! follows production.

use super::commands::{Command, commands};
use crate::cpp::surface::{is_test_name, is_test_path, owns};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Commands that are about tests whatever they are given.
const TEST_COMMANDS: [&str; 12] = [
    "add_test",
    "enable_testing",
    "gtest_discover_tests",
    "gtest_add_tests",
    "catch_discover_tests",
    "catch_add_tests",
    "doctest_discover_tests",
    "parseandaddcatchtests",
    "set_tests_properties",
    "create_test_sourcelist",
    "ctest_test",
    "setup_target_for_coverage_gcovr_xml",
];

/// Modules and packages that only tests need.
const TEST_MODULES: [&str; 11] = [
    "CTest",
    "GoogleTest",
    "Catch",
    "doctest",
    "ParseAndAddCatchTests",
    "GTest",
    "GMock",
    "Catch2",
    "googletest",
    "gtest",
    "catch2",
];

/// Commands that build, install or declare something, and so decide what a block is for.
const DECIDING: [&str; 16] = [
    "add_executable",
    "add_library",
    "add_custom_command",
    "add_custom_target",
    "add_subdirectory",
    "add_dependencies",
    "add_compile_options",
    "add_compile_definitions",
    "add_link_options",
    "install",
    "export",
    "project",
    "find_package",
    "include",
    "include_directories",
    "fetchcontent_makeavailable",
];

/// A part of a CMake file.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Names it in both versions of a file; the same key may come again.
    pub(crate) key: String,
    /// Its bytes.
    pub(crate) bytes: Range<usize>,
    /// Whether it belongs to the tests.
    pub(crate) test: bool,
    /// Its commands, inner ones included.
    pub(crate) commands: Vec<Command>,
}

/// The parts of a CMake file in their order.
pub(crate) fn parts(text: &str) -> Vec<Part> {
    let all = commands(text);
    let targets = test_targets(&all);
    let mut found: Vec<Part> = Vec::new();
    let mut open: Vec<Command> = Vec::new();
    let mut depth = 0_usize;
    for command in all {
        let closes = command.name.starts_with("end") && is_block(&command.name[3..]);
        if is_block(&command.name) {
            depth += 1;
        } else if closes {
            depth = depth.saturating_sub(1);
        }
        open.push(command);
        if depth == 0 {
            found.extend(part(std::mem::take(&mut open), &targets));
        }
    }
    found.extend(part(open, &targets));
    found
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "if" | "foreach" | "while" | "function" | "macro" | "block"
    )
}

fn part(commands: Vec<Command>, targets: &BTreeSet<String>) -> Option<Part> {
    let (first, last) = (commands.first()?, commands.last()?);
    let about = |command: &&Command| is_about_tests(command, targets);
    let decides = |command: &&Command| {
        !is_about_tests(command, targets)
            && (DECIDING.contains(&command.name.as_str()) || command.name.starts_with("target_"))
    };
    let test = commands.iter().any(|command| about(&command))
        && !commands.iter().any(|command| decides(&command));
    let named = |command: &Command| match command.name.as_str() {
        "add_test" => command.after("NAME").unwrap_or(command.arg(0)).to_owned(),
        "if" | "foreach" | "while" => command.args.join(" "),
        _ => command.arg(0).to_owned(),
    };
    Some(Part {
        key: format!("{} {}", first.name, named(first)),
        bytes: first.bytes.start..last.bytes.end,
        test,
        commands,
    })
}

fn is_about_tests(command: &Command, targets: &BTreeSet<String>) -> bool {
    let first = command.arg(0);
    match command.name.as_str() {
        name if TEST_COMMANDS.contains(&name) => true,
        "include" | "find_package" => TEST_MODULES.contains(&first),
        "fetchcontent_declare" | "fetchcontent_makeavailable" | "fetchcontent_populate" => {
            !command.args.is_empty() && TEST_MODULES.iter().any(|m| m.eq_ignore_ascii_case(first))
        }
        "set_property" => first == "TEST" || first == "TARGET" && targets.contains(command.arg(1)),
        "add_subdirectory" => is_test_path(&format!("{first}/x.cpp")),
        "add_custom_command" => command.after("TARGET").is_some_and(|t| targets.contains(t)),
        "set" | "file" | "list" => sets_tests(command),
        "option" => first.to_ascii_uppercase().contains("TEST"),
        "add_executable" | "add_library" | "set_target_properties" | "add_dependencies" => {
            targets.contains(first)
        }
        name => name.starts_with("target_") && targets.contains(first),
    }
}

/// Whether a variable holds the sources of tests alone, or switches testing.
fn sets_tests(command: &Command) -> bool {
    let variable = if command.name == "set" {
        command.arg(0)
    } else {
        command.arg(1)
    };
    let mut sources = command.args.iter().filter(|arg| owns(arg)).peekable();
    if sources.peek().is_some() {
        return sources.all(|source| is_test_path(bare(source)));
    }
    let upper = variable.to_ascii_uppercase();
    upper.starts_with("CTEST_") || upper.contains("BUILD_TEST") || upper.ends_with("_TESTS")
}

/// A path without the variables that it may start with.
fn bare(path: &str) -> &str {
    let mut rest = path;
    while rest.starts_with("${") {
        let Some((_, after)) = rest.split_once('}') else {
            break;
        };
        rest = after.trim_start_matches('/');
    }
    rest
}

/// Build targets that are tests: all their sources are, or, where the sources cannot be told,
/// their name is one that tests have.
fn test_targets(all: &[Command]) -> BTreeSet<String> {
    let variables = variables(all);
    let mut found = BTreeSet::new();
    for command in all {
        if !matches!(command.name.as_str(), "add_executable" | "add_library") {
            continue;
        }
        let known = |arg: &String| {
            let name = arg.strip_prefix("${").and_then(|arg| arg.strip_suffix('}'));
            let held = name.and_then(|name| variables.get(name)).cloned();
            held.unwrap_or_else(|| vec![arg.clone()])
        };
        let sources = command.args.iter().skip(1).flat_map(known);
        let sources: Vec<String> = sources.filter(|source| owns(source)).collect();
        let is_test = |source: &String| is_test_path(bare(source));
        let tests = sources.iter().any(is_test);
        let name = command.arg(0);
        let by_name = is_test_name(&name.to_ascii_lowercase()) || is_test_name(name);
        if tests && (by_name || sources.iter().all(is_test)) || sources.is_empty() && by_name {
            found.insert(name.to_owned());
        }
    }
    found
}

/// What `set` gives to variables.
fn variables(all: &[Command]) -> BTreeMap<&str, Vec<String>> {
    let sets = all.iter().filter(|command| command.name == "set");
    sets.map(|set| (set.arg(0), set.args.iter().skip(1).cloned().collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tests_of(text: &str) -> Vec<String> {
        let parts = parts(text).into_iter().filter(|part| part.test);
        parts.map(|part| part.key).collect()
    }

    #[test]
    fn test_targets_and_what_shapes_them_are_told_from_production() {
        let text = "cmake_minimum_required(VERSION 3.16)\nproject(calc)\nset(SRC src/a.cpp)\n\
            set(TEST_SRC tests/a_test.cpp tests/b.cpp)\nadd_library(calc ${SRC})\n\
            add_executable(tool src/main.cpp)\nenable_testing()\nfind_package(GTest REQUIRED)\n\
            find_package(fmt)\ninclude(GoogleTest)\nadd_executable(a ${TEST_SRC})\n\
            target_link_libraries(a calc GTest::gtest_main)\n\
            target_link_libraries(calc fmt::fmt)\nset_target_properties(a PROPERTIES X 1)\n\
            gtest_discover_tests(a)\nadd_test(NAME cli COMMAND tool --version)\n\
            add_executable(mixed_test tests/m.cpp src/a.cpp)\nadd_subdirectory(tests)\n\
            add_subdirectory(src)\ninstall(TARGETS tool)\n";
        assert_eq!(
            tests_of(text),
            [
                "set TEST_SRC",
                "enable_testing ",
                "find_package GTest",
                "include GoogleTest",
                "add_executable a",
                "target_link_libraries a",
                "set_target_properties a",
                "gtest_discover_tests a",
                "add_test cli",
                "add_executable mixed_test",
                "add_subdirectory tests"
            ]
        );
    }

    #[test]
    fn a_block_of_tests_is_one_part_and_a_mixed_one_is_production() {
        let block = "if(BUILD_TESTING)\n  enable_testing()\n  foreach(t a b)\n    add_executable(${t}_test tests/${t}.cpp)\n    add_test(NAME ${t} COMMAND ${t}_test)\n  endforeach()\nendif()\n";
        assert_eq!(tests_of(block), ["if BUILD_TESTING"]);
        let mixed = block.replace("enable_testing()", "add_library(x src/x.cpp)");
        assert_eq!(tests_of(&mixed), [""; 0]);
        assert_eq!(parts(&mixed).len(), 1);
    }
}
