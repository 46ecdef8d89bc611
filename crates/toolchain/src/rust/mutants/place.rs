//! Says where a mutant can be switched on while the program runs, or why it cannot.

use super::super::stub::{entry, is_constant};
use super::super::syntax::text_of;
use crate::mutate::refusal::Refusal;
use redgreen_core::mutant::{Mutant, Operator};
use std::ops::Range;
use tree_sitter::Node;

/// How a place is rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// An expression becomes one of several.
    Expression,
    /// A statement is passed over.
    Statement,
    /// A body gives its value back before it begins; the place is where its first statement may
    /// stand.
    Body,
    /// An arm of a match is passed over; the place is where its guard may stand.
    Arm,
    /// The guard that an arm has already; the place is the guard.
    Guard,
    /// What a loop goes through becomes one of two ranges.
    Loop,
    /// The attribute that lets a test panic. Nothing is rewritten: a test that passes with it
    /// fails without it.
    Attribute,
}

/// Where a mutant is switched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) form: Form,
    /// The bytes that are rewritten, in head's text.
    pub(super) bytes: Range<usize>,
    /// How many inline modules stand around it.
    pub(super) depth: usize,
}

/// The place of `mutant` in the tree `root` of its file.
pub(super) fn of(root: Node<'_>, text: &str, mutant: &Mutant) -> Result<Place, Refusal> {
    let bytes = &mutant.bytes;
    let node = root
        .descendant_for_byte_range(bytes.start, bytes.end)
        .filter(|_| text.get(bytes.clone()) == Some(mutant.was.as_str()))
        .ok_or("its file says something else")?;
    let (form, place, at) = placed(node, text, mutant)?;
    if form != Form::Attribute
        && let Some(why) = constant(at, text, form)
    {
        return Err(why.into());
    }
    if form == Form::Statement && leaves_a_hole(node) {
        let why = "the block gives no value without it";
        return Err(Refusal::Hopeless(why.to_owned()));
    }
    let depth = above(at).filter(|node| node.kind() == "mod_item").count();
    Ok(Place {
        form,
        bytes: place,
        depth,
    })
}

/// The nodes around `node`, nearest first.
fn above(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(node.parent(), |node| node.parent())
}

/// Whether a statement that leaves its block early is the block's last and something waits for
/// the value that the block then would have to give.
fn leaves_a_hole(statement: Node<'_>) -> bool {
    let leaves = statement
        .named_child(0)
        .is_some_and(|inner| matches!(inner.kind(), "return_expression" | "continue_expression"));
    if !leaves || !is_last(statement) {
        return false;
    }
    for node in above(statement) {
        match node.kind() {
            "if_expression" if node.child_by_field_name("alternative").is_none() => return false,
            "block" | "else_clause" | "match_block" | "match_arm" | "unsafe_block"
            | "if_expression" | "match_expression" => {}
            "let_declaration" => return true,
            "function_item" => return node.child_by_field_name("return_type").is_some(),
            "for_expression" | "while_expression" | "loop_expression" => return false,
            "expression_statement" if !is_value(node) => return false,
            "expression_statement" => {}
            _ => return true,
        }
    }
    false
}

/// Whether nothing but comments follows in the block.
fn is_last(node: Node<'_>) -> bool {
    let following =
        std::iter::successors(node.next_named_sibling(), |one| one.next_named_sibling());
    following
        .map(|one| one.kind())
        .all(|kind| kind.ends_with("_comment"))
}

/// Whether a statement without a semicolon is what its block comes to.
fn is_value(statement: Node<'_>) -> bool {
    let mut cursor = statement.walk();
    let is_open = statement
        .children(&mut cursor)
        .all(|child| child.kind() != ";");
    is_open && is_last(statement)
}

type Placed<'t> = (Form, Range<usize>, Node<'t>);

fn placed<'t>(node: Node<'t>, text: &str, mutant: &Mutant) -> Result<Placed<'t>, String> {
    match mutant.operator {
        Operator::NoOp | Operator::Body => body(node, text, mutant.operator),
        Operator::Assertion => assertion(node, text),
        Operator::Collection => range(node),
        Operator::Hunk
        | Operator::Condition
        | Operator::Boundary
        | Operator::Constant
        | Operator::Arithmetic
        | Operator::Logic
        | Operator::Return
        | Operator::Statement
        | Operator::ErrorPath => inside(node, text, mutant),
    }
}

fn body<'t>(node: Node<'t>, text: &str, operator: Operator) -> Result<Placed<'t>, String> {
    let mut around = std::iter::once(node).chain(above(node));
    let function = around
        .find(|node| node.kind() == "function_item")
        .ok_or("it is in no function")?;
    let opaque = function
        .child_by_field_name("return_type")
        .is_some_and(|of| text_of(of, text).contains("impl "));
    if opaque && operator == Operator::Body {
        return Err("the function gives back a type without a name".to_owned());
    }
    let at = entry(function).ok_or("the function has no body")?;
    let block = function.child_by_field_name("body").unwrap_or(function);
    Ok((Form::Body, at..at, block))
}

