//! Makes small projects in directories of their own, and asks adapters about them.

mod ended;
mod ran;
mod snapshot;
mod start;
pub(crate) mod told;

pub(crate) use ran::Run;
pub(crate) use snapshot::Snapshot;
pub(crate) use start::Start;

use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_toolchain::{Ask, Invocation, Lister, RawOutput, Runner, Tool, Unit};
use std::cell::Cell;
use std::path::PathBuf;

/// Commands of one question; more are a question that never ends.
const MOST: usize = 200;

/// The files of a project, and a scratch directory for each question about it.
pub(crate) struct Disk {
    root: tempfile::TempDir,
    questions: Cell<u32>,
}

/// A question without the places where it is answered.
pub(crate) struct Question<'q> {
    pub(crate) unit: &'q Unit,
    pub(crate) tool: Tool,
    pub(crate) tests: &'q Selection,
    pub(crate) order: Order,
    /// The longest that one test may take.
    pub(crate) limit_ms: u64,
}

impl Disk {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let disk = Self {
            root: tempfile::tempdir().expect("a temporary directory"),
            questions: Cell::new(0),
        };
        std::fs::create_dir_all(disk.tree()).expect("the tree can be made");
        for (path, text) in files {
            disk.write(path, text);
        }
        disk
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.tree().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, text).expect("the file can be written");
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.root.path().canonicalize().expect("the root exists")
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.root().join("tree")
    }

    /// The directory that stays warm from question to question.
    pub(crate) fn cache(&self) -> PathBuf {
        self.root().join("cache")
    }

    pub(crate) fn files(&self) -> Snapshot {
        Snapshot::read(&self.tree())
    }

    /// The only unit that `runners` find.
    pub(crate) fn unit(&self, runners: &[&dyn Runner]) -> Unit {
        let files = self.files();
        let mut units: Vec<Unit> = runners.iter().flat_map(|it| it.detect(&files)).collect();
        assert_eq!(units.len(), 1, "one unit: {units:?}");
        units.remove(0)
    }

    /// What `act` makes of the question, in a scratch directory of its own.
    pub(crate) fn ask<T>(&self, question: &Question<'_>, act: impl FnOnce(&Ask<'_>) -> T) -> T {
        let number = self.questions.get() + 1;
        self.questions.set(number);
        let scratch = self.root().join(format!("scratch-{number}"));
        std::fs::create_dir_all(&scratch).expect("a scratch directory");
        let (tree, cache) = (self.tree(), self.cache());
        act(&Ask {
            unit: question.unit,
            tool: &question.tool,
            tests: question.tests,
            order: question.order,
            tree: &tree,
            cache: &cache,
            scratch: &scratch,
            nonce: &format!("0a1b{number}"),
            test_limit_ms: question.limit_ms,
        })
    }
}

/// What a question took.
pub(crate) struct Answer {
    pub(crate) report: Report,
    pub(crate) commands: Vec<Invocation>,
    pub(crate) outputs: Vec<RawOutput>,
}

impl Answer {
    /// The runner's own, by commands that `execute` runs.
    pub(crate) fn of(
        runner: &dyn Runner,
        ask: &Ask<'_>,
        execute: impl FnMut(&Invocation) -> RawOutput,
    ) -> Self {
        let (commands, outputs) = executed(|so_far| runner.next(ask, so_far), execute);
        Self {
            report: runner.read(ask, &outputs),
            commands,
            outputs,
        }
    }

    /// What the runner names without running it.
    pub(crate) fn listed(
        lister: &dyn Lister,
        ask: &Ask<'_>,
        execute: impl FnMut(&Invocation) -> RawOutput,
    ) -> Self {
        let (commands, outputs) = executed(|so_far| lister.next(ask, so_far), execute);
        Self {
            report: lister.read(ask, &outputs),
            commands,
            outputs,
        }
    }

    /// All that the commands printed.
    pub(crate) fn printed(&self) -> String {
        let shown = self.outputs.iter().zip(&self.commands);
        let shown = shown.map(|(output, command)| {
            let stdout = String::from_utf8_lossy(&output.stdout);
            let stderr = String::from_utf8_lossy(&output.stderr);
            format!("{:?}\n{:?}\n{stdout}{stderr}\n", command.argv, output.exit)
        });
        shown.collect()
    }
}

impl From<Answer> for Run {
    fn from(answer: Answer) -> Self {
        Self {
            report: answer.report,
            commands: answer.commands,
        }
    }
}

/// The commands that are owed one after another, and what they left behind.
fn executed(
    next: impl Fn(&[RawOutput]) -> Option<Invocation>,
    mut execute: impl FnMut(&Invocation) -> RawOutput,
) -> (Vec<Invocation>, Vec<RawOutput>) {
    let (mut commands, mut outputs) = (Vec::new(), Vec::new());
    while let Some(invocation) = next(&outputs) {
        assert!(outputs.len() < MOST, "the question never ends");
        outputs.push(execute(&invocation));
        commands.push(invocation);
    }
    (commands, outputs)
}
