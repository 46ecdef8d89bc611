//! Reads captured reports of pytest 9.2 and holds them against what they owe.

use super::project::kind_of;
use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_core::outcome::{Failure, FailureKind, Outcome};
use redgreen_toolchain::python::Pytest;
use redgreen_toolchain::{Ask, Exit, RawOutput, Runner, Tool, Unit};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/pytest")
}

fn expected(case: &str) -> Value {
    let text = std::fs::read_to_string(corpus().join(case).join("expect.json"));
    serde_json::from_str(&text.expect("expect.json is there")).expect("expect.json is JSON")
}

fn captured(case: &str) -> Vec<u8> {
    std::fs::read(corpus().join(case).join("report-0.jsonl")).expect("a captured report")
}

fn exit_of(expected: &Value) -> Exit {
    let number = |key: &str| {
        expected[key]
            .as_i64()
            .map(|n| i32::try_from(n).expect("small"))
    };
    match (number("exit"), number("signal")) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::TimedOut,
    }
}

/// Reads `report` as the output of a whole run, whose tests that must fail did so.
fn read(report: Vec<u8>, stderr: Vec<u8>, exit: Exit) -> Report {
    let canaries = std::fs::read(corpus().join("must-fail.jsonl")).expect("a captured report");
    read_both((report, stderr, exit), canaries)
}

fn read_both((report, stderr, exit): (Vec<u8>, Vec<u8>, Exit), canaries: Vec<u8>) -> Report {
    let output = RawOutput {
        exit,
        stdout: Vec::new(),
        stderr,
        files: BTreeMap::from([("report-0.jsonl".to_owned(), report)]),
    };
    let second = RawOutput {
        exit: Exit::Code(1),
        stdout: Vec::new(),
        stderr: Vec::new(),
        files: BTreeMap::from([("report-1.jsonl".to_owned(), canaries)]),
    };
    let tool = Tool {
        program: "python3".to_owned(),
        fingerprint: String::new(),
    };
    let ask = Ask {
        unit: &Unit::default(),
        tool: &tool,
        tests: &Selection::Whole,
        order: Order::AsWritten,
        tree: Path::new("/repo"),
        cache: Path::new("/cache"),
        scratch: Path::new("/scratch"),
        nonce: "N1",
        test_limit_ms: 3000,
    };
    Pytest.read(&ask, &[output, second])
}

fn told(failure: &Failure) -> String {
    let at = failure.at.as_ref();
    let at = at.map_or(String::new(), |at| format!(" at {}:{}", at.path, at.line));
    format!("{:?}: {}{at}", failure.stage, kind_of(failure))
}

fn shown(report: &Report) -> Value {
    let outcome = |outcome: &Outcome| {
        if let Outcome::Failed(failure) = outcome {
            told(failure)
        } else {
            format!("{outcome:?}")
        }
    };
    let tests: BTreeMap<_, _> = report
        .tests
        .iter()
        .map(|(name, seen)| (name.clone(), outcome(&seen.outcome)))
        .collect();
    let diagnostics: BTreeMap<_, _> = report
        .diagnostics
        .iter()
        .map(|each| (each.hides.clone(), told(&each.failure)))
        .collect();
    json!({"tests": tests, "diagnostics": diagnostics, "trouble": report.trouble})
}

#[test]
fn every_captured_run_reads_as_its_case_expects() {
    let cases = std::fs::read_dir(corpus()).expect("the corpus is there");
    let mut count = 0;
    for case in cases {
        let name = case.expect("readable").file_name();
        let name = name.to_string_lossy().into_owned();
        if name == "must-fail.jsonl" {
            continue;
        }
        let expected = expected(&name);
        let stderr = std::fs::read(corpus().join(&name).join("stderr")).expect("stderr");
        let found = shown(&read(captured(&name), stderr, exit_of(&expected)));
        assert_eq!(
            found,
            expected["report"],
            "{name}: {}",
            serde_json::to_string_pretty(&found).expect("JSON")
        );
        count += 1;
    }
    assert_eq!(count, 5);
}

