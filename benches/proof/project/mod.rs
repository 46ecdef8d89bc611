//! Makes the repositories that are proven: a base, and topic branches that each change one
//! function and add tests to a file that is there.

mod python;
mod rust;

use crate::once;
use redgreen_testkit::Repo;
use std::path::PathBuf;
use std::process::Command;

/// Writes the base; writes the change of the topic with that number.
type Writers = (fn(&Repo), fn(&Repo, usize));

/// A generated project.
pub(crate) struct Project {
    pub(crate) name: &'static str,
    pub(crate) repo: Repo,
    pub(crate) topics: Vec<String>,
    suite: Vec<&'static str>,
}

impl Project {
    /// A project with `topics` branches, and one more to warm up with.
    fn new(
        name: &'static str,
        suite: &[&'static str],
        topics: usize,
        (base, change): Writers,
    ) -> Self {
        let repo = Repo::new();
        base(&repo);
        repo.commit("base");
        let branch = |number: usize| {
            let name = format!("topic-{number}");
            repo.checkout("main");
            repo.branch(&name);
            change(&repo, number);
            repo.commit("change");
            name
        };
        let topics: Vec<String> = (0..=topics).map(branch).collect();
        let suite = suite.to_vec();
        Self {
            name,
            repo,
            topics,
            suite,
        }
    }

    /// Where the proofs of this project are made.
    pub(crate) fn cache(&self) -> PathBuf {
        self.repo.outside().join("cache")
    }

    /// One plain run of the whole suite, as a person types it.
    pub(crate) fn plain(&self) -> Command {
        let own = self.repo.path().join(self.suite[0]);
        let mut command = Command::new(if own.exists() {
            own
        } else {
            self.suite[0].into()
        });
        command.args(&self.suite[1..]).current_dir(self.repo.path());
        command
    }

    /// Makes caches and builds warm: a proof of the first branch, and plain runs.
    pub(crate) fn warm_up(&self) {
        self.repo.checkout(&self.topics[0]);
        crate::measure::wall(&mut self.plain());
        let program = Command::new(once::own_program());
        once::started(program, self.repo.path(), &self.cache());
    }
}
