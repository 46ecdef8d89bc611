//! Reads and writes the few lines of `key: value` between `---` fences at the start of a file.
//!
//! A small, tolerant subset of what people write there: flat keys, quoted values, lists as
//! `[a, b]` or as `- a` lines. Nothing in it is an error; what is not understood is kept as text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What stands behind a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// One text.
    Text(String),
    /// Several.
    List(Vec<String>),
}

impl Value {
    /// Its texts: one, or those of the list. Empty texts are left out.
    pub fn texts(&self) -> Vec<String> {
        let texts = match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(texts) => texts.as_slice(),
        };
        texts.iter().filter(|t| !t.is_empty()).cloned().collect()
    }
}

/// One key with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// The key as it was written.
    pub key: String,
    /// Its value.
    pub value: Value,
}

impl Entry {
    /// Whether the key is `name`, whatever its case and its dashes.
    pub(crate) fn is(&self, name: &str) -> bool {
        let plain = |key: &str| key.to_lowercase().replace(['-', ' '], "_");
        plain(&self.key) == plain(name)
    }
}

/// A file split at its front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Split<'t> {
    /// The entries in their order; none where there is no front matter.
    pub(crate) entries: Vec<Entry>,
    /// How many lines the front matter takes, fences included.
    pub(crate) lines: usize,
    /// What stands behind it.
    pub(crate) body: &'t str,
}

/// Splits `text` (line ends `\n`). A first `---` that no second one answers, or that no key
/// follows, is a rule in the text and no fence.
pub(crate) fn split(text: &str) -> Split<'_> {
    let none = Split {
        entries: Vec::new(),
        lines: 0,
        body: text,
    };
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.trim_end() == "---") else {
        return none;
    };
    let mut inside = Vec::new();
    let mut bytes = first.len();
    for line in lines {
        bytes += line.len();
        if matches!(line.trim_end(), "---" | "...") {
            let entries = read(&inside);
            if !starts_with_a_key(&inside) {
                return none;
            }
            return Split {
                entries,
                lines: inside.len() + 2,
                body: &text[bytes..],
            };
        }
        inside.push(line.trim_end());
    }
    none
}

fn starts_with_a_key(lines: &[&str]) -> bool {
    lines
        .iter()
        .find(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .is_some_and(|line| key_of(line).is_some())
}

/// The key and the rest of a line `key: rest` that starts in the first column.
fn key_of(line: &str) -> Option<(&str, &str)> {
    let (key, rest) = line.split_once(':')?;
    let named = key.starts_with(|c: char| c.is_alphabetic())
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.'));
    let apart = rest.is_empty() || rest.starts_with([' ', '\t']);
    (named && apart && key.len() <= 64).then(|| (key.trim_end(), rest.trim()))
}

fn read(lines: &[&str]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in lines {
        let trimmed = line.trim();
        if trimmed.is_empty() || line.starts_with("# ") || *line == "#" {
            continue;
        }
        if let Some((key, rest)) = key_of(line) {
            let key = key.to_owned();
            entries.push(Entry {
                key,
                value: value_of(rest),
            });
        } else if let Some(entry) = entries.last_mut() {
            continue_value(&mut entry.value, trimmed);
        }
    }
    entries
}

fn value_of(rest: &str) -> Value {
    let rest = without_comment(rest);
    if matches!(rest, "|" | ">" | "|-" | ">-") {
        return Value::Text(String::new());
    }
    match rest.strip_prefix('[').and_then(|r| r.strip_suffix(']')) {
        Some(items) => Value::List(split_items(items)),
        None => Value::Text(unquote(rest)),
    }
}

/// Adds a line that has no key of its own to the value before it.
fn continue_value(value: &mut Value, line: &str) {
    let item = line
        .strip_prefix("- ")
        .or_else(|| (line == "-").then_some(""));
    match (value, item) {
        (Value::List(items), Some(item)) => items.push(unquote(without_comment(item))),
        (value @ Value::Text(_), Some(item)) => {
            let mut items = value.texts();
            items.push(unquote(without_comment(item)));
            *value = Value::List(items);
        }
        (Value::Text(text), None) if text.is_empty() => line.clone_into(text),
        (Value::Text(text), None) => {
            text.push(' ');
            text.push_str(line);
        }
        (Value::List(items), None) => match items.last_mut() {
            Some(last) => {
                last.push(' ');
                last.push_str(line);
            }
            None => items.push(line.to_owned()),
        },
    }
}

/// `rest` without a comment behind it. `#12` is an issue and no comment.
fn without_comment(rest: &str) -> &str {
    let rest = rest.trim();
    if rest.starts_with(['"', '\'']) {
        return rest;
    }
    rest.split_once(" # ")
        .map_or(rest, |(value, _)| value.trim())
}

/// The items of a list in one line; a comma inside quotes parts nothing.
fn split_items(text: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut quote = None;
    for character in text.chars() {
        match (quote, character) {
            (None, ',') => items.push(String::new()),
            (open, character) => {
                if open == Some(character) {
                    quote = None;
                } else if open.is_none() && matches!(character, '"' | '\'') {
                    quote = Some(character);
                }
                if let Some(item) = items.last_mut() {
                    item.push(character);
                }
            }
        }
    }
    items
        .iter()
        .map(|item| unquote(item.trim()))
        .filter(|item| !item.is_empty())
        .collect()
}

fn unquote(text: &str) -> String {
    let inner = |quote: char| {
        text.strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote))
    };
    if let Some(inside) = inner('\'') {
        return inside.replace("''", "'");
    }
    let Some(inside) = inner('"') else {
        return text.to_owned();
    };
    let mut plain = String::with_capacity(inside.len());
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            other => plain.push(other),
        }
    }
    plain
}

