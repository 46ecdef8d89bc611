//! Tells test files from production files of C and C++, by name where the name tells.

use crate::surfaces;
use redgreen_core::surface::Surface;

/// Endings of the names of C and C++ files.
const ENDINGS: [&str; 14] = [
    ".c", ".h", ".cc", ".cpp", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".tpp",
    ".inl", ".cppm",
];

/// Names of directories that hold tests, beside those of every language.
const TEST_DIRS: [&str; 6] = [
    "unittest",
    "unittests",
    "unit_test",
    "unit_tests",
    "gtest",
    "autotests",
];

/// Whether the file at `path` is written in C or C++.
pub(super) fn owns(path: &str) -> bool {
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// The side of the file at `path` as a whole.
pub(super) fn surface(path: &str, text: Option<&str>) -> Surface {
    if is_test_path(path) || text.is_some_and(includes_framework) {
        Surface::Test
    } else {
        Surface::Production
    }
}

/// Whether the name of a file, or of a directory above it, says that it is a test's.
pub(crate) fn is_test_path(path: &str) -> bool {
    let (dirs, file) = path.rsplit_once('/').unwrap_or(("", path));
    if surfaces::of_path(path) == Surface::Fixture
        || dirs.split('/').any(|dir| TEST_DIRS.contains(&dir))
    {
        return true;
    }
    let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
    is_test_name(stem)
}

/// Whether the name of a file or of a build target is one that tests have.
pub(crate) fn is_test_name(stem: &str) -> bool {
    const ENDS: [&str; 10] = [
        "_test",
        "_tests",
        "_unittest",
        "_unittests",
        "-test",
        "-tests",
        "_gtest",
        "_spec",
        "Test",
        "Tests",
    ];
    const STARTS: [&str; 5] = ["test_", "test-", "tests_", "unittest_", "gtest_"];
    let whole = matches!(stem, "test" | "tests" | "unittest" | "unittests");
    whole
        || ENDS
            .iter()
            .any(|end| stem.len() > end.len() && stem.ends_with(end))
        || STARTS.iter().any(|start| stem.starts_with(start))
}

/// Whether the text includes a framework that only tests include. doctest is made to stand in
/// production files too, so it tells nothing of the whole file.
fn includes_framework(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    lines.any(|line| {
        let included = line.strip_prefix('#').map(str::trim_start);
        let included = included.and_then(|line| line.strip_prefix("include"));
        included.is_some_and(|name| {
            [
                "<gtest/",
                "<gmock/",
                "<catch2/",
                "\"gtest/",
                "\"gmock/",
                "\"catch2/",
                "catch.hpp",
            ]
            .iter()
            .any(|framework| name.contains(framework))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_the_side() {
        for path in [
            "tests/a.cpp",
            "src/calc/test/helpers.h",
            "src/calc_test.cc",
            "src/calc_unittest.cc",
            "src/test_calc.cpp",
            "src/CalcTest.cpp",
            "unittests/ADT/a.cpp",
        ] {
            assert_eq!(surface(path, None), Surface::Test, "{path}");
        }
        for path in [
            "src/calc.cpp",
            "include/latest.h",
            "src/contest.c",
            "src/Testing.cpp",
        ] {
            assert_eq!(surface(path, Some("")), Surface::Production, "{path}");
        }
    }

    #[test]
    fn a_file_that_includes_a_test_framework_is_a_test_file() {
        let side = |text| surface("src/calc_checks.cpp", Some(text));
        assert_eq!(side("# include <gtest/gtest.h>\n"), Surface::Test);
        assert_eq!(side("#include \"catch2/catch.hpp\"\n"), Surface::Test);
        assert_eq!(side("#include <doctest/doctest.h>\n"), Surface::Production);
        assert_eq!(side("// #include <gtest/gtest.h>\n"), Surface::Production);
    }
}
