//! Translates for the runner that comes with node.

mod command;
mod lines;
mod report;

pub(crate) use command::{FILES, loading, probes};
pub(crate) use report::is_of_one_file;

use super::detect::{self, Runs};
use super::listing::Listing;
use super::mutants::Trying;
use crate::{Ask, Check, Files, Invocation, Lister, Mutator, Probe, RawOutput, Runner, Unit};
use redgreen_core::evidence::Report;

/// node's own test runner.
pub struct NodeTest;

impl Runner for NodeTest {
    fn name(&self) -> &'static str {
        Runs::NodeTest.name()
    }

    fn languages(&self) -> &'static [&'static str] {
        super::LANGUAGES
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files, Runs::NodeTest)
    }

    fn probes(&self, _unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        command::probes()
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        super::checks::of(unit, files, Runs::NodeTest)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        command::next(ask, so_far)
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
            runs: Runs::NodeTest,
            runner: &NodeTest,
        })
    }
}
