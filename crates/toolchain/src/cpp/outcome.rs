//! Tells how one test ended: CTest's word, the program's own report and its output together.

use super::entries::Entry;
use super::model::{Framework, in_tree};
use super::stub;
use super::xml::{self, Junit, Wrong};
use crate::ask::Ask;
use redgreen_core::outcome::{Failure, FailureKind, Location, Outcome, Stage};
use serde::Deserialize;

/// What is known of one test that was run.
pub(super) struct Seen<'s> {
    pub(super) entry: &'s Entry,
    /// What CTest printed behind the test's name: `Passed`, `***Failed`.
    pub(super) word: &'s str,
    pub(super) junit: &'s Junit,
    /// The program's own report, if it wrote one.
    pub(super) report: Option<&'s [u8]>,
}

/// How the test ended; what disagrees, where something does.
pub(super) fn outcome(ask: &Ask<'_>, seen: &Seen<'_>) -> Result<Outcome, String> {
    if seen.word.contains("Timeout") {
        return Ok(Outcome::TimedOut);
    }
    let passed = match seen.junit.status.as_str() {
        "run" => true,
        "fail" => false,
        "disabled" => return Ok(Outcome::Skipped("disabled".to_owned())),
        _ => return Ok(not_run(seen)),
    };
    if passed != seen.word.contains("Passed") {
        let why = "CTest's report and its own words disagree about";
        return Err(format!("{why} {}", seen.entry.name));
    }
    match seen.entry.framework {
        Framework::Plain if passed => Ok(Outcome::Passed),
        Framework::Plain => Ok(Outcome::Failed(died(ask, seen, Program::IsTheTest))),
        Framework::Google => google(ask, seen, passed),
        Framework::Catch | Framework::Doctest => titled(ask, seen, passed),
    }
}

fn not_run(seen: &Seen<'_>) -> Outcome {
    let why = seen.junit.why.as_str();
    if why.starts_with("SKIP_") {
        return Outcome::Skipped(skip_reason(&seen.junit.output));
    }
    if why.contains("nable to find executable") || why.contains("equired files") {
        let kind = FailureKind::Environment;
        return Outcome::Failed(Failure::new(Stage::Load, kind, why));
    }
    let message = "a test that sets it up failed";
    Outcome::Failed(Failure::new(Stage::Setup, FailureKind::Fixture, message))
}

/// The line behind `FILE:LINE: Skipped`.
fn skip_reason(output: &str) -> String {
    let mut lines = output
        .lines()
        .skip_while(|line| !line.ends_with(": Skipped"));
    let reason = lines.nth(1).map(str::trim);
    let reason = reason.filter(|line| !line.is_empty() && !line.starts_with('['));
    reason.unwrap_or("skipped").to_owned()
}

#[derive(Deserialize)]
struct Suites {
    #[serde(default)]
    testsuites: Vec<Suite>,
}

#[derive(Deserialize)]
struct Suite {
    name: String,
    #[serde(default)]
    testsuite: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    name: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    line: u32,
    #[serde(default)]
    status: String,
    #[serde(default)]
    result: String,
    #[serde(default)]
    failures: Vec<Broken>,
}

#[derive(Deserialize)]
struct Broken {
    failure: String,
}

fn google(ask: &Ask<'_>, seen: &Seen<'_>, passed: bool) -> Result<Outcome, String> {
    let own = seen.entry.own.as_deref().unwrap_or_default();
    let suites: Option<Suites> = seen
        .report
        .and_then(|json| serde_json::from_slice(json).ok());
    let Some(suites) = suites else {
        return Ok(Outcome::Failed(died(ask, seen, ended_early(passed))));
    };
    let tests = || {
        let all = suites.testsuites.iter();
        all.flat_map(|suite| suite.testsuite.iter().map(move |test| (suite, test)))
    };
    let is_own = |(suite, test): &(&Suite, &Test)| format!("{}.{}", suite.name, test.name) == own;
    let ran = |test: &Test| test.status != "NOTRUN" && test.result != "SUPPRESSED";
    let Some((_, test)) = tests().find(is_own).filter(|(_, test)| ran(test)) else {
        return Err(format!(
            "{} was asked for, and its program did not run it",
            seen.entry.name
        ));
    };
    let place = in_tree(ask, &test.file).map(|file| Location::new(file, test.line));
    let broken = test.failures.first();
    match (broken, passed) {
        (Some(_), true) => Err(disagreement(&seen.entry.name)),
        (Some(broken), false) => {
            let failure = google_failure(ask, &broken.failure, place);
            Ok(Outcome::Failed(or_stub(failure, &seen.junit.output)))
        }
        (None, _) if test.result == "SKIPPED" => {
            Ok(Outcome::Skipped(skip_reason(&seen.junit.output)))
        }
        (None, true) => Ok(Outcome::Passed),
        (None, false) => Ok(Outcome::Failed(died(ask, seen, Program::AfterTheTest))),
    }
}

fn disagreement(name: &str) -> String {
    format!("the program of {name} says that it failed, and ends as if it had passed")
}

/// `FILE:LINE`, then what was expected; `unknown file` for an exception.
fn google_failure(ask: &Ask<'_>, text: &str, place: Option<Location>) -> Failure {
    let (head, body) = text.split_once('\n').unwrap_or((text, ""));
    let message = body.split_whitespace().collect::<Vec<_>>().join(" ");
    if body.contains("C++ exception") {
        let stage = if body.contains("SetUp") {
            Stage::Setup
        } else if body.contains("TearDown") {
            Stage::Teardown
        } else {
            Stage::Call
        };
        let kind = FailureKind::Exception("C++ exception".to_owned());
        return Failure::new(stage, kind, &message).at(place);
    }
    let at = head
        .rsplit_once(':')
        .and_then(|(file, line)| Some(Location::new(in_tree(ask, file)?, line.parse().ok()?)));
    Failure::new(Stage::Call, FailureKind::Assertion, &message).at(at.or(place))
}

