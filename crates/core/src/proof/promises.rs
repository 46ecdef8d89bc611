//! Judges old promises: does head keep what base's tests asked for?

use super::Policy;
use super::facts::{Facts, Settled};
use super::listed;
use super::next::hides;
use super::verdict::TestVerdict;
use crate::change::{Change, ChangedTest, TestChange};
use crate::evidence::{Evidence, TreeKind};
use crate::finding::{Code, Finding, Weight};
use crate::id::{TestId, UnitId};
use crate::outcome::{FailureKind, Outcome, Stage};
use crate::reason::{Reason, Worth, reason_of};
use crate::surface::Surface;
use std::collections::BTreeSet;

/// The old tests of `unit` that did not plainly keep their promise on head: they failed, were
/// skipped, went missing or could not be built.
pub(super) fn in_doubt(change: &Change, facts: &Facts, unit: &UnitId) -> Vec<TestId> {
    let Some(whole) = facts.suite(change, unit, TreeKind::T) else {
        return Vec::new();
    };
    let mut doubts: BTreeSet<TestId> = whole
        .report
        .tests
        .iter()
        .filter(|(_, seen)| !seen.outcome.passed())
        .map(|(name, _)| TestId::new(unit, name.clone()))
        .collect();
    doubts.extend(hidden_in(whole, change, facts, unit));
    doubts.extend(dropped_on_head(whole, facts, unit));
    doubts.extend(listed::suspects(change, facts, unit));
    doubts.into_iter().collect()
}

/// Tests that base has by source text or by its own run, or head by its own, and that T's load
/// errors hid.
fn hidden_in(whole: &Evidence, change: &Change, facts: &Facts, unit: &UnitId) -> Vec<TestId> {
    let of_base = change
        .tests
        .iter()
        .filter_map(|changed| match changed.change {
            TestChange::Removed => Some(&changed.item.id),
            TestChange::Edited | TestChange::Moved => changed.was.as_ref().map(|was| &was.id),
            TestChange::Added => None,
        });
    let of_head = facts
        .suite(change, unit, TreeKind::H)
        .into_iter()
        .flat_map(|head| {
            head.report
                .tests
                .keys()
                .map(|name| TestId::new(unit, name.clone()))
        });
    let of_head = of_head.filter(|test| {
        change
            .changed_test(test)
            .is_none_or(|changed| changed.change != TestChange::Added)
    });
    let still_known = facts
        .suite(change, unit, TreeKind::B)
        .into_iter()
        .flat_map(|base| {
            base.report
                .tests
                .keys()
                .map(|name| TestId::new(unit, name.clone()))
        });
    let all = of_base
        .filter(|test| test.unit == *unit)
        .cloned()
        .chain(of_head)
        .chain(still_known);
    all.filter(|test| hides(whole, test)).collect()
}

/// Tests that pass in T and that a run on head names without a pass.
fn dropped_on_head(whole: &Evidence, facts: &Facts, unit: &UnitId) -> Vec<TestId> {
    let on_head: Vec<&Evidence> = facts.on(unit, TreeKind::H).collect();
    let kept = whole.report.tests.iter();
    let kept = kept.filter(|(_, seen)| seen.outcome.passed());
    kept.filter(|(name, _)| on_head.iter().any(|head| fails(head, name)))
        .map(|(name, _)| TestId::new(unit, name.clone()))
        .collect()
}

/// Whether a run names the test `name` without a pass, or tells what kept it from loading.
fn fails(run: &Evidence, name: &str) -> bool {
    match run.report.tests.get(name) {
        Some(seen) => !seen.outcome.passed() && seen.outcome != Outcome::Absent,
        None => run
            .report
            .diagnostics
            .iter()
            .any(|found| name.starts_with(&found.hides)),
    }
}

/// An old test, judged.
pub(super) struct Promise {
    pub(super) test: TestId,
    pub(super) verdict: TestVerdict,
    pub(super) finding: Option<Finding>,
}

