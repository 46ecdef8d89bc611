//! Says which nodes of the grammar take which defects.

use super::super::syntax::{children, field_text, text_of};
use super::{methods, shapes};
use crate::mutate::{Edit, Grammar};
use redgreen_core::mutant::{Draft, Operator};
use tree_sitter::Node;

use Operator::{
    Arithmetic, Boundary, Collection, Condition, Constant, ErrorPath, Logic, Return, Statement,
};

/// The table of JavaScript and TypeScript.
pub(super) const GRAMMAR: Grammar = Grammar {
    operations: &[
        "binary_expression",
        "augmented_assignment_expression",
        "update_expression",
    ],
    swaps: &[
        ("===", Boundary, &["!=="]),
        ("!==", Boundary, &["==="]),
        ("==", Boundary, &["!="]),
        ("!=", Boundary, &["=="]),
        ("<", Boundary, &["<=", ">="]),
        ("<=", Boundary, &["<", ">"]),
        (">", Boundary, &[">=", "<="]),
        (">=", Boundary, &[">", "<"]),
        ("&&", Logic, &["||"]),
        ("||", Logic, &["&&"]),
        ("??", Logic, &["&&"]),
        ("+", Arithmetic, &["-"]),
        ("-", Arithmetic, &["+"]),
        ("*", Arithmetic, &["/"]),
        ("/", Arithmetic, &["*"]),
        ("%", Arithmetic, &["*"]),
        ("**", Arithmetic, &["*"]),
        ("&", Arithmetic, &["|"]),
        ("|", Arithmetic, &["&"]),
        ("^", Arithmetic, &["&"]),
        ("<<", Arithmetic, &[">>"]),
        (">>", Arithmetic, &["<<"]),
        (">>>", Arithmetic, &[">>"]),
        ("+=", Arithmetic, &["-="]),
        ("-=", Arithmetic, &["+="]),
        ("*=", Arithmetic, &["/="]),
        ("/=", Arithmetic, &["*="]),
        ("%=", Arithmetic, &["*="]),
        ("**=", Arithmetic, &["*="]),
        ("&=", Arithmetic, &["|="]),
        ("|=", Arithmetic, &["&="]),
        ("<<=", Arithmetic, &[">>="]),
        (">>=", Arithmetic, &["<<="]),
        ("&&=", Logic, &["||="]),
        ("||=", Logic, &["&&="]),
        ("??=", Logic, &["&&="]),
        ("++", Arithmetic, &["--"]),
        ("--", Arithmetic, &["++"]),
    ],
    // A loop that is told to go on never ends: see `more`.
    conditions: &[
        ("if_statement", "condition"),
        ("ternary_expression", "condition"),
    ],
    truth: ("true", "false"),
    negations: &[("unary_expression", "!")],
    integers: &["number"],
    floats: &[],
    strings: &["string", "template_string"],
    booleans: &["true", "false"],
    statements: &[],
    raises: &[],
    arid,
    more,
};

/// What only types, decorators and comments hold, what is logged, and what names a module or a
/// property.
fn arid(node: Node<'_>, text: &str) -> bool {
    let kind = node.kind();
    if kind.ends_with("_type") || kind.ends_with("_annotation") || kind.ends_with("_signature") {
        return true;
    }
    match kind {
        "comment"
        | "regex"
        | "decorator"
        | "import_statement"
        | "type_arguments"
        | "type_parameters"
        | "type_alias_declaration"
        | "interface_declaration"
        | "enum_declaration"
        | "ambient_declaration"
        | "implements_clause"
        | "export_clause"
        | "import_alias"
        | "type_query" => true,
        "expression_statement" => {
            is_directive(node) || node.named_child(0).is_some_and(|inner| logs(inner, text))
        }
        "call_expression" => logs(node, text) || loads(node, text),
        "string" | "template_string" => names_something(node),
        "number" => {
            let parent = node.parent();
            parent.is_some_and(|parent| parent.child_by_field_name("key") == Some(node))
        }
        _ => node
            .parent()
            .is_some_and(|parent| parent.child_by_field_name("increment") == Some(node)),
    }
}

/// `'use strict'`.
pub(super) fn is_directive(statement: Node<'_>) -> bool {
    let holds = |parent: Node<'_>| matches!(parent.kind(), "program" | "statement_block");
    statement.kind() == "expression_statement"
        && statement
            .named_child(0)
            .is_some_and(|inner| inner.kind() == "string")
        && statement.parent().is_some_and(holds)
}

/// `console.log(..)`, `logger.debug(..)`.
fn logs(node: Node<'_>, text: &str) -> bool {
    if node.kind() != "call_expression" {
        return false;
    }
    let callee = field_text(node, "function", text);
    let level = |name: &str| {
        matches!(
            name,
            "trace" | "debug" | "info" | "warn" | "error" | "log" | "verbose"
        )
    };
    callee.rsplit_once('.').is_some_and(|(owner, name)| {
        let last = owner.rsplit('.').next().unwrap_or(owner);
        last == "console" || matches!(last, "log" | "logger" | "_logger") && level(name)
    })
}

/// `require('x')`, `import('x')`, `vi.mock('x', ..)`.
fn loads(node: Node<'_>, text: &str) -> bool {
    let callee = field_text(node, "function", text);
    let mocks = |rest: &str| matches!(rest, "mock" | "doMock" | "unmock" | "requireActual");
    matches!(callee, "require" | "import" | "require.resolve")
        || callee
            .split_once('.')
            .is_some_and(|(owner, rest)| matches!(owner, "vi" | "jest") && mocks(rest))
}

