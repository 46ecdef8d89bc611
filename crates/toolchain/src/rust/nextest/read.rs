//! Reads what nextest lists and reports.

use super::super::goal::Goal;
use super::super::panic;
use super::command::{Chosen, report_of};
use crate::ask::{Ask, Exit, RawOutput};
use crate::formats::junit::{self, Case, CaseOutcome};
use redgreen_core::outcome::{Failure, FailureKind, Outcome, Stage};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The tests of one binary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Listed {
    /// All of them.
    pub(in super::super) names: BTreeSet<String>,
    /// Those that a plain run leaves out, and what they owe to that.
    pub(in super::super) idle: BTreeMap<String, Outcome>,
}

/// The listed tests by binary id; nothing where it is no listing.
pub(in super::super) fn listed(output: &RawOutput) -> Option<BTreeMap<String, Listed>> {
    if output.exit != Exit::Code(0) {
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.starts_with('{'))?;
    let whole: Value = serde_json::from_str(line).ok()?;
    let suites = whole.get("rust-suites")?.as_object()?;
    let mut found = BTreeMap::new();
    for (id, suite) in suites {
        let mut listed = Listed::default();
        for (name, case) in suite.get("testcases")?.as_object()? {
            listed.names.insert(name.clone());
            if let Some(outcome) = idle(case) {
                listed.idle.insert(name.clone(), outcome);
            }
        }
        found.insert(id.clone(), listed);
    }
    Some(found)
}

/// Why a plain run leaves a test out.
fn idle(case: &Value) -> Option<Outcome> {
    let filter = case.get("filter-match")?;
    if filter.get("status").and_then(Value::as_str) == Some("matches") {
        return None;
    }
    let ignored = case.get("ignored").and_then(Value::as_bool) == Some(true);
    Some(if ignored {
        Outcome::Skipped("ignored".to_owned())
    } else {
        Outcome::NotCollected
    })
}

/// What the chosen tests did, by place of the goal and name; or why that cannot be believed.
pub(in super::super) fn outcomes(
    ask: &Ask<'_>,
    goals: &[Goal<'_>],
    chosen: &Chosen,
    output: &RawOutput,
) -> Result<BTreeMap<(usize, String), Outcome>, String> {
    let bytes = output.files.get(&report_of(chosen));
    let report = junit::read(bytes.ok_or("nextest left no report")?);
    if report.truncated {
        return Err("the report of nextest ends early".to_owned());
    }
    let mut found = BTreeMap::new();
    let mut failed = 0_usize;
    for case in &report.cases {
        let goal = goals.iter().position(|goal| goal.id == case.class);
        let asked = goal.filter(|goal| {
            let mut own = chosen.tests.iter().filter(|(other, _)| other == goal);
            own.any(|(_, tests)| tests.contains(&case.name))
        });
        let Some(goal) = asked else {
            return Err(format!("{}${} ran unasked", case.class, case.name));
        };
        if !case.reruns.is_empty() {
            return Err(format!("{}${} ran more than once", case.class, case.name));
        }
        let outcome = outcome(ask, case);
        failed += usize::from(!outcome.passed());
        if found.insert((goal, case.name.clone()), outcome).is_some() {
            return Err(format!("{}${} ended twice", case.class, case.name));
        }
    }
    let owed: usize = chosen.tests.iter().map(|(_, tests)| tests.len()).sum();
    if found.len() != owed {
        return Err(format!(
            "{} of {owed} asked tests are in the report",
            found.len()
        ));
    }
    let code = if failed > 0 { 100 } else { 0 };
    if output.exit != Exit::Code(code) {
        let exit = output.exit;
        return Err(format!(
            "exit {exit:?} does not fit {failed} failed tests in the report"
        ));
    }
    Ok(found)
}

/// nextest takes exit code 0 for a pass. The harness has to say so too: an exit call inside the
/// test leaves the same code.
fn passed(case: &Case) -> Outcome {
    if case.out.contains("test result: ok. 1 passed") {
        return Outcome::Passed;
    }
    let message = "the test process ended with exit code 0 before the harness reported a pass";
    Outcome::Failed(Failure::new(Stage::Process, FailureKind::Death, message))
}

fn outcome(ask: &Ask<'_>, case: &Case) -> Outcome {
    let why = match case.outcome {
        CaseOutcome::Passed => return passed(case),
        CaseOutcome::Skipped => return Outcome::Skipped(String::new()),
        CaseOutcome::Failed | CaseOutcome::Error => case.why(),
    };
    let class = why.map_or("", |why| why.class.as_str());
    let text = why.map_or("", |why| why.text.as_str());
    let section = format!("{}\n{text}", case.out);
    if class.contains("timeout") {
        return Outcome::TimedOut;
    }
    if class.contains("abort") || class.contains("signal") {
        let words = section.lines().map(str::trim).find(|line| !line.is_empty());
        let kind = panic::stub_name(&section).map_or(FailureKind::Death, FailureKind::Stub);
        let message = format!(
            "the test process ended: {class}: {}",
            words.unwrap_or_default()
        );
        return Outcome::Failed(Failure::new(Stage::Process, kind, &message));
    }
    // The harness itself ends a failed test with 101; an exit call ends the process.
    if class.contains("exit code") && !class.ends_with("exit code 101") {
        let message = format!("the test process ended with {class}");
        return Outcome::Failed(Failure::new(Stage::Process, FailureKind::Death, &message));
    }
    Outcome::Failed(panic::failure(ask, &case.name, &section))
}
