//! Makes small projects and asks an adapter about them.

pub(crate) use crate::project::Snapshot;
pub(crate) use crate::project::told::{files, tests, trusted, words};
use crate::project::{Answer, Disk, Question, Start};
use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_core::outcome::Outcome;
use redgreen_toolchain::{Files as _, Runner, Tool, Unit};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// A program that these tests cannot do without.
pub(crate) fn need(program: &str, args: &[&str], install: &str) {
    let found = Command::new(program).args(args).output();
    let served = found.is_ok_and(|output| output.status.success());
    assert!(served, "these tests need {program}; install it: {install}");
}

/// A project in a temporary directory.
pub(crate) struct Project {
    runner: &'static dyn Runner,
    program: &'static str,
    disk: Disk,
    pub(crate) limit_ms: u64,
    pub(crate) whole_limit: Duration,
}

impl Project {
    pub(crate) fn new(
        (runner, program): (&'static dyn Runner, &'static str),
        files: &[(&str, &str)],
    ) -> Self {
        Self {
            runner,
            program,
            disk: Disk::new(files),
            limit_ms: 60_000,
            whole_limit: Duration::from_secs(120),
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

    /// The only unit of the project.
    pub(crate) fn unit(&self) -> Unit {
        self.disk.unit(&[self.runner])
    }

    pub(crate) fn run(&self, tests: &Selection, order: Order) -> Report {
        self.executed(tests, order).0
    }

    /// The report, and the commands that it took.
    pub(crate) fn executed(&self, tests: &Selection, order: Order) -> (Report, usize) {
        let question = Question {
            unit: &self.unit(),
            tool: Tool {
                program: self.program.to_owned(),
                fingerprint: self.program.to_owned(),
            },
            tests,
            order,
            limit_ms: self.limit_ms,
        };
        let home = self.root();
        let given = [
            ("HOME", home.to_string_lossy()),
            ("CI", "1".into()),
            ("LC_ALL", "C.UTF-8".into()),
        ];
        let given = given.each_ref().map(|(name, value)| (*name, &**value));
        let answer = self.disk.ask(&question, |ask| {
            let start = Start {
                tree: ask.tree,
                scratch: ask.scratch,
                kept: &[],
                given: &given,
                limit: self.whole_limit,
                stop_at: None,
                install: "these tests need it on the search path",
            };
            Answer::of(self.runner, ask, |invocation| start.execute(invocation))
        });
        (answer.report, answer.outputs.len())
    }

    pub(crate) fn whole(&self) -> Report {
        self.run(&Selection::Whole, Order::AsWritten)
    }

    pub(crate) fn tests(&self, ids: &[&str]) -> Report {
        self.run(&tests(ids), Order::AsWritten)
    }

    /// Every file of the tree.
    pub(crate) fn left(&self) -> Vec<String> {
        self.disk.files().paths().to_vec()
    }
}

/// What `id` did, in words: `Passed`, `Call: MissingName clamp in Calc at spec/a_spec.rb:4`.
#[track_caller]
pub(crate) fn told(report: &Report, id: &str) -> String {
    let seen = report.tests.get(id);
    let seen = seen.unwrap_or_else(|| panic!("{id} is in {report:#?}"));
    if let Outcome::Failed(failure) = &seen.outcome {
        return words(failure);
    }
    format!("{:?}", seen.outcome)
}

/// What kept the files from loading whose tests start with `hides`.
#[track_caller]
pub(crate) fn hidden(report: &Report, hides: &str) -> String {
    let mut all = report.diagnostics.iter();
    let found = all.find(|each| each.hides == hides);
    words(
        &found
            .unwrap_or_else(|| panic!("{hides} is hidden in {report:#?}"))
            .failure,
    )
}
