//! Translates for C and C++: CMake with CTest, and GoogleTest, Catch2, doctest or plain programs.
//!
//! Every test runs in a process of its own, whatever the order: a stub, a crash or an `exit` takes
//! no other test along. What the build systems Meson, Bazel, Autotools and plain Make run is left
//! out: a directory without a `CMakeLists.txt` is no unit.

mod cases;
mod cmake;
mod command;
mod detect;
mod diagnose;
mod entries;
mod functions;
mod listing;
mod model;
mod mutants;
mod names;
mod outcome;
mod outline;
mod report;
mod scripts;
mod session;
mod stub;
mod surface;
mod test_file;
mod tokens;
mod typed;
mod xml;

pub use cmake::{CMake, CMakeLists};

use crate::{
    Ask, Check, Files, Invocation, Language, Mutator, Outline, Probe, RawOutput, Runner, Unit,
    Wanted,
};
use redgreen_core::evidence::Report;
use redgreen_core::mutant::Draft;
use redgreen_core::surface::Surface;
use session::Session;
use std::collections::BTreeSet;

/// The runner of CMake's `ctest`.
pub struct Ctest;

/// C and C++: one grammar reads both.
pub struct Cpp;

impl Runner for Ctest {
    fn name(&self) -> &'static str {
        "ctest"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["cpp", "cmake"]
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files)
    }

    fn probes(&self, _unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        vec![Probe {
            program: "cmake".to_owned(),
            args: vec!["--version".to_owned()],
            remedy: "sudo apt-get install cmake ninja-build g++   # CMake 3.21 or later".to_owned(),
        }]
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        detect::checks(unit, files)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        Session::after(ask, so_far).owed()
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        report::report(&Session::after(ask, outputs))
    }

    fn mutator(&self) -> Option<&'static dyn Mutator> {
        Some(&mutants::Schemata)
    }
}

impl Language for Cpp {
    fn name(&self) -> &'static str {
        "cpp"
    }

    fn owns(&self, path: &str) -> bool {
        surface::owns(path)
    }

    fn surface(&self, path: &str, text: Option<&str>) -> Surface {
        surface::surface(path, text)
    }

    fn outline(&self, unit: &Unit, path: &str, text: &str) -> Outline {
        outline::outline(unit, path, text, self.surface(path, Some(text)))
    }

    fn stub(&self, text: &str, functions: &BTreeSet<String>) -> String {
        stub::stub(text, functions)
    }

    fn graft(&self, production: &str, tests: &str) -> String {
        outline::graft(production, tests)
    }

    fn mutants(&self, text: &str, wanted: &Wanted) -> Vec<Draft> {
        mutants::drafts(text, wanted)
    }
}
