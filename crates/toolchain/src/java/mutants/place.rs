//! Finds the place where a mutant of Java can be switched on: the start of a body, a statement, a
//! handler's block, or an expression.
//!
//! No grammar tells the type of an expression: what does not fit there the compiler refuses.

use super::super::syntax::{Items, children, has_modifier, text_of};
use super::grammar::parts;
use redgreen_core::mutant::{Mutant, Operator};
use std::ops::Range;
use tree_sitter::Node;

/// How a place is rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// A branch is put behind the opening brace of a body.
    Start,
    /// A statement becomes branches.
    Statement,
    /// The block of a handler becomes branches inside its braces.
    Block,
    /// An expression becomes a conditional.
    Value,
}

/// A place in head's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) form: Form,
    pub(super) bytes: Range<usize>,
    /// The member of a type that holds it: an error there may be its fault.
    pub(super) member: Range<usize>,
}

/// Why a mutant has no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Classes of its own may do.
    Alone,
    /// Other files may have to be compiled with it.
    Whole,
}

/// Expressions that a conditional can hold as a value.
const VALUES: [&str; 12] = [
    "binary_expression",
    "unary_expression",
    "update_expression",
    "assignment_expression",
    "method_invocation",
    "ternary_expression",
    "decimal_integer_literal",
    "decimal_floating_point_literal",
    "string_literal",
    "field_access",
    "true",
    "false",
];

/// The place of a mutant of the file `text`, or why there is none.
pub(super) fn of(
    root: Node<'_>,
    (items, text): (&Items<'_>, &str),
    mutant: &Mutant,
) -> Result<Place, Refused> {
    let bytes = mutant.bytes.clone();
    let node = root.descendant_for_byte_range(bytes.start, bytes.end);
    let node = node.ok_or(Refused::Alone)?;
    if mutant.operator == Operator::Hunk {
        return Err(Refused::Whole);
    }
    fits(node, text)?;
    let (form, node) = match mutant.operator {
        Operator::Body => body(node, &mutant.now)?,
        Operator::NoOp => (Form::Start, node.parent().ok_or(Refused::Alone)?),
        Operator::ErrorPath if node.kind() == "block" => (Form::Block, node),
        Operator::Assertion
        | Operator::Hunk
        | Operator::Condition
        | Operator::Boundary
        | Operator::Constant
        | Operator::Arithmetic
        | Operator::Logic
        | Operator::Return
        | Operator::Statement
        | Operator::ErrorPath
        | Operator::Collection => around(node, text, &bytes)?,
    };
    let own = text_of(node, text);
    let is_value = form == Form::Value;
    // A name that a pattern gives is known behind it, and not behind a conditional.
    if node.has_error() || own.contains("\"\"\"") || is_value && own.contains("instanceof") {
        return Err(Refused::Alone);
    }
    let holds = |member: &Range<usize>| member.start <= bytes.start && bytes.end <= member.end;
    let members = items.members.iter().map(|member| member.node.byte_range());
    let member = members.filter(holds).min_by_key(ExactSizeIterator::len);
    let bytes = node.byte_range();
    Ok(Place {
        form,
        member: member.unwrap_or(bytes.clone()),
        bytes,
    })
}

/// The body of a method; a stub throws where nothing else is known, and stands in no branch.
fn body<'t>(node: Node<'t>, now: &str) -> Result<(Form, Node<'t>), Refused> {
    let is_whole = now.starts_with('{') && now.ends_with('}');
    match node.parent().map(|method| method.kind()) {
        Some("method_declaration") if is_whole => Ok((Form::Start, node)),
        _ => Err(Refused::Alone),
    }
}

/// The innermost place around `node`: what is true or false first, then a plain statement, then a
/// value.
fn around<'t>(
    node: Node<'t>,
    text: &str,
    bytes: &Range<usize>,
) -> Result<(Form, Node<'t>), Refused> {
    let mut value = None;
    let mut here = Some(node);
    while let Some(one) = here {
        let holds = one.start_byte() <= bytes.start && bytes.end <= one.end_byte();
        if holds && is_truth(one, text) {
            return Ok((Form::Value, one));
        }
        if holds && value.is_none() && is_value(one) {
            value = Some(one);
        }
        let is_rule = one.parent().is_some_and(|up| up.kind() == "switch_rule");
        match (one.kind(), value) {
            ("expression_statement", Some(value)) if is_rule => return Ok((Form::Value, value)),
            ("expression_statement" | "return_statement" | "throw_statement", _)
            | ("yield_statement" | "assert_statement", _) => return Ok((Form::Statement, one)),
            ("lambda_expression", Some(value)) => return Ok((Form::Value, value)),
            (kind, None) if kind.ends_with("_statement") || kind == "block" => break,
            (kind, Some(value))
                if kind.ends_with("_statement") || kind.ends_with("_declaration") =>
            {
                return Ok((Form::Value, value));
            }
            _ => here = one.parent(),
        }
    }
    value
        .map(|value| (Form::Value, value))
        .ok_or(Refused::Alone)
}

