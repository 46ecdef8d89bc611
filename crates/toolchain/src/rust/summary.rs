//! Sums a run up: one report from its builds and its binaries.

use super::diagnose::failures;
use super::goal::left_out;
use super::session::Session;
use redgreen_core::evidence::{Diagnostic, Report, TestSeen, Trouble};
use redgreen_core::outcome::{Failure, FailureKind, Outcome, Stage};

/// Errors of other targets that a target is told to be hidden by.
const BLOCKING: usize = 6;

/// The report of a run whose commands all ended.
pub(super) fn report(session: &Session<'_>) -> Report {
    let mut report = Report {
        left_out: left_out(session.ask),
        ..Report::default()
    };
    if session.unlocked {
        let line =
            "Cargo.lock as a promise (it does not fit the manifests; built without --locked)";
        report.left_out.push(line.to_owned());
    }
    for (index, goal) in session.goals.iter().enumerate() {
        let progress = &session.progress[index];
        if session.artifact(index).is_none() {
            report.diagnostics.extend(hidden(session, index));
            continue;
        }
        if progress.listed.is_none() && progress.trouble.is_none() {
            report
                .left_out
                .push(format!("{} (a harness of its own)", goal.id));
        }
        for name in &progress.asked {
            let outcome = progress.outcomes.get(name).cloned();
            let outcome = outcome.unwrap_or(Outcome::NotReached);
            let seen = TestSeen { outcome, ms: None };
            report.tests.insert(format!("{}${name}", goal.id), seen);
        }
    }
    report.trouble = build_trouble(session).or_else(|| {
        let mut troubles = session
            .progress
            .iter()
            .map(super::progress::Progress::trouble);
        troubles.find_map(|trouble| trouble)
    });
    report
}

/// What hid the tests of a binary that was not built: its own errors, else those of its
/// package's library and programs, else any, else cargo's own words.
fn hidden(session: &Session<'_>, index: usize) -> Vec<Diagnostic> {
    let goal = &session.goals[index];
    let complaints = &session.built.complaints;
    let hides = format!("{}$", goal.id);
    let lib = goal.target.kind == "lib";
    let failures_of = |wanted: &dyn Fn(&super::build::Made) -> bool| -> Vec<Failure> {
        let mut found: Vec<Failure> = Vec::new();
        for complaint in complaints.iter().filter(|complaint| wanted(&complaint.of)) {
            for failure in failures(session.ask, &complaint.message) {
                if !found.contains(&failure) {
                    found.push(failure);
                }
            }
        }
        found
    };
    let same = |of: &super::build::Made| of.package == goal.package.name;
    let mut found = failures_of(&|of| {
        same(of) && of.kind == goal.target.kind && (lib || of.name == goal.target.name)
    });
    if found.is_empty() {
        found = failures_of(&|of| {
            same(of) && matches!(of.kind.as_str(), "lib" | "bin" | "custom-build")
        });
        if found.is_empty() {
            found =
                failures_of(&|of| !same(of) && matches!(of.kind.as_str(), "lib" | "custom-build"));
        }
        found.sort_by_key(is_excusable);
        found.truncate(BLOCKING);
    }
    drop_consequences(&mut found);
    if found.is_empty() && session.built.failed.is_some() {
        let why = session.built.why();
        found.push(Failure::new(Stage::Load, FailureKind::Environment, &why));
    }
    let hide = |failure| Diagnostic {
        failure,
        hides: hides.clone(),
    };
    found.into_iter().map(hide).collect()
}

/// Takes out the errors about types that could not be inferred where a name is missing: the
/// missing name is why.
fn drop_consequences(found: &mut Vec<Failure>) {
    if !found.iter().any(is_excusable) {
        return;
    }
    found.retain(|failure| match &failure.kind {
        FailureKind::Exception(code) => !matches!(code.as_str(), "E0282" | "E0283" | "E0689"),
        FailureKind::Assertion
        | FailureKind::Stub(_)
        | FailureKind::MissingName
        | FailureKind::MissingModule
        | FailureKind::BadCall
        | FailureKind::Syntax
        | FailureKind::Fixture
        | FailureKind::Environment
        | FailureKind::UnexpectedPass
        | FailureKind::Death => true,
    });
}

/// Whether a missing piece of the change may be the reason.
fn is_excusable(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::MissingName | FailureKind::MissingModule | FailureKind::BadCall
    )
}

/// Why nothing could be built, where no error of the compiler tells it.
fn build_trouble(session: &Session<'_>) -> Option<Trouble> {
    let built = &session.built;
    let none = (0..session.goals.len()).all(|goal| session.artifact(goal).is_none());
    if session.goals.is_empty() {
        return None;
    }
    if built.failed.is_none() {
        let lost = session
            .goals
            .iter()
            .enumerate()
            .find(|(goal, _)| session.artifact(*goal).is_none());
        return lost.map(|(_, goal)| Trouble::Inconsistent {
            why: format!(
                "cargo built without an error and named no test binary for {}",
                goal.id
            ),
        });
    }
    let why = built.why();
    if let Some(tool) = missing_tool(&why) {
        return Some(tool);
    }
    let told = !built.complaints.is_empty();
    (none && !told).then_some(Trouble::CouldNotRun { why })
}

fn missing_tool(why: &str) -> Option<Trouble> {
    let missing = |tool: &str, remedy: &str| Trouble::MissingTool {
        tool: tool.to_owned(),
        remedy: remedy.to_owned(),
    };
    let toolchain = why.contains("toolchain") && why.contains("is not installed");
    if toolchain || why.contains("rustup could not choose a version of cargo") {
        return Some(missing("the Rust toolchain", "rustup toolchain install"));
    }
    let linker = why.contains("linker `cc` not found");
    linker.then(|| {
        missing(
            "cc",
            "install a C compiler: apt-get install build-essential",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(kinds: &[FailureKind]) -> Vec<FailureKind> {
        let failure = |kind: &FailureKind| Failure::new(Stage::Load, kind.clone(), "");
        let mut found: Vec<Failure> = kinds.iter().map(failure).collect();
        drop_consequences(&mut found);
        found.into_iter().map(|failure| failure.kind).collect()
    }

    #[test]
    fn what_follows_from_a_missing_name_is_no_error_of_its_own() {
        let code = |code: &str| FailureKind::Exception(code.to_owned());
        let missing = FailureKind::MissingName;
        assert_eq!(
            left(&[code("E0689"), missing.clone()]),
            std::slice::from_ref(&missing)
        );
        assert_eq!(left(&[code("E0689")]), [code("E0689")]);
        let both = [code("E0382"), missing];
        assert_eq!(left(&both), both);
    }
}
