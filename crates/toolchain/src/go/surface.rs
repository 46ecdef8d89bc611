//! Tells the side of a Go file by its path.
//!
//! By the path alone: a file that imports `testing` can still be production code, and if its own
//! text could make it test surface, a change of it would escape the proof.

use crate::surfaces;
use redgreen_core::surface::Surface;

/// Directories of packages that only tests import.
const SUPPORT: [&str; 8] = [
    "testutil",
    "testutils",
    "testhelper",
    "testhelpers",
    "testsupport",
    "testkit",
    "test",
    "tests",
];

/// The side of the Go file at `path`.
pub(super) fn surface(path: &str) -> Surface {
    let (dirs, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut parts = dirs.split('/');
    if parts.clone().any(|part| part == "testdata") {
        return Surface::Fixture;
    }
    if name.ends_with("_test.go") || parts.any(|part| SUPPORT.contains(&part)) {
        return Surface::Test;
    }
    match surfaces::of_path(path) {
        // A package that is called `testing` or lies below `docs` is code like any other.
        Surface::Fixture | Surface::Docs | Surface::Production => Surface::Production,
        other @ (Surface::Test | Surface::RunnerConfig | Surface::Manifest) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_tells_the_side() {
        for (path, owed) in [
            ("a_test.go", Surface::Test),
            ("calc/export_test.go", Surface::Test),
            ("internal/testutil/db.go", Surface::Test),
            ("test/e2e/run.go", Surface::Test),
            ("calc/testdata/src/a/a.go", Surface::Fixture),
            ("calc/testdata/a_test.go", Surface::Fixture),
            ("calc/calc.go", Surface::Production),
            ("internal/testing/clock.go", Surface::Production),
            ("docs/docs.go", Surface::Production),
            ("latest/a.go", Surface::Production),
        ] {
            assert_eq!(surface(path), owed, "{path}");
        }
    }
}
