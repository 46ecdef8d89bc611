//! Shapes what an agent may ask for: the arguments of each tool. An unknown one is refused.

use redgreen_core::claim::Link;
use schemars::JsonSchema;
use serde::Deserialize;

/// A tool without arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Arguments of `check`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Check {
    /// Go back to RED instead, because a test was wrong: why. The reason is kept in the journal.
    pub back_to_red: Option<String>,
    /// Which test shows which criterion: a claim, shown as one.
    pub shows: Vec<Link>,
}

/// Arguments of `prove`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Prove {
    /// BASE..HEAD; without it, from the merge base with the default branch to HEAD.
    pub range: Option<String>,
    /// Take the files of the working tree as head.
    pub worktree: bool,
    /// Prove the result of merging HEAD into this branch.
    pub onto: Option<String>,
    /// What sort of change is meant: feature, bug, refactor, spec-change, removal, dependency,
    /// flake-fix, characterization, docs.
    pub kind: Option<String>,
    /// How often each new test is run on each tree: 1 to 100.
    pub samples: Option<u32>,
    /// The longest, in seconds, that defects put into the change may take; 0 for none.
    pub mutants: Option<u64>,
    /// Stop at the first counter-example.
    pub fast: bool,
}

/// Arguments of `answer`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The question's id, as `status` shows it.
    pub question: String,
    /// The answer.
    pub text: String,
}

/// Arguments of `report`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Report {
    /// For whom the report is.
    pub format: ReportFormat,
}

/// For whom a report is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReportFormat {
    /// For whoever goes on with the code.
    #[default]
    Implementation,
    /// For whoever decides whether it lands.
    Review,
}
