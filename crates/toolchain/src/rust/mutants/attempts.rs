//! Tries mutants: one process at a time for each, several mutants at a time.

use super::super::command::{self, Pace};
use super::super::surface::surface;
use super::judge::judged;
use super::module::MUTANT;
use super::trials::{Step, Trials};
use crate::ask::{Invocation, RawOutput};
use crate::mutate::limited;
use crate::mutate::sharing::{self, Test};
use redgreen_core::outcome::Location;
use redgreen_core::surface::Lines;

impl Trials<'_> {
    /// The next processes.
    pub(super) fn batch(&mut self) -> Vec<Step> {
        let due = sharing::due(self.asked.mutants, &mut self.trials, self.asked.jobs);
        due.into_iter().map(Step::Try).collect()
    }

    pub(super) fn attempt(&self, index: usize) -> Option<Invocation> {
        let chunk = self.trials[index].chunks.first()?;
        let tests: Vec<&Test> = chunk.tests.iter().map(|test| &self.tests[*test]).collect();
        let binary = self.session.binary(tests.first()?.home)?;
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
        let goal = chunk.tests.first().map_or(0, |test| self.tests[*test].home);
        let mut trial = std::mem::take(&mut self.trials[index]);
        trial.take(&chunk, &judged, &self.tests, |name| self.id(goal, name));
        self.trials[index] = trial;
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
}
