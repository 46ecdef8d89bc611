//! Folds what the commands of one run left behind into what is owed next, or the report.
//!
//! List, test everything at once, then package by package what a death or a hang left without an
//! end, then the canaries that must fail.

use super::canary::{self, Wanted};
use super::command::{self, Batch};
use super::course::{Course, End};
use super::diagnose::failures;
use super::events::{self, Mark, Seen, Stream};
use super::listing::{self, Package};
use super::place::{parent, split};
use crate::ask::{Ask, Exit, Invocation, RawOutput};
use redgreen_core::evidence::{Order, Selection, Trouble};
use redgreen_core::outcome::{Failure, FailureKind, Outcome, Stage};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One command of a run. Packages are named by their place in the list of courses.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    List,
    /// These top-level tests of these packages, all where there are none.
    Test(Vec<usize>, Option<Vec<String>>),
    Compile(usize),
    Names(usize),
    Run(usize, Batch),
    MustFail(Vec<usize>),
}

/// One run, as far as it has come.
pub(super) struct Session<'a> {
    ask: &'a Ask<'a>,
    pub(super) courses: Vec<Course>,
    pub(super) trouble: Option<Trouble>,
    pub(super) outside: Vec<(String, String)>,
    queue: VecDeque<Step>,
    has_failed_canaries: bool,
}

impl<'a> Session<'a> {
    /// The run of `ask` after its first commands left `outputs` behind.
    pub(super) fn after(ask: &'a Ask<'a>, outputs: &[RawOutput]) -> Self {
        let mut session = Self {
            ask,
            courses: Vec::new(),
            trouble: None,
            outside: Vec::new(),
            queue: VecDeque::new(),
            has_failed_canaries: false,
        };
        if dirs(ask).is_none_or(|dirs| !dirs.is_empty()) {
            session.queue.push_back(Step::List);
        }
        for output in outputs {
            let Some(step) = session.queue.pop_front() else {
                break;
            };
            session.take(step, output);
        }
        session
    }

    /// The command that is owed next.
    pub(super) fn owed(&self) -> Option<Invocation> {
        let ask = self.ask;
        let packages = |of: &[usize]| -> Vec<&Package> {
            let courses = of.iter().filter_map(|at| self.courses.get(*at));
            courses.map(|course| &course.package).collect()
        };
        let package = |at: &usize| self.courses.get(*at).map(|course| &course.package);
        Some(match self.queue.front()? {
            Step::List => command::list(ask, &dirs(ask).unwrap_or_default()),
            Step::Test(of, names) => command::test(ask, &packages(of), names.as_deref()),
            Step::Compile(at) => command::compile(ask, package(at)?),
            Step::Names(at) => command::names(ask, package(at)?),
            Step::Run(at, batch) => command::run(ask, package(at)?, batch),
            Step::MustFail(of) => command::must_fail(ask, &packages(of)),
        })
    }

    fn take(&mut self, step: Step, output: &RawOutput) {
        match step {
            Step::List => self.take_list(output),
            Step::Test(of, _) => self.take_tests(&of, output),
            Step::Compile(at) => self.take_build(at, output),
            Step::Names(at) => self.take_names(at, output),
            Step::Run(at, batch) => self.take_run(at, &batch, output),
            Step::MustFail(of) => self.take_failures(&of, output),
        }
        if self.queue.is_empty() {
            self.queue_canaries();
        }
    }

    fn take_list(&mut self, output: &RawOutput) {
        if output.exit != Exit::Code(0) {
            self.trouble = Some(refusal(&String::from_utf8_lossy(&output.stderr)));
            return;
        }
        let listing = listing::read(self.ask, &String::from_utf8_lossy(&output.stdout));
        self.outside = listing.outside;
        self.trouble = listing.other_copy;
        if self.trouble.is_some() {
            return;
        }
        for package in listing.packages {
            if let Some(wanted) = wanted(self.ask, &package.dir) {
                self.courses.push(Course::new(package, wanted));
            }
        }
        match self.ask.order {
            Order::Alone => self
                .queue
                .extend((0..self.courses.len()).map(Step::Compile)),
            Order::AsWritten | Order::Shuffled(_) => self.queue_tests(),
        }
    }

    /// One command for all packages that run the same tests.
    fn queue_tests(&mut self) {
        let mut groups: BTreeMap<Option<Vec<String>>, Vec<usize>> = BTreeMap::new();
        for (at, course) in self.courses.iter().enumerate() {
            groups.entry(course.wanted_tops()).or_default().push(at);
        }
        let steps = groups.into_iter().map(|(names, of)| Step::Test(of, names));
        self.queue.extend(steps);
    }

