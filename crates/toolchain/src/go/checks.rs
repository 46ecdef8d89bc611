//! Finds the checks that a project itself names: in its linter's configuration, its Makefile and
//! its workflows.

use crate::check::{Check, Checks};
use crate::unit::{Files, Unit};

/// Files whose text names commands, by the start or the whole of their path.
const NAMING: [&str; 9] = [
    "Makefile",
    "makefile",
    "GNUmakefile",
    "Taskfile.yml",
    "Taskfile.yaml",
    "justfile",
    ".pre-commit-config.yaml",
    "lefthook.yml",
    ".gitlab-ci.yml",
];

/// The checks of `unit`.
pub(super) fn checks(unit: &Unit, files: &dyn Files) -> Vec<Check> {
    let mut found = Vec::new();
    let mut add = |checks: Checks, argv: &[&str], because: String| {
        let argv: Vec<String> = argv.iter().map(|word| (*word).to_owned()).collect();
        found.push(Check {
            checks,
            argv,
            because,
        });
    };
    if let Some(file) = linter(unit, files) {
        add(Checks::Lint, &["golangci-lint", "run"], file);
    }
    let texts = texts(unit, files);
    let named = |word: &str| {
        let mut naming = texts.iter().filter(|(_, text)| text.contains(word));
        naming.next().map(|(path, _)| path.clone())
    };
    if let Some(file) = named("staticcheck ") {
        add(Checks::Lint, &["staticcheck", "./..."], file);
    }
    if let Some(file) = named("go vet") {
        add(Checks::Types, &["go", "vet", "./..."], file);
    }
    // gofmt ends with 0 although it lists files; only its silence says that all is well.
    for (word, program) in [
        ("gofmt", "gofmt"),
        ("goimports", "goimports"),
        ("gofumpt", "gofumpt"),
    ] {
        if let Some(file) = named(word) {
            let script = format!("test -z \"$({program} -l .)\"");
            add(Checks::Format, &["sh", "-c", &script], file);
        }
    }
    if let Some(file) = named("go fmt").filter(|_| named("gofmt").is_none()) {
        add(
            Checks::Format,
            &["sh", "-c", "test -z \"$(gofmt -l .)\""],
            file,
        );
    }
    if let Some(file) = named("-coverprofile").or_else(|| named(" -cover")) {
        let argv = [
            "go",
            "test",
            "-count=1",
            "-cover",
            "-coverpkg=./...",
            "./...",
        ];
        add(Checks::Coverage, &argv, file);
    }
    found
}

/// The configuration of golangci-lint, in the unit's directory or at the root.
fn linter(unit: &Unit, files: &dyn Files) -> Option<String> {
    let names = ["yml", "yaml", "toml", "json"].map(|ending| format!(".golangci.{ending}"));
    let places = names
        .iter()
        .map(|name| unit.from_root(name))
        .chain(names.iter().cloned());
    let mut there = places.filter(|path| files.paths().binary_search(path).is_ok());
    there.next()
}

fn texts(unit: &Unit, files: &dyn Files) -> Vec<(String, String)> {
    let is_naming = |path: &&String| {
        let inside = unit.inside(path).unwrap_or(path);
        NAMING.contains(&inside)
            || NAMING.contains(&path.as_str())
            || path.starts_with(".github/workflows/")
            || path.starts_with(".circleci/")
    };
    let naming = files.paths().iter().filter(is_naming);
    naming
        .filter_map(|path| Some((path.clone(), files.text(path)?)))
        .collect()
}
