//! Says what became of the references of a ticket: read, fetched, left alone, refused.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A reference of a ticket, and what became of it when the run began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Referenced {
    /// As the ticket has it.
    pub name: String,
    /// What became of it.
    pub reading: Reading,
}

/// What became of a reference. Its text is data, as the ticket's is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum Reading {
    /// It is in the repository, where a worker finds it.
    Here,
    /// It was fetched from its tracker.
    Fetched {
        /// Its title.
        title: String,
        /// The beginning of its text.
        text: String,
    },
    /// Nobody opened it.
    Unread {
        /// Why not.
        why: String,
    },
    /// It leads to where no ticket may send anybody.
    Refused {
        /// Why not.
        why: String,
    },
}

impl Referenced {
    /// One line for the facts of the gate.
    pub fn told(&self) -> String {
        let name = &self.name;
        match &self.reading {
            Reading::Here => format!("reference {name}: in the repository"),
            Reading::Fetched { title, .. } => format!("reference {name}: fetched: {title}"),
            Reading::Unread { why } => format!("reference {name}: not read: {why}"),
            Reading::Refused { why } => format!("reference {name}: refused: {why}"),
        }
    }
}
