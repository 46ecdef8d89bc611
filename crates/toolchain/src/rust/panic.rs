//! Types the failure of one test by what the harness printed about it.

use super::manifest::join;
use crate::ask::Ask;
use crate::language::STUB;
use redgreen_core::outcome::{Failure, FailureKind, Location, Stage};

/// One panic: who, where and what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Panic {
    thread: String,
    file: String,
    line: u32,
    message: String,
}

/// The failure of the test `name` by its section in the list of failures.
pub(super) fn failure(ask: &Ask<'_>, name: &str, section: &str) -> Failure {
    let panics = panics(section);
    let stub = panics
        .iter()
        .find_map(|panic| Some((stub_name(&panic.message)?, panic)));
    if let Some((function, panic)) = stub {
        let failure = Failure::new(Stage::Call, FailureKind::Stub(function), &panic.message);
        return failure.at(Some(at(ask, panic)));
    }
    if let Some(failure) = expected_panic(ask, section, &panics) {
        return failure;
    }
    if let Some(panic) = blamed(name, &panics) {
        let message = with_values(&panic.message);
        let failure = Failure::new(Stage::Call, kind(&panic.message), &message);
        return failure.at(Some(at(ask, panic)));
    }
    let returned = section
        .lines()
        .rev()
        .find(|line| line.starts_with("Error: "));
    match returned {
        Some(line) => {
            let kind = match stub_name(line) {
                Some(function) => FailureKind::Stub(function),
                None => FailureKind::Exception("test_returned_err".to_owned()),
            };
            Failure::new(Stage::Call, kind, line)
        }
        None => Failure::new(
            Stage::Call,
            FailureKind::Exception("unknown".to_owned()),
            section,
        ),
    }
}

/// A test that should have panicked and did not, or not with the expected words.
fn expected_panic(ask: &Ask<'_>, section: &str, panics: &[Panic]) -> Option<Failure> {
    let note = section.lines().rev().find_map(|line| {
        let note = line.strip_prefix("note: ")?;
        let ours = note.starts_with("test did not panic as expected")
            || note.starts_with("panic did not contain expected string");
        ours.then_some(note)
    })?;
    let Some((_, place)) = note
        .split_once(" at ")
        .filter(|_| note.starts_with("test did"))
    else {
        let panic = panics.last();
        if let Some(panic) = panic.filter(|panic| is_unwritten(&panic.message)) {
            let failure = Failure::new(Stage::Call, kind(&panic.message), &panic.message);
            return Some(failure.at(Some(at(ask, panic))));
        }
        let said = panic.map_or_else(String::new, |panic| format!(": {}", panic.message));
        let message = format!("{note}{}", said.replace('\n', " "));
        let failure = Failure::new(Stage::Call, FailureKind::Assertion, &message);
        return Some(failure.at(panic.map(|panic| at(ask, panic))));
    };
    let place = parse_place(place).map(|(file, line)| located(ask, file, line));
    Some(Failure::new(Stage::Call, FailureKind::Assertion, note).at(place))
}

/// The panic that failed the test: the last one of its own thread, unless that only passes on
/// what another thread said.
fn blamed<'p>(name: &str, panics: &'p [Panic]) -> Option<&'p Panic> {
    let own = panics
        .iter()
        .rposition(|panic| panic.thread == name || panic.thread == "main");
    let own = own.or(panics.len().checked_sub(1))?;
    let passed_on = panics[own].message.contains("Any { .. }") && own > 0;
    panics.get(if passed_on { own - 1 } else { own })
}

fn is_unwritten(message: &str) -> bool {
    message.starts_with("not yet implemented") || message.starts_with("not implemented")
}

fn kind(message: &str) -> FailureKind {
    let asserted = [
        "assertion ",
        "assertion:",
        "snapshot assertion",
        "Test failed: ",
        "[quickcheck] TEST FAILED. ",
        "Unexpected ",
    ];
    if is_unwritten(message) {
        FailureKind::Exception("todo".to_owned())
    } else if asserted.iter().any(|start| message.starts_with(start)) {
        FailureKind::Assertion
    } else if is_environment(message) {
        FailureKind::Environment
    } else {
        FailureKind::Exception("panic".to_owned())
    }
}

