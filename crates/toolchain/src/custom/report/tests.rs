//! Holds the reader against reports as commands write them.

use super::*;
use crate::Tool;
use crate::custom::Custom;
use crate::runner::Runner as _;
use redgreen_core::evidence::Order;
use std::path::Path;

fn settings(report: Form, some: &[&str]) -> Settings {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Settings {
        dir: "firmware".to_owned(),
        command: words(&["./check", "--out=$REPORT", "--seed=$SEED"]),
        report,
        some: words(some),
    }
}

/// What the runner says of `text`, and the words of its commands.
fn run(
    settings: &Settings,
    tests: &Selection,
    (text, exit): (&str, Exit),
) -> (Report, Vec<Vec<String>>) {
    let unit = settings.unit().expect("good settings");
    let tool = Tool {
        program: "true".to_owned(),
        fingerprint: String::new(),
    };
    let ask = Ask {
        unit: &unit,
        tool: &tool,
        tests,
        order: Order::Alone,
        tree: Path::new("/tree"),
        cache: Path::new("/cache"),
        scratch: Path::new("/scratch"),
        nonce: "n",
        test_limit_ms: 1000,
    };
    let (mut outputs, mut commands) = (Vec::new(), Vec::new());
    while let Some(command) = Custom.next(&ask, &outputs) {
        let files = command.reads.iter();
        let files = files.map(|name| (name.clone(), text.as_bytes().to_vec()));
        outputs.push(RawOutput {
            exit,
            stdout: Vec::new(),
            stderr: Vec::new(),
            files: files.collect(),
        });
        commands.push(command.argv);
    }
    (Custom.read(&ask, &outputs), commands)
}

const JUNIT: &str = r#"<testsuite tests="3" failures="1" errors="1">
<testcase classname="Bus" name="starts"/>
<testcase classname="Bus" name="stops"><failure message="1 != 2">trace</failure></testcase>
<testcase classname="Bus" name="turns"><error type="Panic" message="redgreen stub: bus.turn"/></testcase>
</testsuite>"#;

const TAP: &str = "TAP version 13\n1..3\nok 1 - starts\nnot ok 2 - stops\n  ---\n  message: '1 != 2'\n  ...\nok 3 - turns # SKIP no road\n";

#[test]
fn both_forms_give_each_test_its_outcome() {
    let (report, commands) = run(
        &settings(Form::Junit, &[]),
        &Selection::Whole,
        (JUNIT, Exit::Code(1)),
    );
    assert_eq!(report.trouble, None);
    assert_eq!(
        commands,
        [[
            "/tree/firmware/./check",
            "--out=/scratch/report-n-0",
            "--seed=0"
        ]]
    );
    assert_eq!(report.tests["Bus.starts"].outcome, Outcome::Passed);
    let kind = |name: &str| {
        let seen = &report.tests[name].outcome;
        let Outcome::Failed(failure) = seen else {
            panic!("{seen:?}");
        };
        failure.kind.clone()
    };
    assert_eq!(kind("Bus.stops"), FailureKind::Assertion);
    assert_eq!(kind("Bus.turns"), FailureKind::Stub("bus.turn".to_owned()));

    let (report, _) = run(
        &settings(Form::Tap, &[]),
        &Selection::Whole,
        (TAP, Exit::Code(1)),
    );
    assert_eq!(report.trouble, None);
    assert_eq!(
        report.tests["turns"].outcome,
        Outcome::Skipped("no road".to_owned())
    );
    let Outcome::Failed(failure) = &report.tests["stops"].outcome else {
        panic!("{report:?}");
    };
    assert_eq!(failure.message, "1 != 2");
}

#[test]
fn some_tests_are_asked_by_name_and_alone_means_a_command_each() {
    let some = ["./check", "--out=$REPORT", "$TESTS"];
    let asked = Selection::Tests(vec!["Bus.starts".to_owned(), "Bus.stops".to_owned()]);
    let (report, commands) = run(
        &settings(Form::Junit, &some),
        &asked,
        (JUNIT, Exit::Code(1)),
    );
    assert_eq!(report.tests.len(), 2, "what was not asked is left out");
    let last: Vec<&str> = commands.iter().map(|argv| argv[2].as_str()).collect();
    assert_eq!(last, ["Bus.starts", "Bus.stops"]);
}

#[test]
fn what_does_not_agree_is_not_believed() {
    let short = JUNIT.replace("tests=\"3\"", "tests=\"4\"");
    let cut = &JUNIT[..JUNIT.len() - 30];
    let empty = "<testsuite tests=\"0\"/>";
    for (text, exit) in [
        (JUNIT, Exit::Code(0)),
        (short.as_str(), Exit::Code(1)),
        (cut, Exit::Code(1)),
        (empty, Exit::Code(0)),
        (empty, Exit::Code(2)),
        (JUNIT, Exit::Signal(9)),
    ] {
        let (report, _) = run(&settings(Form::Junit, &[]), &Selection::Whole, (text, exit));
        let wrong = matches!(report.trouble, Some(Trouble::Inconsistent { .. }));
        assert!(wrong, "{exit:?} {text}: {:?}", report.trouble);
    }
    let bailed = "1..3\nok 1 - starts\nBail out! no road\n";
    let (report, _) = run(
        &settings(Form::Tap, &[]),
        &Selection::Whole,
        (bailed, Exit::Code(255)),
    );
    assert!(report.trouble.is_some());
}

#[test]
fn settings_that_cannot_work_say_why() {
    let wrong = |change: fn(&mut Settings)| {
        let mut settings = settings(Form::Junit, &[]);
        change(&mut settings);
        settings.unit().expect_err("they cannot work")
    };
    assert!(wrong(|s| s.command.clear()).contains("custom.command is empty"));
    assert!(wrong(|s| s.command.truncate(1)).contains("$REPORT"));
    assert!(wrong(|s| s.dir = "../x".to_owned()).contains("leads out"));
    assert!(
        wrong(|s| s.some = vec!["./check".to_owned(), "$REPORT".to_owned()]).contains("$TESTS")
    );
}
