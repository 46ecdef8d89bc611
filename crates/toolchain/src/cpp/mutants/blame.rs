//! Finds the mutants that keep a build from succeeding, by the places that the compiler names.

use super::super::model::in_tree;
use super::emit::{Dropped, Written, columns, write};
use super::plan::{Plan, Site};
use crate::ask::Ask;
use crate::mutate::Holder;
use crate::mutate::refusal::Refusal;
use redgreen_core::mutant::Mutant;
use std::collections::BTreeMap;

/// One error of a compiler, or what it adds to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    file: String,
    line: usize,
    column: usize,
    pub(super) words: String,
    /// Whether it is an error, and no note to the one before it.
    pub(super) is_error: bool,
}

/// Every complaint of a build that has a place.
pub(super) fn complaints(text: &str) -> Vec<Complaint> {
    text.lines().filter_map(complaint).collect()
}

/// `FILE:LINE:COLUMN: error: WORDS`
fn complaint(line: &str) -> Option<Complaint> {
    let marks = [
        (": fatal error: ", true),
        (": error: ", true),
        (": note: ", false),
    ];
    let (place, words, is_error) = marks.iter().find_map(|(mark, is_error)| {
        let (place, words) = line.split_once(mark)?;
        Some((place, words, *is_error))
    })?;
    let mut parts = place.rsplitn(3, ':');
    let (column, at, file) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Complaint {
        file: file.trim().to_owned(),
        line: at.parse().ok()?,
        column: column.parse().ok()?,
        words: words.trim().to_owned(),
        is_error,
    })
}

/// How far a complaint about head's own text reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Every mutant of the innermost place around it.
    Near,
    /// Every mutant of the function around it.
    Function,
}

/// What a build was made of.
pub(super) struct Made<'m> {
    pub(super) plan: &'m Plan,
    pub(super) mutants: &'m [Mutant],
    pub(super) texts: &'m BTreeMap<String, String>,
    pub(super) dropped: &'m Dropped,
}

/// What the compiler's `complaints` take out of the build. A note counts where the error that it
/// belongs to names no mutant.
pub(super) fn blamed(
    ask: &Ask<'_>,
    complaints: &[Complaint],
    made: &Made<'_>,
    reach: Reach,
) -> BTreeMap<usize, Refusal> {
    let mut known: BTreeMap<(&str, usize, usize), Vec<usize>> = BTreeMap::new();
    let mut files: BTreeMap<String, Written> = BTreeMap::new();
    let mut found = BTreeMap::new();
    let mut is_answered = false;
    for complaint in complaints {
        if complaint.is_error {
            is_answered = false;
        } else if is_answered {
            continue;
        }
        let place = (complaint.file.as_str(), complaint.line, complaint.column);
        if let Some(own) = known.get(&place) {
            // A header's errors come once with every file that includes it.
            is_answered |= !own.is_empty();
            continue;
        }
        let own = of_one(ask, complaint, (made, &mut files), reach);
        is_answered |= !own.is_empty();
        known.insert(place, own.iter().map(|(index, _)| *index).collect());
        for (index, refusal) in own {
            found.entry(index).or_insert(refusal);
        }
    }
    found
}

fn of_one(
    ask: &Ask<'_>,
    complaint: &Complaint,
    (made, files): (&Made<'_>, &mut BTreeMap<String, Written>),
    reach: Reach,
) -> Vec<(usize, Refusal)> {
    let path = in_tree(ask, &complaint.file).unwrap_or_default();
    let Some(text) = made.texts.get(&path) else {
        return Vec::new();
    };
    let written = files
        .entry(path.clone())
        .or_insert_with(|| write((&path, text), made.plan, made.mutants, made.dropped));
    if let Some(number) = written.number_at(complaint.line) {
        let said = Refusal::Hopeless(complaint.words.clone());
        let index = made.plan.numbered(number);
        return index.map(|index| (index, said)).into_iter().collect();
    }
    let Some(at) = offset(text, complaint) else {
        return Vec::new();
    };
    let all: Vec<&usize> = match reach {
        Reach::Near => {
            let near = near(made.plan, &path, at);
            near.into_iter().flat_map(|site| &site.mutants).collect()
        }
        Reach::Function => around(made.plan, (&path, text), at),
    };
    let said = Refusal::Fixed(complaint.words.clone());
    all.into_iter()
        .map(|index| (*index, said.clone()))
        .collect()
}

/// The mutants of the function around a byte; outside of any, those of the file.
fn around<'p>(plan: &'p Plan, (path, text): (&str, &str), at: usize) -> Vec<&'p usize> {
    let holders = super::holders(text);
    let holds = |holder: &&Holder| holder.bytes.contains(&at);
    let bytes = holders.iter().find(holds).map(|holder| &holder.bytes);
    let inside = |site: &&Site| {
        let start = site.place.bytes.start;
        site.path == path && bytes.is_none_or(|bytes| bytes.contains(&start))
    };
    let inside = plan.sites.iter().filter(inside);
    inside.flat_map(|site| &site.mutants).collect()
}

/// The innermost place around a byte.
fn near<'p>(plan: &'p Plan, path: &str, at: usize) -> Option<&'p Site> {
    let around = |site: &&Site| {
        let bytes = &site.place.bytes;
        site.path == path && bytes.start <= at && at <= bytes.end
    };
    let sites = plan.sites.iter().filter(around);
    sites.min_by_key(|site| site.place.bytes.len())
}

/// The byte of head's text that a complaint names.
fn offset(text: &str, complaint: &Complaint) -> Option<usize> {
    let nth = complaint.line.checked_sub(1)?;
    let start: usize = text.split_inclusive('\n').take(nth).map(str::len).sum();
    let line = text.get(start..)?.lines().next()?;
    let ends = line.char_indices().map(|(at, _)| at);
    let before = |at: &usize| columns(line.get(..*at).unwrap_or_default()) + 1 < complaint.column;
    Some(start + ends.take_while(before).count().min(line.len()))
}
