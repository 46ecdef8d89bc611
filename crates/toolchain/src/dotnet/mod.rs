//! Translates for .NET: `dotnet test` with its TRX report. **Experimental**: written from the
//! documented formats and held against constructed reports; no real run has been captured.
//!
//! No tests of our own ride along: a planted file would have to be compiled into a project whose
//! test framework is not known here. Every report says so. C# source is read by a scan of its
//! words, without a grammar, so no stub is put anywhere.

mod build;
mod command;
mod detect;
mod report;
mod scan;
mod trx;

use crate::{Ask, Files, Invocation, Language, Outline, Probe, RawOutput, Runner, Unit};
use redgreen_core::evidence::Report;
use redgreen_core::surface::Surface;
use std::collections::BTreeSet;

/// The `dotnet test` runner.
pub struct DotnetTest;

/// The C# language.
pub struct CSharp;

impl Runner for DotnetTest {
    fn name(&self) -> &'static str {
        "dotnet"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files)
    }

    fn probes(&self, _unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        vec![Probe {
            program: "dotnet".to_owned(),
            args: vec!["--version".to_owned()],
            remedy: "install the .NET SDK and put dotnet on the search path".to_owned(),
        }]
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        command::next(ask, so_far)
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        report::read(ask, outputs)
    }
}

impl Language for CSharp {
    fn name(&self) -> &'static str {
        "csharp"
    }

    fn owns(&self, path: &str) -> bool {
        path.ends_with(".cs")
    }

    fn surface(&self, path: &str, text: Option<&str>) -> Surface {
        scan::surface(path, text)
    }

    fn outline(&self, unit: &Unit, path: &str, text: &str) -> Outline {
        scan::outline(unit, path, text)
    }

    fn stub(&self, text: &str, _functions: &BTreeSet<String>) -> String {
        text.to_owned()
    }

    fn graft(&self, production: &str, _tests: &str) -> String {
        // A C# file is production or test as a whole.
        production.to_owned()
    }
}
