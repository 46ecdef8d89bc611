//! Lists the identifiers that the production part of a file defines.

use super::syntax::{attribute_path, name_of, text_of};
use crate::language::Region;
use std::collections::BTreeSet;
use tree_sitter::{Node, Tree};

/// Names of functions, types, variants, fields, constants, modules, macros, parameters and
/// re-exports, outside of `regions`.
pub(super) fn defined(tree: &Tree, text: &str, regions: &[Region]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut cursor = tree.walk();
    'tree: loop {
        let node = cursor.node();
        let start = node.start_byte();
        let outside = !regions
            .iter()
            .any(|region| region.bytes.contains(&start) && start > 0)
            && !regions
                .iter()
                .any(|region| region.bytes == node.byte_range());
        if outside {
            take(node, text, &mut names);
            if cursor.goto_first_child() {
                continue;
            }
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'tree;
            }
        }
    }
    names
}

fn take(node: Node<'_>, text: &str, names: &mut BTreeSet<String>) {
    match node.kind() {
        "function_item"
        | "function_signature_item"
        | "struct_item"
        | "enum_item"
        | "union_item"
        | "trait_item"
        | "type_item"
        | "associated_type"
        | "enum_variant"
        | "field_declaration"
        | "const_item"
        | "static_item"
        | "mod_item"
        | "macro_definition" => {
            names.extend(name_of(node, text).map(str::to_owned));
        }
        "attribute_item" => derived(node, text, names),
        "parameter" => {
            if let Some(pattern) = node.child_by_field_name("pattern") {
                leaves(pattern, text, names);
            }
        }
        "use_declaration" => {
            let public = node
                .named_child(0)
                .is_some_and(|n| n.kind() == "visibility_modifier");
            if let Some(paths) = node.child_by_field_name("argument").filter(|_| public) {
                exported(paths, text, names);
            }
        }
        _ => {}
    }
}

/// What a `#[derive(..)]` brings: the traits, and the methods of those of the standard library.
fn derived(attribute: Node<'_>, text: &str, names: &mut BTreeSet<String>) {
    let inner = attribute.named_child(0);
    let arguments = inner.and_then(|inner| inner.child_by_field_name("arguments"));
    let Some(arguments) = arguments.filter(|_| attribute_path(attribute, text) == "derive") else {
        return;
    };
    let mut cursor = arguments.walk();
    for child in arguments.named_children(&mut cursor) {
        let derived = text_of(child, text);
        let methods: &[&str] = match derived {
            "Default" => &["default"],
            "Clone" => &["clone"],
            "Hash" => &["hash"],
            "PartialEq" => &["eq", "ne"],
            "PartialOrd" => &["partial_cmp", "lt", "le", "gt", "ge"],
            "Ord" => &["cmp", "max", "min", "clamp"],
            _ => &[],
        };
        names.insert(derived.to_owned());
        names.extend(methods.iter().map(|method| (*method).to_owned()));
    }
}

/// The identifiers that a pattern binds.
fn leaves(pattern: Node<'_>, text: &str, names: &mut BTreeSet<String>) {
    if pattern.kind() == "identifier" {
        names.insert(text_of(pattern, text).to_owned());
    }
    let mut cursor = pattern.walk();
    for child in pattern.named_children(&mut cursor) {
        leaves(child, text, names);
    }
}

/// The names that a `pub use` brings: the last part of each path, or its new name.
fn exported(paths: Node<'_>, text: &str, names: &mut BTreeSet<String>) {
    match paths.kind() {
        "identifier" | "type_identifier" => {
            names.insert(text_of(paths, text).to_owned());
        }
        "scoped_identifier" => names.extend(name_of(paths, text).map(str::to_owned)),
        "use_as_clause" => {
            let alias = paths.child_by_field_name("alias");
            names.extend(alias.map(|alias| text_of(alias, text).to_owned()));
        }
        "scoped_use_list" => {
            if let Some(list) = paths.child_by_field_name("list") {
                exported(list, text, names);
            }
        }
        "use_list" => {
            let mut cursor = paths.walk();
            for child in paths.named_children(&mut cursor) {
                exported(child, text, names);
            }
        }
        _ => {}
    }
}
