//! Reads what node's runner reported into outcomes, and refuses what disagrees.

use super::command::{self, Goal};
use super::lines::{Done, File, Run, printed};
use crate::js::cases::Written;
use crate::js::names::{self, Counted};
use crate::js::thrown::{self, Around, Thrown};
use crate::words::cut_off;
use crate::{Ask, Exit, RawOutput};
use redgreen_core::evidence::{Diagnostic, Report, Selection, TestSeen, Trouble};
use redgreen_core::id::TestId;
use redgreen_core::outcome::{Failure, FailureKind, Location, Outcome, Stage};

const NO_CANARY: &str = "the test that redgreen added must pass, but did not run";

const NO_FAILURE: &str = "exit code 1 without a failure";

/// Whether nothing is wrong with a file that node ran by itself: no test was added to it, and what
/// is thrown after its tests shows in its exit code alone.
pub(crate) fn is_of_one_file(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Inconsistent { why } if why == NO_CANARY || why == NO_FAILURE)
}

/// What the commands of one run say together.
pub(super) fn read(ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
    let goals = command::goals(ask);
    let mut report = Report::default();
    for (index, (goal, output)) in goals.iter().zip(outputs).enumerate() {
        let bytes = output.files.get(&command::report_file(index));
        let run = Run::read(bytes.map_or(&[][..], Vec::as_slice), ask.nonce);
        let canary = command::canary_file(index);
        let trouble = match goal {
            Goal::Main { .. } => {
                add(ask, &run, (&canary, output.exit), &mut report);
                disagreement(&run, output, &canary)
            }
            Goal::Fails => must_fail(&run, output, &canary),
        };
        report.trouble = report.trouble.or(trouble);
    }
    if outputs.len() < goals.len() && report.trouble.is_none() {
        report.trouble = Some(cut_off(outputs.len(), goals.len()));
    }
    report
}

/// What a command that ran only the canary says. From version 22 on node is silent about tests
/// that it leaves out.
pub(super) fn listed(ask: &Ask<'_>, output: &RawOutput) -> Report {
    let bytes = output.files.get(&command::report_file(0));
    let run = Run::read(bytes.map_or(&[][..], Vec::as_slice), ask.nonce);
    let canary = command::canary_file(0);
    let mut report = Report::default();
    for (path, file) in &run.files {
        if path.ends_with(&canary) || path.starts_with('/') || path.is_empty() {
            continue;
        }
        let written = Written::of(path, file.source.as_deref());
        let mut counted = Counted::default();
        let found = file
            .done
            .iter()
            .filter(|done| !done.suite && !done.name.is_empty());
        for done in found {
            let name = counted.unique(written.name(&done.titles, done.line));
            let (outcome, ms) = (Outcome::NotReached, None);
            report.tests.insert(name, TestSeen { outcome, ms });
        }
    }
    let silent = || {
        let why = "this node does not tell of tests that it leaves out".to_owned();
        report
            .tests
            .is_empty()
            .then_some(Trouble::CouldNotRun { why })
    };
    report.trouble = disagreement(&run, output, &canary).or_else(silent);
    report
}

fn add(ask: &Ask<'_>, run: &Run, (canary, exit): (&str, Exit), report: &mut Report) {
    for (path, file) in &run.files {
        if path.ends_with(canary) || path.starts_with('/') || path.is_empty() {
            continue;
        }
        let reader = Reader {
            ask,
            path,
            file,
            exit,
            written: Written::of(path, file.source.as_deref()),
        };
        reader.add(report);
    }
}

/// Reads one file's events.
struct Reader<'a> {
    ask: &'a Ask<'a>,
    path: &'a str,
    file: &'a File,
    exit: Exit,
    written: Written<'a>,
}

