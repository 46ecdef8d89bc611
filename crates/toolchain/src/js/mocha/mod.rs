//! Translates for mocha.

mod command;

use super::detect::{self, Runs};
use super::listing::Listing;
use super::mutants::Trying;
use super::session;
use crate::{Ask, Check, Files, Invocation, Lister, Mutator, Probe, RawOutput, Runner, Unit};
use redgreen_core::evidence::Report;

/// The mocha runner.
pub struct Mocha;

impl Runner for Mocha {
    fn name(&self) -> &'static str {
        Runs::Mocha.name()
    }

    fn languages(&self) -> &'static [&'static str] {
        super::LANGUAGES
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files, Runs::Mocha)
    }

    fn probes(&self, unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        session::probes(unit, "mocha")
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        super::checks::of(unit, files, Runs::Mocha)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        command::next(ask, so_far)
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
            runs: Runs::Mocha,
            runner: &Mocha,
        })
    }
}
