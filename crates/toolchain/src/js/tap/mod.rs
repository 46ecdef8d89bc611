//! Translates for ava, and for tape and tap, whose files print the Test Anything Protocol.
//!
//! One process for each test file. ava's own TAP changes titles, has one frame of each stack and
//! ends in an error of its own where a test hangs or exits, so a program beside the run takes the
//! place of its reporter. tape's TAP does not tell a test from a comment: a program in the process
//! of the file writes down where tests begin and end, and the TAP is held against it. tap's TAP
//! has a subtest for each test and is read as it is; that is covered by constructed text alone,
//! and files of tap that need its compiler are run by the project's own loader.

mod ava;
mod claims;
mod command;
mod goals;
mod lines;
mod points;
mod report;
mod tape;

use super::detect::{self, Runs};
use crate::{Ask, Check, Files, Invocation, Probe, RawOutput, Runner, Unit};
use redgreen_core::evidence::Report;

/// The ava runner.
pub struct Ava;

/// tape, tap and others whose test files are programs that print TAP.
pub struct Tap;

impl Runner for Ava {
    fn name(&self) -> &'static str {
        Runs::Ava.name()
    }

    fn languages(&self) -> &'static [&'static str] {
        super::LANGUAGES
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files, Runs::Ava)
    }

    fn probes(&self, unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        super::session::probes(unit, "ava")
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        super::checks::of(unit, files, Runs::Ava)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        command::next(ask, Runs::Ava, so_far)
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        report::read(ask, Runs::Ava, outputs)
    }
}

impl Runner for Tap {
    fn name(&self) -> &'static str {
        Runs::Tap.name()
    }

    fn languages(&self) -> &'static [&'static str] {
        super::LANGUAGES
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files, Runs::Tap)
    }

    fn probes(&self, _unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        super::node_test::probes()
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        super::checks::of(unit, files, Runs::Tap)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        command::next(ask, Runs::Tap, so_far)
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        report::read(ask, Runs::Tap, outputs)
    }
}
