//! Remembers what came of a mutant: by the function that it breaks, the tests that run over it,
//! and what they are run with.

use crate::git::{Git, GitError};
use crate::survey::TreeFiles;
use redgreen_core::id::{Digest, TestId, TreeId, UnitId};
use redgreen_core::mutant::{Fate, Trial};
use redgreen_core::surface::Surface;
use redgreen_toolchain::mutate::LINE_HAS_SURVIVOR;
use redgreen_toolchain::{Files as _, Unit, language, surfaces};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A trial, and what it rests on beside the mutant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The trial.
    pub trial: Trial,
    /// Bodies of the tests that ran over the mutant.
    bodies: BTreeMap<String, Digest>,
    /// All tests of the unit.
    suite: Digest,
    /// Those that ran over the mutant and were new.
    new: BTreeSet<String>,
}

/// The tests of a unit on one tree, by source text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suite {
    unit: UnitId,
    bodies: BTreeMap<String, Digest>,
    /// Everything beside tests and code that a run depends on: lock files, runner configuration,
    /// fixtures.
    pub around: Digest,
}

/// The suite of `unit` on `tree`.
///
/// # Errors
/// Where git cannot read the tree.
pub fn suite_of(git: &Git, tree: &TreeId, unit: &Unit) -> Result<Suite, GitError> {
    let files = TreeFiles::open(git, tree)?;
    let mut suite = Suite {
        unit: unit.id.clone(),
        ..Suite::default()
    };
    let inside = files
        .paths()
        .iter()
        .filter(|path| unit.inside(path).is_some());
    let counts = |path: &&String| {
        let side = surfaces::of_path(path);
        let is_around = matches!(
            side,
            Surface::RunnerConfig | Surface::Manifest | Surface::Fixture
        );
        is_around || language(path).is_some()
    };
    let read: Vec<String> = inside.filter(counts).cloned().collect();
    files.fetch(&read)?;
    let mut around = String::new();
    for path in &read {
        let text = files.text(path).unwrap_or_default();
        match (language(path), surfaces::of_path(path)) {
            (_, Surface::RunnerConfig | Surface::Manifest | Surface::Fixture) | (None, _) => {
                around.push_str(&format!("{path} {}\n", Digest::of(text.as_bytes())));
            }
            (Some(language), Surface::Test | Surface::Production | Surface::Docs) => {
                for test in language.tests(unit, path, &text) {
                    suite.bodies.insert(test.id.name, test.body);
                }
            }
        }
    }
    suite.around = Digest::of(around.as_bytes());
    files.trouble().map_or(Ok(suite), Err)
}

impl Suite {
    fn digest(&self) -> Digest {
        Digest::of(format!("{:?}", self.bodies).as_bytes())
    }

    /// Those of `over` that are new, or cases of new ones.
    fn new_of(&self, over: &[String], new_tests: &BTreeSet<String>) -> BTreeSet<String> {
        let id = |name: &str| TestId::new(&self.unit, name);
        let is_new = |name: &&String| new_tests.iter().any(|new| id(name).is_case_of(&id(new)));
        over.iter().filter(is_new).cloned().collect()
    }

    /// The body of the test that `name` is, or is a case of.
    fn body(&self, name: &str) -> Option<&Digest> {
        let id = TestId::new(&self.unit, name);
        let is_it = |item: &str| id.is_case_of(&TestId::new(&self.unit, item));
        let exact = self.bodies.get(name);
        let mut all = self.bodies.iter().filter(|(item, _)| is_it(item));
        exact.or_else(|| all.next_back().map(|(_, body)| body))
    }
}

impl Known {
    /// What is to be remembered of `trial`; nothing of one that was not decided.
    pub fn of(trial: &Trial, suite: &Suite, new_tests: &BTreeSet<String>) -> Option<Self> {
        let is_decided = |fate: &Fate| match fate {
            Fate::Killed { .. }
            | Fate::Survived
            | Fate::NotReached
            | Fate::Unviable(_)
            | Fate::TimedOut { .. }
            | Fate::OutOfMemory { .. }
            | Fate::Equivalent(_) => true,
            Fate::Skipped(why) => why == LINE_HAS_SURVIVOR,
            Fate::HarnessError(_) => false,
        };
        if !is_decided(&trial.by_new) || !is_decided(&trial.by_any) {
            return None;
        }
        let bodies = trial.over.iter().map(|name| {
            let body = suite.body(name).cloned().unwrap_or_default();
            (name.clone(), body)
        });
        Some(Self {
            trial: trial.clone(),
            bodies: bodies.collect(),
            suite: suite.digest(),
            new: suite.new_of(&trial.over, new_tests),
        })
    }

    /// Whether the trial still says what a run would: the tests that ran over the mutant are as
    /// they were, and where nobody noticed it, all others too.
    pub fn holds(&self, suite: &Suite, new_tests: &BTreeSet<String>) -> bool {
        let same = |(name, body): (&String, &Digest)| {
            suite.body(name).unwrap_or(&Digest::default()) == body
        };
        let is_settled = matches!(self.trial.by_any, Fate::Unviable(_) | Fate::Equivalent(_));
        let is_noticed = self.trial.by_new.is_noticed() && self.trial.by_any.is_noticed();
        self.new == suite.new_of(&self.trial.over, new_tests)
            && self.bodies.iter().all(same)
            && (is_settled || is_noticed || self.suite == suite.digest())
    }
}
