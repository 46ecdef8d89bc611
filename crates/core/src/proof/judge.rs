//! Judges: from the facts to the verdict, with every reason named.

use super::facts::{Facts, Settled};
use super::next::Asking;
use super::troubles::troubles;
use super::verdict::{Proof, TestJudged, TestVerdict};
use super::{Policy, cells, listed, promises};
use crate::change::{Change, TestChange};
use crate::evidence::TreeKind;
use crate::finding::{Code, Finding, Weight};
use crate::id::TestId;
use crate::outcome::{FailureKind, Location, Outcome, Stage};
use crate::reason::{Reason, Worth};
use crate::surface::Surface;
use std::collections::BTreeMap;

/// Judges the change by what is known so far.
pub(super) fn judge(change: &Change, facts: &Facts, policy: &Policy) -> Proof {
    let mut bench = Bench {
        change,
        facts,
        policy,
        findings: Vec::new(),
        tests: BTreeMap::new(),
    };
    let mut kept = 0;
    for unit in &change.units {
        let asking = Asking {
            change,
            facts,
            policy,
            unit,
        };
        for test in asking.targets() {
            bench.target(&asking, &test);
        }
        let (promises, kept_here) = promises::judge(change, facts, policy, unit);
        kept += kept_here;
        bench.promises(promises);
        for finding in listed::renamed(change, facts, unit) {
            bench.find(finding);
        }
    }
    for finding in troubles(change, facts, policy) {
        bench.find(finding);
    }
    bench.bound_to_this_world();
    bench.remarks();
    let functions = bench.functions();
    bench.mutants(&functions);
    let verdict = bench.verdict(kept);
    bench.findings = grouped(bench.findings);
    bench
        .findings
        .sort_by_key(|found| (found.weight, found.code));
    let not_checked = bench.not_checked(&functions);
    let tests = bench.tests.into_values().collect();
    Proof {
        verdict,
        tests,
        functions,
        findings: bench.findings,
        kept,
        not_checked,
        mutants: bench
            .facts
            .all_trials()
            .iter()
            .flat_map(|all| all.trials.clone())
            .collect(),
    }
}

/// Whether `found` refutes the change by itself.
pub(super) fn is_counter_example(found: &Finding) -> bool {
    found.weight == Weight::Blocks && found.code != Code::NothingNotices
}

/// Whether this answer on tree S shows that the test runs into the new code. A failure while
/// the file loads shows nothing: it hits an empty test as well.
pub(super) fn is_stub_red(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::TimedOut => true,
        Outcome::Failed(failure) => {
            failure.stage != Stage::Load && failure.kind != FailureKind::Environment
        }
        Outcome::Absent
        | Outcome::NotCollected
        | Outcome::Skipped(_)
        | Outcome::Passed
        | Outcome::NotReached => false,
    }
}

pub(super) struct Bench<'p> {
    pub(super) change: &'p Change,
    pub(super) facts: &'p Facts,
    pub(super) policy: &'p Policy,
    pub(super) findings: Vec<Finding>,
    pub(super) tests: BTreeMap<TestId, TestJudged>,
}

