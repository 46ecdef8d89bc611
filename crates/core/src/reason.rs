//! Types why a test is red, and says what such a red is worth.

use crate::change::Change;
use crate::outcome::{Failure, FailureKind, Outcome, Stage};
use crate::surface::Surface;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a test did not pass.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// An assertion of the test did not hold.
    Assertion,
    /// A stub of a changed function was hit.
    Stub,
    /// A name is missing that head brings, or (while head does not exist) that the project owns.
    MissingSymbol,
    /// Production code raised or panicked.
    ExceptionInCode,
    /// The test did not end.
    Hang,
    /// The process died inside the test.
    ProcessDeath,
    /// A module that neither base nor head has.
    MissingDependency,
    /// The test itself is wrong: syntax, fixture, its own code.
    BrokenTest,
    /// Network, permission, disk, missing program.
    Environment,
    /// The test was skipped.
    Skipped,
    /// The test was expected to fail, or passed against that expectation.
    ExpectedFailure,
    /// Samples differ.
    Unstable,
}

/// What a red is worth as a proof that a test notices a missing change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It proves so by itself.
    Right,
    /// It proves so only together with a red in tree S.
    Provisional,
    /// It proves nothing.
    Wrong,
    /// Nothing can be said.
    Unclear,
}

impl Reason {
    /// What a red for this reason is worth.
    pub fn worth(self) -> Worth {
        match self {
            Self::Assertion
            | Self::Stub
            | Self::ExceptionInCode
            | Self::Hang
            | Self::ProcessDeath => Worth::Right,
            Self::MissingSymbol => Worth::Provisional,
            Self::MissingDependency | Self::BrokenTest | Self::Skipped | Self::ExpectedFailure => {
                Worth::Wrong
            }
            Self::Environment | Self::Unstable => Worth::Unclear,
        }
    }

    /// The reason as it is written in reports: `missing symbol`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Assertion => "assertion",
            Self::Stub => "stub hit",
            Self::MissingSymbol => "missing symbol",
            Self::ExceptionInCode => "exception in the code under test",
            Self::Hang => "hang",
            Self::ProcessDeath => "process death",
            Self::MissingDependency => "missing dependency",
            Self::BrokenTest => "broken test",
            Self::Environment => "environment",
            Self::Skipped => "skipped",
            Self::ExpectedFailure => "expected failure",
            Self::Unstable => "unstable",
        }
    }
}

/// Why `outcome` is no pass; nothing for a pass and for a test that was not there or not reached.
pub fn reason_of(outcome: &Outcome, change: &Change) -> Option<Reason> {
    match outcome {
        Outcome::Passed | Outcome::Absent | Outcome::NotCollected | Outcome::NotReached => None,
        Outcome::Skipped(_) => Some(Reason::Skipped),
        Outcome::TimedOut => Some(Reason::Hang),
        Outcome::Failed(failure) => Some(of_failure(failure, change)),
    }
}

/// Stage first, then kind, then the frame to blame, then the owner of the missing name.
fn of_failure(failure: &Failure, change: &Change) -> Reason {
    if failure.stage == Stage::Teardown {
        return Reason::BrokenTest;
    }
    let in_production = failure
        .at
        .as_ref()
        .and_then(|at| at.surface)
        .is_some_and(|surface| !surface.is_test_surface() && surface != Surface::Docs);
    match &failure.kind {
        FailureKind::Stub(_) => Reason::Stub,
        FailureKind::Assertion if in_production => Reason::ExceptionInCode,
        FailureKind::Assertion => Reason::Assertion,
        FailureKind::MissingName | FailureKind::MissingModule => {
            of_missing(failure, change, in_production)
        }
        FailureKind::BadCall if in_production => Reason::ExceptionInCode,
        FailureKind::BadCall => Reason::MissingSymbol,
        FailureKind::Exception(_) if in_production && failure.stage != Stage::Load => {
            Reason::ExceptionInCode
        }
        FailureKind::Exception(_) | FailureKind::Syntax | FailureKind::Fixture => {
            Reason::BrokenTest
        }
        FailureKind::Environment => Reason::Environment,
        FailureKind::UnexpectedPass => Reason::ExpectedFailure,
        FailureKind::Death => Reason::ProcessDeath,
    }
}

/// A missing name is a right red when head's production code introduces it. While head has no
/// production code yet (the RED phase), a name that is looked for in the project's own modules
/// is good enough to go on with.
fn of_missing(failure: &Failure, change: &Change, in_production: bool) -> Reason {
    let introduced = failure.symbol.as_ref().is_some_and(|symbol| {
        symbol
            .name
            .split(['.', ':'])
            .any(|part| change.introduced.contains(part))
    });
    if introduced {
        return Reason::MissingSymbol;
    }
    if in_production && failure.stage == Stage::Call {
        return Reason::ExceptionInCode;
    }
    let awaited = !change.touches(Surface::Production) && is_awaited(failure, change);
    match (awaited, &failure.kind) {
        (true, _) => Reason::MissingSymbol,
        (false, FailureKind::MissingModule) => Reason::MissingDependency,
        (false, _) => Reason::BrokenTest,
    }
}

