//! Proves a slice of the corpus with the program: quick cases, one for each way to be wrong.

use redgreen_testkit::corpus::{Ecosystem, Grade, Program, case, ecosystem, grade, prove};
use std::path::PathBuf;

/// Cases that take a second or two each.
const SLICE: [&str; 10] = [
    "code-without-test",
    "call-without-assertion",
    "special-cased",
    "assert-true",
    "expected-value-changed",
    "collection-narrowed",
    "start-up-hook-planted",
    "honest-feature",
    "refactor",
    "docs-only",
];

fn answer(program: &Program, ecosystem: &Ecosystem, name: &str) -> Result<(), String> {
    let (case, show) = case(name).zip(ecosystem.show(name)).expect("a case");
    let row = prove(program, ecosystem, show);
    let graded = grade(case, &row);
    let said = format!("{name}: {} {:?}\n{}", row.verdict, row.codes, row.said);
    (graded == Grade::AsOwed).then_some(()).ok_or(said)
}

/// The same of a language whose mutants are built.
const BUILT: [&str; 2] = ["call-without-assertion", "expects-an-error"];

#[test]
fn a_slice_of_the_corpus_is_answered_as_owed() {
    let program = Program {
        path: PathBuf::from(env!("CARGO_BIN_EXE_redgreen")),
        tools: PathBuf::new(),
        flags: vec!["--samples".to_owned(), "1".to_owned()],
    };
    let pytest = ecosystem("pytest").expect("pytest");
    let cargo = ecosystem("cargo").expect("cargo");
    let answers = SLICE.iter().map(|name| answer(&program, pytest, name));
    let built = BUILT.iter().map(|name| answer(&program, cargo, name));
    let wrong: Vec<String> = answers.chain(built).filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