impl Bench<'_> {
    /// A test that the change added, edited or moved.
    fn target(&mut self, asking: &Asking<'_>, test: &TestId) {
        let path = asking.path_of(test).map(str::to_owned);
        let settled = self
            .facts
            .settled(self.change, TreeKind::H, test, path.as_deref());
        let verdict = match settled {
            Settled::Unasked => TestVerdict::Unclear,
            Settled::Mixed(passed, of) => self.unstable(test, passed, of),
            Settled::Red(outcome, reason) => self.not_green(test, &outcome, reason),
            Settled::Passed => self.green(asking, test, path.as_deref()),
        };
        self.record(test, path, verdict);
    }

    fn not_green(
        &mut self,
        test: &TestId,
        outcome: &Outcome,
        reason: Option<Reason>,
    ) -> TestVerdict {
        let failure = match outcome {
            Outcome::Skipped(why) => return self.never_runs(test, why),
            Outcome::Absent | Outcome::NotCollected => {
                return self.never_runs(test, "the runner does not take it up");
            }
            Outcome::NotReached | Outcome::Passed => return TestVerdict::Unclear,
            Outcome::TimedOut => None,
            Outcome::Failed(failure) => Some(failure),
        };
        if promises::lacks_dependency(self.change, outcome) {
            self.find(promises::uninstalled(test, outcome));
            return TestVerdict::Unclear;
        }
        let words = reason.map_or("failed", Reason::words);
        let message = failure.map_or(String::new(), |failure| format!(": {}", failure.message));
        let at = failure.and_then(|failure| failure.at.clone());
        let before = self.failed_before(test, reason);
        let weight = match reason.map(Reason::worth) {
            Some(Worth::Unclear) => Weight::Clouds,
            // Edited, and as red as it was: the change neither broke it nor mended it.
            _ if before => Weight::Advises,
            // Nothing but red tests: a RED commit alone, which is no change to refute.
            // A moved test was green where it stood.
            Some(Worth::Right | Worth::Provisional)
                if !self.is_production_changed() && !self.is_moved(test) =>
            {
                Weight::Advises
            }
            None | Some(Worth::Right | Worth::Provisional | Worth::Wrong) => Weight::Blocks,
        };
        let as_before = if before { " as on base" } else { "" };
        let text = format!("fails on head{as_before} ({words}{message})");
        self.find(Finding::new(Code::BrokenOnHead, weight, test.to_string(), text).at(at));
        match weight {
            Weight::Clouds => TestVerdict::Unclear,
            Weight::Advises if before => TestVerdict::PreExistingFailure,
            Weight::Advises | Weight::Excepts | Weight::Blocks => TestVerdict::Broken,
        }
    }

    /// Whether base's own version of an edited test fails on base in every sample, for the same
    /// reason.
    fn failed_before(&self, test: &TestId, reason: Option<Reason>) -> bool {
        let changed = self.change.changed_test(test);
        let was = changed.and_then(|changed| changed.was.as_ref());
        was.is_some_and(|was| {
            let settled = self
                .facts
                .settled(self.change, TreeKind::B, test, Some(&was.path));
            test.is_case_of(&was.id)
                && matches!(settled, Settled::Red(Outcome::Failed(_), before) if before == reason)
        })
    }

    /// A changed test that does not run on head. It is a loss where base ran it.
    fn never_runs(&mut self, test: &TestId, why: &str) -> TestVerdict {
        let edited = self
            .change
            .changed_test(test)
            .is_some_and(|t| t.change != TestChange::Added);
        let ran = self
            .facts
            .samples(TreeKind::T, test, None)
            .iter()
            .any(Outcome::passed);
        if edited && ran {
            let accept = &self.policy.accept;
            let accepted = accept.contains(&test.name) || accept.contains(&test.to_string());
            let weight = if accepted {
                Weight::Excepts
            } else {
                Weight::Blocks
            };
            let text = format!("ran on base; head does not run it: {why}");
            self.find(Finding::new(Code::Lost, weight, test.to_string(), text));
            return TestVerdict::Lost;
        }
        let text = format!("does not run on head: {why}");
        self.find(Finding::new(
            Code::NeverRuns,
            Weight::Advises,
            test.to_string(),
            text,
        ));
        TestVerdict::NeverRuns
    }

    /// A test that passes on head in every sample.
    fn green(&mut self, asking: &Asking<'_>, test: &TestId, path: Option<&str>) -> TestVerdict {
        if self.change.trees.get(&TreeKind::R) == self.change.trees.get(&TreeKind::H) {
            return TestVerdict::Characterizes;
        }
        match self.facts.settled(self.change, TreeKind::R, test, path) {
            Settled::Passed => TestVerdict::Characterizes,
            Settled::Mixed(passed, of) => self.unstable(test, passed, of),
            Settled::Red(_, Some(reason)) if reason.worth() == Worth::Right => TestVerdict::Proves,
            Settled::Red(outcome, reason) => self.by_stub(test, path, &outcome, reason),
            Settled::Unasked if asking.needs_stub(test) => {
                self.by_stub(test, path, &Outcome::Absent, None)
            }
            Settled::Unasked => TestVerdict::Unclear,
        }
    }

    /// A red that proves nothing by itself: the tree with stubs decides.
    fn by_stub(
        &mut self,
        test: &TestId,
        path: Option<&str>,
        on_base: &Outcome,
        reason: Option<Reason>,
    ) -> TestVerdict {
        let samples = self.facts.samples(TreeKind::S, test, path);
        let red = samples
            .iter()
            .filter(|outcome| is_stub_red(outcome))
            .count();
        let passed = samples.iter().filter(|outcome| outcome.passed()).count();
        if red > 0 && passed > 0 {
            return self.unstable(test, passed, samples.len());
        }
        if red > 0 {
            return TestVerdict::Proves;
        }
        if passed > 0 {
            let text = "passes although the bodies of the changed functions are stubs";
            let subject = test.to_string();
            let item = self.change.changed_test(test).map(|changed| &changed.item);
            let at = item.map(|item| Location::new(item.path.clone(), item.lines.first));
            self.find(Finding::new(Code::StubUnnoticed, Weight::Advises, subject, text).at(at));
            return TestVerdict::WrongReason;
        }
        let words = reason.map_or("not there", Reason::words);
        if reason == Some(Reason::MissingSymbol) || *on_base == Outcome::Absent {
            let text = format!("red without the change ({words}), but no stub could tell more");
            let finding =
                Finding::new(Code::StubsNotBuilt, Weight::Excepts, test.to_string(), text);
            self.find(finding);
            return TestVerdict::Proves;
        }
        let text = format!("red without the change, but by {words}");
        self.find(Finding::new(
            Code::WrongReason,
            Weight::Advises,
            test.to_string(),
            text,
        ));
        TestVerdict::WrongReason
    }

    fn unstable(&mut self, test: &TestId, passed: usize, of: usize) -> TestVerdict {
        let text = format!("passed in {passed} of {of} runs on one tree");
        self.find(Finding::new(
            Code::Unstable,
            Weight::Clouds,
            test.to_string(),
            text,
        ));
        TestVerdict::Unstable
    }

    fn promises(&mut self, promises: Vec<promises::Promise>) {
        for promise in promises {
            let already = self.tests.get(&promise.test).map(|judged| judged.verdict);
            if matches!(already, Some(TestVerdict::Broken | TestVerdict::Lost)) {
                continue;
            }
            if let Some(finding) = promise.finding {
                if finding.weight == Weight::Excepts && already == Some(TestVerdict::Proves) {
                    self.find(finding);
                    continue;
                }
                self.find(finding);
            }
            if already.is_some() && promise.verdict == TestVerdict::FollowedApiChange {
                continue;
            }
            self.record(&promise.test, None, promise.verdict);
        }
    }

    fn record(&mut self, test: &TestId, path: Option<String>, verdict: TestVerdict) {
        let path = path.or_else(|| self.tests.get(test).and_then(|judged| judged.path.clone()));
        let judged = cells::record(self.change, self.facts, test, path.as_deref(), verdict);
        self.tests.insert(test.clone(), judged);
    }

    pub(super) fn find(&mut self, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn is_moved(&self, test: &TestId) -> bool {
        let changed = self.change.changed_test(test);
        changed.is_some_and(|changed| changed.change == TestChange::Moved)
    }

    /// Whether no test was brought for the change but examples that the runner could execute.
    pub(super) fn is_left_to_examples(&self) -> bool {
        self.change.examples && self.tests.is_empty()
    }

    pub(super) fn is_production_changed(&self) -> bool {
        self.change.touches(Surface::Production)
    }
}

/// One finding for each error that several tests run into, and for each test whose cases
/// pass on stubs, in place of one a case.
fn grouped(findings: Vec<Finding>) -> Vec<Finding> {
    let mut others: BTreeMap<(String, Location), usize> = BTreeMap::new();
    let key = |found: &Finding| {
        let shared = [Code::BrokenOnHead, Code::StubUnnoticed, Code::CouldNotRun];
        let is_shared = shared.contains(&found.code);
        let at = found.at.clone().filter(|_| is_shared)?;
        Some((found.message.clone(), at))
    };
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let Some(key) = key(&finding) else {
            kept.push(finding);
            continue;
        };
        match others.get_mut(&key) {
            Some(count) => *count += 1,
            None => {
                others.insert(key, 0);
                kept.push(finding);
            }
        }
    }
    for finding in &mut kept {
        match key(finding).and_then(|key| others.get(&key)).copied() {
            None | Some(0) => {}
            Some(1) => finding.message.push_str("; so does 1 other test"),
            Some(more) => finding
                .message
                .push_str(&format!("; so do {more} other tests")),
        }
    }
    kept
}
