//! Makes the commands: CMake configures and builds, CTest runs a test file of our own.
//!
//! The test file in the scratch directory has one test for each that is asked for, with the
//! command and the properties that the project's own has (environment, locks, fixtures, working
//! directory), and a report file for each. So every test has a process of its own in every order,
//! a program that the project adds as one test is taken apart, order and seed are ours, and the
//! canaries stand beside the project's tests.

use super::entries::Entry;
use super::listing::Listed;
use super::model::Framework;
use super::scripts;
use super::session::{Form, Session};
use crate::ask::{Ask, Invocation, Role};
use serde_json::Value;
use std::collections::BTreeSet;

/// The file that the model is written to.
pub(super) const PROGRAMS: &str = "model.json";
/// The file that a program's tests are listed in.
pub(super) const LISTED: &str = "listed.json";
/// CTest's own report.
pub(super) const JUNIT: &str = "run/junit.xml";

/// Properties of a test that go with it as they are.
const PROPERTIES: [&str; 16] = [
    "ENVIRONMENT",
    "ENVIRONMENT_MODIFICATION",
    "FAIL_REGULAR_EXPRESSION",
    "FIXTURES_CLEANUP",
    "FIXTURES_REQUIRED",
    "FIXTURES_SETUP",
    "PASS_REGULAR_EXPRESSION",
    "PROCESSORS",
    "PROCESSOR_AFFINITY",
    "REQUIRED_FILES",
    "RESOURCE_LOCK",
    "RUN_SERIAL",
    "SKIP_REGULAR_EXPRESSION",
    "SKIP_RETURN_CODE",
    "WILL_FAIL",
    "WORKING_DIRECTORY",
];

