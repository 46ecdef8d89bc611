//! Translates for the runner.

use super::detect::{self, Runs};
use crate::{Ask, Files, Invocation, Probe, RawOutput, Runner, Unit};
use redgreen_core::evidence::Report;

/// The runner.
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
        Vec::new()
    }

    fn next(&self, _ask: &Ask<'_>, _so_far: &[RawOutput]) -> Option<Invocation> {
        None
    }

    fn read(&self, _ask: &Ask<'_>, _outputs: &[RawOutput]) -> Report {
        Report::default()
    }
}
