//! Judges one run of tests with a mutant switched on.

use super::covering::Trace;
use crate::{Exit, RawOutput};
use redgreen_core::evidence::{Report, Trouble};
use redgreen_core::mutant::{Fate, Kill};
use redgreen_core::outcome::{FailureKind, Outcome};

/// What became of a mutant in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Did {
    /// All of the tests passed.
    Passed,
    /// That is known now.
    Ended(Fate),
    /// This test ended the process, or was too slow: it is run alone, and told which it was.
    Doubtful(String),
}

/// What the run of `tests` came to. `alone` says that this is the run of one doubtful test.
pub(super) fn judge(
    tests: &[String],
    (report, trace): (&Report, &Trace),
    output: &RawOutput,
    alone: bool,
) -> Did {
    let mut silent: Option<&String> = None;
    for test in tests {
        match report.tests.get(test).map(|seen| &seen.outcome) {
            Some(Outcome::Passed) => {}
            Some(Outcome::Failed(failure)) if failure.kind != FailureKind::Death => {
                let how = if failure.kind == FailureKind::Assertion {
                    Kill::Assertion
                } else {
                    Kill::Error
                };
                let by = test.clone();
                return Did::Ended(Fate::Killed { by, how });
            }
            Some(Outcome::Failed(_) | Outcome::TimedOut) => {
                return doubt(test, (report, trace), output, alone);
            }
            Some(
                Outcome::Absent | Outcome::NotCollected | Outcome::Skipped(_) | Outcome::NotReached,
            )
            | None => silent = silent.or(Some(test)),
        }
    }
    let Some(test) = silent else {
        return Did::Passed;
    };
    let is_cut =
        output.exit == Exit::TimedOut || trace.limit.is_some() || limit(trace, output).is_some();
    if is_cut {
        return doubt(test, (report, trace), output, alone);
    }
    if let Some(diagnostic) = report.diagnostics.first() {
        let why = format!("its file does not load: {}", diagnostic.failure.message);
        return Did::Ended(Fate::Unviable(why));
    }
    Did::Ended(Fate::HarnessError(match &report.trouble {
        Some(trouble) => said(trouble),
        None => format!("{test} did not run"),
    }))
}

/// A test that was ended, or that ended its process.
fn doubt(test: &str, (report, trace): (&Report, &Trace), output: &RawOutput, alone: bool) -> Did {
    let by = test.to_owned();
    if !alone {
        return Did::Doubtful(by);
    }
    let outcome = report.tests.get(test).map(|seen| &seen.outcome);
    Did::Ended(match (limit(trace, output), outcome) {
        (Some("memory"), _) => Fate::OutOfMemory { by },
        (Some(_), _) | (None, Some(Outcome::TimedOut)) => Fate::TimedOut { by },
        (None, Some(Outcome::Failed(_))) => Fate::Killed {
            by,
            how: Kill::Error,
        },
        (None, _) if output.exit == Exit::TimedOut => Fate::TimedOut { by },
        (None, _) => Fate::HarnessError(format!("{by} did not run")),
    })
}

/// The limit that ended a process.
fn limit(trace: &Trace, output: &RawOutput) -> Option<&'static str> {
    if let Some(limit) = trace.limit.as_deref() {
        return Some(if limit == "memory" { "memory" } else { "time" });
    }
    let says = |bytes: &[u8], words: &str| {
        let words = words.as_bytes();
        bytes.windows(words.len()).any(|part| part == words)
    };
    let anywhere = |words: &str| {
        says(&output.stderr, words)
            || says(&output.stdout, words)
            || output.files.values().any(|file| says(file, words))
    };
    if anywhere("JavaScript heap out of memory") {
        return Some("memory");
    }
    // 24 is what the system sends at the end of the processor time.
    let is_late = matches!(output.exit, Exit::Signal(24) | Exit::Code(152));
    (is_late || anywhere("SIGXCPU")).then_some("time")
}

/// The trouble in a sentence.
fn said(trouble: &Trouble) -> String {
    match trouble {
        Trouble::CouldNotRun { why } | Trouble::Inconsistent { why } => why.clone(),
        other => format!("{other:?}"),
    }
}
