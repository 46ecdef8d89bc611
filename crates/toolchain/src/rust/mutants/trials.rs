//! Folds what the commands of a mutant session left behind: builds of what the compiler takes,
//! the tests' traces, a process for each mutant, then builds for single ones.

use super::super::session::Session;
use super::emit::{self, Dropped, Written};
use super::plan::{Plan, plan};
use crate::ask::{Ask, Invocation, RawOutput};
use crate::mutate::MutantAsk;
use crate::mutate::sharing::{Test, Trial};
use redgreen_core::evidence::Trouble;
use std::collections::{BTreeMap, BTreeSet};

/// How far the session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// All mutants in one build.
    Building,
    Tracing,
    Trying,
    /// A build of the mutant at this index.
    Alone(usize),
    Done,
}

/// One command of the session.
pub(super) enum Step {
    /// The build's own.
    Build,
    /// The test of this goal and name alone, traced.
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
    pub(super) written: BTreeMap<String, Written>,
    pub(super) session: Session<'a>,
    /// How often the build was made again.
    pub(super) rounds: usize,
    pub(super) phase: Phase,
    pub(super) tests: Vec<Test>,
    /// Tests that are not asked, and why.
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
    /// The session of `asked` after its first commands left `outputs` behind; `ask` is the plain
    /// question for the tests that can run over the mutants.
    pub(super) fn after(asked: &'a MutantAsk<'a>, ask: &'a Ask<'a>, outputs: &[RawOutput]) -> Self {
        let mut trials = Self {
            asked,
            ask,
            plan: plan(asked.mutants, asked.texts),
            dropped: Dropped::default(),
            written: BTreeMap::new(),
            session: Session::bare(ask),
            rounds: 0,
            phase: Phase::Building,
            tests: Vec::new(),
            unfit: Vec::new(),
            failing: Vec::new(),
            trials: vec![Trial::default(); asked.mutants.len()],
            trouble: None,
            waiting: Vec::new(),
            steps: Vec::new(),
        };
        trials.queue_alone();
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
    pub(super) fn write(&mut self) {
        let written = self.asked.texts.iter().filter_map(|(path, text)| {
            let file = (path.as_str(), text.as_str());
            let written = emit::write(file, &self.plan, self.asked.mutants, &self.dropped)?;
            Some((path.clone(), written))
        });
        self.written = written.collect();
    }

    /// Says of mutants that cannot be tried why not.
    pub(super) fn refuse(&mut self) {
        let refused = self.plan.refused.iter().chain(&self.dropped.mutants);
        let without = refused.filter(|(index, _)| !self.waiting.contains(index));
        let fates: Vec<_> = without
            .map(|(index, why)| (*index, self.refused(*index, why)))
            .collect();
        for (index, fate) in fates {
            self.trials[index].settle(&fate);
        }
    }

    /// What every file of the question says now.
    pub(super) fn files(&self) -> BTreeMap<String, String> {
        let alone = match self.phase {
            Phase::Alone(index) => self.asked.mutants.get(index),
            Phase::Building | Phase::Tracing | Phase::Trying | Phase::Done => None,
        };
        let all = self.asked.texts.iter().map(|(path, head)| {
            let text = match (alone, self.written.get(path)) {
                (Some(mutant), _) if mutant.path == *path => mutant
                    .applied(head)
                    .map_or_else(|| head.clone(), |text| emit::quieted(&text)),
                (Some(_), _) | (None, None) => head.clone(),
                (None, Some(written)) => written.text.clone(),
            };
            (path.clone(), text)
        });
        all.collect()
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
        while self.steps.is_empty() && self.trouble.is_none() {
            match self.phase {
                Phase::Building if self.is_idle() => self.phase = Phase::Done,
                Phase::Building if !self.session.has_listed() => self.steps = vec![Step::Build],
                Phase::Building => {
                    self.phase = Phase::Tracing;
                    self.steps = self.traces();
                }
                Phase::Tracing => {
                    self.phase = Phase::Trying;
                    self.choose();
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

    /// Whether there is nothing to try.
    fn is_idle(&self) -> bool {
        self.written.is_empty() && self.plan.attributes.is_empty() && self.waiting.is_empty()
    }

    fn owe_alone(&mut self, index: usize) {
        if self.trials[index].by_any.is_some() {
            self.begin_alone();
        } else if self.session.has_listed() {
            self.steps = vec![Step::Try(index)];
        } else {
            self.steps = vec![Step::Build];
        }
    }

    fn take(&mut self, step: &Step, output: &RawOutput) {
        match step {
            Step::Build => {
                let was_building = self.session.builds();
                self.session.push(output);
                if was_building && !self.session.builds() {
                    match self.phase {
                        Phase::Alone(index) => self.take_build_alone(index),
                        Phase::Building | Phase::Tracing | Phase::Trying | Phase::Done => {
                            self.take_build();
                        }
                    }
                }
            }
            Step::Trace(goal, name) => self.take_trace(*goal, name, output),
            Step::Try(index) => self.take_attempt(*index, output),
        }
    }
}
