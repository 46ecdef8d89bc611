//! Reads the commands of a run into one report, and refuses what disagrees.

use super::claims::Claims;
use super::goals::{self, Goal};
use super::lines::Run;
use super::{ava, command, points, tape};
use crate::formats::tap;
use crate::js::detect::Runs;
use crate::js::names;
use crate::js::thrown::{self, Around, Thrown};
use crate::{Ask, Exit, RawOutput};
use redgreen_core::evidence::{Diagnostic, Report, Selection, TestSeen, Trouble};
use redgreen_core::id::TestId;
use redgreen_core::outcome::{Failure, FailureKind, Outcome, Stage};

/// What the tests of one file came to.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Titles, outcome and milliseconds, in the order of the run.
    pub(super) tests: Vec<(Vec<String>, Outcome, Option<u64>)>,
    /// What was thrown outside of every test.
    pub(super) loose: Vec<Failure>,
    /// Whether the file never came to its tests, and never ended.
    pub(super) hung_at_load: bool,
    /// Whether something other than a test failed, so that tests may be missing.
    pub(super) broken: bool,
    /// How many tests or assertions failed, by the runner's own word.
    pub(super) failures: usize,
    /// How many assertions were told.
    pub(super) points: usize,
    /// A test that has no outcome though nothing broke.
    pub(super) silent: Option<String>,
    /// What does not add up in the TAP itself.
    pub(super) odd: Option<String>,
}

/// The failure of a process that ended inside a test.
pub(super) fn death(words: &str, thrown: &Thrown, around: Around<'_>) -> Failure {
    let at = thrown::failure(Stage::Call, thrown, around).at;
    Failure::new(Stage::Process, FailureKind::Death, words).at(at)
}

/// What the commands of one run say together.
pub(super) fn read(ask: &Ask<'_>, runs: Runs, outputs: &[RawOutput]) -> Report {
    let goals = goals::goals(ask);
    let mut report = Report::default();
    for (index, (goal, output)) in goals.iter().zip(outputs).enumerate() {
        let bytes = output.files.get(&command::report_file(index));
        let run = Run::read(bytes.map_or(&[][..], Vec::as_slice), ask.nonce);
        let file = OneFile {
            ask,
            runs,
            run: &run,
            output,
            goal,
        };
        let trouble = file.add(&mut report);
        report.trouble = report.trouble.or(trouble);
    }
    if outputs.len() < goals.len() && report.trouble.is_none() {
        let why = format!("{} of {} commands were run", outputs.len(), goals.len());
        report.trouble = Some(Trouble::CouldNotRun { why });
    }
    report
}

/// What one command left behind.
struct OneFile<'a> {
    ask: &'a Ask<'a>,
    runs: Runs,
    run: &'a Run,
    output: &'a RawOutput,
    goal: &'a Goal,
}

