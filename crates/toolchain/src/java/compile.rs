//! Classifies the compiler's complaints.

use super::console::Complaint;
use super::layout::{is_own, owned, sources};
use crate::Ask;
use redgreen_core::outcome::{Failure, FailureKind, Location, Stage, Symbol};

/// The complaint as a failure to load, with its place in the tree.
pub(super) fn failure(ask: &Ask<'_>, complaint: &Complaint) -> Failure {
    let path = in_tree(ask, &complaint.path);
    let (kind, symbol) = kind(ask, complaint, &path);
    let mut message = complaint.message.clone();
    if let Some(symbol) = &complaint.symbol {
        message = format!("{message}: {symbol}");
    }
    if let Some(location) = &complaint.location {
        message = format!("{message} in {location}");
    }
    Failure::new(Stage::Load, kind, &message)
        .at(Some(Location::new(path, complaint.line)))
        .missing(symbol)
}

/// A path of the tree from its root; any other as it is.
pub(super) fn in_tree(ask: &Ask<'_>, path: &str) -> String {
    let tree = ask.tree.to_string_lossy();
    let inside = path.strip_prefix(tree.as_ref());
    let inside = inside.and_then(|rest| rest.strip_prefix('/'));
    inside.unwrap_or(path).to_owned()
}

fn kind(ask: &Ask<'_>, complaint: &Complaint, path: &str) -> (FailureKind, Option<Symbol>) {
    let message = complaint.message.as_str();
    if message.starts_with("cannot find symbol") {
        return (FailureKind::MissingName, symbol(ask, complaint, path));
    }
    if let Some(package) = message
        .strip_prefix("package ")
        .and_then(|rest| rest.strip_suffix(" does not exist"))
    {
        return (
            FailureKind::MissingModule,
            Some(module(ask, package.trim())),
        );
    }
    if let Some(name) = wrong_call(message) {
        let symbol = Symbol { name, owner: None };
        return (FailureKind::BadCall, Some(symbol));
    }
    if is_mismatch(message) {
        return (FailureKind::BadCall, None);
    }
    if is_syntax(message) {
        return (FailureKind::Syntax, None);
    }
    (FailureKind::Exception("javac".to_owned()), None)
}

/// A package: its last part, looked for in the rest.
fn module(ask: &Ask<'_>, package: &str) -> Symbol {
    let (owner, name) = package.rsplit_once('.').unwrap_or(("", package));
    // Below an own package the root decides, above it the whole name does.
    let owner = if is_own(ask.unit, package) && !is_own(ask.unit, owner) {
        owned(ask.unit, package)
    } else {
        owned(ask.unit, owner)
    };
    Symbol {
        name: name.to_owned(),
        owner: (!owner.is_empty()).then_some(owner),
    }
}

/// The name that was not found. What was looked for in the file's own class has no other owner.
fn symbol(ask: &Ask<'_>, complaint: &Complaint, path: &str) -> Option<Symbol> {
    let symbol = complaint.symbol.as_deref()?;
    let name = [
        "method ",
        "class ",
        "variable ",
        "constructor ",
        "static ",
        "interface ",
    ]
    .iter()
    .find_map(|kind| symbol.strip_prefix(kind))
    .unwrap_or(symbol);
    let name: String = name
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'))
        .collect();
    let location = complaint.location.as_deref().unwrap_or_default();
    let place = location.rsplit_once(" of type ").map_or_else(
        || location.split_once(' ').map_or("", |(_, place)| place),
        |(_, kind)| kind,
    );
    let place = place.split('<').next().unwrap_or(place).trim();
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.strip_suffix(".java").unwrap_or(file);
    let top = place.split('$').next().unwrap_or(place);
    let is_here = top.split('.').any(|part| part == stem) && !location.contains(" of type ");
    let owner = (!place.is_empty() && !is_here).then(|| owned(ask.unit, &qualified(ask, place)));
    Some(Symbol { name, owner })
}

/// A type with its package, where the compiler leaves it out and one file is called so.
fn qualified(ask: &Ask<'_>, place: &str) -> String {
    if place.contains('.') {
        return place.to_owned();
    }
    let stem = place.split('$').next().unwrap_or(place);
    let found = sources(ask.unit).find(|source| source.stem == stem);
    let class = found.and_then(|source| super::layout::class_of(&source.path()));
    class.unwrap_or_else(|| place.to_owned())
}

/// The callee of a call that does not fit.
fn wrong_call(message: &str) -> Option<String> {
    let fits = message.contains("cannot be applied to given types")
        || message.starts_with("no suitable method found for")
        || message.starts_with("no suitable constructor found for")
        || message.starts_with("incompatible types: cannot infer");
    if !fits {
        return None;
    }
    let name = [
        "no suitable method found for ",
        "no suitable constructor found for ",
        "method ",
        "constructor ",
    ]
    .iter()
    .find_map(|start| message.strip_prefix(start))?;
    let name: String = name
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'))
        .collect();
    (!name.is_empty()).then_some(name)
}

