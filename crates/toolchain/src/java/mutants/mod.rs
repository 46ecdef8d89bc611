//! Mutants of Java: which defects a text can take, how all of them fit into one build, and what
//! the tests did about each in one warm process.

mod assertions;
mod bodies;
mod command;
mod emit;
mod grammar;
mod place;
mod plan;
mod prepared;
mod probe;
mod reactor;
mod report;
mod said;
mod trials;

use super::functions::functions;
use super::syntax::{self, Items};
use crate::mutate::{Holder, Wanted, walk};
use redgreen_core::mutant::{Draft, Operator};
pub(super) use report::{Bodies, Warm};

/// Every defect that the text can take where they are wanted.
pub(super) fn drafts(text: &str, wanted: &Wanted) -> Vec<Draft> {
    let Some(tree) = syntax::parse(text) else {
        return Vec::new();
    };
    let items = Items::of(&tree, text);
    let root = tree.root_node();
    let holders: Vec<Holder> = functions(&items, text)
        .into_iter()
        .map(|function| Holder {
            bytes: function.node.byte_range(),
            name: function.name,
        })
        .collect();
    let mut drafts = assertions::drafts(root, text, wanted);
    drafts.extend(bodies::drafts(&items, text, wanted));
    let joins = |draft: &Draft| {
        let node = root.descendant_for_byte_range(draft.bytes.start, draft.bytes.end);
        let operation = node.and_then(|node| node.parent());
        draft.operator == Operator::Arithmetic
            && operation.is_some_and(|operation| grammar::joins(operation, text))
    };
    let walked = walk((root, text), &grammar::GRAMMAR, &holders, wanted);
    drafts.extend(walked.into_iter().filter(|draft| !joins(draft)));
    drafts
}

#[cfg(test)]
mod tests;
