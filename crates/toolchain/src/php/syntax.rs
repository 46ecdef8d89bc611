//! Walks the syntax tree of a PHP file.

use crate::shape::{Shape, children, text_of};
use tree_sitter::{Node, Parser, Tree};

/// The syntax tree of `text`; broken parts are in it as errors.
pub(super) fn parse(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_php::LANGUAGE_PHP.into())
        .ok()?;
    parser.parse(text, None)
}

/// What counts in a digest of PHP.
pub(super) fn shape(text: &str) -> Shape<'_> {
    Shape {
        text,
        whole: &["text"],
        names: &["name", "namespace_name", "variable_name", "qualified_name"],
    }
}

/// A class, trait, enum or interface.
#[derive(Clone, Copy)]
pub(super) struct Class<'t> {
    /// Its declaration.
    pub(super) node: Node<'t>,
    /// The namespace that it stands in.
    pub(super) space: Option<Node<'t>>,
}

impl Class<'_> {
    /// Its name.
    pub(super) fn name<'s>(&self, text: &'s str) -> &'s str {
        let name = self.node.child_by_field_name("name");
        name.map_or("", |name| text_of(name, text))
    }

    /// Its name with its namespace.
    pub(super) fn full_name(&self, text: &str) -> String {
        match self.space {
            Some(space) => format!("{}\\{}", text_of(space, text), self.name(text)),
            None => self.name(text).to_owned(),
        }
    }
}

/// A function or method with a name.
pub(super) struct Def<'t> {
    /// The whole of it.
    pub(super) node: Node<'t>,
    /// The class around it.
    pub(super) class: Option<Class<'t>>,
}

impl Def<'_> {
    /// Its own name.
    pub(super) fn own_name<'s>(&self, text: &'s str) -> &'s str {
        let name = self.node.child_by_field_name("name");
        name.map_or("", |name| text_of(name, text))
    }

    /// `Class::method`, `function`.
    pub(super) fn name(&self, text: &str) -> String {
        match &self.class {
            Some(class) => format!("{}::{}", class.name(text), self.own_name(text)),
            None => self.own_name(text).to_owned(),
        }
    }

    /// The comment in front of it, where that is a documentation comment.
    pub(super) fn comment<'s>(&self, text: &'s str) -> &'s str {
        let before = self.node.prev_sibling();
        let before = before.filter(|before| before.kind() == "comment");
        before.map_or("", |before| text_of(before, text))
    }
}

/// Every function and method that is not inside another, and every class, in the order of the text.
pub(super) fn definitions(root: Node<'_>) -> (Vec<Def<'_>>, Vec<Class<'_>>) {
    let mut found = (Vec::new(), Vec::new());
    let mut space = None;
    let mut open = vec![(root, None, None)];
    while let Some((node, class, mut inside)) = open.pop() {
        let mut inner: Option<Class<'_>> = class;
        match node.kind() {
            "namespace_definition" => {
                let name = node.child_by_field_name("name");
                match node.child_by_field_name("body") {
                    Some(_) => inside = name,
                    None => space = name,
                }
            }
            "class_declaration"
            | "trait_declaration"
            | "enum_declaration"
            | "interface_declaration" => {
                let own = Class {
                    node,
                    space: inside.or(space),
                };
                found.1.push(own);
                inner = Some(own);
            }
            "function_definition" | "method_declaration" => {
                found.0.push(Def { node, class });
                continue;
            }
            "anonymous_class" | "object_creation_expression" => continue,
            _ => {}
        }
        let below = children(node).into_iter().rev();
        open.extend(below.map(|child| (child, inner, inside)));
    }
    found
}
