//! Renders a report for a reviewer: the acceptance checklist, then six parts.

use super::implementation::{BESIDE, exceptions, or, performance, strays};
use super::parts::{self, claimed, joined, led};
use super::quote::{code, one_line, prose};
use super::rows::{CriterionRow, Side, TestRow};
use super::tables;
use super::unchecked::Part;
use super::words::count;
use super::{CheckRow, Report};
use crate::claim::Topic;
use crate::finding::{Finding, Weight};
use crate::phase::Phase;
use crate::proof::{FunctionVerdict, TestVerdict};

/// The headings of the six parts.
const HEADINGS: [&str; 6] = [
    "Assumptions",
    "Design notes",
    "Implementation",
    "Tests",
    "How to run & test",
    "Summary",
];

/// One line of plain text: the verdict, the ticket and the numbers.
pub fn headline(report: &Report) -> String {
    let proving = tests_with(report, TestVerdict::Proves);
    let mut numbers = vec![
        match report.criteria.len() {
            1 => "1 criterion".to_owned(),
            many => format!("{many} criteria"),
        },
        count(proving, "proving test"),
    ];
    if let Some(kept) = report.kept {
        numbers.push(format!("{} kept", count(kept, "old test")));
    }
    let line = format!(
        "{} {}: {}; {}; {}",
        report.ticket.id,
        report.ticket.title,
        report.verdict.words,
        parts::standing(report, one_line),
        numbers.join(", ")
    );
    one_line(&line)
}

/// The whole text for a reviewer, in Markdown. No text that came in can add a heading or a box.
pub fn review(report: &Report) -> String {
    let mut text = joined(&[header(report), checklist(report)]);
    let bodies = [
        assumptions(report),
        design(report),
        implementation(report),
        tests(report),
        how_to(report),
        summary(report),
    ];
    for (number, (heading, body)) in (1..).zip(HEADINGS.iter().zip(bodies)) {
        text.push_str(&format!("\n## {number}. {heading}\n\n{body}"));
    }
    text
}

fn header(report: &Report) -> String {
    let ticket = &report.ticket;
    let (id, title) = (prose(ticket.id.as_str()), prose(&ticket.title));
    let standing = parts::standing(report, prose);
    let stale = match ticket.stale {
        true => " The ticket was changed since the run began: what was proven is stale.",
        false => "",
    };
    format!(
        "# Ticket {id}: {title}\n\n**{}**; {standing}.{stale}\n\nRun {}, kind {}, worker {}, from \
         branch {} to {}. Digest of the ticket: {}.\n",
        report.verdict.words,
        code(report.run.as_str()),
        ticket.kind,
        code(&report.worker),
        code(&report.branch),
        code(&report.target),
        code(ticket.digest.as_str()),
    )
}

fn checklist(report: &Report) -> String {
    let mut text = String::from(
        "## Acceptance criteria\n\nA tick means that redgreen saw evidence; what the evidence does \
         not cover stands beside it. No claim of a worker ticks a box.\n\n",
    );
    text.extend(report.checklist.iter().map(check_lines));
    text
}

fn check_lines(row: &CheckRow) -> String {
    let mark = if row.ticked { "x" } else { " " };
    let (item, because) = (prose(&row.item), prose(&row.because));
    let mut text = format!("- [{mark}] {item} — {because}\n");
    for claim in &row.claims {
        text.push_str(&format!("  - the worker says: {}\n", prose(claim)));
    }
    text
}

fn assumptions(report: &Report) -> String {
    let none = "None is recorded.\n";
    let out = report.ticket.out_of_scope.iter();
    let out = out.map(|text| format!("- {}\n", prose(text)));
    joined(&[
        or(parts::assumptions(report), none),
        led("Out of scope, as the ticket says", &out.collect::<String>()),
        led("Questions", &parts::questions(report)),
    ])
}

fn design(report: &Report) -> String {
    or(
        parts::claims(report, Topic::Design),
        "The worker says nothing of the design.\n",
    )
}

fn implementation(report: &Report) -> String {
    let sides = [Side::Production, Side::Manifest, Side::Other, Side::Docs];
    let worked = [Phase::Green, Phase::Refactor, Phase::Document];
    joined(&[
        or(
            parts::diffs(report, &sides),
            "No file but tests is among the given diffs.\n",
        ),
        parts::commits(report, &worked),
        tables::functions(report),
        claimed(&[
            parts::summaries(report, &worked),
            parts::claims(report, Topic::Refactoring),
        ]),
    ])
}

fn tests(report: &Report) -> String {
    joined(&[
        tables::trace(report),
        progression(report),
        tables::tests(report),
        claimed(&[parts::summaries(report, &[Phase::Red])]),
        or(
            parts::diffs(report, &[Side::Test]),
            "No test file is among the given diffs.\n",
        ),
    ])
}

/// Red, green and refactor of each slice: what the gates said in their order.
fn progression(report: &Report) -> String {
    let gates = parts::gates(report, |gate| gate.phase.is_per_slice());
    let none = "- no gate of red, green or refactor was judged yet\n";
    led("TDD progression, red → green → refactor", &or(gates, none))
}

fn how_to(report: &Report) -> String {
    let own = led("The project's own commands", &parts::commands(report));
    let versions = report.environments.iter();
    let versions = versions.map(|version| format!("- {}\n", prose(version)));
    joined(&[
        or(own, "No command of the project is known.\n"),
        led("To prove the change again", &parts::reproduce(report)),
        led("The gates ran with", &versions.collect::<String>()),
        claimed(&[parts::claims(report, Topic::Environment)]),
        parts::undo(report),
    ])
}

