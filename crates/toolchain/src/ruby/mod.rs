//! Translates for Ruby: RSpec.

mod checks;
mod classify;
mod command;
mod detect;
mod examples;
mod names;
mod outline;
mod stub;
mod surface;
mod syntax;
mod titles;

use crate::scripted::lines::Exc;
use crate::scripted::{Dialect, Part, report};
use crate::{Ask, Check, Files, Invocation, Language, Outline, Probe, RawOutput, Runner, Unit};
use redgreen_core::evidence::Report;
use redgreen_core::outcome::{Failure, Location};
use redgreen_core::surface::Surface;
use std::collections::BTreeSet;

/// The RSpec runner, version 3.
pub struct Rspec;

/// The Ruby language.
pub struct Ruby;

impl Runner for Rspec {
    fn name(&self) -> &'static str {
        "rspec"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["ruby"]
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files)
    }

    fn probes(&self, unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        command::probes(unit)
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        checks::of(unit, files)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        command::next(ask, so_far)
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        report::read(self, ask, outputs)
    }
}

impl Dialect for Rspec {
    fn parts(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Vec<Part> {
        command::parts(ask, so_far)
    }

    fn failure(&self, exc: &Exc, place: Option<&Location>, own: &[String]) -> Failure {
        classify::failure(exc, place, own)
    }

    fn remedy(&self, unit: &Unit) -> String {
        command::remedy(unit)
    }
}

impl Language for Ruby {
    fn name(&self) -> &'static str {
        "ruby"
    }

    fn owns(&self, path: &str) -> bool {
        path.ends_with(".rb") || path.ends_with(".rake")
    }

    fn surface(&self, path: &str, _text: Option<&str>) -> Surface {
        surface::of(path)
    }

    fn outline(&self, unit: &Unit, path: &str, text: &str) -> Outline {
        outline::of(unit, path, text)
    }

    fn stub(&self, text: &str, functions: &BTreeSet<String>) -> String {
        stub::stubbed(text, functions)
    }

    fn graft(&self, production: &str, _tests: &str) -> String {
        // A Ruby file is production or test as a whole.
        production.to_owned()
    }
}
