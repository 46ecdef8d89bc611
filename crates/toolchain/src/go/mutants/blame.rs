//! Finds the mutants that keep a build from succeeding, by the places that the compiler names.

use super::super::place::located;
use super::emit::branch_number;
use super::plan::{Plan, Site};
use crate::ask::Ask;
use crate::mutate::Holder;
use crate::mutate::refusal::Refusal;
use std::collections::BTreeMap;

/// One complaint of the compiler: file, line, column and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    file: String,
    line: u32,
    column: u32,
    pub(super) words: String,
}

/// Every complaint of a build that has a place.
pub(super) fn complaints(text: &str) -> Vec<Complaint> {
    let mut found: Vec<Complaint> = Vec::new();
    for line in text.lines() {
        if let (Some(more), Some(last)) = (line.strip_prefix('\t'), found.last_mut()) {
            last.words.push(' ');
            last.words.push_str(more.trim());
            continue;
        }
        found.extend(complaint(line));
    }
    found
}

/// `./a.go:3:5: words`
fn complaint(line: &str) -> Option<Complaint> {
    let (file, rest) = line.split_once(".go:")?;
    let mut parts = rest.splitn(3, ':');
    let (at, column) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Complaint {
        file: format!("{file}.go"),
        line: at,
        column,
        words: parts.next()?.trim().to_owned(),
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

/// What the compiler's `complaints` take out of the build.
pub(super) fn blamed(
    ask: &Ask<'_>,
    complaints: &[Complaint],
    (plan, texts): (&Plan, &BTreeMap<String, String>),
    reach: Reach,
) -> BTreeMap<usize, Refusal> {
    let mut found = BTreeMap::new();
    for complaint in complaints {
        if let Some(number) = branch_number(&complaint.file) {
            let said = Refusal::Hopeless(complaint.words.clone());
            found.extend(plan.numbered(number).map(|index| (index, said)));
            continue;
        }
        let path = located(ask, None, &complaint.file, complaint.line).path;
        let Some(at) = texts.get(&path).and_then(|text| offset(text, complaint)) else {
            continue;
        };
        let said = Refusal::Fixed(complaint.words.clone());
        let around = |site: &&Site| {
            site.path == path && site.place.bytes.start <= at && at < site.place.bytes.end
        };
        let sites: Vec<&Site> = match reach {
            Reach::Near => {
                let near = plan.sites.iter().filter(around);
                near.min_by_key(|site| site.place.bytes.len())
                    .into_iter()
                    .collect()
            }
            Reach::Function => {
                let holders = super::holders(texts.get(&path).map_or("", String::as_str));
                let holds = |holder: &&Holder| holder.bytes.contains(&at);
                let bytes = holders.iter().find(holds).map(|holder| &holder.bytes);
                let inside = |site: &&Site| {
                    let start = site.place.bytes.start;
                    site.path == path && bytes.is_some_and(|bytes| bytes.contains(&start))
                };
                plan.sites.iter().filter(inside).collect()
            }
        };
        let all = sites.iter().flat_map(|site| &site.mutants);
        found.extend(all.map(|index| (*index, said.clone())));
    }
    found
}

/// The byte that a complaint names.
fn offset(text: &str, complaint: &Complaint) -> Option<usize> {
    let nth = usize::try_from(complaint.line).ok()?.checked_sub(1)?;
    let line: usize = text.split_inclusive('\n').take(nth).map(str::len).sum();
    let column = usize::try_from(complaint.column).ok()?.checked_sub(1)?;
    Some((line + column).min(text.len()))
}
