//! Gives a local name of a function another one: a change of nothing, unless somebody looks at
//! another's local names.

use super::super::syntax::{Def, children, text_of};
use super::dead;
use crate::mutate::Edit;
use redgreen_core::mutant::Operator;
use std::collections::BTreeMap;
use std::ops::Range;
use tree_sitter::Node;

/// What is put behind the name.
const MORE: &str = "_renamed";

/// The change of one name of `def`, where one can be told to be its own: it is stored to by plain
/// assignments, and stands nowhere but where a value is read or stored.
pub(super) fn edit(def: &Def<'_>, text: &str) -> Option<Edit> {
    let whole = text_of(def.node, text);
    if dead::looks(whole) || whole.contains(MORE) {
        return None;
    }
    let body = def.node.child_by_field_name("body")?;
    let mut places: BTreeMap<&str, Vec<Range<usize>>> = BTreeMap::new();
    let (mut stored, mut odd) = (Vec::new(), Vec::new());
    let mut waiting = vec![body];
    while let Some(node) = waiting.pop() {
        if is_scope(node) {
            odd.extend(dead::words(text_of(node, text)));
            continue;
        }
        if node.kind() == "identifier" {
            let name = text_of(node, text);
            match role(node) {
                Role::Stored => stored.push((node.start_byte(), name)),
                Role::Read => {}
                Role::Odd => odd.push(name),
                Role::Another => continue,
            }
            places.entry(name).or_default().push(node.byte_range());
        }
        waiting.extend(children(node));
    }
    let parameters = def.node.child_by_field_name("parameters")?;
    odd.extend(dead::words(text_of(parameters, text)));
    stored.sort_unstable();
    let mut own = stored.into_iter().map(|(_, name)| name);
    // `__traceback_hide__` and its like are read by whoever looks at a frame.
    let name = own.find(|name| !odd.contains(name) && !name.starts_with("__"))?;
    renamed(places.get(name)?, name, text)
}

/// The text from the first to the last place, with the other name.
fn renamed(places: &[Range<usize>], name: &str, text: &str) -> Option<Edit> {
    let mut places = places.to_vec();
    places.sort_by_key(|place| place.start);
    let start = places.first()?.start;
    let (mut now, mut at) = (String::new(), start);
    for place in places {
        now.push_str(text.get(at..place.start)?);
        now.push_str(name);
        now.push_str(MORE);
        at = place.end;
    }
    Some((start..at, Operator::NoOp, now))
}

enum Role {
    Stored,
    Read,
    Odd,
    /// The name of an attribute or of another function's parameter.
    Another,
}

/// What an identifier is there for.
fn role(node: Node<'_>) -> Role {
    let Some(above) = node.parent() else {
        return Role::Odd;
    };
    let is_field = |field: &str| above.child_by_field_name(field) == Some(node);
    match above.kind() {
        "assignment" if is_field("left") => Role::Stored,
        "assignment" | "augmented_assignment" => Role::Read,
        "attribute" if is_field("object") => Role::Read,
        "attribute" => Role::Another,
        "keyword_argument" if is_field("value") => Role::Read,
        "keyword_argument" => Role::Another,
        "argument_list"
        | "binary_operator"
        | "comparison_operator"
        | "boolean_operator"
        | "not_operator"
        | "unary_operator"
        | "parenthesized_expression"
        | "subscript"
        | "return_statement"
        | "if_statement"
        | "elif_clause"
        | "while_statement"
        | "assert_statement"
        | "list"
        | "tuple"
        | "set"
        | "pair"
        | "expression_list"
        | "conditional_expression"
        | "expression_statement"
        | "interpolation"
        | "slice" => Role::Read,
        "call" if is_field("function") => Role::Read,
        "for_statement" if is_field("right") => Role::Read,
        _ => Role::Odd,
    }
}

/// Whether names below it may be others.
fn is_scope(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "function_definition"
            | "class_definition"
            | "lambda"
            | "list_comprehension"
            | "set_comprehension"
            | "dictionary_comprehension"
            | "generator_expression"
            | "import_statement"
            | "import_from_statement"
            | "global_statement"
            | "nonlocal_statement"
            | "match_statement"
            | "delete_statement"
    ) || node.is_error()
}
