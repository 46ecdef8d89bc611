//! Folds, wraps and reads what stands below the header of a commit message.

use super::header::columns;
use super::{Trailer, one_line};

/// Paragraphs with an empty line between them; in each one line of prose, and one line for each
/// item that starts with `- `.
pub(super) fn tidy(body: &str) -> String {
    let mut paragraphs: Vec<Vec<String>> = vec![Vec::new()];
    for line in body.lines() {
        let line = one_line(line);
        let Some(open) = paragraphs.last_mut() else {
            break;
        };
        if line.is_empty() {
            if !open.is_empty() {
                paragraphs.push(Vec::new());
            }
            continue;
        }
        match open.last_mut() {
            Some(last) if !line.starts_with("- ") => {
                last.push(' ');
                last.push_str(&line);
            }
            Some(_) | None => open.push(line),
        }
    }
    let texts = paragraphs.iter().map(|lines| lines.join("\n"));
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    texts.join("\n\n")
}

/// A tidy body, wrapped. Where no trailers follow, its last paragraph is kept from being read as
/// trailers: a line of such a shape starts with a space.
pub(super) fn wrap(body: &str, width: usize, is_last: bool) -> String {
    let paragraphs: Vec<&str> = body.split("\n\n").collect();
    let mut texts = Vec::with_capacity(paragraphs.len());
    for (at, paragraph) in paragraphs.iter().enumerate() {
        let mut lines: Vec<String> = paragraph
            .lines()
            .flat_map(|line| wrap_line(line, width))
            .collect();
        if is_last && at + 1 == paragraphs.len() {
            for line in lines.iter_mut().filter(|line| trailer(line).is_some()) {
                line.insert(0, ' ');
            }
        }
        texts.push(lines.join("\n"));
    }
    format!("{}\n", texts.join("\n\n"))
}

/// The lines of one item or paragraph. A dash that stands alone is never the first word of a line
/// that goes on: it would start an item.
fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let indent = if line.starts_with("- ") { "  " } else { "" };
    let mut lines = Vec::new();
    let mut open = String::new();
    for word in line.split(' ') {
        let full = columns(&open) + 1 + columns(word) > width;
        if !open.trim().is_empty() && full && word != "-" && open != "-" {
            lines.push(std::mem::replace(&mut open, format!("{indent}{word}")));
        } else {
            if !open.trim().is_empty() {
                open.push(' ');
            }
            open.push_str(word);
        }
    }
    lines.push(open);
    lines
}

/// The trailers of a paragraph in which every line is one.
pub(super) fn trailers(paragraph: &str) -> Option<Vec<Trailer>> {
    let found: Option<Vec<Trailer>> = paragraph.lines().map(trailer).collect();
    found.filter(|trailers| !trailers.is_empty())
}

fn trailer(line: &str) -> Option<Trailer> {
    let (key, value) = line.split_once(": ")?;
    let named = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let value = one_line(value);
    let known = named || key == "BREAKING CHANGE";
    (known && !value.is_empty()).then(|| Trailer {
        key: key.replace(' ', "-"),
        value,
    })
}
