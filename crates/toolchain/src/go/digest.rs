//! Digests what code does: comments, white space and layout left out.

use super::syntax::{Go, text_of, walk};
use redgreen_core::id::Digest;
use tree_sitter::Node;

/// The digest of the tokens of `nodes` without the node `left_out`. An end of a statement counts
/// the same as a line break and as a semicolon.
pub(super) fn of(nodes: &[Node<'_>], left_out: Option<Node<'_>>, text: &str) -> Digest {
    let mut tokens: Vec<u8> = Vec::new();
    for node in nodes {
        walk(*node, |here| {
            let token = text_of(here, text);
            if here.kind() == "comment" && !is_directive(token) || Some(here) == left_out {
                return Go::Past;
            }
            if here.child_count() > 0 && !is_whole(here) {
                return Go::In;
            }
            let token = if token.trim().is_empty() || token == ";" {
                "\n"
            } else {
                token
            };
            push(&mut tokens, token);
            Go::Past
        });
        push(&mut tokens, "");
    }
    Digest::of(&tokens)
}

/// The digest of literals, operators and keywords in order. Names are left out, and so is
/// punctuation, so that one argument more does not count as another input.
pub(super) fn constants(nodes: &[Node<'_>], text: &str) -> Digest {
    let mut tokens: Vec<u8> = Vec::new();
    for node in nodes {
        walk(*node, |here| {
            if here.kind() == "comment" {
                return Go::Past;
            }
            if here.child_count() > 0 && !is_whole(here) {
                return Go::In;
            }
            let token = text_of(here, text);
            let is_punctuation = matches!(
                token.trim(),
                "" | "," | ";" | "." | "(" | ")" | "{" | "}" | ":"
            );
            if !here.kind().ends_with("identifier") && !is_punctuation {
                push(&mut tokens, token);
            }
            Go::Past
        });
    }
    Digest::of(&tokens)
}

/// Whether a comment is an order to the toolchain.
fn is_directive(comment: &str) -> bool {
    let starts = [
        "//go:",
        "// +build",
        "//+build",
        "//export ",
        "//line ",
        "//extern ",
    ];
    starts.iter().any(|start| comment.starts_with(start))
}

/// Whether white space inside the node is part of what it means.
fn is_whole(node: Node<'_>) -> bool {
    node.kind().ends_with("string_literal") || node.kind() == "rune_literal"
}

fn push(tokens: &mut Vec<u8>, token: &str) {
    tokens.extend_from_slice(token.as_bytes());
    tokens.push(0);
}
