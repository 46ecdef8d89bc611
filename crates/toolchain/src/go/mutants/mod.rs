//! Mutants of Go: which defects a text can take, how all of them fit into one build, and what the
//! tests did about each.

mod assertions;
mod attempts;
mod blame;
mod bodies;
mod builds;
mod choose;
mod emit;
mod grammar;
mod judge;
mod module;
mod place;
mod plan;
mod report;
mod trials;

use super::stub::is_stubbable;
use super::syntax::{self, Go, text_of, walk as visit};
use crate::mutate::{Holder, Wanted, walk};
use redgreen_core::mutant::{Draft, Operator};
pub(super) use report::Schemata;
use std::collections::BTreeSet;
use tree_sitter::Node;

/// Every defect that the text can take where they are wanted.
pub(super) fn drafts(text: &str, wanted: &Wanted) -> Vec<Draft> {
    let Some(tree) = syntax::parse(text) else {
        return Vec::new();
    };
    let root = tree.root_node();
    let functions = syntax::functions(root, text);
    let holders = holders(text);
    let mut drafts = assertions::drafts(&functions, text, wanted);
    let changed = functions
        .iter()
        .filter(|function| is_stubbable(function) && wanted.functions.contains(&function.path));
    drafts.extend(changed.flat_map(|function| bodies::drafts(function, text)));
    let joins = joins(root, text);
    let is_text = |draft: &Draft| {
        draft.operator == Operator::Arithmetic && joins.contains(&draft.bytes.start)
    };
    let walked = walk((root, text), &grammar::GRAMMAR, &holders, wanted);
    drafts.extend(walked.into_iter().filter(|draft| !is_text(draft)));
    drafts
}

/// Every function with its bytes.
fn holders(text: &str) -> Vec<Holder> {
    let Some(tree) = syntax::parse(text) else {
        return Vec::new();
    };
    let functions = syntax::functions(tree.root_node(), text);
    let holders = functions.iter().map(|function| Holder {
        name: function.path.clone(),
        bytes: function.node.byte_range(),
    });
    holders.collect()
}

/// Where a `+` joins texts: it has no other operator.
fn joins(root: Node<'_>, text: &str) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut joined: BTreeSet<usize> = BTreeSet::new();
    visit(root, |node| {
        if matches!(node.kind(), "binary_expression" | "assignment_statement") {
            let sign = node.child_by_field_name("operator");
            let sign = sign.filter(|sign| matches!(text_of(*sign, text), "+" | "+="));
            let (left, right) = (
                node.child_by_field_name("left"),
                node.child_by_field_name("right"),
            );
            let around = node.parent().is_some_and(|up| joined.contains(&up.id()));
            let is_text = |side: Option<Node<'_>>| side.is_some_and(holds_string);
            if let Some(sign) = sign.filter(|_| around || is_text(left) || is_text(right)) {
                found.insert(sign.start_byte());
                joined.insert(node.id());
            }
        }
        Go::In
    });
    found
}

/// Whether a sum has a string among its parts.
fn holds_string(mut side: Node<'_>) -> bool {
    loop {
        if side.kind().ends_with("string_literal") {
            return true;
        }
        let inner = match side.kind() {
            "binary_expression" => {
                let right = side.child_by_field_name("right");
                if right.is_some_and(|right| right.kind().ends_with("string_literal")) {
                    return true;
                }
                side.child_by_field_name("left")
            }
            "parenthesized_expression" | "expression_list" => side.named_child(0),
            _ => return false,
        };
        let Some(inner) = inner else {
            return false;
        };
        side = inner;
    }
}

#[cfg(test)]
mod tests;
