//! Words what went wrong: the thing, its cause, the next step.

mod engine;
mod forge;
mod worktree;

pub use engine::of_disk;

use crate::exit::Exit;
use crate::explain;
use clap::error::ErrorKind;
use redgreen_core::finding::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::panic::PanicHookInfo;

/// Whose affair a failure is. It decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The command line.
    Usage,
    /// The configuration.
    Config,
    /// The machine, the clone or a tool.
    Environment,
    /// A signal.
    Interrupted,
    /// redgreen itself.
    Bug,
    /// Somebody who has to decide.
    Person,
}

impl FailureKind {
    /// The exit code that goes with it.
    pub fn exit(self) -> Exit {
        match self {
            Self::Usage | Self::Config => Exit::Usage,
            Self::Environment => Exit::Environment,
            Self::Interrupted => Exit::Interrupted,
            Self::Bug => Exit::Bug,
            Self::Person => Exit::Person,
        }
    }
}

/// Why a command could not do what was asked. A gate that is unmet is no failure but a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whose affair it is.
    pub kind: FailureKind,
    /// Its code.
    pub code: Code,
    /// What failed, one line.
    pub message: String,
    /// Why, outermost first, one line each.
    pub causes: Vec<String>,
    /// What to do next, one line each.
    pub hints: Vec<String>,
}

impl Failure {
    /// A failure without cause or hint so far.
    pub fn new(kind: FailureKind, code: Code, message: impl Into<String>) -> Self {
        Self {
            kind,
            code,
            message: message.into(),
            causes: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// The failure that `error` tells of, with the errors behind it as causes.
    pub fn of(kind: FailureKind, code: Code, error: &dyn Error) -> Self {
        let mut failure = Self::new(kind, code, error.to_string());
        let mut behind = error.source();
        while let Some(cause) = behind {
            failure.causes.push(cause.to_string());
            behind = cause.source();
        }
        failure
    }

    /// The same failure with one more cause.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// The same failure with one more next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The failure as programs read it.
    pub fn document(&self) -> ErrorDocument {
        ErrorDocument {
            schema: ErrorDocument::SCHEMA.to_owned(),
            error: ErrorBody {
                code: self.code,
                kind: self.kind,
                exit_code: self.kind.exit().number(),
                message: self.message.clone(),
                causes: self.causes.clone(),
                next: self.next_steps(),
            },
        }
    }

    /// The hints; the code's own page where there are none.
    pub fn next_steps(&self) -> Vec<String> {
        if self.hints.is_empty() {
            vec![format!("redgreen explain {}", self.code)]
        } else {
            self.hints.clone()
        }
    }
}

/// A failure as `--json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorDocument {
    /// Name and version of this form: `redgreen.error/1`.
    pub schema: String,
    /// What failed.
    pub error: ErrorBody,
}

impl ErrorDocument {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.error/1";
}

/// What failed, why, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorBody {
    /// The stable code; `redgreen explain` tells it.
    pub code: Code,
    /// Whose affair it is.
    pub kind: FailureKind,
    /// The exit code of the command.
    pub exit_code: u8,
    /// What failed, one line.
    pub message: String,
    /// Why, outermost first.
    pub causes: Vec<String>,
    /// What to do next.
    pub next: Vec<String>,
}

/// What a panic means for whoever sees it.
pub fn of_panic(panic: &PanicHookInfo<'_>) -> Failure {
    let payload = panic.payload();
    let said = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned());
    let place = panic.location().map(|place| format!("at {place}"));
    said.into_iter()
        .chain(place)
        .fold(of_unknown_fault(), Failure::cause)
}

/// A fault of redgreen of which nothing is known but that it happened.
pub fn of_unknown_fault() -> Failure {
    let me = format!(
        "redgreen {} on {}-{}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::ARCH,
        std::env::consts::OS
    );
    Failure::new(FailureKind::Bug, Code::Bug, "redgreen has a fault")
        .hint(format!(
            "report these lines, `{me}` and the exact command line"
        ))
        .hint("redgreen explain RG399")
}

