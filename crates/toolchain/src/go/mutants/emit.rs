//! Writes files in which every mutant is a branch.
//!
//! A branch holds head's text with one edit, behind a comment that tells the compiler to call it
//! `rg-N.go`: so a complaint names its mutant, and all other lines keep the numbers of head.

use super::module::ON;
use super::place::Form;
use super::plan::{Plan, Site};
use redgreen_core::mutant::Mutant;
use std::collections::BTreeMap;

/// Mutants that are left out of the build, and what the compiler said.
pub(super) type Dropped = BTreeMap<usize, crate::mutate::refusal::Refusal>;

/// What the compiler calls the branch of the mutant with this number.
pub(super) fn branch_name(number: usize) -> String {
    format!("rg-{number}.go")
}

/// The number in a name that [`branch_name`] gave.
pub(super) fn branch_number(path: &str) -> Option<usize> {
    let name = path.rsplit('/').next()?;
    name.strip_prefix("rg-")?.strip_suffix(".go")?.parse().ok()
}

/// A text that is put in: where, in which order among those at one place, and what.
type Insertion = (usize, (u8, usize), String);

/// The file at `path` with every mutant in it that is not dropped.
pub(super) fn write(
    (path, text): (&str, &str),
    plan: &Plan,
    mutants: &[Mutant],
    dropped: &Dropped,
) -> String {
    let mut insertions: Vec<Insertion> = Vec::new();
    let sites = plan.sites.iter().enumerate();
    for (nth, site) in sites.filter(|(_, site)| site.path == path) {
        let branches = branches((site, text), mutants, dropped);
        if !branches.is_empty() {
            insertions.extend(switch((nth, site), (path, text), &branches));
        }
    }
    insertions.sort_by_key(|(at, order, _)| (*at, *order));
    let mut written = String::new();
    let mut done = 0;
    for (at, _, more) in insertions {
        written.push_str(text.get(done..at).unwrap_or_default());
        written.push_str(&more);
        done = at;
    }
    written.push_str(text.get(done..).unwrap_or_default());
    written
}

/// Number and text of every branch of a place.
fn branches(
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
            Form::Statements | Form::Truth => format!("{before}{}{behind}", mutant.now),
        };
        let named = format!("/*line {}:1:1*/{branch}", branch_name(number));
        found.push((number, named));
    }
    found
}

/// What is put in before and behind a place.
fn switch(
    (nth, site): (usize, &Site),
    (path, text): (&str, &str),
    branches: &[(usize, String)],
) -> Vec<Insertion> {
    let (start, end) = (site.place.bytes.start, site.place.bytes.end);
    let on = format!("{ON}({nth}, {}, {})", site.first, site.mutants.len());
    let (back, on_again) = (line_at(path, text, start), line_at(path, text, end));
    // At one place: the ends of what stood before it, inner ones first; then what begins there,
    // outer ones first.
    let (closing, opening) = ((0, usize::MAX - start), (2, usize::MAX - end));
    let chain: Vec<String> = branches
        .iter()
        .map(|(number, branch)| format!("redgreenN_ == {number} {{ {branch} }}"))
        .collect();
    let chain = format!("if redgreenN_ := {on}; {}", chain.join(" else if "));
    match site.place.form {
        Form::Start => vec![(end, (1, 0), format!(" {chain}; {on_again}"))],
        Form::Statements => vec![
            (start, opening, format!("{chain} else {{ {back}")),
            (end, closing, format!(" }}{on_again}")),
        ],
        Form::Truth => {
            let returns = branches.iter().map(|(number, branch)| {
                format!("if redgreenN_ == {number} {{ return bool({branch}) }}; ")
            });
            let returns: String = returns.collect();
            let open = format!("func() bool {{ redgreenN_ := {on}; {returns}return bool({back}");
            vec![
                (start, opening, open),
                (end, closing, format!(") }}(){on_again}")),
            ]
        }
    }
}

/// A comment that tells the compiler where in head's text the next byte stands.
fn line_at(path: &str, text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = at - before.rfind('\n').map_or(0, |end| end + 1) + 1;
    let name = path.rsplit('/').next().unwrap_or(path);
    format!("/*line {name}:{line}:{column}*/")
}
