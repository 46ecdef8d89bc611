//! Types what the toolchain says of a build that failed: what was missing, and where.

use super::failure::stub_name;
use super::place::located;
use crate::ask::Ask;
use redgreen_core::outcome::{Failure, FailureKind, Stage, Symbol};

/// The failures that the words of one build stand for, one a complaint. What only follows from a
/// missing name is left out.
pub(super) fn failures(ask: &Ask<'_>, text: &str) -> Vec<Failure> {
    let mut found: Vec<Failure> = Vec::new();
    for complaint in complaints(text) {
        let failure = typed(ask, &complaint);
        if !found.contains(&failure) {
            found.push(failure);
        }
    }
    if found.iter().any(is_excusable) {
        found.retain(|failure| !is_consequence(&failure.message));
    }
    found
}

/// Whether a missing piece of the change may be the reason.
fn is_excusable(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::MissingName | FailureKind::MissingModule | FailureKind::BadCall
    )
}

fn is_consequence(message: &str) -> bool {
    message.starts_with("declared and not used") || message.ends_with("imported and not used")
}

/// One complaint: its place, if it has one, and its words with what belongs to them.
#[derive(Debug, PartialEq, Eq)]
struct Complaint<'t> {
    at: Option<(&'t str, u32)>,
    words: String,
}

fn complaints(text: &str) -> Vec<Complaint<'_>> {
    let mut found: Vec<Complaint<'_>> = Vec::new();
    for line in text.lines() {
        let is_noise = line.trim().is_empty()
            || line.starts_with("# ")
            || line.starts_with("FAIL\t")
            || line.starts_with("go: finding module")
            || line.starts_with("go: downloading")
            || line.ends_with(": too many errors");
        if is_noise {
            continue;
        }
        if let (true, Some(last)) = (line.starts_with('\t'), found.last_mut()) {
            last.words.push(' ');
            last.words.push_str(line.trim());
            continue;
        }
        let (at, words) = place(line).map_or((None, line), |(at, words)| (Some(at), words));
        found.push(Complaint {
            at,
            words: words.trim().to_owned(),
        });
    }
    found
}

/// `calc/a_test.go:6:5: words`, also without a column.
fn place(line: &str) -> Option<((&str, u32), &str)> {
    let end = line.find(".go:")? + 3;
    let file = line.get(..end)?;
    let (number, rest) = line.get(end + 1..)?.split_once(':')?;
    let number = number.parse().ok()?;
    let column = rest.split_once(": ");
    let is_number = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
    let words = match column {
        Some((column, words)) if is_number(column) => words,
        Some(_) | None => rest,
    };
    (!file.contains(' ')).then_some(((file.trim_start_matches("./"), number), words))
}

fn typed(ask: &Ask<'_>, complaint: &Complaint<'_>) -> Failure {
    let words = &complaint.words;
    let (kind, symbol) = match stub_name(words) {
        Some(name) => (FailureKind::Stub(name), None),
        None => kind(ask, words),
    };
    let at = complaint
        .at
        .map(|(file, line)| located(ask, None, file, line));
    Failure::new(Stage::Load, kind, words)
        .at(at)
        .missing(symbol)
}

fn kind(ask: &Ask<'_>, words: &str) -> (FailureKind, Option<Symbol>) {
    if is_environment(words) {
        return (FailureKind::Environment, None);
    }
    if let Some(path) = missing_package(ask, words) {
        return (FailureKind::MissingModule, Some(module(ask, &path)));
    }
    if let Some(symbol) = missing_name(words) {
        return (FailureKind::MissingName, Some(symbol));
    }
    if is_misfit(words) {
        return (FailureKind::BadCall, callee(words));
    }
    let compiler = [
        "declared and not used",
        "imported and not used",
        "redeclared in this block",
        "already declared",
        "missing return",
        "import cycle not allowed",
        "use of internal package",
        "found packages",
        "is a program, not an importable package",
        "duplicate case",
        "missing function body",
        "label ",
        "initialization cycle",
    ];
    if compiler.iter().any(|mark| words.contains(mark)) {
        return (FailureKind::Exception("compile error".to_owned()), None);
    }
    (FailureKind::Syntax, None)
}

/// Whether the network, the module cache or another program is what is missing.
fn is_environment(words: &str) -> bool {
    let marks = [
        "missing go.sum entry",
        "dial tcp",
        "no such host",
        "i/o timeout",
        "verifying module",
        "cgo: C compiler",
        "linker command failed",
        "/link: running ",
        "no space left on device",
        "permission denied",
        "requires go >= ",
        "requires newer Go version",
        "inconsistent vendoring",
    ];
    marks.iter().any(|mark| words.contains(mark))
        || words.contains("module lookup disabled") && words.contains('@')
}

/// The import path of a package that is not there.
fn missing_package(ask: &Ask<'_>, words: &str) -> Option<String> {
    let between = |start: &str, end: &str| -> Option<String> {
        let (_, rest) = words.split_once(start)?;
        let path = rest.split_once(end).map_or(rest, |(path, _)| path);
        (!path.trim().is_empty()).then(|| path.trim().to_owned())
    };
    if words.contains("no required module provides package ") {
        return between("no required module provides package ", ";");
    }
    if words.contains("cannot find module providing package ") {
        return between("cannot find module providing package ", ":");
    }
    if words.contains(" is not in std") || words.contains(" is not in GOROOT") {
        return between("package ", " is not in ");
    }
    if words.contains(": no non-test Go files in ") || words.contains("no Go files in ") {
        let (_, dir) = words
            .split_once("o Go files in ")
            .or(words.split_once("Go files in "))?;
        let inside = std::path::Path::new(dir).strip_prefix(ask.dir()).ok()?;
        return Some(format!("{}/{}", module_path(ask), inside.display()));
    }
    if words.contains("does not contain package ") {
        return between("does not contain package ", " ");
    }
    if words.contains("cannot find package ") {
        return between("cannot find package \"", "\"")
            .or_else(|| between("cannot find package ", " "));
    }
    None
}

