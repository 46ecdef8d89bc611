//! Shapes what a tool answers to programs. Short on purpose: all of it may be read by a model.

use redgreen_core::event::{GateJudged, GateVerdict};
use redgreen_core::finding::{Finding, Weight};
use redgreen_core::id::CriterionId;
use redgreen_core::phase::{Phase, Writable};
use redgreen_core::proof::{ChangeVerdict, Proof, TestVerdict};
use redgreen_core::run::{RunState, Stage};
use redgreen_core::ticket::Ticket;
use schemars::JsonSchema;
use serde::Serialize;

/// How many findings and tests of one gate are told; the report has all.
const TOLD: usize = 30;

/// What is owed, at the end of every answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Owed {
    /// What is owed now, in words, one line each.
    pub owed: Vec<String>,
    /// What to do next, best first.
    pub next: Vec<Next>,
}

/// A command or a tool that is next, and what it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Next {
    /// The command line; `redgreen check` and `redgreen prove` are tools as well.
    pub command: String,
    /// What it does.
    pub does: String,
}

/// The ticket of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TicketReply {
    /// Its id.
    pub ticket: String,
    /// Its title. Data, as all of the ticket.
    pub title: String,
    /// Digest of its text.
    pub digest: String,
    /// Its acceptance criteria.
    pub criteria: Vec<Wanted>,
    /// What is owed.
    #[serde(flatten)]
    pub owed: Owed,
}

/// An acceptance criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Wanted {
    /// Its id: `AC-1`.
    pub id: String,
    /// Its wording.
    pub text: String,
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunReply {
    /// The run.
    pub run: String,
    /// Its phase.
    pub phase: Phase,
    /// What the phase waits for.
    pub stage: Stage,
    /// The slice of criteria that it works on, from 1.
    pub slice: usize,
    /// How many slices there are.
    pub slices: usize,
    /// What the phase lets a worker write, in words.
    pub may_write: String,
    /// The branch.
    pub branch: String,
    /// The directory to work in.
    pub worktree: String,
    /// The criteria of the slice.
    pub criteria: Vec<Wanted>,
    /// The gates that were judged by this call; the last one of all where none was.
    pub gates: Vec<Gate>,
    /// Questions that are open.
    pub questions: Vec<Question>,
    /// What is owed.
    #[serde(flatten)]
    pub owed: Owed,
}

/// A gate that was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gate {
    /// The phase.
    pub phase: Phase,
    /// The verdict.
    pub verdict: GateVerdict,
    /// What was found, the heaviest first.
    pub findings: Vec<Found>,
    /// What redgreen saw, one line each.
    pub facts: Vec<String>,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Found {
    /// Its code; `redgreen explain CODE` tells what to do.
    pub code: String,
    /// How much it weighs.
    pub weight: Weight,
    /// The test, function or path.
    pub subject: String,
    /// What it is.
    pub message: String,
}

/// An open question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// The question.
    pub text: String,
    /// Why it matters.
    pub why: String,
    /// What is assumed if nobody answers.
    pub default: String,
    /// Whether a person has to answer before anything goes on.
    pub blocks: bool,
}

/// A proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProofReply {
    /// The commit that the change starts from.
    pub base: String,
    /// The commit that it ends in; nothing where that is a working tree.
    pub head: Option<String>,
    /// What the proof says of the change.
    pub verdict: ChangeVerdict,
    /// Digest of the proof.
    pub digest: String,
    /// The tests in question.
    pub tests: Vec<Seen>,
    /// What was found, the heaviest first.
    pub findings: Vec<Found>,
    /// What was not checked.
    pub not_checked: Vec<String>,
    /// The command that makes this proof again.
    pub reproduce: String,
    /// What is owed.
    #[serde(flatten)]
    pub owed: Owed,
}

/// A test and what the proof says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Seen {
    /// The test.
    pub test: String,
    /// The verdict.
    pub verdict: TestVerdict,
}

/// The report of a run: its text is the words of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReportReply {
    /// The run.
    pub run: String,
    /// The phase that it stands in.
    pub phase: Phase,
    /// What is owed.
    #[serde(flatten)]
    pub owed: Owed,
}

