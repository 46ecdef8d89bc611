//! Digests what a declaration does: comments, white space and layout left out.

use super::syntax::{text_of, tokens};
use redgreen_core::id::Digest;
use tree_sitter::Node;

/// The digest of a node's tokens; `left_out` is the node of a name that does not count.
pub(super) fn of(node: Node<'_>, text: &str, left_out: Option<Node<'_>>) -> Digest {
    let mut shape = String::new();
    tokens(node, &mut |token| {
        if left_out != Some(token) {
            shape.push_str(text_of(token, text));
            shape.push('\0');
        }
    });
    Digest::of(shape.as_bytes())
}

/// The digest of literals, operators and keywords in order. Names are left out, and so is
/// punctuation, so that one argument more does not count as another input.
pub(super) fn constants(node: Node<'_>, text: &str) -> Digest {
    let mut shape = String::new();
    tokens(node, &mut |token| {
        let is_name = matches!(token.kind(), "identifier" | "type_identifier");
        let is_punctuation = matches!(token.kind(), "," | ";" | "." | "(" | ")" | "@" | "::");
        if !is_name && !is_punctuation {
            shape.push_str(text_of(token, text));
            shape.push('\0');
        }
    });
    Digest::of(shape.as_bytes())
}