/// Judges every old test of `unit` that did not plainly keep its promise, and counts the others.
pub(super) fn judge(
    change: &Change,
    facts: &Facts,
    policy: &Policy,
    unit: &UnitId,
) -> (Vec<Promise>, usize) {
    let Some(whole) = facts.suite(change, unit, TreeKind::T) else {
        return (Vec::new(), 0);
    };
    let court = Court {
        change,
        facts,
        policy,
    };
    let doubts: BTreeSet<TestId> = in_doubt(change, facts, unit).into_iter().collect();
    let (taken, doubtful): (Vec<&TestId>, Vec<&TestId>) = doubts
        .iter()
        .partition(|test| court.takes_heads_result(test));
    let mut judged: Vec<Promise> = doubtful
        .into_iter()
        .filter_map(|test| court.doubtful(test))
        .collect();
    let mut kept = taken.len();
    for (name, seen) in &whole.report.tests {
        let test = TestId::new(unit, name.clone());
        if doubts.contains(&test) || !seen.outcome.passed() {
            continue;
        }
        match court.gone(&test) {
            Some(promise) => judged.push(promise),
            None => kept += 1,
        }
    }
    (judged, kept)
}

struct Court<'p> {
    change: &'p Change,
    facts: &'p Facts,
    policy: &'p Policy,
}

