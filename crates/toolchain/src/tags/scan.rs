//! Reads a source file word by word: quick, without a syntax tree, and roughly right.

use crate::language;
use std::collections::BTreeSet;

/// The names of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names<'t> {
    /// Names that it seems to define, sorted.
    pub defined: Vec<&'t str>,
    /// Every name in its code, as often as it stands there, in the order of the text.
    pub used: Vec<&'t str>,
}

/// Shorter names say nothing.
const SHORTEST: usize = 3;

/// How a language is read.
struct Words {
    /// Words behind which a name is defined.
    defining: &'static [&'static str],
    /// Such words that count only at the start of a line: elsewhere they define what nobody sees.
    outermost: &'static [&'static str],
    /// What begins a comment that ends with its line.
    comment: &'static str,
    /// Whether `Type name(` defines a name.
    typed: bool,
}

fn words_of(language: &str) -> Option<&'static Words> {
    const NONE: &[&str] = &[];
    const PYTHON: Words = Words {
        defining: &["def", "class"],
        outermost: NONE,
        comment: "#",
        typed: false,
    };
    const RUST: Words = Words {
        defining: &[
            "fn",
            "struct",
            "enum",
            "trait",
            "type",
            "union",
            "const",
            "static",
            "macro_rules",
        ],
        outermost: &["mod"],
        comment: "//",
        typed: false,
    };
    const JAVASCRIPT: Words = Words {
        defining: &["function", "class", "interface", "enum", "namespace"],
        outermost: &["const", "let", "var", "type"],
        comment: "//",
        typed: false,
    };
    const GO: Words = Words {
        defining: &["func", "type"],
        outermost: &["const", "var"],
        comment: "//",
        typed: false,
    };
    const JAVA: Words = Words {
        defining: &["class", "interface", "enum", "record"],
        outermost: NONE,
        comment: "//",
        typed: true,
    };
    match language {
        "python" => Some(&PYTHON),
        "rust" => Some(&RUST),
        "javascript" => Some(&JAVASCRIPT),
        "go" => Some(&GO),
        "java" => Some(&JAVA),
        _ => None,
    }
}

/// The names of the file at `path`; nothing where its language has no map.
pub fn names<'t>(path: &str, text: &'t str) -> Option<Names<'t>> {
    let words = words_of(language(path)?.name())?;
    let mut names = Names::default();
    let mut defined = BTreeSet::new();
    for line in text.lines() {
        let code = code_of(line, words.comment);
        in_line(code, words, &mut defined, &mut names.used);
    }
    names.defined = defined.into_iter().collect();
    Some(names)
}

/// The line before its comment. A line of a longer comment mostly begins with a star.
fn code_of<'t>(line: &'t str, comment: &str) -> &'t str {
    let code = line.find(comment).map_or(line, |at| {
        // An address is no comment.
        if line[..at].ends_with(':') {
            line
        } else {
            &line[..at]
        }
    });
    if comment == "//" && code.trim_start().starts_with('*') {
        ""
    } else {
        code
    }
}

fn in_line<'t>(
    code: &'t str,
    words: &Words,
    defined: &mut BTreeSet<&'t str>,
    used: &mut Vec<&'t str>,
) {
    let indented = code.starts_with([' ', '\t']);
    let bytes = code.as_bytes();
    let (mut at, mut before) = (0, "");
    let mut behind_word = 0;
    while at < bytes.len() {
        if !is_letter(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && is_letter(bytes[at]) {
            at += 1;
        }
        let name = code.get(start..at).unwrap_or_default();
        let gap = code.get(behind_word..start).unwrap_or_default();
        let defines =
            words.defining.contains(&before) || !indented && words.outermost.contains(&before);
        if defines && before == "func" && gap.contains('(') && !gap.contains(')') {
            // The receiver of a method of Go: the name stands behind it.
            at = code[at..].find(')').map_or(bytes.len(), |end| at + end + 1);
            behind_word = at;
            continue;
        }
        let called = bytes.get(at) == Some(&b'(');
        let typed = words.typed && called && indented && is_type(before) && is_between(gap);
        if name.len() >= SHORTEST && !bytes[start].is_ascii_digit() {
            if (defines && gap.trim_matches(['!', '*', ' ', '\t']).is_empty()) || typed {
                defined.insert(name);
            }
            used.push(name);
        }
        (before, behind_word) = (name, at);
    }
}

/// Whether the word before a name can be the type of a method.
fn is_type(word: &str) -> bool {
    const NOT: [&str; 6] = ["new", "return", "else", "throw", "case", "assert"];
    !word.is_empty() && !NOT.contains(&word)
}

/// Whether only the end of a type stands between it and a name.
fn is_between(gap: &str) -> bool {
    gap.trim().is_empty()
        || gap.starts_with(['>', '[']) && gap.trim_matches(['>', '[', ']', ' ']).is_empty()
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
