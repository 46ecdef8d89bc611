//! Runs the labelled project and holds every failure against its label.

use crate::ruby::project::{Project, hidden, told, trusted};
use redgreen_toolchain::php::Phpunit;
use std::path::Path;

/// What each hand-given label comes to.
fn kind_owed(label: &str) -> &'static str {
    match label {
        "right.assertion" | "right.no_raise" | "wrong.tautology" => {
            "Call: Assertion at ok/CalcTest.php"
        }
        "right.missing_symbol" => {
            "Call: MissingName clamp in App::Calc at ok/CalcTest.php:8|Call: MissingName Money in App at ok/CalcTest.php:9"
        }
        "ambiguous.signature_misuse" => "Call: BadCall at ok/CalcTest.php:10",
        // No red at all, so no red for the wrong reason: PHPUnit lets it pass.
        "wrong.no_assertion" => "Passed",
        "wrong.environment" => {
            "Call: Exception PHPUnit\\\\Framework\\\\Error\\\\Warning at ok/CalcTest.php:17"
        }
        "wrong.fixture" => "Setup: Fixture at ok/SetupTest.php:4",
        "wrong.syntax" => "Load: Syntax at tests/SynTest.php:3",
        other => panic!("{other} is not known"),
    }
}

#[test]
fn the_labelled_failures_have_the_kinds_that_their_labels_owe() {
    super::runs::need_phpunit();
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/php/samples/labelled");
    let project = Project::new((&Phpunit, "php"), &[]);
    for path in [
        "phpunit.xml",
        "bootstrap.php",
        "src/Calc.php",
        "ok/CalcTest.php",
        "ok/SetupTest.php",
        "tests/SynTest.php",
    ] {
        let text = std::fs::read_to_string(home.join(path)).expect("a sample");
        project.write(
            path,
            &text.replace(
                "<directory>ok</directory>",
                "<directory>ok</directory><directory>tests</directory>",
            ),
        );
    }
    let report = project.whole();
    trusted(&report);
    let labels = std::fs::read_to_string(home.join("labels.tsv")).expect("labels");
    let mut count = 0;
    for line in labels.lines().skip(1) {
        let (id, label) = line.split_once('\t').expect("two columns");
        let told = if id.ends_with(".php") {
            hidden(&report, &format!("tests/{id}::"))
        } else {
            let mut names = report.tests.keys();
            let name = names.find(|name| name.ends_with(&format!("::{id}")));
            told(
                &report,
                name.unwrap_or_else(|| panic!("{id} is in {report:#?}")),
            )
        };
        let owed = kind_owed(label);
        assert!(
            owed.split('|').any(|kind| told.starts_with(kind)),
            "{id} is {label}: {told}"
        );
        count += 1;
    }
    assert_eq!(count, 10);
}
