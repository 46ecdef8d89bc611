//! Parses JavaScript and TypeScript, walks the tree without recursion, digests its tokens.

use redgreen_core::id::Digest;
use redgreen_core::surface::Lines;
use std::ops::Range;
use tree_sitter::{InputEdit, Node, Parser, Point, Tree};

/// The syntax tree of `text`. Where angle brackets mean types and no elements, as in a `.ts` file,
/// one grammar reads what the other cannot; the one without errors wins.
pub(super) fn parse(path: &str, text: &str) -> Option<Tree> {
    let plain = tree_sitter_typescript::LANGUAGE_TYPESCRIPT;
    let with_elements = tree_sitter_typescript::LANGUAGE_TSX;
    let types_first = [".ts", ".mts", ".cts"]
        .iter()
        .any(|end| path.ends_with(end));
    let (first, second) = if types_first {
        (plain, with_elements)
    } else {
        (with_elements, plain)
    };
    let tree = with(first.into(), text)?;
    if !tree.root_node().has_error() {
        return Some(tree);
    }
    let other = with(second.into(), text).filter(|other| !other.root_node().has_error());
    Some(other.unwrap_or(tree))
}

fn with(language: tree_sitter::Language, text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&language).ok()?;
    parser.parse(text, None)
}

/// The tree of `mutated`, which is the `text` of `tree` with `now` bytes in place of `bytes`.
pub(super) fn again(
    tree: &Tree,
    (text, mutated): (&str, &str),
    bytes: &Range<usize>,
    now: usize,
) -> Option<Tree> {
    let point = |text: &str, at: usize| {
        let head = &text.as_bytes()[..at];
        let row = head.iter().filter(|byte| **byte == b'\n').count();
        let start = head.iter().rposition(|byte| *byte == b'\n');
        Point::new(row, at - start.map_or(0, |start| start + 1))
    };
    let mut edited = tree.clone();
    edited.edit(&InputEdit {
        start_byte: bytes.start,
        old_end_byte: bytes.end,
        new_end_byte: bytes.start + now,
        start_position: point(text, bytes.start),
        old_end_position: point(text, bytes.end),
        new_end_position: point(mutated, bytes.start + now),
    });
    let mut parser = Parser::new();
    parser.set_language(&tree.language()).ok()?;
    parser.parse(mutated, Some(&edited))
}

/// The text of a node.
pub(super) fn text_of<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// The text of a node's field; empty where it has none.
pub(super) fn field_text<'s>(node: Node<'_>, field: &str, text: &'s str) -> &'s str {
    let field = node.child_by_field_name(field);
    field.map_or("", |field| text_of(field, text))
}

/// The named children of a node, comments left out.
pub(super) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
}

/// The lines of a node.
pub(super) fn lines(node: Node<'_>) -> Lines {
    let row = |row: usize| u32::try_from(row + 1).unwrap_or(u32::MAX);
    Lines::new(row(node.start_position().row), row(node.end_position().row))
}

/// Whether a walk goes on below a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Its children come next.
    Enter,
    /// They are passed over.
    Skip,
}

/// Visits `root` and every node below it in the order of the text.
pub(super) fn walk<'t>(root: Node<'t>, mut visit: impl FnMut(Node<'t>) -> Step) {
    let mut cursor = root.walk();
    loop {
        let step = visit(cursor.node());
        if step == Step::Enter && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// Whether the node is a function with a body of its own.
pub(super) fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "function_declaration"
            | "generator_function_declaration"
            | "function_expression"
            | "generator_function"
            | "arrow_function"
            | "method_definition"
    )
}

/// What a string says; nothing for another node and for a template with values in it.
pub(super) fn string(node: Node<'_>, text: &str) -> Option<String> {
    let plain = match node.kind() {
        "string" => true,
        "template_string" => children(node)
            .iter()
            .all(|child| child.kind() != "template_substitution"),
        _ => false,
    };
    let source = text_of(node, text);
    let inner = source.get(1..source.len().checked_sub(1)?)?;
    plain.then(|| unescaped(inner))
}

/// What the escapes of a JavaScript string stand for.
pub(super) fn unescaped(inner: &str) -> String {
    let mut made = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            made.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => made.push('\n'),
            Some('t') => made.push('\t'),
            Some('r') => made.push('\r'),
            Some('b') => made.push('\u{8}'),
            Some('f') => made.push('\u{c}'),
            Some('v') => made.push('\u{b}'),
            Some('0') => made.push('\0'),
            Some('\n') | None => {}
            Some('x') => {
                let digits: String = chars.by_ref().take(2).collect();
                made.extend(code_point(&digits));
            }
            Some('u') if chars.peek() == Some(&'{') => {
                let digits: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                made.extend(code_point(&digits));
            }
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                made.extend(code_point(&digits));
            }
            Some(other) => made.push(other),
        }
    }
    made
}

fn code_point(digits: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

/// What a node is to a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// It does not count.
    Skipped,
    /// Its text counts.
    Counted,
    /// What stands below it counts.
    Entered,
}

/// Whether the token is layout: quotation marks, semicolons, commas before a closing bracket.
fn is_layout(node: Node<'_>) -> bool {
    match node.kind() {
        ";" => true,
        "\"" | "'" => node
            .parent()
            .is_some_and(|parent| parent.kind() == "string"),
        "," => node
            .next_sibling()
            .is_some_and(|next| matches!(next.kind(), ")" | "]" | "}")),
        _ => false,
    }
}

/// Every token but comments and layout.
pub(super) fn all_tokens(node: Node<'_>) -> Token {
    if node.kind() == "comment" || is_layout(node) {
        Token::Skipped
    } else if node.child_count() == 0 {
        Token::Counted
    } else {
        Token::Entered
    }
}

/// Literals, operators and keywords. Names are left out, and so is punctuation, so that one
/// argument more does not count as another input.
pub(super) fn constants(node: Node<'_>) -> Token {
    match node.kind() {
        "comment" => Token::Skipped,
        "number" | "regex" | "string_fragment" | "escape_sequence" | "true" | "false" | "null"
        | "undefined" => Token::Counted,
        "," | ";" | "." | "?." | ":" | "(" | ")" | "{" | "}" | "[" | "]" | "\"" | "'" | "`"
        | "${" => Token::Skipped,
        _ if node.child_count() > 0 => Token::Entered,
        _ if node.is_named() => Token::Skipped,
        _ => Token::Counted,
    }
}

/// The digest of the tokens of `nodes` that `token` counts.
pub(super) fn digest(nodes: &[Node<'_>], text: &str, token: impl Fn(Node<'_>) -> Token) -> Digest {
    let mut tokens: Vec<u8> = Vec::new();
    for node in nodes {
        walk(*node, |here| match token(here) {
            Token::Entered => Step::Enter,
            Token::Skipped => Step::Skip,
            Token::Counted => {
                tokens.extend_from_slice(text_of(here, text).as_bytes());
                tokens.push(0);
                Step::Skip
            }
        });
        tokens.push(1);
    }
    Digest::of(&tokens)
}
