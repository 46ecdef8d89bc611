//! Chooses the next observation: cheapest counter-example first, nothing asked twice.

use super::facts::{Facts, Settled};
use super::judge::is_stub_red;
use super::{Policy, Scope, promises, world};
use crate::change::{Change, ChangedFunction, Status, TestChange};
use crate::evidence::{Diagnostic, Evidence, Observation, Order, Purpose, Selection, TreeKind};
use crate::id::{TestId, UnitId};
use crate::outcome::Outcome;
use crate::reason::{Reason, Worth, reason_of};
use std::collections::BTreeSet;

/// Above this many tests, a process for each of them costs more than it tells.
const ALONE_AT_MOST: usize = 24;

/// The next question of the whole proof; nothing where the verdict is due.
pub(super) fn observation(change: &Change, facts: &Facts, policy: &Policy) -> Option<Observation> {
    change.units.iter().find_map(|unit| {
        Asking {
            change,
            facts,
            policy,
            unit,
        }
        .next()
    })
}

/// The next question of the RED gate.
pub(super) fn red_observation(
    change: &Change,
    facts: &Facts,
    policy: &Policy,
) -> Option<Observation> {
    change.units.iter().find_map(|unit| {
        let asking = Asking {
            change,
            facts,
            policy,
            unit,
        };
        asking.red_only()
    })
}

/// The proof of one unit.
pub(super) struct Asking<'p> {
    pub(super) change: &'p Change,
    pub(super) facts: &'p Facts,
    pub(super) policy: &'p Policy,
    pub(super) unit: &'p UnitId,
}

