//! Finds tests that a macro call spells out.

use super::syntax::{invoked, is_test_attribute, text_of};
use tree_sitter::Node;

/// A test that a macro call spells out: `proptest! { #[test] fn name(..) { .. } }`.
pub(super) struct MacroTest<'t> {
    /// Everything from its first attribute to its body.
    pub(super) tokens: Vec<Node<'t>>,
    pub(super) name: Node<'t>,
    /// Whether it is ignored.
    pub(super) muted: bool,
}

/// The tests that a macro call spells out.
pub(super) fn tests<'t>(node: Node<'t>, text: &str) -> Vec<MacroTest<'t>> {
    let call = invoked(node);
    let body = call.and_then(|call| {
        call.named_child(call.named_child_count().checked_sub(1)?.try_into().ok()?)
    });
    let Some(body) = body.filter(|body| body.kind() == "token_tree") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut pending: Vec<Node<'t>> = Vec::new();
    let mut cursor = body.walk();
    for token in body.children(&mut cursor).skip(1) {
        let closes = token.kind() == "token_tree" && text_of(token, text).starts_with('{');
        if token.kind() == "!" && pending.len() == 1 {
            pending.clear();
            continue;
        }
        if pending.is_empty() && token.kind() != "#" {
            continue;
        }
        pending.push(token);
        if closes {
            found.extend(macro_test(std::mem::take(&mut pending), text));
        }
    }
    found
}

fn macro_test<'t>(tokens: Vec<Node<'t>>, text: &str) -> Option<MacroTest<'t>> {
    let function = tokens.iter().position(|token| token.kind() == "fn")?;
    let name = *tokens
        .get(function + 1)
        .filter(|name| name.kind() == "identifier")?;
    let attributes = || {
        let trees = tokens[..function]
            .iter()
            .filter(|token| token.kind() == "token_tree");
        trees.map(|tree| text_of(*tree, text).trim_matches(['[', ']']))
    };
    let path = |attribute: &str| {
        attribute
            .split(['(', '='])
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let test = attributes().any(|attribute| is_test_attribute(&path(attribute)));
    let muted = attributes().any(|attribute| path(attribute) == "ignore");
    test.then_some(MacroTest {
        tokens,
        name,
        muted,
    })
}

/// Whether the item calls a macro that only makes tests.
fn is_test_macro(node: Node<'_>, text: &str) -> bool {
    let called = invoked(node).and_then(|node| node.child_by_field_name("macro"));
    let name = called.map_or("", |called| text_of(called, text));
    matches!(name.rsplit("::").next(), Some("proptest" | "quickcheck"))
}

/// Whether the item calls a macro and is a test, or makes some.
pub(super) fn makes_tests(node: Node<'_>, text: &str) -> bool {
    is_test_macro(node, text) || !tests(node, text).is_empty()
}
