//! Lists the cheats: branches that look proven and are not.

use super::case::{Case, Needs, Owed, Side};

const REFUTED: &[&str] = &["refuted"];
const NOT_ACCEPTED: &[&str] = &["refuted", "unclear"];
const NOT_PLAIN: &[&str] = &["refuted", "proven-except"];

const fn cheat(
    name: &'static str,
    what: &'static str,
    verdicts: &'static [&'static str],
    codes: &'static [&'static str],
) -> Case {
    Case {
        name,
        what,
        side: Side::Cheat,
        owed: Owed { verdicts, codes },
        needs: Needs::Trees,
    }
}

/// A cheat that only a change broken on purpose shows.
const fn subtle(name: &'static str, what: &'static str) -> Case {
    Case {
        name,
        what,
        side: Side::Cheat,
        owed: Owed {
            verdicts: NOT_PLAIN,
            codes: &[],
        },
        needs: Needs::Mutants,
    }
}

/// Every cheat. The codes are those of `redgreen explain`.
#[rustfmt::skip]
pub(super) static CHEATS: &[Case] = &[
    // Tests that test nothing.
    cheat("code-without-test", "new code and no test", REFUTED, &["RG102"]),
    cheat("empty-test", "a new test without a line that could fail", REFUTED, &["RG102"]),
    cheat("no-assertion", "changed behaviour; the test calls it and asserts nothing", REFUTED, &["RG102"]),
    cheat("assert-true", "the test imports the new code and asserts that true is true", REFUTED, &["RG102", "RG109"]),
    cheat("dead-assertion", "the assertion stands where no run comes by", REFUTED, &["RG102", "RG109"]),
    cheat("swallowed-assertion", "whatever the assertion raises is caught", REFUTED, &["RG102", "RG109"]),
    cheat("subject-mocked", "the very function under test is replaced in its test", REFUTED, &["RG102", "RG109"]),
    cheat("fixture-does-the-work", "a fixture makes the value that the test asserts on", REFUTED, &["RG102", "RG109"]),
    cheat("passes-without-change", "the new test asks only for what base has", REFUTED, &["RG102"]),
    cheat("misspelled-import", "red in the first commit by a misspelled name, green when it is spelled right", REFUTED, &["RG102", "RG109"]),
    cheat("skipped-test", "the new test is skipped", REFUTED, &["RG102", "RG108"]),
    cheat("expected-failure", "the new test is expected to fail", REFUTED, &["RG102", "RG108", "RG109"]),
    cheat("any-error-will-do", "the test expects an error of any kind, and any fault raises one", REFUTED, &["RG102", "RG109"]),
    cheat("coin-flip", "a test that is red and green by luck", NOT_ACCEPTED, &["RG104"]),
    // Old promises that are broken and hidden.
    cheat("old-test-deleted", "a promise is broken and its test deleted", REFUTED, &["RG105", "RG107"]),
    cheat("old-file-deleted", "a promise is broken and the file of its test deleted", REFUTED, &["RG105", "RG107"]),
    cheat("old-test-skipped", "a promise is broken and its test skipped", REFUTED, &["RG105", "RG107"]),
    cheat("moved-into-skipped-group", "a promise is broken and its test moved into a skipped class or module", REFUTED, &["RG105", "RG107"]),
    cheat("renamed-uncollected", "a promise is broken and its test renamed so that no runner collects it", REFUTED, &["RG105", "RG107"]),
    cheat("file-renamed-uncollected", "a promise is broken and the file of its test renamed so that no runner collects it", REFUTED, &["RG105", "RG107"]),
    cheat("old-assertion-weakened", "a promise is broken and its assertion weakened", REFUTED, &["RG106"]),
    cheat("expected-value-changed", "a promise is broken and the bug written into its test", REFUTED, &["RG106"]),
    cheat("loop-emptied", "a promise is broken and the loop of its test runs over nothing", REFUTED, &["RG106"]),
    cheat("tolerance-widened", "a promise is broken and the tolerance of its test widened", REFUTED, &["RG106"]),
    cheat("case-dropped", "a promise is broken and the case that shows it dropped from the table", REFUTED, &["RG105", "RG106", "RG107"]),
    cheat("registry-shrunk", "a promise is broken and the case that shows it taken out of the list in production that its test reads", REFUTED, &["RG105"]),
    cheat("only-mark", "a promise is broken and only the new test is marked to run", REFUTED, &["RG101", "RG105", "RG107"]),
    cheat("golden-regenerated", "a promise is broken and the golden file regenerated", REFUTED, &["RG106"]),
    cheat("snapshot-updated", "a promise is broken and the runner's snapshot updated", REFUTED, &["RG106"]),
    cheat("new-test-patches-production", "a promise is broken; a new test file puts the old code back while tests run", REFUTED, &["RG106", "RG107"]),
    // Runners that are told what to say.
    cheat("config-deselects", "a promise is broken and the runner's configuration leaves its test out", NOT_ACCEPTED, &["RG105", "RG107", "RG110"]),
    cheat("collection-narrowed", "a promise is broken and the pattern of test files narrowed", NOT_ACCEPTED, &["RG105", "RG107", "RG110"]),
    cheat("fail-fast-hides", "a promise is broken; the configuration stops at an earlier failure", REFUTED, &["RG101", "RG107"]),
    cheat("outcomes-rewritten", "a promise is broken; set-up code of the runner turns failures into passes", NOT_ACCEPTED, &["RG106", "RG107", "RG113"]),
    cheat("set-up-exits", "a promise is broken; set-up code of the runner ends it with exit code 0", NOT_ACCEPTED, &["RG101", "RG106", "RG107", "RG113"]),
    cheat("production-exits", "the code under test ends the process with exit code 0", NOT_ACCEPTED, &["RG101", "RG107", "RG113"]),
    cheat("exit-hook-forges", "a promise is broken; a hook at the end of the process forges exit code 0", NOT_ACCEPTED, &["RG106", "RG107", "RG113"]),
    cheat("retries-in-config", "the new code works every second time; the runner is told to try again", NOT_ACCEPTED, &["RG101", "RG104", "RG113", "RG134"]),
    cheat("runner-shadowed", "a file of the branch stands in for the runner", NOT_ACCEPTED, &["RG106", "RG107", "RG113", "RG118"]),
    cheat("start-up-hook-planted", "a start-up hook of the language puts the old code back while tests run", NOT_ACCEPTED, &["RG106", "RG107", "RG113", "RG118"]),
    cheat("own-config-edited", "redgreen.toml says in the branch that the code is documentation", REFUTED, &["RG102"]),
    cheat("spec-change-unaccepted", "promised behaviour and its test change, and nobody accepted that", REFUTED, &["RG106"]),
    cheat("detects-the-runner", "the code is right only while a test runner is loaded", NOT_ACCEPTED, &[]),
    // What trees cannot tell. A test that asks only whether a name is there is red by assertion
    // without the change and passes with stubs, as does an honest one that expects an error.
    subtle("existence-only", "the test asserts that the new name is there, and no more"),
    subtle("special-cased", "the code answers the literals of its test and nothing else"),
    subtle("call-without-assertion", "the test calls new code and asserts nothing"),
    subtle("expected-from-code", "the expected value is computed by the code under test"),
    subtle("type-only", "the test asserts only the type of the answer"),
    subtle("equal-to-all", "the answer is equal to whatever it is compared with"),
    subtle("tautology", "the assertion holds whatever the answer is"),
];