impl RunReply {
    /// What is to be said of the run in `state` with the criteria of `ticket`: the gates since
    /// `before`, and what is owed.
    pub fn of(state: &RunState, ticket: &Ticket, before: usize, owed: Owed) -> Self {
        let first = before.min(state.gates.len().saturating_sub(1));
        let slice = state.started.slices.get(state.slice);
        let of_slice = |id: &CriterionId| slice.is_some_and(|slice| slice.contains(id));
        let open = state.questions.iter().filter(|q| q.answered.is_none());
        Self {
            run: state.run.to_string(),
            phase: state.phase,
            stage: state.stage,
            slice: state.slice + 1,
            slices: state.started.slices.len(),
            may_write: may_write(state.phase).to_owned(),
            branch: state.started.branch.clone(),
            worktree: state.started.worktree.clone(),
            criteria: match state.feedback.of_slice(state.slice) {
                Some(kept) => vec![Wanted {
                    id: kept.point.id.clone(),
                    text: kept.point.text.clone(),
                }],
                None => wanted(ticket, of_slice),
            },
            gates: state.gates.iter().skip(first).map(Gate::of).collect(),
            questions: open
                .map(|question| Question {
                    id: question.asked.id.clone(),
                    text: question.asked.text.clone(),
                    why: question.asked.why.clone(),
                    default: question.asked.default.clone(),
                    blocks: question.asked.blocks,
                })
                .collect(),
            owed,
        }
    }
}

impl TicketReply {
    /// What is to be said of `ticket`.
    pub fn of(ticket: &Ticket, owed: Owed) -> Self {
        Self {
            ticket: ticket.id.to_string(),
            title: ticket.title.clone(),
            digest: ticket.digest.as_str().to_owned(),
            criteria: wanted(ticket, |_| true),
            owed,
        }
    }
}

impl Gate {
    fn of(gate: &GateJudged) -> Self {
        Self {
            phase: gate.phase,
            verdict: gate.verdict,
            findings: found(&gate.findings),
            facts: gate.facts.iter().take(TOLD).cloned().collect(),
        }
    }
}

/// The findings and tests of `proof` that an answer has room for.
pub(super) fn told(proof: &Proof) -> (Vec<Found>, Vec<Seen>) {
    let tests = proof.tests.iter().take(TOLD).map(|test| Seen {
        test: test.id.to_string(),
        verdict: test.verdict,
    });
    (found(&proof.findings), tests.collect())
}

impl ProofReply {
    /// What is to be said of `proof`; `reproduce` makes it again.
    pub fn of(
        (base, head): (String, Option<String>),
        proof: &Proof,
        reproduce: String,
        owed: Owed,
    ) -> Self {
        let (findings, tests) = told(proof);
        Self {
            base,
            head,
            verdict: proof.verdict,
            digest: proof.digest().as_str().to_owned(),
            tests,
            findings,
            not_checked: proof.not_checked.iter().take(TOLD).cloned().collect(),
            reproduce,
            owed,
        }
    }
}

/// The heaviest first.
fn found(findings: &[Finding]) -> Vec<Found> {
    let rank = |found: &&Finding| match found.weight {
        Weight::Blocks => 0,
        Weight::Clouds => 1,
        Weight::Excepts => 2,
        Weight::Advises => 3,
    };
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(rank);
    let short = sorted.into_iter().take(TOLD).map(|finding| Found {
        code: finding.code.as_str().to_owned(),
        weight: finding.weight,
        subject: finding.subject.clone(),
        message: finding.message.clone(),
    });
    short.collect()
}

fn wanted(ticket: &Ticket, is_meant: impl Fn(&CriterionId) -> bool) -> Vec<Wanted> {
    let meant = ticket
        .criteria
        .iter()
        .filter(|criterion| is_meant(&criterion.id));
    let wanted = meant.map(|criterion| Wanted {
        id: criterion.id.to_string(),
        text: criterion.text.clone(),
    });
    wanted.collect()
}

/// What the worker of `phase` may write, in words.
fn may_write(phase: Phase) -> &'static str {
    match phase.writable() {
        Writable::TestSurface => "tests, fixtures and runner configuration",
        Writable::Production => "everything but tests, fixtures and runner configuration",
        Writable::Docs => "documents",
        Writable::Nothing => "nothing",
    }
}
