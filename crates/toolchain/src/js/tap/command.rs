//! Makes the commands that run ava, and the files of tape and tap.

use super::goals::{self, Goal};
use crate::js::detect::Runs;
use crate::js::language::{Part, parts};
use crate::js::session::script;
use crate::js::{names, node_test};
use crate::{Ask, Invocation, RawOutput, Role};
use serde_json::json;
use std::path::Path;

const THROWN: &str = include_str!("rg_thrown.cjs");
const AVA: &str = include_str!("rg_ava.mjs");
const TAP: &str = include_str!("rg_tap.cjs");

/// The report of the command at `index`, inside the scratch directory.
pub(super) fn report_file(index: usize) -> String {
    format!("report-{index}.jsonl")
}

/// The next command of a run.
pub(super) fn next(ask: &Ask<'_>, runs: Runs, so_far: &[RawOutput]) -> Option<Invocation> {
    let index = so_far.len();
    let goal = goals::goals(ask).into_iter().nth(index)?;
    let plant = |path: &String, sum: &str| {
        let text = goals::canary_text(ask, runs, path, sum);
        vec![(path.clone(), text)]
    };
    let plants = match &goal {
        Goal::Main { .. } => Vec::new(),
        Goal::Passes(path) => plant(path, "1"),
        Goal::Fails(path) => plant(path, "2"),
    };
    let (argv, env, own) = if runs == Runs::Ava {
        ava(ask, &goal)
    } else {
        node(ask, &goal)
    };
    let node_options = env.iter().find(|(name, _)| name == "NODE_OPTIONS");
    let question = json!({
        "nonce": ask.nonce,
        "tree": ask.tree.to_string_lossy(),
        "file": goal.file(),
        "report": ask.scratch.join(report_file(index)).to_string_lossy(),
        "limit_ms": ask.test_limit_ms,
        "node_options": node_options.map(|(_, value)| value),
    });
    Some(Invocation {
        role: Role::Run,
        argv,
        dir: ask.dir(),
        env: with_preload(ask, runs, env),
        writes: vec![
            ("rg_thrown.cjs".to_owned(), THROWN.to_owned()),
            own,
            ("ask.json".to_owned(), question.to_string()),
        ],
        plants,
        reads: vec![report_file(index)],
    })
}

type Made = (Vec<String>, Vec<(String, String)>, (String, String));

/// Options of ava that the project's script may give and that change how files are loaded.
const KEPT: [(&str, bool); 3] = [
    ("--config", true),
    ("--node-arguments", true),
    ("--no-worker-threads", false),
];

/// One file after another, one test after another: what a hang or an exit hit is known then.
fn ava(ask: &Ask<'_>, goal: &Goal) -> Made {
    let script = ask.unit.marks.get("script").map_or("", String::as_str);
    let given = script::given(script, "ava");
    let mut argv = vec![ask.tool.program.clone()];
    argv.extend(script::options(&given.args, &KEPT));
    let fixed = ["--tap", "--serial", "--no-fail-fast", "--no-color"];
    argv.extend(fixed.map(str::to_owned));
    argv.push(format!("--timeout={}ms", ask.test_limit_ms));
    match goal {
        Goal::Main {
            tests: Some(tests), ..
        } => argv.extend(matches(tests)),
        Goal::Main { tests: None, .. } | Goal::Passes(_) | Goal::Fails(_) => {}
    }
    let file = ask.unit.inside(goal.file()).unwrap_or(goal.file());
    argv.push(literal_path(file));
    (argv, given.env, ("rg_ava.mjs".to_owned(), AVA.to_owned()))
}

/// ava takes a path for a pattern of paths.
fn literal_path(path: &str) -> String {
    let special = |c: char| matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '(' | ')' | '!');
    let one = |c: char| if special(c) { '?' } else { c };
    path.chars().map(one).collect()
}

/// Patterns that take at least the asked titles: ava knows no way to mean a star itself. What else
/// fits is left out of the report.
fn matches(tests: &[String]) -> Vec<String> {
    let asked = tests.iter().filter_map(|test| names::titles(test));
    let pattern = |titles: names::Titles| {
        let made: String = match &titles.case {
            Some(case) => case.clone(),
            None => {
                let parts = parts(&titles.written).into_iter();
                let text = parts.map(|part| match part {
                    Part::Fixed(text) => text,
                    Part::Any => "*".to_owned(),
                });
                text.collect()
            }
        };
        let plain = made.split_whitespace().collect::<Vec<_>>().join(" ");
        match plain.strip_prefix('!') {
            Some(rest) => format!("--match=*{rest}"),
            None => format!("--match={plain}"),
        }
    };
    asked.map(pattern).collect()
}

fn node(ask: &Ask<'_>, goal: &Goal) -> Made {
    let script = ask.unit.marks.get("script").map_or("", String::as_str);
    let runner = ["tape", "tap"];
    let given = runner
        .iter()
        .map(|runner| script::given(script, runner))
        .find(|given| *given != script::Given::default());
    let own = ask.scratch.join("rg_tap.cjs");
    let mut argv = vec![ask.tool.program.clone()];
    argv.push("--require".to_owned());
    argv.push(own.to_string_lossy().into_owned());
    argv.extend(node_test::loading(ask));
    argv.push(ask.tree.join(goal.file()).to_string_lossy().into_owned());
    let env = given.map_or_else(Vec::new, |given| given.env);
    (argv, env, ("rg_tap.cjs".to_owned(), TAP.to_owned()))
}

/// ava's own process is reached through node's options, whatever script starts it.
fn with_preload(ask: &Ask<'_>, runs: Runs, env: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut all = env;
    if runs == Runs::Ava {
        let own = format!("--import={}", file_url(&ask.scratch.join("rg_ava.mjs")));
        match all.iter_mut().find(|(name, _)| name == "NODE_OPTIONS") {
            Some((_, value)) => *value = format!("{value} {own}"),
            None => all.push(("NODE_OPTIONS".to_owned(), own)),
        }
    }
    let has = |all: &[(String, String)], wanted: &str| all.iter().any(|(name, _)| name == wanted);
    if runs == Runs::Ava && !has(&all, "NODE_ENV") {
        all.push(("NODE_ENV".to_owned(), "test".to_owned()));
    }
    all
}

fn file_url(path: &Path) -> String {
    use std::fmt::Write as _;
    let mut made = "file://".to_owned();
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' => made.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => made.push(char::from(byte)),
            byte => {
                let _ = write!(made, "%{byte:02X}");
            }
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_at_least_the_asked_title() {
        let tests = [
            "t.js::\"two\\nlines  here\"",
            "t.js::\"!not *\"",
            "t.js::\"adds ${n}\"",
            "t.js::\"adds ${n}\"[adds 2]",
        ];
        let tests: Vec<String> = tests.map(str::to_owned).into();
        let owed = ["two lines here", "*not *", "adds *", "adds 2"];
        let owed: Vec<String> = owed.map(|title| format!("--match={title}")).into();
        assert_eq!(matches(&tests), owed);
    }

    #[test]
    fn the_address_of_a_file_is_one_word() {
        assert_eq!(
            file_url(Path::new("/a b/ö.mjs")),
            "file:///a%20b/%C3%B6.mjs"
        );
    }
}
