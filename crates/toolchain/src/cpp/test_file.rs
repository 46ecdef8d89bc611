//! Writes the test file that CTest runs.
//!
//! It has one test for each that is asked for, with the command and the properties that the
//! project's own has (environment, locks, fixtures, working directory), and a report file for
//! each. So every test has a process of its own in every order, a program that the project adds as
//! one test is taken apart, order and seed are ours, and the canaries stand beside the project's
//! tests.

use super::command::{Manner, report_file, words};
use super::entries::Entry;
use super::listing::Listed;
use super::model::Framework;
use super::session::Session;
use serde_json::Value;
use std::collections::BTreeSet;

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

pub(super) fn test_file(session: &Session<'_>, entries: &[usize], manner: &Manner) -> String {
    let ask = session.ask;
    let [passes, fails] = canaries(ask.nonce);
    let canary = |name: &str, argv: &[String]| {
        let argv: Vec<String> = argv.iter().map(|word| quoted(word)).collect();
        format!("add_test({} {})\n", quoted(name), argv.join(" "))
    };
    let mut text = canary(&passes, &manner.canaries[0]);
    let fixtures = fixtures(session, entries);
    let all: BTreeSet<usize> = entries.iter().chain(&fixtures).copied().collect();
    for index in fixtures.iter().chain(entries) {
        let entry = &session.entries[*index];
        let test = &session.tests[entry.listed];
        let mut words = vec![quoted(&format!("t{index}"))];
        let report = ask
            .scratch
            .join(report_file(&manner.dir, *index))
            .display()
            .to_string();
        words.extend(
            arguments(entry, test, &report)
                .iter()
                .map(|word| quoted(word)),
        );
        text.push_str(&format!("add_test({})\n", words.join(" ")));
        let file = manner.file_in.map(|variable| {
            let file = ask.scratch.join(manner.file(*index));
            format!("{variable}={}", file.display())
        });
        let properties = properties(session, test, (&all, manner.seconds, file));
        text.push_str(&format!(
            "set_tests_properties(t{index} PROPERTIES {properties})\n"
        ));
    }
    text.push_str(&canary(&fails, &manner.canaries[1]));
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

/// The project's properties of a test, with the limit of ours and a variable more.
fn properties(
    session: &Session<'_>,
    test: &Listed,
    (all, limit, variable): (&BTreeSet<usize>, u64, Option<String>),
) -> String {
    let own = test.properties.get("TIMEOUT").and_then(Value::as_f64);
    let own = own.filter(|own| *own > 0.0 && u32::try_from(limit).is_ok_and(|l| *own < l.into()));
    let mut found = vec![match own {
        Some(own) => format!("TIMEOUT {own}"),
        None => format!("TIMEOUT {limit}"),
    }];
    for name in PROPERTIES {
        let mut value = test.properties.get(name).and_then(text_of);
        if let Some(more) = variable.as_ref().filter(|_| name == "ENVIRONMENT") {
            let own = value.map_or(String::new(), |own| format!("{own};"));
            value = Some(format!("{own}{more}"));
        }
        if let Some(value) = value {
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
