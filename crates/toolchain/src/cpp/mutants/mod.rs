//! Mutants of C and C++: which defects a text can take, how all of them fit into one build, and
//! what the tests did about each.

mod assertions;
mod attempts;
mod blame;
mod bodies;
mod builds;
mod choose;
mod emit;
mod grammar;
mod judge;
mod literal;
mod macros;
mod place;
mod plan;
mod prelude;
mod report;
mod trials;

use super::cases::cases;
use super::functions::{Function, functions, parse};
use super::tokens::{Kind, Token, tokens};
use crate::mutate::{Holder, Wanted, walk};
use redgreen_core::mutant::{Draft, Operator};
pub(super) use report::Schemata;
use std::ops::Range;
use tree_sitter::Tree;

/// Words of C++ that C does not have; a program of C may only say them in comments and texts.
const CPP: [&str; 7] = [
    "class",
    "namespace",
    "nullptr",
    "private",
    "public",
    "template",
    "using",
];

/// Every defect that the text can take where they are wanted.
pub(super) fn drafts(text: &str, wanted: &Wanted) -> Vec<Draft> {
    let Some(tree) = parse(text) else {
        return Vec::new();
    };
    let root = tree.root_node();
    let functions = of_production(&tree, text);
    let holders = held(&functions);
    let mut drafts = assertions::drafts(root, text, wanted);
    let changed = functions
        .iter()
        .filter(|function| function.stubbable && wanted.functions.contains(&function.name));
    drafts.extend(changed.flat_map(|function| bodies::drafts(function, text)));
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

/// The functions outside of tests.
fn of_production<'t>(tree: &'t Tree, text: &str) -> Vec<Function<'t>> {
    let all = tokens(text);
    let tests: Vec<Range<usize>> = cases(&all, text)
        .iter()
        .map(|case| all[case.tokens.start].bytes.start..all[case.tokens.end - 1].bytes.end)
        .collect();
    functions(tree, text, &tests)
}

fn held(functions: &[Function<'_>]) -> Vec<Holder> {
    let holders = functions.iter().map(|function| Holder {
        name: function.name.clone(),
        bytes: function.node.byte_range(),
    });
    holders.collect()
}

/// Every function with its bytes.
fn holders(text: &str) -> Vec<Holder> {
    parse(text).map_or(Vec::new(), |tree| held(&of_production(&tree, text)))
}

/// Whether a text is one of C++: a header's name does not tell.
fn is_cpp(text: &str) -> bool {
    // It is asked for often, and most texts say none of it anywhere.
    if !text.contains("::") && !CPP.iter().any(|word| text.contains(word)) {
        return false;
    }
    let all = tokens(text);
    let is_scope = |pair: &[Token]| {
        let [one, other] = pair else { return false };
        let colons = one.is(text, ":") && other.is(text, ":");
        colons && one.bytes.end == other.bytes.start
    };
    let is_word = |token: &Token| token.kind == Kind::Word && CPP.contains(&token.of(text));
    all.iter().any(is_word) || all.windows(2).any(is_scope)
}

/// Whether a text may say `true` and `false`, as C does where it asks for them.
fn has_truth(text: &str) -> bool {
    is_cpp(text) || text.contains("stdbool.h")
}

#[cfg(test)]
mod tests;
