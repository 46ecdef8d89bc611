//! Puts one text in the place of another that stands exactly once, and keeps the file's line endings.

use super::nearest;
use std::ops::Range;

/// Which of several places are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Places {
    /// There must be one.
    One,
    /// Every one of them.
    All,
}

/// A text with `old` replaced, and the lines where that was.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Replaced {
    pub(super) text: String,
    pub(super) lines: Vec<usize>,
}

/// `text` with `new` in the place of `old`, or what is wrong in words for the model. Lines may end
/// otherwise in `old` than in the file: the file's endings stay.
pub(super) fn replace(
    text: &str,
    (old, new): (&str, &str),
    places: Places,
) -> Result<Replaced, String> {
    if old == new {
        return Err("`old` and `new` are the same".to_owned());
    }
    // Whoever spells out line endings that are there means them.
    if old.contains('\r') && text.contains(old) {
        let found = chosen(text, find(text, old), places)?;
        return Ok(put(text, &found, |_| new.to_owned()));
    }
    let flat = Flat::of(text);
    let (old, new) = (old.replace("\r\n", "\n"), new.replace("\r\n", "\n"));
    let (mut found, mut new) = (find(&flat.text, &old), new.as_str());
    if found.is_empty()
        && let Some(line) = old.strip_suffix('\n')
        && !line.is_empty()
        && flat.text.ends_with(line)
    {
        // The last line of the file has no line break.
        found.push(flat.text.len() - line.len()..flat.text.len());
        new = new.strip_suffix('\n').unwrap_or(new);
    }
    if found.is_empty() {
        return Err(nearest::help(&flat.text, &old));
    }
    let found: Vec<Range<usize>> = found
        .into_iter()
        .map(|range| flat.raw(range.start)..flat.raw(range.end))
        .collect();
    let found = chosen(text, found, places)?;
    Ok(put(text, &found, |was| {
        new.replace('\n', ending(was, text))
    }))
}

/// Every place where `old` begins, overlapping ones too: they are several all the same.
fn find(text: &str, old: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(old)) {
        let start = from + at;
        found.push(start..start + old.len());
        let step = text[start..].chars().next().map_or(1, char::len_utf8);
        from = start + step;
    }
    found
}

/// The places that are meant, none of which overlap.
fn chosen(
    text: &str,
    found: Vec<Range<usize>>,
    places: Places,
) -> Result<Vec<Range<usize>>, String> {
    if places == Places::One && found.len() > 1 {
        let lines: Vec<String> = found
            .iter()
            .take(20)
            .map(|range| line_of(text, range.start).to_string())
            .collect();
        return Err(format!(
            "`old` stands {} times, at lines {}: add lines around the one that is meant, or `all`: true",
            found.len(),
            lines.join(", ")
        ));
    }
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in found {
        if apart.last().is_none_or(|last| last.end <= range.start) {
            apart.push(range);
        }
    }
    Ok(apart)
}

fn put(text: &str, found: &[Range<usize>], new: impl Fn(&str) -> String) -> Replaced {
    let (mut made, mut end) = (String::with_capacity(text.len()), 0);
    for range in found {
        made.push_str(&text[end..range.start]);
        made.push_str(&new(&text[range.clone()]));
        end = range.end;
    }
    made.push_str(&text[end..]);
    let lines = found
        .iter()
        .map(|range| line_of(text, range.start))
        .collect();
    Replaced { text: made, lines }
}

/// How lines end where `was` stood; as most lines of `text` do where it had none.
pub(super) fn ending(was: &str, text: &str) -> &'static str {
    let crlf = |text: &str| 2 * text.matches("\r\n").count() > text.matches('\n').count();
    let windows = if was.contains('\n') {
        crlf(was)
    } else {
        crlf(text)
    };
    if windows { "\r\n" } else { "\n" }
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// A text with `\n` alone at the end of its lines.
struct Flat {
    text: String,
    /// Where in `text` a line break stands that had a `\r` before it.
    cut: Vec<usize>,
}

impl Flat {
    fn of(raw: &str) -> Self {
        let mut cut = Vec::new();
        for (count, (at, _)) in raw.match_indices("\r\n").enumerate() {
            cut.push(at - count);
        }
        Self {
            text: raw.replace("\r\n", "\n"),
            cut,
        }
    }

    /// Where the byte at `at` stands in the raw text.
    fn raw(&self, at: usize) -> usize {
        at + self.cut.partition_point(|cut| *cut < at)
    }
}

#[cfg(test)]
#[path = "replace_tests.rs"]
mod tests;