fn summary(report: &Report) -> String {
    let others = parts::gates(report, |gate| !gate.phase.is_per_slice());
    let nothing = "- nothing beyond what was not checked\n";
    let unchecked = Part::ALL.iter().map(|part| not_checked(report, *part));
    joined(&[
        changed(report),
        led("Please double-check", &or(double_check(report), nothing)),
        claimed(&[parts::summaries(report, &BESIDE)]),
        led("The other gates", &or(others, "- none was judged yet\n")),
        led("Performance", &performance(report)),
        led(
            "Not checked by anything in the journal",
            &unchecked.collect::<String>(),
        ),
    ])
}

/// What changed, in numbers.
fn changed(report: &Report) -> String {
    let sides = [
        Side::Production,
        Side::Test,
        Side::Docs,
        Side::Manifest,
        Side::Other,
    ];
    let of = |side| report.files.iter().filter(|file| file.side == side).count();
    let files = sides.into_iter().filter(|side| of(*side) > 0);
    let files = files.map(|side| count(of(side), &format!("{} file", side.words())));
    let files: Vec<String> = files.collect();
    let files = match files.is_empty() {
        true => "No changed file was given".to_owned(),
        false => format!("Changed: {}", files.join(", ")),
    };
    format!("{}. {files}.\n", prose(&headline(report)))
}

fn not_checked(report: &Report, part: Part) -> String {
    let rows = report.not_checked.iter().filter(|row| row.part == part);
    let whats: Vec<String> = rows.map(|row| prose(&row.what)).collect();
    match whats.is_empty() {
        true => String::new(),
        false => format!("- {}: {}\n", part.heading(), whats.join("; ")),
    }
}

/// What a reviewer should look at twice: what redgreen found first, then what the worker says.
fn double_check(report: &Report) -> String {
    let blocking = report
        .questions
        .iter()
        .filter(|q| q.answered.is_none() && q.asked.blocks);
    let open = blocking.map(|question| {
        format!(
            "- {} blocks and is not answered\n",
            prose(&question.asked.id)
        )
    });
    [
        exceptions(report),
        parts::waivers(report),
        noted(report),
        report.criteria.iter().filter_map(unproven).collect(),
        strays(report),
        report.tests.iter().filter_map(weak_test).collect(),
        weak_functions(report),
        sideways(report),
        open.collect(),
        parts::moved_aside(report),
        parts::attempts(report),
        parts::claims(report, Topic::LookHere),
    ]
    .concat()
}

/// What the last gate of each phase found, but for the exceptions, which are listed already.
fn noted(report: &Report) -> String {
    let is_last = |gate: &&super::GateRow| {
        let same = |row: &&super::GateRow| (row.phase, row.slice) == (gate.phase, gate.slice);
        report.gates.iter().rfind(same).map(|row| row.number) == Some(gate.number)
    };
    let gates = report.gates.iter().filter(is_last);
    let mut seen: Vec<&Finding> = Vec::new();
    for finding in gates.flat_map(|gate| &gate.findings) {
        if finding.weight != Weight::Excepts && !seen.contains(&finding) {
            seen.push(finding);
        }
    }
    seen.into_iter()
        .map(|found| format!("- {}\n", parts::found(found)))
        .collect()
}

/// A criterion that no test is said to prove.
fn unproven(criterion: &CriterionRow) -> Option<String> {
    let mut tests = criterion
        .tests
        .iter()
        .filter_map(|traced| traced.test.as_ref());
    let proven = tests.any(|test| test.verdict == TestVerdict::Proves);
    let id = prose(criterion.id.as_str());
    (!proven).then(|| format!("- no proving test is said to belong to {id}\n"))
}

/// A test of the change that proves nothing, or speaks against it.
fn weak_test(test: &TestRow) -> Option<String> {
    let name = code(&test.id.to_string());
    match test.verdict {
        TestVerdict::Proves | TestVerdict::Red | TestVerdict::Moved => None,
        TestVerdict::Characterizes => Some(format!(
            "- {name} passes with and without the change: it counts for nothing\n"
        )),
        TestVerdict::WrongReason
        | TestVerdict::Unstable
        | TestVerdict::Broken
        | TestVerdict::NeverRuns
        | TestVerdict::Lost
        | TestVerdict::Rewritten
        | TestVerdict::FollowedApiChange
        | TestVerdict::RemovedWithSubject
        | TestVerdict::PreExistingFailure
        | TestVerdict::Unclear => Some(format!("- {name}: {}\n", test.verdict.words())),
    }
}

fn weak_functions(report: &Report) -> String {
    let line = |function: &crate::proof::FunctionJudged| {
        let name = code(&function.name);
        match &function.verdict {
            FunctionVerdict::NotToldApart => Some(format!("- {name} is not told apart\n")),
            FunctionVerdict::NotReached => {
                Some(format!("- {name}: no proving test was seen to reach it\n"))
            }
            FunctionVerdict::ProvenBy(_) | FunctionVerdict::Removed | FunctionVerdict::Exempt => {
                None
            }
        }
    };
    report.functions.iter().filter_map(line).collect()
}

/// Changed files that are neither code, tests nor documents.
fn sideways(report: &Report) -> String {
    let files = report.files.iter();
    let aside = files.filter(|file| matches!(file.side, Side::Manifest | Side::Other));
    aside
        .map(|file| format!("- {} changed ({})\n", code(&file.path), file.side.words()))
        .collect()
}

fn tests_with(report: &Report, verdict: TestVerdict) -> usize {
    report
        .tests
        .iter()
        .filter(|test| test.verdict == verdict)
        .count()
}
