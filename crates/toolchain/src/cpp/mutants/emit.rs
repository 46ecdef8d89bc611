//! Writes files in which every mutant is a branch.
//!
//! A branch holds head's text with one edit, behind a `#line` with numbers that no line of head
//! has: so a complaint names its mutant, and all other lines keep the numbers of head. Among the
//! arguments of a macro a directive has no place: there a branch stands on its place's first line.

use super::super::tokens::tokens;
use super::literal::ended;
use super::place::Form;
use super::plan::{Plan, Site};
use super::prelude::{self, IS_ON};
use redgreen_core::mutant::Mutant;
use std::collections::BTreeMap;

/// Mutants that are left out of the build, and what the compiler said.
pub(super) type Dropped = BTreeMap<usize, crate::mutate::refusal::Refusal>;

/// The first line of branches, in a file that is not longer. The oldest standards know no line
/// beyond 32767.
const BRANCHES: usize = 20_000;

/// A rewritten file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) text: String,
    /// The number of a mutant by the first line of its branch, as the compiler counts.
    branches: BTreeMap<usize, usize>,
}

impl Written {
    /// The number of the mutant whose branch stands at `line`.
    pub(super) fn number_at(&self, line: usize) -> Option<usize> {
        let (_, number) = self.branches.range(..=line).next_back()?;
        Some(*number)
    }
}

/// One piece that is put in: where, its place among others there, the text.
type Insertion = (usize, (u8, usize), String);

/// Head's `text` at `path` with every mutant in it that is not dropped.
pub(super) fn write(
    (path, text): (&str, &str),
    plan: &Plan,
    mutants: &[Mutant],
    dropped: &Dropped,
) -> Written {
    let mut written = Written::default();
    let mut line = BRANCHES.max(text.lines().count() + 1000);
    let mut insertions: Vec<Insertion> = Vec::new();
    let sites = plan.sites.iter().enumerate();
    for (nth, site) in sites.filter(|(_, site)| site.path == path) {
        let mut branches = Vec::new();
        for (number, branch) in bodies((site, text), mutants, dropped) {
            let head = if site.place.is_flat {
                String::new()
            } else {
                written.branches.insert(line, number);
                let head = format!("\n#line {line}\n");
                line += branch.lines().count() + 1;
                head
            };
            let branch = if site.place.is_flat {
                flat(&branch)
            } else {
                format!("{branch}\n")
            };
            branches.push((format!("{IS_ON}({nth}, {number})"), head, branch));
        }
        if !branches.is_empty() {
            insertions.extend(switch(site, text, &branches));
        }
    }
    if insertions.is_empty() {
        written.text = text.to_owned();
        return written;
    }
    insertions.sort_by_key(|(at, order, _)| (*at, *order));
    written.text = prelude::text(plan.sites.len());
    let mut done = 0;
    for (at, _, more) in insertions {
        written
            .text
            .push_str(text.get(done..at).unwrap_or_default());
        written.text.push_str(&more);
        done = at;
    }
    written.text.push_str(text.get(done..).unwrap_or_default());
    written
}

/// Number and text of every branch of a place.
fn bodies(
    (site, text): (&Site, &str),
    mutants: &[Mutant],
    dropped: &Dropped,
) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for index in &site.mutants {
        let (Some(mutant), Some(number)) = (mutants.get(*index), site.number(*index)) else {
            continue;
        };
        if dropped.contains_key(index) {
            continue;
        }
        let whole = &site.place.bytes;
        let before = text.get(whole.start..mutant.bytes.start);
        let behind = text.get(mutant.bytes.end..whole.end);
        let (before, behind) = (before.unwrap_or_default(), behind.unwrap_or_default());
        let branch = match site.place.form {
            Form::Start => mutant.now.trim_start_matches('{').to_owned(),
            Form::Text => {
                let now = ended(&mutant.was).unwrap_or_else(|| mutant.now.clone());
                format!("{before}{now}{behind}")
            }
            Form::Statement | Form::Truth | Form::Value => {
                format!("{before}{}{behind}", mutant.now)
            }
        };
        found.push((number, branch));
    }
    found
}

/// What is put in before and behind a place. Branches: their condition, what stands before them,
/// their text.
fn switch(site: &Site, text: &str, branches: &[(String, String, String)]) -> Vec<Insertion> {
    let (start, end) = (site.place.bytes.start, site.place.bytes.end);
    // At one place: the ends of what stood before it, inner ones first; then what begins there,
    // outer ones first.
    let (closing, opening) = ((0, usize::MAX - start), (2, usize::MAX - end));
    let back = |at: usize| match site.place.is_flat {
        true => String::new(),
        false => line_at(text, at),
    };
    let chain = |word: &str| -> String {
        let all = branches
            .iter()
            .enumerate()
            .map(|(nth, (on, head, branch))| {
                let word = if nth == 0 { "" } else { word };
                format!("{word}if ({on}) {{{head}{branch}}}")
            });
        all.collect()
    };
    match site.place.form {
        Form::Start => vec![(end, (1, 0), format!(" {}{}", chain(" else "), back(end)))],
        Form::Statement => vec![
            (
                start,
                opening,
                format!("{{ {} else {{{}", chain(" else "), back(start)),
            ),
            (end, closing, " } }".to_owned()),
        ],
        Form::Truth | Form::Value | Form::Text => {
            let (open, sign, close) = match site.place.form {
                Form::Truth => ("(", "!!", "))"),
                Form::Text => ("(*(", "&", ")))"),
                Form::Start | Form::Statement | Form::Value => ("(", "", "))"),
            };
            let choices = branches
                .iter()
                .map(|(on, head, branch)| format!("{on} ? {sign}({head}{branch}) : "));
            let choices: String = choices.collect();
            vec![
                (
                    start,
                    opening,
                    format!("{open}{choices}{sign}({}", back(start)),
                ),
                (end, closing, close.to_owned()),
            ]
        }
    }
}

/// A directive that tells the compiler where in head's text the next byte stands, and blanks up to
/// its column.
fn line_at(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = columns(before.get(start..).unwrap_or_default());
    format!("\n#line {line}\n{}", " ".repeat(column))
}

/// How many columns a text takes: a tab ends at a multiple of eight.
pub(super) fn columns(text: &str) -> usize {
    text.chars().fold(0, |column, letter| match letter {
        '\t' => (column / 8 + 1) * 8,
        _ => column + 1,
    })
}

/// The text on one line, without comments.
fn flat(text: &str) -> String {
    let mut made = String::new();
    let mut end = 0;
    for token in tokens(text) {
        if token.bytes.start > end {
            made.push(' ');
        }
        made.push_str(token.of(text));
        end = token.bytes.end;
    }
    made
}
