//! Types the errors of CMake, compiler and linker: what was missing, and where.

use super::model::in_tree;
use super::stub;
use super::typed::{file_symbol, quoted, symbol, typed};
use crate::ask::Ask;
use redgreen_core::outcome::{Failure, FailureKind, Location, Stage};

/// An error of a build, and words of the line that names what it kept from being built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) failure: Failure,
    /// `CMakeFiles/calc_test.dir/a.cpp.o`, `calc_test`: paths in the build directory.
    pub(super) outputs: Vec<String>,
}

impl Complaint {
    /// The name of the target that was not built, where the words show it.
    pub(super) fn target(&self) -> Option<&str> {
        self.outputs.iter().find_map(|output| {
            let (_, inside) = output.split_once("CMakeFiles/")?;
            inside.split('/').next()?.strip_suffix(".dir")
        })
    }
}

/// The text without escape sequences.
pub(super) fn plain(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        made.push_str(before);
        let after = after.strip_prefix('[').unwrap_or(after);
        let end = after
            .find(|c: char| c.is_ascii_alphabetic())
            .map_or(after.len(), |end| end + 1);
        rest = &after[end..];
    }
    made.push_str(rest);
    made
}

/// The errors of a build log, in its order.
pub(super) fn complaints(ask: &Ask<'_>, log: &str) -> Vec<Complaint> {
    let mut found: Vec<Complaint> = Vec::new();
    let mut block = Block::default();
    for line in log.lines() {
        if let Some(outputs) = line.strip_prefix("FAILED: ") {
            found.extend(block.close(ask, &[]));
            block.outputs = outputs.split_whitespace().map(str::to_owned).collect();
            block.failed = true;
        } else if is_progress(line) || line.starts_with("ninja: ") {
            block.lines.push(line.to_owned());
            found.extend(block.close(ask, &[]));
        } else if line.contains("*** [") && line.starts_with(['m', 'g']) {
            let words = line.split([' ', '[', ']', ':']);
            let outputs: Vec<String> = words.map(str::to_owned).collect();
            block.failed = true;
            found.extend(block.close(ask, &outputs));
        } else {
            block.lines.push(line.to_owned());
        }
    }
    found.extend(block.close(ask, &[]));
    found
}

/// `[3/18] Building ...` of Ninja, `[ 50%] Building ...` of Make.
fn is_progress(line: &str) -> bool {
    let inside = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    inside.is_some_and(|(inside, _)| {
        !inside.is_empty()
            && inside
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '/' | '%' | ' '))
    })
}

/// What one step of a build printed.
#[derive(Default)]
struct Block {
    outputs: Vec<String>,
    lines: Vec<String>,
    /// Whether the build tool says that the step failed.
    failed: bool,
}

impl Block {
    fn close(&mut self, ask: &Ask<'_>, later: &[String]) -> Vec<Complaint> {
        let block = std::mem::take(self);
        let outputs = if block.outputs.is_empty() {
            later.to_vec()
        } else {
            block.outputs
        };
        let mut failures = errors(ask, &block.lines);
        let text = block.lines.join("\n");
        if let Some(name) = stub::hit(&text) {
            // A program of the project ran while it was built: a generator, or to list its tests.
            let kind = FailureKind::Stub(name.clone());
            let message = format!("{}{name}", crate::language::STUB);
            failures = vec![Failure::new(Stage::Load, kind, &message)];
        } else if failures.is_empty() && block.failed {
            let kind = FailureKind::Exception("build step".to_owned());
            let message = said(&block.lines).unwrap_or("a step of the build failed");
            failures = vec![Failure::new(Stage::Load, kind, message)];
        }
        let complaint = |failure| Complaint {
            failure,
            outputs: outputs.clone(),
        };
        failures.into_iter().map(complaint).collect()
    }
}

/// Why a step failed, where nothing has a place: what calls itself an error, such as one about an
/// option, else the last words.
fn said(lines: &[String]) -> Option<&str> {
    let is_error = |line: &&String| line.starts_with("error: ") || line.contains(": error: ");
    let of_step = |line: &&String| !line.trim().is_empty() && !line.starts_with("ninja: ");
    let error = lines.iter().filter(of_step).find(is_error);
    let last = || lines.iter().rev().find(of_step);
    error.or_else(last).map(String::as_str)
}

/// The errors in the lines of one step.
fn errors(ask: &Ask<'_>, lines: &[String]) -> Vec<Failure> {
    let mut found: Vec<Failure> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let next = lines.get(index + 1).map_or("", String::as_str);
        let failure = compiler(ask, line, next).or_else(|| linker(ask, line));
        found.extend(failure.or_else(|| ninja(line)));
    }
    drop_consequences(&mut found);
    let mut seen: Vec<Failure> = Vec::new();
    found.retain(|failure| {
        let is_new = !seen.contains(failure);
        seen.push(failure.clone());
        is_new
    });
    found
}

