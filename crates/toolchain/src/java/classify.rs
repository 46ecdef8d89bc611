//! Classifies what made a test fail, by its exception and its frames.

use super::layout::{is_own, owned, place};
use super::trace::{Frame, Section, sections};
use crate::Unit;
use crate::formats::junit::{Case, CaseOutcome, Problem};
use crate::language::STUB;
use redgreen_core::outcome::{Failure, FailureKind, Location, Outcome, Stage, Symbol};

/// What a failed case means.
pub(super) fn outcome(unit: &Unit, case: &Case) -> Outcome {
    // A case that passed only on another try failed: retries are switched off.
    let flaky = case.reruns.first();
    match (case.outcome, case.why().or(flaky)) {
        (CaseOutcome::Passed, None) => Outcome::Passed,
        (CaseOutcome::Skipped, why) => Outcome::Skipped(why.map_or_else(String::new, reason)),
        (CaseOutcome::Passed | CaseOutcome::Failed | CaseOutcome::Error, why) => {
            let nothing = Problem::default();
            failed(unit, case, why.unwrap_or(&nothing))
        }
    }
}

fn reason(why: &Problem) -> String {
    let words = if why.message.is_empty() {
        &why.text
    } else {
        &why.message
    };
    let line = words.lines().find(|line| !line.trim().is_empty());
    line.unwrap_or_default().trim().chars().take(200).collect()
}

fn failed(unit: &Unit, case: &Case, why: &Problem) -> Outcome {
    if is_overdue(why) {
        return Outcome::TimedOut;
    }
    let chain = sections(&why.text);
    let at = chain_place(unit, &chain);
    let in_test = at
        .as_ref()
        .is_none_or(|at| super::surface::of(&at.path, None).is_test_surface());
    let (kind, symbol) = kind(unit, case, why, (&chain, in_test));
    let message = if why.message.is_empty() {
        &why.text
    } else {
        &why.message
    };
    let message = if message.trim().is_empty() {
        &why.class
    } else {
        message
    };
    Outcome::Failed(
        Failure::new(stage(&chain), kind, message)
            .at(at)
            .missing(symbol),
    )
}

/// A limit on the test itself: redgreen's, or one that the test sets for itself.
fn is_overdue(why: &Problem) -> bool {
    let class = last(&why.class);
    let timed = class == "TimeoutException" && why.message.contains("timed out after");
    timed || matches!(class, "TestTimedOutException" | "ThreadTimeoutException")
}

fn last(class: &str) -> &str {
    class.rsplit('.').next().unwrap_or(class)
}

