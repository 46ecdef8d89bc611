//! Answers for cargo and nextest what a mutant session asks and what it found out.

use super::super::goal;
use super::trials::Trials;
use crate::ask::{Ask, Invocation, RawOutput};
use crate::mutate::{MutantAsk, MutantReport, Mutator, sharing};
use redgreen_core::evidence::{Order, Selection};
use std::collections::BTreeMap;

/// All mutants in one build, each switched on in a process of its own.
pub(in super::super) struct Schemata;

/// The question for the tests of the packages that the mutants can reach.
fn selection(asked: &MutantAsk<'_>) -> Selection {
    let paths: Vec<&str> = asked.texts.keys().map(String::as_str).collect();
    match asked.ask.tests {
        Selection::Whole => match asked.ask.unit.reachable(&paths) {
            Some(files) => Selection::Files(files),
            None => Selection::Whole,
        },
        Selection::Files(_) | Selection::Tests(_) => asked.ask.tests.clone(),
    }
}

fn plain<'a>(asked: &MutantAsk<'a>, tests: &'a Selection) -> Ask<'a> {
    let mut ask = asked.ask.clone();
    ask.tests = tests;
    ask.order = Order::AsWritten;
    ask
}

impl Mutator for Schemata {
    fn switched(&self, asked: &MutantAsk<'_>) -> BTreeMap<String, String> {
        self.revised(asked, &[])
    }

    fn revised(&self, asked: &MutantAsk<'_>, so_far: &[RawOutput]) -> BTreeMap<String, String> {
        let tests = selection(asked);
        let ask = plain(asked, &tests);
        Trials::after(asked, &ask, so_far).files()
    }

    fn next(&self, asked: &MutantAsk<'_>, so_far: &[RawOutput], spent_ms: u64) -> Vec<Invocation> {
        if spent_ms >= asked.budget_ms && !so_far.is_empty() {
            return Vec::new();
        }
        let tests = selection(asked);
        let ask = plain(asked, &tests);
        Trials::after(asked, &ask, so_far).owed()
    }

    fn read(&self, asked: &MutantAsk<'_>, outputs: &[RawOutput]) -> MutantReport {
        let tests = selection(asked);
        let ask = plain(asked, &tests);
        let trials = Trials::after(asked, &ask, outputs);
        let mut left_out = goal::left_out(&ask);
        left_out.extend(trials.unfit.iter().cloned());
        let report = MutantReport {
            trouble: trials.trouble.clone(),
            left_out,
            ..MutantReport::default()
        };
        sharing::reported(report, asked.mutants, trials.trials)
    }
}
