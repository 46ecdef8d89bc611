//! Which directories are units, and what they are made of.

use redgreen_toolchain::cpp::Ctest;
use redgreen_toolchain::{Checks, Files, Runner};
use std::collections::BTreeMap;

struct Listed(Vec<String>, BTreeMap<String, String>);

impl Files for Listed {
    fn paths(&self) -> &[String] {
        &self.0
    }
    fn text(&self, path: &str) -> Option<String> {
        self.1.get(path).cloned()
    }
}

fn files(all: &[(&str, &str)]) -> Listed {
    let texts: BTreeMap<String, String> = all
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    Listed(texts.keys().cloned().collect(), texts)
}

#[test]
fn a_project_with_tests_is_a_unit_and_what_it_adds_belongs_to_it() {
    let tree = files(&[
        (
            "CMakeLists.txt",
            "project(shop)\noption(SHOP_BUILD_TESTS \"\" OFF)\noption(SHOP_FAST \"\")\nadd_subdirectory(lib/money)\nadd_subdirectory(tests)",
        ),
        ("include/store/till.h", ""),
        (
            "lib/money/CMakeLists.txt",
            "project(money)\nadd_library(money m.c)",
        ),
        (
            "tests/CMakeLists.txt",
            "enable_testing()\ngtest_discover_tests(a)",
        ),
        (
            "tools/gen/CMakeLists.txt",
            "project(gen)\nadd_test(NAME a COMMAND b)",
        ),
        ("docs/CMakeLists.txt", "project(docs)"),
        (".clang-format", ""),
        ("src/a.cpp", ""),
    ]);
    let units = Ctest.detect(&tree);
    let ids: Vec<&str> = units.iter().map(|unit| unit.id.as_str()).collect();
    assert_eq!(ids, [".:ctest", "tools/gen:ctest"]);
    assert_eq!(
        units[0].because,
        [
            "CMakeLists.txt project()",
            "tests/CMakeLists.txt gtest_discover_tests()",
            "tests/CMakeLists.txt enable_testing()"
        ]
    );
    assert_eq!(units[0].marks["options"], "SHOP_BUILD_TESTS");
    assert!(units[0].own_names.contains(&"shop".to_owned()));
    assert!(units[0].own_names.contains(&"store".to_owned()));
    let checks = Ctest.checks(&units[0], &tree);
    assert_eq!(checks.len(), 1);
    assert_eq!(checks[0].checks, Checks::Format);
    assert!(checks[0].argv.contains(&"src/a.cpp".to_owned()));
}

#[test]
fn options_that_ask_for_tests_are_switched_on_and_no_others() {
    let text = "project(shop)\nenable_testing()\noption(SHOP_BUILD_TESTS \"\" OFF)\n\
                cmake_dependent_option(SHOP_ENABLE_TESTING \"\" OFF \"X\" OFF)\n\
                option(SHOP_WITHOUT_TESTS \"\" OFF)\noption(DISABLE_TESTS \"\")\n\
                option(SHOP_TEST_WITH_VALGRIND \"\")\noption(SHOP_NO_TESTS \"\")\n\
                option(BUILD_FUZZ_TESTS \"\")\noption(WITH_COVERAGE_TESTS \"\")\n\
                option(SHOP_CUDA_TESTS \"\")\noption(SHOP_BUILD_BENCHMARK_TESTS \"\")\n";
    let units = Ctest.detect(&files(&[("CMakeLists.txt", text)]));
    assert_eq!(
        units[0].marks["options"],
        "SHOP_BUILD_TESTS;SHOP_ENABLE_TESTING"
    );
}

#[test]
fn a_project_without_tests_is_no_unit() {
    assert_eq!(
        Ctest.detect(&files(&[("CMakeLists.txt", "project(x)")])),
        []
    );
    assert_eq!(Ctest.detect(&files(&[("Makefile", "test:\n\t./t")])), []);
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_odd_for_an_outline(
        text in "(TEST\\(A, B\\)|TEST_CASE\\(\"|R\"\\(|add_test\\(|if\\(|endif\\(\\)|[{}()\\[\\]\"'\\\\;#/*é\n a-c=]){0,60}"
    ) {
        use redgreen_toolchain::Language;
        use redgreen_toolchain::cpp::{CMake, Cpp};
        let unit = redgreen_toolchain::Unit::default();
        for (language, path) in [(&Cpp as &dyn Language, "src/a.cpp"), (&CMake, "CMakeLists.txt")] {
            let outline = language.outline(&unit, path, &text);
            let names = outline.functions.into_iter().map(|function| function.name).collect();
            let stubbed = language.stub(&text, &names);
            proptest::prop_assert_eq!(stubbed.lines().count(), text.lines().count());
            let bare = language.graft(&text, "");
            let _whole = language.graft(&bare, &text);
        }
    }
}
