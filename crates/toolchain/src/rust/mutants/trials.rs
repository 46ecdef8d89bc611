//! Folds what the commands of a mutant session left behind: builds that every arm survives, the
//! tests' traces, then a process for each mutant.

use super::super::build::Complaint;
use super::super::command::{self, Pace};
use super::super::panic::located;
use super::super::place::{binary_id, home};
use super::super::session::Session;
use super::super::syntax::joined;
use super::blame::{self, Reach};
use super::emit::{self, Dropped, Written};
use super::judge::{Judged, Traced, judged, traced};
use super::module::{MUTANT, TRACE};
use super::plan::{Plan, plan};
use crate::ask::{Ask, Invocation, RawOutput};
use crate::mutate::{MutantAsk, limited};
use redgreen_core::evidence::Trouble;
use redgreen_core::mutant::{Fate, Kill, Mutant, Operator};
use std::collections::{BTreeMap, BTreeSet};

/// Builds that may be made again without what the compiler refused.
const ROUNDS: usize = 3;
/// Names that one command line carries.
const NAMES: usize = 400;
/// The time of tests that run over a mutant in one process, in milliseconds: the harness does
/// not stop at the first failure.
const CHUNK_MS: u64 = 200;
/// Commands that one answer holds at least, where there are so many.
const BATCH: usize = 16;

/// A test that passes while every mutant is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Test {
    /// The goal whose binary holds it.
    goal: usize,
    /// The harness's name.
    name: String,
    /// The runner's name.
    pub(super) id: String,
    is_new: bool,
    ms: u64,
    places: BTreeSet<usize>,
}

/// Tests, by index, that run in one process.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Chunk {
    tests: Vec<usize>,
    is_new: bool,
    /// Whether it runs the one test again that went past its limit.
    again: bool,
}

/// What is known of one mutant.
#[derive(Clone, Debug, Default)]
pub(super) struct Trial {
    pub(super) by_new: Option<Fate>,
    pub(super) by_any: Option<Fate>,
    /// The tests that run over it, new ones first.
    pub(super) over: Vec<String>,
    /// What has to run still, in this order.
    chunks: Vec<Chunk>,
    pub(super) executed: bool,
}

/// How far the session has come.
enum Phase {
    Building,
    Tracing,
    Trying,
}

/// One command of the session.
enum Step {
    /// The build's own.
    Build,
    /// The test of this goal and name alone, traced.
    Trace(usize, String),
    /// The first chunk of the mutant at this index.
    Try(usize),
}

/// A session, as far as it has come.
pub(super) struct Trials<'a> {
    asked: &'a MutantAsk<'a>,
    ask: &'a Ask<'a>,
    pub(super) plan: Plan,
    pub(super) dropped: Dropped,
    pub(super) written: BTreeMap<String, Written>,
    pub(super) session: Session<'a>,
    rounds: usize,
    phase: Phase,
    pub(super) tests: Vec<Test>,
    /// Tests that are not asked, and why.
    pub(super) unfit: Vec<String>,
    pub(super) trials: Vec<Trial>,
    pub(super) trouble: Option<Trouble>,
    steps: Vec<Step>,
}

impl<'a> Trials<'a> {
    /// The session of `asked` after its first commands left `outputs` behind; `ask` is the plain
    /// question for the tests that can run over the mutants.
    pub(super) fn after(asked: &'a MutantAsk<'a>, ask: &'a Ask<'a>, outputs: &[RawOutput]) -> Self {
        let plan = plan(asked.mutants, asked.texts);
        let mut trials = Self {
            asked,
            ask,
            plan,
            dropped: Dropped::default(),
            written: BTreeMap::new(),
            session: Session::bare(ask),
            rounds: 0,
            phase: Phase::Building,
            tests: Vec::new(),
            unfit: Vec::new(),
            trials: vec![Trial::default(); asked.mutants.len()],
            trouble: None,
            steps: Vec::new(),
        };
        trials.write();
        trials.refuse();
        trials.owe();
        let mut outputs = outputs.iter();
        loop {
            let steps = std::mem::take(&mut trials.steps);
            let mut taken = 0;
            for (step, output) in steps.iter().zip(outputs.by_ref().take(steps.len())) {
                trials.take(step, output);
                taken += 1;
            }
            if taken < steps.len() || steps.is_empty() {
                trials.steps = steps.into_iter().skip(taken).collect();
                return trials;
            }
            trials.owe();
        }
    }

