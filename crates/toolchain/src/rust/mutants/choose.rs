//! Traces the tests while every mutant is off, and chooses those that run over each mutant.

use super::super::command::{self, Pace};
use super::super::place::{binary_id, home};
use super::super::syntax::joined;
use super::judge::{Traced, traced};
use super::module::TRACE;
use super::trials::{Step, Trials};
use crate::ask::{Invocation, RawOutput};
use crate::mutate::limited;
use crate::mutate::sharing::{Load, Test};
use redgreen_core::mutant::{Fate, Kill};
use std::collections::BTreeSet;

/// The harness does not stop at the first failure, so the time of one process is short.
const LOAD: Load = Load {
    names: 400,
    ms: 200,
};

impl Trials<'_> {
    /// One traced process for every test that may run, the new ones first.
    pub(super) fn traces(&mut self) -> Vec<Step> {
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

    pub(super) fn id(&self, goal: usize, name: &str) -> String {
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

    pub(super) fn trace(&self, nth: usize, goal: usize, name: &str) -> Option<Invocation> {
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

    pub(super) fn take_trace(&mut self, goal: usize, name: &str, output: &RawOutput) {
        let id = self.id(goal, name);
        match traced(self.ask, name, output) {
            Traced::Passes(ms, places) => {
                let is_new = self.is_new(&id);
                self.tests.push(Test {
                    home: goal,
                    name: name.to_owned(),
                    id,
                    is_new,
                    ms,
                    places,
                });
            }
            Traced::Ignored => {}
            Traced::Fails(why, places) => {
                let line = format!("{id} (with every mutant off: {why})");
                self.unfit.push(line);
                self.failing.push((id, places));
            }
        }
    }

    /// Chooses the tests of every mutant, once all are traced.
    pub(super) fn choose(&mut self) {
        for index in 0..self.trials.len() {
            let is_out = self.dropped.mutants.contains_key(&index);
            if is_out || self.trials[index].by_any.is_some() {
                continue;
            }
            if self.plan.attributes.contains(&index) {
                self.choose_panicking(index);
                continue;
            }
            if let Some(site) = self.plan.site_of.get(&index).copied() {
                self.give(index, |places| places.contains(&site));
            }
        }
    }

    /// Gives a mutant the tests that run over it.
    pub(super) fn give(&mut self, index: usize, runs_over: impl Fn(&BTreeSet<usize>) -> bool) {
        let killer = self.asked.killers.get(&self.asked.mutants[index].id);
        self.trials[index].give(&self.tests, (killer, LOAD), |test| runs_over(&test.places));
        let failing = self.failing.iter().filter(|(_, places)| runs_over(places));
        let failing: Vec<String> = failing.map(|(id, _)| id.clone()).collect();
        self.trials[index].doubt(&failing);
    }

    /// A test that passes with `should_panic` panicked; without the mark that is a failure.
    fn choose_panicking(&mut self, index: usize) {
        let mutant = &self.asked.mutants[index];
        // Who asks names a test as its runner does, a draft alone as its file does.
        let name = home(self.ask.unit, &mutant.path).map(|(place, module)| {
            let name = joined(&module, &mutant.function);
            format!("{}${name}", binary_id(place.package, place.target))
        });
        let is_it = |id: &String| *id == mutant.function || Some(id) == name.as_ref();
        let test = self.tests.iter().find(|test| is_it(&test.id));
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
}
