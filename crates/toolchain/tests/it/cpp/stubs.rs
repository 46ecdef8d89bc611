//! Stubs in real code: they compile under strict flags, and a test that hits one says which.

use super::project::Project;
use redgreen_core::outcome::FailureKind;
use redgreen_toolchain::Language;
use redgreen_toolchain::cpp::Cpp;
use std::collections::BTreeSet;

const CMAKE: &str = "cmake_minimum_required(VERSION 3.16)\nproject(calc LANGUAGES C CXX)\nset(CMAKE_CXX_STANDARD 17)\nset(CMAKE_C_STANDARD 90)\nadd_library(calc src/calc.cpp src/old.c)\ntarget_include_directories(calc PUBLIC src)\ntarget_compile_options(calc PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror $<$<COMPILE_LANGUAGE:C>:-Wdeclaration-after-statement> $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast> $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wuseless-cast>)\nenable_testing()\nfind_package(GTest REQUIRED)\ninclude(GoogleTest)\nadd_executable(calc_test tests/calc_test.cpp)\ntarget_link_libraries(calc_test calc GTest::gtest_main)\ngtest_discover_tests(calc_test)\n";
const HEADER: &str = "#pragma once\n#include <string>\nextern \"C\" int old(int);\nnamespace calc {\nclass Till {\n public:\n  explicit Till(int start);\n  int add(int more) noexcept;\n  Till operator+(int more) const;\n  static std::string name();\n  template <class T> T twice(T value) { return value + value; }\n private:\n  int sum_;\n};\ninline constexpr int fixed(int x) { return x; }\n}\n";
const CODE: &str = "#include \"calc.h\"\nnamespace calc {\nTill::Till(int start) : sum_(start) {}\nint Till::add(int more) noexcept {\n  return sum_ += more;\n}\nTill Till::operator+(int more) const { return Till(sum_ + more); }\nstd::string Till::name() { return \"till\"; }\n}\n";
const OLD: &str = "int old(int);\nint old(int a)\n{\n    int b = a;\n    return b + 1;\n}\n";
const TESTS: &str = "#include <gtest/gtest.h>\n#include \"calc.h\"\nTEST(Till, Adds) { calc::Till t(1); EXPECT_EQ(t.add(2), 3); }\nTEST(Till, Plus) { EXPECT_EQ((calc::Till(1) + 2).add(0), 3); }\nTEST(Till, Name) { EXPECT_EQ(calc::Till::name(), \"till\"); }\nTEST(Till, Twice) { EXPECT_EQ(calc::Till(1).twice(2), 4); }\nTEST(Till, Old) { EXPECT_EQ(old(1), 2); }\nTEST(Till, Dies) { EXPECT_EXIT({ old(1); exit(0); }, ::testing::ExitedWithCode(0), \"\"); }\nTEST(Till, Other) { EXPECT_EQ(1, 1); }\n";

#[test]
fn a_test_that_hits_a_stub_names_it() {
    let project = Project::new(&[
        ("CMakeLists.txt", CMAKE),
        ("src/calc.h", HEADER),
        ("src/calc.cpp", CODE),
        ("src/old.c", OLD),
        ("tests/calc_test.cpp", TESTS),
    ]);
    let unit = project.unit();
    for (path, text) in [
        ("src/calc.h", HEADER),
        ("src/calc.cpp", CODE),
        ("src/old.c", OLD),
    ] {
        let functions = Cpp.outline(&unit, path, text).functions;
        let fit = functions.into_iter().filter(|function| function.stubbable);
        let names: BTreeSet<String> = fit
            .map(|f| f.name)
            .filter(|name| name != "calc::Till::Till")
            .collect();
        assert!(!names.is_empty());
        let stubbed = Cpp.stub(text, &names);
        assert_eq!(stubbed.lines().count(), text.lines().count());
        project.write(path, &stubbed);
    }
    let run = project.whole();
    assert_eq!(run.report.diagnostics, [], "{:#?}", run.report);
    assert_eq!(run.report.trouble, None);
    run.passed("tests/calc_test.cpp::Till.Other");
    for (test, stub) in [
        ("Adds", "calc::Till::add"),
        ("Plus", "calc::Till::operator+"),
        ("Name", "calc::Till::name"),
        ("Twice", "calc::Till::twice"),
        ("Old", "old"),
        ("Dies", "old"),
    ] {
        let (kind, _) = run.failed(&format!("tests/calc_test.cpp::Till.{test}"));
        assert_eq!(kind, FailureKind::Stub(stub.to_owned()), "{test}");
    }
}
