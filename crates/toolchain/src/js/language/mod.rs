//! Reads JavaScript and TypeScript: tests, functions, test regions, names.

mod calls;
mod defined;
mod functions;
mod mutants;
mod regions;
mod stubs;
mod syntax;
mod tests;
mod titles;
mod varying;

#[cfg(test)]
mod claims;

pub(crate) use mutants::{Switched, mutants, switched};
pub(crate) use tests::Found;
pub(crate) use titles::{Part, can_be, parts};
pub(crate) use varying::varies;

use super::surface;
use crate::{Outline, Region, Unit};
use redgreen_core::change::{FunctionItem, TestItem};
use redgreen_core::id::TestId;
use redgreen_core::surface::Surface;
use std::collections::BTreeSet;
use std::ops::Range;
use syntax::Token;
use tree_sitter::Node;

/// What a file holds. Test files have tests, production files functions and perhaps test regions.
pub(crate) fn outline(unit: &Unit, path: &str, text: &str) -> Outline {
    let Some(tree) = syntax::parse(path, text) else {
        return Outline::default();
    };
    let root = tree.root_node();
    match surface::of(path, Some(text)) {
        Surface::Test => Outline {
            tests: items(unit, path, tests::tests(path, root, text)),
            ..Outline::default()
        },
        Surface::Production => production(unit, path, root, text),
        Surface::Fixture | Surface::RunnerConfig | Surface::Manifest | Surface::Docs => {
            Outline::default()
        }
    }
}

/// The tests that the source of the file at `path` spells out; for a runner that has to tell which
/// of them a shown title belongs to.
pub(crate) fn written_tests(path: &str, text: &str) -> Vec<Found> {
    let tree = syntax::parse(path, text);
    tree.map(|tree| tests::tests(path, tree.root_node(), text))
        .unwrap_or_default()
}

fn items(unit: &Unit, path: &str, found: Vec<Found>) -> Vec<TestItem> {
    let item = |test: Found| TestItem {
        id: TestId::new(&unit.id, test.name),
        path: path.to_owned(),
        lines: test.lines,
        body: test.body,
        constants: test.constants,
        muted: test.muted,
    };
    found.into_iter().map(item).collect()
}

fn production(unit: &Unit, path: &str, root: Node<'_>, text: &str) -> Outline {
    let regions = regions::regions(root, text);
    let bytes: Vec<Range<usize>> = regions.iter().map(|region| region.bytes.clone()).collect();
    let in_region = |test: &Found| regions.iter().any(|r| r.lines.touches(test.lines));
    let inline = if regions.is_empty() {
        Vec::new()
    } else {
        let all = tests::tests(path, root, text).into_iter();
        all.filter(in_region).collect()
    };
    let functions = if surface::is_declaration(path) {
        Vec::new()
    } else {
        functions::functions(root, &bytes, text)
    };
    Outline {
        tests: items(unit, path, inline),
        functions: functions.iter().map(|f| function(f, path, text)).collect(),
        names: defined::names(root, &bytes, text),
        exported: defined::handed_out(root, &bytes, text),
        code: (!text.is_empty()).then(|| code(root, &regions, text)),
        regions,
    }
}

fn function(function: &functions::Function<'_>, path: &str, text: &str) -> FunctionItem {
    FunctionItem {
        name: function.name.clone(),
        path: path.to_owned(),
        lines: syntax::lines(functions::declaration(function.node)),
        body: syntax::digest(&[function.node], text, syntax::all_tokens),
        stubbable: stubs::takes_stub(function),
    }
}

/// The digest of all tokens outside of `regions`, comments left out.
fn code(root: Node<'_>, regions: &[Region], text: &str) -> redgreen_core::id::Digest {
    syntax::digest(&[root], text, |node| {
        if node != root && regions.iter().any(|r| r.bytes == node.byte_range()) {
            Token::Skipped
        } else {
            syntax::all_tokens(node)
        }
    })
}

/// The text with stubs in the named functions.
pub(crate) fn stub(text: &str, functions: &BTreeSet<String>) -> String {
    stubs::stub(text, functions)
}

/// `production` with the test regions of `tests`.
pub(crate) fn graft(production: &str, tests: &str) -> String {
    regions::graft(production, tests)
}
