//! Names the lints, the format and the coverage that a Rust project itself uses.

use crate::{Check, Checks, Files, Unit};
use toml::{Table, Value};

/// The checks of the workspace in the unit's directory. Its manifest alone names the compiler.
pub(super) fn of(unit: &Unit, files: &dyn Files) -> Vec<Check> {
    let own = |names: &[&str]| {
        let mut paths = names.iter().map(|name| unit.from_root(name));
        paths.find(|path| files.paths().binary_search(path).is_ok())
    };
    let clippy = own(&["clippy.toml", ".clippy.toml"])
        .or_else(|| lints(unit, files))
        .or_else(|| spoken(files, "cargo clippy"));
    let format = own(&["rustfmt.toml", ".rustfmt.toml"]).or_else(|| spoken(files, "cargo fmt"));
    let coverage = spoken(files, "cargo llvm-cov").or_else(|| spoken(files, "cargo-llvm-cov"));
    let lint: &[&str] = &[
        "cargo",
        "clippy",
        "--workspace",
        "--all-targets",
        "--message-format=json",
        "--",
        "-D",
        "warnings",
    ];
    let covered: &[&str] = if unit.runner == "nextest" {
        &["cargo", "llvm-cov", "nextest", "--workspace", "--lcov"]
    } else {
        &["cargo", "llvm-cov", "--workspace", "--lcov"]
    };
    let types = [
        "cargo",
        "check",
        "--workspace",
        "--all-targets",
        "--message-format=json",
    ];
    let found = [
        (Checks::Lint, lint, clippy),
        (
            Checks::Format,
            &["cargo", "fmt", "--all", "--check"],
            format,
        ),
        (Checks::Types, &types, Some(unit.from_root("Cargo.toml"))),
        (Checks::Coverage, covered, coverage),
    ];
    let check = |(checks, argv, because): (Checks, &[&str], Option<String>)| {
        Some(Check {
            checks,
            argv: argv.iter().map(|word| (*word).to_owned()).collect(),
            because: because?,
        })
    };
    found.into_iter().filter_map(check).collect()
}

/// A manifest that configures clippy's lints.
fn lints(unit: &Unit, files: &dyn Files) -> Option<String> {
    let mut dirs = vec![unit.dir.clone()];
    dirs.extend(unit.packages.iter().map(|package| package.dir.clone()));
    let paths = dirs.iter().map(|dir| match dir.as_str() {
        "" => "Cargo.toml".to_owned(),
        dir => format!("{dir}/Cargo.toml"),
    });
    let configures = |path: &String| {
        let table = files.text(path).and_then(|text| text.parse::<Table>().ok());
        let clippy = |value: &Value| value.get("lints")?.get("clippy").map(|_| ());
        table.map(Value::Table).is_some_and(|table| {
            clippy(&table).is_some() || table.get("workspace").and_then(clippy).is_some()
        })
    };
    let found = paths.into_iter().find(configures)?;
    Some(format!("{found} [lints.clippy]"))
}

/// A file of CI or of a task runner that has the command in a line that is no comment.
fn spoken(files: &dyn Files, command: &str) -> Option<String> {
    let tasks = [".gitlab-ci.yml", "Makefile", "justfile", "Justfile"];
    let speaks =
        |path: &&String| path.starts_with(".github/workflows/") || tasks.contains(&path.as_str());
    let holds = |path: &&String| {
        let text = files.text(path).unwrap_or_default();
        let mut lines = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default());
        lines.any(|line| line.contains(command))
    };
    files.paths().iter().filter(speaks).find(holds).cloned()
}
