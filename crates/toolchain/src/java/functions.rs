//! Lists the production functions of a Java file: methods and constructors that have a body.

use super::digest;
use super::syntax::{Items, children, lines, text_of};
use redgreen_core::change::FunctionItem;
use tree_sitter::Node;

/// A method or constructor.
pub(super) struct Function<'t> {
    pub(super) node: Node<'t>,
    /// `Outer.Inner.method(int,String)`, `Outer.<init>(int)`. The types of its parameters tell
    /// overloads apart.
    pub(super) name: String,
    /// Its body, where it has one.
    pub(super) body: Option<Node<'t>>,
}

/// Every method and constructor of the file's types, in the order of the text.
pub(super) fn functions<'t>(items: &Items<'t>, text: &str) -> Vec<Function<'t>> {
    let members = items.members.iter();
    members
        .filter_map(|member| {
            let own = match member.node.kind() {
                "method_declaration" => {
                    let name = member.node.child_by_field_name("name")?;
                    format!("{}({})", text_of(name, text), types(member.node, text))
                }
                "constructor_declaration" => format!("<init>({})", types(member.node, text)),
                "compact_constructor_declaration" => "<init>".to_owned(),
                _ => return None,
            };
            Some(Function {
                node: member.node,
                name: format!("{}.{own}", items.path_of(member.holder, ".")),
                body: member.node.child_by_field_name("body"),
            })
        })
        .collect()
}

/// The same, as core lists them.
pub(super) fn listed(items: &Items<'_>, path: &str, text: &str) -> Vec<FunctionItem> {
    let all = functions(items, text).into_iter();
    all.map(|function| FunctionItem {
        path: path.to_owned(),
        lines: lines(function.node),
        body: digest::of(function.node, text, None),
        stubbable: function.body.is_some(),
        name: function.name,
    })
    .collect()
}

/// The types of a declaration's parameters, without white space.
fn types(node: Node<'_>, text: &str) -> String {
    let list = node.child_by_field_name("parameters");
    let parameters = list.map(children).unwrap_or_default();
    let mut types: Vec<String> = Vec::new();
    for parameter in parameters {
        let (kind, more) = match parameter.kind() {
            "formal_parameter" => (parameter.child_by_field_name("type"), ""),
            "spread_parameter" => {
                let parts = children(parameter);
                let is_type = |part: &&Node<'_>| {
                    !matches!(part.kind(), "modifiers" | "..." | "variable_declarator")
                };
                (parts.iter().find(is_type).copied(), "...")
            }
            _ => continue,
        };
        let name = kind.map_or("", |kind| text_of(kind, text));
        let dimensions = parameter.child_by_field_name("dimensions");
        let dimensions = dimensions.map_or("", |node| text_of(node, text));
        let whole = format!("{name}{dimensions}{more}");
        types.push(whole.split_whitespace().collect());
    }
    types.join(",")
}
