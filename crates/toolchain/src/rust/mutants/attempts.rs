//! Tries mutants: one process at a time for each, several mutants at a time.

use super::super::command::{self, Pace};
use super::super::surface::surface;
use super::judge::{Judged, judged};
use super::module::MUTANT;
use super::trials::{Chunk, Step, Test, Trial, Trials};
use crate::ask::{Invocation, RawOutput};
use crate::mutate::limited;
use redgreen_core::mutant::{Fate, Mutant, Operator};
use redgreen_core::outcome::Location;
use redgreen_core::surface::Lines;
use std::collections::BTreeSet;

/// Commands that one answer holds at least, where there are so many.
const BATCH: usize = 48;

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

    pub(super) fn attempt(&self, index: usize) -> Option<Invocation> {
        let chunk = self.trials[index].chunks.first()?;
        let tests: Vec<&Test> = chunk.tests.iter().map(|test| &self.tests[*test]).collect();
        let binary = self.session.binary(tests.first()?.goal)?;
        let names: Vec<String> = tests.iter().map(|test| test.name.clone()).collect();
        let mut invocation = command::run(self.ask, &binary, &names, Pace::Serial);
        let ms: u64 = tests.iter().map(|test| test.ms).sum();
        let seconds = (ms * 10).div_ceil(1000).max(1);
        invocation.argv = limited(invocation.argv, seconds, self.asked.memory);
        if let Some(site) = self.plan.site_of.get(&index) {
            let number = self.plan.sites.get(*site)?.number(index)?;
            invocation.env.push((MUTANT.to_owned(), number.to_string()));
        }
        Some(invocation)
    }

    pub(super) fn take_attempt(&mut self, index: usize, output: &RawOutput) {
        let Some(chunk) = self.trials[index].chunks.first().cloned() else {
            return;
        };
        let names: Vec<String> = chunk
            .tests
            .iter()
            .map(|test| self.tests[*test].name.clone())
            .collect();
        let judged = judged(self.ask, &names, output, &|at| self.is_in_test(at));
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

    /// Whether a place is in a test, or in what only tests are built with.
    fn is_in_test(&self, at: &Location) -> bool {
        let text = self.asked.texts.get(&at.path).map(String::as_str);
        if surface(&at.path, text).is_test_surface() {
            return true;
        }
        let line = Lines::new(at.line, at.line);
        let regions = text.map_or_else(Vec::new, super::super::outline::test_lines);
        regions.iter().any(|region| region.touches(line))
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
