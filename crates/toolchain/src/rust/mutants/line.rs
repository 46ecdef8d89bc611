//! Puts code on one line, so that the lines of a file stay where they are.

use super::super::syntax;
use tree_sitter::{Node, Tree};

/// An expression without comments and line breaks. A raw string that breaks stays as it is.
pub(super) fn one_line(code: &str) -> String {
    if !code.contains('\n') {
        return code.to_owned();
    }
    let (head, tail) = ("fn f() { let _ = ", "; }");
    let whole = format!("{head}{code}{tail}");
    let Some(tree) = syntax::parse(&whole) else {
        return code.to_owned();
    };
    let mut line = String::new();
    let mut done = head.len();
    for node in marked(&tree) {
        line.push_str(&flat(&whole[done..node.start_byte()]));
        let own = &whole[node.byte_range()];
        if node.kind() == "string_literal" {
            line.push_str(&escaped(own));
        } else if node.kind() == "raw_string_literal" {
            line.push_str(own);
        } else {
            line.push(' ');
        }
        done = node.end_byte();
    }
    line.push_str(&flat(&whole[done..whole.len() - tail.len()]));
    line
}

fn flat(code: &str) -> String {
    code.replace(['\n', '\r'], " ")
}

/// A string literal whose line breaks are written as escapes; a line break behind a backslash
/// goes with the space that follows it.
fn escaped(own: &str) -> String {
    let mut shown = String::new();
    let mut chars = own.chars().peekable();
    while let Some(one) = chars.next() {
        match one {
            '\\' if matches!(chars.peek(), Some('\n' | '\r')) => {
                while chars.next_if(|next| next.is_whitespace()).is_some() {}
            }
            '\\' => {
                shown.push(one);
                shown.extend(chars.next());
            }
            '\n' => shown.push_str("\\n"),
            '\r' => {}
            _ => shown.push(one),
        }
    }
    shown
}

/// Comments and strings, in the order of the text.
fn marked(tree: &Tree) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let kind = node.kind();
        let is_marked = kind.ends_with("_comment") || kind.ends_with("string_literal");
        if is_marked {
            found.push(node);
        } else if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}
