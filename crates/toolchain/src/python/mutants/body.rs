//! Puts something simple in the place of a whole body, and something that changes nothing at its
//! start.

use super::super::stub;
use super::super::syntax::{self, Def, children, text_of};
use crate::mutate::Edit;
use redgreen_core::mutant::Operator;
use tree_sitter::Node;

/// How many constants are tried.
const CONSTANTS: usize = 3;

/// The whole-body defects of `def`, and the change that changes nothing.
pub(super) fn edits(def: &Def<'_>, text: &str) -> Vec<Edit> {
    let statements = syntax::statements(def.node);
    let own = stub::body(&statements);
    let (Some(first), Some(last)) = (own.first(), own.last()) else {
        return Vec::new();
    };
    let bytes = first.start_byte()..stub::past_semicolon(text, last.end_byte());
    let was = text.get(bytes.clone()).unwrap_or_default();
    let is_other = |now: &String| was.trim_end_matches([';', ' ']) != now;
    let mut edits: Vec<Edit> = bodies(def, own, text)
        .into_iter()
        .filter(is_other)
        .map(|now| (bytes.clone(), Operator::Body, now))
        .collect();
    edits.extend(unchanged(*first, text));
    edits
}

/// The bodies, simplest first.
fn bodies(def: &Def<'_>, own: &[Node<'_>], text: &str) -> Vec<String> {
    if syntax::holds(def.node, "yield") {
        return ["return; yield", "yield"].map(str::to_owned).into();
    }
    let mut bodies = Vec::new();
    if !is_nothing(own, text) {
        bodies.push("return None".to_owned());
    }
    let results = results(def.node);
    let mut constants: Vec<&str> = match def.node.child_by_field_name("return_type") {
        Some(hint) => of_hint(text_of(hint, text)),
        None => results
            .iter()
            .flat_map(|node| of_value(*node))
            .copied()
            .collect(),
    };
    let mut seen = std::collections::BTreeSet::new();
    constants.retain(|each| seen.insert(*each));
    constants.truncate(CONSTANTS);
    bodies.extend(constants.iter().map(|each| format!("return {each}")));
    if !results.is_empty() {
        bodies.extend(argument(def, text).map(|name| format!("return {name}")));
    }
    bodies
}

/// Whether the body does nothing already.
fn is_nothing(own: &[Node<'_>], text: &str) -> bool {
    own.iter().all(|node| {
        matches!(
            text_of(*node, text),
            "pass" | "return" | "return None" | "..."
        )
    })
}

/// What the function's own `return` statements return.
fn results(function: Node<'_>) -> Vec<Node<'_>> {
    let (mut found, mut waiting) = (Vec::new(), children(function));
    while let Some(node) = waiting.pop() {
        match node.kind() {
            "function_definition" | "class_definition" | "lambda" | "decorated_definition" => {}
            "return_statement" => {
                let value = node.named_child(0);
                found.extend(value.filter(|value| value.kind() != "none"));
            }
            _ => waiting.extend(children(node)),
        }
    }
    found.reverse();
    found
}

/// Constants of the type that a hint names.
fn of_hint(hint: &str) -> Vec<&'static str> {
    let hint = hint.trim().trim_matches(['"', '\'']);
    let hint = hint.strip_prefix("typing.").unwrap_or(hint);
    let hint = hint.strip_prefix("Optional[").unwrap_or(hint);
    let parts = hint.split('|').map(str::trim);
    let constants = parts.flat_map(|part| {
        let end = part.find(['[', ']']).unwrap_or(part.len());
        let name = part[..end].rsplit('.').next().unwrap_or_default();
        let constants: &[&str] = match name {
            "int" => &["0", "1"],
            "float" => &["0.0"],
            "complex" => &["0j"],
            "bool" => &["True", "False"],
            "str" | "AnyStr" => &["\"\""],
            "bytes" => &["b\"\""],
            "list" | "List" | "Sequence" | "Iterable" | "Collection" | "MutableSequence" => &["[]"],
            "dict" | "Dict" | "Mapping" | "MutableMapping" => &["{}"],
            "set" | "Set" | "AbstractSet" => &["set()"],
            "frozenset" | "FrozenSet" => &["frozenset()"],
            "tuple" | "Tuple" => &["()"],
            "Iterator" => &["iter(())"],
            _ => &[],
        };
        constants.iter().copied()
    });
    constants.collect()
}

/// Constants of the type of a returned expression, where its form tells.
fn of_value(value: Node<'_>) -> &'static [&'static str] {
    match value.kind() {
        "integer" => &["0", "1"],
        "float" => &["0.0"],
        "string" | "concatenated_string" => &["\"\""],
        "true" | "false" | "comparison_operator" | "not_operator" => &["True", "False"],
        "list" | "list_comprehension" => &["[]"],
        "dictionary" | "dictionary_comprehension" => &["{}"],
        "set" | "set_comprehension" => &["set()"],
        "tuple" | "expression_list" => &["()"],
        _ => &[],
    }
}

/// The first parameter that is a plain value.
fn argument<'s>(def: &Def<'_>, text: &'s str) -> Option<&'s str> {
    let parameters = children(def.node.child_by_field_name("parameters")?);
    let skip = usize::from(!def.classes.is_empty() && !is_static(def, text));
    let first = *parameters.get(skip)?;
    let name = match first.kind() {
        "identifier" => first,
        "default_parameter" | "typed_default_parameter" => first.child_by_field_name("name")?,
        "typed_parameter" => first
            .named_child(0)
            .filter(|name| name.kind() == "identifier")?,
        _ => return None,
    };
    Some(text_of(name, text))
}

fn is_static(def: &Def<'_>, text: &str) -> bool {
    let decorators = syntax::decorators(def.whole, text);
    decorators
        .iter()
        .any(|each| syntax::last_name(each) == "staticmethod")
}

/// A comment in front of the first statement, where that begins a line.
fn unchanged(first: Node<'_>, text: &str) -> Option<Edit> {
    let at = first.start_byte();
    let before = text.get(..at)?;
    let indent = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
    let begins = indent.chars().all(|c| c == ' ' || c == '\t') && !indent.is_empty();
    let end = if before.ends_with(&format!("\r\n{indent}")) {
        "\r\n"
    } else {
        "\n"
    };
    begins.then(|| (at..at, Operator::NoOp, format!("# no change{end}{indent}")))
}
