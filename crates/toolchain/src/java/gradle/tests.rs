//! Holds the Gradle adapter against constructed reports.

use super::*;
use crate::Tool;
use redgreen_core::evidence::{Order, Selection};
use redgreen_core::outcome::{FailureKind, Outcome};
use std::collections::BTreeMap;
use std::path::Path;

struct Tree {
    paths: Vec<String>,
    texts: BTreeMap<String, String>,
}

impl Files for Tree {
    fn paths(&self) -> &[String] {
        &self.paths
    }
    fn text(&self, path: &str) -> Option<String> {
        self.texts.get(path).cloned()
    }
}

fn units(files: &[(&str, &str)]) -> Vec<Unit> {
    let texts: BTreeMap<String, String> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let paths = texts.keys().cloned().collect();
    Gradle.detect(&Tree { paths, texts })
}

fn shop() -> Unit {
    let mut found = units(&[
        ("settings.gradle.kts", "include(\"core\")"),
        ("build.gradle.kts", ""),
        ("gradlew", ""),
        ("core/build.gradle.kts", "tasks.test { useJUnitPlatform() }"),
        ("core/src/main/java/org/shop/Price.java", ""),
        ("core/src/test/java/org/shop/PriceTest.java", ""),
    ]);
    assert_eq!(found.len(), 1);
    found.remove(0)
}

