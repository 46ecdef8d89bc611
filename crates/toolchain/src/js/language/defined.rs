//! Lists the names that the production part of a file defines.

use super::functions::name_of;
use super::syntax::{Step, children, field_text, is_function, string, text_of, walk};
use std::collections::BTreeSet;
use std::ops::Range;
use tree_sitter::Node;

/// Names of functions, classes, methods, properties, parameters, types, enum members and exports
/// outside of `regions`. Variables inside functions are nobody else's.
pub(super) fn names(root: Node<'_>, regions: &[Range<usize>], text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut inner_until = 0;
    walk(root, |node| {
        if regions.iter().any(|region| *region == node.byte_range()) && node != root {
            return Step::Skip;
        }
        let local = node.start_byte() < inner_until;
        take(node, local, text, &mut names);
        if !local
            && is_function(node)
            && let Some(body) = node.child_by_field_name("body")
        {
            parameters(node, body.start_byte(), text, &mut names);
            inner_until = node.end_byte();
        }
        Step::Enter
    });
    names
}

/// Names that the file hands to others: those of its export statements, and the members that it
/// gives to what it exports.
pub(super) fn handed_out(root: Node<'_>, regions: &[Range<usize>], text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    walk(root, |node| {
        if regions.iter().any(|region| *region == node.byte_range()) && node != root {
            return Step::Skip;
        }
        match node.kind() {
            "assignment_expression" => members(node, text, &mut names),
            "export_specifier" => exported(node, text, &mut names),
            "export_statement" => {
                exported(node, text, &mut names);
                let declared = node.child_by_field_name("declaration");
                let inner = declared.map(children).unwrap_or_default();
                for each in declared.into_iter().chain(inner) {
                    take(each, false, text, &mut names);
                }
            }
            _ => {}
        }
        Step::Enter
    });
    names
}

/// `exports.a = ..`, `module.exports.a = ..`, `module.exports = { a, b: .. }`.
fn members(assignment: Node<'_>, text: &str, names: &mut BTreeSet<String>) {
    let left: String = field_text(assignment, "left", text)
        .split_whitespace()
        .collect();
    if left == "module.exports" || left == "exports" {
        let right = assignment.child_by_field_name("right");
        let object = right.filter(|right| right.kind() == "object");
        for member in object.map(children).unwrap_or_default() {
            take(member, true, text, names);
        }
    } else if left.starts_with("module.exports.") || left.starts_with("exports.") {
        exported(assignment, text, names);
    }
}

fn take(node: Node<'_>, local: bool, text: &str, names: &mut BTreeSet<String>) {
    match node.kind() {
        "function_declaration"
        | "generator_function_declaration"
        | "function_signature"
        | "class_declaration"
        | "abstract_class_declaration"
        | "interface_declaration"
        | "type_alias_declaration"
        | "enum_declaration"
        | "internal_module"
            if !local =>
        {
            names.extend(name_of(node, text).map(str::to_owned));
        }
        "method_definition"
        | "method_signature"
        | "abstract_method_signature"
        | "public_field_definition"
        | "property_signature"
        | "enum_assignment" => {
            names.extend(name_of(node, text).map(str::to_owned));
        }
        "enum_body" => {
            let mut cursor = node.walk();
            let members = node.named_children(&mut cursor);
            let bare = members.filter(|member| member.kind() == "property_identifier");
            names.extend(bare.map(|member| text_of(member, text).to_owned()));
        }
        "variable_declarator" if !local => {
            if let Some(name) = node.child_by_field_name("name") {
                bound(name, text, names);
            }
        }
        "pair" => {
            if let Some(key) = node.child_by_field_name("key") {
                let name = string(key, text).unwrap_or_else(|| text_of(key, text).to_owned());
                names.insert(name);
            }
        }
        "shorthand_property_identifier" => {
            names.insert(text_of(node, text).to_owned());
        }
        _ => exported(node, text, names),
    }
}

/// What an assignment to a member or an export brings.
fn exported(node: Node<'_>, text: &str, names: &mut BTreeSet<String>) {
    match node.kind() {
        "assignment_expression" => {
            let left = node.child_by_field_name("left");
            if let Some(left) = left.filter(|left| left.kind() == "member_expression") {
                names.insert(field_text(left, "property", text).to_owned());
            }
        }
        "export_specifier" => {
            let alias = field_text(node, "alias", text);
            let name = field_text(node, "name", text);
            names.insert(if alias.is_empty() { name } else { alias }.to_owned());
        }
        "export_statement" => {
            let mut cursor = node.walk();
            if node
                .children(&mut cursor)
                .any(|child| child.kind() == "default")
            {
                names.insert("default".to_owned());
            }
        }
        _ => {}
    }
}

/// The identifiers that a function's parameters bind: what stands before its body.
fn parameters(function: Node<'_>, body: usize, text: &str, names: &mut BTreeSet<String>) {
    let lists = ["parameters", "parameter"];
    for list in lists
        .iter()
        .filter_map(|name| function.child_by_field_name(name))
    {
        if list.start_byte() < body {
            bound(list, text, names);
        }
    }
}

/// The identifiers below a pattern, types and default values left out.
fn bound(pattern: Node<'_>, text: &str, names: &mut BTreeSet<String>) {
    walk(pattern, |node| {
        let parent = node.parent();
        let is_default = parent.is_some_and(|parent| {
            matches!(
                parent.kind(),
                "assignment_pattern" | "object_assignment_pattern"
            ) && parent.child_by_field_name("right") == Some(node)
                || matches!(parent.kind(), "required_parameter" | "optional_parameter")
                    && parent.child_by_field_name("value") == Some(node)
        });
        if is_default || node.kind() == "type_annotation" {
            return Step::Skip;
        }
        if matches!(
            node.kind(),
            "identifier" | "shorthand_property_identifier_pattern" | "property_identifier"
        ) {
            names.insert(text_of(node, text).to_owned());
        }
        Step::Enter
    });
}
