//! Holds lines, counts, canaries and exit code of a session against each other.

use super::lines::{End, Session, Test};
use crate::words::{ended, last_words};
use crate::{Exit, RawOutput};
use redgreen_core::evidence::Trouble;
use std::collections::BTreeMap;

/// Where lines, counts, canary and exit code disagree; or why nothing ran.
pub(super) fn disagreement(session: &Session, output: &RawOutput, remedy: &str) -> Option<Trouble> {
    if let Some(tool) = &session.missing {
        return Some(Trouble::MissingTool {
            tool: tool.clone(),
            remedy: remedy.to_owned(),
        });
    }
    if session.nothing {
        return None;
    }
    if let Some(file) = session.outside.first() {
        let module = file.rsplit('/').next().unwrap_or(file).to_owned();
        let path = file.clone();
        return Some(Trouble::AnotherCopy { module, path });
    }
    let Some(end) = &session.end else {
        return unended(session, output);
    };
    let why = counts(session, end, output.exit)
        .or_else(|| results(session))
        .or_else(|| must_pass(session))?;
    Some(Trouble::Inconsistent { why })
}

fn unended(session: &Session, output: &RawOutput) -> Option<Trouble> {
    if output.exit == Exit::TimedOut {
        return Some(Trouble::Hung { limit_ms: 0 });
    }
    let mut tests = session.turns.iter().flat_map(|turn| turn.tests.values());
    let inside = tests.any(|test| test.began && test.done.is_none());
    let loading = session.turns.last().is_some_and(|turn| !turn.listed);
    if inside
        || (loading
            && session
                .turns
                .last()
                .is_some_and(|turn| turn.load.is_empty()))
    {
        return None;
    }
    let ended = ended(output.exit);
    if session.turns.is_empty() {
        let why = format!("{ended}: {}", last_words(output));
        return Some(Trouble::CouldNotRun { why });
    }
    let why = format!("the run never finished, yet {ended}");
    Some(Trouble::Inconsistent { why })
}

fn counts(session: &Session, end: &End, exit: Exit) -> Option<String> {
    if end.lines != session.lines {
        return Some(format!(
            "{} of {} report lines were found",
            session.lines, end.lines
        ));
    }
    let fails = session.turns.iter().flat_map(|turn| turn.tests.values());
    let failed = fails
        .filter(|test| {
            test.done
                .as_ref()
                .is_some_and(|done| done.state == "failed")
        })
        .count();
    let broken = session.turns.iter().any(|turn| !turn.load.is_empty())
        || !session.loose.is_empty()
        || session
            .results
            .iter()
            .any(|result| result.error.is_some() || result.text.is_some())
        || session.canaries.iter().any(|ran| ran.state == "failed")
        || session
            .turns
            .iter()
            .flat_map(|turn| turn.tests.values())
            .any(|t| !t.fails.is_empty());
    match exit {
        Exit::Code(0) if failed > 0 => Some(format!("exit code 0 beside {failed} failures")),
        Exit::Code(code) if code != 0 && failed == 0 && !broken && !end.stale => {
            Some(format!("exit code {code} without a failure"))
        }
        Exit::Code(_) if end.success && failed > 0 => Some(format!(
            "the runner says that all is well beside {failed} failures"
        )),
        Exit::Code(_) => silent(session),
        Exit::Signal(_) | Exit::TimedOut => Some(format!("the run finished, yet {}", ended(exit))),
    }
}

/// A file or a test that was begun and not finished in a run that came to its end.
fn silent(session: &Session) -> Option<String> {
    for turn in session.turns.iter().filter(|turn| turn.load.is_empty()) {
        if !turn.listed || !turn.left {
            let known = session
                .results
                .iter()
                .any(|r| r.path == turn.path && r.error.is_some());
            if !known {
                return Some(format!("{} was begun and never finished", turn.path));
            }
        }
        let open = |test: &&Test| test.asked && test.done.is_none();
        if let Some(test) = turn.tests.values().find(open) {
            let name = test.titles.join(" > ");
            return Some(format!("{name} in {} has no outcome", turn.path));
        }
    }
    None
}

/// What the runner counted against what the tests said, file by file.
fn results(session: &Session) -> Option<String> {
    let mut owed: BTreeMap<&str, u64> = BTreeMap::new();
    for turn in &session.turns {
        let failed = turn.tests.values().filter(|test| {
            test.done
                .as_ref()
                .is_some_and(|done| done.state == "failed")
        });
        *owed.entry(turn.path.as_str()).or_default() += failed.count() as u64;
    }
    let excused = session
        .canaries
        .iter()
        .filter(|ran| ran.state == "failed")
        .count() as u64;
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    for result in &session.results {
        *counted.entry(result.path.as_str()).or_default() += result.failed;
    }
    counted.into_iter().find_map(|(path, count)| {
        let owed = owed.get(path).copied().unwrap_or_default();
        let fits = count >= owed && count <= owed + excused;
        (!fits).then(|| format!("the runner counted {count} failures in {path}, not {owed}"))
    })
}

/// The test that redgreen added passes wherever tests ran.
fn must_pass(session: &Session) -> Option<String> {
    let ran = session
        .turns
        .iter()
        .filter(|turn| turn.left && turn.load.is_empty());
    let owed = usize::from(ran.clone().count() > 0);
    let bad = session
        .canaries
        .iter()
        .find(|ran| ran.state != "passed" && !ran.excused);
    if let Some(bad) = bad {
        return Some(format!(
            "the test that redgreen added must pass, but {}",
            bad.state
        ));
    }
    let few = session.canaries.len() < owed;
    few.then(|| "the test that redgreen added must pass, but did not run".to_owned())
}

/// The short run of the test that must fail.
pub(super) fn must_fail(session: &Session, output: &RawOutput) -> Option<Trouble> {
    let failed = session.canaries.iter().any(|ran| ran.state == "failed");
    let passed = session.canaries.iter().any(|ran| ran.state == "passed");
    let why = match (failed && !passed, output.exit) {
        (_, Exit::TimedOut) => return Some(Trouble::Hung { limit_ms: 0 }),
        (true, Exit::Code(0)) => "exit code 0 beside a test that must fail",
        (true, _) if session.end.as_ref().is_some_and(|end| end.success) => {
            "the runner says that all is well beside a test that must fail"
        }
        (true, _) => return None,
        (false, _) if passed => "a test that must fail passed",
        (false, _) => "a test that must fail did not run",
    };
    let why = why.to_owned();
    Some(Trouble::Inconsistent { why })
}
