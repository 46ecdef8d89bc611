//! Tells what stands among the arguments of a macro, where no directive may, and which statement
//! the macro of an assertion begins.

use super::super::tokens::{Kind, Token, closing, tokens};
use super::grammar::called;
use super::place::{Form, Place};
use std::ops::Range;
use tree_sitter::Node;

/// Tokens between the name of an assertion and what is edited in it, at most.
const FAR: usize = 400;

/// Whether a node stands among the arguments of what looks like a macro.
pub(super) fn is_argument(node: Node<'_>, text: &str) -> bool {
    let mut up = node.parent();
    while let Some(here) = up {
        if here.kind() == "call_expression" {
            let name = called(here, text);
            let loud = name.len() > 1
                && name
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
            if loud || name == "assert" || is_macro(name, text) {
                return true;
            }
        }
        if here.kind() == "function_definition" {
            return false;
        }
        up = here.parent();
    }
    false
}

/// Whether a function-like macro of this name is defined in the text.
fn is_macro(name: &str, text: &str) -> bool {
    let defined = format!("define {name}(");
    !name.is_empty() && text.contains(&defined)
}

/// Whether a string is among the arguments of a macro of this file.
pub(super) fn is_measured(string: Node<'_>, text: &str) -> bool {
    let calls = std::iter::successors(string.parent(), Node::parent);
    let mut calls = calls.filter(|up| up.kind() == "call_expression");
    calls.any(|call| is_macro(called(call, text), text))
}

/// The whole statement of an assertion's macro: from its name to the next semicolon.
pub(super) fn assertion(text: &str, bytes: &Range<usize>) -> Option<Place> {
    let all = tokens(text);
    let first = all
        .iter()
        .position(|token| token.bytes.start <= bytes.start && bytes.start < token.bytes.end)?;
    let starts = |index: usize| {
        let before = index.checked_sub(1).and_then(|before| all.get(before));
        before.is_some_and(|token: &Token| {
            matches!(token.of(text), "{" | "}" | ";" | ")" | "else" | ":")
        })
    };
    let holds = |index: &usize| {
        let end = closing(&all, text, index + 1);
        let end = end.and_then(|end| all.get(end - 1));
        all[*index].kind == Kind::Word
            && all.get(index + 1).is_some_and(|next| next.is(text, "("))
            && starts(*index)
            && end.is_some_and(|end| end.bytes.end >= bytes.end)
    };
    let start = (first.saturating_sub(FAR)..=first).rev().find(holds)?;
    let mut at = closing(&all, text, start + 1)?;
    loop {
        let token = all.get(at)?;
        match token.of(text) {
            ";" => break,
            "(" | "[" | "{" if token.kind == Kind::Mark => at = closing(&all, text, at)?,
            "}" | ")" | "]" if token.kind == Kind::Mark => return None,
            _ => at += 1,
        }
    }
    Some(Place {
        form: Form::Statement,
        bytes: all[start].bytes.start..all[at].bytes.end,
        is_flat: false,
    })
}
