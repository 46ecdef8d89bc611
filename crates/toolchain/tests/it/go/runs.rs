//! Runs of the real `go test`.

use super::project::{Project, Run};
use redgreen_core::evidence::{Order, Selection, Trouble};
use redgreen_core::outcome::{FailureKind, Outcome};
use redgreen_toolchain::Role;

const CALC: &str = "package calc\n\nimport \"errors\"\n\nfunc Add(a, b int) int { return a + b }\n\nfunc Boom() int { panic(\"not implemented\") }\n\nfunc Index(xs []int) int { return xs[5] }\n\nvar ErrNope = errors.New(\"nope\")\n";

const CALC_TEST: &str = r#"package calc

import (
	"fmt"
	"testing"
)

func TestAdd(t *testing.T) {
	if got := Add(1, 2); got != 3 {
		t.Errorf("Add(1,2) = %d, want 3", got)
	}
}

func TestTable(t *testing.T) {
	for _, c := range []struct {
		name    string
		a, b, w int
	}{{"one two", 1, 2, 3}, {"a/b (c)", 2, 2, 5}, {"é \"q\" [x]", 1, 1, 2}, {"dup", 0, 0, 0}, {"dup", 0, 0, 0}, {"", 0, 0, 0}} {
		t.Run(c.name, func(t *testing.T) {
			fmt.Print("no line break")
			if got := Add(c.a, c.b); got != c.w {
				t.Errorf("got %d want %d", got, c.w)
			}
		})
	}
}

func TestSkip(t *testing.T) { t.Skip("later") }

func ExampleAdd() {
	fmt.Println(Add(1, 2))
	// Output: 4
}

func FuzzAdd(f *testing.F) {
	f.Add(1)
	f.Add(2)
	f.Fuzz(func(t *testing.T, n int) {
		if Add(n, 0) == 2 {
			t.Fatal("two")
		}
	})
}
"#;

const CRASH_TEST: &str = r#"package crash_test

import (
	"log"
	"os"
	"testing"
	"time"

	"example.com/shop/calc"
)

func TestFirst(t *testing.T)  {}
func TestBoom(t *testing.T)   { calc.Boom() }
func TestIndex(t *testing.T) {
	t.Run("before", func(t *testing.T) { t.Error("wrong") })
	t.Run("empty", func(t *testing.T) { calc.Index(nil) })
	t.Run("later", func(t *testing.T) {})
}
func TestMiddle(t *testing.T) { t.Parallel() }
func TestExit(t *testing.T)   { os.Exit(0) }
func TestExit3(t *testing.T)  { t.Run("in side", func(t *testing.T) { os.Exit(3) }) }
func TestFatal(t *testing.T)  { log.Fatal("bad config") }
func TestAside(t *testing.T) {
	go func() { calc.Boom() }()
	time.Sleep(10 * time.Second)
}
func TestStack(t *testing.T) {
	var f func(int) int
	f = func(n int) int { return f(n+1) + 1 }
	f(0)
}
func TestLast(t *testing.T) {}
func ExampleBoom() {
	calc.Boom()
	// Output: x
}
"#;

fn shop() -> Project {
    Project::module(&[
        ("calc/calc.go", CALC),
        ("calc/calc_test.go", CALC_TEST),
        ("crash/crash_test.go", CRASH_TEST),
        ("quiet/quiet.go", "package quiet\n"),
        ("root.go", "package shop\n"),
        (
            "root_test.go",
            "package shop\nimport \"testing\"\nfunc TestRoot(t *testing.T) {}\n",
        ),
        (
            "tagged/tagged_test.go",
            "//go:build integration\n\npackage tagged\nimport \"testing\"\nfunc TestTagged(t *testing.T) {}\n",
        ),
    ])
}

fn check(run: &Run, name: &str, kind: FailureKind, at: &str) {
    assert_eq!(run.failed(name), (kind, at.to_owned()), "{name}");
}

