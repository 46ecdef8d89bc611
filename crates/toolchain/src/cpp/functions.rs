//! Lists the production functions of a file with their bodies.

use super::tokens::{Token, digest};
use redgreen_core::change::FunctionItem;
use redgreen_core::surface::Lines;
use std::collections::BTreeMap;
use std::ops::Range;
use tree_sitter::{Node, Parser, Tree};

/// Words before a function's name that take a stub from it: it may run while the compiler
/// works, before `main`, or without a stack frame.
const UNFIT: [&str; 6] = [
    "constexpr",
    "consteval",
    "naked",
    "constructor",
    "interrupt",
    "__global__",
];

/// Names that end a misread statement and no function.
const STATEMENTS: [&str; 7] = ["if", "for", "while", "switch", "catch", "return", "else"];

/// The tree of a text; nothing only where the grammar itself cannot be loaded.
pub(super) fn parse(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_cpp::LANGUAGE.into())
        .ok()?;
    parser.parse(text, None)
}

/// A function in the tree of its file.
pub(super) struct Function<'t> {
    /// Names of what it stands in and its own: `calc::Till::add`.
    pub(super) name: String,
    pub(super) node: Node<'t>,
    /// Its first byte, template header included.
    start: usize,
    pub(super) stubbable: bool,
}

impl Function<'_> {
    /// Its bytes, template header included.
    fn bytes(&self) -> Range<usize> {
        self.start..self.node.end_byte()
    }

    /// What the outline says of it.
    pub(super) fn item(&self, path: &str, text: &str, tokens: &[Token]) -> FunctionItem {
        let bytes = self.bytes();
        let from = tokens.partition_point(|token| token.bytes.start < bytes.start);
        let own = tokens[from..].iter();
        let own: Vec<&Token> = own
            .take_while(|token| token.bytes.end <= bytes.end)
            .collect();
        FunctionItem {
            name: self.name.clone(),
            path: path.to_owned(),
            lines: lines(text, &bytes),
            body: digest(&own, text),
            stubbable: self.stubbable,
        }
    }
}

/// The lines of `bytes`.
pub(super) fn lines(text: &str, bytes: &Range<usize>) -> Lines {
    let line = |at: usize| {
        let before = text.as_bytes().get(..at).unwrap_or_default();
        let count = before.iter().filter(|byte| **byte == b'\n').count();
        u32::try_from(count + 1).unwrap_or(u32::MAX)
    };
    Lines::new(line(bytes.start), line(bytes.end))
}

/// The functions of a file outside of `tests`. A name that comes twice (an overload) has `#2`.
pub(super) fn functions<'t>(
    tree: &'t Tree,
    text: &str,
    tests: &[Range<usize>],
) -> Vec<Function<'t>> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    'tree: loop {
        let node = cursor.node();
        let in_test = tests.iter().any(|range| range.contains(&node.start_byte()));
        if node.kind() == "function_definition" && !in_test {
            found.extend(function(node, text, &mut counts));
        }
        // Classes inside of functions are theirs.
        let inner = node.kind() != "compound_statement" || node.parent().is_some_and(is_loose);
        if inner && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'tree;
            }
        }
    }
    found
}

/// Whether a block stands in no function: what a macro at the top opens.
fn is_loose(parent: Node<'_>) -> bool {
    parent.kind() != "function_definition"
}

fn function<'t>(
    node: Node<'t>,
    text: &str,
    counts: &mut BTreeMap<String, usize>,
) -> Option<Function<'t>> {
    let own = declared(node)?;
    let name = squeezed(text.get(own.byte_range())?);
    let typed = node.child_by_field_name("type").is_some();
    let whole = qualified(node, text, &name);
    let constructs = whole.ends_with(&format!("{name}::{name}"));
    if STATEMENTS.contains(&name.as_str()) || !typed && !constructs && is_macro(&name) {
        return None;
    }
    let body = node.child_by_field_name("body")?;
    let count = counts.entry(whole.clone()).or_insert(0);
    *count += 1;
    let name = if *count == 1 {
        whole
    } else {
        format!("{whole}#{count}")
    };
    let mut start = node;
    while let Some(parent) = start
        .parent()
        .filter(|p| p.kind() == "template_declaration")
    {
        start = parent;
    }
    let before = text
        .get(start.start_byte()..own.start_byte())
        .unwrap_or_default();
    let mut words = before.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let fit = !words.any(|word| UNFIT.contains(&word))
        && name != "main"
        && !name.contains('~')
        && body.kind() == "compound_statement";
    Some(Function {
        name,
        node,
        start: start.start_byte(),
        stubbable: fit,
    })
}

/// The node that names what a definition defines.
fn declared(node: Node<'_>) -> Option<Node<'_>> {
    let mut inner = node.child_by_field_name("declarator")?;
    loop {
        match inner.kind() {
            "function_declarator" => return inner.child_by_field_name("declarator"),
            "qualified_identifier" | "operator_cast" => return Some(inner),
            _ => {}
        }
        let next = inner.child_by_field_name("declarator");
        inner = next.or_else(|| inner.named_child(0))?;
    }
}

/// Namespaces and classes around a definition, then its own name.
fn qualified(node: Node<'_>, text: &str, name: &str) -> String {
    let mut parts = vec![name.to_owned()];
    let mut here = node.parent();
    while let Some(around) = here {
        let scope = matches!(
            around.kind(),
            "namespace_definition" | "class_specifier" | "struct_specifier" | "union_specifier"
        );
        let named = around.child_by_field_name("name").filter(|_| scope);
        parts.extend(named.and_then(|named| Some(squeezed(text.get(named.byte_range())?))));
        here = around.parent();
    }
    parts.reverse();
    parts.join("::")
}

fn squeezed(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = words.join(" ");
    // `operator bool() const`: the name ends before the brackets, but not that of `operator()`.
    match joined.find("operator") {
        Some(at) => {
            let (start, rest) = joined.split_at(at);
            let rest = rest.strip_suffix("() const").unwrap_or(rest);
            format!("{start}{rest}")
        }
        None => joined,
    }
}

fn is_macro(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
