//! Holds the whole workspace to what its documents promise, by reading its files.

mod crates;
mod documents;
mod sources;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The workspace's root.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.join("../..").canonicalize().expect("the workspace")
}

/// The text of a file, named from the workspace's root.
fn text(path: &str) -> String {
    let text = std::fs::read_to_string(root().join(path));
    text.unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file below `dir` from the workspace's root, but for what builds and git leave there.
fn files(dir: &str) -> BTreeSet<String> {
    let (top, mut found) = (root(), BTreeSet::new());
    let mut dirs = vec![top.join(dir)];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(&dir).expect("the directory can be listed") {
            let path = entry.expect("the entry can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if matches!(&*name, ".git" | "target") {
                continue;
            }
            if path.is_dir() {
                dirs.push(path);
            } else {
                let path = path.strip_prefix(&top).expect("inside");
                found.insert(path.to_string_lossy().into_owned());
            }
        }
    }
    assert!(!found.is_empty(), "{dir} holds no file");
    found
}

/// The files below `dir` whose names end in `.rs`.
fn rust_files(dir: &str) -> BTreeSet<String> {
    let mut found = files(dir);
    found.retain(|path| path.ends_with(".rs"));
    found
}

/// What is in backticks in a Markdown text, fenced blocks left out.
fn in_backticks(markdown: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fenced = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            found.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
}

/// Fails with every line of `wrong`, where there is one.
fn none_of(wrong: &[String], rule: &str) {
    assert!(wrong.is_empty(), "{rule}:\n  {}", wrong.join("\n  "));
}
