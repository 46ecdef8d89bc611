//! Folds what the commands of one run left behind into what is owed next.
//!
//! Configure, build, list, run. Where a build fails, the build directory still holds programs of
//! the tree before it: they are removed and what can be built is linked again, so that no test of
//! another tree is run.

use super::command::{self, Manner, PROGRAMS};
use super::detect::OPTIONS;
use super::entries::{Entry, entries, framework};
use super::listing::{self, Inner, Listed};
use super::model::{Framework, Model};
use crate::ask::{Ask, Exit, Invocation, RawOutput};
use redgreen_core::evidence::{Order, Selection, Trouble};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;

/// Which of the two forms of Catch2's listing is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Version 2, and everything of the other frameworks.
    First,
    /// Version 3.
    Second,
}

/// One command of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Look,
    Configure,
    Build,
    Purge,
    BuildAgain,
    Model,
    Tests,
    /// Of the program at this path.
    List(String, Form),
    /// The entries at these indices, in this order.
    Run(Vec<usize>),
}

/// What the machine and the build directory have.
#[derive(Clone, Debug, Default)]
pub(super) struct Machine {
    pub(super) generator: String,
    pub(super) cores: String,
}

/// One run, as far as it has come.
pub(super) struct Session<'a> {
    pub(super) ask: &'a Ask<'a>,
    pub(super) build: PathBuf,
    pub(super) machine: Machine,
    pub(super) model: Model,
    pub(super) tests: Vec<Listed>,
    pub(super) inner: BTreeMap<String, Vec<Inner>>,
    pub(super) entries: Vec<Entry>,
    /// Indices of the entries that the run asks for.
    pub(super) asked: Vec<usize>,
    /// What CMake said where the project could not be configured.
    pub(super) unconfigured: Option<String>,
    /// What the build said where it failed.
    pub(super) unbuilt: Option<String>,
    /// What the run of the tests left behind.
    pub(super) ran: Option<(Vec<usize>, &'a RawOutput)>,
    pub(super) trouble: Option<Trouble>,
    queue: VecDeque<Step>,
}

impl<'a> Session<'a> {
    /// The run of `ask` after its first commands left `outputs` behind.
    pub(super) fn after(ask: &'a Ask<'a>, outputs: &'a [RawOutput]) -> Self {
        let mut session = Self::begun(ask);
        for output in outputs {
            if !session.take_next(output) {
                break;
            }
        }
        session
    }

    /// The run of `ask` before its first command.
    pub(super) fn begun(ask: &'a Ask<'a>) -> Self {
        Self {
            ask,
            build: ask.cache.join("build"),
            machine: Machine::default(),
            model: Model::default(),
            tests: Vec::new(),
            inner: BTreeMap::new(),
            entries: Vec::new(),
            asked: Vec::new(),
            unconfigured: None,
            unbuilt: None,
            ran: None,
            trouble: None,
            queue: [Step::Look].into(),
        }
    }

    /// The step that is owed next.
    pub(super) fn front(&self) -> Option<&Step> {
        self.queue.front()
    }

    /// Takes what the next step left behind; `false` where no step is owed.
    pub(super) fn take_next(&mut self, output: &'a RawOutput) -> bool {
        let Some(step) = self.queue.pop_front() else {
            return false;
        };
        self.take(step, output);
        true
    }

    /// The command that is owed next.
    pub(super) fn owed(&self) -> Option<Invocation> {
        let step = self.queue.front()?;
        let options = self.ask.unit.marks.get(OPTIONS).map_or("", String::as_str);
        Some(match step {
            Step::Look => command::look(self),
            Step::Configure => command::configure(self, options),
            Step::Build | Step::BuildAgain => command::build(self),
            Step::Purge => command::purge(self),
            Step::Model => command::model(self),
            Step::Tests => command::tests(self),
            Step::List(program, form) => command::list(self, program, *form),
            Step::Run(entries) => command::run(self, entries, &Manner::plain(self.ask)),
        })
    }

    fn take(&mut self, step: Step, output: &'a RawOutput) {
        let fine = output.exit == Exit::Code(0);
        if output.exit == Exit::TimedOut {
            self.trouble = Some(Trouble::Hung { limit_ms: 0 });
        }
        match step {
            Step::Look => self.take_look(output),
            Step::Configure if fine => self.queue.push_back(Step::Build),
            Step::Configure => self.unconfigured = Some(said(output)),
            Step::Build if fine => self.queue.push_back(Step::Model),
            Step::Build if self.trouble.is_some() => {}
            Step::Build => self.queue.push_back(Step::Purge),
            Step::Purge => self.queue.push_back(Step::BuildAgain),
            Step::BuildAgain => {
                self.unbuilt = (!fine).then(|| said(output));
                self.queue.push_back(Step::Model);
            }
            Step::Model => {
                let list = output.files.get(PROGRAMS);
                match list.and_then(|list| Model::read(self.ask, &self.build, list)) {
                    Some(model) => self.model = model,
                    None => self.fail("CMake's model of the project cannot be read", output),
                }
                self.queue.push_back(Step::Tests);
            }
            Step::Tests => self.take_tests(output),
            Step::List(program, form) => self.take_list(program, form, output),
            Step::Run(entries) => self.ran = Some((entries, output)),
        }
    }

