//! Lists the production functions of a file, by the names that lead to them.

use super::syntax::{Step, field_text, is_function, text_of, walk};
use std::collections::BTreeMap;
use tree_sitter::Node;

/// A production function in the tree of its file.
pub(super) struct Function<'t> {
    /// Path of names inside the file.
    pub(super) name: String,
    pub(super) node: Node<'t>,
}

impl<'t> Function<'t> {
    /// Its body: a block, or the expression of an arrow function.
    pub(super) fn body(&self) -> Option<Node<'t>> {
        self.node.child_by_field_name("body")
    }
}

/// The longest name that is made of a call's own words.
const LONGEST: usize = 40;

/// Every function outside of `regions` that is not inside another one. A name that comes twice
/// has `#2`.
pub(super) fn functions<'t>(
    root: Node<'t>,
    regions: &[std::ops::Range<usize>],
    text: &str,
) -> Vec<Function<'t>> {
    let mut found = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    walk(root, |node| {
        if regions.iter().any(|region| *region == node.byte_range()) && node != root {
            return Step::Skip;
        }
        if !is_function(node) || is_called_at_once(node) {
            return Step::Enter;
        }
        let name = path(node, text);
        let count = counts.entry(name.clone()).or_insert(0);
        *count += 1;
        let name = if *count == 1 {
            name
        } else {
            format!("{name}#{count}")
        };
        found.push(Function { name, node });
        Step::Skip
    });
    found
}

/// `(function () { .. })()`: a file's own wrapper.
fn is_called_at_once(node: Node<'_>) -> bool {
    let Some(mut parent) = node.parent() else {
        return false;
    };
    let mut inner = node;
    while parent.kind() == "parenthesized_expression" {
        inner = parent;
        match parent.parent() {
            Some(next) => parent = next,
            None => return false,
        }
    }
    match parent.kind() {
        "call_expression" => parent.child_by_field_name("function") == Some(inner),
        // (function () { .. }).call(this)
        "member_expression" => inner != node && parent.child_by_field_name("object") == Some(inner),
        _ => false,
    }
}

/// The names that lead to a function, outermost first, joined by full stops.
fn path(node: Node<'_>, text: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut at = Some(node);
    while let Some(here) = at {
        if let Some(name) = own_name(here, node, names.is_empty(), text) {
            names.push(name);
        }
        at = here.parent();
    }
    names.reverse();
    if names.is_empty() {
        return "(anonymous)".to_owned();
    }
    names.join(".")
}

/// What `here` adds to the path of `function`.
fn own_name(here: Node<'_>, function: Node<'_>, first: bool, text: &str) -> Option<String> {
    let named = |field: &str| {
        let name = field_text(here, field, text).trim_matches(['"', '\'', '[', ']']);
        (!name.is_empty()).then(|| name.to_owned())
    };
    match here.kind() {
        "function_declaration" | "generator_function_declaration" | "method_definition" => {
            named("name")
        }
        "class_declaration"
        | "abstract_class_declaration"
        | "class"
        | "internal_module"
        | "module" => named("name"),
        "function_expression" | "generator_function" if here == function => {
            let parent = here.parent().map_or("", |parent| parent.kind());
            let held = matches!(
                parent,
                "variable_declarator" | "pair" | "assignment_expression"
            );
            if held { None } else { named("name") }
        }
        "public_field_definition" | "field_definition" => {
            named("name").or_else(|| named("property"))
        }
        "variable_declarator" => named("name"),
        "pair" => named("key"),
        "assignment_expression" => named("left").map(|left| exported(&left)),
        "call_expression" if first => {
            let callee = field_text(here, "function", text);
            let words: String = callee.split_whitespace().collect();
            let short = words.chars().take(LONGEST).collect::<String>();
            (!is_wrapped(here)).then_some(short)
        }
        "export_statement" if first => Some("default".to_owned()),
        _ => None,
    }
}

/// Whether the call's value has a name of its own: `const page = memo(() => ..)`.
fn is_wrapped(call: Node<'_>) -> bool {
    let mut at = call.parent();
    while let Some(here) = at {
        match here.kind() {
            "arguments"
            | "call_expression"
            | "parenthesized_expression"
            | "as_expression"
            | "satisfies_expression"
            | "await_expression"
            | "new_expression" => at = here.parent(),
            kind => {
                return matches!(
                    kind,
                    "variable_declarator"
                        | "pair"
                        | "assignment_expression"
                        | "public_field_definition"
                        | "export_statement"
                );
            }
        }
    }
    false
}

/// `exports.clamp` is `clamp`; `module.exports` alone stays.
fn exported(left: &str) -> String {
    let left: String = left.split_whitespace().collect();
    let bare = left
        .strip_prefix("module.exports.")
        .or_else(|| left.strip_prefix("exports."))
        .unwrap_or(&left);
    bare.to_owned()
}

/// The text of the declaration that the function is: with its name and what exports it.
pub(super) fn declaration<'t>(function: Node<'t>) -> Node<'t> {
    let mut node = function;
    while let Some(parent) = node.parent() {
        let whole = match parent.kind() {
            "lexical_declaration" | "variable_declaration" => parent.named_child_count() == 1,
            "export_statement" | "variable_declarator" | "pair" | "public_field_definition" => true,
            "expression_statement" | "assignment_expression" => true,
            _ => false,
        };
        if !whole {
            break;
        }
        node = parent;
    }
    node
}

/// The name that a node defines by its field `name`.
pub(super) fn name_of<'s>(node: Node<'_>, text: &'s str) -> Option<&'s str> {
    let name = node.child_by_field_name("name")?;
    Some(text_of(name, text).trim_matches(['"', '\'']))
}
