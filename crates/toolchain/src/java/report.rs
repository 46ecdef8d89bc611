//! Sums a run of Maven up.

use super::canary::{self, Canaries};
use super::classify::outcome;
use super::command::left_out;
use super::compile::failure;
use super::console::Complaint;
use super::layout::{class_of, module_of, modules, sources};
use super::session::Session;
use crate::ask::Ask;
use crate::formats::junit::{Case, JUnit};
use redgreen_core::evidence::{Diagnostic, Report, Selection, TestSeen, Trouble};
use redgreen_core::outcome::{Failure, FailureKind, Outcome, Stage};
use std::collections::{BTreeMap, BTreeSet};

/// Errors of the compiler that one class is told to be hidden by.
const BLOCKING: usize = 6;

/// What the starts of one run left behind, whatever tool made them.
pub(super) struct Ran<'r> {
    pub(super) ask: &'r Ask<'r>,
    /// Every case that was reported.
    pub(super) cases: &'r [Case],
    /// Errors of the compiler.
    pub(super) complaints: &'r [Complaint],
    /// The canaries that the report must hold.
    pub(super) canaries: Option<Canaries>,
    /// What declared counts and cases disagree about.
    pub(super) doubt: Option<&'r str>,
}

/// The report of a run of Maven whose commands all ended.
pub(super) fn report(session: &Session<'_>) -> Report {
    let ran = Ran {
        ask: session.ask,
        cases: &session.cases,
        complaints: &session.complaints,
        canaries: session.canaries,
        doubt: session.doubt.as_deref(),
    };
    let mut report = outcomes(&ran);
    add_deaths(session, &mut report);
    report.trouble = if session.ended == 0 {
        None
    } else if session.hung {
        Some(Trouble::Hung { limit_ms: 0 })
    } else {
        trouble(&ran, session.failure.as_deref(), &report)
    };
    report
}

/// Tests, and what kept others from being loaded.
pub(super) fn outcomes(ran: &Ran<'_>) -> Report {
    let ask = ran.ask;
    let mut report = Report {
        left_out: left_out(ask),
        ..Report::default()
    };
    let own = canary::class(ask);
    for case in ran.cases.iter().filter(|case| case.class != own) {
        match named(case) {
            Named::Test(name) if is_asked(ask, &name) => add(ask, &mut report, name, case),
            Named::Test(_) => {}
            Named::Class(class) => report.diagnostics.extend(of_class(ask, &class, case)),
        }
    }
    report.diagnostics.extend(hidden(ran, &report.tests));
    report
}

/// What a report that holds fewer cases than its suites declare, or ends early, is doubted for.
pub(super) fn lost(report: &JUnit) -> Option<String> {
    let suites = report.suites.iter();
    let declared: u64 = suites.filter_map(|suite| suite.declared.tests).sum();
    let found = u64::try_from(report.cases.len()).unwrap_or(u64::MAX);
    if report.truncated {
        Some("a report of the tests ends early".to_owned())
    } else {
        let why = || format!("the reports declare {declared} tests and hold {found}");
        (declared > found).then(why)
    }
}

/// What a case is about.
pub(super) enum Named {
    Test(String),
    /// A class whose own set-up failed.
    Class(String),
}

/// Surefire 2 writes `par{int}[1]`, 3 `par(int)[1]` and `rep()[1]`; a class that could not be set
/// up has its own name or none.
pub(super) fn named(case: &Case) -> Named {
    if case.name.is_empty() || case.name == case.class {
        return Named::Class(case.class.clone());
    }
    let name = case.name.as_str();
    let word = name.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
    let (method, rest) = name.split_at(word.unwrap_or(name.len()));
    let close = match rest.chars().next() {
        Some('(') => rest.find(')'),
        Some('{') => rest.find('}'),
        Some(_) | None => None,
    };
    let rest = close.map_or(rest, |close| &rest[close + 1..]);
    Named::Test(format!("{}#{method}{rest}", case.class))
}

