//! Says which defects a node of Rust's grammar can take.

use super::super::syntax::{attribute_path, text_of};
use crate::mutate::{Edit, Grammar};
use redgreen_core::mutant::Operator;
use tree_sitter::Node;

/// The table for the walk that all languages share.
pub(super) static GRAMMAR: Grammar = Grammar {
    operations: &["binary_expression", "compound_assignment_expr"],
    swaps: &[
        ("==", Operator::Boundary, &["!="]),
        ("!=", Operator::Boundary, &["=="]),
        ("<", Operator::Boundary, &["==", ">", "<="]),
        (">", Operator::Boundary, &["==", "<", ">="]),
        ("<=", Operator::Boundary, &[">"]),
        (">=", Operator::Boundary, &["<"]),
        ("&&", Operator::Logic, &["||"]),
        ("||", Operator::Logic, &["&&"]),
        ("+", Operator::Arithmetic, &["-", "*"]),
        ("-", Operator::Arithmetic, &["+", "/"]),
        ("*", Operator::Arithmetic, &["+", "/"]),
        ("/", Operator::Arithmetic, &["%", "*"]),
        ("%", Operator::Arithmetic, &["/", "+"]),
        ("<<", Operator::Arithmetic, &[">>"]),
        (">>", Operator::Arithmetic, &["<<"]),
        ("&", Operator::Arithmetic, &["|", "^"]),
        ("|", Operator::Arithmetic, &["&", "^"]),
        ("^", Operator::Arithmetic, &["|", "&"]),
        ("+=", Operator::Arithmetic, &["-=", "*="]),
        ("-=", Operator::Arithmetic, &["+=", "/="]),
        ("*=", Operator::Arithmetic, &["+=", "/="]),
        ("/=", Operator::Arithmetic, &["%=", "*="]),
        ("%=", Operator::Arithmetic, &["/=", "+="]),
        ("<<=", Operator::Arithmetic, &[">>="]),
        (">>=", Operator::Arithmetic, &["<<="]),
        ("&=", Operator::Arithmetic, &["|="]),
        ("|=", Operator::Arithmetic, &["&="]),
        ("^=", Operator::Arithmetic, &["|=", "&="]),
    ],
    // A condition may be a pattern, so `more` decides.
    conditions: &[],
    truth: ("true", "false"),
    negations: &[("unary_expression", "!"), ("unary_expression", "-")],
    integers: &["integer_literal"],
    floats: &["float_literal"],
    strings: &["string_literal", "raw_string_literal"],
    booleans: &["boolean_literal"],
    statements: &[],
    raises: &[],
    arid,
    more,
};

/// Macros, methods and paths that speak to people: what they say is nobody's behaviour.
const TALK: [&str; 2] = ["expect", "expect_err"];

/// Nodes below which nothing is changed.
fn arid(node: Node<'_>, text: &str) -> bool {
    let kind = node.kind();
    let parent = node.parent();
    let is_field =
        |name: &str| parent.is_some_and(|parent| parent.child_by_field_name(name) == Some(node));
    let is_matched = parent.is_some_and(|parent| parent.kind() == "match_pattern");
    if is_matched && !is_field("condition") || is_field("pattern") && kind != "match_pattern" {
        return true;
    }
    match kind {
        "attribute_item"
        | "inner_attribute_item"
        | "macro_invocation"
        | "macro_definition"
        | "line_comment"
        | "block_comment" => true,
        "type_arguments" | "type_parameters" | "where_clause" | "parameters"
        | "closure_parameters" => true,
        "array_type" | "reference_type" | "generic_type" | "tuple_type" | "abstract_type" => true,
        "use_declaration" | "extern_crate_declaration" => true,
        "integer_literal" => is_field("field"),
        "string_literal" | "raw_string_literal" => talks(node, text),
        "match_pattern" => node.child_by_field_name("condition").is_none(),
        _ => is_muted(node, text),
    }
}

/// Whether a string is the message of an `expect`.
fn talks(node: Node<'_>, text: &str) -> bool {
    let call = node
        .parent()
        .filter(|arguments| arguments.kind() == "arguments")
        .and_then(|arguments| arguments.parent());
    let function = call.and_then(|call| call.child_by_field_name("function"));
    let method = function.and_then(|function| function.child_by_field_name("field"));
    method.is_some_and(|method| TALK.contains(&text_of(method, text)))
}

