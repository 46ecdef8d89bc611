//! Judges the tests that one CTest ran: a kill means that a test ran and failed.

use super::super::command::{Manner, report_file};
use super::super::outcome::{Seen, outcome};
use super::super::report::{canary_trouble, words};
use super::super::session::Session;
use super::super::surface::is_test_path;
use super::super::test_file::canaries;
use super::super::xml::{Junit, junit};
use crate::ask::{Exit, RawOutput};
use crate::mutate::sharing::Judged;
use redgreen_core::mutant::Kill;
use redgreen_core::outcome::{Failure, FailureKind, Outcome};
use std::collections::{BTreeMap, BTreeSet};

/// What a process that ran out of memory says.
const MEMORY: [&str; 3] = ["bad_alloc", "annot allocate memory", "out of memory"];

/// What CTest shows of the tests `entries`, by their own names in it.
pub(super) fn judged(
    session: &Session<'_>,
    (entries, manner): (&[usize], &Manner),
    output: &RawOutput,
) -> Judged {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let words = words(&stdout);
    let Some(found) = reported(manner, output) else {
        return unreported((entries, &stdout), output.exit);
    };
    let [passes, _] = canaries(session.ask.nonce);
    if found.get(&passes).is_none_or(|test| test.status != "run") {
        return Judged::Unknown("a test that must pass did not".to_owned());
    }
    for index in entries {
        let name = format!("t{index}");
        let (Some(word), Some(junit)) = (words.get(name.as_str()), found.get(&name)) else {
            return Judged::Unknown(format!(
                "CTest was asked for {} and says nothing of it",
                session.entries[*index].name
            ));
        };
        if let Some(judged) = one(session, (*index, manner), (word, junit), output) {
            return judged;
        }
    }
    match canary_trouble(session, &found, output.exit) {
        Some(why) => Judged::Unknown(why),
        None => Judged::Passed,
    }
}

fn reported(manner: &Manner, output: &RawOutput) -> Option<BTreeMap<String, Junit>> {
    let xml = output.files.get(&manner.junit())?;
    junit(&String::from_utf8_lossy(xml))
}

/// What a CTest that wrote no report was at.
fn unreported((entries, stdout): (&[usize], &str), exit: Exit) -> Judged {
    let started = stdout.lines().rev().find_map(|line| {
        let (_, name) = line.trim_start().strip_prefix("Start ")?.split_once(": ")?;
        let index: usize = name.trim().strip_prefix('t')?.parse().ok()?;
        entries.contains(&index).then_some(index)
    });
    match (exit, started) {
        (Exit::TimedOut, Some(index)) => Judged::TooLong(index.to_string()),
        (exit, _) => Judged::Unknown(format!("CTest wrote no report and ended by {exit:?}")),
    }
}

/// What one test shows; nothing where it passed.
fn one(
    session: &Session<'_>,
    (index, manner): (usize, &Manner),
    (word, junit): (&str, &Junit),
    output: &RawOutput,
) -> Option<Judged> {
    let name = index.to_string();
    if word.contains("SIGXCPU") {
        return Some(Judged::TooLong(name));
    }
    let seen = Seen {
        entry: &session.entries[index],
        word,
        junit,
        report: output
            .files
            .get(&report_file(&manner.dir, index))
            .map(Vec::as_slice),
    };
    Some(match outcome(session.ask, &seen) {
        Err(why) => Judged::Unknown(why),
        Ok(Outcome::Passed | Outcome::Skipped(_)) => return None,
        Ok(Outcome::TimedOut) => Judged::TooLong(name),
        Ok(Outcome::Failed(failure)) => {
            let said = MEMORY
                .iter()
                .any(|mark| failure.message.contains(mark) || junit.output.contains(mark));
            if matches!(
                failure.kind,
                FailureKind::Environment | FailureKind::Fixture
            ) {
                Judged::Unknown(failure.message)
            } else if said {
                Judged::OutOfMemory(name)
            } else {
                Judged::Killed(name, how(&failure, &seen.entry.file))
            }
        }
        Ok(other @ (Outcome::Absent | Outcome::NotCollected | Outcome::NotReached)) => {
            Judged::Unknown(format!("{}: {other:?}", seen.entry.name))
        }
    })
}

/// How a failed test noticed: an assertion of production code is none of its own.
fn how(failure: &Failure, file: &str) -> Kill {
    let own = failure
        .at
        .as_ref()
        .is_none_or(|at| at.path == file || is_test_path(&at.path));
    if failure.kind == FailureKind::Assertion && own {
        Kill::Assertion
    } else {
        Kill::Error
    }
}

/// What a test does while every mutant is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Traced {
    /// It passes, in so many milliseconds, and reaches these places.
    Passes(u64, BTreeSet<usize>),
    /// It skips itself.
    Skipped,
    /// It does not pass, and why; the places that it reaches all the same.
    Fails(String, BTreeSet<usize>),
}

/// What each test of `entries` does while every mutant is off.
pub(super) fn traced(
    session: &Session<'_>,
    (entries, manner): (&[usize], &Manner),
    output: &RawOutput,
) -> Vec<(usize, Traced)> {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let words = words(&stdout);
    let found = reported(manner, output);
    let trouble = match &found {
        Some(found) => canary_trouble(session, found, output.exit),
        None => Some(format!(
            "CTest wrote no report and ended by {:?}",
            output.exit
        )),
    };
    let found = found.unwrap_or_default();
    let one = |index: &usize| {
        let name = format!("t{index}");
        let seen = words.get(name.as_str()).zip(found.get(&name));
        let reached = || places(output.files.get(&manner.file(*index)));
        let traced = match (&trouble, seen) {
            (Some(why), _) => Traced::Fails(why.clone(), reached()),
            (None, None) => Traced::Fails("it did not run".to_owned(), reached()),
            (None, Some((word, junit))) => {
                match one(session, (*index, manner), (word, junit), output) {
                    Some(judged) => Traced::Fails(told(&judged), reached()),
                    None if is_skipped(session, (*index, manner), (word, junit), output) => {
                        Traced::Skipped
                    }
                    None => Traced::Passes(junit.ms.unwrap_or_default() + 10, reached()),
                }
            }
        };
        (*index, traced)
    };
    entries.iter().map(one).collect()
}

fn is_skipped(
    session: &Session<'_>,
    (index, manner): (usize, &Manner),
    (word, junit): (&str, &Junit),
    output: &RawOutput,
) -> bool {
    let report = output.files.get(&report_file(&manner.dir, index));
    let seen = Seen {
        entry: &session.entries[index],
        word,
        junit,
        report: report.map(Vec::as_slice),
    };
    matches!(outcome(session.ask, &seen), Ok(Outcome::Skipped(_)))
}

fn told(judged: &Judged) -> String {
    match judged {
        Judged::Passed => "it passes",
        Judged::Killed(..) => "it fails",
        Judged::TooLong(_) => "it takes too long",
        Judged::OutOfMemory(_) => "it takes too much memory",
        Judged::Unknown(why) => why,
    }
    .to_owned()
}

fn places(file: Option<&Vec<u8>>) -> BTreeSet<usize> {
    let text = file.map_or(String::new(), |bytes| {
        String::from_utf8_lossy(bytes).into_owned()
    });
    text.lines().filter_map(|line| line.parse().ok()).collect()
}
