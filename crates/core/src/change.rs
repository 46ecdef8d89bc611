//! Holds what a range of commits changed, already split by surface.

use crate::evidence::TreeKind;
use crate::id::{CommitId, Digest, TestId, TreeId, UnitId};
use crate::outcome::Location;
use crate::surface::{Lines, Surface};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A test as the source text shows it, found by syntax tree and not by running anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestItem {
    /// Its id without parameters or cases.
    pub id: TestId,
    /// The file that holds it, from the repository's root.
    pub path: String,
    /// Its lines, attributes and decorators included.
    pub lines: Lines,
    /// Digest of its body without its name, comments and white space: equal in a moved or renamed
    /// test.
    pub body: Digest,
    /// Digest of its literals and operators in order, names left out: equal where a test only
    /// followed a renamed symbol.
    #[serde(default)]
    pub constants: Digest,
    /// Whether the source marks it as skipped, ignored or expected to fail.
    pub muted: bool,
}

/// A production function as the source text shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionItem {
    /// Path of names inside its file: `Class.method`, `module::Type::method`.
    pub name: String,
    /// The file that holds it, from the repository's root.
    pub path: String,
    /// Its lines, attributes and decorators included.
    pub lines: Lines,
    /// Digest of its text without comments and white space.
    pub body: Digest,
    /// Whether a stub can be put into it.
    pub stubbable: bool,
}

/// How a path changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// New in head.
    Added,
    /// In both, with other content.
    Modified,
    /// Gone in head.
    Deleted,
}

/// One changed path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedFile {
    /// Path from the repository's root; bytes that are no UTF-8 are percent-escaped.
    pub path: String,
    /// How it changed.
    pub status: Status,
    /// The sides that its changed regions stand on; several for a source file with inline tests.
    pub surfaces: BTreeSet<Surface>,
    /// The unit that it belongs to, if any.
    pub unit: Option<UnitId>,
}

/// How a test changed between base and head, by source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TestChange {
    /// Only in head.
    Added,
    /// In both, with another body or another mark.
    Edited,
    /// Only in base.
    Removed,
    /// In head under another id, with the same body.
    Moved,
}

/// A test that the range touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedTest {
    /// The test: in head, or in base where it was removed.
    pub item: TestItem,
    /// How it changed.
    pub change: TestChange,
    /// The test in base, where it was edited or moved.
    pub was: Option<TestItem>,
}

/// A production function that the range touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedFunction {
    /// The function, as head has it; as base had it where it is gone.
    pub function: FunctionItem,
    /// How it changed.
    pub status: Status,
}

/// Shared test code that says something else on head than on base, beyond renamed symbols: a test
/// that rests on it may ask for less although its own text is the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reworked {
    /// Tests beside such code in one file.
    pub tests: BTreeSet<TestId>,
    /// Units with such code in a file that holds no test of its own.
    pub units: BTreeSet<UnitId>,
}

impl Reworked {
    /// Whether `test` may rest on such code.
    pub fn reaches(&self, test: &TestId) -> bool {
        self.units.contains(&test.unit) || self.tests.iter().any(|item| test.is_case_of(item))
    }
}

/// An edited test with fewer assertions than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Loosened {
    /// The test, as head names it.
    pub test: TestId,
    /// How many assertions it had on base, by the words of its source text.
    pub was: usize,
    /// How many it has on head.
    pub now: usize,
}

/// The part of a unit's test targets that a change can reach through dependencies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Affected {
    /// Their files, from the repository's root.
    pub files: Vec<String>,
    /// How many targets the unit has.
    pub of: usize,
}

