//! Knows edits that cannot matter: a `continue` at the end of its loop, and a boundary between two
//! values that differ where they are compared.

use super::super::syntax::text_of;
use redgreen_core::mutant::{Draft, Operator};
use tree_sitter::Node;

/// Whether `draft` means what head's code means.
pub(super) fn is_equal(root: Node<'_>, text: &str, draft: &Draft) -> bool {
    let Some(node) = root.descendant_for_byte_range(draft.bytes.start, draft.bytes.end) else {
        return false;
    };
    if draft.operator == Operator::Statement {
        return text_of(node, text) == "continue;" && is_last_of_loop(node);
    }
    let was = text.get(draft.bytes.clone()).unwrap_or_default();
    let toggles = matches!(
        (was, draft.now.as_str()),
        (">", ">=") | (">=", ">") | ("<", "<=") | ("<=", "<")
    );
    draft.operator == Operator::Boundary
        && toggles
        && node.parent().is_some_and(|node| is_guarded(node, text))
}

/// Whether nothing of the loop around `statement` comes behind it.
fn is_last_of_loop(statement: Node<'_>) -> bool {
    let mut node = statement;
    loop {
        let Some(above) = node.parent() else {
            return false;
        };
        let goes_on = match above.kind() {
            "block" => is_last(above, node),
            "expression_statement" | "else_clause" => true,
            "if_expression" => above.child_by_field_name("condition") != Some(node),
            "match_arm" => above.child_by_field_name("value") == Some(node),
            // Whatever the arm, the same comes behind it.
            "match_block" => true,
            "match_expression" => above.child_by_field_name("body") == Some(node),
            "for_expression" | "while_expression" | "loop_expression" => {
                return above.child_by_field_name("body") == Some(node);
            }
            _ => false,
        };
        if !goes_on {
            return false;
        }
        node = above;
    }
}

fn is_last(block: Node<'_>, node: Node<'_>) -> bool {
    let mut cursor = block.walk();
    let parts = block.named_children(&mut cursor);
    let parts = parts.filter(|part| !part.kind().ends_with("_comment"));
    parts.last() == Some(node)
}

fn is_first(block: Node<'_>, node: Node<'_>) -> bool {
    let mut cursor = block.walk();
    let mut parts = block.named_children(&mut cursor);
    parts.find(|part| !part.kind().ends_with("_comment")) == Some(node)
}

type Sides<'s> = (&'s str, &'s str);

/// Whether a comparison stands where its two sides are known to differ. Nothing runs between the
/// two looks at them.
fn is_guarded(comparison: Node<'_>, text: &str) -> bool {
    let Some(sides) = sides(comparison, text) else {
        return false;
    };
    let mut below = comparison;
    while let Some(above) = below.parent() {
        let goes_on = match above.kind() {
            "binary_expression" => {
                let left = above.child_by_field_name("left");
                let is_right = left.is_some_and(|left| left != below);
                if is_right && left.is_some_and(|left| differ(left, text, sides)) {
                    return joins(above, text, "&&");
                }
                false
            }
            "if_expression" => {
                let condition = above.child_by_field_name("condition");
                let is_inside = above.child_by_field_name("consequence") == Some(below);
                return is_inside && condition.is_some_and(|c| differ(c, text, sides));
            }
            "block" => is_first(above, below),
            "expression_statement" | "return_expression" | "parenthesized_expression" => true,
            _ => false,
        };
        if !goes_on {
            return false;
        }
        below = above;
    }
    false
}

/// Whether `condition` holds only where the two differ.
fn differ(condition: Node<'_>, text: &str, (left, right): Sides<'_>) -> bool {
    let inner = match condition.kind() {
        "parenthesized_expression" => condition.named_child(0).unwrap_or(condition),
        _ => condition,
    };
    if joins(inner, text, "&&") {
        let parts = ["left", "right"].map(|side| inner.child_by_field_name(side));
        let mut parts = parts.into_iter().flatten();
        return parts.any(|part| differ(part, text, (left, right)));
    }
    let own = sides(inner, text);
    joins(inner, text, "!=") && (own == Some((left, right)) || own == Some((right, left)))
}

fn joins(node: Node<'_>, text: &str, operator: &str) -> bool {
    let sign = node.child_by_field_name("operator");
    node.kind() == "binary_expression" && sign.is_some_and(|sign| text_of(sign, text) == operator)
}

/// Both operands, where each is a name, a field of one, or a number.
fn sides<'s>(node: Node<'_>, text: &'s str) -> Option<Sides<'s>> {
    let side = |name| {
        let side = node.child_by_field_name(name)?;
        is_place(side).then(|| text_of(side, text))
    };
    (node.kind() == "binary_expression").then_some(())?;
    Some((side("left")?, side("right")?))
}

fn is_place(node: Node<'_>) -> bool {
    match node.kind() {
        "identifier" | "self" | "integer_literal" => true,
        "field_expression" => node.child_by_field_name("value").is_some_and(is_place),
        _ => false,
    }
}
