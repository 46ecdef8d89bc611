//! Makes small packages and asks the adapter about them.

pub(crate) use crate::project::Run;
use crate::project::told::{files, tests};
use crate::project::{Answer, Disk, Question, Snapshot, Start};
use redgreen_core::evidence::{Order, Selection};
use redgreen_toolchain::rust::{Cargo, Nextest};
use redgreen_toolchain::{Ask, Invocation, RawOutput, Role, Tool, Unit, runner};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A project on disk.
pub(crate) struct Project {
    disk: Disk,
    /// The longest that a process with tests may take.
    limit: Duration,
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self {
            disk: Disk::new(files),
            limit: Duration::from_secs(120),
        }
    }

    /// A package called `shop` with these files beside its manifest.
    pub(crate) fn package(files: &[(&str, &str)]) -> Self {
        let manifest = "[package]\nname = \"shop\"\nversion = \"1.2.3\"\nedition = \"2021\"\n";
        let mut all = vec![("Cargo.toml", manifest)];
        all.extend(files);
        Self::new(&all)
    }

    pub(crate) fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The directory that stays warm from run to run.
    pub(crate) fn cache(&self) -> PathBuf {
        self.disk.cache()
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.disk.tree()
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

    pub(crate) fn unit(&self) -> Unit {
        self.disk.unit(&[&Cargo, &Nextest])
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
        let runner = runner(&self.unit().runner).unwrap();
        self.asked(tests, order, |ask| {
            Answer::of(runner, ask, |invocation| {
                self.execute(invocation, ask.scratch)
            })
        })
    }

    /// What its harness names of the files' tests.
    pub(crate) fn list(&self, paths: &[&str]) -> Run {
        let lister = runner(&self.unit().runner).unwrap().lister().unwrap();
        self.asked(&files(paths), Order::AsWritten, |ask| {
            Answer::listed(lister, ask, |invocation| {
                self.execute(invocation, ask.scratch)
            })
        })
    }

    fn asked(
        &self,
        tests: &Selection,
        order: Order,
        answer: impl FnOnce(&Ask<'_>) -> Answer,
    ) -> Run {
        let unit = self.unit();
        let question = Question {
            tool: Tool {
                program: "cargo".to_owned(),
                fingerprint: format!("cargo-{}", unit.runner),
            },
            unit: &unit,
            tests,
            order,
            limit_ms: 1000,
        };
        self.disk.ask(&question, answer).into()
    }

    pub(crate) fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        let start = Start {
            tree: &self.tree(),
            scratch,
            kept: &["HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"],
            given: &[("CARGO_NET_OFFLINE", "true")],
            limit: match invocation.role {
                Role::Build => Duration::from_secs(300),
                Role::Run | Role::Session => self.limit,
            },
            stop_at: None,
            install: "Install Rust: https://rustup.rs",
        };
        start.execute(invocation)
    }
}
