//! Tells which name or module was not there, and whose it is.

use super::thrown::{Around, Thrown};
use redgreen_core::outcome::{FailureKind, Location, Symbol};

/// The text between the first pair of quotes.
fn quoted(text: &str) -> Option<&str> {
    let open = text.find(['\'', '"', '`'])?;
    let quote = text[open..].chars().next()?;
    let rest = &text[open + 1..];
    rest.find(quote).map(|close| &rest[..close])
}

/// The module that is not there, as node and vite say it.
pub(super) fn missing_module(message: &str, around: Around<'_>) -> Option<(FailureKind, Symbol)> {
    let starts = [
        "Cannot find module ",
        "Cannot find package ",
        "Failed to resolve import ",
        "Could not resolve ",
        "Failed to resolve entry for package ",
        "Could not locate module ",
    ];
    let quoted_name = || {
        let start = starts
            .iter()
            .find_map(|start| message.find(start).map(|at| at + start.len()));
        quoted(&message[start?..])
    };
    let bare_name = || {
        let rest = message.split_once("Failed to load url ")?.1;
        rest.split_whitespace().next()
    };
    let module = quoted_name().or_else(bare_name)?;
    let plain = module.split('?').next().unwrap_or(module);
    let last = plain
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(plain);
    let stem = last.split_once('.').map_or(last, |(stem, _)| stem);
    let owner = around.owns(plain).then(|| around.own()).flatten();
    let name = match owner {
        Some(_) if !stem.is_empty() => stem,
        Some(_) | None => plain,
    };
    let name = if around.owns(plain) { name } else { plain };
    let name = name.to_owned();
    Some((FailureKind::MissingModule, Symbol { name, owner }))
}

/// `The requested module './a.mjs' does not provide an export named 'clamp'`.
pub(super) fn missing_export(message: &str, around: Around<'_>) -> Option<Symbol> {
    if let Some((module, name)) = message.split_once("does not provide an export named ") {
        let module = quoted(module).unwrap_or_default();
        let name = quoted(name).unwrap_or(name.trim()).to_owned();
        let owner = if around.owns(module) {
            around.own()
        } else {
            Some(module.to_owned())
        };
        return Some(Symbol { name, owner });
    }
    let (_, rest) = message.split_once("No \"")?;
    let (name, _) = rest.split_once("\" export is defined on the")?;
    let owner = around.own();
    Some(Symbol {
        name: name.to_owned(),
        owner,
    })
}

/// A name that was looked up in vain, as V8 says it.
pub(super) fn missing_name(
    thrown: &Thrown,
    at: Option<&Location>,
    around: Around<'_>,
) -> Option<Symbol> {
    let message = thrown.message.trim();
    if thrown.name == "ReferenceError" {
        let name = message.strip_suffix(" is not defined")?;
        let name = name.rsplit(' ').next().unwrap_or(name).to_owned();
        return Some(Symbol { name, owner: None });
    }
    if thrown.name != "TypeError" {
        return None;
    }
    let ends = [
        " is not a function",
        " is not a constructor",
        " is not a class",
    ];
    for end in ends {
        if let Some((expression, _)) = message.split_once(end) {
            return of_expression(expression, around);
        }
    }
    if message.starts_with("Class extends value undefined") {
        let line = line_of(at, around)?;
        let base = line.split_once("extends ")?.1;
        return of_expression(base.split(['{', '<', ' ']).next()?, around);
    }
    let property = message
        .strip_prefix("Cannot read properties of undefined (reading '")
        .or_else(|| message.strip_prefix("Cannot set properties of undefined (setting '"))?;
    let property = property.split('\'').next()?;
    of_receiver(property, at, around)
}

/// `calc.clamp`, `(0 , clamp)`, `(intermediate value).clamp`.
fn of_expression(expression: &str, around: Around<'_>) -> Option<Symbol> {
    let bare = expression.trim();
    let bare = bare
        .strip_prefix("(0 , ")
        .map_or(bare, |inner| inner.trim_end_matches(')'));
    let bare = bare.rsplit("new ").next().unwrap_or(bare).trim();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '#');
    let name = bare
        .rsplit(|c: char| !is_word(c))
        .find(|word| !word.is_empty())?;
    let root = bare
        .split(|c: char| !is_word(c))
        .find(|word| !word.is_empty())?;
    Some(Symbol {
        name: name.to_owned(),
        owner: owner(root, around),
    })
}

/// The project, where `root` is imported from it; the module where it is imported from another;
/// nothing where that is not known.
fn owner(root: &str, around: Around<'_>) -> Option<String> {
    let compiled = ["__vi_import_", "__vite_ssr_import_", "_"];
    let module = around.imported_from(root).or_else(|| {
        let is_compiled = compiled.iter().any(|start| root.starts_with(start));
        is_compiled.then(|| ".".to_owned())
    })?;
    if around.owns(&module) {
        around.own()
    } else {
        Some(module)
    }
}

/// What `property` was read from: its last name is the one that was not there.
fn of_receiver(property: &str, at: Option<&Location>, around: Around<'_>) -> Option<Symbol> {
    let line = line_of(at, around)?;
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
    let ends = [
        format!(".{property}"),
        format!("['{property}']"),
        format!("[\"{property}\"]"),
    ];
    let end = ends.iter().find_map(|end| line.find(end.as_str()))?;
    let before = line[..end].trim_end_matches(['?', '!']);
    let start = before.rfind(|c: char| !is_word(c)).map_or(0, |at| {
        at + before[at..].chars().next().map_or(1, char::len_utf8)
    });
    let receiver = &before[start..];
    let asserted = before[..start]
        .rfind('(')
        .filter(|_| receiver.starts_with('.'));
    let first = match asserted {
        // (calc as any).limits
        Some(open) => before[open + 1..]
            .split(|c: char| !is_word(c) || c == '.')
            .next(),
        None => receiver.split('.').next(),
    };
    let root = first.filter(|root| !root.is_empty())?;
    // A local variable that is undefined is no missing name.
    let owner = owner(root, around)?;
    let name = receiver.rsplit('.').next()?.to_owned();
    let owner = Some(owner);
    Some(Symbol { name, owner })
}

/// The line of the test file's source that a place points to.
fn line_of<'a>(at: Option<&Location>, around: Around<'a>) -> Option<&'a str> {
    let at = at.filter(|at| at.path == around.file)?;
    let index = usize::try_from(at.line).ok()?.checked_sub(1)?;
    around.source?.lines().nth(index)
}
