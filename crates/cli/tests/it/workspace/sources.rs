//! Reads every source file: what must not be in it.

use super::{none_of, rust_files, text};

/// What would make a decision depend on more than its arguments.
const NOT_IN_CORE: [&str; 11] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::thread",
    "SystemTime",
    "Instant",
    "tokio",
    "async fn",
    "async move",
    "println!",
];

/// What would make an adapter act.
const NOT_IN_TOOLCHAIN: [&str; 5] = ["std::process", "std::fs", "std::net", "tokio", "async fn"];

/// The lines of production code with their numbers: no comments, and nothing under `cfg(test)`.
fn code(path: &str) -> Vec<(usize, String)> {
    production(&text(path))
}

fn production(text: &str) -> Vec<(usize, String)> {
    let mut kept = Vec::new();
    let mut lines = (1_usize..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            let indent = &line[..line.len() - line.trim_start().len()];
            // Every file is formatted, so an item ends with a brace below its first letter.
            let end = format!("{indent}}}");
            lines
                .find(|(_, line)| *line == end || line.ends_with(';') && is_one_line(line, indent));
        } else if !line.trim_start().starts_with("//") {
            kept.push((number, line.to_owned()));
        }
    }
    kept
}

/// Whether an item that begins with `indent` is over in this line.
fn is_one_line(line: &str, indent: &str) -> bool {
    let rest = line.strip_prefix(indent).unwrap_or_default();
    !rest.starts_with(' ')
}

fn is_test_file(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/")
}

/// Every use of one of `words` as a word of its own in production code below `dir`.
fn uses(dir: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for path in rust_files(dir).iter().filter(|path| !is_test_file(path)) {
        for (number, line) in code(path) {
            let flat = flattened(&line);
            for word in words.iter().filter(|word| holds(&flat, word)) {
                found.push(format!("{path}:{number}: {word}"));
            }
        }
    }
    found
}

/// `use std::{fs, io}` as `std::fs std::io`, so that one spelling is looked for.
fn flattened(line: &str) -> String {
    let Some((start, rest)) = line.split_once("std::{") else {
        return line.to_owned();
    };
    let parts = rest.split([',', '}', '{']).map(str::trim);
    parts.fold(start.to_owned(), |all, part| format!("{all} std::{part}"))
}

fn holds(line: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(is_part);
        let after = line[at + word.len()..].chars().next().is_some_and(is_part);
        !(before || after && word.ends_with(is_part))
    })
}

#[test]
fn core_sees_nothing_but_its_arguments() {
    none_of(
        &uses("crates/core/src", &NOT_IN_CORE),
        "core decides from values alone",
    );
}

#[test]
fn toolchain_starts_no_process_and_opens_no_file() {
    none_of(
        &uses("crates/toolchain/src", &NOT_IN_TOOLCHAIN),
        "toolchain translates",
    );
}

#[test]
fn only_observe_makes_evidence() {
    let mut makers = Vec::new();
    for path in rust_files("crates")
        .iter()
        .filter(|path| !is_test_file(path))
    {
        for (number, line) in code(path) {
            if makes_evidence(&line) {
                makers.push(format!("{path}:{number}"));
            }
        }
    }
    let observe = "crates/engine/src/observe/";
    assert!(
        makers.iter().any(|maker| maker.starts_with(observe)),
        "observe makes evidence no more: this test looks for the wrong words"
    );
    makers.retain(|maker| !maker.starts_with(observe));
    none_of(&makers, "only engine's observe makes evidence");
}

/// Whether the line builds a value, and does not declare, implement or return the type.
fn makes_evidence(line: &str) -> bool {
    let declares = ["struct", "impl", "for", "->"];
    holds(line, "Evidence {")
        && line.match_indices("Evidence {").any(|(at, _)| {
            let before = line[..at].trim_end();
            let is_whole = !line[..at].ends_with(|letter: char| letter.is_alphanumeric());
            is_whole && !declares.iter().any(|word| before.ends_with(word))
        })
}

#[test]
fn every_source_file_opens_with_its_verb() {
    let opens = |path: &String| {
        let text = text(path);
        let first = text.lines().next().unwrap_or_default();
        first
            .strip_prefix("//! ")
            .is_some_and(|verb| verb.len() > 10)
    };
    let wrong: Vec<String> = rust_files("crates")
        .into_iter()
        .filter(|path| !path.contains("/corpus/") && !opens(path))
        .collect();
    none_of(&wrong, "the first line is `//! ` and what the file does");
}

#[test]
fn every_crate_names_its_room() {
    for room in ["core", "toolchain", "engine", "worker", "cli", "testkit"] {
        let head = text(&format!("crates/{room}/src/lib.rs"));
        let head: Vec<&str> = head
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        let named = format!("Room `{room}`.");
        assert!(
            head.iter().any(|line| line.contains(&named)),
            "crates/{room}/src/lib.rs: {named}"
        );
    }
}

#[test]
fn only_what_stands_under_cfg_test_is_left_out() {
    let text = "use a;\n#[cfg(test)]\nmod tests;\nfn b() {}\n#[cfg(test)]\nmod more {\n    \
                use super::*;\n    fn c() {}\n}\n// d\nfn e() {}\n";
    let kept: Vec<usize> = production(text).iter().map(|(number, _)| *number).collect();
    assert_eq!(kept, [1, 4, 11]);
}

#[test]
fn a_word_is_found_as_a_word_and_in_groups() {
    assert!(holds("use std::fs;", "std::fs"));
    assert!(holds(&flattened("use std::{fs, io};"), "std::fs"));
    assert!(!holds("use std::fsync;", "std::fs"));
    assert!(!holds("let x = Instantly;", "Instant"));
    assert!(makes_evidence("    let it = Evidence {"));
    assert!(!makes_evidence("pub struct Evidence {"));
    assert!(!makes_evidence("    WithoutEvidence {"));
    assert!(!makes_evidence("fn seen() -> Evidence {"));
}
