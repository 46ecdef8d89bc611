//! Makes the commands of nextest.

use super::super::command::{Lock, invocation};
use super::super::goal::Goal;
use crate::ask::{Ask, Invocation, Role};
use std::collections::BTreeSet;

/// The profile that redgreen brings. It inherits from the project's default profile.
const PROFILE: &str = "@tool:redgreen:prove";
/// The file that holds it, inside the scratch directory.
const CONFIG: &str = "nextest.toml";
/// The report, inside the scratch directory. One run has several commands.
fn report_file(number: usize) -> String {
    format!("nextest-{number}.xml")
}

/// How the tests of one command are chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Chosen {
    /// Place of the goal, and its tests.
    pub(in super::super) tests: Vec<(usize, Vec<String>)>,
    /// Whether they run one after another.
    pub(in super::super) serial: bool,
    /// Tells the commands of a run apart.
    pub(in super::super) number: usize,
}

/// Lists the tests of the goals' binaries as JSON, with what the project's filter leaves out.
pub(in super::super) fn list(ask: &Ask<'_>, goals: &[&Goal<'_>], lock: Lock) -> Invocation {
    let mut argv = start(ask, "list", number_of_list(), goals, lock);
    argv.extend(words(&["--message-format", "json"]));
    made(ask, Role::Build, argv, number_of_list())
}

fn number_of_list() -> usize {
    0
}

/// Runs the chosen tests.
pub(in super::super) fn run(
    ask: &Ask<'_>,
    goals: &[Goal<'_>],
    chosen: &Chosen,
    lock: Lock,
) -> Invocation {
    let own: Vec<&Goal<'_>> = chosen
        .tests
        .iter()
        .filter_map(|(goal, _)| goals.get(*goal))
        .collect();
    let mut argv = start(ask, "run", chosen.number, &own, lock);
    argv.extend(words(&[
        "--retries",
        "0",
        "--no-fail-fast",
        "--no-tests",
        "fail",
        "--no-input-handler",
        "--failure-output",
        "never",
        "--status-level",
        "none",
    ]));
    if chosen.serial {
        argv.extend(words(&["--test-threads", "1"]));
    }
    argv.push("-E".to_owned());
    argv.push(expression(goals, chosen));
    made(ask, Role::Run, argv, chosen.number)
}

fn words(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

/// `cargo nextest COMMAND` with the goals' targets and redgreen's profile.
fn start(
    ask: &Ask<'_>,
    command: &str,
    number: usize,
    goals: &[&Goal<'_>],
    lock: Lock,
) -> Vec<String> {
    let config = ask.scratch.join(config_file(number));
    let mut argv = vec![ask.tool.program.clone()];
    argv.extend(words(&[
        "nextest",
        command,
        "--color",
        "never",
        "--profile",
        PROFILE,
    ]));
    argv.push("--tool-config-file".to_owned());
    argv.push(format!("redgreen:{}", config.display()));
    let packages: BTreeSet<&str> = goals
        .iter()
        .map(|goal| goal.package.name.as_str())
        .collect();
    for package in packages {
        argv.extend(words(&["--package", package]));
    }
    if goals.iter().any(|goal| goal.target.kind == "lib") {
        argv.push("--lib".to_owned());
    }
    let named: BTreeSet<(&str, &str)> = goals
        .iter()
        .filter(|goal| goal.target.kind != "lib")
        .map(|goal| (goal.target.kind.as_str(), goal.target.name.as_str()))
        .collect();
    for (kind, name) in named {
        argv.extend([format!("--{kind}"), name.to_owned()]);
    }
    if lock == Lock::Kept {
        argv.push("--locked".to_owned());
    }
    argv
}

fn config_file(number: usize) -> String {
    format!("{number}-{CONFIG}")
}

fn made(ask: &Ask<'_>, role: Role, argv: Vec<String>, number: usize) -> Invocation {
    let mut made = invocation(ask, role, argv, &ask.dir());
    made.writes = vec![(config_file(number), config(ask, number))];
    made.reads = vec![report_file(number)];
    made.env
        .push(("NEXTEST_NO_PAGER".to_owned(), "1".to_owned()));
    made
}

/// The profile: nothing is tried twice or left out, and a test that is too slow is ended.
fn config(ask: &Ask<'_>, number: usize) -> String {
    let report = ask.scratch.join(report_file(number));
    let report = toml::Value::String(report.to_string_lossy().into_owned());
    let limit = ask.test_limit_ms.max(1);
    format!(
        "[profile.\"{PROFILE}\"]\nretries = 0\nfail-fast = false\n\
         slow-timeout = {{ period = \"{limit}ms\", terminate-after = 1, grace-period = \"0s\" }}\n\
         [profile.\"{PROFILE}\".junit]\npath = {report}\nstore-success-output = true\nstore-failure-output = true\n"
    )
}

/// The filter that takes exactly the chosen tests.
fn expression(goals: &[Goal<'_>], chosen: &Chosen) -> String {
    let of = |(goal, tests): &(usize, Vec<String>)| {
        let id = exact(&goals.get(*goal)?.id);
        let tests: Vec<String> = tests
            .iter()
            .map(|test| format!("test({})", exact(test)))
            .collect();
        Some(format!("(binary_id({id}) & ({}))", tests.join(" | ")))
    };
    let parts: Vec<String> = chosen.tests.iter().filter_map(of).collect();
    parts.join(" | ")
}

/// A matcher of exactly this name. Names hold no parenthesis, quote or escape of the language.
fn exact(name: &str) -> String {
    let mut text = "=".to_owned();
    for c in name.chars() {
        if matches!(c, '\\' | '/' | ')' | '(' | ',') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

/// The report of a command.
pub(super) fn report_of(chosen: &Chosen) -> String {
    report_file(chosen.number)
}