/// What the parser says of the line of a name that it does not know follows from that.
fn drop_consequences(found: &mut Vec<Failure>) {
    let mut missing: Vec<Location> = Vec::new();
    found.retain(|failure| {
        let place = failure.at.clone();
        let is_missing = failure.kind == FailureKind::MissingName;
        if is_missing {
            missing.extend(place.clone());
        }
        failure.kind != FailureKind::Syntax || !place.is_some_and(|at| missing.contains(&at))
    });
}

/// `FILE:LINE:COLUMN: error: TEXT`.
fn compiler(ask: &Ask<'_>, line: &str, next: &str) -> Option<Failure> {
    let marks = [": fatal error: ", ": error: "];
    let (place, text) = marks.iter().find_map(|mark| line.split_once(mark))?;
    let mut parts = place.rsplitn(3, ':');
    let (last, middle, first) = (parts.next()?, parts.next()?, parts.next());
    let (path, number) = match (first, middle.parse::<u32>()) {
        (Some(path), Ok(number)) => (path.to_owned(), number),
        (_, _) => (
            format!(
                "{}{middle}",
                first.map_or(String::new(), |f| format!("{f}:"))
            ),
            last.parse().ok()?,
        ),
    };
    let at = Location::new(in_tree(ask, &path).unwrap_or(path), number);
    let (kind, symbol) = typed(ask, text, next);
    Some(
        Failure::new(Stage::Load, kind, text)
            .at(Some(at))
            .missing(symbol),
    )
}

/// `PLACE: undefined reference to ...` of the linkers.
fn linker(ask: &Ask<'_>, line: &str) -> Option<Failure> {
    let failure = |kind, text: &str| Failure::new(Stage::Load, kind, text);
    for mark in [
        "undefined reference to ",
        "undefined symbol: ",
        "Undefined symbol: ",
    ] {
        let Some((before, name)) = line.split_once(mark) else {
            continue;
        };
        let name = name.trim_matches(|c: char| matches!(c, '`' | '\'' | '"' | '‘' | '’'));
        let place = before.trim_end_matches([' ', ':']);
        let at = place.rsplit_once(':').and_then(|(path, number)| {
            Some(Location::new(
                in_tree(ask, path.rsplit(": ").next()?)?,
                number.parse().ok()?,
            ))
        });
        let text = format!("{mark}{name}");
        let found = failure(FailureKind::MissingName, &text).at(at);
        return Some(found.missing(Some(symbol(name))));
    }
    let (_, library) = line.split_once("cannot find -l")?;
    let library = library.split([':', ' ']).next().unwrap_or(library);
    let kind = FailureKind::MissingModule;
    Some(failure(kind, line).missing(Some(symbol(library))))
}

/// `ninja: error: 'src/a.cpp', needed by 'a.o', missing and no known rule to make it`.
fn ninja(line: &str) -> Option<Failure> {
    let rest = line.strip_prefix("ninja: error: ")?;
    let path = rest
        .contains("no known rule")
        .then(|| quoted(rest).into_iter().next())??;
    let found = Failure::new(Stage::Load, FailureKind::MissingModule, rest);
    Some(found.missing(Some(file_symbol(&path))))
}

/// Errors that CMake stops at, where they are about this tree and not about the machine.
pub(super) fn unconfigured(ask: &Ask<'_>, log: &str) -> Vec<Failure> {
    let mut found = Vec::new();
    for error in log.split("CMake Error").skip(1) {
        let (head, body) = error.split_once('\n').unwrap_or((error, ""));
        let text: String = body.split("\n\n\n").next().unwrap_or(body).to_owned();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let at = place_of(ask, head);
        let one = |kind| Failure::new(Stage::Load, kind, &text).at(at.clone());
        let named = |mark: &str| {
            let (_, rest) = text.split_once(mark)?;
            rest.split_whitespace()
                .next()
                .map(|word| word.trim_matches('"').to_owned())
        };
        let missing = |name: String| one(FailureKind::MissingName).missing(Some(symbol(&name)));
        if let Some(path) = named("Cannot find source file: ") {
            let found_one = one(FailureKind::MissingModule);
            found.push(found_one.missing(Some(file_symbol(&path))));
        } else if let Some(name) = named("links to: ") {
            found.push(missing(name));
        } else if text.contains("which is not built by this project") {
            found.extend(quoted(&text).into_iter().next().map(missing));
        } else if let Some(name) = named("Unknown CMake command ") {
            found.push(missing(name.trim_end_matches("\".").to_owned()));
        } else if head.contains("Parse error") || text.contains("Parse error") {
            found.push(one(FailureKind::Syntax));
        } else if text.contains("is not an existing directory") {
            found.push(one(FailureKind::MissingModule));
        }
    }
    found
}

/// ` at tests/CMakeLists.txt:8 (add_executable):`
fn place_of(ask: &Ask<'_>, head: &str) -> Option<Location> {
    let (_, rest) = head.split_once("at ")?;
    let (path, rest) = rest.split_once(':')?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(Location::new(in_tree(ask, path)?, digits.parse().ok()?))
}

#[cfg(test)]
mod tests;
