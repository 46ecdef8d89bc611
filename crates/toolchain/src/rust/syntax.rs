//! Walks the items of a source file: attributes with their items, test items told from others.

use super::macros;
use std::collections::BTreeMap;
use std::ops::Range;
use tree_sitter::{Node, Parser, Tree};

/// How deep modules may nest before the rest is passed over.
const DEPTH: usize = 64;

/// Attributes that make a test of a function, by the last part of their path.
const TEST_ATTRIBUTES: [&str; 11] = [
    "test",
    "rstest",
    "test_case",
    "test_matrix",
    "quickcheck",
    "proptest",
    "property_test",
    "gtest",
    "wasm_bindgen_test",
    "parameterized",
    "bench",
];

/// The tree of a text; nothing only where the grammar itself cannot be loaded.
pub(super) fn parse(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    let language = tree_sitter_rust::LANGUAGE.into();
    parser.set_language(&language).ok()?;
    parser.parse(text, None)
}

/// An item with the attributes and doc comments above it.
#[derive(Clone)]
pub(super) struct Item<'t> {
    pub(super) node: Node<'t>,
    pub(super) attributes: Vec<Node<'t>>,
    /// Where its first attribute or doc comment begins.
    pub(super) start: usize,
    /// The line of that, from 0.
    pub(super) first_row: usize,
    /// Where it stands.
    pub(super) scope: Scope,
    /// What it is called among its neighbours: `mod tests`, `fn adds`, `impl Foo`.
    pub(super) label: String,
    /// Whether it is there only in a test build.
    pub(super) test: bool,
}

impl Item<'_> {
    /// Its bytes, attributes included.
    pub(super) fn bytes(&self) -> Range<usize> {
        self.start..self.node.end_byte()
    }

    /// Its name in both versions of a file.
    pub(super) fn key(&self) -> String {
        joined(&self.scope.key, &self.label)
    }

    /// What the keys of the items inside it begin with.
    pub(super) fn inner_key(&self) -> String {
        let label = self.label.strip_prefix("mod ").unwrap_or(&self.label);
        joined(&self.scope.key, label)
    }
}

/// Where an item stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scope {
    /// Key of the item around it; empty at the top.
    pub(super) key: String,
    /// Inline modules around it.
    pub(super) modules: Vec<String>,
    /// Type or trait around it: `Type`, `<Type as Trait>`, `Trait`.
    pub(super) owner: Option<String>,
    depth: usize,
}

/// Two parts of a path; the first may be empty.
pub(super) fn joined(first: &str, last: &str) -> String {
    if first.is_empty() {
        last.to_owned()
    } else {
        format!("{first}::{last}")
    }
}

/// Every item of a file in its order. Containers come before what they hold; a test item's own
/// inner items are listed too, and are test items themselves.
pub(super) fn items<'t>(tree: &'t Tree, text: &str) -> Vec<Item<'t>> {
    let mut found = Vec::new();
    collect(
        tree.root_node(),
        text,
        &(Scope::default(), false),
        &mut found,
    );
    found
}

fn collect<'t>(
    container: Node<'t>,
    text: &str,
    (scope, test): &(Scope, bool),
    found: &mut Vec<Item<'t>>,
) {
    if scope.depth > DEPTH {
        return;
    }
    let mut above: Vec<Node<'t>> = Vec::new();
    let mut labels: BTreeMap<String, usize> = BTreeMap::new();
    let mut cursor = container.walk();
    for child in container.named_children(&mut cursor) {
        match child.kind() {
            "attribute_item" => above.push(child),
            "line_comment" | "block_comment" => {
                if is_outer_doc(child) {
                    above.push(child);
                }
            }
            "inner_attribute_item" | "ERROR" | "empty_statement" => above.clear(),
            _ => {
                let attributes = std::mem::take(&mut above);
                let item = item((child, attributes), text, (scope, *test), &mut labels);
                descend(item, text, found);
            }
        }
    }
}

fn item<'t>(
    (child, attributes): (Node<'t>, Vec<Node<'t>>),
    text: &str,
    (scope, test): (&Scope, bool),
    labels: &mut BTreeMap<String, usize>,
) -> Item<'t> {
    let first = attributes.first().copied().unwrap_or(child);
    let node = child;
    let plain = label(node, text);
    let count = labels.entry(plain.clone()).or_insert(0);
    *count += 1;
    let label = if *count == 1 {
        plain
    } else {
        format!("{plain}#{count}")
    };
    let marked = attributes
        .iter()
        .any(|attribute| is_test_mark(*attribute, text));
    let test = test || marked || macros::makes_tests(node, text);
    Item {
        node,
        start: first.start_byte(),
        first_row: first.start_position().row,
        attributes,
        scope: scope.clone(),
        label,
        test,
    }
}

/// Lists the item, and what it holds.
fn descend<'t>(item: Item<'t>, text: &str, found: &mut Vec<Item<'t>>) {
    let node = item.node;
    let body = node.child_by_field_name("body");
    let mut scope = Scope {
        key: item.inner_key(),
        depth: item.scope.depth + 1,
        ..item.scope.clone()
    };
    let test = item.test;
    found.push(item);
    match node.kind() {
        "mod_item" => scope.modules.extend(name_of(node, text).map(str::to_owned)),
        "impl_item" => scope.owner = Some(impl_owner(node, text)),
        "trait_item" => scope.owner = name_of(node, text).map(str::to_owned),
        _ => return,
    }
    if let Some(body) = body {
        collect(body, text, &(scope, test), found);
    }
}

