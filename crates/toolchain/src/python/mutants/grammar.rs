//! States the grammar of Python for the walk over its syntax tree.

use super::super::syntax::{children, holds, text_of};
use super::{arid, collection, instead, place};
use crate::mutate::{Edit, Grammar};
use redgreen_core::mutant::Operator;
use tree_sitter::Node;

/// Kinds of nodes and what becomes of their tokens.
pub(super) const PYTHON: Grammar = Grammar {
    operations: &["comparison_operator", "boolean_operator"],
    swaps: &[
        ("<", Operator::Boundary, &["<=", ">="]),
        ("<=", Operator::Boundary, &["<", ">"]),
        (">", Operator::Boundary, &[">=", "<="]),
        (">=", Operator::Boundary, &[">", "<"]),
        ("==", Operator::Boundary, &["!="]),
        ("!=", Operator::Boundary, &["=="]),
        ("is", Operator::Boundary, &["is not"]),
        ("is not", Operator::Boundary, &["is"]),
        ("in", Operator::Boundary, &["not in"]),
        ("not in", Operator::Boundary, &["in"]),
        ("and", Operator::Logic, &["or"]),
        ("or", Operator::Logic, &["and"]),
    ],
    conditions: &[],
    truth: ("True", "False"),
    negations: &[("not_operator", "not")],
    integers: &["integer"],
    floats: &["float"],
    strings: &["string"],
    booleans: &["true", "false"],
    statements: &[("delete_statement", "pass")],
    raises: &[("raise_statement", "pass"), ("assert_statement", "pass")],
    arid: arid::is_arid,
    more,
};

/// Arithmetic and bit operators, and what takes their place. With `=` behind them they assign.
const ARITHMETIC: [(&str, &str); 12] = [
    ("+", "-"),
    ("-", "+"),
    ("*", "/"),
    ("/", "*"),
    ("//", "/"),
    ("%", "*"),
    ("**", "*"),
    ("<<", ">>"),
    (">>", "<<"),
    ("&", "|"),
    ("|", "&"),
    ("^", "&"),
];

/// What no table can say.
fn more(node: Node<'_>, text: &str) -> Vec<Edit> {
    match node.kind() {
        "if_statement" | "elif_clause" => {
            let condition = node.child_by_field_name("condition");
            decided(condition, text, &["True", "False"])
        }
        // For ever is a limit that every test runs into, and a dear one.
        "while_statement" => decided(node.child_by_field_name("condition"), text, &["False"]),
        "if_clause" => decided(node.named_child(0), text, &["True", "False"]),
        "conditional_expression" => {
            let condition = children(node).get(1).copied();
            decided(condition, text, &["True", "False"])
        }
        "binary_operator" | "augmented_assignment" => arithmetic(node, text).into_iter().collect(),
        "unary_operator" => unsigned(node, text).into_iter().collect(),
        "return_statement" | "yield" => returned(node, text),
        "lambda" => lambda(node, text).into_iter().collect(),
        "expression_statement" => removed(node, text).into_iter().collect(),
        "except_clause" | "except_group_clause" => unhandled(node, text).into_iter().collect(),
        "break_statement" | "continue_statement" => turned(node, text).into_iter().collect(),
        "call" => collection::call(node, text),
        "subscript" => collection::subscript(node, text),
        "slice" => collection::slice(node),
        _ => Vec::new(),
    }
}

/// A condition that is decided beforehand. One that binds a name is turned round instead: the
/// name must stay bound.
fn decided(condition: Option<Node<'_>>, text: &str, words: &[&str]) -> Vec<Edit> {
    let Some(condition) = condition else {
        return Vec::new();
    };
    let inner = match condition.kind() {
        "parenthesized_expression" => condition.named_child(0).unwrap_or(condition),
        _ => condition,
    };
    if inner.kind() == "named_expression" || holds(inner, "named_expression") {
        let now = format!("not ({})", text_of(inner, text));
        let now = instead(inner, text, &now);
        return vec![(inner.byte_range(), Operator::Condition, now)];
    }
    let decided = words.iter().map(|word| {
        let now = instead(inner, text, word);
        (inner.byte_range(), Operator::Condition, now)
    });
    decided.collect()
}