impl OneFile<'_> {
    fn add(&self, report: &mut Report) -> Option<Trouble> {
        let path = self.goal.file();
        let source = self.run.source.as_deref();
        let mut claims = Claims::of(path, source);
        let told = self.told(&claims);
        match self.goal {
            Goal::Main { tests, .. } => {
                self.put(&told, &mut claims, tests.as_deref(), report);
                report.diagnostics.extend(self.cut_short(&told));
                self.disagreement(&told)
            }
            Goal::Passes(_) => self
                .disagreement(&told)
                .or_else(|| self.canary(&told, true)),
            Goal::Fails(_) => self
                .disagreement(&told)
                .or_else(|| self.canary(&told, false)),
        }
    }

    fn told(&self, claims: &Claims<'_>) -> Told {
        let around = Around {
            file: self.goal.file(),
            source: self.run.source.as_deref(),
            own_names: &self.ask.unit.own_names,
        };
        let exit = self.output.exit;
        if !self.run.started {
            return Told::default();
        }
        if self.runs == Runs::Ava {
            ava::told(self.run, exit, around)
        } else if self.speaks_tape() {
            tape::told(self.run, exit, around)
        } else {
            points::told(self.run, (&self.output.stdout, exit), claims, around)
        }
    }

    /// A package may have both tape and tap: the file itself speaks the one whose tests it made.
    fn speaks_tape(&self) -> bool {
        let loads = !self.run.has("begin") && !self.run.has("point");
        let imports = |name: &str| {
            let source = self.run.source.as_deref().unwrap_or_default();
            ["'", "\""]
                .iter()
                .any(|q| source.contains(&format!("{q}{name}{q}")))
        };
        self.run.speaks == "tape" && !(loads && imports("tap") && !imports("tape"))
    }

    fn put(
        &self,
        told: &Told,
        claims: &mut Claims<'_>,
        tests: Option<&[String]>,
        report: &mut Report,
    ) {
        let asked = |name: &str| is_asked(self.ask, tests, name);
        for (titles, outcome, ms) in &told.tests {
            let name = claims.name(titles);
            if asked(&name) {
                let (outcome, ms) = (outcome.clone(), *ms);
                report.tests.insert(name, TestSeen { outcome, ms });
            }
        }
        // tape says nothing of a test that it skips.
        let ended = self.run.end.is_some() && !told.broken;
        let mut first = told.hung_at_load;
        let loading = told
            .loose
            .iter()
            .any(|failure| failure.stage == Stage::Load)
            || told.tests.is_empty() && !told.loose.is_empty();
        for (name, muted) in claims.unseen() {
            let outcome = if muted && ended && self.runs == Runs::Tap {
                Outcome::Skipped("skip".to_owned())
            } else if std::mem::take(&mut first) {
                Outcome::TimedOut
            } else if told.broken && !loading && self.runs == Runs::Tap || told.hung_at_load {
                Outcome::NotReached
            } else {
                continue;
            };
            if asked(name) && !report.tests.contains_key(name) {
                report
                    .tests
                    .insert(name.to_owned(), TestSeen { outcome, ms: None });
            }
        }
        let hides = names::file_start(self.goal.file());
        report
            .diagnostics
            .extend(told.loose.iter().map(|failure| Diagnostic {
                failure: failure.clone(),
                hides: hides.clone(),
            }));
    }

    /// A file whose process was killed before any of its tests was heard of. Which of them it died
    /// in nobody knows, so none of them is called dead.
    fn cut_short(&self, told: &Told) -> Option<Diagnostic> {
        let killed = matches!(self.output.exit, Exit::Signal(_)) && self.run.started;
        let path = self.goal.file();
        let words = format!("the process of {path} was killed before it told of any test");
        (killed && told.tests.is_empty() && told.loose.is_empty()).then(|| Diagnostic {
            failure: Failure::new(Stage::Process, FailureKind::Environment, &words),
            hides: names::file_start(path),
        })
    }

    /// Where lines, counts and exit code disagree; or why nothing ran.
    fn disagreement(&self, told: &Told) -> Option<Trouble> {
        let exit = self.output.exit;
        if exit == Exit::TimedOut {
            return Some(Trouble::Hung { limit_ms: 0 });
        }
        if !self.run.started {
            let why = crate::words::last_words(self.output);
            return Some(Trouble::CouldNotRun { why });
        }
        let failing = told.failures > 0 || told.broken || !told.loose.is_empty();
        let ended = self.run.end.is_some();
        let why = match exit {
            _ if self
                .run
                .end
                .is_some_and(|lines| lines != self.run.until_end) =>
            {
                let owed = self.run.end.unwrap_or_default();
                format!("{} of {owed} report lines were found", self.run.until_end)
            }
            Exit::Code(0) if told.failures > 0 => {
                format!("exit code 0 beside {} failures", told.failures)
            }
            Exit::Code(0) if !ended => "the run never finished, yet exit code 0".to_owned(),
            Exit::Code(code) if code != 0 && !failing && !self.ran_nothing(told) => {
                format!("exit code {code} without a failure")
            }
            Exit::Code(_) | Exit::Signal(_) | Exit::TimedOut => told
                .silent
                .as_ref()
                .map(|name| format!("{name} has no outcome"))
                .or_else(|| told.odd.clone())
                .or_else(|| self.against_tap(told))?,
        };
        Some(Trouble::Inconsistent { why })
    }

    /// ava ends with 1 where no test fits, and where its configuration leaves the file out.
    fn ran_nothing(&self, told: &Told) -> bool {
        self.runs == Runs::Ava && told.tests.is_empty()
    }

    /// The TAP of tape holds every assertion that was seen. Lines of the program's own may stand
    /// among it, so that there may be more.
    fn against_tap(&self, told: &Told) -> Option<String> {
        if self.runs == Runs::Ava || !self.speaks_tape() || told.broken {
            return None;
        }
        let document = tap::read(&self.output.stdout);
        document.plan?;
        let points = document.points.len();
        let failed = document
            .points
            .iter()
            .filter(|point| point.failed())
            .count();
        if points < told.points {
            return Some(format!(
                "the TAP has {points} of {} assertions",
                told.points
            ));
        }
        let (few, all) = (failed, told.failures);
        (few < all).then(|| format!("the TAP has {few} of {all} failures"))
    }

    /// A test of ours that must pass, or must fail. ava takes no file that its configuration does
    /// not name, so that a canary may not be taken up there.
    fn canary(&self, told: &Told, passes: bool) -> Option<Trouble> {
        let title = goals::canary_title(self.ask);
        let own = told
            .tests
            .iter()
            .find(|(titles, _, _)| *titles == [title.as_str()]);
        let left_out = self.runs == Runs::Ava && self.run.lines.is_empty();
        let why = match (own.map(|(_, outcome, _)| outcome), passes) {
            (Some(Outcome::Passed), true) | (Some(Outcome::Failed(_)), false) => return None,
            (None, _) if left_out => return None,
            (Some(_), true) => "the test that redgreen added must pass, but failed",
            (Some(_), false) => "a test that must fail passed",
            (None, true) => "the test that redgreen added must pass, but did not run",
            (None, false) => "a test that must fail did not run",
        };
        let why = why.to_owned();
        Some(Trouble::Inconsistent { why })
    }
}

fn is_asked(ask: &Ask<'_>, tests: Option<&[String]>, name: &str) -> bool {
    let (Some(tests), Selection::Tests(_)) = (tests, ask.tests) else {
        return true;
    };
    let unit = &ask.unit.id;
    let id = TestId::new(unit, name);
    tests
        .iter()
        .any(|test| id.is_case_of(&TestId::new(unit, test.as_str())))
}
