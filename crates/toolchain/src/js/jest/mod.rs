//! Translates for jest.

mod command;

use super::detect::{self, Runs};
use super::listing::Listing;
use super::mutants::Trying;
use super::session;
use crate::{Ask, Check, Files, Invocation, Lister, Mutator, Probe, RawOutput, Runner, Unit};
use redgreen_core::evidence::Report;

/// The jest runner.
pub struct Jest;

impl Runner for Jest {
    fn name(&self) -> &'static str {
        Runs::Jest.name()
    }

    fn languages(&self) -> &'static [&'static str] {
        super::LANGUAGES
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files, Runs::Jest)
    }

    fn probes(&self, unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        session::probes(unit, "jest")
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        super::checks::of(unit, files, Runs::Jest)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        command::next(ask, so_far)
    }

    fn elsewhere(&self, invocation: &mut Invocation) {
        // Without it, a snapshot that is not there would be written.
        invocation.env.push(("CI".to_owned(), "1".to_owned()));
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        session::read(ask, outputs, command::REMEDY)
    }

    fn lister(&self) -> Option<&'static dyn Lister> {
        Some(&Listing {
            command: command::listing,
            read: |ask, output| session::listed(ask, output, command::REMEDY),
        })
    }

    fn mutator(&self) -> Option<&'static dyn Mutator> {
        Some(&Trying {
            runs: Runs::Jest,
            runner: &Jest,
        })
    }
}
