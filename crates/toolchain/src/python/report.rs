//! Reads a session's lines, output and exit into a report, and refuses what disagrees.

use super::classify;
use super::lines::{Collect, Collected, Phase, Session};
use super::{command, must_fail, reconcile};
use crate::words::{ended, last_words};
use crate::{Ask, Exit, RawOutput};
use redgreen_core::evidence::{Diagnostic, Report, TestSeen, Trouble};
use redgreen_core::outcome::{Failure, FailureKind, Location, Outcome, Stage};
use std::collections::BTreeMap;

/// What the sessions of one run say together.
pub(super) fn read(ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
    let owed = command::owed(ask, outputs);
    let mut whole = Report::default();
    for (index, output) in outputs.iter().enumerate().take(owed) {
        let report = one(ask, output, &command::report_file(index));
        whole.tests.extend(report.tests);
        for diagnostic in report.diagnostics {
            if !whole.diagnostics.contains(&diagnostic) {
                whole.diagnostics.push(diagnostic);
            }
        }
        whole.trouble = whole.trouble.or(report.trouble);
        whole.left_out.extend(report.left_out);
    }
    whole.left_out.sort();
    whole.left_out.dedup();
    if whole.trouble.is_none() && command::fails(ask, outputs).is_some() {
        whole.trouble = outputs.get(owed).map_or_else(missing, |output| {
            let file = output.files.get(&command::report_file(owed));
            let bytes = file.map_or(&[][..], Vec::as_slice);
            must_fail::disagreement(&Session::read(bytes, ask.nonce), output.exit)
        });
    }
    if outputs.len() < owed && whole.trouble.is_none() {
        let why = format!("{} of {owed} commands were run", outputs.len());
        whole.trouble = Some(Trouble::CouldNotRun { why });
    }
    whole
}

/// A run is over only once its tests that must fail have run.
fn missing() -> Option<Trouble> {
    let why = "the tests that must fail were never run".to_owned();
    Some(Trouble::CouldNotRun { why })
}

fn one(ask: &Ask<'_>, output: &RawOutput, file: &str) -> Report {
    let bytes = output.files.get(file).map_or(&[][..], Vec::as_slice);
    let session = Session::read(bytes, ask.nonce);
    let mut report = Report {
        diagnostics: diagnostics(&session),
        left_out: left_out(&session),
        ..Report::default()
    };
    if let Some(trouble) = unstarted(&session, output) {
        report.trouble = Some(trouble);
        return report;
    }
    if let Some(collected) = &session.collected {
        report.tests = tests(&session, collected, output.exit);
    } else if !session.nothing && report.diagnostics.iter().all(|d| !d.hides.is_empty()) {
        let (diagnostic, trouble) = uncollected(&session, output);
        report.diagnostics.extend(diagnostic);
        report.trouble = trouble;
    }
    if let Some((module, path)) = session.outside.first().cloned() {
        report.trouble = Some(Trouble::AnotherCopy { module, path });
    }
    report.trouble = report
        .trouble
        .or_else(|| patched(&session))
        .or_else(|| reconcile::disagreement(&session, output))
        .or_else(|| must_fail::inside(ask, &session));
    report
}

/// Why the runner never began.
pub(super) fn unstarted(session: &Session, output: &RawOutput) -> Option<Trouble> {
    if let Some(module) = &session.missing {
        return Some(Trouble::MissingTool {
            tool: module.clone(),
            remedy: command::REMEDY.to_owned(),
        });
    }
    if session.started {
        return None;
    }
    Some(match output.exit {
        Exit::TimedOut => hung(),
        Exit::Code(_) | Exit::Signal(_) => Trouble::CouldNotRun {
            why: format!("{}: {}", ended(output.exit), last_words(output)),
        },
    })
}

/// A runner that is not the one that was installed can say anything.
fn patched(session: &Session) -> Option<Trouble> {
    let (first, more) = session.patched.split_first()?;
    let more = match more.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let why =
        format!("the installed pytest differs from its RECORD: {first}{more}; install it afresh");
    Some(Trouble::Inconsistent { why })
}

