//! Traces the tests while every mutant is off, and chooses those that run over each mutant.

use super::super::command;
use super::judge::{Traced, traced};
use super::place::Form;
use super::prelude::TRACE;
use super::trials::{Step, Trials};
use crate::ask::{Invocation, RawOutput, Role};
use crate::mutate::limited;
use crate::mutate::sharing::{Load, Test};
use redgreen_core::evidence::Trouble;
use std::collections::BTreeSet;

/// Tests that are neither new nor changed and that are traced.
const OTHERS: usize = 400;
/// Tests that one command traces, each in a process of its own.
const TOGETHER: usize = 16;
const LOAD: Load = Load { names: 40, ms: 500 };

impl Trials<'_> {
    /// Commands that trace every test that may run over a mutant, the new ones first.
    pub(super) fn traces(&mut self) -> Vec<Step> {
        let (mut new, mut others, mut far) = (Vec::new(), Vec::new(), 0);
        for (index, entry) in self.session.entries.iter().enumerate() {
            if entry.off.is_some() {
                continue;
            }
            if self.is_new(&entry.name) {
                new.push(index);
            } else if self.may_reach(index) {
                others.push(index);
            } else {
                far += 1;
            }
        }
        if far > 0 {
            let what = format!("{far} tests of programs that no changed file is built into");
            self.unfit.push(what);
        }
        if others.len() > OTHERS {
            let more = others.len() - OTHERS;
            self.unfit
                .push(format!("{more} tests beyond the first {OTHERS}"));
            others.truncate(OTHERS);
        }
        let some = new.chunks(TOGETHER).chain(others.chunks(TOGETHER));
        some.map(|some| Step::Trace(some.to_vec())).collect()
    }

    /// Whether a test, or a case of it, is new or changed.
    fn is_new(&self, name: &str) -> bool {
        let below = |new: &String| {
            let rest = name.strip_prefix(new.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        };
        self.asked.new_tests.iter().any(below)
    }

    /// Whether the program of a test can hold a mutant: its targets have one of the files as a
    /// source, or a file is a source of none, as headers mostly are.
    fn may_reach(&self, entry: usize) -> bool {
        let model = &self.session.model;
        let owners = |path: &String| -> BTreeSet<&str> {
            let has = |(own, _): &(String, String)| own == path;
            let owners = model
                .targets
                .iter()
                .filter(|one| one.sources.iter().any(has));
            owners.map(|one| one.name.as_str()).collect()
        };
        let listed = &self.session.tests[self.session.entries[entry].listed];
        let program = listed.command.first();
        let Some(maker) = program.and_then(|program| model.maker(program)) else {
            return true;
        };
        let closure = model.closure(maker);
        let near = |path: &String| {
            let owners = owners(path);
            owners.is_empty() || !owners.is_disjoint(&closure)
        };
        self.asked.texts.keys().any(near)
    }

    pub(super) fn trace(&self, nth: usize, entries: &[usize]) -> Invocation {
        let mut manner = self.manner(nth);
        manner.file_in = Some(TRACE);
        let mut invocation = command::run(&self.session, entries, &manner);
        // As many tests as one command holds take longer than one may.
        invocation.role = Role::Session;
        let seconds = command::seconds(self.ask);
        invocation.argv = limited(invocation.argv, seconds, self.memory());
        invocation
    }

    pub(super) fn take_trace(&mut self, entries: &[usize], output: &RawOutput) {
        let mut manner = self.manner(self.taken());
        manner.file_in = Some(TRACE);
        for (index, traced) in traced(&self.session, (entries, &manner), output) {
            let id = self.session.entries[index].name.clone();
            match traced {
                Traced::Passes(ms, places) => self.tests.push(Test {
                    home: 0,
                    name: index.to_string(),
                    is_new: self.is_new(&id),
                    id,
                    ms,
                    places,
                }),
                Traced::Skipped => {}
                Traced::Fails(why, places) => {
                    let line = format!("{id} (with every mutant off: {why})");
                    self.unfit.push(line);
                    self.failing.push((id, places));
                }
            }
        }
    }

    /// Tests that all fail while every mutant is off say nothing of mutants.
    pub(super) fn conclude_traces(&mut self) {
        let failed = self
            .unfit
            .iter()
            .find(|line| line.contains("every mutant off"));
        if let Some(first) = failed.filter(|_| self.tests.is_empty()) {
            let why = format!("no test passes while every mutant is off: {first}");
            self.trouble = Some(Trouble::CouldNotRun { why });
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
