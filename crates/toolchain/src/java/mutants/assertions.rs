//! Proposes how the assertions of a test are turned round: what passed fails, what failed passes.

use super::super::syntax::text_of;
use super::grammar::parts;
use crate::mutate::{Wanted, lines_of};
use redgreen_core::mutant::{Draft, Operator};
use tree_sitter::Node;

/// Every assertion on the wanted lines of tests, negated.
pub(super) fn drafts(root: Node<'_>, text: &str, wanted: &Wanted) -> Vec<Draft> {
    let mut drafts = Vec::new();
    if wanted.tests.is_empty() {
        return drafts;
    }
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        let bytes = node.byte_range();
        if asserts(node, text) {
            let lines = lines_of(text, &bytes);
            if wanted.tests.iter().any(|some| some.touches(lines)) {
                drafts.push(Draft {
                    function: String::new(),
                    lines,
                    now: negated(text_of(node, text)),
                    bytes,
                    operator: Operator::Assertion,
                });
            }
        } else if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return drafts;
            }
        }
    }
}

/// Whether a whole statement asserts: `assertX(...)`, a chain that begins so, or `verify(...)`.
/// A call of `fail` is not come by in a test that passes.
fn asserts(node: Node<'_>, text: &str) -> bool {
    match node.kind() {
        "assert_statement" => true,
        "expression_statement" => {
            let mut call = parts(node).into_iter().next();
            while let Some(one) = call.filter(|one| one.kind() == "method_invocation") {
                let name = one.child_by_field_name("name");
                let name = name.map_or("", |name| text_of(name, text));
                if name.starts_with("assert") || name == "verify" {
                    return true;
                }
                call = one.child_by_field_name("object");
            }
            false
        }
        _ => false,
    }
}

fn negated(statement: &str) -> String {
    format!(
        "{{ boolean redgreenPassed = true; try {{ {statement} }} catch (java.lang.AssertionError redgreenFailed) {{ redgreenPassed = false; }} if (redgreenPassed) {{ throw new java.lang.AssertionError(\"redgreen: the assertion holds\"); }} }}"
    )
}
