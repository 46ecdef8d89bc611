//! Makes small CMake projects and asks the adapter about them.

pub(crate) use crate::project::Run;
use crate::project::told::{files, tests};
use crate::project::{Answer, Disk, Question, Start};
use redgreen_core::evidence::{Order, Selection};
use redgreen_core::mutant::Mutant;
use redgreen_toolchain::cpp::Ctest;
use redgreen_toolchain::{
    Ask, Invocation, MutantAsk, MutantReport, Mutator, RawOutput, Runner, Tool, Unit,
};
use std::collections::{BTreeMap, BTreeSet};
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
            let execute = |invocation: &Invocation| execute(ask, invocation);
            Answer::of(&Ctest, ask, execute).into()
        })
    }

    /// What engine does for mutants: files, commands, until none is owed.
    pub(crate) fn mutated(
        &self,
        (mutants, texts): (&[Mutant], &BTreeMap<String, String>),
        new_tests: &BTreeSet<String>,
        budget_ms: u64,
    ) -> (MutantReport, Vec<Vec<Invocation>>) {
        let scratch = tempfile::tempdir().unwrap();
        let asked = MutantAsk {
            ask: Ask {
                unit: &self.unit(),
                tool: &Tool {
                    program: "cmake".to_owned(),
                    fingerprint: "cmake".to_owned(),
                },
                tests: &Selection::Whole,
                order: Order::AsWritten,
                tree: &self.disk.tree(),
                cache: &self.disk.cache(),
                scratch: scratch.path(),
                nonce: "n1",
                test_limit_ms: 20_000,
            },
            mutants,
            texts,
            new_tests,
            budget_ms,
            jobs: 2,
            memory: 4 << 30,
            killers: &BTreeMap::new(),
            unreached: &BTreeMap::new(),
        };
        let mutator = Ctest.mutator().expect("CTest tries mutants");
        let (outputs, answers) = self.driven(mutator, &asked);
        (mutator.read(&asked, &outputs), answers)
    }

    fn driven(
        &self,
        mutator: &dyn Mutator,
        asked: &MutantAsk<'_>,
    ) -> (Vec<RawOutput>, Vec<Vec<Invocation>>) {
        let (mut outputs, mut answers) = (Vec::new(), Vec::new());
        loop {
            for (path, text) in mutator.revised(asked, &outputs) {
                let there = std::fs::read_to_string(self.disk.tree().join(&path)).ok();
                if there.as_ref() != Some(&text) {
                    self.write(&path, &text);
                }
            }
            let next = mutator.next(asked, &outputs, 0);
            if next.is_empty() {
                return (outputs, answers);
            }
            assert!(answers.len() < 2000, "the session never ends");
            let left: Vec<RawOutput> = next.iter().map(|one| execute(&asked.ask, one)).collect();
            outputs.extend(left);
            answers.push(next);
        }
    }
}

fn execute(ask: &Ask<'_>, invocation: &Invocation) -> RawOutput {
    let start = Start {
        tree: ask.tree,
        scratch: ask.scratch,
        kept: &["HOME"],
        given: &[("LANG", "C.UTF-8"), ("LC_ALL", "C.UTF-8")],
        limit: Duration::from_secs(420),
        stop_at: None,
        install: INSTALL,
    };
    start.execute(invocation)
}