    /// The files with the mutants that are left.
    fn write(&mut self) {
        let written = self.asked.texts.iter().filter_map(|(path, text)| {
            let file = (path.as_str(), text.as_str());
            let written = emit::write(file, &self.plan, self.asked.mutants, &self.dropped)?;
            Some((path.clone(), written))
        });
        self.written = written.collect();
    }

    /// Says of mutants that cannot be tried why not.
    fn refuse(&mut self) {
        for (index, why) in &self.plan.refused {
            let fate = Fate::Unviable(format!("cannot be switched: {why}"));
            self.trials[*index].settle(&fate);
        }
        for (index, said) in &self.dropped.mutants {
            self.trials[*index].settle(&Fate::Unviable(said.clone()));
        }
    }

    /// The commands that are owed now.
    pub(super) fn owed(&self) -> Vec<Invocation> {
        let mut invocations = Vec::new();
        for (nth, step) in self.steps.iter().enumerate() {
            invocations.extend(match step {
                Step::Build => self.session.owed(),
                Step::Trace(goal, name) => self.trace(nth, *goal, name),
                Step::Try(index) => self.attempt(*index),
            });
        }
        invocations
    }

    /// Fills the commands that are owed, phase after phase.
    fn owe(&mut self) {
        loop {
            match self.phase {
                Phase::Building => {
                    let idle = self.written.is_empty() && self.plan.attributes.is_empty();
                    if self.trouble.is_some() || idle {
                        return;
                    }
                    if !self.session.has_listed() {
                        self.steps = vec![Step::Build];
                        return;
                    }
                    self.phase = Phase::Tracing;
                    self.steps = self.traces();
                    if !self.steps.is_empty() {
                        return;
                    }
                }
                Phase::Tracing => {
                    self.phase = Phase::Trying;
                    self.choose();
                }
                Phase::Trying => {
                    self.steps = self.batch();
                    return;
                }
            }
        }
    }

    fn take(&mut self, step: &Step, output: &RawOutput) {
        match step {
            Step::Build => {
                let was_building = self.session.builds();
                self.session.push(output);
                if was_building && !self.session.builds() {
                    self.take_build();
                }
            }
            Step::Trace(goal, name) => self.take_trace(*goal, name, output),
            Step::Try(index) => self.take_attempt(*index, output),
        }
    }
}

