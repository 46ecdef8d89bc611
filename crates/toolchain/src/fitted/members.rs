//! Finds inputs that a function answers by asking whether they are among some numbers.

use super::{literal, sign};
use crate::mask::Token;

/// How few numbers may stand for themselves: ports, signs, truth.
const FEWEST: usize = 3;

/// Words by which languages ask whether something is among others.
const ASKING: [&str; 14] = [
    "in",
    "matches",
    "contains",
    "Contains",
    "includes",
    "include",
    "member",
    "has",
    "count",
    "indexOf",
    "index",
    "find",
    "case",
    "binary_search",
];

/// Words that make a collection out of what is written behind them.
const MAKING: [&str; 11] = [
    "of",
    "asList",
    "listOf",
    "setOf",
    "Set",
    "set",
    "frozenset",
    "tuple",
    "list",
    "int",
    "vec",
];

/// The numbers that the body asks for, where asking is all that it does. Words are no examples of
/// a rule: weekdays, methods and units are what they are.
pub(super) fn members<'t>(body: &[Token<'t>]) -> Vec<&'t str> {
    let mut found: Vec<&'t str> = Vec::new();
    let mut at = 0;
    while at < body.len() {
        let run = run(body, at);
        if run.len() >= FEWEST {
            at += 2 * run.len() - 1;
            found.extend(run);
        } else {
            at += 1;
        }
    }
    let asks = names(body).any(|name| ASKING.contains(&name)) || chooses(body);
    let is_all = asks && !calls_others(body) && !found.is_empty();
    if is_all { found } else { Vec::new() }
}

/// The numbers from `at` on, with commas or bars between them.
fn run<'t>(body: &[Token<'t>], at: usize) -> Vec<&'t str> {
    let number = |at: usize| {
        let text = literal(*body.get(at)?)?;
        text.starts_with(|c: char| c.is_ascii_digit())
            .then_some(text)
    };
    let mut found = Vec::new();
    let mut next = at;
    while let Some(text) = number(next) {
        found.push(text);
        if !matches!(sign(body, next + 1), Some(',' | '|')) {
            break;
        }
        next += 2;
    }
    // A pair of a table, or the arguments of a call, have something else around them.
    let opens = at == 0 || matches!(sign(body, at - 1), Some('(' | '[' | '{' | ',' | '|'));
    if opens || is_name(body, at.wrapping_sub(1), "case") {
        found
    } else {
        Vec::new()
    }
}

/// `2 | 3 => true`
fn chooses(body: &[Token<'_>]) -> bool {
    (0..body.len()).any(|at| {
        literal(body[at]).is_some()
            && sign(body, at + 1) == Some('=')
            && sign(body, at + 2) == Some('>')
    })
}

fn names<'b, 't>(body: &'b [Token<'t>]) -> impl Iterator<Item = &'t str> + 'b {
    body.iter().filter_map(|token| match token {
        Token::Name(name) => Some(*name),
        Token::Literal(_) | Token::Sign(_) => None,
    })
}

fn is_name(body: &[Token<'_>], at: usize, wanted: &str) -> bool {
    matches!(body.get(at), Some(Token::Name(name)) if *name == wanted)
}

/// Whether the body repeats something, or calls what does more than to look up.
fn calls_others(body: &[Token<'_>]) -> bool {
    let loops = |name: &str| {
        matches!(
            name,
            "for" | "while" | "loop" | "lambda" | "yield" | "await"
        )
    };
    if names(body).any(loops) {
        return true;
    }
    let is_known = |name: &str| {
        ASKING.contains(&name)
            || MAKING.contains(&name)
            || matches!(
                name,
                "if" | "switch" | "match" | "return" | "not" | "and" | "or"
            )
    };
    (0..body.len()).any(|at| match body[at] {
        Token::Name(name) => sign(body, at + 1) == Some('(') && !is_known(name),
        Token::Literal(_) | Token::Sign(_) => false,
    })
}
