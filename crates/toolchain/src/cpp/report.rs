//! Sums a run up: one report from its build and its tests.

use super::command::{RUN, junit_file, report_file};
use super::diagnose::{Complaint, complaints, unconfigured};
use super::model::Built;
use super::outcome::{Seen, outcome};
use super::session::Session;
use super::surface::is_test_path;
use super::test_file::canaries;
use super::xml::{Junit, junit};
use crate::ask::{Exit, RawOutput};
use redgreen_core::evidence::{Diagnostic, Report, TestSeen, Trouble};
use redgreen_core::outcome::{Failure, Outcome};
use std::collections::BTreeMap;

/// Errors of a build that one test file is told to be hidden by.
const BLOCKING: usize = 6;

/// The report of a run whose commands all ended.
pub(super) fn report(session: &Session<'_>) -> Report {
    let mut report = Report {
        trouble: session.trouble.clone(),
        ..Report::default()
    };
    if let Some(log) = &session.unconfigured {
        take_unconfigured(session, log, &mut report);
        return report;
    }
    take_build(session, &mut report);
    for index in &session.asked {
        let entry = &session.entries[*index];
        let outcome = match &entry.off {
            Some(why) => Outcome::Skipped(why.clone()),
            None => Outcome::NotReached,
        };
        report
            .tests
            .insert(entry.name.clone(), TestSeen { outcome, ms: None });
    }
    if let Some((entries, output)) = &session.ran {
        take_run(session, entries, output, &mut report);
    }
    report
}

fn take_unconfigured(session: &Session<'_>, log: &str, report: &mut Report) {
    let failures = unconfigured(session.ask, log);
    if failures.is_empty() && report.trouble.is_none() {
        report.trouble = Some(cannot_configure(log));
    }
    let hide = |failure| Diagnostic {
        failure,
        hides: String::new(),
    };
    report.diagnostics.extend(failures.into_iter().map(hide));
}

/// Why the machine cannot configure the project.
pub(super) fn cannot_configure(log: &str) -> Trouble {
    let missing = |tool: &str, remedy: &str| Trouble::MissingTool {
        tool: tool.to_owned(),
        remedy: remedy.to_owned(),
    };
    if log.contains("_COMPILER could be found") || log.contains("_COMPILER not set") {
        return missing("a C++ compiler", "sudo apt-get install g++");
    }
    if log.contains("Could NOT find GTest") || log.contains("provided by \"GTest\"") {
        return missing(
            "GoogleTest",
            "sudo apt-get install libgtest-dev libgmock-dev",
        );
    }
    let (_, error) = log.split_once("CMake Error").unwrap_or(("", log));
    let words: Vec<&str> = error.split_whitespace().take(60).collect();
    Trouble::CouldNotRun {
        why: format!("CMake cannot configure the project: {}", words.join(" ")),
    }
}

/// Tells what hid the tests of programs that were not built.
fn take_build(session: &Session<'_>, report: &mut Report) {
    let ask = session.ask;
    let log = session.unbuilt.as_deref();
    let found = log.map_or_else(Vec::new, |log| complaints(ask, log));
    let missing = |target: &&Built| !target.exists && !target.sources.is_empty();
    for target in session.model.targets.iter().filter(missing) {
        let failures = blame(session, target, &found);
        let tests = target.sources.iter().map(|(path, _)| path);
        let tests: Vec<&String> = tests.filter(|path| is_test_path(path)).collect();
        if failures.is_empty() && !tests.is_empty() {
            report
                .left_out
                .push(format!("{} (no part of the default build)", target.name));
        }
        for path in tests {
            hide(&format!("{path}::"), &failures, report);
        }
    }
    for test in session.tests.iter().filter(|test| test.command.is_empty()) {
        // What stands in for the tests of a program that was not built, which are told above.
        if !test.name.ends_with("_NOT_BUILT") {
            let failures: Vec<Failure> = found
                .iter()
                .take(BLOCKING)
                .map(|each| each.failure.clone())
                .collect();
            hide(&format!("{}::{}", test.file, test.name), &failures, report);
        }
    }
    if let Some(log) = log.filter(|_| found.is_empty() && report.trouble.is_none()) {
        let why = log
            .lines()
            .rfind(|line| !line.trim().is_empty())
            .unwrap_or_default();
        report.trouble = Some(Trouble::CouldNotRun {
            why: format!("the build failed: {}", why.trim()),
        });
    }
}

fn hide(hides: &str, failures: &[Failure], report: &mut Report) {
    for failure in failures {
        let diagnostic = Diagnostic {
            failure: failure.clone(),
            hides: hides.to_owned(),
        };
        if !report.diagnostics.contains(&diagnostic) {
            report.diagnostics.push(diagnostic);
        }
    }
}

