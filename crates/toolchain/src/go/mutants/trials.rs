//! Folds what the commands of a mutant session left behind: builds of what the compiler takes,
//! the tests' traces, a process for each mutant, then builds for single ones.

use super::super::command;
use super::super::listing::{self, Package};
use super::super::place::{parent, split};
use super::emit::{self, Dropped};
use super::module;
use super::plan::{Plan, plan};
use crate::ask::{Ask, Exit, Invocation, RawOutput};
use crate::mutate::MutantAsk;
use crate::mutate::sharing::{Test, Trial};
use redgreen_core::evidence::Trouble;
use std::collections::{BTreeMap, BTreeSet};

/// A package whose tests may run over mutants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) package: Package,
    pub(super) is_built: bool,
    /// Its top-level tests.
    pub(super) names: Vec<String>,
}

/// How far the session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Listing,
    /// All mutants in one build.
    Building,
    Naming,
    Tracing,
    Trying,
    /// A build of the mutant at this index.
    Alone(usize),
    Done,
}

/// One command of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    List,
    /// The test binary of a package.
    Build(usize),
    /// The names of its tests.
    Names(usize),
    /// The test of this package and name alone, traced.
    Trace(usize, String),
    /// The first chunk of the mutant at this index.
    Try(usize),
}

/// A session, as far as it has come.
pub(super) struct Trials<'a> {
    pub(super) asked: &'a MutantAsk<'a>,
    pub(super) ask: &'a Ask<'a>,
    pub(super) plan: Plan,
    pub(super) dropped: Dropped,
    pub(super) candidates: Vec<Candidate>,
    /// Packages that have to be built still, the next one last.
    pub(super) unbuilt: Vec<usize>,
    /// What the builds of this round said, those that failed.
    pub(super) said: Vec<String>,
    /// How often the build was made again.
    pub(super) rounds: usize,
    pub(super) phase: Phase,
    pub(super) tests: Vec<Test>,
    /// What is not asked, and why.
    pub(super) unfit: Vec<String>,
    /// Tests that fail without a mutant, and the places that they reach.
    pub(super) failing: Vec<(String, BTreeSet<usize>)>,
    pub(super) trials: Vec<Trial>,
    pub(super) trouble: Option<Trouble>,
    /// Mutants that wait for a build of their own, the first one last.
    pub(super) waiting: Vec<usize>,
    steps: Vec<Step>,
}

