//! Walks the events of a JUnit XML text.

use super::text::{Room, shorten};
use super::{Case, CaseOutcome, Declared, JUnit, Problem, ProblemKind, Suite};
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;

/// Cases that are read of one report.
const CASES: usize = 2_000_000;

/// Reads a report. Never fails: what cannot be read is left out, and the report says so.
pub fn read(bytes: &[u8]) -> JUnit {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut walk = Walk::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => walk.open(&start),
            Ok(Event::Empty(start)) => {
                walk.open(&start);
                walk.close();
            }
            Ok(Event::End(_)) => walk.close(),
            Ok(Event::Text(text)) => walk.text(&text),
            Ok(Event::CData(text)) => walk.text(&text),
            Ok(Event::GeneralRef(reference)) => walk.reference(&reference),
            Ok(Event::Eof) => break,
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
            Err(_) => {
                walk.report.truncated = true;
                break;
            }
        }
        if walk.report.cases.len() >= CASES {
            walk.report.truncated = true;
            break;
        }
    }
    walk.end()
}

/// An element that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Suite,
    Case,
    /// A problem of the open case.
    Problem,
    /// A problem of the innermost suite.
    SuiteProblem,
    /// Text inside a problem: Surefire's `<stackTrace>` of a retry.
    Trace,
    /// What the open case printed.
    Output,
    Other,
}

struct Walk {
    report: JUnit,
    open: Vec<Open>,
    /// Open suites, by their places.
    suites: Vec<usize>,
    case: Option<Case>,
    problem: Option<Problem>,
    room: Room,
}

impl Walk {
    fn new() -> Self {
        Self {
            report: JUnit::default(),
            open: Vec::new(),
            suites: Vec::new(),
            case: None,
            problem: None,
            room: Room::new(),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) {
        let name = start.local_name();
        let kind = self.kind_of(name.as_ref());
        match kind {
            Open::Suite => self.open_suite(start),
            Open::Case => self.case = Some(self.case_of(start)),
            Open::Problem | Open::SuiteProblem => {
                let kind = problem_kind(name.as_ref()).unwrap_or_default();
                self.problem = Some(problem_of(start, kind));
            }
            Open::Trace | Open::Output | Open::Other => {}
        }
        self.open.push(kind);
    }

    fn kind_of(&self, name: &str) -> Open {
        let around = self.open.last().copied();
        match (around, name) {
            (None | Some(Open::Suite), "testsuite" | "testsuites") => Open::Suite,
            (None | Some(Open::Suite), "testcase") => Open::Case,
            (Some(Open::Case), "system-out" | "system-err") => Open::Output,
            (Some(Open::Case), name) if problem_kind(name).is_some() => Open::Problem,
            (Some(Open::Suite), "failure" | "error") => Open::SuiteProblem,
            (Some(Open::Problem), "stackTrace") => Open::Trace,
            _ => Open::Other,
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::Suite) => drop(self.suites.pop()),
            Some(Open::Case) => {
                if let Some(mut case) = self.case.take() {
                    shorten(&mut case.out);
                    case.outcome = outcome(&case);
                    self.report.cases.push(case);
                }
            }
            Some(Open::Problem) => {
                if let (Some(case), Some(problem)) = (&mut self.case, self.problem.take()) {
                    keep(case, problem);
                }
            }
            Some(Open::SuiteProblem) => {
                let suite = self.suites.last().copied();
                let suite = suite.and_then(|at| self.report.suites.get_mut(at));
                if let (Some(suite), Some(problem)) = (suite, self.problem.take()) {
                    suite.problems.push(problem);
                }
            }
            Some(Open::Trace | Open::Output | Open::Other) | None => {}
        }
    }

    fn text(&mut self, more: &str) {
        let text = match self.open.last() {
            Some(Open::Problem | Open::SuiteProblem | Open::Trace) => {
                self.problem.as_mut().map(|problem| &mut problem.text)
            }
            Some(Open::Output) => self.case.as_mut().map(|case| &mut case.out),
            Some(Open::Suite | Open::Case | Open::Other) | None => None,
        };
        if let Some(text) = text {
            self.room.add(text, more);
        }
    }

    /// `&lt;` and its kin; an unknown one stays as it is written.
    fn reference(&mut self, reference: &BytesRef<'_>) {
        let mut bytes = [0; 4];
        if let Ok(Some(character)) = reference.resolve_char_ref() {
            return self.text(character.encode_utf8(&mut bytes));
        }
        let name: &str = reference;
        match quick_xml::escape::resolve_predefined_entity(name) {
            Some(text) => self.text(text),
            None => self.text(&format!("&{name};")),
        }
    }

    fn open_suite(&mut self, start: &BytesStart<'_>) {
        let mut suite = Suite {
            parent: self.suites.last().copied(),
            ..Suite::default()
        };
        for (name, value) in attributes(start) {
            match name {
                "name" => suite.name = value.into_owned(),
                "file" => suite.file = Some(value.into_owned()),
                name => declare(&mut suite.declared, name, &value),
            }
        }
        self.suites.push(self.report.suites.len());
        self.report.suites.push(suite);
    }

