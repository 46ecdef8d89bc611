//! Holds both text forms against the files in `tests/expected/report`. `UPDATE_EXPECTED=1 cargo
//! test` writes them anew.

use super::journal::Journal;
use super::{given, given_docs, report, runs};
use redgreen_core::report::{Given, Report, headline, implementation, review};
use std::path::PathBuf;

/// Checks `text` against `tests/expected/report/NAME.md`.
fn check_text(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/expected/report")
        .join(format!("{name}.md"));
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    }
    let owed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        owed == text,
        "{} differs (UPDATE_EXPECTED=1 rewrites it); now:\n{text}",
        path.display()
    );
}

/// The report with the ids of git objects masked by their names.
fn masked(report: &Report, text: String) -> String {
    let mask = |text: String, named: &redgreen_core::report::NamedId| {
        text.replace(&named.id, &format!("<{}>", named.label.to_lowercase()))
    };
    report.ids.iter().fold(text, mask)
}

fn check(name: &str, journal: &Journal, given: &Given) -> Report {
    let report = report(&journal.fold(), given);
    check_text(
        &format!("{name}.implementation"),
        &masked(&report, implementation(&report)),
    );
    let review = format!("{}\n\n{}", headline(&report), review(&report));
    check_text(&format!("{name}.review"), &masked(&report, review));
    report
}

fn ticks(report: &Report) -> Vec<usize> {
    let boxes = (1..).zip(&report.checklist);
    let ticked = boxes.filter(|(_, row)| row.ticked);
    ticked.map(|(number, _)| number).collect()
}

#[test]
fn a_finished_run_is_proven_and_ticks_what_was_seen() {
    let report = check("happy", &runs::happy(""), &given());
    assert_eq!(report.verdict.words, "Proven");
    assert_eq!(ticks(&report), [1, 6, 7, 8]);
}

#[test]
fn a_waiver_makes_exceptions_and_unticks_the_boxes() {
    let report = check("waived", &runs::waived(), &given());
    assert_eq!(report.verdict.words, "Proven, 2 exceptions");
    assert_eq!(ticks(&report), [8]);
}

#[test]
fn an_aborted_run_ticks_nothing() {
    let report = check("aborted", &runs::aborted(), &Given::default());
    assert!(report.verdict.words.starts_with("Not proven"));
    assert!(ticks(&report).is_empty());
}

#[test]
fn a_run_in_green_is_not_proven_whatever_its_worker_says() {
    let report = check("in-green", &runs::in_green(), &given());
    assert!(report.verdict.words.starts_with("Not proven yet"));
    assert!(ticks(&report).is_empty());
}

#[test]
fn a_change_of_prose_alone_ticks_its_documents_only() {
    let report = check("docs", &runs::docs(), &given_docs());
    assert_eq!(report.verdict.words, "Nothing to prove");
    assert_eq!(ticks(&report), [8]);
}

#[test]
fn the_same_events_in_another_repository_give_the_same_text() {
    let [one, other] = ["", "other"].map(|salt| {
        let report = report(&runs::happy(salt).fold(), &given());
        [implementation(&report), review(&report), json(&report)].map(|text| masked(&report, text))
    });
    assert_eq!(one, other);
}

#[test]
fn each_git_id_stands_in_one_place() {
    let report = report(&runs::happy("").fold(), &given());
    for text in [implementation(&report), review(&report), json(&report)] {
        for named in &report.ids {
            assert_eq!(text.matches(&named.id).count(), 1, "{}", named.label);
        }
    }
}

#[test]
fn a_report_is_read_back_as_it_was_written() {
    let report = report(&runs::waived().fold(), &given());
    let again: Report = serde_json::from_str(&json(&report)).expect("it is read");
    assert_eq!(again, report);
    assert_eq!(again.schema, "redgreen.report/1");
}

fn json(report: &Report) -> String {
    serde_json::to_string_pretty(report).expect("it is written")
}
