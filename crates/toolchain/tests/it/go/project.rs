//! Makes small Go modules and asks the adapter about them.

pub(crate) use crate::project::Run;
use crate::project::told::{files, tests};
use crate::project::{Answer, Disk, Question, Snapshot, Start};
use redgreen_core::evidence::{Order, Selection};
use redgreen_toolchain::go::GoTest;
use redgreen_toolchain::{Invocation, RawOutput, Runner, Tool, Unit};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const INSTALL: &str = "Install Go: apt-get install golang-go";

/// A project on disk.
pub(crate) struct Project {
    disk: Disk,
    /// The longest that one test may take.
    test_limit_ms: u64,
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self {
            disk: Disk::new(files),
            test_limit_ms: 60_000,
        }
    }

    /// A module `example.com/shop` with these files beside its go.mod.
    pub(crate) fn module(files: &[(&str, &str)]) -> Self {
        let mut all = vec![("go.mod", "module example.com/shop\n\ngo 1.21\n")];
        all.extend(files);
        Self::new(&all)
    }

    /// The same with another limit for one test.
    pub(crate) fn with_test_limit(mut self, ms: u64) -> Self {
        self.test_limit_ms = ms;
        self
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.disk.tree()
    }

    /// Where builds stay warm.
    pub(crate) fn cache(&self) -> PathBuf {
        self.disk.cache()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        self.disk.write(path, text);
    }

    /// The text of the file at `path`.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.tree().join(path)).ok()
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.disk.files()
    }

    pub(crate) fn unit(&self, dir: &str) -> Unit {
        let mut units = GoTest.detect(&self.snapshot()).into_iter();
        let found = units.find(|unit| unit.dir == dir);
        found.unwrap_or_else(|| panic!("no unit in {dir:?}"))
    }

    pub(crate) fn whole(&self) -> Run {
        self.run(&Selection::Whole, Order::AsWritten)
    }

    pub(crate) fn files(&self, paths: &[&str]) -> Run {
        self.run(&files(paths), Order::AsWritten)
    }

    pub(crate) fn tests(&self, names: &[&str], order: Order) -> Run {
        self.run(&tests(names), order)
    }

    pub(crate) fn run(&self, tests: &Selection, order: Order) -> Run {
        self.run_in("", tests, order)
    }

    /// A run of the unit in `dir`.
    pub(crate) fn run_in(&self, dir: &str, tests: &Selection, order: Order) -> Run {
        let question = Question {
            unit: &self.unit(dir),
            tool: Tool {
                program: "go".to_owned(),
                fingerprint: fingerprint(),
            },
            tests,
            order,
            limit_ms: self.test_limit_ms,
        };
        self.disk.ask(&question, |ask| {
            let execute = |invocation: &Invocation| self.execute(invocation, ask.scratch);
            Answer::of(&GoTest, ask, execute).into()
        })
    }

    pub(crate) fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        let start = Start {
            tree: &self.tree(),
            scratch,
            kept: &["HOME", "GOROOT", "GOPATH", "GOMODCACHE", "GOCACHE"],
            given: &[("GOPROXY", "off"), ("TMPDIR", &scratch.to_string_lossy())],
            // The compiler may have to build the standard library first.
            limit: Duration::from_secs(420),
            stop_at: None,
            install: INSTALL,
        };
        start.execute(invocation)
    }
}

/// What `go version` says.
pub(crate) fn fingerprint() -> String {
    let output = Command::new("go").arg("version").output();
    let output = output.unwrap_or_else(|error| panic!("go: {error}. {INSTALL}"));
    String::from_utf8(output.stdout).unwrap()
}
