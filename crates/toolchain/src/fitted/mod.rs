//! Tells a function that answers the examples of its tests one by one: a table, or a chain of
//! comparisons, that holds nothing which the tests do not hold too. Works on tokens, in any language.

mod members;
mod tables;

use crate::mask::{Comments, Token, tokens};
use std::collections::BTreeSet;

/// How far behind its key a value may stand.
const REACH: usize = 5;

/// The inputs that `function` of `file` answers one by one, each with an answer that `tests` have
/// too; nothing where it does anything else. A table of the file that it looks them up in counts as
/// written where it is looked at.
pub fn fitted_to<'t>(
    (function, file): (&'t str, &'t str),
    tests: &str,
    comments: Comments,
) -> Vec<&'t str> {
    let mut body: Vec<Token<'t>> = tokens(body_of(function), comments).collect();
    if computes(&body) {
        return Vec::new();
    }
    let file: Vec<Token<'t>> = tokens(file, comments).collect();
    let table = tables::looked_up(&body, &file);
    body.extend(table);
    let tested: BTreeSet<&str> = tokens(tests, comments).filter_map(literal).collect();
    let mut pairs: Vec<(&str, &str)> = (0..body.len()).filter_map(|at| pair(&body, at)).collect();
    pairs.extend(tables::side_by_side(&body));
    let members = match pairs.as_slice() {
        [] => members::members(&body),
        [_, ..] => Vec::new(),
    };
    let in_tests = |(key, value): &(&str, &str)| tested.contains(key) && tested.contains(value);
    let strangers = body.iter().copied().filter_map(literal);
    // One answer for all other inputs is a part of the table.
    let strangers = strangers.filter(|text| !tested.contains(text)).count();
    let are_tested = pairs.iter().all(in_tests) && members.iter().all(|key| tested.contains(key));
    if !are_tested || strangers > 1 {
        return Vec::new();
    }
    pairs
        .into_iter()
        .map(|(key, _)| key)
        .chain(members)
        .collect()
}

/// Whether the body of `function` looks at nothing: it has no name in it but those of truth.
pub fn looks_at_nothing(function: &str, comments: Comments) -> bool {
    let is_idle = |token: Token<'_>| match token {
        Token::Name(name) => matches!(name, "return" | "true" | "True" | "false" | "False"),
        Token::Literal(_) | Token::Sign(_) => true,
    };
    let mut body = tokens(body_of(function), comments).peekable();
    body.peek().is_some() && body.all(is_idle)
}

/// The text behind the signature.
fn body_of(function: &str) -> &str {
    let end = function.find('\n').unwrap_or(function.len());
    let first = function.get(..end).unwrap_or_default();
    let start = first.rfind(['{', ':']).map_or(end, |at| at + 1);
    function.get(start..).unwrap_or_default()
}

fn literal<'t>(token: Token<'t>) -> Option<&'t str> {
    match token {
        Token::Literal(text) => Some(text),
        Token::Name(_) | Token::Sign(_) => None,
    }
}

fn sign(body: &[Token<'_>], at: usize) -> Option<char> {
    match body.get(at)? {
        Token::Sign(sign) => Some(*sign),
        Token::Name(_) | Token::Literal(_) => None,
    }
}

/// Whether the literal at `at` is compared with something.
fn is_compared(body: &[Token<'_>], at: usize) -> bool {
    let equals = |at: usize| sign(body, at) == Some('=');
    at >= 2 && equals(at - 1) && equals(at - 2)
}

/// The input at `at` and its answer: `20: 0`, `20 => 0`, `== 20 { return 0`.
fn pair<'t>(body: &[Token<'t>], at: usize) -> Option<(&'t str, &'t str)> {
    let key = literal(*body.get(at)?)?;
    let is_key = is_compared(body, at)
        || sign(body, at + 1) == Some(':')
        || sign(body, at + 1) == Some(')') && sign(body, at + 2) == Some(':')
        || sign(body, at + 1) == Some('=') && sign(body, at + 2) == Some('>');
    for next in at + 1..body.len().min(at + 1 + REACH) {
        match body[next] {
            Token::Literal(value) if is_key && !is_compared(body, next) => {
                return Some((key, value));
            }
            Token::Sign(':' | '=' | '>' | ')' | '{' | '?' | '(' | '-') => {}
            Token::Name("return" | "then") => {}
            Token::Literal(_) | Token::Sign(_) | Token::Name(_) => return None,
        }
    }
    None
}

