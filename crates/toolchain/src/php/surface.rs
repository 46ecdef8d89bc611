//! Tells test files of PHP from production, by name where the name tells.

use crate::surfaces;
use redgreen_core::surface::Surface;

/// The side of a PHP file.
pub(super) fn of(path: &str, text: Option<&str>) -> Surface {
    let by_name = surfaces::of_path(path);
    if matches!(by_name, Surface::RunnerConfig | Surface::Manifest) {
        return by_name;
    }
    let (dirs, name) = path.rsplit_once('/').unwrap_or(("", path));
    let in_tests = in_test_dir(dirs);
    if in_tests && matches!(name, "bootstrap.php" | "Pest.php") {
        return Surface::RunnerConfig;
    }
    let named = || is_test(path) && text.is_none_or(|text| text.contains("TestCase"));
    if in_tests || named() {
        Surface::Test
    } else {
        Surface::Production
    }
}

/// Whether PHPUnit takes a file of this name up by itself.
pub(super) fn is_test(path: &str) -> bool {
    path.ends_with("Test.php")
}

/// Whether one of the directories holds tests by its name.
pub(super) fn in_test_dir(dirs: &str) -> bool {
    let mut dirs = dirs.split('/');
    dirs.any(|dir| matches!(dir, "tests" | "test" | "Tests" | "spec"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_side_of_a_file() {
        let cases = [
            ("tests/CalcTest.php", Surface::Test),
            ("tests/Support/Maker.php", Surface::Test),
            ("tests/bootstrap.php", Surface::RunnerConfig),
            ("src/Tests/CalcTest.php", Surface::Test),
            ("src/CalcTest.php", Surface::Test),
            ("src/Calc.php", Surface::Production),
            ("bootstrap.php", Surface::Production),
        ];
        for (path, side) in cases {
            assert_eq!(of(path, None), side, "{path}");
        }
        let speed = of("src/SpeedTest.php", Some("<?php class SpeedTest {}"));
        assert_eq!(speed, Surface::Production);
    }
}