impl Reader<'_> {
    fn add(&self, report: &mut Report) {
        let mut counted = Counted::default();
        let mut names: Vec<String> = Vec::new();
        for done in self
            .file
            .done
            .iter()
            .filter(|done| !done.suite && !done.name.is_empty())
        {
            let name = counted.unique(self.written.name(&done.titles, done.line));
            names.push(name.clone());
            let filtered = done
                .skip
                .as_deref()
                .is_some_and(|why| why.contains("does not match"));
            if self.is_asked(&name) && !filtered {
                let (outcome, ms) = (self.outcome(done), done.ms);
                report.tests.insert(name, TestSeen { outcome, ms });
            }
        }
        let whole = self
            .file
            .done
            .iter()
            .find(|done| done.name.is_empty() && !done.passed);
        let unfinished = whole.is_some() || self.file.left || self.exit == Exit::TimedOut;
        if let Some(whole) = whole.filter(|_| names.is_empty() && !self.ran_late()) {
            report.diagnostics.push(self.unloaded(whole));
        } else if self.told_nothing() {
            report.diagnostics.push(self.died("with exit code 0"));
        } else if unfinished {
            self.cut_short(whole, &names, report);
        }
    }

    /// Whether the file got as far as running tests, though none ended: it hung or exited.
    fn ran_late(&self) -> bool {
        let whole = self.file.done.iter().find(|done| done.name.is_empty());
        let silent = printed(&self.file.stderr, &|path| path.to_owned()).is_none();
        silent && whole.is_some_and(|whole| whole.failure.is_some())
    }

    /// Whether the process of the file ended well and told of no test, although the file always
    /// makes one: node loses what a process that exits has not written yet.
    fn told_nothing(&self) -> bool {
        let only_itself = |done: &Done| done.name.is_empty() && done.passed;
        self.file.done.iter().all(only_itself)
            && !self.file.done.is_empty()
            && self.written.always_makes(|name| self.is_asked(name))
    }

    /// The first test that the source spells out and that never ended was running.
    fn cut_short(&self, whole: Option<&Done>, seen: &[String], report: &mut Report) {
        let mut waiting = self.written.silent(seen).into_iter();
        let Some((name, line)) = waiting.next() else {
            return;
        };
        let late = match whole {
            Some(whole) => whole.failure.as_deref() == Some("testTimeoutFailure"),
            None => !self.file.left || self.exit == Exit::TimedOut,
        };
        let outcome = if late {
            Outcome::TimedOut
        } else {
            let words = "the process ended inside the test";
            let failure = Failure::new(Stage::Process, FailureKind::Death, words);
            Outcome::Failed(failure.at(Some(Location::new(self.path, line))))
        };
        let put = |report: &mut Report, name: String, outcome| {
            if self.is_asked(&name) {
                report.tests.insert(name, TestSeen { outcome, ms: None });
            }
        };
        put(report, name, outcome);
        for (name, _) in waiting {
            put(report, name, Outcome::NotReached);
        }
    }

    fn is_asked(&self, name: &str) -> bool {
        let Selection::Tests(tests) = self.ask.tests else {
            return true;
        };
        let unit = &self.ask.unit.id;
        let id = TestId::new(unit, name);
        tests
            .iter()
            .any(|test| id.is_case_of(&TestId::new(unit, test.as_str())))
    }

    fn around(&self) -> Around<'_> {
        Around {
            file: self.path,
            source: self.file.source.as_deref(),
            own_names: &self.ask.unit.own_names,
        }
    }

    /// What kept the file from being loaded: node prints it and says only that the file failed.
    fn unloaded(&self, whole: &Done) -> Diagnostic {
        let place = |path: &str| self.placed(path);
        let failure = match printed(&self.file.stderr, &place) {
            Some(thrown) => thrown::failure(Stage::Load, &thrown, self.around()),
            None => {
                let how = match (&whole.signal, whole.exit) {
                    (Some(signal), _) => format!("by signal {signal}"),
                    (None, Some(code)) => format!("with exit code {code}"),
                    (None, None) => "early".to_owned(),
                };
                return self.died(&how);
            }
        };
        Diagnostic {
            failure,
            hides: names::file_start(self.path),
        }
    }

    /// A file whose process ended before it told of any test; `how` says with what.
    fn died(&self, how: &str) -> Diagnostic {
        let words = format!("the process of the file ended {how} before it told of a test");
        let failure = Failure::new(Stage::Process, FailureKind::Death, &words);
        Diagnostic {
            failure: failure.at(Some(Location::new(self.path, 0))),
            hides: names::file_start(self.path),
        }
    }

    fn placed(&self, path: &str) -> String {
        let real = self.ask.tree.to_string_lossy();
        let inside = path
            .strip_prefix(real.as_ref())
            .and_then(|rest| rest.strip_prefix('/'));
        let inside = inside.or_else(|| {
            // The tree may be reached by a link: the test file's own path ends both.
            let root = path.strip_suffix(self.path)?;
            path.strip_prefix(root)
        });
        inside.unwrap_or(path).to_owned()
    }

    fn outcome(&self, done: &Done) -> Outcome {
        if let Some(why) = &done.skip {
            return Outcome::Skipped(if why.is_empty() { "skip" } else { why }.to_owned());
        }
        if let Some(why) = &done.todo {
            return Outcome::Skipped(format!("todo {why}").trim_end().to_owned());
        }
        if done.passed {
            return match self.suite_failure(done) {
                Some(thrown) => self.thrown(Stage::Teardown, thrown),
                None => Outcome::Passed,
            };
        }
        let nothing = Thrown::default();
        let thrown = done.error.as_ref().unwrap_or(&nothing);
        match done.failure.as_deref() {
            Some("testTimeoutFailure") => Outcome::TimedOut,
            Some("cancelledByParent") => match self.suite_failure(done) {
                Some(hook) => self.thrown(Stage::Setup, hook),
                None if thrown.message.contains("still pending") => Outcome::TimedOut,
                None => Outcome::NotReached,
            },
            Some("hookFailed") => self.thrown(hook_stage(done), thrown),
            Some("subtestsFailed") => {
                let inner = self.file.done.iter().find(|inner| {
                    !inner.passed
                        && inner.titles.len() > done.titles.len()
                        && inner.titles.starts_with(&done.titles)
                        && inner.failure.as_deref() != Some("subtestsFailed")
                });
                inner.map_or_else(
                    || self.thrown(Stage::Call, thrown),
                    |inner| self.outcome(inner),
                )
            }
            Some(_) | None => self.thrown(Stage::Call, thrown),
        }
    }

    /// What a hook of a suite around the test threw.
    fn suite_failure(&self, done: &Done) -> Option<&Thrown> {
        let around = |suite: &&Done| {
            suite.suite
                && suite.failure.as_deref() == Some("hookFailed")
                && done.titles.starts_with(&suite.titles)
        };
        self.file.done.iter().find(around)?.error.as_ref()
    }

    fn thrown(&self, stage: Stage, thrown: &Thrown) -> Outcome {
        Outcome::Failed(thrown::failure(stage, thrown, self.around()))
    }
}

