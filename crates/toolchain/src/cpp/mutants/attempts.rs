//! Tries mutants: one CTest at a time for each, several mutants at a time.

use super::super::command::{self, Manner};
use super::judge::judged;
use super::prelude::MUTANT;
use super::trials::{Phase, Step, Trials};
use crate::ask::{Invocation, RawOutput};
use crate::mutate::limited;
use crate::mutate::sharing::{self, Chunk};
use std::collections::BTreeSet;

/// The least wall time of a process that waits instead of working, in seconds.
const WAIT: u64 = 10;
/// Properties of tests that must not run beside others.
const ALONE: [&str; 2] = ["RUN_SERIAL", "RESOURCE_LOCK"];

impl Trials<'_> {
    /// The next commands: one at a time where a test must not run beside another, and never one
    /// test twice at a time. Projects hold their tests apart from each other, by the names of files
    /// that they write, and none from itself.
    pub(super) fn batch(&mut self) -> Vec<Step> {
        let mut due = sharing::due(self.asked.mutants, &mut self.trials, self.asked.jobs);
        let locked = self.session.tests.iter();
        let locked = locked.filter(|test| {
            ALONE
                .iter()
                .any(|property| test.properties.contains_key(*property))
        });
        if locked.count() > 0 {
            due.truncate(1);
        }
        let mut running: BTreeSet<usize> = BTreeSet::new();
        due.retain(|index| {
            let chunk = self.trials[*index].chunks.first();
            let tests = chunk.map_or(&[][..], |chunk| &chunk.tests);
            let is_free = !tests.iter().any(|test| running.contains(test));
            if is_free {
                running.extend(tests);
            }
            is_free
        });
        due.into_iter().map(Step::Try).collect()
    }

    /// The indices of a chunk's tests in the session.
    pub(super) fn entries(&self, chunk: &Chunk) -> Vec<usize> {
        let tests = chunk.tests.iter().filter_map(|test| self.tests.get(*test));
        tests.filter_map(|test| test.name.parse().ok()).collect()
    }

    /// How long the slowest test of a chunk takes, in milliseconds.
    fn slowest(&self, chunk: &Chunk) -> u64 {
        let tests = chunk.tests.iter().filter_map(|test| self.tests.get(*test));
        tests.map(|test| test.ms).max().unwrap_or_default()
    }

    /// How a chunk is run, in the command at `nth`.
    fn trying(&self, nth: usize, chunk: &Chunk) -> Manner {
        let wait = (self.slowest(chunk) * 20).div_ceil(1000).max(WAIT);
        let mut manner = self.manner(nth);
        manner.seconds = manner.seconds.min(wait);
        manner
    }

    pub(super) fn attempt(&self, nth: usize, index: usize) -> Option<Invocation> {
        let chunk = self.trials[index].chunks.first()?;
        let manner = self.trying(nth, chunk);
        let entries = self.entries(chunk);
        let mut invocation = command::run(&self.session, &entries, &manner);
        invocation.argv.push("--stop-on-failure".to_owned());
        // Each process has a limit of its own.
        let seconds = (self.slowest(chunk) * 10).div_ceil(1000).max(1);
        invocation.argv = limited(invocation.argv, seconds, self.memory());
        let is_switched = match self.phase {
            Phase::Trying => true,
            Phase::Building | Phase::Tracing | Phase::Alone(_) | Phase::Done => false,
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
        let entries = self.entries(&chunk);
        let manner = self.trying(self.taken(), &chunk);
        let judged = judged(&self.session, (&entries, &manner), output);
        let mut trial = std::mem::take(&mut self.trials[index]);
        let id = |name: &str| {
            let entry = name
                .parse()
                .ok()
                .and_then(|at: usize| self.session.entries.get(at));
            entry.map_or_else(|| name.to_owned(), |entry| entry.name.clone())
        };
        trial.take(&chunk, &judged, &self.tests, id);
        self.trials[index] = trial;
    }
}
