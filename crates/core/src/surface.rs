//! Says which side of the proof a changed path or region stands on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The side of a path, or of a region inside a source file. Test, fixture and runner
/// configuration together are the *test surface*; all the rest follows production.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Surface {
    /// Test code: test files, inline tests, helpers beside them.
    Test,
    /// Golden files, snapshots, test data.
    Fixture,
    /// What tells the runner which tests to run and how: conftest.py, pytest.ini, nextest.toml.
    RunnerConfig,
    /// Dependencies and lock files.
    Manifest,
    /// Prose that no test or build reads.
    Docs,
    /// Everything else, code first.
    Production,
}

impl Surface {
    /// Whether a RED phase may change it, and a GREEN phase may not.
    pub fn is_test_surface(self) -> bool {
        match self {
            Self::Test | Self::Fixture | Self::RunnerConfig => true,
            Self::Manifest | Self::Docs | Self::Production => false,
        }
    }
}

/// A run of lines, both ends included, counted from 1.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Lines {
    /// First line.
    pub first: u32,
    /// Last line; never before `first`.
    pub last: u32,
}

impl Lines {
    /// From `first` to `last`.
    pub fn new(first: u32, last: u32) -> Self {
        Self {
            first,
            last: last.max(first),
        }
    }

    /// Whether the two share a line.
    pub fn touches(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Whether `line` lies inside.
    pub fn holds(self, line: u32) -> bool {
        self.first <= line && line <= self.last
    }
}
