//! Tells where in its file a node stands.

use tree_sitter::Node;

/// The nodes around `node`, nearest first.
pub(super) fn around(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(node.parent(), Node::parent)
}

/// Whether `node` runs when a function is called, and not when its file is loaded.
pub(super) fn is_in_function(node: Node<'_>) -> bool {
    let border = around(node).find(|each| {
        matches!(
            each.kind(),
            "function_definition" | "lambda" | "class_definition"
        )
    });
    border.is_some_and(|each| each.kind() != "class_definition" || is_in_function(each))
}

/// The loop that a `break` or `continue` belongs to.
pub(super) fn own_loop(node: Node<'_>) -> Option<Node<'_>> {
    around(node).find(|each| matches!(each.kind(), "for_statement" | "while_statement"))
}