/// Types, access, declared exceptions or overridden methods that do not fit what is there.
fn is_mismatch(message: &str) -> bool {
    const PARTS: [&str; 13] = [
        "incompatible types",
        "cannot be applied to given types",
        "has private access in",
        "has protected access in",
        "is not public in",
        "does not override",
        "unreported exception",
        "is never thrown in body",
        "bad operand types",
        "incomparable types",
        "cannot be dereferenced",
        "is not visible",
        "cannot inherit from final",
    ];
    PARTS.iter().any(|part| message.contains(part))
}

fn is_syntax(message: &str) -> bool {
    const PARTS: [&str; 9] = [
        "expected",
        "illegal start of",
        "reached end of file while parsing",
        "not a statement",
        "unclosed",
        "invalid method declaration",
        "without '",
        "illegal character",
        "should be declared in a file named",
    ];
    PARTS.iter().any(|part| message.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Tool, Unit};
    use redgreen_core::evidence::{Order, Selection};
    use std::path::Path;

    fn check(complaint: Complaint, kind: FailureKind, symbol: Option<(&str, Option<&str>)>) {
        let unit = Unit {
            own_names: vec!["com/ex".to_owned()],
            ..Unit::default()
        };
        let tool = Tool {
            program: "mvn".to_owned(),
            fingerprint: String::new(),
        };
        let ask = Ask {
            unit: &unit,
            tool: &tool,
            tests: &Selection::Whole,
            order: Order::AsWritten,
            tree: Path::new("/repo"),
            cache: Path::new("/cache"),
            scratch: Path::new("/scratch"),
            nonce: "n1",
            test_limit_ms: 1000,
        };
        let failure = failure(&ask, &complaint);
        let found = failure
            .symbol
            .as_ref()
            .map(|symbol| (symbol.name.as_str(), symbol.owner.as_deref()));
        assert_eq!((&failure.kind, found), (&kind, symbol), "{complaint:?}");
        let at = failure.at.expect("a place");
        assert_eq!(
            (at.path.as_str(), at.line),
            ("src/test/java/com/ex/ATest.java", 4)
        );
    }

    fn complaint(message: &str, symbol: &str, location: &str) -> Complaint {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Complaint {
            path: "/repo/src/test/java/com/ex/ATest.java".to_owned(),
            line: 4,
            message: message.to_owned(),
            symbol: some(symbol),
            location: some(location),
        }
    }

    #[test]
    fn a_name_that_is_not_there_carries_what_it_was_looked_for_in() {
        let missing = |symbol: &str, location: &str, owed: (&str, Option<&str>)| {
            check(
                complaint("cannot find symbol", symbol, location),
                FailureKind::MissingName,
                Some(owed),
            );
        };
        missing(
            "method clamp(int,int)",
            "class com.ex.Calc",
            ("clamp", Some("com/ex.Calc")),
        );
        missing("class Money", "class com.ex.ATest", ("Money", None));
        missing("class Money", "package com.ex", ("Money", Some("com/ex")));
        missing(
            "method f(T)",
            "variable p of type com.ex.Price<T>",
            ("f", Some("com/ex.Price")),
        );
        missing(
            "static clamp",
            "class com.ex.Calc",
            ("clamp", Some("com/ex.Calc")),
        );
        missing(
            "method other(int)",
            "class org.nosuch.X",
            ("other", Some("org.nosuch.X")),
        );
    }

    #[test]
    fn a_package_is_own_or_a_dependency() {
        let missing = |package: &str, owed: (&str, Option<&str>)| {
            let message = format!("package {package} does not exist");
            check(
                complaint(&message, "", ""),
                FailureKind::MissingModule,
                Some(owed),
            );
        };
        missing("com.ex.money", ("money", Some("com/ex")));
        missing("org.nosuch", ("nosuch", Some("org")));
        missing("com.ex", ("ex", Some("com/ex")));
    }

    #[test]
    fn calls_types_and_syntax_are_told_apart() {
        for (message, kind, name) in [
            (
                "method add in class com.ex.Calc cannot be applied to given types;",
                FailureKind::BadCall,
                Some("add"),
            ),
            (
                "constructor Calc in class com.ex.Calc cannot be applied to given types;",
                FailureKind::BadCall,
                Some("Calc"),
            ),
            (
                "no suitable method found for add(int)",
                FailureKind::BadCall,
                Some("add"),
            ),
            (
                "incompatible types: int cannot be converted to java.lang.String",
                FailureKind::BadCall,
                None,
            ),
            (
                "unreported exception java.io.IOException; must be caught or declared to be thrown",
                FailureKind::BadCall,
                None,
            ),
            ("')' expected", FailureKind::Syntax, None),
            (
                "class, interface, enum, or record expected",
                FailureKind::Syntax,
                None,
            ),
            (
                "reached end of file while parsing",
                FailureKind::Syntax,
                None,
            ),
            (
                "variable x is already defined in method a()",
                FailureKind::Exception("javac".to_owned()),
                None,
            ),
        ] {
            check(
                complaint(message, "", ""),
                kind,
                name.map(|name| (name, None)),
            );
        }
    }
}
