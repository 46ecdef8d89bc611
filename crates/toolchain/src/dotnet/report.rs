//! Reads reports, output and exit codes of `dotnet test`, and refuses what disagrees.

use super::build::{self, inside};
use super::command;
use super::trx::{self, Row, Trx};
use crate::language::STUB;
use crate::{Ask, Exit, RawOutput};
use redgreen_core::evidence::{Report, TestSeen, Trouble};
use redgreen_core::outcome::{Failure, FailureKind, Location, Outcome, Stage};

/// What the commands of one run say together.
pub(super) fn read(ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
    let owed = command::owed(ask).len();
    let mut whole = Report {
        left_out: vec!["tests of redgreen's own (the .NET adapter is experimental)".to_owned()],
        ..Report::default()
    };
    for (index, output) in outputs.iter().enumerate().take(owed) {
        let report = output.files.get(&command::report_file(index));
        match report.and_then(|bytes| trx::read(bytes)) {
            Some(trx) => {
                whole.trouble = whole.trouble.or_else(|| disagreement(&trx, output));
                let rows = trx.rows.into_iter();
                whole
                    .tests
                    .extend(rows.map(|(name, row)| (name, seen(ask, &row))));
            }
            None => without_report(ask, output, &mut whole),
        }
    }
    if outputs.len() < owed && whole.trouble.is_none() {
        let why = format!("{} of {owed} commands were run", outputs.len());
        whole.trouble = Some(Trouble::CouldNotRun { why });
    }
    whole
}

/// A command that left no whole report: a build that failed, a filter that met nothing, a death.
fn without_report(ask: &Ask<'_>, output: &RawOutput, whole: &mut Report) {
    let printed = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    let errors = build::errors(ask, &printed);
    let met_nothing = printed.contains("No test matches the given testcase filter")
        || printed.contains("No test is available");
    if !errors.is_empty() {
        whole.diagnostics.extend(errors);
    } else if output.exit == Exit::TimedOut {
        whole.trouble.get_or_insert(Trouble::Hung { limit_ms: 0 });
    } else if !(met_nothing && output.exit == Exit::Code(0)) {
        let last: Vec<&str> = printed
            .lines()
            .rev()
            .filter(|line| !line.trim().is_empty())
            .take(8)
            .collect();
        let why = last.into_iter().rev().collect::<Vec<_>>().join("\n");
        whole.trouble.get_or_insert(Trouble::CouldNotRun { why });
    }
}

fn disagreement(trx: &Trx, output: &RawOutput) -> Option<Trouble> {
    let failed = trx.rows.values().filter(|row| is_failed(row)).count();
    let why = match (output.exit, trx.total) {
        (Exit::TimedOut, _) => return Some(Trouble::Hung { limit_ms: 0 }),
        (_, None) => "the report has no sum".to_owned(),
        (_, Some(total)) if total < trx.rows.len() => {
            format!(
                "the report counts {total} results and has {}",
                trx.rows.len()
            )
        }
        (Exit::Code(0), _) if failed > 0 => format!("exit code 0 beside {failed} failures"),
        (Exit::Code(1), _) if failed == 0 => "exit code 1 without a failure".to_owned(),
        (Exit::Code(0 | 1), _) => return None,
        (exit, _) => format!("the process ended with {exit:?}"),
    };
    Some(Trouble::Inconsistent { why })
}

fn is_failed(row: &Row) -> bool {
    !matches!(
        row.outcome.as_str(),
        "Passed" | "NotExecuted" | "Inconclusive" | "Pending"
    )
}

fn seen(ask: &Ask<'_>, row: &Row) -> TestSeen {
    let outcome = match row.outcome.as_str() {
        "Passed" => Outcome::Passed,
        "NotExecuted" | "Inconclusive" | "Pending" => {
            Outcome::Skipped(row.message.trim().to_owned())
        }
        "Timeout" => Outcome::TimedOut,
        _ => Outcome::Failed(failure(ask, row)),
    };
    TestSeen {
        outcome,
        ms: milliseconds(&row.duration),
    }
}

fn failure(ask: &Ask<'_>, row: &Row) -> Failure {
    Failure::new(Stage::Call, kind(&row.message), &row.message).at(blame(ask, &row.stack))
}

/// By the words of xunit, NUnit and MSTest.
fn kind(message: &str) -> FailureKind {
    if let Some((_, rest)) = message.split_once(STUB) {
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '>'));
        return FailureKind::Stub(rest[..end.unwrap_or(rest.len())].to_owned());
    }
    let text = message.trim_start();
    let first = text.lines().next().unwrap_or_default();
    let asserts = first.starts_with("Assert.")
        || first.starts_with("CollectionAssert.")
        || first.starts_with("StringAssert.")
        || first.starts_with("Expected")
        || text.contains("  But was:");
    if asserts {
        return FailureKind::Assertion;
    }
    // MSTest puts the exception behind a line of its own words.
    let told = text
        .lines()
        .find(|line| !line.starts_with("Test method "))
        .unwrap_or(first);
    let class = told.split([':', ' ']).next().unwrap_or_default().trim();
    let is_class = class.contains("Exception") && !class.contains(' ');
    FailureKind::Exception(if is_class {
        class.to_owned()
    } else {
        String::new()
    })
}

/// The innermost frame in a file of the tree: `at N.C.M() in /t/a/B.cs:line 3`.
fn blame(ask: &Ask<'_>, stack: &str) -> Option<Location> {
    let frames = stack.lines().filter_map(|line| {
        let (_, place) = line.split_once(" in ")?;
        let (path, number) = place.rsplit_once(":line ")?;
        Some(Location::new(
            inside(ask, path),
            number.trim().parse().ok()?,
        ))
    });
    let frames: Vec<Location> = frames.collect();
    let own = frames.iter().find(|frame| !frame.path.starts_with('/'));
    own.or_else(|| frames.first()).cloned()
}

/// `00:00:01.2500000` as milliseconds.
fn milliseconds(duration: &str) -> Option<u64> {
    let mut parts = duration.split(':');
    let hours: f64 = parts.next()?.parse().ok()?;
    let minutes: f64 = parts.next()?.parse().ok()?;
    let seconds: f64 = parts.next()?.parse().ok()?;
    let all = ((hours * 60.0 + minutes) * 60.0 + seconds) * 1000.0;
    (all.is_finite() && all >= 0.0).then_some(all as u64)
}
