//! Walks the syntax tree of a Ruby file.

use crate::shape::{Shape, children, text_of};
use tree_sitter::{Node, Parser, Tree};

/// The syntax tree of `text`; broken parts are in it as errors.
pub(super) fn parse(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_ruby::LANGUAGE.into())
        .ok()?;
    parser.parse(text, None)
}

/// What counts in a digest of Ruby.
pub(super) fn shape(text: &str) -> Shape<'_> {
    Shape {
        text,
        whole: &["simple_symbol", "integer", "float"],
        names: &[
            "identifier",
            "constant",
            "instance_variable",
            "hash_key_symbol",
        ],
    }
}

/// A method, or what `define_method` makes one.
pub(super) struct Def<'t> {
    /// The whole of it.
    pub(super) whole: Node<'t>,
    /// Its body, where it has one.
    pub(super) body: Option<Node<'t>>,
    /// What closes it; nothing for a method without an end.
    pub(super) closing: Option<Node<'t>>,
    /// `Class#method`, `Class.method`, `method`.
    pub(super) name: String,
}

/// Where in the nesting of classes a node stands.
#[derive(Clone, Default)]
struct Scope {
    names: Vec<String>,
    is_singleton: bool,
}

impl Scope {
    fn inside(&self, name: &str) -> Self {
        let mut names = self.names.clone();
        names.push(name.to_owned());
        Self {
            names,
            is_singleton: false,
        }
    }

    fn name(&self, method: &str, is_singleton: bool) -> String {
        match (self.names.is_empty(), is_singleton) {
            (true, _) => method.to_owned(),
            (false, true) => format!("{}.{method}", self.names.join("::")),
            (false, false) => format!("{}#{method}", self.names.join("::")),
        }
    }
}

/// Every method that is not inside another, in the order of the text.
pub(super) fn methods<'t>(root: Node<'t>, text: &str) -> Vec<Def<'t>> {
    let mut found = Vec::new();
    let mut open = vec![(root, Scope::default())];
    while let Some((node, scope)) = open.pop() {
        let mut inner = scope.clone();
        match node.kind() {
            "class" | "module" => {
                let name = node.child_by_field_name("name");
                inner = scope.inside(name.map_or("", |name| text_of(name, text)));
            }
            "singleton_class" => inner.is_singleton = true,
            "method" | "singleton_method" => {
                found.extend(method(node, &scope, text));
                continue;
            }
            "call" if is_definition(node, text) => {
                found.extend(defined(node, &scope, text));
                continue;
            }
            _ => {}
        }
        let below = children(node);
        open.extend(below.into_iter().rev().map(|child| (child, inner.clone())));
    }
    found
}

fn method<'t>(node: Node<'t>, scope: &Scope, text: &str) -> Option<Def<'t>> {
    let name = text_of(node.child_by_field_name("name")?, text);
    let is_singleton = scope.is_singleton || node.kind() == "singleton_method";
    let last = node.child(node.child_count().checked_sub(1)?)?;
    Some(Def {
        whole: node,
        body: node.child_by_field_name("body"),
        closing: (last.kind() == "end").then_some(last),
        name: scope.name(name, is_singleton),
    })
}

fn is_definition(node: Node<'_>, text: &str) -> bool {
    let method = node.child_by_field_name("method");
    let name = method.map_or("", |method| text_of(method, text));
    matches!(name, "define_method" | "define_singleton_method")
        && node.child_by_field_name("block").is_some()
}

fn defined<'t>(node: Node<'t>, scope: &Scope, text: &str) -> Option<Def<'t>> {
    let list = node.child_by_field_name("arguments")?;
    let first = text_of(*children(list).first()?, text);
    let name = first.trim_start_matches(':').trim_matches(['"', '\'']);
    let block = node.child_by_field_name("block")?;
    let own = text_of(node.child_by_field_name("method")?, text) == "define_singleton_method";
    Some(Def {
        whole: node,
        body: block.child_by_field_name("body"),
        closing: block.child(block.child_count().checked_sub(1)?),
        name: scope.name(name, own || scope.is_singleton),
    })
}
