//! Cuts CMake text into commands with their arguments.

use std::ops::Range;

/// One command of a CMake file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// Its name in lower case.
    pub(crate) name: String,
    /// Its arguments without quotes.
    pub(crate) args: Vec<String>,
    /// From its name to its closing bracket.
    pub(crate) bytes: Range<usize>,
}

impl Command {
    /// The argument at `index`; empty where there is none.
    pub(crate) fn arg(&self, index: usize) -> &str {
        self.args.get(index).map_or("", String::as_str)
    }

    /// The argument behind the keyword `key`.
    pub(crate) fn after(&self, key: &str) -> Option<&str> {
        let at = self.args.iter().position(|arg| arg == key)?;
        self.args.get(at + 1).map(String::as_str)
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        self.args.iter().any(|arg| arg == word)
    }
}

/// The commands of a text in their order. What does not parse is passed over.
pub(crate) fn commands(text: &str) -> Vec<Command> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'#' {
            at = comment(bytes, at);
        } else if byte.is_ascii_alphabetic() || byte == b'_' {
            let start = at;
            while bytes
                .get(at)
                .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
            {
                at += 1;
            }
            let open = at + blank(&bytes[at..]);
            if bytes.get(open) == Some(&b'(') {
                let (args, end) = arguments(text, open + 1);
                found.push(Command {
                    name: text[start..at].to_ascii_lowercase(),
                    args,
                    bytes: start..end,
                });
                at = end;
            }
        } else {
            at += 1;
        }
    }
    found
}

fn blank(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| matches!(**byte, b' ' | b'\t'))
        .count()
}

/// Behind the comment at `start`.
fn comment(bytes: &[u8], start: usize) -> usize {
    if let Some((_, end)) = bracket(bytes, start + 1) {
        return end;
    }
    let line = bytes[start..].iter().position(|byte| *byte == b'\n');
    line.map_or(bytes.len(), |line| start + line)
}

/// The inside of the bracket argument at `start` (`[==[ ... ]==]`), and where it ends.
fn bracket(bytes: &[u8], start: usize) -> Option<(Range<usize>, usize)> {
    let rest = bytes.get(start..)?.strip_prefix(b"[")?;
    let count = rest.iter().take_while(|byte| **byte == b'=').count();
    (rest.get(count) == Some(&b'[')).then_some(())?;
    let inside = start + count + 2;
    let close = format!("]{}]", "=".repeat(count)).into_bytes();
    let found = bytes[inside..]
        .windows(close.len())
        .position(|w| w == close);
    let end = found.map_or(bytes.len(), |found| inside + found);
    Some((inside..end, (end + close.len()).min(bytes.len())))
}

/// The arguments from `at` on, and the place behind the closing bracket.
fn arguments(text: &str, mut at: usize) -> (Vec<String>, usize) {
    let bytes = text.as_bytes();
    let (mut args, mut depth) = (Vec::new(), 1_usize);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b';' => at += 1,
            b'#' => at = comment(bytes, at),
            b'"' => {
                let end = quoted(bytes, at);
                let inner = text.get(at + 1..end - 1).unwrap_or_default();
                args.push(inner.replace("\\\"", "\""));
                at = end;
            }
            b'(' | b')' => {
                depth = if byte == b'(' { depth + 1 } else { depth - 1 };
                at += 1;
                if depth == 0 {
                    return (args, at);
                }
                args.push(char::from(byte).to_string());
            }
            b'[' if bracket(bytes, at).is_some() => {
                let (inside, end) = bracket(bytes, at).unwrap_or((at..at, at + 1));
                args.push(text.get(inside).unwrap_or_default().to_owned());
                at = end;
            }
            _ => {
                let end = unquoted(bytes, at);
                args.push(text.get(at..end).unwrap_or_default().to_owned());
                at = end;
            }
        }
    }
    (args, bytes.len())
}

fn quoted(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn unquoted(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b' ' | b'\t' | b'\r' | b'\n' | b'(' | b')' | b';' | b'#' => break,
            b'"' => at = quoted(bytes, at),
            _ => at += 1,
        }
    }
    at.clamp(start + 1, bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_of_every_form_are_read() {
        let text = "# add_test(a)\nAdd_Test( NAME \"a b\" #[[ x ) ]] COMMAND [=[c ]] d]=] e;f \"-D\\\"x\\\"\" # no )\n)\nif((A AND B))\n";
        let found = commands(text);
        assert_eq!(found[0].name, "add_test");
        assert_eq!(
            found[0].args,
            ["NAME", "a b", "COMMAND", "c ]] d", "e", "f", "-D\"x\""]
        );
        assert_eq!(found[1].args, ["(", "A", "AND", "B", ")"]);
        assert_eq!(found[0].after("COMMAND"), Some("c ]] d"));
    }

    #[test]
    fn broken_text_has_an_end() {
        for text in [
            "a(", "a(\"", "a([[", "#[[", "a(\\", "a(x\\", "é(", "a(é", "a(\"é\\",
        ] {
            assert!(commands(text).len() <= 1, "{text}");
        }
    }
}