/// Whether the body does more than to look up and to compare.
fn computes(body: &[Token<'_>]) -> bool {
    let is_operator = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| sign(body, before));
        match sign(body, at) {
            Some('>') => !matches!(before, Some('=' | '-')),
            Some('-') => {
                let is_arrow = sign(body, at + 1) == Some('>');
                let has_left = at > 0 && before.is_none_or(|sign| matches!(sign, ')' | ']'));
                !is_arrow && has_left && !matches!(body[at - 1], Token::Name("return"))
            }
            Some('+' | '*' | '/' | '%' | '<' | '^' | '~') => true,
            Some(_) | None => false,
        }
    };
    (0..body.len()).any(is_operator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(function: &str, tests: &str) -> usize {
        fitted_to((function, ""), tests, Comments::Hash).len()
    }

    const TESTS: &str = "assert shipping(20) == 0\nassert shipping(19) == 4\n";

    #[test]
    fn a_table_of_the_tests_own_examples_fits_them() {
        let table = "def shipping(amount):\n    return {20: 0, 19: 4}[amount]\n";
        assert_eq!(fitted_to((table, ""), TESTS, Comments::Hash), ["20", "19"]);
        let chain = "def shipping(amount):\n    if amount == 20:\n        return 0\n    return 4\n";
        assert_eq!(fitted(chain, TESTS), 1);
        let rust = "fn shipping(a: u32) -> u32 {\n    match a { 20 => 0, 19 => 4, _ => 7 }\n}\n";
        let asked = "assert_eq!(shipping(20), 0); assert_eq!(shipping(19), 4);";
        assert_eq!(fitted_to((rust, ""), asked, Comments::Slashes).len(), 2);
        let go = "func f(a int) int {\n\tif a == 20 {\n\t\treturn 0\n\t}\n\treturn 4\n}\n";
        assert_eq!(
            fitted_to((go, ""), "f(20) != 0, f(19) != 4", Comments::Slashes).len(),
            1
        );
    }

    /// How many inputs a function of a language with slashes has from the tests.
    fn slashed(function: &str, file: &str, tests: &str) -> usize {
        fitted_to((function, file), tests, Comments::Slashes).len()
    }

    const PRIMES: &str = "is_prime(2) is_prime(3) is_prime(7) !is_prime(4) !is_prime(9)";

    #[test]
    fn numbers_of_the_tests_that_are_only_asked_for_fit_them() {
        assert_eq!(
            fitted("def is_prime(n):\n    return n in (2, 3, 7)\n", PRIMES),
            3
        );
        assert_eq!(
            fitted(
                "def is_prime(n):\n    return n in frozenset({2, 3, 7})\n",
                PRIMES
            ),
            3
        );
        for text in [
            "fn is_prime(n: u32) -> bool {\n    matches!(n, 2 | 3 | 7)\n}\n",
            "fn is_prime(n: u32) -> bool {\n    match n {\n        2 | 3 | 7 => true,\n        _ => false,\n    }\n}\n",
            "fn is_prime(n: u32) -> bool {\n    [2, 3, 7].contains(&n)\n}\n",
            "function isPrime(n) {\n  return [2, 3, 7].includes(n);\n}\n",
            "boolean isPrime(int n) {\n    return Set.of(2, 3, 7).contains(n);\n}\n",
            "func isPrime(n int) bool {\n\treturn slices.Contains([]int{2, 3, 7}, n)\n}\n",
            "func isPrime(n int) bool {\n\tswitch n {\n\tcase 2, 3, 7:\n\t\treturn true\n\t}\n\treturn false\n}\n",
        ] {
            assert_eq!(slashed(text, "", PRIMES), 3, "{text}");
        }
    }

    #[test]
    fn numbers_that_are_a_domain_or_a_part_of_a_rule_fit_nothing() {
        for honest in [
            // More of them than the tests try.
            "def is_redirect(code):\n    return code in (2, 3, 7, 301, 302)\n",
            // Ports, signs: a few stand for themselves.
            "def is_open(port):\n    return port in (2, 3)\n",
            // The first primes, and then a rule.
            "def is_prime(n):\n    if n in (2, 3, 7):\n        return True\n    return n % 2 != 0\n",
            "def is_prime(n):\n    return all(spins(n, a) for a in (2, 3, 7))\n",
            "def f(n):\n    return g(2, 3, 7)\n",
            "def f(n):\n    return [2, 3, 7]\n",
        ] {
            assert_eq!(fitted(honest, PRIMES), 0, "{honest}");
        }
        let words = "def is_free(day):\n    return day in ('sat', 'sun', 'may1')\n";
        assert_eq!(fitted(words, "'sat' 'sun' 'may1' 'mon'"), 0);
    }

    #[test]
    fn a_table_outside_of_the_function_counts_as_written_in_it() {
        let file = "import x\n\n_T = {(2, 3): 5, (10, 4): 6}\n\ndef add(a, b):\n    return _T.get((a, b), a)\n";
        let function = "def add(a, b):\n    return _T.get((a, b), a)\n";
        let tests = "assert add(2, 3) == 5\nassert add(10, 4) == 6\n";
        let found = fitted_to((function, file), tests, Comments::Hash);
        assert_eq!(found, ["3", "4"]);
        let tests = "assert add(2, 3) == 5\n";
        assert_eq!(fitted_to((function, file), tests, Comments::Hash).len(), 0);
        let asked = "shipping(20) 0; shipping(19) 4";
        for (function, file) in [
            (
                "int shipping(int a) {\n    return T.get(a);\n}",
                "class S {\n  static final Map<Integer, Integer> T = Map.of(20, 0, 19, 4);\n}",
            ),
            (
                "int shipping(int a) {\n    return T.get(a);\n}",
                "class S {\n  static final Map<Integer, Integer> T = Map.ofEntries(Map.entry(20, 0), Map.entry(19, 4));\n}",
            ),
            (
                "function shipping(a) {\n  return T.get(a);\n}",
                "const T = new Map([[20, 0], [19, 4]]);\n",
            ),
            (
                "fn shipping(a: u32) -> Option<u32> {\n    T.iter().find(|p| p.0 == a).map(|p| p.1)\n}",
                "const T: &[(u32, u32)] = &[(20, 0), (19, 4)];\n",
            ),
            (
                "func shipping(a int) int {\n\treturn table[a]\n}",
                "var table = map[int]int{20: 0, 19: 4}\n",
            ),
        ] {
            assert_eq!(slashed(function, file, asked), 2, "{file}");
        }
    }

    #[test]
    fn a_table_of_arguments_fits_the_tests() {
        let asked = "shipping(20) 0; shipping(19) 4";
        let file =
            "class Shop {\n  static final Map<String, Integer> PRICES = Map.of(\"tea\", 3);\n}";
        for function in [
            "int shipping(int amount) {\n    return Map.of(20, 0, 19, 4).get(amount);\n  }",
            "int shipping(int amount) {\n    return java.util.Map.of(20, 0, 19, 4).get(amount);\n  }",
        ] {
            assert_eq!(slashed(function, "", asked), 2, "{function}");
            assert_eq!(slashed(function, file, asked), 2, "{function}");
        }
    }

    #[test]
    fn a_table_that_knows_more_than_the_tests_is_a_domain() {
        let function = "def value(c):\n    return ROMAN[c]\n";
        let file = "ROMAN = {'I': 1, 'V': 5, 'X': 10, 'L': 50}\n";
        let tests = "assert value('V') == 5\nassert value('X') == 10\n";
        assert_eq!(fitted_to((function, file), tests, Comments::Hash).len(), 0);
        let used = "def total(text):\n    return sum(ROMAN[c] + 1 for c in text)\n";
        let all = "'I' 1 'V' 5 'X' 10 'L' 50";
        assert_eq!(fitted_to((used, file), all, Comments::Hash).len(), 0);
    }

    #[test]
    fn an_answer_that_depends_on_nothing_looks_at_nothing() {
        let idle = |text: &str| looks_at_nothing(text, Comments::Slashes);
        assert!(idle("fn eq(&self, _: &Self) -> bool {\n    true\n}\n"));
        assert!(idle("equals() {\n  return true; // all of them\n}"));
        assert!(looks_at_nothing(
            "def __eq__(self, other):\n    return True\n",
            Comments::Hash
        ));
        assert!(!idle(
            "fn eq(&self, o: &Self) -> bool {\n    self.0 == o.0\n}\n"
        ));
        assert!(!idle("fn eq(&self) -> bool;"));
    }

    #[test]
    fn a_rule_fits_more_than_its_examples() {
        let rule = "def shipping(amount):\n    return 0 if amount >= 20 else 4\n";
        assert_eq!(fitted(rule, TESTS), 0);
        let wider = "def shipping(amount):\n    return {20: 0, 19: 4, 18: 5, 17: 6}[amount]\n";
        assert_eq!(fitted(wider, TESTS), 0, "the tests do not have all of it");
        let words = "def is_free(day):\n    return day == 'sat' or day == 'sun'\n";
        assert_eq!(
            fitted(words, "is_free('sat') is_free('sun') is_free('mon')"),
            0
        );
        assert_eq!(fitted("def f(a):\n    return a + 20\n", TESTS), 0);
        assert_eq!(
            fitted("def f(a):\n    if a == 20:\n        return a * 0\n", TESTS),
            0
        );
        assert_eq!(fitted("def f():\n    return 20\n", TESTS), 0);
    }
}