/// What each hand-given label of the captured project comes to.
fn kind_owed(label: &str) -> &'static str {
    match label {
        "right.assertion"
        | "right.no_raise"
        | "right.assertion+wrong.teardown"
        | "wrong.tautology" => "Call: Assertion",
        "right.missing_symbol" => "MissingName clamp in calc",
        "right.missing_module" => "MissingModule calc.money",
        "wrong.missing_dependency" => "Load: MissingModule hypothesiz",
        "wrong.syntax" => "Load: Syntax",
        "wrong.xpass_strict" => "Call: UnexpectedPass",
        "right.signature" | "ambiguous.signature_misuse" => "Call: BadCall",
        "right.stub" => "Call: Exception NotImplementedError at src/calc/__init__.py",
        "ambiguous.prod_exception" => "Call: Exception KeyError at src/calc/__init__.py",
        "wrong.fixture" => "Setup: Fixture",
        "wrong.teardown" => "Teardown: Exception RuntimeError",
        "wrong.timeout" => "TimedOut",
        "wrong.test_bug" => "Call: MissingName clac|Call: Death",
        "wrong.environment" => "Call: Environment|Call: Exception FileNotFoundError at tests/",
        other => panic!("{other} is not known"),
    }
}

#[test]
fn the_labelled_failures_have_the_kinds_that_their_labels_owe() {
    let labels = std::fs::read_to_string(corpus().join("labelled/labels.tsv")).expect("labels");
    let found = shown(&read(captured("labelled"), Vec::new(), Exit::Code(1)));
    let mut count = 0;
    for line in labels.lines().skip(1) {
        let (id, label) = line.split_once('\t').expect("two columns");
        let told = found["tests"][id]
            .as_str()
            .or_else(|| found["diagnostics"][format!("{id}::")].as_str())
            .unwrap_or_else(|| panic!("{id} is reported"));
        let owed = kind_owed(label);
        assert!(
            owed.split('|').any(|kind| told.contains(kind)),
            "{id} is {label}: {told}"
        );
        count += 1;
    }
    assert_eq!(count, 25);
}

/// A killed runner leaves half a line, a hostile one anything at all: no cut of a real report may
/// read as a run that can be believed, and none may end the reader.
#[test]
fn no_cut_of_a_report_is_believed() {
    let whole = captured("labelled");
    for end in (0..whole.len()).step_by(97) {
        let report = read(whole[..end].to_vec(), Vec::new(), Exit::Code(1));
        let cut_short = report.tests.values().any(|seen| {
            matches!(&seen.outcome, Outcome::NotReached)
                || matches!(&seen.outcome, Outcome::Failed(f) if f.kind == FailureKind::Death)
        });
        let hidden = report.diagnostics.iter().any(|each| each.hides.is_empty());
        let told = report.trouble.is_some() || cut_short || hidden;
        assert!(told, "cut at {end}: {report:#?}");
    }
}

/// Every line of the short session says something that a tree could have forged or lost.
#[test]
fn a_must_fail_session_that_lost_a_line_or_says_passed_is_not_believed() {
    let whole = std::fs::read_to_string(corpus().join("must-fail.jsonl")).expect("a report");
    let lines: Vec<&str> = whole.lines().collect();
    let trouble = |canaries: String| {
        let main = (captured("labelled"), Vec::new(), Exit::Code(1));
        read_both(main, canaries.into_bytes()).trouble
    };
    assert_eq!(trouble(whole.clone()), None);
    for lost in 0..lines.len() {
        let mut rest = lines.clone();
        let line = rest.remove(lost);
        assert!(trouble(rest.join("\n")).is_some(), "lost: {line}");
    }
    let forged = whole.replace("\"outcome\": \"failed\"", "\"outcome\": \"passed\"");
    assert!(trouble(forged).is_some());
    assert!(trouble(whole.replace("\"N1\"", "\"N2\"")).is_some());
}

#[test]
fn lines_that_are_lost_repeated_or_without_the_nonce_are_noticed() {
    let whole = String::from_utf8(captured("labelled")).expect("text");
    let lines: Vec<&str> = whole.lines().collect();
    let trouble = |text: String| read(text.into_bytes(), Vec::new(), Exit::Code(1)).trouble;
    assert_eq!(trouble(whole.clone()), None);
    for lost in 1..lines.len() - 1 {
        let mut rest = lines.clone();
        let line = rest.remove(lost);
        assert!(trouble(rest.join("\n")).is_some(), "lost: {line}");
    }
    let twice = format!("{}\n{whole}", lines[40]);
    assert!(trouble(twice).is_some());
    let other = whole.replace("\"N1\"", "\"N2\"");
    assert!(trouble(other).is_some(), "another run's report");
    let noise = whole.replace(
        '\n',
        "\n{\"n\": \"X\", \"ev\": \"end\", \"exit\": 0, \"lines\": 1}\nnoise \u{7}\n",
    );
    assert_eq!(
        trouble(noise),
        None,
        "lines without the nonce count for nothing"
    );
    let report = read(whole.into_bytes(), Vec::new(), Exit::Code(0));
    assert!(
        report.trouble.is_some(),
        "another exit code than the report's"
    );
}
