//! Holds what one test did in one tree, in words that every runner shares.

use crate::surface::Surface;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in a file of the tree, or outside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    /// Path from the repository's root with `/`, or an absolute path outside the tree.
    pub path: String,
    /// Line, counted from 1; 0 where the runner gave none.
    pub line: u32,
    /// The side that the line stands on; filled in by the observer, who has the tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surface: Option<Surface>,
}

impl Location {
    /// A place whose surface is not known yet.
    pub fn new(path: impl Into<String>, line: u32) -> Self {
        Self {
            path: path.into(),
            line,
            surface: None,
        }
    }
}

/// A name that was missing, and what it was looked for in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Symbol {
    /// Last part of the name: function, class, method, field, parameter, module.
    pub name: String,
    /// Module or type that should hold it, where the runner said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// Where in the life of a test it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Import, collection or compilation: the test never began.
    Load,
    /// A fixture or a before hook.
    Setup,
    /// The body of the test.
    Call,
    /// A fixture's end or an after hook.
    Teardown,
    /// The process died.
    Process,
}

/// What kind of failure the runner reported, before anyone judges whether it is a right red.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// An assertion of the test did not hold, or an expected error was not raised.
    Assertion,
    /// A stub that redgreen put into the tree was hit. Carries the function's name as the
    /// toolchain listed it.
    Stub(String),
    /// A name, attribute, method, field, export or item is not there.
    MissingName,
    /// A module, package or crate is not there.
    MissingModule,
    /// A call with the wrong arguments or types for an existing callee.
    BadCall,
    /// Any other exception or panic. Carries its class or code where there is one.
    Exception(String),
    /// The file does not parse.
    Syntax,
    /// A fixture is unknown, or the test's own set-up is wrong.
    Fixture,
    /// Network, permission, disk, missing program.
    Environment,
    /// A test that was expected to fail passed, under a strict policy.
    UnexpectedPass,
    /// The process ended by a signal or by an exit call inside a test.
    Death,
}

/// One failure, as facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// Where in the test's life.
    pub stage: Stage,
    /// What kind.
    pub kind: FailureKind,
    /// The runner's message: one line, at most 500 characters.
    pub message: String,
    /// Innermost frame in a file of the tree; where there is none, the innermost frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Location>,
    /// The name that was missing, for `MissingName` and `MissingModule`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<Symbol>,
}

impl Failure {
    /// A failure with its message cut to one line of at most 500 characters.
    pub fn new(stage: Stage, kind: FailureKind, message: &str) -> Self {
        let line = message
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default();
        let message = line.trim().chars().take(500).collect();
        Self {
            stage,
            kind,
            message,
            at: None,
            symbol: None,
        }
    }

    /// The same failure, located.
    #[must_use]
    pub fn at(mut self, at: Option<Location>) -> Self {
        self.at = at;
        self
    }

    /// The same failure with the name that was missing.
    #[must_use]
    pub fn missing(mut self, symbol: Option<Symbol>) -> Self {
        self.symbol = symbol;
        self
    }
}

/// What one test did in one run on one tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Not in this tree at all.
    Absent,
    /// In the tree, but the runner did not take it up.
    NotCollected,
    /// Skipped, or expected to fail; carries the runner's reason.
    Skipped(String),
    /// Ran and passed.
    Passed,
    /// Ran, or was kept from running by its own file, and failed.
    Failed(Failure),
    /// The run ended before its turn, or was to name tests only.
    NotReached,
    /// Ran past its time limit.
    TimedOut,
}

impl Outcome {
    /// Whether the test ran and passed.
    pub fn passed(&self) -> bool {
        matches!(self, Self::Passed)
    }
}
