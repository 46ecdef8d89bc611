//! Walks the syntax tree of a Python file.

use redgreen_core::surface::Lines;
use tree_sitter::{Node, Parser, Tree};

/// The syntax tree of `text`; broken parts are in it as errors.
pub(super) fn parse(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_python::LANGUAGE.into())
        .ok()?;
    parser.parse(text, None)
}

/// A function or class outside any function.
#[derive(Clone)]
pub(super) struct Def<'t> {
    /// The definition itself.
    pub(super) node: Node<'t>,
    /// The definition with its decorators.
    pub(super) whole: Node<'t>,
    /// Its own name.
    pub(super) name: String,
    /// The classes around it, outermost first.
    pub(super) classes: Vec<Class<'t>>,
}

/// A class around a definition.
#[derive(Clone)]
pub(super) struct Class<'t> {
    /// Its definition.
    pub(super) node: Node<'t>,
    /// The definition with its decorators.
    pub(super) whole: Node<'t>,
    /// Its name.
    pub(super) name: String,
}

impl<'t> Def<'t> {
    /// `Class.method`.
    pub(super) fn dotted(&self) -> String {
        let classes = self.classes.iter().map(|class| class.name.as_str());
        let parts: Vec<&str> = classes.chain([self.name.as_str()]).collect();
        parts.join(".")
    }

    /// Its lines, decorators included.
    pub(super) fn lines(&self) -> Lines {
        let last = self.whole.end_position();
        // A block that ends with a line break ends in column 0 of the line behind it.
        let behind = usize::from(last.column == 0 && last.row > self.whole.start_position().row);
        Lines::new(row(self.whole.start_position().row), row(last.row - behind))
    }
}

fn row(from_zero: usize) -> u32 {
    u32::try_from(from_zero + 1).unwrap_or(u32::MAX)
}

/// The text of a node.
pub(super) fn text_of<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// The named children of a node, comments left out.
pub(super) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| child.kind() != "comment" && child.kind() != "line_continuation")
        .collect()
}

/// Every function and class that is not inside a function, in the order of the text.
pub(super) fn definitions<'t>(root: Node<'t>, text: &str) -> (Vec<Def<'t>>, Vec<Def<'t>>) {
    let mut found = (Vec::new(), Vec::new());
    descend(root, text, &[], &mut found);
    found
}

fn descend<'t>(
    node: Node<'t>,
    text: &str,
    classes: &[Class<'t>],
    found: &mut (Vec<Def<'t>>, Vec<Def<'t>>),
) {
    for child in children(node) {
        let (whole, inner) = match child.kind() {
            "decorated_definition" => match child.child_by_field_name("definition") {
                Some(inner) => (child, inner),
                None => continue,
            },
            _ => (child, child),
        };
        let name = inner.child_by_field_name("name");
        let name = || name.map_or(String::new(), |name| text_of(name, text).to_owned());
        match inner.kind() {
            "function_definition" => found.0.push(Def {
                node: inner,
                whole,
                name: name(),
                classes: classes.to_vec(),
            }),
            "class_definition" => {
                let name = name();
                found.1.push(Def {
                    node: inner,
                    whole,
                    name: name.clone(),
                    classes: classes.to_vec(),
                });
                let mut around = classes.to_vec();
                around.push(Class {
                    node: inner,
                    whole,
                    name,
                });
                if let Some(body) = inner.child_by_field_name("body") {
                    descend(body, text, &around, found);
                }
            }
            _ => descend(inner, text, classes, found),
        }
    }
}

/// The statements of a function's or class's body.
pub(super) fn statements<'t>(definition: Node<'t>) -> Vec<Node<'t>> {
    definition
        .child_by_field_name("body")
        .map(children)
        .unwrap_or_default()
}

/// The docstring of a body, where its first statement is one.
pub(super) fn docstring<'t>(statements: &[Node<'t>]) -> Option<Node<'t>> {
    let first = *statements.first()?;
    let value = first.named_child(0)?;
    let plain = first.kind() == "expression_statement"
        && first.named_child_count() == 1
        && matches!(value.kind(), "string" | "concatenated_string")
        && !holds(value, "interpolation");
    plain.then_some(first)
}

/// Whether a node of `kind` stands below `node`, nested functions and classes left out.
pub(super) fn holds(node: Node<'_>, kind: &str) -> bool {
    let mut cursor = node.walk();
    let below: Vec<Node<'_>> = node.children(&mut cursor).collect();
    below.into_iter().any(|child| {
        let border = matches!(
            child.kind(),
            "function_definition" | "class_definition" | "lambda"
        );
        child.kind() == kind || !border && holds(child, kind)
    })
}

/// The expressions of a definition's decorators, without the `@`.
pub(super) fn decorators<'s>(whole: Node<'_>, text: &'s str) -> Vec<&'s str> {
    let own = children(whole);
    let own = own.iter().filter(|child| child.kind() == "decorator");
    own.map(|node| text_of(*node, text).trim_start_matches('@').trim())
        .collect()
}

/// The last name of a decorator's dotted path: `skip` of `pytest.mark.skip(reason="x")`.
pub(super) fn last_name(decorator: &str) -> &str {
    let path = decorator.split(['(', '\n', '#']).next().unwrap_or_default();
    path.rsplit('.').next().unwrap_or_default().trim()
}
