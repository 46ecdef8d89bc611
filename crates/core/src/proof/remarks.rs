//! Remarks on what a range changed beside code and tests: settings, helpers, detection of tests.

use super::judge::Bench;
use crate::change::Status;
use crate::finding::{Code, Finding, Weight};
use crate::kind::Kind;
use crate::outcome::Location;
use crate::surface::Surface;

/// Last parts of names of functions that decide whether two values are equal, in any language.
const EQUALITY: [&str; 14] = [
    "__eq__",
    "__ne__",
    "__hash__",
    "eq",
    "ne",
    "partial_cmp",
    "equals",
    "Equals",
    "Equal",
    "hashCode",
    "compareTo",
    "operator==",
    "==",
    "eql?",
];

impl Bench<'_> {
    /// Everything that is to be read although it decides nothing by itself.
    pub(super) fn remarks(&mut self) {
        self.settings();
        self.loosened();
        self.asks_for_test();
        self.equality();
        self.fitted();
        if self.policy.kind == Some(Kind::Refactor) && self.change.touches_tests() {
            let text =
                "a refactoring leaves the tests as they are; old tests ran as base wrote them";
            self.find(Finding::new(
                Code::RefactorTouchesTests,
                Weight::Advises,
                "",
                text,
            ));
        }
    }

    fn settings(&mut self) {
        let files = self.change.files.iter();
        let settings = files.filter(|file| file.surfaces.contains(&Surface::RunnerConfig));
        let paths: Vec<String> = settings.map(|file| file.path.clone()).collect();
        for path in paths {
            let text = "tells the runner which tests to run and how; old tests ran with base's";
            let at = Location::new(path.clone(), 0);
            let finding = Finding::new(Code::RunnerConfigChanged, Weight::Advises, path, text);
            self.find(finding.at(Some(at)));
        }
    }

    fn loosened(&mut self) {
        for loosened in &self.change.loosened {
            let (was, now) = (loosened.was, loosened.now);
            let text = format!(
                "asserts less than before in its own lines: {was} assertions on base, {now} on head"
            );
            let subject = loosened.test.to_string();
            self.find(Finding::new(Code::Loosened, Weight::Advises, subject, text));
        }
    }

    /// Code that asks whether it is under test can do one thing in a test and another elsewhere:
    /// no run of tests says what it does elsewhere.
    fn asks_for_test(&mut self) {
        for (at, words) in &self.change.asks_for_test {
            let subject = &at.path;
            let (weight, accepted) = if self.policy.accept.contains(subject) {
                (Weight::Excepts, "accepted: ")
            } else {
                (Weight::Clouds, "")
            };
            let text = format!(
                "{accepted}asks whether it is under test ({words}): no test tells what it does \
                 otherwise"
            );
            let finding = Finding::new(Code::AsksForTest, weight, subject.clone(), text);
            self.find(finding.at(Some(at.clone())));
        }
    }

    /// A fitted table passes whatever test was there when it was written.
    fn fitted(&mut self) {
        for (at, name, inputs) in &self.change.fitted {
            let text = format!(
                "proven on its own examples alone: it knows the inputs {} of the new tests and \
                 their answers, and computes nothing",
                inputs.join(", ")
            );
            let finding = Finding::new(Code::FitsExamples, Weight::Excepts, name.clone(), text);
            self.find(finding.at(Some(at.clone())));
        }
    }

    /// Assertions rest on equality: where it changed, they may hold for everything.
    fn equality(&mut self) {
        let alive = |status: Status| status != Status::Deleted;
        for changed in &self.change.functions {
            let function = &changed.function;
            let last = function.name.rsplit(['.', ':', '#']).next();
            if !alive(changed.status) || !last.is_some_and(|last| EQUALITY.contains(&last)) {
                continue;
            }
            let at = Location::new(function.path.clone(), function.lines.first);
            let key = (function.path.clone(), function.name.clone());
            let (weight, text) = if self.change.idle.contains(&key) {
                let text = "decides equality and looks at nothing: assertions about the type all \
                            hold, or none does";
                (Weight::Excepts, text)
            } else {
                let text = "decides equality, which assertions rest on; a wrong one makes them all \
                            hold";
                (Weight::Advises, text)
            };
            let subject = function.name.clone();
            let finding = Finding::new(Code::EqualityChanged, weight, subject, text);
            self.find(finding.at(Some(at)));
        }
    }
}
