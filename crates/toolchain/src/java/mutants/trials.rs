//! Folds what the commands of a mutant session left behind: one start of Maven, the compiler and
//! the trace, then warm processes that try mutants, and a process for each that ended one.

use super::super::command::{self as runs, Net};
use super::super::console;
use super::command::{self, Attempt, Made};
use super::plan::Plan;
use super::prepared::could_not;
use super::probe::{self, Surroundings};
use super::reactor::Part;
use crate::ask::{Exit, Invocation, RawOutput};
use crate::mutate::sharing::{Chunk, Judged, Test, Trial};
use crate::mutate::{LINE_HAS_SURVIVOR, MutantAsk};
use redgreen_core::evidence::Trouble;
use redgreen_core::mutant::{Fate, Kill, Mutant, Operator};
use std::collections::BTreeSet;

/// The least limit of one test in the warm process, in milliseconds of wall time.
const WAIT: u64 = 1500;
/// What a process takes to start, in seconds of processor time.
const START: u64 = 5;

/// How far the session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Cleaning,
    Probing(Net),
    Compiling,
    Preparing,
    Trying,
    Done,
}

/// What one command tries.
enum Due {
    Warm(Vec<usize>),
    Lone(usize),
    Nothing,
}

/// A session, as far as it has come.
pub(super) struct Trials<'a> {
    pub(super) asked: &'a MutantAsk<'a>,
    pub(super) part: Part,
    pub(super) plan: Plan,
    pub(super) phase: Phase,
    pub(super) found: Surroundings,
    /// Mutants that have classes of their own.
    pub(super) alone: BTreeSet<usize>,
    pub(super) tests: Vec<Test>,
    /// Tests that fail without any mutant, and what they run over.
    pub(super) failing: Vec<(String, BTreeSet<usize>)>,
    pub(super) left_out: Vec<String>,
    /// Classes of tests that no trace gets through, without any mutant.
    pub(super) spoilers: BTreeSet<String>,
    pub(super) trials: Vec<Trial>,
    /// Mutants whose next chunk has a process of its own.
    lone: BTreeSet<usize>,
    pub(super) trouble: Option<Trouble>,
    /// How many commands of the session have ended.
    pub(super) taken: usize,
}

impl<'a> Trials<'a> {
    /// A part of the session after all its commands left `outputs` behind.
    pub(super) fn after(asked: &'a MutantAsk<'a>, part: Part, outputs: &[RawOutput]) -> Self {
        let mut trials = Self {
            asked,
            taken: part.taken,
            part,
            plan: Plan::of(asked.mutants, asked.texts),
            phase: Phase::Cleaning,
            found: Surroundings::default(),
            alone: BTreeSet::new(),
            tests: Vec::new(),
            failing: Vec::new(),
            left_out: Vec::new(),
            spoilers: BTreeSet::new(),
            trials: vec![Trial::default(); asked.mutants.len()],
            lone: BTreeSet::new(),
            trouble: None,
        };
        for (index, why) in &trials.plan.skipped {
            trials.trials[*index].settle(&Fate::Skipped((*why).to_owned()));
        }
        for output in outputs.iter().skip(trials.taken) {
            if trials.is_over() {
                break;
            }
            trials.take(output);
            trials.taken += 1;
        }
        trials
    }

    /// Whether nothing is owed any more.
    fn is_over(&self) -> bool {
        let has_none = self.phase == Phase::Trying && matches!(self.due(), Due::Nothing);
        self.trouble.is_some() || self.phase == Phase::Done || has_none
    }

    /// The command that is owed now.
    pub(super) fn owed(&self) -> Option<Invocation> {
        if self.trouble.is_some() {
            return None;
        }
        let ask = &self.asked.ask;
        match self.phase {
            Phase::Cleaning => Some(runs::clean(ask)),
            Phase::Probing(net) => Some(command::probe(ask, &self.part, net)),
            Phase::Compiling => Some(self.made().compile()),
            Phase::Preparing => Some(self.made().prepare(self.taken, &self.spoilers)),
            Phase::Trying => self.attempt(),
            Phase::Done => None,
        }
    }

