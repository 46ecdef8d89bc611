//! Finds production code that asks whether it is under test.

use super::paths::{Side, Text};
use redgreen_core::outcome::Location;
use redgreen_core::surface::Surface;
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

fn is_test_line(text: &Text, line: u32) -> bool {
    let mut regions = text.outline.regions.iter();
    regions.any(|region| region.lines.holds(line))
}
