//! Measures: one proof of a typical change against one plain run of the suite, start-up, and what
//! a worker waits for.
//!
//! `cargo bench -p redgreen-benches [-- python rust start sandbox judge junit go-json map]`. It prints figures and
//! whether each target is met; its exit code does not judge.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints, and ends where its machine lacks a tool"
)]

mod held;
mod judged;
mod map;
mod measure;
mod once;
mod project;
mod reports;
mod start;

use measure::{Figure, median, table};
use project::Project;
use redgreen_engine::sandbox;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// Proofs that the median is taken of.
const RUNS: usize = 3;

fn main() -> ExitCode {
    let argv: Vec<OsString> = std::env::args_os().collect();
    if let Some(code) = sandbox::obey(&argv) {
        return code.into();
    }
    measured();
    ExitCode::SUCCESS
}

fn measured() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [word, level] = args.as_slice()
        && word == held::WORD
    {
        return held::once(level);
    }
    if let [word, repository, cache] = args.as_slice()
        && word == once::WORD
    {
        return once::prove(repository, cache);
    }
    if args.first().is_some_and(|word| word == judged::WORD) {
        return judged::once();
    }
    let chosen: Vec<&str> = args
        .iter()
        .map(String::as_str)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let wants = |name: &str| chosen.is_empty() || chosen.contains(&name);
    let mut figures = Vec::new();
    if wants("start") {
        figures.extend(start::measure());
    }
    if wants("sandbox") {
        figures.extend(held::measure());
    }
    if wants("judge") {
        figures.extend(judged::measure());
    }
    if wants("junit") {
        figures.push(reports::junit());
    }
    if wants("go-json") {
        figures.push(reports::go_json());
    }
    if wants("map") {
        figures.extend(map::map());
    }
    if wants("python") {
        figures.extend(compare(&Project::python(RUNS)));
    }
    if wants("rust") {
        figures.extend(compare(&Project::rust(RUNS)));
    }
    println!("\n{}", table(&figures));
}

/// Proves each topic of `project` once, and once more, beside plain runs of its suite.
fn compare(project: &Project) -> Vec<Figure> {
    println!("# {}", project.name);
    project.warm_up();
    let (mut plain, mut first, mut again) = (Vec::new(), Vec::new(), Vec::new());
    // In turn, so that a machine whose speed drifts spoils no ratio.
    for topic in &project.topics[1..] {
        project.repo.checkout(topic);
        plain.push(measure::wall(&mut project.plain()));
        let cache = project.cache();
        let prove = || {
            let program = Command::new(once::own_program());
            once::started(program, project.repo.path(), &cache)
        };
        first.push(prove());
        again.push(prove());
    }
    for seen in &first[first.len() - 1].observations {
        println!("  {seen}");
    }
    let of = |runs: &[once::Seen], pick: fn(&once::Seen) -> f64| {
        median(&runs.iter().map(pick).collect::<Vec<f64>>())
    };
    let verdicts: Vec<&str> = first.iter().map(|seen| seen.verdict.as_str()).collect();
    println!("verdicts: {}", verdicts.join(", "));
    let pairs = first.iter().zip(&plain);
    let ratios: Vec<f64> = pairs.map(|(seen, plain)| seen.total_ms / plain).collect();
    let name = |what: &str| format!("{}: {what}", project.name);
    vec![
        Figure::plain(name("plain run of the suite"), median(&plain), "ms"),
        Figure::plain(name("proof"), of(&first, |seen| seen.total_ms), "ms"),
        Figure::below(name("proof / plain run"), median(&ratios), "x", 1.5),
        Figure::below(
            name("own share"),
            of(&first, once::Seen::own_ms),
            "ms",
            300.0,
        ),
        Figure::below(
            name("peak memory"),
            of(&first, |seen| seen.peak_mb),
            "MB",
            30.0,
        ),
        Figure::plain(name("second proof"), of(&again, |seen| seen.total_ms), "ms"),
        Figure::below(
            name("tests of second proof"),
            of(&again, |seen| seen.executed as f64),
            "",
            0.0,
        ),
    ]
}