/// The time limit is engine's: it stopped the run and knows how long that took.
pub(super) fn hung() -> Trouble {
    Trouble::Hung { limit_ms: 0 }
}

/// What kept files from being collected.
pub(super) fn diagnostics(session: &Session) -> Vec<Diagnostic> {
    let conftest = session.conftest.iter().map(|(path, exc)| {
        let place = path.as_ref().map(|path| Location::new(path.clone(), 0));
        Diagnostic {
            failure: classify::failure(Stage::Load, exc, place.as_ref()),
            hides: String::new(),
        }
    });
    let failed = |collect: &&Collect| collect.outcome != "skipped";
    let collects = session.collects.iter().filter(failed).map(not_collected);
    conftest.chain(collects).collect()
}

fn not_collected(collect: &Collect) -> Diagnostic {
    let place = collect
        .path
        .as_ref()
        .map(|path| Location::new(path.clone(), 0));
    let failure = match (&collect.exc, &collect.text) {
        (Some(exc), _) => classify::failure(Stage::Load, exc, place.as_ref()),
        (None, Some(text)) => classify::reported(Stage::Load, text, place.as_ref()),
        (None, None) => {
            let kind = FailureKind::Exception(String::new());
            Failure::new(Stage::Load, kind, "could not be collected").at(place)
        }
    };
    Diagnostic {
        failure,
        hides: hidden(collect),
    }
}

/// The start of the names of every test that a collector's failure hides.
fn hidden(collect: &Collect) -> String {
    if collect.outcome == "fatal" || collect.shape == "session" {
        return String::new();
    }
    if collect.shape != "dir" {
        return format!("{}::", collect.id);
    }
    let dir = collect.id.trim_end_matches("/__init__.py");
    if dir == "." {
        return String::new();
    }
    format!("{dir}/")
}

fn left_out(session: &Session) -> Vec<String> {
    let doctests = session
        .collected
        .iter()
        .flat_map(|collected| &collected.left);
    let doctests = doctests.map(|name| format!("doctest {name}"));
    let skipped = session.collects.iter().filter(|c| c.outcome == "skipped");
    let skipped = skipped.map(|collect| {
        let reason = collect.reason.as_deref().unwrap_or_default();
        format!("{} skipped itself: {reason}", collect.id)
    });
    doctests.chain(skipped).collect()
}

/// A run that ended before its tests were known.
fn uncollected(session: &Session, output: &RawOutput) -> (Option<Diagnostic>, Option<Trouble>) {
    if let Some(text) = &session.internal {
        let why = format!("the runner failed: {}", tail(text));
        return (None, Some(Trouble::CouldNotRun { why }));
    }
    match (session.end, &session.collecting, output.exit) {
        (None, _, Exit::TimedOut) => (None, Some(hung())),
        (None, Some(file), exit) => (Some(died_loading(file, exit)), None),
        (None, None, _) | (Some(_), _, _) => {
            let why = format!("{}: {}", ended(output.exit), last_words(output));
            (None, Some(Trouble::CouldNotRun { why }))
        }
    }
}

/// The process died while it imported `file`; nothing else could run.
fn died_loading(file: &str, exit: Exit) -> Diagnostic {
    let message = format!(
        "the process ended while it imported {file}: {}",
        ended(exit)
    );
    let failure = Failure::new(Stage::Process, FailureKind::Death, &message);
    Diagnostic {
        failure: failure.at(Some(Location::new(file, 0))),
        hides: String::new(),
    }
}

/// One outcome for each collected test.
fn tests(session: &Session, collected: &Collected, exit: Exit) -> BTreeMap<String, TestSeen> {
    let mut phases: BTreeMap<&str, Vec<&Phase>> = BTreeMap::new();
    for phase in &session.phases {
        phases.entry(&phase.id).or_default().push(phase);
    }
    let mut seen = BTreeMap::new();
    for item in &collected.tests {
        let place = Location::new(item.1.clone(), item.2);
        let own = phases.get(item.0.as_str()).map_or(&[][..], Vec::as_slice);
        let finished = session.running() != Some(item.0.as_str());
        let outcome = if let Some(exit) = session.cut_short(&item.0) {
            cut_short(own, &place, exit)
        } else if finished {
            outcome(own, &place).unwrap_or(Outcome::NotReached)
        } else {
            cut_short(own, &place, exit)
        };
        let ms = (!own.is_empty()).then(|| own.iter().map(|phase| phase.ms).sum());
        seen.insert(item.0.clone(), TestSeen { outcome, ms });
    }
    for name in &collected.other {
        let outcome = Outcome::NotCollected;
        seen.entry(name.clone())
            .or_insert(TestSeen { outcome, ms: None });
    }
    seen
}

