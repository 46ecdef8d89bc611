//! Finds the mutants that keep a build from succeeding, by the places that the compiler names.

use super::super::build::{Complaint, Message, Span};
use super::super::syntax;
use super::emit::{Dropped, Part, Written};
use super::place::Form;
use super::plan::Plan;
use crate::mutate::refusal::Refusal;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// How far a complaint reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The mutant that the compiler names, or those nearest to what it names.
    Near,
    /// Every mutant of the function that it names.
    Function,
}

/// What the compiler's `complaints` take out of `written`. `path_of` gives the path from the
/// repository's root of a file that the compiler names.
pub(super) fn blamed(
    complaints: &[Complaint],
    (plan, written): (&Plan, &BTreeMap<String, Written>),
    reach: Reach,
    path_of: impl Fn(&str) -> String,
) -> Dropped {
    let mut dropped = Dropped::default();
    let mut lost: BTreeMap<String, String> = BTreeMap::new();
    for complaint in complaints {
        let message = &complaint.message;
        let said = said(message);
        let mut named = Vec::new();
        spans(message, &mut named);
        let mut known = named.iter().filter_map(|span| {
            let path = path_of(&span.file_name);
            let written = written.get(&path)?;
            Some((
                path,
                written,
                span.byte_start..span.byte_end.max(span.byte_start),
            ))
        });
        let Some((path, file, bytes)) = known.next() else {
            continue;
        };
        let found = std::iter::once((path.clone(), file, bytes))
            .chain(known)
            .map(|(path, file, bytes)| (path, found(plan, file, &bytes, reach)))
            .find(|(_, (found, _))| !found.is_empty());
        let Some((path, (parts, is_sure))) = found else {
            lost.insert(path, said);
            continue;
        };
        for part in parts {
            match part {
                Part::Mutant(index) => {
                    let said = said.clone();
                    let refusal = if is_sure {
                        Refusal::Hopeless(said)
                    } else {
                        Refusal::Fixed(said)
                    };
                    dropped.mutants.entry(index).or_insert(refusal);
                }
                Part::Lints => {
                    dropped.lints.insert(path.clone());
                }
                Part::Site(_) => {}
            }
        }
    }
    if dropped == Dropped::default() {
        for (path, said) in lost {
            let own = plan.sites.iter().filter(|site| site.path == path);
            let all = own.flat_map(|site| &site.mutants);
            let refusal = Refusal::Fixed(said);
            dropped
                .mutants
                .extend(all.map(|index| (*index, refusal.clone())));
        }
    }
    dropped
}

/// The compiler's words on one line.
pub(super) fn said(message: &Message) -> String {
    let words = message.message.lines().next().unwrap_or_default();
    match &message.code {
        Some(code) => format!("{}: {words}", code.code),
        None => words.to_owned(),
    }
}

/// Every span of a message, the most telling first.
fn spans<'m>(message: &'m Message, found: &mut Vec<&'m Span>) {
    for primary in [true, false] {
        for span in message
            .spans
            .iter()
            .filter(|span| span.is_primary == primary)
        {
            found.push(span);
            let mut inner = span;
            while let Some(expansion) = &inner.expansion {
                inner = &expansion.span;
                found.push(inner);
            }
        }
    }
    for child in &message.children {
        spans(child, found);
    }
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The mutants, or the lints, that a complaint about `bytes` of a written file speaks of, and
/// whether it is about nothing else.
fn found(plan: &Plan, file: &Written, bytes: &Range<usize>, reach: Reach) -> (Vec<Part>, bool) {
    if reach == Reach::Function {
        let all = around(file, bytes).map(|function| within(file, &function));
        return (all.unwrap_or_default(), false);
    }
    let smallest = |wanted: &dyn Fn(&Part) -> bool| {
        let around = file.parts.iter();
        let around = around.filter(|(part, of)| holds(part, bytes) && wanted(of));
        around.min_by_key(|(part, _)| part.len())
    };
    if let Some((_, part)) = smallest(&|part| !matches!(part, Part::Site(_))) {
        return (vec![part.clone()], true);
    }
    let inner = within(file, bytes);
    if !inner.is_empty() {
        return (flow(plan, inner), false);
    }
    if let Some((whole, _)) = smallest(&|part| matches!(part, Part::Site(_))) {
        return (flow(plan, within(file, whole)), false);
    }
    let all = around(file, bytes).map(|function| within(file, &function));
    (flow(plan, all.unwrap_or_default()), false)
}

/// Every mutant that is written inside `bytes`.
fn within(file: &Written, bytes: &Range<usize>) -> Vec<Part> {
    let inner = file
        .parts
        .iter()
        .filter(|(part, of)| holds(bytes, part) && matches!(of, Part::Mutant(_)));
    inner.map(|(_, part)| part.clone()).collect()
}

/// Of several suspects those that change which code runs, if there are any: what is missing then
/// is missed elsewhere.
fn flow(plan: &Plan, parts: Vec<Part>) -> Vec<Part> {
    let leaves = |part: &&Part| {
        let Part::Mutant(index) = part else {
            return false;
        };
        let site = plan
            .site_of
            .get(index)
            .and_then(|site| plan.sites.get(*site));
        site.is_some_and(|site| {
            matches!(site.place.form, Form::Statement | Form::Arm | Form::Guard)
        })
    };
    let some: Vec<Part> = parts.iter().filter(leaves).cloned().collect();
    if some.is_empty() { parts } else { some }
}

/// The function around `bytes`.
fn around(file: &Written, bytes: &Range<usize>) -> Option<Range<usize>> {
    let tree = syntax::parse(&file.text)?;
    let node = tree
        .root_node()
        .descendant_for_byte_range(bytes.start, bytes.end)?;
    let mut nodes = std::iter::successors(Some(node), |node| node.parent());
    let function = nodes.find(|node| node.kind() == "function_item")?;
    Some(function.byte_range())
}

/// The files that complaints speak of, from the repository's root.
pub(super) fn files(
    complaints: &[Complaint],
    path_of: impl Fn(&str) -> String,
) -> BTreeSet<String> {
    let mut named = Vec::new();
    for complaint in complaints {
        spans(&complaint.message, &mut named);
    }
    named.iter().map(|span| path_of(&span.file_name)).collect()
}
