//! Cuts C and C++ text into tokens. Knows strings, raw strings, comments; nothing of macros.

use redgreen_core::id::Digest;
use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Number,
    /// A string or character with its quotes and prefix.
    Text,
    /// One character of punctuation.
    Mark,
}

/// A token of a text; comments and white space are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) bytes: Range<usize>,
}

impl Token {
    /// Its text.
    pub(super) fn of<'s>(&self, text: &'s str) -> &'s str {
        text.get(self.bytes.clone()).unwrap_or_default()
    }

    pub(super) fn is(&self, text: &str, wanted: &str) -> bool {
        self.kind != Kind::Text && self.of(text) == wanted
    }
}

/// The tokens of a text, in order.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let (kind, end) = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b'\\' => (None, at + 1),
            b'/' if rest.starts_with(b"//") => (None, line_end(bytes, at)),
            b'/' if rest.starts_with(b"/*") => (None, after(bytes, at + 2, b"*/")),
            b'"' | b'\'' => (Some(Kind::Text), quoted(bytes, at)),
            b'0'..=b'9' => (Some(Kind::Number), number(bytes, at)),
            _ if is_word(byte) => word(bytes, at),
            _ => (Some(Kind::Mark), at + 1),
        };
        found.extend(kind.map(|kind| Token {
            kind,
            bytes: at..end,
        }));
        at = end;
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// A word, or the string that it is the prefix of: `u8"x"`, `R"(x)"`.
fn word(bytes: &[u8], start: usize) -> (Option<Kind>, usize) {
    let len = bytes[start..].iter().take_while(|b| is_word(**b)).count();
    let end = start + len;
    let prefix = &bytes[start..end];
    let is_raw = matches!(prefix, b"R" | b"LR" | b"uR" | b"UR" | b"u8R");
    match bytes.get(end) {
        Some(b'"') if is_raw => (Some(Kind::Text), raw(bytes, end)),
        Some(b'"' | b'\'') if matches!(prefix, b"L" | b"u" | b"U" | b"u8") => {
            (Some(Kind::Text), quoted(bytes, end))
        }
        Some(_) | None => (Some(Kind::Word), end),
    }
}

fn number(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        let sign = matches!(byte, b'+' | b'-')
            && matches!(bytes[at - 1], b'e' | b'E' | b'p' | b'P')
            && at > start;
        let digits = byte == b'\'' && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
        if !(is_word(byte) || byte == b'.' || sign || digits) {
            break;
        }
        at += 1;
    }
    at
}

/// Behind the quote that ends what the one at `start` begins; at the line's end where none does.
fn quoted(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return at,
            _ if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn raw(bytes: &[u8], quote: usize) -> usize {
    let open = bytes[quote..].iter().position(|byte| *byte == b'(');
    let Some(open) = open.filter(|len| *len <= 17) else {
        return quoted(bytes, quote);
    };
    let mut close = vec![b')'];
    close.extend(&bytes[quote + 1..quote + open]);
    close.push(b'"');
    after(bytes, quote + open, &close)
}

fn line_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\n' && bytes[at - 1] != b'\\' {
            return at;
        }
        at += 1;
    }
    at
}

fn after(bytes: &[u8], start: usize, mark: &[u8]) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let found = rest.windows(mark.len()).position(|window| window == mark);
    found.map_or(bytes.len(), |found| start + found + mark.len())
}

/// The index behind the bracket that closes the one at `open`; nothing where none does.
pub(super) fn closing(tokens: &[Token], text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        if token.kind != Kind::Mark {
            continue;
        }
        match token.of(text) {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(index + 1);
        }
    }
    None
}

/// The digest of all of `tokens`.
pub(super) fn digest(tokens: &[&Token], text: &str) -> Digest {
    let mut shape = String::new();
    for token in tokens {
        shape.push_str(token.of(text));
        shape.push('\0');
    }
    Digest::of(shape.as_bytes())
}

/// The digest of literals, operators and keywords that decide. Names are left out, and so is
/// punctuation, so that one argument more does not count as another input.
pub(super) fn constants(tokens: &[&Token], text: &str) -> Digest {
    let fixed = |token: &&&Token| match token.kind {
        Kind::Number | Kind::Text => true,
        Kind::Mark => !matches!(
            token.of(text),
            "," | ";" | ":" | "(" | ")" | "{" | "}" | "." | "#"
        ),
        Kind::Word => is_fixed_word(token.of(text)),
    };
    let kept: Vec<&Token> = tokens.iter().filter(fixed).copied().collect();
    digest(&kept, text)
}

/// Keywords, and the words of assertions: another one asks another question.
fn is_fixed_word(word: &str) -> bool {
    const KEYWORDS: [&str; 18] = [
        "if", "else", "for", "while", "do", "switch", "case", "default", "break", "continue",
        "return", "try", "catch", "throw", "true", "false", "nullptr", "NULL",
    ];
    const ASKING: [&str; 7] = [
        "EXPECT_",
        "ASSERT_",
        "REQUIRE",
        "CHECK",
        "WARN",
        "GTEST_SKIP",
        "SKIP",
    ];
    KEYWORDS.contains(&word) || ASKING.iter().any(|start| word.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|token| token.of(text)).collect()
    }

    #[test]
    fn strings_comments_and_numbers_are_kept_whole() {
        let text = "a(\"x // \\\" y\", 'c', R\"z(no \" end)z\", 1'000.5e-3, u8\"é\"); // gone\n/* gone */b";
        assert_eq!(
            words(text),
            [
                "a",
                "(",
                "\"x // \\\" y\"",
                ",",
                "'c'",
                ",",
                "R\"z(no \" end)z\"",
                ",",
                "1'000.5e-3",
                ",",
                "u8\"é\"",
                ")",
                ";",
                "b"
            ]
        );
    }

    #[test]
    fn broken_text_has_an_end() {
        for text in ["\"", "R\"(", "/*", "'\\", "R\"", "\\", "(((", "//\\"] {
            assert!(words(text).len() <= 3, "{text}");
        }
    }
}
