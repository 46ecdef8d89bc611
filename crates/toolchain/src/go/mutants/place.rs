//! Finds the place where a mutant can be switched on: the start of a body, an expression that is
//! true or false, or a statement, with all that follows it where it declares a name.

use super::super::syntax::{Go, children, text_of, walk};
use super::grammar::loop_condition;
use redgreen_core::mutant::{Mutant, Operator};
use std::ops::Range;
use tree_sitter::Node;

/// How a place is rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// A branch is put behind the opening brace of a body.
    Start,
    /// Statements become branches.
    Statements,
    /// An expression becomes a call of a function that is written around it.
    Truth,
}

/// A place in head's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) form: Form,
    pub(super) bytes: Range<usize>,
}

/// The place of a mutant, or why there is none.
pub(super) fn of(root: Node<'_>, text: &str, mutant: &Mutant) -> Result<Place, String> {
    let bytes = mutant.bytes.clone();
    match mutant.operator {
        Operator::Body | Operator::NoOp => {
            let form = Form::Start;
            return Ok(Place { form, bytes });
        }
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
        | Operator::Collection => {}
    }
    let mut around = root.descendant_for_byte_range(bytes.start, bytes.end);
    let mut truth = None;
    while let Some(here) = around {
        if here.kind() == "const_declaration" {
            return Err("a constant is computed with the build".to_owned());
        }
        if truth.is_none() && is_truth(here, text) {
            truth = Some(here.byte_range());
        }
        if here
            .parent()
            .is_some_and(|parent| parent.kind() == "statement_list")
        {
            return match truth {
                Some(bytes) => Ok(Place {
                    form: Form::Truth,
                    bytes,
                }),
                None => statements(here, text),
            };
        }
        around = here.parent();
    }
    match truth {
        Some(bytes) => Ok(Place {
            form: Form::Truth,
            bytes,
        }),
        None => Err("it stands outside of any function".to_owned()),
    }
}

/// Whether an expression is true or false by its look alone. What recovers from a panic does so
/// in its own function only.
fn is_truth(node: Node<'_>, text: &str) -> bool {
    if text_of(node, text).contains("recover(") {
        return false;
    }
    let sign = node.child_by_field_name("operator");
    let sign = sign.map_or("", |sign| text_of(sign, text));
    let parent = node.parent();
    let decides = parent.is_some_and(|parent| match parent.kind() {
        "if_statement" | "for_clause" => parent.child_by_field_name("condition") == Some(node),
        "for_statement" => loop_condition(parent) == Some(node),
        _ => false,
    });
    let compares = match node.kind() {
        "binary_expression" => {
            matches!(sign, "==" | "!=" | "<" | "<=" | ">" | ">=" | "&&" | "||")
        }
        "unary_expression" => sign == "!",
        _ => false,
    };
    decides || compares
}

/// A statement, with all that follows it where it declares a name.
fn statements(statement: Node<'_>, text: &str) -> Result<Place, String> {
    let declares = matches!(
        statement.kind(),
        "short_var_declaration" | "var_declaration" | "type_declaration"
    );
    let mut nodes = vec![statement];
    if declares {
        if let Some(name) = declared_again(statement, text) {
            return Err(format!("{name} is declared a second time"));
        }
        let list = statement.parent().map(children).unwrap_or_default();
        nodes.extend(
            list.into_iter()
                .filter(|one| one.start_byte() > statement.start_byte()),
        );
    }
    let mut jumps = nodes
        .iter()
        .any(|one| one.kind() == "fallthrough_statement");
    for node in &nodes {
        walk(*node, |inner| {
            jumps |= matches!(inner.kind(), "labeled_statement" | "goto_statement");
            Go::In
        });
    }
    if jumps {
        return Err("a jump would lead into it".to_owned());
    }
    let end = nodes.last().map_or(statement.end_byte(), Node::end_byte);
    Ok(Place {
        form: Form::Statements,
        bytes: statement.start_byte()..end,
    })
}

/// A name that a declaration takes up again and that something before it holds on to: inside of
/// a branch, it would be another variable.
fn declared_again(statement: Node<'_>, text: &str) -> Option<String> {
    let left = statement.child_by_field_name("left")?;
    let list = statement.parent()?;
    let before = children(list).into_iter();
    let before: Vec<Node<'_>> = before
        .filter(|one| one.end_byte() <= statement.start_byte())
        .collect();
    let function = list.parent().and_then(|block| block.parent());
    let results = function.and_then(|function| function.child_by_field_name("result"));
    let is_held = |name: &str| {
        let named = results.is_some_and(|results| names(results, text).any(|own| own == name));
        named || before.iter().any(|one| holds_on(*one, name, text))
    };
    children(left)
        .into_iter()
        .map(|name| text_of(name, text))
        .find(|name| *name != "_" && is_held(name))
        .map(str::to_owned)
}

fn names<'s>(list: Node<'_>, text: &'s str) -> impl Iterator<Item = &'s str> {
    let mut found = Vec::new();
    walk(list, |node| {
        if node.kind() == "identifier" {
            found.push(text_of(node, text));
        }
        Go::In
    });
    found.into_iter()
}

/// Whether a function literal or a pointer that is made in `statement` holds on to `name`.
fn holds_on(statement: Node<'_>, name: &str, text: &str) -> bool {
    let mut held = false;
    walk(statement, |node| {
        let takes = match node.kind() {
            "func_literal" => true,
            "unary_expression" => text_of(node, text).starts_with('&'),
            _ => false,
        };
        if takes {
            held |= names(node, text).any(|own| own == name);
            return Go::Past;
        }
        Go::In
    });
    held
}
