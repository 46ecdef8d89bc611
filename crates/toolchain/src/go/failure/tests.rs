//! Holds printed failures against their kinds.

use super::*;
use crate::ask::Tool;
use crate::unit::Unit;
use redgreen_core::evidence::{Order, Selection};
use std::path::Path;

fn of(text: &str) -> Failure {
    let unit = Unit::default();
    let tool = Tool {
        program: "go".to_owned(),
        fingerprint: String::new(),
    };
    let ask = Ask {
        unit: &unit,
        tool: &tool,
        tests: &Selection::Whole,
        order: Order::AsWritten,
        tree: Path::new("/tree"),
        cache: Path::new("/cache"),
        scratch: Path::new("/scratch"),
        nonce: "n",
        test_limit_ms: 1000,
    };
    failure(&ask, "calc", text)
}

fn check(text: &str, kind: FailureKind, at: Option<(&str, u32)>, message: &str) {
    let failure = of(text);
    let found = failure.at.as_ref().map(|at| (at.path.as_str(), at.line));
    assert_eq!(
        (failure.kind, found, failure.message.as_str()),
        (kind, at, message),
        "{text}"
    );
}

#[test]
fn a_line_with_a_place_is_an_assertion() {
    check(
        "    calc_test.go:29: Discount = 100, want 0\n",
        FailureKind::Assertion,
        Some(("calc/calc_test.go", 29)),
        "Discount = 100, want 0",
    );
    check(
        "    calc_test.go:3: set up\n    /tree/calc/help.go:9: got 4 want 5\n    calc_test.go:7: done\n",
        FailureKind::Assertion,
        Some(("calc/help.go", 9)),
        "got 4 want 5",
    );
    check(
        "more     a_test.go:5: multi\n        line\n        message\n",
        FailureKind::Assertion,
        Some(("calc/a_test.go", 5)),
        "multi line message",
    );
    check("", FailureKind::Assertion, None, "failed without a word");
    check(
        "got:\n3\nwant:\n4\n",
        FailureKind::Assertion,
        None,
        "got: 3, want: 4",
    );
}

#[test]
fn the_table_of_testify_is_read() {
    let text = "    a_test.go:12: \n        \tError Trace:\t/tree/calc/a_test.go:12\n        \tError:      \tNot equal: \n        \t            \texpected: 1\n        \t            \tactual  : 2\n        \tTest:       \tTestX\n        \tMessages:   \tsum\n";
    check(
        text,
        FailureKind::Assertion,
        Some(("calc/a_test.go", 12)),
        "Not equal: expected: 1 actual  : 2 Messages:   \tsum",
    );
}

#[test]
fn a_stub_is_found_wherever_it_surfaces() {
    check(
        "    a_test.go:12: unexpected error: \"redgreen stub: Cart.Total\".\n",
        FailureKind::Stub("Cart.Total".to_owned()),
        Some(("calc/a_test.go", 12)),
        "a_test.go:12: unexpected error: \"redgreen stub: Cart.Total\".",
    );
    let text = "panic: redgreen stub: Add [recovered, repanicked]\n\ngoroutine 1 [running]:\np.Add()\n\t/tree/calc/a.go:3\n";
    check(
        text,
        FailureKind::Stub("Add".to_owned()),
        Some(("calc/a.go", 3)),
        "panic: redgreen stub: Add [recovered, repanicked]",
    );
}

#[test]
fn words_of_the_system_are_no_assertion_where_nothing_is_compared() {
    let kind = |words: &str| of(&format!("    a_test.go:1: {words}\n")).kind;
    for words in [
        "open /nonexistent.json: no such file or directory",
        "dial tcp 127.0.0.1:9: connect: connection refused",
        "exec: \"psql\": executable file not found in $PATH",
    ] {
        assert_eq!(kind(words), FailureKind::Environment, "{words}");
    }
    for words in [
        "open testdata/x.json: no such file or directory",
        "open /tree/out.json: no such file or directory",
        "open /scratch/TestX1/001/out: no such file or directory",
        "err = connect: connection refused, want nil",
    ] {
        assert_eq!(kind(words), FailureKind::Assertion, "{words}");
    }
}

#[test]
fn a_crash_is_typed_by_its_cause() {
    let stack = "\n\ngoroutine 1 [running]:\np.f()\n\t/tree/calc/a.go:3 +0x1\n";
    let at = Some(("calc/a.go", 3));
    let check = |text: &str, kind, message| check(&format!("{text}{stack}"), kind, at, message);
    let raised = |class: &str| FailureKind::Exception(class.to_owned());
    check("panic: boom", raised("panic"), "panic: boom");
    check(
        "panic: runtime error: index out of range [5] with length 3",
        raised("runtime error"),
        "panic: runtime error: index out of range [5] with length 3",
    );
    check(
        "panic: unexpected call to os.Exit(0) during test",
        FailureKind::Death,
        "panic: unexpected call to os.Exit(0) during test",
    );
    check(
        "fatal error: stack overflow",
        FailureKind::Death,
        "fatal error: stack overflow",
    );
    let race = "==================\nWARNING: DATA RACE\nWrite at 0x00c0 by goroutine 8:\n  p.f()\n      /tree/calc/a.go:3 +0x44\n\nPrevious write at 0x00c0 by goroutine 7:\n  p.g()\n      /tree/calc/b.go:4 +0x44\n";
    let failure = of(race);
    assert_eq!(failure.kind, raised("data race"));
    assert_eq!(failure.at.map(|at| at.path).as_deref(), Some("calc/a.go"));
}
