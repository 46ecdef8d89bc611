//! Judges one process with tests in it: a kill means that a test ran and failed.

use super::super::panic;
use super::super::report::{Mark, Seen};
use crate::ask::{Ask, Exit, RawOutput};
use crate::mutate::sharing::Judged;
use redgreen_core::mutant::Kill;
use redgreen_core::outcome::{Failure, FailureKind, Location};
use std::collections::{BTreeMap, BTreeSet};

/// SIGXCPU: a limit of processor time was reached.
const CPU: i32 = 24;
/// SIGKILL: somebody else's doing, as far as one can see.
const KILLED: i32 = 9;

/// What the process that ran `names` shows. `in_test` tells whether a place is a test's own.
pub(super) fn judged(
    ask: &Ask<'_>,
    names: &[String],
    output: &RawOutput,
    in_test: &dyn Fn(&Location) -> bool,
) -> Judged {
    let known: BTreeSet<String> = names.iter().cloned().collect();
    let seen = Seen::read(&String::from_utf8_lossy(&output.stdout), &known);
    let failed = seen
        .results
        .iter()
        .filter(|(_, mark)| **mark == Mark::Failed);
    let failed: Vec<&String> = failed.map(|(name, _)| name).collect();
    if seen.counts.is_some() {
        let asserted = failed.iter().find(|name| {
            let section = seen.sections.get(**name).map_or("", String::as_str);
            is_assertion(&panic::failure(ask, name, section), in_test)
        });
        let blamed = asserted.or(failed.first()).map(|name| (**name).clone());
        let how = asserted.map_or(Kill::Error, |_| Kill::Assertion);
        return ended(names, &seen, blamed.map(|name| (name, how)), output.exit);
    }
    if let Some(first) = failed.first() {
        return Judged::Killed((*first).clone(), Kill::Error);
    }
    let Some(started) = seen.started.clone() else {
        return Judged::Unknown(format!("no test had started: {}", ending(output)));
    };
    let stderr = String::from_utf8_lossy(&output.stderr);
    match output.exit {
        Exit::TimedOut | Exit::Signal(CPU) => Judged::TooLong(started),
        _ if stderr.contains("memory allocation of ") => Judged::OutOfMemory(started),
        Exit::Signal(KILLED) | Exit::Code(0) => {
            Judged::Unknown(format!("{started}: {}", ending(output)))
        }
        Exit::Signal(_) | Exit::Code(_) => Judged::Killed(started, Kill::Error),
    }
}

/// A process that came to its last line, where the test `blamed` failed.
fn ended(names: &[String], seen: &Seen, blamed: Option<(String, Kill)>, exit: Exit) -> Judged {
    if let Some(why) = seen.disagreement() {
        return Judged::Unknown(why);
    }
    let owed = if blamed.is_none() { 0 } else { 101 };
    if exit != Exit::Code(owed) {
        return Judged::Unknown(format!("exit {exit:?} does not fit its result line"));
    }
    if let Some((name, how)) = blamed {
        return Judged::Killed(name, how);
    }
    let passed = |name: &String| seen.results.get(name) == Some(&Mark::Passed);
    if names.iter().all(passed) {
        Judged::Passed
    } else {
        Judged::Unknown("a test that was asked for did not run".to_owned())
    }
}

/// Whether an assertion failed: one of the language's, or a guard of the test's own with words
/// of its own.
fn is_assertion(failure: &Failure, in_test: &dyn Fn(&Location) -> bool) -> bool {
    let fault = [
        "called `",
        "index out of bounds",
        "attempt to ",
        "range ",
        "slice index",
        "byte index",
        "already ",
    ];
    let own = !fault.iter().any(|start| failure.message.starts_with(start));
    let panicked = failure.kind == FailureKind::Exception("panic".to_owned());
    failure.kind == FailureKind::Assertion
        || panicked && own && failure.at.as_ref().is_some_and(in_test)
}

fn ending(output: &RawOutput) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let words = stderr.lines().find(|line| !line.trim().is_empty());
    let how = match output.exit {
        Exit::Code(code) => format!("the process ended with exit code {code}"),
        Exit::Signal(signal) => format!("the process was ended by signal {signal}"),
        Exit::TimedOut => "the process was stopped at its time limit".to_owned(),
    };
    words.map_or(how.clone(), |words| format!("{how}: {words}"))
}

/// What a test does while every mutant is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Traced {
    /// It passes, in so many milliseconds, and reaches these places.
    Passes(u64, BTreeSet<usize>),
    /// It is marked as ignored.
    Ignored,
    /// It does not pass, and why; the places that it reaches.
    Fails(String, BTreeSet<usize>),
}

/// What the process that ran the test `name` alone shows.
pub(super) fn traced(ask: &Ask<'_>, name: &str, output: &RawOutput) -> Traced {
    let names = [name.to_owned()];
    let text = String::from_utf8_lossy(&output.stdout);
    let known: BTreeSet<String> = names.iter().cloned().collect();
    let seen = Seen::read(&text, &known);
    if matches!(seen.results.get(name), Some(Mark::Ignored(_))) {
        return Traced::Ignored;
    }
    let fails = |why: &str| Traced::Fails(why.to_owned(), places(&output.files));
    match judged(ask, &names, output, &|_| false) {
        Judged::Passed => Traced::Passes(taken(&text), places(&output.files)),
        Judged::Killed(..) => fails("it fails"),
        Judged::TooLong(_) => fails("it takes too long"),
        Judged::OutOfMemory(_) => fails("it takes too much memory"),
        Judged::Unknown(why) => fails(&why),
    }
}

fn places(files: &BTreeMap<String, Vec<u8>>) -> BTreeSet<usize> {
    let texts = files.values().map(|bytes| String::from_utf8_lossy(bytes));
    let lines = texts.flat_map(|text| {
        let lines = text.lines().filter_map(|line| line.parse().ok());
        lines.collect::<Vec<usize>>()
    });
    lines.collect()
}

/// Milliseconds of `finished in 0.02s`, rounded up.
fn taken(text: &str) -> u64 {
    let word = text
        .rsplit_once("finished in ")
        .and_then(|(_, rest)| rest.split_once('s'))
        .map_or("0", |(word, _)| word);
    let (whole, part) = word.split_once('.').unwrap_or((word, "0"));
    let whole: u64 = whole.parse().unwrap_or_default();
    let hundredths: u64 = format!("{part:0<2}")
        .get(..2)
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_default();
    whole * 1000 + hundredths * 10 + 10
}
