//! Draws the changed functions and the findings.

use super::Paper;
use super::table::place;
use crate::command::typed::quoted;
use crate::json::ProveDocument;
use crate::screen::{Palette, Tone, harmless};
use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::id::TestId;
use redgreen_core::proof::{FunctionJudged, FunctionVerdict, Mark, Proof};
use std::collections::BTreeSet;

/// How many tests are named beside a function.
const NAMED: usize = 3;

/// How many acceptances are written out.
const ACCEPTED: usize = 5;

/// Every changed function and what proves it.
pub(super) fn functions(paper: &Paper, proof: &Proof) -> String {
    if proof.functions.is_empty() {
        return String::new();
    }
    let mut text = paper.heading(&format!("Changed functions ({})", proof.functions.len()));
    for function in paper.shown(&proof.functions) {
        text.push_str(&function_line(paper.palette, function));
    }
    text + &paper.left(&proof.functions)
}

fn function_line(palette: Palette, function: &FunctionJudged) -> String {
    let (mark, words) = match &function.verdict {
        FunctionVerdict::ProvenBy(tests) => (Mark::Passed, proven_by(tests)),
        FunctionVerdict::NotToldApart => (Mark::Mixed, "not told apart".to_owned()),
        FunctionVerdict::NotReached => (
            Mark::Failed,
            "no proving test was seen to reach it".to_owned(),
        ),
        FunctionVerdict::Removed => (Mark::Absent, "removed".to_owned()),
        FunctionVerdict::Exempt => (
            Mark::Unknown,
            "exempt: this kind of change owes no proof of it".to_owned(),
        ),
    };
    let mark = palette.paint(Palette::tone(mark), palette.mark(mark));
    let name = harmless(&function.name);
    let at = palette.paint(Tone::Quiet, &place(&function.at));
    format!("  {mark} {name}  {at}  {words}\n")
}

fn proven_by(tests: &[TestId]) -> String {
    let named = tests
        .iter()
        .take(NAMED)
        .map(|test| harmless(&test.to_string()));
    let named: Vec<String> = named.collect();
    let more = match tests.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("proven by {}{more}", named.join(", "))
}

/// Every finding, heaviest first; the page of each code is named once.
pub(super) fn findings(paper: &Paper, proof: &Proof) -> String {
    if proof.findings.is_empty() {
        return String::new();
    }
    let mut explained = BTreeSet::new();
    let mut text = paper.heading(&format!("Findings ({})", proof.findings.len()));
    for found in paper.shown(&proof.findings) {
        text.push_str(&finding(paper.palette, found, &mut explained));
    }
    text + &paper.left(&proof.findings)
}

/// The command that accepts what blocks and may be wanted, ready to be typed.
pub(super) fn acceptance(paper: &Paper, document: &ProveDocument) -> String {
    let mut wanted: Vec<String> = document
        .proof
        .findings
        .iter()
        .filter(|found| found.weight < Weight::Excepts && found.code.can_be_accepted())
        .map(|found| format!(" --accept {}", quoted(&harmless(&found.subject))))
        .collect();
    wanted.dedup();
    if wanted.is_empty() {
        return String::new();
    }
    let more = match wanted.len().saturating_sub(ACCEPTED) {
        0 => String::new(),
        more => format!("   (and {more} more)"),
    };
    wanted.truncate(ACCEPTED);
    let command = format!("{}{}", harmless(&document.reproduce), wanted.concat());
    let heading = paper.heading("if all of this is wanted, accept it by name:");
    format!("{heading}  {command}{more}\n")
}

fn finding(palette: Palette, found: &Finding, explained: &mut BTreeSet<Code>) -> String {
    let (word, tone) = weight(found.weight);
    let code = palette.paint_strong(tone, found.code.as_str());
    let mut head = format!("  {code} {}", palette.paint(tone, word));
    if !found.subject.is_empty() {
        head.push_str(&format!("  {}", harmless(&found.subject)));
    }
    let mut text = format!("{head}\n      {}\n", harmless(&found.message));
    if let Some(at) = &found.at {
        text.push_str(&format!(
            "      {}\n",
            palette.paint(Tone::Quiet, &place(at))
        ));
    }
    if explained.insert(found.code) {
        let page = format!("redgreen explain {}", found.code);
        text.push_str(&format!("      {}\n", palette.paint(Tone::Quiet, &page)));
    }
    text
}

fn weight(weight: Weight) -> (&'static str, Tone) {
    match weight {
        Weight::Blocks => ("blocks", Tone::Bad),
        Weight::Clouds => ("unclear", Tone::Doubtful),
        Weight::Excepts => ("exception", Tone::Doubtful),
        Weight::Advises => ("note", Tone::Quiet),
    }
}
