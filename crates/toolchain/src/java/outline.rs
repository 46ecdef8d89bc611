//! Lists tests, functions and names of a Java file, as its text shows them.

use super::syntax::{self, Items, Member, annotations, children, has_modifier, lines, text_of};
use super::{digest, functions, names, surface};
use crate::{Outline, Unit};
use redgreen_core::change::TestItem;
use redgreen_core::id::TestId;
use redgreen_core::surface::Surface;
use tree_sitter::Node;

/// Annotations that make a method a test: Jupiter, JUnit 4, TestNG.
const TESTS: [&str; 5] = [
    "Test",
    "ParameterizedTest",
    "RepeatedTest",
    "TestFactory",
    "TestTemplate",
];

/// What the file at `path` holds. Test files have tests and production files functions.
pub(super) fn of(unit: &Unit, path: &str, text: &str) -> Outline {
    let Some(tree) = syntax::parse(text) else {
        return Outline::default();
    };
    let items = Items::of(&tree, text);
    let package = syntax::package(&tree, text);
    let mut outline = Outline::default();
    match surface::of(path, Some(text)) {
        Surface::Test => outline.tests = tests(&items, &package, (unit, path), text),
        Surface::Production => {
            outline.functions = functions::listed(&items, path, text);
            outline.names = names::of(&items, &package, text);
            outline.code = Some(digest::of(tree.root_node(), text, None));
        }
        Surface::Fixture | Surface::RunnerConfig | Surface::Manifest | Surface::Docs => {}
    }
    outline
}

fn tests(
    items: &Items<'_>,
    package: &str,
    (unit, path): (&Unit, &str),
    text: &str,
) -> Vec<TestItem> {
    let mut found: Vec<TestItem> = Vec::new();
    let members = items.members.iter();
    for member in members.filter(|member| is_test(items, member, text)) {
        let Some(name) = member.node.child_by_field_name("name") else {
            continue;
        };
        let dot = if package.is_empty() { "" } else { "." };
        let class = items.path_of(member.holder, "$");
        let id = TestId::new(
            &unit.id,
            format!("{package}{dot}{class}#{}", text_of(name, text)),
        );
        found.push(TestItem {
            id,
            path: path.to_owned(),
            lines: lines(member.node),
            body: digest::of(member.node, text, Some(name)),
            constants: digest::constants(member.node, text),
            muted: is_muted(items, member, text),
        });
    }
    found
}

/// Whether a runner takes the method up: annotated, or named so in a JUnit 3 test case, in a
/// class that can be made and that is reached. Tests of an abstract class run under the names of
/// the classes below it, which the text of this file does not show.
fn is_test(items: &Items<'_>, member: &Member<'_>, text: &str) -> bool {
    let node = member.node;
    if node.kind() != "method_declaration" || has_modifier(node, "abstract") {
        return false;
    }
    let around = items.around(member.holder);
    let reached = around.iter().enumerate().all(|(depth, place)| {
        let Some(each) = items.types.get(*place) else {
            return false;
        };
        let abstracted = has_modifier(each.node, "abstract") && depth + 1 == around.len();
        let marks = annotations(each.node, text);
        let is_nested = depth == 0 || marks.iter().any(|(name, _)| *name == "Nested");
        let made = matches!(each.node.kind(), "class_declaration" | "record_declaration");
        made && !abstracted && (is_nested || is_enclosed(items, &around, text))
    });
    let marked = annotations(node, text)
        .iter()
        .any(|(name, _)| TESTS.contains(name));
    reached && (marked || is_bare_test(items, member, text))
}

/// Whether the outermost class hands its inner ones to JUnit 4.
fn is_enclosed(items: &Items<'_>, around: &[usize], text: &str) -> bool {
    let outermost = around.first().and_then(|place| items.types.get(*place));
    outermost.is_some_and(|each| {
        let marks = annotations(each.node, text);
        marks.iter().any(|(_, whole)| whole.contains("Enclosed"))
    })
}

/// A public method without an own mark: `testX` of JUnit 3, or any of a class that TestNG's
/// `@Test` marks as a whole.
fn is_bare_test(items: &Items<'_>, member: &Member<'_>, text: &str) -> bool {
    let Some(holder) = items.types.get(member.holder) else {
        return false;
    };
    let node = member.node;
    let plain = has_modifier(node, "public")
        && !has_modifier(node, "static")
        && annotations(node, text).is_empty();
    let returned = node.child_by_field_name("type");
    let nothing = returned.is_some_and(|kind| text_of(kind, text) == "void");
    if !plain || !nothing {
        return false;
    }
    let parent = holder.node.child_by_field_name("superclass");
    let parent = parent.map_or("", |node| text_of(node, text));
    let name = node.child_by_field_name("name");
    let name = name.map_or("", |node| text_of(node, text));
    let of_case = parent.trim_end().ends_with("TestCase") && name.starts_with("test");
    let marks = annotations(holder.node, text);
    of_case || marks.iter().any(|(name, _)| *name == "Test")
}

/// Whether a mark on the method or on a class around it silences it, or its first statement ends
/// it as skipped whatever happens.
fn is_muted(items: &Items<'_>, member: &Member<'_>, text: &str) -> bool {
    let around = items.around(member.holder);
    let types = around.iter().filter_map(|place| items.types.get(*place));
    let mut nodes = types.map(|each| each.node).chain([member.node]);
    nodes.any(|node| silences(node, text)) || gives_up(member.node, text)
}

fn silences(node: Node<'_>, text: &str) -> bool {
    annotations(node, text).iter().any(|(name, whole)| {
        let conditional = ["Disabled", "Enabled", "Ignore"];
        let off = *name == "Test" && without_space(whole).contains("enabled=false");
        off || conditional.iter().any(|start| name.starts_with(start))
    })
}

fn gives_up(method: Node<'_>, text: &str) -> bool {
    const ENDS: [&str; 5] = [
        "assumeTrue(false",
        "assumeFalse(true",
        "assumeThat(false",
        "abort(",
        "thrownewSkipException(",
    ];
    let body = method.child_by_field_name("body");
    let statements = body.map(children).unwrap_or_default();
    statements.iter().any(|statement| {
        let source = without_space(text_of(*statement, text));
        let source = ["Assumptions.", "Assume."]
            .iter()
            .find_map(|owner| source.strip_prefix(owner))
            .unwrap_or(&source);
        ENDS.iter().any(|end| source.starts_with(end))
    })
}

fn without_space(text: &str) -> String {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests;
