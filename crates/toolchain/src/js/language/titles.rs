//! Reads titles out of the source, and tells which shown title a written one can become.

use super::syntax::{children, field_text, string, text_of, unescaped};
use tree_sitter::Node;

/// What a test without a title is called.
const ANONYMOUS: &str = "<anonymous>";

/// A title as the source writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Title {
    /// Its text; values in it are written `${..}`.
    pub(super) text: String,
    /// Whether the runner shows another text, made when the file runs.
    pub(super) dynamic: bool,
}

/// The title that the first argument of a call gives. `repeated` titles are made row by row.
pub(super) fn of(argument: Option<Node<'_>>, repeated: bool, text: &str) -> Title {
    let Some(node) = argument else {
        return plain(ANONYMOUS.to_owned());
    };
    match node.kind() {
        "object" => plain(ANONYMOUS.to_owned()),
        "arrow_function" | "function_expression" => {
            let name = field_text(node, "name", text);
            plain(if name.is_empty() { ANONYMOUS } else { name }.to_owned())
        }
        _ => {
            let (text, dynamic) = written(node, text);
            let formatted = repeated && text.contains(['%', '$']);
            Title {
                text,
                dynamic: dynamic || formatted,
            }
        }
    }
}

fn plain(text: String) -> Title {
    let dynamic = false;
    Title { text, dynamic }
}

fn written(node: Node<'_>, text: &str) -> (String, bool) {
    if let Some(said) = string(node, text) {
        return (said, false);
    }
    match node.kind() {
        "template_string" => {
            let mut made = String::new();
            for child in children(node) {
                let source = text_of(child, text);
                match child.kind() {
                    "template_substitution" => made.push_str(&squeezed(source)),
                    _ => made.push_str(&unescaped(source)),
                }
            }
            (made, true)
        }
        "binary_expression" if field_text(node, "operator", text) == "+" => {
            let side = |name: &str| {
                let side = node.child_by_field_name(name);
                side.map_or((String::new(), false), |side| match string(side, text) {
                    Some(said) => (said, false),
                    None if side.kind() == "binary_expression" && depth_is_small(side) => {
                        written(side, text)
                    }
                    None => (placed(side, text), true),
                })
            };
            let (left, right) = (side("left"), side("right"));
            (left.0 + &right.0, left.1 || right.1)
        }
        _ => (placed(node, text), true),
    }
}

/// A long chain of sums is one value.
fn depth_is_small(node: Node<'_>) -> bool {
    let mut left = Some(node);
    for _ in 0..16 {
        left = left.and_then(|node| node.child_by_field_name("left"));
    }
    left.is_none()
}

fn placed(node: Node<'_>, text: &str) -> String {
    format!("${{{}}}", squeezed(text_of(node, text)))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A part of a written title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// This text.
    Fixed(String),
    /// Any text.
    Any,
}

/// The parts of written titles: `${..}`, and where rows fill it, `%s` and `$name`.
pub(crate) fn parts(written: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut fixed = String::new();
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        let taken = value(rest);
        if taken > 0 {
            if !fixed.is_empty() {
                parts.push(Part::Fixed(std::mem::take(&mut fixed)));
            }
            if parts.last() != Some(&Part::Any) {
                parts.push(Part::Any);
            }
            rest = &rest[taken..];
        } else {
            fixed.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    if !fixed.is_empty() {
        parts.push(Part::Fixed(fixed));
    }
    parts
}

/// How many bytes of a value `text` starts with; 0 where it starts with none.
fn value(text: &str) -> usize {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some('$'), Some('{')) => {
            let mut depth = 0_usize;
            let close = text.char_indices().find(|(_, c)| {
                match c {
                    '{' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                *c == '}' && depth == 0
            });
            close.map_or(0, |(at, _)| at + 1)
        }
        (Some('$'), Some(c)) if c.is_alphabetic() || matches!(c, '_' | '#') => {
            let path = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '#' | '$'));
            let end = text[1..].find(path).map_or(text.len(), |end| end + 1);
            // A full stop behind a name ends a sentence.
            text[..end].trim_end_matches('.').len()
        }
        (Some('%'), Some(c)) if "sdifjoOcp#$%".contains(c) => 2,
        _ => 0,
    }
}

/// Whether the written title can be shown as `shown`.
pub(crate) fn can_be(written: &[Part], shown: &str) -> bool {
    let Some((first, rest)) = written.split_first() else {
        return shown.is_empty();
    };
    match first {
        Part::Fixed(text) => shown
            .strip_prefix(text.as_str())
            .is_some_and(|shown| can_be(rest, shown)),
        Part::Any => match rest.iter().position(|part| *part != Part::Any) {
            None => true,
            Some(next) => {
                let (Part::Fixed(text), rest) = (&rest[next], &rest[next + 1..]) else {
                    return false;
                };
                let mut found = shown.match_indices(text.as_str());
                found.any(|(at, _)| can_be(rest, &shown[at + text.len()..]))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_title_can_be_shown_with_values() {
        let check = |written: &str, shown: &str| can_be(&parts(written), shown);
        assert!(check("add(%i, %i) = %i", "add(1, 2) = 3"));
        assert!(check("adds $a.b to $c.", "adds 1 to 2."));
        assert!(check("case ${x.map((y) => { return y })}!", "case a!b!"));
        assert!(check("plain", "plain"));
        assert!(!check("plain", "plainer"));
        assert!(!check("add(%i)", "sub(1)"));
        assert!(check("100 % sure", "100 % sure"));
    }
}
