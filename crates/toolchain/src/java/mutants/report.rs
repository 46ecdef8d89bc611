//! Answers for Maven what a mutant session asks and what it found out.

use super::super::detect::{FRAMEWORK, OWN_PATTERNS, PATTERNS, SETTINGS};
use super::super::layout::sources;
use super::reactor::Session;
use crate::ask::{Invocation, RawOutput};
use crate::mutate::{MutantAsk, MutantReport, Mutator};
use crate::unit::Unit;

/// One warm process that tries mutants one after another.
pub(in super::super) struct Warm;

impl Mutator for Warm {
    /// What JUnit runs below Surefire, of classes picked by names or plain globs.
    fn serves(&self, unit: &Unit) -> bool {
        let marks = &unit.marks;
        let is_named = |stem: &str| stem == "module-info";
        let is_junit = |name: &String| name == "junit5" || name == "junit4";
        marks.get(FRAMEWORK).is_some_and(is_junit)
            && (!marks.contains_key(OWN_PATTERNS) || marks.contains_key(PATTERNS))
            && !marks.contains_key(SETTINGS)
            && !sources(unit).any(|source| is_named(source.stem))
    }

    fn next(&self, asked: &MutantAsk<'_>, so_far: &[RawOutput], spent_ms: u64) -> Vec<Invocation> {
        if spent_ms >= asked.budget_ms && !so_far.is_empty() {
            return Vec::new();
        }
        Session::after(asked, so_far).owed.into_iter().collect()
    }

    fn read(&self, asked: &MutantAsk<'_>, outputs: &[RawOutput]) -> MutantReport {
        Session::after(asked, outputs).report
    }
}

/// No session: whole bodies have a build and a run each.
pub(in super::super) struct Bodies;

impl Mutator for Bodies {
    fn serves(&self, _unit: &Unit) -> bool {
        false
    }

    fn next(&self, _: &MutantAsk<'_>, _: &[RawOutput], _: u64) -> Vec<Invocation> {
        Vec::new()
    }

    fn read(&self, _: &MutantAsk<'_>, _: &[RawOutput]) -> MutantReport {
        MutantReport::default()
    }
}
