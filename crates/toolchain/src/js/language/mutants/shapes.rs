//! Guesses what sort of value an expression gives, from its shape alone.

use super::super::syntax::{field_text, text_of};
use tree_sitter::Node;

/// A sort of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    Number,
    Text,
    Truth,
    List,
    Object,
    Nothing,
    Unknown,
}

impl Shape {
    /// A plain value of the sort.
    pub(super) fn plain(self) -> Option<&'static str> {
        match self {
            Self::Number => Some("0"),
            Self::Text => Some("\"\""),
            Self::Truth => Some("true"),
            Self::List => Some("[]"),
            Self::Object => Some("({})"),
            Self::Nothing => Some("null"),
            Self::Unknown => None,
        }
    }
}

/// The sort of value that `node` gives.
pub(super) fn of(node: Node<'_>, text: &str) -> Shape {
    let mut node = node;
    while matches!(
        node.kind(),
        "parenthesized_expression"
            | "await_expression"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression"
    ) {
        match node.named_child(0) {
            Some(inner) => node = inner,
            None => return Shape::Unknown,
        }
    }
    match node.kind() {
        "number" => Shape::Number,
        "string" | "template_string" => Shape::Text,
        "true" | "false" => Shape::Truth,
        "array" => Shape::List,
        "object" => Shape::Object,
        "null" | "undefined" => Shape::Nothing,
        "unary_expression" => match field_text(node, "operator", text) {
            "!" => Shape::Truth,
            "typeof" => Shape::Text,
            "-" | "+" | "~" => Shape::Number,
            _ => Shape::Unknown,
        },
        "update_expression" => Shape::Number,
        "binary_expression" => operation(node, text),
        "ternary_expression" => node
            .child_by_field_name("consequence")
            .map_or(Shape::Unknown, |inner| branch(inner, text)),
        "member_expression" if field_text(node, "property", text) == "length" => Shape::Number,
        "call_expression" => call(field_text(node, "function", text)),
        _ => Shape::Unknown,
    }
}

/// A branch is looked at once, and not for branches of its own.
fn branch(node: Node<'_>, text: &str) -> Shape {
    if node.kind() == "ternary_expression" {
        Shape::Unknown
    } else {
        of(node, text)
    }
}

fn operation(node: Node<'_>, text: &str) -> Shape {
    match field_text(node, "operator", text) {
        "===" | "!==" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "instanceof" => Shape::Truth,
        "-" | "*" | "/" | "%" | "**" | "|" | "&" | "^" | "<<" | ">>" | ">>>" => Shape::Number,
        "+" => {
            let is_text = |field: &str| {
                let side = node.child_by_field_name(field);
                side.is_some_and(|side| matches!(side.kind(), "string" | "template_string"))
            };
            if is_text("left") || is_text("right") {
                Shape::Text
            } else {
                Shape::Unknown
            }
        }
        _ => Shape::Unknown,
    }
}

fn call(callee: &str) -> Shape {
    let name = callee.rsplit('.').next().unwrap_or(callee);
    match (callee, name) {
        (
            _,
            "toString" | "join" | "trim" | "toUpperCase" | "toLowerCase" | "replace" | "replaceAll"
            | "slice" | "padStart" | "padEnd" | "toFixed" | "repeat",
        )
        | ("String" | "JSON.stringify", _) => Shape::Text,
        (_, "map" | "filter" | "sort" | "concat" | "split" | "flatMap" | "flat")
        | ("Object.keys" | "Object.values" | "Object.entries" | "Array.from", _) => Shape::List,
        (_, "some" | "every" | "includes" | "startsWith" | "endsWith" | "test" | "has")
        | ("Boolean" | "Array.isArray", _) => Shape::Truth,
        ("Number" | "parseInt" | "parseFloat", _) | (_, "indexOf" | "findIndex") => Shape::Number,
        _ if callee.starts_with("Math.") => Shape::Number,
        _ => Shape::Unknown,
    }
}

/// What can be given in place of a value. Literals are left to their own defects.
pub(super) fn instead(node: Node<'_>, text: &str) -> Vec<&'static str> {
    match (node.kind(), of(node, text)) {
        (
            "number"
            | "string"
            | "template_string"
            | "true"
            | "false"
            | "array"
            | "object"
            | "null"
            | "undefined"
            | "parenthesized_expression"
            | "arrow_function"
            | "function_expression",
            _,
        ) => Vec::new(),
        ("identifier", _) if text_of(node, text) == "undefined" => Vec::new(),
        (_, Shape::Truth) => vec!["true", "false"],
        (
            _,
            Shape::Number
            | Shape::Text
            | Shape::List
            | Shape::Object
            | Shape::Nothing
            | Shape::Unknown,
        ) => vec!["undefined"],
    }
}

/// The sort of value that a written type names, below promises.
pub(super) fn named(written: &str) -> Shape {
    let bare: String = written.trim_start_matches(':').split_whitespace().collect();
    let inner = bare
        .strip_prefix("Promise<")
        .and_then(|rest| rest.strip_suffix('>'));
    match inner.unwrap_or(&bare) {
        "number" => Shape::Number,
        "string" => Shape::Text,
        "boolean" => Shape::Truth,
        name if name.ends_with("[]") || name.starts_with("Array<") => Shape::List,
        name if name.starts_with("Record<") => Shape::Object,
        _ => Shape::Unknown,
    }
}