/// Whether the run was asked for this test: a name stands for its cases too.
fn is_asked(ask: &Ask<'_>, name: &str) -> bool {
    match ask.tests {
        Selection::Whole | Selection::Files(_) => true,
        Selection::Tests(names) => names.iter().any(|asked| {
            let rest = name.strip_prefix(asked.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        }),
    }
}

/// Of several cases under one name (overloads, a test and its hook) the failed one counts.
fn add(ask: &Ask<'_>, report: &mut Report, name: String, case: &Case) {
    let seen = TestSeen {
        outcome: outcome(ask.unit, case),
        ms: case.ms,
    };
    match report.tests.get(&name) {
        Some(known) if !known.outcome.passed() => {}
        Some(_) | None => drop(report.tests.insert(name, seen)),
    }
}

/// A failed hook of a class hides its tests and those of the classes inside it.
fn of_class(ask: &Ask<'_>, class: &str, case: &Case) -> Vec<Diagnostic> {
    let mut failure = match outcome(ask.unit, case) {
        Outcome::Failed(failure) => failure,
        Outcome::TimedOut => Failure::new(
            Stage::Setup,
            FailureKind::Exception("TimeoutException".to_owned()),
            "the set-up of the class went past its limit",
        ),
        Outcome::Skipped(_)
        | Outcome::Passed
        | Outcome::Absent
        | Outcome::NotCollected
        | Outcome::NotReached => return Vec::new(),
    };
    if failure.stage == Stage::Call {
        failure.stage = Stage::Setup;
    }
    both(class, &failure)
}

/// Hides the tests of a class and of the classes inside it.
fn both(class: &str, failure: &Failure) -> Vec<Diagnostic> {
    ['#', '$']
        .map(|end| Diagnostic {
            failure: failure.clone(),
            hides: format!("{class}{end}"),
        })
        .to_vec()
}

/// The tests that killed their process. A class whose culprit is not known has no outcome that
/// could count as a red: its tests may never have begun.
fn add_deaths(session: &Session<'_>, report: &mut Report) {
    let message = "the process with the test ended without a word: System.exit or a crash";
    for name in &session.dead {
        let failure = Failure::new(Stage::Process, FailureKind::Death, message);
        let outcome = Outcome::Failed(failure);
        report
            .tests
            .insert(name.clone(), TestSeen { outcome, ms: None });
    }
    let unsolved = session.crashed.iter().filter(|class| {
        let of = |name: &&String| name.split(['#', '$']).next() == class.split('$').next();
        !session.dead.iter().any(|name| of(&name))
    });
    let message = "the process ended inside this class, and its tests alone do not tell in which";
    let failure = Failure::new(Stage::Process, FailureKind::Environment, message);
    let hidden: Vec<Diagnostic> = unsolved.flat_map(|class| both(class, &failure)).collect();
    report.diagnostics.extend(hidden);
}

/// What the compiler's errors hide: all tests of a unit of one module; of a reactor those classes
/// that have nothing in the report, by the errors of their own module where it has some.
fn hidden(ran: &Ran<'_>, tests: &BTreeMap<String, TestSeen>) -> Vec<Diagnostic> {
    let ask = ran.ask;
    let mut failures: Vec<Failure> = Vec::new();
    for complaint in ran.complaints {
        let failure = failure(ask, complaint);
        if !failures.contains(&failure) {
            failures.push(failure);
        }
    }
    if failures.is_empty() {
        return Vec::new();
    }
    failures.sort_by_key(is_excusable);
    if modules(ask.unit).len() == 1 {
        let hide = |failure| Diagnostic {
            failure,
            hides: String::new(),
        };
        return failures.into_iter().map(hide).collect();
    }
    let seen: BTreeSet<&str> = tests
        .keys()
        .filter_map(|name| name.split(['#', '$']).next())
        .collect();
    let of_module = |failure: &&Failure, module: &str| {
        let path = failure.at.as_ref().map_or("", |at| at.path.as_str());
        module_of(ask.unit, path) == module
    };
    let mut found = Vec::new();
    for source in sources(ask.unit).filter(super::layout::Source::is_test) {
        let path = source.path();
        let Some(class) = class_of(&path).filter(|class| !seen.contains(class.as_str())) else {
            continue;
        };
        let module = module_of(ask.unit, &path);
        let mut own: Vec<&Failure> = failures.iter().filter(|f| of_module(f, module)).collect();
        if own.is_empty() {
            own = failures.iter().collect();
        }
        found.extend(
            own.iter()
                .take(BLOCKING)
                .flat_map(|failure| both(&class, failure)),
        );
    }
    found
}

/// Whether a missing piece of the change may be the reason.
fn is_excusable(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::MissingName | FailureKind::MissingModule | FailureKind::BadCall
    )
}

