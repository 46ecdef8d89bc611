//! Names the checks that a project runs beside its tests.

use serde::{Deserialize, Serialize};

/// What a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checks {
    /// Defects and style that need no types.
    Lint,
    /// Layout of the text; never rewrites it.
    Format,
    /// Types.
    Types,
    /// Which lines the tests reach.
    Coverage,
}

/// A command that the project itself uses, in the form that only checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What it looks at.
    pub checks: Checks,
    /// Program and arguments, to be run in the unit's directory. A relative program with a slash
    /// lies in the user's checkout. Exit 0 means that all is well.
    pub argv: Vec<String>,
    /// The file or key that names it.
    pub because: String,
}
