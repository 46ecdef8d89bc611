//! Walks the syntax tree of a Go file. Never by recursion: nesting costs no stack.

use redgreen_core::surface::Lines;
use tree_sitter::{Node, Parser, Tree};

/// The syntax tree of `text`; broken parts are in it as errors.
pub(super) fn parse(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_go::LANGUAGE.into()).ok()?;
    parser.parse(text, None)
}

/// The text of a node.
pub(super) fn text_of<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// The named children of a node, comments left out.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
}

/// What to do with a node on a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Go {
    /// Look at what is inside.
    In,
    /// Pass over it.
    Past,
}

/// Visits `root` and what is below it, in the order of the text.
pub(super) fn walk<'t>(root: Node<'t>, mut visit: impl FnMut(Node<'t>) -> Go) {
    let mut cursor = root.walk();
    loop {
        if visit(cursor.node()) == Go::In && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// A function or method at the top of a file.
#[derive(Clone, Debug)]
pub(super) struct Function<'t> {
    pub(super) node: Node<'t>,
    /// `name` or `Type.name`.
    pub(super) path: String,
    /// Its own name.
    pub(super) name: String,
}

impl<'t> Function<'t> {
    pub(super) fn body(&self) -> Option<Node<'t>> {
        self.node.child_by_field_name("body")
    }
}

/// Every function and method with a name, in the order of the text. One that comes again has `#2`.
pub(super) fn functions<'t>(root: Node<'t>, text: &str) -> Vec<Function<'t>> {
    let mut found: Vec<Function<'t>> = Vec::new();
    for node in children(root) {
        if !matches!(node.kind(), "function_declaration" | "method_declaration") {
            continue;
        }
        let Some(name) = node.child_by_field_name("name") else {
            continue;
        };
        let name = text_of(name, text).to_owned();
        if name == "_" {
            continue;
        }
        let path = match receiver(node, text) {
            Some(owner) => format!("{owner}.{name}"),
            None => name.clone(),
        };
        let again = |known: &&Function<'_>| known.path.split('#').next() == Some(path.as_str());
        let count = found.iter().filter(again).count();
        let path = if count == 0 {
            path
        } else {
            format!("{path}#{}", count + 1)
        };
        found.push(Function { node, path, name });
    }
    found
}

/// The type of a method's receiver, without pointer and type parameters.
pub(super) fn receiver(method: Node<'_>, text: &str) -> Option<String> {
    let list = method.child_by_field_name("receiver")?;
    let mut name = None;
    walk(list, |node| {
        if name.is_none() && node.kind() == "type_identifier" {
            name = Some(text_of(node, text).to_owned());
        }
        Go::In
    });
    name
}

/// The lines of a node with the comments right above it.
pub(super) fn lines(node: Node<'_>) -> Lines {
    let mut first = node.start_position().row;
    let mut above = node.prev_sibling();
    while let Some(comment) = above.filter(|above| above.kind() == "comment") {
        if comment.end_position().row + 1 != first {
            break;
        }
        first = comment.start_position().row;
        above = comment.prev_sibling();
    }
    let row = |row: usize| u32::try_from(row + 1).unwrap_or(u32::MAX);
    Lines::new(row(first), row(node.end_position().row))
}

/// The statements of a block.
pub(super) fn statements(block: Node<'_>) -> Vec<Node<'_>> {
    let inner = children(block);
    match inner.as_slice() {
        [list] if list.kind() == "statement_list" => children(*list),
        _ => inner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_named_by_their_receivers() {
        let text = "package a\nfunc F[T any](x T) {}\nfunc (c *Cart) Total() {}\nfunc (s Set[K, V]) Add(k K) {}\nfunc (Cart) Bare() {}\nfunc init() {}\nfunc init() {}\nfunc _() {}\n";
        let tree = parse(text).expect("a tree");
        let found = functions(tree.root_node(), text);
        let paths: Vec<&str> = found
            .iter()
            .map(|function| function.path.as_str())
            .collect();
        let owed = ["F", "Cart.Total", "Set.Add", "Cart.Bare", "init", "init#2"];
        assert_eq!(paths, owed);
    }
}
