//! Lists what a source file holds: tests, functions, test regions, names.

use super::macros;
use super::names;
use super::place::{binary_id, home};
use super::syntax::{self, Item, attribute_path, is_test_attribute, joined, name_of, text_of};
use crate::language::{Outline, Region};
use crate::unit::Unit;
use redgreen_core::change::{FunctionItem, TestItem};
use redgreen_core::id::{Digest, TestId};
use redgreen_core::surface::{Lines, Surface};
use std::collections::BTreeMap;
use tree_sitter::Node;

/// The outline of a file that stands on `surface` as a whole.
pub(super) fn outline(unit: &Unit, path: &str, text: &str, surface: Surface) -> Outline {
    let Some(tree) = syntax::parse(text) else {
        return Outline::default();
    };
    let items = syntax::items(&tree, text);
    let tests = tests(unit, path, text, &items);
    if surface.is_test_surface() {
        return Outline {
            tests,
            ..Outline::default()
        };
    }
    let regions: Vec<Region> = outermost(&items).map(region).collect();
    Outline {
        tests,
        functions: functions(&items, text)
            .into_iter()
            .map(|function| function.item(path, text))
            .collect(),
        names: names::defined(&tree, text, &regions),
        code: (!text.is_empty()).then(|| code(tree.root_node(), &regions, text)),
        regions,
        ..Outline::default()
    }
}

/// The lines of a text that are there only in a test build.
pub(super) fn test_lines(text: &str) -> Vec<Lines> {
    let Some(tree) = syntax::parse(text) else {
        return Vec::new();
    };
    let items = syntax::items(&tree, text);
    outermost(&items).map(lines).collect()
}

/// The digest of all tokens outside of `regions`, comments left out.
fn code(root: Node<'_>, regions: &[Region], text: &str) -> Digest {
    let token = |node: Node<'_>| {
        let start = node.start_byte();
        let tests = node != root && regions.iter().any(|region| region.bytes.contains(&start));
        if tests || node.kind().ends_with("_comment") {
            Token::Skipped
        } else if node.child_count() == 0 {
            Token::Counted
        } else {
            Token::Entered
        }
    };
    digest_of(&[root], text, token)
}

/// The test items that are inside no other test item.
pub(super) fn outermost<'i, 't>(items: &'i [Item<'t>]) -> impl Iterator<Item = &'i Item<'t>> {
    let mut end = 0;
    items.iter().filter(move |item| {
        let out = item.test && item.start >= end;
        if out {
            end = item.node.end_byte();
        }
        out
    })
}

fn region(item: &Item<'_>) -> Region {
    Region {
        key: item.key(),
        lines: lines(item),
        bytes: item.bytes(),
    }
}

fn lines(item: &Item<'_>) -> Lines {
    span(item.first_row, item.node)
}

/// From `first_row` to the last row of `node`; a doc comment ends on the row after its text.
fn span(first_row: usize, node: Node<'_>) -> Lines {
    let end = node.end_position();
    let last = if end.column == 0 {
        end.row
    } else {
        end.row + 1
    };
    let line = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
    Lines::new(line(first_row + 1), line(last))
}

fn tests(unit: &Unit, path: &str, text: &str, items: &[Item<'_>]) -> Vec<TestItem> {
    let Some((place, module)) = home(unit, path) else {
        return Vec::new();
    };
    let prefix = format!("{}$", binary_id(place.package, place.target));
    let id = |item: &Item<'_>, name: &str| {
        let inner = joined(&module, &item.scope.modules.join("::"));
        let scope = inner.trim_end_matches(':');
        TestId::new(&unit.id, format!("{prefix}{}", joined(scope, name)))
    };
    let makers = macros::makers(items, text);
    let mut found = Vec::new();
    for item in items {
        let mut paths = attribute_paths(item, text);
        if item.node.kind() == "function_item" && paths.any(is_test_attribute) {
            let name = name_of(item.node, text).unwrap_or_default();
            found.push(TestItem {
                id: id(item, name),
                path: path.to_owned(),
                lines: lines(item),
                body: digest(
                    &parts(item, text),
                    item.node.child_by_field_name("name"),
                    text,
                ),
                constants: constants(&parts(item, text), text),
                muted: attribute_paths(item, text).any(|path| path == "ignore"),
            });
        }
        let spelled = macros::tests(item.node, text).into_iter();
        for test in spelled.chain(macros::made(item.node, &makers, text)) {
            let first = test.tokens.first().map_or(item.node, |node| *node);
            let last = test.tokens.last().map_or(item.node, |node| *node);
            let parts: Vec<Node<'_>> = test.maker.into_iter().chain(test.tokens).collect();
            found.push(TestItem {
                id: id(item, text_of(test.name, text)),
                path: path.to_owned(),
                lines: span(first.start_position().row, last),
                body: digest(&parts, Some(test.name), text),
                constants: constants(&parts, text),
                muted: test.muted,
            });
        }
    }
    found
}

