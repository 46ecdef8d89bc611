//! Masks the names in source text, so that two versions that differ by renamed symbols alone look
//! the same. Works on tokens, in any language: it is asked where no syntax tree can tell more.

use std::iter::Peekable;
use std::str::CharIndices;

/// Words that begin a line of imports.
const IMPORTS: [&str; 7] = [
    "use", "import", "from", "include", "require", "using", "package",
];

/// Words that assert, or begin like one that does.
const ASSERTS: [&str; 9] = [
    "assert", "expect", "should", "verify", "check", "require", "raises", "refute", "fail",
];

/// One token of a text that is no comment and no white space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'t> {
    /// A name or a keyword.
    Name(&'t str),
    /// A string, quotes included, or a number.
    Literal(&'t str),
    /// Anything else, one character.
    Sign(char),
}

/// How a language writes comments to the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// Behind `#`.
    Hash,
    /// Behind `//`, and between `/*` and `*/`.
    Slashes,
}

impl Comments {
    /// How the language called `name` writes them; see [`crate::Language::name`].
    pub fn of(name: &str) -> Self {
        match name {
            "python" | "ruby" => Self::Hash,
            _ => Self::Slashes,
        }
    }
}

/// `text` with names, paths of names, commas, comments, white space and imports taken out: equal
/// where only symbols were renamed. A name that is called stays countable.
pub fn masked(text: &str, comments: Comments) -> String {
    let mut masked = String::new();
    let mut after_name = false;
    for token in tokens(text, comments) {
        match token {
            Token::Name(_) if after_name => {}
            Token::Name(_) => {
                masked.push_str(" _");
                after_name = true;
            }
            // A path of names is one name.
            Token::Sign('.' | ':') if after_name => {}
            Token::Sign(',') => after_name = false,
            Token::Sign(sign) => {
                masked.push(sign);
                after_name = false;
            }
            Token::Literal(literal) => {
                masked.push(' ');
                masked.push_str(literal);
                after_name = false;
            }
        }
    }
    masked
}

/// How many words of `text` assert something, by their beginning, whatever the library.
pub fn assertions(text: &str, comments: Comments) -> usize {
    let asserts = |token: &Token<'_>| match token {
        Token::Name(name) => {
            let lower = name.to_ascii_lowercase();
            ASSERTS.iter().any(|word| lower.starts_with(word))
                || matches!(*name, "Error" | "Errorf" | "Fatal" | "Fatalf")
        }
        Token::Literal(_) | Token::Sign(_) => false,
    };
    tokens(text, comments).filter(asserts).count()
}

pub(crate) fn tokens(text: &str, comments: Comments) -> impl Iterator<Item = Token<'_>> {
    let mut reader = Reader {
        text,
        chars: text.char_indices().peekable(),
        comments,
        at_line_start: true,
    };
    std::iter::from_fn(move || reader.next())
}

