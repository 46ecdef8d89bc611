//! Holds what a worker says. No gate believes it; reports label it.

use crate::id::CriterionId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A worker's words about its own work. There is no way from here to evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// What it says it did.
    #[serde(default)]
    pub summary: String,
    /// Which test it says belongs to which criterion.
    #[serde(default)]
    pub links: Vec<Link>,
    /// What it says of security, performance, environments and design, by topic.
    #[serde(default)]
    pub notes: Vec<Note>,
}

/// A worker's word that a test belongs to a criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// The criterion.
    pub criterion: CriterionId,
    /// The test, as its runner names it, or the end of that name.
    pub test: String,
}

/// A worker's words on one topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The topic.
    pub topic: Topic,
    /// The words.
    pub text: String,
}

/// What a note is about: the sections of the final report.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// Something taken for granted.
    Assumption,
    /// Why it is built so.
    Design,
    /// What was cleaned up.
    Refactoring,
    /// Security measures.
    Security,
    /// Performance.
    Performance,
    /// Development, production and other environments.
    Environment,
    /// Documentation.
    Documentation,
    /// What a reviewer should look at twice.
    LookHere,
}
