//! Holds what a check run is: a mark beside a commit that has a page, and remarks beside its lines.

/// What a check run comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// The change is proven.
    Success,
    /// It is refuted.
    Failure,
    /// It could not be told, so that somebody has to look. Not `neutral`: that would let a change
    /// pass where the check is required.
    ActionRequired,
}

/// How much a remark weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It refutes the change.
    Failure,
    /// It keeps something from being told.
    Warning,
    /// It is good to know.
    Notice,
}

/// One remark beside a line of the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The file, from the repository's root.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// How much it weighs.
    pub level: Level,
    /// A few words.
    pub title: String,
    /// What is to be said, as plain text.
    pub message: String,
}

/// A check run that is through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRun {
    /// Its name, which the rules of a branch may require.
    pub name: String,
    /// The commit that it speaks of.
    pub commit: String,
    /// What it comes to.
    pub conclusion: Conclusion,
    /// One line.
    pub title: String,
    /// Markdown; what is longer than the forge takes is cut behind a paragraph.
    pub summary: String,
    /// Remarks beside lines, the weightiest first.
    pub remarks: Vec<Remark>,
    /// Where to read more.
    pub address: Option<String>,
}