/// A whole run, the shop's packages next to each other.
#[test]
fn every_test_of_a_module_has_its_outcome() {
    let run = shop().whole();
    assert_eq!(run.report.trouble, None);
    assert_eq!(run.report.diagnostics, []);
    for name in [
        ".:TestRoot",
        "calc:TestAdd",
        "calc:TestTable/one_two",
        "calc:TestTable/é_\"q\"_[x]",
        "calc:TestTable/dup",
        "calc:TestTable/dup#01",
        "calc:TestTable/#00",
        "calc:FuzzAdd/seed#0",
    ] {
        run.passed(name);
    }
    let asserted = |name: &str, at: &str| check(&run, name, FailureKind::Assertion, at);
    asserted("calc:TestTable", "calc/calc_test.go:22");
    asserted("calc:TestTable/a/b_(c)", "calc/calc_test.go:22");
    asserted("calc:ExampleAdd", "");
    asserted("calc:FuzzAdd/seed#1", "calc/calc_test.go:40");
    let skipped = Outcome::Skipped("later".to_owned());
    assert_eq!(run.outcome("calc:TestSkip"), &skipped);
    check_crashes(&run);
    let names: Vec<&String> = run.report.tests.keys().collect();
    assert_eq!(names.len(), 13 + 14 + 1, "{names:#?}");
    let last = run.commands.last().unwrap();
    let fail = ("REDGREEN_CANARY".to_owned(), "fail".to_owned());
    assert!(last.env.contains(&fail));
}

/// Each test that kills its process is blamed for it, and the others have their turn.
fn check_crashes(run: &Run) {
    for name in ["crash:TestFirst", "crash:TestMiddle", "crash:TestLast"] {
        run.passed(name);
    }
    let exception = |name: &str, class: &str, at: &str| {
        check(run, name, FailureKind::Exception(class.to_owned()), at);
    };
    exception("crash:TestBoom", "panic", "calc/calc.go:7");
    check(
        run,
        "crash:TestIndex/before",
        FailureKind::Assertion,
        "crash/crash_test.go:15",
    );
    exception("crash:TestIndex/empty", "runtime error", "calc/calc.go:9");
    exception("crash:TestAside", "panic", "calc/calc.go:7");
    exception("crash:ExampleBoom", "panic", "calc/calc.go:7");
    let died = |name: &str, at: &str| check(run, name, FailureKind::Death, at);
    died("crash:TestExit", "crash/crash_test.go:20");
    died("crash:TestExit3", "");
    died("crash:TestExit3/in_side", "");
    died("crash:TestFatal", "");
    died("crash:TestStack", "crash/crash_test.go:29");
}

#[test]
fn files_bring_the_tests_of_their_packages() {
    let project = shop();
    let run = project.files(&[
        "calc/calc_test.go",
        "gone/gone_test.go",
        "tagged/tagged_test.go",
    ]);
    assert_eq!(run.report.trouble, None);
    let names: Vec<&String> = run.report.tests.keys().collect();
    assert_eq!(names.len(), 13, "{names:#?}");
    let run = project.tests(&["calc:TestNone"], Order::AsWritten);
    assert_eq!((run.report.tests.len(), run.report.trouble), (0, None));
    let run = project.tests(&["no colon"], Order::AsWritten);
    assert_eq!(run.commands.len(), 0);
}

#[test]
fn tests_and_cases_run_by_name_in_every_order() {
    let project = shop();
    let names = [
        "calc:TestTable/a/b_(c)",
        "calc:TestTable/é_\"q\"_[x]",
        "crash:TestIndex/later",
        "crash:TestIndex/empty",
        "crash:TestLast",
        "crash:TestGone",
        "gone:TestGone",
        ".:TestRoot",
    ];
    for order in [Order::AsWritten, Order::Shuffled(7), Order::Alone] {
        let run = project.tests(&names, order);
        assert_eq!(run.report.trouble, None, "{order:?}");
        assert_eq!(run.report.tests.len(), 6, "{order:?} {:#?}", run.report);
        for passed in [names[1], names[2], names[4], names[7]] {
            run.passed(passed);
        }
        check(
            &run,
            names[0],
            FailureKind::Assertion,
            "calc/calc_test.go:22",
        );
        let panicked = FailureKind::Exception("runtime error".to_owned());
        check(&run, names[3], panicked, "calc/calc.go:9");
        if order == Order::Alone {
            let runs = run.commands.iter().filter(|it| it.role == Role::Run);
            assert_eq!(runs.count(), 6);
        }
    }
}

#[test]
fn a_hang_is_told_from_its_neighbours() {
    let test = "package a\nimport (\"testing\"; \"time\")\nfunc TestA(t *testing.T) {}\nfunc TestHang(t *testing.T) { t.Run(\"x\", func(t *testing.T) { time.Sleep(time.Hour) }) }\nfunc TestZ(t *testing.T) {}\n";
    let project = Project::module(&[("a_test.go", test)]).with_test_limit(1000);
    for order in [Order::AsWritten, Order::Alone] {
        let run = project.tests(&[".:TestA", ".:TestHang", ".:TestZ"], order);
        assert_eq!(run.report.trouble, None, "{:?}", run.report);
        run.passed(".:TestA");
        run.passed(".:TestZ");
        assert_eq!(run.outcome(".:TestHang"), &Outcome::TimedOut);
        assert_eq!(run.outcome(".:TestHang/x"), &Outcome::TimedOut);
    }
}

