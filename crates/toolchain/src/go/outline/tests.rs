//! Holds outlines against source texts.

use super::*;

fn unit() -> Unit {
    Unit {
        id: Unit::id_of("svc", "go"),
        dir: "svc".to_owned(),
        ..Unit::default()
    }
}

fn of(path: &str, text: &str) -> Outline {
    outline(&unit(), path, text, super::super::surface::surface(path))
}

fn names(path: &str, text: &str) -> Vec<String> {
    let tests = of(path, text).tests.into_iter();
    tests.map(|test| test.id.name).collect()
}

const TESTS: &str = r#"package calc_test

import "testing"

var sums = []struct{ a, b, want int }{
	{1, 2, 3},
}

// TestAdd is documented.
func TestAdd(t *testing.T) {
	for _, c := range sums {
		t.Run("x", func(t *testing.T) { _ = c })
	}
}
func Test(t *testing.T) {}
func Testing(t *testing.T) {}
func TestÄpfel(t *testing.T) {}
func TestMain(m *testing.M) {}
func TestHelp(t *testing.T, x int) {}
func Test_low(t *T) {}
func BenchmarkX(b *testing.B) {}
func FuzzX(f *testing.F) {}
func ExampleAdd() {
	// said first

	// Output: 3
	// 4
}
func ExampleSilent() {
	// Output: 3

	// not the last
}
func ExampleUnordered() { /* Unordered output: 3 */ }
func helper(t *testing.T) {}
"#;

#[test]
fn tests_are_what_go_runs() {
    let owed = [
        "calc:TestAdd",
        "calc:Test",
        "calc:TestÄpfel",
        "calc:Test_low",
        "calc:FuzzX",
        "calc:ExampleAdd",
        "calc:ExampleUnordered",
    ];
    assert_eq!(names("svc/calc/calc_test.go", TESTS), owed);
    assert_eq!(names("svc/calc_test.go", TESTS)[0], ".:TestAdd");
    assert_eq!(names("svc/calc/testdata/calc_test.go", TESTS), [""; 0]);
    assert_eq!(names("svc/calc/calc.go", TESTS), [""; 0]);
}

fn first(text: &str) -> TestItem {
    of("svc/a_test.go", text).tests.remove(0)
}

#[test]
fn a_case_more_in_a_table_outside_is_another_test() {
    let was = first(TESTS);
    assert_eq!((was.lines.first, was.lines.last), (9, 14));
    let more = first(&TESTS.replace("{1, 2, 3},", "{1, 2, 3}, {2, 2, 4},"));
    assert_ne!(was.body, more.body);
    assert_ne!(was.constants, more.constants);
    let reworded = first(&TESTS.replace("is documented", "is well known"));
    assert_eq!(was.body, reworded.body);
    let other = first(&TESTS.replace("package calc_test", "package calc_test\n\nvar unused = 3"));
    assert_eq!(was.body, other.body);
    let renamed = first(&TESTS.replace("TestAdd", "TestSum"));
    assert_eq!(was.body, renamed.body);
}

#[test]
fn a_name_alone_changes_no_constants() {
    let was =
        first("package a\nfunc TestA(t *testing.T) { if Add(1, \"a b\") != 3 { t.Fatal() } }\n");
    let renamed = first(
        "package a\nfunc TestA(t *testing.T) { if calc.Sum(1, \"a b\") != 3 { t.Fatal() } }\n",
    );
    assert_eq!(was.constants, renamed.constants);
    assert_ne!(was.body, renamed.body);
    for other in [
        "Add(2, \"a b\") != 3",
        "Add(1, \"a  b\") != 3",
        "Add(1, \"a b\") == 3",
    ] {
        let text =
            format!("package a\nfunc TestA(t *testing.T) {{ if {other} {{ t.Fatal() }} }}\n");
        assert_ne!(was.constants, first(&text).constants, "{other}");
    }
}

