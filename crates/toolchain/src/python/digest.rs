//! Digests what a definition does: comments, white space, docstring and layout left out.

use super::syntax;
use redgreen_core::id::Digest;
use tree_sitter::Node;

/// Whether the definition's own name counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// It counts: another name is another thing.
    Counts,
    /// It does not: a renamed test is the same test.
    LeftOut,
}

/// The digest of a definition with its decorators.
pub(super) fn of(def: &syntax::Def<'_>, text: &str, name: Name) -> Digest {
    let mut left_out: Vec<usize> = Vec::new();
    left_out.extend(syntax::docstring(&syntax::statements(def.node)).map(|node| node.id()));
    if name == Name::LeftOut {
        left_out.extend(def.node.child_by_field_name("name").map(|node| node.id()));
    }
    let mut shape = String::new();
    write(def.whole, text, &left_out, &mut shape);
    Digest::of(shape.as_bytes())
}

/// Writes tokens with the nesting that indentation gives them.
fn write(node: Node<'_>, text: &str, left_out: &[usize], shape: &mut String) {
    if left_out.contains(&node.id()) || matches!(node.kind(), "comment" | "line_continuation") {
        return;
    }
    if node.child_count() == 0 || matches!(node.kind(), "string" | "concatenated_string") {
        shape.push_str(syntax::text_of(node, text));
        shape.push('\0');
        return;
    }
    shape.push_str(node.kind());
    shape.push('\u{1}');
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        write(child, text, left_out, shape);
    }
    shape.push('\u{2}');
}
