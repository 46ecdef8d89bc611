//! Shows a file with line numbers, or what a directory holds.

use super::Answer;
use super::arguments::{Arguments, Misshapen};
use super::place::{Found, Place};
use super::words::{counted, grouped, short};
use std::fs;
use std::path::Path;

/// Lines shown at once.
const LINES: usize = 400;

/// Bytes shown at once.
const BYTES: usize = 24 * 1024;

/// Bytes shown of one line.
const LINE: usize = 1000;

/// Entries shown of a directory.
const ENTRIES: usize = 200;

/// Answers a call of `read`.
pub(super) fn read(place: &Place, arguments: &Arguments) -> Result<Answer, Misshapen> {
    let path = arguments.text("path")?.unwrap_or_default();
    let (from, to) = (arguments.count("from")?, arguments.count("to")?);
    Ok(match place.read(&path) {
        Err(refused) => Answer::refused(refused.to_string()),
        Ok(Found::Directory(dir)) => directory(&dir),
        Ok(Found::File(bytes)) => match unreadable(&bytes) {
            Some(what) => Answer::told(format!(
                "{path} is binary: {what}, {}",
                counted(bytes.len(), "byte")
            )),
            None => Answer::told(file(&path, &bytes, (from, to))),
        },
    })
}

/// The lines from `from` to `to`, as far as they are shown at once.
fn file(path: &str, bytes: &[u8], (from, to): (Option<usize>, Option<usize>)) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().collect();
    if lines.is_empty() {
        return format!("{path} is empty");
    }
    let first = from.unwrap_or(1).max(1);
    let wanted = to.unwrap_or(usize::MAX).min(lines.len());
    if first > lines.len() || wanted < first {
        let all = counted(lines.len(), "line");
        return format!("{path} has {all}; lines {first} to {wanted} are not among them");
    }
    let mut shown = String::new();
    let mut last = first - 1;
    while last < wanted && last + 1 - first < LINES && shown.len() < BYTES {
        let line = short(lines[last], LINE);
        last += 1;
        shown.push_str(&format!("{last}\t{line}\n"));
    }
    if matches!(text, std::borrow::Cow::Owned(_)) {
        shown.push_str("[not UTF-8: bytes that are none are shown as \u{fffd}]\n");
    }
    if (first, last) != (1, lines.len()) {
        let (first, last, all) = (grouped(first), grouped(last), grouped(lines.len()));
        shown.push_str(&format!("[lines {first}-{last} of {all}]\n"));
    }
    shown
}

/// What sort of binary file it is; nothing for text.
pub(super) fn unreadable(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 9] = [
        (b"\x89PNG", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x1f\x8b", "gzip"),
        (b"\x7fELF", "an ELF program"),
        (b"SQLite format 3", "an SQLite database"),
        (b"RIFF", "a RIFF container"),
    ];
    let known = KINDS.iter().find(|(start, _)| bytes.starts_with(start));
    let start = &bytes[..bytes.len().min(8192)];
    match known {
        // Words can begin like a container, but hold no zero byte.
        Some((magic, what)) if !magic.is_ascii() || start.contains(&0) => Some(what),
        Some(_) | None => start.contains(&0).then_some("it holds zero bytes"),
    }
}

fn directory(dir: &Path) -> Answer {
    let listed = fs::read_dir(dir).map(|entries| {
        let mut names: Vec<String> = entries.flatten().map(|entry| name(&entry)).collect();
        names.retain(|name| name != ".git" && name != ".git/");
        names.sort_unstable();
        names
    });
    let names = match listed {
        Ok(names) => names,
        Err(error) => return Answer::refused(error.to_string()),
    };
    if names.is_empty() {
        return Answer::told("an empty directory");
    }
    let shown = names.len().min(ENTRIES);
    let mut text = names[..shown].join("\n");
    if shown < names.len() {
        text.push_str(&format!("\n[{} more]", grouped(names.len() - shown)));
    }
    Answer::told(text)
}

fn name(entry: &fs::DirEntry) -> String {
    let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
    let name = entry.file_name();
    format!(
        "{}{}",
        name.to_string_lossy(),
        if is_dir { "/" } else { "" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_cut_with_its_length() {
        let text: String = (1..=1980).map(|n| format!("line {n}\n")).collect();
        let shown = file("a", text.as_bytes(), (None, None));
        assert!(shown.starts_with("1\tline 1\n2\tline 2\n"));
        assert!(
            shown.ends_with("400\tline 400\n[lines 1-400 of 1,980]\n"),
            "{shown}"
        );
        let shown = file("a", text.as_bytes(), (Some(1979), Some(3000)));
        assert_eq!(
            shown,
            "1979\tline 1979\n1980\tline 1980\n[lines 1,979-1,980 of 1,980]\n"
        );
    }

    #[test]
    fn a_range_that_is_not_there_is_said() {
        assert_eq!(
            file("a", b"x\n", (Some(5), None)),
            "a has 1 line; lines 5 to 1 are not among them"
        );
        assert_eq!(file("a", b"", (None, None)), "a is empty");
        assert_eq!(file("a", b"x\n", (Some(0), Some(9))), "1\tx\n");
    }

    #[test]
    fn a_long_line_is_cut() {
        let shown = file("a", "é".repeat(2000).as_bytes(), (None, None));
        assert!(shown.ends_with("… [3,000 bytes more]\n"), "{shown}");
    }

    #[test]
    fn text_and_binary_are_told_apart() {
        assert_eq!(unreadable(b"\x89PNG\r\n\x1a\n\0"), Some("a PNG image"));
        assert_eq!(unreadable(b"GIF89a\0"), Some("a GIF image"));
        assert_eq!(unreadable(b"GIF8 is a word"), None);
        assert_eq!(unreadable(b"a\0b"), Some("it holds zero bytes"));
        assert_eq!(unreadable("é".as_bytes()), None);
        assert!(file("a", b"caf\xe9\n", (None, None)).contains("not UTF-8"));
    }
}
