//! Finds the place in a file where a mutant can be switched on without changing anything else.

use super::super::syntax::{children, field_text, is_function};
use super::flat::flat;
use super::{bodies, grammar};
use redgreen_core::mutant::{Mutant, Operator};
use std::ops::Range;
use tree_sitter::Node;

/// How a mutant is switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// A statement at the start of a body.
    Entry,
    /// A statement that is passed over.
    Guard,
    /// An expression with another beside it.
    Value,
}

/// Where and how a mutant is switched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) form: Form,
    /// The bytes that are switched; where a body is entered, the place of the statement.
    pub(super) bytes: Range<usize>,
    /// What runs in their place.
    pub(super) arm: String,
    /// The statement that the switched expression begins: it needs braces, because a bracket at
    /// its start would call what stands on the line above.
    pub(super) begins: Option<Range<usize>>,
}

/// The place of `mutant`; nothing where no switch keeps the meaning of the rest.
pub(super) fn place(root: Node<'_>, text: &str, mutant: &Mutant) -> Option<Place> {
    if text.get(mutant.bytes.clone())? != mutant.was {
        return None;
    }
    let node = root.descendant_for_byte_range(mutant.bytes.start, mutant.bytes.end)?;
    if mutant.operator == Operator::NoOp {
        let at = mutant.bytes.start;
        return Some(entry(text, at..at, String::new()));
    }
    let whole = spanning(node, &mutant.bytes);
    if let Some(block) = whole.filter(|node| node.kind() == "statement_block") {
        let owner = block.parent()?;
        if is_function(owner) {
            let at = bodies::entry(block);
            return Some(entry(text, at..at, left(&mutant.now)));
        }
        return (mutant.now == "{}").then(|| guard(block));
    }
    let statement = whole.filter(|node| node.kind().ends_with("_statement"));
    if let Some(statement) = statement.filter(|_| matches!(mutant.now.as_str(), "" | ";")) {
        return Some(guard(statement));
    }
    value(node, text, mutant)
}

/// The outermost node of exactly these bytes.
fn spanning<'t>(node: Node<'t>, bytes: &Range<usize>) -> Option<Node<'t>> {
    let mut at = (node.byte_range() == *bytes).then_some(node)?;
    while let Some(parent) = at
        .parent()
        .filter(|parent| parent.byte_range() == *bytes && parent.kind() != "program")
    {
        at = parent;
    }
    Some(at)
}

fn entry(text: &str, bytes: Range<usize>, arm: String) -> Place {
    let before = text[..bytes.start].chars().next_back();
    let closed = matches!(before, Some('{' | ';'));
    Place {
        form: Form::Entry,
        bytes,
        arm: format!("{}\0{arm}", if closed { "" } else { ";" }),
        begins: None,
    }
}

/// The statements of a body, and a way out of it.
fn left(body: &str) -> String {
    let inner = body
        .trim()
        .trim_start_matches('{')
        .strip_suffix('}')
        .unwrap_or_default();
    let out = if inner.contains("return") {
        ""
    } else {
        " return;"
    };
    format!("{}{out}", inner.trim())
}

fn guard(statement: Node<'_>) -> Place {
    Place {
        form: Form::Guard,
        bytes: statement.byte_range(),
        arm: String::new(),
        begins: None,
    }
}

fn value(node: Node<'_>, text: &str, mutant: &Mutant) -> Option<Place> {
    let mut at = node;
    while !is_value(at) {
        at = at.parent()?;
    }
    while let Some(parent) = at.parent().filter(|parent| is_bound(at, *parent, text)) {
        at = parent;
        while !is_value(at) {
            at = at.parent()?;
        }
    }
    let (start, end) = (at.start_byte(), at.end_byte());
    let arm = format!(
        "{}{}{}",
        text.get(start..mutant.bytes.start)?,
        mutant.now,
        text.get(mutant.bytes.end..end)?
    );
    Some(Place {
        form: Form::Value,
        bytes: start..end,
        arm: flat(&arm),
        begins: begun(at),
    })
}

/// Whether the node is an expression that another can stand for.
fn is_value(node: Node<'_>) -> bool {
    let kind = matches!(
        node.kind(),
        "as_expression"
            | "satisfies_expression"
            | "augmented_assignment_expression"
            | "assignment_expression"
            | "await_expression"
            | "binary_expression"
            | "new_expression"
            | "ternary_expression"
            | "unary_expression"
            | "update_expression"
            | "yield_expression"
            | "array"
            | "call_expression"
            | "true"
            | "false"
            | "null"
            | "undefined"
            | "identifier"
            | "this"
            | "member_expression"
            | "non_null_expression"
            | "number"
            | "object"
            | "parenthesized_expression"
            | "string"
            | "subscript_expression"
            | "template_string"
            | "arrow_function"
    );
    let is_condition = node.parent().is_some_and(|parent| {
        node.kind() == "parenthesized_expression"
            && parent.child_by_field_name("condition") == Some(node)
            && parent.kind() != "ternary_expression"
            || parent.kind() == "switch_statement"
    });
    kind && !is_condition
}

/// Whether `node` means something else without `parent` around it: what a call is made on, what is
/// assigned to, what binds by the strength of its operator, what a chain stops with.
fn is_bound(node: Node<'_>, parent: Node<'_>, text: &str) -> bool {
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "call_expression" => is("function"),
        "member_expression" | "subscript_expression" => is("object") && stops(node),
        "non_null_expression" => true,
        "binary_expression" => node.kind() == "binary_expression",
        "assignment_expression" | "augmented_assignment_expression" => is("left"),
        "for_in_statement" => is("left"),
        "update_expression" => true,
        "unary_expression" => field_text(parent, "operator", text) == "delete",
        _ => false,
    }
}

/// Whether a link of the chain stops it where there is nothing.
fn stops(node: Node<'_>) -> bool {
    let mut at = Some(node);
    while let Some(here) = at {
        let mut cursor = here.walk();
        let mut links = here.children(&mut cursor);
        if links.any(|link| matches!(link.kind(), "optional_chain" | "?.")) {
            return true;
        }
        at = match here.kind() {
            "member_expression" | "subscript_expression" => here.child_by_field_name("object"),
            "call_expression" => here.child_by_field_name("function"),
            "non_null_expression" => children(here).first().copied(),
            _ => None,
        };
    }
    false
}

/// The statement that begins with the node.
fn begun(node: Node<'_>) -> Option<Range<usize>> {
    let mut at = node;
    while let Some(parent) = at.parent() {
        if parent.start_byte() != node.start_byte() {
            return None;
        }
        if parent.kind() == "expression_statement" {
            let around = parent.parent();
            let in_head = around.is_some_and(|around| {
                around.kind() == "for_statement"
                    && around.child_by_field_name("body") != Some(parent)
            });
            let bare = !in_head && !grammar::is_directive(parent);
            return bare.then(|| parent.byte_range());
        }
        at = parent;
    }
    None
}
