//! Fills in the acceptance checklist. A tick needs evidence of the journal; no claim gives one.

use super::current::{current, is_met, whole};
use super::rows::{FileDiff, Side};
use super::security::{SecurityRow, VALIDATION, claims_of};
use super::verdict::VerdictRow;
use super::words::count;
use crate::claim::{Note, Topic};
use crate::event::{GateJudged, GateVerdict};
use crate::finding::Code;
use crate::phase::Phase;
use crate::proof::{ChangeVerdict, Proof, TestVerdict};
use crate::run::RunState;
use crate::ticket::Ticket;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One box of the acceptance checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckRow {
    /// What is to be accepted.
    pub item: String,
    /// Whether the journal holds evidence for it. No claim ticks a box.
    pub ticked: bool,
    /// What was seen, or why it is open.
    pub because: String,
    /// What the worker says of it: claims.
    pub claims: Vec<String>,
}

/// What the boxes are filled in from.
pub(super) struct Grounds<'g> {
    pub(super) state: &'g RunState,
    pub(super) ticket: &'g Ticket,
    pub(super) verdict: &'g VerdictRow,
    pub(super) security: &'g [SecurityRow],
    pub(super) notes: &'g [&'g Note],
    pub(super) files: &'g [FileDiff],
}

/// The evidence for a box, or why it stays open.
type Ground = Result<String, String>;

/// The eight boxes.
pub(super) fn rows(grounds: &Grounds<'_>) -> Vec<CheckRow> {
    let validation = grounds.security.get(VALIDATION);
    let all_security = grounds.security.iter().flat_map(claims_of).collect();
    let not_checked = || Err("not checked".to_owned());
    vec![
        row(grounds.asked_for(), grounds.behaviour(), Vec::new()),
        row(
            "Input validation and error handling are explicit and tested.".to_owned(),
            not_checked(),
            validation.map(claims_of).unwrap_or_default(),
        ),
        row(
            grounds.performance_item(),
            grounds.performance(),
            grounds.said(Topic::Performance),
        ),
        row(
            "Security: no secrets in code; handles untrusted inputs safely; follows least \
             privilege."
                .to_owned(),
            not_checked(),
            all_security,
        ),
        row(
            "Code follows the chosen style guide and passes lint/format checks.".to_owned(),
            grounds.lint(),
            Vec::new(),
        ),
        row(
            "Tests: cover happy paths + edge cases; all pass locally with provided commands."
                .to_owned(),
            grounds.tests(),
            Vec::new(),
        ),
        row(
            "Backward compatibility respected or intentionally versioned.".to_owned(),
            grounds.compatibility(),
            Vec::new(),
        ),
        row(
            "Clear runbook/README updates provided.".to_owned(),
            grounds.documents(),
            grounds.said(Topic::Documentation),
        ),
    ]
}

fn row(item: String, ground: Ground, mut claims: Vec<String>) -> CheckRow {
    claims.dedup();
    let ticked = ground.is_ok();
    let because = match ground {
        Ok(seen) => seen,
        Err(open) => open,
    };
    CheckRow {
        item,
        ticked,
        because,
        claims,
    }
}

