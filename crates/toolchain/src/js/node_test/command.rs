//! Makes the commands that run node's own test runner.

use crate::js::names;
use crate::{Ask, Invocation, Probe, RawOutput, Role};
use redgreen_core::evidence::{Order, Selection};
use serde_json::json;
use std::collections::BTreeSet;

const REPORTER: &str = include_str!("rg-node.mjs");

/// The mark of a unit with its test files, one a line.
pub(crate) const FILES: &str = "files";

/// Flags of the project's own script that change how its modules are loaded. Those with a value
/// have it behind `=` or in the next word.
const KEPT: [&str; 8] = [
    "--import",
    "--require",
    "-r",
    "--loader",
    "--experimental-loader",
    "--conditions",
    "-C",
    "--env-file",
];

/// The node on the search path.
pub(crate) fn probes() -> Vec<Probe> {
    vec![Probe {
        program: "node".to_owned(),
        args: vec!["--version".to_owned()],
        remedy: "install node 20 or later".to_owned(),
    }]
}

/// What one command of a run is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The asked tests of these files (from the root), with a canary that passes.
    Main {
        /// The files.
        files: Vec<String>,
        /// The asked tests; nothing for all of the files.
        tests: Option<Vec<String>>,
    },
    /// A canary that fails, alone.
    Fails,
}

/// The commands of a run, in order.
pub(super) fn goals(ask: &Ask<'_>) -> Vec<Goal> {
    let all = ask.unit.marks.get(FILES).map_or("", String::as_str);
    let mut known: Vec<String> = all.lines().map(str::to_owned).collect();
    let files_of = |tests: &[String]| -> Vec<String> {
        let files: BTreeSet<&str> = tests.iter().map(|test| names::file_of(test)).collect();
        files.into_iter().map(str::to_owned).collect()
    };
    let (mut files, tests) = match (ask.tests, ask.order) {
        (Selection::Tests(tests), Order::Alone) => {
            let one = |test: &String| Goal::Main {
                files: present(files_of(std::slice::from_ref(test)), &known),
                tests: Some(vec![test.clone()]),
            };
            return tests.iter().map(one).collect();
        }
        (Selection::Whole, _) => (std::mem::take(&mut known), None),
        (Selection::Files(files), _) => (present(files.clone(), &known), None),
        (Selection::Tests(tests), _) => (present(files_of(tests), &known), Some(tests.clone())),
    };
    if files.is_empty() {
        return Vec::new();
    }
    if let Order::Shuffled(seed) = ask.order {
        shuffle(&mut files, seed);
    }
    let main = Goal::Main { files, tests };
    match ask.order {
        Order::AsWritten => vec![main, Goal::Fails],
        Order::Shuffled(_) | Order::Alone => vec![main],
    }
}

/// The files that the tree has: node fails on a path that is not there.
fn present(files: Vec<String>, known: &[String]) -> Vec<String> {
    files
        .into_iter()
        .filter(|file| known.contains(file))
        .collect()
}

/// node 20 cannot shuffle the tests of a file: only the files come in another order.
fn shuffle(files: &mut [String], seed: u32) {
    let mut state = u64::from(seed)
        .wrapping_mul(2)
        .wrapping_add(0x9E37_79B9_7F4A_7C15);
    for last in (1..files.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bound = u64::try_from(last + 1).unwrap_or(1);
        files.swap(last, usize::try_from(state % bound).unwrap_or(0));
    }
}

/// The report of the command at `index`, inside the scratch directory.
pub(super) fn report_file(index: usize) -> String {
    format!("report-{index}.jsonl")
}

/// The canary of the command at `index`, inside the scratch directory.
pub(super) fn canary_file(index: usize) -> String {
    format!("rg-canary-{index}.test.mjs")
}

/// The title of the canaries.
pub(super) fn canary_title(ask: &Ask<'_>) -> String {
    format!("redgreen canary {}", ask.nonce)
}

/// The next command of a run.
pub(super) fn next(ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
    let index = so_far.len();
    let goal = goals(ask).into_iter().nth(index)?;
    Some(invocation(ask, &goal, index))
}

/// The command that finds all the tests, and runs none but a canary.
pub(super) fn listing(ask: &Ask<'_>) -> Invocation {
    let files = goals(ask).into_iter().find_map(|goal| match goal {
        Goal::Main { files, .. } => Some(files),
        Goal::Fails => None,
    });
    let none = Goal::Main {
        files: files.unwrap_or_default(),
        tests: Some(Vec::new()),
    };
    invocation(ask, &none, 0)
}

