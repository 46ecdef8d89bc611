//! Takes the edges off ranges, slices, indices and orders.

use super::super::syntax::{children, text_of};
use super::{called, instead};
use crate::mutate::Edit;
use redgreen_core::mutant::Operator;
use tree_sitter::Node;

/// Functions that have an opposite.
const OPPOSITES: [(&str, &str); 4] = [
    ("max", "min"),
    ("min", "max"),
    ("any", "all"),
    ("all", "any"),
];

/// `range`, `sorted`, `reversed` and what has an opposite.
pub(super) fn call(node: Node<'_>, text: &str) -> Vec<Edit> {
    let function = node.child_by_field_name("function");
    let Some(function) = function.filter(|each| each.kind() == "identifier") else {
        return Vec::new();
    };
    let Some((name, arguments)) = called(node, text) else {
        return Vec::new();
    };
    if let Some((_, opposite)) = OPPOSITES.iter().find(|(of, _)| *of == name) {
        return vec![edit(function, (*opposite).to_owned())];
    }
    let is_plain = |each: &&Node<'_>| {
        !matches!(
            each.kind(),
            "keyword_argument" | "list_splat" | "dictionary_splat" | "generator_expression"
        )
    };
    let Some(first) = arguments.first().filter(is_plain) else {
        return Vec::new();
    };
    let own = text_of(*first, text);
    match name {
        "sorted" => vec![edit(node, instead(node, text, &format!("list({own})")))],
        "reversed" => vec![edit(node, instead(node, text, &format!("iter({own})")))],
        "range" => range(&arguments, text),
        _ => Vec::new(),
    }
}

fn edit(node: Node<'_>, now: String) -> Edit {
    (node.byte_range(), Operator::Collection, now)
}

/// A range that begins one later or ends one earlier.
fn range(arguments: &[Node<'_>], text: &str) -> Vec<Edit> {
    let is_splat = |each: &Node<'_>| each.kind() == "list_splat";
    let moved = |node: &Node<'_>, by: &str| edit(*node, format!("({}) {by}", text_of(*node, text)));
    match arguments {
        all if all.iter().any(is_splat) => Vec::new(),
        [end] => vec![
            edit(*end, format!("1, {}", text_of(*end, text))),
            moved(end, "- 1"),
        ],
        [start, end] => vec![moved(start, "+ 1"), moved(end, "- 1")],
        _ => Vec::new(),
    }
}

/// The other end of a sequence.
pub(super) fn subscript(node: Node<'_>, text: &str) -> Vec<Edit> {
    let index = node.child_by_field_name("subscript");
    let Some(index) = index else {
        return Vec::new();
    };
    let now = match text_of(index, text) {
        "0" => "-1",
        "-1" => "0",
        _ => return Vec::new(),
    };
    vec![edit(index, now.to_owned())]
}

/// A slice without its lower or its upper bound.
pub(super) fn slice(node: Node<'_>) -> Vec<Edit> {
    children(node)
        .into_iter()
        .map(|bound| edit(bound, String::new()))
        .collect()
}
