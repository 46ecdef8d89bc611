//! Captured output of Surefire 2.22.3 and of Maven, held against the label of each failure.

use redgreen_core::change::Change;
use redgreen_core::evidence::{Evidence, Observation, Order, Purpose, Report, Selection, TreeKind};
use redgreen_core::id::{Digest, TestId, TreeId};
use redgreen_core::outcome::Outcome;
use redgreen_core::reason::{Reason, reason_of};
use redgreen_toolchain::formats::junit;
use redgreen_toolchain::java::Maven;
use redgreen_toolchain::{Ask, Exit, RawOutput, Runner, Tool, Unit, surface};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn sample(name: &str) -> Vec<u8> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/java/samples");
    fs::read(dir.join(name)).unwrap()
}

fn unit() -> Unit {
    let sources = "src/main/java/com/ex\tCalc\nsrc/test/java/com/ex\tCalcTest\tSetupTest\tSetupAllTest\tBrokenTest\tThirdTest\tSynTest";
    Unit {
        id: Unit::id_of("", "maven"),
        own_names: vec!["com/ex".to_owned()],
        marks: [("sources".to_owned(), sources.to_owned())].into(),
        ..Unit::default()
    }
}

fn output(exit: i32, stdout: &[u8], report: Option<Vec<u8>>) -> RawOutput {
    RawOutput {
        exit: Exit::Code(exit),
        stdout: stdout.to_owned(),
        stderr: Vec::new(),
        files: report
            .map(|text| ("reports.xml".to_owned(), text))
            .into_iter()
            .collect(),
    }
}

fn report(outputs: &[RawOutput]) -> Report {
    let unit = unit();
    let tool = Tool {
        program: "mvn".to_owned(),
        fingerprint: String::new(),
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
    Maven.read(&ask, outputs)
}

/// The reason of each outcome, as core gives it once the places are known.
fn reasons(report: Report) -> BTreeMap<String, Option<Reason>> {
    let change = Change {
        introduced: ["Money", "clamp", "money"].map(str::to_owned).into(),
        own_names: unit().own_names.into_iter().collect(),
        ..Change::default()
    };
    let names: Vec<String> = report.tests.keys().cloned().collect();
    let hidden = ["SetupAllTest#a", "BrokenTest#a", "ThirdTest#a", "SynTest#a"];
    let hidden = hidden.iter().map(|name| format!("com.ex.{name}"));
    let evidence = Evidence {
        observation: Observation {
            unit: unit().id,
            tree: TreeKind::R,
            tests: Selection::Whole,
            order: Order::AsWritten,
            sample: 0,
            purpose: Purpose::Run,
        },
        tree: TreeId::from("t"),
        commands: Vec::new(),
        fingerprint: String::new(),
        output: Digest::of(b""),
        sandbox: String::new(),
        ms: 0,
        report,
    };
    let of = |name: String| {
        let mut outcome = evidence.outcome(&TestId::new(&unit().id, name.clone()));
        if let Outcome::Failed(failure) = &mut outcome
            && let Some(at) = &mut failure.at
        {
            at.surface = Some(surface(&at.path, None));
        }
        (name, reason_of(&outcome, &change))
    };
    names.into_iter().chain(hidden).map(of).collect()
}

fn reason(label: &str) -> Reason {
    match label {
        "right.assertion" | "right.no_raise" | "wrong.tautology" => Reason::Assertion,
        // The frame in production code is missing: Surefire 2 trims traces by default. A run of
        // redgreen's own takes them whole.
        "right.stub" => Reason::BrokenTest,
        "right.missing_symbol" => Reason::MissingSymbol,
        "wrong.timeout" => Reason::Hang,
        "wrong.environment" => Reason::Environment,
        "wrong.fixture" | "wrong.syntax" => Reason::BrokenTest,
        "wrong.missing_dependency" => Reason::MissingDependency,
        other => panic!("label {other}"),
    }
}

#[test]
fn every_labelled_failure_has_its_reason() {
    let mut reports = sample("TEST-com.ex.CalcTest.xml");
    for more in ["TEST-com.ex.SetupTest.xml", "TEST-com.ex.SetupAllTest.xml"] {
        reports.push(b'\n');
        reports.extend(sample(more));
    }
    let ran = reasons(report(&[
        output(0, b"", None),
        output(0, b"", None),
        output(0, b"", Some(reports)),
    ]));
    let broken = |name: &str| {
        let text = sample(&format!("{name}.txt"));
        reasons(report(&[
            output(0, b"", None),
            output(1, &text, None),
            output(1, b"", None),
        ]))
    };
    let labels = String::from_utf8(sample("labels.tsv")).unwrap();
    let rows: Vec<(&str, &str)> = labels
        .lines()
        .skip(1)
        .filter_map(|row| row.split_once('\t'))
        .collect();
    assert_eq!(rows.len(), 13);
    for (test, label) in rows {
        let found = match test.split_once('.') {
            Some((class, method)) => {
                let name = format!("com.ex.{class}#{}", method.replace("{int}", ""));
                ran[&name]
            }
            None if test == "SetupAllTest" => ran["com.ex.SetupAllTest#a"],
            None => broken(test)[&format!("com.ex.{test}#a")],
        };
        assert_eq!(found, Some(reason(label)), "{test}");
    }
}

#[test]
fn the_report_of_the_platforms_console_is_read() {
    let report = junit::read(&sample("console-junit.xml"));
    assert_eq!(report.cases.len(), 1);
    assert_eq!(report.cases[0].class, "com.ex.CalcTest");
    assert!(report.cases[0].out.contains("[method:add()]"));
}

#[test]
fn output_that_is_cut_anywhere_is_never_fatal() {
    let (text, xml) = (sample("BrokenTest.txt"), sample("TEST-com.ex.CalcTest.xml"));
    for cut in (0..xml.len()).step_by(211) {
        let found = report(&[
            output(0, b"", None),
            output(1, &text[..cut.min(text.len())], None),
            output(0, b"", Some(xml[..cut].to_owned())),
        ]);
        assert!(
            found.trouble.is_some() || !found.diagnostics.is_empty(),
            "{cut}: {found:?}"
        );
    }
}