impl Court<'_> {
    /// A test that still passes as base wrote it, but that head no longer has or runs.
    fn gone(&self, test: &TestId) -> Option<Promise> {
        if self.removed(test).is_some() {
            let why = "still passes on head as base wrote it, but was removed";
            return Some(self.breach(test, TestVerdict::Lost, Code::Lost, why));
        }
        let whole = self.facts.suite(self.change, &test.unit, TreeKind::H)?;
        let absent = whole.outcome(test) == Outcome::Absent;
        let edited = self.edited(test).is_some();
        if absent && edited && self.cases_on_head(test) >= self.cases_in_old(test) {
            return None;
        }
        absent.then(|| {
            let why = "passes as base wrote it, but head's own run does not name it";
            self.breach(test, TestVerdict::Lost, Code::Lost, why)
        })
    }

    /// Whether the test kept its promise although its target did not build in T: base passes it,
    /// the range touched neither it nor what it rests on, and head passes it.
    fn takes_heads_result(&self, test: &TestId) -> bool {
        let on = |tree| self.facts.settled(self.change, tree, test, None);
        self.hidden_in_old(test)
            && !self.change.reworked.reaches(test)
            && self.edited(test).is_none()
            && self.removed(test).is_none()
            && on(TreeKind::B) == Settled::Passed
            && matches!(on(TreeKind::T), Settled::Red(..))
            && self.on_head(test) == Settled::Passed
    }

    /// A test that failed, was skipped or could not be built in T, or was dropped on head.
    fn doubtful(&self, test: &TestId) -> Option<Promise> {
        let old = self.facts.settled(self.change, TreeKind::T, test, None);
        let base = self.facts.settled(self.change, TreeKind::B, test, None);
        match (base, old) {
            (Settled::Mixed(passed, of), _) => Some(self.flaky_before(test, passed, of)),
            (_, Settled::Mixed(passed, of)) => Some(self.unstable(test, passed, of)),
            (Settled::Red(Outcome::Skipped(_), _), _) => None,
            (Settled::Red(Outcome::Absent, _), _) => None,
            (Settled::Red(outcome, reason), _) => {
                let absent = reason == Some(Reason::MissingDependency)
                    && self.change.touches(Surface::Manifest);
                let mut promise = self.say(test, TestVerdict::PreExistingFailure, None);
                promise.finding = absent.then(|| unloaded(test, &outcome));
                Some(promise)
            }
            (Settled::Unasked, _) => Some(self.say(test, TestVerdict::Unclear, None)),
            (Settled::Passed, Settled::Passed) => self.dropped(test),
            (Settled::Passed, Settled::Red(Outcome::Absent, _)) => {
                let is_lost = listed::is_lost(self.change, self.facts, test);
                is_lost.then(|| self.absent(test))
            }
            (Settled::Passed, Settled::Red(outcome, _)) => Some(self.broken(test, &outcome)),
            (Settled::Passed, Settled::Unasked) => Some(self.absent(test)),
        }
    }

    /// Passes on base and, as base wrote it, on head; head's own run says otherwise.
    fn dropped(&self, test: &TestId) -> Option<Promise> {
        match self.facts.settled(self.change, TreeKind::H, test, None) {
            Settled::Red(Outcome::Skipped(why), _) => {
                let why = format!("ran on base; head skips it: {why}");
                Some(self.breach(test, TestVerdict::Lost, Code::Lost, &why))
            }
            // A RED commit alone: a new test that does not build yet hides its neighbours.
            Settled::Red(Outcome::Failed(failure), Some(reason))
                if failure.stage == Stage::Load
                    && reason.worth() == Worth::Provisional
                    && !self.change.touches(Surface::Production) =>
            {
                None
            }
            Settled::Red(Outcome::NotCollected | Outcome::Absent, _) => {
                let why = "ran on base; head's settings leave it out";
                Some(self.breach(test, TestVerdict::Lost, Code::Lost, why))
            }
            Settled::Red(..) => {
                let why = "passes as base wrote it, and fails with head's test surface";
                Some(self.breach(test, TestVerdict::Broken, Code::Regressed, why))
            }
            Settled::Mixed(passed, of) => Some(self.unstable(test, passed, of)),
            Settled::Passed | Settled::Unasked => None,
        }
    }

    /// Passed on base, does not pass on head as base wrote it.
    fn broken(&self, test: &TestId, outcome: &Outcome) -> Promise {
        if let Outcome::Skipped(why) = outcome {
            let why = format!("ran on base; skips itself on head's code: {why}");
            return self.breach(test, TestVerdict::Lost, Code::Lost, &why);
        }
        if *outcome == Outcome::NotCollected {
            let why = "ran on base; left out with head's production code";
            return self.breach(test, TestVerdict::Lost, Code::Lost, why);
        }
        if lacks_dependency(self.change, outcome) {
            return Promise {
                test: test.clone(),
                verdict: TestVerdict::Unclear,
                finding: Some(uninstalled(test, outcome)),
            };
        }
        let api = self.lost_its_name(outcome);
        if self.removed(test).is_some() {
            return if api {
                self.say(
                    test,
                    TestVerdict::RemovedWithSubject,
                    Some(Code::RemovedWithSubject),
                )
            } else {
                let why = "fails on head as base wrote it, and was removed";
                self.breach(test, TestVerdict::Lost, Code::Lost, why)
            };
        }
        let head = self.on_head(test);
        match (self.edited(test), head) {
            (Some(edited), Settled::Passed)
                if api && same_constants(edited) && !self.change.reworked.reaches(test) =>
            {
                self.say(
                    test,
                    TestVerdict::FollowedApiChange,
                    Some(Code::FollowedApiChange),
                )
            }
            (Some(_), Settled::Passed) => {
                let why = "fails on head as base wrote it; head wrote it anew";
                self.breach(test, TestVerdict::Rewritten, Code::Rewritten, why)
            }
            (None, Settled::Passed) => {
                let why =
                    "fails on head with base's helpers, fixtures and settings, which head changed";
                self.breach(test, TestVerdict::Rewritten, Code::Rewritten, why)
            }
            (_, Settled::Mixed(passed, of)) => self.unstable(test, passed, of),
            (_, Settled::Red(Outcome::Absent, _)) => {
                let why = "fails on head as base wrote it, and head's own run does not name it";
                self.breach(test, TestVerdict::Broken, Code::Regressed, why)
            }
            (_, Settled::Red(..) | Settled::Unasked) => {
                let why = "passed on base and fails on head";
                self.breach(test, TestVerdict::Broken, Code::Regressed, why)
            }
        }
    }

    fn absent(&self, test: &TestId) -> Promise {
        let why = "ran on base and is not there with head's production code";
        self.breach(test, TestVerdict::Lost, Code::Lost, why)
    }

    /// Whether the failure is that head no longer has a name, or calls it otherwise.
    fn lost_its_name(&self, outcome: &Outcome) -> bool {
        let Outcome::Failed(failure) = outcome else {
            return false;
        };
        match &failure.kind {
            FailureKind::BadCall => true,
            FailureKind::MissingName | FailureKind::MissingModule => {
                failure.symbol.as_ref().is_some_and(|symbol| {
                    symbol
                        .name
                        .split(['.', ':'])
                        .any(|part| self.change.withdrawn.contains(part))
                })
            }
            FailureKind::Assertion
            | FailureKind::Stub(_)
            | FailureKind::Exception(_)
            | FailureKind::Syntax
            | FailureKind::Fixture
            | FailureKind::Environment
            | FailureKind::UnexpectedPass
            | FailureKind::Death => false,
        }
    }

    /// Head's answer: its own, or that of its successor where the test was moved.
    fn on_head(&self, test: &TestId) -> Settled {
        let item = self.edited(test).map_or(test, |changed| {
            if test.is_case_of(&changed.item.id) {
                test
            } else {
                &changed.item.id
            }
        });
        let settled = self
            .facts
            .settled(self.change, TreeKind::H, item, self.path(item));
        let unnamed = matches!(settled, Settled::Red(Outcome::Absent, _));
        if unnamed && self.cases_on_head(test) > 0 {
            Settled::Passed
        } else {
            settled
        }
    }

    fn path(&self, test: &TestId) -> Option<&str> {
        self.change
            .changed_test(test)
            .map(|changed| changed.item.path.as_str())
    }

    fn hidden_in_old(&self, test: &TestId) -> bool {
        self.facts
            .on(&test.unit, TreeKind::T)
            .any(|evidence| hides(evidence, test))
    }

    fn removed(&self, test: &TestId) -> Option<&ChangedTest> {
        self.change.tests.iter().find(|changed| {
            changed.change == TestChange::Removed && test.is_case_of(&changed.item.id)
        })
    }

    /// The entry of a test that head edited or moved, found by base's id.
    fn edited(&self, test: &TestId) -> Option<&ChangedTest> {
        self.change.tests.iter().find(|changed| {
            changed
                .was
                .as_ref()
                .is_some_and(|was| test.is_case_of(&was.id))
        })
    }

    /// How many passing cases head has of the test that `test` is a case of.
    fn cases_on_head(&self, test: &TestId) -> usize {
        let Some(edited) = self.edited(test) else {
            return 0;
        };
        let names = self.facts.names(&test.unit, TreeKind::H);
        let cases = names.into_iter().map(|name| TestId::new(&test.unit, name));
        cases
            .filter(|case| case.is_case_of(&edited.item.id))
            .filter(|case| {
                self.facts
                    .samples(TreeKind::H, case, None)
                    .iter()
                    .all(Outcome::passed)
            })
            .count()
    }

    fn cases_in_old(&self, test: &TestId) -> usize {
        let Some(was) = self.edited(test).and_then(|changed| changed.was.as_ref()) else {
            return 1;
        };
        let names = self.facts.names(&test.unit, TreeKind::T);
        names
            .into_iter()
            .filter(|name| TestId::new(&test.unit, *name).is_case_of(&was.id))
            .count()
    }

    fn is_accepted(&self, test: &TestId) -> bool {
        let accept = &self.policy.accept;
        accept.contains(&test.name)
            || accept.contains(&test.to_string())
            || self
                .edited(test)
                .is_some_and(|changed| accept.contains(&changed.item.id.name))
            || self
                .removed(test)
                .is_some_and(|changed| accept.contains(&changed.item.id.name))
    }

    /// A promise that was not kept: it blocks, unless somebody with the right to do so accepted it.
    fn breach(&self, test: &TestId, verdict: TestVerdict, code: Code, why: &str) -> Promise {
        let accepted = self.is_accepted(test);
        let weight = if accepted {
            Weight::Excepts
        } else {
            Weight::Blocks
        };
        let message = if accepted {
            format!("accepted: {why}")
        } else {
            why.to_owned()
        };
        let at = self
            .facts
            .samples(TreeKind::T, test, None)
            .into_iter()
            .find_map(failed_at);
        let finding = Finding::new(code, weight, test.to_string(), message).at(at);
        Promise {
            test: test.clone(),
            verdict,
            finding: Some(finding),
        }
    }

    /// Unstable on base already: the change is not blamed, and no promise can be kept or broken.
    fn flaky_before(&self, test: &TestId, passed: usize, of: usize) -> Promise {
        let message =
            format!("passed in {passed} of {of} runs on base: unstable before the change");
        let finding = Finding::new(Code::Unstable, Weight::Excepts, test.to_string(), message);
        Promise {
            test: test.clone(),
            verdict: TestVerdict::Unstable,
            finding: Some(finding),
        }
    }

    fn unstable(&self, test: &TestId, passed: usize, of: usize) -> Promise {
        let message = format!("passed in {passed} of {of} runs on one tree");
        let finding = Finding::new(Code::Unstable, Weight::Clouds, test.to_string(), message);
        Promise {
            test: test.clone(),
            verdict: TestVerdict::Unstable,
            finding: Some(finding),
        }
    }

    fn say(&self, test: &TestId, verdict: TestVerdict, code: Option<Code>) -> Promise {
        let finding =
            code.map(|code| Finding::new(code, Weight::Advises, test.to_string(), verdict.words()));
        Promise {
            test: test.clone(),
            verdict,
            finding,
        }
    }
}

