//! Collects the names that a production file of Java defines.

use super::syntax::{Items, children, text_of};
use std::collections::BTreeSet;
use tree_sitter::Node;

/// Types, methods, fields, constants, components of records, and the package: whole and part by
/// part.
pub(super) fn of(items: &Items<'_>, package: &str, text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if !package.is_empty() {
        names.insert(package.to_owned());
        names.extend(package.split('.').map(str::to_owned));
    }
    let mut add = |node: Option<Node<'_>>| {
        let name = node.map_or("", |node| text_of(node, text));
        if !name.is_empty() {
            names.insert(name.to_owned());
        }
    };
    for each in &items.types {
        add(each.node.child_by_field_name("name"));
        let components = each.node.child_by_field_name("parameters");
        for component in components.map(children).unwrap_or_default() {
            add(component.child_by_field_name("name"));
        }
    }
    for member in &items.members {
        add(member.node.child_by_field_name("name"));
        let parts = children(member.node);
        let declared = parts
            .iter()
            .filter(|part| part.kind() == "variable_declarator");
        declared.for_each(|part| add(part.child_by_field_name("name")));
    }
    names
}
