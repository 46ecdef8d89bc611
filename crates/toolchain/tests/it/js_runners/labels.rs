//! Runs the labelled projects and holds each failure against its label.

use super::project::{Project, told};
use redgreen_core::evidence::Report;
use redgreen_toolchain::Runner;
use redgreen_toolchain::js::{Jest, Mocha};
use std::path::Path;

fn corpus(name: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(name);
    let mut files = Vec::new();
    let mut dirs = vec![root.clone()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(&dir).expect("the corpus is there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                let name = path.strip_prefix(&root).expect("inside").to_string_lossy();
                let text = std::fs::read_to_string(&path).expect("text");
                files.push((name.into_owned(), text));
            }
        }
    }
    files
}

fn project(runner: &'static dyn Runner, files: &[(String, String)]) -> Project {
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(p, t)| (p.as_str(), t.as_str()))
        .collect();
    Project::new(runner, &files)
}

/// What each label comes to; several where the label covers several.
fn owed(label: &str) -> &'static str {
    match label {
        "right.assertion" | "right.no_raise" | "wrong.tautology" => "Call: Assertion",
        "right.missing_symbol" => "MissingName ",
        "right.missing_module" => "Load: MissingModule money in calc",
        "right.stub" => "Call: Exception Error at src/calc.js",
        "ambiguous.prod_exception" => {
            "Call: MissingName b at src/calc.js|Call: MissingName a in o at src/calc.js"
        }
        "wrong.missing_dependency" => "Load: MissingModule lodashx at",
        "wrong.syntax" => "Load: Syntax",
        "wrong.fixture" => "Setup: Exception Error",
        "wrong.teardown" => "Teardown: Exception Error",
        "wrong.timeout" => "TimedOut",
        "wrong.test_bug" => "Call: MissingName clac at|Call: Exception  at|Call: Exception|TS2322",
        "wrong.environment" => "Call: Environment",
        "wrong.not_run" => "nothing",
        other => panic!("{other} is not known"),
    }
}

/// What `report` says of a labelled test, or of the file that hides it.
fn said(report: &Report, file: &str, title: &str) -> String {
    let is_it = |name: &str| {
        name.starts_with(&format!("{file}::\"")) && name.ends_with(&format!("{title}\""))
    };
    let test = report
        .tests
        .iter()
        .find(|(name, _)| !title.is_empty() && is_it(name));
    if let Some((_, seen)) = test {
        return told(&seen.outcome);
    }
    let start = format!("{file}::\"");
    let hiding = report.diagnostics.iter().find(|each| each.hides == start);
    hiding.map_or("nothing".to_owned(), |each| {
        told(&redgreen_core::outcome::Outcome::Failed(
            each.failure.clone(),
        ))
    })
}

fn check(report: &Report, labels: &str, place: impl Fn(&str) -> (String, String)) -> usize {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in labels.lines().skip(1) {
        let (id, label) = line.split_once('\t').expect("two columns");
        let (file, title) = place(id);
        let said = said(report, &file, &title);
        if !owed(label).split('|').any(|kind| said.contains(kind)) {
            wrong.push(format!("{id} is {label}: {said}"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}\n{report:#?}");
    count
}

fn labels(files: &[(String, String)]) -> String {
    let found = files.iter().find(|(path, _)| path == "labels.tsv");
    found.expect("labels").1.clone()
}

#[test]
fn every_labelled_failure_of_jest_has_the_kind_that_its_label_owes() {
    let files = corpus("jest/labelled");
    let report = project(&Jest, &files).whole();
    assert_eq!(report.trouble, None, "{report:#?}");
    let labels = labels(&files);
    let plain: Vec<&str> = labels
        .lines()
        .filter(|line| !line.starts_with("ts "))
        .collect();
    let count = check(&report, &plain.join("\n"), |id| {
        let (file, title) = id.split_once("::").unwrap_or((id, ""));
        (
            format!("test/{file}"),
            title.replacen("hooks in", "hooks > in", 1).replacen(
                "after passes",
                "after > passes",
                1,
            ),
        )
    });
    assert_eq!(count, 22);
}

#[test]
fn every_labelled_failure_of_mocha_has_the_kind_that_its_label_owes() {
    let mut files = corpus("mocha/labelled");
    let manifest = r#"{"name":"calc","scripts":{"test":"mocha test/*.spec.js"}}"#;
    files.push(("package.json".to_owned(), manifest.to_owned()));
    let report = project(&Mocha, &files).whole();
    assert_eq!(report.trouble, None, "{report:#?}");
    let count = check(&report, &labels(&files), |id| {
        if id.ends_with(".spec.js") {
            return (format!("test/{id}"), String::new());
        }
        let (suite, rest) = id.split_once(' ').expect("a suite");
        let title = rest
            .rsplit(" for ")
            .next()
            .expect("a title")
            .trim_matches('"');
        let file = if suite == "right" {
            "right"
        } else {
            "wrong_misc"
        };
        (format!("test/{file}.spec.js"), format!("{suite} > {title}"))
    });
    assert_eq!(count, 11);
}
