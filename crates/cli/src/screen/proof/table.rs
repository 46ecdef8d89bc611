//! Draws the tests in question: one line each, grouped by what the proof says of them.

use super::Paper;
use crate::screen::{Palette, Tone, harmless};
use redgreen_core::evidence::TreeKind;
use redgreen_core::outcome::Location;
use redgreen_core::proof::{Cell, Mark, Proof, TestJudged, TestVerdict};
use redgreen_core::reason::Reason;

/// The groups with their headings: what proves first, then what speaks against it.
const GROUPS: [(TestVerdict, &str); 14] = [
    (TestVerdict::Proves, "Prove the change"),
    (TestVerdict::Broken, "Fail on head"),
    (TestVerdict::Lost, "Old tests that no longer run"),
    (
        TestVerdict::Rewritten,
        "Old tests rewritten to fit the change",
    ),
    (TestVerdict::Red, "Red, as they should be before the change"),
    (
        TestVerdict::WrongReason,
        "Red without the change, for a reason that proves nothing",
    ),
    (TestVerdict::Unstable, "Different answers on one tree"),
    (TestVerdict::NeverRuns, "Never run"),
    (TestVerdict::Unclear, "Could not be decided"),
    (
        TestVerdict::FollowedApiChange,
        "Old tests that followed a changed interface",
    ),
    (
        TestVerdict::RemovedWithSubject,
        "Removed with their subject",
    ),
    (TestVerdict::Moved, "Moved"),
    (
        TestVerdict::Characterizes,
        "Pass with and without the change (count for nothing)",
    ),
    (TestVerdict::PreExistingFailure, "Failed on base already"),
];

/// One column: its label, and the trees that may fill it, best first.
type Column = (&'static str, &'static [TreeKind]);

const BASE: Column = ("base", &[TreeKind::R, TreeKind::B]);
const STUB: Column = ("stub", &[TreeKind::S]);
const UNTOUCHED: Column = ("base", &[TreeKind::B]);
const OLD: Column = ("old", &[TreeKind::T]);
const HEAD: Column = ("head", &[TreeKind::H]);

/// All groups of tests that are not empty.
pub(super) fn tests(paper: &Paper, proof: &Proof) -> String {
    let groups = GROUPS.iter().map(|(verdict, heading)| {
        let tests: Vec<&TestJudged> = proof
            .tests
            .iter()
            .filter(|test| test.verdict == *verdict)
            .collect();
        group(paper, heading, *verdict, &tests)
    });
    let written: Vec<String> = groups.filter(|group| !group.is_empty()).collect();
    written.join("\n")
}

fn group(paper: &Paper, heading: &str, verdict: TestVerdict, tests: &[&TestJudged]) -> String {
    if tests.is_empty() {
        return String::new();
    }
    let shown = paper.shown(tests);
    let columns = columns(verdict, shown);
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| {
            let texts = shown
                .iter()
                .map(|test| answer(test, *column, paper.palette));
            texts.map(|text| text.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut text = paper.heading(&format!("{heading} ({})", tests.len()));
    for test in shown {
        text.push_str(&line(paper.palette, test, &columns, &widths));
        text.push_str(&why(paper.palette, test, &columns));
    }
    text + &paper.left(tests)
}

/// Tests of the change are asked with and without it, old tests as base wrote them; a group that
/// may hold both has all columns. Stubs and old versions that nobody asked for are left out.
fn columns(verdict: TestVerdict, tests: &[&TestJudged]) -> Vec<Column> {
    let all: &[Column] = match verdict {
        TestVerdict::Proves
        | TestVerdict::Red
        | TestVerdict::Characterizes
        | TestVerdict::WrongReason
        | TestVerdict::NeverRuns => &[BASE, STUB, HEAD],
        TestVerdict::Broken | TestVerdict::Unstable | TestVerdict::Unclear => {
            &[BASE, STUB, OLD, HEAD]
        }
        TestVerdict::Lost
        | TestVerdict::Rewritten
        | TestVerdict::FollowedApiChange
        | TestVerdict::Moved
        | TestVerdict::RemovedWithSubject
        | TestVerdict::PreExistingFailure => &[UNTOUCHED, OLD, HEAD],
    };
    let is_asked = |column: Column| tests.iter().any(|test| cell(test, column).is_some());
    all.iter()
        .copied()
        .filter(|column| (*column != STUB && *column != OLD) || is_asked(*column))
        .collect()
}

fn cell(test: &TestJudged, column: Column) -> Option<&Cell> {
    column.1.iter().find_map(|tree| test.on(*tree))
}

/// `✗ assertion`.
fn answer(test: &TestJudged, column: Column, palette: Palette) -> String {
    let mark = palette.mark(mark_of(test, column));
    match cell(test, column).and_then(|cell| cell.reason) {
        None | Some(Reason::Skipped) => mark.to_owned(),
        Some(reason) => format!("{mark} {}", reason.words()),
    }
}

fn mark_of(test: &TestJudged, column: Column) -> Mark {
    cell(test, column).map_or(Mark::Unknown, |cell| cell.mark)
}

fn line(palette: Palette, test: &TestJudged, columns: &[Column], widths: &[usize]) -> String {
    let mut text = String::from("  ");
    for (column, width) in columns.iter().zip(widths) {
        let answer = answer(test, *column, palette);
        let blank = " ".repeat(width - answer.chars().count());
        let answer = palette.paint(Palette::tone(mark_of(test, *column)), &answer);
        text.push_str(&format!("{} {answer}{blank}  ", column.0));
    }
    text + &harmless(&test.id.to_string()) + "\n"
}

/// What the runner said of the red that decides: without the change for a test of the change,
/// on head for any other.
fn why(palette: Palette, test: &TestJudged, columns: &[Column]) -> String {
    let mut cells: Vec<&Cell> = columns.iter().filter_map(|c| cell(test, *c)).collect();
    if !matches!(test.verdict, TestVerdict::Proves | TestVerdict::WrongReason) {
        cells.reverse();
    }
    let telling = cells.into_iter().find(|cell| {
        cell.mark != Mark::Passed && cell.reason != Some(Reason::Stub) && !cell.message.is_empty()
    });
    telling.map_or(String::new(), |cell| {
        let place = cell.at.as_ref();
        let place = place.map_or(String::new(), |at| format!("  ({})", self::place(at)));
        let said = format!("{}{place}", harmless(&cell.message));
        format!("      {}\n", palette.paint(Tone::Quiet, &said))
    })
}

/// `path:line`; the path alone where no line is known.
pub(super) fn place(at: &Location) -> String {
    match at.line {
        0 => harmless(&at.path),
        line => format!("{}:{line}", harmless(&at.path)),
    }
}
