//! Renders a report as the eight numbered sections of an implementation answer.

use super::Report;
use super::parts::{self, claimed, joined, led};
use super::quote::{code, prose};
use super::rows::Side;
use super::security::{Answer, SecurityRow};
use super::tables;
use super::unchecked::{Part, item_line, target_line};
use super::verdict::change_words;
use super::words::of_phase;
use crate::claim::Topic;
use crate::phase::Phase;

/// Every line of a section stands behind this, so that no quoted line begins a section.
const INDENT: &str = "   ";

/// The phases whose work is in no section of its own.
pub(super) const BESIDE: [Phase; 5] = [
    Phase::Understand,
    Phase::Plan,
    Phase::Verify,
    Phase::Deliver,
    Phase::Complete,
];

/// The eight sections inside `<implementation>` and `</implementation>`. No text that came in can
/// end the answer or begin a section.
pub fn implementation(report: &Report) -> String {
    let mut text = String::from("<implementation>\n\n");
    for (number, part) in (1..).zip(Part::ALL) {
        text.push_str(&format!("{number}. {}:\n\n", part.heading()));
        text.push_str(&indented(&section(report, part)));
        text.push('\n');
    }
    text + "</implementation>\n"
}

fn indented(text: &str) -> String {
    let line = |line: &str| match line.is_empty() {
        true => "\n".to_owned(),
        false => format!("{INDENT}{line}\n"),
    };
    text.split('\n')
        .collect::<Vec<_>>()
        .split_last()
        .map_or_else(String::new, |(last, lines)| {
            let end = if last.is_empty() {
                String::new()
            } else {
                line(last)
            };
            lines.iter().map(|text| line(text)).collect::<String>() + &end
        })
}

fn section(report: &Report, part: Part) -> String {
    let blocks = match part {
        Part::Tests => tests(report),
        Part::Implementation => code_of(report),
        Part::Refactoring => refactoring(report),
        Part::Verification => verification(report),
        Part::Security => vec![security(report)],
        Part::Performance => vec![performance(report)],
        Part::Environment => vec![environment(report)],
        Part::Documentation => documentation(report),
    };
    let shown = match part {
        Part::Security => report
            .security
            .iter()
            .map(|row| item_line(&row.item))
            .collect(),
        Part::Performance => {
            let rows = report.performance.iter();
            rows.map(|row| target_line(&row.target.text)).collect()
        }
        Part::Tests
        | Part::Implementation
        | Part::Refactoring
        | Part::Verification
        | Part::Environment
        | Part::Documentation => Vec::new(),
    };
    joined(&[joined(&blocks), parts::not_checked(report, part, &shown)])
}

fn tests(report: &Report) -> Vec<String> {
    vec![
        or(
            parts::diffs(report, &[Side::Test]),
            "No test file is among the given diffs.\n",
        ),
        parts::commits(report, &[Phase::Red]),
        tables::trace(report),
        strays(report),
        tables::tests(report),
        claimed(&[parts::summaries(report, &[Phase::Red])]),
    ]
}

/// Links that lead nowhere.
pub(super) fn strays(report: &Report) -> String {
    let line = |link: &crate::claim::Link| {
        let (id, test) = (prose(link.criterion.as_str()), code(&link.test));
        format!("- the worker says that {test} belongs to {id}, which the ticket does not have\n")
    };
    report.stray_links.iter().map(line).collect()
}

fn code_of(report: &Report) -> Vec<String> {
    let sides = [Side::Production, Side::Manifest, Side::Other];
    let summaries = parts::summaries(report, &[Phase::Green]);
    vec![
        or(
            parts::diffs(report, &sides),
            "No production file is among the given diffs.\n",
        ),
        parts::commits(report, &[Phase::Green]),
        tables::functions(report),
        claimed(&[summaries, parts::claims(report, Topic::Design)]),
        led("Assumptions", &parts::assumptions(report)),
        led("Questions", &parts::questions(report)),
    ]
}

fn refactoring(report: &Report) -> Vec<String> {
    vec![
        or(
            parts::commits(report, &[Phase::Refactor]),
            "No refactoring was committed.\n",
        ),
        claimed(&[
            parts::summaries(report, &[Phase::Refactor]),
            parts::claims(report, Topic::Refactoring),
        ]),
    ]
}

