//! Makes the commands that run vitest.

use crate::js::canary;
use crate::js::language::{Part, parts};
use crate::js::names::{self, Titles};
use crate::{Ask, Invocation, Probe, RawOutput, Role, Unit};
use redgreen_core::evidence::{Order, Selection};
use serde_json::json;
use std::collections::BTreeSet;

const REPORTER: &str = include_str!("rg-vitest.mjs");

/// The longest pattern of names that is handed over; longer ones run the whole files.
const LONGEST_PATTERN: usize = 60_000;

/// What brings vitest.
pub(super) fn remedy(unit: &Unit) -> String {
    let manager = unit.marks.get("manager").map_or("npm", String::as_str);
    match manager {
        "npm" => "npm ci".to_owned(),
        "pnpm" => "pnpm install --frozen-lockfile".to_owned(),
        other => format!("{other} install"),
    }
}

/// The vitest of the unit, of the directories around it, and the one that redgreen installed.
pub(super) fn probes(unit: &Unit) -> Vec<Probe> {
    let own = unit.dependencies.iter().map(String::as_str);
    let around = own.filter(|folder| {
        let home = folder
            .trim_end_matches("node_modules")
            .trim_end_matches('/');
        crate::js::is_inside(&unit.dir, home)
    });
    let folders: Vec<&str> = around.collect();
    let here = folders.iter().map(|folder| format!("{folder}/.bin/vitest"));
    let stored = folders
        .iter()
        .map(|folder| format!("$STORE/{folder}/.bin/vitest"));
    let programs = here.chain(stored);
    programs
        .map(|program| Probe {
            program,
            args: vec!["--version".to_owned()],
            remedy: remedy(unit),
        })
        .collect()
}

/// What one command of a run is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The asked tests, with a canary that passes where one can be placed.
    Main {
        /// The asked files, from the root; nothing for all.
        files: Option<Vec<String>>,
        /// The asked tests; nothing for all of the files.
        tests: Option<Vec<String>>,
        /// The canary's path, from the root.
        canary: Option<String>,
    },
    /// A canary that fails, alone.
    Fails {
        /// Its path, from the root.
        canary: String,
    },
}

/// The commands of a run, in order.
pub(super) fn goals(ask: &Ask<'_>) -> Vec<Goal> {
    let inside = |path: &&String| ask.unit.inside(path).is_some();
    match (ask.tests, ask.order) {
        (Selection::Tests(tests), Order::Alone) => tests
            .iter()
            .map(|test| Goal::Main {
                files: Some(vec![names::file_of(test).to_owned()]),
                tests: Some(vec![test.clone()]),
                canary: None,
            })
            .collect(),
        (Selection::Whole, _) => with_canaries(ask, None, None),
        (Selection::Files(files), _) => {
            let files: Vec<String> = files.iter().filter(inside).cloned().collect();
            with_canaries(ask, Some(files), None)
        }
        (Selection::Tests(tests), _) => {
            let files: BTreeSet<String> = tests
                .iter()
                .map(|test| names::file_of(test).to_owned())
                .collect();
            with_canaries(ask, Some(files.into_iter().collect()), Some(tests.clone()))
        }
    }
}

fn with_canaries(
    ask: &Ask<'_>,
    files: Option<Vec<String>>,
    tests: Option<Vec<String>>,
) -> Vec<Goal> {
    if files.as_ref().is_some_and(Vec::is_empty) {
        return Vec::new();
    }
    let sample = canary::sample(ask.unit, files.as_deref().unwrap_or_default()).map(str::to_owned);
    let place = |word: &str| {
        let stem = format!("rg-{word}-{}", ask.nonce);
        sample.as_ref().map(|sample| canary::beside(sample, &stem))
    };
    let with = ask.order == Order::AsWritten;
    let main = Goal::Main {
        files,
        tests,
        canary: place("canary").filter(|_| with),
    };
    let fails = place("failing").filter(|_| with);
    let fails = fails.map(|canary| Goal::Fails { canary });
    std::iter::once(main).chain(fails).collect()
}

/// The title of the canaries.
pub(super) fn canary_title(ask: &Ask<'_>) -> String {
    format!("redgreen canary {}", ask.nonce)
}

/// The report of the command at `index`, inside the scratch directory.
pub(super) fn report_file(index: usize) -> String {
    format!("report-{index}.jsonl")
}

/// The next command of a run.
pub(super) fn next(ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
    let index = so_far.len();
    let goal = goals(ask).into_iter().nth(index)?;
    let tests = match &goal {
        Goal::Main { tests, .. } => tests.as_deref().and_then(|tests| pattern(ask, tests)),
        Goal::Fails { .. } => None,
    };
    Some(invocation(ask, goal, index, tests))
}