    fn case_of(&self, start: &BytesStart<'_>) -> Case {
        let mut case = Case {
            suite: self.suites.last().copied(),
            ..Case::default()
        };
        let mut real = false;
        for (name, value) in attributes(start) {
            match name {
                "name" => case.name = value.into_owned(),
                "class" => {
                    real = true;
                    case.class = value.into_owned();
                }
                "classname" if !real => case.class = value.into_owned(),
                "file" => case.file = Some(value.into_owned()),
                "line" => case.line = value.trim().parse().ok(),
                "time" => case.ms = milliseconds(&value),
                "status" | "result" => {
                    if let Some(outcome) = status(&value) {
                        case.outcome = outcome;
                    }
                }
                _ => {}
            }
        }
        case
    }

    fn end(mut self) -> JUnit {
        self.report.truncated |= !self.open.is_empty();
        self.report
    }
}

/// Names and values, entities resolved; a value that cannot be resolved stays as it is written.
/// What is no attribute ends the list.
fn attributes<'s>(start: &'s BytesStart<'_>) -> impl Iterator<Item = (&'s str, Cow<'s, str>)> {
    let mut rest = start.attributes_raw();
    std::iter::from_fn(move || {
        let (name, value, after) = attribute(rest)?;
        rest = after;
        Some((name, value))
    })
}

/// The first attribute of `text`, and what stands behind it. Each byte is looked at once: most of
/// a report is attributes.
fn attribute(text: &str) -> Option<(&str, Cow<'_, str>, &str)> {
    let text = text.trim_ascii_start();
    let equals = text.bytes().position(|byte| byte == b'=')?;
    let name = text[..equals].trim_ascii_end();
    let value = text[equals + 1..].trim_ascii_start();
    let quote = value.bytes().next()?;
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let value = &value[1..];
    let mut is_plain = true;
    let end = value.bytes().position(|byte| {
        is_plain &= byte != b'&';
        byte == quote
    })?;
    let (raw, after) = (&value[..end], &value[end + 1..]);
    let value = if is_plain { None } else { unescape(raw).ok() };
    Some((name, value.unwrap_or(Cow::Borrowed(raw)), after))
}

fn declare(declared: &mut Declared, name: &str, value: &str) {
    let count = match name {
        "tests" => &mut declared.tests,
        "failures" => &mut declared.failures,
        "errors" => &mut declared.errors,
        "skipped" | "skips" | "ignored" => &mut declared.skipped,
        "disabled" => &mut declared.disabled,
        _ => return,
    };
    *count = value.trim().parse().ok();
}

fn problem_kind(name: &str) -> Option<ProblemKind> {
    match name {
        "failure" => Some(ProblemKind::Failure),
        "error" => Some(ProblemKind::Error),
        "skipped" => Some(ProblemKind::Skipped),
        "warning" => Some(ProblemKind::Warning),
        "flakyFailure" | "flakyError" => Some(ProblemKind::Flaky),
        "rerunFailure" | "rerunError" => Some(ProblemKind::Rerun),
        _ => None,
    }
}

fn problem_of(start: &BytesStart<'_>, kind: ProblemKind) -> Problem {
    let mut problem = Problem {
        kind,
        ..Problem::default()
    };
    for (name, value) in attributes(start) {
        match name {
            "type" => problem.class = value.into_owned(),
            "message" => problem.message = value.into_owned(),
            _ => {}
        }
    }
    shorten(&mut problem.message);
    problem
}

fn keep(case: &mut Case, mut problem: Problem) {
    shorten(&mut problem.text);
    match problem.kind {
        ProblemKind::Flaky | ProblemKind::Rerun => case.reruns.push(problem),
        ProblemKind::Failure | ProblemKind::Error | ProblemKind::Skipped | ProblemKind::Warning => {
            case.problems.push(problem)
        }
    }
}

/// The worst of the children; without any, what the attributes said.
fn outcome(case: &Case) -> CaseOutcome {
    let has = |kind| case.problems.iter().any(|problem| problem.kind == kind);
    if has(ProblemKind::Error) {
        CaseOutcome::Error
    } else if has(ProblemKind::Failure) {
        CaseOutcome::Failed
    } else if has(ProblemKind::Skipped) {
        CaseOutcome::Skipped
    } else {
        case.outcome
    }
}

/// What `status` or `result` says, where it is no plain run.
fn status(word: &str) -> Option<CaseOutcome> {
    match word.to_ascii_lowercase().as_str() {
        "notrun" | "disabled" | "suppressed" | "skipped" | "ignored" => Some(CaseOutcome::Skipped),
        "fail" | "failed" => Some(CaseOutcome::Failed),
        _ => None,
    }
}

/// Seconds as text, in milliseconds; `1,234.5` and `1,5` are written in some locales.
fn milliseconds(seconds: &str) -> Option<u64> {
    let seconds = seconds.trim();
    let comma = seconds.bytes().rposition(|byte| byte == b',');
    let seconds = match (comma, comma.and_then(|_| seconds.rfind('.'))) {
        (None, _) => Cow::Borrowed(seconds),
        (Some(comma), Some(point)) if comma < point => seconds.replace(',', "").into(),
        (Some(_), Some(_)) => seconds.replace('.', "").replace(',', ".").into(),
        (Some(_), None) => seconds.replace(',', ".").into(),
    };
    let seconds: f64 = seconds.parse().ok()?;
    let ms = (seconds * 1000.0).round();
    // A cast from a number with a point saturates: no value is out of range.
    (ms.is_finite() && ms >= 0.0).then_some(ms as u64)
}
