//! Keeps hidden tests apart: written by somebody who saw the ticket and the interface alone, run
//! only at the gate of VERIFY, and told to whoever mends the change by the ids of criteria.

use crate::claim::Link;
use crate::event::QuestionAsked;
use crate::finding::{Code, Finding, Weight};
use crate::gate::is_named;
use crate::id::{CriterionId, Digest, TestId, TreeId};
use crate::phase::Phase;
use crate::run::{OpenQuestion, RunState, Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often hidden tests are tried to be had.
pub const HIDDEN_ATTEMPTS: u32 = 2;
/// How the ids of questions about hidden tests begin; the number of the test follows.
const QUESTION: &str = "H-";

/// Who is to write hidden tests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HiddenOrdered {
    /// The worker, as the journal names it.
    pub worker: String,
    /// Whether somebody asked for them: then the change is not accepted silently without.
    pub on_request: bool,
}

/// Somebody was asked for hidden tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HiddenAsked {
    /// Which attempt, from 1.
    pub attempt: u32,
    /// Digest of what it was told.
    pub prompt: Digest,
}

/// Hidden tests were written, and are red where the change is stubs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HiddenWritten {
    /// Who wrote them.
    pub worker: String,
    /// The tree that was shown: the change's interface, stubs for its bodies, base's tests.
    pub shown: TreeId,
    /// The same with the hidden tests. It is in redgreen's own state, not in the repository.
    pub tree: TreeId,
    /// The tests that count.
    pub tests: Vec<HiddenTest>,
    /// What was written and does not count, and why.
    #[serde(default)]
    pub left_out: Vec<String>,
    /// What its author's sandbox saw.
    #[serde(default)]
    pub seen: Vec<String>,
}

/// One hidden test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HiddenTest {
    /// The test.
    pub test: TestId,
    /// The criterion that its author says it shows.
    pub criterion: Option<CriterionId>,
}

/// No hidden tests came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HiddenFailed {
    /// Why.
    pub why: String,
    /// Whether another attempt would end the same.
    pub for_good: bool,
}

/// How it stands with the hidden tests of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Hidden {
    /// Whether their author was asked and has not answered yet.
    pub asked: bool,
    /// Attempts so far.
    pub attempts: u32,
    /// What there is.
    pub written: Option<HiddenWritten>,
    /// Why earlier attempts gave none.
    pub failures: Vec<String>,
    /// Whether there will be none.
    pub given_up: bool,
}

impl Hidden {
    pub(crate) fn ask(&mut self, asked: &HiddenAsked) {
        self.asked = true;
        self.attempts = asked.attempt;
    }

    pub(crate) fn write(&mut self, written: &HiddenWritten) {
        self.asked = false;
        self.written = Some(written.clone());
    }

    pub(crate) fn fail(&mut self, failed: &HiddenFailed) {
        self.asked = false;
        self.failures.push(failed.why.clone());
        self.given_up = failed.for_good || self.attempts >= HIDDEN_ATTEMPTS;
    }
}

impl RunState {
    /// Which attempt at hidden tests is owed before the next gate; nothing where none is.
    pub fn owed_hidden(&self) -> Option<u32> {
        self.started.hidden.as_ref()?;
        let due = (self.phase, self.stage) == (Phase::Verify, Stage::Gate);
        let settled = self.hidden.written.is_some() || self.hidden.given_up;
        match (due && !settled, self.hidden.asked) {
            (false, _) => None,
            // Asked and not answered: the same attempt again, so that a stop costs none.
            (true, true) => Some(self.hidden.attempts),
            (true, false) => Some(self.hidden.attempts + 1),
        }
    }
}

/// How a hidden test came out on the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenOutcome {
    /// It passes.
    Passes,
    /// It fails, every time.
    Fails,
    /// Once this, once that: it says nothing.
    Unstable,
}

/// What the gate makes of the hidden tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HiddenRuling {
    /// What is found: criteria, never tests.
    pub findings: Vec<Finding>,
    /// What a person has to decide.
    pub questions: Vec<QuestionAsked>,
    /// What was seen, in words.
    pub facts: Vec<String>,
}

