//! Names what sort of change is meant: it decides what the proof owes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What sort of change is meant.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// New behaviour.
    #[default]
    Feature,
    /// A defect is mended: it is reproduced first.
    Bug,
    /// Behaviour stays: every old promise is kept, no new test is owed.
    Refactor,
    /// Old promises change, each accepted by name.
    SpecChange,
    /// Code goes, and its tests with it.
    Removal,
    /// The manifest is the change.
    Dependency,
    /// A test that failed now and then is mended: a rate, not a certainty.
    FlakeFix,
    /// Tests are written for code that stays as it is.
    Characterization,
    /// Prose only.
    Docs,
}

impl Kind {
    /// Every kind, in the order of their names' first use in the documents.
    pub const ALL: [Self; 9] = [
        Self::Feature,
        Self::Bug,
        Self::Refactor,
        Self::SpecChange,
        Self::Removal,
        Self::Dependency,
        Self::FlakeFix,
        Self::Characterization,
        Self::Docs,
    ];

    /// The kind as flags, front matter and reports write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feature => "feature",
            Self::Bug => "bug",
            Self::Refactor => "refactor",
            Self::SpecChange => "spec-change",
            Self::Removal => "removal",
            Self::Dependency => "dependency",
            Self::FlakeFix => "flake-fix",
            Self::Characterization => "characterization",
            Self::Docs => "docs",
        }
    }

    /// The kind of that name.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether a change of this kind owes a test that is red without it.
    pub fn owes_red(self) -> bool {
        match self {
            Self::Feature | Self::Bug | Self::SpecChange | Self::FlakeFix => true,
            Self::Refactor
            | Self::Removal
            | Self::Dependency
            | Self::Characterization
            | Self::Docs => false,
        }
    }
}