/// Whether an error of the operating system was unwrapped.
fn is_environment(message: &str) -> bool {
    let kinds = [
        "NotFound",
        "PermissionDenied",
        "Connection",
        "AddrInUse",
        "AddrNotAvailable",
        "NetworkUnreachable",
        "HostUnreachable",
        "StorageFull",
        "ReadOnlyFilesystem",
    ];
    let system = message.contains("Os { code: ");
    system
        && kinds
            .iter()
            .any(|kind| message.contains(&format!("kind: {kind}")))
}

/// An assertion's first line with the two values that differ.
fn with_values(message: &str) -> String {
    let mut lines = message.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let value = |line: &str| {
        let line = line.trim();
        (line.starts_with("left: ") || line.starts_with("right: ")).then(|| line.to_owned())
    };
    let values: Vec<String> = lines.filter_map(value).collect();
    if values.is_empty() {
        first
    } else {
        format!("{first} ({})", values.join(", "))
    }
}

/// The function whose stub was hit, if the text is a stub's message.
pub(super) fn stub_name(text: &str) -> Option<String> {
    let (_, rest) = text.split_once(STUB)?;
    let name = rest.lines().next().unwrap_or_default().trim();
    let name = name.trim_end_matches(['`', '"', '\'', ',']);
    (!name.is_empty()).then(|| name.to_owned())
}

fn at(ask: &Ask<'_>, panic: &Panic) -> Location {
    located(ask, &panic.file, panic.line)
}

/// A place as the compiler writes it (from the workspace's root, or absolute), seen from the
/// repository's root.
pub(super) fn located(ask: &Ask<'_>, file: &str, line: u32) -> Location {
    if !file.starts_with('/') {
        return Location::new(join(&ask.unit.dir, file), line);
    }
    let tree = ask.tree.display().to_string();
    let inside = file
        .strip_prefix(&tree)
        .filter(|rest| rest.starts_with('/'));
    Location::new(inside.map_or(file, |rest| &rest[1..]), line)
}

/// Every panic that a text shows, in its order.
fn panics(section: &str) -> Vec<Panic> {
    let mut found: Vec<Panic> = Vec::new();
    let mut open = false;
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        if let Some((thread, rest)) = header(line) {
            open = true;
            found.push(opened(thread, rest, &mut lines));
        } else if line.starts_with("note: ") || line.starts_with("stack backtrace:") {
            open = false;
        } else if let Some(panic) = found.last_mut().filter(|_| open) {
            if !panic.message.is_empty() {
                panic.message.push('\n');
            }
            panic.message.push_str(line);
        }
    }
    for panic in &mut found {
        panic.message = panic.message.trim().to_owned();
    }
    found
}

/// Thread and rest of a panic's first line: `thread 'a' (7) panicked at src/lib.rs:1:2:`.
fn header(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.split_once("thread '")?;
    let (thread, rest) = rest.split_once('\'')?;
    let (between, rest) = rest.split_once(" panicked at ")?;
    let id = between.trim();
    let named = id.is_empty() || (id.starts_with('(') && id.ends_with(')'));
    named.then_some((thread, rest))
}

/// A panic from its first line. Before Rust 1.73 the message came first, in quotes that may
/// span lines, and the place behind it.
fn opened<'l>(thread: &str, rest: &'l str, lines: &mut impl Iterator<Item = &'l str>) -> Panic {
    let mut panic = Panic {
        thread: thread.to_owned(),
        file: String::new(),
        line: 0,
        message: String::new(),
    };
    if let Some(quoted) = rest.strip_prefix('\'') {
        let mut text = quoted.to_owned();
        while !text.contains("', ") {
            let Some(line) = lines.next() else { break };
            text.push('\n');
            text.push_str(line);
        }
        let (message, place) = text.rsplit_once("', ").unwrap_or((&text, ""));
        panic.message = message.to_owned();
        if let Some((file, line)) = parse_place(place) {
            (panic.file, panic.line) = (file.to_owned(), line);
        }
    } else if let Some((file, line)) = parse_place(rest) {
        (panic.file, panic.line) = (file.to_owned(), line);
    }
    panic
}

/// `FILE:LINE:COLUMN`, with or without a colon behind it.
fn parse_place(text: &str) -> Option<(&str, u32)> {
    let text = text.trim().trim_end_matches(':');
    let mut parts = text.rsplitn(3, ':');
    let (_column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
    Some((file, line.parse().ok()?))
}

#[cfg(test)]
mod tests;
