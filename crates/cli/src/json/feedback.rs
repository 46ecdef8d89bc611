//! Shapes what `redgreen feedback --json` prints.

use redgreen_core::feedback::{Cause, Class, Place};
use redgreen_core::id::CommitId;
use redgreen_core::phase::Phase;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `redgreen feedback --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FeedbackDocument {
    /// Name and version of this form: `redgreen.feedback/1`.
    pub schema: String,
    /// The exit code of the command.
    pub exit_code: u8,
    /// The page of the pull request.
    pub address: String,
    /// Its number.
    pub number: u64,
    /// The commit that the run stands on.
    pub commit: CommitId,
    /// The phase that it stands in; `complete` where nothing is being worked on.
    pub phase: Phase,
    /// Rounds that were begun.
    pub rounds: u32,
    /// The points, in the order in which they were read.
    pub points: Vec<PointRow>,
    /// What was said by those who are not heard.
    pub unheard: Vec<UnheardRow>,
    /// Checks that are not through yet.
    pub checks_waiting: usize,
    /// What a person is asked that is about no single point: id and question.
    pub asked: Vec<(String, String)>,
}

/// A point and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PointRow {
    /// Its number in the run.
    pub id: String,
    /// Where it was made.
    pub place: Place,
    /// Who made it.
    pub author: String,
    /// The file that it stands beside.
    pub path: Option<String>,
    /// The line in that file.
    pub line: Option<u64>,
    /// Its words: data.
    pub text: String,
    /// Its page.
    pub address: String,
    /// What it asks for.
    pub class: Class,
    /// The rule or the person that says so.
    pub because: String,
    /// Whose fault a failed check is.
    pub cause: Option<Cause>,
    /// The tests that fail for it here.
    pub tests: Vec<String>,
    /// Whether it waits for `redgreen answer`.
    pub waits: bool,
    /// What was answered.
    pub answer: Option<String>,
    /// Where that stands.
    pub answered_at: Option<String>,
}

/// What somebody said who is not heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnheardRow {
    /// Who.
    pub author: String,
    /// What: data.
    pub text: String,
    /// Its page.
    pub address: String,
}

impl FeedbackDocument {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.feedback/1";
}
