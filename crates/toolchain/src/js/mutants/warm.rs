//! Tries many mutants in one process that has loaded everything once, and reads what it said.
//!
//! A kill counts only where the same test passed as soon as the mutant was off, and a survivor
//! only where the tests did run over the mutant. Everything else is tried in a process of its own.

use super::course::Course;
use crate::js::names;
use crate::js::runs::Runs;
use crate::js::session;
use crate::js::thrown::{self, Around, Thrown};
use crate::mutate::LINE_HAS_SURVIVOR;
use redgreen_core::mutant::{Fate, Kill, Mutant};
use redgreen_core::outcome::{FailureKind, Stage};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// File and titles of a test.
type Shown = (String, String);

fn shown(test: &str) -> Shown {
    let titles = names::titles(test);
    let titles = titles.map(|titles| titles.case.unwrap_or(titles.written));
    (names::file_of(test).to_owned(), titles.unwrap_or_default())
}

/// The list of `numbers` as the process reads it.
pub(super) fn list(numbers: &[usize], mutants: &[Mutant], courses: &[Course]) -> String {
    let item = |number: &usize| {
        let (mutant, course) = (&mutants[*number], &courses[*number]);
        let line = super::plan::line_of(mutant);
        let line = line.map(|(path, lines)| format!("{path}:{}", lines.first));
        let all = |tests: &[String]| tests.iter().map(|test| shown(test)).collect::<Vec<_>>();
        json!({
            "n": number,
            "line": line,
            "new": all(&course.new),
            "others": all(&course.others),
        })
    };
    Value::Array(numbers.iter().map(item).collect()).to_string()
}

#[derive(Deserialize)]
struct Line {
    n: String,
    ev: String,
    at: Option<usize>,
    file: Option<String>,
    group: Option<String>,
    hit: Option<bool>,
    test: Option<String>,
    late: Option<bool>,
    stage: Option<String>,
    error: Option<Value>,
}

/// What one group of tests of one file did.
#[derive(Clone, Debug, Default)]
struct Group {
    passed: bool,
    failed: Option<(Shown, Option<Kill>)>,
    confirmed: bool,
}

/// What a process said of one mutant.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    skipped: bool,
    groups: BTreeMap<(String, String), Group>,
}

/// What the process said of each mutant that it took up.
pub(super) fn read(bytes: &[u8], nonce: &str, runs: Runs) -> BTreeMap<usize, Said> {
    let mut said: BTreeMap<usize, Said> = BTreeMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let Ok(line) = serde_json::from_slice::<Line>(line) else {
            continue;
        };
        let Some(at) = line.at.filter(|_| line.n == nonce) else {
            continue;
        };
        let one = said.entry(at).or_default();
        let key = (
            line.file.unwrap_or_default(),
            line.group.unwrap_or_default(),
        );
        match line.ev.as_str() {
            "skipped" => one.skipped = true,
            "try" => *one.groups.entry(key).or_default() = Group::default(),
            "passed" => one.groups.entry(key).or_default().passed = line.hit == Some(true),
            "failed" => {
                let test = line.test.as_deref().map(serde_json::from_str::<Shown>);
                let late = line.late == Some(true) || line.stage.as_deref() == Some("load");
                let how = line.error.filter(|_| !late).map(|error| kill(error, runs));
                let test = test.and_then(Result::ok).unwrap_or_default();
                one.groups.entry(key).or_default().failed = Some((test, how));
            }
            "confirmed" => one.groups.entry(key).or_default().confirmed = true,
            _ => {}
        }
    }
    said
}

/// How a test noticed, by what it threw.
fn kill(error: Value, runs: Runs) -> Kill {
    let is_assertion = if runs == Runs::Mocha {
        session::is_assertion(error)
    } else {
        let thrown: Thrown = serde_json::from_value(error).unwrap_or_default();
        let failure = thrown::failure(Stage::Call, &thrown, Around::default());
        failure.kind == FailureKind::Assertion
    };
    if is_assertion {
        Kill::Assertion
    } else {
        Kill::Error
    }
}

