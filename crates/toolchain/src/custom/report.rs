//! Reads what a project's own runner reported.

use super::{Form, Settings, command};
use crate::formats::junit::{self, Case, CaseOutcome, JUnit};
use crate::formats::tap::{self, Directive, Document, Point};
use crate::language::STUB;
use crate::words::ended;
use crate::{Ask, Exit, RawOutput};
use redgreen_core::evidence::{Report, Selection, TestSeen, Trouble};
use redgreen_core::outcome::{Failure, FailureKind, Location, Outcome, Stage};
use std::collections::BTreeMap;

/// What all commands of one run say.
pub(super) fn read(ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
    let mut report = Report::default();
    let form = Settings::of(ask.unit).report;
    for (index, output) in outputs.iter().enumerate() {
        let Some(bytes) = command::reported(ask, output, index) else {
            report.trouble = report.trouble.or(Some(unreported(output)));
            continue;
        };
        let said = match form {
            Form::Junit => of_junit(&junit::read(bytes)),
            Form::Tap => of_tap(&tap::read(bytes)),
        };
        let trouble = said.disagrees(output);
        report.trouble = report.trouble.or(trouble);
        report.tests.extend(said.tests);
    }
    if let Selection::Tests(asked) = ask.tests {
        report.tests.retain(|name, _| asked.contains(name));
    }
    report
}

/// A command that left no report.
fn unreported(output: &RawOutput) -> Trouble {
    if output.exit == Exit::TimedOut {
        return Trouble::Hung { limit_ms: 0 };
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = words.lines().rev().find(|line| !line.trim().is_empty());
    let last = last.map_or(String::new(), |line| format!(": {}", line.trim()));
    let why = format!(
        "the command of [[custom]] wrote no report; {}{last}",
        ended(output.exit)
    );
    Trouble::CouldNotRun { why }
}

/// One report, whatever its form.
#[derive(Default)]
struct Said {
    tests: BTreeMap<String, TestSeen>,
    /// Why the report does not hold together by itself.
    wrong: Option<String>,
}

impl Said {
    fn put(&mut self, name: String, outcome: Outcome, ms: Option<u64>) {
        let mut free = name.clone();
        let mut count = 1;
        while self.tests.contains_key(&free) {
            count += 1;
            free = format!("{name}#{count}");
        }
        self.tests.insert(free, TestSeen { outcome, ms });
    }

    /// Where report and exit code do not agree.
    fn disagrees(&self, output: &RawOutput) -> Option<Trouble> {
        let failed = |seen: &TestSeen| matches!(seen.outcome, Outcome::Failed(_));
        let failing = self.tests.values().filter(|seen| failed(seen)).count();
        let why = match output.exit {
            Exit::TimedOut => return Some(Trouble::Hung { limit_ms: 0 }),
            _ if self.wrong.is_some() => self.wrong.clone()?,
            Exit::Code(0) if failing > 0 => {
                format!("{failing} tests failed, but the command ended with 0")
            }
            Exit::Code(code) if code != 0 && failing == 0 => {
                format!("no test failed, but the command ended with {code}")
            }
            Exit::Signal(signal) => format!("the command was ended by signal {signal}"),
            Exit::Code(_) if self.tests.is_empty() => "no test was executed".to_owned(),
            Exit::Code(_) => return None,
        };
        Some(Trouble::Inconsistent { why })
    }
}

fn of_junit(report: &JUnit) -> Said {
    let mut said = Said::default();
    for case in &report.cases {
        let name = match case.class.as_str() {
            "" => case.name.clone(),
            class => format!("{class}.{}", case.name),
        };
        said.put(name, of_case(case), case.ms);
    }
    let outermost = report.suites.iter().filter(|suite| suite.parent.is_none());
    let declared: Option<u64> = outermost.map(|suite| suite.declared.tests).sum();
    let counted = report.cases.len() as u64;
    said.wrong = match declared {
        _ if report.truncated => Some("the report ends early".to_owned()),
        Some(declared) if declared != counted && !report.suites.is_empty() => Some(format!(
            "the report says {declared} tests and holds {counted}"
        )),
        Some(_) | None => None,
    };
    said
}

fn of_case(case: &Case) -> Outcome {
    let why = case.why();
    let text = why.map_or(String::new(), |why| {
        format!("{}\n{}", why.message, why.text)
    });
    let first = text.lines().find(|line| !line.trim().is_empty());
    let message = first.unwrap_or("no reason was reported");
    let class = why.map_or("", |why| why.class.as_str());
    let kind = match case.outcome {
        CaseOutcome::Passed => return Outcome::Passed,
        CaseOutcome::Skipped => return Outcome::Skipped(message.to_owned()),
        CaseOutcome::Failed => FailureKind::Assertion,
        CaseOutcome::Error => FailureKind::Exception(class.to_owned()),
    };
    let at = case
        .file
        .as_ref()
        .map(|file| Location::new(file, case.line.unwrap_or(0)));
    failed(kind, message, &text, at)
}

fn of_tap(document: &Document) -> Said {
    let mut said = Said::default();
    for (above, point) in document.leaves() {
        let mut titles = above;
        titles.push(&point.title);
        said.put(titles.join(" > "), of_point(point), point.ms);
    }
    said.wrong = match &document.bailed {
        Some(why) => Some(format!("the run was given up: {why}")),
        None => document.all_problems().first().map(|why| (*why).to_owned()),
    };
    said
}

fn of_point(point: &Point) -> Outcome {
    match &point.directive {
        Some(Directive::Skip(why)) => return Outcome::Skipped(why.clone()),
        Some(Directive::Todo(why)) => return Outcome::Skipped(format!("todo: {why}")),
        None if point.ok => return Outcome::Passed,
        None => {}
    }
    let text = point.yaml.clone().unwrap_or_default();
    let message = ["message", "error", "name"]
        .iter()
        .find_map(|key| point.field(key));
    let message = message.unwrap_or_else(|| point.title.clone());
    failed(FailureKind::Assertion, &message, &text, None)
}

fn failed(kind: FailureKind, message: &str, text: &str, at: Option<Location>) -> Outcome {
    let stub = [message, text].iter().find_map(|text| {
        let (_, name) = text.split_once(STUB)?;
        let is_name = |c: char| c.is_alphanumeric() || "_.:#$<>".contains(c);
        let end = name.find(|c| !is_name(c)).unwrap_or(name.len());
        Some(name[..end].to_owned())
    });
    let kind = stub.map_or(kind, FailureKind::Stub);
    Outcome::Failed(Failure::new(Stage::Call, kind, message).at(at))
}

#[cfg(test)]
mod tests;
