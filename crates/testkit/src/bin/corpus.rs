//! Proves every cheat and control with the built program and prints how it answered.
//!
//! `cargo run -p redgreen-testkit --bin corpus -- [--ecosystem X] [--case Y] [--jobs N]
//! [--redgreen PATH] [--samples N] [--json FILE] [--readme]`, the first two as often as wanted. The
//! program is `redgreen` beside this one, unless a path is given. Exit 0: every answer is as owed, or
//! differs for a reason that is written down; 1: something differs; 2: the command line is wrong.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers prints what it found"
)]

use redgreen_testkit::corpus::{
    ECOSYSTEMS, Ecosystem, Needs, Program, Results, Row, Show, Stance, case, grade, page, prove,
    readme, renewed, summary, surprises,
};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

/// What was typed.
#[derive(Debug, Default)]
struct Asked {
    ecosystems: Vec<String>,
    cases: Vec<String>,
    jobs: usize,
    redgreen: Option<PathBuf>,
    samples: Option<String>,
    json: Option<PathBuf>,
    readme: bool,
    verbose: bool,
}

/// One repository to prove.
type Task = (&'static Ecosystem, &'static Show);

fn main() -> ExitCode {
    let asked = match parse(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    match all(&asked) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked {
        jobs: 1,
        ..Asked::default()
    };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--ecosystem" => asked.ecosystems.push(value()?),
            "--case" => asked.cases.push(value()?),
            "--jobs" => asked.jobs = value()?.parse().map_err(|error| format!("{error}"))?,
            "--redgreen" => asked.redgreen = Some(value()?.into()),
            "--samples" => asked.samples = Some(value()?),
            "--json" => asked.json = Some(value()?.into()),
            "--readme" => asked.readme = true,
            "--verbose" => asked.verbose = true,
            _ => return Err(format!("{word} is not known")),
        }
    }
    let known = |name: &String| ECOSYSTEMS.iter().any(|it| it.name == name);
    if let Some(name) = asked.ecosystems.iter().find(|name| !known(name)) {
        return Err(format!("there is no ecosystem {name}"));
    }
    if let Some(name) = asked.cases.iter().find(|name| case(name).is_none()) {
        return Err(format!("there is no case {name}"));
    }
    Ok(asked)
}

/// Proves what was asked for; whether there is no surprise.
fn all(asked: &Asked) -> Result<bool, String> {
    let program = program(asked)?;
    let rows = proven(&program, tasks(asked), asked);
    let mut fresh = Results::default();
    fresh.merge(rows);
    println!("\n{}", summary(&fresh));
    let surprises: Vec<String> = ECOSYSTEMS
        .iter()
        .flat_map(|ecosystem| surprises(ecosystem, &fresh))
        .collect();
    for line in &surprises {
        println!("differs: {line}");
    }
    if let Some(path) = &asked.json {
        write(path, &text(fresh.render())?)?;
    }
    Ok(surprises.is_empty())
}

fn program(asked: &Asked) -> Result<Program, String> {
    let own = text(std::env::current_exe())?;
    let beside = own.with_file_name("redgreen");
    let path = asked.redgreen.clone().unwrap_or(beside);
    if !path.is_file() {
        let path = path.display();
        return Err(format!("{path} is not there: cargo build -p redgreen"));
    }
    let mut flags = Vec::new();
    if let Some(samples) = &asked.samples {
        flags = vec!["--samples".to_owned(), samples.clone()];
    }
    Ok(Program {
        path: text(path.canonicalize())?,
        tools: root().join("target/test-tools"),
        flags,
    })
}

/// The repositories to prove: all that can run, or those that were named.
fn tasks(asked: &Asked) -> Vec<Task> {
    let wants = |list: &[String], name: &str| list.is_empty() || list.iter().any(|it| it == name);
    let named = |ecosystem: &&&Ecosystem| match asked.ecosystems.is_empty() {
        true => ecosystem.runs,
        false => wants(&asked.ecosystems, ecosystem.name),
    };
    let chosen = ECOSYSTEMS.iter().filter(named).copied();
    let shows = chosen.flat_map(|ecosystem| ecosystem.all().map(move |show| (ecosystem, show)));
    let shows = shows.filter(|(_, show)| wants(&asked.cases, show.case));
    shows
        .filter(|(_, show)| matches!(show.stance, Stance::Shown { .. }))
        .collect()
}

/// Proves `tasks`, several at once, and says each answer as it comes.
fn proven(program: &Program, tasks: Vec<Task>, asked: &Asked) -> Vec<Row> {
    let waiting = Mutex::new(tasks.into_iter());
    let rows = Mutex::new(Vec::new());
    let next = || waiting.lock().ok().and_then(|mut tasks| tasks.next());
    std::thread::scope(|scope| {
        for _ in 0..asked.jobs.max(1) {
            scope.spawn(|| {
                while let Some((ecosystem, show)) = next() {
                    let row = prove(program, ecosystem, show);
                    println!("{}", line(&row, asked.verbose));
                    let Ok(mut rows) = rows.lock() else { return };
                    // At once: hours of rows must survive a run that does not end.
                    if asked.readme
                        && let Err(error) = keep(row.clone())
                    {
                        eprintln!("error: {error}");
                    }
                    rows.push(row);
                }
            });
        }
    });
    rows.into_inner().unwrap_or_default()
}

fn line(row: &Row, verbose: bool) -> String {
    let case = case(&row.case);
    let graded = case.map_or("", |case| match case.needs {
        Needs::Trees => grade(case, row).words(),
        Needs::Mutants => "needs mutants",
    });
    let said = format!("{} {}", row.verdict, row.codes.join(" "));
    let name = format!("{} {}", row.ecosystem, row.case);
    let mut line = format!("{name:42} {graded:14} {:5.1} s  {said}", row.seconds);
    let is_odd = !matches!(graded, "as owed" | "needs mutants");
    if verbose || is_odd {
        for said in row.said.lines() {
            line.push_str(&format!("\n      {said}"));
        }
    }
    line
}

/// Stores `row` among the results of earlier runs, and writes the documents anew.
fn keep(row: Row) -> Result<(), String> {
    let path = root().join("docs/corpus.json");
    let mut results = match std::fs::read_to_string(&path) {
        Ok(stored) => text(Results::parse(&stored))?,
        Err(_) => Results::default(),
    };
    results.merge(vec![row]);
    write(&path, &text(results.render())?)?;
    let blocks = [
        ("README.md", readme(&results)),
        ("docs/src/corpus.md", page(&results)),
    ];
    for (name, block) in blocks {
        let path = root().join(name);
        let there = text(std::fs::read_to_string(&path))?;
        let renewed = renewed(&there, &block);
        write(
            &path,
            &renewed.ok_or_else(|| format!("{name} lacks the markers"))?,
        )?;
    }
    Ok(())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn write(path: &Path, content: &str) -> Result<(), String> {
    std::fs::write(path, content).map_err(|error| format!("{}: {error}", path.display()))
}

fn text<T, E: Display>(done: Result<T, E>) -> Result<T, String> {
    done.map_err(|error| error.to_string())
}
