//! Lists what a C or C++ file holds: tests, functions, test regions, names.

use super::cases::{Case, cases};
use super::functions::{functions, lines, parse};
use super::names;
use super::tokens::{Token, constants, digest, tokens};
use crate::language::{Outline, Region};
use crate::unit::Unit;
use redgreen_core::change::TestItem;
use redgreen_core::id::TestId;
use redgreen_core::surface::Surface;
use std::collections::BTreeMap;
use std::ops::Range;

/// The name of the one test that a program without a framework is.
pub(super) const PROGRAM: &str = "main";

/// The outline of a file that stands on `surface` as a whole.
pub(super) fn outline(unit: &Unit, path: &str, text: &str, surface: Surface) -> Outline {
    let all = tokens(text);
    let found = cases(&all, text);
    let mut tests = items(unit, path, text, (&all, &found));
    if surface.is_test_surface() {
        if tests.is_empty() {
            tests.extend(program(unit, path, text, &all));
        }
        return Outline {
            tests,
            ..Outline::default()
        };
    }
    let regions = regions(text, &all, &found);
    let ranges: Vec<Range<usize>> = regions.iter().map(|region| region.bytes.clone()).collect();
    let Some(tree) = parse(text) else {
        return Outline::default();
    };
    let outside = |token: &&Token| !ranges.iter().any(|r| r.contains(&token.bytes.start));
    let code: Vec<&Token> = all.iter().filter(outside).collect();
    let functions = functions(&tree, text, &ranges);
    Outline {
        tests,
        functions: functions.iter().map(|f| f.item(path, text, &all)).collect(),
        names: names::defined(&tree, text, &ranges),
        code: (!text.is_empty()).then(|| digest(&code, text)),
        regions,
        ..Outline::default()
    }
}

/// The bytes of a test.
fn bytes(all: &[Token], case: &Case) -> Range<usize> {
    all[case.tokens.start].bytes.start..all[case.tokens.end - 1].bytes.end
}

fn items(unit: &Unit, path: &str, text: &str, (all, found): (&[Token], &[Case])) -> Vec<TestItem> {
    let item = |case: &Case| {
        let untitled = |index: &usize| !case.title.contains(index);
        let own: Vec<&Token> = case
            .tokens
            .clone()
            .filter(untitled)
            .map(|i| &all[i])
            .collect();
        TestItem {
            id: TestId::new(&unit.id, format!("{path}::{}", case.name)),
            path: path.to_owned(),
            lines: lines(text, &bytes(all, case)),
            body: digest(&own, text),
            constants: constants(&own, text),
            muted: case.muted,
        }
    };
    found.iter().map(item).collect()
}

/// The one test of a test file that is a program of its own: all of the file.
fn program(unit: &Unit, path: &str, text: &str, all: &[Token]) -> Option<TestItem> {
    let is_main = |pair: &[Token]| pair[0].is(text, "main") && pair[1].is(text, "(");
    all.windows(2).any(is_main).then(|| {
        let own: Vec<&Token> = all.iter().collect();
        TestItem {
            id: TestId::new(&unit.id, format!("{path}::{PROGRAM}")),
            path: path.to_owned(),
            lines: lines(text, &(0..text.trim_end().len())),
            body: digest(&own, text),
            constants: constants(&own, text),
            muted: false,
        }
    })
}

/// The tests of a production file, and the includes of doctest are production's.
fn regions(text: &str, all: &[Token], found: &[Case]) -> Vec<Region> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    found
        .iter()
        .map(|case| {
            let count = counts.entry(case.name.clone()).or_insert(0);
            *count += 1;
            let bytes = bytes(all, case);
            Region {
                key: format!("{}#{count}", case.name),
                lines: lines(text, &bytes),
                bytes,
            }
        })
        .collect()
}

/// `production` with its test regions taken out and those of `tests` put in their place: one that
/// both have where it was, others at the end.
pub(super) fn graft(production: &str, tests: &str) -> String {
    let of = |text: &str| {
        let all = tokens(text);
        regions(text, &all, &cases(&all, text))
    };
    let (old, new) = (of(production), of(tests));
    let mut made = String::new();
    let mut at = 0;
    for region in &old {
        made.push_str(&production[at..region.bytes.start]);
        at = region.bytes.end;
        if let Some(kept) = new.iter().find(|other| other.key == region.key) {
            made.push_str(&tests[kept.bytes.clone()]);
        }
    }
    made.push_str(&production[at..]);
    for region in &new {
        if !old.iter().any(|other| other.key == region.key) {
            made.push('\n');
            made.push_str(&tests[region.bytes.clone()]);
            made.push('\n');
        }
    }
    made
}
