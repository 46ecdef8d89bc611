//! Reads JUnit XML, in every dialect that the runners write.
//!
//! The reader takes what is there and judges nothing. What is what:
//!
//! * [`JUnit::cases`] holds one entry per `<testcase>` in the order of the text, wherever it
//!   stands: below `<testsuites>`, `<testsuite>` or nested suites (PHPUnit's data providers). One
//!   test may have several entries (pytest: call and teardown; Surefire: retries by hand).
//! * [`Case::class`] is the attribute `class` (PHPUnit's real name, with backslashes), else
//!   `classname`. What it means differs: Java's class (Surefire, Gradle), module (pytest), file
//!   (vitest), binary id (nextest), the test's own name (ctest), suite (gtest), titles (jest).
//! * [`Case::outcome`] follows the children: `<error>` before `<failure>` before `<skipped>`;
//!   without any, the attributes `status` and `result` of gtest and ctest (`notrun`, `disabled`,
//!   `suppressed`, `skipped`: skipped; `fail`: failed). Else it passed.
//! * [`Case::problems`] holds those children and PHPUnit's `<warning>`, which fails nothing;
//!   [`Case::reruns`] what Surefire and nextest write of tries that were not the last one
//!   (`flakyFailure`, `flakyError`, `rerunFailure`, `rerunError`).
//! * [`Case::out`] is what the test printed, where the report has it inside the case (`ctest`,
//!   `nextest`, JUnit's console). Output of a whole suite is left out.
//! * [`JUnit::suites`] holds every `<testsuites>` and `<testsuite>` with the counts that it
//!   declares. They are often wrong: hold them against the cases, never use them instead.
//! * [`JUnit::truncated`]: the text ends early or is no XML from some point on. Cases that were
//!   complete before that point are there, the one that was open is not.
//!
//! Long texts keep their head and their tail. A report without any element has no suites.

mod parse;
mod text;

pub use parse::read;

/// A whole report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JUnit {
    /// Every test case, in the order of the text.
    pub cases: Vec<Case>,
    /// Every suite, outer before inner.
    pub suites: Vec<Suite>,
    /// Whether the text ends early, stops being XML, or holds more cases than are read.
    pub truncated: bool,
}

/// A `<testsuite>` or `<testsuites>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suite {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its file, where the report names it.
    pub file: Option<String>,
    /// The suite around it, by its place in [`JUnit::suites`].
    pub parent: Option<usize>,
    /// What it says it holds.
    pub declared: Declared,
    /// Failures and errors of the suite itself, outside any case.
    pub problems: Vec<Problem>,
}

/// The counts that a suite declares, inner suites included in most dialects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// All cases.
    pub tests: Option<u64>,
    /// Failed assertions.
    pub failures: Option<u64>,
    /// Failures of other kinds.
    pub errors: Option<u64>,
    /// Skipped cases.
    pub skipped: Option<u64>,
    /// Disabled cases.
    pub disabled: Option<u64>,
}

/// What became of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaseOutcome {
    /// It ran and nothing was wrong.
    #[default]
    Passed,
    /// `<failure>`: an assertion, in the dialects that tell it from an error.
    Failed,
    /// `<error>`: something else.
    Error,
    /// It did not run.
    Skipped,
}

/// A `<testcase>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// What holds it: `class`, else `classname`; empty where there is neither.
    pub class: String,
    /// Its name.
    pub name: String,
    /// Its file, where the report names it, as the report writes it.
    pub file: Option<String>,
    /// Its line.
    pub line: Option<u32>,
    /// How long it took, in milliseconds.
    pub ms: Option<u64>,
    /// What became of it.
    pub outcome: CaseOutcome,
    /// Why it did not simply pass: every child that says so, in the order of the text.
    pub problems: Vec<Problem>,
    /// Earlier and later tries of the same test.
    pub reruns: Vec<Problem>,
    /// What it printed, both streams.
    pub out: String,
    /// The suite that it stands in, by its place in [`JUnit::suites`].
    pub suite: Option<usize>,
}

impl Case {
    /// The child that decided the outcome: the first of the worst kind.
    pub fn why(&self) -> Option<&Problem> {
        let wanted = match self.outcome {
            CaseOutcome::Passed => return None,
            CaseOutcome::Failed => ProblemKind::Failure,
            CaseOutcome::Error => ProblemKind::Error,
            CaseOutcome::Skipped => ProblemKind::Skipped,
        };
        self.problems.iter().find(|problem| problem.kind == wanted)
    }
}

/// Which element tells of a problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProblemKind {
    /// `<failure>`.
    #[default]
    Failure,
    /// `<error>`.
    Error,
    /// `<skipped>`.
    Skipped,
    /// `<warning>`: PHPUnit up to version 9.
    Warning,
    /// `<flakyFailure>`, `<flakyError>`: another try of this test passed.
    Flaky,
    /// `<rerunFailure>`, `<rerunError>`: another try failed too.
    Rerun,
}

/// A `<failure>` or one of its kin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// Which element.
    pub kind: ProblemKind,
    /// The attribute `type`: the exception's class in Java and PHP; empty where there is none.
    pub class: String,
    /// The attribute `message`; empty where there is none.
    pub message: String,
    /// The text: a trace, most often.
    pub text: String,
}

#[cfg(test)]
mod tests;