impl<'a> Trials<'a> {
    /// The session of `asked` after its first commands left `outputs` behind.
    pub(super) fn after(asked: &'a MutantAsk<'a>, outputs: &[RawOutput]) -> Self {
        let mut trials = Self {
            asked,
            ask: &asked.ask,
            plan: plan(asked.mutants, asked.texts),
            dropped: Dropped::default(),
            candidates: Vec::new(),
            unbuilt: Vec::new(),
            said: Vec::new(),
            rounds: 0,
            phase: Phase::Listing,
            tests: Vec::new(),
            unfit: Vec::new(),
            failing: Vec::new(),
            trials: vec![Trial::default(); asked.mutants.len()],
            trouble: None,
            waiting: Vec::new(),
            steps: Vec::new(),
        };
        trials.refuse();
        trials.steps = vec![Step::List];
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

    /// What every file of the question says now, and the files that tell which mutant is on.
    pub(super) fn files(&self) -> BTreeMap<String, String> {
        let alone = match self.phase {
            Phase::Alone(index) => self.asked.mutants.get(index),
            Phase::Listing
            | Phase::Building
            | Phase::Naming
            | Phase::Tracing
            | Phase::Trying
            | Phase::Done => None,
        };
        let mut files = BTreeMap::new();
        for (path, head) in self.asked.texts {
            let text = match alone {
                Some(mutant) if mutant.path == *path => {
                    mutant.applied(head).unwrap_or_else(|| head.clone())
                }
                Some(_) => head.clone(),
                None => emit::write((path, head), &self.plan, self.asked.mutants, &self.dropped),
            };
            files.insert(path.clone(), text);
        }
        let places = self.plan.sites.len();
        for (path, package) in &self.plan.modules {
            files.insert(path.clone(), module::text(package, places));
        }
        files
    }

    /// The commands that are owed now.
    pub(super) fn owed(&self) -> Vec<Invocation> {
        let package = |at: &usize| self.candidates.get(*at).map(|one| &one.package);
        let steps = self.steps.iter().enumerate();
        let owed = steps.filter_map(|(nth, step)| match step {
            Step::List => Some(command::list(self.ask, &[])),
            Step::Build(at) => Some(self.build(package(at)?)),
            Step::Names(at) => Some(command::names(self.ask, package(at)?)),
            Step::Trace(at, name) => self.trace(nth, *at, name),
            Step::Try(index) => self.attempt(*index),
        });
        owed.collect()
    }

    /// The directories, from the unit's own, of the files with mutants and of the new tests.
    fn dirs(&self) -> Vec<String> {
        let unit = self.ask.unit;
        let inside = self.asked.texts.keys().filter_map(|path| unit.inside(path));
        let mut dirs: BTreeSet<String> = inside.map(|path| parent(path).to_owned()).collect();
        let new = self.asked.new_tests.iter();
        dirs.extend(
            new.filter_map(|name| split(name))
                .map(|(dir, _)| dir.to_owned()),
        );
        dirs.into_iter().collect()
    }

    pub(super) fn set_steps(&mut self, steps: Vec<Step>) {
        self.steps = steps;
    }

    /// Fills the commands that are owed, phase after phase.
    fn owe(&mut self) {
        while self.steps.is_empty() && self.trouble.is_none() {
            if let Some(next) = self.unbuilt.pop() {
                self.steps = vec![Step::Build(next)];
                return;
            }
            match self.phase {
                Phase::Listing => {
                    self.phase = Phase::Building;
                    self.build_all();
                }
                Phase::Building => self.conclude_build(),
                Phase::Naming => {
                    self.phase = Phase::Tracing;
                    self.steps = self.traces();
                }
                Phase::Tracing => {
                    self.phase = Phase::Trying;
                    self.choose();
                    self.queue_alone();
                }
                Phase::Trying => {
                    self.steps = self.batch();
                    if self.steps.is_empty() {
                        self.begin_alone();
                    }
                }
                Phase::Alone(index) => self.owe_alone(index),
                Phase::Done => return,
            }
        }
    }

    fn take(&mut self, step: &Step, output: &RawOutput) {
        match step {
            Step::List => self.take_list(output),
            Step::Build(at) => self.take_build(*at, output),
            Step::Names(at) => self.take_names(*at, output),
            Step::Trace(at, name) => self.take_trace(*at, name, output),
            Step::Try(index) => self.take_attempt(*index, output),
        }
    }

    fn take_list(&mut self, output: &RawOutput) {
        let stderr = String::from_utf8_lossy(&output.stderr);
        if output.exit != Exit::Code(0) {
            let why = stderr.lines().next().unwrap_or("go list failed").to_owned();
            self.trouble = Some(Trouble::CouldNotRun { why });
            return;
        }
        let listing = listing::read(self.ask, &String::from_utf8_lossy(&output.stdout));
        self.trouble = listing.other_copy;
        let dirs = self.dirs();
        let (own, others): (Vec<Package>, Vec<Package>) = listing
            .packages
            .into_iter()
            .partition(|package| dirs.contains(&package.dir));
        let others = others.iter().map(|package| {
            let import = &package.import;
            format!("tests of {import} (neither a change nor a new test is in it)")
        });
        self.unfit.extend(others);
        self.candidates = own
            .into_iter()
            .map(|package| Candidate {
                package,
                is_built: false,
                names: Vec::new(),
            })
            .collect();
    }
}
