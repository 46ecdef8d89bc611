//! Puts stubs into functions: bodies that fail before they begin.

use super::functions::{Function, functions};
use super::regions::regions;
use super::syntax::{self, children};
use crate::language::STUB;
use std::collections::BTreeSet;
use std::ops::Range;
use tree_sitter::Node;

/// The text with a stub at the start of each named function. The body stays behind it, so that
/// types and line numbers stay as they are.
pub(super) fn stub(text: &str, names: &BTreeSet<String>) -> String {
    let Some(tree) = syntax::parse("", text) else {
        return text.to_owned();
    };
    let root = tree.root_node();
    let tests: Vec<Range<usize>> = regions(root, text).into_iter().map(|r| r.bytes).collect();
    let mut inserts: Vec<(usize, String)> = Vec::new();
    for function in functions(root, &tests, text) {
        if names.contains(&function.name) {
            inserts.extend(edits(&function));
        }
    }
    inserts.sort_by_key(|(at, _)| *at);
    let mut stubbed = text.to_owned();
    for (at, insert) in inserts.into_iter().rev() {
        stubbed.insert_str(at, &insert);
    }
    stubbed
}

/// Whether a stub can be put into the function.
pub(super) fn takes_stub(function: &Function<'_>) -> bool {
    function.body().is_some()
}

fn edits(function: &Function<'_>) -> Vec<(usize, String)> {
    let Some(body) = function.body() else {
        return Vec::new();
    };
    let stub = statement(&function.name);
    if body.kind() == "statement_block" {
        return vec![(entry(body), format!(" {stub}"))];
    }
    let open = (body.start_byte(), format!("{{ {stub} return "));
    vec![open, (body.end_byte(), " }".to_owned())]
}

/// Behind the brace and the directives: `'use strict'`.
fn entry(body: Node<'_>) -> usize {
    let is_directive = |node: &Node<'_>| {
        node.kind() == "expression_statement"
            && node
                .named_child(0)
                .is_some_and(|child| child.kind() == "string")
    };
    let statements = children(body);
    let last = statements
        .iter()
        .take_while(|node| is_directive(node))
        .last();
    last.map_or(body.start_byte() + 1, |last| last.end_byte())
}

/// The condition holds, and no compiler knows it: the rest is not unreachable.
fn statement(name: &str) -> String {
    let message = serde_json::Value::String(format!("{STUB}{name}"));
    format!("if (\"\".length === 0) throw new Error({message});")
}
