//! Follows a run of jest or mocha: the programs that are written beside it, and what they report.

mod lines;
mod reconcile;
mod report;
pub(super) mod script;
mod thrown;

use lines::Session;
pub(super) use report::{listed, read};
use script::Given;

use super::language::{Part, parts};
use super::names;
use crate::{Ask, Invocation, Probe, RawOutput, Role, Unit};
use redgreen_core::evidence::{Order, Selection};
use redgreen_core::outcome::{FailureKind, Stage};
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
    /// None of the tests that it finds.
    Names,
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

/// Whether what was thrown, as the programs beside a runner tell it, is a failed assertion.
pub(super) fn is_assertion(error: Value) -> bool {
    let thrown = serde_json::from_value(error).unwrap_or_default();
    let failure = thrown::failure(Stage::Call, &thrown, &[]);
    failure.kind == FailureKind::Assertion
}

/// Programs that may serve the unit: the runner of the nearest dependency folder that has it.
pub(super) fn probes(unit: &Unit, package: &str) -> Vec<Probe> {
    let folders = unit.dependencies.iter().filter(|folder| {
        let home = folder.trim_end_matches("node_modules");
        crate::js::is_inside(&unit.dir, home.trim_end_matches('/'))
    });
    let installed = folders.clone().map(|folder| format!("$STORE/{folder}"));
    let installed = installed.filter(|_| !unit.install.is_empty());
    let homes = folders.cloned().chain(installed);
    homes
        .map(|home| Probe {
            program: format!("{home}/.bin/{package}"),
            args: vec!["--version".to_owned()],
            remedy: format!("npm install --save-dev {package}"),
        })
        .collect()
}

/// What the project's own script gives the runner.
pub(super) fn given(ask: &Ask<'_>, runner: &str) -> Given {
    let script = ask.unit.marks.get("script");
    script.map_or_else(Given::default, |script| script::given(script, runner))
}

/// The commands of a run, as far as `so_far` tells: the asked tests, one command each where they
/// are asked alone; then the test that must fail, in a run that came to its end.
pub(super) fn owed(ask: &Ask<'_>, so_far: &[RawOutput]) -> Vec<Asks> {
    match (ask.tests, ask.order) {
        (Selection::Tests(names), Order::Alone) => {
            (0..names.len()).map(|at| Asks::Tests(Some(at))).collect()
        }
        (Selection::Tests(names) | Selection::Files(names), _) if names.is_empty() => Vec::new(),
        (_, Order::AsWritten) if ends_with_file(ask, so_far) => {
            vec![Asks::Tests(None), Asks::Canary]
        }
        (_, _) => vec![Asks::Tests(None)],
    }
}

fn ends_with_file(ask: &Ask<'_>, so_far: &[RawOutput]) -> bool {
    first(ask, so_far).is_some_and(|session| session.ended() && session.first_file().is_some())
}

fn first(ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Session> {
    let report = so_far.first()?.files.get(&report_file(0))?;
    Some(Session::read(report, ask.nonce))
}

/// A file that the runner takes up: the run of the test that must fail is given it.
pub(super) fn slot(ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<String> {
    first(ask, so_far)?.first_file().map(str::to_owned)
}

/// The command that `followed` comes to.
pub(super) fn invocation(
    ask: &Ask<'_>,
    followed: &Followed<'_>,
    own: &[(&str, &str)],
    given: Given,
) -> Invocation {
    let launch = ask.scratch.join("rg_launch.cjs");
    let mut argv = vec!["node".to_owned()];
    argv.extend(given.node);
    argv.push(launch.to_string_lossy().into_owned());
    let mut env = given.env;
    if !env.iter().any(|(name, _)| name == "NODE_ENV") {
        env.push(("NODE_ENV".to_owned(), "test".to_owned()));
    }
    Invocation {
        role: Role::Run,
        argv,
        dir: ask.dir(),
        env,
        writes: writes(ask, followed, own),
        plants: Vec::new(),
        reads: vec![report_file(followed.index)],
    }
}

/// The report of the command at `index`, inside the scratch directory.
fn report_file(index: usize) -> String {
    format!("report-{index}.jsonl")
}

/// The files that a followed run writes into its scratch directory, `own` ones with them.
fn writes(ask: &Ask<'_>, followed: &Followed<'_>, own: &[(&str, &str)]) -> Vec<(String, String)> {
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
        (Selection::Tests(names), Asks::Tests(None) | Asks::Canary | Asks::Names) => Some(names),
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
        "names": followed.asks == Asks::Names,
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
            let pattern = pattern(&titles.written);
            list.push(json!({"pattern": pattern, "case": titles.case}));
        }
    }
    Value::Object(files)
}

/// A regular expression that takes every title that the written one can be shown as.
fn pattern(written: &str) -> String {
    let part = |part: Part| match part {
        Part::Any => "[^]*".to_owned(),
        Part::Fixed(text) => text.chars().map(literal).collect(),
    };
    let parts: String = parts(written).into_iter().map(part).collect();
    // A title that only looks as if rows filled it is shown as it is written.
    let plain: String = written.chars().map(literal).collect();
    format!("^(?:{parts}|{plain})$")
}

fn literal(c: char) -> String {
    match c {
        '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|'
        | '/' => {
            format!("\\{c}")
        }
        c => c.to_string(),
    }
}