/// Whether the failure can be that nobody installed yet what head's manifest asks for. The
/// project's own modules are installed by nobody.
pub(super) fn lacks_dependency(change: &Change, outcome: &Outcome) -> bool {
    let Outcome::Failed(failure) = outcome else {
        return false;
    };
    let missing = failure.symbol.as_ref().map_or("", |symbol| &symbol.name);
    let root = missing.split(['.', ':']).next().unwrap_or_default();
    change.touches(Surface::Manifest)
        && reason_of(outcome, change) == Some(Reason::MissingDependency)
        && !change.own_names.contains(root)
        && !change.withdrawn.contains(root)
}

/// What to say of an old test that lacks on base what head's manifest may have withdrawn: it ran
/// nowhere, so nobody knows whether its promise is kept.
fn unloaded(test: &TestId, outcome: &Outcome) -> Finding {
    let mut finding = uninstalled(test, outcome);
    finding.message = match outcome {
        Outcome::Failed(failure) => format!(
            "{}: base's tests ask for it and the manifest changed, so install it as well",
            failure.message
        ),
        Outcome::Absent
        | Outcome::NotCollected
        | Outcome::Skipped(_)
        | Outcome::Passed
        | Outcome::NotReached
        | Outcome::TimedOut => finding.message,
    };
    finding
}

