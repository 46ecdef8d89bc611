//! Makes small CMake projects and asks the adapter about them.

pub(crate) use crate::project::Run;
use crate::project::told::{files, tests};
use crate::project::{Answer, Disk, Question, Start};
use redgreen_core::evidence::{Order, Selection};
use redgreen_toolchain::cpp::Ctest;
use redgreen_toolchain::{Tool, Unit};
use std::time::Duration;

/// The line to type where a tool is missing.
pub(crate) const INSTALL: &str = "Install: sudo apt-get install cmake ninja-build g++ \
     libgtest-dev catch2 doctest-dev";

/// A project on disk.
pub(crate) struct Project {
    disk: Disk,
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self {
            disk: Disk::new(files),
        }
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        self.disk.write(path, text);
    }

    pub(crate) fn unit(&self) -> Unit {
        self.disk.unit(&[&Ctest])
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
        let question = Question {
            unit: &self.unit(),
            tool: Tool {
                program: "cmake".to_owned(),
                fingerprint: "cmake".to_owned(),
            },
            tests,
            order,
            limit_ms: 1000,
        };
        self.disk.ask(&question, |ask| {
            let start = Start {
                tree: ask.tree,
                scratch: ask.scratch,
                kept: &["HOME"],
                given: &[("LANG", "C.UTF-8"), ("LC_ALL", "C.UTF-8")],
                limit: Duration::from_secs(420),
                stop_at: None,
                install: INSTALL,
            };
            Answer::of(&Ctest, ask, |invocation| start.execute(invocation)).into()
        })
    }
}
