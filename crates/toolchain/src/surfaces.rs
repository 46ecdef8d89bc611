//! Tells the side of a path that no language claims, by its name.

use redgreen_core::surface::Surface;

/// Names of directories whose content is test surface, at any depth.
const TEST_DIRS: [&str; 9] = [
    "tests",
    "test",
    "spec",
    "__tests__",
    "testing",
    "testdata",
    "test_data",
    "fixtures",
    "__fixtures__",
];

/// Files that tell a runner which tests to run and how.
const RUNNER_CONFIG: [&str; 18] = [
    "conftest.py",
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "tox.ini",
    "setup.cfg",
    "noxfile.py",
    ".coveragerc",
    "nextest.toml",
    ".taprc",
    ".rspec",
    "phpunit.xml",
    "phpunit.xml.dist",
    "CTestCustom.cmake",
    "CTestConfig.cmake",
    "junit-platform.properties",
    ".runsettings",
];

/// Starts of names of files that tell a runner the same, whatever language they are written in.
const RUNNER_CONFIG_STARTS: [&str; 8] = [
    "jest.config.",
    "jest.setup.",
    "vitest.config.",
    "vitest.workspace.",
    "vitest.setup.",
    ".mocharc.",
    "ava.config.",
    "playwright.config.",
];

/// Dependencies and lock files.
const MANIFESTS: [&str; 33] = [
    "Cargo.toml",
    "Cargo.lock",
    "pyproject.toml",
    "setup.py",
    "Pipfile",
    "Pipfile.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-workspace.yaml",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "go.mod",
    "go.sum",
    "go.work",
    "go.work.sum",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "settings.gradle",
    "settings.gradle.kts",
    "gradle.lockfile",
    "packages.lock.json",
    "Directory.Packages.props",
    "global.json",
    "Gemfile",
    "Gemfile.lock",
    "composer.json",
    "composer.lock",
];

/// Files that can stand in for code without being read as code: they block where they are new.
pub fn is_planted(path: &str) -> bool {
    let name = name_of(path);
    path.ends_with(".pyc")
        || path.ends_with(".pth")
        || path.ends_with(".so")
        || path
            .split('/')
            .any(|part| part == "__pycache__" || part.ends_with("-info"))
        || matches!(
            name,
            "sitecustomize.py" | "usercustomize.py" | ".npmrc" | "pytest.py"
        )
}

/// The side of the file at `path` where no language claims it.
pub fn of_path(path: &str) -> Surface {
    let name = name_of(path);
    let starts = |start: &&str| name.starts_with(start);
    if RUNNER_CONFIG.contains(&name)
        || RUNNER_CONFIG_STARTS.iter().any(starts)
        || path.ends_with(".cargo/config.toml")
        || path.split('/').any(|part| part == ".mvn")
    {
        return Surface::RunnerConfig;
    }
    let lower = name.to_ascii_lowercase();
    let is_requirements = lower.starts_with("requirements") && lower.ends_with(".txt");
    let is_project = [".gemspec", ".csproj", ".fsproj", ".sln", ".slnx"];
    let is_project = is_project.iter().any(|ending| name.ends_with(ending));
    if MANIFESTS.contains(&name) || is_requirements || is_project {
        return Surface::Manifest;
    }
    let dirs = path.rsplit_once('/').map_or("", |(dirs, _)| dirs);
    let in_tests = dirs.split('/').any(|dir| TEST_DIRS.contains(&dir));
    if in_tests || name.ends_with(".snap") || name.contains(".golden") {
        return Surface::Fixture;
    }
    if is_prose(&lower, dirs) {
        Surface::Docs
    } else {
        Surface::Production
    }
}

fn is_prose(name: &str, dirs: &str) -> bool {
    const ENDINGS: [&str; 5] = [".md", ".rst", ".adoc", ".markdown", ".mdx"];
    const WHOLE: [&str; 10] = [
        "license",
        "licence",
        "copying",
        "notice",
        "authors",
        "changelog",
        "contributors",
        "license.txt",
        "changes.txt",
        "codeowners",
    ];
    let in_docs = dirs
        .split('/')
        .next()
        .is_some_and(|dir| matches!(dir, "docs" | "doc" | "specs"));
    ENDINGS.iter().any(|ending| name.ends_with(ending))
        || WHOLE.contains(&name)
        || name.starts_with("license-")
        || (in_docs && (name.ends_with(".txt") || name.ends_with(".png") || name.ends_with(".svg")))
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, owed: Surface) {
        assert_eq!(of_path(path), owed, "{path}");
    }

    #[test]
    fn the_name_tells_the_side() {
        check("pytest.ini", Surface::RunnerConfig);
        check("sub/pytest.toml", Surface::RunnerConfig);
        check(".pytest.toml", Surface::RunnerConfig);
        check("sub/.cargo/config.toml", Surface::RunnerConfig);
        check("web/vitest.config.mts", Surface::RunnerConfig);
        check(".mocharc.cjs", Surface::RunnerConfig);
        check("phpunit.xml.dist", Surface::RunnerConfig);
        check("shop.gemspec", Surface::Manifest);
        check("Cargo.lock", Surface::Manifest);
        check("requirements-dev.txt", Surface::Manifest);
        check("tests/data/golden.json", Surface::Fixture);
        check("src/__snapshots__/a.snap", Surface::Fixture);
        check("README.md", Surface::Docs);
        check("docs/guide.txt", Surface::Docs);
        check("src/schema.sql", Surface::Production);
        check(".github/workflows/ci.yml", Surface::Production);
        check("data.txt", Surface::Production);
    }

    #[test]
    fn bytecode_and_start_up_hooks_are_planted() {
        assert!(is_planted("src/__pycache__/x.cpython-311.pyc"));
        assert!(is_planted("sitecustomize.py"));
        assert!(is_planted("shop.egg-info/top_level.txt"));
        assert!(!is_planted("src/shop.py"));
    }
}
