//! Folds what the commands of a mutant session left behind: builds of what the compiler takes,
//! the tests' traces, a process for each mutant, then builds for single ones.

use super::super::command::{self, Manner};
use super::super::session::{self, Session};
use super::emit::{self, Dropped};
use super::plan::{Plan, plan};
use crate::ask::{Ask, Exit, Invocation, RawOutput};
use crate::mutate::MutantAsk;
use crate::mutate::sharing::{Test, Trial};
use redgreen_core::evidence::Trouble;
use redgreen_core::mutant::Fate;
use std::collections::{BTreeMap, BTreeSet};

/// How far the session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// All mutants in one build, and the tests of its programs.
    Building,
    Tracing,
    Trying,
    /// A build of the mutant at this index.
    Alone(usize),
    Done,
}

/// One command of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// What a plain run would do next: configure, build, list.
    Prepare,
    /// These tests, traced.
    Trace(Vec<usize>),
    /// The first chunk of the mutant at this index.
    Try(usize),
    /// A build with one mutant in place.
    Build,
}

/// A session, as far as it has come.
pub(super) struct Trials<'a> {
    pub(super) asked: &'a MutantAsk<'a>,
    pub(super) ask: &'a Ask<'a>,
    pub(super) session: Session<'a>,
    pub(super) plan: Plan,
    pub(super) dropped: Dropped,
    /// How often the build was made again.
    pub(super) rounds: usize,
    pub(super) phase: Phase,
    pub(super) tests: Vec<Test>,
    /// What is not asked, and why.
    pub(super) unfit: Vec<String>,
    /// Tests that fail with every mutant off, and the places that they reach.
    pub(super) failing: Vec<(String, BTreeSet<usize>)>,
    pub(super) trials: Vec<Trial>,
    pub(super) trouble: Option<Trouble>,
    /// Mutants that wait for a build of their own, the first one last.
    pub(super) waiting: Vec<usize>,
    /// What the build of the mutant that has one complained of; empty where it went well.
    pub(super) refusal: Option<String>,
    pub(super) steps: Vec<Step>,
    /// How many commands have ended: each has a directory of its own.
    taken: usize,
}

impl<'a> Trials<'a> {
    /// The session of `asked` after its first commands left `outputs` behind.
    pub(super) fn after(asked: &'a MutantAsk<'a>, outputs: &'a [RawOutput]) -> Self {
        let mut trials = Self {
            asked,
            ask: &asked.ask,
            session: Session::begun(&asked.ask),
            plan: plan(asked.mutants, asked.texts),
            dropped: Dropped::default(),
            rounds: 0,
            phase: Phase::Building,
            tests: Vec::new(),
            unfit: Vec::new(),
            failing: Vec::new(),
            trials: vec![Trial::default(); asked.mutants.len()],
            trouble: None,
            waiting: Vec::new(),
            refusal: None,
            steps: vec![Step::Prepare],
            taken: 0,
        };
        for index in &trials.plan.left_out {
            let why = "the build would have to be configured anew".to_owned();
            trials.trials[*index].settle(&Fate::Unviable(why));
        }
        let mut outputs = outputs.iter();
        loop {
            let steps = std::mem::take(&mut trials.steps);
            let first = trials.taken;
            for (step, output) in steps.iter().zip(outputs.by_ref().take(steps.len())) {
                trials.take(step, output);
                trials.taken += 1;
            }
            let ended = trials.taken - first;
            if ended < steps.len() || steps.is_empty() {
                trials.steps = steps.into_iter().skip(ended).collect();
                return trials;
            }
            trials.owe();
        }
    }

    /// What every file of the question says now.
    pub(super) fn files(&self) -> BTreeMap<String, String> {
        let alone = match self.phase {
            Phase::Alone(index) => self.asked.mutants.get(index),
            Phase::Building | Phase::Tracing | Phase::Trying | Phase::Done => None,
        };
        let text = |path: &String, head: &String| match alone {
            Some(mutant) if mutant.path == *path => {
                mutant.applied(head).unwrap_or_else(|| head.clone())
            }
            Some(_) | None => {
                emit::write((path, head), &self.plan, self.asked.mutants, &self.dropped).text
            }
        };
        let files = self.asked.texts.iter();
        files
            .map(|(path, head)| (path.clone(), text(path, head)))
            .collect()
    }

    /// The commands that are owed now.
    pub(super) fn owed(&self) -> Vec<Invocation> {
        let steps = self.steps.iter().enumerate();
        let owed = steps.filter_map(|(nth, step)| {
            let nth = self.taken + nth;
            match step {
                Step::Prepare => self.session.owed().map(told_all),
                Step::Build => Some(told_all(self.build_alone())),
                Step::Trace(entries) => Some(self.trace(nth, entries)),
                Step::Try(index) => self.attempt(nth, *index),
            }
        });
        owed.collect()
    }

    /// How tests are run in the command at `nth`. A shell ends sooner than CMake does.
    pub(super) fn manner(&self, nth: usize) -> Manner {
        let shell = |code: &str| ["/bin/sh", "-c", code].map(str::to_owned).into();
        Manner {
            dir: format!("try-{}-{nth}", self.ask.nonce),
            seconds: command::seconds(self.ask),
            canaries: [shell("exit 0"), shell("exit 1")],
            file_in: None,
        }
    }

    /// The most memory of one process, in bytes. A sanitizer reserves much more than it uses.
    pub(super) fn memory(&self) -> u64 {
        match self.session.model.is_sanitized() {
            true => 1 << 60,
            false => self.asked.memory,
        }
    }

    /// Fills the commands that are owed, phase after phase.
    fn owe(&mut self) {
        while self.steps.is_empty() && self.trouble.is_none() {
            match self.phase {
                Phase::Building => match self.session.front() {
                    Some(session::Step::Run(_)) | None => self.conclude_build(),
                    Some(
                        session::Step::Look
                        | session::Step::Configure
                        | session::Step::Build
                        | session::Step::Purge
                        | session::Step::BuildAgain
                        | session::Step::Model
                        | session::Step::Tests
                        | session::Step::List(..),
                    ) => self.steps = vec![Step::Prepare],
                },
                Phase::Tracing => {
                    self.conclude_traces();
                    if self.trouble.is_some() {
                        return;
                    }
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

    fn take(&mut self, step: &Step, output: &'a RawOutput) {
        match step {
            Step::Prepare => self.take_prepared(output),
            Step::Trace(entries) => self.take_trace(entries, output),
            Step::Try(index) => self.take_attempt(*index, output),
            Step::Build => {
                let failed = output.exit != Exit::Code(0);
                self.refusal = Some(match failed {
                    true => super::builds::why(output),
                    false => String::new(),
                });
            }
        }
    }

    pub(super) fn taken(&self) -> usize {
        self.taken
    }
}

/// Has Clang tell every error, as GCC does, where the command itself must stay what it is.
fn told_all(mut invocation: Invocation) -> Invocation {
    let whole = ("CCC_OVERRIDE_OPTIONS", "#+-ferror-limit=0");
    invocation
        .env
        .push((whole.0.to_owned(), whole.1.to_owned()));
    invocation
}
