//! Reads the sessions of one run into a report, and refuses what disagrees.

use super::lines::{Session, Test, Thrown, Turn};
use super::reconcile::{disagreement, must_fail};
use super::{Asks, report_file, thrown};
use crate::js::language::{Found, can_be, parts, written_tests};
use crate::js::names::{self, Counted};
use crate::words::{cut_off, ended};
use crate::{Ask, Exit, RawOutput};
use redgreen_core::evidence::{Diagnostic, Report, Selection, TestSeen};
use redgreen_core::outcome::{Failure, FailureKind, Location, Outcome, Stage};
use std::collections::BTreeMap;

/// What the commands of one run say together.
pub(crate) fn read(ask: &Ask<'_>, outputs: &[RawOutput], remedy: &str) -> Report {
    let owed = super::owed(ask, outputs);
    let mut whole = Report::default();
    for (index, asks) in owed.iter().enumerate() {
        let Some(output) = outputs.get(index) else {
            let trouble = cut_off(outputs.len(), owed.len());
            whole.trouble = whole.trouble.or(Some(trouble));
            break;
        };
        let bytes = output.files.get(&report_file(index));
        let session = Session::read(bytes.map_or(&[][..], Vec::as_slice), ask.nonce);
        let trouble = match asks {
            Asks::Tests(_) => {
                let found = tests(ask, &session, output.exit);
                for (name, seen) in found {
                    put(&mut whole.tests, name, seen);
                }
                whole
                    .diagnostics
                    .extend(diagnostics(ask, &session, output.exit));
                disagreement(&session, output, remedy)
            }
            Asks::Canary => must_fail(&session, output),
            Asks::Names => None,
        };
        whole.trouble = whole.trouble.or(trouble);
    }
    let mut unique: Vec<Diagnostic> = Vec::new();
    for diagnostic in whole.diagnostics {
        if !unique.contains(&diagnostic) {
            unique.push(diagnostic);
        }
    }
    whole.diagnostics = unique;
    whole
}

/// What a command that only found the tests says.
pub(crate) fn listed(ask: &Ask<'_>, output: &RawOutput, remedy: &str) -> Report {
    let bytes = output.files.get(&report_file(0));
    let session = Session::read(bytes.map_or(&[][..], Vec::as_slice), ask.nonce);
    Report {
        tests: tests(ask, &session, output.exit).into_iter().collect(),
        diagnostics: diagnostics(ask, &session, output.exit),
        trouble: disagreement(&session, output, remedy),
        ..Report::default()
    }
}

/// A test that ran twice, in two projects of one configuration, did the worse of the two.
fn put(tests: &mut BTreeMap<String, TestSeen>, name: String, seen: TestSeen) {
    let weight = |outcome: &Outcome| match outcome {
        Outcome::Failed(_) => 5,
        Outcome::TimedOut => 4,
        Outcome::NotReached => 3,
        Outcome::Passed => 2,
        Outcome::Skipped(_) => 1,
        Outcome::NotCollected | Outcome::Absent => 0,
    };
    match tests.get(&name) {
        Some(known) if weight(&known.outcome) >= weight(&seen.outcome) => {}
        Some(_) | None => {
            tests.insert(name, seen);
        }
    }
}

/// One outcome for each asked test.
fn tests(ask: &Ask<'_>, session: &Session, exit: Exit) -> Vec<(String, TestSeen)> {
    let mut seen = Vec::new();
    for turn in session.turns.iter().filter(|turn| turn.load.is_empty()) {
        let named = named(turn);
        for (name, test) in named
            .iter()
            .filter(|(name, test)| test.asked && is_asked(ask, name))
        {
            let outcome = outcome(ask, session, test, exit);
            let ms = test.done.as_ref().and_then(|done| done.ms);
            seen.push((name.clone(), TestSeen { outcome, ms }));
        }
    }
    seen
}

/// The tests of a file with the names that its source gives them.
fn named(turn: &Turn) -> Vec<(String, &Test)> {
    let text = turn.text.as_deref().unwrap_or_default();
    let mut claims = Claims::of(written_tests(&turn.path, text));
    let tests = turn.tests.values();
    tests
        .map(|test| (claims.name(&turn.path, &test.titles), test))
        .collect()
}

/// The tests that the source spells out, and which of them were seen.
struct Claims {
    written: Vec<(Found, bool)>,
    counted: Counted,
}

impl Claims {
    fn of(written: Vec<Found>) -> Self {
        Self {
            written: written.into_iter().map(|found| (found, false)).collect(),
            counted: Counted::default(),
        }
    }

