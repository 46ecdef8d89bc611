//! Writes files in which every mutant is a branch, in pieces: a branch that the compiler refuses
//! is left out by the process that compiles them.
//!
//! Every line keeps its number: what is put in stands on one line.

use super::place::{Form, instead};
use super::plan::{Plan, Site};
use redgreen_core::mutant::{Mutant, Operator};
use std::ops::Range;

/// A part of a rewritten file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text that stays; it stands at this byte of head, or before it.
    Text(usize, String),
    /// A branch that may be left out.
    Branch {
        number: usize,
        member: Range<usize>,
        /// Whether it takes away what other statements may rest on.
        is_risky: bool,
        text: String,
    },
}

/// What is put in: where, its place among others there, the pieces.
type Insertion = (usize, (u8, usize), Vec<Piece>);

/// Head's `text` at `path` with every mutant in it.
pub(super) fn pieces((path, text): (&str, &str), plan: &Plan, mutants: &[Mutant]) -> Vec<Piece> {
    let mut insertions: Vec<Insertion> = Vec::new();
    let sites = plan.sites.iter().enumerate();
    for (place, site) in sites.filter(|(_, site)| site.path == path) {
        insertions.extend(switch((place, site), text, mutants));
    }
    let marks = plan.marks.iter().enumerate();
    for (nth, mark) in marks.filter(|(_, mark)| mark.path == path) {
        let place = plan.sites.len() + nth;
        let tells = format!(" redgreen_switch.On.at({place});");
        insertions.push((mark.entry, (1, 0), vec![Piece::Text(mark.entry, tells)]));
    }
    insertions.sort_by_key(|(at, order, _)| (*at, *order));
    let mut pieces = Vec::new();
    let mut done = 0;
    let mut keep = |pieces: &mut Vec<Piece>, to: usize| {
        let own = text.get(done..to).unwrap_or_default();
        if !own.is_empty() {
            pieces.push(Piece::Text(done, own.to_owned()));
        }
        done = to;
    };
    for (at, _, more) in insertions {
        keep(&mut pieces, at);
        pieces.extend(more);
    }
    keep(&mut pieces, text.len());
    pieces
}

/// What is put in before and behind a place.
fn switch((place, site): (usize, &Site), text: &str, mutants: &[Mutant]) -> Vec<Insertion> {
    let (start, end) = (site.place.bytes.start, site.place.bytes.end);
    // At one place: the ends of what stood before it, inner ones first; then what begins there,
    // outer ones first.
    let (closing, opening) = ((0, usize::MAX - start), (2, usize::MAX - end));
    let words = |at: usize, words: &str| Piece::Text(at, words.to_owned());
    let branches = |make: &dyn Fn(&str, &str) -> String| {
        let all = site.mutants.iter().filter_map(|index| {
            let (mutant, number) = (mutants.get(*index)?, site.number(*index)?);
            let on = format!("redgreen_switch.On.is({place}, {number})");
            Some(Piece::Branch {
                number,
                member: site.place.member.clone(),
                is_risky: is_risky(site.place.form, mutant),
                text: make(&on, &branch(site, text, mutant)),
            })
        });
        all.collect::<Vec<Piece>>()
    };
    match site.place.form {
        Form::Start => {
            let all = branches(&|on, branch| format!(" if ({on}) {{ {branch} }}"));
            vec![(start + 1, (1, 1), all)]
        }
        Form::Block => {
            let mut all = branches(&|on, _| format!(" if ({on}) {{ }} else"));
            all.push(words(start, " {"));
            vec![
                (start + 1, (1, 1), all),
                (end - 1, (0, usize::MAX), vec![words(end - 1, "}")]),
            ]
        }
        Form::Statement => {
            let mut all = vec![words(start, "{ ")];
            all.extend(branches(&|on, branch| {
                format!("if ({on}) {{ {branch} }} else ")
            }));
            all.push(words(start, "{ "));
            vec![
                (start, opening, all),
                (end, closing, vec![words(end, " } }")]),
            ]
        }
        Form::Value => {
            let mut all = vec![words(start, "(")];
            all.extend(branches(&|on, branch| format!("{on} ? ({branch}) : ")));
            all.push(words(start, "("));
            vec![
                (start, opening, all),
                (end, closing, vec![words(end, "))")]),
            ]
        }
    }
}

/// Without an assignment a variable may have no value, without an end a method may give none back.
fn is_risky(form: Form, mutant: &Mutant) -> bool {
    let takes_out = matches!(mutant.operator, Operator::Statement | Operator::ErrorPath);
    form == Form::Block || takes_out
}

/// The text of one branch: head's own with the edit, on one line.
fn branch(site: &Site, text: &str, mutant: &Mutant) -> String {
    let whole = &site.place.bytes;
    let before = text.get(whole.start..mutant.bytes.start);
    let behind = text.get(mutant.bytes.end..whole.end);
    let (before, behind) = (before.unwrap_or_default(), behind.unwrap_or_default());
    match (site.place.form, mutant.operator) {
        (Form::Start, Operator::NoOp) => ";".to_owned(),
        (Form::Start, _) => flat(&instead(&mutant.now)),
        _ => flat(&format!("{before}{}{behind}", mutant.now)),
    }
}

/// The text on one line, without comments.
pub(super) fn flat(text: &str) -> String {
    let mut made = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = match letter {
            '/' if rest.starts_with("//") => {
                made.push(' ');
                rest.find('\n').unwrap_or(rest.len())
            }
            '/' if rest.starts_with("/*") => {
                made.push(' ');
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            }
            '"' | '\'' => {
                let length = quoted(rest, letter);
                made.push_str(&rest[..length]);
                length
            }
            '\n' | '\r' | '\t' => {
                made.push(' ');
                1
            }
            _ => {
                made.push(letter);
                letter.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    made
}

/// How many bytes a text or letter between quotes takes.
fn quoted(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if letter == quote && !is_escaped {
            return at + 1;
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    text.len()
}
