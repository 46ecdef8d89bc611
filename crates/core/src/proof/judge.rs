//! Judges: from the facts to the verdict, with every reason named.

use super::facts::{Facts, Settled};
use super::next::Asking;
use super::verdict::{
    Cell, ChangeVerdict, FunctionJudged, FunctionVerdict, Mark, Proof, TestJudged, TestVerdict,
};
use super::{Policy, promises};
use crate::change::{Affected, Change, TestChange};
use crate::evidence::{Evidence, Selection, TreeKind, Trouble};
use crate::finding::{Code, Finding, Weight};
use crate::id::{TestId, UnitId};
use crate::kind::Kind;
use crate::outcome::{Failure, FailureKind, Location, Outcome, Stage};
use crate::reason::{Reason, Worth};
use crate::surface::Surface;
use std::collections::{BTreeMap, BTreeSet};

const TREES: [TreeKind; 5] = [
    TreeKind::R,
    TreeKind::S,
    TreeKind::H,
    TreeKind::T,
    TreeKind::B,
];

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
    }
    for finding in troubles(change, facts, policy) {
        bench.find(finding);
    }
    bench.remarks();
    let functions = bench.functions();
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
        let judged = record(self.change, self.facts, test, path.as_deref(), verdict);
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
    fn is_left_to_examples(&self) -> bool {
        self.change.examples && self.tests.is_empty()
    }

    fn is_production_changed(&self) -> bool {
        self.change.touches(Surface::Production)
    }

    /// The change's verdict from everything that was found.
    fn verdict(&mut self, kept: usize) -> ChangeVerdict {
        let proves = self
            .tests
            .values()
            .any(|test| test.verdict == TestVerdict::Proves);
        let weighs = |weight| self.findings.iter().any(|found| found.weight == weight);
        if weighs(Weight::Blocks) {
            return ChangeVerdict::Refuted;
        }
        if weighs(Weight::Clouds) {
            return ChangeVerdict::Unclear;
        }
        if proves && weighs(Weight::Excepts) {
            return ChangeVerdict::ProvenExcept;
        }
        if proves && self.policy.kind == Some(Kind::Refactor) {
            return ChangeVerdict::Preserved;
        }
        if proves {
            return ChangeVerdict::Proven;
        }
        self.without_proof(kept)
    }

    /// No test proves the change: was one owed?
    fn without_proof(&mut self, kept: usize) -> ChangeVerdict {
        let excepted = self
            .findings
            .iter()
            .any(|found| found.weight == Weight::Excepts);
        let owes_red = self.policy.kind.is_none_or(Kind::owes_red);
        if self.is_production_changed() && owes_red && self.is_left_to_examples() {
            let text = "examples in comments changed with the code, and they are not run here";
            self.find(Finding::new(Code::NothingNotices, Weight::Clouds, "", text));
            return ChangeVerdict::Unclear;
        }
        if self.is_production_changed() && owes_red {
            let tests = self.tests.len();
            let text = match tests {
                0 => "production code changed and no test changed with it".to_owned(),
                1 => "the test in question is not red without the change".to_owned(),
                _ => format!("none of the {tests} tests in question is red without the change"),
            };
            self.find(Finding::new(Code::NothingNotices, Weight::Blocks, "", text));
            return ChangeVerdict::Refuted;
        }
        let changed = self.is_production_changed() || self.change.touches(Surface::Manifest);
        if changed && (kept > 0 || !owes_red) {
            return if excepted {
                ChangeVerdict::ProvenExcept
            } else {
                ChangeVerdict::Preserved
            };
        }
        let text = match (self.change.touches_tests(), self.policy.kind) {
            (true, Some(Kind::Characterization)) if kept > 0 || !self.tests.is_empty() => {
                return ChangeVerdict::Preserved;
            }
            (true, _) => "only tests changed: production code is the same on base and head",
            (false, _) => "the range changes no code, no manifest and no test",
        };
        self.find(Finding::new(
            Code::NothingToProve,
            Weight::Advises,
            "",
            text,
        ));
        ChangeVerdict::NothingToProve
    }

    fn not_checked(&self, functions: &[FunctionJudged]) -> Vec<String> {
        let mut lines: BTreeSet<String> = BTreeSet::new();
        for evidence in self.facts.all() {
            for what in &evidence.report.left_out {
                lines.insert(format!("{what} in {}", evidence.observation.unit));
            }
        }
        lines.extend(self.left_out_packages());
        let apart = functions
            .iter()
            .any(|f| f.verdict == FunctionVerdict::NotToldApart);
        if apart {
            lines.insert("which of the changed functions each test notices".to_owned());
        }
        let mut lines: Vec<String> = lines.into_iter().collect();
        lines.push("mutants of the change: how much of it the tests would notice".to_owned());
        lines
    }
}