/// The outcome of the test that ran when the process ended.
fn cut_short(phases: &[&Phase], place: &Location, exit: Exit) -> Outcome {
    if let Some(failed @ Outcome::Failed(_)) = outcome(phases, place) {
        return failed;
    }
    if exit == Exit::TimedOut {
        return Outcome::TimedOut;
    }
    let message = format!("the process ended inside the test: {}", ended(exit));
    let failure = Failure::new(Stage::Process, FailureKind::Death, &message);
    Outcome::Failed(failure.at(Some(place.clone())))
}

/// What the phases of a test come to: the first failure; else what the call did. Nothing where
/// the test has not got as far as its call.
fn outcome(phases: &[&Phase], place: &Location) -> Option<Outcome> {
    let mut result = None;
    let mut teardown = None;
    for phase in phases {
        let now = phase_outcome(phase, place);
        let setup = phase.when == "setup";
        match now {
            Some(Outcome::Passed) if setup => {}
            Some(Outcome::Passed) if phase.when == "teardown" => {}
            Some(bad @ (Outcome::Failed(_) | Outcome::TimedOut)) if phase.when == "teardown" => {
                teardown.get_or_insert(bad);
            }
            Some(now) => match result {
                Some(Outcome::Failed(_) | Outcome::TimedOut) => {}
                _ => result = Some(now),
            },
            None => {}
        }
    }
    match result {
        Some(Outcome::Failed(_) | Outcome::TimedOut) => result,
        _ => teardown.or(result),
    }
}

/// What one phase did. The exception object counts more than the reported outcome: a hook of the
/// project may have rewritten that.
fn phase_outcome(phase: &Phase, place: &Location) -> Option<Outcome> {
    let stage = match phase.when.as_str() {
        "setup" => Stage::Setup,
        "teardown" => Stage::Teardown,
        _ => Stage::Call,
    };
    let reason = || phase.reason.clone().unwrap_or_default();
    let xreason = |mark: &str| {
        let why = phase.wasxfail.clone().unwrap_or_default();
        let why = why.trim_start_matches("reason: ").to_owned();
        let why = if why.is_empty() { reason() } else { why };
        let joined = format!("{mark}: {why}");
        Outcome::Skipped(joined.trim_end_matches(": ").to_owned())
    };
    Some(match (&phase.exc, phase.outcome.as_str()) {
        (Some(exc), _) if exc.skip => Outcome::Skipped(reason()),
        (Some(exc), _) if exc.xfail => xreason("xfail"),
        (Some(_), "skipped") if phase.wasxfail.is_some() => xreason("xfail"),
        (Some(exc), _) if classify::timed_out(exc) => Outcome::TimedOut,
        (Some(exc), _) => Outcome::Failed(classify::failure(stage, exc, Some(place))),
        (None, "passed") if phase.wasxfail.is_some() => xreason("xpass"),
        (None, "passed") => Outcome::Passed,
        (None, "skipped") if phase.wasxfail.is_some() => xreason("xfail"),
        (None, "skipped") => Outcome::Skipped(reason()),
        (None, "failed") => {
            let text = phase.text.clone().unwrap_or_default();
            if classify::is_timeout(&text.text) {
                Outcome::TimedOut
            } else {
                Outcome::Failed(classify::reported(stage, &text, Some(place)))
            }
        }
        (None, _) => return None,
    })
}

/// The last lines of a text.
pub(super) fn tail(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let last = lines[lines.len().saturating_sub(8)..].join("\n");
    let from = last.chars().count().saturating_sub(1500);
    last.chars().skip(from).collect()
}
