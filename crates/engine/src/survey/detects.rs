//! Finds production code that asks whether it is under test.

use super::paths::{Side, Text};
use redgreen_core::change::{Change, Status, TestChange};
use redgreen_core::outcome::Location;
use redgreen_core::surface::{Lines, Surface};
use redgreen_toolchain::fitted::{fitted_to, looks_at_nothing};
use redgreen_toolchain::language;
use redgreen_toolchain::mask::Comments;
use std::collections::BTreeSet;

/// Words by which code of any language finds out that a test runner runs it.
const WORDS: [&str; 27] = [
    "PYTEST_CURRENT_TEST",
    "PYTEST_VERSION",
    "pytest\" in sys.modules",
    "'pytest' in sys.modules",
    "unittest\" in sys.modules",
    "'unittest' in sys.modules",
    "_called_from_test",
    "cfg!(test)",
    "cfg(not(test))",
    "NEXTEST",
    "RUST_TEST_",
    "JEST_WORKER_ID",
    "process.env.VITEST",
    "import.meta.env.VITEST",
    "NODE_TEST_CONTEXT",
    "NODE_ENV === 'test'",
    "NODE_ENV === \"test\"",
    "NODE_ENV == 'test'",
    "NODE_ENV == \"test\"",
    "testing.Testing()",
    "Lookup(\"test.v\")",
    "org.junit.",
    "surefire.",
    "defined?(RSpec)",
    "PHPUNIT_",
    "REDGREEN",
    "redgreen stub",
];

/// Every place where head's production code, and not base's, asks so.
pub(super) fn asking(sides: &[Side]) -> Vec<(Location, String)> {
    sides.iter().flat_map(in_file).collect()
}

fn in_file(side: &Side) -> Vec<(Location, String)> {
    let is_code = side.language().is_some() && side.surfaces.contains(&Surface::Production);
    let (true, Some(head)) = (is_code, &side.head) else {
        return Vec::new();
    };
    let base = side.base.as_ref().map_or("", |base| base.text.as_str());
    let old: BTreeSet<&str> = base.lines().map(str::trim).collect();
    let new = (1..)
        .zip(head.text.lines())
        .filter(|(line, text)| !old.contains(text.trim()) && !is_test_line(head, *line));
    let asking = new.filter_map(|(line, text)| {
        // The question that is asked the other way round is the same question.
        let asked = text.replace(" not in ", " in ").replace("!=", "==");
        let words = WORDS.iter().find(|words| asked.contains(**words))?;
        Some((Location::new(&side.path, line), (*words).to_owned()))
    });
    asking.collect()
}

/// Changed functions that hold nothing but examples of the tests that the range brings.
pub(super) fn fitted(sides: &[Side], change: &Change) -> Vec<(Location, String, Vec<String>)> {
    let text_of = |path: &str, lines: Lines| lines_of(sides, path, lines);
    let new = change
        .tests
        .iter()
        .filter(|test| matches!(test.change, TestChange::Added | TestChange::Edited));
    let tests: Vec<String> = new
        .map(|test| text_of(&test.item.path, test.item.lines))
        .collect();
    let tests = tests.join("\n");
    let alive = change
        .functions
        .iter()
        .filter(|f| f.status != Status::Deleted);
    let found = alive.filter_map(|changed| {
        let item = &changed.function;
        let comments = Comments::of(language(&item.path)?.name());
        let text = text_of(&item.path, item.lines);
        let file = text_of(&item.path, Lines::new(1, u32::MAX));
        let inputs = fitted_to((&text, &file), &tests, comments);
        let inputs: Vec<String> = inputs.into_iter().map(str::to_owned).collect();
        let at = Location::new(&item.path, item.lines.first);
        (!inputs.is_empty()).then(|| (at, item.name.clone(), inputs))
    });
    found.collect()
}

/// Words by which code of any language starts another program.
const STARTS: [&str; 14] = [
    "subprocess",
    "multiprocessing",
    "ProcessPool",
    "os.system",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "process::Command",
    "Command::new",
    "CARGO_BIN_EXE",
    "child_process",
    "worker_threads",
    "exec.Command",
    "ProcessBuilder",
];

/// Changed source files that start other programs.
pub(super) fn starting(sides: &[Side]) -> BTreeSet<String> {
    let starts = |side: &&Side| {
        let text = side.head.as_ref().map_or("", |text| text.text.as_str());
        side.language().is_some() && STARTS.iter().any(|word| text.contains(word))
    };
    let found = sides.iter().filter(starts);
    found.map(|side| side.path.clone()).collect()
}

/// Changed functions whose body looks at nothing.
pub(super) fn idle(sides: &[Side], change: &Change) -> BTreeSet<(String, String)> {
    let alive = change
        .functions
        .iter()
        .filter(|f| f.status != Status::Deleted);
    let idle = alive.filter(|changed| {
        let item = &changed.function;
        let comments = language(&item.path).map(|known| Comments::of(known.name()));
        let text = lines_of(sides, &item.path, item.lines);
        comments.is_some_and(|comments| looks_at_nothing(&text, comments))
    });
    idle.map(|f| (f.function.path.clone(), f.function.name.clone()))
        .collect()
}

/// Head's text of these lines.
fn lines_of(sides: &[Side], path: &str, lines: Lines) -> String {
    let head = sides.iter().find(|side| side.path == path);
    let text = head.and_then(|side| side.head.as_ref());
    let text = text.map_or("", |text| text.text.as_str());
    let own = (1..)
        .zip(text.lines())
        .filter(|(line, _)| lines.holds(*line));
    let own: Vec<&str> = own.map(|(_, text)| text).collect();
    own.join("\n")
}

fn is_test_line(text: &Text, line: u32) -> bool {
    let mut regions = text.outline.regions.iter();
    regions.any(|region| region.lines.holds(line))
}
