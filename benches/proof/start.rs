//! Measures how long `redgreen` takes to answer where nothing is to be run.

use crate::measure::{Figure, median};
use crate::once::own_program;
use redgreen_testkit::Repo;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Calls that the median is taken of.
const CALLS: usize = 41;

/// The figures of `--version` and `status`.
pub(crate) fn measure() -> Vec<Figure> {
    let program = program();
    let repo = Repo::new();
    repo.write("ticket.md", "# Greet\n\nGreet by name.\n\n## Acceptance criteria\n\n- `greet(\"Ann\")` returns `Hello, Ann`\n");
    repo.write("pyproject.toml", "[project]\nname = 'greet'\n");
    repo.commit("first");
    let started = call(&program, repo.path(), &["start", "ticket.md"]).output();
    let started = started.expect("redgreen can be started");
    println!("redgreen start: {}", started.status);
    [vec!["--version"], vec!["status"]]
        .into_iter()
        .flat_map(|args| figures(&program, repo.path(), &args))
        .collect()
}

fn figures(program: &Path, dir: &Path, args: &[&str]) -> Vec<Figure> {
    let seen: Vec<(f64, f64)> = (0..CALLS).map(|_| one(call(program, dir, args))).collect();
    let walls: Vec<f64> = seen.iter().map(|(wall, _)| *wall).collect();
    let peaks: Vec<f64> = seen.iter().map(|(_, peak)| *peak).collect();
    let name = |what: &str| format!("redgreen {}: {what}", args.join(" "));
    vec![
        Figure::below(name("time"), median(&walls), "ms", 15.0),
        Figure::below(
            name("peak memory"),
            peaks.into_iter().fold(0.0, f64::max),
            "MB",
            15.0,
        ),
    ]
}

fn call(program: &Path, dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(dir);
    let home = dir.parent().unwrap_or(dir);
    command.env("REDGREEN_STATE_DIR", home.join("state"));
    command.env("REDGREEN_CACHE_DIR", home.join("cache"));
    command.env("XDG_STATE_HOME", home.join("state"));
    command.env("XDG_CACHE_HOME", home.join("cache"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Wall time in milliseconds, and the most memory that was seen, in megabytes.
fn one(mut command: Command) -> (f64, f64) {
    let began = Instant::now();
    let mut child = command.spawn().expect("redgreen can be started");
    let status = format!("/proc/{}/status", child.id());
    let mut peak: f64 = 0.0;
    while child.try_wait().expect("it can be waited for").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with("VmHWM:"));
        let words = line.and_then(|line| line.split_whitespace().nth(1));
        let kilobytes: f64 = words.and_then(|word| word.parse().ok()).unwrap_or_default();
        peak = peak.max(kilobytes * 1024.0 / 1e6);
        std::thread::sleep(Duration::from_micros(100));
    }
    (began.elapsed().as_secs_f64() * 1000.0, peak)
}

/// The release build of the command line, made now.
fn program() -> PathBuf {
    let made = Command::new("cargo")
        .args(["build", "--release", "--quiet", "-p", "redgreen"])
        .status();
    assert!(
        made.expect("cargo can be started").success(),
        "redgreen builds"
    );
    // This program lies in target/release/deps.
    let beside = own_program();
    let release = beside.ancestors().nth(2).expect("a release directory");
    release.join("redgreen")
}
