//! Holds what reviewers and checks say of a pull request: points, what sort they are, what became of them.
//!
//! Every text in here was written by strangers. It is kept as it was read, with its digest, and
//! decides nothing but by the rules of [`classify`].

mod cause;
mod classify;
mod owed;
mod paths;
mod state;

pub use cause::{Cause, Rerun, judge};
pub use classify::{Ruled, Sort, classify};
pub use owed::{Owed, Stop, owed};
pub use paths::{allowed, asked_about, beyond};
pub use state::{Feedback, PointState};

use crate::id::{CommitId, Digest};
use crate::phase::Phase;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many rounds a run goes through before a person is asked.
pub const ROUNDS: u32 = 3;

/// The most points that one round works on; the others wait for the next.
pub const MOST_POINTS: usize = 20;

/// The most bytes of one point's text that are kept.
pub const MOST_TEXT: usize = 16 * 1024;

/// Whether a question of that name is about feedback: its answer is taken by `redgreen feedback`.
pub fn is_asked_by_feedback(question: &str) -> bool {
    ["F-", "ROUND-", "PATHS-"]
        .iter()
        .any(|first| question.starts_with(first))
}

/// Where a point was made.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In a thread of its own, beside a line of the change.
    Thread,
    /// Below the pull request.
    Comment,
    /// In the words of a review.
    Review,
    /// In a check that failed.
    Check,
}

/// What a point asks for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Another behaviour: a red test first.
    Behaviour,
    /// Other words or another shape, with the same behaviour: no test of its own.
    Style,
    /// Tests that are there and fail: code that makes them pass.
    Failure,
    /// An answer in words.
    Question,
    /// Nobody can say by rule: a person is asked.
    Ambiguous,
    /// Nothing.
    Remark,
}

impl Class {
    /// As it is written on a command line and in a comment.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Behaviour => "behaviour",
            Self::Style => "style",
            Self::Failure => "failure",
            Self::Question => "question",
            Self::Ambiguous => "ambiguous",
            Self::Remark => "remark",
        }
    }

    /// The class that `word` names, where people may name it.
    pub fn named(word: &str) -> Option<Self> {
        match word.trim().to_lowercase().as_str() {
            "behaviour" | "behavior" => Some(Self::Behaviour),
            "style" => Some(Self::Style),
            "question" => Some(Self::Question),
            "skip" | "ignore" | "remark" => Some(Self::Remark),
            _ => None,
        }
    }

    /// The phase that the work on it begins with; nothing where it is none of a worker's.
    pub fn first_phase(self) -> Option<Phase> {
        match self {
            Self::Behaviour => Some(Phase::Red),
            Self::Failure => Some(Phase::Green),
            Self::Style => Some(Phase::Refactor),
            Self::Question | Self::Ambiguous | Self::Remark => None,
        }
    }
}

/// One point that somebody, or a check, made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// Its number in the run: `F-1`.
    pub id: String,
    /// Where it was made.
    pub place: Place,
    /// The thread, comment, review or check, as the forge names it.
    pub key: String,
    /// The last comment that it rests on; for a check the commit.
    pub last: String,
    /// Who made it.
    pub author: String,
    /// The file that it stands beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The line in that file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Its words, as they were read.
    pub text: String,
    /// Digest of what the last comment says.
    pub digest: Digest,
    /// Its page.
    pub address: String,
    /// What it asks for.
    pub class: Class,
    /// The rule that says so.
    pub because: String,
    /// The answered point that it brings back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<String>,
}

/// A point was given another class: by a person, or by what redgreen ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PointClassed {
    /// The point.
    pub id: String,
    /// What it asks for now.
    pub class: Class,
    /// Why.
    pub because: String,
    /// Where a failed check was looked into: whose fault it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The tests that fail for it here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<String>,
}

/// Work on points began: each becomes a slice of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoundBegun {
    /// Its number, from 1.
    pub round: u32,
    /// The points that are worked on, in this order.
    pub points: Vec<String>,
    /// The commit that the round starts from.
    pub tip: CommitId,
}

/// A point was answered on the forge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PointAnswered {
    /// The point.
    pub id: String,
    /// What was said.
    pub words: String,
    /// Where it stands.
    pub address: String,
}