fn attribute_paths<'s>(item: &Item<'_>, text: &'s str) -> impl Iterator<Item = &'s str> {
    let attributes = item
        .attributes
        .iter()
        .filter(|node| node.kind() == "attribute_item");
    attributes.map(|attribute| attribute_path(*attribute, text))
}

/// The item and those of its attributes that change what it does: no documentation, and no
/// `ignore`, which is a mark of its own.
fn parts<'t>(item: &Item<'t>, text: &str) -> Vec<Node<'t>> {
    let telling = |attribute: &&Node<'_>| {
        attribute.kind() == "attribute_item"
            && !matches!(attribute_path(**attribute, text), "doc" | "ignore")
    };
    let mut parts: Vec<Node<'t>> = item.attributes.iter().filter(telling).copied().collect();
    parts.push(item.node);
    parts
}

/// The digest of the tokens of `nodes` without comments and without the token `left_out`.
fn digest(nodes: &[Node<'_>], left_out: Option<Node<'_>>, text: &str) -> Digest {
    let all = |node: Node<'_>| {
        if node.kind().ends_with("_comment") || Some(node) == left_out {
            Token::Skipped
        } else if node.child_count() == 0 {
            Token::Counted
        } else {
            Token::Entered
        }
    };
    digest_of(nodes, text, all)
}

/// Digest of literals, operators and keywords in order. Names are left out, and so is punctuation,
/// so that one argument more does not count as another input.
fn constants(nodes: &[Node<'_>], text: &str) -> Digest {
    let fixed = |node: Node<'_>| {
        let kind = node.kind();
        let is_punctuation = matches!(kind, "," | ";" | "::" | "(" | ")" | "{" | "}");
        if kind.ends_with("_literal") {
            Token::Counted
        } else if node.child_count() > 0 {
            Token::Entered
        } else if node.is_named() || is_punctuation {
            Token::Skipped
        } else {
            Token::Counted
        }
    };
    digest_of(nodes, text, fixed)
}

/// What a node is to a digest.
enum Token {
    Skipped,
    Counted,
    Entered,
}

fn digest_of(nodes: &[Node<'_>], text: &str, token: impl Fn(Node<'_>) -> Token) -> Digest {
    let mut tokens: Vec<u8> = Vec::new();
    for node in nodes {
        let mut cursor = node.walk();
        'tree: loop {
            let here = cursor.node();
            match token(here) {
                Token::Entered if cursor.goto_first_child() => continue,
                Token::Counted => {
                    tokens.extend_from_slice(text_of(here, text).as_bytes());
                    tokens.push(0);
                }
                Token::Entered | Token::Skipped => {}
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    break 'tree;
                }
            }
        }
    }
    Digest::of(&tokens)
}

/// A production function in the tree of its file.
pub(super) struct Function<'t> {
    /// Path of names inside the file.
    pub(super) name: String,
    pub(super) node: Node<'t>,
    parts: Vec<Node<'t>>,
    lines: Lines,
    /// Whether a stub can be put into it.
    pub(super) stubbable: bool,
}

impl Function<'_> {
    fn item(&self, path: &str, text: &str) -> FunctionItem {
        FunctionItem {
            name: self.name.clone(),
            path: path.to_owned(),
            lines: self.lines,
            body: digest(&self.parts, None, text),
            stubbable: self.stubbable,
        }
    }
}

/// The production functions of a file. A name that comes twice (for two platforms) has `#2`.
pub(super) fn functions<'t>(items: &[Item<'t>], text: &str) -> Vec<Function<'t>> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    // A signature alone does nothing that a test could notice.
    let wanted = |item: &&Item<'_>| !item.test && item.node.kind() == "function_item";
    let mut found = Vec::new();
    for item in items.iter().filter(wanted) {
        let name = name_of(item.node, text).unwrap_or_default();
        let owner = item.scope.owner.as_deref().unwrap_or_default();
        let name = joined(&item.scope.modules.join("::"), &joined(owner, name));
        let count = counts.entry(name.clone()).or_insert(0);
        *count += 1;
        let entry = name == "main";
        let unfit = |path: &str| {
            path.starts_with("proc_macro") || matches!(path, "panic_handler" | "naked")
        };
        let fit = !entry && !attribute_paths(item, text).any(unfit);
        found.push(Function {
            name: if *count == 1 {
                name
            } else {
                format!("{name}#{count}")
            },
            node: item.node,
            parts: parts(item, text),
            lines: lines(item),
            stubbable: fit && item.node.child_by_field_name("body").is_some(),
        });
    }
    found
}

#[cfg(test)]
mod tests;
