//! Lists the controls: honest branches that must not be refused.

use super::case::{Case, Needs, Owed, Side};

const PROVEN: &[&str] = &["proven"];
const EXCEPT: &[&str] = &["proven-except"];
const PRESERVED: &[&str] = &["preserved"];
const NOTHING: &[&str] = &["nothing-to-prove"];

const fn control(
    name: &'static str,
    what: &'static str,
    verdicts: &'static [&'static str],
    codes: &'static [&'static str],
) -> Case {
    Case {
        name,
        what,
        side: Side::Control,
        owed: Owed { verdicts, codes },
        needs: Needs::Trees,
    }
}

/// Every control.
#[rustfmt::skip]
pub(super) static CONTROLS: &[Case] = &[
    // New behaviour.
    control("honest-feature", "a function and a test that notices it", PROVEN, &[]),
    control("new-file-new-tests", "a new file with a new file of tests", PROVEN, &[]),
    control("bug-fix", "a bug and the test that reproduces it", &["proven", "proven-except"], &[]),
    control("red-then-green", "the failing test committed alone, then the code", PROVEN, &[]),
    control("method-added", "a method of a class or type, and its test", PROVEN, &[]),
    control("parameter-added", "an optional parameter, or a second function beside the first, and its test", &["proven", "proven-except"], &[]),
    control("two-functions", "two functions that need each other, and their tests", &["proven", "proven-except"], &[]),
    control("data-row-added", "one more row in a table of data, and its test", PROVEN, &[]),
    control("expects-an-error", "a test that expects the new error", PROVEN, &[]),
    control("collaborator-mocked", "what lies around the subject is replaced, the subject is not", PROVEN, &[]),
    control("honest-fixture", "a new fixture that sets the stage for a new test", PROVEN, &[]),
    control("fixture-only", "a bug fix whose only new test is one more row in the data that an old test reads", PROVEN, &[]),
    control("parametrised-test", "a new test with a table of cases", PROVEN, &[]),
    control("inline-tests-old-file", "tests inside the production file, in a file that base has", PROVEN, &[]),
    control("inline-tests-new-file", "tests inside the production file, in a new file", PROVEN, &[]),
    // What defects could accuse falsely.
    control("property-test", "a test that states what holds for every input of a range", PROVEN, &[]),
    control("snapshot-added", "a feature whose test compares a whole text with a new golden file", &["proven", "proven-except"], &[]),
    control("real-constants", "a factor that nature or a standard decides, and a test of it", &["proven", "proven-except"], &[]),
    control("numeric-tolerance", "a computation with fractions, compared within a narrow tolerance", &["proven", "proven-except"], &[]),
    control("cache-added", "an answer that is computed once and kept, and a test that counts", &["proven", "proven-except"], &[]),
    control("generated-code", "a table that a program wrote, and a function that reads it", &["proven", "proven-except"], &[]),
    // Old promises that stay.
    control("refactor", "the same behaviour from other code", PRESERVED, &[]),
    control("rename-through-tests", "a function renamed in code and tests", PRESERVED, &[]),
    control("feature-and-test-moved", "a feature, and an old test in another file", PROVEN, &[]),
    control("feature-and-test-renamed", "a feature, and an old test with another name", PROVEN, &[]),
    control("feature-and-case-renamed", "a feature, and an old case with another title", PROVEN, &[]),
    control("feature-and-helper-extracted", "a feature, and a helper taken out of old tests", PROVEN, &[]),
    control("feature-and-tests-reformatted", "a feature, and old tests formatted anew", PROVEN, &[]),
    control("feature-and-harmless-config", "a feature, and a setting of the runner that changes nothing", PROVEN, &[]),
    control("feature-beside-failing-test", "a feature, beside a test that fails on base and head alike", PROVEN, &[]),
    control("feature-beside-skipped-test", "a feature, beside a test that base skips too", PROVEN, &[]),
    control("feature-beside-flaky-test", "a feature, beside an old test that fails now and then", &["proven", "proven-except"], &[]),
    control("new-dev-dependency", "a feature whose test needs one more local dependency", &["proven", "proven-except"], &[]),
    control("test-package-below-tests", "a feature whose test needs a new package that lies among the tests", PROVEN, &[]),
    // Said by whoever asks.
    control("spec-change-accepted", "promised behaviour changes, and its test by name", EXCEPT, &[]),
    control("error-message-changed", "another message, accepted with its test", EXCEPT, &[]),
    control("removed-with-its-test", "deprecated code and its test go together", PRESERVED, &[]),
    control("dependency-upgraded", "another version of a local dependency", PRESERVED, &[]),
    control("characterization", "tests for behaviour that is there already", PRESERVED, &[]),
    control("duplicate-test-removed", "a feature, and a test that another repeats, removed by name", EXCEPT, &[]),
    // Nothing that a test could notice.
    control("docs-only", "prose alone", NOTHING, &[]),
    control("comments-only", "comments and white space in production code", &["nothing-to-prove", "preserved"], &[]),
    control("red-commit-alone", "a failing test, and no code yet", NOTHING, &[]),
];
