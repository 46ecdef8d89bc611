//! Proposes how the assertions of a test are turned round.

use super::super::outline::is_named;
use super::super::syntax::{Function, Go, children, text_of, walk};
use super::grammar::called;
use crate::mutate::{Wanted, lines_of};
use redgreen_core::mutant::{Draft, Operator};
use std::ops::Range;
use tree_sitter::Node;

/// Methods of `t` that fail a test.
const FAILING: [&str; 6] = ["Error", "Errorf", "Fatal", "Fatalf", "Fail", "FailNow"];
/// Packages and fields whose functions assert.
const ASSERTING: [&str; 5] = ["assert", "require", "is", "check", "must"];
/// Assertions and their contraries.
const CONTRARIES: [(&str, &str); 12] = [
    ("Equal", "NotEqual"),
    ("True", "False"),
    ("NoError", "Error"),
    ("Nil", "NotNil"),
    ("Empty", "NotEmpty"),
    ("Contains", "NotContains"),
    ("Same", "NotSame"),
    ("Zero", "NotZero"),
    ("Panics", "NotPanics"),
    ("Greater", "LessOrEqual"),
    ("GreaterOrEqual", "Less"),
    ("Subset", "NotSubset"),
];

/// Every assertion of `functions` on the wanted lines of tests, negated.
pub(super) fn drafts(functions: &[Function<'_>], text: &str, wanted: &Wanted) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for function in functions {
        let starts = ["Test", "Fuzz", "Example"];
        if !starts.iter().any(|start| is_named(&function.name, start)) {
            continue;
        }
        for (bytes, now) in edits(function.node, text) {
            let lines = lines_of(text, &bytes);
            if wanted.tests.iter().any(|some| some.touches(lines)) {
                drafts.push(Draft {
                    function: function.path.clone(),
                    lines,
                    bytes,
                    operator: Operator::Assertion,
                    now,
                });
            }
        }
    }
    drafts
}

fn edits(function: Node<'_>, text: &str) -> Vec<(Range<usize>, String)> {
    let mut edits = Vec::new();
    walk(function, |node| {
        match node.kind() {
            "if_statement" => edits.extend(turned(node, text)),
            "call_expression" => edits.extend(contrary(node, text)),
            _ => {}
        }
        Go::In
    });
    edits
}

/// `if got != want { t.Error() }` with its condition negated; a panic fails a test too.
fn turned(statement: Node<'_>, text: &str) -> Option<(Range<usize>, String)> {
    let condition = statement.child_by_field_name("condition")?;
    let block = statement.child_by_field_name("consequence")?;
    let mut fails = false;
    walk(block, |node| {
        let method = (node.kind() == "call_expression")
            .then(|| node.child_by_field_name("function"))
            .flatten();
        let part = |name: &str| method.and_then(|method| method.child_by_field_name(name));
        let is_test = part("operand").is_some_and(|owner| text_of(owner, text) != "log");
        let field = part("field").filter(|_| is_test);
        fails |= field.is_some_and(|field| FAILING.contains(&text_of(field, text)));
        fails |= method.is_some_and(|function| text_of(function, text) == "panic");
        // What fails below another condition is that one's.
        match node.kind() {
            "if_statement" | "func_literal" => Go::Past,
            _ => Go::In,
        }
    });
    let now = format!("!({})", text_of(condition, text));
    fails.then(|| (condition.byte_range(), now))
}

/// `assert.Equal` becomes `assert.NotEqual`, and back.
fn contrary(call: Node<'_>, text: &str) -> Option<(Range<usize>, String)> {
    let function = call.child_by_field_name("function")?;
    let field = function.child_by_field_name("field")?;
    let owner = called(call, text).rsplit_once('.')?.0;
    let owner = owner.trim_end_matches("()").rsplit('.').next()?;
    let suite = children(call).len() > 1 && matches!(owner, "s" | "suite");
    if !ASSERTING.contains(&owner.to_ascii_lowercase().as_str()) && !suite {
        return None;
    }
    let own = text_of(field, text);
    let (bare, end) = match own.strip_suffix('f') {
        Some(bare) => (bare, "f"),
        None => (own, ""),
    };
    let other = CONTRARIES.iter().find_map(|(one, other)| {
        if *one == bare {
            Some(*other)
        } else if *other == bare {
            Some(*one)
        } else {
            None
        }
    })?;
    Some((field.byte_range(), format!("{other}{end}")))
}