impl Grounds<'_> {
    fn asked_for(&self) -> String {
        let title = self.ticket.title.trim_end_matches('.');
        let references = self.ticket.references.iter().map(ToString::to_string);
        let references: Vec<String> = references.collect();
        match references.is_empty() {
            true => format!("Functional behavior matches: {title}."),
            false => format!(
                "Functional behavior matches: {title} and/or {}.",
                references.join(", ")
            ),
        }
    }

    fn performance_item(&self) -> String {
        let targets = self.ticket.performance.iter().map(|t| t.text.as_str());
        let targets: Vec<&str> = targets.collect();
        match targets.is_empty() {
            true => "Performance: meets its targets.".to_owned(),
            false => format!("Performance: meets {}.", targets.join("; ")),
        }
    }

    fn said(&self, topic: Topic) -> Vec<String> {
        let notes = self.notes.iter().filter(|note| note.topic == topic);
        notes.map(|note| note.text.clone()).collect()
    }

    /// The gate that judged the whole change as it stands, and its proof.
    fn judged(&self) -> Result<(&GateJudged, &Proof), String> {
        let judged = whole(self.state).and_then(|gate| Some((gate, gate.proof.as_deref()?)));
        judged.ok_or_else(|| "not checked: the whole change is not proven".to_owned())
    }

    /// The proof, where it holds without a but.
    fn proven(&self) -> Result<&Proof, String> {
        let (gate, proof) = self.judged()?;
        if self.ticket.digest != self.state.started.digest {
            return Err("stale: the ticket was changed since the run began".to_owned());
        }
        let exceptions = self.verdict.exceptions.len();
        match (gate.verdict, proof.verdict) {
            (GateVerdict::Met, ChangeVerdict::Proven | ChangeVerdict::Preserved)
                if exceptions == 0 =>
            {
                Ok(proof)
            }
            (GateVerdict::Met | GateVerdict::Unmet | GateVerdict::Unclear, _) => {
                Err(format!("not plainly proven: {}", self.verdict.words))
            }
        }
    }

    fn behaviour(&self) -> Ground {
        let proof = self.proven()?;
        let slices = &self.state.started.slices;
        let in_a_slice = |id| slices.iter().any(|slice| slice.contains(id));
        let left = self.ticket.criteria.iter().filter(|c| !in_a_slice(&c.id));
        let left: Vec<&str> = left.map(|criterion| criterion.id.as_str()).collect();
        if !left.is_empty() {
            return Err(format!("not checked: no slice has {}", left.join(", ")));
        }
        let kind = self.state.started.kind;
        let red = |slice: usize| {
            !self.state.feedback.owes(slice, Phase::Red) || is_met(self.state, Phase::Red, slice)
        };
        if kind.owes_red() && !(0..slices.len()).all(red) {
            return Err("not checked: a slice has no tests that were red".to_owned());
        }
        let proving = proof.proving().count();
        match proving {
            0 if kind.owes_red() => Err("not checked: no test proves the change".to_owned()),
            0 => Ok(format!("seen: {} kept", count(proof.kept, "old promise"))),
            many => Ok(format!(
                "seen: {} red without the change and green with it; whether they ask for what \
                 the ticket says is for the reviewer to read",
                count(many, "test")
            )),
        }
    }

    fn performance(&self) -> Ground {
        Err(match self.ticket.performance.is_empty() {
            true => "no target given".to_owned(),
            false => "target given, not measured".to_owned(),
        })
    }

    fn lint(&self) -> Ground {
        let gate = current(self.state, Phase::Verify, 0);
        let mut findings = gate.iter().flat_map(|gate| &gate.findings);
        match findings.find(|finding| finding.code == Code::LintFailed) {
            Some(found) => Err(format!("{}: {}", found.code, found.message)),
            None => Err("not checked".to_owned()),
        }
    }

    fn tests(&self) -> Ground {
        let proof = self.proven()?;
        let proving = proof.proving().count();
        if proving + proof.kept == 0 {
            return Err("not checked: no test was seen to pass".to_owned());
        }
        Ok(format!(
            "seen: {} of the change and {} pass; whether they cover every edge case was not \
             checked",
            count(proving, "proving test"),
            count(proof.kept, "old test")
        ))
    }

    fn compatibility(&self) -> Ground {
        let (gate, proof) = self.judged()?;
        let broken = |found: &&crate::finding::Finding| breaks_a_promise(found.code);
        let all = gate.findings.iter().chain(&proof.findings);
        if let Some(found) = all.clone().find(broken) {
            return Err(format!("{}: {}", found.code, found.message));
        }
        let old = proof
            .tests
            .iter()
            .find(|test| changes_a_promise(test.verdict));
        if let Some(test) = old {
            return Err(format!("{}: {}", test.verdict.words(), test.id));
        }
        match (gate.verdict, proof.verdict, proof.kept) {
            (
                GateVerdict::Met,
                ChangeVerdict::Proven | ChangeVerdict::ProvenExcept | ChangeVerdict::Preserved,
                1..,
            ) => Ok(format!(
                "seen: {} as base wrote them pass on head; what no old test asks for was not \
                 checked",
                count(proof.kept, "old test")
            )),
            (_, _, 0) => Err("not checked: no old test was seen to pass".to_owned()),
            (GateVerdict::Met | GateVerdict::Unmet | GateVerdict::Unclear, _, _) => {
                Err(format!("not plainly proven: {}", self.verdict.words))
            }
        }
    }

    fn documents(&self) -> Ground {
        let documents = self.files.iter().filter(|file| file.side == Side::Docs);
        let documents = documents.count();
        let waived = self
            .state
            .waivers
            .iter()
            .any(|w| w.phase == Phase::Document);
        match (is_met(self.state, Phase::Document, 0), documents, waived) {
            (true, 1.., false) => Ok(format!(
                "seen: {} changed and the gate of DOCUMENT is met; whether they are clear is for \
                 the reviewer to read",
                count(documents, "document")
            )),
            (true, 1.., true) => Err("the gate of DOCUMENT was passed with a waiver".to_owned()),
            (true, 0, _) => Err("no document changed".to_owned()),
            (false, _, _) => Err("not checked: the gate of DOCUMENT is not met".to_owned()),
        }
    }
}

/// Whether a finding says that an old promise changed, however it weighs.
fn breaks_a_promise(code: Code) -> bool {
    [
        Code::Lost,
        Code::Rewritten,
        Code::Regressed,
        Code::RunnerConfigChanged,
        Code::RemovedWithSubject,
        Code::FollowedApiChange,
    ]
    .contains(&code)
}

/// Whether a test's verdict says that an old promise changed.
fn changes_a_promise(verdict: TestVerdict) -> bool {
    match verdict {
        TestVerdict::Lost
        | TestVerdict::Rewritten
        | TestVerdict::FollowedApiChange
        | TestVerdict::RemovedWithSubject => true,
        TestVerdict::Proves
        | TestVerdict::Red
        | TestVerdict::Characterizes
        | TestVerdict::WrongReason
        | TestVerdict::Unstable
        | TestVerdict::Broken
        | TestVerdict::NeverRuns
        | TestVerdict::Moved
        | TestVerdict::PreExistingFailure
        | TestVerdict::Unclear => false,
    }
}
