//! Translates for Rust: cargo test.

use crate::{Ask, Files, Invocation, Language, Outline, Probe, RawOutput, Runner, Unit};
use redgreen_core::evidence::Report;
use redgreen_core::surface::Surface;
use std::collections::BTreeSet;

/// The runner of `cargo test`.
pub struct Cargo;

/// The Rust language.
pub struct Rust;

impl Runner for Cargo {
    fn name(&self) -> &'static str {
        "cargo"
    }
    fn detect(&self, _files: &dyn Files) -> Vec<Unit> {
        Vec::new()
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

impl Language for Rust {
    fn owns(&self, _path: &str) -> bool {
        false
    }
    fn surface(&self, _path: &str, _text: Option<&str>) -> Surface {
        Surface::Production
    }
    fn outline(&self, _unit: &Unit, _path: &str, _text: &str) -> Outline {
        Outline::default()
    }
    fn stub(&self, text: &str, _functions: &BTreeSet<String>) -> String {
        text.to_owned()
    }
    fn graft(&self, production: &str, _tests: &str) -> String {
        production.to_owned()
    }
}
