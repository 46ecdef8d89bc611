//! States what every language's adapter answers about source text.

use crate::mutate::Wanted;
use crate::unit::Unit;
use redgreen_core::change::{FunctionItem, TestItem};
use redgreen_core::id::Digest;
use redgreen_core::mutant::Draft;
use redgreen_core::surface::{Lines, Surface};
use std::collections::BTreeSet;

/// What the message of a stub starts with; the function's name follows.
pub const STUB: &str = "redgreen stub: ";

/// A region of a source file that belongs to the test surface although its file does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Names the region in both versions of a file: `mod tests`, `fn adds`.
    pub key: String,
    /// Its lines, attributes included.
    pub lines: Lines,
    /// Its bytes in the text.
    pub bytes: std::ops::Range<usize>,
}

/// What the syntax tree of one file shows. A file that does not parse has the parts that do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Test regions of a production file. Empty where the whole file is test surface.
    pub regions: Vec<Region>,
    /// Tests, in the order of the text.
    pub tests: Vec<TestItem>,
    /// Production functions, in the order of the text; none in a test file.
    pub functions: Vec<FunctionItem>,
    /// Names that the production part defines: functions, types, constants, fields, parameters.
    pub names: BTreeSet<String>,
    /// Names that the production part hands out by statements of their own, where the language has
    /// such: a function that was there before can be new to others.
    pub exported: BTreeSet<String>,
    /// Digest of the production part without comments and white space, where the language tells
    /// comments from code; equal where only comments differ.
    pub code: Option<Digest>,
}

/// A source language.
pub trait Language: Sync {
    /// Its name, as runners list it: `python`, `rust`, `typescript`.
    fn name(&self) -> &'static str;

    /// Whether the file at `path` is written in it, by its name.
    fn owns(&self, path: &str) -> bool;

    /// The side of the whole file at `path`; `text` where the name alone does not tell.
    fn surface(&self, path: &str, text: Option<&str>) -> Surface;

    /// Tests, functions and test regions of a file. `unit` names the tests as its runner does.
    fn outline(&self, unit: &Unit, path: &str, text: &str) -> Outline;

    /// The tests of a file alone, for who wants nothing else of it.
    fn tests(&self, unit: &Unit, path: &str, text: &str) -> Vec<TestItem> {
        self.outline(unit, path, text).tests
    }

    /// The text with a stub at the start of each named function's body: it fails with a message
    /// that holds `redgreen stub: NAME`. Everything else, line numbers included, stays.
    fn stub(&self, text: &str, functions: &BTreeSet<String>) -> String;

    /// `production` with its test regions taken out and those of `tests` put in their place.
    fn graft(&self, production: &str, tests: &str) -> String;

    /// Defects that the text can take where they are `wanted`. Each changes exactly one thing.
    fn mutants(&self, text: &str, wanted: &Wanted) -> Vec<Draft> {
        let (_, _) = (text, wanted);
        Vec::new()
    }
}

/// [`Language::tests`] where files hold tests or production code, and never both.
pub(crate) fn tests_of_test_files(
    language: &dyn Language,
    (unit, path): (&Unit, &str),
    text: &str,
) -> Vec<TestItem> {
    if language.surface(path, Some(text)) == Surface::Test {
        language.outline(unit, path, text).tests
    } else {
        Vec::new()
    }
}