fn invocation(ask: &Ask<'_>, role: Role, argv: Vec<String>) -> Invocation {
    // Programs that speak another way where a variable says so.
    let env = [
        ("CLICOLOR_FORCE", "0"),
        ("GCC_COLORS", ""),
        ("CTEST_OUTPUT_ON_FAILURE", "0"),
        ("CTEST_PARALLEL_LEVEL", "1"),
        ("CCACHE_DISABLE", "1"),
    ];
    Invocation {
        role,
        argv,
        dir: ask.dir(),
        env: env
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        writes: Vec::new(),
        plants: Vec::new(),
        reads: Vec::new(),
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A CMake script of ours, run on the build directory.
fn script(session: &Session<'_>, name: &str, text: &str) -> Invocation {
    let ask = session.ask;
    let path = |inside: &str| ask.scratch.join(inside).display().to_string();
    let file = format!("{name}.cmake");
    let argv = vec![
        ask.tool.program.clone(),
        format!("-DBUILD={}", session.build.display()),
        format!("-DSOURCE={}", ask.dir().display()),
        format!("-DOUT={}", path(PROGRAMS)),
        "-P".to_owned(),
        path(&file),
    ];
    let mut made = invocation(ask, Role::Build, argv);
    made.writes.push((
        file,
        format!("cmake_minimum_required(VERSION 3.20)\n{text}"),
    ));
    made
}

pub(super) fn look(session: &Session<'_>) -> Invocation {
    script(session, "look", scripts::LOOK)
}

pub(super) fn purge(session: &Session<'_>) -> Invocation {
    script(session, "purge", scripts::PURGE)
}

pub(super) fn model(session: &Session<'_>) -> Invocation {
    let mut made = script(session, "model", scripts::MODEL);
    made.reads.push(PROGRAMS.to_owned());
    made
}

/// Configures a debug build with tests in it. `options` switch the project's tests on.
pub(super) fn configure(session: &Session<'_>, options: &str) -> Invocation {
    let ask = session.ask;
    let mut argv = vec![ask.tool.program.clone()];
    argv.extend([
        "-S".to_owned(),
        ask.dir().display().to_string(),
        "-B".to_owned(),
        session.build.display().to_string(),
        "-G".to_owned(),
        session.machine.generator.clone(),
    ]);
    argv.extend(words(&[
        "-DCMAKE_BUILD_TYPE=Debug",
        "-DBUILD_TESTING=ON",
        "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON",
        "-DCMAKE_COLOR_DIAGNOSTICS=OFF",
        "--no-warn-unused-cli",
        "-Wno-dev",
    ]));
    let named = options.split(';').filter(|option| !option.is_empty());
    argv.extend(named.map(|option| format!("-D{option}=ON")));
    invocation(ask, Role::Build, argv)
}

/// Builds everything that can be built, whatever else cannot.
pub(super) fn build(session: &Session<'_>) -> Invocation {
    let ask = session.ask;
    let dir = session.build.display().to_string();
    let mut argv = vec![ask.tool.program.clone()];
    argv.extend(words(&["--build", &dir, "--config", "Debug"]));
    let machine = &session.machine;
    argv.extend(words(&["--parallel", &machine.cores, "--"]));
    if machine.generator.starts_with("Ninja") {
        argv.extend(words(&["-k", "0"]));
    } else {
        // Grouped by target, so that errors can be told apart.
        argv.extend(words(&["-k", "-Otarget"]));
    }
    invocation(ask, Role::Build, argv)
}

/// CTest, from where CMake is.
fn ctest(ask: &Ask<'_>) -> String {
    let program = &ask.tool.program;
    match program.rsplit_once('/') {
        Some((dir, _)) => format!("{dir}/ctest"),
        None => "ctest".to_owned(),
    }
}

pub(super) fn tests(session: &Session<'_>) -> Invocation {
    let dir = session.build.display().to_string();
    let mut argv = vec![ctest(session.ask)];
    argv.extend(words(&[
        "--test-dir",
        &dir,
        "-C",
        "Debug",
        "--show-only=json-v1",
    ]));
    invocation(session.ask, Role::Build, argv)
}

/// Asks a program for its tests, where CTest would start it.
pub(super) fn list(session: &Session<'_>, program: &str, form: Form) -> Invocation {
    let ask = session.ask;
    let listed = ask.scratch.join(LISTED).display().to_string();
    let args = match (session.framework_of(program), form) {
        (Framework::Google, _) => vec![
            "--gtest_list_tests".to_owned(),
            format!("--gtest_output=json:{listed}"),
        ],
        (Framework::Doctest, _) => words(&["--list-test-cases", "-r=xml", "--no-skip=1"]),
        (Framework::Catch | Framework::Plain, Form::First) => {
            words(&["--list-test-names-only", "-v", "high"])
        }
        (Framework::Catch | Framework::Plain, Form::Second) => {
            words(&["--list-tests", "--reporter", "xml"])
        }
    };
    let mut argv = vec![program.to_owned()];
    argv.extend(args);
    let mut made = invocation(ask, Role::Build, argv);
    let starts = |test: &&Listed| test.command.first().is_some_and(|first| first == program);
    if let Some(test) = session.tests.iter().find(starts) {
        for pair in test.strings("ENVIRONMENT") {
            made.env.extend(
                pair.split_once('=')
                    .map(|(k, v)| (k.to_owned(), v.to_owned())),
            );
        }
        if let Some(Value::String(dir)) = test.properties.get("WORKING_DIRECTORY") {
            made.dir = dir.into();
        }
    }
    // An empty one first, so that no program can leave another's list behind.
    made.writes.push((LISTED.to_owned(), String::new()));
    made.reads.push(LISTED.to_owned());
    made
}

/// The file that the test at `index` reports to.
pub(super) fn report_file(index: usize) -> String {
    format!("run/{index}.report")
}

/// Runs `entries` in their order, one process each.
pub(super) fn run(session: &Session<'_>, entries: &[usize]) -> Invocation {
    let ask = session.ask;
    let path = |inside: &str| ask.scratch.join(inside).display().to_string();
    let (dir, junit, limit) = (path("run"), path(JUNIT), seconds(ask).to_string());
    let mut argv = vec![ctest(ask)];
    argv.extend(words(&[
        "--test-dir",
        &dir,
        "--output-junit",
        &junit,
        "--timeout",
        &limit,
    ]));
    argv.extend(words(&[
        "-j",
        "1",
        "--no-tests=error",
        "--repeat",
        "until-fail:1",
    ]));
    argv.extend(words(&["--test-output-size-passed", "1000000"]));
    argv.extend(words(&["--test-output-size-failed", "1000000"]));
    let mut made = invocation(ask, Role::Run, argv);
    let text = test_file(session, entries);
    made.writes
        .push(("run/CTestTestfile.cmake".to_owned(), text));
    made.reads.push(JUNIT.to_owned());
    made.reads
        .extend(entries.iter().map(|index| report_file(*index)));
    made
}

/// The limit of one test in whole seconds, at least one.
fn seconds(ask: &Ask<'_>) -> u64 {
    ask.test_limit_ms.div_ceil(1000).max(1)
}

/// Names of the canaries: one must pass, one must fail. They guard against a CTest that is none,
/// and against a report that is not of this run. What happens inside a test program they cannot
/// see: no test can be added to one without building it anew, which would be another program. There
/// the program's own report of each test stands against its exit instead.
pub(super) fn canaries(nonce: &str) -> [String; 2] {
    [
        format!("redgreen-{nonce}-passes"),
        format!("redgreen-{nonce}-fails"),
    ]
}

fn test_file(session: &Session<'_>, entries: &[usize]) -> String {
    let ask = session.ask;
    let [passes, fails] = canaries(ask.nonce);
    let cmake = quoted(&ask.tool.program);
    let mut text = format!("add_test({} {cmake} -E true)\n", quoted(&passes));
    let fixtures = fixtures(session, entries);
    let all: BTreeSet<usize> = entries.iter().chain(&fixtures).copied().collect();
    for index in fixtures.iter().chain(entries) {
        let entry = &session.entries[*index];
        let test = &session.tests[entry.listed];
        let mut words = vec![quoted(&format!("t{index}"))];
        let report = ask.scratch.join(report_file(*index)).display().to_string();
        words.extend(
            arguments(entry, test, &report)
                .iter()
                .map(|word| quoted(word)),
        );
        text.push_str(&format!("add_test({})\n", words.join(" ")));
        let properties = properties(session, test, &all);
        text.push_str(&format!(
            "set_tests_properties(t{index} PROPERTIES {properties})\n"
        ));
    }
    text.push_str(&format!("add_test({} {cmake} -E false)\n", quoted(&fails)));
    text
}

/// Tests that set up or clean away what `entries` require.
fn fixtures(session: &Session<'_>, entries: &[usize]) -> Vec<usize> {
    let of = |index: usize| &session.tests[session.entries[index].listed];
    let mut found: Vec<usize> = Vec::new();
    let mut open: Vec<usize> = entries.to_vec();
    while let Some(next) = open.pop() {
        for fixture in of(next).strings("FIXTURES_REQUIRED") {
            for index in 0..session.entries.len() {
                let serves = ["FIXTURES_SETUP", "FIXTURES_CLEANUP"]
                    .iter()
                    .any(|role| of(index).strings(role).contains(&fixture));
                if serves && !entries.contains(&index) && !found.contains(&index) {
                    found.push(index);
                    open.push(index);
                }
            }
        }
    }
    found.sort_unstable();
    found
}

/// The command of one test, and where it reports to.
fn arguments(entry: &Entry, test: &Listed, report: &str) -> Vec<String> {
    let Some(own) = &entry.own else {
        return test.command.clone();
    };
    let program = test.command.first().cloned().unwrap_or_default();
    let mut argv = vec![program];
    match entry.framework {
        Framework::Google => {
            let ours = [
                "filter",
                "output",
                "repeat",
                "shuffle",
                "break_on_failure",
                "color",
            ];
            let is_ours = |arg: &&String| {
                let flag = arg.strip_prefix("--gtest_").unwrap_or_default();
                ours.iter().any(|name| flag.starts_with(name))
            };
            let rest = test.command.iter().skip(1).filter(|arg| !is_ours(arg));
            argv.extend(rest.cloned());
            argv.push(format!("--gtest_filter={own}"));
            argv.push(format!("--gtest_output=json:{report}"));
            argv.extend(words(&["--gtest_repeat=1", "--gtest_color=no"]));
        }
        Framework::Catch => {
            let marks = ['\\', ',', '[', '"'];
            let escape = |c: char| [marks.contains(&c).then_some('\\'), Some(c)];
            argv.push(own.chars().flat_map(escape).flatten().collect());
            argv.extend(words(&["-r", "xml", "-o", report]));
        }
        Framework::Doctest => {
            let name = own.replace('\\', "\\\\").replace(',', "\\,");
            argv.push(format!("--test-case={name}"));
            argv.extend([String::from("-r=xml"), format!("-o={report}")]);
        }
        Framework::Plain => return test.command.clone(),
    }
    argv
}

fn properties(session: &Session<'_>, test: &Listed, all: &BTreeSet<usize>) -> String {
    let limit = seconds(session.ask);
    let own = test.properties.get("TIMEOUT").and_then(Value::as_f64);
    let own = own.filter(|own| *own > 0.0 && u32::try_from(limit).is_ok_and(|l| *own < l.into()));
    let mut found = vec![match own {
        Some(own) => format!("TIMEOUT {own}"),
        None => format!("TIMEOUT {limit}"),
    }];
    for name in PROPERTIES {
        if let Some(value) = test.properties.get(name).and_then(text_of) {
            found.push(format!("{name} {}", quoted(&value)));
        }
    }
    let before = test.strings("DEPENDS");
    let first = |index: &&usize| {
        let listed = session.entries[**index].listed;
        before.contains(&session.tests[listed].name)
    };
    let named: Vec<String> = all
        .iter()
        .filter(first)
        .map(|index| format!("t{index}"))
        .collect();
    if !named.is_empty() {
        found.push(format!("DEPENDS {}", quoted(&named.join(";"))));
    }
    found.join(" ")
}

/// The value of a property as CMake writes it.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Bool(on) => Some(if *on { "TRUE" } else { "FALSE" }.to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => {
            let words = list.iter().filter_map(text_of);
            Some(words.collect::<Vec<_>>().join(";"))
        }
        Value::Null | Value::Object(_) => None,
    }
}

/// The text as a bracket argument, in which nothing is special.
fn quoted(text: &str) -> String {
    let mut fence = "=".to_owned();
    while text.contains(&format!("]{fence}]")) || text.ends_with(&format!("]{fence}")) {
        fence.push('=');
    }
    // CMake drops a first line break.
    let text = text
        .strip_prefix('\n')
        .map_or(text.to_owned(), |rest| format!("\n\n{rest}"));
    format!("[{fence}[{text}]{fence}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_a_quoted_word() {
        assert_eq!(quoted("a b"), "[=[a b]=]");
        assert_eq!(quoted("]=] )"), "[==[]=] )]==]");
        assert_eq!(quoted("a]="), "[==[a]=]==]");
        assert_eq!(quoted("\nx"), "[=[\n\nx]=]");
    }
}
