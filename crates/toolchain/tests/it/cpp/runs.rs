//! Tests that run: every kind of end, in every framework and order.

use super::project::Project;
use redgreen_core::evidence::{Order, Trouble};
use redgreen_core::outcome::{FailureKind, Outcome, Stage};
use redgreen_toolchain::Language;
use redgreen_toolchain::cpp::{CMake, Cpp};
use std::collections::BTreeSet;

const CMAKE: &str = r#"cmake_minimum_required(VERSION 3.16)
project(calc LANGUAGES C CXX)
cmake_policy(SET CMP0110 NEW)
set(CMAKE_CXX_STANDARD 17)
add_library(calc src/calc.cpp)
target_include_directories(calc PUBLIC src)
add_executable(tool src/main.cpp)
enable_testing()
find_package(GTest REQUIRED)
include(GoogleTest)
add_executable(calc_test tests/calc_test.cpp)
target_link_libraries(calc_test calc GTest::gtest_main)
gtest_discover_tests(calc_test)
add_executable(all_test tests/all_test.cpp)
target_link_libraries(all_test calc GTest::gtest_main)
add_test(NAME all COMMAND all_test)
add_executable(plain_test tests/plain_test.c)
add_test(NAME plain COMMAND plain_test a b)
add_test(NAME "plain (wrong)" COMMAND plain_test)
add_test(NAME "cli \"version\" é" COMMAND tool --version)
add_test(NAME refuses COMMAND ${CMAKE_COMMAND} -E false)
set_tests_properties(refuses PROPERTIES WILL_FAIL TRUE)
add_test(NAME prepare COMMAND ${CMAKE_COMMAND} -E false)
set_tests_properties(prepare PROPERTIES FIXTURES_SETUP db)
add_test(NAME uses COMMAND ${CMAKE_COMMAND} -E true)
set_tests_properties(uses PROPERTIES FIXTURES_REQUIRED db)
"#;
const LIB: &str = "#include \"calc.h\"\n#include <stdexcept>\n#include <cassert>\nint add(int a, int b) { return a + b; }\nint boom() { throw std::logic_error(\"no\"); }\nint check(int a) { assert(a > 0); return a; }\n";
const HEADER: &str = "#pragma once\nint add(int a, int b);\nint boom();\nint check(int a);\n";
const TESTS: &str = r#"#include <gtest/gtest.h>
#include <cstdlib>
#include <unistd.h>
#include "calc.h"
TEST(Add, Two) { EXPECT_EQ(add(1, 2), 3); }
TEST(Add, Wrong) { EXPECT_EQ(add(1, 2), 4) << "x"; }
TEST(Add, Nothrow) { EXPECT_THROW(add(1, 2), int); }
TEST(Add, Throws) { boom(); }
TEST(Add, Crash) { *(volatile int *)nullptr = 1; }
TEST(Add, ExitsZero) { exit(0); }
TEST(Add, ExitsOne) { exit(1); }
TEST(Add, Slow) { sleep(20); }
TEST(Add, Asserts) { check(-1); }
TEST(Add, DISABLED_Off) { FAIL(); }
TEST(Add, Skips) { GTEST_SKIP() << "later"; }
class Fix : public ::testing::Test { protected: void SetUp() override { boom(); } };
TEST_F(Fix, Broken) { EXPECT_EQ(add(1, 1), 2); }
class P : public ::testing::TestWithParam<int> {};
TEST_P(P, Positive) { EXPECT_GT(GetParam(), 1); }
INSTANTIATE_TEST_SUITE_P(Nums, P, ::testing::Values(1, 2));
template <class T> class Ty : public ::testing::Test {};
typedef ::testing::Types<int, long> Both;
TYPED_TEST_SUITE(Ty, Both);
TYPED_TEST(Ty, Zero) { EXPECT_EQ(TypeParam(), 0); }
"#;
const ALL: &str = "#include <gtest/gtest.h>\nTEST(All, A) { EXPECT_EQ(1, 1); }\nTEST(All, B) { EXPECT_EQ(1, 2); }\nTEST(All, C) { abort(); }\n";
const PLAIN: &str =
    "#include <assert.h>\nint main(int c, char **v) { (void)v;\n  assert(c == 3);\n  return 0; }\n";

fn files() -> Vec<(&'static str, &'static str)> {
    vec![
        ("CMakeLists.txt", CMAKE),
        ("src/calc.cpp", LIB),
        ("src/calc.h", HEADER),
        ("src/main.cpp", "int main() { return 0; }\n"),
        ("tests/calc_test.cpp", TESTS),
        ("tests/all_test.cpp", ALL),
        ("tests/plain_test.c", PLAIN),
    ]
}

fn calc(name: &str) -> String {
    format!("tests/calc_test.cpp::{name}")
}

