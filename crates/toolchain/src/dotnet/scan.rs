//! Scans C# by its words: no grammar is at hand. Finds tests by their attributes and names by
//! where they stand; takes no function up, so nothing is stubbed.

use crate::{Outline, Unit, surfaces};
use redgreen_core::change::TestItem;
use redgreen_core::id::{Digest, TestId};
use redgreen_core::surface::{Lines, Surface};
use std::collections::BTreeSet;

/// Attributes that make a method a test.
const TESTS: [&str; 8] = [
    "Fact",
    "Theory",
    "Test",
    "TestCase",
    "TestCaseSource",
    "TestMethod",
    "DataTestMethod",
    "Property",
];

/// The side of a C# file: test projects are called so.
pub(super) fn surface(path: &str, text: Option<&str>) -> Surface {
    let by_name = surfaces::of_path(path);
    if matches!(by_name, Surface::RunnerConfig | Surface::Manifest) {
        return by_name;
    }
    let (dirs, name) = path.rsplit_once('/').unwrap_or(("", path));
    let test_dir = |dir: &str| {
        matches!(dir, "test" | "tests" | "Tests" | "Test")
            || [".Tests", ".Test", ".UnitTests", ".IntegrationTests"]
                .iter()
                .any(|end| dir.ends_with(end))
    };
    let named = name.ends_with("Tests.cs") || name.ends_with("Test.cs");
    let holds =
        || text.is_none_or(|text| TESTS.iter().any(|mark| text.contains(&format!("[{mark}"))));
    if dirs.split('/').any(test_dir) || named && holds() {
        Surface::Test
    } else {
        Surface::Production
    }
}

/// A word or a sign, with its line.
struct Token<'s> {
    text: &'s str,
    line: u32,
}

impl Token<'_> {
    fn is_name(&self) -> bool {
        self.text
            .starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '@')
    }
}

/// What the file at `path` holds.
pub(super) fn outline(unit: &Unit, path: &str, text: &str) -> Outline {
    let tokens = tokens(text);
    let mut outline = Outline::default();
    match surface(path, Some(text)) {
        Surface::Test => outline.tests = tests(unit, path, &tokens),
        Surface::Production => {
            outline.names = names(&tokens);
            outline.code = Some(digest(&tokens));
        }
        Surface::Fixture | Surface::RunnerConfig | Surface::Manifest | Surface::Docs => {}
    }
    outline
}

fn digest(tokens: &[Token<'_>]) -> Digest {
    let words: Vec<&str> = tokens.iter().map(|token| token.text).collect();
    Digest::of(words.join("\0").as_bytes())
}

/// Words, literals and signs; comments and white space left out.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if c.is_whitespace() {
            c.len_utf8()
        } else {
            let length = token_length(rest, c);
            found.push(Token {
                text: &rest[..length],
                line,
            });
            length
        };
        line += u32::try_from(rest[..length].matches('\n').count()).unwrap_or(0);
        at += length;
    }
    found
}

fn token_length(rest: &str, first: char) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if is_word(first) || first == '@' && rest[1..].starts_with(is_word) {
        let skip = first.len_utf8();
        return rest[skip..]
            .find(|c| !is_word(c))
            .map_or(rest.len(), |end| end + skip);
    }
    if rest.starts_with("@\"") || rest.starts_with("$@\"") {
        let start = rest.find('"').unwrap_or(0) + 1;
        return rest[start..]
            .find('"')
            .map_or(rest.len(), |end| start + end + 1);
    }
    if first == '"' || first == '\'' {
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            if c == first && !escaped || c == '\n' {
                return at + c.len_utf8();
            }
            escaped = c == '\\' && !escaped;
        }
        return rest.len();
    }
    first.len_utf8()
}

/// Where the pair that opens at `open` closes.
fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    tokens.len().saturating_sub(1)
}

