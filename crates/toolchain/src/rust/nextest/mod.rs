//! Translates for nextest: the same builds, names and diagnostics as cargo test, but nextest runs
//! the tests, each in a process of its own.
//!
//! The project's default profile counts, its default filter too; what would hide a result does
//! not: retries, fail-fast and slow-test limits are those of a profile that redgreen brings in a
//! file of its own. Where `cargo nextest` is not installed, or some target does not build beside
//! the asked ones, the binaries are started as cargo test would, and the report says so. There is
//! no canary: a test of ours would have to be compiled into a package of the project.

mod command;
mod read;

use super::session::Session;
use super::summary;
use super::{checks, detect};
use crate::mutate::Mutator;
use crate::{Ask, Check, Files, Invocation, Lister, Probe, RawOutput, Runner, Unit};
use redgreen_core::evidence::Report;

pub(super) use command::{Chosen, list, run};
pub(super) use read::{listed, outcomes};

/// The name of the runner.
pub(super) const NEXTEST: &str = "nextest";

/// The runner of `cargo nextest`.
pub struct Nextest;

/// Whether nextest itself serves the ask.
pub(super) fn serves(ask: &Ask<'_>) -> bool {
    ask.unit.runner == NEXTEST && ask.tool.fingerprint.contains("nextest")
}

/// What speaks for nextest in the workspace of `dir`: its configuration, or what CI runs.
fn evidence(files: &dyn Files, dir: &str) -> Option<String> {
    let config = if dir.is_empty() {
        ".config/nextest.toml".to_owned()
    } else {
        format!("{dir}/.config/nextest.toml")
    };
    if files.paths().binary_search(&config).is_ok() {
        return Some(config);
    }
    let ci = |path: &&String| {
        path.starts_with(".github/workflows/") || path.as_str() == ".gitlab-ci.yml"
    };
    let runs = |path: &&String| {
        let text = files.text(path).unwrap_or_default();
        let mut lines = text.lines().map(str::trim);
        lines.any(|line| !line.starts_with('#') && line.contains("nextest run"))
    };
    files.paths().iter().filter(ci).find(runs).cloned()
}

/// The units of cargo that nextest serves, or those that it does not.
pub(super) fn units(files: &dyn Files, wanted: &str) -> Vec<Unit> {
    let mut found = Vec::new();
    for mut unit in detect::units(files) {
        match evidence(files, &unit.dir) {
            Some(because) if wanted == NEXTEST => {
                unit.id = Unit::id_of(&unit.dir, NEXTEST);
                unit.runner = NEXTEST.to_owned();
                unit.because.insert(0, because);
                found.push(unit);
            }
            None if wanted != NEXTEST => found.push(unit),
            Some(_) | None => {}
        }
    }
    found
}

impl Runner for Nextest {
    fn name(&self) -> &'static str {
        NEXTEST
    }

    fn languages(&self) -> &'static [&'static str] {
        &["rust"]
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        units(files, NEXTEST)
    }

    fn probes(&self, _unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        let probe = |args: &[&str], remedy: &str| Probe {
            program: "cargo".to_owned(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            remedy: remedy.to_owned(),
        };
        vec![
            probe(
                &["nextest", "--version"],
                "cargo install cargo-nextest --locked",
            ),
            probe(&["-vV"], "install Rust: https://rustup.rs"),
        ]
    }

    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        checks::of(unit, files)
    }

    fn lister(&self) -> Option<&'static dyn Lister> {
        Some(&super::listing::Listing)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        Session::after(ask, so_far).owed()
    }

    fn mutator(&self) -> Option<&'static dyn Mutator> {
        Some(&super::mutants::Schemata)
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        let session = Session::after(ask, outputs);
        let mut report = summary::report(&session);
        if let Some(why) = session.without_nextest() {
            report.left_out.push(format!(
                "nextest ({why}; the tests ran as cargo test runs them)"
            ));
        }
        report
    }
}
