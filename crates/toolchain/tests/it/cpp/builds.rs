//! Builds that fail: what hides which tests.

use super::project::Project;
use redgreen_core::evidence::Trouble;

const CMAKE: &str = "cmake_minimum_required(VERSION 3.16)\nproject(calc CXX)\nset(CMAKE_CXX_STANDARD 17)\nadd_library(calc src/calc.cpp)\ntarget_include_directories(calc PUBLIC src)\nenable_testing()\nfind_package(GTest REQUIRED)\ninclude(GoogleTest)\nforeach(name good broken link header syntax)\n  add_executable(${name}_test tests/${name}_test.cpp)\n  target_link_libraries(${name}_test calc GTest::gtest_main)\n  gtest_discover_tests(${name}_test)\nendforeach()\n";
const HEADER: &str = "#pragma once\nint add(int, int);\nint linkonly(int);\n";

fn test(body: &str) -> String {
    format!("#include <gtest/gtest.h>\n#include \"calc.h\"\n{body}\n")
}

#[test]
fn each_error_hides_the_tests_of_its_own_program() {
    let bodies = [
        ("good", "TEST(G, A) { EXPECT_EQ(add(1, 1), 2); }"),
        (
            "broken",
            "TEST(B, A) { EXPECT_EQ(clamp3(1), 2); }\nTEST(B, B) { EXPECT_EQ(add(1, 1, 1), 2); }",
        ),
        ("link", "TEST(L, A) { EXPECT_EQ(linkonly(1), 2); }"),
        (
            "header",
            "#include \"money.h\"\nTEST(H, A) { EXPECT_EQ(1, 2); }",
        ),
        ("syntax", "TEST(S, A) { EXPECT_EQ(add(1, 1); }"),
    ];
    let texts: Vec<(String, String)> = bodies
        .iter()
        .map(|(name, body)| (format!("tests/{name}_test.cpp"), test(body)))
        .collect();
    let mut files = vec![
        ("CMakeLists.txt", CMAKE),
        ("src/calc.h", HEADER),
        (
            "src/calc.cpp",
            "#include \"calc.h\"\nint add(int a, int b) { return a + b; }\n",
        ),
    ];
    files.extend(
        texts
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str())),
    );
    let project = Project::new(&files);
    let run = project.whole();
    assert_eq!(run.report.trouble, None, "{:#?}", run.report);
    run.passed("tests/good_test.cpp::G.A");
    assert_eq!(run.report.tests.len(), 1);
    let found = run.diagnostics();
    for owed in [
        "tests/broken_test.cpp:: MissingName clamp3 - tests/broken_test.cpp:3",
        "tests/broken_test.cpp:: BadCall add - tests/broken_test.cpp:4",
        "tests/link_test.cpp:: MissingName linkonly - tests/link_test.cpp:3",
        "tests/header_test.cpp:: MissingModule money calc tests/header_test.cpp:3",
        "tests/syntax_test.cpp:: Syntax - - tests/syntax_test.cpp:3",
    ] {
        assert!(
            found.iter().any(|line| line == owed),
            "{owed} is not in {found:#?}"
        );
    }

    // The same build directory, another tree: the program of the tree before must not be run.
    project.write(
        "src/calc.cpp",
        "#include \"calc.h\"\nint add(int a, int b) { return a + }\n",
    );
    let run = project.whole();
    assert_eq!(run.report.tests.len(), 0, "{:#?}", run.report);
    let hidden = "tests/good_test.cpp:: Syntax - - src/calc.cpp:2";
    assert!(
        run.diagnostics().iter().any(|line| line == hidden),
        "{:#?}",
        run.diagnostics()
    );
}

#[test]
fn a_project_that_cannot_be_configured_says_why() {
    let project = Project::new(&[
        (
            "CMakeLists.txt",
            &CMAKE.replace("src/calc.cpp", "src/money.cpp"),
        ),
        ("tests/good_test.cpp", ""),
    ]);
    let run = project.whole();
    assert_eq!(run.report.trouble, None, "{:#?}", run.report);
    assert!(run.diagnostics()[0].starts_with(" MissingModule money - CMakeLists.txt:4"));

    let needs = CMAKE.replace("GTest REQUIRED", "Nowhere REQUIRED");
    let project = Project::new(&[("CMakeLists.txt", &needs), ("src/calc.cpp", "")]);
    let run = project.whole();
    assert!(
        matches!(&run.report.trouble, Some(Trouble::CouldNotRun { why }) if why.contains("Nowhere")),
        "{:#?}",
        run.report
    );
}
