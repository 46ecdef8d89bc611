//! Makes small JavaScript projects and asks an adapter about them.

pub(crate) use crate::project::Snapshot;
pub(crate) use crate::project::told::{files, kind_of, tests, trusted};
use crate::project::{Answer, Disk, Question, Start};
use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_core::outcome::Outcome;
use redgreen_toolchain::{Ask, Invocation, RawOutput, Runner, Tool, Unit};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What installs the runners that these tests need.
const INSTALL: &str = "these tests need the pinned JavaScript runners; install them:\n  \
    mkdir -p target/test-tools/js && cp scripts/test-js/package*.json target/test-tools/js/ && \
    npm --prefix target/test-tools/js install";

/// The node_modules folder with the pinned runners.
pub(crate) fn modules() -> PathBuf {
    let home =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-tools/js/node_modules");
    assert!(home.join(".bin/vitest").exists(), "{INSTALL}");
    home.canonicalize().expect("the folder exists")
}

/// A project in a temporary directory, served by one runner.
pub(crate) struct Project {
    disk: Disk,
    pub(crate) runner: &'static dyn Runner,
    program: PathBuf,
    pub(crate) texts: BTreeMap<String, String>,
    pub(crate) limit_ms: u64,
    pub(crate) whole_limit: Duration,
    /// What the commands of the last question printed.
    pub(crate) last: RefCell<String>,
}

impl Project {
    /// A project whose node_modules is a folder of links, as in a proof's tree.
    pub(crate) fn new(
        runner: &'static dyn Runner,
        program: impl Into<PathBuf>,
        files: &[(&str, &str)],
    ) -> Self {
        let mut project = Self {
            disk: Disk::new(&[]),
            runner,
            program: program.into(),
            texts: BTreeMap::new(),
            limit_ms: 60_000,
            whole_limit: Duration::from_secs(120),
            last: RefCell::default(),
        };
        let linked = project.tree().join("node_modules");
        std::fs::create_dir_all(&linked).expect("a directory");
        for entry in std::fs::read_dir(modules()).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = entry.file_name();
            if !name.to_string_lossy().starts_with(".v") {
                symlink(entry.path(), linked.join(name)).expect("a link");
            }
        }
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    pub(crate) fn write(&mut self, path: &str, text: &str) {
        self.disk.write(path, text);
        self.texts.insert(path.to_owned(), text.to_owned());
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.disk.root()
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.disk.tree()
    }

    /// The only unit of the project's runner.
    pub(crate) fn unit(&self) -> Unit {
        let mut units = self.runner.detect(&Snapshot::new(self.texts.clone()));
        assert_eq!(units.len(), 1, "one unit: {units:?}");
        units.remove(0)
    }

    pub(crate) fn tool(&self) -> Tool {
        Tool {
            program: self.program.to_string_lossy().into_owned(),
            fingerprint: "pinned".to_owned(),
        }
    }

    pub(crate) fn whole(&self) -> Report {
        self.run(&Selection::Whole, Order::AsWritten)
    }

    pub(crate) fn tests(&self, ids: &[&str]) -> Report {
        self.run(&tests(ids), Order::AsWritten)
    }

    pub(crate) fn run(&self, tests: &Selection, order: Order) -> Report {
        self.asked(tests, order, |ask| {
            Answer::of(self.runner, ask, |invocation| {
                self.execute(invocation, ask.scratch)
            })
        })
    }

    /// What the runner names of `tests` without running them.
    pub(crate) fn list(&self, tests: &Selection) -> Report {
        let lister = self.runner.lister().expect("a runner that can list");
        self.asked(tests, Order::AsWritten, |ask| {
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
    ) -> Report {
        let question = Question {
            unit: &self.unit(),
            tool: self.tool(),
            tests,
            order,
            limit_ms: self.limit_ms,
        };
        let before = listing(&self.tree());
        let answer = self.disk.ask(&question, answer);
        *self.last.borrow_mut() = answer.printed();
        assert_eq!(listing(&self.tree()), before, "nothing is left in the tree");
        answer.report
    }

    pub(crate) fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        let start = Start {
            tree: &self.tree(),
            scratch,
            kept: &[],
            given: &[("CI", "1"), ("NO_COLOR", "1")],
            limit: self.whole_limit,
            stop_at: None,
            install: "these tests need node on the search path",
        };
        start.execute(invocation)
    }
}

/// Every file of the tree outside of its dependency folder.
fn listing(tree: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut dirs = vec![tree.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(&dir).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.file_name().is_some_and(|name| name == "node_modules") {
                continue;
            }
            if path.is_dir() {
                dirs.push(path.clone());
            }
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every test of a report with its outcome in one word or two.
pub(crate) fn outcomes(report: &Report) -> Vec<(&str, String)> {
    let word = |outcome: &Outcome| match outcome {
        Outcome::Failed(failure) => format!("{:?} {}", failure.stage, kind_of(failure)),
        Outcome::Absent
        | Outcome::NotCollected
        | Outcome::Skipped(_)
        | Outcome::Passed
        | Outcome::NotReached
        | Outcome::TimedOut => format!("{outcome:?}"),
    };
    let tests = report.tests.iter();
    tests
        .map(|(name, seen)| (name.as_str(), word(&seen.outcome)))
        .collect()
}