/// A string that is a key, the name of a module, an attribute, or a tagged template.
fn names_something(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else {
        return true;
    };
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "pair" | "pair_pattern" => is("key"),
        "method_definition" | "public_field_definition" | "field_definition" => is("name"),
        "call_expression" => is("arguments"),
        "export_statement"
        | "jsx_attribute"
        | "module"
        | "internal_module"
        | "import_require_clause"
        | "import_specifier"
        | "export_specifier"
        | "namespace_export" => true,
        _ => false,
    }
}

/// What no table can say: loops, returns, collections, chains, handlers, statements.
fn more(node: Node<'_>, text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut put = |node: Node<'_>, operator, now: &str| {
        edits.push((node.byte_range(), operator, now.to_owned()));
    };
    match node.kind() {
        "while_statement" | "do_statement" | "for_statement" => {
            if let Some(inner) = loop_condition(node) {
                put(inner, Condition, "false");
            }
        }
        "number" => {
            let own = text_of(node, text);
            if own.contains('.') && own.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
                let now = format!("{own}{}1", if own.ends_with('.') { "0" } else { "" });
                put(node, Constant, &now);
            }
        }
        "unary_expression" if field_text(node, "operator", text) == "-" => {
            let operand = node.child_by_field_name("argument");
            if let Some(operand) = operand.filter(|operand| operand.kind() != "number") {
                put(node, Arithmetic, text_of(operand, text));
            }
        }
        "array" if !children(node).is_empty() => put(node, Collection, "[]"),
        "object" if !children(node).is_empty() => put(node, Collection, "{}"),
        "catch_clause" => {
            let body = node.child_by_field_name("body");
            if let Some(body) = body.filter(|body| !children(*body).is_empty()) {
                put(body, ErrorPath, "{}");
            }
        }
        "return_statement" => {
            for now in returned(node, text) {
                put(children(node)[0], Return, now);
            }
        }
        "arrow_function" => {
            let body = node.child_by_field_name("body");
            if let Some(body) = body.filter(|body| body.kind() != "statement_block") {
                let other = shapes::instead(body, text);
                other.iter().for_each(|now| put(body, Return, now));
            }
        }
        "throw_statement" => put(node, ErrorPath, gap(node, text)),
        "expression_statement" if is_removable(node, text) => put(node, Statement, gap(node, text)),
        _ => edits.extend(methods::edits(node, text)),
    }
    edits
}

/// The expression that decides whether a loop goes on.
fn loop_condition(node: Node<'_>) -> Option<Node<'_>> {
    let condition = node.child_by_field_name("condition")?;
    match condition.kind() {
        "empty_statement" => None,
        "parenthesized_expression" | "expression_statement" => children(condition).first().copied(),
        _ => Some(condition),
    }
}

/// What can be returned in place of a statement's value. The only statement of a body is left to
/// the mutants of whole bodies.
fn returned(node: Node<'_>, text: &str) -> Vec<&'static str> {
    let (inner, parent) = (children(node), node.parent());
    let Some(value) = inner.first() else {
        return Vec::new();
    };
    let alone = parent
        .is_some_and(|parent| parent.kind() == "statement_block" && children(parent).len() == 1);
    let other = shapes::instead(*value, text);
    other
        .into_iter()
        .filter(|now| !(alone && *now == "undefined"))
        .collect()
}

fn is_removable(node: Node<'_>, text: &str) -> bool {
    let inner = node.named_child(0);
    let own = |inner: Node<'_>| {
        // What calls the class above it must stay; a promise that is not awaited is no defect.
        !field_text(inner, "function", text).starts_with("super")
            && inner.kind() != "function_expression"
    };
    let in_loop_head = node
        .parent()
        .is_some_and(|parent| parent.kind() == "for_statement");
    !in_loop_head && inner.is_some_and(own)
}

/// What stands in place of a statement: nothing where its neighbours cannot run together.
fn gap(node: Node<'_>, text: &str) -> &'static str {
    let listed = node
        .parent()
        .is_some_and(|parent| matches!(parent.kind(), "statement_block" | "program"));
    let closed = |node: Node<'_>| {
        text_of(node, text).ends_with(';')
            || matches!(
                node.kind(),
                "if_statement"
                    | "for_statement"
                    | "for_in_statement"
                    | "while_statement"
                    | "try_statement"
                    | "switch_statement"
                    | "function_declaration"
                    | "comment"
            )
    };
    let before = node.prev_named_sibling();
    if listed && text_of(node, text).ends_with(';') && before.is_none_or(closed) {
        ""
    } else {
        ";"
    }
}

fn side<'t>(node: Node<'t>, field: &str) -> Option<Node<'t>> {
    node.child_by_field_name(field)
}

/// Edits that make no program, or the same as another: a sum of strings that is taken apart, `??`
/// beside `&&` without brackets, a sign inside a double negation.
pub(super) fn is_senseless(draft: &Draft, root: Node<'_>, text: &str) -> bool {
    let found = root.descendant_for_byte_range(draft.bytes.start, draft.bytes.end);
    let Some(node) = found else {
        return false;
    };
    let parent = node.parent();
    let is_string = |node: Node<'_>| matches!(node.kind(), "string" | "template_string");
    match text_of(node, text) {
        "+" => parent.is_some_and(|sum| {
            ["left", "right"]
                .iter()
                .any(|field| side(sum, field).is_some_and(is_string))
        }),
        "??" => parent.is_some_and(|whole| {
            let around = [whole.parent(), side(whole, "left"), side(whole, "right")];
            let mut others = around.into_iter().flatten();
            others.any(|other| matches!(field_text(other, "operator", text), "??" | "&&" | "||"))
        }),
        _ => {
            node.kind() == "unary_expression"
                && field_text(node, "operator", text) == "!"
                && parent.is_some_and(|parent| {
                    parent.kind() == "unary_expression"
                        && field_text(parent, "operator", text) == "!"
                })
        }
    }
}
