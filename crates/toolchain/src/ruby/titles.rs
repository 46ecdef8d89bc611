//! Writes the titles of groups and examples as the launcher writes them (`rg_titles.rb`): both
//! read the source text alone.

use crate::shape::{children, text_of};
use tree_sitter::Node;

/// The arguments of a call that can be titles: options left out.
pub(super) fn arguments<'s>(call: Node<'_>, text: &'s str) -> Vec<&'s str> {
    let Some(list) = call.child_by_field_name("arguments") else {
        return Vec::new();
    };
    let options = ["pair", "hash_splat_argument", "block_argument"];
    let titles = children(list).into_iter();
    let titles = titles.filter(|each| !options.contains(&each.kind()));
    titles.map(|each| text_of(each, text)).collect()
}

/// The title of a group.
pub(super) fn group(arguments: &[&str]) -> String {
    joined(arguments).unwrap_or_else(|| clip(&arguments[..arguments.len().min(2)].join(" ")))
}

/// The title of an example: what it does where it has none.
pub(super) fn example(arguments: &[&str], block: Option<&str>) -> Option<String> {
    match arguments.first() {
        Some(first) => {
            Some(literal(first).map_or_else(|| clip(first), |text| format!("\"{text}\"")))
        }
        None => block.map(clip),
    }
}

/// The title of the group that shared examples are put into.
pub(super) fn shared(arguments: &[&str]) -> Option<String> {
    let first = arguments.first()?;
    let text = literal(first).map_or_else(|| clip(first), str::to_owned);
    Some(format!("\"behaves like {text}\""))
}

fn clip(text: &str) -> String {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    words.join(" ").chars().take(120).collect()
}

/// The value of a plain literal: a string without escapes and interpolation, a symbol, a constant.
pub(super) fn literal(text: &str) -> Option<&str> {
    let quoted = |mark: char| {
        let inner = text.strip_prefix(mark)?.strip_suffix(mark)?;
        (text.len() > 1 && !inner.contains([mark, '\\'])).then_some(inner)
    };
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if let Some(inner) = quoted('"') {
        return (!inner.contains("#{")).then_some(inner);
    }
    if let Some(inner) = quoted('\'') {
        return Some(inner);
    }
    if let Some(symbol) = text.strip_prefix(':').filter(|rest| !rest.starts_with(':')) {
        let stem = symbol.strip_suffix(['?', '!']).unwrap_or(symbol);
        let starts = stem.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        return (starts && stem.chars().all(is_word)).then_some(symbol);
    }
    is_constant(text).then_some(text)
}

fn is_constant(text: &str) -> bool {
    let parts = text.strip_prefix("::").unwrap_or(text).split("::");
    let mut parts = parts.map(|part| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    parts.all(|fits| fits)
}

/// The title of a group: its first argument and, where it is a string, its second.
fn joined(arguments: &[&str]) -> Option<String> {
    let first = arguments.first()?;
    let title = literal(first)?;
    let Some(second) = arguments
        .get(1)
        .filter(|more| more.starts_with(['"', '\'', '%']))
    else {
        return Some(title.to_owned());
    };
    let more = literal(second)?;
    let glued = is_constant(first) && (more.starts_with(['#', '.']) || more.starts_with("::"));
    let space = if glued { "" } else { " " };
    Some(format!("{title}{space}{more}"))
}
