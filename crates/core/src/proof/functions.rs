//! Judges changed functions: which of them do the proving tests notice?

use super::judge::Bench;
use super::verdict::{FunctionJudged, FunctionVerdict, TestVerdict};
use crate::change::{ChangedFunction, Status};
use crate::evidence::TreeKind;
use crate::finding::{Code, Finding, Weight};
use crate::id::TestId;
use crate::outcome::{Failure, FailureKind, Location, Outcome};
use crate::surface::Surface;
use std::collections::{BTreeMap, BTreeSet};

impl Bench<'_> {
    /// Every changed function with its verdict, by place.
    pub(super) fn functions(&mut self) -> Vec<FunctionJudged> {
        let hit = self.hits();
        let changed = &self.change.functions;
        let alive = changed
            .iter()
            .filter(|function| function.status != Status::Deleted)
            .count();
        let mut judged: Vec<FunctionJudged> = changed
            .iter()
            .map(|function| self.function(function, alive, &hit))
            .collect();
        judged.sort_by(|a, b| a.at.cmp(&b.at));
        let apart: Vec<&FunctionJudged> = judged
            .iter()
            .filter(|f| f.verdict == FunctionVerdict::NotToldApart)
            .collect();
        if !apart.is_empty() {
            let names: Vec<&str> = apart.iter().take(5).map(|f| f.name.as_str()).collect();
            let more = if apart.len() > 5 { ", …" } else { "" };
            let text = format!("not told apart by the tests: {}{more}", names.join(", "));
            let finding = Finding::new(Code::NotToldApart, Weight::Excepts, "", text);
            self.find(finding);
        }
        judged
    }

    /// Which proving tests hit the stub of which function.
    fn hits(&self) -> BTreeMap<String, BTreeSet<TestId>> {
        let mut hits: BTreeMap<String, BTreeSet<TestId>> = BTreeMap::new();
        let proving = self
            .tests
            .values()
            .filter(|test| test.verdict == TestVerdict::Proves);
        for test in proving {
            for outcome in self
                .facts
                .samples(TreeKind::S, &test.id, test.path.as_deref())
            {
                if let Outcome::Failed(Failure {
                    kind: FailureKind::Stub(name),
                    ..
                }) = outcome
                {
                    hits.entry(name).or_default().insert(test.id.clone());
                }
            }
        }
        hits
    }

    fn function(
        &self,
        changed: &ChangedFunction,
        alive: usize,
        hits: &BTreeMap<String, BTreeSet<TestId>>,
    ) -> FunctionJudged {
        let proving: Vec<TestId> = self
            .tests
            .values()
            .filter(|test| test.verdict == TestVerdict::Proves)
            .map(|test| test.id.clone())
            .collect();
        let verdict = if changed.status == Status::Deleted {
            FunctionVerdict::Removed
        } else if let Some(tests) = hits.get(&changed.function.name) {
            FunctionVerdict::ProvenBy(tests.iter().cloned().collect())
        } else if let Some(tests) = self.noticing(changed, &proving) {
            FunctionVerdict::ProvenBy(tests)
        } else if self.policy.kind.is_some_and(|kind| !kind.owes_red()) {
            FunctionVerdict::Exempt
        } else if proving.is_empty() || self.is_out_of_reach(changed) {
            FunctionVerdict::NotReached
        } else if alive == 1 {
            FunctionVerdict::ProvenBy(proving)
        } else {
            FunctionVerdict::NotToldApart
        };
        let mut at = Location::new(changed.function.path.clone(), changed.function.lines.first);
        at.surface = Some(Surface::Production);
        FunctionJudged {
            name: changed.function.name.clone(),
            at,
            verdict,
        }
    }
}
