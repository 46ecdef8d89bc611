//! Holds the typing of failures against what the harness prints.

use super::*;
use crate::{Tool, Unit};
use redgreen_core::evidence::{Order, Selection};
use std::path::Path;

fn typed(section: &str) -> (FailureKind, String, String) {
    let unit = Unit {
        dir: "sub".to_owned(),
        ..Unit::default()
    };
    let tool = Tool {
        program: "cargo".to_owned(),
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
    let failure = failure(&ask, "tests::a", section);
    let at = failure
        .at
        .map_or_else(String::new, |at| format!("{}:{}", at.path, at.line));
    (failure.kind, failure.message, at)
}

fn check(section: &str, kind: FailureKind, message: &str, at: &str) {
    assert_eq!(typed(section), (kind, message.to_owned(), at.to_owned()));
}

#[test]
fn an_assertion_shows_both_values() {
    check(
        "\nthread 'tests::a' (7) panicked at src/lib.rs:26:25:\nassertion `left == right` failed: must clamp\n  left: 100\n right: 0\nnote: run with\n",
        FailureKind::Assertion,
        "assertion `left == right` failed: must clamp (left: 100, right: 0)",
        "sub/src/lib.rs:26",
    );
}

#[test]
fn a_message_that_comes_before_its_place_is_read() {
    check(
        "thread 'tests::a' panicked at 'index out of bounds: the len is 0', src/lib.rs:3:9\nnote: x",
        FailureKind::Exception("panic".to_owned()),
        "index out of bounds: the len is 0",
        "sub/src/lib.rs:3",
    );
    check(
        "thread 'tests::a' panicked at 'assertion failed: `(left == right)`\n  left: `1`,\n right: `2`', src/lib.rs:3:9\n",
        FailureKind::Assertion,
        "assertion failed: `(left == right)` (left: `1`,, right: `2`)",
        "sub/src/lib.rs:3",
    );
}

#[test]
fn a_stub_hit_in_another_thread_is_a_stub() {
    check(
        "\nthread '<unnamed>' (8) panicked at /tree/x/src/lib.rs:12:47:\nredgreen stub: foo::bar\nnote: x\n\nthread 'tests::a' (7) panicked at src/lib.rs:12:89:\ncalled `Result::unwrap()` on an `Err` value: Any { .. }\n",
        FailureKind::Stub("foo::bar".to_owned()),
        "redgreen stub: foo::bar",
        "x/src/lib.rs:12",
    );
}

#[test]
fn a_failed_join_blames_the_thread_that_was_joined() {
    check(
        "\nthread '<unnamed>' (8) panicked at src/a.rs:1:1:\nassertion failed: x\n\nthread 'tests::a' (7) panicked at src/lib.rs:12:89:\ncalled `Result::unwrap()` on an `Err` value: Any { .. }\n",
        FailureKind::Assertion,
        "assertion failed: x",
        "sub/src/a.rs:1",
    );
}

#[test]
fn a_missing_panic_is_an_assertion_and_names_the_test() {
    check(
        "note: test did not panic as expected at src/lib.rs:33:8",
        FailureKind::Assertion,
        "test did not panic as expected at src/lib.rs:33:8",
        "sub/src/lib.rs:33",
    );
    check(
        "note: test did not panic as expected",
        FailureKind::Assertion,
        "test did not panic as expected",
        "",
    );
}

#[test]
fn a_panic_with_other_words_is_an_assertion_unless_the_code_is_unwritten() {
    let tail = "note: panic did not contain expected string\n      panic message: \"abc\"\n expected substring: \"zzz\"";
    check(
        &format!("thread 'tests::a' (1) panicked at src/lib.rs:9:55:\nabc\n{tail}"),
        FailureKind::Assertion,
        "panic did not contain expected string: abc",
        "sub/src/lib.rs:9",
    );
    check(
        &format!(
            "thread 'tests::a' (1) panicked at src/lib.rs:9:55:\nnot implemented: abc\n{tail}"
        ),
        FailureKind::Exception("todo".to_owned()),
        "not implemented: abc",
        "sub/src/lib.rs:9",
    );
}

#[test]
fn a_returned_error_and_an_error_of_the_system_are_told_apart() {
    check(
        "Error: \"nope\"\n",
        FailureKind::Exception("test_returned_err".to_owned()),
        "Error: \"nope\"",
        "",
    );
    check(
        "thread 'main' panicked at src/lib.rs:43:67:\ncalled `Result::unwrap()` on an `Err` value: Os { code: 2, kind: NotFound, message: \"No such file\" }\n",
        FailureKind::Environment,
        "called `Result::unwrap()` on an `Err` value: Os { code: 2, kind: NotFound, message: \"No such file\" }",
        "sub/src/lib.rs:43",
    );
}
