//! Collects the names that a production file of Go defines.

use super::syntax::{Go, text_of, walk};
use std::collections::BTreeSet;
use tree_sitter::Node;

/// The package, functions, methods, types, fields, interface methods, parameters, and constants
/// and variables outside of functions.
pub(super) fn defined(root: Node<'_>, text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    walk(root, |node| {
        let named = match node.kind() {
            "package_clause" => node.named_child(0),
            "function_declaration"
            | "method_declaration"
            | "type_spec"
            | "type_alias"
            | "method_elem"
            | "method_spec" => node.child_by_field_name("name"),
            "block" | "comment" => return Go::Past,
            _ => None,
        };
        names.extend(named.map(|name| text_of(name, text).to_owned()));
        if matches!(
            node.kind(),
            "field_declaration"
                | "parameter_declaration"
                | "variadic_parameter_declaration"
                | "const_spec"
                | "var_spec"
                | "type_parameter_declaration"
        ) {
            let mut cursor = node.walk();
            let listed = node.children_by_field_name("name", &mut cursor);
            names.extend(listed.map(|name| text_of(name, text).to_owned()));
            names.extend(embedded(node, text));
        }
        Go::In
    });
    names.remove("_");
    names.remove(",");
    names
}

/// The name by which an embedded type is a field.
fn embedded(field: Node<'_>, text: &str) -> Option<String> {
    let is_field = field.kind() == "field_declaration";
    if !is_field || field.child_by_field_name("name").is_some() {
        return None;
    }
    let name = text_of(field.child_by_field_name("type")?, text);
    let name = name.split('[').next().unwrap_or(name);
    name.rsplit(['.', '*']).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::go::syntax::parse;

    #[test]
    fn names_are_those_that_others_can_use() {
        let text = "package shop\nconst A, B = 1, 2\nvar (\n\tV int\n)\ntype Cart struct {\n\tn, m int\n\t*Base\n\tpkg.Other\n}\ntype Sum interface { Add(x int) int }\ntype Id = string\nfunc (c *Cart) Total(rate float64) int { local := 1; return local }\nfunc F[T any](xs ...T) {}\n";
        let tree = parse(text).expect("a tree");
        let names = defined(tree.root_node(), text);
        let owed = [
            "A", "Add", "B", "Base", "Cart", "F", "Id", "Other", "Sum", "T", "Total", "V", "c",
            "m", "n", "rate", "shop", "x", "xs",
        ];
        assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), owed);
    }
}
