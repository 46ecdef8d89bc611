//! Runs the adapter of nextest against nextest itself, on a small project. Not a test of the test
//! command, because building cargo-nextest takes minutes: `cargo install cargo-nextest --locked
//! --version 0.9.143`, then `cargo run -p redgreen-toolchain --example real_nextest`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    dead_code,
    reason = "shares the projects of the tests; what cannot be set up is a failure"
)]

#[path = "../tests/it/rust/project.rs"]
mod package;
#[path = "../tests/it/project/mod.rs"]
mod project;

use package::Project;
use redgreen_core::evidence::Order;
use redgreen_core::outcome::{FailureKind, Outcome};

const LIB: &str = r#"
pub fn add(a: i32, b: i32) -> i32 { a + b }
pub fn later() { panic!("redgreen stub: later") }
#[cfg(test)]
mod tests {
    use super::*;
    #[test] fn adds() { assert_eq!(add(1, 2), 3); }
    #[test] fn fails() { assert_eq!(add(1, 2), 4); }
    #[test] fn hits() { later(); }
    #[test] #[ignore = "slow"] fn ignored() {}
    #[test] fn left_out() {}
    #[test] #[should_panic] fn does_not_panic() {}
    #[test] fn first() { assert!(std::env::var("SET").is_err()); unsafe { std::env::set_var("SET", "1") } }
    #[test] fn second() { assert!(std::env::var("SET").is_err()); unsafe { std::env::set_var("SET", "1") } }
}
"#;

const IT: &str = "#[test] fn aborts() { std::process::abort() }\n\
                  #[test] fn exits() { std::process::exit(0) }\n\
                  #[test] fn hangs() { std::thread::sleep(std::time::Duration::from_secs(60)) }\n\
                  #[test] fn ok() {}\n";

const CONFIG: &str = "[profile.default]\nretries = 3\nfail-fast = true\n\
                      default-filter = \"not test(left_out)\"\n";

fn main() {
    let project = Project::package(&[
        ("src/lib.rs", LIB),
        ("tests/it.rs", IT),
        (".config/nextest.toml", CONFIG),
    ]);
    let whole = project.whole();
    assert_eq!(whole.report.trouble, None, "{:#?}", whole.report);
    for name in [
        "shop$tests::adds",
        "shop$tests::first",
        "shop$tests::second",
        "shop::it$ok",
    ] {
        whole.passed(name);
    }
    assert_eq!(whole.failed("shop$tests::fails").0, FailureKind::Assertion);
    assert_eq!(
        whole.failed("shop$tests::does_not_panic").0,
        FailureKind::Assertion
    );
    let stub = FailureKind::Stub("later".to_owned());
    assert_eq!(whole.failed("shop$tests::hits").0, stub);
    assert_eq!(whole.failed("shop::it$aborts").0, FailureKind::Death);
    assert_eq!(whole.outcome("shop::it$hangs"), &Outcome::TimedOut);
    assert_eq!(
        whole.outcome("shop$tests::left_out"),
        &Outcome::NotCollected
    );
    assert!(matches!(
        whole.outcome("shop$tests::ignored"),
        Outcome::Skipped(_)
    ));
    // nextest itself takes an exit with code 0 for a pass.
    assert_eq!(whole.failed("shop::it$exits").0, FailureKind::Death);
    for order in [Order::Shuffled(3), Order::Alone] {
        let some = project.tests(
            &["shop$tests::adds", "shop::it$ok", "shop$tests::gone"],
            order,
        );
        assert_eq!(some.report.trouble, None, "{:#?}", some.report);
        assert_eq!(some.report.tests.len(), 2);
        some.passed("shop$tests::adds");
    }
    project.write("tests/it.rs", "#[test] fn ok() { shop::gone(); }\n");
    let broken = project.files(&["tests/it.rs"]);
    let found = broken.diagnostics();
    assert!(
        found[0].starts_with("shop::it$ MissingName gone shop"),
        "{found:?}"
    );
    let beside = project.whole();
    assert_eq!(beside.report.trouble, None, "{:#?}", beside.report);
    beside.passed("shop$tests::adds");
}
