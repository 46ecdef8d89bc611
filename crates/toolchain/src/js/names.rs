//! Writes the names of tests: the same from the source text and from a runner's report.
//!
//! `test/cart.test.ts::"cart > adds an item"` is the file from the repository's root, then the
//! titles from the outermost to the test's own, joined by ` > ` and closed by a quotation mark: no
//! test's name is the start of another's. A case of a parametrised test carries the titles that it
//! ran under behind it: `test/sum.test.ts::"adds %i"[adds 3]`. A second test of the same titles in
//! one file has `#2`.

use std::collections::BTreeMap;

/// Between two titles.
const BETWEEN: &str = " > ";

/// The name of the test with these titles in the file at `path`.
pub(crate) fn name(path: &str, titles: &[&str]) -> String {
    format!("{}{}\"", file_start(path), escaped(&titles.join(BETWEEN)))
}

/// What the name of every test in the file at `path` begins with, and of no test elsewhere.
pub(crate) fn file_start(path: &str) -> String {
    format!("{path}::\"")
}

/// The name of the case of `name` that ran under `titles`.
pub(crate) fn case(name: &str, titles: &[&str]) -> String {
    format!("{name}[{}]", escaped(&titles.join(BETWEEN)))
}

/// The file of a name.
pub(crate) fn file_of(name: &str) -> &str {
    name.split_once("::\"").map_or(name, |(file, _)| file)
}

/// What a name says of the titles that a runner shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Titles {
    /// The titles in the source, joined by ` > `.
    pub(crate) written: String,
    /// The titles of the one case that is meant, joined in the same way.
    pub(crate) case: Option<String>,
}

/// The titles of a name; nothing where it is no name of a test.
pub(crate) fn titles(name: &str) -> Option<Titles> {
    let (_, rest) = name.split_once("::\"")?;
    let end = closing_quote(rest)?;
    let written = unescaped(&rest[..end]);
    let rest = without_count(&rest[end + 1..]);
    let rest = match rest.rsplit_once('#') {
        Some((front, count)) if is_count(count) => front,
        Some(_) | None => rest,
    };
    let case = rest
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    Some(Titles {
        written,
        case: case.map(unescaped),
    })
}

fn is_count(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The text behind a `#2` that it begins with.
fn without_count(text: &str) -> &str {
    let Some(rest) = text.strip_prefix('#') else {
        return text;
    };
    rest.trim_start_matches(|c: char| c.is_ascii_digit())
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(at)
    })
}

/// One line, with quotation marks and backslashes told from the name's own.
fn escaped(titles: &str) -> String {
    let mut made = String::with_capacity(titles.len());
    for c in titles.chars() {
        match c {
            '"' => made.push_str("\\\""),
            '\\' => made.push_str("\\\\"),
            '\n' => made.push_str("\\n"),
            '\r' => made.push_str("\\r"),
            '\t' => made.push_str("\\t"),
            c if c.is_control() => made.push('\u{fffd}'),
            c => made.push(c),
        }
    }
    made
}

fn unescaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => made.push('\n'),
                Some('r') => made.push('\r'),
                Some('t') => made.push('\t'),
                Some(other) => made.push(other),
                None => {}
            },
            c => made.push(c),
        }
    }
    made
}

/// Numbers names that come again: the first stays, the next is `name#2`.
#[derive(Debug, Default)]
pub(crate) struct Counted(BTreeMap<String, usize>);

impl Counted {
    /// `name`, told from those that were given in before.
    pub(crate) fn unique(&mut self, name: String) -> String {
        let count = self.0.entry(name.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            name
        } else {
            format!("{name}#{count}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(titles_in: &[&str], owed: &str) {
        let made = name("a b/t.test.ts", titles_in);
        assert_eq!(made, format!("a b/t.test.ts::{owed}"));
        let read = titles(&made).expect("a name");
        assert_eq!(read.written, titles_in.join(" > "));
        assert_eq!(read.case, None);
        assert_eq!(file_of(&made), "a b/t.test.ts");
    }

    #[test]
    fn names_are_one_line_and_read_back() {
        check(&["cart", "adds an item"], "\"cart > adds an item\"");
        check(&["says \"hi\" \\o/"], "\"says \\\"hi\\\" \\\\o/\"");
        check(&["two\nlines", "größe ✓"], "\"two\\nlines > größe ✓\"");
        check(&[""], "\"\"");
        assert_eq!(titles("no name"), None);
    }

    #[test]
    fn a_case_carries_its_own_titles() {
        let item = name("t.test.ts", &["sum", "adds %i"]);
        let made = case(&item, &["sum", "adds 3#4]"]);
        assert_eq!(
            made,
            "t.test.ts::\"sum > adds %i\"[sum > adds 3#4\\]]".replace("\\]", "]")
        );
        let read = titles(&made).expect("a name");
        assert_eq!(read.case.as_deref(), Some("sum > adds 3#4]"));
        let again = titles(&format!("{made}#2")).expect("a name");
        assert_eq!(again, read);
        let second = titles(&case(&format!("{item}#2"), &["sum", "adds 3#4]"])).expect("a name");
        assert_eq!(second, read);
    }

    #[test]
    fn a_name_that_comes_again_is_numbered() {
        let mut counted = Counted::default();
        let made: Vec<String> = ["a", "b", "a"].map(|n| counted.unique(n.to_owned())).into();
        assert_eq!(made, ["a", "b", "a#2"]);
    }
}
