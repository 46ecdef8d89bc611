//! Holds the evidence of one proof and answers what it says of a test.

use crate::change::Change;
use crate::evidence::{Evidence, Observation, Purpose, Selection, TreeKind};
use crate::id::{TestId, UnitId};
use crate::mutant::Trials;
use crate::outcome::Outcome;
use crate::reason::{Reason, Worth, reason_of};
use std::collections::BTreeSet;

/// Everything that was observed so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    seen: Vec<Evidence>,
    mutants: Vec<Trials>,
}

/// What all samples of one test on one tree come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// No sample.
    Unasked,
    /// Every sample passed.
    Passed,
    /// No sample passed. Carries the first outcome and the reason that is worth least.
    Red(Outcome, Option<Reason>),
    /// Some passed and some did not: how many passed, of how many. There is no majority vote.
    Mixed(usize, usize),
}

impl Facts {
    /// Adds one observation's answer.
    pub fn add(&mut self, evidence: Evidence) {
        self.seen.push(evidence);
    }

    /// Adds what came of the mutants of one unit.
    pub fn add_trials(&mut self, trials: Trials) {
        self.mutants.push(trials);
    }

    /// What came of the mutants of `unit`, where it was asked.
    pub fn trials(&self, unit: &UnitId) -> Option<&Trials> {
        let mut all = self.mutants.iter();
        all.find(|trials| trials.question.unit == *unit)
    }

    /// What came of the mutants of every unit that was asked.
    pub fn all_trials(&self) -> &[Trials] {
        &self.mutants
    }

    /// All of it, in the order in which it was seen.
    pub fn all(&self) -> &[Evidence] {
        &self.seen
    }

    /// All of it, in the order in which it was seen, to keep.
    pub fn into_all(self) -> (Vec<Evidence>, Vec<Trials>) {
        (self.seen, self.mutants)
    }

    /// The answer to exactly this question.
    pub fn answer(&self, observation: &Observation) -> Option<&Evidence> {
        self.seen
            .iter()
            .find(|evidence| evidence.observation == *observation)
    }

