//! Lists the names that a production file of Ruby defines.

use crate::Unit;
use crate::shape::{children, text_of};
use std::collections::BTreeSet;
use tree_sitter::Node;

/// Classes, modules, constants, methods, parameters, and the symbols that class bodies hand to
/// what defines methods for them.
pub(super) fn of(root: Node<'_>, text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open = vec![(root, false)];
    while let Some((node, in_method)) = open.pop() {
        let inner = in_method || matches!(node.kind(), "method" | "singleton_method");
        let mut add = |node: Option<Node<'_>>| {
            let text = node.map_or("", |node| text_of(node, text));
            let text = text.trim_start_matches(':').trim_end_matches(':');
            for part in [text, text.rsplit("::").next().unwrap_or_default()] {
                let part = part.strip_suffix('=').unwrap_or(part);
                if !part.is_empty() {
                    names.insert(part.to_owned());
                }
            }
        };
        match node.kind() {
            "class" | "module" | "method" | "singleton_method" | "keyword_parameter"
            | "optional_parameter" => add(node.child_by_field_name("name")),
            "method_parameters" | "splat_parameter" | "hash_splat_parameter" => {
                let plain = children(node)
                    .into_iter()
                    .filter(|each| each.kind() == "identifier");
                plain.for_each(|each| add(Some(each)));
            }
            "assignment" => {
                let left = node.child_by_field_name("left");
                add(left.filter(|left| left.kind() == "constant"));
            }
            "simple_symbol" | "hash_key_symbol" if !in_method => add(Some(node)),
            "alias" => add(node.child_by_field_name("name")),
            _ => {}
        }
        open.extend(children(node).into_iter().map(|child| (child, inner)));
    }
    names
}

/// The names under which the file at `path` can be required, and the constant that an autoloader
/// expects in it.
pub(super) fn modules(unit: &Unit, path: &str) -> BTreeSet<String> {
    let inside = unit.inside(path).unwrap_or(path);
    let stem = inside.strip_suffix(".rb").unwrap_or(inside);
    let required = stem.strip_prefix("lib/").unwrap_or(stem);
    let last = stem.rsplit('/').next().unwrap_or(stem);
    [stem.to_owned(), required.to_owned(), camel(last)].into()
}

/// `order_line` as a constant: `OrderLine`.
pub(super) fn camel(stem: &str) -> String {
    let words = stem.split(['_', '-', '.']);
    let upper = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    words.map(upper).collect()
}