/// A range of commits, split by surface: all that the proof needs to know of the source text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The commit that the change starts from.
    pub base: CommitId,
    /// The commit that it ends in; nothing where head is a working tree.
    pub head: Option<CommitId>,
    /// The git trees of the proof. R, S and T are there only where they differ from B and H.
    pub trees: BTreeMap<TreeKind, TreeId>,
    /// Every changed path.
    pub files: Vec<ChangedFile>,
    /// Every test that the source text shows as changed.
    pub tests: Vec<ChangedTest>,
    /// Every changed file that holds tests on head, whether or not a test of it changed.
    pub test_files: BTreeSet<(UnitId, String)>,
    /// Every changed production function.
    pub functions: Vec<ChangedFunction>,
    /// Identifiers and module names that head's production code brings and base's did not have.
    pub introduced: BTreeSet<String>,
    /// Identifiers and module names that base's production code had and head's does not.
    pub withdrawn: BTreeSet<String>,
    /// Top-level names of the project's own modules, packages or crates.
    pub own_names: BTreeSet<String>,
    /// Functions whose body is a stub in tree S.
    pub stubbed: Vec<String>,
    /// The units that the range can affect.
    pub units: Vec<UnitId>,
    /// Tests whose shared code was reworked.
    #[serde(default)]
    pub reworked: Reworked,
    /// Edited tests that assert less.
    #[serde(default)]
    pub loosened: Vec<Loosened>,
    /// Places where head's production code, and not base's, asks whether it is under test, with the
    /// words that ask.
    #[serde(default)]
    pub asks_for_test: Vec<(Location, String)>,
    /// Changed functions that answer the examples of new tests one by one: where, the name, and the
    /// inputs that they know.
    #[serde(default)]
    pub fitted: Vec<(Location, String, Vec<String>)>,
    /// Changed files of tests or of code, by path, that start other programs: defects are on in the
    /// tests' own process alone.
    #[serde(default)]
    pub starts_programs: BTreeSet<String>,
    /// Changed functions whose body looks at nothing, neither a parameter nor a field: path and name.
    #[serde(default)]
    pub idle: BTreeSet<(String, String)>,
    /// Whether examples in comments of production code changed, which some runners execute.
    #[serde(default)]
    pub examples: bool,
    /// Units of which the change can reach a part only.
    #[serde(default)]
    pub affected: BTreeMap<UnitId, Affected>,
    /// Test files of base that can hold other tests although their text is the same (parametrised
    /// by what production code holds, made by a loop), by unit. Only units whose runner can name
    /// its tests without running any.
    #[serde(default)]
    pub varying: BTreeMap<UnitId, Vec<String>>,
    /// Units whose runs name tests as no source text does. Their new tests are those that a run on
    /// head names and the run of the old promises does not.
    #[serde(default)]
    pub unsplit: BTreeSet<UnitId>,
    /// Changed parts of the test surface that are no test of their own: shared set-up, runner
    /// configuration, golden files. With them, head's whole suite has to be run too.
    pub shared_tests: Vec<String>,
}

impl Change {
    /// Whether any changed region stands on `surface`.
    pub fn touches(&self, surface: Surface) -> bool {
        self.files
            .iter()
            .any(|file| file.surfaces.contains(&surface))
    }

    /// Whether any changed region stands on the test surface.
    pub fn touches_tests(&self) -> bool {
        self.files
            .iter()
            .any(|file| file.surfaces.iter().any(|side| side.is_test_surface()))
    }

    /// The files of `unit` whose tests the range added, edited or moved, or that it changed
    /// around them.
    pub fn target_files(&self, unit: &UnitId) -> Vec<String> {
        let whole = self
            .test_files
            .iter()
            .filter(|(of, _)| of == unit)
            .map(|(_, path)| path);
        let changed = self
            .tests
            .iter()
            .filter(|test| test.item.id.unit == *unit && test.change != TestChange::Removed);
        let changed = changed.map(|test| &test.item.path);
        let all: BTreeSet<&String> = changed.chain(whole).collect();
        all.into_iter().cloned().collect()
    }

    /// The tests of `unit` that the range added or edited, without cases, as the runner names them.
    pub fn new_tests(&self, unit: &UnitId) -> BTreeSet<String> {
        let is_new = |test: &&ChangedTest| {
            test.item.id.unit == *unit
                && matches!(test.change, TestChange::Added | TestChange::Edited)
        };
        let new = self.tests.iter().filter(is_new);
        new.map(|test| test.item.id.name.clone()).collect()
    }

    /// The changed test that `id` is, or is a case of.
    pub fn changed_test(&self, id: &TestId) -> Option<&ChangedTest> {
        let mut matching = self
            .tests
            .iter()
            .filter(|test| test.change != TestChange::Removed && id.is_case_of(&test.item.id));
        let first = matching.next()?;
        Some(matching.fold(first, |longest, test| {
            if test.item.id.name.len() > longest.item.id.name.len() {
                test
            } else {
                longest
            }
        }))
    }
}