fn titled(ask: &Ask<'_>, seen: &Seen<'_>, passed: bool) -> Result<Outcome, String> {
    let own = seen.entry.own.as_deref().unwrap_or_default();
    let text = seen.report.map(String::from_utf8_lossy).unwrap_or_default();
    let case = xml::ended(&text).into_iter().find(|case| case.name == own);
    let Some(case) = case else {
        let written = text.contains("</Catch") || text.contains("</doctest>");
        if written && passed {
            return Err(format!(
                "{} was asked for, and its program did not run it",
                seen.entry.name
            ));
        }
        return Ok(Outcome::Failed(died(ask, seen, ended_early(passed))));
    };
    if case.skipped {
        return Ok(Outcome::Skipped("skipped".to_owned()));
    }
    match (case.passed, passed) {
        (Some(true), true) => Ok(Outcome::Passed),
        (Some(false), true) => Err(disagreement(&seen.entry.name)),
        (Some(true), false) => Ok(Outcome::Failed(died(ask, seen, Program::AfterTheTest))),
        (None, _) => Ok(Outcome::Failed(died(ask, seen, ended_early(passed)))),
        (Some(false), false) => {
            let failure = case.wrong.map_or_else(
                || Failure::new(Stage::Call, FailureKind::Assertion, "the test case failed"),
                |wrong| titled_failure(ask, &wrong),
            );
            Ok(Outcome::Failed(or_stub(failure, &seen.junit.output)))
        }
    }
}

fn titled_failure(ask: &Ask<'_>, wrong: &Wrong) -> Failure {
    let kind = if wrong.text.starts_with("SIG") {
        FailureKind::Death
    } else if wrong.is_exception {
        FailureKind::Exception("C++ exception".to_owned())
    } else {
        FailureKind::Assertion
    };
    let at = in_tree(ask, &wrong.file).map(|file| Location::new(file, wrong.line));
    Failure::new(Stage::Call, kind, &wrong.text).at(at.filter(|at| at.line > 0))
}

/// What the end of a process says of its test.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Program {
    /// It is the test: an exit code other than 0 is how it says no.
    IsTheTest,
    /// It ended before its test did, as if all were well.
    LeftEarly,
    /// It ended before its test did.
    Died,
    /// Its test passed, and then it failed.
    AfterTheTest,
}

fn ended_early(passed: bool) -> Program {
    if passed {
        Program::LeftEarly
    } else {
        Program::Died
    }
}

/// A failure whose output shows that it was a stub.
fn or_stub(failure: Failure, output: &str) -> Failure {
    match stub::hit(output) {
        Some(name) => {
            let message = format!("{}{name}", crate::language::STUB);
            Failure::new(Stage::Call, FailureKind::Stub(name), &message).at(failure.at)
        }
        None => failure,
    }
}

/// The failure of a process that ended with no report about its test.
fn died(ask: &Ask<'_>, seen: &Seen<'_>, how: Program) -> Failure {
    let output = seen.junit.output.as_str();
    let last = output
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty());
    let last = last.unwrap_or("it printed nothing");
    let by_signal = seen.word.contains("Exception");
    let failure = match how {
        Program::LeftEarly => {
            let text = "the process ended, with success, before its test did";
            Failure::new(Stage::Process, FailureKind::Death, text)
        }
        Program::IsTheTest if !by_signal => Failure::new(Stage::Call, FailureKind::Assertion, last),
        Program::AfterTheTest if !by_signal => {
            let text = format!("the test passed, and its process failed: {last}");
            Failure::new(Stage::Process, FailureKind::Death, &text)
        }
        Program::IsTheTest | Program::Died | Program::AfterTheTest => {
            let signal = seen.word.replace("***Exception", "").replace(':', "");
            let text = format!("the test process died ({}): {last}", signal.trim());
            Failure::new(Stage::Process, FailureKind::Death, &text)
        }
    };
    let failure = last_words(ask, output).unwrap_or(failure);
    or_stub(failure, output)
}

/// What the runtime says as it ends a process: a broken `assert`, an exception that nobody caught,
/// a sanitizer.
fn last_words(ask: &Ask<'_>, output: &str) -> Option<Failure> {
    output.lines().find_map(|line| {
        if let Some((head, _)) = line.split_once(": Assertion `") {
            // PROGRAM: FILE:LINE: FUNCTION
            let mut parts = head.split(": ").filter_map(|part| part.rsplit_once(':'));
            let at = parts.find_map(|(file, number)| {
                Some(Location::new(in_tree(ask, file)?, number.parse().ok()?))
            });
            return Some(Failure::new(Stage::Call, FailureKind::Assertion, line).at(at));
        }
        if let Some((_, class)) = line.split_once("terminate called after throwing an instance of ")
        {
            let class = class.trim_matches('\'').to_owned();
            return Some(Failure::new(
                Stage::Call,
                FailureKind::Exception(class),
                line,
            ));
        }
        let sanitizer = line.contains("ERROR: ") && line.contains("Sanitizer: ");
        sanitizer.then(|| {
            let frames = output
                .lines()
                .filter(|line| line.trim_start().starts_with('#'));
            let at = frames
                .filter_map(|frame| frame.rsplit(' ').next())
                .find_map(|place| {
                    let mut parts = place.split(':');
                    let file = in_tree(ask, parts.next().filter(|file| file.starts_with('/'))?)?;
                    Some(Location::new(file, parts.next()?.parse().ok()?))
                });
            Failure::new(Stage::Process, FailureKind::Death, line).at(at)
        })
    })
}
