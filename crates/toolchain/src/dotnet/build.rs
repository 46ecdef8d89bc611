//! Reads compile errors out of what `dotnet` prints.

use crate::Ask;
use redgreen_core::evidence::Diagnostic;
use redgreen_core::outcome::{Failure, FailureKind, Location, Stage, Symbol};

/// The errors of the compiler, each once: a build prints them again in its summary.
pub(super) fn errors(ask: &Ask<'_>, printed: &str) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for line in printed.lines() {
        if let Some(diagnostic) = error(ask, line.trim())
            && !found.contains(&diagnostic)
        {
            found.push(diagnostic);
        }
    }
    found
}

/// `/t/a/B.cs(3,14): error CS0103: The name 'x' does not exist … [/t/a/a.csproj]`.
fn error(ask: &Ask<'_>, line: &str) -> Option<Diagnostic> {
    let (place, rest) = line.split_once(": error ")?;
    let (code, rest) = rest.split_once(": ")?;
    let message = rest.rsplit_once(" [").map_or(rest, |(message, _)| message);
    let at = place.rsplit_once('(').and_then(|(path, numbers)| {
        let line = numbers
            .split(',')
            .next()?
            .trim_end_matches(')')
            .parse()
            .ok()?;
        Some(Location::new(inside(ask, path), line))
    });
    let (kind, symbol) = kind(code, message);
    let failure = Failure::new(Stage::Load, kind, &format!("{code}: {message}"));
    Some(Diagnostic {
        failure: failure.at(at).missing(symbol),
        hides: String::new(),
    })
}

/// The path from the root of the tree.
pub(super) fn inside(ask: &Ask<'_>, path: &str) -> String {
    let root = ask.tree.to_string_lossy();
    let rest = path
        .strip_prefix(root.as_ref())
        .map(|rest| rest.trim_start_matches('/'));
    rest.unwrap_or(path).to_owned()
}

fn kind(code: &str, message: &str) -> (FailureKind, Option<Symbol>) {
    let mut quoted = message.split(['\'', '"']).skip(1).step_by(2);
    let (first, second) = (quoted.next(), quoted.next());
    let symbol = |name: Option<&str>, owner: Option<&str>| {
        let name = name?
            .split(['(', '<'])
            .next()?
            .rsplit('.')
            .next()?
            .to_owned();
        Some(Symbol {
            name,
            owner: owner.map(str::to_owned),
        })
    };
    match code {
        "CS0103" | "CS0246" => (FailureKind::MissingName, symbol(first, None)),
        // 'Owner' does not contain a definition for 'name'
        "CS0117" | "CS1061" => (FailureKind::MissingName, symbol(second, first)),
        // The type or namespace name 'name' does not exist in the namespace 'Owner'
        "CS0234" => (FailureKind::MissingName, symbol(first, second)),
        "CS1501" | "CS7036" | "CS1503" => (FailureKind::BadCall, None),
        "CS1739" => (FailureKind::BadCall, symbol(second, first)),
        "CS1001" | "CS1002" | "CS1003" | "CS1022" | "CS1026" | "CS1513" | "CS1514" | "CS1525" => {
            (FailureKind::Syntax, None)
        }
        _ if code.starts_with("NU") || code.starts_with("NETSDK") => {
            (FailureKind::Environment, None)
        }
        _ => (FailureKind::Exception(code.to_owned()), None),
    }
}