fn module_path<'u>(ask: &Ask<'u>) -> &'u str {
    ask.unit.marks.get("module").map_or("", String::as_str)
}

/// A package as a symbol: of the project's own modules, its last part and the module's.
fn module(ask: &Ask<'_>, path: &str) -> Symbol {
    let own = ask.unit.own_names.iter().map(String::as_str);
    let own = own.chain([module_path(ask)]).find(|name| {
        !name.is_empty()
            && path
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let last = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    match own {
        Some(module) => Symbol {
            name: last(path),
            owner: Some(super::modfile::base_name(module).to_owned()),
        },
        None => Symbol {
            name: path.to_owned(),
            owner: None,
        },
    }
}

/// The name that is missing, and what it was looked for in.
fn missing_name(words: &str) -> Option<Symbol> {
    if let Some(name) = words
        .strip_prefix("undefined: ")
        .or(words.strip_prefix("undeclared name: "))
    {
        return Some(dotted(name));
    }
    if let Some((name, rest)) = words.split_once(" undefined (") {
        let name = name.rsplit('.').next().unwrap_or(name);
        let owner = rest
            .strip_prefix("type ")
            .and_then(|rest| rest.split_once(" has no field or method"))
            .map(|(owner, _)| owner);
        return Some(symbol(name, owner.filter(|owner| is_qualified(owner))));
    }
    if let Some(rest) = words.strip_prefix("unknown field ") {
        let (name, owner) = rest
            .split_once(" in struct literal of type ")
            .unwrap_or((rest, ""));
        return Some(symbol(
            name,
            Some(owner).filter(|owner| is_qualified(owner)),
        ));
    }
    if let Some((name, rest)) = words.split_once(" not exported by package ") {
        let name = name.strip_prefix("name ").unwrap_or(name);
        return Some(symbol(name, Some(rest)));
    }
    if let Some(rest) = words.strip_prefix("cannot refer to unexported ") {
        let name = rest.split_once(' ').map_or(rest, |(_, name)| name);
        return Some(dotted(name));
    }
    if let Some((before, rest)) = words.split_once("(missing method ") {
        let name = rest.split(')').next().unwrap_or(rest);
        let owner = before
            .split_once(" does not implement ")
            .map(|(owner, _)| owner);
        let owner = owner.and_then(|owner| owner.rsplit([' ', ':']).next());
        return Some(symbol(name, owner.filter(|owner| is_qualified(owner))));
    }
    None
}

/// Whether a type is written with its package. A bare one is of the test's own package, and so is
/// looked for where the test stands.
fn is_qualified(owner: &str) -> bool {
    owner.contains('.')
}

/// `calc.Clamp` as a name of `calc`.
fn dotted(name: &str) -> Symbol {
    let name = name.split([' ', '(']).next().unwrap_or(name);
    match name.rsplit_once('.') {
        Some((owner, name)) => symbol(name, Some(owner)),
        None => symbol(name, None),
    }
}

/// A symbol; of its owner pointers, slices and type arguments are left out.
fn symbol(name: &str, owner: Option<&str>) -> Symbol {
    let name = name.trim_matches(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
    let plain = |owner: &str| -> Option<String> {
        let bare = owner.trim_start_matches(['*', '[', ']', '&', ' ']);
        let bare = bare.split(['[', ' ', ',', '{', '(']).next().unwrap_or(bare);
        (!bare.is_empty()).then(|| bare.to_owned())
    };
    Symbol {
        name: name.to_owned(),
        owner: owner.and_then(plain),
    }
}

/// Whether a call, an assignment or an operand does not fit an existing item.
fn is_misfit(words: &str) -> bool {
    let starts = [
        "too many arguments",
        "not enough arguments",
        "cannot use ",
        "cannot convert ",
        "cannot call ",
        "cannot range over ",
        "cannot index ",
        "cannot slice ",
        "cannot infer ",
        "cannot assign to ",
        "cannot indirect ",
        "invalid operation: ",
        "invalid argument",
        "invalid receiver",
        "assignment mismatch: ",
        "impossible type ",
        "too many return values",
        "not enough return values",
        "too few values",
        "too many values",
        "non-boolean condition",
        "first argument to ",
        "multiple-value ",
        "not enough type arguments",
        "too many type arguments",
        "got ",
        "missing argument",
        "in call to ",
    ];
    let holds = [
        " (no value) used as value",
        " is not an expression",
        " is not a type",
        " does not satisfy ",
        " does not implement ",
        " is not used",
        " must be called",
        "cannot use generic",
        "without instantiation",
        " type arguments but ",
    ];
    starts.iter().any(|start| words.starts_with(start))
        || holds.iter().any(|mark| words.contains(mark))
}

/// What a misfitting call calls, where the words name it.
fn callee(words: &str) -> Option<Symbol> {
    let marks = [
        " in call to ",
        " in argument to ",
        "variables but ",
        "variable but ",
        "values but ",
    ];
    let (_, rest) = marks.iter().find_map(|mark| words.split_once(mark))?;
    let name: String = rest
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'))
        .collect();
    (!name.is_empty()).then(|| dotted(&name))
}

#[cfg(test)]
mod tests;