fn distrusted(files: &[(&str, &str)]) -> String {
    let run = Project::module(files).whole();
    match run.report.trouble {
        Some(Trouble::Inconsistent { ref why }) => why.clone(),
        ref other => panic!("{other:?} in {:#?}", run.report),
    }
}

#[test]
fn a_test_main_that_swallows_its_tests_is_not_believed() {
    let with = |main: &str, test: &str| {
        let text = format!(
            "package a\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestMain(m *testing.M) {{ {main} }}\n\nfunc TestA(t *testing.T) {{ {test} }}\n\nvar _ = os.Args\n"
        );
        distrusted(&[("a_test.go", &text)])
    };
    let why = with("os.Exit(0)", "t.Fatal(1)");
    assert!(why.contains("a test that must run did not run"), "{why}");
    let why = with("m.Run(); os.Exit(0)", "t.Fatal(1)");
    assert!(why.contains("as if none had"), "{why}");
    let why = with("m.Run(); os.Exit(0)", "");
    assert!(why.contains("must fail"), "{why}");
    let why = with("m.Run(); os.Exit(3)", "");
    assert!(
        why.contains("failed although none of its tests did"),
        "{why}"
    );
    let why = with("os.Exit(4)", "");
    assert!(why.contains("before its first test"), "{why}");
}

#[test]
fn what_dies_before_its_first_test_hides_its_package() {
    let project = Project::module(&[
        (
            "a/a.go",
            "package a\n\nvar V = load()\n\nfunc load() int { panic(\"redgreen stub: load\") }\n",
        ),
        (
            "a/a_test.go",
            "package a\nimport \"testing\"\nfunc TestA(t *testing.T) {}\n",
        ),
        (
            "b/b_test.go",
            "package b\nimport \"testing\"\nfunc TestB(t *testing.T) {}\n",
        ),
    ]);
    for order in [Order::AsWritten, Order::Alone] {
        let run = project.tests(&["a:TestA", "b:TestB"], order);
        assert_eq!(run.report.trouble, None, "{:?}", run.report);
        assert_eq!(run.diagnostics(), ["a: Stub(\"load\") - - a/a.go:5"]);
        run.passed("b:TestB");
    }
}

#[test]
fn a_workspace_and_a_replaced_module_are_the_trees_own() {
    let lib = "package lib\nfunc One() int { return 1 }\n";
    let test = "package app\nimport (\"testing\"; \"example.com/lib\")\nfunc TestOne(t *testing.T) { if lib.One() != 1 { t.Fatal() } }\n";
    let replaced = "module example.com/shop\n\ngo 1.21\n\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ../lib\n";
    let files = [
        ("app/go.mod", replaced),
        ("app/app_test.go", test),
        ("lib/go.mod", "module example.com/lib\n\ngo 1.21\n"),
        ("lib/lib.go", lib),
    ];
    let project = Project::new(&files);
    let run = project.run_in("app", &Selection::Whole, Order::AsWritten);
    assert_eq!(run.report.trouble, None);
    run.passed(".:TestOne");

    let mut works = files.to_vec();
    works[0].1 = "module example.com/shop\n\ngo 1.21\n";
    works.push(("go.work", "go 1.21\n\nuse (\n\t./app\n\t./lib\n)\n"));
    let run = Project::new(&works).run_in("app", &Selection::Whole, Order::AsWritten);
    assert_eq!(run.report.trouble, None);
    run.passed(".:TestOne");

    // A copy of a module of the repository, outside of the tree.
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("go.mod"), "module example.com/lib\n").unwrap();
    std::fs::write(outside.path().join("lib.go"), lib).unwrap();
    let other = replaced.replace("../lib", &outside.path().display().to_string());
    let mut copied = files.to_vec();
    copied[0].1 = &other;
    let run = Project::new(&copied).run_in("app", &Selection::Whole, Order::AsWritten);
    let Some(Trouble::AnotherCopy { module, .. }) = run.report.trouble else {
        panic!("{:?}", run.report);
    };
    assert_eq!(module, "example.com/lib");
}
