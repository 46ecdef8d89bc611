//! Writes the small module that tells, at run time, which mutant is on. It needs the standard
//! library alone, no name of the project's, and serves every edition.

/// The variable that holds the number of the mutant that is on.
pub(super) const MUTANT: &str = "REDGREEN_MUTANT";
/// The variable that holds the file to which every place is written when it is first reached.
pub(super) const TRACE: &str = "REDGREEN_TRACE";

/// The module called `name` for the places `first..first + count`, on one line; `quiet` where it
/// may allow what the project's lints deny.
///
/// `on` gives back the number of the mutant that is on where it is one of the place's, else 0.
/// Several processes may append to one trace: one short write each.
pub(super) fn text(name: &str, (first, count): (usize, usize), quiet: bool) -> String {
    let allowed = if quiet {
        "#[allow(warnings, unused, clippy::all)] "
    } else {
        ""
    };
    let lines = [
        format!("{allowed}#[doc(hidden)] mod {name} {{"),
        "extern crate std;".to_owned(),
        "use self::std::prelude::v1::*;".to_owned(),
        "use self::std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};".to_owned(),
        "const UNREAD: usize = !0; const TRACING: usize = !0 - 1;".to_owned(),
        "static NUMBER: AtomicUsize = AtomicUsize::new(UNREAD);".to_owned(),
        "const UNSEEN: AtomicBool = AtomicBool::new(false);".to_owned(),
        format!("static SEEN: [AtomicBool; {count}] = [UNSEEN; {count}];"),
        "#[inline] pub(super) fn on(place: usize, first: usize, count: usize) -> usize {".to_owned(),
        "let number = match NUMBER.load(Ordering::Relaxed) {".to_owned(),
        "UNREAD | TRACING => look(place), number => number };".to_owned(),
        "if number.wrapping_sub(first) < count { number } else { 0 } }".to_owned(),
        "#[cold] fn look(place: usize) -> usize {".to_owned(),
        format!("if let Some(path) = self::std::env::var_os(\"{TRACE}\") {{"),
        "NUMBER.store(TRACING, Ordering::Relaxed);".to_owned(),
        format!("if !SEEN[place - {first}].swap(true, Ordering::Relaxed) {{"),
        "use self::std::io::Write;".to_owned(),
        "let mut options = self::std::fs::OpenOptions::new();".to_owned(),
        "if let Ok(mut file) = options.append(true).create(true).open(path) {".to_owned(),
        "let line = place.to_string() + \"\\n\"; let _ = file.write_all(line.as_bytes()); } } return 0 }"
            .to_owned(),
        format!("let word = self::std::env::var(\"{MUTANT}\").unwrap_or_default();"),
        "let number = word.parse().unwrap_or(0); NUMBER.store(number, Ordering::Relaxed); number }"
            .to_owned(),
        "pub(super) enum Either<A, B> { One(A), Other(B) }".to_owned(),
        "impl<T, A: Iterator<Item = T>, B: Iterator<Item = T>> Iterator for Either<A, B> {"
            .to_owned(),
        "type Item = T; fn next(&mut self) -> Option<T> {".to_owned(),
        "match *self { Either::One(ref mut one) => one.next(), Either::Other(ref mut other) => other.next() } } } }"
            .to_owned(),
    ];
    lines.join(" ")
}
