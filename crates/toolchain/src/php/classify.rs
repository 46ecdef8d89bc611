//! Maps an exception of PHP to the kinds of failure that every runner shares. PHP has no facts
//! beside its messages, so the messages are read.

use super::surface;
use crate::language::STUB;
use crate::scripted::lines::{Exc, Frame};
use redgreen_core::outcome::{Failure, FailureKind, Location, Stage, Symbol};
use redgreen_core::surface::Surface;

/// Words of the system about the machine.
const MACHINE: [&str; 9] = [
    "Permission denied",
    "Connection refused",
    "getaddrinfo",
    "Network is unreachable",
    "No space left on device",
    "Too many open files",
    "Read-only file system",
    "Connection timed out",
    "Operation not permitted",
];

/// The failure that an exception is. `place` is where the test stands.
pub(super) fn failure(exc: &Exc, place: Option<&Location>) -> Failure {
    let (kind, symbol) = kind(exc);
    let stage = match exc.stage.as_str() {
        "load" => Stage::Load,
        "setup" => Stage::Setup,
        // What a mock was told to expect is held against what happened behind the test.
        "teardown" if kind == FailureKind::Assertion => Stage::Call,
        "teardown" => Stage::Teardown,
        _ => Stage::Call,
    };
    let at = blame(exc, &kind).or_else(|| place.cloned());
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

fn in_production(at: Option<&Location>) -> bool {
    at.is_some_and(|at| {
        !at.path.starts_with('/') && surface::of(&at.path, None) == Surface::Production
    })
}

/// The innermost frame inside the tree: of a call with wrong arguments the caller's.
fn blame(exc: &Exc, kind: &FailureKind) -> Option<Location> {
    let place = |frame: &Frame| Location::new(frame.0.clone(), frame.1);
    let skip = usize::from(*kind == FailureKind::BadCall && !exc.msg.starts_with("Unknown named"));
    let own = |frame: &&Frame| frame.3 && frame.1 > 0;
    let found = exc.frames.iter().skip(skip).find(own);
    found.or_else(|| exc.frames.iter().find(own)).map(place)
}

/// The function whose stub was hit, wherever that surfaces.
fn stub(exc: &Exc) -> Option<String> {
    let mut next = Some(exc);
    while let Some(each) = next {
        if let Some((_, rest)) = each.msg.split_once(STUB) {
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\\' | ':');
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            return Some(rest[..end].trim_end_matches(':').to_owned());
        }
        next = each.behind.as_deref();
    }
    None
}

fn kind(exc: &Exc) -> (FailureKind, Option<Symbol>) {
    if let Some(name) = stub(exc) {
        return (FailureKind::Stub(name), None);
    }
    if let Some((kind, symbol)) = missing(&exc.msg) {
        return (kind, Some(symbol));
    }
    if exc.is("PHPUnit\\Framework\\AssertionFailedError") {
        return (FailureKind::Assertion, None);
    }
    if exc.is("ParseError") {
        return (FailureKind::Syntax, None);
    }
    if let Some(symbol) = bad_call(exc) {
        return (FailureKind::BadCall, symbol);
    }
    if exc.is("PHPUnit\\Framework\\Warning") || exc.is("PHPUnit\\Framework\\CodeCoverageException")
    {
        return (FailureKind::Fixture, None);
    }
    let by_machine = MACHINE.iter().any(|words| exc.msg.contains(words));
    let by_system = exc.class.ends_with("Warning") || exc.class.ends_with("PDOException");
    if by_machine && by_system {
        return (FailureKind::Environment, None);
    }
    (FailureKind::Exception(exc.class.clone()), None)
}

/// What is missing, where something is: by the words of PHP 7.3 to 8.4 and of PHPUnit's mocks.
fn missing(message: &str) -> Option<(FailureKind, Symbol)> {
    let name = |symbol| Some((FailureKind::MissingName, symbol));
    let line = message
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())?;
    // A data provider that failed carries its exception on the second line.
    if line.starts_with("The data provider specified for ") {
        let rest = message.lines().nth(1)?;
        let (_, rest) = rest.split_once(": ")?;
        return missing(rest);
    }
    for start in ["Call to undefined method ", "Call to undefined function "] {
        if let Some(rest) = line.strip_prefix(start) {
            return name(member(rest.split('(').next()?));
        }
    }
    for start in [
        "Undefined property: ",
        "Access to undeclared static property ",
        "Undefined constant ",
        "Undefined class constant ",
    ] {
        if let Some((_, rest)) = line.split_once(start) {
            return name(member(rest.trim_matches(['"', '\''])));
        }
    }
    if let Some(rest) = line.strip_prefix("Call to a member function ") {
        let (method, owner) = rest.split_once("() on ")?;
        return name(symbol(method, Some(owner)));
    }
    if let Some(rest) = line.strip_prefix("Trying to configure method \"") {
        return name(symbol(rest.split('"').next()?, Some("self")));
    }
    for start in [
        "Class ",
        "Interface ",
        "Trait ",
        "Enum ",
        "Class or interface ",
    ] {
        let rest = line
            .strip_prefix(start)
            .and_then(|rest| rest.strip_prefix(['"', '\'']));
        let Some((class, end)) = rest.and_then(|rest| rest.split_once(['"', '\''])) else {
            continue;
        };
        if end.starts_with(" not found") || end.starts_with(" does not exist") {
            return name(class_name(class));
        }
    }
    module(line)
}

