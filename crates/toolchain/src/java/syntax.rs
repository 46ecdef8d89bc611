//! Walks the syntax tree of a Java file: its types and their members. Nothing here recurses, so
//! that deep nesting is no danger.

use redgreen_core::surface::Lines;
use tree_sitter::{Node, Parser, Tree};

/// The syntax tree of `text`; broken parts are in it as errors.
pub(super) fn parse(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_java::LANGUAGE.into())
        .ok()?;
    parser.parse(text, None)
}

/// A class, interface, enum, record or annotation type outside any method.
#[derive(Clone)]
pub(super) struct Type<'t> {
    pub(super) node: Node<'t>,
    /// Its own name.
    pub(super) name: String,
    /// The type around it, by its place in the list of types.
    pub(super) outer: Option<usize>,
}

/// A member of a type.
#[derive(Clone)]
pub(super) struct Member<'t> {
    pub(super) node: Node<'t>,
    /// The type that holds it, by its place in the list of types.
    pub(super) holder: usize,
}

/// The types of a file, outer before inner, and their members in the order of the text.
pub(super) struct Items<'t> {
    pub(super) types: Vec<Type<'t>>,
    pub(super) members: Vec<Member<'t>>,
}

impl<'t> Items<'t> {
    pub(super) fn of(tree: &'t Tree, text: &str) -> Self {
        let mut items = Self {
            types: Vec::new(),
            members: Vec::new(),
        };
        let mut open: Vec<(Node<'t>, Option<usize>)> = vec![(tree.root_node(), None)];
        while let Some((node, outer)) = open.pop() {
            let mut around = outer;
            if is_type(node.kind()) {
                let name = node.child_by_field_name("name");
                around = Some(items.types.len());
                items.types.push(Type {
                    node,
                    name: name.map_or_else(String::new, |name| text_of(name, text).to_owned()),
                    outer,
                });
            } else if let Some(holder) = outer
                && is_member(node.kind())
            {
                items.members.push(Member { node, holder });
                continue;
            }
            let below = children(node);
            let below = below.into_iter().filter(|child| leads_on(child.kind()));
            open.extend(below.map(|child| (child, around)).rev());
        }
        items.members.sort_by_key(|member| member.node.start_byte());
        items
    }

    /// The names of the types around a member, outermost first, and their places.
    pub(super) fn around(&self, holder: usize) -> Vec<usize> {
        let mut places = Vec::new();
        let mut at = Some(holder);
        while let Some(place) = at {
            places.push(place);
            at = self.types.get(place).and_then(|each| each.outer);
        }
        places.reverse();
        places
    }

    /// The type's name with those around it: `Outer.Inner` for the separator `.`.
    pub(super) fn path_of(&self, holder: usize, separator: &str) -> String {
        let around = self.around(holder);
        let names = around.iter().filter_map(|place| self.types.get(*place));
        let names: Vec<&str> = names.map(|each| each.name.as_str()).collect();
        names.join(separator)
    }
}

fn is_type(kind: &str) -> bool {
    matches!(
        kind,
        "class_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "record_declaration"
            | "annotation_type_declaration"
    )
}

fn is_member(kind: &str) -> bool {
    matches!(
        kind,
        "method_declaration"
            | "constructor_declaration"
            | "compact_constructor_declaration"
            | "field_declaration"
            | "constant_declaration"
            | "enum_constant"
            | "annotation_type_element_declaration"
            | "static_initializer"
            | "block"
    )
}

/// Whether types and members stand below a node of this kind. Methods' bodies are left out.
fn leads_on(kind: &str) -> bool {
    is_type(kind)
        || is_member(kind)
        || matches!(
            kind,
            "class_body"
                | "interface_body"
                | "enum_body"
                | "enum_body_declarations"
                | "annotation_type_body"
                | "ERROR"
        )
}

/// The package that the file declares; empty for the unnamed one.
pub(super) fn package(tree: &Tree, text: &str) -> String {
    let top = children(tree.root_node());
    let declared = top.iter().find(|node| node.kind() == "package_declaration");
    let parts = declared.map(|node| children(*node)).unwrap_or_default();
    let name = parts
        .iter()
        .find(|node| matches!(node.kind(), "scoped_identifier" | "identifier"));
    name.map_or_else(String::new, |node| {
        text_of(*node, text).split_whitespace().collect()
    })
}

pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).collect()
}

pub(super) fn text_of<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    text.get(node.byte_range()).unwrap_or_default()
}

pub(super) fn lines(node: Node<'_>) -> Lines {
    let line = |row: usize| u32::try_from(row + 1).unwrap_or(u32::MAX);
    Lines::new(
        line(node.start_position().row),
        line(node.end_position().row),
    )
}

pub(super) fn is_comment(kind: &str) -> bool {
    matches!(kind, "line_comment" | "block_comment")
}

/// An annotation: the last part of its name, and its whole text.
pub(super) fn annotations<'s>(node: Node<'_>, text: &'s str) -> Vec<(&'s str, &'s str)> {
    let own = children(node);
    let modifiers = own.iter().find(|child| child.kind() == "modifiers");
    let all = modifiers.map(|node| children(*node)).unwrap_or_default();
    let marks = all
        .iter()
        .filter(|child| matches!(child.kind(), "marker_annotation" | "annotation"));
    marks
        .filter_map(|mark| {
            let name = text_of(mark.child_by_field_name("name")?, text);
            let last = name.rsplit('.').next().unwrap_or(name).trim();
            Some((last, text_of(*mark, text)))
        })
        .collect()
}

/// Whether a modifier such as `abstract` stands before a declaration.
pub(super) fn has_modifier(node: Node<'_>, wanted: &str) -> bool {
    let own = children(node);
    let modifiers = own.iter().find(|child| child.kind() == "modifiers");
    let all = modifiers.map(|node| children(*node)).unwrap_or_default();
    all.iter().any(|child| child.kind() == wanted)
}

/// Calls `visit` with each token below `node` in the order of the text. Comments are left out, a
/// string is one token.
pub(super) fn tokens<'t>(node: Node<'t>, visit: &mut dyn FnMut(Node<'t>)) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if is_comment(node.kind()) {
            continue;
        }
        if node.child_count() == 0 || node.kind() == "string_literal" {
            visit(node);
        } else {
            open.extend(children(node).into_iter().rev());
        }
    }
}
