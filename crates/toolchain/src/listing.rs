//! Names tests by running them, for runners that know the cases of a table in no other way.

use crate::{Ask, Files, Invocation, Lister, RawOutput, Runner, Unit};
use redgreen_core::evidence::Report;
use redgreen_core::outcome::Outcome;

/// A runner whose runs tell the names.
pub(crate) struct ByRunning {
    /// The runner.
    pub(crate) runner: &'static dyn Runner,
    /// Whether the tests of the file at a path can be others although its text is the same.
    pub(crate) varies: fn(&str, &str) -> bool,
}

impl Lister for ByRunning {
    fn varying(&self, unit: &Unit, files: &dyn Files) -> Vec<String> {
        let varies = |path: &&String| {
            let text = files.text(path).filter(|_| unit.inside(path).is_some());
            text.is_some_and(|text| (self.varies)(path, &text))
        };
        files.paths().iter().filter(varies).cloned().collect()
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        self.runner.next(ask, so_far)
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        names_of(self.runner.read(ask, outputs))
    }
}

/// The report with the names of its tests, and nothing of what they did.
pub(crate) fn names_of(mut report: Report) -> Report {
    for seen in report.tests.values_mut() {
        seen.outcome = Outcome::NotReached;
        seen.ms = None;
    }
    report
}
