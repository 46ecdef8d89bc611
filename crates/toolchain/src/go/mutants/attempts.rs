//! Tries mutants: one process at a time for each, several mutants at a time.

use super::super::command::{self, Batch};
use super::judge::{judged, limited};
use super::module::MUTANT;
use super::trials::{Phase, Step, Trials};
use crate::ask::{Invocation, RawOutput};
use crate::mutate::sharing::{self, Chunk, Test};

/// The least wall time of a process that waits instead of working, in milliseconds.
const WAIT_MS: u64 = 10_000;

impl Trials<'_> {
    /// The next processes.
    pub(super) fn batch(&mut self) -> Vec<Step> {
        let due = sharing::due(self.asked.mutants, &mut self.trials, self.asked.jobs);
        due.into_iter().map(Step::Try).collect()
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
        let package = &self.candidates.get(first.home)?.package;
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
        let package = first.map_or(0, |test| self.tests[*test].home);
        let dir = &self.candidates[package].package.dir;
        let judged = judged(self.ask, (dir, &names), output, self.seconds(&chunk));
        let mut trial = std::mem::take(&mut self.trials[index]);
        trial.take(&chunk, &judged, &self.tests, |name| self.id(package, name));
        self.trials[index] = trial;
    }
}
