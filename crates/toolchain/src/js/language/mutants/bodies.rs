//! Puts something simple in place of whole bodies.

use super::super::functions::Function;
use super::super::syntax::{Step, children, field_text, text_of, walk};
use super::shapes::{self, Shape};
use super::{grammar, is_boundary};
use crate::mutate::Wanted;
use redgreen_core::mutant::{Draft, Operator};
use tree_sitter::Node;

/// How many plain values a function gives at most in place of its own.
const MOST: usize = 3;

/// What stands in a body that means the same.
pub(super) const NOTHING: &str = "/* nothing is changed */";

/// The defects of the wanted functions' bodies, and one change that changes nothing.
pub(super) fn of(functions: &[Function<'_>], text: &str, wanted: &Wanted) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let wanted = functions
        .iter()
        .filter(|function| wanted.functions.contains(&function.name));
    for function in wanted {
        let Some(body) = function.body() else {
            continue;
        };
        let draft = |bytes: std::ops::Range<usize>, operator, now| Draft {
            function: function.name.clone(),
            lines: crate::mutate::lines_of(text, &bytes),
            bytes,
            operator,
            now,
        };
        let is_first = !drafts.iter().any(|d: &Draft| d.operator == Operator::NoOp);
        if body.kind() == "statement_block" && is_first && !children(body).is_empty() {
            let behind = entry(body);
            drafts.push(draft(behind..behind, Operator::NoOp, NOTHING.to_owned()));
        }
        for now in instead(function.node, body, text) {
            if now != text_of(body, text) {
                drafts.push(draft(body.byte_range(), Operator::Body, now));
            }
        }
    }
    drafts
}

/// Where the first statement of a block can stand: behind the brace and the directives.
pub(super) fn entry(block: Node<'_>) -> usize {
    let statements = children(block);
    let directives = statements
        .iter()
        .take_while(|node| grammar::is_directive(**node));
    directives
        .last()
        .map_or(block.start_byte() + 1, Node::end_byte)
}

/// The bodies that take the place of `body`.
fn instead(function: Node<'_>, body: Node<'_>, text: &str) -> Vec<String> {
    if body.kind() != "statement_block" {
        let mut values = values(function, &[body], text);
        values.retain(|value| *value != text_of(body, text));
        return values;
    }
    if children(body).is_empty() {
        return Vec::new();
    }
    let found = returns(body);
    if found.is_empty() {
        let above = children(body)
            .into_iter()
            .find(|statement| text_of(*statement, text).starts_with("super("));
        return vec![above.map_or("{}".to_owned(), |call| {
            format!("{{ {}; }}", text_of(call, text).trim_end_matches(';'))
        })];
    }
    let values = values(function, &found, text).into_iter();
    values
        .map(|value| format!("{{ return {value}; }}"))
        .collect()
}

/// The values that the function's own `return` statements give.
fn returns(body: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    walk(body, |node| {
        if is_boundary(node) {
            return Step::Skip;
        }
        if node.kind() == "return_statement" {
            found.extend(children(node).first());
        }
        Step::Enter
    });
    found
}

/// Plain values by what is returned, then the first argument.
fn values(function: Node<'_>, returned: &[Node<'_>], text: &str) -> Vec<String> {
    let mut values: Vec<String> = vec!["undefined".to_owned()];
    let written = shapes::named(field_text(function, "return_type", text));
    let own = returned.iter().map(|value| shapes::of(*value, text));
    for shape in std::iter::once(written)
        .chain(own)
        .filter(|shape| *shape != Shape::Unknown)
    {
        let plain = shape.plain().map(str::to_owned);
        values.extend(plain.filter(|plain| !values.contains(plain)));
    }
    values.truncate(MOST);
    values.extend(first_argument(function, text));
    let only = (returned.len() == 1).then(|| text_of(returned[0], text));
    let alone = function
        .child_by_field_name("body")
        .is_some_and(|body| body.kind() != "statement_block" || children(body).len() == 1);
    values.retain(|value| !(alone && only.is_some_and(|only| only == value)));
    values
}

fn first_argument(function: Node<'_>, text: &str) -> Option<String> {
    let single = function.child_by_field_name("parameter");
    let listed = || {
        let list = function.child_by_field_name("parameters")?;
        let first = children(list).first().copied()?;
        first.child_by_field_name("pattern").or(Some(first))
    };
    let name = single.or_else(listed)?;
    (name.kind() == "identifier").then(|| text_of(name, text).to_owned())
}
