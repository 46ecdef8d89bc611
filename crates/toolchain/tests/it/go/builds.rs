//! Builds that fail: what was missing, and what it hid.

use super::project::Project;
use redgreen_core::evidence::{Order, Trouble};

const TEST: &str = "import \"testing\"\nfunc TestT(t *testing.T)";

/// Packages that do not build, each for a reason of its own, and one that does.
fn broken() -> Project {
    let test = |package: &str, imports: &str, body: &str| {
        format!(
            "package {package}\nimport (\n\t\"testing\"\n{imports})\nfunc TestT(t *testing.T) {{\n{body}\n}}\n"
        )
    };
    let own = "\t\"example.com/shop/calc\"\n";
    let missing = test(
        "missing_test",
        own,
        "\tcalc.Clamp(1)\n\tvar c calc.Cart\n\tc.Total()\n\t_ = calc.Cart{Deep: 1}\n\tcalc.Add(1)\n\tx := calc.Two()\n\tif calc.Add(1, 2) == \"3\" {\n\t}",
    );
    let newpkg = test("newpkg", "\t\"example.com/shop/money\"\n", "\tmoney.New()");
    let testonly = test(
        "testonly_test",
        "\t\"example.com/shop/testonly\"\n",
        "\ttestonly.New()",
    );
    let third = test("third", "\t\"github.com/nosuch/dep\"\n", "\tdep.X()");
    let std = test("std", "\t\"maths\"\n", "\tmaths.X()");
    let user = test("user", "\t\"example.com/shop/broken\"\n", "\tbroken.B()");
    Project::module(&[
        (
            "calc/calc.go",
            "package calc\ntype Cart struct{}\nfunc Add(a, b int) int { return a + b }\nfunc Two() (int, error) { return 1, nil }\n",
        ),
        ("calc/calc_test.go", &format!("package calc\n{TEST} {{}}\n")),
        ("missing/missing_test.go", &missing),
        ("newpkg/newpkg_test.go", &newpkg),
        ("testonly/testonly_test.go", &testonly),
        ("third/third_test.go", &third),
        ("std/std_test.go", &std),
        (
            "syntax/syntax_test.go",
            &format!("package syntax\n{TEST} {{ x(1, 2 != 3 }}\n"),
        ),
        (
            "unused/unused_test.go",
            &format!("package unused\nimport \"os\"\n{TEST} {{}}\n"),
        ),
        (
            "broken/broken.go",
            "package broken\nfunc B() int { return nothing }\n",
        ),
        ("user/user_test.go", &user),
    ])
}

#[test]
fn one_bad_package_hides_no_other() {
    let project = broken();
    let owed = [
        "missing: BadCall - - missing/missing_test.go:13",
        "missing: BadCall Add calc missing/missing_test.go:11",
        "missing: BadCall Two calc missing/missing_test.go:12",
        "missing: MissingName Clamp calc missing/missing_test.go:7",
        "missing: MissingName Deep calc.Cart missing/missing_test.go:10",
        "missing: MissingName Total calc.Cart missing/missing_test.go:9",
        "newpkg: MissingModule money shop newpkg/newpkg_test.go:4",
        "std: MissingModule maths - std/std_test.go:4",
        "syntax: Syntax - - syntax/syntax_test.go:3",
        "testonly: MissingModule testonly shop ",
        "third: MissingModule github.com/nosuch/dep - third/third_test.go:4",
        "unused: Exception(\"compile error\") - - unused/unused_test.go:2",
        "user: MissingName nothing - broken/broken.go:2",
    ];
    let run = project.whole();
    assert_eq!(run.report.trouble, None);
    run.passed("calc:TestT");
    let mut seen = run.diagnostics();
    seen.sort();
    assert_eq!(seen, owed);

    let dirs = [
        "calc", "missing", "newpkg", "testonly", "third", "std", "syntax", "unused", "user",
    ];
    let names: Vec<String> = dirs.iter().map(|dir| format!("{dir}:TestT")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let run = project.tests(&names, Order::Alone);
    assert_eq!(run.report.trouble, None);
    run.passed("calc:TestT");
    let mut seen = run.diagnostics();
    seen.sort();
    assert_eq!(seen, owed);
}

#[test]
fn a_manifest_that_go_refuses_is_no_red_test() {
    let test = format!("package a\n{TEST} {{}}\n");
    let run = |manifest: &str| {
        let project = Project::new(&[("go.mod", manifest), ("a_test.go", &test)]);
        project.whole().report.trouble
    };
    let Some(Trouble::CouldNotRun { why }) = run("module example.com/a\n\nrequire (\n") else {
        panic!("a broken go.mod was read");
    };
    assert!(why.contains("go.mod"), "{why}");
    let newer = run("module example.com/a\n\ngo 1.999\n");
    let Some(Trouble::MissingTool { tool, .. }) = newer else {
        panic!("{newer:?}");
    };
    assert_eq!(tool, "Go 1.999");
}
