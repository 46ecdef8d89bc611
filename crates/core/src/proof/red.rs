//! Judges RED: head has no production code yet, so the new tests are all that can be asked.

use super::facts::{Facts, Settled};
use super::next::{Asking, hides};
use super::verdict::{ChangeVerdict, Proof, TestJudged, TestVerdict};
use super::{Policy, cells, troubles};
use crate::change::Change;
use crate::evidence::TreeKind;
use crate::finding::{Code, Finding, Weight};
use crate::id::TestId;
use crate::outcome::Outcome;
use crate::reason::{Reason, Worth};
use std::collections::BTreeSet;

/// Judges the new tests on base's production code. `known` are the tests that failed on the
/// untouched tree already. The verdict `Proven` here means: red for good reasons.
pub fn judge_red(
    change: &Change,
    facts: &Facts,
    policy: &Policy,
    known: &BTreeSet<String>,
) -> Proof {
    let mut tests = Vec::new();
    let mut findings = troubles::troubles(change, facts, policy);
    for unit in &change.units {
        let asking = Asking {
            change,
            facts,
            policy,
            unit,
        };
        for test in asking.targets_on(TreeKind::R) {
            let (verdict, finding) = red(&asking, &test);
            findings.extend(finding);
            tests.push(cells::record(
                change,
                facts,
                &test,
                asking.path_of(&test),
                verdict,
            ));
        }
        findings.extend(broken_beside(&asking, known));
    }
    let verdict = verdict(&mut findings, &tests);
    findings.sort_by_key(|found| (found.weight, found.code));
    let not_checked = vec![
        "whether head's code makes them pass".to_owned(),
        "whether a red by a missing symbol looks at more than the name".to_owned(),
    ];
    Proof {
        verdict,
        tests,
        functions: Vec::new(),
        findings,
        kept: 0,
        not_checked,
        mutants: Vec::new(),
    }
}

fn red(asking: &Asking<'_>, test: &TestId) -> (TestVerdict, Option<Finding>) {
    let subject = test.to_string();
    let say = |code, weight, text: String| Some(Finding::new(code, weight, subject.clone(), text));
    let path = asking.path_of(test);
    match asking.facts.settled(asking.change, TreeKind::R, test, path) {
        Settled::Unasked | Settled::Red(Outcome::NotReached, _) => (TestVerdict::Unclear, None),
        Settled::Passed => {
            let text = "passes already, without the change: it counts for nothing".to_owned();
            (
                TestVerdict::Characterizes,
                say(Code::NotRed, Weight::Advises, text),
            )
        }
        Settled::Mixed(passed, of) => {
            let text = format!("passed in {passed} of {of} runs on one tree");
            (
                TestVerdict::Unstable,
                say(Code::Unstable, Weight::Clouds, text),
            )
        }
        Settled::Red(Outcome::Absent | Outcome::NotCollected, _) => {
            let text = "the runner does not take it up".to_owned();
            (
                TestVerdict::NeverRuns,
                say(Code::NeverRuns, Weight::Blocks, text),
            )
        }
        Settled::Red(Outcome::Skipped(why), _) => {
            let text = format!("does not run: {why}");
            (
                TestVerdict::NeverRuns,
                say(Code::NeverRuns, Weight::Blocks, text),
            )
        }
        Settled::Red(outcome, reason) => by_reason(&outcome, reason, say),
    }
}

fn by_reason(
    outcome: &Outcome,
    reason: Option<Reason>,
    say: impl Fn(Code, Weight, String) -> Option<Finding>,
) -> (TestVerdict, Option<Finding>) {
    let words = reason.map_or("no reason that can be told", Reason::words);
    let message = match outcome {
        Outcome::Failed(failure) => failure.message.as_str(),
        Outcome::Absent
        | Outcome::NotCollected
        | Outcome::Skipped(_)
        | Outcome::Passed
        | Outcome::NotReached
        | Outcome::TimedOut => "",
    };
    match reason.map(Reason::worth) {
        Some(Worth::Right | Worth::Provisional) => (TestVerdict::Red, None),
        Some(Worth::Wrong) | None => {
            let text = format!("red, but by {words}: {message}");
            (
                TestVerdict::WrongReason,
                say(Code::WrongReason, Weight::Blocks, text),
            )
        }
        Some(Worth::Unclear) => {
            let text = format!("red by {words}: {message}");
            (
                TestVerdict::Unclear,
                say(Code::CouldNotRun, Weight::Clouds, text),
            )
        }
    }
}

/// Old tests in the same files that fail now and did not before.
fn broken_beside(asking: &Asking<'_>, known: &BTreeSet<String>) -> Vec<Finding> {
    let failing = asking
        .facts
        .on(asking.unit, TreeKind::R)
        .flat_map(|evidence| {
            evidence.report.tests.iter().filter(move |(name, seen)| {
                matches!(seen.outcome, Outcome::Failed(_) | Outcome::TimedOut)
                    && !hides(evidence, &TestId::new(asking.unit, (*name).clone()))
            })
        });
    let names: BTreeSet<&String> = failing.map(|(name, _)| name).collect();
    names
        .into_iter()
        .map(|name| TestId::new(asking.unit, name.clone()))
        .filter(|test| asking.change.changed_test(test).is_none() && !known.contains(&test.name))
        .map(|test| {
            let text = "passed before the new tests were written, and fails now";
            Finding::new(Code::Regressed, Weight::Blocks, test.to_string(), text)
        })
        .collect()
}

fn verdict(findings: &mut Vec<Finding>, tests: &[TestJudged]) -> ChangeVerdict {
    let red = tests.iter().any(|test| test.verdict == TestVerdict::Red);
    let weighs = |found: &[Finding], weight| found.iter().any(|finding| finding.weight == weight);
    if !red && !weighs(findings, Weight::Blocks) && !weighs(findings, Weight::Clouds) {
        let (code, text) = match tests.len() {
            0 => (Code::NoNewTest, "no test was added or edited".to_owned()),
            many => (Code::NotRed, format!("none of the {many} new tests is red")),
        };
        findings.push(Finding::new(code, Weight::Blocks, "", text));
    }
    if weighs(findings, Weight::Blocks) {
        ChangeVerdict::Refuted
    } else if weighs(findings, Weight::Clouds) {
        ChangeVerdict::Unclear
    } else {
        ChangeVerdict::Proven
    }
}
