//! Traces the tests while every mutant is off, and chooses those that run over each mutant.

use super::super::command::{self, Batch};
use super::super::place::prefix;
use super::judge::{Traced, limited, traced};
use super::module::TRACE;
use super::place::Form;
use super::trials::{Step, Trials};
use crate::ask::{Invocation, RawOutput};
use crate::mutate::sharing::{Load, Test};
use std::collections::BTreeSet;

/// Tests that are neither new nor changed and that are traced.
const OTHERS: usize = 400;
const LOAD: Load = Load {
    names: 300,
    ms: 500,
};

impl Trials<'_> {
    /// One traced process for every test that may run, the new ones first.
    pub(super) fn traces(&mut self) -> Vec<Step> {
        let (mut new, mut others) = (Vec::new(), Vec::new());
        for (at, candidate) in self.candidates.iter().enumerate() {
            for name in &candidate.names {
                let step = Step::Trace(at, name.clone());
                if self.is_new(&self.id(at, name)) {
                    new.push(step);
                } else {
                    others.push(step);
                }
            }
        }
        if others.len() > OTHERS {
            let more = others.len() - OTHERS;
            self.unfit
                .push(format!("{more} tests beyond the first {OTHERS}"));
            others.truncate(OTHERS);
        }
        new.extend(others);
        new
    }

    pub(super) fn id(&self, package: usize, name: &str) -> String {
        format!("{}{name}", prefix(&self.candidates[package].package.dir))
    }

    /// Whether a test, or a case of it, is new or changed.
    fn is_new(&self, id: &str) -> bool {
        let below = |new: &String| {
            let rest = new.strip_prefix(id);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.asked.new_tests.iter().any(below)
    }

    fn trace_seconds(&self) -> u64 {
        self.ask.test_limit_ms.div_ceil(1000).max(1)
    }

    pub(super) fn trace(&self, nth: usize, at: usize, name: &str) -> Option<Invocation> {
        let package = &self.candidates.get(at)?.package;
        let batch = Batch::Several(vec![name.to_owned()]);
        let mut invocation = command::run(self.ask, package, &batch);
        invocation.argv = limited(invocation.argv, self.trace_seconds(), self.asked.memory);
        let file = format!("trace-{nth}");
        let path = self.ask.scratch.join(&file).display().to_string();
        invocation.env.push((TRACE.to_owned(), path));
        invocation.reads.push(file);
        Some(invocation)
    }

    pub(super) fn take_trace(&mut self, at: usize, name: &str, output: &RawOutput) {
        let id = self.id(at, name);
        let dir = &self.candidates[at].package.dir;
        match traced(self.ask, (dir, name), output, self.trace_seconds()) {
            Traced::Passes(ms, places) => {
                let is_new = self.is_new(&id);
                self.tests.push(Test {
                    home: at,
                    name: name.to_owned(),
                    id,
                    is_new,
                    ms,
                    places,
                });
            }
            Traced::Skipped => {}
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
            let is_out = self.dropped.contains_key(&index) || self.trials[index].by_any.is_some();
            let site = self.plan.site_of.get(&index).copied();
            if let Some(site) = site.filter(|_| !is_out) {
                self.give(index, |places| places.contains(&site));
            }
        }
    }

    /// Chooses the tests of a mutant with a build of its own: those that reach its function, where
    /// that is told, else all.
    pub(super) fn choose_alone(&mut self, index: usize) {
        let mutant = &self.asked.mutants[index];
        let sites = self.plan.sites.iter().enumerate();
        let starts = sites.filter(|(_, site)| {
            let same = site.path == mutant.path && site.place.form == Form::Start;
            let own = |one: &usize| self.asked.mutants[*one].function == mutant.function;
            let is_in = |one: &usize| !self.dropped.contains_key(one);
            same && site.mutants.iter().any(own) && site.mutants.iter().any(is_in)
        });
        let starts: BTreeSet<usize> = starts.map(|(nth, _)| nth).collect();
        self.give(index, |places| {
            starts.is_empty() || !starts.is_disjoint(places)
        });
    }

    /// Gives a mutant the tests that run over it.
    fn give(&mut self, index: usize, runs_over: impl Fn(&BTreeSet<usize>) -> bool) {
        let killer = self.asked.killers.get(&self.asked.mutants[index].id);
        self.trials[index].give(&self.tests, (killer, LOAD), |test| runs_over(&test.places));
        let failing = self.failing.iter().filter(|(_, places)| runs_over(places));
        let failing: Vec<String> = failing.map(|(id, _)| id.clone()).collect();
        self.trials[index].doubt(&failing);
    }
}