fn verification(report: &Report) -> Vec<String> {
    let verdict = &report.verdict;
    let proof = match verdict.proof {
        Some(proof) if change_words(proof) == verdict.words => String::new(),
        Some(proof) => format!(" The last proof says: {}.", change_words(proof)),
        None => " No proof of the change was made.".to_owned(),
    };
    let kept = match report.kept {
        Some(0) => " No old test was seen to keep its promise.".to_owned(),
        Some(1) => " 1 old test keeps its promise.".to_owned(),
        Some(many) => format!(" {many} old tests keep their promise."),
        None => String::new(),
    };
    let standing = parts::standing(report, prose);
    vec![
        format!("**{}**; {standing}.{proof}{kept}\n", verdict.words),
        led(
            "Exceptions and waivers",
            &(exceptions(report) + &parts::waivers(report)),
        ),
        led(
            "Gates, in the order in which redgreen judged them",
            &or(parts::gates(report, |_| true), "- none was judged yet\n"),
        ),
        led("Not at the first attempt", &parts::attempts(report)),
        led("Moved aside", &parts::moved_aside(report)),
        claimed(&[
            parts::summaries(report, &BESIDE),
            parts::claims(report, Topic::LookHere),
        ]),
        led("To prove it again", &parts::reproduce(report)),
        led("To run and test the project", &parts::commands(report)),
        parts::undo(report),
    ]
}

/// What the change is proven but for.
pub(super) fn exceptions(report: &Report) -> String {
    let line = |exception: &super::Exception| {
        let subject = match exception.subject.is_empty() {
            true => String::new(),
            false => format!(" {}", code(&exception.subject)),
        };
        format!("- exception: {}{subject}\n", exception.code)
    };
    report.verdict.exceptions.iter().map(line).collect()
}

fn security(report: &Report) -> String {
    report.security.iter().map(security_lines).collect()
}

fn security_lines(row: &SecurityRow) -> String {
    let line = |answer: &Answer| {
        let said = match answer {
            Answer::ProvenBy { test, said } => {
                let test = code(&test.to_string());
                let said = prose(said);
                format!("proven by {test}; that it is about this, the worker says: {said}")
            }
            Answer::Claimed { said } => format!("the worker says: {}", prose(said)),
            Answer::NotChecked => "not checked".to_owned(),
        };
        format!("- {}: {said}\n", row.item)
    };
    row.answers.iter().map(line).collect()
}

/// The targets, and whatever workers said.
pub(super) fn performance(report: &Report) -> String {
    let line = |row: &super::PerformanceRow| {
        let said = if row.measured {
            "measured"
        } else {
            "target given, not measured"
        };
        format!("- {}: {said}\n", prose(&row.target.text))
    };
    let targets: String = report.performance.iter().map(line).collect();
    or(targets, "- no target given\n") + &parts::claims(report, Topic::Performance)
}

fn environment(report: &Report) -> String {
    let line = |version: &String| format!("- the gates ran with: {}\n", prose(version));
    let versions: String = report.environments.iter().map(line).collect();
    let none = "- no version of what the gates ran with was given\n";
    or(versions, none) + &parts::claims(report, Topic::Environment)
}

fn documentation(report: &Report) -> Vec<String> {
    let gate = report
        .gates
        .iter()
        .rfind(|gate| gate.phase == Phase::Document);
    let gate = gate.map(|gate| {
        let met = super::verdict::gate_words(gate.verdict);
        format!(
            "- gate {}, {}: {met}\n",
            gate.number,
            of_phase(gate.phase, gate.slice)
        )
    });
    vec![
        or(
            parts::diffs(report, &[Side::Docs]),
            "No document is among the given diffs.\n",
        ),
        led("Gate", &gate.unwrap_or_default()),
        claimed(&[
            parts::summaries(report, &[Phase::Document]),
            parts::claims(report, Topic::Documentation),
        ]),
    ]
}

/// `text`, or `otherwise` where there is none.
pub(super) fn or(text: String, otherwise: &str) -> String {
    match text.is_empty() {
        true => otherwise.to_owned(),
        false => text,
    }
}
