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
                return Did::Ended(untroubled(report, Fate::Killed { by, how }));
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
        let fate = untroubled(report, Fate::Survived);
        return if fate == Fate::Survived {
            Did::Passed
        } else {
            Did::Ended(fate)
        };
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
    if !alone {
        // By itself it may say what keeps it from running.
        return Did::Doubtful(test.clone());
    }
    let why = format!("{test} did not run");
    Did::Ended(untroubled(report, Fate::HarnessError(why)))
}

/// `fate`, where the run as a whole can be believed.
fn untroubled(report: &Report, fate: Fate) -> Fate {
    match &report.trouble {
        Some(trouble) => Fate::HarnessError(said(trouble)),
        None => fate,
    }
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
pub(super) fn said(trouble: &Trouble) -> String {
    match trouble {
        Trouble::CouldNotRun { why } | Trouble::Inconsistent { why } => why.clone(),
        Trouble::MissingTool { tool, .. } => format!("{tool} is missing"),
        Trouble::AnotherCopy { path, .. } => {
            format!("{path} was loaded instead of the tree's file")
        }
        Trouble::Hung { .. } => "the run did not come to its end".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_core::evidence::{Diagnostic, TestSeen};
    use redgreen_core::outcome::{Failure, Stage};

    fn failed(kind: FailureKind) -> Outcome {
        Outcome::Failed(Failure::new(Stage::Call, kind, "why"))
    }

    fn report(outcomes: &[(&str, Outcome)]) -> Report {
        let mut report = Report::default();
        for (name, outcome) in outcomes {
            let outcome = outcome.clone();
            let seen = TestSeen { outcome, ms: None };
            report.tests.insert((*name).to_owned(), seen);
        }
        report
    }

    fn judged(report: &Report, exit: Exit, stderr: &str, alone: bool) -> Did {
        let output = RawOutput {
            exit,
            stdout: Vec::new(),
            stderr: stderr.as_bytes().to_vec(),
            files: std::collections::BTreeMap::new(),
        };
        let tests = ["a".to_owned(), "b".to_owned()];
        let tests = if alone { &tests[1..] } else { &tests[..] };
        judge(tests, (report, &Trace::default()), &output, alone)
    }

    fn killed(how: Kill) -> Did {
        let by = "b".to_owned();
        Did::Ended(Fate::Killed { by, how })
    }

    #[test]
    fn only_a_test_that_ran_and_failed_kills() {
        let of = |outcome| report(&[("a", Outcome::Passed), ("b", outcome)]);
        let one = |outcome| judged(&of(outcome), Exit::Code(1), "", false);
        assert_eq!(one(failed(FailureKind::Assertion)), killed(Kill::Assertion));
        assert_eq!(one(failed(FailureKind::Syntax)), killed(Kill::Error));
        assert_eq!(one(Outcome::Passed), Did::Passed);
        assert_eq!(one(Outcome::TimedOut), Did::Doubtful("b".to_owned()));
        let silent = one(Outcome::NotReached);
        assert_eq!(silent, Did::Doubtful("b".to_owned()));
        let silent = judged(&of(Outcome::NotReached), Exit::Code(1), "", true);
        assert!(
            matches!(silent, Did::Ended(Fate::HarnessError(_))),
            "{silent:?}"
        );
        let nothing = judged(&Report::default(), Exit::Code(1), "", true);
        assert!(
            matches!(nothing, Did::Ended(Fate::HarnessError(_))),
            "{nothing:?}"
        );
        let mut troubled = of(failed(FailureKind::Assertion));
        troubled.trouble = Some(Trouble::Inconsistent {
            why: "x".to_owned(),
        });
        let did = judged(&troubled, Exit::Code(0), "", false);
        assert_eq!(did, Did::Ended(Fate::HarnessError("x".to_owned())));
        let mut unloaded = report(&[]);
        unloaded.diagnostics.push(Diagnostic {
            failure: Failure::new(Stage::Load, FailureKind::Syntax, "no"),
            hides: "a".to_owned(),
        });
        let did = judged(&unloaded, Exit::Code(1), "", false);
        assert!(matches!(did, Did::Ended(Fate::Unviable(_))), "{did:?}");
    }

    #[test]
    fn an_end_at_a_limit_is_told_by_a_run_of_its_own() {
        let by = || "b".to_owned();
        let dead = report(&[("b", failed(FailureKind::Death))]);
        let alone = |exit, stderr: &str| judged(&dead, exit, stderr, true);
        assert_eq!(judged(&dead, Exit::Code(1), "", false), Did::Doubtful(by()));
        assert_eq!(
            alone(Exit::Signal(24), ""),
            Did::Ended(Fate::TimedOut { by: by() })
        );
        let heap = "FATAL ERROR: JavaScript heap out of memory";
        assert_eq!(
            alone(Exit::Code(134), heap),
            Did::Ended(Fate::OutOfMemory { by: by() })
        );
        assert_eq!(alone(Exit::Code(1), ""), killed(Kill::Error));
    }
}
