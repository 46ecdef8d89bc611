//! Maps an exception object of Python to the kinds of failure that every runner shares.

use super::lines::{Exc, Text};
use super::surface;
use crate::language::STUB;
use redgreen_core::outcome::{Failure, FailureKind, Location, Stage, Symbol};
use redgreen_core::surface::Surface;

/// Numbers of system errors that speak of the machine: network, permission, disk, descriptors.
/// Linux first, the numbers of macOS behind.
const MACHINE: &[i64] = &[
    1, 13, 23, 24, 28, 30, 98, 99, 100, 101, 103, 104, 110, 111, 112, 113, 122, 48, 49, 50, 51, 53,
    54, 60, 61, 64, 65, 69,
];

/// Whether the exception says that a test ran past its limit.
pub(super) fn timed_out(exc: &Exc) -> bool {
    exc.timeout || exc.class == "Failed" && is_timeout(&exc.msg)
}

/// Whether the words are those of pytest-timeout.
pub(super) fn is_timeout(text: &str) -> bool {
    text.starts_with("Timeout (>") || text.starts_with("Timeout >")
}

/// The failure that an exception in `stage` is. `place` is where the test itself stands.
pub(super) fn failure(stage: Stage, exc: &Exc, place: Option<&Location>) -> Failure {
    let stage = true_stage(stage, exc);
    if let Some((name, hit)) = stub(exc) {
        let found = Failure::new(stage, FailureKind::Stub(name), &hit.msg);
        return found.at(blame(hit, place));
    }
    let at = blame(exc, place);
    let (kind, symbol) = kind(stage, exc);
    let raised = matches!(kind, FailureKind::Exception(_) | FailureKind::Assertion);
    let kind = if raised && stage == Stage::Setup && !in_production(at.as_ref()) {
        FailureKind::Fixture
    } else {
        kind
    };
    let message = if exc.msg.trim().is_empty() {
        &exc.class
    } else {
        &exc.msg
    };
    Failure::new(stage, kind, message).at(at).missing(symbol)
}

/// The failure of a report that came without an exception object.
pub(super) fn reported(stage: Stage, text: &Text, place: Option<&Location>) -> Failure {
    if text.text.trim_start().starts_with("[XPASS(strict)]") {
        let found = Failure::new(stage, FailureKind::UnexpectedPass, &text.text);
        return found.at(place.cloned());
    }
    let message = match text.text.split_once(": ") {
        Some((class, rest)) if class.ends_with(text.class.as_str()) => rest,
        Some(_) | None => text.text.as_str(),
    };
    let exc = Exc {
        class: text.class.clone(),
        mro: vec![text.class.clone()],
        msg: message.to_owned(),
        ..Exc::default()
    };
    failure(stage, &exc, place)
}

/// unittest runs set-up, test and clean-up in one phase: its own functions tell them apart.
fn true_stage(stage: Stage, exc: &Exc) -> Stage {
    let through = |name: &str| exc.funcs.iter().any(|function| function == name);
    match stage {
        Stage::Call if through("_callSetUp") => Stage::Setup,
        Stage::Call if through("_callTearDown") || through("_callCleanup") => Stage::Teardown,
        Stage::Load | Stage::Setup | Stage::Call | Stage::Teardown | Stage::Process => stage,
    }
}

fn in_production(at: Option<&Location>) -> bool {
    at.is_some_and(|at| {
        !at.path.starts_with(['/', '<']) && surface::of(&at.path, None) == Surface::Production
    })
}

/// The stub that was hit: raised itself, or behind what was raised instead.
fn stub(exc: &Exc) -> Option<(String, &Exc)> {
    let all = std::iter::once(exc).chain(&exc.behind);
    all.into_iter().find_map(|each| {
        let named = matches!(each.class.as_str(), "SystemError" | "NotImplementedError");
        let name = each.msg.strip_prefix(STUB).filter(|_| named)?;
        Some((name.trim().to_owned(), each))
    })
}

/// The innermost frame inside the tree; else the test's own place; else the innermost frame.
fn blame(exc: &Exc, place: Option<&Location>) -> Option<Location> {
    if exc.is("SyntaxError")
        && let Some(path) = &exc.inside
    {
        return Some(Location::new(path.clone(), exc.lineno.unwrap_or(0)));
    }
    let inner = exc.frames.last().map(super::lines::Frame::location);
    inner
        .or_else(|| place.cloned())
        .or_else(|| exc.last.as_ref().map(super::lines::Frame::location))
}

