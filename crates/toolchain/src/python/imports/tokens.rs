//! Splits a text of Python into the few kinds of token that imports are read from. It is quicker
//! than a syntax tree, and reads every version of the language alike.
//!
//! Source: the lexical analysis of the Python reference, 3.14.

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// An identifier or a keyword.
    Name(&'t str),
    /// A literal with its prefix and its quotes. What stands in the fields of one that has such
    /// follows it.
    Text {
        whole: &'t str,
        has_fields: bool,
    },
    Number,
    /// Any other character.
    Mark(char),
    /// The end of a statement's line.
    Line,
}

/// The tokens of a text, and whether it was read to its end: every bracket and text is closed.
pub(super) fn tokens(text: &str) -> (Vec<Token<'_>>, bool) {
    let mut reader = Reader {
        text,
        at: 0,
        found: Vec::new(),
        depth: 0,
        is_whole: true,
    };
    while reader.at < text.len() {
        reader.step();
    }
    (reader.found, reader.is_whole && reader.depth == 0)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    found: Vec<Token<'t>>,
    /// Brackets that are open.
    depth: usize,
    is_whole: bool,
}

/// The quotes of a literal.
#[derive(Clone, Copy)]
struct Quotes<'t> {
    mark: &'t str,
    is_raw: bool,
    has_fields: bool,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn step(&mut self) {
        let Some(first) = self.next() else {
            return;
        };
        match first {
            '\n' => {
                self.at += 1;
                if self.depth == 0 && self.found.last().is_some_and(|last| *last != Token::Line) {
                    self.found.push(Token::Line);
                }
            }
            '#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
            '\\' => self.escaped(),
            '"' | '\'' => self.literal(self.at, ""),
            _ if first.is_whitespace() => self.at += first.len_utf8(),
            _ if first.is_ascii_digit() => {
                let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
                self.at += self.span(is_part);
                self.found.push(Token::Number);
            }
            _ if is_word(first) => self.word(),
            _ => self.mark(first),
        }
    }

    fn mark(&mut self, mark: char) {
        match mark {
            '(' | '[' | '{' => self.depth += 1,
            ')' | ']' | '}' => {
                self.is_whole &= self.depth > 0;
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
        self.at += mark.len_utf8();
        self.found.push(Token::Mark(mark));
    }

    /// Bytes up to the first character that is none of these.
    fn span(&self, is_part: impl Fn(char) -> bool) -> usize {
        let rest = self.rest();
        rest.find(|c| !is_part(c)).unwrap_or(rest.len())
    }

    fn word(&mut self) {
        let start = self.at;
        self.at += self.span(is_word);
        let word = self.text.get(start..self.at).unwrap_or_default();
        if word.len() <= 2 && self.rest().starts_with(['"', '\'']) {
            self.literal(start, word);
        } else {
            self.found.push(Token::Name(word));
        }
    }

    /// Steps over a backslash and what it takes the meaning of.
    fn escaped(&mut self) {
        self.at += 1;
        self.at += self.next().map_or(0, char::len_utf8);
    }

    /// A literal from `start` on, whose quotes stand here.
    fn literal(&mut self, start: usize, prefix: &str) {
        let rest = self.rest();
        let length = if rest.starts_with("\"\"\"") || rest.starts_with("'''") {
            3
        } else {
            1
        };
        let quotes = Quotes {
            mark: rest.get(..length).unwrap_or_default(),
            is_raw: prefix.contains(['r', 'R']),
            has_fields: prefix.contains(['f', 'F', 't', 'T']),
        };
        let place = self.found.len();
        self.at += length;
        self.content(quotes);
        let whole = self.text.get(start..self.at).unwrap_or_default();
        let has_fields = self.found.len() > place;
        self.found.insert(place, Token::Text { whole, has_fields });
    }

    /// The inside of a literal and the quotes that end it.
    fn content(&mut self, quotes: Quotes<'_>) {
        while let Some(next) = self.next() {
            let rest = self.rest();
            if rest.starts_with(quotes.mark) {
                self.at += quotes.mark.len();
                return;
            }
            match next {
                '\n' if quotes.mark.len() == 1 => break,
                '\\' if !quotes.has_fields => self.escaped(),
                '\\' if !quotes.is_raw && rest.starts_with("\\N{") => {
                    self.at += rest.find('}').unwrap_or(rest.len());
                }
                // A brace begins a field even behind a backslash.
                '\\' => {
                    self.at += if rest.starts_with("\\{") {
                        1
                    } else {
                        2.min(rest.len())
                    }
                }
                '{' if quotes.has_fields && rest.starts_with("{{") => self.at += 2,
                '{' if quotes.has_fields => self.field(quotes),
                _ => self.at += next.len_utf8(),
            }
            while !self.text.is_char_boundary(self.at) {
                self.at += 1;
            }
        }
        self.is_whole = false;
    }

    /// A field of a literal: an expression up to its brace, or to the colon before its format.
    fn field(&mut self, quotes: Quotes<'_>) {
        let outside = std::mem::replace(&mut self.depth, 0);
        self.mark('{');
        while let Some(next) = self.next() {
            match next {
                '}' if self.depth == 1 => break,
                ':' if self.depth == 1 => {
                    self.format(quotes);
                    break;
                }
                _ => self.step(),
            }
        }
        match self.next() {
            Some('}') => self.mark('}'),
            _ => self.is_whole = false,
        }
        self.depth = outside;
    }

    /// The format of a field, up to the brace that ends the field.
    fn format(&mut self, quotes: Quotes<'_>) {
        while let Some(next) = self.next() {
            match next {
                '}' => return,
                '{' => self.field(quotes),
                _ if self.rest().starts_with(quotes.mark) => return,
                _ => self.at += next.len_utf8(),
            }
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let (found, is_whole) = tokens(text);
        assert!(is_whole, "{text}");
        let told = found.into_iter().map(|token| match token {
            Token::Name(name) => name.to_owned(),
            Token::Text { whole, has_fields } => {
                format!("{}{whole}", if has_fields { "+" } else { "" })
            }
            Token::Number => "0".to_owned(),
            Token::Mark(mark) => mark.to_string(),
            Token::Line => "|".to_owned(),
        });
        told.collect()
    }

    #[test]
    fn lines_end_where_no_bracket_is_open() {
        assert_eq!(
            read("a(\n 1.5e3,\n) # b\n\nc \\\n.d\n"),
            ["a", "(", "0", ",", ")", "|", "c", ".", "d", "|"]
        );
    }

    #[test]
    fn a_literal_ends_at_its_own_quotes() {
        for whole in [
            "'a\\'b'",
            "r'\\''",
            "b\"'\"",
            "'''a'b\n''c'''",
            "\"\"",
            "Rb'x'",
        ] {
            assert_eq!(read(whole), [whole], "{whole}");
        }
        assert_eq!(read("x = 'a' \"b\""), ["x", "=", "'a'", "\"b\""]);
        for open in ["'a\n'", "'''a''", "f'{a'", "f'{a:x'", "(", "}", "f'{(a}'"] {
            assert!(!tokens(open).1, "{open}");
        }
    }

    #[test]
    fn what_stands_in_a_field_is_read() {
        let fields = |inside: &[&str]| -> Vec<String> {
            inside.iter().map(|token| (*token).to_owned()).collect()
        };
        for (text, inside) in [
            (
                "f'{a.b!r:>{c}} {{d}}'",
                fields(&["{", "a", ".", "b", "!", "r", "{", "c", "}", "}"]),
            ),
            ("f'{a[\"b\"]}'", fields(&["{", "a", "[", "\"b\"", "]", "}"])),
            (
                "f\"{a[\"b\"]}\"",
                fields(&["{", "a", "[", "\"b\"", "]", "}"]),
            ),
            ("f'{a:%H\"%M}'", fields(&["{", "a", "}"])),
            ("f'\\N{DASH}{a}'", fields(&["{", "a", "}"])),
            ("rf'\\{a}\\''", fields(&["{", "a", "}"])),
            ("f'''{\n a # b\n}'''", fields(&["{", "a", "}"])),
            (
                "f'{d(x=1, y={2: 3}[2])}'",
                fields(&[
                    "{", "d", "(", "x", "=", "0", ",", "y", "=", "{", "0", ":", "0", "}", "[", "0",
                    "]", ")", "}",
                ]),
            ),
        ] {
            let mut owed = vec![format!("+{text}")];
            owed.extend(inside);
            assert_eq!(read(text), owed, "{text}");
        }
        assert_eq!(read("f'{{}}'"), ["f'{{}}'"]);
    }
}
