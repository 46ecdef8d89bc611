//! Translates for Java: Maven with Surefire, and Gradle as an experiment.
//!
//! Orders: *as written* and *shuffled* are one start of Maven; *alone* is one start for each test
//! of the largest class, each class in a process of its own. Integration tests of Failsafe and
//! tests in other languages of the machine are left out.

mod canary;
mod checks;
mod classify;
mod command;
mod compile;
mod console;
mod detect;
mod digest;
mod functions;
mod gradle;
mod layout;
mod manifest;
mod mutants;
mod names;
mod outline;
mod patterns;
mod pom;
mod report;
mod session;
mod stub;
mod surface;
mod syntax;
mod trace;
mod varying;

use crate::language::tests_of_test_files;
use crate::listing::ByRunning;
use crate::mutate::{Mutator, Wanted};
use crate::{Ask, Files, Invocation, Language, Lister, Outline, Probe, RawOutput, Runner, Unit};
pub use gradle::Gradle;
pub use manifest::PomXml;
use redgreen_core::change::TestItem;
use redgreen_core::evidence::Report;
use redgreen_core::mutant::Draft;
use redgreen_core::surface::Surface;

use session::Session;
use std::collections::BTreeSet;

/// The runner of `mvn test`.
pub struct Maven;

/// The Java language.
pub struct Java;

impl Runner for Maven {
    fn name(&self) -> &'static str {
        "maven"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["java"]
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files)
    }

    fn probes(&self, unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        let remedy = "install Maven and a JDK: apt-get install maven default-jdk-headless";
        let probe = |program: &str| Probe {
            program: program.to_owned(),
            args: vec!["--version".to_owned()],
            remedy: remedy.to_owned(),
        };
        let wrapper = unit.marks.get(detect::WRAPPER);
        let wrapper = wrapper.map(|path| {
            let path = if path.contains('/') {
                path.clone()
            } else {
                format!("./{path}")
            };
            probe(&path)
        });
        wrapper.into_iter().chain([probe("mvn")]).collect()
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<crate::Check> {
        checks::checks(unit, files)
    }

    fn lister(&self) -> Option<&'static dyn Lister> {
        Some(&ByRunning {
            runner: &Maven,
            varies: varying::varies,
        })
    }

    fn mutator(&self) -> Option<&'static dyn Mutator> {
        Some(&mutants::Warm)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        Session::after(ask, so_far).owed()
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        report::report(&Session::after(ask, outputs))
    }
}

impl Language for Java {
    fn name(&self) -> &'static str {
        "java"
    }

    fn owns(&self, path: &str) -> bool {
        path.ends_with(".java")
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

    fn mutants(&self, text: &str, wanted: &Wanted) -> Vec<Draft> {
        mutants::drafts(text, wanted)
    }

    fn graft(&self, production: &str, _tests: &str) -> String {
        // A Java file is production or test as a whole.
        production.to_owned()
    }
}
