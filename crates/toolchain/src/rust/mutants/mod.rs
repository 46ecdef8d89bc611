//! Mutants of Rust: which defects a text can take, how all of them fit into one build, and what
//! the tests did about each.

mod assertions;
mod attempts;
mod blame;
mod bodies;
mod builds;
mod choose;
mod emit;
mod grammar;
mod judge;
mod line;
mod module;
mod place;
mod plan;
mod report;
mod sound;
mod trials;

use super::outline::{functions, outermost};
use super::syntax;
use crate::mutate::{Holder, Wanted, walk};
use redgreen_core::mutant::Draft;
pub(super) use report::Schemata;

/// Every defect that the text can take where they are wanted.
pub(super) fn drafts(text: &str, wanted: &Wanted) -> Vec<Draft> {
    let Some(tree) = syntax::parse(text) else {
        return Vec::new();
    };
    let items = syntax::items(&tree, text);
    let functions = functions(&items, text);
    let holders: Vec<Holder> = functions
        .iter()
        .map(|function| Holder {
            name: function.name.clone(),
            bytes: function.node.byte_range(),
        })
        .collect();
    let mut drafts = assertions::drafts(&items, text, wanted);
    let changed = functions
        .iter()
        .filter(|function| function.stubbable && wanted.functions.contains(&function.name));
    drafts.extend(changed.flat_map(|function| bodies::drafts(function, text)));
    let tests: Vec<_> = outermost(&items).map(syntax::Item::bytes).collect();
    let is_test = |draft: &Draft| {
        let at = draft.bytes.start;
        tests.iter().any(|bytes| bytes.contains(&at))
    };
    let walked = walk(
        (tree.root_node(), text),
        &grammar::GRAMMAR,
        &holders,
        wanted,
    );
    let is_idle = |draft: &Draft| sound::is_equal(tree.root_node(), text, draft);
    let walked = walked.into_iter();
    drafts.extend(walked.filter(|draft| !is_test(draft) && !is_idle(draft)));
    drafts
}

#[cfg(test)]
mod tests;
