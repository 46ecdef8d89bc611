//! Captured output of nextest 0.9.143 with the report that it stands for. The real program runs in
//! `cargo run -p redgreen-toolchain --example real_nextest`.

use redgreen_core::evidence::{Order, Report, Selection, Trouble};
use redgreen_core::outcome::{FailureKind, Outcome, Stage};
use redgreen_toolchain::rust::{Cargo, Nextest};
use redgreen_toolchain::{
    Ask, Exit, Files, Invocation, Package, RawOutput, Runner, Target, Tool, Unit,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn captured(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/nextest");
    fs::read_to_string(root.join(name)).unwrap()
}

fn unit() -> Unit {
    let target = |name: &str, kind: &str, path: &str| Target {
        name: name.to_owned(),
        kind: kind.to_owned(),
        path: path.to_owned(),
        ..Target::default()
    };
    Unit {
        id: Unit::id_of("", "nextest"),
        runner: "nextest".to_owned(),
        packages: vec![Package {
            name: "calc".to_owned(),
            targets: vec![
                target("calc", "lib", "src/lib.rs"),
                target("it", "test", "tests/it.rs"),
            ],
            ..Package::default()
        }],
        ..Unit::default()
    }
}

fn output(exit: i32, stdout: String) -> RawOutput {
    RawOutput {
        exit: Exit::Code(exit),
        stdout: stdout.into_bytes(),
        stderr: Vec::new(),
        files: BTreeMap::new(),
    }
}

fn built() -> RawOutput {
    let made = |kind: &str, name: &str| {
        json!({"reason": "compiler-artifact", "package_id": "path+file:///repo#calc@0.1.0",
            "target": {"kind": [kind], "crate_types": [kind], "name": name},
            "profile": {"test": true}, "executable": format!("/cache/{name}")})
    };
    let lines = [made("lib", "calc"), made("test", "it")];
    let lines = lines.map(|line| line.to_string());
    output(0, lines.join("\n"))
}

/// The captured report. It was made without the output of passed tests, which redgreen asks for.
fn captured_junit() -> String {
    let said = "><system-out>test x ... ok\n\ntest result: ok. 1 passed; 0 failed;</system-out></testcase>";
    let close = |text: String, start: &str| {
        let (before, rest) = text.split_once(start).unwrap();
        let (open, after) = rest.split_once("/>").unwrap();
        format!("{before}{start}{open}{said}{after}")
    };
    let junit = close(captured("junit.xml"), "<testcase name=\"tests::adds\"");
    close(junit, "<testcase name=\"integration_ok\"")
}

fn ran(exit: i32, junit: Option<String>) -> RawOutput {
    let mut ran = output(exit, String::new());
    let file = junit.map(|junit| ("nextest-1.xml".to_owned(), junit.into_bytes()));
    ran.files.extend(file);
    ran
}

struct Asked {
    report: Report,
    next: Option<Invocation>,
}

fn asked_as(
    fingerprint: &str,
    (tests, order): (&Selection, Order),
    outputs: &[RawOutput],
) -> Asked {
    let unit = unit();
    let tool = Tool {
        program: "cargo".to_owned(),
        fingerprint: fingerprint.to_owned(),
    };
    let ask = Ask {
        unit: &unit,
        tool: &tool,
        tests,
        order,
        tree: Path::new("/repo"),
        cache: Path::new("/cache"),
        scratch: Path::new("/scratch"),
        nonce: "n1",
        test_limit_ms: 3000,
    };
    Asked {
        report: Nextest.read(&ask, outputs),
        next: Nextest.next(&ask, outputs),
    }
}

fn whole(outputs: &[RawOutput]) -> Asked {
    let question = (&Selection::Whole, Order::AsWritten);
    asked_as("cargo-nextest 0.9.143", question, outputs)
}

fn listed() -> RawOutput {
    output(0, captured("list.json"))
}

#[test]
fn the_captured_failures_are_what_their_labels_owe() {
    let asked = whole(&[built(), listed(), ran(100, Some(captured_junit()))]);
    assert_eq!(asked.next, None);
    let report = asked.report;
    assert_eq!(report.trouble, None);
    assert_eq!(report.tests.len(), 14);
    let of = |name: &str| &report.tests[name].outcome;
    assert_eq!(of("calc$tests::adds"), &Outcome::Passed);
    assert_eq!(of("calc::it$integration_ok"), &Outcome::Passed);
    assert_eq!(
        of("calc$tests::ignored"),
        &Outcome::Skipped("ignored".to_owned())
    );
    assert_eq!(of("calc::it$slow"), &Outcome::TimedOut);
    let mut count = 0;
    for line in captured("labels.tsv").lines().skip(1) {
        let (name, label) = line.split_once('\t').unwrap();
        let name = match name.split_once("::") {
            Some(("it", test)) => format!("calc::it${test}"),
            Some(_) => format!("calc${name}"),
            None => continue,
        };
        let owed = match label {
            "right.assertion" | "right.no_raise" | "wrong.tautology" => "Assertion|Exception",
            "ambiguous.prod_exception" => "Assertion|Exception",
            "right.stub" | "ambiguous.test_returned_err" => "Exception",
            "wrong.environment" => "Environment|Exception",
            "wrong.crash" => "Death",
            "wrong.timeout" => "TimedOut",
            other => panic!("{other} is not known"),
        };
        let told = if let Outcome::Failed(failure) = of(&name) {
            format!("{:?}", failure.kind)
        } else {
            format!("{:?}", of(&name))
        };
        assert!(
            owed.split('|').any(|kind| told.starts_with(kind)),
            "{name} is {label}: {told}"
        );
        count += 1;
    }
    assert_eq!(count, 11);
    let Outcome::Failed(failure) = of("calc$tests::assert_value") else {
        panic!("it failed");
    };
    assert_eq!(
        (failure.stage, &failure.kind),
        (Stage::Call, &FailureKind::Assertion)
    );
    assert!(failure.at.as_ref().unwrap().path.ends_with("src/lib.rs"));
    assert!(
        report
            .left_out
            .contains(&"doctests (cargo test --doc)".to_owned())
    );
}

#[test]
fn a_pass_that_the_harness_does_not_confirm_is_a_death() {
    let report = whole(&[built(), listed(), ran(100, Some(captured("junit.xml")))]).report;
    assert_eq!(report.trouble, None);
    let Outcome::Failed(failure) = &report.tests["calc$tests::adds"].outcome else {
        panic!("{report:?}");
    };
    assert_eq!(failure.kind, FailureKind::Death);
}

#[test]
fn a_report_that_disagrees_with_the_listing_or_the_exit_is_not_believed() {
    let junit = captured_junit();
    let adds = "name=\"tests::adds\"";
    let cases = [
        ("no report", 100, None),
        ("another exit", 0, Some(junit.clone())),
        ("nothing matched", 4, Some(String::new())),
        (
            "a lost case",
            100,
            Some(junit.replace(adds, "name=\"tests::other\"")),
        ),
        (
            "an ignored test ran",
            100,
            Some(junit.replace(adds, "name=\"tests::ignored\"")),
        ),
        (
            "a test twice",
            100,
            Some(junit.replace(adds, "name=\"tests::prod_todo\"")),
        ),
        ("cut short", 100, Some(junit[..junit.len() / 2].to_owned())),
    ];
    for (why, exit, junit) in cases {
        let report = whole(&[built(), listed(), ran(exit, junit)]).report;
        assert!(
            matches!(report.trouble, Some(Trouble::Inconsistent { .. })),
            "{why}: {report:?}"
        );
    }
    let mut list: serde_json::Value = serde_json::from_str(&captured("list.json")).unwrap();
    let suite = list["rust-suites"]["calc"].take();
    let mut flaky = suite;
    flaky["testcases"] =
        json!({"flaky": {"ignored": false, "filter-match": {"status": "matches"}}});
    let list = json!({"rust-suites": {"calc::flaky": flaky.clone(), "calc": {"testcases": {}},
        "calc::it": flaky}});
    let junit = captured("flaky-junit.xml").replace("calc::flaky", "calc::it");
    let report = whole(&[built(), output(0, list.to_string()), ran(0, Some(junit))]).report;
    let why = format!("{:?}", report.trouble);
    assert!(why.contains("more than once"), "{why}");
}

#[test]
fn what_the_projects_filter_leaves_out_is_not_collected() {
    let list = json!({"rust-suites": {
        "calc": {"testcases": {"tests::slow": {"ignored": false,
            "filter-match": {"status": "mismatch", "reason": "default-filter"}}}},
        "calc::it": {"testcases": {}}}});
    let asked = whole(&[built(), output(0, list.to_string())]);
    assert_eq!(asked.next, None, "nothing is left to run");
    assert_eq!(asked.report.trouble, None);
    let seen = &asked.report.tests["calc$tests::slow"];
    assert_eq!(seen.outcome, Outcome::NotCollected);
}

#[test]
fn the_command_switches_off_what_hides_results_and_asks_for_exact_names() {
    let names = [
        "calc$tests::adds",
        "calc::it$integration_ok",
        "calc$tests::gone",
    ];
    let tests = Selection::Tests(names.map(str::to_owned).into());
    let next = |order, done: usize| {
        let mut outputs = vec![built(), built(), listed()];
        outputs.extend((0..done).map(|_| ran(0, None)));
        asked_as("cargo-nextest 0.9.143", (&tests, order), &outputs).next
    };
    let run = next(Order::AsWritten, 0).unwrap();
    let line = run.argv.join(" ");
    for part in [
        "--retries 0 --no-fail-fast",
        "--tool-config-file redgreen:/scratch/1-nextest.toml",
        "--package calc --lib --test it",
        "-E (binary_id(=calc) & (test(=tests::adds))) | (binary_id(=calc::it) & (test(=integration_ok)))",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
    let config = &run.writes[0].1;
    let table: toml::Table = config.parse().unwrap();
    let profile = &table["profile"]["@tool:redgreen:prove"];
    assert_eq!(profile["slow-timeout"]["period"].as_str(), Some("3000ms"));
    assert_eq!(
        profile["junit"]["path"].as_str(),
        Some("/scratch/nextest-1.xml")
    );
    assert_eq!(next(Order::AsWritten, 1), None);
    assert_eq!(
        next(Order::Alone, 1),
        None,
        "each test has a process of its own anyhow"
    );
    let second = next(Order::Shuffled(5), 1).unwrap();
    assert_eq!(
        second
            .argv
            .iter()
            .filter(|arg| arg.contains("test(="))
            .count(),
        1
    );
    assert_eq!(next(Order::Shuffled(5), 2), None);
}

#[test]
fn without_nextest_the_binaries_run_as_cargo_test_runs_them() {
    let question = (&Selection::Whole, Order::AsWritten);
    let asked = asked_as("cargo 1.95.0", question, &[built()]);
    assert_eq!(
        asked.next.unwrap().argv,
        ["/cache/calc", "--list", "--format", "terse"]
    );
    let said = asked.report.left_out.join("; ");
    assert!(said.contains("cargo nextest is not installed"), "{said}");
    let asked = whole(&[built(), output(101, String::new())]);
    assert_eq!(asked.next.unwrap().argv[0], "/cache/calc");
    let said = asked.report.left_out.join("; ");
    assert!(said.contains("cargo nextest list failed"), "{said}");
}

struct Tree(Vec<String>, BTreeMap<String, String>);

impl Files for Tree {
    fn paths(&self) -> &[String] {
        &self.0
    }
    fn text(&self, path: &str) -> Option<String> {
        self.1.get(path).cloned()
    }
}

#[test]
fn a_workspace_is_nextests_where_its_configuration_or_ci_says_so() {
    let manifest = (
        "Cargo.toml",
        "[package]\nname = \"shop\"\nversion = \"0.1.0\"\n",
    );
    let tree = |more: &[(&str, &str)]| {
        let all = [manifest, ("src/lib.rs", "")];
        let texts: BTreeMap<String, String> = all
            .iter()
            .chain(more)
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect();
        Tree(texts.keys().cloned().collect(), texts)
    };
    let checks = |tree: &Tree| -> Vec<String> {
        let unit = Cargo.detect(tree).remove(0);
        let found = Cargo.checks(&unit, tree).into_iter();
        found
            .map(|check| format!("{} ({})", check.argv[1], check.because))
            .collect()
    };
    assert_eq!(checks(&tree(&[])), ["check (Cargo.toml)"]);
    let named = [
        ("rustfmt.toml", ""),
        (
            ".github/workflows/ci.yml",
            "- run: cargo clippy\n- run: cargo llvm-cov # cargo fmt\n",
        ),
    ];
    let ci = ".github/workflows/ci.yml";
    let owed = [
        format!("clippy ({ci})"),
        "fmt (rustfmt.toml)".to_owned(),
        "check (Cargo.toml)".to_owned(),
        format!("llvm-cov ({ci})"),
    ];
    assert_eq!(checks(&tree(&named)), owed);
    let ids = |tree: &Tree| -> Vec<String> {
        let mut units = Cargo.detect(tree);
        units.extend(Nextest.detect(tree));
        units.into_iter().map(|unit| unit.id.to_string()).collect()
    };
    assert_eq!(ids(&tree(&[])), [".:cargo"]);
    assert_eq!(ids(&tree(&[(".config/nextest.toml", "")])), [".:nextest"]);
    let ci = ".github/workflows/ci.yml";
    assert_eq!(
        ids(&tree(&[(ci, "- run: cargo nextest run\n")])),
        [".:nextest"]
    );
    assert_eq!(
        ids(&tree(&[(ci, "# cargo nextest run\n- run: cargo test\n")])),
        [".:cargo"]
    );
}
