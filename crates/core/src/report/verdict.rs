//! Says in words what became of the change and of its run.

use super::current::whole;
use super::words::{count, of_phase};
use crate::event::{GateJudged, GateVerdict};
use crate::finding::{Code, Weight};
use crate::phase::Phase;
use crate::proof::{ChangeVerdict, Proof};
use crate::run::{RunState, Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where the run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Standing {
    /// The change landed.
    Landed,
    /// It ended without landing.
    Aborted {
        /// Why, and who said so; empty where nobody did.
        reason: String,
    },
    /// All gates are met; landing it is a person's decision.
    Ready,
    /// It waits for a person.
    Waits {
        /// Why.
        why: String,
    },
    /// It is being worked on.
    AtWork {
        /// The phase.
        phase: Phase,
        /// The slice, from 0.
        slice: usize,
    },
}

/// What can be said of the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerdictRow {
    /// What the last proof said; nothing where none was made.
    pub proof: Option<ChangeVerdict>,
    /// Whether that was a proof of the whole change as it stands now.
    pub whole: bool,
    /// What the gate behind that proof came to.
    pub gate: Option<GateVerdict>,
    /// What the change is proven but for: findings that weigh so, and waivers.
    pub exceptions: Vec<Exception>,
    /// All of it in words: `Proven, 1 exception`.
    pub words: String,
}

/// Something that a change is proven but for.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Exception {
    /// The finding's code.
    pub code: Code,
    /// The test, function or path; empty where a waiver named none.
    pub subject: String,
}

/// Where the run stands.
pub(super) fn standing(state: &RunState) -> Standing {
    match (state.ended, state.stage) {
        (Some(true), _) => Standing::Landed,
        (Some(false), _) => Standing::Aborted {
            reason: state.history.ended_because.clone(),
        },
        (None, _) if state.phase == Phase::Complete && state.waiting.is_none() => Standing::Ready,
        (None, Stage::Person) => Standing::Waits {
            why: state
                .waiting
                .as_ref()
                .map_or_else(String::new, |needed| needed.why.clone()),
        },
        (None, Stage::Enter | Stage::Work | Stage::Gate | Stage::Commit | Stage::Over) => {
            Standing::AtWork {
                phase: state.phase,
                slice: state.slice,
            }
        }
    }
}

/// What can be said of the change.
pub(super) fn verdict(state: &RunState) -> VerdictRow {
    let whole = whole(state);
    let over_code = |gate: &&GateJudged| gate.phase >= Phase::Green && gate.proof.is_some();
    let last = whole.or_else(|| state.gates.iter().rev().find(over_code));
    let exceptions = exceptions(state, last);
    let words = words(state, whole, last, exceptions.len());
    VerdictRow {
        proof: last.and_then(proof_of).map(|proof| proof.verdict),
        whole: whole.is_some(),
        gate: last.map(|gate| gate.verdict),
        exceptions: exceptions.into_iter().collect(),
        words,
    }
}

fn proof_of(gate: &GateJudged) -> Option<&Proof> {
    gate.proof.as_deref()
}

/// What the last gate found to be an exception, and every waiver of the run: one that the last
/// gate does not show was given all the same.
fn exceptions(state: &RunState, last: Option<&GateJudged>) -> BTreeSet<Exception> {
    let found = last.iter().flat_map(|gate| gate.findings.iter());
    let mut all: BTreeSet<Exception> = found
        .filter(|finding| finding.weight == Weight::Excepts)
        .map(|finding| Exception {
            code: finding.code,
            subject: finding.subject.clone(),
        })
        .collect();
    for waiver in &state.waivers {
        let shown = |known: &Exception| {
            known.code == waiver.code
                && (waiver.subject.is_empty() || waiver.subject == known.subject)
        };
        if !all.iter().any(shown) {
            all.insert(Exception {
                code: waiver.code,
                subject: waiver.subject.clone(),
            });
        }
    }
    all
}

fn words(
    state: &RunState,
    whole: Option<&GateJudged>,
    last: Option<&GateJudged>,
    exceptions: usize,
) -> String {
    let aborted = state.ended == Some(false);
    let proven = whole.and_then(|gate| Some((gate, proof_of(gate)?)));
    match (proven, last) {
        (Some((gate, proof)), _) if aborted => {
            let said = of_whole(gate, proof, exceptions);
            format!("{said}; the run was ended before it landed")
        }
        (Some((gate, proof)), _) => of_whole(gate, proof, exceptions),
        (None, _) if aborted => {
            "Not proven: the run was ended before the whole change was proven".to_owned()
        }
        (None, Some(gate)) => {
            let phase = of_phase(gate.phase, gate.slice);
            let met = gate_words(gate.verdict);
            format!("Not proven yet (last proof: {phase}, {met})")
        }
        (None, None) => "Not proven yet".to_owned(),
    }
}

