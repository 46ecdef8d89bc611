//! Reads the runs of launchers that work inside the process of a scripting language's runner: one
//! vocabulary of lines, one way to hold them against counts, canaries and exit code.

pub(crate) mod lines;
pub(crate) mod report;

use crate::{Ask, RawOutput, Unit};
use lines::Exc;
use redgreen_core::outcome::{Failure, Location};

/// What one command of a run is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The asked tests; of those that run alone, the one with this number.
    Tests(usize),
    /// The asked tests, in a process that died while it loaded a file; another one follows.
    Attempt,
    /// The test of ours that must fail.
    MustFail,
}

/// What differs from runner to runner.
pub(crate) trait Dialect {
    /// The commands of a run, as far as `so_far` tells.
    fn parts(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Vec<Part>;

    /// The failure that an exception is. `place` is where the test stands, `own` are the names
    /// that the project's code answers to.
    fn failure(&self, exc: &Exc, place: Option<&Location>, own: &[String]) -> Failure;

    /// What a person types to get the runner.
    fn remedy(&self, unit: &Unit) -> String;
}

/// The report of the command at `index`, inside the scratch directory.
pub(crate) fn report_file(index: usize) -> String {
    format!("report-{index}.jsonl")
}

/// The name of our own test in this run.
pub(crate) fn canary(ask: &Ask<'_>) -> String {
    format!("redgreen canary {}", ask.nonce)
}

/// The file of a test's id.
pub(crate) fn file_of(id: &str) -> &str {
    id.split_once("::").map_or(id, |(file, _)| file)
}

/// The files that lie in the unit, as seen from its directory, each once.
pub(crate) fn inside<'p>(unit: &Unit, paths: impl Iterator<Item = &'p str>) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for path in paths.filter_map(|path| unit.inside(path)) {
        if !files.iter().any(|known| known == path) {
            files.push(path.to_owned());
        }
    }
    files
}

/// Numbers of system errors that speak of the machine: network, permission, disk, descriptors.
/// Linux first, the numbers of macOS behind.
pub(crate) const MACHINE: &[i64] = &[
    1, 13, 23, 24, 28, 30, 98, 99, 100, 101, 103, 104, 110, 111, 112, 113, 122, 48, 49, 50, 51, 53,
    54, 60, 61, 64, 65, 69,
];
