//! Names the phases of a run, in their order.

use crate::surface::Surface;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A phase of a run. Each ends in a gate that redgreen executes itself.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Baseline of the untouched tree, references, conventions.
    Understand,
    /// Criteria, questions, assumptions, design.
    Plan,
    /// Failing tests, and only the test surface changed.
    Red,
    /// Production code that makes them pass.
    Green,
    /// Cleaner code, same behaviour.
    Refactor,
    /// Everything that can be checked, on the whole change.
    Verify,
    /// Spec, README, changelog.
    Document,
    /// The branch is ready to be merged.
    Deliver,
    /// Merged, proven again, cleaned up.
    Complete,
}

/// Which side of the tree the worker of a phase may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writable {
    /// Test, fixture and runner configuration only; new development dependencies are reported.
    TestSurface,
    /// Everything but the test surface.
    Production,
    /// Prose only.
    Docs,
    /// Nothing.
    Nothing,
}

impl Writable {
    /// Whether `surface` is on this side. Manifests may change in both of the phases that write
    /// code: development dependencies come with tests, dependencies with code; both are reported.
    pub fn covers(self, surface: Surface) -> bool {
        match (self, surface) {
            (Self::Nothing, _) => false,
            (Self::TestSurface | Self::Production | Self::Docs, Surface::Docs) => true,
            (Self::Docs, _) => false,
            (Self::TestSurface | Self::Production, Surface::Manifest) => true,
            (Self::TestSurface, surface) => surface.is_test_surface(),
            (Self::Production, surface) => !surface.is_test_surface(),
        }
    }
}

impl Phase {
    /// Every phase in order.
    pub const ALL: [Self; 9] = [
        Self::Understand,
        Self::Plan,
        Self::Red,
        Self::Green,
        Self::Refactor,
        Self::Verify,
        Self::Document,
        Self::Deliver,
        Self::Complete,
    ];

    /// The phase as trailers, screens and flags write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Understand => "understand",
            Self::Plan => "plan",
            Self::Red => "red",
            Self::Green => "green",
            Self::Refactor => "refactor",
            Self::Verify => "verify",
            Self::Document => "document",
            Self::Deliver => "deliver",
            Self::Complete => "complete",
        }
    }

    /// What its worker may write. A wrong test is mended by going back to red.
    pub fn writable(self) -> Writable {
        match self {
            Self::Red => Writable::TestSurface,
            Self::Green | Self::Refactor | Self::Verify => Writable::Production,
            // The plan is a document.
            Self::Plan | Self::Document => Writable::Docs,
            Self::Understand | Self::Deliver | Self::Complete => Writable::Nothing,
        }
    }

    /// Whether it is gone through once a slice rather than once a run.
    pub fn is_per_slice(self) -> bool {
        match self {
            Self::Red | Self::Green | Self::Refactor => true,
            Self::Understand
            | Self::Plan
            | Self::Verify
            | Self::Document
            | Self::Deliver
            | Self::Complete => false,
        }
    }
}
