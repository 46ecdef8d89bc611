//! Decides what the documents of a change owe: what it offers to those outside has to be named,
//! and what it took away has to go from them.

mod commands;
mod judge;
mod named;
mod sections;
#[cfg(test)]
mod tests;

pub use commands::{Shown, commands};
pub use judge::{Documented, Shelf, judge};
pub use named::is_named;
pub use sections::{Part, headings, parts_of};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What people outside can use.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// A flag of a command line: `--limit`.
    Flag,
    /// An environment variable that is read.
    Variable,
    /// A key of a configuration file.
    Key,
    /// An HTTP route, with its method where the source tells it: `GET /users/{id}`.
    Route,
    /// A function or class that others can call.
    Function,
}

impl Sort {
    /// What it is called in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Variable => "environment variable",
            Self::Key => "configuration key",
            Self::Route => "route",
            Self::Function => "public function",
        }
    }
}

/// One thing that a source file offers to those outside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Offer {
    /// What it is.
    pub sort: Sort,
    /// Its name, as people write it.
    pub name: String,
    /// The file, from the repository's root.
    pub path: String,
    /// Its line there, from 1.
    pub line: u32,
    /// How it is called, where that can change without its name: parameters of a function.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shape: String,
    /// Whether the source itself says what it is for, by a comment or docstring that
    /// documentation is made from.
    #[serde(default)]
    pub described: bool,
}

/// A document of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The file, from the repository's root.
    pub path: String,
    /// Its text.
    pub text: String,
}
