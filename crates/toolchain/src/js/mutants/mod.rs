//! Tries mutants of JavaScript and TypeScript: every file is rewritten once, a traced run tells
//! which tests run over which mutants, and each mutant is tried with those tests alone.

mod attempt;
mod command;
mod course;
mod covering;
mod plan;
mod warm;

use super::language::{self, Switched};
use super::runs::Runs;
use super::surface::is_source;
use crate::{Invocation, MutantAsk, MutantReport, Mutator, RawOutput, Runner};
use redgreen_core::mutant::Mutant;
use std::collections::BTreeMap;

/// Tries mutants with one of the runners.
pub(super) struct Trying {
    /// Which one.
    pub(super) runs: Runs,
    /// How it runs tests without mutants.
    pub(super) runner: &'static dyn Runner,
}

impl Mutator for Trying {
    fn switched(&self, ask: &MutantAsk<'_>) -> BTreeMap<String, String> {
        let files = files(ask, self.runs).into_iter();
        files.map(|(path, file)| (path, file.text)).collect()
    }

    fn revised(&self, ask: &MutantAsk<'_>, so_far: &[RawOutput]) -> BTreeMap<String, String> {
        plan::revised(self, ask, so_far)
    }

    fn next(&self, ask: &MutantAsk<'_>, so_far: &[RawOutput], spent_ms: u64) -> Vec<Invocation> {
        plan::next(self, ask, so_far, spent_ms)
    }

    fn read(&self, ask: &MutantAsk<'_>, outputs: &[RawOutput]) -> MutantReport {
        plan::read(self, ask, outputs)
    }
}

/// The files that mutants edit, each switched to all of its own. A mutant's number is its place
/// in the question; the numbers behind those of mutants stand for whole files, in their order.
fn files(ask: &MutantAsk<'_>, runs: Runs) -> BTreeMap<String, Switched> {
    let mut by_path: BTreeMap<&str, Vec<(usize, &Mutant)>> = BTreeMap::new();
    for (number, mutant) in ask.mutants.iter().enumerate() {
        by_path
            .entry(&mutant.path)
            .or_default()
            .push((number, mutant));
    }
    let mut files = BTreeMap::new();
    for (path, mutants) in by_path {
        let typed = [".ts", ".tsx", ".mts", ".cts"]
            .iter()
            .any(|end| path.ends_with(end));
        // vitest strips types; the others may have a compiler that checks them.
        let unchecked = typed && runs != Runs::Vitest;
        let load = ask.mutants.len() + files.len();
        let text = ask.texts.get(path);
        // Data may look like source: `{"a": 1}` is a statement too.
        let text = text.filter(|_| is_source(path));
        let file =
            text.and_then(|text| language::switched((path, text), &mutants, (unchecked, load)));
        files.extend(file.map(|file| (path.to_owned(), file)));
    }
    files
}