fn kind(
    unit: &Unit,
    case: &Case,
    why: &Problem,
    (chain, in_test): (&[Section<'_>], bool),
) -> (FailureKind, Option<Symbol>) {
    if let Some(name) = stub(why) {
        return (FailureKind::Stub(name), None);
    }
    let class = last(&why.class);
    if case.outcome == CaseOutcome::Failed || is_assertion(&why.class) {
        return (FailureKind::Assertion, None);
    }
    let missing = chain
        .iter()
        .find_map(|section| missing(unit, last(section.class), section.message))
        .or_else(|| missing(unit, class, &why.message));
    if let Some(found) = missing {
        return found;
    }
    if in_test && is_environment(class) {
        return (FailureKind::Environment, None);
    }
    (FailureKind::Exception(why.class.clone()), None)
}

/// The function whose stub was hit, wherever in the chain it surfaces.
fn stub(why: &Problem) -> Option<String> {
    let texts = [&why.message, &why.text];
    let rest = texts
        .iter()
        .find_map(|text| Some(text.split_once(STUB)?.1))?;
    let name = rest.split([' ', '\n', '\r', '\t', '"', '\'']).next()?;
    Some(name.to_owned())
}

fn is_assertion(class: &str) -> bool {
    let name = last(class);
    [
        "AssertionError",
        "AssertionFailedError",
        "ComparisonFailure",
        "MultipleFailuresError",
    ]
    .iter()
    .any(|ending| name.ends_with(ending))
        || class.contains(".exceptions.verification.")
}

/// What the world around the test refused.
fn is_environment(class: &str) -> bool {
    matches!(
        class,
        "ConnectException"
            | "UnknownHostException"
            | "NoRouteToHostException"
            | "SocketTimeoutException"
            | "BindException"
            | "NoSuchFileException"
            | "FileNotFoundException"
            | "AccessDeniedException"
    )
}

/// A name that was there when the caller was compiled, or that is looked for by reflection.
fn missing(unit: &Unit, class: &str, message: &str) -> Option<(FailureKind, Option<Symbol>)> {
    let quoted = message.split('\'').nth(1).unwrap_or(message);
    match class {
        "NoSuchMethodError" | "NoSuchMethodException" | "AbstractMethodError" => {
            let callee = quoted.split('(').next()?;
            let callee = callee.rsplit(' ').next()?;
            let (owner, name) = callee.rsplit_once('.').unwrap_or(("", callee));
            let owner = owned(unit, &owner.replace('/', "."));
            Some(named(name, owner))
        }
        "NoSuchFieldError" | "NoSuchFieldException" => {
            let field = quoted.split(' ').next_back()?;
            let (owner, name) = field.rsplit_once('.').unwrap_or(("", field));
            Some(named(name, owned(unit, owner)))
        }
        "ClassNotFoundException" | "NoClassDefFoundError"
            if !message.starts_with("Could not initialize") =>
        {
            let whole = quoted.split_whitespace().next()?.replace('/', ".");
            let (package, name) = whole.rsplit_once('.').unwrap_or(("", &whole));
            let symbol = named(name, owned(unit, package)).1;
            let kind = if package.is_empty() || is_own(unit, package) {
                FailureKind::MissingName
            } else {
                FailureKind::MissingModule
            };
            Some((kind, symbol))
        }
        _ => None,
    }
}

fn named(name: &str, owner: String) -> (FailureKind, Option<Symbol>) {
    let symbol = Symbol {
        name: name.to_owned(),
        owner: (!owner.is_empty()).then_some(owner),
    };
    (FailureKind::MissingName, Some(symbol))
}

/// The innermost frame in a file of the tree: of the outermost exception, unless that only wraps
/// what went wrong; where it has none, of its causes.
fn chain_place(unit: &Unit, chain: &[Section<'_>]) -> Option<Location> {
    let wraps = chain.first().is_some_and(|outer| {
        matches!(
            last(outer.class),
            "ExceptionInInitializerError"
                | "InvocationTargetException"
                | "UndeclaredThrowableException"
        )
    });
    let of = |section: &Section<'_>| section.frames.iter().find_map(|frame| located(unit, frame));
    let found = if wraps {
        chain.iter().rev().find_map(of)
    } else {
        chain.iter().find_map(of)
    };
    found.or_else(|| {
        let frame = chain.first()?.frames.first()?;
        Some(Location::new(frame.file, frame.line))
    })
}

fn located(unit: &Unit, frame: &Frame<'_>) -> Option<Location> {
    let path = place(unit, frame.class, frame.file)?;
    Some(Location::new(path, frame.line))
}

/// Where in the test's life it failed: the innermost frame of the runner that tells a hook from
/// the test itself.
fn stage(chain: &[Section<'_>]) -> Stage {
    let mut frames = chain.iter().flat_map(|section| &section.frames);
    frames.find_map(caller).unwrap_or(Stage::Call)
}

/// What a frame of the runner was calling. JUnit 4 nests its statements: the innermost counts.
fn caller(frame: &Frame<'_>) -> Option<Stage> {
    const BEFORE: [&str; 5] = [
        "invokeBeforeEach",
        "invokeBeforeAll",
        "invokeTestClassConstructor",
        "instantiateTestClass",
        "invokeConfigurationMethod",
    ];
    if let Some(statement) = frame
        .class
        .strip_prefix("org.junit.internal.runners.statements.")
    {
        return Some(match statement {
            "RunBefores" => Stage::Setup,
            "RunAfters" => Stage::Teardown,
            _ => Stage::Call,
        });
    }
    if !frame.class.starts_with("org.junit.") && !frame.class.starts_with("org.testng.") {
        return None;
    }
    if BEFORE.iter().any(|name| frame.method.contains(name)) {
        Some(Stage::Setup)
    } else if frame.method.contains("invokeAfterEach") || frame.method.contains("invokeAfterAll") {
        Some(Stage::Teardown)
    } else if frame.method.contains("invokeTestMethod") {
        Some(Stage::Call)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
