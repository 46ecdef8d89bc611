//! Translates for Python: pytest, and unittest where nothing speaks for pytest.

mod checks;
mod classify;
mod code;
mod command;
mod detect;
mod digest;
mod generated;
mod imports;
mod install;
mod layout;
mod lines;
mod listing;
mod manifest;
mod must_fail;
mod mutants;
mod names;
mod outline;
mod pytest_ini;
mod reconcile;
mod report;
mod stub;
mod style;
mod surface;
mod syntax;
mod trials;
mod varying;

use crate::language::tests_of_test_files;
use crate::mutate::{Mutator, Wanted};
use crate::{
    Ask, Check, Files, Invocation, Language, Lister, Outline, Probe, RawOutput, Runner, Unit,
};
use redgreen_core::change::TestItem;
use redgreen_core::evidence::Report;
use redgreen_core::mutant::Draft;
use redgreen_core::surface::Surface;
use std::collections::BTreeSet;

/// The pytest runner. It runs unittest's test cases too.
pub struct Pytest;

/// The standard library's unittest, for projects that do not know pytest.
pub struct Unittest;

/// The Python language.
pub struct Python;

impl Runner for Pytest {
    fn name(&self) -> &'static str {
        "pytest"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files, self.name())
    }

    fn probes(&self, unit: &Unit, checkout: &dyn Files) -> Vec<Probe> {
        command::probes(unit, checkout)
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        checks::of(unit, files)
    }

    fn lister(&self) -> Option<&'static dyn Lister> {
        Some(&listing::Collecting)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        command::next(ask, so_far)
    }

    fn elsewhere(&self, invocation: &mut Invocation) {
        invocation.argv.push(command::ELSEWHERE.to_owned());
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        report::read(ask, outputs)
    }

    fn mutator(&self) -> Option<&'static dyn Mutator> {
        // It forks, and waits for what it forked.
        let trials: &'static dyn Mutator = &trials::Trials;
        (!cfg!(windows)).then_some(trials)
    }
}

impl Runner for Unittest {
    fn name(&self) -> &'static str {
        command::UNITTEST
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files, self.name())
    }

    fn probes(&self, unit: &Unit, checkout: &dyn Files) -> Vec<Probe> {
        command::probes(unit, checkout)
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        checks::of(unit, files)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        command::next(ask, so_far)
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        report::read(ask, outputs)
    }
}

impl Language for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn owns(&self, path: &str) -> bool {
        path.ends_with(".py") || path.ends_with(".pyi")
    }

    fn surface(&self, path: &str, text: Option<&str>) -> Surface {
        surface::of(path, text)
    }

    fn outline(&self, unit: &Unit, path: &str, text: &str) -> Outline {
        outline::of(unit, path, text)
    }

    fn tests(&self, unit: &Unit, path: &str, text: &str) -> Vec<TestItem> {
        tests_of_test_files(self, (unit, path), text)
    }

    fn stub(&self, text: &str, functions: &BTreeSet<String>) -> String {
        stub::stubbed(text, functions)
    }

    fn graft(&self, production: &str, _tests: &str) -> String {
        // A Python file is production or test as a whole.
        production.to_owned()
    }

    fn mutants(&self, text: &str, wanted: &Wanted) -> Vec<Draft> {
        mutants::of(text, wanted)
    }
}