    fn take_look(&mut self, output: &RawOutput) {
        let text = said(output);
        let told = |key: &str| {
            let mut lines = text.lines().filter_map(|line| {
                line.strip_prefix("redgreen ")?
                    .strip_prefix(key)?
                    .strip_prefix(": ")
            });
            lines.next().map(|value| value.trim().to_owned())
        };
        match (told("generator"), told("cores")) {
            (Some(generator), Some(cores)) => {
                self.machine = Machine { generator, cores };
                self.queue.push_back(Step::Configure);
            }
            (None, _) | (_, None) => self.fail("the build directory cannot be prepared", output),
        }
    }

    fn take_tests(&mut self, output: &RawOutput) {
        let Some(tests) = listing::ctest(self.ask, output) else {
            return self.fail("CTest does not list its tests", output);
        };
        self.tests = tests;
        let mut programs: Vec<&str> = Vec::new();
        for test in &self.tests {
            let program = test.command.first().map(String::as_str);
            let Some(program) = program.filter(|program| !programs.contains(program)) else {
                continue;
            };
            let built = self.model.maker(program).is_some_and(|maker| maker.exists);
            if built && framework(&self.model, test) != Framework::Plain && self.matters(program) {
                programs.push(program);
            }
        }
        let steps = programs
            .into_iter()
            .map(|p| Step::List(p.to_owned(), Form::First));
        self.queue.extend(steps.collect::<Vec<_>>());
        self.plan();
    }

    /// Whether the program at this path can hold what the run asks for.
    fn matters(&self, program: &str) -> bool {
        let files: Vec<&str> = match self.ask.tests {
            Selection::Whole => return true,
            Selection::Files(files) => files.iter().map(String::as_str).collect(),
            Selection::Tests(names) => {
                let file = |name: &'a String| name.split_once("::").map(|(file, _)| file);
                names.iter().filter_map(file).collect()
            }
        };
        let holds = |target: &super::model::Built| {
            let has = |file: &&str| target.sources.iter().any(|(path, _)| path == file);
            files.iter().any(has)
        };
        // A file that is no target's source is included by one.
        let listed = |file: &str| {
            let has = |(path, _): &(String, String)| path == file;
            self.model
                .targets
                .iter()
                .any(|target| target.sources.iter().any(has))
        };
        !files.iter().all(|file| listed(file)) || self.model.maker(program).is_some_and(holds)
    }

    fn take_list(&mut self, program: String, form: Form, output: &RawOutput) {
        let known = self.framework_of(&program);
        let list = match known {
            Framework::Google => {
                let json = output.files.get(command::LISTED);
                json.and_then(|json| listing::google(self.ask, json))
            }
            Framework::Catch => listing::catch(self.ask, &output.stdout),
            Framework::Doctest => listing::doctest(self.ask, &output.stdout),
            Framework::Plain => None,
        };
        match list {
            Some(list) => {
                self.inner.insert(program, list);
            }
            None if known == Framework::Catch && form == Form::First => {
                self.queue.push_front(Step::List(program, Form::Second));
            }
            None => {}
        }
        self.plan();
    }

    /// The framework of the program at this path.
    pub(super) fn framework_of(&self, program: &str) -> Framework {
        let maker = self.model.maker(program);
        maker.map_or(Framework::Plain, super::model::Built::framework)
    }

    /// Chooses the tests to run, once everything is listed.
    fn plan(&mut self) {
        if !self.queue.is_empty() {
            return;
        }
        self.entries = entries(&self.model, &self.tests, &self.inner);
        self.asked = chosen(self.ask.tests, &self.entries);
        let mut running: Vec<usize> = self
            .asked
            .iter()
            .copied()
            .filter(|index| self.entries[*index].off.is_none())
            .collect();
        if let Order::Shuffled(seed) = self.ask.order {
            shuffle(&mut running, seed);
        }
        if !running.is_empty() {
            self.queue.push_back(Step::Run(running));
        }
    }

    fn fail(&mut self, what: &str, output: &RawOutput) {
        let text = said(output);
        let why = text.lines().rfind(|line| !line.trim().is_empty());
        let why = format!("{what}: {}", why.unwrap_or("it says nothing").trim());
        self.trouble.get_or_insert(Trouble::CouldNotRun { why });
    }
}

/// All that a command printed, without colours.
fn said(output: &RawOutput) -> String {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    super::diagnose::plain(&format!("{out}\n{err}"))
}

/// The indices of the entries that `tests` asks for; tests by name in the order of the names.
fn chosen(tests: &Selection, entries: &[Entry]) -> Vec<usize> {
    let indexed = || entries.iter().enumerate();
    match tests {
        Selection::Whole => (0..entries.len()).collect(),
        Selection::Files(files) => indexed()
            .filter(|(_, entry)| files.contains(&entry.file))
            .map(|(index, _)| index)
            .collect(),
        Selection::Tests(names) => {
            let by_name: BTreeMap<&str, usize> = indexed()
                .map(|(index, entry)| (entry.name.as_str(), index))
                .collect();
            names
                .iter()
                .filter_map(|name| by_name.get(name.as_str()).copied())
                .collect()
        }
    }
}

/// Fisher and Yates, drawn from a linear congruential generator.
fn shuffle(items: &mut [usize], seed: u32) {
    let mut state = u64::from(seed) ^ 0x9E37_79B9_7F4A_7C15;
    for last in (1..items.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let drawn = usize::try_from(state >> 33).unwrap_or_default() % (last + 1);
        items.swap(last, drawn);
    }
}