fn kind(stage: Stage, exc: &Exc) -> (FailureKind, Option<Symbol>) {
    if exc.class == "FixtureLookupError" || exc.class == "FixtureLookupErrorRepr" {
        return (FailureKind::Fixture, None);
    }
    if exc.is("AssertionError") {
        return (FailureKind::Assertion, None);
    }
    if exc.class == "Failed" {
        return (outcome_kind(stage, &exc.msg), None);
    }
    if ["SystemExit", "KeyboardInterrupt", "Exit"].contains(&exc.class.as_str()) {
        return (FailureKind::Death, None);
    }
    if exc.is("SyntaxError") && (stage == Stage::Load || exc.inside.is_some()) {
        return (FailureKind::Syntax, None);
    }
    if let Some((kind, symbol)) = missing(exc) {
        return (kind, Some(symbol));
    }
    if exc.is("TypeError") && is_bad_call(&exc.msg) {
        return (FailureKind::BadCall, unexpected_argument(&exc.msg));
    }
    if is_environment(exc) {
        return (FailureKind::Environment, None);
    }
    (FailureKind::Exception(exc.class.clone()), None)
}

/// What `pytest.fail` was called for.
fn outcome_kind(stage: Stage, message: &str) -> FailureKind {
    if message.starts_with("Unexpected success") {
        FailureKind::UnexpectedPass
    } else if stage == Stage::Load
        || message.starts_with("async def functions are not natively supported")
        || message.starts_with("Fixture ")
    {
        FailureKind::Fixture
    } else {
        FailureKind::Assertion
    }
}

/// What is missing, where something is.
fn missing(exc: &Exc) -> Option<(FailureKind, Symbol)> {
    if exc.msg.contains("circular import") {
        return None;
    }
    if exc.is("ModuleNotFoundError") {
        let name = exc.name.clone().or_else(|| quoted(&exc.msg, 0))?;
        return Some((FailureKind::MissingModule, Symbol { name, owner: None }));
    }
    let symbol = if exc.is("ImportError") {
        missing_export(exc)
    } else if exc.is("NameError") && exc.class != "UnboundLocalError" {
        let name = exc.name.clone().or_else(|| quoted(&exc.msg, 0));
        name.map(|name| Symbol { name, owner: None })
    } else if exc.is("AttributeError") {
        missing_attribute(exc)
    } else {
        None
    };
    symbol.map(|symbol| (FailureKind::MissingName, symbol))
}

fn missing_export(exc: &Exc) -> Option<Symbol> {
    let rest = exc.msg.strip_prefix("cannot import name ")?;
    Some(Symbol {
        name: quoted(rest, 0)?,
        owner: exc.name.clone().or_else(|| quoted(rest, 1)),
    })
}

/// An attribute that is not there, as Python, mock and monkeypatch say it.
fn missing_attribute(exc: &Exc) -> Option<Symbol> {
    let (before, after) = exc.msg.split_once("attribute ").unwrap_or(("", ""));
    let absent = before.ends_with("has no ") || before.ends_with("does not have the ");
    if !absent {
        return None;
    }
    let name = exc.name.clone().or_else(|| quoted(after, 0))?;
    let owner = exc.owner.clone().or_else(|| quoted(before, 0));
    Some(Symbol { name, owner })
}

/// The `nth` text between quotes.
fn quoted(text: &str, nth: usize) -> Option<String> {
    let mut parts = text.split('\'').skip(1).step_by(2);
    let found = parts.nth(nth)?;
    (!found.is_empty()).then(|| found.to_owned())
}

fn is_bad_call(message: &str) -> bool {
    let has = |words: &str| message.contains(words);
    has("unexpected keyword argument")
        || has("got multiple values for")
        || has("missing ") && has(" required ") && has("argument")
        || has("() takes ")
        || has("takes no arguments")
        || has("takes no keyword arguments")
        || has("takes at most ") && has("argument")
        || has("takes exactly ") && has("argument")
        || has("expected at most ") && has("argument")
        || has("expected at least ") && has("argument")
        || has("is an invalid keyword argument")
        || has("positional-only arguments passed as keyword")
}

fn unexpected_argument(message: &str) -> Option<Symbol> {
    let (callee, rest) = message.split_once(" got an unexpected keyword argument ")?;
    Some(Symbol {
        name: quoted(rest, 0)?,
        owner: Some(callee.trim_end_matches("()").to_owned()),
    })
}

/// Whether the operating system, not the program, refused: its error carries a number. An error
/// that a test made by hand carries none.
fn is_environment(exc: &Exc) -> bool {
    let refused = |each: &Exc| {
        let number = each.errno.filter(|_| each.is("OSError"));
        number.is_some_and(|number| MACHINE.contains(&number))
            || each.is("gaierror")
            || each.is("FileNotFoundError") && each.funcs.iter().any(|f| f == "_execute_child")
            || each.class == "ImportError" && each.msg.contains("cannot open shared object file")
    };
    let network = [
        "ConnectionError",
        "ConnectError",
        "URLError",
        "HTTPError",
        "Timeout",
    ];
    let wrapped = || exc.behind.iter().any(refused) && network.iter().any(|name| exc.is(name));
    refused(exc) || wrapped()
}
