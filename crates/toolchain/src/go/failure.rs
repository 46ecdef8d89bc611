//! Types the failure of one test by what was printed while it ran.
//!
//! Go has no assertion objects: a failure is a line `file_test.go:29: words`, and so is a log
//! line. Only a crash has a stack.

use super::place::{is_inside, located};
use super::trace::{Cause, Crash, crash};
use crate::ask::Ask;
use crate::language::STUB;
use redgreen_core::outcome::{Failure, FailureKind, Location, Stage};

/// The failure of a test in the directory `dir` of the unit that printed `text`.
pub(super) fn failure(ask: &Ask<'_>, dir: &str, text: &str) -> Failure {
    let crashed = crash(text);
    if let Some(name) = stub_name(text) {
        let message = text
            .lines()
            .find(|line| line.contains(STUB))
            .unwrap_or(text);
        let at = crashed.and_then(|crash| crash.at(ask));
        let at = at.or_else(|| entries(ask, dir, text).pop().map(|entry| entry.at));
        return Failure::new(Stage::Call, FailureKind::Stub(name), message.trim()).at(at);
    }
    if let Some(crash) = crashed {
        return of_crash(ask, &crash);
    }
    let entries = entries(ask, dir, text);
    if let Some(entry) = telling(&entries) {
        let kind = if is_environment(ask, &entry.message) {
            FailureKind::Environment
        } else {
            FailureKind::Assertion
        };
        return Failure::new(Stage::Call, kind, &entry.message).at(Some(entry.at.clone()));
    }
    let message = example(text).unwrap_or_else(|| "failed without a word".to_owned());
    Failure::new(Stage::Call, FailureKind::Assertion, &message)
}

/// The failure that a crash stands for.
pub(super) fn of_crash(ask: &Ask<'_>, crash: &Crash) -> Failure {
    let message = &crash.message;
    let panicked = |class: &str| (Stage::Call, FailureKind::Exception(class.to_owned()));
    let (stage, kind) = match crash.cause {
        Cause::Fatal | Cause::Exit | Cause::TimeOut => (Stage::Process, FailureKind::Death),
        Cause::Race => panicked("data race"),
        Cause::Panic if is_environment(ask, message) => (Stage::Call, FailureKind::Environment),
        Cause::Panic if message.starts_with("runtime error") => panicked("runtime error"),
        Cause::Panic => panicked("panic"),
    };
    let words = match crash.cause {
        Cause::Race => "a data race".to_owned(),
        Cause::Fatal => format!("fatal error: {message}"),
        Cause::Panic | Cause::Exit | Cause::TimeOut => format!("panic: {message}"),
    };
    Failure::new(stage, kind, &words).at(crash.at(ask))
}

/// The function whose stub was hit, if a text holds a stub's message.
pub(super) fn stub_name(text: &str) -> Option<String> {
    let (_, rest) = text.split_once(STUB)?;
    let is_part = |letter: &char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '#');
    let name: String = rest.chars().take_while(is_part).collect();
    let name = name.trim_end_matches('.');
    (!name.is_empty()).then(|| name.to_owned())
}

/// One line that a test wrote through `t.Log`, `t.Error` or their like.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    at: Location,
    message: String,
}

fn entries(ask: &Ask<'_>, dir: &str, text: &str) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    for line in text.lines() {
        if let Some((file, number, message)) = entry(line) {
            found.push(Entry {
                at: located(ask, Some(dir), file, number),
                message: message.trim().to_owned(),
            });
        } else if let (Some(last), Some(more)) = (found.last_mut(), line.strip_prefix("        ")) {
            last.add(more.trim());
        }
    }
    found
}

impl Entry {
    /// Joins a further line: what testify prints is a table with the words that count in the row
    /// `Error:`.
    fn add(&mut self, more: &str) {
        let table = ["Error Trace:", "Test:", "Messages:"];
        if more.is_empty()
            || table.iter().any(|row| more.starts_with(row)) && !more.starts_with("Messages")
        {
            return;
        }
        let more = more.strip_prefix("Error:").map_or(more, str::trim);
        if self.message.chars().count() < 500 {
            if !self.message.is_empty() {
                self.message.push(' ');
            }
            self.message.push_str(more);
        }
    }
}

/// File, line and words of `    a_test.go:3: words`, also behind what was printed before.
fn entry(line: &str) -> Option<(&str, u32, &str)> {
    let (before, rest) = line.split_once(".go:")?;
    let (number, message) = rest.split_once(':')?;
    let number = number.parse().ok()?;
    let start = before.rfind("    ").map(|at| at + 4)?;
    let file = line.get(start..before.len() + 3)?;
    let is_file = !file.is_empty() && !file.contains(['"', '\t', '(']);
    is_file.then_some((file, number, message))
}

/// The entry that tells most of why a test failed: the first that speaks of a difference, else
/// the last.
fn telling(entries: &[Entry]) -> Option<&Entry> {
    let compares = |entry: &&Entry| {
        let words = entry.message.to_ascii_lowercase();
        COMPARING.iter().any(|word| words.contains(word))
    };
    entries.iter().find(compares).or(entries.last())
}

/// Words of a message that compares what was wanted with what came.
const COMPARING: [&str; 9] = [
    "want",
    "expect",
    "got",
    "mismatch",
    "should",
    "!=",
    "not equal",
    "fail",
    "error",
];

/// The reason that a skipped test gave.
pub(super) fn skip_reason(ask: &Ask<'_>, dir: &str, text: &str) -> String {
    let last = entries(ask, dir, text).pop();
    last.map(|entry| entry.message).unwrap_or_default()
}

/// What an example printed, and what it should have.
fn example(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("got:\n")?;
    let (got, wanted) = rest
        .split_once("want:\n")
        .or_else(|| rest.split_once("want (unordered):\n"))?;
    let (got, wanted) = (
        got.trim().replace('\n', " "),
        wanted.trim().replace('\n', " "),
    );
    Some(format!("got: {got}, want: {wanted}"))
}

/// Whether the words are those of the operating system about something outside of the project. A
/// file that is missing counts where it is neither in the tree nor in the run's own directory:
/// those are the code's to write.
pub(super) fn is_environment(ask: &Ask<'_>, message: &str) -> bool {
    const SYSTEM: [&str; 13] = [
        "connect: connection refused",
        "connection reset by peer",
        ": no such host",
        "network is unreachable",
        "no route to host",
        "i/o timeout",
        ": permission denied",
        ": operation not permitted",
        "address already in use",
        "no space left on device",
        "too many open files",
        ": read-only file system",
        "executable file not found in",
    ];
    let words = message.to_ascii_lowercase();
    let compares = ["want", "expected", "got "]
        .iter()
        .any(|word| words.contains(word));
    if compares {
        return false;
    }
    if SYSTEM.iter().any(|words| message.contains(words)) {
        return true;
    }
    let Some((before, _)) = message.split_once(": no such file or directory") else {
        return false;
    };
    let path = before.rsplit(' ').next().unwrap_or_default();
    let scratch = ask.scratch.to_string_lossy();
    path.starts_with('/') && !is_inside(ask, path) && !path.starts_with(scratch.as_ref())
}

#[cfg(test)]
mod tests;
