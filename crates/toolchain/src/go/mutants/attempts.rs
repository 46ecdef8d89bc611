//! Tries mutants: one process at a time for each, several mutants at a time.

use super::super::command::{self, Batch};
use super::judge::{Judged, judged, limited};
use super::module::MUTANT;
use super::trials::{Chunk, Phase, Step, Test, Trial, Trials};
use crate::ask::{Invocation, RawOutput};
use crate::mutate::LINE_HAS_SURVIVOR;
use redgreen_core::mutant::{Fate, Mutant, Operator};
use std::collections::BTreeSet;

/// Commands that one answer holds at least, where there are so many.
const BATCH: usize = 48;
/// The least wall time of a process that waits instead of working, in milliseconds.
const WAIT_MS: u64 = 10_000;

/// The lines of a mutant that have one survivor at most; a whole body, an assertion or a comment
/// speaks for itself.
fn line_key(mutant: &Mutant) -> Option<(&str, u32, u32)> {
    let own = matches!(
        mutant.operator,
        Operator::Assertion | Operator::NoOp | Operator::Body | Operator::Hunk
    );
    (!own).then_some((mutant.path.as_str(), mutant.lines.first, mutant.lines.last))
}

impl<'m> Trials<'m> {
    /// The next processes: one that decides about a limit of time alone, else those of several
    /// mutants, one to a line.
    pub(super) fn batch(&mut self) -> Vec<Step> {
        let is_again = |trial: &Trial| trial.chunks.first().is_some_and(|chunk| chunk.again);
        if let Some(index) = self.trials.iter().position(is_again) {
            return vec![Step::Try(index)];
        }
        let mutants = self.asked.mutants;
        let survivors = self.survivors();
        let mut lines = BTreeSet::new();
        let mut steps = Vec::new();
        for (index, mutant) in mutants.iter().enumerate() {
            let trial = &mut self.trials[index];
            if trial.by_any.is_some() || trial.chunks.is_empty() {
                continue;
            }
            let key = line_key(mutant);
            if key.is_some_and(|key| survivors.contains(&key)) && !trial.executed {
                trial.settle(&Fate::Skipped(LINE_HAS_SURVIVOR.to_owned()));
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

    /// The lines that have a survivor.
    fn survivors(&self) -> BTreeSet<(&'m str, u32, u32)> {
        let trials = self.asked.mutants.iter().zip(&self.trials);
        let survived = trials.filter(|(_, trial)| trial.by_any == Some(Fate::Survived));
        survived
            .filter_map(|(mutant, _)| line_key(mutant))
            .collect()
    }

    /// Whether the line of a mutant has a survivor.
    pub(super) fn has_survivor(&self, index: usize) -> bool {
        let key = line_key(&self.asked.mutants[index]);
        key.is_some_and(|key| self.survivors().contains(&key))
    }

    /// The names of a chunk's tests.
    fn names(&self, chunk: &Chunk) -> Vec<String> {
        let tests = chunk.tests.iter().map(|test| &self.tests[*test]);
        tests.map(|test| test.name.clone()).collect()
    }

    /// How long the tests of a chunk take, in milliseconds.
    fn ms(&self, chunk: &Chunk) -> u64 {
        chunk.tests.iter().map(|test| self.tests[*test].ms).sum()
    }

    /// The processor time that they may take, in seconds.
    fn seconds(&self, chunk: &Chunk) -> u64 {
        (self.ms(chunk) * 10).div_ceil(1000).max(1)
    }

    pub(super) fn attempt(&self, index: usize) -> Option<Invocation> {
        let chunk = self.trials[index].chunks.first()?;
        let first: &Test = self.tests.get(*chunk.tests.first()?)?;
        let package = &self.candidates.get(first.package)?.package;
        let batch = Batch::Several(self.names(chunk));
        let mut invocation = command::run(self.ask, package, &batch);
        let wait = (self.ms(chunk) * 20).max(WAIT_MS);
        invocation.argv.push(format!("-test.timeout={wait}ms"));
        invocation.argv.push("-test.failfast".to_owned());
        invocation.argv = limited(invocation.argv, self.seconds(chunk), self.asked.memory);
        let is_switched = match self.phase {
            Phase::Trying => true,
            Phase::Listing
            | Phase::Building
            | Phase::Naming
            | Phase::Tracing
            | Phase::Alone(_)
            | Phase::Done => false,
        };
        if let Some(site) = self.plan.site_of.get(&index).filter(|_| is_switched) {
            let number = self.plan.sites.get(*site)?.number(index)?;
            invocation.env.push((MUTANT.to_owned(), number.to_string()));
        }
        Some(invocation)
    }

    pub(super) fn take_attempt(&mut self, index: usize, output: &RawOutput) {
        let Some(chunk) = self.trials[index].chunks.first().cloned() else {
            return;
        };
        let names = self.names(&chunk);
        let first = chunk.tests.first();
        let package = first.map_or(0, |test| self.tests[*test].package);
        let dir = &self.candidates[package].package.dir;
        let judged = judged(self.ask, (dir, &names), output, self.seconds(&chunk));
        let id = |name: &str| self.id(package, name);
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
    pub(super) fn settle(&mut self, fate: &Fate) {
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
