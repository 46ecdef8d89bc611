//! Holds build errors against their kinds.

use super::*;
use crate::ask::Tool;
use crate::unit::Unit;
use redgreen_core::evidence::{Order, Selection};
use std::path::Path;

/// `kind name owner at` of each failure.
fn shown(text: &str) -> Vec<String> {
    let unit = Unit {
        dir: "svc".to_owned(),
        own_names: vec!["example.com/calc".to_owned(), "calc".to_owned()],
        marks: [("module".to_owned(), "example.com/calc".to_owned())].into(),
        ..Unit::default()
    };
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
    let show = |failure: Failure| {
        let symbol = failure.symbol.as_ref();
        let name = symbol.map_or("-", |symbol| symbol.name.as_str());
        let owner = symbol.and_then(|symbol| symbol.owner.as_deref());
        let at = failure.at.as_ref();
        let at = at.map_or_else(String::new, |at| format!("{}:{}", at.path, at.line));
        format!("{:?} {name} {} {at}", failure.kind, owner.unwrap_or("-"))
    };
    failures(&ask, text).into_iter().map(show).collect()
}

fn check(words: &str, owed: &str) {
    let text = format!("# p [p.test]\na/a_test.go:6:5: {words}\n");
    assert_eq!(
        shown(&text),
        [format!("{owed} svc/a/a_test.go:6")],
        "{words}"
    );
}

#[test]
fn a_missing_name_is_told_with_its_owner() {
    check("undefined: Clamp", "MissingName Clamp -");
    check("undefined: a.Clamp", "MissingName Clamp a");
    check(
        "c.Foo undefined (type *a.Cart has no field or method Foo)",
        "MissingName Foo a.Cart",
    );
    check(
        "c.foo undefined (type Cart has no field or method foo, but does have method Foo)",
        "MissingName foo -",
    );
    check(
        "c.total undefined (cannot refer to unexported method total)",
        "MissingName total -",
    );
    check(
        "unknown field Deep in struct literal of type a.Cart",
        "MissingName Deep a.Cart",
    );
    check(
        "name hidden not exported by package a",
        "MissingName hidden a",
    );
    check(
        "cannot refer to unexported name a.hidden",
        "MissingName hidden a",
    );
    check(
        "cannot use &c (value of type *a.Cart) as I value in variable declaration: *a.Cart does not implement I (missing method Foo)",
        "MissingName Foo a.Cart",
    );
}

#[test]
fn a_missing_package_is_the_projects_own_or_a_dependency() {
    check(
        "no required module provides package example.com/calc/money; to add it:\n\tgo get example.com/calc/money",
        "MissingModule money calc",
    );
    check(
        "no required module provides package github.com/nosuch/dep; to add it:\n\tgo get github.com/nosuch/dep",
        "MissingModule github.com/nosuch/dep -",
    );
    check(
        "cannot find module providing package example.com/calc/money: module lookup disabled by GOPROXY=off",
        "MissingModule money calc",
    );
    check(
        "package foo/bar is not in std (/usr/local/go/src/foo/bar)",
        "MissingModule foo/bar -",
    );
    assert_eq!(
        shown("example.com/calc/i: no non-test Go files in /tree/svc/i\n"),
        ["MissingModule i calc "]
    );
    check(
        "missing go.sum entry for module providing package x.org/y; to add:",
        "Environment - -",
    );
}

#[test]
fn a_call_that_does_not_fit_names_what_it_calls() {
    check(
        "too many arguments in call to Add\n\thave (number)\n\twant (int, int)",
        "BadCall Add -",
    );
    check(
        "assignment mismatch: 1 variable but a.Sum returns 2 values",
        "BadCall Sum a",
    );
    check(
        "cannot use \"x\" (untyped string constant) as int value in argument to a.Sum",
        "BadCall Sum a",
    );
    check(
        "invalid operation: a.Add(1) == \"1\" (mismatched types int and untyped string)",
        "BadCall - -",
    );
}

#[test]
fn other_errors_are_the_tests_own() {
    check("missing ',' in argument list", "Syntax - -");
    check("expected declaration, found x", "Syntax - -");
    check("syntax error: unexpected newline", "Syntax - -");
    check(
        "\"fmt\" imported and not used",
        "Exception(\"compile error\") - -",
    );
    check(
        "TestX redeclared in this block",
        "Exception(\"compile error\") - -",
    );
}

#[test]
fn what_follows_from_a_missing_name_is_left_out() {
    let text = "a/a_test.go:6:5: undefined: X\na/a_test.go:7:2: declared and not used: y\na/a_test.go:9:2: too many errors\n";
    assert_eq!(shown(text), ["MissingName X - svc/a/a_test.go:6"]);
}
