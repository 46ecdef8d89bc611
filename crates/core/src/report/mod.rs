//! Tells what became of a ticket: from the journal's fold and its proofs alone, in two text forms.
//!
//! [`Report::of`] fills the model, [`implementation`] and [`review`] render it. What a worker says
//! is a claim and is labelled as one wherever it stands; what nothing checked is listed. The same
//! events give the same text: no times, and each git id in one place.

mod checklist;
mod current;
mod gates;
mod implementation;
mod names;
mod parts;
pub mod pull;
mod quote;
mod review;
mod rows;
mod security;
mod tables;
mod trace;
mod unchecked;
mod verdict;
mod words;

pub use checklist::CheckRow;
pub use implementation::implementation;
pub use review::{headline, review};
pub use rows::{
    AssumptionRow, AttemptRow, Belongs, ClaimRow, CommitRow, CriterionRow, FileDiff, GateRow,
    GitObject, LandedRow, NamedId, PerformanceRow, Side, TestRow, TicketRow, TracedTest,
};
pub use security::{Answer, SecurityRow};
pub use tables::trace_block;
pub use trace::unshown;
pub use unchecked::{NotChecked, Part};
pub use verdict::{Exception, Standing, VerdictRow, change_words};

use crate::claim::{Claim, Link, Note, Topic};
use crate::event::Waived;
use crate::history::MovedIn;
use crate::id::{CriterionId, RunId};
use crate::phase::Phase;
use crate::proof::{FunctionJudged, TestVerdict};
use crate::run::{OpenQuestion, RunState};
use crate::ticket::Ticket;
use checklist::Grounds;
use names::Names;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the edge adds: core reads no file and runs no command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Given {
    /// Every changed file, as git shows it between base and head.
    pub diffs: Vec<FileDiff>,
    /// The commands that run and test the project, to be copied.
    pub commands: Vec<String>,
    /// Versions and fingerprints of what the gates ran with and in, one line each.
    pub versions: Vec<String>,
    /// Criteria that were reworded after they were proven.
    #[serde(default)]
    pub stale: Vec<CriterionId>,
}

/// What became of a ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Name and version of this form: `redgreen.report/1`.
    pub schema: String,
    /// The run.
    pub run: RunId,
    /// The ticket.
    pub ticket: TicketRow,
    /// The worker: `human`, `command:NAME`, `replay:FILE`.
    pub worker: String,
    /// The branch that the work is done on.
    pub branch: String,
    /// The branch that it is to land on.
    pub target: String,
    /// Where the run stands.
    pub standing: Standing,
    /// What can be said of the change.
    pub verdict: VerdictRow,
    /// Every git object that is named below. Ids stand here alone.
    pub ids: Vec<NamedId>,
    /// Name of the last commit; that of the base where there is none.
    pub head: String,
    /// The commits, phase by phase.
    pub commits: Vec<CommitRow>,
    /// How it landed.
    pub landed: Option<LandedRow>,
    /// The acceptance checklist.
    pub checklist: Vec<CheckRow>,
    /// The criteria, traced to tests and commits.
    pub criteria: Vec<CriterionRow>,
    /// Links of a worker to criteria that the ticket does not have: claims.
    pub stray_links: Vec<Link>,
    /// Every test that a proof of the run holds, by id.
    pub tests: Vec<TestRow>,
    /// What the last proof says of each changed function.
    pub functions: Vec<FunctionJudged>,
    /// How many old tests kept their promise; nothing where no proof was made.
    pub kept: Option<usize>,
    /// Every gate, in the order in which they were judged.
    pub gates: Vec<GateRow>,
    /// How often each phase was tried.
    pub attempts: Vec<AttemptRow>,
    /// What workers wrote outside their phase's surface, and where it is kept.
    pub moved_aside: Vec<MovedIn>,
    /// Every waiver: what, who, why.
    pub waivers: Vec<Waived>,
    /// Every question and its answer.
    pub questions: Vec<OpenQuestion>,
    /// What was taken for granted.
    pub assumptions: Vec<AssumptionRow>,
    /// What workers said, in their order: claims.
    pub claims: Vec<ClaimRow>,
    /// The security checklist.
    pub security: Vec<SecurityRow>,
    /// The ticket's performance targets.
    pub performance: Vec<PerformanceRow>,
    /// What the gates ran with and in.
    pub environments: Vec<String>,
    /// The changed files.
    pub files: Vec<FileDiff>,
    /// The commands that run and test the project.
    pub commands: Vec<String>,
    /// The commands that bring back what was cleaned up.
    pub undo: Vec<String>,
    /// What nothing in the journal checked.
    pub not_checked: Vec<NotChecked>,
}

impl Report {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.report/1";

