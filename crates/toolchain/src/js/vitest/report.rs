//! Reads what vitest reported into outcomes, and refuses what disagrees.

use super::command::{self, Goal};
use super::lines::{Module, Run, Suite, Test};
use super::reconcile::{disagreement, must_fail};
use crate::js::cases::Written;
use crate::js::names::{self, Counted};
use crate::js::thrown::{self, Around, Thrown};
use crate::words::cut_off;
use crate::{Ask, Exit, RawOutput};
use redgreen_core::evidence::{Diagnostic, Report, Selection, TestSeen};
use redgreen_core::id::TestId;
use redgreen_core::outcome::{Failure, FailureKind, Location, Outcome, Stage};

/// What the commands of one run say together.
pub(super) fn read(ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
    let goals = command::goals(ask);
    let mut report = Report::default();
    for (index, (goal, output)) in goals.iter().zip(outputs).enumerate() {
        let file = command::report_file(index);
        let bytes = output.files.get(&file).map_or(&[][..], Vec::as_slice);
        let run = Run::read(bytes, ask.nonce);
        let trouble = match goal {
            Goal::Main { canary, .. } => {
                let canary = canary.as_deref();
                add(ask, &run, (canary, output.exit), &mut report);
                disagreement(&run, output, canary)
            }
            Goal::Fails { canary } => must_fail(&run, output, canary),
        };
        report.trouble = report.trouble.or(trouble);
    }
    if outputs.len() < goals.len() && report.trouble.is_none() {
        report.trouble = Some(cut_off(outputs.len(), goals.len()));
    }
    report.left_out.sort();
    report.left_out.dedup();
    report
}

/// What a command that ran only the canary says.
pub(super) fn listed(ask: &Ask<'_>, output: &RawOutput) -> Report {
    let Goal::Main { canary, .. } = command::listed(ask) else {
        return Report::default();
    };
    let bytes = output.files.get(&command::report_file(0));
    let run = Run::read(bytes.map_or(&[][..], Vec::as_slice), ask.nonce);
    let mut report = Report::default();
    add(ask, &run, (canary.as_deref(), output.exit), &mut report);
    report.trouble = disagreement(&run, output, canary.as_deref());
    report
}

/// Adds the tests and diagnostics of one command, the canary left out.
fn add(ask: &Ask<'_>, run: &Run, (canary, exit): (Option<&str>, Exit), report: &mut Report) {
    report.left_out.extend(run.left.iter().cloned());
    for module in &run.modules {
        if Some(module.file.as_str()) == canary || !is_asked_file(ask, &module.file) {
            continue;
        }
        report.diagnostics.extend(diagnostics(ask, module));
        let written = Written::of(&module.file, module.source.as_deref());
        let mut counted = Counted::default();
        let ending = Ending::of(run, module, exit);
        let unhandled = unhandled(run, module, &written);
        for (index, test) in module.tests.iter().enumerate() {
            let name = counted.unique(written.name(&test.titles, test.line));
            if !is_asked(ask, &name) {
                continue;
            }
            let teller = Teller {
                module,
                around: around(ask, module),
                ending,
                running: running(module) == Some(index),
            };
            let outcome = teller.outcome(test, caught(&name, test, &unhandled));
            let seen = TestSeen {
                outcome,
                ms: test.ms,
            };
            put(report, name, seen);
        }
    }
}

/// A file that several projects run has one outcome: the worst.
fn put(report: &mut Report, name: String, seen: TestSeen) {
    let rank = |seen: &TestSeen| match &seen.outcome {
        Outcome::Failed(_) | Outcome::TimedOut => 4,
        Outcome::NotReached => 3,
        Outcome::Passed => 2,
        Outcome::Skipped(_) => 1,
        Outcome::NotCollected | Outcome::Absent => 0,
    };
    match report.tests.get(&name) {
        Some(known) if rank(known) >= rank(&seen) => {}
        Some(_) | None => drop(report.tests.insert(name, seen)),
    }
}