/// Another operator, where neither side is a text or a display: those have only one.
fn arithmetic(node: Node<'_>, text: &str) -> Option<Edit> {
    let sides = ["left", "right"].map(|side| node.child_by_field_name(side));
    let has_one = |side: &Option<Node<'_>>| {
        let kind = side.map_or("", |side| side.kind());
        matches!(
            kind,
            "string" | "concatenated_string" | "list" | "list_comprehension" | "tuple"
        )
    };
    if sides.iter().any(has_one) {
        return None;
    }
    let token = node.child_by_field_name("operator")?;
    let own = text_of(token, text);
    let sign = match node.kind() {
        "augmented_assignment" => own.strip_suffix('=')?,
        _ => own,
    };
    let (_, now) = ARITHMETIC.iter().find(|(of, _)| *of == sign)?;
    let now = format!("{now}{}", &own[sign.len()..]);
    Some((token.byte_range(), Operator::Arithmetic, now))
}

/// `-x` without its sign; a literal has another value already.
fn unsigned(node: Node<'_>, text: &str) -> Option<Edit> {
    let operand = node.child_by_field_name("argument")?;
    let is_literal = matches!(operand.kind(), "integer" | "float");
    let now = instead(node, text, text_of(operand, text));
    (!is_literal).then(|| (node.byte_range(), Operator::Arithmetic, now))
}

/// Nothing in the place of what is returned or yielded, and an empty display for a full one.
fn returned(node: Node<'_>, text: &str) -> Vec<Edit> {
    let values = children(node);
    let from = text_of(node, text)
        .split_whitespace()
        .nth(1)
        .is_some_and(|word| word == "from");
    let [value] = values[..] else {
        return Vec::new();
    };
    if value.kind() == "none" || from {
        return Vec::new();
    }
    let empty = match value.kind() {
        "list" | "list_comprehension" => Some("[]"),
        "dictionary" | "dictionary_comprehension" => Some("{}"),
        "set" | "set_comprehension" => Some("set()"),
        "tuple" => Some("()"),
        "comparison_operator" | "boolean_operator" | "not_operator" => Some("True"),
        _ => None,
    };
    let is_bool = empty == Some("True");
    let words = [Some("None"), empty, is_bool.then_some("False")];
    let is_same = |word: &&str| text_of(value, text) == *word;
    let words = words.into_iter().flatten().filter(|word| !is_same(word));
    words
        .map(|word| {
            let now = instead(value, text, word);
            (value.byte_range(), Operator::Return, now)
        })
        .collect()
}

fn lambda(node: Node<'_>, text: &str) -> Option<Edit> {
    let body = node.child_by_field_name("body")?;
    let now = instead(body, text, "None");
    (body.kind() != "none").then(|| (body.byte_range(), Operator::Return, now))
}

/// A statement taken out. What a file or class binds stays bound, a generator stays one.
fn removed(node: Node<'_>, text: &str) -> Option<Edit> {
    let inner = node.named_child(0)?;
    let binds = inner.kind() == "assignment"
        && inner
            .child_by_field_name("left")
            .is_none_or(|left| !matches!(left.kind(), "attribute" | "subscript"));
    // An inner function that says `nonlocal` needs the name to be bound here.
    let is_shared = binds
        && place::around(node)
            .filter(|each| each.kind() == "function_definition")
            .any(|each| text_of(each, text).contains("nonlocal "));
    let yields = inner.kind() == "yield" || holds(inner, "yield");
    if yields || is_shared || binds && !place::is_in_function(node) {
        return None;
    }
    let now = instead(node, text, "pass");
    Some((node.byte_range(), Operator::Statement, now))
}

/// A handler that lets its error through.
fn unhandled(node: Node<'_>, text: &str) -> Option<Edit> {
    let block = children(node)
        .into_iter()
        .find(|each| each.kind() == "block")?;
    let statements = children(block);
    let (first, last) = (statements.first()?, statements.last()?);
    if text_of(*first, text) == "raise" {
        return None;
    }
    let bytes = first.start_byte()..last.end_byte();
    Some((bytes, Operator::ErrorPath, "raise".to_owned()))
}

/// `break` and `continue` change places, where that does not run for ever.
fn turned(node: Node<'_>, text: &str) -> Option<Edit> {
    let now = match text_of(node, text) {
        "continue" => "break",
        "break" if place::own_loop(node)?.kind() == "for_statement" => "continue",
        _ => return None,
    };
    Some((node.byte_range(), Operator::Statement, now.to_owned()))
}