/// Whether a conditional can stand in place of an expression: what a loop does behind each round
/// has to be a statement, and what is assigned to has to be a name.
fn is_value(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    let is_step = parent.kind() == "for_statement" && !is("condition");
    let is_target = parent.kind() == "assignment_expression" && is("left");
    VALUES.contains(&node.kind()) && !is_step && !is_target && parent.kind() != "update_expression"
}

/// Whether an expression is true or false by its look alone.
fn is_truth(node: Node<'_>, text: &str) -> bool {
    let sign = node.child_by_field_name("operator");
    let sign = sign.map_or("", |sign| text_of(sign, text));
    match node.kind() {
        "binary_expression" => {
            matches!(sign, "==" | "!=" | "<" | "<=" | ">" | ">=" | "&&" | "||")
        }
        "unary_expression" => sign == "!",
        _ => is_condition(node),
    }
}

/// Whether an expression decides: what stands between the brackets of an `if`.
fn is_condition(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    let decides = |one: Node<'_>| {
        one.parent().is_some_and(|up| {
            matches!(
                up.kind(),
                "if_statement"
                    | "while_statement"
                    | "do_statement"
                    | "for_statement"
                    | "ternary_expression"
            ) && up.child_by_field_name("condition") == Some(one)
        })
    };
    match parent.kind() {
        "parenthesized_expression" => decides(parent),
        _ => node.kind() != "parenthesized_expression" && decides(node),
    }
}

/// Whether a switch may stand at `node`; else why not.
fn fits(node: Node<'_>, text: &str) -> Result<(), Refused> {
    let mut inner = node;
    while let Some(here) = inner.parent() {
        match here.kind() {
            "ERROR" | "switch_label" | "annotation" | "marker_annotation"
            | "import_declaration" => {
                return Err(Refused::Alone);
            }
            "constant_declaration" if is_simple(here, text) => {
                return Err(Refused::Whole);
            }
            "field_declaration" if is_simple(here, text) && has_modifier(here, "final") => {
                let open = has_modifier(here, "static") && !has_modifier(here, "private");
                return Err(if open { Refused::Whole } else { Refused::Alone });
            }
            "local_variable_declaration"
                if is_simple(here, text) && has_modifier(here, "final") =>
            {
                return Err(Refused::Alone);
            }
            "lambda_expression" | "class_body" | "method_declaration" => return Ok(()),
            _ => inner = here,
        }
    }
    Ok(())
}

/// Whether what is declared may be a constant for the compiler: a number, a truth or a text.
fn is_simple(declaration: Node<'_>, text: &str) -> bool {
    let called = ["(method_invocation", "(object_creation", "(lambda"];
    let shape = declaration.to_sexp();
    if called.iter().any(|kind| shape.contains(kind)) {
        return false;
    }
    let kind = declaration.child_by_field_name("type");
    kind.is_some_and(|kind| {
        let basic = ["integral_type", "floating_point_type", "boolean_type"];
        basic.contains(&kind.kind()) || text_of(kind, text).ends_with("String")
    })
}

/// What a stub of a body says between its braces; nothing comes back from a method without a type.
pub(super) fn instead(body: &str) -> String {
    let inner = body.trim_start_matches('{').trim_end_matches('}').trim();
    if inner.is_empty() {
        "return;".to_owned()
    } else {
        inner.to_owned()
    }
}

/// The bodies that hold a mutant, each with the byte where a first statement may stand.
pub(super) fn entry(body: Node<'_>) -> usize {
    let first = parts(body).into_iter().next();
    match first.filter(|first| first.kind() == "explicit_constructor_invocation") {
        Some(first) => first.end_byte(),
        None => {
            let brace = children(body).first().map(Node::end_byte);
            brace.unwrap_or(body.start_byte() + 1)
        }
    }
}
