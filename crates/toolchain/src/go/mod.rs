//! Translates for Go: go test.
//!
//! `go list` names the packages, `go test -json` runs them. A panic, an exit call or a hang ends
//! the process of a package with all its other tests: then, and where each test has to run alone,
//! the package's test binary is built once and started directly, until every test has its end.
//! Canaries are laid over the tree by `-overlay`, in a package of their own beside the tests, so
//! that nothing is planted and no other file is compiled anew.

mod canary;
mod checks;
mod command;
mod constraint;
mod course;
mod detect;
mod diagnose;
mod digest;
mod events;
mod failure;
mod listing;
mod modfile;
mod mutants;
mod names;
mod outline;
mod place;
mod session;
mod stub;
mod suite;
mod summary;
mod surface;
mod syntax;
mod trace;
mod varying;

use crate::check::Check;
use crate::language::tests_of_test_files;
use crate::listing::ByRunning;
use crate::mutate::{Mutator, Wanted};
use crate::{Ask, Files, Invocation, Language, Lister, Outline, Probe, RawOutput, Runner, Unit};
use redgreen_core::change::TestItem;
use redgreen_core::evidence::Report;
use redgreen_core::mutant::Draft;
use redgreen_core::surface::Surface;
use session::Session;
use std::collections::BTreeSet;

/// The runner of `go test`.
pub struct GoTest;

/// The Go language.
pub struct Go;

impl Runner for GoTest {
    fn name(&self) -> &'static str {
        "go"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["go"]
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files)
    }

    fn probes(&self, _unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        vec![Probe {
            program: "go".to_owned(),
            args: vec!["version".to_owned()],
            remedy: "install Go and put it on the search path: https://go.dev/doc/install"
                .to_owned(),
        }]
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        checks::checks(unit, files)
    }

    fn lister(&self) -> Option<&'static dyn Lister> {
        Some(&ByRunning {
            runner: &GoTest,
            varies: varying::varies,
        })
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

impl Language for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn owns(&self, path: &str) -> bool {
        path.ends_with(".go")
    }

    fn surface(&self, path: &str, _text: Option<&str>) -> Surface {
        surface::surface(path)
    }

    fn outline(&self, unit: &Unit, path: &str, text: &str) -> Outline {
        outline::outline(unit, path, text, surface::surface(path))
    }

    fn tests(&self, unit: &Unit, path: &str, text: &str) -> Vec<TestItem> {
        tests_of_test_files(self, (unit, path), text)
    }

    fn stub(&self, text: &str, functions: &BTreeSet<String>) -> String {
        stub::stub(text, functions)
    }

    /// A Go file is test surface as a whole or not at all, so nothing is put in its place.
    fn graft(&self, production: &str, _tests: &str) -> String {
        production.to_owned()
    }

    fn mutants(&self, text: &str, wanted: &Wanted) -> Vec<Draft> {
        mutants::drafts(text, wanted)
    }
}