    /// What `state` and its proofs tell of `ticket`, with what only the edge can add.
    pub fn of(state: &RunState, ticket: &Ticket, given: &Given) -> Self {
        let mut names = Names::of(state);
        let commits = names.commits(state);
        let landed = names.landed(state);
        let gates = gates::rows(state, &commits, &mut names);
        let tests = trace::tests(state);
        let notes = notes(state);
        let verdict = verdict::verdict(state);
        let security = security::rows(&notes, &proving(state, &tests));
        let last = last_proof(state);
        let checklist = checklist::rows(&Grounds {
            state,
            ticket,
            verdict: &verdict,
            security: &security,
            notes: &notes,
            files: &given.diffs,
        });
        let head = commits.iter().rev().find_map(|commit| commit.label.clone());
        Self {
            schema: Self::SCHEMA.to_owned(),
            run: state.run.clone(),
            ticket: ticket_row(state, ticket),
            worker: state.started.worker.clone(),
            branch: state.started.branch.clone(),
            target: state.started.target.clone(),
            standing: verdict::standing(state),
            ids: names.0,
            head: head.unwrap_or_else(|| names::BASE.to_owned()),
            landed,
            checklist,
            criteria: trace::criteria((state, ticket), given, &tests, &commits),
            stray_links: stray_links(state, ticket),
            functions: last.map_or_else(Vec::new, |proof| proof.functions.clone()),
            kept: last.map(|proof| proof.kept),
            attempts: gates::attempts(state),
            moved_aside: state.history.moved_aside.clone(),
            waivers: state.waivers.clone(),
            questions: state.questions.clone(),
            assumptions: assumptions(state, &notes),
            claims: claims(state),
            performance: performance(ticket),
            environments: given.versions.clone(),
            files: given.diffs.clone(),
            commands: given.commands.clone(),
            undo: state.undo.clone(),
            not_checked: unchecked::rows(state, ticket, &security),
            verdict,
            commits,
            tests,
            gates,
            security,
        }
    }
}

fn ticket_row(state: &RunState, ticket: &Ticket) -> TicketRow {
    TicketRow {
        id: ticket.id.clone(),
        title: ticket.title.clone(),
        digest: state.started.digest.clone(),
        kind: state.started.kind,
        stale: ticket.digest != state.started.digest,
        references: ticket.references.iter().map(ToString::to_string).collect(),
        out_of_scope: ticket.out_of_scope.clone(),
    }
}

/// The last proof of the whole change as it stands, or else the last one that was made.
fn last_proof(state: &RunState) -> Option<&crate::proof::Proof> {
    let of = |gate: &crate::event::GateJudged| gate.phase >= Phase::Green && gate.proof.is_some();
    let last = || state.gates.iter().rev().find(|gate| of(gate));
    current::whole(state).or_else(last)?.proof.as_deref()
}

/// The tests that prove the whole change as it stands.
fn proving<'t>(state: &RunState, tests: &'t [TestRow]) -> Vec<&'t TestRow> {
    let whole = current::whole(state);
    let at = whole.and_then(|whole| {
        state
            .gates
            .iter()
            .rposition(|gate| std::ptr::eq(gate, whole))
    });
    let Some(at) = at else { return Vec::new() };
    let of_whole = |row: &&TestRow| row.gate == at + 1 && row.verdict == TestVerdict::Proves;
    tests.iter().filter(of_whole).collect()
}

fn notes(state: &RunState) -> Vec<&Note> {
    let claims = state.claims.iter();
    claims.flat_map(|(_, _, claim)| &claim.notes).collect()
}

fn claims(state: &RunState) -> Vec<ClaimRow> {
    let rows = |(phase, slice, claim): &(Phase, usize, Claim)| {
        let summary = (None, claim.summary.clone());
        let notes = claim.notes.iter();
        let notes = notes.map(|note| (Some(note.topic), note.text.clone()));
        let all = std::iter::once(summary).chain(notes);
        let (phase, slice) = (*phase, *slice);
        all.filter(|(_, text)| !text.trim().is_empty())
            .map(move |(topic, text)| ClaimRow {
                phase,
                slice,
                topic,
                text,
            })
            .collect::<Vec<_>>()
    };
    state.claims.iter().flat_map(rows).collect()
}

fn stray_links(state: &RunState, ticket: &Ticket) -> Vec<Link> {
    let known = |link: &&&Link| ticket.criteria.iter().any(|c| c.id == link.criterion);
    let links = trace::links(state);
    let strays = links.iter().filter(|link| !known(link));
    strays.map(|link| (*link).clone()).collect()
}

/// The worker's assumptions, each once, and the defaults of questions that nobody answered.
fn assumptions(state: &RunState, notes: &[&Note]) -> Vec<AssumptionRow> {
    let mut seen = BTreeSet::new();
    let claimed = notes
        .iter()
        .filter(|note| note.topic == Topic::Assumption && seen.insert(&note.text));
    let claimed = claimed.map(|note| AssumptionRow::Claimed {
        text: note.text.clone(),
    });
    let open = |question: &&OpenQuestion| question.answered.is_none() && !question.asked.blocks;
    let unanswered = state.questions.iter().filter(open);
    let unanswered = unanswered.map(|question| AssumptionRow::Unanswered {
        id: question.asked.id.clone(),
        question: question.asked.text.clone(),
        default: question.asked.default.clone(),
    });
    claimed.chain(unanswered).collect()
}

/// redgreen measures no performance yet.
fn performance(ticket: &Ticket) -> Vec<PerformanceRow> {
    let row = |target: &crate::ticket::performance::PerfTarget| PerformanceRow {
        target: target.clone(),
        measured: false,
    };
    ticket.performance.iter().map(row).collect()
}
