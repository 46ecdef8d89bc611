//! Finds the tests of GoogleTest, Catch2 and doctest in a file's tokens.

use super::tokens::{Kind, Token, closing};
use std::ops::Range;

/// Macros whose first two arguments are suite and name.
const SUITED: [&str; 5] = ["TEST", "TEST_F", "TEST_P", "TYPED_TEST", "TYPED_TEST_P"];

/// Macros of Catch2 and doctest that name a test case, and which argument is its title.
const TITLED: [(&str, usize); 13] = [
    ("TEST_CASE", 0),
    ("SCENARIO", 0),
    ("TEMPLATE_TEST_CASE", 0),
    ("TEMPLATE_TEST_CASE_SIG", 0),
    ("TEMPLATE_PRODUCT_TEST_CASE", 0),
    ("TEMPLATE_LIST_TEST_CASE", 0),
    ("TEST_CASE_TEMPLATE", 0),
    ("SCENARIO_TEMPLATE", 0),
    ("TEST_CASE_METHOD", 1),
    ("TEMPLATE_TEST_CASE_METHOD", 1),
    ("TEST_CASE_FIXTURE", 1),
    ("SCENARIO_METHOD", 1),
    ("TEST_CASE_PERSISTENT_FIXTURE", 1),
];

/// A test in the text.
pub(super) struct Case {
    /// Its name as its framework reports it, without the mark that switches it off.
    pub(super) name: String,
    /// Indices of all its tokens: macro, arguments, body.
    pub(super) tokens: Range<usize>,
    /// Indices of the tokens that are its name alone.
    pub(super) title: Range<usize>,
    pub(super) muted: bool,
}

/// The tests of a file, in its order.
pub(super) fn cases(tokens: &[Token], text: &str) -> Vec<Case> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match case(tokens, text, at) {
            Some(case) => {
                at = case.tokens.end;
                found.push(case);
            }
            None => at += 1,
        }
    }
    found
}

fn case(tokens: &[Token], text: &str, at: usize) -> Option<Case> {
    let word = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
    let suited = SUITED.contains(&word.of(text));
    let titled = TITLED.iter().find(|(name, _)| *name == word.of(text));
    if !suited && titled.is_none() {
        return None;
    }
    let behind_define = at > 0 && tokens[at - 1].is(text, "define");
    let open = tokens.get(at + 1).filter(|token| token.is(text, "("))?;
    if behind_define || open.bytes.start > word.bytes.end + 1 {
        return None;
    }
    let close = closing(tokens, text, at + 1)?;
    tokens.get(close).filter(|token| token.is(text, "{"))?;
    let end = closing(tokens, text, close)?;
    let arguments = arguments(tokens, text, at + 2..close - 1);
    let (name, title, off) = match titled {
        None => suite_and_name(tokens, text, &arguments)?,
        Some((macro_name, index)) => title(tokens, text, (macro_name, *index), &arguments)?,
    };
    let muted = off || is_muted(&tokens[at..end], text, &arguments, tokens);
    Some(Case {
        name,
        tokens: at..end,
        title,
        muted,
    })
}

/// The ranges of tokens between the commas of an argument list.
pub(super) fn arguments(tokens: &[Token], text: &str, inside: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (inside.start, 0_usize);
    for index in inside.clone() {
        match tokens[index].of(text) {
            "(" | "[" | "{" if tokens[index].kind == Kind::Mark => depth += 1,
            ")" | "]" | "}" if tokens[index].kind == Kind::Mark => depth = depth.saturating_sub(1),
            "," if depth == 0 => {
                found.push(start..index);
                start = index + 1;
            }
            _ => {}
        }
    }
    found.push(start..inside.end);
    found
}

type Named = (String, Range<usize>, bool);

fn suite_and_name(tokens: &[Token], text: &str, arguments: &[Range<usize>]) -> Option<Named> {
    let [suite, name] = arguments else {
        return None;
    };
    let word = |range: &Range<usize>| match &tokens[range.clone()] {
        [only] if only.kind == Kind::Word => Some(only.of(text)),
        _ => None,
    };
    let (suite_name, test_name) = (word(suite)?, word(name)?);
    let whole = format!("{suite_name}.{test_name}");
    let bare = enabled(&whole);
    let off = bare != whole;
    Some((bare, suite.start..name.end, off))
}

/// A name of GoogleTest without what switches it off, so that switching is no renaming.
pub(super) fn enabled(name: &str) -> String {
    let part = |part: &str| part.strip_prefix("DISABLED_").unwrap_or(part).to_owned();
    let dotted: Vec<String> = name
        .split('.')
        .map(|half| half.split('/').map(part).collect::<Vec<_>>().join("/"))
        .collect();
    dotted.join(".")
}