/// A file that `require` or `include` did not find.
fn module(line: &str) -> Option<(FailureKind, Symbol)> {
    let rest = ["require(", "require_once(", "include(", "include_once("]
        .iter()
        .find_map(|start| line.strip_prefix(start))?;
    let (path, rest) = rest.split_once(')')?;
    let opened = rest.contains("ailed to open stream: No such file");
    let name = path
        .rsplit('/')
        .next()
        .unwrap_or(path)
        .trim_end_matches(".php");
    opened.then(|| (FailureKind::MissingModule, symbol(name, Some("self"))))
}

/// `App\Calc::clamp`, `App\Calc::$total`, `App\helper`, `helper`.
fn member(path: &str) -> Symbol {
    match path.split_once("::") {
        Some((owner, name)) => symbol(name.trim_start_matches('$'), Some(owner)),
        None => class_name(path),
    }
}

/// A class or function: its namespace owns it. One without a namespace can be the project's.
fn class_name(path: &str) -> Symbol {
    match path.trim_start_matches('\\').rsplit_once('\\') {
        Some((owner, name)) => symbol(name, Some(owner)),
        None => symbol(path, Some("self")),
    }
}

fn symbol(name: &str, owner: Option<&str>) -> Symbol {
    Symbol {
        name: name.to_owned(),
        owner: owner.map(|owner| owner.trim_start_matches('\\').replace('\\', "::")),
    }
}

/// A call of a function that PHP code defines with arguments that it does not take.
fn bad_call(exc: &Exc) -> Option<Option<Symbol>> {
    if let Some(rest) = exc.msg.strip_prefix("Unknown named parameter $") {
        return Some(Some(symbol(rest, None)));
    }
    let few = exc.is("ArgumentCountError") && exc.msg.starts_with("Too few arguments to function");
    let typed =
        exc.is("TypeError") && exc.msg.contains("Argument ") && exc.msg.contains(", called in ");
    (few || typed).then_some(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_what_is_missing_and_its_owner() {
        let check = |msg: &str, owed: (&str, &str)| {
            let (_, symbol) = missing(msg).unwrap_or_else(|| panic!("{msg}"));
            assert_eq!(
                (symbol.name.as_str(), symbol.owner.as_deref()),
                (owed.0, Some(owed.1)),
                "{msg}"
            );
        };
        check(
            "Call to undefined method App\\Calc::clamp()",
            ("clamp", "App::Calc"),
        );
        check("Call to undefined function App\\total()", ("total", "App"));
        check("Call to undefined function total()", ("total", "self"));
        check("Class \"App\\Money\" not found", ("Money", "App"));
        check("Class 'Money' not found", ("Money", "self"));
        check("Interface \"App\\Priced\" not found", ("Priced", "App"));
        check(
            "Undefined property: App\\Calc::$total",
            ("total", "App::Calc"),
        );
        check(
            "Undefined constant App\\Calc::LIMIT",
            ("LIMIT", "App::Calc"),
        );
        check("Undefined constant \"LIMIT\"", ("LIMIT", "self"));
        check("Call to a member function sum() on null", ("sum", "null"));
        check(
            "Trying to configure method \"clamp\" which cannot be configured because it does not exist",
            ("clamp", "self"),
        );
        check(
            "Class or interface \"App\\Money\" does not exist",
            ("Money", "App"),
        );
        check(
            "require_once(/t/src/money.php): Failed to open stream: No such file or directory",
            ("money", "self"),
        );
        check(
            "The data provider specified for T::testX is invalid.\nError: Call to undefined method App\\Calc::rows()",
            ("rows", "App::Calc"),
        );
        assert!(missing("file_get_contents(/none): Failed to open stream: No such file").is_none());
        assert!(missing("Failed asserting that 1 is 2.").is_none());
    }

    #[test]
    fn the_name_of_a_stub_is_read_wherever_it_surfaces() {
        let exc = |msg: &str| Exc {
            msg: msg.to_owned(),
            ..Exc::default()
        };
        let name = |msg: &str| stub(&exc(msg));
        assert_eq!(
            name("redgreen stub: Calc::add").as_deref(),
            Some("Calc::add")
        );
        let inside = "Failed asserting that exception of type \"RuntimeException\" matches. Message was: \"redgreen stub: Calc::add\" at";
        assert_eq!(name(inside).as_deref(), Some("Calc::add"));
        let mut outer = exc("could not add");
        outer.behind = Some(Box::new(exc("redgreen stub: add")));
        assert_eq!(stub(&outer).as_deref(), Some("add"));
    }
}