fn assertion<'t>(node: Node<'t>, text: &str) -> Result<Placed<'t>, String> {
    let around = || std::iter::once(node).chain(above(node));
    if around().any(|node| node.kind() == "attribute_item") {
        return Ok((Form::Attribute, node.byte_range(), node));
    }
    let invoked = around()
        .find(|node| node.kind() == "macro_invocation")
        .ok_or("it is in no macro call")?;
    let is_bare = invoked.parent().is_some_and(|parent| {
        parent.kind() == "expression_statement" && !text_of(parent, text).ends_with(';')
    });
    if is_bare {
        return Err("the macro call is a statement without a semicolon".to_owned());
    }
    Ok((Form::Expression, invoked.byte_range(), invoked))
}

fn inside<'t>(node: Node<'t>, text: &str, mutant: &Mutant) -> Result<Placed<'t>, String> {
    if mutant.now.is_empty() {
        return match node.kind() {
            "expression_statement" => Ok((Form::Statement, node.byte_range(), node)),
            "match_arm" => arm(node),
            kind => Err(format!("a {kind} cannot be passed over")),
        };
    }
    let mut at = node;
    if !at.is_named() {
        at = at.parent().ok_or("it is no expression")?;
        if loosened(&mutant.was, &mutant.now) {
            at = outermost(at);
        }
    }
    let negates = |node: Node<'_>| {
        let sign = node.child(0).map(|sign| text_of(sign, text));
        node.kind() == "unary_expression" && sign == Some("-")
    };
    while let Some(parent) = at.parent().filter(|parent| negates(*parent)) {
        at = parent;
    }
    Ok((Form::Expression, at.byte_range(), at))
}

/// Whether an operator binds less tightly than the one whose place it takes: then what stands
/// beside the expression may come to belong to it.
fn loosened(was: &str, now: &str) -> bool {
    strength(now.trim()) < strength(was.trim())
}

fn strength(operator: &str) -> u8 {
    match operator {
        "*" | "/" | "%" => 9,
        "+" | "-" => 8,
        "<<" | ">>" => 7,
        "&" => 6,
        "^" => 5,
        "|" => 4,
        "&&" => 2,
        "||" => 1,
        _ => 3,
    }
}

fn outermost(node: Node<'_>) -> Node<'_> {
    let chain = above(node).take_while(|node| node.kind() == "binary_expression");
    chain.last().unwrap_or(node)
}

fn arm(node: Node<'_>) -> Result<Placed<'_>, String> {
    let pattern = node
        .child_by_field_name("pattern")
        .ok_or("the arm has no pattern")?;
    match pattern.child_by_field_name("condition") {
        None => {
            let end = pattern.end_byte();
            Ok((Form::Arm, end..end, node))
        }
        Some(guard) if guard.kind().starts_with("let_") => {
            Err("the guard of the arm is a pattern".to_owned())
        }
        Some(guard) => Ok((Form::Guard, guard.byte_range(), node)),
    }
}

/// A range is of another type than an inclusive one, so the place is where both give one type:
/// a loop, a slice behind `&`, the call of a method of such a slice or range.
fn range(node: Node<'_>) -> Result<Placed<'_>, String> {
    let refused = || Err("a range and an inclusive range are two types".to_owned());
    let Some(range) = node.parent() else {
        return refused();
    };
    let mut at = range;
    while let Some(parent) = at.parent() {
        match parent.kind() {
            "for_expression" if parent.child_by_field_name("value") == Some(at) => {
                return Ok((Form::Loop, at.byte_range(), at));
            }
            "reference_expression" if at.kind() == "index_expression" => {
                return Ok((Form::Expression, parent.byte_range(), parent));
            }
            "parenthesized_expression" => {}
            "index_expression" if parent.named_child(1) == Some(at) => {}
            "field_expression" => {
                let call = parent.parent().filter(|call| {
                    call.kind() == "call_expression"
                        && call.child_by_field_name("function") == Some(parent)
                });
                return match call {
                    Some(call) => Ok((Form::Expression, call.byte_range(), call)),
                    None => refused(),
                };
            }
            _ => return refused(),
        }
        at = parent;
    }
    refused()
}

/// Why code is computed when the crate is built, so that nothing can be switched in it.
fn constant(at: Node<'_>, text: &str, form: Form) -> Option<&'static str> {
    let mut inner = at;
    let mut around: Vec<Node<'_>> = above(at).collect();
    if form == Form::Body {
        around.insert(0, at);
    }
    for node in around {
        let is_field = |name: &str| node.child_by_field_name(name) == Some(inner);
        match node.kind() {
            "closure_expression" | "async_block" => return None,
            "function_item" if is_constant(node, text) => {
                return Some("a constant function is computed when the crate is built");
            }
            "function_item" => return None,
            "const_item" | "static_item" | "const_block" | "associated_type" => {
                return Some("a constant is computed when the crate is built");
            }
            "array_expression" if is_field("length") => {
                return Some("the length of an array is a part of its type");
            }
            "enum_variant" | "type_arguments" | "const_parameter" | "array_type" => {
                return Some("it is a part of a type");
            }
            _ => {}
        }
        inner = node;
    }
    Some("it stands outside of every function")
}
