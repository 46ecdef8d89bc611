//! Captured output of cargo and of test binaries, each with the report that it stands for.

use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_toolchain::rust::Cargo;
use redgreen_toolchain::{Ask, Exit, RawOutput, Runner, Tool, Unit};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Case {
    unit: Unit,
    tests: Selection,
    order: Order,
    exits: Vec<End>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum End {
    Code(i32),
    Signal(i32),
}

fn read(path: PathBuf) -> Vec<u8> {
    fs::read(path).unwrap_or_default()
}

fn outputs(dir: &Path, exits: &[End]) -> Vec<RawOutput> {
    let output = |(at, end): (usize, &End)| RawOutput {
        exit: match *end {
            End::Code(code) => Exit::Code(code),
            End::Signal(signal) => Exit::Signal(signal),
        },
        stdout: read(dir.join(format!("{}.stdout", at + 1))),
        stderr: read(dir.join(format!("{}.stderr", at + 1))),
        files: BTreeMap::new(),
    };
    exits.iter().enumerate().map(output).collect()
}

/// The report of a case, and whether more commands are owed.
fn report(case: &Case, outputs: &[RawOutput]) -> (Report, bool) {
    let tool = Tool {
        program: "cargo".to_owned(),
        fingerprint: "cargo".to_owned(),
    };
    let ask = Ask {
        unit: &case.unit,
        tool: &tool,
        tests: &case.tests,
        order: case.order,
        tree: Path::new("/repo"),
        cache: Path::new("/cache"),
        scratch: Path::new("/scratch"),
        nonce: "n1",
        test_limit_ms: 1000,
    };
    (
        Cargo.read(&ask, outputs),
        Cargo.next(&ask, outputs).is_some(),
    )
}

fn cases() -> Vec<(PathBuf, Case)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/cargo");
    let dirs = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut dirs: Vec<PathBuf> = dirs.collect();
    dirs.sort();
    let case = |dir: &PathBuf| serde_json::from_slice(&read(dir.join("case.json"))).unwrap();
    dirs.iter().map(|dir| (dir.clone(), case(dir))).collect()
}

#[test]
fn captured_output_is_read_as_expected() {
    let cases = cases();
    assert!(cases.len() >= 6);
    for (dir, case) in cases {
        let (report, _) = report(&case, &outputs(&dir, &case.exits));
        let shown = serde_json::to_string_pretty(&report).unwrap() + "\n";
        let expected = String::from_utf8(read(dir.join("expect.json"))).unwrap();
        assert_eq!(shown, expected, "{}", dir.display());
    }
}

#[test]
fn output_that_is_cut_anywhere_is_never_fatal() {
    for (dir, case) in cases() {
        let whole = outputs(&dir, &case.exits);
        let last = whole.last().unwrap().stdout.len();
        for cut in (0..last).step_by(97) {
            let mut cut_off = whole.clone();
            cut_off.last_mut().unwrap().stdout.truncate(cut);
            let (report, more) = report(&case, &cut_off);
            let passed = report.tests.values().filter(|seen| seen.outcome.passed());
            assert!(passed.count() <= 1, "{}", dir.display());
            let silent = report.trouble.is_none() && report.diagnostics.is_empty();
            assert!(
                more || !silent || report.tests.len() == 11,
                "{} {cut}",
                dir.display()
            );
        }
    }
}