impl Bench<'_> {
    /// Old tests that were not run because the change cannot reach them.
    fn left_out_packages(&self) -> Vec<String> {
        let narrowed = self.change.affected.iter().filter(|(unit, _)| {
            let old = self.facts.suite(self.change, unit, TreeKind::T);
            old.is_some_and(|old| old.observation.tests != Selection::Whole)
        });
        let line = |(unit, affected): (&UnitId, &Affected)| {
            let (left, of) = (affected.of - affected.files.len(), affected.of);
            format!(
                "{left} of {of} test targets of {unit}, which do not depend on what changed \
                 (--scope whole runs them)"
            )
        };
        narrowed.map(line).collect()
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

/// A test with its verdict and its answers on every tree that was asked.
pub(super) fn record(
    change: &Change,
    facts: &Facts,
    test: &TestId,
    path: Option<&str>,
    verdict: TestVerdict,
) -> TestJudged {
    let cells = TREES
        .into_iter()
        .filter_map(|tree| cell(change, facts, tree, (test, path)));
    let (id, path) = (test.clone(), path.map(str::to_owned));
    TestJudged {
        id,
        path,
        verdict,
        cells: cells.collect(),
    }
}

fn cell(
    change: &Change,
    facts: &Facts,
    tree: TreeKind,
    (test, path): (&TestId, Option<&str>),
) -> Option<Cell> {
    let samples = facts.samples(tree, test, path).len();
    let blank = |mark| Cell {
        tree,
        mark,
        samples,
        reason: None,
        message: String::new(),
        at: None,
    };
    match facts.settled(change, tree, test, path) {
        Settled::Unasked => None,
        Settled::Passed => Some(blank(Mark::Passed)),
        Settled::Mixed(..) => Some(blank(Mark::Mixed)),
        Settled::Red(outcome, reason) => {
            let mut cell = blank(mark_of(&outcome));
            cell.reason = reason;
            if let Outcome::Failed(Failure { message, at, .. }) = outcome {
                cell.message = message;
                cell.at = at;
            }
            Some(cell)
        }
    }
}

/// Runs that could not be made or believed.
pub(super) fn troubles(change: &Change, facts: &Facts, policy: &Policy) -> Vec<Finding> {
    let mut found: Vec<Finding> = facts.all().iter().filter_map(trouble).collect();
    let changed = change.touches(Surface::Production) || change.touches(Surface::Test);
    let owed = policy.kind != Some(Kind::Docs);
    if change.units.is_empty() && changed && owed {
        let text = "no directory with a known test runner holds the change";
        found.push(Finding::new(Code::NoRunner, Weight::Clouds, "", text));
    }
    found
}

fn trouble(evidence: &Evidence) -> Option<Finding> {
    let trouble = evidence.report.trouble.as_ref()?;
    let tree = evidence.observation.tree;
    let (code, text) = match trouble {
        Trouble::MissingTool { tool, remedy } => {
            (Code::MissingTool, format!("{tool} is missing: {remedy}"))
        }
        Trouble::CouldNotRun { why } => (Code::CouldNotRun, why.clone()),
        Trouble::Inconsistent { why } => (Code::Inconsistent, why.clone()),
        Trouble::AnotherCopy { module, path } => (
            Code::AnotherCopy,
            format!("{module} was loaded from {path}"),
        ),
        Trouble::Hung { limit_ms } => (
            Code::Hung,
            format!("the run did not end within {} s", limit_ms / 1000),
        ),
    };
    // R and S may fail to build for good reasons; what follows from that is said of the tests.
    let weight = match (tree, trouble) {
        (TreeKind::R | TreeKind::S, Trouble::CouldNotRun { .. } | Trouble::Hung { .. }) => {
            Weight::Advises
        }
        (TreeKind::R | TreeKind::S | TreeKind::H | TreeKind::T | TreeKind::B, _) => Weight::Clouds,
    };
    let subject = format!("{} on tree {tree:?}", evidence.observation.unit);
    Some(Finding::new(code, weight, subject, text))
}

fn mark_of(outcome: &Outcome) -> Mark {
    match outcome {
        Outcome::Passed => Mark::Passed,
        Outcome::Failed(_) | Outcome::TimedOut => Mark::Failed,
        Outcome::Skipped(_) => Mark::Skipped,
        Outcome::Absent | Outcome::NotCollected => Mark::Absent,
        Outcome::NotReached => Mark::Unknown,
    }
}