/// Whether the name can be one that head will bring: it is looked for in the project's own
/// modules, or a compiler looked for it in the test's own scope, which imports the project's
/// names. A misspelled one does not pass GREEN, where the tests are frozen.
fn is_awaited(failure: &Failure, change: &Change) -> bool {
    let Some(symbol) = &failure.symbol else {
        return false;
    };
    let is_name = failure.kind == FailureKind::MissingName;
    if is_name && symbol.owner.is_none() {
        return failure.stage == Stage::Load;
    }
    let owner = symbol.owner.as_deref().unwrap_or(&symbol.name);
    let root = owner.split(['.', ':']).find(|part| !part.is_empty());
    let own = |name: &String| {
        owner
            .strip_prefix(name.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':', '/', '#']))
    };
    root.is_some_and(|root| matches!(root, "crate" | "super" | "self"))
        || root.is_some_and(|root| change.own_names.contains(root))
        || change.own_names.iter().any(own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{ChangedFile, Status};
    use crate::outcome::{Location, Symbol};

    fn change(introduced: &[&str], production: bool) -> Change {
        let side = if production {
            Surface::Production
        } else {
            Surface::Test
        };
        Change {
            introduced: introduced.iter().map(|name| (*name).to_owned()).collect(),
            own_names: ["shop".to_owned()].into(),
            files: vec![ChangedFile {
                path: "x".to_owned(),
                status: Status::Modified,
                surfaces: [side].into(),
                unit: None,
            }],
            ..Change::default()
        }
    }

    fn check(failure: Failure, change: &Change, owed: Reason) {
        assert_eq!(reason_of(&Outcome::Failed(failure), change), Some(owed));
    }

    fn missing(kind: FailureKind, name: &str, owner: Option<&str>) -> Failure {
        let symbol = Symbol {
            name: name.to_owned(),
            owner: owner.map(str::to_owned),
        };
        Failure::new(Stage::Load, kind, "missing").missing(Some(symbol))
    }

    fn at(failure: Failure, surface: Surface) -> Failure {
        let mut place = Location::new("x", 1);
        place.surface = Some(surface);
        failure.at(Some(place))
    }

    #[test]
    fn a_name_that_head_brings_is_a_missing_symbol() {
        let head = change(&["discount"], true);
        check(
            missing(FailureKind::MissingName, "discount", Some("shop")),
            &head,
            Reason::MissingSymbol,
        );
    }

    #[test]
    fn a_misspelled_import_is_a_missing_dependency() {
        let head = change(&["discount"], true);
        check(
            missing(FailureKind::MissingModule, "hypothesiz", None),
            &head,
            Reason::MissingDependency,
        );
    }

    #[test]
    fn before_head_exists_the_projects_own_names_are_awaited() {
        let red = change(&[], false);
        let awaited = missing(FailureKind::MissingName, "discount", Some("shop.prices"));
        check(awaited, &red, Reason::MissingSymbol);
        check(
            missing(FailureKind::MissingModule, "shop.money", None),
            &red,
            Reason::MissingSymbol,
        );
        let mut dotted = change(&[], false);
        dotted.own_names = ["com.ex".to_owned(), "example.org/x".to_owned()].into();
        for owner in ["com.ex.Calc", "example.org/x/calc"] {
            let awaited = missing(FailureKind::MissingName, "discount", Some(owner));
            check(awaited, &dotted, Reason::MissingSymbol);
        }
        let foreign = missing(FailureKind::MissingName, "discount", Some("com.extra"));
        check(foreign, &dotted, Reason::BrokenTest);
        let by_compiler = missing(FailureKind::MissingName, "discount", None);
        check(by_compiler, &red, Reason::MissingSymbol);
        let mut at_run_time = missing(FailureKind::MissingName, "clac", None);
        at_run_time.stage = Stage::Call;
        check(at_run_time, &red, Reason::BrokenTest);
        check(
            missing(FailureKind::MissingModule, "numpyy", None),
            &red,
            Reason::MissingDependency,
        );
    }

    #[test]
    fn the_frame_tells_the_code_from_the_test() {
        let head = change(&[], true);
        let raised = || {
            Failure::new(
                Stage::Call,
                FailureKind::Exception("ValueError".to_owned()),
                "no",
            )
        };
        check(
            at(raised(), Surface::Production),
            &head,
            Reason::ExceptionInCode,
        );
        check(at(raised(), Surface::Test), &head, Reason::BrokenTest);
    }

    #[test]
    fn only_a_right_reason_is_worth_a_proof_alone() {
        assert_eq!(Reason::Assertion.worth(), Worth::Right);
        assert_eq!(Reason::MissingSymbol.worth(), Worth::Provisional);
        assert_eq!(Reason::Skipped.worth(), Worth::Wrong);
        assert_eq!(Reason::Environment.worth(), Worth::Unclear);
    }
}
