//! Follows a run of jest or mocha: the programs that are written beside it, and what they report.

mod lines;
mod report;
pub(super) mod script;
mod thrown;

pub(super) use lines::Session;
pub(super) use report::{Canary, read};

use super::names;
use crate::{Ask, Unit};
use redgreen_core::evidence::{Order, Selection};
use serde_json::{Value, json};

/// What every followed run needs in its scratch directory.
const SHARED: [(&str, &str); 2] = [
    ("rg_facts.cjs", include_str!("rg_facts.cjs")),
    ("rg_launch.cjs", include_str!("rg_launch.cjs")),
];

/// Whether one command runs the asked tests, or only the test that must fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// The asked tests; the index of the only one, where each has a command of its own.
    Tests(Option<usize>),
    /// The test that must fail.
    Canary,
}

/// A command that is to be followed.
pub(super) struct Followed<'a> {
    /// The package that brings the runner.
    pub(super) package: &'a str,
    /// The runner's options, without files.
    pub(super) args: Vec<String>,
    /// Which command of the run it is.
    pub(super) index: usize,
    /// What it runs.
    pub(super) asks: Asks,
    /// The file, from the repository's root, that the canary's run is given.
    pub(super) slot: Option<&'a str>,
}

/// The report of the command at `index`, inside the scratch directory.
pub(super) fn report_file(index: usize) -> String {
    format!("report-{index}.jsonl")
}

/// The files that a followed run writes into its scratch directory, `own` ones with them.
pub(super) fn writes(
    ask: &Ask<'_>,
    followed: &Followed<'_>,
    own: &[(&str, &str)],
) -> Vec<(String, String)> {
    let shared = SHARED.iter().chain(own);
    let mut writes: Vec<(String, String)> = shared
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    writes.push(("ask.json".to_owned(), question(ask, followed)));
    writes
}

/// The asked names that one command runs; nothing where all tests of its files are asked.
fn asked<'a>(ask: &'a Ask<'_>, asks: Asks) -> Option<&'a [String]> {
    match (ask.tests, asks) {
        (Selection::Tests(names), Asks::Tests(Some(at))) => names.get(at..=at),
        (Selection::Tests(names), Asks::Tests(None) | Asks::Canary) => Some(names),
        (Selection::Whole | Selection::Files(_), _) => None,
    }
}

/// The files, from the repository's root, that one command is given; none where it takes all.
fn files(ask: &Ask<'_>, followed: &Followed<'_>) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    let mut add = |path: &str| {
        let known = files.iter().any(|known| known == path);
        if !known && ask.unit.inside(path).is_some() {
            files.push(path.to_owned());
        }
    };
    match (followed.asks, followed.slot, ask.tests) {
        (Asks::Canary, Some(slot), _) => add(slot),
        (_, _, Selection::Files(paths)) => paths.iter().for_each(|path| add(path)),
        (asks, _, Selection::Tests(_)) => asked(ask, asks)
            .unwrap_or_default()
            .iter()
            .for_each(|name| add(names::file_of(name))),
        (_, _, Selection::Whole) => {}
    }
    files
}

/// The question as the programs beside the runner read it.
fn question(ask: &Ask<'_>, followed: &Followed<'_>) -> String {
    let files = files(ask, followed);
    let from_unit = files.iter().filter_map(|path| ask.unit.inside(path));
    let shuffle = match ask.order {
        Order::Shuffled(seed) => Some(seed),
        Order::AsWritten | Order::Alone => None,
    };
    json!({
        "nonce": ask.nonce,
        "tree": ask.tree.to_string_lossy(),
        "scratch": ask.scratch.to_string_lossy(),
        "report": report_file(followed.index),
        "program": ask.tool.program,
        "package": followed.package,
        "args": followed.args,
        "paths": from_unit.collect::<Vec<_>>(),
        "files": files,
        "whole": *ask.tests == Selection::Whole && followed.asks != Asks::Canary,
        "tests": asked(ask, followed.asks).map(|names| picked(ask.unit, names)),
        "shuffle": shuffle,
        "limit_ms": ask.test_limit_ms,
        "canary": followed.asks == Asks::Canary,
    })
    .to_string()
}

/// The asked tests by file, as titles.
fn picked(unit: &Unit, names: &[String]) -> Value {
    let mut files = serde_json::Map::new();
    for name in names {
        let file = names::file_of(name);
        let Some(titles) = names::titles(name).filter(|_| unit.inside(file).is_some()) else {
            continue;
        };
        let list = files.entry(file).or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(json!({"written": titles.written, "case": titles.case}));
        }
    }
    Value::Object(files)
}
