//! Concludes: from everything that was found to the one verdict of the change.

use super::judge::Bench;
use super::verdict::{ChangeVerdict, TestVerdict};
use crate::finding::{Code, Finding, Weight};
use crate::kind::Kind;
use crate::surface::Surface;

impl Bench<'_> {
    /// The change's verdict from everything that was found.
    pub(super) fn verdict(&mut self, kept: usize) -> ChangeVerdict {
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
}