/// Every test that fails, how, and where.
fn ends() -> Vec<(String, FailureKind, &'static str)> {
    let exception = FailureKind::Exception("C++ exception".to_owned());
    vec![
        (
            calc("Add.Wrong"),
            FailureKind::Assertion,
            "tests/calc_test.cpp:6",
        ),
        (
            calc("Add.Nothrow"),
            FailureKind::Assertion,
            "tests/calc_test.cpp:7",
        ),
        (
            calc("Add.Throws"),
            exception.clone(),
            "tests/calc_test.cpp:8",
        ),
        (calc("Add.Crash"), FailureKind::Death, ""),
        (calc("Add.ExitsZero"), FailureKind::Death, ""),
        (calc("Add.ExitsOne"), FailureKind::Death, ""),
        (
            calc("Add.Asserts"),
            FailureKind::Assertion,
            "src/calc.cpp:6",
        ),
        (calc("Fix.Broken"), exception, "tests/calc_test.cpp:17"),
        (
            calc("P.Positive[Nums/0]"),
            FailureKind::Assertion,
            "tests/calc_test.cpp:19",
        ),
        (
            "tests/all_test.cpp::All.B".to_owned(),
            FailureKind::Assertion,
            "tests/all_test.cpp:3",
        ),
        (
            "tests/all_test.cpp::All.C".to_owned(),
            FailureKind::Death,
            "",
        ),
        (
            "tests/plain_test.c::main[plain (wrong)]".to_owned(),
            FailureKind::Assertion,
            "tests/plain_test.c:3",
        ),
        (
            "CMakeLists.txt::prepare".to_owned(),
            FailureKind::Assertion,
            "",
        ),
        ("CMakeLists.txt::uses".to_owned(), FailureKind::Fixture, ""),
    ]
}

#[test]
fn every_end_of_a_test_is_told_with_its_kind_and_place() {
    let project = Project::new(&files());
    let run = project.whole();
    assert_eq!(run.report.trouble, None, "{:#?}", run.report);
    assert_eq!(run.report.diagnostics, []);
    for name in [
        "tests/calc_test.cpp::Add.Two",
        "tests/calc_test.cpp::P.Positive[Nums/1]",
        "tests/calc_test.cpp::Ty.Zero[0]",
        "tests/all_test.cpp::All.A",
        "tests/plain_test.c::main[plain]",
        "CMakeLists.txt::cli \"version\" é",
        "CMakeLists.txt::refuses",
    ] {
        run.passed(name);
    }
    for (name, kind, at) in ends() {
        assert_eq!(run.failed(&name), (kind, at.to_owned()), "{name}");
    }
    let Outcome::Failed(broken) = run.outcome(&calc("Fix.Broken")) else {
        panic!("a fixture that throws fails its test");
    };
    assert_eq!(broken.stage, Stage::Setup);
    assert_eq!(run.outcome(&calc("Add.Slow")), &Outcome::TimedOut);
    let skipped = |why: &str| Outcome::Skipped(why.to_owned());
    assert_eq!(run.outcome(&calc("Add.Skips")), &skipped("later"));
    assert_eq!(run.outcome(&calc("Add.Off")), &skipped("disabled"));
    the_outline_names_tests_as_the_run_does(&project, &run.report.tests.keys().collect());
    some_are_run_by_name_in_every_order(&project);
}

fn the_outline_names_tests_as_the_run_does(project: &Project, seen: &BTreeSet<&String>) {
    let unit = project.unit();
    let mut outlined = Vec::new();
    for (path, text) in files() {
        let language: &dyn Language = if path == "CMakeLists.txt" {
            &CMake
        } else {
            &Cpp
        };
        outlined.extend(language.outline(&unit, path, text).tests);
    }
    for name in seen {
        let id = redgreen_core::id::TestId::new(&unit.id, (*name).clone());
        let items = outlined.iter().filter(|test| id.is_case_of(&test.id));
        assert_eq!(items.count(), 1, "{name}");
    }
    for item in &outlined {
        let cases = seen
            .iter()
            .map(|name| redgreen_core::id::TestId::new(&unit.id, name.as_str()));
        assert!(
            cases.clone().any(|case| case.is_case_of(&item.id)),
            "{item:?}"
        );
    }
}

fn some_are_run_by_name_in_every_order(project: &Project) {
    let asked = [
        "tests/all_test.cpp::All.A",
        "tests/calc_test.cpp::P.Positive[Nums/0]",
        "tests/calc_test.cpp::Add.Two",
        "CMakeLists.txt::cli \"version\" é",
        "tests/calc_test.cpp::Add.Gone",
    ];
    for order in [Order::AsWritten, Order::Alone, Order::Shuffled(7)] {
        let run = project.tests(&asked, order);
        assert_eq!(run.report.trouble, None, "{order:?}");
        let seen: BTreeSet<&str> = run.report.tests.keys().map(String::as_str).collect();
        assert_eq!(seen, asked[..4].iter().copied().collect());
        run.passed(asked[0]);
    }
    let run = project.files(&["tests/plain_test.c"]);
    assert_eq!(run.report.tests.len(), 2);
    let run = project.tests(&["tests/calc_test.cpp::Add.Gone"], Order::AsWritten);
    assert!(run.report.tests.is_empty());
    assert_eq!(run.report.trouble, None);
}