fn title(
    tokens: &[Token],
    text: &str,
    (macro_name, index): (&str, usize),
    arguments: &[Range<usize>],
) -> Option<Named> {
    let range = arguments.get(index)?;
    // doctest's decorators stand behind the title: "x" * doctest::skip().
    let parts = tokens[range.clone()].iter();
    let strings: Vec<&Token> = parts.take_while(|token| token.kind == Kind::Text).collect();
    if strings.is_empty() {
        return None;
    }
    let name: String = strings
        .iter()
        .map(|token| unescaped(token.of(text)))
        .collect();
    let title = range.start..range.start + strings.len();
    let name = if macro_name.starts_with("SCENARIO") {
        format!("Scenario: {name}")
    } else {
        name
    };
    Some((name, title, false))
}

/// The text that a string literal stands for.
fn unescaped(literal: &str) -> String {
    if let Some(raw) = literal.split_once("R\"").map(|(_, raw)| raw) {
        let inner = raw.split_once('(').map_or("", |(_, inner)| inner);
        return inner
            .rsplit_once(')')
            .map_or(inner, |(inner, _)| inner)
            .to_owned();
    }
    let Some((_, inner)) = literal.split_once('"') else {
        return String::new();
    };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut plain = String::new();
    let mut chars = inner.chars();
    while let Some(next) = chars.next() {
        plain.extend(match next {
            '\\' => chars.next().map(|escaped| match escaped {
                'n' => '\n',
                't' => '\t',
                other => other,
            }),
            other => Some(other),
        });
    }
    plain
}

fn is_muted(whole: &[Token], text: &str, arguments: &[Range<usize>], all: &[Token]) -> bool {
    let skips = whole.iter().any(|token| {
        token.kind == Kind::Word && matches!(token.of(text), "GTEST_SKIP" | "GTEST_SKIP_")
    });
    let tags = arguments.iter().flat_map(|range| &all[range.clone()]);
    let tagged = tags.filter(|token| token.kind == Kind::Text).any(|token| {
        let tags = token.of(text).to_ascii_lowercase();
        ["[.", "[!hide]", "[hide]", "[!shouldfail]", "[!mayfail]"]
            .iter()
            .any(|tag| tags.contains(tag))
    });
    const DECORATORS: [&str; 4] = ["skip", "should_fail", "may_fail", "expected_failures"];
    let head = arguments.iter().flat_map(|range| &all[range.clone()]);
    let decorated = head
        .filter(|token| token.kind == Kind::Word)
        .any(|token| DECORATORS.contains(&token.of(text)));
    skips || tagged || decorated
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    fn found(text: &str) -> Vec<(String, bool)> {
        let all = tokens(text);
        let cases = cases(&all, text).into_iter();
        cases.map(|case| (case.name, case.muted)).collect()
    }

    fn check(text: &str, name: &str, muted: bool) {
        assert_eq!(found(text), [(name.to_owned(), muted)], "{text}");
    }

    #[test]
    fn tests_of_google_are_named_by_suite_and_name() {
        check("TEST(Add, Two) { EXPECT_EQ(1, 1); }", "Add.Two", false);
        check(
            "TEST_F(Add,\n  Two)\n{ if (x) { y(\"}\"); } }",
            "Add.Two",
            false,
        );
        check("TYPED_TEST(Ty, Zero) {}", "Ty.Zero", false);
        check("TEST_P(P, DISABLED_A) {}", "P.A", true);
        check("TEST(DISABLED_P, A) {}", "P.A", true);
        check("TEST(P, A) { GTEST_SKIP() << \"later\"; }", "P.A", true);
    }

    #[test]
    fn tests_of_catch_and_doctest_are_named_by_title() {
        check(
            "TEST_CASE(\"a \\\"b\\\" é\", \"[x]\") { }",
            "a \"b\" é",
            false,
        );
        check("TEST_CASE(\"a\" \"b\", \"[x][.]\") { }", "ab", true);
        check("TEST_CASE(\"a\", \"[!shouldfail]\") { }", "a", true);
        check("SCENARIO(\"a\") { }", "Scenario: a", false);
        check("TEST_CASE_METHOD(Fix, \"a\") { }", "a", false);
        check("TEST_CASE(\"a\" * doctest::skip()) { }", "a", true);
        check(
            "TEMPLATE_TEST_CASE(\"a\", \"[t]\", (std::pair<int, int>), long) { }",
            "a",
            false,
        );
    }

    #[test]
    fn what_only_looks_like_a_test_is_none() {
        for text in [
            "// TEST(A, B) {}",
            "#define TEST(a, b) { }",
            "const char *s = \"TEST(A, B) {}\";",
            "TEST(A, B);",
            "TEST(A, B) {",
            "TEST(A) {}",
            "MY_TEST(A, B) {}",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