fn with_ask<T>(tests: &Selection, order: Order, look: impl FnOnce(&Ask<'_>) -> T) -> T {
    let unit = shop();
    let tool = Tool {
        program: "gradle".to_owned(),
        fingerprint: String::new(),
    };
    look(&Ask {
        unit: &unit,
        tool: &tool,
        tests,
        order,
        tree: Path::new("/repo"),
        cache: Path::new("/cache"),
        scratch: Path::new("/scratch"),
        nonce: "n1",
        test_limit_ms: 1000,
    })
}

fn output(exit: i32, stderr: &str, report: Option<&str>) -> RawOutput {
    RawOutput {
        exit: Exit::Code(exit),
        stdout: Vec::new(),
        stderr: stderr.as_bytes().to_owned(),
        files: report
            .map(|text| (REPORTS.to_owned(), text.as_bytes().to_owned()))
            .into_iter()
            .collect(),
    }
}

fn read_whole(outputs: &[RawOutput]) -> Report {
    with_ask(&Selection::Whole, Order::AsWritten, |ask| {
        Gradle.read(ask, outputs)
    })
}

const REPORT: &str = r#"<testsuite name="org.shop.PriceTest" tests="4" skipped="1" failures="2" errors="0">
<properties/>
<testcase name="passes()" classname="org.shop.PriceTest" time="0.01"/>
<testcase name="fails()" classname="org.shop.PriceTest" time="0.01"><failure message="org.opentest4j.AssertionFailedError: expected: &lt;5&gt;" type="org.opentest4j.AssertionFailedError">org.opentest4j.AssertionFailedError: expected: &lt;5&gt;
	at app//org.shop.PriceTest.fails(PriceTest.java:9)
</failure></testcase>
<testcase name="par(int)[1]" classname="org.shop.PriceTest" time="0.01"><failure message="java.lang.IllegalStateException: no" type="java.lang.IllegalStateException">java.lang.IllegalStateException: no
	at app//org.shop.Price.pick(Price.java:4)
</failure></testcase>
<testcase name="off()" classname="org.shop.PriceTest" time="0.0"><skipped/></testcase>
</testsuite>
<testsuite name="redgreen.Redgreenn1Test" tests="2"><testcase name="passes()" classname="redgreen.Redgreenn1Test"/><testcase name="fails()" classname="redgreen.Redgreenn1Test"><failure message="x" type="java.lang.AssertionError">x</failure></testcase></testsuite>
"#;

#[test]
fn a_settings_file_is_a_unit_with_its_modules() {
    let unit = shop();
    assert_eq!(unit.id.as_str(), ".:gradle");
    assert_eq!(unit.because, ["build.gradle.kts", "gradlew"]);
    assert_eq!(unit.marks["modules"], "core");
    assert_eq!(unit.marks["framework"], "junit5");
    assert_eq!(unit.own_names, ["org/shop"]);
    let two = units(&[
        ("a/build.gradle", "testImplementation 'junit:junit:4.13'"),
        ("a/src/test/java/ATest.java", ""),
        ("b/settings.gradle", ""),
        ("b/src/main/java/B.java", ""),
        ("buildSrc/build.gradle", ""),
    ]);
    let ids: Vec<&str> = two.iter().map(|unit| unit.id.as_str()).collect();
    assert_eq!(ids, ["a:gradle", "b:gradle"]);
    assert_eq!(two[0].marks["framework"], "junit4");
    assert!(units(&[("build.gradle", "")]).is_empty());
}

#[test]
fn a_report_is_read_by_the_classes_of_its_exceptions() {
    let report = read_whole(&[output(0, "", None), output(0, "", Some(REPORT))]);
    assert_eq!(report.trouble, None);
    let kind = |name: &str| {
        let outcome = &report.tests[name].outcome;
        let Outcome::Failed(failure) = outcome else {
            panic!("{outcome:?}");
        };
        failure.kind.clone()
    };
    assert_eq!(kind("org.shop.PriceTest#fails"), FailureKind::Assertion);
    assert_eq!(
        kind("org.shop.PriceTest#par[1]"),
        FailureKind::Exception("java.lang.IllegalStateException".to_owned())
    );
    assert_eq!(report.tests.len(), 4);
    assert!(
        report
            .left_out
            .iter()
            .any(|line| line.contains("experimental"))
    );
}

#[test]
fn a_tampered_or_empty_run_is_not_believed() {
    let forgiven = REPORT.replace(
        "<failure message=\"x\" type=\"java.lang.AssertionError\">x</failure>",
        "",
    );
    for text in [
        Some(forgiven.as_str()),
        Some("<testsuite tests=\"1\"/>"),
        None,
    ] {
        let report = read_whole(&[output(0, "", None), output(0, "", text)]);
        assert!(
            matches!(report.trouble, Some(Trouble::Inconsistent { .. })),
            "{text:?}"
        );
    }
}

#[test]
fn errors_of_the_compiler_and_of_the_build_are_told_apart() {
    let javac = "/repo/core/src/test/java/org/shop/PriceTest.java:9: error: cannot find symbol\n    Price.thrice(2);\n         ^\n  symbol:   method thrice(int)\n  location: class Price\n1 error\n\nFAILURE: Build failed with an exception.\n\n* What went wrong:\nExecution failed for task ':core:compileTestJava'.\n";
    let report = read_whole(&[output(1, javac, None), output(1, "", None)]);
    assert_eq!(report.trouble, None);
    let failure = &report.diagnostics[0].failure;
    assert_eq!(failure.kind, FailureKind::MissingName);
    let symbol = failure.symbol.as_ref().expect("a symbol");
    assert_eq!(symbol.owner.as_deref(), Some("org/shop.Price"));
    let offline = "* What went wrong:\nCould not resolve all files for configuration ':core:testCompileClasspath'.\n> No cached version of org.x:y:1 available for offline mode.\n";
    let first = [output(1, offline, None)];
    with_ask(&Selection::Whole, Order::AsWritten, |ask| {
        let again = Gradle.next(ask, &first).expect("a second try");
        assert!(!again.argv.iter().any(|word| word == "--offline"));
    });
    let report = read_whole(&[
        output(1, offline, None),
        output(1, offline, None),
        output(1, "", None),
    ]);
    assert!(
        matches!(report.trouble, Some(Trouble::CouldNotRun { why }) if why.contains("type: gradle"))
    );
}

#[test]
fn tests_are_asked_of_their_modules_task() {
    let names = Selection::Tests(vec![
        "org.shop.PriceTest#passes".to_owned(),
        "org.shop.PriceTest#par[1]".to_owned(),
    ]);
    with_ask(&names, Order::Shuffled(3), |ask| {
        let made = Gradle.next(ask, &[]).expect("a command");
        let tail = &made.argv[made.argv.len() - 5..];
        let owed = [
            ":core:test",
            "--tests",
            "org.shop.PriceTest.par",
            "--tests",
            "org.shop.PriceTest.passes",
        ];
        assert_eq!(tail, owed);
        assert!(
            made.writes[0]
                .1
                .contains("'junit.jupiter.execution.order.random.seed', '3'")
        );
        assert!(made.plants.is_empty());
    });
    with_ask(&Selection::Whole, Order::AsWritten, |ask| {
        let made = Gradle.next(ask, &[]).expect("a command");
        assert_eq!(made.argv.last().map(String::as_str), Some("test"));
        assert_eq!(
            made.plants[0].0,
            "core/src/test/java/redgreen/Redgreenn1Test.java"
        );
    });
}
