//! Digests syntax nodes: comments and white space left out. Walks with a cursor, so that deeply
//! nested source costs no stack.

use redgreen_core::id::Digest;
use redgreen_core::surface::Lines;
use tree_sitter::{Node, TreeCursor};

/// What of a node counts.
pub(crate) struct Shape<'s> {
    /// The source text.
    pub(crate) text: &'s str,
    /// Kinds that are taken as one token although they have parts: strings.
    pub(crate) whole: &'static [&'static str],
    /// Kinds of names, left out of a digest of constants.
    pub(crate) names: &'static [&'static str],
}

/// A step of a walk.
enum Step<'t> {
    Enter(Node<'t>),
    Leave,
}

impl Shape<'_> {
    /// The digest of everything in `nodes` but comments and the nodes with the ids `left_out`.
    pub(crate) fn of(&self, nodes: &[Node<'_>], left_out: &[usize]) -> Digest {
        let mut shape = String::new();
        let keep = |node: Node<'_>| !left_out.contains(&node.id()) && !self.is_comment(node);
        for node in nodes {
            walk(*node, &mut |step| match step {
                Step::Enter(node) if !keep(node) => false,
                Step::Enter(node) if self.is_token(node) => {
                    shape.push_str(self.text_of(node));
                    shape.push('\0');
                    false
                }
                Step::Enter(node) => {
                    shape.push_str(node.kind());
                    shape.push('\u{1}');
                    true
                }
                Step::Leave => {
                    shape.push('\u{2}');
                    true
                }
            });
        }
        Digest::of(shape.as_bytes())
    }

    /// The digest of the literals, operators and keywords in `nodes`, in order.
    pub(crate) fn constants(&self, nodes: &[Node<'_>], left_out: &[usize]) -> Digest {
        let mut shape = String::new();
        for node in nodes {
            walk(*node, &mut |step| {
                let Step::Enter(node) = step else { return true };
                if left_out.contains(&node.id()) || self.is_comment(node) {
                    return false;
                }
                if !self.is_token(node) {
                    return !self.names.contains(&node.kind());
                }
                let mark = matches!(node.kind(), "," | ":" | "." | "(" | ")" | ";" | "{" | "}");
                if !mark && !self.names.contains(&node.kind()) {
                    shape.push_str(self.text_of(node));
                    shape.push('\0');
                }
                false
            });
        }
        Digest::of(shape.as_bytes())
    }

    fn is_token(&self, node: Node<'_>) -> bool {
        node.child_count() == 0 || self.whole.contains(&node.kind())
    }

    /// A comment that changes how the file is read counts as code.
    fn is_comment(&self, node: Node<'_>) -> bool {
        const MAGIC: [&str; 3] = ["frozen_string_literal:", "coding:", "warn_indent:"];
        let words = |mark: &&str| self.text_of(node).contains(*mark);
        node.kind() == "comment" && !(node.start_position().row < 4 && MAGIC.iter().any(words))
    }

    fn text_of(&self, node: Node<'_>) -> &str {
        text_of(node, self.text)
    }
}

/// Visits a node and everything below it. `visit` says whether to go below a node.
fn walk<'t>(root: Node<'t>, visit: &mut dyn FnMut(Step<'t>) -> bool) {
    let mut cursor: TreeCursor<'t> = root.walk();
    let mut below = visit(Step::Enter(cursor.node()));
    let mut depth = 0_usize;
    loop {
        if below && cursor.goto_first_child() {
            depth += 1;
            below = visit(Step::Enter(cursor.node()));
            continue;
        }
        if below {
            visit(Step::Leave);
        }
        loop {
            if depth == 0 {
                return;
            }
            if cursor.goto_next_sibling() {
                below = visit(Step::Enter(cursor.node()));
                break;
            }
            cursor.goto_parent();
            depth -= 1;
            visit(Step::Leave);
        }
    }
}

/// The text of a node.
pub(crate) fn text_of<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// The named children of a node, comments left out.
pub(crate) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    let named = node.named_children(&mut cursor);
    named.filter(|child| child.kind() != "comment").collect()
}

/// The lines from the start of `first` to the end of `last`.
pub(crate) fn lines(first: Node<'_>, last: Node<'_>) -> Lines {
    let row = |row: usize| u32::try_from(row + 1).unwrap_or(u32::MAX);
    let end = last.end_position();
    // A node that ends with a line break ends in column 0 of the line behind it.
    let behind = usize::from(end.column == 0 && end.row > first.start_position().row);
    Lines::new(row(first.start_position().row), row(end.row - behind))
}

/// The line breaks of a text that is replaced, so that the lines behind it keep their numbers.
pub(crate) fn line_breaks(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\n' | '\r')).collect()
}
