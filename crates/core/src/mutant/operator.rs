//! Lists the sorts of defects that are put into a change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A sort of defect. The order is the order in which mutants are tried.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    /// An assertion of a new test is negated: the test must go red.
    Assertion,
    /// A change that changes nothing: the tests must stay green.
    NoOp,
    /// A whole body gives way to a constant, a default, an argument, or nothing at all.
    Body,
    /// A change of data or configuration is taken back.
    Hunk,
    /// A condition is decided beforehand, or turned round.
    Condition,
    /// A comparison moves its boundary, or turns round.
    Boundary,
    /// A literal becomes another.
    Constant,
    /// An arithmetic or bit operator becomes another.
    Arithmetic,
    /// `and` becomes `or`, and the other way round.
    Logic,
    /// A returned value becomes another.
    Return,
    /// A statement is taken out.
    Statement,
    /// An error is not raised, or not handled.
    ErrorPath,
    /// A range, an index or a collection loses its edge.
    Collection,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 13] = [
        Self::Assertion,
        Self::NoOp,
        Self::Body,
        Self::Hunk,
        Self::Condition,
        Self::Boundary,
        Self::Constant,
        Self::Arithmetic,
        Self::Logic,
        Self::Return,
        Self::Statement,
        Self::ErrorPath,
        Self::Collection,
    ];

    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assertion => "assertion",
            Self::NoOp => "no-op",
            Self::Body => "body",
            Self::Hunk => "hunk",
            Self::Condition => "condition",
            Self::Boundary => "boundary",
            Self::Constant => "constant",
            Self::Arithmetic => "arithmetic",
            Self::Logic => "logic",
            Self::Return => "return",
            Self::Statement => "statement",
            Self::ErrorPath => "error-path",
            Self::Collection => "collection",
        }
    }

    /// Whether it breaks production code, so that a test ought to notice.
    pub fn breaks_code(self) -> bool {
        !matches!(self, Self::Assertion | Self::NoOp)
    }
}
