//! Which directories are units, and what is known of them.

use redgreen_toolchain::go::GoTest;
use redgreen_toolchain::{Check, Checks, Files, Runner, Unit};
use std::collections::BTreeMap;

struct Tree {
    paths: Vec<String>,
    texts: BTreeMap<String, String>,
}

impl Files for Tree {
    fn paths(&self) -> &[String] {
        &self.paths
    }
    fn text(&self, path: &str) -> Option<String> {
        self.texts.get(path).cloned()
    }
}

fn tree(files: &[(&str, &str)]) -> Tree {
    let texts: BTreeMap<String, String> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    Tree {
        paths: texts.keys().cloned().collect(),
        texts,
    }
}

fn units(files: &[(&str, &str)]) -> Vec<Unit> {
    GoTest.detect(&tree(files))
}

#[test]
fn every_module_is_a_unit_and_material_of_tests_is_none() {
    let found = units(&[
        ("go.mod", "module example.com/shop/v2\n"),
        ("go.sum", ""),
        ("shop.go", "package shop\n"),
        ("money/money.go", "package money\n"),
        ("internal/deep/deep.go", "package deep\n"),
        ("tools/go.mod", "module example.com/tools\n"),
        ("tools/gen/gen.go", "package gen\n"),
        ("money/testdata/mod/go.mod", "module example.com/material\n"),
        ("vendor/x/go.mod", "module x\n"),
        ("empty/go.mod", "// nothing\n"),
    ]);
    let ids: Vec<&str> = found.iter().map(|unit| unit.id.as_str()).collect();
    assert_eq!(ids, [".:go", "tools:go"]);
    assert_eq!(found[0].because, ["go.mod"]);
    assert_eq!(found[0].locks, ["go.mod", "go.sum"]);
    assert_eq!(found[0].install, [["go", "mod", "download"]]);
    let owed = [
        "example.com/shop/v2",
        "shop",
        "example.com/tools",
        "deep",
        "money",
    ];
    assert_eq!(found[0].own_names, owed);
    assert_eq!(found[0].marks["module"], "example.com/shop/v2");
    assert_eq!(found[1].locks, ["tools/go.mod"]);
    assert!(found[1].own_names.contains(&"gen".to_owned()));
    assert!(units(&[("a.go", "package a\n")]).is_empty());
}

#[test]
fn a_workspace_governs_the_modules_that_it_uses() {
    let found = units(&[
        ("go.work", "go 1.21\nuse (\n\t./a\n\t.\n)\n"),
        ("go.work.sum", ""),
        ("go.mod", "module example.com/root\n"),
        ("a/go.mod", "module example.com/a\n"),
        ("b/go.mod", "module example.com/b\n"),
    ]);
    let work = |at: usize| found[at].marks.get("work").map(String::as_str);
    assert_eq!(
        (work(0), work(1), work(2)),
        (Some("go.work"), Some("go.work"), None)
    );
    assert_eq!(found[1].because, ["a/go.mod", "go.work"]);
    assert_eq!(found[1].locks, ["a/go.mod", "go.work", "go.work.sum"]);
}

#[test]
fn checks_are_those_that_the_project_names() {
    let files = [
        ("go.mod", "module example.com/a\n"),
        (".golangci.yml", "version: 2\n"),
        ("Makefile", "lint:\n\tgo vet ./...\n\tgofmt -l .\n"),
        (
            ".github/workflows/ci.yml",
            "run: go test -coverprofile=c.out ./...\n",
        ),
    ];
    let files = tree(&files);
    let unit = GoTest.detect(&files).remove(0);
    let found: Vec<Check> = GoTest.checks(&unit, &files);
    let shown: Vec<(Checks, String, &str)> = found
        .iter()
        .map(|check| (check.checks, check.argv.join(" "), check.because.as_str()))
        .collect();
    let owed = [
        (Checks::Lint, "golangci-lint run", ".golangci.yml"),
        (Checks::Types, "go vet ./...", "Makefile"),
        (
            Checks::Format,
            "sh -c test -z \"$(gofmt -l .)\"",
            "Makefile",
        ),
        (
            Checks::Coverage,
            "go test -count=1 -cover -coverpkg=./... ./...",
            ".github/workflows/ci.yml",
        ),
    ];
    let owed = owed.map(|(checks, argv, because)| (checks, argv.to_owned(), because));
    assert_eq!(shown, owed);
    let plain = tree(&[("go.mod", "module example.com/a\n")]);
    assert!(GoTest.checks(&unit, &plain).is_empty());
}
