//! Lists the identifiers that the production part of a file defines.

use std::collections::BTreeSet;
use std::ops::Range;
use tree_sitter::{Node, Tree};

/// Names of functions, types, enumerators, fields, variables, parameters, macros and namespaces,
/// outside of `tests` and of the bodies of functions.
pub(super) fn defined(tree: &Tree, text: &str, tests: &[Range<usize>]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut cursor = tree.walk();
    'tree: loop {
        let node = cursor.node();
        let in_test = tests.iter().any(|range| range.contains(&node.start_byte()));
        let is_body = node.kind() == "compound_statement";
        if !in_test && !is_body {
            names.extend(named(node).and_then(|name| Some(last(text.get(name.byte_range())?))));
        }
        if !is_body && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'tree;
            }
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The node that holds the name which `node` defines.
fn named(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "class_specifier"
        | "struct_specifier"
        | "union_specifier"
        | "enum_specifier"
        | "enumerator"
        | "namespace_definition"
        | "alias_declaration"
        | "preproc_def"
        | "preproc_function_def"
        | "concept_definition"
        | "namespace_alias_definition" => node.child_by_field_name("name"),
        "function_declarator"
        | "init_declarator"
        | "array_declarator"
        | "pointer_declarator"
        | "declaration"
        | "field_declaration"
        | "parameter_declaration"
        | "type_definition"
        | "optional_parameter_declaration" => node.child_by_field_name("declarator").filter(|n| {
            matches!(
                n.kind(),
                "identifier" | "field_identifier" | "type_identifier" | "qualified_identifier"
            )
        }),
        "reference_declarator" => node
            .named_child(0)
            .filter(|inner| matches!(inner.kind(), "identifier" | "field_identifier")),
        _ => None,
    }
}

/// The last part of a qualified name, without template arguments.
fn last(name: &str) -> String {
    let bare = name.split('<').next().unwrap_or(name);
    bare.rsplit("::").next().unwrap_or(bare).trim().to_owned()
}