#[test]
fn a_skip_at_the_start_or_a_build_tag_mutes() {
    let muted = |text: &str| first(text).muted;
    assert!(muted(
        "package a\nfunc TestA(t *testing.T) {\n\t// why\n\tt.Skip(\"later\")\n\tx()\n}\n"
    ));
    assert!(muted(
        "package a\nfunc TestA(t *testing.T) { t.SkipNow(); x() }\n"
    ));
    assert!(muted(
        "package a\nfunc TestA(t *testing.T) { return; x() }\n"
    ));
    assert!(muted(
        "//go:build integration\n\npackage a\nfunc TestA(t *testing.T) { x() }\n"
    ));
    assert!(!muted(
        "package a\nfunc TestA(t *testing.T) { x(); t.Skip() }\n"
    ));
    assert!(!muted(
        "package a\nfunc TestA(t *testing.T) { if testing.Short() { t.Skip() } }\n"
    ));
    assert!(!muted("package a\nfunc TestA(t *testing.T) {}\n"));
}

#[test]
fn methods_of_a_suite_are_cases_of_the_test_that_starts_it() {
    let text = "package a\ntype S struct{ suite.Suite }\nfunc TestS(t *testing.T) { suite.Run(t, new(S)) }\nfunc (s *S) TestOne() { s.T().Skip() }\nfunc (s *S) helper() {}\nfunc (o Other) TestTwo() {}\nfunc TestP(t *testing.T) { suite.Run(t, &P{x: 1}) }\nfunc (p *P) TestThree() {}\n";
    let tests = of("svc/a_test.go", text).tests;
    let names: Vec<&str> = tests.iter().map(|test| test.id.name.as_str()).collect();
    assert_eq!(
        names,
        [".:TestS", ".:TestS/TestOne", ".:TestP", ".:TestP/TestThree"]
    );
    assert!(tests[1].muted && !tests[3].muted);
    assert!(tests[1].id.is_case_of(&tests[0].id));
}

#[test]
fn a_production_file_has_functions_names_and_a_digest_of_its_code() {
    let text = "package calc\n\n// Add adds.\n//\n//go:noinline\nfunc Add(a, b int) int { return a + b }\n\nfunc init() { x() }\n";
    let outline = of("svc/calc/calc.go", text);
    let functions = outline.functions.iter();
    let shown: Vec<_> = functions
        .map(|item| {
            (
                item.name.as_str(),
                item.lines.first,
                item.lines.last,
                item.stubbable,
            )
        })
        .collect();
    assert_eq!(shown, [("Add", 3, 6, true), ("init", 8, 8, false)]);
    assert!(outline.names.contains("Add") && outline.names.contains("calc"));
    let same = of("svc/calc/calc.go", &text.replace("Add adds.", "Adds."));
    assert_eq!(outline.code, same.code);
    for other in [
        text.replace("a + b", "a - b"),
        text.replace("//go:noinline", "//go:nosplit"),
    ] {
        assert_ne!(outline.code, of("svc/calc/calc.go", &other).code);
    }
    let cgo = |comment: &str| format!("package a\n\n// {comment}\nimport \"C\"\n");
    assert_ne!(
        of("svc/a.go", &cgo("int x;")).code,
        of("svc/a.go", &cgo("int y;")).code
    );
}

#[test]
fn a_file_that_does_not_parse_has_the_parts_that_do() {
    let text = "package a\nfunc Good() int { return 1 }\nfunc Bad( {\nfunc Other() {}\n";
    let functions = of("svc/a.go", text).functions;
    assert!(functions.iter().any(|item| item.name == "Good"));
}

#[test]
fn deep_nesting_costs_no_stack() {
    let deep = format!(
        "package a\nvar x = {}1{}\nfunc TestA(t *testing.T) {{ _ = x }}\n",
        "(".repeat(20_000),
        ")".repeat(20_000)
    );
    assert!(of("svc/a_test.go", &deep).tests.len() <= 1);
    assert!(of("svc/a.go", &deep).code.is_some());
}