/// The errors that kept `target` from being built: its own, else those of what it needs, else any.
fn blame(session: &Session<'_>, target: &Built, found: &[Complaint]) -> Vec<Failure> {
    let of = |complaint: &Complaint, wanted: &Built| {
        let made = |output: &String| {
            let whole = session.build.join(output).display().to_string();
            wanted.artifacts.contains(&whole)
        };
        complaint.target() == Some(wanted.name.as_str()) || complaint.outputs.iter().any(made)
    };
    let pick = |wanted: &dyn Fn(&Complaint) -> bool| -> Vec<Failure> {
        let chosen = found.iter().filter(|complaint| wanted(complaint));
        chosen.map(|complaint| complaint.failure.clone()).collect()
    };
    let own = pick(&|complaint| of(complaint, target));
    if !own.is_empty() {
        return own;
    }
    let names = session.model.closure(target);
    let needed = session
        .model
        .targets
        .iter()
        .filter(|each| names.contains(each.name.as_str()));
    let needed: Vec<&Built> = needed.collect();
    let mut theirs = pick(&|complaint| needed.iter().any(|each| of(complaint, each)));
    if theirs.is_empty() {
        // A step that no target is named by: a generator, a missing file.
        theirs = pick(&|complaint| complaint.target().is_none());
    }
    theirs.truncate(BLOCKING);
    theirs
}

fn take_run(session: &Session<'_>, entries: &[usize], output: &RawOutput, report: &mut Report) {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let words = words(&stdout);
    let xml = output
        .files
        .get(&junit_file(RUN))
        .map(|bytes| String::from_utf8_lossy(bytes));
    let Some(found) = xml.and_then(|xml| junit(&xml)) else {
        let why = format!("CTest wrote no report and ended by {:?}", output.exit);
        report.trouble.get_or_insert(Trouble::Inconsistent { why });
        return;
    };
    let nothing = Junit::default();
    let mut trouble = canary_trouble(session, &found, output.exit);
    for index in entries {
        let entry = &session.entries[*index];
        let name = format!("t{index}");
        let Some(word) = words.get(name.as_str()) else {
            continue;
        };
        let seen = Seen {
            entry,
            word,
            junit: found.get(&name).unwrap_or(&nothing),
            report: output
                .files
                .get(&report_file(RUN, *index))
                .map(Vec::as_slice),
        };
        match outcome(session.ask, &seen) {
            Ok(outcome) => {
                let ms = seen.junit.ms;
                report
                    .tests
                    .insert(entry.name.clone(), TestSeen { outcome, ms });
            }
            Err(why) => trouble = trouble.or(Some(why)),
        }
    }
    let lost = entries
        .iter()
        .find(|index| !words.contains_key(format!("t{index}").as_str()));
    if let Some(index) = lost.filter(|_| trouble.is_none()) {
        let name = &session.entries[*index].name;
        trouble = Some(format!("CTest was asked for {name} and says nothing of it"));
    }
    if let Some(why) = trouble {
        report.trouble.get_or_insert(Trouble::Inconsistent { why });
    }
}

/// What the canaries say against the run. One of them fails, so CTest ends with 8.
pub(super) fn canary_trouble(
    session: &Session<'_>,
    found: &BTreeMap<String, Junit>,
    exit: Exit,
) -> Option<String> {
    let [passes, fails] = canaries(session.ask.nonce);
    let status = |name: &str| found.get(name).map(|test| test.status.as_str());
    if status(&passes) != Some("run") {
        return Some("a test that must pass did not".to_owned());
    }
    match status(&fails) {
        Some("fail") => {}
        Some("run") => return Some("a test that must fail passed".to_owned()),
        Some(_) | None => return Some("a test that must fail is missing".to_owned()),
    }
    (exit != Exit::Code(8)).then(|| format!("CTest ended by {exit:?}, and a test failed"))
}

/// What CTest printed of each test: ` 3/12 Test  #3: NAME ......***Failed    0.09 sec`.
pub(super) fn words(stdout: &str) -> BTreeMap<&str, &str> {
    let line = |line: &'_ str| -> Option<(usize, usize)> {
        let start = line.find(": ")? + 2;
        line.get(..start)?.contains(" Test ").then_some(())?;
        Some((start, line.get(start..)?.find(' ')?))
    };
    let mut found = BTreeMap::new();
    for text in stdout.lines() {
        if let Some((start, length)) = line(text) {
            let name = &text[start..start + length];
            let rest = text[start + length..].trim_start_matches([' ', '.']);
            found.insert(name, rest.trim());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_ctest_are_read_by_name() {
        let text = "      Start  1: t0\n 1/12 Test  #1: t0 .............   Passed    0.03 sec\n\
            2/12 Test #12: t11 ...............Subprocess aborted***Exception:   0.01 sec\n\
            3/12 Test  #6: t5 .....***Not Run (Disabled)   0.00 sec\n";
        let found = words(text);
        assert_eq!(found.get("t0"), Some(&"Passed    0.03 sec"));
        assert!(found["t11"].starts_with("Subprocess aborted***Exception"));
        assert!(found["t5"].contains("Not Run"));
        assert_eq!(found.len(), 3);
    }
}