fn is_asked_file(ask: &Ask<'_>, file: &str) -> bool {
    match ask.tests {
        Selection::Whole => true,
        Selection::Files(files) => files.iter().any(|asked| asked == file),
        Selection::Tests(tests) => tests.iter().any(|test| names::file_of(test) == file),
    }
}

fn is_asked(ask: &Ask<'_>, name: &str) -> bool {
    let Selection::Tests(tests) = ask.tests else {
        return true;
    };
    let id = TestId::new(&ask.unit.id, name);
    tests
        .iter()
        .any(|test| id.is_case_of(&TestId::new(&ask.unit.id, test.as_str())))
}

fn around<'a>(ask: &'a Ask<'_>, module: &'a Module) -> Around<'a> {
    Around {
        file: &module.file,
        source: module.source.as_deref(),
        own_names: &ask.unit.own_names,
    }
}

/// What kept the file from being loaded.
fn diagnostics(ask: &Ask<'_>, module: &Module) -> Vec<Diagnostic> {
    if !module.tests.is_empty() {
        return Vec::new();
    }
    let diagnostic = |thrown: &Thrown| {
        let empty = thrown.message.starts_with("No test suite found in file")
            || thrown.message.starts_with("No test found in suite");
        let failure = if empty {
            let place = Location::new(module.file.clone(), 0);
            Failure::new(Stage::Load, FailureKind::Fixture, &thrown.message).at(Some(place))
        } else {
            thrown::failure(Stage::Load, thrown, around(ask, module))
        };
        Diagnostic {
            failure,
            hides: names::file_start(&module.file),
        }
    };
    module.errors.iter().map(diagnostic).collect()
}

/// How a module came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// By itself.
    Finished,
    /// Its process died.
    Died,
    /// It was stopped at the time limit.
    Stopped,
}

impl Ending {
    fn of(run: &Run, module: &Module, exit: Exit) -> Self {
        match (module.ended, run.end.is_some(), exit) {
            (true, _, _) => Self::Finished,
            (false, false, Exit::TimedOut) => Self::Stopped,
            (false, _, Exit::Code(_) | Exit::Signal(_)) | (false, true, Exit::TimedOut) => {
                Self::Died
            }
        }
    }
}

/// The test that a module which never ended was in: one that began, else the first that did not
/// end. What began is told with a delay, so a hang at the very start is told by its place alone.
fn running(module: &Module) -> Option<usize> {
    let began = |test: &Test| test.state.as_deref() == Some("run");
    let waits = |test: &Test| !test.ran() && !is_silent(test);
    let tests = &module.tests;
    let first = tests.iter().position(began);
    first.or_else(|| tests.iter().position(waits))
}

fn is_silent(test: &Test) -> bool {
    matches!(test.mode.as_str(), "skip" | "todo") || test.state.as_deref() == Some("skip")
}

/// An error that nobody caught, and the name of the test that it was thrown in, as far as its
/// frames tell: vitest names the test that ran when the error came to light.
struct Uncaught<'r> {
    thrower: Option<String>,
    thrown: &'r Thrown,
}

/// Errors that nobody caught, of this module.
fn unhandled<'r>(run: &'r Run, module: &Module, written: &Written<'_>) -> Vec<Uncaught<'r>> {
    let all = run.end.iter().flat_map(|end| end.unhandled.iter());
    let own = all.filter(|error| error.path.as_deref() == Some(module.file.as_str()));
    own.map(|thrown| {
        let mut frames = thrown.frames.iter().filter(|frame| frame.0 == module.file);
        let thrower = frames.find_map(|frame| written.at_line(frame.1));
        let thrower = thrower.map(str::to_owned);
        Uncaught { thrower, thrown }
    })
    .collect()
}

/// Tells what a test of a module did.
struct Teller<'a> {
    module: &'a Module,
    around: Around<'a>,
    ending: Ending,
    running: bool,
}

