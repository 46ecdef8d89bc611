//! Cleans a ticket's text of what a reader cannot see, and remembers what it took out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest escape sequence that is taken out as a whole, in bytes.
const LONGEST_ESCAPE: usize = 1024;

/// Characters of one sort that were taken out of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Removed {
    /// What they are: `U+202E right-to-left override`, `ANSI escape sequence`.
    pub what: String,
    /// The line of the first one, counted from 1.
    pub line: u32,
    /// How many there were.
    pub count: u32,
}

/// The text without a byte order mark, with `\n` as its only line end, and without control
/// characters (but tab), terminal escape sequences, bidirectional overrides and Unicode tags.
pub(crate) fn clean(text: &str) -> (String, Vec<Removed>) {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut kept = String::with_capacity(rest.len());
    let mut removed = Vec::new();
    let mut line = 1;
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '\r' | '\n' => {
                kept.push('\n');
                line += 1;
                if rest.starts_with("\r\n") { 2 } else { 1 }
            }
            '\u{1b}' if escape_length(rest) > 1 => {
                note(&mut removed, "ANSI escape sequence".to_owned(), line);
                escape_length(rest)
            }
            _ => {
                match hidden(next) {
                    Some(what) => note(&mut removed, what, line),
                    None => kept.push(next),
                }
                next.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    (kept, removed)
}

/// The text of `bytes`: UTF-16 where a byte order mark says so, else UTF-8. What cannot be read
/// becomes U+FFFD and is counted.
pub(crate) fn decode(bytes: &[u8]) -> (String, Option<Removed>) {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => return (text.to_owned(), None),
            Err(_) => String::from_utf8_lossy(bytes).into_owned(),
        },
    };
    let count = text.matches('\u{fffd}').count();
    let line = text.split('\u{fffd}').next().map_or(1, |before| {
        1 + u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX - 1)
    });
    let unreadable = (count > 0).then(|| Removed {
        what: "bytes that are no text".to_owned(),
        line,
        count: u32::try_from(count).unwrap_or(u32::MAX),
    });
    (text, unreadable)
}

fn utf16(bytes: &[u8], join: fn([u8; 2]) -> u16) -> String {
    let units = bytes
        .chunks(2)
        .map(|pair| join([pair[0], pair.get(1).copied().unwrap_or_default()]));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn note(removed: &mut Vec<Removed>, what: String, line: u32) {
    match removed.iter_mut().find(|known| known.what == what) {
        Some(known) => known.count += 1,
        None => removed.push(Removed {
            what,
            line,
            count: 1,
        }),
    }
}

/// What `character` is, where a reader cannot see it.
pub(crate) fn hidden(character: char) -> Option<String> {
    let code = u32::from(character);
    let name = match character {
        '\t' | '\n' => return None,
        '\0' => "null",
        '\u{7}' => "bell",
        '\u{8}' => "backspace",
        '\u{1b}' => "escape",
        '\u{7f}' => "delete",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "pop directional isolate",
        '\u{feff}' => "byte order mark",
        '\u{e0000}'..='\u{e007f}' => return Some("Unicode tag".to_owned()),
        other if other.is_control() => "control character",
        _ => return None,
    };
    Some(format!("U+{code:04X} {name}"))
}

/// The bytes of the terminal escape sequence that `text` starts with; 1 where it is a lone escape.
fn escape_length(text: &str) -> usize {
    let bytes = &text.as_bytes()[..text.len().min(LONGEST_ESCAPE)];
    match bytes.get(1) {
        Some(b'[') => control_sequence(bytes),
        Some(b']' | b'P' | b'X' | b'^' | b'_') => control_string(bytes),
        Some(0x30..=0x7e) => 2,
        Some(_) | None => 1,
    }
}

fn control_sequence(bytes: &[u8]) -> usize {
    let parameters = bytes[2..]
        .iter()
        .take_while(|byte| (0x20..=0x3f).contains(*byte))
        .count();
    match bytes.get(2 + parameters) {
        Some(0x40..=0x7e) => 3 + parameters,
        Some(_) | None => 1,
    }
}

fn control_string(bytes: &[u8]) -> usize {
    for (at, byte) in bytes.iter().enumerate().skip(2) {
        match byte {
            b'\n' | b'\r' => return 1,
            0x07 => return at + 1,
            0x1b if bytes.get(at + 1) == Some(&b'\\') => return at + 2,
            _ => {}
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        clean(text).0
    }

    #[test]
    fn line_ends_become_one_kind_and_the_byte_order_mark_goes() {
        assert_eq!(cleaned("\u{feff}a\r\nb\rc\n"), "a\nb\nc\n");
        assert!(clean("\u{feff}a\r\n").1.is_empty());
    }

    #[test]
    fn escape_sequences_go_as_a_whole() {
        assert_eq!(cleaned("a\u{1b}[31;1mred\u{1b}[0mb"), "aredb");
        assert_eq!(
            cleaned("\u{1b}]8;;http://x\u{7}link\u{1b}]8;;\u{1b}\\!"),
            "link!"
        );
        assert_eq!(cleaned("\u{1b}]0;no end\nnext"), "]0;no end\nnext");
        assert_eq!(cleaned("\u{1b}"), "");
        assert_eq!(cleaned("\u{1b}é"), "é");
    }

    #[test]
    fn what_is_taken_out_is_listed_with_its_first_line() {
        let (text, removed) = clean("a\nb\u{202e}c\u{202e}\0d\u{e0041}");
        assert_eq!(text, "a\nbcd");
        let listed: Vec<_> = removed
            .iter()
            .map(|r| (r.what.as_str(), r.line, r.count))
            .collect();
        assert_eq!(
            listed,
            [
                ("U+202E right-to-left override", 2, 2),
                ("U+0000 null", 2, 1),
                ("Unicode tag", 2, 1)
            ]
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_counted_and_utf_16_is_read() {
        let (text, unreadable) = decode(b"a\nb\xffc\xfe");
        assert_eq!(text, "a\nb\u{fffd}c\u{fffd}");
        let unreadable = unreadable.expect("two bytes cannot be read");
        assert_eq!((unreadable.line, unreadable.count), (2, 2));
        assert_eq!(decode(b"\xff\xfeh\0i\0"), ("hi".to_owned(), None));
        assert_eq!(decode(b"\xfe\xff\0h\0i"), ("hi".to_owned(), None));
    }
}