fn of_whole(gate: &GateJudged, proof: &Proof, exceptions: usize) -> String {
    let but = |word: &str, exceptions: usize| match exceptions {
        0 => word.to_owned(),
        many => format!("{word}, {}", count(many, "exception")),
    };
    match (gate.verdict, proof.verdict) {
        (GateVerdict::Unclear, _) => "Unclear".to_owned(),
        (GateVerdict::Unmet, ChangeVerdict::Refuted) => "Refuted".to_owned(),
        (
            GateVerdict::Unmet,
            ChangeVerdict::Proven
            | ChangeVerdict::ProvenExcept
            | ChangeVerdict::Preserved
            | ChangeVerdict::Unclear
            | ChangeVerdict::NothingToProve,
        ) => format!(
            "Not proven: the gate of {} is unmet",
            of_phase(gate.phase, 0)
        ),
        (GateVerdict::Met, ChangeVerdict::Proven) => but("Proven", exceptions),
        (GateVerdict::Met, ChangeVerdict::ProvenExcept) => but("Proven", exceptions.max(1)),
        (GateVerdict::Met, ChangeVerdict::Preserved) => but("Preserved", exceptions),
        (GateVerdict::Met, ChangeVerdict::NothingToProve) => but("Nothing to prove", exceptions),
        (GateVerdict::Met, ChangeVerdict::Refuted | ChangeVerdict::Unclear) => {
            let proving = proof.proving().next().is_some();
            match exceptions {
                // No waiver and yet met: the proof's own word stands.
                0 => change_words(proof.verdict).to_owned(),
                many if proving => but("Proven", many),
                many => but("Not proven: let pass", many),
            }
        }
    }
}

/// A proof's verdict in words.
pub fn change_words(verdict: ChangeVerdict) -> &'static str {
    match verdict {
        ChangeVerdict::Proven => "Proven",
        ChangeVerdict::ProvenExcept => "Proven, with exceptions",
        ChangeVerdict::Preserved => "Preserved",
        ChangeVerdict::Refuted => "Refuted",
        ChangeVerdict::Unclear => "Unclear",
        ChangeVerdict::NothingToProve => "Nothing to prove",
    }
}

/// A gate's verdict in words.
pub(super) fn gate_words(verdict: GateVerdict) -> &'static str {
    match verdict {
        GateVerdict::Met => "met",
        GateVerdict::Unmet => "unmet",
        GateVerdict::Unclear => "unclear",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{TestId, TreeId, UnitId};
    use crate::proof::{TestJudged, TestVerdict};

    fn check(met: GateVerdict, verdict: ChangeVerdict, exceptions: usize, words: &str) {
        check_with(Vec::new(), (met, verdict), exceptions, words);
    }

    fn check_with(
        tests: Vec<TestJudged>,
        said: (GateVerdict, ChangeVerdict),
        exceptions: usize,
        words: &str,
    ) {
        let gate = GateJudged {
            phase: Phase::Verify,
            slice: 0,
            verdict: said.0,
            findings: Vec::new(),
            proof: None,
            facts: Vec::new(),
            commands: Vec::new(),
            tree: TreeId::default(),
        };
        let proof = Proof {
            verdict: said.1,
            tests,
            functions: Vec::new(),
            findings: Vec::new(),
            kept: 0,
            not_checked: Vec::new(),
            mutants: Vec::new(),
        };
        assert_eq!(of_whole(&gate, &proof, exceptions), words);
    }

    #[test]
    fn a_met_gate_has_the_word_of_its_proof() {
        check(GateVerdict::Met, ChangeVerdict::Proven, 0, "Proven");
        check(GateVerdict::Met, ChangeVerdict::Preserved, 0, "Preserved");
        let nothing = ChangeVerdict::NothingToProve;
        check(GateVerdict::Met, nothing, 0, "Nothing to prove");
    }

    #[test]
    fn an_exception_is_never_left_out() {
        check(
            GateVerdict::Met,
            ChangeVerdict::Proven,
            1,
            "Proven, 1 exception",
        );
        check(
            GateVerdict::Met,
            ChangeVerdict::Preserved,
            2,
            "Preserved, 2 exceptions",
        );
        check(
            GateVerdict::Met,
            ChangeVerdict::ProvenExcept,
            0,
            "Proven, 1 exception",
        );
    }

    #[test]
    fn a_gate_that_is_not_met_proves_nothing() {
        check(GateVerdict::Unmet, ChangeVerdict::Refuted, 0, "Refuted");
        check(GateVerdict::Unclear, ChangeVerdict::Proven, 0, "Unclear");
        let unmet = "Not proven: the gate of VERIFY is unmet";
        check(GateVerdict::Unmet, ChangeVerdict::Proven, 1, unmet);
    }

    #[test]
    fn a_waiver_alone_proves_nothing() {
        let refuted = (GateVerdict::Met, ChangeVerdict::Refuted);
        check_with(Vec::new(), refuted, 1, "Not proven: let pass, 1 exception");
        check_with(Vec::new(), refuted, 0, "Refuted");
        let proving = TestJudged {
            id: TestId::new(&UnitId::from(".:pytest"), "t"),
            path: None,
            verdict: TestVerdict::Proves,
            cells: Vec::new(),
        };
        check_with(vec![proving], refuted, 1, "Proven, 1 exception");
    }
}
