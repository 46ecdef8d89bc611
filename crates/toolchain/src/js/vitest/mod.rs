//! Translates for vitest: its own process runs the tests, a reporter of ours writes them down.

mod command;
mod lines;
mod reconcile;
mod report;

use super::detect::{self, Runs};
use super::listing::Listing;
use super::mutants::Trying;
use crate::{Ask, Check, Files, Invocation, Lister, Mutator, Probe, RawOutput, Runner, Unit};
use redgreen_core::evidence::Report;

/// The vitest runner.
pub struct Vitest;

impl Runner for Vitest {
    fn name(&self) -> &'static str {
        Runs::Vitest.name()
    }

    fn languages(&self) -> &'static [&'static str] {
        super::LANGUAGES
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files, Runs::Vitest)
    }

    fn probes(&self, unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        command::probes(unit)
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        super::checks::of(unit, files, Runs::Vitest)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        command::next(ask, so_far)
    }

    fn elsewhere(&self, invocation: &mut Invocation) {
        // Without it, a snapshot that is not there would be written.
        invocation.env.push(("CI".to_owned(), "1".to_owned()));
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        report::read(ask, outputs)
    }

    fn lister(&self) -> Option<&'static dyn Lister> {
        Some(&Listing {
            command: command::listing,
            read: report::listed,
        })
    }

    fn mutator(&self) -> Option<&'static dyn Mutator> {
        Some(&Trying {
            runs: Runs::Vitest,
            runner: &Vitest,
        })
    }
}
