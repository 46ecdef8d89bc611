//! Joins the production part of one text with the test regions of another.

use super::outline::outermost;
use super::syntax::{self, Item, header};
use std::collections::BTreeMap;
use std::ops::Range;

/// A test region with what is needed to put it elsewhere.
struct Piece {
    key: String,
    /// Key of the container around it; empty at the top.
    around: String,
    bytes: Range<usize>,
}

/// What can hold a region: a module, an implementation, a trait.
struct Container {
    /// Key of the container around it.
    around: String,
    /// Its text up to the opening brace.
    header: String,
    /// Where its closing brace is.
    close: usize,
}

struct Parts {
    pieces: Vec<Piece>,
    containers: BTreeMap<String, Container>,
}

fn parts(text: &str) -> Parts {
    let mut parts = Parts {
        pieces: Vec::new(),
        containers: BTreeMap::new(),
    };
    let Some(tree) = syntax::parse(text) else {
        return parts;
    };
    let items = syntax::items(&tree, text);
    parts.pieces = outermost(&items)
        .map(|item| Piece {
            key: item.key(),
            around: item.scope.key.clone(),
            bytes: item.bytes(),
        })
        .collect();
    for item in items.iter().filter(|item| !item.test) {
        parts.containers.extend(container(item, text));
    }
    parts
}

fn container(item: &Item<'_>, text: &str) -> Option<(String, Container)> {
    if !matches!(item.node.kind(), "mod_item" | "impl_item" | "trait_item") {
        return None;
    }
    let body = item.node.child_by_field_name("body")?;
    let close = body.end_byte().checked_sub(1)?;
    let container = Container {
        around: item.scope.key.clone(),
        header: header(item.node, text).to_owned(),
        close,
    };
    Some((item.inner_key(), container))
}

/// `production` with its test regions taken out and those of `tests` put in their place. A
/// region that only `tests` has goes before the next one that both have, else to the end of its
/// module, which is made where `production` has none.
pub(super) fn graft(production: &str, tests: &str) -> String {
    let (old, new) = (parts(production), parts(tests));
    let newline = if production.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let kept: BTreeMap<&str, &Piece> = new.pieces.iter().map(|p| (p.key.as_str(), p)).collect();
    for piece in &old.pieces {
        edits.push(match kept.get(piece.key.as_str()) {
            Some(replacement) => (
                piece.bytes.clone(),
                tests[replacement.bytes.clone()].to_owned(),
            ),
            None => (whole_lines(production, &piece.bytes), String::new()),
        });
    }
    let shared: BTreeMap<&str, usize> = old
        .pieces
        .iter()
        .filter(|piece| kept.contains_key(piece.key.as_str()))
        .map(|piece| (piece.key.as_str(), piece.bytes.start))
        .collect();
    for (at, piece) in new.pieces.iter().enumerate() {
        if shared.contains_key(piece.key.as_str()) {
            continue;
        }
        let text = &tests[piece.bytes.clone()];
        let later = new.pieces[at + 1..]
            .iter()
            .filter(|later| later.around == piece.around);
        let next = later
            .filter_map(|later| shared.get(later.key.as_str()))
            .next();
        edits.push(match next {
            Some(next) => {
                let indent = indent(production, *next);
                (*next..*next, format!("{text}{newline}{indent}"))
            }
            None => appended(production, (&old, &new), piece, text, newline),
        });
    }
    apply(production, edits)
}

/// The edit that puts `text` at the end of its container.
fn appended(
    production: &str,
    (old, new): (&Parts, &Parts),
    piece: &Piece,
    text: &str,
    newline: &str,
) -> (Range<usize>, String) {
    let mut around = piece.around.as_str();
    let mut text = text.to_owned();
    while !around.is_empty() && !old.containers.contains_key(around) {
        let Some(container) = new.containers.get(around) else {
            break;
        };
        let opening = &container.header;
        text = format!("#[cfg(test)]{newline}{opening}{newline}{text}{newline}}}");
        around = &container.around;
    }
    let Some(container) = old.containers.get(around) else {
        let gap = if production.is_empty() || production.ends_with('\n') {
            ""
        } else {
            newline
        };
        let end = production.len();
        return (end..end, format!("{gap}{newline}{text}{newline}"));
    };
    let close = container.close;
    let outer = indent(production, close);
    let start = close - outer.len();
    let own_line = start == 0 || production[..start].ends_with('\n');
    let step = if own_line {
        format!("{outer}    ")
    } else {
        String::new()
    };
    if own_line {
        (start..start, format!("{newline}{step}{text}{newline}"))
    } else {
        (close..close, format!("{newline}{text}{newline}"))
    }
}

/// The white space between the start of the line and `at`.
fn indent(text: &str, at: usize) -> &str {
    let before = &text[..at];
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let blank = before[line..].trim_end_matches([' ', '\t']);
    &before[line + blank.len()..]
}

/// The bytes with the rest of their lines, where nothing else stands there.
fn whole_lines(text: &str, bytes: &Range<usize>) -> Range<usize> {
    let start = bytes.start - indent(text, bytes.start).len();
    let alone = start == 0 || text[..start].ends_with('\n');
    let after = &text[bytes.end..];
    let blank = after.len() - after.trim_start_matches([' ', '\t']).len();
    let line = ["\r\n", "\n"]
        .iter()
        .find(|end| after[blank..].starts_with(**end));
    match (alone, line) {
        (true, Some(end)) => start..bytes.end + blank + end.len(),
        (true, None) | (false, _) => bytes.clone(),
    }
}

/// Applies edits that do not overlap. Of those at one place, insertions come first, in order.
fn apply(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(bytes, _)| (bytes.start, bytes.end));
    let mut made = String::with_capacity(text.len());
    let mut at = 0;
    for (bytes, replacement) in edits {
        made.push_str(text.get(at..bytes.start).unwrap_or_default());
        made.push_str(&replacement);
        at = at.max(bytes.end);
    }
    made.push_str(text.get(at..).unwrap_or_default());
    made
}

#[cfg(test)]
mod tests;
