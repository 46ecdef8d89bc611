//! Names the tests of each binary as its harness lists them: built, and not run.

use super::session::Session;
use super::syntax::{invoked, name_of, parse, text_of};
use super::{summary, surface};
use crate::{Ask, Files, Invocation, Lister, RawOutput, Unit};
use redgreen_core::evidence::Report;
use redgreen_core::surface::Surface;
use tree_sitter::Node;

/// Macros that make tests of what stands in their call, or none.
const PLAIN: [&str; 12] = [
    "proptest",
    "quickcheck",
    "thread_local",
    "lazy_static",
    "bitflags",
    "compile_error",
    "cfg_if",
    "criterion_group",
    "criterion_main",
    "rstest_reuse",
    "static_assertions",
    "println",
];

/// Starts of names of macros that stand in bodies.
const IN_BODIES: [&str; 8] = [
    "assert",
    "debug_assert",
    "println",
    "eprintln",
    "panic",
    "vec",
    "write",
    "macro_rules",
];

/// Attributes whose tests come from files.
const FROM_FILES: [&str; 3] = ["files", "dir_test", "test_resources"];

/// Binaries that are built and asked for the names of their tests.
pub(super) struct Listing;

impl Lister for Listing {
    fn varying(&self, unit: &Unit, files: &dyn Files) -> Vec<String> {
        let is_own = |path: &&String| path.ends_with(".rs") && unit.inside(path).is_some();
        let varies = |path: &&String| {
            let text = files.text(path);
            text.is_some_and(|text| may_vary(&text) && varies(path, &text))
        };
        let own = files.paths().iter().filter(is_own);
        own.filter(varies).cloned().collect()
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        let session = after(ask, so_far);
        session.owed().filter(|_| !session.has_listed())
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        summary::report(&after(ask, outputs))
    }
}

fn after<'a>(ask: &'a Ask<'a>, outputs: &[RawOutput]) -> Session<'a> {
    let mut session = Session::bare(ask);
    outputs.iter().for_each(|output| session.push(output));
    session
}

/// Whether a line of the file starts with a call that may make tests: most files need no syntax
/// tree.
fn may_vary(text: &str) -> bool {
    let calls = |line: &str| {
        let name = line.trim_start().split_once('!').map(|(name, _)| name);
        name.is_some_and(|name| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
                && !IN_BODIES.iter().any(|start| name.starts_with(start))
        })
    };
    text.lines().any(calls) || FROM_FILES.iter().any(|word| text.contains(word))
}

/// Whether the tests of a file can be others although its text is the same: a macro of another
/// file makes them, or files that an attribute names.
fn varies(path: &str, text: &str) -> bool {
    let Some(tree) = parse(text) else {
        return false;
    };
    let root = tree.root_node();
    let whole = surface::surface(path, Some(text)) == Surface::Test;
    let mut own = Vec::new();
    defined(root, text, &mut own);
    has_foreign_maker(root, text, whole, &own)
}

/// The macros that the file defines.
fn defined<'s>(node: Node<'_>, text: &'s str, found: &mut Vec<&'s str>) {
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        match child.kind() {
            "macro_definition" => found.extend(name_of(child, text)),
            "mod_item" | "declaration_list" => defined(child, text, found),
            _ => {}
        }
    }
}

/// Whether an item of `node`, or of a module in it, makes tests that the file does not spell out.
/// Only test modules count where the file is not a test as a whole.
fn has_foreign_maker(node: Node<'_>, text: &str, in_test: bool, own: &[&str]) -> bool {
    let mut cursor = node.walk();
    let mut marked = false;
    for child in node.named_children(&mut cursor) {
        let found = match child.kind() {
            "attribute_item" => {
                let source = text_of(child, text);
                marked |= source.contains("test");
                in_test && FROM_FILES.iter().any(|word| source.contains(word))
            }
            "mod_item" => {
                let inner = in_test || std::mem::take(&mut marked);
                let body = child.child_by_field_name("body");
                body.is_some_and(|body| has_foreign_maker(body, text, inner, own))
            }
            _ => {
                marked = false;
                in_test && is_foreign(child, text, own)
            }
        };
        if found {
            return true;
        }
    }
    false
}

fn is_foreign(item: Node<'_>, text: &str, own: &[&str]) -> bool {
    let called = invoked(item).and_then(|call| call.child_by_field_name("macro"));
    let name = called.map(|called| text_of(called, text));
    let last = name.and_then(|name| name.rsplit("::").next());
    last.is_some_and(|name| !PLAIN.contains(&name) && !own.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::varies;

    #[test]
    fn tests_that_another_file_makes_can_vary() {
        for (path, text, owed) in [
            ("tests/a.rs", "#[test]\nfn a() { check!(1); }\n", false),
            ("tests/a.rs", "app::conformance!(Own);\n", true),
            (
                "tests/a.rs",
                "macro_rules! cases { () => {} }\ncases!();\n",
                false,
            ),
            (
                "tests/a.rs",
                "proptest! { #[test] fn a(x in 0..9) {} }\n",
                false,
            ),
            (
                "tests/a.rs",
                "include!(concat!(env!(\"OUT_DIR\"), \"/cases.rs\"));\n",
                true,
            ),
            (
                "tests/a.rs",
                "#[rstest]\n#[case(1)]\nfn a(#[case] x: u8) {}\n",
                false,
            ),
            (
                "src/a.rs",
                "make_types!(A, B);\n#[cfg(test)]\nmod tests { #[test] fn a() {} }\n",
                false,
            ),
            (
                "src/a.rs",
                "#[cfg(test)]\nmod tests { crate::conformance!(super::Own); }\n",
                true,
            ),
        ] {
            assert_eq!(varies(path, text), owed, "{text}");
        }
    }
}
