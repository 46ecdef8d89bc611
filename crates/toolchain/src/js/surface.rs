//! Tells test files of JavaScript and TypeScript from production, by name.

use crate::surfaces;
use redgreen_core::surface::Surface;

/// Endings of source files.
const ENDINGS: [&str; 8] = ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"];

/// Directories whose files are tests, or help them.
const TEST_DIRS: [&str; 7] = [
    "__tests__",
    "__test__",
    "test",
    "tests",
    "spec",
    "__mocks__",
    "cypress",
];

/// Directories whose files hold what tests read.
const FIXTURE_DIRS: [&str; 3] = ["__snapshots__", "__fixtures__", "fixtures"];

/// Whether the file at `path` is JavaScript or TypeScript.
pub(crate) fn is_source(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

/// Whether the file declares types only.
pub(crate) fn is_declaration(path: &str) -> bool {
    [".d.ts", ".d.mts", ".d.cts"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// The side of a source file as a whole; `text` tells a configuration of vite that holds vitest's.
pub(crate) fn of(path: &str, text: Option<&str>) -> Surface {
    let by_name = surfaces::of_path(path);
    match by_name {
        Surface::RunnerConfig | Surface::Manifest => return by_name,
        Surface::Test | Surface::Fixture | Surface::Docs | Surface::Production => {}
    }
    let (dirs, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mixed = name.starts_with("vite.config.") && text.is_some_and(configures_vitest);
    if mixed || name.starts_with("setupTests.") {
        return Surface::RunnerConfig;
    }
    let in_fixtures = dirs.split('/').any(|dir| FIXTURE_DIRS.contains(&dir));
    if is_named_test(path) {
        Surface::Test
    } else if in_fixtures && by_name == Surface::Fixture {
        Surface::Fixture
    } else if in_test_dir(dirs) || is_test_by_bare_name(name) {
        Surface::Test
    } else {
        Surface::Production
    }
}

/// Whether a configuration of vite holds vitest's.
pub(crate) fn configures_vitest(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != ':');
    text.contains("vitest") || words.any(|word| word == "test:")
}

/// Whether the name says test: `a.test.ts`, `a.spec.js`, `a-test.js`, `a_test.mjs`, `test-a.js`.
pub(crate) fn is_named_test(path: &str) -> bool {
    let (dirs, name) = path.rsplit_once('/').unwrap_or(("", path));
    if !is_source(path) || is_declaration(path) {
        return false;
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut parts = stem.split('.').skip(1);
    parts.any(|part| matches!(part, "test" | "spec" | "test-d" | "tests"))
        || dirs.split('/').any(|dir| dir == "__tests__")
}

/// `test.js`, `test-cart.js`, `cart_test.js`: what node and tape's users call their tests.
fn is_test_by_bare_name(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem == "test"
        || stem == "tests"
        || stem.starts_with("test-")
        || stem.ends_with("_test")
        || stem.ends_with("-test")
}

/// Whether one of the directories holds tests by its name.
pub(crate) fn in_test_dir(dirs: &str) -> bool {
    dirs.split('/').any(|dir| TEST_DIRS.contains(&dir))
}

/// Whether a runner may take the file up: a source file on the test side, no declaration, no mock
/// and no fixture.
pub(crate) fn is_runnable(path: &str) -> bool {
    let foreign = |dir: &str| matches!(dir, "node_modules" | "__mocks__" | "dist");
    let in_fixtures = |dir: &str| FIXTURE_DIRS.contains(&dir);
    is_source(path)
        && !is_declaration(path)
        && !path.split('/').any(|dir| foreign(dir) || in_fixtures(dir))
        && of(path, None) == Surface::Test
}
