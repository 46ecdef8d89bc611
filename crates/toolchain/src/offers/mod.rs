//! Finds what a source file offers to those outside: flags, environment variables, configuration
//! keys, routes and public functions. Works on tokens and the outline, in any language: what a
//! framework declares looks much alike in all of them.

mod declared;
mod functions;
mod settings;
#[cfg(test)]
mod tests;

use crate::language::Language;
use crate::mask::{Comments, Token, tokens};
use crate::unit::Unit;
use redgreen_core::documents::{Offer, Sort};

/// What `text` offers. Test regions offer nothing; a test file is not to be asked about.
pub fn offers(language: &dyn Language, unit: &Unit, path: &str, text: &str) -> Vec<Offer> {
    let outline = language.outline(unit, path, text);
    let mut production = text.to_owned();
    for region in outline.regions.iter().rev() {
        // Lines keep their numbers, bytes their places.
        let blank: String = text
            .get(region.bytes.clone())
            .unwrap_or_default()
            .bytes()
            .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
            .collect();
        production.replace_range(region.bytes.clone(), &blank);
    }
    let source = Source::read(&production, language.name());
    let mut found = declared::offers(&source);
    found.extend(settings::offers(&source));
    let mut offers: Vec<Offer> = found
        .into_iter()
        .map(|(sort, name, at)| Offer {
            sort,
            name,
            path: path.to_owned(),
            line: line_of(&production, at),
            shape: String::new(),
            described: false,
        })
        .collect();
    offers.extend(functions::offers(language, &outline, path, text));
    offers.sort();
    offers.dedup_by(|one, other| one.sort == other.sort && one.name == other.name);
    offers
}

/// What is found, its name, and its first byte.
type Found = (Sort, String, usize);

/// A source file as tokens, with the place of each.
struct Source<'t> {
    language: &'t str,
    tokens: Vec<(Token<'t>, usize)>,
}

impl<'t> Source<'t> {
    fn read(text: &'t str, language: &'t str) -> Self {
        let start = text.as_ptr() as usize;
        let mut last = 0;
        let place = |token: Token<'t>| {
            if let Token::Name(part) | Token::Literal(part) = token {
                // Both are parts of `text`.
                last = part.as_ptr() as usize - start;
            }
            (token, last)
        };
        let tokens = tokens(text, Comments::of(language)).map(place).collect();
        Self { language, tokens }
    }

    fn name(&self, at: usize) -> Option<&'t str> {
        match self.tokens.get(at)?.0 {
            Token::Name(name) => Some(name),
            Token::Literal(_) | Token::Sign(_) => None,
        }
    }

    fn is_sign(&self, at: usize, sign: char) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|(token, _)| *token == Token::Sign(sign))
    }

    /// The text of a string, without quotes.
    fn string(&self, at: usize) -> Option<&'t str> {
        match self.tokens.get(at)?.0 {
            Token::Literal(text) => unquoted(text),
            Token::Name(_) | Token::Sign(_) => None,
        }
    }

    fn place(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(0, |(_, place)| *place)
    }

    /// The strings between the bracket at `open` and its end, those in brackets within left out,
    /// with their places among the tokens.
    fn strings_in(&self, open: usize) -> Vec<(usize, &'t str)> {
        let mut found = Vec::new();
        let mut depth = 0_usize;
        for at in open..self.tokens.len().min(open + 200) {
            match self.tokens[at].0 {
                Token::Sign('(' | '[' | '{') => depth += 1,
                Token::Sign(')' | ']' | '}') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                Token::Literal(text) if depth == 1 => {
                    found.extend(unquoted(text).map(|text| (at, text)));
                }
                Token::Literal(_) | Token::Name(_) | Token::Sign(_) => {}
            }
        }
        found
    }
}

fn unquoted(literal: &str) -> Option<&str> {
    let quote = literal.chars().next()?;
    let inner = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    matches!(quote, '"' | '\'' | '`').then_some(inner)
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = text.get(..at).unwrap_or_default();
    u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX)
}
