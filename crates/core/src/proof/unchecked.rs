//! Says what a proof did not check, so that nothing unmeasured looks green.

use super::judge::Bench;
use super::verdict::{FunctionJudged, FunctionVerdict};
use crate::change::Affected;
use crate::evidence::{Selection, TreeKind};
use crate::id::UnitId;
use std::collections::BTreeSet;

impl Bench<'_> {
    pub(super) fn not_checked(&self, functions: &[FunctionJudged]) -> Vec<String> {
        let mut lines: BTreeSet<String> = BTreeSet::new();
        for evidence in self.facts.all() {
            for what in &evidence.report.left_out {
                lines.insert(format!("{what} in {}", evidence.observation.unit));
            }
        }
        lines.extend(self.left_out_packages());
        let units = self.change.varying.keys();
        let unlisted = units.filter(|unit| {
            let listing = self.facts.listing(unit, TreeKind::B);
            listing.is_some_and(|listing| listing.report.trouble.is_some())
        });
        lines.extend(unlisted.map(|unit| {
            format!("whether head's code makes fewer tests than base's in {unit}: base could not be listed")
        }));
        let apart = functions
            .iter()
            .any(|f| f.verdict == FunctionVerdict::NotToldApart);
        if apart {
            lines.insert("which of the changed functions each test notices".to_owned());
        }
        lines.extend(self.unchanged_worlds());
        lines.extend(self.unchecked_mutants());
        lines.into_iter().collect()
    }

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