impl Asking<'_> {
    fn next(&self) -> Option<Observation> {
        if self.is_stuck(TreeKind::H) || self.is_stuck(TreeKind::T) {
            return None;
        }
        self.targets_on_head()
            .or_else(|| self.reds_on_base())
            .or_else(|| self.reds_on_stubs())
            .or_else(|| self.old_promises())
            .or_else(|| self.whole_head())
            .or_else(|| self.reds_of_shared_tests())
            .or_else(|| self.listing_of_base())
            .or_else(|| self.whole_base())
            .or_else(|| self.tests_in_doubt())
    }

    /// H first: it names every case of the changed tests, and a test that fails there ends the
    /// proof cheaply.
    fn targets_on_head(&self) -> Option<Observation> {
        if self.is_unsplit() {
            let whole = |tree| self.ask(tree, Selection::Whole, Order::AsWritten, 0);
            let unasked = |ask: &Observation| self.facts.answer(ask).is_none();
            let both = [TreeKind::H, TreeKind::T].map(whole);
            if let Some(ask) = both.into_iter().find(unasked) {
                return Some(ask);
            }
        } else {
            let files = self.change.target_files(self.unit);
            if files.is_empty() {
                return None;
            }
            let first = self.ask(TreeKind::H, Selection::Files(files), Order::AsWritten, 0);
            if self.facts.answer(&first).is_none() {
                return Some(first);
            }
        }
        let running = self.targets().into_iter().filter(|test| {
            let samples = self.facts.here(TreeKind::H, test, self.path_of(test));
            let idle = |outcome: &Outcome| matches!(outcome, Outcome::Skipped(_) | Outcome::Absent);
            !samples.iter().any(idle) && !self.is_hidden(TreeKind::H, test)
        });
        let running: Vec<TestId> = running.collect();
        self.repeats_in(TreeKind::H, &running, world::of_sample)
            .or_else(|| self.bound_to_this_world(&running))
    }

    /// R: the same files on base's production code, then again the tests whose red is right.
    fn reds_on_base(&self) -> Option<Observation> {
        if self.change.trees.get(&TreeKind::R) == self.change.trees.get(&TreeKind::H) {
            return None;
        }
        self.base_question().or_else(|| {
            let right = self.targets().into_iter().filter(|test| {
                let red = self.first_red(test);
                self.holds_on_head(test) && red.map(Reason::worth) == Some(Worth::Right)
            });
            self.repeats(TreeKind::R, right.collect())
        })
    }

    fn base_question(&self) -> Option<Observation> {
        let (tests, any) = if self.is_unsplit() {
            let targets = self.targets();
            (names(&targets), !targets.is_empty())
        } else {
            let files = self.change.target_files(self.unit);
            let any = !files.is_empty();
            (Selection::Files(files), any)
        };
        let first = self.ask(TreeKind::R, tests, Order::AsWritten, 0);
        (any && self.facts.answer(&first).is_none()).then_some(first)
    }

    /// S: the tests that pass on head and whose red on base proves nothing by itself.
    fn reds_on_stubs(&self) -> Option<Observation> {
        if !self.change.trees.contains_key(&TreeKind::S) || self.is_stuck(TreeKind::S) {
            return None;
        }
        let owing: Vec<TestId> = self
            .targets()
            .into_iter()
            .filter(|test| self.needs_stub(test))
            .collect();
        let asked = if self.is_one_function() {
            owing.clone()
        } else {
            self.reds_to_place(&owing)
        };
        if asked.is_empty() {
            return None;
        }
        let first = self.ask(TreeKind::S, names(&asked), Order::AsWritten, 0);
        if self.facts.answer(&first).is_none() {
            return Some(first);
        }
        let red = owing.into_iter().filter(|test| {
            let samples = self.facts.samples(TreeKind::S, test, self.path_of(test));
            samples.iter().any(is_stub_red)
        });
        self.repeats(TreeKind::S, red.collect())
    }

    /// Whether the change has one function at most, so that every red is a red of it.
    fn is_one_function(&self) -> bool {
        let alive = |function: &&ChangedFunction| function.status != Status::Deleted;
        self.change.functions.iter().filter(alive).count() < 2
    }

    /// The tests whose red proves something, and `owing`: one run of them on tree S tells which of
    /// several changed functions each of them runs into first.
    fn reds_to_place(&self, owing: &[TestId]) -> Vec<TestId> {
        let right = |test: &TestId| {
            let worth = self.first_red(test).map(Reason::worth);
            self.holds_on_head(test) && worth == Some(Worth::Right)
        };
        self.targets()
            .into_iter()
            .filter(|test| owing.contains(test) || right(test))
            .collect()
    }

    /// T: base's suite on head's code, once: what the change can reach first, then all of it where
    /// that is wanted and fits the time.
    fn old_promises(&self) -> Option<Observation> {
        if let Some(part) = self.reachable_part() {
            let part = self.ask(TreeKind::T, part, Order::AsWritten, 0);
            match self.facts.answer(&part) {
                None => return Some(part),
                Some(answer) if !self.fits(answer.ms) => return None,
                Some(_) => {}
            }
        }
        let whole = self.ask(TreeKind::T, Selection::Whole, Order::AsWritten, 0);
        self.facts.answer(&whole).is_none().then_some(whole)
    }

    /// What the change can reach, where that is less than all and may be told apart.
    fn reachable_part(&self) -> Option<Selection> {
        let affected = self.change.affected.get(self.unit)?;
        let narrows = match self.policy.scope.unwrap_or_default() {
            Scope::Whole => false,
            Scope::Auto => !affected.files.is_empty(),
            Scope::Affected => true,
        };
        (narrows && !self.policy.full).then(|| Selection::Files(affected.files.clone()))
    }

    /// Whether the whole suite is to be run after its reachable part took `ms`.
    fn fits(&self, ms: u64) -> bool {
        let Some(affected) = self.change.affected.get(self.unit) else {
            return true;
        };
        let part = affected.files.len().max(1) as u64;
        let expected = ms.saturating_mul(affected.of as u64) / part;
        self.policy.scope.unwrap_or_default() == Scope::Auto && expected <= self.policy.whole_ms
    }

    /// What stands for the whole suite on other trees than T: as much as was run there.
    fn suite(&self) -> Selection {
        let old = self.facts.suite(self.change, self.unit, TreeKind::T);
        old.map_or(Selection::Whole, |old| old.observation.tests.clone())
    }

    /// H whole, where T cannot stand for it.
    fn whole_head(&self) -> Option<Observation> {
        let same = self.change.trees.get(&TreeKind::T) == self.change.trees.get(&TreeKind::H);
        let hidden = self
            .facts
            .suite(self.change, self.unit, TreeKind::T)
            .is_some_and(|evidence| !evidence.report.diagnostics.is_empty());
        let owed = self.policy.full || !self.change.shared_tests.is_empty() || hidden;
        let whole = self.ask(TreeKind::H, self.suite(), Order::AsWritten, 0);
        (owed && !same && self.facts.answer(&whole).is_none()).then_some(whole)
    }

    /// R as far as the old tests go, where only what tests read or share changed and nothing is red
    /// so far: an old test that reads a changed fixture can prove the change.
    fn reds_of_shared_tests(&self) -> Option<Observation> {
        let right = |test: &TestId| {
            self.first_red(test).map(Reason::worth) == Some(Worth::Right)
                && self.holds_on_head(test)
        };
        let shares = !self.change.shared_tests.is_empty();
        let same = self.change.trees.get(&TreeKind::R) == self.change.trees.get(&TreeKind::H);
        if !shares || same || self.is_stuck(TreeKind::R) || self.is_unsplit() {
            return None;
        }
        let on_base = self.ask(TreeKind::R, self.suite(), Order::AsWritten, 0);
        let asked = self.facts.answer(&on_base).is_some();
        (!asked && !self.targets().iter().any(right)).then_some(on_base)
    }

    /// Old tests that a run of base's code with head's test surface fails for a right reason, and
    /// that head's own run passes.
    fn red_by_shared_tests(&self) -> Vec<TestId> {
        let suite = |tree| self.facts.suite(self.change, self.unit, tree);
        let (Some(base), Some(head)) = (suite(TreeKind::R), suite(TreeKind::H)) else {
            return Vec::new();
        };
        let right = |outcome: &Outcome| {
            reason_of(outcome, self.change).map(Reason::worth) == Some(Worth::Right)
        };
        let red = base
            .report
            .tests
            .iter()
            .filter(|(_, seen)| right(&seen.outcome));
        red.map(|(name, _)| TestId::new(self.unit, name.clone()))
            .filter(|test| head.outcome(test).passed())
            .collect()
    }

    /// B whole, where load errors hide old tests in T and head does not name them either: only
    /// base still knows them.
    fn whole_base(&self) -> Option<Observation> {
        let old = self.facts.suite(self.change, self.unit, TreeKind::T)?;
        let head = self
            .facts
            .suite(self.change, self.unit, TreeKind::H)
            .unwrap_or(old);
        let is_unknown = |found: &Diagnostic| {
            let named = |name: &String| name.starts_with(&found.hides);
            let overlaps = |other: &Diagnostic| {
                other.hides.starts_with(&found.hides) || found.hides.starts_with(&other.hides)
            };
            head.report.diagnostics.iter().any(overlaps) || !head.report.tests.keys().any(named)
        };
        let owed = old.report.diagnostics.iter().any(is_unknown);
        let whole = self.ask(TreeKind::B, self.suite(), Order::AsWritten, 0);
        (owed && self.facts.answer(&whole).is_none()).then_some(whole)
    }

    /// B, T and H again for the tests that did not keep their promise: no loss is called on one
    /// sample.
    fn tests_in_doubt(&self) -> Option<Observation> {
        let doubts = promises::in_doubt(self.change, self.facts, self.unit);
        if doubts.is_empty() {
            return None;
        }
        let base = self.ask(TreeKind::B, names(&doubts), Order::AsWritten, 0);
        if self.facts.answer(&base).is_none() {
            return Some(base);
        }
        let held_on_base = |test: &TestId| {
            self.facts
                .samples(TreeKind::B, test, None)
                .first()
                .is_some_and(Outcome::passed)
        };
        let broken: Vec<TestId> = doubts.into_iter().filter(held_on_base).collect();
        let unbuilt = |test: &TestId| self.is_hidden(TreeKind::T, test);
        let again: Vec<TestId> = broken
            .iter()
            .filter(|test| !unbuilt(test))
            .cloned()
            .collect();
        self.repeats(TreeKind::T, again.clone())
            .or_else(|| self.repeats(TreeKind::B, again))
            .or_else(|| self.on_head_too(broken.clone()))
            .or_else(|| self.repeats(TreeKind::H, self.failing_on_head(broken)))
    }

    /// Tests in doubt that head still has are asked on head as well.
    fn on_head_too(&self, broken: Vec<TestId>) -> Option<Observation> {
        if self.change.trees.get(&TreeKind::T) == self.change.trees.get(&TreeKind::H) {
            return None;
        }
        let unseen = broken.into_iter().filter(|test| {
            self.facts
                .samples(TreeKind::H, test, self.path_of(test))
                .is_empty()
                && !self.is_removed(test)
        });
        let unseen: Vec<TestId> = unseen.collect();
        let ask = self.ask(TreeKind::H, names(&unseen), self.alone(unseen.len(), 0), 0);
        (!unseen.is_empty() && self.facts.answer(&ask).is_none()).then_some(ask)
    }

    /// Those of `tests` that were seen to fail on head, and that no earlier question repeated.
    fn failing_on_head(&self, tests: Vec<TestId>) -> Vec<TestId> {
        let failed = |test: &TestId| {
            let samples = self.facts.samples(TreeKind::H, test, self.path_of(test));
            samples
                .iter()
                .any(|outcome| matches!(outcome, Outcome::Failed(_) | Outcome::TimedOut))
        };
        let plain = |test: &TestId| {
            self.change.changed_test(test).is_none() && !self.is_hidden(TreeKind::H, test)
        };
        tests
            .into_iter()
            .filter(|test| plain(test) && failed(test))
            .collect()
    }

    /// RED: the changed tests on the one tree that there is.
    fn red_only(&self) -> Option<Observation> {
        if self.is_stuck(TreeKind::R) {
            return None;
        }
        let first = if self.is_unsplit() {
            let whole = |tree| self.ask(tree, Selection::Whole, Order::AsWritten, 0);
            let both = [TreeKind::R, TreeKind::B].map(whole);
            both.into_iter()
                .find(|ask| self.facts.answer(ask).is_none())
        } else {
            self.base_question()
        };
        first.or_else(|| {
            let reds = self.targets_on(TreeKind::R).into_iter().filter(|test| {
                !self.is_hidden(TreeKind::R, test) && self.first_red(test).is_some()
            });
            self.repeats(TreeKind::R, reds.collect())
        })
    }

    /// The samples of `tests` on `tree` that are still missing: one shuffled, then each alone.
    fn repeats(&self, tree: TreeKind, tests: Vec<TestId>) -> Option<Observation> {
        self.repeats_in(tree, &tests, |_| Purpose::Run)
    }

    /// The same, each sample in the world that `world` says.
    fn repeats_in(
        &self,
        tree: TreeKind,
        tests: &[TestId],
        world: fn(u32) -> Purpose,
    ) -> Option<Observation> {
        if tests.is_empty() {
            return None;
        }
        (1..self.policy.samples).find_map(|sample| {
            let order = if sample + 1 == self.policy.samples {
                self.alone(tests.len(), sample)
            } else {
                Order::Shuffled(sample)
            };
            let ask = Observation {
                purpose: world(sample),
                ..self.ask(tree, names(tests), order, sample)
            };
            self.facts.answer(&ask).is_none().then_some(ask)
        })
    }

    fn alone(&self, count: usize, seed: u32) -> Order {
        if count <= ALONE_AT_MOST {
            Order::Alone
        } else {
            Order::Shuffled(seed)
        }
    }

    pub(super) fn ask(
        &self,
        tree: TreeKind,
        tests: Selection,
        order: Order,
        sample: u32,
    ) -> Observation {
        Observation {
            unit: self.unit.clone(),
            tree,
            tests,
            order,
            sample,
            purpose: Purpose::Run,
        }
    }

    /// Every case of every test that the change added, edited or moved, as head runs them.
    pub(super) fn targets(&self) -> Vec<TestId> {
        self.targets_on(TreeKind::H)
    }

    pub(super) fn targets_on(&self, tree: TreeKind) -> Vec<TestId> {
        let seen = self.facts.names(self.unit, tree);
        if self.is_unsplit() {
            return self.unheard_of(seen);
        }
        let changed = self.change.tests.iter().filter(|changed| {
            changed.change != TestChange::Removed && changed.item.id.unit == *self.unit
        });
        let changed: BTreeSet<&str> = changed.map(|test| test.item.id.name.as_str()).collect();
        let mut targets: BTreeSet<TestId> = seen
            .into_iter()
            .filter(|name| TestId::items_of(name).any(|item| changed.contains(item)))
            .map(|name| TestId::new(self.unit, name))
            .collect();
        targets.extend(self.red_by_shared_tests());
        // A test whose file did not load has no case that a run could name.
        for changed in &self.change.tests {
            let item = &changed.item.id;
            if item.unit == *self.unit
                && changed.change != TestChange::Removed
                && !targets.iter().any(|test| test.is_case_of(item))
            {
                targets.insert(item.clone());
            }
        }
        targets.into_iter().collect()
    }

    fn is_unsplit(&self) -> bool {
        self.change.unsplit.contains(self.unit)
    }

    /// Those of the tests that were `seen` which no run of base's own tests named.
    fn unheard_of(&self, seen: BTreeSet<&str>) -> Vec<TestId> {
        let mut old = self.facts.names(self.unit, TreeKind::T);
        old.extend(self.facts.names(self.unit, TreeKind::B));
        let new = seen.into_iter().filter(|name| !old.contains(name));
        new.map(|name| TestId::new(self.unit, name)).collect()
    }

    /// Whether every sample of `test` on head passed.
    pub(super) fn holds_on_head(&self, test: &TestId) -> bool {
        let settled = self
            .facts
            .settled(self.change, TreeKind::H, test, self.path_of(test));
        settled == Settled::Passed
    }

    /// Whether only tree S can tell if `test` proves anything.
    pub(super) fn needs_stub(&self, test: &TestId) -> bool {
        if !self.holds_on_head(test) {
            return false;
        }
        match self
            .facts
            .samples(TreeKind::R, test, self.path_of(test))
            .first()
        {
            None => false,
            Some(Outcome::Passed) => false,
            Some(outcome) => {
                reason_of(outcome, self.change).map(Reason::worth) != Some(Worth::Right)
            }
        }
    }

    fn first_red(&self, test: &TestId) -> Option<Reason> {
        let samples = self.facts.samples(TreeKind::R, test, self.path_of(test));
        samples
            .first()
            .and_then(|outcome| reason_of(outcome, self.change))
    }

    pub(super) fn path_of(&self, test: &TestId) -> Option<&str> {
        self.change
            .changed_test(test)
            .map(|changed| changed.item.path.as_str())
    }

    fn is_removed(&self, test: &TestId) -> bool {
        self.change.tests.iter().any(|changed| {
            changed.change == TestChange::Removed && test.is_case_of(&changed.item.id)
        })
    }

    fn is_hidden(&self, tree: TreeKind, test: &TestId) -> bool {
        self.facts
            .on(self.unit, tree)
            .any(|evidence| hides(evidence, test))
    }

    /// Whether a run on `tree` cannot be believed: nothing more is asked of that tree.
    fn is_stuck(&self, tree: TreeKind) -> bool {
        self.facts
            .on(self.unit, tree)
            .any(|evidence| evidence.report.trouble.is_some())
    }
}

/// Whether `evidence` knows `test` only by what kept it from loading.
pub(super) fn hides(evidence: &Evidence, test: &TestId) -> bool {
    !evidence.report.tests.contains_key(&test.name)
        && evidence
            .report
            .diagnostics
            .iter()
            .any(|found| test.name.starts_with(&found.hides))
}

pub(super) fn names(tests: &[TestId]) -> Selection {
    Selection::Tests(tests.iter().map(|test| test.name.clone()).collect())
}