/// Methods behind a test attribute, named by namespace, classes and method.
fn tests(unit: &Unit, path: &str, tokens: &[Token<'_>]) -> Vec<TestItem> {
    let mut found: Vec<TestItem> = Vec::new();
    // Open scopes: how many braces deep, and the name where it has one.
    let mut scopes: Vec<Option<String>> = Vec::new();
    let mut space = String::new();
    let mut next: Option<String> = None;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.text {
            "namespace" => {
                let words = tokens[at + 1..]
                    .iter()
                    .take_while(|t| t.is_name() || t.text == ".");
                let name: String = words.map(|t| t.text).collect();
                let end = tokens[at + 1..]
                    .iter()
                    .find(|t| !t.is_name() && t.text != ".");
                match end.map(|t| t.text) {
                    Some("{") => next = Some(name + "."),
                    Some(_) | None => space = name + ".",
                }
            }
            "class" | "record" | "struct" => {
                next = tokens
                    .get(at + 1)
                    .filter(|t| t.is_name())
                    .map(|t| format!("{}.", t.text));
            }
            "{" => scopes.push(next.take()),
            "}" => drop(scopes.pop()),
            "[" => {
                let end = closing(tokens, at);
                let names: String = scopes.iter().flatten().cloned().collect();
                if let Some((item, last)) = test(tokens, at, end) {
                    let name = format!("{space}{names}{item}");
                    let id = TestId::new(&unit.id, name.replace(".@", "."));
                    found.push(made(id, path, tokens, (at, last)));
                    at = last;
                } else {
                    at = end;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The method behind the attributes that start at `open`, and where it ends.
fn test<'s>(tokens: &[Token<'s>], open: usize, end: usize) -> Option<(&'s str, usize)> {
    let (mut open, mut end, mut is_test) = (open, end, false);
    loop {
        is_test |= tokens[open..end]
            .windows(2)
            .any(|pair| matches!(pair[0].text, "[" | "," | ".") && TESTS.contains(&pair[1].text));
        if tokens.get(end + 1)?.text != "[" {
            break;
        }
        open = end + 1;
        end = closing(tokens, open);
    }
    if !is_test {
        return None;
    }
    let call = (end..tokens.len()).find(|at| tokens[*at].text == "(")?;
    let name = tokens.get(call.checked_sub(1)?)?;
    let behind = closing(tokens, call) + 1;
    let body = (behind..tokens.len()).find(|at| matches!(tokens[*at].text, "{" | ";"))?;
    let last = match tokens[body].text {
        "{" => closing(tokens, body),
        _ => body,
    };
    Some((name.text, last))
}

fn made(id: TestId, path: &str, tokens: &[Token<'_>], (first, last): (usize, usize)) -> TestItem {
    let own = &tokens[first..=last.min(tokens.len() - 1)];
    let method = id.name.rsplit('.').next().unwrap_or_default().to_owned();
    let body: Vec<&str> = own
        .iter()
        .map(|t| t.text)
        .filter(|text| *text != method)
        .collect();
    let constants = own.iter().filter(|t| !t.is_name()).map(|t| t.text);
    let constants: Vec<&str> = constants
        .filter(|t| !matches!(*t, "," | "." | "(" | ")" | ";"))
        .collect();
    let muted = own
        .iter()
        .any(|t| matches!(t.text, "Skip" | "Ignore" | "Explicit"));
    TestItem {
        id,
        path: path.to_owned(),
        lines: Lines::new(own[0].line, own[own.len() - 1].line),
        body: Digest::of(body.join("\0").as_bytes()),
        constants: Digest::of(constants.join("\0").as_bytes()),
        muted,
    }
}

/// Names behind a type or a keyword that declares one: `int total`, `List<int> rows`, `class Calc`.
fn names(tokens: &[Token<'_>]) -> BTreeSet<String> {
    const NOT_TYPES: [&str; 14] = [
        "return", "new", "throw", "await", "using", "in", "is", "as", "out", "ref", "case", "else",
        "goto", "from",
    ];
    let pairs = tokens.windows(2).filter(|pair| {
        let before = pair[0].is_name() && !NOT_TYPES.contains(&pair[0].text);
        pair[1].is_name() && (before || matches!(pair[0].text, ">" | "]" | "?" | "."))
    });
    pairs.map(|pair| pair[1].text.to_owned()).collect()
}