/// The text of a node.
pub(super) fn text_of<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// The name that an item defines.
pub(super) fn name_of<'s>(node: Node<'_>, text: &'s str) -> Option<&'s str> {
    let name = node.child_by_field_name("name")?;
    Some(text_of(name, text).trim_start_matches("r#"))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an item is called among its neighbours.
fn label(node: Node<'_>, text: &str) -> String {
    let name = || name_of(node, text).unwrap_or_default();
    match node.kind() {
        "function_item" | "function_signature_item" => format!("fn {}", name()),
        "mod_item" => format!("mod {}", name()),
        "macro_definition" => format!("macro {}", name()),
        "impl_item" => squeezed(header(node, text).trim_end_matches('{')),
        "use_declaration" => squeezed(text_of(node, text).trim_end_matches(';')),
        "expression_statement" | "macro_invocation" => {
            let called = invoked(node).and_then(|node| node.child_by_field_name("macro"));
            format!("{}!", called.map_or("", |called| text_of(called, text)))
        }
        "foreign_mod_item" => "extern".to_owned(),
        kind => {
            let word = kind
                .trim_end_matches("_item")
                .trim_end_matches("_declaration");
            format!("{} {}", word.replace('_', " "), name())
        }
    }
}

/// The text of a container up to the brace that opens its body.
pub(super) fn header<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    let open = node
        .child_by_field_name("body")
        .map(|body| body.start_byte() + 1);
    let end = open.unwrap_or(node.end_byte());
    text.get(node.start_byte()..end).unwrap_or_default()
}

/// `Type` of an inherent implementation, `<Type as Trait>` of one for a trait: one type may have
/// several methods of one name.
fn impl_owner(node: Node<'_>, text: &str) -> String {
    let field = |name: &str| node.child_by_field_name(name);
    let of = field("type").map(|of| {
        let bare = of
            .child_by_field_name("type")
            .filter(|_| of.kind() == "generic_type");
        squeezed(text_of(bare.unwrap_or(of), text))
    });
    let of = of.unwrap_or_default();
    match field("trait") {
        Some(named) => format!("<{of} as {}>", squeezed(text_of(named, text))),
        None => of,
    }
}

fn is_outer_doc(comment: Node<'_>) -> bool {
    comment.child_by_field_name("outer").is_some()
}

/// The macro call that an item is.
pub(super) fn invoked(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "macro_invocation" => Some(node),
        "expression_statement" => node
            .named_child(0)
            .filter(|c| c.kind() == "macro_invocation"),
        _ => None,
    }
}

/// The path of an attribute: `tokio::test`.
pub(super) fn attribute_path<'s>(attribute: Node<'_>, text: &'s str) -> &'s str {
    let inner = attribute.named_child(0);
    let path = inner.and_then(|inner| inner.named_child(0));
    path.map_or("", |path| text_of(path, text))
}

/// Whether the attribute makes a test of a function.
pub(super) fn is_test_attribute(path: &str) -> bool {
    let last = path.rsplit("::").next().unwrap_or(path).trim();
    TEST_ATTRIBUTES.contains(&last)
}

/// Whether the attribute keeps its item out of every build but a test build.
fn is_test_mark(attribute: Node<'_>, text: &str) -> bool {
    if attribute.kind() != "attribute_item" {
        return false;
    }
    let path = attribute_path(attribute, text);
    let condition = || attribute.named_child(0)?.child_by_field_name("arguments");
    is_test_attribute(path)
        || path == "cfg" && condition().is_some_and(|tokens| needs_test(tokens, text))
}

/// Whether the file as a whole is there only in a test build: `#![cfg(test)]`.
pub(super) fn is_test_only(tree: &Tree, text: &str) -> bool {
    let root = tree.root_node();
    let mut cursor = root.walk();
    root.named_children(&mut cursor).any(|child| {
        let condition = || child.named_child(0)?.child_by_field_name("arguments");
        child.kind() == "inner_attribute_item"
            && attribute_path(child, text) == "cfg"
            && condition().is_some_and(|tokens| needs_test(tokens, text))
    })
}

/// Whether a condition in parentheses holds only in a test build.
fn needs_test(tokens: Node<'_>, text: &str) -> bool {
    let parts = arguments(tokens);
    parts
        .first()
        .is_some_and(|part| part_needs_test(part, text))
}

/// Each part of `all` may ask for a test build; of `any` each part must.
fn part_needs_test(part: &[Node<'_>], text: &str) -> bool {
    match part {
        [name] => text_of(*name, text) == "test",
        [name, inner] if inner.kind() == "token_tree" => {
            let parts = arguments(*inner);
            match text_of(*name, text) {
                "all" => parts.iter().any(|part| part_needs_test(part, text)),
                "any" => !parts.is_empty() && parts.iter().all(|part| part_needs_test(part, text)),
                _ => false,
            }
        }
        _ => false,
    }
}

/// The parts of a token tree between its commas.
fn arguments(tokens: Node<'_>) -> Vec<Vec<Node<'_>>> {
    let mut cursor = tokens.walk();
    let inner: Vec<Node<'_>> = tokens
        .children(&mut cursor)
        .filter(|child| !matches!(child.kind(), "(" | ")" | "line_comment" | "block_comment"))
        .collect();
    let parts = inner.split(|child| child.kind() == ",");
    parts
        .filter(|part| !part.is_empty())
        .map(<[_]>::to_vec)
        .collect()
}
