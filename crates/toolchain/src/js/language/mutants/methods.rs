//! Puts defects into calls of methods, and into chains that stop at nothing.

use super::super::syntax::{children, field_text, text_of};
use crate::mutate::Edit;
use redgreen_core::mutant::Operator;
use tree_sitter::Node;

/// Methods that become another.
const SWAPPED: [(&str, &str); 12] = [
    ("some", "every"),
    ("every", "some"),
    ("startsWith", "endsWith"),
    ("endsWith", "startsWith"),
    ("toUpperCase", "toLowerCase"),
    ("toLowerCase", "toUpperCase"),
    ("toLocaleUpperCase", "toLocaleLowerCase"),
    ("toLocaleLowerCase", "toLocaleUpperCase"),
    ("trimStart", "trimEnd"),
    ("trimEnd", "trimStart"),
    ("indexOf", "lastIndexOf"),
    ("lastIndexOf", "indexOf"),
];

/// Methods whose call is left out: what they are called on takes its place.
const DROPPED: [&str; 8] = [
    "filter",
    "sort",
    "toSorted",
    "reverse",
    "toReversed",
    "slice",
    "trim",
    "flat",
];

/// The defects of one node.
pub(super) fn edits(node: Node<'_>, text: &str) -> Vec<Edit> {
    match node.kind() {
        "call_expression" => {
            let mut edits = called(node, text);
            edits.extend(unchained(node));
            edits
        }
        "member_expression" | "subscript_expression" => unchained(node).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn called(node: Node<'_>, text: &str) -> Vec<Edit> {
    let callee = node.child_by_field_name("function");
    let member = callee.filter(|callee| callee.kind() == "member_expression");
    let Some((member, property)) =
        member.and_then(|member| Some((member, member.child_by_field_name("property")?)))
    else {
        return Vec::new();
    };
    let (name, owner) = (text_of(property, text), field_text(member, "object", text));
    let mut edits: Vec<Edit> = Vec::new();
    let mut swap = |now: &str| {
        edits.push((property.byte_range(), Operator::Collection, now.to_owned()));
    };
    let known = SWAPPED.iter().find(|(from, _)| *from == name);
    match (owner, name, known) {
        ("Math", "min", _) => swap("max"),
        ("Math", "max", _) => swap("min"),
        ("Math", "floor", _) => swap("ceil"),
        ("Math", "ceil", _) => swap("floor"),
        ("Promise", "all", _) => swap("race"),
        (_, _, Some((_, now))) => swap(now),
        (_, _, None) => {}
    }
    let arguments = node
        .child_by_field_name("arguments")
        .map(children)
        .unwrap_or_default();
    let object = member.child_by_field_name("object");
    let Some(object) = object.filter(|object| object.kind() != "super") else {
        return edits;
    };
    if DROPPED.contains(&name) {
        let rest = object.end_byte()..node.end_byte();
        edits.push((rest, Operator::Collection, String::new()));
    }
    if let ("slice" | "substring", [first, last]) = (name, arguments.as_slice()) {
        let edge = first.end_byte()..last.end_byte();
        edits.push((edge, Operator::Collection, String::new()));
    }
    edits
}

/// `a?.b` without the question.
fn unchained(node: Node<'_>) -> Option<Edit> {
    let mut cursor = node.walk();
    let found = node
        .children(&mut cursor)
        .find(|child| matches!(child.kind(), "optional_chain" | "?."));
    let token = found?;
    let plain = if node.kind() == "member_expression" {
        "."
    } else {
        ""
    };
    Some((token.byte_range(), Operator::Condition, plain.to_owned()))
}
