//! Tells test files of Python from production, by name where the name tells.

use super::{outline, syntax};
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
    {
        return Surface::Test;
    }
    Surface::Production
}

/// Whether pytest takes a file of this name up by itself.
pub(super) fn is_test_stem(stem: &str) -> bool {
    stem.starts_with("test_") || stem.ends_with("_test")
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