    /// Every run on `tree` of `unit`'s runner. A listing is no run.
    pub fn on<'f>(
        &'f self,
        unit: &'f UnitId,
        tree: TreeKind,
    ) -> impl Iterator<Item = &'f Evidence> + 'f {
        self.seen.iter().filter(move |evidence| {
            let asked = &evidence.observation;
            asked.tree == tree && asked.unit == *unit && asked.purpose == Purpose::Run
        })
    }

    /// What `unit`'s runner named on `tree` where it was to run nothing.
    pub fn listing(&self, unit: &UnitId, tree: TreeKind) -> Option<&Evidence> {
        self.seen.iter().find(|evidence| {
            let asked = &evidence.observation;
            asked.tree == tree && asked.unit == *unit && asked.purpose == Purpose::List
        })
    }

    /// The run of `unit`'s whole suite on `tree`; of what the change can reach of it, where no more
    /// of the old promises was run.
    pub fn suite(&self, change: &Change, unit: &UnitId, tree: TreeKind) -> Option<&Evidence> {
        let asked = |tree, tests: &Selection| {
            self.seen.iter().find(|evidence| {
                let asked = &evidence.observation;
                asked.tree == tree
                    && asked.unit == *unit
                    && asked.tests == *tests
                    && asked.purpose == Purpose::Run
            })
        };
        let old = asked(TreeKind::T, &Selection::Whole).or_else(|| {
            let part = change.affected.get(unit)?;
            asked(TreeKind::T, &Selection::Files(part.files.clone()))
        });
        let scope = old.map_or(&Selection::Whole, |old| &old.observation.tests);
        asked(tree, scope)
    }

    /// Every run on `tree` of `unit`'s runner in a changed world that could be made.
    pub(super) fn elsewhere<'f>(
        &'f self,
        unit: &'f UnitId,
        tree: TreeKind,
    ) -> impl Iterator<Item = &'f Evidence> + 'f {
        self.seen.iter().filter(move |evidence| {
            let asked = &evidence.observation;
            asked.tree == tree
                && asked.unit == *unit
                && asked.purpose == Purpose::Elsewhere
                && evidence.report.trouble.is_none()
        })
    }

    /// Every sample of `test` on `tree`; `path` is the file that holds the test, where known. Those
    /// of a changed world are among them, unless that world is what they tell of.
    pub fn samples(&self, tree: TreeKind, test: &TestId, path: Option<&str>) -> Vec<Outcome> {
        let mut samples = self.here(tree, test, path);
        if !self.is_bound(tree, test, path) {
            samples.extend(self.there(tree, test));
        }
        samples
    }

    /// Every sample of `test` on `tree` in a changed world.
    pub(super) fn there(&self, tree: TreeKind, test: &TestId) -> Vec<Outcome> {
        let all = self.elsewhere(&test.unit, tree);
        all.filter(|evidence| match &evidence.observation.tests {
            Selection::Tests(names) => names.contains(&test.name),
            Selection::Whole | Selection::Files(_) => true,
        })
        .map(|evidence| evidence.outcome(test))
        .collect()
    }

    /// Whether `test` passes on `tree` as long as the world is as it was, and never in another one.
    pub(super) fn is_bound(&self, tree: TreeKind, test: &TestId, path: Option<&str>) -> bool {
        let there = self.there(tree, test);
        there.len() > 1
            && !there.iter().any(Outcome::passed)
            && self.here(tree, test, path).iter().all(Outcome::passed)
    }

    /// Every sample of `test` on `tree` in the world as it was.
    pub(super) fn here(&self, tree: TreeKind, test: &TestId, path: Option<&str>) -> Vec<Outcome> {
        let asked = |evidence: &Evidence| match &evidence.observation.tests {
            Selection::Whole => true,
            Selection::Files(files) => {
                path.is_some_and(|path| files.iter().any(|file| file == path))
            }
            Selection::Tests(names) => names.contains(&test.name),
        };
        self.on(&test.unit, tree)
            .map(|evidence| (evidence.outcome(test), evidence))
            .filter(|(outcome, evidence)| *outcome != Outcome::Absent || asked(evidence))
            .map(|(outcome, _)| outcome)
            .collect()
    }

    /// What all samples of `test` on `tree` come to.
    pub fn settled(
        &self,
        change: &Change,
        tree: TreeKind,
        test: &TestId,
        path: Option<&str>,
    ) -> Settled {
        let mut samples = self.samples(tree, test, path);
        // A run that ended before the test's turn says nothing of the test.
        if samples
            .iter()
            .any(|outcome| *outcome != Outcome::NotReached)
        {
            samples.retain(|outcome| *outcome != Outcome::NotReached);
        }
        let passed = samples.iter().filter(|outcome| outcome.passed()).count();
        match samples.first() {
            None => Settled::Unasked,
            Some(_) if passed == samples.len() => Settled::Passed,
            Some(_) if passed > 0 => Settled::Mixed(passed, samples.len()),
            Some(first) => {
                let reasons = samples.iter().map(|outcome| reason_of(outcome, change));
                let least = reasons.min_by_key(|reason| rank(*reason)).flatten();
                Settled::Red(first.clone(), least)
            }
        }
    }

    /// Every test that any run of `unit` on `tree` named.
    pub fn names<'f>(&'f self, unit: &'f UnitId, tree: TreeKind) -> BTreeSet<&'f str> {
        self.on(unit, tree)
            .flat_map(|evidence| evidence.report.tests.keys().map(String::as_str))
            .collect()
    }
}

/// Orders reasons by what they are worth, least first.
fn rank(reason: Option<Reason>) -> u8 {
    match reason.map(Reason::worth) {
        None | Some(Worth::Unclear) => 0,
        Some(Worth::Wrong) => 1,
        Some(Worth::Provisional) => 2,
        Some(Worth::Right) => 3,
    }
}
