//! Collects the names that a production file of Python defines.

use super::syntax::{children, text_of};
use crate::Unit;
use std::collections::BTreeSet;
use tree_sitter::Node;

/// Functions, classes, variables of modules and classes, attributes, parameters, and in an
/// `__init__` what it imports for others.
pub(super) fn of(root: Node<'_>, text: &str, path: &str) -> BTreeSet<String> {
    let package = path.ends_with("__init__.py") || path.ends_with("__init__.pyi");
    let mut names = Names {
        text,
        package,
        found: BTreeSet::new(),
    };
    names.visit(root, Place::Body);
    names.found
}

/// The names that the file can be imported by, with their last parts.
pub(super) fn modules(unit: &Unit, path: &str) -> BTreeSet<String> {
    let stem = path.strip_suffix(".py").unwrap_or(path);
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    let roots = unit.import_roots.iter().map(String::as_str);
    let inside = roots.filter_map(|root| match root {
        "" => Some(stem),
        _ => stem.strip_prefix(root)?.strip_prefix('/'),
    });
    let Some(shortest) = inside.min_by_key(|module| module.len()) else {
        return BTreeSet::new();
    };
    let dotted = shortest.replace('/', ".");
    let last = dotted.rsplit('.').next().map(str::to_owned);
    last.into_iter().chain([dotted.clone()]).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A module's or a class's own statements.
    Body,
    /// Inside a function: plain assignments are its own business.
    Function,
}

struct Names<'s> {
    text: &'s str,
    package: bool,
    found: BTreeSet<String>,
}

impl Names<'_> {
    fn add(&mut self, node: Option<Node<'_>>) {
        if let Some(node) = node {
            self.found.insert(text_of(node, self.text).to_owned());
        }
    }

    fn visit(&mut self, node: Node<'_>, place: Place) {
        let mut inner = place;
        match node.kind() {
            "function_definition" => {
                self.add(node.child_by_field_name("name"));
                self.parameters(node.child_by_field_name("parameters"));
                inner = Place::Function;
            }
            "class_definition" => {
                self.add(node.child_by_field_name("name"));
                inner = Place::Body;
            }
            "assignment" | "augmented_assignment" => {
                self.target(node.child_by_field_name("left"), place);
            }
            "type_alias_statement" => self.add(node.named_child(0)),
            "import_from_statement" | "import_statement" if self.package => self.imports(node),
            _ => {}
        }
        for child in children(node) {
            self.visit(child, inner);
        }
    }

    fn target(&mut self, left: Option<Node<'_>>, place: Place) {
        let Some(left) = left else { return };
        match left.kind() {
            "identifier" if place == Place::Body => self.add(Some(left)),
            "attribute" => self.add(left.child_by_field_name("attribute")),
            "pattern_list" | "tuple_pattern" | "list_pattern" => {
                for part in children(left) {
                    self.target(Some(part), place);
                }
            }
            _ => {}
        }
    }

    fn parameters(&mut self, list: Option<Node<'_>>) {
        for parameter in list.map(children).unwrap_or_default() {
            let named = parameter.child_by_field_name("name");
            match parameter.kind() {
                "identifier" => self.add(Some(parameter)),
                "default_parameter" | "typed_default_parameter" => self.add(named),
                "typed_parameter" | "list_splat_pattern" | "dictionary_splat_pattern" => {
                    self.parameters(Some(parameter));
                }
                _ => {}
            }
        }
    }

    fn imports(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let names: Vec<Node<'_>> = node.children_by_field_name("name", &mut cursor).collect();
        for name in names {
            match name.kind() {
                "aliased_import" => self.add(name.child_by_field_name("alias")),
                _ => self.add(Some(name)),
            }
        }
    }
}
