//! Holds lines, counts, canary and exit code of a run against each other.

use super::lines::{Module, Run};
use crate::words::ended;
use crate::{Exit, RawOutput};
use redgreen_core::evidence::Trouble;

/// Where lines, counts, canary and exit code disagree.
pub(super) fn disagreement(run: &Run, output: &RawOutput, canary: Option<&str>) -> Option<Trouble> {
    if !run.started {
        return Some(unstarted(output));
    }
    let Some(end) = &run.end else {
        return unended(run, output);
    };
    if let Some(path) = end.outside.first() {
        let module = path.rsplit('/').next().unwrap_or(path).to_owned();
        let path = path.clone();
        return Some(Trouble::AnotherCopy { module, path });
    }
    let failures = failures(run);
    let why = match output.exit {
        _ if end.lines != run.lines => {
            format!("{} of {} report lines were found", run.lines, end.lines)
        }
        Exit::Code(0) if failures > 0 => format!("exit code 0 beside {failures} failures"),
        Exit::Code(1) if failures == 0 && !run.modules.is_empty() => {
            "exit code 1 without a failure".to_owned()
        }
        Exit::Code(0 | 1) => foreign_error(run).or_else(|| must_pass(run, canary))?,
        Exit::Code(_) | Exit::Signal(_) | Exit::TimedOut => ended(output.exit),
    };
    Some(Trouble::Inconsistent { why })
}

fn failures(run: &Run) -> usize {
    let of = |module: &Module| {
        let tests = module
            .tests
            .iter()
            .filter(|test| test.state.as_deref() == Some("fail") || !test.errors.is_empty());
        let cut = usize::from(!module.ended);
        tests.count() + module.suites.len() + module.errors.len() + cut
    };
    let unhandled = run.end.as_ref().map_or(0, |end| end.unhandled.len());
    run.modules.iter().map(of).sum::<usize>() + unhandled
}

/// An error that belongs to no test file, where no process died.
fn foreign_error(run: &Run) -> Option<String> {
    if run.modules.iter().any(|module| !module.ended) {
        return None;
    }
    let end = run.end.as_ref()?;
    let foreign = end.unhandled.iter().find(|error| {
        let path = error.path.as_deref();
        !run.modules
            .iter()
            .any(|module| Some(module.file.as_str()) == path)
    })?;
    Some(format!(
        "an error outside of every test: {}",
        foreign.message
    ))
}

/// The canary passes in every run that can be believed.
fn must_pass(run: &Run, canary: Option<&str>) -> Option<String> {
    let canary = canary?;
    let module = run.modules.iter().find(|module| module.file == canary);
    let state = module.and_then(|module| module.tests.first()?.state.as_deref());
    if state == Some("pass") {
        return None;
    }
    let did = state.unwrap_or("did not run");
    Some(format!("the test that redgreen added must pass, but {did}"))
}

/// The short run of a test that fails.
pub(super) fn must_fail(run: &Run, output: &RawOutput, canary: &str) -> Option<Trouble> {
    if !run.started {
        return Some(unstarted(output));
    }
    let module = run.modules.iter().find(|module| module.file == canary);
    let test = module.and_then(|module| module.tests.first());
    let failed = test.is_some_and(|test| {
        test.state.as_deref() == Some("fail")
            && test
                .errors
                .iter()
                .any(|error| error.name == "AssertionError")
    });
    let why = match (test, output.exit) {
        (Some(_), Exit::Code(1)) if failed => return None,
        (None, _) => "a test that must fail did not run".to_owned(),
        (Some(_), exit) => format!("a test that must fail passed: {}", ended(exit)),
    };
    Some(Trouble::Inconsistent { why })
}

/// A run without an end is explained by the test that it died in.
fn unended(run: &Run, output: &RawOutput) -> Option<Trouble> {
    if output.exit == Exit::TimedOut {
        // The time limit is engine's: it stopped the run and knows how long that took.
        return Some(Trouble::Hung { limit_ms: 0 });
    }
    let explained = run
        .modules
        .iter()
        .any(|module| !module.ended && !module.tests.is_empty());
    let why = format!("the run never finished, yet {}", ended(output.exit));
    (!explained).then_some(Trouble::Inconsistent { why })
}

fn unstarted(output: &RawOutput) -> Trouble {
    match output.exit {
        Exit::TimedOut => Trouble::Hung { limit_ms: 0 },
        Exit::Code(_) | Exit::Signal(_) => Trouble::CouldNotRun {
            why: format!(
                "{}: {}",
                ended(output.exit),
                crate::words::last_words(output)
            ),
        },
    }
}