    fn made(&self) -> Made<'_> {
        Made {
            asked: self.asked,
            found: &self.found,
            plan: &self.plan,
            part: &self.part,
        }
    }

    fn take(&mut self, output: &RawOutput) {
        match self.phase {
            Phase::Cleaning => self.phase = Phase::Probing(Net::Offline),
            Phase::Probing(net) => self.take_probe(net, output),
            Phase::Compiling if output.exit == Exit::Code(0) => self.phase = Phase::Preparing,
            Phase::Compiling => {
                let told = String::from_utf8_lossy(&output.stderr);
                let told = told.lines().next().unwrap_or_default();
                let why =
                    "the session does not compile, for which the tests' JDK has to be 11 or later";
                self.trouble = Some(could_not(format!("{why}: {told}")));
            }
            Phase::Preparing => self.take_prepared(output),
            Phase::Trying => match self.due() {
                Due::Warm(list) => self.take_warm(&list, output),
                Due::Lone(index) => self.take_lone(index, output),
                Due::Nothing => {}
            },
            Phase::Done => {}
        }
    }

    fn take_probe(&mut self, net: Net, output: &RawOutput) {
        let text = String::from_utf8_lossy(&output.stdout);
        if net == Net::Offline && console::lacks_artefacts(&text) {
            self.phase = Phase::Probing(Net::Online);
            return;
        }
        match probe::read((&self.asked.ask, &self.part), output) {
            Some(found) => {
                self.found = found;
                self.phase = Phase::Compiling;
            }
            None => self.trouble = Some(could_not(console::why(&text))),
        }
    }

    fn due(&self) -> Due {
        if let Some(index) = self.lone.first() {
            return Due::Lone(*index);
        }
        let open = self.trials.iter().enumerate();
        let open = open.filter(|(_, trial)| trial.by_any.is_none() && !trial.chunks.is_empty());
        let open: Vec<usize> = open.map(|(index, _)| index).collect();
        match open.is_empty() {
            true => Due::Nothing,
            false => Due::Warm(open),
        }
    }

    fn attempt(&self) -> Option<Invocation> {
        let made = self.made();
        match self.due() {
            Due::Nothing => None,
            Due::Warm(list) => {
                let attempts: Vec<Attempt> = list.iter().map(|at| self.of(*at, false)).collect();
                let mutants = self.asked.mutants.iter().zip(&self.trials);
                let survived = mutants.filter(|(_, one)| one.by_any == Some(Fate::Survived));
                let survivors = survived.map(|(mutant, _)| key(mutant));
                let survivors = survivors.filter(|key| !key.is_empty()).collect();
                Some(made.warm(self.taken, &attempts, &survivors))
            }
            Due::Lone(index) => {
                let chunk = self.trials[index].chunks.first()?;
                // The tests run twice: without the mutant and with it.
                let seconds = START + (self.sum(chunk) * 12).div_ceil(1000);
                Some(made.lone(self.taken, &self.of(index, true), seconds))
            }
        }
    }

    /// How a mutant is tried: its first chunk, or all of them.
    fn of(&self, index: usize, is_lone: bool) -> Attempt {
        let all = &self.trials[index].chunks;
        let chunks = all.iter().take(if is_lone { 1 } else { all.len() });
        let chunks = chunks.map(|chunk| {
            let tests = chunk.tests.iter().filter_map(|test| self.tests.get(*test));
            let slowest = tests.clone().map(|test| test.ms).max().unwrap_or_default();
            let limit = WAIT + slowest * 10;
            (limit, tests.map(|test| test.name.clone()).collect())
        });
        Attempt {
            index,
            is_alone: self.alone.contains(&index),
            // One that ran already is tried to its end.
            line: match self.trials[index].executed || self.part.has_more {
                true => String::new(),
                false => key(&self.asked.mutants[index]),
            },
            chunks: chunks.collect(),
        }
    }

    fn sum(&self, chunk: &Chunk) -> u64 {
        let tests = chunk.tests.iter().filter_map(|test| self.tests.get(*test));
        tests.map(|test| test.ms).sum()
    }

    /// Takes what the first chunk of a mutant showed.
    fn judge(&mut self, index: usize, judged: &Judged) {
        let Some(chunk) = self.trials[index].chunks.first().cloned() else {
            return;
        };
        let id = |name: &str| {
            let own = self.tests.iter().find(|test| test.name == name);
            own.map_or_else(|| name.to_owned(), |test| test.id.clone())
        };
        self.trials[index].take(&chunk, judged, &self.tests, id);
    }

    fn take_warm(&mut self, list: &[usize], output: &RawOutput) {
        let mut open: Option<usize> = None;
        let (mut is_done, mut has_begun) = (false, false);
        for words in self.said(output) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let own = words.get(1).and_then(|word| word.parse::<usize>().ok());
            let own = own.filter(|index| list.contains(index));
            has_begun |= own.is_some();
            match (words.as_slice(), own) {
                (["try", _], Some(index)) => open = Some(index),
                (["passed", _], Some(index)) => self.judge(index, &Judged::Passed),
                (["survived", _], Some(_)) => open = None,
                (["skipped", _], Some(index)) => {
                    self.trials[index].settle(&Fate::Skipped(LINE_HAS_SURVIVOR.to_owned()));
                }
                (["killed", _, test, how], Some(index)) => {
                    self.judge(index, &Judged::Killed((*test).to_owned(), kill(how)));
                    open = None;
                }
                (["memory", _, test], Some(index)) => {
                    self.judge(index, &Judged::OutOfMemory((*test).to_owned()));
                    open = None;
                }
                (["late", test], _) => {
                    if let Some(index) = open.filter(|index| self.holds(*index, test)) {
                        self.judge(index, &Judged::TooLong((*test).to_owned()));
                    }
                }
                (["done"], _) => is_done = true,
                _ => {}
            }
        }
        // The process ended with it, and not by its own will.
        if let Some(index) = open.filter(|index| self.trials[*index].by_any.is_none()) {
            self.lone.insert(index);
        }
        if is_done && open.is_none() {
            // What is open has no time any more.
            self.phase = match self.due() {
                Due::Nothing | Due::Warm(_) => Phase::Done,
                Due::Lone(_) => Phase::Trying,
            };
        } else if !has_begun {
            let why = "the process that tries mutants ended before the first one".to_owned();
            self.trouble = Some(could_not(why));
        }
    }

    /// Whether the first chunk of a mutant has this test.
    fn holds(&self, index: usize, name: &str) -> bool {
        let chunk = self.trials[index].chunks.first();
        let tests = chunk.map_or(&[][..], |chunk| &chunk.tests);
        tests.iter().any(|test| self.tests[*test].name == name)
    }

    fn take_lone(&mut self, index: usize, output: &RawOutput) {
        let mut judged = None;
        let (mut has_begun, mut running) = (false, String::new());
        for words in self.said(output) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match words.as_slice() {
                ["try", _] => has_begun = true,
                ["on", test] => running = (*test).to_owned(),
                ["broken", _, test] => {
                    let why = format!("without it {test} fails in a process of its own");
                    judged = Some(Judged::Unknown(why));
                }
                ["passed", _] => judged = Some(Judged::Passed),
                ["killed", _, test, how] => {
                    judged = Some(Judged::Killed((*test).to_owned(), kill(how)));
                }
                ["memory", _, test] => judged = Some(Judged::OutOfMemory((*test).to_owned())),
                ["trouble", why] => judged = Some(Judged::Unknown((*why).to_owned())),
                _ => {}
            }
        }
        let ended = || match (has_begun && self.holds(index, &running), output.exit) {
            (false, _) => Judged::Unknown("the process ended before the test".to_owned()),
            (true, Exit::TimedOut | Exit::Signal(9 | 24)) => Judged::TooLong(running),
            (true, Exit::Code(_) | Exit::Signal(_)) => Judged::Killed(running, Kill::Error),
        };
        let judged = judged.unwrap_or_else(ended);
        self.judge(index, &judged);
        let trial = &self.trials[index];
        let again = trial.chunks.first().is_some_and(|chunk| chunk.again);
        if trial.by_any.is_some() || !again {
            self.lone.remove(&index);
        }
    }
}

fn kill(how: &str) -> Kill {
    match how {
        "assertion" => Kill::Assertion,
        _ => Kill::Error,
    }
}

/// The line on which one survivor is enough; empty for what speaks for itself.
fn key(mutant: &Mutant) -> String {
    match mutant.operator {
        Operator::Assertion | Operator::NoOp | Operator::Body | Operator::Hunk => String::new(),
        Operator::Condition
        | Operator::Boundary
        | Operator::Constant
        | Operator::Arithmetic
        | Operator::Logic
        | Operator::Return
        | Operator::Statement
        | Operator::ErrorPath
        | Operator::Collection => {
            let lines = mutant.lines;
            format!("{}:{}-{}", mutant.path, lines.first, lines.last)
        }
    }
}