/// Takes what was said of a mutant into its course: it is settled, or left to a run of its own.
pub(super) fn take(course: &mut Course, said: &Said, runs: Runs) {
    course.warm = false;
    if said.skipped {
        course.end(Fate::Skipped(LINE_HAS_SURVIVOR.to_owned()));
        return;
    }
    let Some(by_new) = of_group(&course.new, "new", said, runs) else {
        return;
    };
    if matches!(by_new, Fate::Killed { .. }) {
        course.settle(by_new.clone(), by_new);
        return;
    }
    let Some(by_others) = of_group(&course.others, "others", said, runs) else {
        return;
    };
    let by_any = if course.others.is_empty() {
        by_new.clone()
    } else {
        by_others
    };
    course.settle(by_new, by_any);
}

/// What became of the mutant in one group of tests, where that is certain.
fn of_group(tests: &[String], group: &str, said: &Said, runs: Runs) -> Option<Fate> {
    if tests.is_empty() {
        return Some(Fate::NotReached);
    }
    // One process of mocha has the tests of all files.
    let shared = runs == Runs::Mocha;
    let own = |test: &String| (!shared).then(|| names::file_of(test).to_owned());
    let file = |test: &String| own(test).unwrap_or_default();
    let files: BTreeSet<String> = tests.iter().map(file).collect();
    let of = |file: &String| said.groups.get(&(file.clone(), group.to_owned()));
    for group in files.iter().filter_map(of) {
        if let Some((test, how)) = &group.failed {
            let by = tests.iter().find(|name| shown(name) == *test)?.clone();
            let how = (*how).filter(|_| group.confirmed)?;
            return Some(Fate::Killed { by, how });
        }
    }
    let all = files
        .iter()
        .all(|file| of(file).is_some_and(|group| group.passed));
    all.then_some(Fate::Survived)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course() -> Course {
        let tests = |name: &str| vec![format!("a.test.js::\"{name}\"")];
        let mut course = Course::new(tests("new"), tests("old"));
        course.warm = true;
        course
    }

    fn after(lines: &[&str]) -> Course {
        let lines: Vec<String> = lines
            .iter()
            .map(|line| format!("{{\"n\":\"x\",\"at\":0,{line}}}"))
            .collect();
        let said = read(lines.join("\n").as_bytes(), "x", Runs::Mocha);
        let mut course = course();
        take(&mut course, &said[&0], Runs::Mocha);
        course
    }

    const FAILED: &str = r#""ev":"failed","group":"new","test":"[\"a.test.js\",\"new\"]","late":false,"stage":"call","error":{"name":"AssertionError","message":"m","code":"ERR_ASSERTION"}"#;

    #[test]
    fn a_kill_counts_where_the_test_passes_without_the_mutant() {
        let try_new = r#""ev":"try","group":"new""#;
        let killed = after(&[try_new, FAILED, r#""ev":"confirmed","group":"new""#]);
        let by = "a.test.js::\"new\"".to_owned();
        assert_eq!(
            killed.by_any,
            Some(Fate::Killed {
                by,
                how: Kill::Assertion
            })
        );
        for doubtful in [
            &[try_new][..],
            &[try_new, FAILED, r#""ev":"spoilt""#],
            &[
                try_new,
                &FAILED.replace("false", "true"),
                r#""ev":"confirmed","group":"new""#,
            ],
            &[try_new, r#""ev":"passed","group":"new","hit":false"#],
            &[
                try_new,
                r#""ev":"passed","group":"new","hit":true"#,
                r#""ev":"try","group":"others""#,
            ],
        ] {
            let course = after(doubtful);
            assert_eq!((course.by_any, course.warm), (None, false), "{doubtful:?}");
            assert!(course.next.is_some(), "a run of its own is due");
        }
    }

    #[test]
    fn a_survivor_has_passed_every_group() {
        let passed = |group: &str| format!(r#""ev":"passed","group":"{group}","hit":true"#);
        let course = after(&[&passed("new"), &passed("others")]);
        assert_eq!(course.by_any, Some(Fate::Survived));
        assert_eq!(course.next, None);
    }
}
