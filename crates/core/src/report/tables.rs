//! Renders what tests said: the trace of criteria, and base, stub and head side by side.

use super::Report;
use super::pull::{BEGIN, END};
use super::quote::{code, code_cell, prose};
use super::rows::{Belongs, CriterionRow, TestRow, TracedTest};
use super::words::count;
use crate::id::Digest;
use crate::outcome::Location;
use crate::proof::{Cell, FunctionVerdict, Mark, TestVerdict};

/// How much of a digest is enough to tell two wordings apart.
const SHORT_DIGEST: usize = "sha256:".len() + 12;
/// How many tests are named beside a function.
const NAMED: usize = 3;

/// The criteria, and the tests and commits that are said to belong to each.
pub(super) fn trace(report: &Report) -> String {
    if report.criteria.is_empty() {
        return "The ticket states no criterion.\n".to_owned();
    }
    let mut text = String::from("Criteria:\n\n");
    for criterion in &report.criteria {
        let slice = match criterion.slice {
            Some(slice) => format!("slice {}", slice + 1),
            None => "in no slice".to_owned(),
        };
        let (id, wording) = (prose(criterion.id.as_str()), prose(&criterion.wording));
        let digest = code(short(&criterion.digest));
        let stale = match criterion.stale {
            true => " **stale: reworded after its proof**",
            false => "",
        };
        text.push_str(&format!(
            "- **{id}** ({slice}, {digest}){stale}: {wording}\n"
        ));
    }
    text.push_str(
        "\nWhich test belongs to which criterion is the worker's claim; what each test did is \
         what redgreen saw.\n\n",
    );
    text.push_str(
        "| criterion | test, as the worker claims | base | stub | head | verdict | commits |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let rows = report.criteria.iter().flat_map(criterion_lines);
    text.extend(rows);
    text + &back(report)
}

/// From each test of the change back to its criteria, and to the gate whose proof holds it.
fn back(report: &Report) -> String {
    let of = |test: &TestRow| -> Vec<String> {
        let shows = |criterion: &&CriterionRow| {
            let mut traced = criterion.tests.iter().filter_map(|t| t.test.as_ref());
            traced.any(|row| row.id == test.id)
        };
        let shown = report.criteria.iter().filter(shows);
        shown
            .map(|criterion| prose(criterion.id.as_str()))
            .collect()
    };
    let of_change =
        |test: &&TestRow| matches!(test.verdict, TestVerdict::Proves | TestVerdict::Red);
    let rows: Vec<String> = report
        .tests
        .iter()
        .filter(of_change)
        .map(|test| {
            let criteria = match of(test).join(", ") {
                none if none.is_empty() => "none is claimed".to_owned(),
                some => some,
            };
            let evidence = report.gates.iter().find(|gate| gate.number == test.gate);
            let evidence = evidence.map_or_else(String::new, |gate| {
                format!(
                    "gate {} ({}), {}",
                    gate.number,
                    gate.phase.as_str(),
                    gate.tree
                )
            });
            let name = code_cell(&test.id.to_string());
            format!(
                "| {name} | {criteria} | {} | {evidence} |\n",
                test.verdict.words()
            )
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "\nAnd back, from each test of the change:\n\n\
         | test | criterion, as the worker claims | verdict | evidence |\n|---|---|---|---|\n{}",
        rows.concat()
    )
}

/// The trace as a block for the spec, with its markers. No object's id stands in it: a rebase or a
/// squash would make it wrong.
pub fn trace_block(report: &Report) -> String {
    let text = trace(report);
    let how = "Commits name their criteria: `git log --grep 'Acceptance: AC-1'`.";
    format!("{BEGIN}\n## Traceability\n\n{text}\n{how}\n{END}\n")
}

fn short(digest: &Digest) -> &str {
    let text = digest.as_str();
    text.get(..SHORT_DIGEST).unwrap_or(text)
}

fn criterion_lines(criterion: &CriterionRow) -> Vec<String> {
    let id = prose(criterion.id.as_str());
    let commits = match criterion.commits.is_empty() {
        true => "none".to_owned(),
        false => criterion.commits.join(", "),
    };
    if criterion.tests.is_empty() {
        return vec![format!(
            "| {id} | none is claimed | – | – | – | – | {commits} |\n"
        )];
    }
    let line = |traced: &TracedTest| {
        let name = traced_name(traced);
        match &traced.test {
            Some(test) => format!("| {id} | {name} | {} | {commits} |\n", answers(test)),
            None => format!("| {id} | {name} | – | – | – | in no proof | {commits} |\n"),
        }
    };
    criterion.tests.iter().map(line).collect()
}

fn traced_name(traced: &TracedTest) -> String {
    match (&traced.because, &traced.test) {
        (Belongs::Claimed { .. }, Some(test)) => code_cell(&test.id.to_string()),
        (Belongs::Claimed { said }, None) => code_cell(said),
        (Belongs::OnlyCriterion, Some(test)) => {
            let name = code_cell(&test.id.to_string());
            format!("{name} (not claimed: the only criterion)")
        }
        (Belongs::Named, Some(test)) => {
            let name = code_cell(&test.id.to_string());
            format!("{name} (not claimed: its name says so)")
        }
        (Belongs::OfSlice, Some(test)) => {
            let name = code_cell(&test.id.to_string());
            format!("{name} (not claimed: red first in its slice)")
        }
        (Belongs::Named | Belongs::OnlyCriterion | Belongs::OfSlice, None) => "–".to_owned(),
    }
}

/// Base, stub, head and verdict, as cells of a table.
fn answers(test: &TestRow) -> String {
    let cells = [&test.base, &test.stub, &test.head].map(|cell| answer(cell.as_ref()));
    format!("{} | {}", cells.join(" | "), test.verdict.words())
}

/// `✗ assertion`.
fn answer(cell: Option<&Cell>) -> String {
    let Some(cell) = cell else {
        return "–".to_owned();
    };
    let mark = match cell.mark {
        Mark::Passed => "✓",
        Mark::Failed => "✗",
        Mark::Mixed => "±",
        Mark::Skipped => "skipped",
        Mark::Absent => "absent",
        Mark::Unknown => "not reached",
    };
    match (cell.mark, cell.reason) {
        (Mark::Failed | Mark::Mixed, Some(reason)) => format!("{mark} {}", reason.words()),
        (_, _) => mark.to_owned(),
    }
}

/// Every test that a proof holds, with its answers and why it was red.
pub(super) fn tests(report: &Report) -> String {
    if report.tests.is_empty() {
        return "No proof holds a test yet.\n".to_owned();
    }
    let mut text = String::from(
        "What redgreen saw: base is without the change, stub is with the bodies of the changed \
         functions replaced, head is with the change.\n\n\
         | test | base | stub | head | verdict | gate |\n|---|---|---|---|---|---|\n",
    );
    for test in &report.tests {
        let name = code_cell(&test.id.to_string());
        text.push_str(&format!("| {name} | {} | {} |\n", answers(test), test.gate));
    }
    let why: Vec<String> = report.tests.iter().filter_map(why_red).collect();
    if !why.is_empty() {
        text.push_str("\nWhy they were red without the change:\n\n");
        text.extend(why);
    }
    text
}

/// The runner's message for a test that is red for the sake of the change.
fn why_red(test: &TestRow) -> Option<String> {
    let of_change = matches!(test.verdict, TestVerdict::Proves | TestVerdict::Red);
    let cells = [&test.base, &test.stub];
    let mut failed = cells
        .into_iter()
        .flatten()
        .filter(|c| c.mark == Mark::Failed);
    let cell = failed.find(|cell| of_change && !cell.message.is_empty())?;
    let at = cell.at.as_ref().map(|at| format!(" ({})", place(at)));
    let name = code(&test.id.to_string());
    let message = prose(&crate::ticket::outline::cut(&cell.message, 200));
    Some(format!("- {name}: {message}{}\n", at.unwrap_or_default()))
}

/// `` `src/a.rs:3` ``.
pub(super) fn place(at: &Location) -> String {
    match at.line {
        0 => code(&at.path),
        line => code(&format!("{}:{line}", at.path)),
    }
}

/// Every changed function and what proves it.
pub(super) fn functions(report: &Report) -> String {
    if report.functions.is_empty() {
        return String::new();
    }
    let mut text = String::from("Changed functions, as the last proof sees them:\n\n");
    for function in &report.functions {
        let said = match &function.verdict {
            FunctionVerdict::ProvenBy(tests) => proven_by(tests),
            FunctionVerdict::NotToldApart => "not told apart from others".to_owned(),
            FunctionVerdict::NotReached => "no proving test was seen to reach it".to_owned(),
            FunctionVerdict::Removed => "removed".to_owned(),
            FunctionVerdict::Exempt => "exempt: this kind of change owes no proof".to_owned(),
        };
        let (name, at) = (code(&function.name), place(&function.at));
        text.push_str(&format!("- {name} ({at}): {said}\n"));
    }
    text
}

fn proven_by(tests: &[crate::id::TestId]) -> String {
    let named = tests.iter().take(NAMED).map(|test| code(&test.to_string()));
    let named: Vec<String> = named.collect();
    match tests.len().saturating_sub(NAMED) {
        0 => format!("proven by {}", named.join(", ")),
        more => format!(
            "proven by {} and {}",
            named.join(", "),
            count(more, "other")
        ),
    }
}
