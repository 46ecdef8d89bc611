//! Translates for Rust: cargo test and nextest.
//!
//! Cargo builds, redgreen starts each test binary itself. Orders: *as written* is one process a
//! binary with the harness's own threads; *alone* is one process a test; *shuffled* is one process
//! a test in an order drawn from the seed for up to 24 tests, and for more one process a binary
//! that runs its tests one after another, since a stable harness cannot shuffle.

mod build;
mod checks;
mod command;
mod detect;
mod diagnose;
mod goal;
mod graft;
mod listing;
mod macros;
mod manifest;
mod mutants;
mod names;
mod nextest;
mod outline;
mod panic;
mod place;
mod progress;
mod report;
mod session;
mod stub;
mod summary;
mod surface;
mod syntax;

use crate::mutate::{Mutator, Wanted};
use crate::{
    Ask, Check, Files, Invocation, Language, Lister, Outline, Probe, RawOutput, Runner, Unit,
};
pub use nextest::Nextest;
use redgreen_core::evidence::Report;
use redgreen_core::mutant::Draft;
use redgreen_core::surface::Surface;
pub use stub::const_functions;

use session::Session;
use std::collections::BTreeSet;

/// The runner of `cargo test`.
pub struct Cargo;

/// The Rust language.
pub struct Rust;

impl Runner for Cargo {
    fn name(&self) -> &'static str {
        "cargo"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["rust"]
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        nextest::units(files, self.name())
    }

    fn probes(&self, _unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        vec![Probe {
            program: "cargo".to_owned(),
            args: vec!["-vV".to_owned()],
            remedy: "install Rust: https://rustup.rs".to_owned(),
        }]
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        checks::of(unit, files)
    }

    fn lister(&self) -> Option<&'static dyn Lister> {
        Some(&listing::Listing)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        Session::after(ask, so_far).owed()
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        summary::report(&Session::after(ask, outputs))
    }

    fn mutator(&self) -> Option<&'static dyn Mutator> {
        Some(&mutants::Schemata)
    }
}

impl Language for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn owns(&self, path: &str) -> bool {
        path.ends_with(".rs")
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
        graft::graft(production, tests)
    }

    fn mutants(&self, text: &str, wanted: &Wanted) -> Vec<Draft> {
        mutants::drafts(text, wanted)
    }
}
