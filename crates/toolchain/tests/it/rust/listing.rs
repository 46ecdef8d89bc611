//! Tests that base's harness names without running them.

use super::project::Project;
use redgreen_core::outcome::Outcome;

const LIB: &str = "#[macro_export]
macro_rules! conformance {
    () => {
        #[test]
        fn adds() { std::fs::write(\"ran\", \"\").unwrap(); }
        #[test]
        fn takes() {}
    };
}
";

#[test]
fn cases_that_another_files_macro_makes_are_named_and_not_run() {
    let project = Project::package(&[
        ("src/lib.rs", LIB),
        ("tests/made.rs", "shop::conformance!();\n"),
        (
            "tests/plain.rs",
            "#[test]\nfn stands_here() { assert!(true); }\n",
        ),
    ]);
    let lister = redgreen_toolchain::runner("cargo")
        .unwrap()
        .lister()
        .unwrap();
    let varying = lister.varying(&project.unit(), &project.snapshot());
    assert_eq!(varying, ["tests/made.rs"]);
    let run = project.list(&["tests/made.rs"]);
    assert_eq!(run.report.trouble, None, "{:#?}", run.report);
    let named: Vec<&str> = run.report.tests.keys().map(String::as_str).collect();
    assert_eq!(named, ["shop::made$adds", "shop::made$takes"]);
    let not_reached =
        |seen: &redgreen_core::evidence::TestSeen| seen.outcome == Outcome::NotReached;
    assert!(run.report.tests.values().all(not_reached));
    assert!(!project.tree().join("ran").exists(), "no test ran");
}