/// What a command line that cannot be understood means. The words are the parser's own, taken
/// apart into thing, cause and next step.
pub fn of_usage(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let mut parts = text.split("\n\n");
    let first = parts.next().unwrap_or_default();
    let message = first.strip_prefix("error: ").unwrap_or(first);
    let message: Vec<&str> = message.lines().map(str::trim).collect();
    let mut failure = Failure::new(FailureKind::Usage, Code::BadUsage, message.join(" "));
    for line in parts.flat_map(str::lines).map(str::trim) {
        if let Some(tip) = line.strip_prefix("tip: ") {
            failure.hints.push(tip.to_owned());
        } else if let Some(usage) = line.strip_prefix("Usage: ") {
            failure.hints.push(format!("type {usage}"));
        }
    }
    if matches!(error.kind(), ErrorKind::InvalidSubcommand) {
        failure.hints.push("redgreen --help".to_owned());
    }
    failure
}

/// A code that does not exist, with those that may have been meant.
pub fn of_unknown_code(code: &str) -> Failure {
    let message = format!("there is no code {code}");
    let failure = Failure::new(FailureKind::Usage, Code::BadUsage, message);
    let near = explain::nearest(code);
    let hints = near.iter().map(|page| {
        let key = page.code.as_str();
        format!("redgreen explain {key}   ({})", page.title)
    });
    let mut failure = hints.fold(failure, Failure::hint);
    failure.hints.push("redgreen explain --list".to_owned());
    failure
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::Parser as _;

    fn usage(line: &str) -> Failure {
        of_usage(&Cli::try_parse_from(line.split(' ')).unwrap_err())
    }

    #[test]
    fn an_unknown_flag_is_named_and_the_nearest_is_shown() {
        let failure = usage("redgreen prove --instal");
        assert_eq!(failure.message, "unexpected argument '--instal' found");
        assert!(
            failure.hints[0].contains("'--install'"),
            "{:?}",
            failure.hints
        );
        assert_eq!(failure.kind.exit().number(), 2);
        assert_eq!(failure.code.as_str(), "RG316");
    }

    #[test]
    fn missing_arguments_are_named_in_one_line() {
        let failure = usage("redgreen waive RG104");
        assert!(!failure.message.contains('\n'));
        assert!(failure.message.contains("--reason <TEXT>"), "{failure:?}");
    }

    #[test]
    fn the_causes_are_the_errors_behind_the_error() {
        #[derive(Debug)]
        struct Outer(std::num::ParseIntError);
        impl std::fmt::Display for Outer {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("no count")
            }
        }
        impl Error for Outer {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&self.0)
            }
        }
        let outer = Outer("x".parse::<u8>().unwrap_err());
        let failure = Failure::of(FailureKind::Config, Code::BadConfiguration, &outer);
        assert_eq!(failure.message, "no count");
        assert_eq!(failure.causes, ["invalid digit found in string"]);
    }

    #[test]
    fn each_kind_has_its_exit_code() {
        let numbers = [
            FailureKind::Usage,
            FailureKind::Config,
            FailureKind::Environment,
            FailureKind::Interrupted,
            FailureKind::Bug,
            FailureKind::Person,
        ]
        .map(|kind| kind.exit().number());
        assert_eq!(numbers, [2, 2, 4, 130, 70, 3]);
    }

    #[test]
    fn a_failure_without_a_hint_points_to_its_page() {
        let failure = Failure::new(FailureKind::Environment, Code::Shallow, "x");
        assert_eq!(failure.document().error.next, ["redgreen explain RG304"]);
    }

    #[test]
    fn an_unknown_code_brings_its_neighbours() {
        let failure = of_unknown_code("RG1O2");
        assert!(
            failure.hints[0].starts_with("redgreen explain RG102"),
            "{failure:?}"
        );
    }
}