/// Whether an attribute above the item leaves it out: it is there only in a test build, or its
/// author asked so.
fn is_muted(node: Node<'_>, text: &str) -> bool {
    if !matches!(node.kind(), "function_item" | "mod_item" | "impl_item") {
        return false;
    }
    let above = std::iter::successors(node.prev_named_sibling(), |one| one.prev_named_sibling());
    let mut attributes =
        above.take_while(|one| one.kind() == "attribute_item" || one.kind().ends_with("_comment"));
    attributes
        .any(|one| one.kind() == "attribute_item" && attribute_path(one, text) == "mutants::skip")
}

/// Defects that no table can say.
fn more(node: Node<'_>, text: &str) -> Vec<Edit> {
    match node.kind() {
        "if_expression" | "while_expression" | "match_pattern" => decided(node),
        "expression_statement" => removed(node, text).into_iter().collect(),
        "match_arm" => arm(node).into_iter().collect(),
        "range_expression" => range(node, text).into_iter().collect(),
        "call_expression" => wrapped(node, text).into_iter().collect(),
        "identifier" => nothing(node, text).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A condition without a pattern, decided beforehand.
fn decided(node: Node<'_>) -> Vec<Edit> {
    let condition = node.child_by_field_name("condition");
    let Some(condition) = condition.filter(|one| !one.kind().starts_with("let_")) else {
        return Vec::new();
    };
    let inner = match condition.kind() {
        "parenthesized_expression" => condition.named_child(0).unwrap_or(condition),
        "boolean_literal" => return Vec::new(),
        _ => condition,
    };
    // An endless loop tells little, and costs two limits of time.
    let words: &[&str] = if node.kind() == "while_expression" {
        &["false"]
    } else {
        &["true", "false"]
    };
    let edit = |word: &&str| (inner.byte_range(), Operator::Condition, (*word).to_owned());
    words.iter().map(edit).collect()
}

/// A statement that is taken out: a call, an assignment, an early return of an error.
fn removed(node: Node<'_>, text: &str) -> Option<Edit> {
    let inner = node.named_child(0)?;
    let is_closed = text_of(node, text).ends_with(';');
    let is_marked = node
        .prev_named_sibling()
        .is_some_and(|above| above.kind() == "attribute_item");
    if !is_closed || is_marked {
        return None;
    }
    let operator = match inner.kind() {
        "call_expression"
        | "assignment_expression"
        | "compound_assignment_expr"
        | "await_expression"
        | "continue_expression" => Operator::Statement,
        "try_expression" => Operator::ErrorPath,
        "return_expression" => {
            let value = text_of(inner.named_child(0)?, text);
            if !value.starts_with("Err(") {
                return None;
            }
            Operator::ErrorPath
        }
        _ => return None,
    };
    Some((node.byte_range(), operator, String::new()))
}

/// An arm beside a wildcard is taken out.
fn arm(node: Node<'_>) -> Option<Edit> {
    let is_wild = |arm: Node<'_>| {
        let pattern = arm.child_by_field_name("pattern")?;
        let whole = pattern.child(0)?;
        let is_open = pattern.child_by_field_name("condition").is_none();
        Some(whole.kind() == "_" && is_open && pattern.child_count() == 1)
    };
    let block = node.parent()?;
    let mut cursor = block.walk();
    let others = block.named_children(&mut cursor);
    let beside = others
        .filter(|other| other.kind() == "match_arm" && *other != node)
        .any(|other| other.start_byte() > node.start_byte() && is_wild(other) == Some(true));
    let fits = beside && is_wild(node) != Some(true);
    fits.then(|| (node.byte_range(), Operator::Condition, String::new()))
}

/// A range that gains or loses its last element.
fn range(node: Node<'_>, text: &str) -> Option<Edit> {
    let mut cursor = node.walk();
    let mut tokens = node.children(&mut cursor);
    let token = tokens.find(|child| matches!(text_of(*child, text), ".." | "..="))?;
    let has_end = token.next_sibling().is_some();
    let now = if text_of(token, text) == ".." {
        "..="
    } else {
        ".."
    };
    has_end.then(|| (token.byte_range(), Operator::Collection, now.to_owned()))
}

/// `Some(x)` becomes `None`.
fn wrapped(node: Node<'_>, text: &str) -> Option<Edit> {
    let function = node.child_by_field_name("function")?;
    let is_some = text_of(function, text) == "Some";
    is_some.then(|| (node.byte_range(), Operator::Return, "None".to_owned()))
}

/// `None` becomes `Some` of a default.
fn nothing(node: Node<'_>, text: &str) -> Option<Edit> {
    let is_value = text_of(node, text) == "None";
    let now = "Some(Default::default())".to_owned();
    is_value.then(|| (node.byte_range(), Operator::Return, now))
}
