//! Makes small Python projects and asks the adapters about them.

pub(crate) use crate::project::Snapshot;
pub(crate) use crate::project::told::{failure, files, kind_of, outcome, tests, trusted};
use crate::project::{Answer, Disk, Question, Start};
use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_toolchain::python::{Pytest, Unittest};
use redgreen_toolchain::{Ask, Invocation, RawOutput, Runner, Tool, Unit, runner};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

/// The interpreter on the search path; it must have pytest.
pub(crate) fn python() -> &'static str {
    static PYTHON: OnceLock<String> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let output = Command::new("python3")
            .args(["-c", "import sys, pytest; print(sys.executable)"])
            .output()
            .expect("these tests need python3; install it, then: python3 -m pip install pytest");
        assert!(
            output.status.success(),
            "these tests need pytest; install it: python3 -m pip install pytest"
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    })
}

/// A project in a temporary directory.
pub(crate) struct Project {
    disk: Disk,
    pub(crate) limit_ms: u64,
    pub(crate) whole_limit: Duration,
    pub(crate) program: String,
    pub(crate) extra_env: Vec<(String, String)>,
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self {
            disk: Disk::new(files),
            limit_ms: 60_000,
            whole_limit: Duration::from_secs(120),
            program: python().to_owned(),
            extra_env: Vec::new(),
        }
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        self.disk.write(path, text);
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.disk.root()
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.disk.tree()
    }

    /// Every unit of the project, outermost first.
    pub(crate) fn units(&self) -> Vec<Unit> {
        let files = self.disk.files();
        let mut units = Pytest.detect(&files);
        units.extend(Unittest.detect(&files));
        units
    }

    /// The only unit of the project.
    pub(crate) fn unit(&self) -> Unit {
        self.disk.unit(&[&Pytest, &Unittest])
    }

    pub(crate) fn run(&self, tests: &Selection, order: Order) -> Report {
        self.run_unit(&self.unit(), tests, order)
    }

    pub(crate) fn whole(&self) -> Report {
        self.run(&Selection::Whole, Order::AsWritten)
    }

    pub(crate) fn tests(&self, ids: &[&str]) -> Report {
        self.run(&tests(ids), Order::AsWritten)
    }

    pub(crate) fn run_unit(&self, unit: &Unit, tests: &Selection, order: Order) -> Report {
        let runner = runner(&unit.runner).expect("a known runner");
        let answer = self.asked(unit, tests, order, |ask| {
            Answer::of(runner, ask, |invocation| {
                self.execute(invocation, ask.scratch)
            })
        });
        answer.report
    }

    /// What `act` makes of a question in a scratch directory of its own.
    pub(crate) fn asked<T>(
        &self,
        unit: &Unit,
        tests: &Selection,
        order: Order,
        act: impl FnOnce(&Ask<'_>) -> T,
    ) -> T {
        let question = Question {
            unit,
            tool: Tool {
                program: self.program.clone(),
                fingerprint: "python".to_owned(),
            },
            tests,
            order,
            limit_ms: self.limit_ms,
        };
        self.disk.ask(&question, act)
    }

    /// Executes what the adapter asks for.
    pub(crate) fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        let extra = self.extra_env.iter();
        let mut given = vec![("CI", "1")];
        given.extend(extra.map(|(name, value)| (name.as_str(), value.as_str())));
        let start = Start {
            tree: &self.tree(),
            scratch,
            kept: &[],
            given: &given,
            limit: self.whole_limit,
            stop_at: None,
            install: "install python3, then: python3 -m pip install pytest",
        };
        start.execute(invocation)
    }
}