/// What to say of a test that a missing dependency kept from running: it blames nobody.
pub(super) fn uninstalled(test: &TestId, outcome: &Outcome) -> Finding {
    let (what, at) = match outcome {
        Outcome::Failed(failure) => (failure.message.as_str(), failure.at.clone()),
        Outcome::Absent
        | Outcome::NotCollected
        | Outcome::Skipped(_)
        | Outcome::Passed
        | Outcome::NotReached
        | Outcome::TimedOut => ("", None),
    };
    let text = format!(
        "{what}: the manifest changed, so install what it asks for, or prove with --install"
    );
    Finding::new(Code::CouldNotRun, Weight::Clouds, test.to_string(), text).at(at)
}

/// Whether only names, arity or imports differ between the two versions of a test.
fn same_constants(edited: &ChangedTest) -> bool {
    edited
        .was
        .as_ref()
        .is_some_and(|was| was.constants == edited.item.constants)
}

fn failed_at(outcome: Outcome) -> Option<crate::outcome::Location> {
    match outcome {
        Outcome::Failed(failure) => failure.at,
        Outcome::Absent
        | Outcome::NotCollected
        | Outcome::Skipped(_)
        | Outcome::Passed
        | Outcome::NotReached
        | Outcome::TimedOut => None,
    }
}
