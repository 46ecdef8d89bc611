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
    tokens(def.whole, text, &left_out)
}

/// The digest of the tokens below `node`, but for comments, layout and the nodes `left_out`.
pub(super) fn tokens(node: Node<'_>, text: &str, left_out: &[usize]) -> Digest {
    let mut shape = String::new();
    write(node, text, left_out, &mut shape);
    Digest::of(shape.as_bytes())
}

/// The digest of a definition's literals, operators and keywords in order. Names are left out, and
/// so is punctuation, so that one argument more does not count as another input.
pub(super) fn constants(def: &syntax::Def<'_>, text: &str) -> Digest {
    let docstring = syntax::docstring(&syntax::statements(def.node)).map(|node| node.id());
    let mut shape = String::new();
    write_constants(def.whole, text, docstring, &mut shape);
    Digest::of(shape.as_bytes())
}

fn write_constants(node: Node<'_>, text: &str, left_out: Option<usize>, shape: &mut String) {
    let kind = node.kind();
    if Some(node.id()) == left_out || matches!(kind, "comment" | "line_continuation") {
        return;
    }
    let is_whole = matches!(kind, "string" | "concatenated_string");
    if node.child_count() > 0 && !is_whole {
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            write_constants(child, text, left_out, shape);
        }
        return;
    }
    let is_punctuation = matches!(kind, "," | ":" | "." | "(" | ")" | ";");
    if kind != "identifier" && !is_punctuation {
        shape.push_str(syntax::text_of(node, text));
        shape.push('\0');
    }
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
