//! Makes the test of redgreen's own that stands in every package: one that passes, or fails where
//! it is asked to.
//!
//! Its text is the same in every run, so that it stays compiled; the nonce comes as a variable and
//! goes out as the name of a sub-test. It is in the package of external tests, which is the
//! smallest to compile and has no names that could clash.

use redgreen_core::outcome::Outcome;

/// The name of the test.
pub(super) const NAME: &str = "TestZzRedgreenCanary";
/// The file that it seems to be in.
pub(super) const FILE: &str = "zz_redgreen_canary_test.go";
/// The variable that carries the nonce.
pub(super) const NONCE: &str = "REDGREEN_NONCE";
/// The variable that makes it fail.
pub(super) const FAIL: &str = "REDGREEN_CANARY";

/// The file's text for a package called `package`.
pub(super) fn source(package: &str) -> String {
    let external = match package.strip_suffix("_test") {
        Some(_) => package.to_owned(),
        None => format!("{package}_test"),
    };
    format!(
        "package {external}\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\n\
         func {NAME}(t *testing.T) {{\n\
         \tt.Run(os.Getenv(\"{NONCE}\"), func(t *testing.T) {{\n\
         \t\tif os.Getenv(\"{FAIL}\") == \"fail\" {{\n\
         \t\t\tt.Fatal(\"this test must fail\")\n\
         \t\t}}\n\t}})\n}}\n"
    )
}

/// Whether `test` is the canary or its sub-test.
pub(super) fn is_canary(test: &str) -> bool {
    test.split('/').next() == Some(NAME)
}

/// The sub-test that carries `nonce`.
pub(super) fn carrier(nonce: &str) -> String {
    format!("{NAME}/{nonce}")
}

/// What is wrong with the canary of a package that came to its end, if anything is.
pub(super) fn complaint(package: &str, seen: Option<&Outcome>, wanted: Wanted) -> Option<String> {
    match (seen, wanted) {
        (None, Wanted::Pass) => Some(format!(
            "a test that must run did not run in {package}: TestMain or an exit call keeps tests from running"
        )),
        (None, Wanted::Fail) => Some(format!("a test that must fail did not run in {package}")),
        (Some(outcome), Wanted::Pass) => {
            (!outcome.passed()).then(|| format!("a test that must pass failed in {package}"))
        }
        (Some(outcome), Wanted::Fail) => outcome
            .passed()
            .then(|| format!("a test that must fail passed in {package}")),
    }
}

/// How a canary has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// It has to pass.
    Pass,
    /// It has to fail.
    Fail,
}
