//! Holds the tables together: every ecosystem answers for every case, and every edit fits.

use super::{ECOSYSTEMS, Known, Needs, Results, Side, Stance, case, cases, digest, page, readme};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn stored() -> Results {
    let text = std::fs::read_to_string(root().join("docs/corpus.json")).unwrap_or_default();
    Results::parse(&text).expect("docs/corpus.json: cargo run -p redgreen-testkit --bin corpus")
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let names: Vec<&str> = cases().map(|case| case.name).collect();
    let once: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(once.len(), names.len());
    let plain = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    assert!(names.iter().all(|name| plain(name)), "{names:?}");
}

#[test]
fn there_are_controls_for_cheats() {
    let of = |side| {
        let of_side = cases().filter(move |case| case.side == side);
        of_side.filter(|case| case.needs == Needs::Trees).count()
    };
    assert!(of(Side::Cheat) > 30 && of(Side::Control) > 30);
}

#[test]
fn every_ecosystem_answers_for_every_case_once() {
    let wanted: BTreeSet<&str> = cases().map(|case| case.name).collect();
    for ecosystem in ECOSYSTEMS {
        let there: Vec<&str> = ecosystem.all().map(|show| show.case).collect();
        let once: BTreeSet<&str> = there.iter().copied().collect();
        let lacking: Vec<&&str> = wanted.difference(&once).collect();
        assert!(lacking.is_empty(), "{} lacks {lacking:?}", ecosystem.name);
        let unknown: Vec<&&str> = once.difference(&wanted).collect();
        assert!(unknown.is_empty(), "{} has {unknown:?}", ecosystem.name);
        assert_eq!(
            once.len(),
            there.len(),
            "{} has a case twice",
            ecosystem.name
        );
    }
}

#[test]
fn every_edit_fits_and_changes_something() {
    for ecosystem in ECOSYSTEMS {
        for show in ecosystem.all() {
            let name = format!("{} {}", ecosystem.name, show.case);
            if let Err(error) = digest(ecosystem, show) {
                panic!("{name}: {error}");
            }
            if let Stance::Shown { head, .. } = show.stance {
                let changes = head.iter().all(|commit| !commit.is_empty());
                assert!(changes && !head.is_empty(), "{name} changes nothing");
            }
        }
    }
}

#[test]
fn a_reason_is_a_sentence_without_its_full_stop() {
    for show in ECOSYSTEMS.iter().flat_map(|ecosystem| ecosystem.all()) {
        let mut reasons = Vec::new();
        if let Stance::Absent(why) = show.stance {
            reasons.push(why);
        }
        if let Known::Miss(why) = show.known {
            reasons.push(why);
        }
        for why in reasons {
            assert!(
                why.len() > 20 && !why.ends_with('.'),
                "{}: {why}",
                show.case
            );
        }
    }
}

#[test]
fn the_stored_results_speak_of_the_cases_as_they_are() {
    let results = stored();
    for row in &results.rows {
        let known = ECOSYSTEMS.iter().any(|it| it.name == row.ecosystem);
        assert!(known && case(&row.case).is_some(), "{row:?}");
    }
    let mut stale = Vec::new();
    for ecosystem in ECOSYSTEMS.iter().filter(|ecosystem| ecosystem.runs) {
        for show in ecosystem.all() {
            let Stance::Shown { .. } = show.stance else {
                continue;
            };
            let files = digest(ecosystem, show).ok();
            let row = results.row(ecosystem, show.case);
            if row.map(|row| &row.files) != files.as_ref() {
                stale.push(format!(
                    "--ecosystem {} --case {}",
                    ecosystem.name, show.case
                ));
            }
        }
    }
    let remedy = "cargo run -p redgreen-testkit --bin corpus -- --readme";
    assert!(stale.is_empty(), "{remedy}\n  {}", stale.join("\n  "));
}

#[test]
fn the_documents_show_the_stored_results() {
    let results = stored();
    let blocks = [
        ("README.md", readme(&results)),
        ("docs/src/corpus.md", page(&results)),
    ];
    for (path, block) in blocks {
        let there = std::fs::read_to_string(root().join(path)).expect(path);
        let renewed = super::renewed(&there, &block);
        let renewed = renewed.unwrap_or_else(|| panic!("{path} lacks the markers"));
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::write(root().join(path), &renewed).expect(path);
            continue;
        }
        let remedy = "UPDATE_EXPECTED=1 cargo test -p redgreen-testkit";
        assert!(renewed == there, "{path} is out of date: {remedy}");
    }
}
