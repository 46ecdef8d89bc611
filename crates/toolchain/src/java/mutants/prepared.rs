//! Takes what the compiler and the trace said: which mutant has classes of its own, which test
//! runs over which.

use super::said;
use super::trials::{Phase, Trials};
use crate::ask::{Exit, RawOutput};
use crate::mutate::sharing::{Load, Test};
use redgreen_core::evidence::Trouble;
use redgreen_core::mutant::Fate;
use std::collections::{BTreeMap, BTreeSet};

/// How much is run before it is looked at whether a test failed.
const LOAD: Load = Load { names: 8, ms: 50 };
/// Classes that are left out because they spoil the trace.
const SPOILERS: usize = 3;

impl Trials<'_> {
    pub(super) fn take_prepared(&mut self, output: &RawOutput) {
        let mut homes: BTreeMap<String, usize> = BTreeMap::new();
        let (mut is_whole, mut open) = (false, None);
        for words in self.said(output) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match words.as_slice() {
                ["alone", index] => self.alone.extend(index.parse::<usize>()),
                ["refused", index, why] => {
                    self.settle(index, &Fate::Unviable((*why).to_owned()));
                }
                ["beyond", index, why] => {
                    self.settle(index, &Fate::Skipped((*why).to_owned()));
                }
                ["class", class] => open = Some((*class).to_owned()),
                ["lost", class, why] => self.left_out.push(format!("{class} ({why})")),
                ["test", id, name, state, ms, places] => {
                    // Classes inside another one share what it sets up.
                    let class = name.split(['#', '$']).next().unwrap_or(name).to_owned();
                    let next = homes.len();
                    let home = *homes.entry(class).or_insert(next);
                    self.add_test((home, id, name), state, (ms, places));
                }
                ["trouble", why] => self.trouble = Some(could_not((*why).to_owned())),
                ["done"] => is_whole = true,
                _ => {}
            }
        }
        if !is_whole && self.trouble.is_none() && output.exit == Exit::TimedOut {
            let why =
                "to compile every mutant and to trace the tests took longer than all may take";
            self.trouble = Some(could_not(why.to_owned()));
        }
        if let (false, None, Some(class)) = (is_whole, &self.trouble, open)
            && self.spoilers.len() < SPOILERS
        {
            self.again_without(class);
            return;
        }
        if !is_whole && self.trouble.is_none() {
            let told = String::from_utf8_lossy(&output.stderr);
            let told = told.lines().next().unwrap_or_default();
            let why = format!("the tests ended their process while no mutant was on: {told}");
            self.trouble = Some(could_not(why));
        }
        if self.trouble.is_none() {
            self.choose();
            self.phase = Phase::Trying;
        }
    }

    /// Prepares once more without the tests of a class that ended their process, or took too long.
    fn again_without(&mut self, class: String) {
        self.spoilers.insert(class);
        self.tests.clear();
        self.failing.clear();
        self.alone.clear();
        self.left_out = self.spoilers.iter().map(|class| spoils(class)).collect();
    }

    fn settle(&mut self, index: &str, fate: &Fate) {
        let trial = index
            .parse()
            .ok()
            .and_then(|at: usize| self.trials.get_mut(at));
        if let Some(trial) = trial {
            trial.settle(fate);
        }
    }

    fn add_test(
        &mut self,
        (home, id, name): (usize, &str, &str),
        state: &str,
        (ms, places): (&str, &str),
    ) {
        let places: BTreeSet<usize> = places.split(',').filter_map(|at| at.parse().ok()).collect();
        // A class inside another one may be picked by itself too.
        if self.tests.iter().any(|test| test.name == id) {
            return;
        }
        match state {
            "passed" => self.tests.push(Test {
                home,
                name: id.to_owned(),
                id: name.to_owned(),
                is_new: self.asked.new_tests.contains(name),
                ms: ms.parse().unwrap_or_default(),
                places,
            }),
            "failed" => {
                self.left_out
                    .push(format!("{name} (it fails without any mutant)"));
                self.failing.push((name.to_owned(), places));
            }
            _ => {}
        }
    }

    /// Gives every mutant the tests that run over it.
    fn choose(&mut self) {
        for (index, mutant) in self.asked.mutants.iter().enumerate() {
            if self.trials[index].by_any.is_some() {
                continue;
            }
            let is_alone = self.alone.contains(&index);
            let near = self.plan.near(index, mutant, is_alone);
            // What no function holds is there from the moment that its class is loaded.
            let all = near.is_empty();
            let over = |places: &BTreeSet<usize>| all || !near.is_disjoint(places);
            let killer = self.asked.killers.get(&mutant.id);
            let trial = &mut self.trials[index];
            trial.give(&self.tests, (killer, LOAD), |test| over(&test.places));
            let failing = self.failing.iter().filter(|(_, places)| over(places));
            // Nobody knows what the classes that are left out run over.
            let spoilers = self.spoilers.iter().map(|class| spoils(class));
            let failing = failing.map(|(name, _)| name.clone()).chain(spoilers);
            trial.doubt(&failing.collect::<Vec<String>>());
        }
    }

    /// The lines of one command.
    pub(super) fn said(&self, output: &RawOutput) -> Vec<Vec<String>> {
        let file = output.files.get(&super::command::told(self.taken));
        let bytes = file.map_or(&[][..], Vec::as_slice);
        said::lines(bytes, self.asked.ask.nonce)
    }
}

fn spoils(class: &str) -> String {
    format!("{class} (it ends the process with the tests, or takes too long)")
}

pub(super) fn could_not(why: String) -> Trouble {
    Trouble::CouldNotRun { why }
}