/// `text` as a value of one line: bare where every reader of such files takes it for a text.
pub(crate) fn scalar(text: &str) -> String {
    let bare = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    if bare {
        return text.to_owned();
    }
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("\"{}\"", folded.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(items: &[&str]) -> Value {
        Value::List(items.iter().map(|&item| item.to_owned()).collect())
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn values(source: &str) -> Vec<(String, Value)> {
        let pairs = split(source).entries.into_iter();
        pairs.map(|entry| (entry.key, entry.value)).collect()
    }

    #[test]
    fn keys_values_and_both_kinds_of_list_are_read_in_their_order() {
        let source = "---\nid: #12\ntitle: \"A: b\"\nlabels: [bug, 'a, b']\nrefs:\n  - one\n- two\n\
                      # a comment\nlast: x # why\n---\nbody\n";
        let expected = [
            ("id", text("#12")),
            ("title", text("A: b")),
            ("labels", list(&["bug", "a, b"])),
            ("refs", list(&["one", "two"])),
            ("last", text("x")),
        ];
        let expected: Vec<_> = expected.map(|(k, v)| (k.to_owned(), v)).into();
        assert_eq!(values(source), expected);
        assert_eq!(split(source).body, "body\n");
        assert_eq!(split(source).lines, 10);
    }

    #[test]
    fn a_line_without_a_key_belongs_to_the_value_before_it() {
        let source = "---\nnote: |\n  first\n  second\nitems: [a]\n  tail\n---\n";
        assert_eq!(values(source)[0].1, text("first second"));
        assert_eq!(values(source)[1].1, list(&["a tail"]));
    }

    #[test]
    fn a_rule_is_no_fence() {
        for source in [
            "---\nprose\n---\nmore",
            "---\nkey: never closed",
            "text\n---\na: b\n---\n",
        ] {
            assert_eq!(split(source).lines, 0, "{source}");
            assert_eq!(split(source).body, source);
        }
    }

    proptest! {
        #[test]
        fn a_written_scalar_is_read_back(value in "[^\\p{Cc}]{0,40}") {
            let folded = value.split_whitespace().collect::<Vec<_>>().join(" ");
            let source = format!("---\nkey: {}\n---\n", scalar(&folded));
            prop_assert_eq!(values(&source), vec![("key".to_owned(), Value::Text(folded))]);
        }
    }
}