impl Trials<'_> {
    /// Takes a finished build: what the compiler refused is left out of the next one.
    fn take_build(&mut self) {
        let built = &self.session.built;
        let path_of = |file: &str| located(self.ask, file, 1).path;
        let named = blame::files(&built.complaints, path_of);
        let ours = named.iter().any(|path| self.written.contains_key(path));
        if !ours {
            if built.tests.is_empty() {
                let first = built.complaints.first();
                let why = first.map_or_else(|| built.why(), |first| blame::said(&first.message));
                self.trouble = Some(Trouble::CouldNotRun { why });
            }
            return;
        }
        if self.rounds == ROUNDS {
            self.trouble = Some(self.unbuildable(&built.complaints));
            return;
        }
        self.rounds += 1;
        let reach = if self.rounds == ROUNDS {
            Reach::Function
        } else {
            Reach::Near
        };
        let news = blame::blamed(
            &built.complaints,
            (&self.plan, &self.written),
            reach,
            path_of,
        );
        let is_new = |index: &&usize| !self.dropped.mutants.contains_key(*index);
        let new_lints = !news.lints.is_subset(&self.dropped.lints);
        if news.mutants.keys().find(is_new).is_none() && !new_lints {
            self.trouble = Some(self.unbuildable(&built.complaints));
            return;
        }
        self.dropped.mutants.extend(news.mutants);
        self.dropped.lints.extend(news.lints);
        self.write();
        self.refuse();
        self.session = Session::bare(self.ask);
    }

    fn unbuildable(&self, complaints: &[Complaint]) -> Trouble {
        let said = complaints.first().map(|first| {
            let span = first.message.spans.iter().find(|span| span.is_primary);
            let at = span.map_or_else(String::new, |span| {
                format!(" at {}:{}", span.file_name, span.line_start)
            });
            format!("{}{at}", blame::said(&first.message))
        });
        let said = said.unwrap_or_else(|| self.session.built.why());
        Trouble::CouldNotRun {
            why: format!("the build with all mutants in it fails: {said}"),
        }
    }

    /// One traced process for every test that may run, the new ones first.
    fn traces(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        for (goal, progress) in self.session.progress.iter().enumerate() {
            if self.session.binary(goal).is_none() {
                let id = &self.session.goals[goal].id;
                self.unfit.push(format!("{id} (it was not built)"));
            }
            for name in &progress.asked {
                let is_new = self.is_new(&self.id(goal, name));
                steps.push((!is_new, Step::Trace(goal, name.clone())));
            }
        }
        steps.sort_by_key(|(is_old, _)| *is_old);
        steps.into_iter().map(|(_, step)| step).collect()
    }

    fn id(&self, goal: usize, name: &str) -> String {
        format!("{}${name}", self.session.goals[goal].id)
    }

    /// Whether a test, or the function that it is a case of, is new or changed.
    fn is_new(&self, id: &str) -> bool {
        let starts = |new: &String| {
            let rest = id.strip_prefix(new.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        self.asked.new_tests.iter().any(starts)
    }

    fn trace(&self, nth: usize, goal: usize, name: &str) -> Option<Invocation> {
        let binary = self.session.binary(goal)?;
        let names = [name.to_owned()];
        let mut invocation = command::run(self.ask, &binary, &names, Pace::Serial);
        let seconds = self.ask.test_limit_ms.div_ceil(1000);
        invocation.argv = limited(invocation.argv, seconds, self.asked.memory);
        let file = format!("trace-{nth}");
        let path = self.ask.scratch.join(&file).display().to_string();
        invocation.env.push((TRACE.to_owned(), path));
        invocation.reads.push(file);
        Some(invocation)
    }

    fn take_trace(&mut self, goal: usize, name: &str, output: &RawOutput) {
        let id = self.id(goal, name);
        match traced(self.ask, name, output) {
            Traced::Passes(ms, places) => {
                let is_new = self.is_new(&id);
                self.tests.push(Test {
                    goal,
                    name: name.to_owned(),
                    id,
                    is_new,
                    ms,
                    places,
                });
            }
            Traced::Ignored => {}
            Traced::Fails(why) => {
                let line = format!("{id} (with every mutant off: {why})");
                self.unfit.push(line);
            }
        }
    }

    /// Chooses the tests of every mutant, once all are traced.
    fn choose(&mut self) {
        for index in 0..self.trials.len() {
            if self.trials[index].by_any.is_some() {
                continue;
            }
            if self.plan.attributes.contains(&index) {
                self.choose_panicking(index);
                continue;
            }
            let Some(site) = self.plan.site_of.get(&index) else {
                continue;
            };
            let over = |is_new: bool| -> Vec<usize> {
                let tests = self.tests.iter().enumerate();
                let fit = tests.filter(|(_, test)| test.is_new == is_new);
                let fit = fit.filter(|(_, test)| test.places.contains(site));
                fit.map(|(number, _)| number).collect()
            };
            let (new, others) = (over(true), over(false));
            let killer = self.asked.killers.get(&self.asked.mutants[index].id);
            let mut chunks = self.chunks(&new, true, killer);
            chunks.extend(self.chunks(&others, false, killer));
            let trial = &mut self.trials[index];
            if new.is_empty() {
                trial.by_new = Some(Fate::NotReached);
            }
            if chunks.is_empty() {
                trial.by_any = Some(Fate::NotReached);
            }
            let run = chunks.iter().flat_map(|chunk| &chunk.tests);
            trial.over = run.map(|test| self.tests[*test].id.clone()).collect();
            trial.chunks = chunks;
        }
    }

    /// A test that passes with `should_panic` panicked; without the mark that is a failure.
    fn choose_panicking(&mut self, index: usize) {
        let mutant = &self.asked.mutants[index];
        let id = home(self.ask.unit, &mutant.path).map(|(place, module)| {
            let name = joined(&module, &mutant.function);
            format!("{}${name}", binary_id(place.package, place.target))
        });
        let test = self.tests.iter().find(|test| Some(&test.id) == id.as_ref());
        let fate = match test {
            Some(test) => Fate::Killed {
                by: test.id.clone(),
                how: Kill::Error,
            },
            None => Fate::NotReached,
        };
        let trial = &mut self.trials[index];
        trial.over = test.map(|test| test.id.clone()).into_iter().collect();
        trial.settle(&fate);
    }

    /// Tests shared out to processes: a killer of before alone, then the quickest first, each
    /// process for one binary and a short time.
    fn chunks(&self, tests: &[usize], is_new: bool, killer: Option<&String>) -> Vec<Chunk> {
        let mut sorted: Vec<usize> = tests.to_vec();
        let is_killer = |test: &usize| Some(&self.tests[*test].id) == killer;
        sorted.sort_by_key(|test| {
            let of = &self.tests[*test];
            (!is_killer(test), of.ms, of.goal, of.name.clone())
        });
        let mut chunks: Vec<(Chunk, usize, u64)> = Vec::new();
        for test in sorted {
            let of = &self.tests[test];
            let fitting = chunks.iter_mut().find(|(chunk, goal, ms)| {
                let full = chunk.tests.len() >= NAMES || ms.saturating_add(of.ms) > CHUNK_MS;
                *goal == of.goal && !full && !is_killer(&chunk.tests[0])
            });
            match fitting {
                Some((chunk, _, ms)) => {
                    chunk.tests.push(test);
                    *ms += of.ms;
                }
                None => chunks.push((
                    Chunk {
                        tests: vec![test],
                        is_new,
                        again: false,
                    },
                    of.goal,
                    of.ms,
                )),
            }
        }
        chunks.into_iter().map(|(chunk, _, _)| chunk).collect()
    }
}

/// The lines of a mutant that have one survivor at most; a whole body, an assertion or a comment
/// speaks for itself.
fn line_key(mutant: &Mutant) -> Option<(&str, u32, u32)> {
    let own = matches!(
        mutant.operator,
        Operator::Assertion | Operator::NoOp | Operator::Body | Operator::Hunk
    );
    (!own).then_some((mutant.path.as_str(), mutant.lines.first, mutant.lines.last))
}

impl Trials<'_> {
    /// The next processes: one that decides about a limit of time alone, else those of several
    /// mutants, one to a line.
    fn batch(&mut self) -> Vec<Step> {
        let is_again = |trial: &Trial| trial.chunks.first().is_some_and(|chunk| chunk.again);
        if let Some(index) = self.trials.iter().position(is_again) {
            return vec![Step::Try(index)];
        }
        let mutants = self.asked.mutants;
        let survivors: BTreeSet<(&str, u32, u32)> = mutants
            .iter()
            .zip(&self.trials)
            .filter(|(_, trial)| trial.by_any == Some(Fate::Survived))
            .filter_map(|(mutant, _)| line_key(mutant))
            .collect();
        let mut lines = BTreeSet::new();
        let mut steps = Vec::new();
        for (index, mutant) in mutants.iter().enumerate() {
            let trial = &mut self.trials[index];
            if trial.by_any.is_some() || trial.chunks.is_empty() {
                continue;
            }
            let key = line_key(mutant);
            if key.is_some_and(|key| survivors.contains(&key)) && !trial.executed {
                trial.settle(&Fate::Skipped("its line has a survivor".to_owned()));
                continue;
            }
            if key.is_some_and(|key| !lines.insert(key)) {
                continue;
            }
            steps.push(Step::Try(index));
            if steps.len() >= BATCH.max(self.asked.jobs * 4) {
                break;
            }
        }
        steps
    }

    fn attempt(&self, index: usize) -> Option<Invocation> {
        let chunk = self.trials[index].chunks.first()?;
        let tests: Vec<&Test> = chunk.tests.iter().map(|test| &self.tests[*test]).collect();
        let binary = self.session.binary(tests.first()?.goal)?;
        let names: Vec<String> = tests.iter().map(|test| test.name.clone()).collect();
        let mut invocation = command::run(self.ask, &binary, &names, Pace::Serial);
        let ms: u64 = tests.iter().map(|test| test.ms).sum();
        let seconds = (ms * 10).div_ceil(1000).max(1);
        invocation.argv = limited(invocation.argv, seconds, self.asked.memory);
        let site = self.plan.sites.get(*self.plan.site_of.get(&index)?)?;
        let number = site.number(index)?.to_string();
        invocation.env.push((MUTANT.to_owned(), number));
        Some(invocation)
    }

    fn take_attempt(&mut self, index: usize, output: &RawOutput) {
        let Some(chunk) = self.trials[index].chunks.first().cloned() else {
            return;
        };
        let names: Vec<String> = chunk
            .tests
            .iter()
            .map(|test| self.tests[*test].name.clone())
            .collect();
        let judged = judged(self.ask, &names, output);
        let goal = chunk.tests.first().map_or(0, |test| self.tests[*test].goal);
        let id = |name: &str| self.id(goal, name);
        let fate = match &judged {
            Judged::Passed => None,
            Judged::Killed(name, how) => Some(Fate::Killed {
                by: id(name),
                how: *how,
            }),
            Judged::TooLong(name) if chunk.again => Some(Fate::TimedOut { by: id(name) }),
            Judged::TooLong(name) => {
                self.ask_again(index, &chunk, name);
                return;
            }
            Judged::OutOfMemory(name) => Some(Fate::OutOfMemory { by: id(name) }),
            Judged::Unknown(why) => Some(Fate::HarnessError(why.clone())),
        };
        self.trials[index].take(&chunk, fate);
    }

    /// A test that went past its limit runs again alone; the others of its process after it.
    fn ask_again(&mut self, index: usize, chunk: &Chunk, name: &str) {
        let (late, others): (Vec<usize>, Vec<usize>) = chunk
            .tests
            .iter()
            .partition(|test| self.tests[**test].name == name);
        let part = |tests: Vec<usize>, again: bool| Chunk {
            tests,
            is_new: chunk.is_new,
            again,
        };
        let trial = &mut self.trials[index];
        trial.executed = true;
        trial.chunks.remove(0);
        if !others.is_empty() {
            trial.chunks.insert(0, part(others, false));
        }
        trial.chunks.insert(0, part(late, true));
    }
}

impl Trial {
    /// The same fate by every test.
    fn settle(&mut self, fate: &Fate) {
        self.by_new = Some(fate.clone());
        self.by_any = Some(fate.clone());
        self.chunks.clear();
    }

    /// What the process of `chunk` decided; nothing where all its tests passed.
    fn take(&mut self, chunk: &Chunk, fate: Option<Fate>) {
        self.executed = true;
        self.chunks.remove(0);
        if let Some(fate) = fate {
            self.by_new.get_or_insert_with(|| {
                if chunk.is_new {
                    fate.clone()
                } else {
                    Fate::Survived
                }
            });
            self.by_any = Some(fate);
            self.chunks.clear();
            return;
        }
        if !self.chunks.iter().any(|chunk| chunk.is_new) {
            self.by_new.get_or_insert(Fate::Survived);
        }
        if self.chunks.is_empty() {
            self.by_any = Some(Fate::Survived);
        }
    }
}