    fn take_tests(&mut self, of: &[usize], output: &RawOutput) {
        let mut stream = events::stream(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let mut any_failed = false;
        for at in of {
            let import = self.courses[*at].package.import.clone();
            let seen = stream.packages.remove(&import).unwrap_or_default();
            any_failed |= seen.verdict == Some(Mark::Failed);
            any_failed |= self.take_package(*at, &seen, (&stream, &stderr, output.exit));
        }
        let why = match (output.exit, any_failed) {
            (Exit::Code(0), true) => "go test ended with 0 although a package failed".to_owned(),
            (Exit::Code(code), false) if code != 0 => {
                format!(
                    "go test ended with {code} although no package failed: {}",
                    last(&stderr)
                )
            }
            (Exit::Signal(signal), _) => format!("go test was ended by signal {signal}"),
            (Exit::Code(_) | Exit::TimedOut, _) => return,
        };
        let trouble = Trouble::Inconsistent { why };
        self.trouble.get_or_insert(trouble);
    }

    /// Takes what a run shows of one package. Says whether the package could not be built.
    fn take_package(&mut self, at: usize, seen: &Seen, whole: (&Stream, &str, Exit)) -> bool {
        let (stream, stderr, exit) = whole;
        let ask = self.ask;
        let course = &mut self.courses[at];
        let name = course.package.import.clone();
        let is_unbuilt = seen.failed_build.is_some()
            || seen.text.contains(" [build failed]")
            || seen.text.contains(" [setup failed]");
        let told = stream.stray.lines().chain(stderr.lines()).any(|line| {
            let rest = line
                .strip_prefix("FAIL\t")
                .and_then(|rest| rest.strip_prefix(&name));
            rest.is_some_and(|rest| rest.starts_with(" ["))
        });
        if is_unbuilt || (seen.verdict.is_none() && told) {
            let text = complaints(stream, stderr, (&name, seen.failed_build.as_deref()));
            course.hide(unbuilt(ask, &text, stderr));
            return true;
        }
        if seen.verdict.is_none() && exit != Exit::TimedOut {
            let words = last(&format!("{}\n{stderr}", stream.stray));
            course.distrust(format!(
                "go test ended without a word about {name}: {words}"
            ));
            return false;
        }
        let exit = if seen.verdict.is_some() {
            Exit::Code(0)
        } else {
            exit
        };
        let end = End {
            exit,
            stderr: "",
            batch: None,
        };
        course.take(ask, seen, &end);
        if course.has_died() {
            self.queue.push_back(Step::Compile(at));
        }
        false
    }

    fn take_build(&mut self, at: usize, output: &RawOutput) {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let course = &mut self.courses[at];
        match output.exit {
            Exit::Code(0) => {
                course.is_built = true;
                self.queue.push_front(Step::Names(at));
            }
            Exit::Code(_) | Exit::Signal(_) => course.hide(unbuilt(self.ask, &stderr, &stderr)),
            Exit::TimedOut => self.trouble = Some(Trouble::Hung { limit_ms: 0 }),
        }
    }

    fn take_names(&mut self, at: usize, output: &RawOutput) {
        let course = &mut self.courses[at];
        let text = String::from_utf8_lossy(&output.stdout);
        let is_test = |line: &&str| {
            let starts = ["Test", "Example", "Fuzz"];
            starts.iter().any(|start| line.starts_with(start)) && !line.contains(' ')
        };
        let names: Vec<String> = text.lines().filter(is_test).map(str::to_owned).collect();
        if names.is_empty() {
            // What dies before it can list its tests is seen dying where it runs them.
            let wanted = course.wanted_tops().unwrap_or_default();
            course.listed = Some(wanted);
            let nothing = Batch::Several(Vec::new());
            self.queue.push_front(Step::Run(at, nothing));
            return;
        }
        course.listed = Some(names);
        let batches = match self.ask.order {
            Order::Alone => course.each(),
            Order::AsWritten | Order::Shuffled(_) => course.rest(),
        };
        self.queue_runs(at, batches);
    }

    fn queue_runs(&mut self, at: usize, batches: Vec<Batch>) {
        for batch in batches.into_iter().rev() {
            self.queue.push_front(Step::Run(at, batch));
        }
    }

    fn take_run(&mut self, at: usize, batch: &Batch, output: &RawOutput) {
        let seen = events::binary(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let course = &mut self.courses[at];
        let end = End {
            exit: output.exit,
            stderr: &stderr,
            batch: Some(batch),
        };
        course.take(self.ask, &seen, &end);
        let is_open = matches!(batch, Batch::Several(_)) && !seen.closed;
        if is_open && course.has_died() {
            let batches = course.rest();
            self.queue_runs(at, batches);
        }
    }

    /// The must-fail canaries come last, once.
    fn queue_canaries(&mut self) {
        let is_done = self.has_failed_canaries || self.trouble.is_some();
        if is_done || self.ask.order != Order::AsWritten {
            return;
        }
        self.has_failed_canaries = true;
        let courses = self.courses.iter().enumerate();
        let ran = courses.filter(|(_, course)| course.canary_passed && course.trouble.is_none());
        let of: Vec<usize> = ran.map(|(at, _)| at).collect();
        if !of.is_empty() {
            self.queue.push_back(Step::MustFail(of));
        }
    }

    fn take_failures(&mut self, of: &[usize], output: &RawOutput) {
        let stream = events::stream(&output.stdout);
        let mut why = None;
        for at in of {
            let name = &self.courses[*at].package.import;
            let seen = stream.packages.get(name);
            let carrier = canary::carrier(self.ask.nonce);
            let mark = seen.and_then(|seen| seen.results.get(&carrier));
            let outcome = mark.map(|(mark, _)| match mark {
                Mark::Passed => Outcome::Passed,
                Mark::Failed => Outcome::NotReached,
                Mark::Skipped => Outcome::Passed,
            });
            why = why.or(canary::complaint(name, outcome.as_ref(), Wanted::Fail));
            let passed = seen.and_then(|seen| seen.verdict) != Some(Mark::Failed);
            if passed && why.is_none() {
                why = Some(format!(
                    "a test that must fail failed in {name}, and its process ended as if none had"
                ));
            }
        }
        if output.exit == Exit::TimedOut {
            self.trouble = Some(Trouble::Hung { limit_ms: 0 });
        } else if let Some(why) = why {
            self.trouble = Some(Trouble::Inconsistent { why });
        }
    }
}

/// The directories of the unit that the run is about; nothing for all of them.
fn dirs(ask: &Ask<'_>) -> Option<Vec<String>> {
    let dirs: BTreeSet<String> = match ask.tests {
        Selection::Whole => return None,
        Selection::Files(files) => files
            .iter()
            .filter_map(|path| ask.unit.inside(path))
            .map(|path| parent(path).to_owned())
            .collect(),
        Selection::Tests(names) => names
            .iter()
            .filter_map(|name| split(name))
            .map(|(dir, _)| dir.to_owned())
            .collect(),
    };
    Some(dirs.into_iter().collect())
}

/// What is asked of the package in `dir`: nothing at all, all its tests, or some.
fn wanted(ask: &Ask<'_>, dir: &str) -> Option<Option<Vec<String>>> {
    match ask.tests {
        Selection::Whole | Selection::Files(_) => Some(None),
        Selection::Tests(names) => {
            let own = names.iter().filter_map(|name| split(name));
            let own = own.filter(|(of, _)| *of == dir);
            let mut tests: Vec<String> = Vec::new();
            for (_, test) in own {
                if !tests.iter().any(|known| known == test) {
                    tests.push(test.to_owned());
                }
            }
            (!tests.is_empty()).then_some(Some(tests))
        }
    }
}

/// What the toolchain said about the build that a package failed on: its events, or before Go
/// 1.24 the part of standard error below its own heading.
fn complaints(stream: &Stream, stderr: &str, (package, failed): (&str, Option<&str>)) -> String {
    let own = format!("[{package}.test]");
    let builds = stream.builds.iter();
    let told = builds.filter(|(name, _)| Some(name.as_str()) == failed || name.ends_with(&own));
    let text: String = told.map(|(_, text)| text.as_str()).collect();
    if !text.trim().is_empty() {
        return text;
    }
    let mut is_own = false;
    let mut own_lines = String::new();
    for line in stderr.lines() {
        if let Some(heading) = line.strip_prefix("# ") {
            is_own = heading == package || heading.ends_with(&own);
        } else if is_own || line.starts_with(&format!("{package}: ")) {
            own_lines.push_str(line);
            own_lines.push('\n');
        }
    }
    if own_lines.trim().is_empty() {
        stderr.to_owned()
    } else {
        own_lines
    }
}

/// The failures of a build, with the last words of the toolchain where none can be told.
fn unbuilt(ask: &Ask<'_>, text: &str, stderr: &str) -> Vec<Failure> {
    let found = failures(ask, text);
    if !found.is_empty() {
        return found;
    }
    let words = last(&format!("{text}\n{stderr}"));
    vec![Failure::new(Stage::Load, FailureKind::Environment, &words)]
}

/// Why the toolchain could not even list packages.
fn refusal(stderr: &str) -> Trouble {
    let why = last(stderr);
    let newer = stderr
        .split_once("requires go >= ")
        .map(|(_, rest)| rest.split([' ', '(']).next().unwrap_or(rest).to_owned());
    match newer {
        Some(version) => Trouble::MissingTool {
            tool: format!("Go {version}"),
            remedy: format!("install Go {version} or newer: https://go.dev/doc/install"),
        },
        None => Trouble::CouldNotRun { why },
    }
}

fn last(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let words = lines[lines.len().saturating_sub(3)..].join(" | ");
    words.chars().take(500).collect()
}
