//! Finds the table of a file that a function looks its answers up in, and the pairs of a table
//! that is written as a list of them.

use super::{literal, sign};
use crate::mask::Token;

/// What the file assigns to each name that `body` looks something up in.
pub(super) fn looked_up<'t>(body: &[Token<'t>], file: &[Token<'t>]) -> Vec<Token<'t>> {
    let mut found = Vec::new();
    for (at, token) in body.iter().enumerate() {
        let Token::Name(name) = token else { continue };
        let is_asked = matches!(sign(body, at + 1), Some('[' | '.'));
        if is_asked && !body[..at].iter().any(|earlier| is_it(earlier, name)) {
            found.extend(assigned(file, name));
        }
    }
    found
}

fn is_it(token: &Token<'_>, name: &str) -> bool {
    matches!(token, Token::Name(other) if *other == name)
}

/// The value behind `name =`, where that is a collection written out, outside of every bracket.
fn assigned<'t>(file: &[Token<'t>], name: &str) -> Vec<Token<'t>> {
    let mut depth = 0_i32;
    for (at, token) in file.iter().enumerate() {
        depth += step(token);
        // A class, or a module in braces, may stand around it.
        // `Map<String, Integer> PRICES = ...` assigns nothing to `Map`.
        if depth > 1 || !is_it(token, name) || sign(file, at + 1) == Some('<') {
            continue;
        }
        // Its type may stand between the name and the value.
        let behind = &file[at + 1..];
        let equals = behind
            .iter()
            .position(|token| matches!(token, Token::Sign('=' | ';')));
        let Some(equals) = equals.filter(|equals| *equals < 24) else {
            continue;
        };
        let is_value = matches!(behind[equals], Token::Sign('='))
            && !matches!(sign(behind, equals + 1), Some('=' | '>'));
        let opens = behind[equals..].iter().position(|token| step(token) > 0);
        if let (true, Some(opens)) = (is_value, opens.filter(|opens| *opens < 8)) {
            let value = &behind[equals + 1..];
            return value[..extent(value, opens - 1)].to_vec();
        }
    }
    Vec::new()
}

/// How many tokens there are up to the end of the brackets that open at `from`, and of those that
/// follow at once, or behind the name of a type.
fn extent(value: &[Token<'_>], from: usize) -> usize {
    let mut depth = 0_i32;
    for (at, token) in value.iter().enumerate().skip(from) {
        depth += step(token);
        // `map[int]int{`
        let is_type = matches!(token, Token::Sign(']'))
            && matches!(value.get(at + 1), Some(Token::Name(_)))
            && sign(value, at + 2) == Some('{');
        let goes_on = is_type || value.get(at + 1).is_some_and(|next| step(next) > 0);
        if depth == 0 && !goes_on {
            return at + 1;
        }
    }
    value.len()
}

fn step(token: &Token<'_>) -> i32 {
    match token {
        Token::Sign('(' | '[' | '{') => 1,
        Token::Sign(')' | ']' | '}') => -1,
        Token::Sign(_) | Token::Name(_) | Token::Literal(_) => 0,
    }
}

/// Keys and values that stand side by side: `(20, 0), (19, 4)`, `Map.of(20, 0, 19, 4)`.
pub(super) fn side_by_side<'t>(body: &[Token<'t>]) -> Vec<(&'t str, &'t str)> {
    let value = |at: usize| literal(*body.get(at)?);
    let comma = |at: usize| sign(body, at) == Some(',');
    let mut found = Vec::new();
    for at in 0..body.len() {
        let opens = step(&body[at]) > 0;
        let (Some(key), Some(answer)) = (value(at + 1), value(at + 3)) else {
            continue;
        };
        if !opens || !comma(at + 2) {
            continue;
        }
        // In front of a colon it is a key of two parts.
        let closes = body.get(at + 4).is_some_and(|token| step(token) < 0)
            && sign(body, at + 5) != Some(':');
        let before = at.checked_sub(1).map(|before| body[before]);
        let is_entry = match before {
            Some(Token::Sign('(' | '[' | '{' | ',' | '&')) => true,
            Some(Token::Name(name)) => name == "entry",
            Some(Token::Sign(_) | Token::Literal(_)) | None => false,
        };
        if closes && is_entry {
            found.push((key, answer));
        } else if is_map_of(body, at) {
            let mut next = at + 1;
            while let (Some(key), true, Some(answer)) =
                (value(next), comma(next + 1), value(next + 2))
            {
                found.push((key, answer));
                next += 4;
            }
        }
    }
    // A single pair is an argument list, or a range.
    if found.len() < 2 { Vec::new() } else { found }
}

fn is_map_of(body: &[Token<'_>], at: usize) -> bool {
    at >= 3
        && is_it(&body[at - 1], "of")
        && sign(body, at - 2) == Some('.')
        && is_it(&body[at - 3], "Map")
}
