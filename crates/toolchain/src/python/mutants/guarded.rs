//! Knows comparisons whose boundary cannot matter, because both sides differ where they stand.

use super::super::syntax::{children, text_of};
use super::place;
use redgreen_core::mutant::{Draft, Operator};
use tree_sitter::Node;

/// Whether `draft` only adds or takes away equality where it is ruled out: `a > b` becomes
/// `a >= b` under `a != b`. Nothing but local names and numbers are trusted to stay what they are.
pub(super) fn is_equal(root: Node<'_>, text: &str, draft: &Draft) -> bool {
    let was = text.get(draft.bytes.clone()).unwrap_or_default();
    let toggles = matches!(
        (was, draft.now.as_str()),
        (">", ">=") | (">=", ">") | ("<", "<=") | ("<=", "<")
    );
    if draft.operator != Operator::Boundary || !toggles {
        return false;
    }
    let token = root.descendant_for_byte_range(draft.bytes.start, draft.bytes.end);
    let comparison = token.and_then(|token| token.parent());
    let Some(sides) = comparison.and_then(|node| sides(node, text)) else {
        return false;
    };
    comparison.is_some_and(|node| differ(node, text, sides))
}

type Sides<'s> = (&'s str, &'s str);

/// Both operands of a comparison of two names, or of a name and a number.
fn sides<'s>(node: Node<'_>, text: &'s str) -> Option<Sides<'s>> {
    let [left, right] = children(node)[..] else {
        return None;
    };
    let plain = |node: Node<'_>| matches!(node.kind(), "identifier" | "integer");
    (node.kind() == "comparison_operator" && plain(left) && plain(right))
        .then(|| (text_of(left, text), text_of(right, text)))
}

/// Whether everything that leads to `node` says that the two differ.
fn differ(node: Node<'_>, text: &str, sides: Sides<'_>) -> bool {
    let mut below = node;
    for above in place::around(node) {
        let says = match above.kind() {
            "boolean_operator" => {
                let operator = above.child_by_field_name("operator");
                let left = above.child_by_field_name("left");
                let is_right = left.is_some_and(|left| left.id() != below.id());
                let wanted = match operator.map_or("", |operator| text_of(operator, text)) {
                    "and" => "!=",
                    _ => "==",
                };
                is_right && left.is_some_and(|left| states(left, text, wanted, sides))
            }
            "function_definition"
            | "class_definition"
            | "lambda"
            | "for_statement"
            | "while_statement"
            | "module" => return false,
            "if_statement" | "elif_clause" => branch(above, below, text, sides),
            "block" => false,
            _ => false,
        };
        if says {
            return true;
        }
        if above.kind() == "block" && assigns_before(above, below, text, sides) {
            return false;
        }
        below = above;
    }
    false
}

/// Whether the branch that `below` stands in is entered only where the two differ.
fn branch(above: Node<'_>, below: Node<'_>, text: &str, sides: Sides<'_>) -> bool {
    let condition = above.child_by_field_name("condition");
    let consequence = above.child_by_field_name("consequence");
    let is_in = |part: Option<Node<'_>>| part.is_some_and(|part| part.id() == below.id());
    if is_in(consequence) {
        return condition.is_some_and(|condition| states(condition, text, "!=", sides));
    }
    // `elif` and `else` are entered where the first condition does not hold.
    let is_other = matches!(below.kind(), "elif_clause" | "else_clause");
    is_other && condition.is_some_and(|condition| is_comparison(condition, text, "==", sides))
}

/// Whether `condition` holds only where `left operator right` does (for `==`: fails only where it
/// does not).
fn states(condition: Node<'_>, text: &str, operator: &str, sides: Sides<'_>) -> bool {
    let inner = match condition.kind() {
        "parenthesized_expression" => condition.named_child(0).unwrap_or(condition),
        _ => condition,
    };
    let joint = if operator == "!=" { "and" } else { "or" };
    let joins = inner
        .child_by_field_name("operator")
        .is_some_and(|sign| inner.kind() == "boolean_operator" && text_of(sign, text) == joint);
    if joins {
        return children(inner)
            .iter()
            .any(|side| states(*side, text, operator, sides));
    }
    is_comparison(inner, text, operator, sides)
}

fn is_comparison(node: Node<'_>, text: &str, operator: &str, (left, right): Sides<'_>) -> bool {
    let sign = node.child(1).map_or("", |sign| text_of(sign, text));
    let own = sides(node, text);
    sign == operator && (own == Some((left, right)) || own == Some((right, left)))
}

/// Whether a statement of `block` in front of `below`, or `below` itself, may bind one of the two.
fn assigns_before(block: Node<'_>, below: Node<'_>, text: &str, (left, right): Sides<'_>) -> bool {
    let before = children(block)
        .into_iter()
        .take_while(|each| each.start_byte() < below.start_byte());
    let mut waiting: Vec<Node<'_>> = before.collect();
    while let Some(node) = waiting.pop() {
        let binds = matches!(
            node.kind(),
            "assignment"
                | "augmented_assignment"
                | "named_expression"
                | "for_statement"
                | "with_item"
                | "as_pattern"
                | "delete_statement"
                | "global_statement"
                | "nonlocal_statement"
                | "import_statement"
                | "import_from_statement"
                | "function_definition"
                | "class_definition"
                | "match_statement"
        );
        let own = text_of(node, text);
        let names = |name: &str| {
            own.split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word == name)
        };
        if binds && (names(left) || names(right)) {
            return true;
        }
        waiting.extend(children(node));
    }
    false
}
