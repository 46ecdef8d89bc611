//! Knows stores that nobody reads: what is stored there cannot matter.

use super::super::syntax::{children, text_of};
use super::place;
use redgreen_core::mutant::{Draft, Operator};
use tree_sitter::Node;

/// Words by which a function may read a local name without naming it.
const LOOKS: [&str; 9] = [
    "locals",
    "vars",
    "dir",
    "eval",
    "exec",
    "global",
    "globals",
    "nonlocal",
    "_getframe",
];

/// Whether `draft` takes away or changes what is stored into a local name that nobody reads. Only
/// literals are trusted to do nothing else.
pub(super) fn is_equal(root: Node<'_>, text: &str, draft: &Draft) -> bool {
    let Some(node) = root.descendant_for_byte_range(draft.bytes.start, draft.bytes.end) else {
        return false;
    };
    let is_store = |node: &Node<'_>| node.kind() == "assignment";
    let store = if draft.operator == Operator::Statement && draft.now.trim() == "pass" {
        std::iter::once(node).chain(children(node)).find(is_store)
    } else if draft.operator == Operator::Constant {
        let around = std::iter::once(node).chain(place::around(node));
        around.into_iter().find(is_store)
    } else {
        None
    };
    store.is_some_and(|store| is_dead(store, text))
}

fn is_dead(store: Node<'_>, text: &str) -> bool {
    let sides = ["left", "right"].map(|side| store.child_by_field_name(side));
    let [Some(left), Some(right)] = sides else {
        return false;
    };
    let function = place::around(store).find(|each| {
        matches!(
            each.kind(),
            "function_definition" | "lambda" | "class_definition"
        )
    });
    let Some(function) = function.filter(|each| each.kind() == "function_definition") else {
        return false;
    };
    let name = text_of(left, text);
    left.kind() == "identifier"
        && is_literal(right)
        && !looks(text_of(function, text))
        && (!is_read(function, name, text) || is_stored_again(store, function, name, text))
}

/// Whether the text of a function may look at local names without naming them.
pub(super) fn looks(text: &str) -> bool {
    words(text).any(|word| LOOKS.contains(&word))
}

/// The names and other words of a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

fn is_literal(node: Node<'_>) -> bool {
    match node.kind() {
        "integer" | "float" | "true" | "false" | "none" => true,
        "string" => !children(node)
            .iter()
            .any(|part| part.kind() == "interpolation"),
        "list" | "tuple" | "set" => children(node).into_iter().all(is_literal),
        _ => false,
    }
}

/// Whether the name stands in `function` anywhere but on the left of a plain assignment.
fn is_read(function: Node<'_>, name: &str, text: &str) -> bool {
    let mut waiting = vec![function];
    while let Some(node) = waiting.pop() {
        if node.kind() == "identifier" && text_of(node, text) == name {
            let is_stored = node.parent().is_some_and(|above| {
                above.kind() == "assignment" && above.child_by_field_name("left") == Some(node)
            });
            if !is_stored {
                return true;
            }
        }
        waiting.extend(children(node));
    }
    false
}

/// Whether the very next statement stores into the name again, and no handler, no inner function
/// and no value of that statement can see the first value.
fn is_stored_again(store: Node<'_>, function: Node<'_>, name: &str, text: &str) -> bool {
    let next = store.parent().and_then(|statement| {
        let mut all = std::iter::successors(statement.next_named_sibling(), |one| {
            one.next_named_sibling()
        });
        all.find(|one| one.kind() != "comment")
    });
    let again = next
        .filter(|next| next.kind() == "expression_statement")
        .and_then(|next| next.named_child(0))
        .filter(|again| again.kind() == "assignment");
    let Some(again) = again else {
        return false;
    };
    let into = again.child_by_field_name("left");
    let value = again.child_by_field_name("right");
    let is_same =
        into.is_some_and(|into| into.kind() == "identifier" && text_of(into, text) == name);
    let is_blind = value.is_some_and(|value| !words(text_of(value, text)).any(|word| word == name));
    is_same
        && is_blind
        && !holds_any(function, &["try_statement", "with_statement"])
        && !is_shared(function, name, text)
}

fn holds_any(function: Node<'_>, kinds: &[&str]) -> bool {
    let mut waiting = children(function);
    while let Some(node) = waiting.pop() {
        if kinds.contains(&node.kind()) {
            return true;
        }
        waiting.extend(children(node));
    }
    false
}

/// Whether an inner function, class or comprehension names it.
fn is_shared(function: Node<'_>, name: &str, text: &str) -> bool {
    let mut waiting = children(function);
    while let Some(node) = waiting.pop() {
        let is_inner = matches!(
            node.kind(),
            "function_definition" | "class_definition" | "lambda" | "generator_expression"
        );
        if is_inner && words(text_of(node, text)).any(|word| word == name) {
            return true;
        }
        waiting.extend(children(node));
    }
    false
}
