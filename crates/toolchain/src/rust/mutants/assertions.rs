//! Proposes how the assertions of a test are turned round.

use super::super::syntax::{Item, attribute_path, joined, name_of, text_of};
use crate::mutate::{Wanted, lines_of};
use redgreen_core::mutant::{Draft, Operator};
use std::ops::Range;
use tree_sitter::Node;

/// Every assertion of `items` on the wanted lines of tests, negated.
pub(super) fn drafts(items: &[Item<'_>], text: &str, wanted: &Wanted) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for item in items {
        let holds = item.test && item.node.kind() == "function_item";
        if !holds {
            continue;
        }
        let name = name_of(item.node, text).unwrap_or_default();
        let function = joined(&item.scope.modules.join("::"), name);
        for (bytes, now) in edits(item, text) {
            let lines = lines_of(text, &bytes);
            if wanted.tests.iter().any(|some| some.touches(lines)) {
                drafts.push(Draft {
                    function: function.clone(),
                    lines,
                    bytes,
                    operator: Operator::Assertion,
                    now,
                });
            }
        }
    }
    drafts
}

fn edits(item: &Item<'_>, text: &str) -> Vec<(Range<usize>, String)> {
    let panics = item.attributes.iter().filter(|attribute| {
        attribute.kind() == "attribute_item" && attribute_path(**attribute, text) == "should_panic"
    });
    let mut edits: Vec<(Range<usize>, String)> = panics
        .map(|attribute| (attribute.byte_range(), String::new()))
        .collect();
    let mut cursor = item.node.walk();
    'tree: loop {
        let node = cursor.node();
        if node.kind() == "macro_invocation" {
            edits.extend(negated(node, text));
        } else if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() || cursor.node() == item.node {
                break 'tree;
            }
        }
    }
    edits
}

/// `assert!(x)` becomes `assert!(!(x))`, `assert_eq` becomes `assert_ne`, and back.
fn negated(node: Node<'_>, text: &str) -> Option<(Range<usize>, String)> {
    let name = node.child_by_field_name("macro")?;
    let last = match name.kind() {
        "scoped_identifier" => name.child_by_field_name("name")?,
        _ => name,
    };
    let other = match text_of(last, text) {
        "assert_eq" => "assert_ne",
        "assert_ne" => "assert_eq",
        "debug_assert_eq" => "debug_assert_ne",
        "debug_assert_ne" => "debug_assert_eq",
        "assert" | "debug_assert" => {
            let bytes = first_argument(node)?;
            let now = format!("!({})", text.get(bytes.clone())?);
            return Some((bytes, now));
        }
        _ => return None,
    };
    Some((last.byte_range(), other.to_owned()))
}

/// The bytes of the tokens before the first comma.
fn first_argument(node: Node<'_>) -> Option<Range<usize>> {
    let mut cursor = node.walk();
    let tokens = node
        .named_children(&mut cursor)
        .find(|child| child.kind() == "token_tree")?;
    let mut cursor = tokens.walk();
    let children: Vec<Node<'_>> = tokens.children(&mut cursor).collect();
    let inner = children.get(1..children.len().checked_sub(1)?)?;
    let end = inner.iter().position(|token| token.kind() == ",");
    let argument = inner.get(..end.unwrap_or(inner.len()))?;
    Some(argument.first()?.start_byte()..argument.last()?.end_byte())
}
