//! Makes small packages and asks a runner's adapter about them.

use crate::project::told::words;
pub(crate) use crate::project::told::{files, outcome, tests, trusted};
use crate::project::{Answer, Disk, Question, Snapshot, Start};
use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_core::outcome::Outcome;
use redgreen_toolchain::RawOutput;
use redgreen_toolchain::{Runner, Tool, Unit};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The installed runners.
fn installed() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut homes = ["scripts/test-js", "target/test-tools/js"]
        .map(|home| root.join(home))
        .into_iter();
    let found = homes.find(|home| home.join("node_modules/jest").is_dir());
    let found = found.expect(
        "these tests need node's runners; install them: npm --prefix scripts/test-js install",
    );
    let folder = found.join("node_modules");
    folder.canonicalize().expect("the folder exists")
}

/// A folder of links to the installed packages, as the proof's trees have one.
fn borrow(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the folder can be listed") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        if name.to_string_lossy().starts_with('@') {
            borrow(&path, &to.join(name));
        } else if !name.to_string_lossy().starts_with('.') || name == ".bin" {
            std::os::unix::fs::symlink(&path, to.join(name)).expect("a link");
        }
    }
}

/// A package in a temporary directory.
pub(crate) struct Project {
    disk: Disk,
    runner: &'static dyn Runner,
    pub(crate) limit_ms: u64,
    pub(crate) whole_limit: Duration,
    /// A run is stopped, as at its time limit, once this file of the tree is there.
    pub(crate) stop_at: Option<&'static str>,
}

impl Project {
    pub(crate) fn new(runner: &'static dyn Runner, files: &[(&str, &str)]) -> Self {
        let project = Self {
            disk: Disk::new(files),
            runner,
            limit_ms: 60_000,
            whole_limit: Duration::from_secs(240),
            stop_at: None,
        };
        borrow(&installed(), &project.tree().join("node_modules"));
        project
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

    pub(crate) fn whole(&self) -> Report {
        self.run(&Selection::Whole, Order::AsWritten)
    }

    pub(crate) fn tests(&self, ids: &[&str]) -> Report {
        self.run(&tests(ids), Order::AsWritten)
    }

    pub(crate) fn run(&self, tests: &Selection, order: Order) -> Report {
        self.run_with(tests, order, &|_| {}).0
    }

    /// Runs, and lets `tamper` change what a command left behind; with the number of commands.
    pub(crate) fn run_with(
        &self,
        tests: &Selection,
        order: Order,
        tamper: &dyn Fn(&mut RawOutput),
    ) -> (Report, usize) {
        let unit = self.unit();
        let probe = self.runner.probes(&unit, &Snapshot::default()).remove(0);
        let program = self.tree().join(probe.program);
        let question = Question {
            unit: &unit,
            tool: Tool {
                program: program.to_string_lossy().into_owned(),
                fingerprint: String::new(),
            },
            tests,
            order,
            limit_ms: self.limit_ms,
        };
        let home = self.root();
        let sign = self.stop_at.map(|name| self.tree().join(name));
        let answer = self.disk.ask(&question, |ask| {
            let start = Start {
                tree: ask.tree,
                scratch: ask.scratch,
                kept: &[],
                given: &[("HOME", &home.to_string_lossy()), ("CI", "1")],
                limit: self.whole_limit,
                stop_at: sign.as_deref(),
                install: "these tests need node on the search path",
            };
            Answer::of(self.runner, ask, |invocation| {
                let mut output = start.execute(invocation);
                tamper(&mut output);
                output
            })
        });
        (answer.report, answer.outputs.len())
    }
}

/// Stage, kind, missing name and place of a failure in one line.
pub(crate) fn told(outcome: &Outcome) -> String {
    let Outcome::Failed(failure) = outcome else {
        return format!("{outcome:?}");
    };
    words(failure)
}