impl Teller<'_> {
    fn outcome(&self, test: &Test, caught: Option<(Stage, &Thrown)>) -> Outcome {
        if let Some(first) = test.errors.first() {
            return self.failed(test, first);
        }
        let above = self.above(test);
        match test.state.as_deref() {
            Some("fail") => {
                let kind = FailureKind::Exception(String::new());
                let place = Location::new(self.module.file.clone(), test.line);
                let failure = Failure::new(Stage::Call, kind, "failed without an error");
                Outcome::Failed(failure.at(Some(place)))
            }
            Some("pass") => match (above, caught) {
                (Some(thrown), _) => self.thrown(Stage::Teardown, thrown),
                (None, Some((stage, thrown))) => self.thrown(stage, thrown),
                (None, None) if test.fails => Outcome::Skipped("expected to fail".to_owned()),
                (None, None) => Outcome::Passed,
            },
            _ => self.unfinished(test, above),
        }
    }

    /// A test that has no result of its own.
    fn unfinished(&self, test: &Test, above: Option<&Thrown>) -> Outcome {
        if let Some(thrown) = above {
            return self.thrown(Stage::Setup, thrown);
        }
        if is_silent(test) {
            let why = test.note.clone().unwrap_or_else(|| test.mode.clone());
            return Outcome::Skipped(why);
        }
        match (self.ending, self.running) {
            (Ending::Stopped, true) => Outcome::TimedOut,
            (Ending::Died, true) => {
                let words = "the process ended inside the test";
                let failure = Failure::new(Stage::Process, FailureKind::Death, words);
                let place = Location::new(self.module.file.clone(), test.line);
                Outcome::Failed(failure.at(Some(place)))
            }
            (Ending::Finished, _) | (Ending::Died | Ending::Stopped, false) => Outcome::NotReached,
        }
    }

    fn failed(&self, test: &Test, thrown: &Thrown) -> Outcome {
        if test.fails && !is_silent(test) && thrown.message.starts_with("Expect test to fail") {
            return self.thrown(Stage::Call, thrown);
        }
        let broke = |hook: &str| {
            let hooks = test.hooks.as_ref();
            let state = hooks.and_then(|hooks| hooks.get(hook)).cloned().flatten();
            matches!(state.as_deref(), Some("run" | "fail"))
        };
        let stage = if broke("beforeEach") {
            Stage::Setup
        } else if broke("afterEach") && test.errors.len() == 1 {
            Stage::Teardown
        } else {
            Stage::Call
        };
        self.thrown(stage, thrown)
    }

    fn thrown(&self, stage: Stage, thrown: &Thrown) -> Outcome {
        if stage == Stage::Call && thrown::timed_out(thrown) {
            return Outcome::TimedOut;
        }
        Outcome::Failed(thrown::failure(stage, thrown, self.around))
    }

    /// What a hook of a suite around the test threw.
    fn above(&self, test: &Test) -> Option<&Thrown> {
        let around = |suite: &&Suite| test.titles.starts_with(&suite.titles);
        let suites = self.module.suites.iter().filter(around);
        let thrown = suites.flat_map(|suite| suite.errors.iter()).next();
        thrown.or_else(|| self.module.errors.first())
    }
}

/// The error that nobody caught while `test` ran, or after it.
fn caught<'r>(name: &str, test: &Test, unhandled: &[Uncaught<'r>]) -> Option<(Stage, &'r Thrown)> {
    let is_own = |each: &&Uncaught<'r>| match (&each.thrower, &each.thrown.test) {
        (Some(thrower), _) => {
            let rest = name.strip_prefix(thrower.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        }
        (None, Some(told)) => test.titles.last() == Some(told) || test.titles.join(" > ") == *told,
        (None, None) => false,
    };
    if let Some(own) = unhandled.iter().find(is_own) {
        return Some((Stage::Call, own.thrown));
    }
    let nobodys = |each: &&Uncaught<'r>| each.thrower.is_none() && each.thrown.test.is_none();
    let nobodys = unhandled.iter().find(nobodys);
    nobodys.map(|each| (Stage::Teardown, each.thrown))
}
