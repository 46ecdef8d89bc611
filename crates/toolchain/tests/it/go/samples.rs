//! Output that was captured with Go 1.19, whose words about builds are on standard error.

use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_core::outcome::{FailureKind, Outcome};
use redgreen_toolchain::go::GoTest;
use redgreen_toolchain::{Ask, Exit, RawOutput, Runner, Tool, Unit};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const DIRS: [&str; 6] = ["calc", "misc", "broken", "syntax", "third", "newpkg"];

fn sample(name: &str) -> Vec<u8> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/go/samples");
    fs::read(dir.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn output(code: i32, stdout: Vec<u8>, stderr: Vec<u8>) -> RawOutput {
    RawOutput {
        exit: Exit::Code(code),
        stdout,
        stderr,
        files: BTreeMap::new(),
    }
}

/// What `go list` would have said.
fn listing(dirs: &[&str]) -> RawOutput {
    let lines = dirs.iter().map(|dir| {
        let module = "example.com/calc\ttrue\t/repo\t";
        format!("example.com/calc/{dir}\t{dir}\t/repo/{dir}\t\tfalse\t1\t0\t{module}\n")
    });
    output(0, lines.collect::<String>().into_bytes(), Vec::new())
}

/// The report of these outputs, and whether a further command is owed.
fn read(outputs: &[RawOutput]) -> (Report, bool) {
    let unit = Unit {
        id: Unit::id_of("", "go"),
        runner: "go".to_owned(),
        own_names: vec!["example.com/calc".to_owned(), "calc".to_owned()],
        marks: [("module".to_owned(), "example.com/calc".to_owned())].into(),
        ..Unit::default()
    };
    let tool = Tool {
        program: "go".to_owned(),
        fingerprint: "go version go1.19.8 linux/amd64".to_owned(),
    };
    let ask = Ask {
        unit: &unit,
        tool: &tool,
        tests: &Selection::Whole,
        order: Order::AsWritten,
        tree: Path::new("/repo"),
        cache: Path::new("/cache"),
        scratch: Path::new("/scratch"),
        nonce: "n1",
        test_limit_ms: 1000,
    };
    (
        GoTest.read(&ask, outputs),
        GoTest.next(&ask, outputs).is_some(),
    )
}

/// The label that a failure of the kind bears.
fn label(kind: &FailureKind) -> &'static str {
    match kind {
        FailureKind::Assertion => "right.assertion",
        FailureKind::Stub(_) | FailureKind::Exception(_) => "right.stub",
        FailureKind::MissingName => "right.missing_symbol",
        FailureKind::MissingModule => "missing module",
        FailureKind::BadCall => "a bad call",
        FailureKind::Syntax => "wrong.syntax",
        FailureKind::Environment => "wrong.environment",
        FailureKind::Fixture | FailureKind::UnexpectedPass | FailureKind::Death => "none",
    }
}

fn found(report: &Report, name: &str) -> String {
    let (dir, test) = name.split_once('.').unwrap_or((name, ""));
    if let Some(seen) = report.tests.get(&format!("{dir}:{test}")) {
        let Outcome::Failed(failure) = &seen.outcome else {
            panic!("{name}: {:?}", seen.outcome);
        };
        return label(&failure.kind).to_owned();
    }
    let hides = format!("{dir}:");
    let mut hiding = report
        .diagnostics
        .iter()
        .filter(|found| found.hides == hides);
    let first = hiding
        .next()
        .unwrap_or_else(|| panic!("nothing about {name}"));
    let symbol = first.failure.symbol.as_ref();
    match (
        &first.failure.kind,
        symbol.and_then(|symbol| symbol.owner.as_deref()),
    ) {
        (FailureKind::MissingModule, Some(_)) => "right.missing_module".to_owned(),
        (FailureKind::MissingModule, None) => "wrong.missing_dependency".to_owned(),
        (kind, _) => label(kind).to_owned(),
    }
}

#[test]
fn every_label_of_the_samples_is_met() {
    let run = output(2, sample("all.jsonl"), sample("all.stderr"));
    let (report, owes_more) = read(&[listing(&DIRS), run]);
    assert!(owes_more, "a package died: its other tests run again");
    let labels = String::from_utf8(sample("labels.tsv")).unwrap();
    let rows: Vec<(&str, &str)> = labels
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
        .filter(|(name, _)| *name != "misc.TestSlow")
        .collect();
    assert_eq!(rows.len(), 10);
    for (name, label) in rows {
        assert_eq!(found(&report, name), label, "{name}");
    }
    let broken = report
        .diagnostics
        .iter()
        .filter(|found| found.hides == "broken:");
    assert_eq!(broken.count(), 2);
}

#[test]
fn a_time_out_that_names_no_test_is_looked_into() {
    let run = output(1, sample("timeout.jsonl"), Vec::new());
    let (report, owes_more) = read(&[listing(&["misc"]), run]);
    assert!(owes_more);
    assert!(!report.tests.contains_key("misc:TestSlow"));
}

#[test]
fn output_that_is_cut_anywhere_is_never_fatal_and_never_believed() {
    let whole = sample("calc.jsonl");
    for cut in (0..whole.len()).step_by(61) {
        let run = output(1, whole[..cut].to_vec(), Vec::new());
        let (report, owes_more) = read(&[listing(&["calc"]), run]);
        assert!(owes_more || report.trouble.is_some(), "{cut}");
    }
    let noise: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let (report, _) = read(&[listing(&["calc"]), output(0, noise.clone(), noise)]);
    assert!(report.trouble.is_some());
}