const FRAMEWORKS: &str = r#"cmake_minimum_required(VERSION 3.16)
project(calc CXX)
set(CMAKE_CXX_STANDARD 17)
enable_testing()
find_package(Catch2 REQUIRED)
include(Catch)
add_executable(catch_test tests/catch_test.cpp)
target_link_libraries(catch_test Catch2::Catch2)
catch_discover_tests(catch_test)
find_package(doctest REQUIRED)
include(doctest)
add_executable(doc_test tests/doc_test.cpp)
target_link_libraries(doc_test doctest::doctest)
add_test(NAME doc COMMAND doc_test)
"#;
const CATCH: &str = r#"#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#include <cstdlib>
#include <stdexcept>
TEST_CASE("adds, [two] \"numbers\"", "[calc][fast]") { REQUIRE(1 + 1 == 2); SECTION("deep") { CHECK(1 + 1 == 2); } }
TEST_CASE("wrong") { REQUIRE(true);
  SECTION("deep") { CHECK(1 + 1 == 3); } }
TEST_CASE("hidden", "[.]") { REQUIRE(false); }
TEST_CASE("throws") { throw std::logic_error("no"); }
TEST_CASE("exits") { exit(0); }
SCENARIO("a thing") { GIVEN("x") { THEN("z") { REQUIRE(true); } } }
TEMPLATE_TEST_CASE("tmpl", "[t]", int, long) { REQUIRE(TestType(0) == 0); }
"#;
const DOCTEST: &str = r#"#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
#include <stdexcept>
#include <cstdlib>
TEST_CASE("adds, two") { CHECK(1 + 1 == 2); }
TEST_CASE("wrong") {
  SUBCASE("deep") { CHECK(1 + 1 == 3); } }
TEST_SUITE("suite") { TEST_CASE("off" * doctest::skip()) { REQUIRE(false); } TEST_CASE("throws") { throw std::logic_error("no"); } }
TEST_CASE("exits") { exit(0); }
TEST_CASE_TEMPLATE("tmpl", T, int, long) { CHECK(T(0) == 0); }
"#;

#[test]
fn catch2_and_doctest_are_read_by_their_own_reports() {
    let project = Project::new(&[
        ("CMakeLists.txt", FRAMEWORKS),
        ("tests/catch_test.cpp", CATCH),
        ("tests/doc_test.cpp", DOCTEST),
    ]);
    let run = project.whole();
    assert_eq!(run.report.trouble, None, "{:#?}", run.report);
    let (catch, doc) = ("tests/catch_test.cpp::", "tests/doc_test.cpp::");
    for name in [
        "tests/catch_test.cpp::adds, [two] \"numbers\"",
        "tests/catch_test.cpp::Scenario: a thing",
        "tests/catch_test.cpp::tmpl - long",
        "tests/doc_test.cpp::adds, two",
        "tests/doc_test.cpp::tmpl[int]",
    ] {
        run.passed(name);
    }
    let exception = FailureKind::Exception("C++ exception".to_owned());
    for (place, line) in [(catch, 7), (doc, 7)] {
        let file = place.trim_end_matches("::");
        let owed = (FailureKind::Assertion, format!("{file}:{line}"));
        assert_eq!(run.failed(&format!("{place}wrong")), owed);
        assert_eq!(run.failed(&format!("{place}throws")).0, exception);
        assert_eq!(run.failed(&format!("{place}exits")).0, FailureKind::Death);
    }
    assert_eq!(
        run.outcome("tests/doc_test.cpp::off"),
        &Outcome::Skipped("disabled".to_owned())
    );
    assert!(
        !run.report
            .tests
            .contains_key("tests/catch_test.cpp::hidden")
    );
}

#[test]
fn a_program_that_hides_its_failures_is_not_believed() {
    let cmake = "cmake_minimum_required(VERSION 3.16)\nproject(calc CXX)\nenable_testing()\nfind_package(GTest REQUIRED)\nadd_executable(a_test tests/a_test.cpp)\ntarget_link_libraries(a_test GTest::gtest)\nadd_test(NAME a COMMAND a_test)\n";
    let text = "#include <gtest/gtest.h>\nTEST(A, B) { EXPECT_EQ(1, 2); }\nint main(int c, char **v) { testing::InitGoogleTest(&c, v); (void)RUN_ALL_TESTS(); return 0; }\n";
    let project = Project::new(&[("CMakeLists.txt", cmake), ("tests/a_test.cpp", text)]);
    let run = project.whole();
    let Some(Trouble::Inconsistent { why }) = &run.report.trouble else {
        panic!("{:?}", run.report);
    };
    assert!(why.contains("A.B says that it failed"), "{why}");
}
