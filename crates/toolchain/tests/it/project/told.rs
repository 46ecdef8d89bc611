//! Asks for tests, and tells what a report says of them, in few words.

use redgreen_core::evidence::{Report, Selection};
use redgreen_core::outcome::{Failure, Outcome};

pub(crate) fn tests(ids: &[&str]) -> Selection {
    Selection::Tests(ids.iter().map(|id| (*id).to_owned()).collect())
}

pub(crate) fn files(paths: &[&str]) -> Selection {
    Selection::Files(paths.iter().map(|path| (*path).to_owned()).collect())
}

/// What `id` did in `report`.
#[track_caller]
pub(crate) fn outcome<'r>(report: &'r Report, id: &str) -> &'r Outcome {
    let seen = report.tests.get(id);
    &seen
        .unwrap_or_else(|| panic!("{id} is in {report:#?}"))
        .outcome
}

/// The failure of `id` in `report`.
#[track_caller]
pub(crate) fn failure<'r>(report: &'r Report, id: &str) -> &'r Failure {
    let seen = outcome(report, id);
    let Outcome::Failed(failure) = seen else {
        panic!("{id} failed, not {seen:?}");
    };
    failure
}

/// A report without trouble.
#[track_caller]
pub(crate) fn trusted(report: &Report) {
    assert_eq!(report.trouble, None, "{report:#?}");
}

/// Kind of a failure with the name that was missing: `MissingName clamp in calc`.
pub(crate) fn kind_of(failure: &Failure) -> String {
    let kind = format!("{:?}", failure.kind);
    let kind = kind.replace("(\"", " ").replace("\")", "");
    match &failure.symbol {
        Some(symbol) => match &symbol.owner {
            Some(owner) => format!("{kind} {} in {owner}", symbol.name),
            None => format!("{kind} {}", symbol.name),
        },
        None => kind,
    }
}

/// A failure in words: `Call: MissingName clamp in Calc at spec/a_spec.rb:4`.
pub(crate) fn words(failure: &Failure) -> String {
    let at = failure.at.as_ref();
    let at = at.map_or(String::new(), |at| format!(" at {}:{}", at.path, at.line));
    format!("{:?}: {}{at}", failure.stage, kind_of(failure))
}
