//! Proposes defects for JavaScript and TypeScript, and rewrites files so that each can be
//! switched on when they run.

mod arm;
mod assertions;
mod bodies;
mod flat;
mod grammar;
mod methods;
mod shapes;
mod switch;

#[cfg(test)]
mod claims;

pub(crate) use switch::{Switched, switched};

use super::functions::functions;
use super::regions::regions;
use super::{syntax, tests};
use crate::mutate::{Holder, Wanted, walk};
use redgreen_core::mutant::Draft;
use std::collections::BTreeSet;
use std::ops::Range;
use tree_sitter::{Node, Tree};

/// Every defect that `text` can take where they are `wanted`. Each is one edit, and each text that
/// comes of it parses. A file that does not parse itself takes none.
pub(crate) fn mutants(text: &str, wanted: &Wanted) -> Vec<Draft> {
    let Some(tree) = syntax::parse("", text).filter(|tree| !tree.root_node().has_error()) else {
        return Vec::new();
    };
    let root = tree.root_node();
    let in_tests: Vec<Range<usize>> = regions(root, text).into_iter().map(|r| r.bytes).collect();
    let found = functions(root, &in_tests, text);
    let holder = |function: &super::functions::Function<'_>| Holder {
        name: function.name.clone(),
        bytes: function.node.byte_range(),
    };
    let holders: Vec<Holder> = found.iter().map(holder).collect();
    let mut drafts = bodies::of(&found, text, wanted);
    let inside = |draft: &Draft| {
        let holds = |region: &Range<usize>| region.contains(&draft.bytes.start);
        in_tests.iter().any(holds)
    };
    let walked = walk((root, text), &grammar::GRAMMAR, &holders, wanted);
    drafts.extend(walked.into_iter().filter(|draft| !inside(draft)));
    if !wanted.tests.is_empty() {
        let written = tests::tests("", root, text);
        drafts.extend(assertions::of((root, text), &written, wanted));
    }
    let mut seen: BTreeSet<(usize, usize, String)> = BTreeSet::new();
    drafts.retain(|draft| {
        let key = (draft.bytes.start, draft.bytes.end, draft.now.clone());
        !grammar::is_senseless(draft, root, text) && seen.insert(key) && parses(draft, &tree, text)
    });
    drafts
}

/// Whether the text with the defect in it is still a program.
fn parses(draft: &Draft, tree: &Tree, text: &str) -> bool {
    let (Some(head), Some(tail)) = (text.get(..draft.bytes.start), text.get(draft.bytes.end..))
    else {
        return false;
    };
    let mutated = format!("{head}{}{tail}", draft.now);
    let again = syntax::again(tree, (text, &mutated), &draft.bytes, draft.now.len());
    again.is_some_and(|again| !again.root_node().has_error())
}

/// Whether the node is a function, or holds the code of a class: what stands in it runs later.
fn is_boundary(node: Node<'_>) -> bool {
    syntax::is_function(node) || matches!(node.kind(), "class_body" | "program")
}
