//! Answers for CTest what a mutant session asks and what it found out.

use super::trials::Trials;
use crate::ask::{Invocation, RawOutput};
use crate::mutate::{MutantAsk, MutantReport, Mutator, sharing};
use std::collections::BTreeMap;

/// All mutants in one build, each switched on in processes of its own.
pub(in super::super) struct Schemata;

impl Mutator for Schemata {
    fn switched(&self, asked: &MutantAsk<'_>) -> BTreeMap<String, String> {
        self.revised(asked, &[])
    }

    fn revised(&self, asked: &MutantAsk<'_>, so_far: &[RawOutput]) -> BTreeMap<String, String> {
        Trials::after(asked, so_far).files()
    }

    fn next(&self, asked: &MutantAsk<'_>, so_far: &[RawOutput], spent_ms: u64) -> Vec<Invocation> {
        if spent_ms >= asked.budget_ms && !so_far.is_empty() {
            return Vec::new();
        }
        let trials = Trials::after(asked, so_far);
        match trials.trouble {
            Some(_) => Vec::new(),
            None => trials.owed(),
        }
    }

    fn read(&self, asked: &MutantAsk<'_>, outputs: &[RawOutput]) -> MutantReport {
        let trials = Trials::after(asked, outputs);
        let report = MutantReport {
            trouble: trials.trouble.clone(),
            left_out: trials.unfit.clone(),
            ..MutantReport::default()
        };
        sharing::reported(report, asked.mutants, trials.trials)
    }
}
