//! Finds tests that a macro call spells out.

use super::syntax::{Item, invoked, is_test_attribute, name_of, text_of};
use tree_sitter::Node;

/// A test that a macro call spells out: `proptest! { #[test] fn name(..) { .. } }`.
pub(super) struct MacroTest<'t> {
    /// Everything from its first attribute to its body.
    pub(super) tokens: Vec<Node<'t>>,
    pub(super) name: Node<'t>,
    /// The macro that makes it, where the same file defines it.
    pub(super) maker: Option<Node<'t>>,
    /// Whether it is ignored.
    pub(super) muted: bool,
}

/// The tests that a macro call spells out.
pub(super) fn tests<'t>(node: Node<'t>, text: &str) -> Vec<MacroTest<'t>> {
    let call = invoked(node);
    let body = call.and_then(|call| {
        call.named_child(call.named_child_count().checked_sub(1)?.try_into().ok()?)
    });
    let Some(body) = body.filter(|body| body.kind() == "token_tree") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut pending: Vec<Node<'t>> = Vec::new();
    let mut cursor = body.walk();
    for token in body.children(&mut cursor).skip(1) {
        let closes = token.kind() == "token_tree" && text_of(token, text).starts_with('{');
        if token.kind() == "!" && pending.len() == 1 {
            pending.clear();
            continue;
        }
        if pending.is_empty() && token.kind() != "#" {
            continue;
        }
        pending.push(token);
        if closes {
            found.extend(macro_test(std::mem::take(&mut pending), text));
        }
    }
    found
}

fn macro_test<'t>(tokens: Vec<Node<'t>>, text: &str) -> Option<MacroTest<'t>> {
    let function = tokens.iter().position(|token| token.kind() == "fn")?;
    let name = *tokens
        .get(function + 1)
        .filter(|name| name.kind() == "identifier")?;
    let attributes = || {
        let trees = tokens[..function]
            .iter()
            .filter(|token| token.kind() == "token_tree");
        trees.map(|tree| text_of(*tree, text).trim_matches(['[', ']']))
    };
    let path = |attribute: &str| {
        attribute
            .split(['(', '='])
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let test = attributes().any(|attribute| is_test_attribute(&path(attribute)));
    let muted = attributes().any(|attribute| path(attribute) == "ignore");
    test.then_some(MacroTest {
        tokens,
        name,
        maker: None,
        muted,
    })
}

/// A macro that makes tests of its arguments:
/// `macro_rules! t { ($name:ident ..) => { #[test] fn $name() { .. } } }`.
pub(super) struct Maker<'t> {
    node: Node<'t>,
    name: String,
    /// Whether each part of the arguments between commas or semicolons makes a test.
    repeated: bool,
    /// What follows the name of the test: `:`, `=>`; empty where nothing has to.
    mark: String,
}

/// The macros among `items` that make tests named by an argument.
pub(super) fn makers<'t>(items: &[Item<'t>], text: &str) -> Vec<Maker<'t>> {
    let definitions = items
        .iter()
        .filter(|item| item.node.kind() == "macro_definition");
    definitions
        .filter_map(|item| maker(item.node, text))
        .collect()
}

fn maker<'t>(node: Node<'t>, text: &str) -> Option<Maker<'t>> {
    let mut cursor = node.walk();
    let mut rules = node
        .named_children(&mut cursor)
        .filter(|child| child.kind() == "macro_rule");
    rules.find_map(|rule| {
        let side = |name: &str| -> Option<String> {
            let side = rule.child_by_field_name(name)?;
            Some(text_of(side, text).split_whitespace().collect())
        };
        let (pattern, made) = (side("left")?, side("right")?);
        let marked = made.match_indices("#[").any(|(at, start)| {
            let path = made[at + start.len()..].split([']', '(']).next();
            path.is_some_and(is_test_attribute)
        });
        let named = made.split("fn$").nth(1).filter(|_| marked)?;
        let end = named.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        let argument = format!("${}:ident", &named[..end]);
        let (before, after) = pattern.split_once(&argument)?;
        let before = &before[1..];
        let known = before.strip_suffix("$(").unwrap_or(before);
        let attributes =
            |text: &str| text.is_empty() || text.contains("#[$") && text.ends_with(")*");
        (attributes(known) || attributes(before)).then(|| Maker {
            node,
            name: name_of(node, text).unwrap_or_default().to_owned(),
            repeated: before.starts_with("$(") && !before.starts_with("$(#"),
            mark: mark(after),
        })
    })
}

/// The punctuation that a pattern goes on with.
fn mark(after: &str) -> String {
    let is_mark = |c: &char| matches!(c, ':' | '=' | '>' | '-' | '|');
    after.chars().take_while(is_mark).collect()
}

/// The tests that the macro call `node` makes by one of `makers`.
pub(super) fn made<'t>(node: Node<'t>, makers: &[Maker<'t>], text: &str) -> Vec<MacroTest<'t>> {
    let Some(call) = invoked(node) else {
        return Vec::new();
    };
    let called = call.child_by_field_name("macro");
    let called = called.map_or("", |called| text_of(called, text));
    let mut cursor = call.walk();
    let body = call
        .named_children(&mut cursor)
        .find(|child| child.kind() == "token_tree");
    let maker = makers.iter().find(|maker| maker.name == called);
    let (Some(maker), Some(body)) = (maker, body) else {
        return Vec::new();
    };
    let mut cursor = body.walk();
    let all: Vec<Node<'t>> = body.children(&mut cursor).collect();
    let inner = all.get(1..all.len().saturating_sub(1)).unwrap_or_default();
    let parts: Vec<&[Node<'t>]> = if maker.repeated {
        inner
            .split(|token| matches!(token.kind(), "," | ";"))
            .collect()
    } else {
        vec![inner]
    };
    parts
        .into_iter()
        .filter_map(|part| made_of(part, maker, text))
        .collect()
}

/// The test that one part of the arguments names: attributes, its name, what follows.
fn made_of<'t>(part: &[Node<'t>], maker: &Maker<'t>, text: &str) -> Option<MacroTest<'t>> {
    let at = part
        .iter()
        .position(|token| !matches!(token.kind(), "#" | "token_tree"))?;
    let name = *part.get(at).filter(|name| name.kind() == "identifier")?;
    let next = part.get(at + 1).map_or("", |next| text_of(*next, text));
    let muted = part[..at]
        .iter()
        .any(|token| text_of(*token, text).starts_with("[ignore"));
    (maker.mark.is_empty() || next == maker.mark).then(|| MacroTest {
        tokens: part.to_vec(),
        name,
        maker: Some(maker.node),
        muted,
    })
}

/// Whether the item calls a macro that only makes tests.
fn is_test_macro(node: Node<'_>, text: &str) -> bool {
    let called = invoked(node).and_then(|node| node.child_by_field_name("macro"));
    let name = called.map_or("", |called| text_of(called, text));
    matches!(name.rsplit("::").next(), Some("proptest" | "quickcheck"))
}

/// Whether the item calls a macro and is a test, or makes some.
pub(super) fn makes_tests(node: Node<'_>, text: &str) -> bool {
    is_test_macro(node, text) || !tests(node, text).is_empty()
}