/// node does not say which hook of a test failed; a test that took no time never began.
fn hook_stage(done: &Done) -> Stage {
    let words = done
        .error
        .as_ref()
        .map_or("", |error| error.message.as_str());
    if words.contains("afterEach") || words.contains("after hook") {
        Stage::Teardown
    } else {
        Stage::Setup
    }
}

fn canary<'r>(run: &'r Run, canary: &str) -> Option<&'r Done> {
    let file = run.files.iter().find(|(path, _)| path.ends_with(canary))?.1;
    file.done
        .iter()
        .find(|done| done.name.starts_with("redgreen canary"))
}

/// Where lines, counts, canary and exit code disagree.
fn disagreement(run: &Run, output: &RawOutput, file: &str) -> Option<Trouble> {
    if !run.started || output.exit == Exit::TimedOut {
        return Some(unstarted(output));
    }
    let all = || run.files.values().flat_map(|file| file.done.iter());
    let failures = all()
        .filter(|done| !done.passed && done.todo.is_none())
        .count();
    let why = match (run.end, output.exit) {
        (None, _) => "the run never finished".to_owned(),
        (Some(lines), _) if lines != run.lines => {
            format!("{} of {lines} report lines were found", run.lines)
        }
        (Some(_), Exit::Code(0)) if failures > 0 => {
            format!("exit code 0 beside {failures} failures")
        }
        (Some(_), Exit::Code(1)) if failures == 0 => NO_FAILURE.to_owned(),
        (Some(_), Exit::Code(0 | 1)) => match canary(run, file) {
            Some(done) if done.passed && done.skip.is_none() => return None,
            Some(_) => "the test that redgreen added must pass, but failed".to_owned(),
            None => NO_CANARY.to_owned(),
        },
        (Some(_), exit) => format!("node ended with {exit:?}"),
    };
    Some(Trouble::Inconsistent { why })
}

/// The short run of a test that fails.
fn must_fail(run: &Run, output: &RawOutput, file: &str) -> Option<Trouble> {
    if !run.started {
        return Some(unstarted(output));
    }
    let why = match canary(run, file) {
        Some(done) if !done.passed && output.exit == Exit::Code(1) => return None,
        Some(_) => "a test that must fail passed",
        None => "a test that must fail did not run",
    };
    let why = why.to_owned();
    Some(Trouble::Inconsistent { why })
}

fn unstarted(output: &RawOutput) -> Trouble {
    match output.exit {
        Exit::TimedOut => Trouble::Hung { limit_ms: 0 },
        Exit::Code(_) | Exit::Signal(_) => Trouble::CouldNotRun {
            why: crate::words::last_words(output),
        },
    }
}