/// Rules on the hidden tests of `written` by their `outcomes`, in its order. A failing one is first
/// told to the worker by its criterion; where it goes on failing, a person says who is wrong.
pub fn rule_hidden(
    state: &RunState,
    written: &HiddenWritten,
    outcomes: &[HiddenOutcome],
) -> HiddenRuling {
    let mut ruling = HiddenRuling::default();
    let (mut passed, mut unstable, mut wrong) = (0, 0, 0);
    for (index, (hidden, outcome)) in written.tests.iter().zip(outcomes).enumerate() {
        let id = format!("{QUESTION}{}", index + 1);
        let said = said_of(&state.questions, &id);
        match (said, outcome) {
            (Some(Said::Wrong), _) => wrong += 1,
            (None | Some(Said::Right), HiddenOutcome::Passes) => passed += 1,
            (None | Some(Said::Right), HiddenOutcome::Unstable) => unstable += 1,
            (None, HiddenOutcome::Fails) if was_told(state, hidden) => {
                ruling.findings.push(found(hidden, Weight::Clouds));
                ruling.questions.push(question(id, hidden));
            }
            (None | Some(Said::Right), HiddenOutcome::Fails) => {
                ruling.findings.push(found(hidden, Weight::Blocks));
            }
        }
    }
    ruling.findings.dedup();
    let all = written.tests.len();
    let tests = if all == 1 { "test" } else { "tests" };
    ruling.facts.push(format!(
        "{passed} of {all} hidden {tests} by {} pass",
        written.worker
    ));
    for (count, why) in [
        (unstable, "not counted: once red, once green"),
        (wrong, "left out: a person says that they are wrong"),
    ] {
        if count > 0 {
            ruling.facts.push(format!("hidden tests: {count} {why}"));
        }
    }
    ruling
}

/// What the gate says where hidden tests are ordered and there are none.
pub fn without_hidden(state: &RunState, why: &str) -> Option<Finding> {
    let ordered = state.started.hidden.as_ref()?;
    let weight = match ordered.on_request {
        true => Weight::Clouds,
        false => Weight::Advises,
    };
    let text = format!("there are no hidden tests: {why}");
    Some(Finding::new(Code::HiddenTestsMissing, weight, "", text))
}

/// Whether a question is about a hidden test: workers are not shown it.
pub fn is_about_hidden(question: &str) -> bool {
    question
        .strip_prefix(QUESTION)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The criterion of `test` by its author's `links`; where there is one criterion alone, that.
pub fn criterion_of(test: &str, links: &[Link], criteria: &[CriterionId]) -> Option<CriterionId> {
    let linked = links.iter().find(|link| is_named(test, &link.test));
    let known = linked.filter(|link| criteria.contains(&link.criterion));
    match (known, criteria) {
        (Some(link), _) => Some(link.criterion.clone()),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    }
}

/// What a person said of a hidden test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Right,
    Wrong,
}

fn said_of(questions: &[OpenQuestion], id: &str) -> Option<Said> {
    let asked = questions.iter().find(|question| question.asked.id == id)?;
    let answer = asked.answered.as_ref()?.answer.trim().to_lowercase();
    Some(match answer.starts_with("wrong") {
        true => Said::Wrong,
        false => Said::Right,
    })
}

/// Whether the worker had a go at what `hidden` asks.
fn was_told(state: &RunState, hidden: &HiddenTest) -> bool {
    let subject = subject(hidden);
    let mut gates = state.gates.iter();
    gates.any(|gate| {
        let mut findings = gate.findings.iter();
        findings.any(|found| {
            (found.code, found.weight, found.subject.as_str())
                == (Code::HiddenTestFails, Weight::Blocks, subject)
        })
    })
}

fn subject(hidden: &HiddenTest) -> &str {
    hidden
        .criterion
        .as_ref()
        .map_or("the ticket", CriterionId::as_str)
}

fn found(hidden: &HiddenTest, weight: Weight) -> Finding {
    let text = match weight {
        Weight::Clouds => {
            "a hidden test of it fails again: a person says whether the test is right"
        }
        Weight::Blocks | Weight::Excepts | Weight::Advises => {
            "a hidden test of it fails: read again what the ticket asks"
        }
    };
    Finding::new(Code::HiddenTestFails, weight, subject(hidden), text)
}

fn question(id: String, hidden: &HiddenTest) -> QuestionAsked {
    let number = id.trim_start_matches(QUESTION);
    QuestionAsked {
        text: format!(
            "hidden test {number}, of {}, fails on the change a second time: is it right or wrong?",
            subject(hidden)
        ),
        why: "redgreen report --format hidden shows it; a wrong test is left out, a right one \
              goes back to the worker"
            .to_owned(),
        default: "right".to_owned(),
        blocks: true,
        id,
    }
}

#[cfg(test)]
#[path = "hidden_tests.rs"]
mod tests;
