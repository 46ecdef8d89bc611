//! Proposes what stands at the start of a whole body, by the types that the function gives back.
//!
//! The body stays behind it, as behind a stub: Go lets code stand behind a `return`, and imports
//! and variables stay used.

use super::super::syntax::{Function, children, statements, text_of};
use redgreen_core::mutant::{Draft, Operator};
use tree_sitter::Node;

/// What a comment that changes nothing says.
pub(super) const NO_OP: &str = "/* redgreen: no change */";

/// Drafts for the body of one function: nothing changed, and values that its types allow.
pub(super) fn drafts(function: &Function<'_>, text: &str) -> Vec<Draft> {
    let Some(body) = function.body() else {
        return Vec::new();
    };
    let start = body.start_byte();
    let bytes = start..start + 1;
    let draft = |operator: Operator, what: &str| Draft {
        function: function.path.clone(),
        lines: crate::mutate::lines_of(text, &bytes),
        bytes: bytes.clone(),
        operator,
        now: format!("{{ {what}"),
    };
    let mut drafts = vec![draft(Operator::NoOp, NO_OP)];
    let own = statements(body);
    let only = match own.as_slice() {
        [only] => text_of(*only, text),
        _ => "",
    };
    if own.is_empty() {
        return drafts;
    }
    for values in of_function(function.node, text) {
        let instead = format!("return {}", values.join(", "));
        let instead = instead.trim_end();
        if instead != only {
            drafts.push(draft(Operator::Body, &format!("{instead};")));
        }
    }
    drafts
}

/// The rows of values that a function may give back: the simplest of each type, then the next.
fn of_function(function: Node<'_>, text: &str) -> Vec<Vec<String>> {
    let types = types(function, text);
    let values: Vec<Vec<String>> = types.iter().map(|of| of_type(*of, text)).collect();
    let row = |nth: usize| -> Vec<String> {
        let one = |own: &Vec<String>| own.get(nth).or(own.first()).cloned().unwrap_or_default();
        values.iter().map(one).collect()
    };
    let (first, second) = (row(0), row(1));
    if first == second {
        vec![first]
    } else {
        vec![first, second]
    }
}

/// The type of each result.
fn types<'t>(function: Node<'t>, text: &str) -> Vec<Node<'t>> {
    let Some(result) = function.child_by_field_name("result") else {
        return Vec::new();
    };
    if result.kind() != "parameter_list" {
        return vec![result];
    }
    let mut found = Vec::new();
    for declared in children(result) {
        let Some(of) = declared.child_by_field_name("type") else {
            continue;
        };
        let mut cursor = declared.walk();
        let names = declared.children_by_field_name("name", &mut cursor);
        let names = names.filter(|name| name.is_named() && !text_of(*name, text).is_empty());
        let count = names.count().max(1);
        found.extend(std::iter::repeat_n(of, count));
    }
    found
}

/// Values of a type. `*new(T)` is the zero of any.
fn of_type(of: Node<'_>, text: &str) -> Vec<String> {
    let own = text_of(of, text);
    let words: &[&str] = match of.kind() {
        "pointer_type" | "slice_type" | "map_type" | "channel_type" => &["nil"],
        "function_type" | "interface_type" => &["nil"],
        "type_identifier" => match own {
            "bool" => &["true", "false"],
            "string" => &["\"\"", "\"mutant\""],
            "error" | "any" => &["nil"],
            "int" | "int8" | "int16" | "int32" | "int64" | "uint" | "uint8" | "uint16"
            | "uint32" | "uint64" | "byte" | "rune" | "float32" | "float64" => &["0", "1"],
            _ => &[],
        },
        _ => &[],
    };
    if words.is_empty() {
        return vec![format!("*new({own})")];
    }
    words.iter().map(|word| (*word).to_owned()).collect()
}