    /// The name of the test that was shown with these titles: as it is written where it can be
    /// found, with its own titles behind it where they are made when the file runs.
    fn name(&mut self, path: &str, shown: &[String]) -> String {
        let plain = |(found, taken): &&mut (Found, bool)| {
            !*taken && !found.dynamic && found.titles == shown
        };
        if let Some((found, taken)) = self.written.iter_mut().find(plain) {
            *taken = true;
            self.counted.unique(found.name.clone());
            return found.name.clone();
        }
        let titles: Vec<&str> = shown.iter().map(String::as_str).collect();
        let fits = |found: &&(Found, bool)| {
            found.0.dynamic
                && found.0.titles.len() == shown.len()
                && found
                    .0
                    .titles
                    .iter()
                    .zip(shown)
                    .all(|(written, shown)| written == shown || can_be(&parts(written), shown))
        };
        let name = match self.written.iter().find(fits) {
            Some((found, _)) => names::case(&found.name, &titles),
            None => names::name(path, &titles),
        };
        self.counted.unique(name)
    }
}

fn is_asked(ask: &Ask<'_>, name: &str) -> bool {
    let Selection::Tests(asked) = ask.tests else {
        return true;
    };
    asked.iter().any(|asked| {
        name.strip_prefix(asked.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '#']))
    })
}

/// What a test came to: the first failure before or in its body, else one after it, else its end.
fn outcome(ask: &Ask<'_>, session: &Session, test: &Test, exit: Exit) -> Outcome {
    let own = ask.unit.own_names.as_slice();
    let after = |fail: &&super::lines::Fail| fail.stage == "teardown";
    let first = test.fails.iter().find(|fail| !after(fail));
    if let Some(fail) = first.or_else(|| test.fails.first()) {
        return thrown::outcome(fail, own);
    }
    let Some(done) = &test.done else {
        return unfinished(session, test, exit);
    };
    match done.state.as_str() {
        "passed" if done.failing => Outcome::Skipped("expected to fail".to_owned()),
        "passed" if done.tries.is_some_and(|tries| tries > 1) => {
            let kind = FailureKind::Exception("Unstable".to_owned());
            let message = "passed only when it was run again";
            Outcome::Failed(Failure::new(Stage::Call, kind, message))
        }
        "passed" => Outcome::Passed,
        "skipped" => Outcome::Skipped(done.why.clone().unwrap_or_default()),
        "left" => Outcome::NotCollected,
        _ if done.failing => {
            let message = "passed although it is expected to fail";
            Outcome::Failed(Failure::new(
                Stage::Call,
                FailureKind::UnexpectedPass,
                message,
            ))
        }
        _ => {
            let kind = FailureKind::Exception(String::new());
            let message = "failed and did not say why";
            Outcome::Failed(Failure::new(Stage::Call, kind, message))
        }
    }
}

/// A test that was begun when the process ended is what ended it.
fn unfinished(session: &Session, test: &Test, exit: Exit) -> Outcome {
    if !test.began || session.ended() {
        return Outcome::NotReached;
    }
    if exit == Exit::TimedOut {
        return Outcome::TimedOut;
    }
    let message = format!("the process ended inside the test: {}", ended(exit));
    Outcome::Failed(Failure::new(Stage::Process, FailureKind::Death, &message))
}

/// What kept files from being loaded.
fn diagnostics(ask: &Ask<'_>, session: &Session, exit: Exit) -> Vec<Diagnostic> {
    let own = ask.unit.own_names.as_slice();
    let at_load = |path: &str, thrown: &Thrown| {
        let mut failure = thrown::failure(Stage::Load, thrown, own);
        failure.at = failure.at.or_else(|| Some(Location::new(path, 0)));
        Diagnostic {
            failure,
            hides: names::file_start(path),
        }
    };
    let mut all = Vec::new();
    for turn in &session.turns {
        all.extend(turn.load.iter().map(|thrown| at_load(&turn.path, thrown)));
        let dead = !turn.listed && turn.load.is_empty() && !session.ended();
        let is_last = session
            .turns
            .last()
            .is_some_and(|last| std::ptr::eq(last, turn));
        if dead && is_last && exit != Exit::TimedOut {
            let why = format!(
                "the process ended while it loaded {}: {}",
                turn.path,
                ended(exit)
            );
            let failure = Failure::new(Stage::Process, FailureKind::Death, &why);
            all.push(Diagnostic {
                failure: failure.at(Some(Location::new(turn.path.clone(), 0))),
                hides: names::file_start(&turn.path),
            });
        }
    }
    // A file that never came to its tests: its set-up or environment failed before.
    for result in &session.results {
        let mut of_file = session.turns.iter().filter(|turn| turn.path == result.path);
        let told = of_file.any(|turn| turn.listed || !turn.load.is_empty());
        if let (false, Some(error)) = (told, &result.error) {
            all.push(at_load(&result.path, error));
        }
    }
    for (path, thrown) in &session.loose {
        let hides = path.as_deref().map(names::file_start).unwrap_or_default();
        let failure = thrown::failure(Stage::Teardown, thrown, own);
        all.push(Diagnostic { failure, hides });
    }
    all
}
