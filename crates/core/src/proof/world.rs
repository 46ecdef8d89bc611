//! Decides about tests that pass only in the world as it was: elsewhere the code or the test may do
//! something else.

use super::judge::Bench;
use super::next::{Asking, names};
use super::verdict::TestVerdict;
use crate::evidence::{Observation, Purpose, TreeKind};
use crate::finding::{Code, Finding, Weight};
use crate::id::{TestId, UnitId};
use crate::outcome::{Failure, Location, Outcome};

/// The sample on head that is taken in a changed world. It costs no run more than it would here.
const ELSEWHERE: u32 = 1;

/// Where a sample on head is taken.
pub(super) fn of_sample(sample: u32) -> Purpose {
    if sample == ELSEWHERE {
        Purpose::Elsewhere
    } else {
        Purpose::Run
    }
}

impl Asking<'_> {
    /// The same tests in the same order here, where they fail elsewhere, and once more elsewhere
    /// where they pass here: one difference may be luck.
    pub(super) fn bound_to_this_world(&self, tests: &[TestId]) -> Option<Observation> {
        let first = self.facts.all().iter().find(|evidence| {
            let asked = &evidence.observation;
            asked.unit == *self.unit
                && asked.tree == TreeKind::H
                && asked.purpose == Purpose::Elsewhere
        })?;
        let could_run = first.report.trouble.is_none();
        let passes_here = |test: &&TestId| {
            let here = self.facts.here(TreeKind::H, test, self.path_of(test));
            here.iter().all(Outcome::passed)
        };
        let doubted = tests
            .iter()
            .filter(passes_here)
            .filter(|test| !could_run || !first.outcome(test).passed());
        let doubted: Vec<TestId> = doubted.cloned().collect();
        if doubted.is_empty() {
            return None;
        }
        let again = |purpose, sample| Observation {
            tests: names(&doubted),
            purpose,
            sample,
            ..first.observation.clone()
        };
        // Fewer tests may be in doubt by now than when it was asked.
        let is_answered = |ask: &Observation| {
            self.facts.all().iter().any(|evidence| {
                let tests = ask.tests.clone();
                let seen = &evidence.observation;
                Observation {
                    tests,
                    ..seen.clone()
                } == *ask
            })
        };
        let here = again(Purpose::Run, ELSEWHERE);
        if !is_answered(&here) {
            return Some(here);
        }
        let there = again(Purpose::Elsewhere, self.policy.samples);
        (could_run && !is_answered(&there)).then_some(there)
    }
}

impl Bench<'_> {
    /// Tests of the change that pass here alone.
    pub(super) fn bound_to_this_world(&mut self) {
        let mut found = Vec::new();
        for test in self.tests.values() {
            let path = test.path.as_deref();
            if !self.facts.is_bound(TreeKind::H, &test.id, path) {
                continue;
            }
            let weight = if test.verdict == TestVerdict::Proves {
                Weight::Excepts
            } else {
                Weight::Advises
            };
            let there = self.facts.there(TreeKind::H, &test.id);
            let what = there.first().map_or(String::new(), told);
            let text = format!(
                "passes only where it was run: in another time zone, with nothing around it that \
                 tells of a run of tests, and on another host where the sandbox can give one, it \
                 {what}"
            );
            let at = path.map(|path| Location::new(path, 0));
            let finding = Finding::new(Code::OnlyHere, weight, test.id.to_string(), text);
            found.push(finding.at(at));
        }
        for finding in found {
            self.find(finding);
        }
    }
}

impl Bench<'_> {
    /// Units whose new tests ran in no world but this one.
    pub(super) fn unchanged_worlds(&self) -> Vec<String> {
        let proving = |unit: &&UnitId| {
            let mut tests = self.tests.values();
            tests.any(|test| test.id.unit == **unit && test.verdict == TestVerdict::Proves)
        };
        let units = self.change.units.iter().filter(proving);
        units
            .filter(|unit| self.facts.elsewhere(unit, TreeKind::H).next().is_none())
            .map(|unit| format!("whether the new tests pass in a changed world in {unit}"))
            .collect()
    }
}

/// What a test did, in a few words.
fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Failed(Failure { message, .. }) if message.is_empty() => "fails".to_owned(),
        Outcome::Failed(Failure { message, .. }) => {
            format!("fails: {}", message.lines().next().unwrap_or_default())
        }
        Outcome::TimedOut => "takes too long".to_owned(),
        Outcome::Skipped(_) => "is skipped".to_owned(),
        Outcome::Absent | Outcome::NotCollected => "is not collected".to_owned(),
        Outcome::NotReached => "is not reached".to_owned(),
        Outcome::Passed => "passes".to_owned(),
    }
}