struct Reader<'t> {
    text: &'t str,
    chars: Peekable<CharIndices<'t>>,
    comments: Comments,
    at_line_start: bool,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Option<Token<'t>> {
        loop {
            let (at, first) = self.chars.next()?;
            if first == '\n' {
                self.at_line_start = true;
                continue;
            }
            if first.is_whitespace() || self.skips_comment(at, first) {
                continue;
            }
            let starts_line = std::mem::replace(&mut self.at_line_start, false);
            if is_of_name(first) && !first.is_ascii_digit() {
                let name = self.take_while(at, is_of_name);
                if starts_line && IMPORTS.contains(&name) {
                    self.skip_import();
                    continue;
                }
                return Some(Token::Name(name));
            }
            return Some(match first {
                '"' | '\'' | '`' => self.string(at, first),
                digit if digit.is_ascii_digit() => {
                    Token::Literal(self.take_while(at, |c| is_of_name(c) || c == '.'))
                }
                sign => Token::Sign(sign),
            });
        }
    }

    fn take_while(&mut self, from: usize, belongs: impl Fn(char) -> bool) -> &'t str {
        while self.chars.next_if(|(_, c)| belongs(*c)).is_some() {}
        let end = self.chars.peek().map_or(self.text.len(), |(at, _)| *at);
        self.text.get(from..end).unwrap_or_default()
    }

    fn skips_comment(&mut self, at: usize, first: char) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        match self.comments {
            Comments::Hash if first == '#' => self.skip_line(),
            Comments::Slashes if rest.starts_with("//") => self.skip_line(),
            Comments::Slashes if rest.starts_with("/*") => {
                let end = rest.find("*/").map_or(self.text.len(), |end| at + end + 2);
                while self.chars.next_if(|(here, _)| *here < end).is_some() {}
            }
            Comments::Hash | Comments::Slashes => return false,
        }
        true
    }

    fn skip_line(&mut self) {
        while self.chars.next_if(|(_, c)| *c != '\n').is_some() {}
    }

    /// Skips to the end of the line on which every bracket of the import is closed.
    fn skip_import(&mut self) {
        let mut open = 0_usize;
        while let Some((_, c)) = self.chars.next_if(|(_, c)| *c != '\n' || open > 0) {
            match c {
                '(' | '{' | '[' => open += 1,
                ')' | '}' | ']' => open = open.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// A string to its closing quote; a quote that nothing closes on its line is a sign, as in a
    /// lifetime.
    fn string(&mut self, at: usize, quote: char) -> Token<'t> {
        let rest = self.text.get(at + 1..).unwrap_or_default();
        let mut escaped = false;
        for (offset, c) in rest.char_indices() {
            match c {
                '\n' if quote == '\'' => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if c == quote => {
                    let end = at + 1 + offset + c.len_utf8();
                    while self.chars.next_if(|(here, _)| *here < end).is_some() {}
                    return Token::Literal(self.text.get(at..end).unwrap_or_default());
                }
                _ => {}
            }
        }
        Token::Sign(quote)
    }
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        masked(a, Comments::Slashes) == masked(b, Comments::Slashes)
    }

    #[test]
    fn a_renamed_symbol_a_comment_and_an_import_leave_the_mask() {
        let base = "use a::old;\nfn holds<'a>(x: &'a u8) { assert_eq!(old(x), 3); }\n";
        let head = "use a::{\n  new,\n};\n// why\nfn holds<'a>(x: &'a u8) { assert_eq!(b::new(x), 3) ; }\n";
        assert!(same(base, head));
    }

    #[test]
    fn a_gutted_helper_changes_the_mask() {
        let base = "fn holds(x: u8) { assert_eq!(old(x), 3); }";
        assert!(!same(base, "fn holds(x: u8) { }"));
        assert!(!same(base, "fn holds(x: u8) { assert_eq!(old(x), 4); }"));
        assert!(!same(
            base,
            "fn holds(x: u8) { return; assert_eq!(old(x), 3); }"
        ));
        let python = |text| masked(text, Comments::Hash);
        assert_ne!(python("assert a == b"), python("a"));
        assert_eq!(
            python("# x\nassert a == 'b,'"),
            python("assert c.d == 'b,'")
        );
    }

    #[test]
    fn assertions_are_counted_in_every_dialect() {
        let count = |text| assertions(text, Comments::Slashes);
        assert_eq!(count("assert_eq!(a, 1); // assert"), 1);
        assert_eq!(
            count("expect(a).toBe(1); EXPECT_EQ(a, 1); t.Errorf(\"assert\")"),
            3
        );
        assert_eq!(count("self.assertRaises(X); x.should == 1"), 2);
        assert_eq!(count("let _ = add(1, 2);"), 0);
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        for text in ["\"open", "'", "/* open", "ä'ö\n'", "use {", "'\\", "\u{0}"] {
            masked(text, Comments::Slashes);
            assert_eq!(assertions(text, Comments::Hash), 0);
        }
    }
}