/// The command that finds all the tests, and runs none but a canary.
pub(super) fn listing(ask: &Ask<'_>) -> Invocation {
    invocation(ask, listed(ask), 0, pattern(ask, &[]))
}

/// What is listed, with a canary that passes where one can be placed.
pub(super) fn listed(ask: &Ask<'_>) -> Goal {
    let all = Goal::Main {
        files: None,
        tests: None,
        canary: None,
    };
    goals(ask).into_iter().next().unwrap_or(all)
}

/// The command for `goal`, the one at `index`; of its tests those whose full names fit `tests`.
fn invocation(ask: &Ask<'_>, goal: Goal, index: usize, tests: Option<String>) -> Invocation {
    let reporter = format!("node_modules/rg-vitest-{index}.mjs");
    let question = json!({
        "nonce": ask.nonce,
        "tree": ask.tree.to_string_lossy(),
        "report": report_file(index),
    });
    let at = |path: &str| ask.tree.join(path).to_string_lossy().into_owned();
    let mut argv = flags(ask, &ask.scratch.join(&reporter).to_string_lossy());
    let mut plants = Vec::new();
    match goal {
        Goal::Main { files, canary, .. } => {
            argv.extend(tests.map(|pattern| format!("--testNamePattern={pattern}")));
            if let Some(files) = files {
                argv.extend(files.iter().chain(&canary).map(|path| at(path)));
            }
            plants.extend(canary.map(|path| (path, canary_text(ask, "1"))));
        }
        Goal::Fails { canary } => {
            argv.push(at(&canary));
            plants.push((canary, canary_text(ask, "2")));
        }
    }
    Invocation {
        role: Role::Run,
        argv,
        dir: ask.dir(),
        env: Vec::new(),
        writes: vec![
            (reporter.clone(), REPORTER.to_owned()),
            (reporter.replace(".mjs", ".json"), question.to_string()),
        ],
        plants,
        reads: vec![report_file(index)],
    }
}

/// What every command is given: no retries, no early end, no cache, no watching, no colours.
fn flags(ask: &Ask<'_>, reporter: &str) -> Vec<String> {
    let limit = ask.test_limit_ms;
    let mut flags: Vec<String> = [
        "run",
        "--watch=false",
        "--retry=0",
        "--bail=0",
        "--cache=false",
        "--allowOnly=true",
        "--includeTaskLocation=true",
        "--coverage.enabled=false",
        "--typecheck.enabled=false",
        "--update=false",
        "--passWithNoTests=false",
        "--dangerouslyIgnoreUnhandledErrors=false",
        "--clearScreen=false",
    ]
    .map(str::to_owned)
    .into();
    flags.insert(0, ask.tool.program.clone());
    flags.push(format!("--reporter={reporter}"));
    flags.push(format!("--testTimeout={limit}"));
    flags.push(format!("--hookTimeout={limit}"));
    match ask.order {
        Order::Shuffled(seed) => {
            flags.push("--sequence.shuffle=true".to_owned());
            flags.push(format!("--sequence.seed={seed}"));
        }
        Order::AsWritten | Order::Alone => flags.push("--sequence.shuffle=false".to_owned()),
    }
    flags
}

/// A test file that passes if `sum` is 1, and fails otherwise.
fn canary_text(ask: &Ask<'_>, sum: &str) -> String {
    let title = canary_title(ask);
    format!(
        "import {{ expect, test }} from 'vitest';\n\
         test('{title}', () => {{\n  expect(1).toBe({sum});\n}});\n"
    )
}

/// A regular expression for the full names of the asked tests, and of the canary.
fn pattern(ask: &Ask<'_>, tests: &[String]) -> Option<String> {
    let mut all: BTreeSet<String> = tests
        .iter()
        .filter_map(|test| names::titles(test))
        .map(|titles| one_pattern(&titles))
        .collect();
    all.insert(escaped(&canary_title(ask)));
    let all: Vec<String> = all.into_iter().collect();
    let pattern = format!("^(?:{})$", all.join("|"));
    (pattern.len() <= LONGEST_PATTERN).then_some(pattern)
}

/// vitest joins titles by a space.
fn one_pattern(titles: &Titles) -> String {
    let fixed = |text: &str| {
        let titles: Vec<String> = text.split(" > ").map(escaped).collect();
        titles.join(" (?:> )?")
    };
    if let Some(case) = &titles.case {
        return fixed(case);
    }
    let parts = parts(&titles.written).into_iter().map(|part| match part {
        Part::Fixed(text) => fixed(&text),
        Part::Any => "[\\s\\S]*".to_owned(),
    });
    parts.collect()
}

fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => made.push_str("\\n"),
            '\r' => made.push_str("\\r"),
            c if ".*+?^${}()|[]\\/-".contains(c) => {
                made.push('\\');
                made.push(c);
            }
            c => made.push(c),
        }
    }
    made
}
