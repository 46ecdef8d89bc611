//! Tells test files of Python from production, by name where the name tells.

use super::{command, outline, syntax};
use crate::Unit;
use redgreen_core::surface::Surface;

/// The side of a Python file. Only a file called `tests.py` or `test.py` outside a test directory
/// is decided by its text.
pub(super) fn of(path: &str, text: Option<&str>) -> Surface {
    let (dirs, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.strip_suffix(".py");
    if name == "conftest.py" {
        return Surface::RunnerConfig;
    }
    if stem.is_some_and(is_test_stem) || in_test_dir(dirs) {
        return Surface::Test;
    }
    if let (Some("tests" | "test"), Some(text)) = (stem, text)
        && holds_tests(text)
        && asserts(text)
    {
        return Surface::Test;
    }
    Surface::Production
}

/// Whether the text asserts anything or names a test library: functions called `test_*` may be
/// production too, as the tests of a template language are.
fn asserts(text: &str) -> bool {
    ["assert", "pytest", "unittest", "TestCase"]
        .iter()
        .any(|word| text.contains(word))
}

/// Whether pytest takes a file of this name up by itself.
pub(super) fn is_test_stem(stem: &str) -> bool {
    stem.starts_with("test_") || stem.ends_with("_test")
}

/// Whether the unit's runner collects the file at `path`: by its defaults, and by the names that
/// Django's projects configure.
pub(super) fn is_collected(path: &str, unit: &Unit) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.strip_suffix(".py").unwrap_or_default();
    let starts = command::is_unittest(unit) && stem.starts_with("test");
    starts || is_test_stem(stem) || stem == "tests" || stem == "test" || stem.ends_with("_tests")
}

/// Whether one of the directories holds tests by its name.
pub(super) fn in_test_dir(dirs: &str) -> bool {
    dirs.split('/').any(|dir| dir == "tests" || dir == "test")
}

/// Whether the text defines a test.
pub(super) fn holds_tests(text: &str) -> bool {
    if !text.contains("test") && !text.contains("Test") {
        return false;
    }
    syntax::parse(text).is_some_and(|tree| outline::defines_tests(tree.root_node(), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_side_of_a_file() {
        let cases = [
            ("test_a.py", Surface::Test),
            ("pkg/a_test.py", Surface::Test),
            ("tests/helpers/data.py", Surface::Test),
            ("pkg/test/x.py", Surface::Test),
            ("conftest.py", Surface::RunnerConfig),
            ("tests/conftest.py", Surface::RunnerConfig),
            ("pkg/testing.py", Surface::Production),
            ("pkg/contest.py", Surface::Production),
            ("latest/a.py", Surface::Production),
            ("src/a.pyi", Surface::Production),
            ("setup.py", Surface::Production),
        ];
        for (path, side) in cases {
            assert_eq!(of(path, None), side, "{path}");
        }
    }

    #[test]
    fn a_file_called_tests_is_decided_by_its_text() {
        let text =
            "from django.test import TestCase\nclass A(TestCase):\n    def test_a(self): pass\n";
        assert_eq!(of("app/tests.py", Some(text)), Surface::Test);
        assert_eq!(
            of("app/tests.py", Some("def latest(): pass\n")),
            Surface::Production
        );
        let predicates = "def test_in(value, seq):\n    return value in seq\n";
        assert_eq!(of("app/tests.py", Some(predicates)), Surface::Production);
    }
}
