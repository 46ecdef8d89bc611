//! Covers what is no prose, byte by byte: code, comments and tags of HTML, quotations, addresses.

use super::prose::{CODE, QUOTE};
use crate::ticket::outline::Outline;

/// `text` with code, HTML comments and tags, quotations and addresses covered byte by byte.
pub(super) fn masked(text: &str, outline: &Outline<'_>) -> String {
    let mut bytes = outline.masked().into_bytes();
    for range in &outline.code {
        cover(&mut bytes, range.clone(), CODE);
    }
    for link in &outline.links {
        let source = &text[link.range.clone()];
        if let Some(at) = source.rfind("](") {
            cover(&mut bytes, link.range.start + at + 1..link.range.end, ' ');
        }
    }
    cover_paired(&mut bytes);
    cover_addresses(&mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

fn cover(bytes: &mut [u8], range: std::ops::Range<usize>, with: char) {
    for byte in &mut bytes[range] {
        if *byte != b'\n' {
            *byte = with as u8;
        }
    }
}

/// Quotations and tags that end in the line that they begin in.
fn cover_paired(bytes: &mut [u8]) {
    let pairs: [(&[u8], &[u8], char); 4] = [
        (b"\"", b"\"", QUOTE),
        ("“".as_bytes(), "”".as_bytes(), QUOTE),
        ("„".as_bytes(), "“".as_bytes(), QUOTE),
        (b"<", b">", ' '),
    ];
    let mut start = 0;
    while start < bytes.len() {
        let end = bytes[start..]
            .iter()
            .position(|b| *b == b'\n')
            .map_or(bytes.len(), |e| start + e);
        for (open, close, with) in pairs {
            cover_in_line(&mut bytes[start..end], (open, close), with);
        }
        start = end + 1;
    }
}

fn cover_in_line(line: &mut [u8], (open, close): (&[u8], &[u8]), with: char) {
    let find = |line: &[u8], from: usize, mark: &[u8]| {
        let rest = line.get(from..)?;
        rest.windows(mark.len())
            .position(|window| window == mark)
            .map(|at| from + at)
    };
    let mut from = 0;
    while let Some(start) = find(line, from, open) {
        let Some(end) = find(line, start + open.len(), close) else {
            return;
        };
        let is_tag =
            open != b"<" || line[start + 1].is_ascii_alphabetic() || line[start + 1] == b'/';
        if is_tag {
            cover(line, start..end + close.len(), with);
        }
        from = end + close.len();
    }
}

fn cover_addresses(bytes: &mut [u8]) {
    let find = |bytes: &[u8], from: usize| {
        bytes[from..]
            .windows(3)
            .position(|window| window == b"://")
            .map(|at| from + at)
    };
    let mut from = 0;
    while let Some(at) = find(bytes, from) {
        let scheme = bytes[..at]
            .iter()
            .rev()
            .take(8)
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        let rest = bytes[at..]
            .iter()
            .take_while(|b| !b.is_ascii_whitespace())
            .count();
        cover(bytes, at - scheme..at + rest, CODE);
        from = at + rest;
    }
}