/// Why the run cannot be believed or was none. `failure` is the build tool's own word where it
/// failed for another reason than the compiler or a dead process.
pub(super) fn trouble(ran: &Ran<'_>, failure: Option<&str>, report: &Report) -> Option<Trouble> {
    let told = !report.diagnostics.is_empty() || has_failed(ran);
    if let Some(why) = failure.filter(|_| !told) {
        return Some(Trouble::CouldNotRun {
            why: could_not(ran.ask, why),
        });
    }
    if let Some(why) = ran.doubt {
        let why = why.to_owned();
        return Some(Trouble::Inconsistent { why });
    }
    if !ran.complaints.is_empty() {
        // Nothing of the module that holds the canaries may have run.
        return None;
    }
    ran.canaries?.trouble(ran.ask, ran.cases)
}

/// Whether a test of the project failed, so that the tool's own failure needs no other reason.
fn has_failed(ran: &Ran<'_>) -> bool {
    use crate::formats::junit::CaseOutcome::{Error, Failed};
    let own = canary::class(ran.ask);
    let mut cases = ran.cases.iter().filter(|case| case.class != own);
    cases.any(|case| matches!(case.outcome, Failed | Error))
}

fn could_not(ask: &Ask<'_>, why: &str) -> String {
    let fetch = [
        "could not be resolved",
        "ould not resolve",
        "ould not find artifact",
        "Could not find ",
        "Could not transfer",
        "Non-resolvable",
    ];
    let runner = &ask.unit.runner;
    if fetch.iter().any(|part| why.contains(part)) {
        let line = match runner.as_str() {
            "gradle" => "gradle testClasses",
            _ => "mvn --batch-mode test-compile",
        };
        return format!("{why} (type: {line})");
    }
    if why.is_empty() {
        format!("{runner} ended with an error and said nothing of it")
    } else {
        why.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generation_of_surefire_gives_the_same_names() {
        for (name, owed) in [
            ("adds", "a.B#adds"),
            ("par{int}[1]", "a.B#par[1]"),
            ("par(int, String)[2]", "a.B#par[2]"),
            ("rep()[1]", "a.B#rep[1]"),
            ("made()[2][1]", "a.B#made[2][1]"),
            ("info(TestInfo)", "a.B#info"),
            ("named[a (b)]", "a.B#named[a (b)]"),
            ("größe", "a.B#größe"),
        ] {
            let case = Case {
                class: "a.B".to_owned(),
                name: name.to_owned(),
                ..Case::default()
            };
            match named(&case) {
                Named::Test(found) => assert_eq!(found, owed),
                Named::Class(class) => panic!("{name} is no class {class}"),
            }
        }
        for name in ["", "a.B"] {
            let case = Case {
                class: "a.B".to_owned(),
                name: name.to_owned(),
                ..Case::default()
            };
            assert!(matches!(named(&case), Named::Class(_)));
        }
    }
}