/// The command for `goal`, the one at `index`.
fn invocation(ask: &Ask<'_>, goal: &Goal, index: usize) -> Invocation {
    let reporter = format!("rg-node-{index}.mjs");
    let scratch = |name: &str| ask.scratch.join(name).to_string_lossy().into_owned();
    let mut argv = vec![ask.tool.program.clone()];
    argv.extend(loading(ask));
    argv.extend([
        "--test".to_owned(),
        format!("--test-timeout={}", ask.test_limit_ms),
        format!("--test-reporter={}", scratch(&reporter)),
        format!(
            "--test-reporter-destination={}",
            scratch(&report_file(index))
        ),
    ]);
    let sum = match goal {
        Goal::Main { files, tests } => {
            if let Some(tests) = tests {
                argv.extend(patterns(ask, tests));
            }
            let at = |path: &String| ask.tree.join(path).to_string_lossy().into_owned();
            argv.extend(files.iter().map(at));
            "1"
        }
        Goal::Fails => "2",
    };
    argv.push(scratch(&canary_file(index)));
    let question = json!({ "nonce": ask.nonce, "tree": ask.tree.to_string_lossy() });
    Invocation {
        role: Role::Run,
        argv,
        dir: ask.dir(),
        env: Vec::new(),
        writes: vec![
            (reporter.clone(), REPORTER.to_owned()),
            (reporter.replace(".mjs", ".json"), question.to_string()),
            (canary_file(index), canary_text(ask, sum)),
        ],
        plants: Vec::new(),
        reads: vec![report_file(index)],
    }
}

/// A test file that passes if `sum` is 1, and fails otherwise.
fn canary_text(ask: &Ask<'_>, sum: &str) -> String {
    let title = canary_title(ask);
    format!(
        "import assert from 'node:assert';\nimport {{ test }} from 'node:test';\n\
         test('{title}', () => {{\n  assert.strictEqual(1, {sum});\n}});\n"
    )
}

/// Flags by which the project loads its modules: those of its script, else its loader.
pub(crate) fn loading(ask: &Ask<'_>) -> Vec<String> {
    let mut flags: Vec<String> = Vec::new();
    let script = ask.unit.marks.get("script").map_or("", String::as_str);
    let mut words = script
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'']));
    while let Some(word) = words.next() {
        let name = word.split('=').next().unwrap_or(word);
        let switch = word.starts_with("--experimental-")
            && !word.contains("coverage")
            && !word.contains("test")
            && !KEPT.contains(&name);
        if switch || word == "--enable-source-maps" {
            flags.push(word.to_owned());
        } else if KEPT.contains(&name) {
            flags.push(word.to_owned());
            if !word.contains('=') {
                flags.extend(words.next().map(str::to_owned));
            }
        }
    }
    let loads = |flags: &[String]| {
        let names = ["import", "loader", "require", "-r"];
        flags
            .iter()
            .any(|flag| names.iter().any(|name| flag.contains(name)))
    };
    match ask.unit.marks.get("loader").map(String::as_str) {
        Some("tsx") if !loads(&flags) => flags.push("--import=tsx".to_owned()),
        Some("ts-node") if !loads(&flags) => flags.push("--require=ts-node/register".to_owned()),
        Some(_) | None => {}
    }
    flags
}

/// node holds a pattern against each title by itself: the titles of the asked tests and of all
/// around them, and of the canary. What else fits is left out of the report.
fn patterns(ask: &Ask<'_>, tests: &[String]) -> Vec<String> {
    let mut titles: BTreeSet<String> = BTreeSet::new();
    for test in tests.iter().filter_map(|test| names::titles(test)) {
        let shown = test.case.unwrap_or(test.written);
        if shown.contains("${") {
            // A title that is made at run time: everything runs.
            return Vec::new();
        }
        titles.extend(shown.split(" > ").map(str::to_owned));
        titles.insert(shown);
    }
    titles.insert(canary_title(ask));
    let all: Vec<String> = titles.iter().map(|title| escaped(title)).collect();
    let pattern = format!("^(?:{})$", all.join("|"));
    if pattern.len() > 60_000 {
        return Vec::new();
    }
    vec![format!("--test-name-pattern={pattern}")]
}

fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        if ".*+?^${}()|[]\\/".contains(c) {
            made.push('\\');
        }
        match c {
            '\n' => made.push_str("\\n"),
            c => made.push(c),
        }
    }
    made
}
