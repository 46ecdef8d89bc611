//! Translates for JavaScript and TypeScript: one language, and a runner of tests for each package.
//!
//! A runner lives in a folder of its own here. [`detect`] gives each package to exactly one of
//! them; all of them share the language's names for tests ([`names`]).

pub(crate) mod canary;
pub(crate) mod cases;
pub(crate) mod checks;
pub(crate) mod detect;
mod jest;
pub(crate) mod language;
mod listing;
mod missing;
mod mocha;
mod mutants;
pub(crate) mod names;
mod node_test;
mod package;
mod runs;
mod session;
pub(crate) mod surface;
mod tap;
pub(crate) mod thrown;
mod vitest;
mod workspace;

pub use jest::Jest;
pub use mocha::Mocha;
pub use node_test::NodeTest;
pub use package::PackageJson;
pub use tap::{Ava, Tap};
pub use vitest::Vitest;

pub(crate) use workspace::is_inside;

use crate::{Language, Outline, Unit, Wanted};
use redgreen_core::mutant::Draft;
use redgreen_core::surface::Surface;
use std::collections::BTreeSet;

/// JavaScript and TypeScript, JSX included.
pub struct JavaScript;

/// The language's name, as runners list it.
pub(crate) const LANGUAGES: &[&str] = &["javascript"];

impl Language for JavaScript {
    fn name(&self) -> &'static str {
        "javascript"
    }

    fn owns(&self, path: &str) -> bool {
        surface::is_source(path)
    }

    fn surface(&self, path: &str, text: Option<&str>) -> Surface {
        surface::of(path, text)
    }

    fn outline(&self, unit: &Unit, path: &str, text: &str) -> Outline {
        language::outline(unit, path, text)
    }

    fn stub(&self, text: &str, functions: &BTreeSet<String>) -> String {
        language::stub(text, functions)
    }

    fn graft(&self, production: &str, tests: &str) -> String {
        language::graft(production, tests)
    }

    fn mutants(&self, text: &str, wanted: &Wanted) -> Vec<Draft> {
        language::mutants(text, wanted)
    }
}
