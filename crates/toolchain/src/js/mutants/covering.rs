//! Reads which tests run over which mutants, from what a traced run wrote down.

use crate::js::names;
use redgreen_core::evidence::Report;
use redgreen_core::outcome::Outcome;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Line {
    n: String,
    ev: String,
    #[serde(default)]
    file: String,
    titles: Option<String>,
    at: Option<usize>,
    steps: Option<u64>,
    what: Option<String>,
}

/// What one run wrote down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trace {
    /// Files and titles of the tests that ran over a mutant; no titles where no test ran.
    over: BTreeMap<usize, BTreeSet<(String, Option<String>)>>,
    /// Whether anything was there to write.
    pub(super) ready: bool,
    /// The most steps that one process took, roughly.
    pub(super) steps: u64,
    /// The limit that a process ran into.
    pub(super) limit: Option<String>,
}

impl Trace {
    /// Reads the lines that carry `nonce`.
    pub(super) fn read(bytes: &[u8], nonce: &str) -> Self {
        let mut trace = Self::default();
        for line in bytes.split(|byte| *byte == b'\n') {
            let Ok(line) = serde_json::from_slice::<Line>(line) else {
                continue;
            };
            if line.n != nonce {
                continue;
            }
            match (line.ev.as_str(), line.at) {
                ("site", Some(at)) => {
                    trace
                        .over
                        .entry(at)
                        .or_default()
                        .insert((line.file, line.titles));
                }
                ("ready", _) => trace.ready = true,
                ("steps", _) => trace.steps = trace.steps.max(line.steps.unwrap_or_default()),
                ("limit", _) => trace.limit = line.what,
                _ => {}
            }
        }
        trace
    }

    /// Whether the mutant is a part of what runs before or between tests: a process that has
    /// loaded its file cannot be switched to it any more.
    pub(super) fn is_static(&self, number: usize) -> bool {
        let over = self.over.get(&number);
        over.is_some_and(|over| over.iter().any(|(_, titles)| titles.is_none()))
    }

    /// The tests among `passed` that run over the mutant of this number. What ran outside of any
    /// test is a part of every test of its file; with `shared` modules, of every test. So is code
    /// `at_load`: a module is loaded once, by the test that comes first, for all that come after.
    pub(super) fn tests(
        &self,
        number: usize,
        passed: &[String],
        (shared, at_load): (bool, bool),
    ) -> Vec<String> {
        let Some(over) = self.over.get(&number) else {
            return Vec::new();
        };
        let is_over = |test: &&String| {
            let file = names::file_of(test);
            let known = names::titles(test);
            let shown = known.map(|titles| titles.case.unwrap_or(titles.written));
            over.iter().any(|(from, titles)| match titles {
                None => shared || from == file || from.is_empty(),
                Some(_) if at_load => shared || from == file,
                Some(titles) => {
                    from == file
                        && shown
                            .as_deref()
                            .is_some_and(|shown| is_within(titles, shown))
                }
            })
        };
        passed.iter().filter(is_over).cloned().collect()
    }
}

/// Whether a test shown as `inner` is `outer`, or one of its sub-tests.
fn is_within(inner: &str, outer: &str) -> bool {
    let rest = inner.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" > "))
}

/// The names of the tests that passed.
pub(super) fn passed(report: &Report) -> Vec<String> {
    let passed = report
        .tests
        .iter()
        .filter(|(_, seen)| seen.outcome == Outcome::Passed);
    passed.map(|(name, _)| name.clone()).collect()
}

/// The names of the tests that ran and did not pass.
pub(super) fn failed(report: &Report) -> Vec<String> {
    let failed = report
        .tests
        .iter()
        .filter(|(_, seen)| matches!(seen.outcome, Outcome::Failed(_) | Outcome::TimedOut));
    failed.map(|(name, _)| name.clone()).collect()
}

/// Whether `test` is one of `tests`, or a case of one.
pub(super) fn is_one_of(test: &str, tests: &BTreeSet<String>) -> bool {
    tests.iter().any(|known| {
        let rest = test.strip_prefix(known.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '#']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_names_the_tests_of_each_mutant() {
        let lines = [
            r#"{"n":"x","ev":"site","file":"a.test.js","titles":"s > one","at":1}"#,
            r#"{"n":"x","ev":"site","file":"a.test.js","titles":null,"at":2}"#,
            r#"{"n":"x","ev":"site","file":"b.test.js","titles":"adds 2","at":1}"#,
            r#"{"n":"y","ev":"site","file":"a.test.js","titles":"two","at":3}"#,
            r#"{"n":"x","ev":"steps","steps":4096}"#,
            r#"{"n":"x","ev":"limit","what":"memory"}"#,
            "half a li",
        ];
        let trace = Trace::read(lines.join("\n").as_bytes(), "x");
        let passed = [
            "a.test.js::\"s > one\"",
            "a.test.js::\"two\"",
            "b.test.js::\"adds %i\"[adds 1]",
            "b.test.js::\"adds %i\"[adds 2]",
        ];
        let passed: Vec<String> = passed.map(str::to_owned).into();
        let tests = |number, shared| trace.tests(number, &passed, (shared, false));
        assert_eq!(tests(1, false), [passed[0].clone(), passed[3].clone()]);
        assert_eq!(tests(2, false), passed[..2]);
        assert_eq!(tests(2, true), passed);
        assert_eq!(trace.tests(1, &passed, (false, true)), passed);
        assert!(tests(3, false).is_empty());
        assert!(trace.is_static(2) && !trace.is_static(1));
        assert_eq!(
            (trace.steps, trace.limit.as_deref()),
            (4096, Some("memory"))
        );
    }
}
