//! Maps an exception of Ruby to the kinds of failure that every runner shares.

use super::surface;
use crate::language::STUB;
use crate::scripted::MACHINE;
use crate::scripted::lines::{Exc, Frame};
use redgreen_core::outcome::{Failure, FailureKind, Location, Stage, Symbol};
use redgreen_core::surface::Surface;

/// Classes whose instances say that an expectation did not hold.
const ASSERTIONS: [&str; 5] = [
    "RSpec::Expectations::ExpectationNotMetError",
    "RSpec::Mocks::MockExpectationError",
    "Minitest::Assertion",
    "Test::Unit::AssertionFailedError",
    "Capybara::ExpectationNotMet",
];

/// The failure that an exception is. `place` is where the test stands, `own` are the names that
/// the project's files can be required by.
pub(super) fn failure(exc: &Exc, place: Option<&Location>, own: &[String]) -> Failure {
    let (kind, symbol) = kind(exc, own);
    let is_expectation = exc.is("RSpec::Mocks::MockExpectationError");
    let stage = match exc.stage.as_str() {
        "load" => Stage::Load,
        "setup" => Stage::Setup,
        // What a double was told to expect is held against what happened behind the last hook.
        "teardown" if is_expectation => Stage::Call,
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
    Failure::new(stage, kind, &one_line(message))
        .at(at)
        .missing(symbol)
}

/// RSpec spreads what it expected and what it got over lines.
fn one_line(message: &str) -> String {
    let lines: Vec<&str> = message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines[..lines.len().min(3)].join(", ")
}

fn in_production(at: Option<&Location>) -> bool {
    at.is_some_and(|at| {
        !at.path.starts_with(['/', '<']) && surface::of(&at.path) == Surface::Production
    })
}

/// The innermost frame inside the tree: of a call with wrong arguments the caller's.
fn blame(exc: &Exc, kind: &FailureKind) -> Option<Location> {
    let place = |frame: &Frame| Location::new(frame.0.clone(), frame.1);
    if *kind == FailureKind::Syntax
        && let Some(found) = syntax_place(exc)
    {
        return Some(found);
    }
    let mut own = exc.frames.iter().filter(|frame| frame.3);
    let first = own.next();
    if *kind == FailureKind::BadCall && is_callee(exc) {
        return own.next().or(first).map(place);
    }
    first.or_else(|| exc.frames.first()).map(place)
}

/// Whether the innermost frame is the definition that was called with the wrong arguments.
fn is_callee(exc: &Exc) -> bool {
    exc.frames.first().is_some_and(|frame| frame.3) && !in_builtin(exc)
}

/// A method that is not written in Ruby has the place of its caller.
fn in_builtin(exc: &Exc) -> bool {
    match (exc.frames.first(), exc.frames.get(1)) {
        (Some(inner), Some(outer)) => (&inner.0, inner.1) == (&outer.0, outer.1),
        (Some(_), None) | (None, _) => false,
    }
}

/// The place that the message of a syntax error starts with, as a path of the tree.
fn syntax_place(exc: &Exc) -> Option<Location> {
    let mut parts = exc.msg.lines().next()?.splitn(3, ':');
    let (path, line) = (parts.next()?, parts.next()?.parse().ok()?);
    Some(Location::new(path, line))
}

/// The function whose stub was hit, wherever that surfaces.
fn stub(exc: &Exc) -> Option<String> {
    let mut next = Some(exc);
    while let Some(each) = next {
        if let Some((_, rest)) = each.msg.split_once(STUB) {
            let whole = each.msg.starts_with(STUB);
            return Some(stub_name(rest, whole));
        }
        next = each.behind.as_deref();
    }
    None
}

/// The name behind the mark. Inside another message it ends where a name of Ruby does.
fn stub_name(rest: &str, whole: bool) -> String {
    let word = rest
        .split([' ', '\n', '"', '\'', '`'])
        .next()
        .unwrap_or_default();
    if whole {
        return word.to_owned();
    }
    // `#<RuntimeError: redgreen stub: Calc#add>`: the bracket closes, unless it is the name.
    let closed = word.trim_end_matches([',', '.', ')']);
    let cut = closed.strip_suffix('>').unwrap_or(closed);
    let is_operator = cut.ends_with('#') || cut.ends_with('.') || cut.ends_with("<=");
    if is_operator { closed } else { cut }.to_owned()
}

fn kind(exc: &Exc, own: &[String]) -> (FailureKind, Option<Symbol>) {
    if let Some(name) = stub(exc) {
        return (FailureKind::Stub(name), None);
    }
    if exc.class.ends_with("PendingExampleFixedError") {
        return (FailureKind::UnexpectedPass, None);
    }
    if let Some(symbol) = unimplemented(exc) {
        return (FailureKind::MissingName, Some(symbol));
    }
    if ASSERTIONS.iter().any(|class| exc.is(class)) {
        return (FailureKind::Assertion, None);
    }
    if exc.is("SystemExit") || exc.is("Interrupt") {
        return (FailureKind::Death, None);
    }
    if exc.is("SyntaxError") {
        return (FailureKind::Syntax, None);
    }
    if exc.is("LoadError") {
        return (FailureKind::MissingModule, module(exc, own));
    }
    if exc.is("NameError") && exc.name.is_some() && exc.class != "FrozenError" {
        return (FailureKind::MissingName, name(exc));
    }
    if exc.class == "ArgumentError" && is_bad_call(exc) {
        return (FailureKind::BadCall, keyword(&exc.msg));
    }
    if exc.errno.is_some_and(|number| MACHINE.contains(&number)) || exc.class == "SocketError" {
        return (FailureKind::Environment, None);
    }
    (FailureKind::Exception(exc.class.clone()), None)
}

/// A double that was told to stand in for a method that the real object does not have.
fn unimplemented(exc: &Exc) -> Option<Symbol> {
    if !exc.is("RSpec::Mocks::MockExpectationError") {
        return None;
    }
    let line = exc.msg.lines().find(|line| !line.trim().is_empty())?;
    let words = [
        " does not implement: ",
        " class does not implement the instance method: ",
        " class does not implement the class method: ",
        " does not implement ",
    ];
    let (owner, name) = words.iter().find_map(|words| line.split_once(words))?;
    let owner = owner.trim_start_matches(['#', '<', ' ', '"']);
    let owner = owner
        .trim_start_matches("InstanceDouble(")
        .trim_start_matches("the ");
    let owner = owner.split(":0x").next().unwrap_or_default();
    let end = |c: char| !c.is_alphanumeric() && c != ':' && c != '_';
    let owner = owner.split(end).next().unwrap_or_default();
    let name = name
        .trim_start_matches(['#', '.', ':'])
        .split([' ', '.', '\n'])
        .next()?;
    Some(Symbol {
        name: name.to_owned(),
        owner: (!owner.is_empty()).then(|| owner.to_owned()),
    })
}

/// A file that is not there. The owner of one that was named by its path is the project itself;
/// of another it is the first part of its name, where the project has such a file.
fn module(exc: &Exc, own: &[String]) -> Option<Symbol> {
    let path = exc.name.as_deref()?;
    let inside = path
        .strip_prefix("lib/")
        .filter(|_| exc.relative)
        .unwrap_or(path);
    let root = inside.split('/').next().unwrap_or_default();
    let owner = match exc.relative {
        true => Some("self".to_owned()),
        false => own.iter().find(|name| *name == root).cloned(),
    };
    Some(Symbol {
        name: inside.to_owned(),
        owner,
    })
}

fn name(exc: &Exc) -> Option<Symbol> {
    // A setter is the field's name to those who define it.
    let name = exc.name.as_deref()?;
    Some(Symbol {
        name: name.strip_suffix('=').unwrap_or(name).to_owned(),
        owner: exc.owner.clone(),
    })
}

/// Whether the arguments did not fit a method of the project, or the constructor of a class that
/// has none of its own.
fn is_bad_call(exc: &Exc) -> bool {
    const WORDS: [&str; 5] = [
        "wrong number of arguments",
        "unknown keyword",
        "missing keyword",
        "no keywords accepted",
        "missing required keyword",
    ];
    let fits = WORDS.iter().any(|words| exc.msg.starts_with(words));
    let first = exc.frames.first();
    let is_constructor = first.is_some_and(|frame| {
        matches!(
            frame.2.rsplit(['#', '.']).next(),
            Some("initialize" | "new")
        )
    });
    fits && first.is_some_and(|frame| frame.3) && (!in_builtin(exc) || is_constructor)
}

/// The keyword that nobody takes.
fn keyword(message: &str) -> Option<Symbol> {
    let (_, rest) = message.split_once("unknown keyword")?;
    let name = rest.trim_start_matches('s').trim_start_matches([':', ' ']);
    let name = name.split([',', ' ']).next()?.trim_matches([':', '"']);
    (!name.is_empty()).then(|| Symbol {
        name: name.to_owned(),
        owner: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_stub_is_read_wherever_it_surfaces() {
        let check = |msg: &str, owed: &str| {
            let exc = Exc {
                msg: msg.to_owned(),
                ..Exc::default()
            };
            assert_eq!(stub(&exc).as_deref(), Some(owed), "{msg}");
        };
        check("redgreen stub: Shop::Calc.add", "Shop::Calc.add");
        check("redgreen stub: Calc#<=>", "Calc#<=>");
        check(
            "expected E, got #<RuntimeError: redgreen stub: Calc#add?> with backtrace:",
            "Calc#add?",
        );
        check("wrapped (redgreen stub: Calc#add), sorry", "Calc#add");
        check("#<RuntimeError: redgreen stub: Calc#<=>>", "Calc#<=>");
        check("#<RuntimeError: redgreen stub: Calc#>>", "Calc#>");
    }

    #[test]
    fn a_double_of_a_method_that_is_not_there_is_a_missing_name() {
        let check = |msg: &str| {
            let exc = Exc {
                kinds: vec!["RSpec::Mocks::MockExpectationError".to_owned()],
                msg: msg.to_owned(),
                ..Exc::default()
            };
            let symbol = unimplemented(&exc).expect("a missing name");
            assert_eq!(
                (symbol.name.as_str(), symbol.owner.as_deref()),
                ("clamp", Some("Calc")),
                "{msg}"
            );
        };
        check("Calc does not implement: clamp");
        check("#<Calc:0x0001 @a=1> does not implement: clamp");
        check("the Calc class does not implement the instance method: clamp. Perhaps you meant");
        check("the Calc class does not implement the class method: clamp");
    }
}
