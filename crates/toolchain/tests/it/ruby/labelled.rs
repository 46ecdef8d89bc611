//! Runs the labelled project and holds every failure against its label.

use super::project::{Project, hidden, trusted};
use redgreen_core::evidence::{Order, Selection};
use redgreen_toolchain::ruby::Rspec;
use std::path::Path;

/// What each hand-given label comes to.
fn kind_owed(label: &str) -> &'static str {
    match label {
        "right.assertion" | "right.no_raise" => "Call: Assertion at spec/",
        "right.missing_symbol" => {
            "Call: MissingName clamp in Calc at spec/|Call: MissingName Money in Calc at spec/|Load: MissingName Money in Object at spec/"
        }
        "right.signature" => "Call: BadCall at spec/",
        "right.stub" => "Call: Exception NotImplementedError at lib/calc.rb:10",
        "wrong.missing_dependency" => "Load: MissingModule money_calc at spec/",
        "wrong.syntax" => "Load: Syntax at spec/wrong_syntax_spec.rb:2",
        "wrong.fixture" => "Setup: Fixture at spec/",
        "wrong.teardown" => "Teardown: Exception RuntimeError at spec/",
        // The test's own clock, not redgreen's: the exception of a test that gave up.
        "wrong.timeout" => "Call: Exception Timeout::Error at spec/",
        "wrong.test_bug" => "Call: MissingName clac at spec/",
        "wrong.environment" => "Call: Exception Errno::ENOENT at spec/",
        other => panic!("{other} is not known"),
    }
}

#[test]
fn the_labelled_failures_have_the_kinds_that_their_labels_owe() {
    super::runs::need_rspec();
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/ruby/samples/labelled");
    let project = Project::new((&Rspec, "ruby"), &[(".rspec", "--require spec_helper\n")]);
    for path in [
        "lib/calc.rb",
        "spec/spec_helper.rb",
        "spec/ok_spec.rb",
        "spec/right_spec.rb",
        "spec/right_const_spec.rb",
        "spec/wrong_misc_spec.rb",
        "spec/wrong_require_spec.rb",
        "spec/wrong_syntax_spec.rb",
    ] {
        let text = std::fs::read_to_string(home.join(path)).expect("a sample");
        project.write(path, &text);
    }
    let report = project.run(&Selection::Whole, Order::AsWritten);
    trusted(&report);
    let labels = std::fs::read_to_string(home.join("labels.tsv")).expect("labels");
    let mut count = 0;
    for line in labels.lines().skip(1) {
        let (id, label) = line.split_once('\t').expect("two columns");
        let told = match id.split_once(' ') {
            None => hidden(&report, &format!("spec/{id}.rb::")),
            Some((file, title)) => {
                let of = |name: &&String| {
                    name.starts_with(&format!("spec/{file}"))
                        && name.ends_with(&format!("\"{title}\""))
                };
                let name = report.tests.keys().find(of);
                let name = name.unwrap_or_else(|| panic!("{id} is in {report:#?}"));
                super::project::told(&report, name)
            }
        };
        let owed = kind_owed(label);
        assert!(
            owed.split('|').any(|kind| told.starts_with(kind)),
            "{id} is {label}: {told}"
        );
        count += 1;
    }
    assert_eq!(count, 15);
}
