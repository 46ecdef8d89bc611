//! Folds a journal into the state of its run. State is nothing but this fold.

use crate::claim::Claim;
use crate::event::{
    Committed, Event, GateJudged, GateVerdict, LINE_VERSION, Line, Merged, Pace, PersonNeeded,
    PhaseEntered, QuestionAnswered, QuestionAsked, RunStarted, Waived, WorkAsked, WorkHandedIn,
    WorkStepped,
};
use crate::feedback::{Feedback, RoundBegun};
use crate::finding::{Finding, Weight};
use crate::hidden::{Hidden, HiddenAsked, is_about_hidden};
use crate::history::History;
use crate::id::{CommitId, Digest, RunId, TreeId};
use crate::kind::Kind;
use crate::phase::Phase;
use crate::plan::is_of_plan;
use crate::work::Spent;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How often a worker may try one gate before a person is asked.
pub const ATTEMPTS: u32 = 3;

/// What the current phase waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The phase has to be entered.
    Enter,
    /// A worker's work.
    Work,
    /// redgreen's gate.
    Gate,
    /// The commit of what the gate let through.
    Commit,
    /// A person.
    Person,
    /// Nothing: the run is over.
    Over,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenQuestion {
    /// The question.
    pub asked: QuestionAsked,
    /// The answer, where there is one.
    pub answered: Option<QuestionAnswered>,
}

/// The state of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunState {
    /// The run.
    pub run: RunId,
    /// How it began.
    pub started: RunStarted,
    /// Where it stands.
    pub phase: Phase,
    /// The slice that it works on, from 0.
    pub slice: usize,
    /// What the phase waits for.
    pub stage: Stage,
    /// Whether the worker was asked for the current attempt and has not answered yet.
    pub asked: bool,
    /// Attempts at the current gate so far.
    pub attempts: u32,
    /// Steps that the worker took in the current attempt.
    #[serde(default)]
    pub steps: u32,
    /// What was spent on work, by phase.
    #[serde(default)]
    pub spent: BTreeMap<Phase, Spent>,
    /// Every claim, with its phase and slice.
    pub claims: Vec<(Phase, usize, Claim)>,
    /// What the current phase's worker handed in.
    pub handed_in: Option<WorkHandedIn>,
    /// Every gate that was judged.
    pub gates: Vec<GateJudged>,
    /// Every commit that was made.
    pub commits: Vec<Committed>,
    /// Every question.
    pub questions: Vec<OpenQuestion>,
    /// Every waiver.
    pub waivers: Vec<Waived>,
    /// Why a person is needed, while one is.
    pub waiting: Option<PersonNeeded>,
    /// What was said of the pull request.
    #[serde(default)]
    pub feedback: Feedback,
    /// How it stands with its hidden tests.
    #[serde(default)]
    pub hidden: Hidden,
    /// How it landed.
    pub merged: Option<Merged>,
    /// How to bring back what was cleaned up.
    pub undo: Vec<String>,
    /// Whether it is over, and whether the change landed.
    pub ended: Option<bool>,
    /// The evidence that the current gate rests on so far, by digest.
    pub observed: BTreeSet<Digest>,
    /// What it went through on its way.
    #[serde(default)]
    pub history: History,
    /// Number of the last line.
    pub seq: u64,
}

/// A line that cannot stand where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A journal begins with the start of its run.
    NotStarted {
        /// The line's number.
        seq: u64,
    },
    /// A run starts once.
    StartedTwice {
        /// The line's number.
        seq: u64,
    },
    /// Lines are numbered without a gap.
    Gap {
        /// The number that was due.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// A gate was judged in another phase.
    WrongPhase {
        /// Where the run stands.
        expected: Phase,
        /// What the line says.
        found: Phase,
    },
    /// The phase waits for something else.
    NotNow {
        /// What it waits for.
        expected: Stage,
        /// The line's number.
        seq: u64,
    },
    /// A gate over tests was met although redgreen ran none.
    WithoutEvidence {
        /// The gate's phase.
        phase: Phase,
        /// The line's number.
        seq: u64,
    },
    /// Nothing happens after the end.
    Over {
        /// The line's number.
        seq: u64,
    },
    /// The line was written by a newer redgreen.
    Newer {
        /// Its version.
        version: u32,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted { seq } => write!(f, "line {seq} comes before the run's start"),
            Self::StartedTwice { seq } => write!(f, "line {seq} starts the run a second time"),
            Self::Gap { expected, found } => {
                write!(f, "line {found} stands where line {expected} was due")
            }
            Self::WrongPhase { expected, found } => {
                let (expected, found) = (expected.as_str(), found.as_str());
                write!(f, "a line of phase {found} stands in phase {expected}")
            }
            Self::NotNow { expected, seq } => {
                write!(f, "line {seq} stands where the run waits for {expected:?}")
            }
            Self::WithoutEvidence { phase, seq } => {
                write!(
                    f,
                    "line {seq} meets the gate of {} without evidence",
                    phase.as_str()
                )
            }
            Self::Over { seq } => write!(f, "line {seq} comes after the run's end"),
            Self::Newer { version } => {
                write!(
                    f,
                    "the line has format version {version}, newer than {LINE_VERSION}"
                )
            }
        }
    }
}

impl std::error::Error for Refusal {}

/// Folds whole journals: nothing for an empty one.
///
/// # Errors
/// The first line that cannot stand where it stands.
pub fn fold(lines: &[Line]) -> Result<Option<RunState>, Refusal> {
    lines
        .iter()
        .try_fold(None, |state, line| apply(state, line).map(Some))
}

/// The state after one more line.
///
/// # Errors
/// The line cannot stand here.
pub fn apply(state: Option<RunState>, line: &Line) -> Result<RunState, Refusal> {
    if line.v > LINE_VERSION {
        return Err(Refusal::Newer { version: line.v });
    }
    let expected = state.as_ref().map_or(1, |state| state.seq + 1);
    if line.seq != expected {
        return Err(Refusal::Gap {
            expected,
            found: line.seq,
        });
    }
    match (state, &line.event) {
        (None, Event::RunStarted(started)) => Ok(RunState::begin(line, started)),
        (None, _) => Err(Refusal::NotStarted { seq: line.seq }),
        (Some(_), Event::RunStarted(_)) => Err(Refusal::StartedTwice { seq: line.seq }),
        (Some(state), _) if state.ended.is_some() => Err(Refusal::Over { seq: line.seq }),
        (Some(state), event) => state.after(line.seq, event),
    }
}

impl RunState {
    fn begin(line: &Line, started: &RunStarted) -> Self {
        Self {
            run: line.run.clone(),
            started: started.clone(),
            phase: Phase::Understand,
            slice: 0,
            stage: Stage::Enter,
            asked: false,
            attempts: 0,
            steps: 0,
            spent: BTreeMap::new(),
            claims: Vec::new(),
            handed_in: None,
            gates: Vec::new(),
            commits: Vec::new(),
            questions: Vec::new(),
            waivers: Vec::new(),
            waiting: None,
            feedback: Feedback::default(),
            hidden: Hidden::default(),
            merged: None,
            undo: Vec::new(),
            ended: None,
            observed: BTreeSet::new(),
            history: History::default(),
            seq: line.seq,
        }
    }

    fn after(mut self, seq: u64, event: &Event) -> Result<Self, Refusal> {
        self.seq = seq;
        self.history.note(self.phase, self.slice, event);
        match event {
            Event::RunStarted(_) => return Err(Refusal::StartedTwice { seq }),
            Event::PhaseEntered(entered) => {
                self.may_enter(entered)?;
                self.enter(entered.phase, entered.slice);
            }
            Event::WorkAsked(asked) => self.ask(asked)?,
            Event::WorkStepped(stepped) => self.step(stepped)?,
            Event::WorkHandedIn(handed) => self.take_in(handed),
            Event::WorkFailed(_) => {
                self.must_wait_for(&[Stage::Work])?;
                self.after_failure();
            }
            Event::HiddenAsked(asked) => self.ask_hidden(asked)?,
            Event::HiddenWritten(written) => self.answer_hidden(|it| it.write(written))?,
            Event::HiddenFailed(failed) => self.answer_hidden(|it| it.fail(failed))?,
            Event::Observed(seen) => {
                self.observed.insert(seen.evidence.clone());
            }
            Event::GateJudged(judged) => {
                self.must_be(judged.phase)?;
                self.must_wait_for(&[Stage::Gate])?;
                self.must_rest_on_evidence(judged)?;
                self.judged(judged);
            }
            Event::Committed(committed) => {
                self.must_be(committed.phase)?;
                self.must_wait_for(&[Stage::Commit])?;
                self.commits.push(committed.clone());
                self.advance();
            }
            Event::QuestionAsked(asked) => {
                self.questions.push(OpenQuestion {
                    asked: asked.clone(),
                    answered: None,
                });
            }
            Event::QuestionAnswered(answer) => self.answer(answer),
            Event::Waived(waived) => self.let_pass(waived)?,
            Event::PersonNeeded(needed) => {
                self.waiting = Some(needed.clone());
                self.stage = Stage::Person;
            }
            Event::PointTaken(point) => self.feedback.take(point),
            Event::PointClassed(classed) => self.feedback.class(classed),
            Event::RoundBegun(begun) => self.begin_round(begun)?,
            Event::PointAnswered(answered) => self.feedback.answer(answered),
            Event::Merged(merged) => self.merged = Some(merged.clone()),
            Event::CleanedUp(cleaned) => self.undo.extend(cleaned.undo.iter().cloned()),
            Event::RunEnded(ended) => {
                self.ended = Some(ended.completed);
                self.stage = Stage::Over;
            }
        }
        Ok(self)
    }

    fn ask(&mut self, asked: &WorkAsked) -> Result<(), Refusal> {
        self.must_be(asked.phase)?;
        self.must_wait_for(&[Stage::Work])?;
        self.attempts = asked.attempt;
        self.asked = true;
        self.steps = 0;
        self.waiting = None;
        Ok(())
    }

    fn take_in(&mut self, handed: &WorkHandedIn) {
        self.claims
            .push((self.phase, self.slice, handed.claim.clone()));
        self.handed_in = Some(handed.clone());
        // Another tree: what was seen of the last one says nothing of it.
        self.observed.clear();
        self.asked = false;
        self.stage = Stage::Gate;
        self.waiting = None;
    }

    /// What was spent is counted even where the attempt comes to nothing.
    fn step(&mut self, stepped: &WorkStepped) -> Result<(), Refusal> {
        self.must_be(stepped.phase)?;
        if !self.hidden.asked {
            self.must_wait_for(&[Stage::Work])?;
        }
        self.steps = stepped.step;
        *self.spent.entry(stepped.phase).or_default() += stepped.did.spent();
        Ok(())
    }

    /// What was spent on work in all phases.
    pub fn spent(&self) -> Spent {
        let mut sum = Spent::default();
        for spent in self.spent.values() {
            sum += *spent;
        }
        sum
    }

    /// Points are worked on behind everything else, on top of what was offered: each is a slice.
    fn begin_round(&mut self, begun: &RoundBegun) -> Result<(), Refusal> {
        self.must_be(Phase::Complete)?;
        self.must_wait_for(&[Stage::Enter, Stage::Gate])?;
        let next = self.started.slices.len();
        let slices = self.feedback.begin(begun, next);
        if slices.is_empty() {
            return Ok(());
        }
        self.started.slices.extend(slices);
        self.phase = self.first_phase(next);
        self.slice = next;
        self.stage = Stage::Enter;
        self.handed_in = None;
        self.attempts = 0;
        Ok(())
    }

    /// The phase that the work on a slice begins with.
    fn first_phase(&self, slice: usize) -> Phase {
        let of_point = self.feedback.of_slice(slice);
        of_point
            .and_then(|kept| kept.class.first_phase())
            .unwrap_or(Phase::Red)
    }

    fn let_pass(&mut self, waived: &Waived) -> Result<(), Refusal> {
        self.must_be(waived.phase)?;
        self.must_wait_for(&[Stage::Work, Stage::Gate, Stage::Person])?;
        self.waivers.push(waived.clone());
        self.stage = Stage::Gate;
        self.waiting = None;
        Ok(())
    }

    fn must_be(&self, found: Phase) -> Result<(), Refusal> {
        let expected = self.phase;
        if found == expected {
            Ok(())
        } else {
            Err(Refusal::WrongPhase { expected, found })
        }
    }

    fn must_wait_for(&self, stages: &[Stage]) -> Result<(), Refusal> {
        if stages.contains(&self.stage) {
            return Ok(());
        }
        Err(Refusal::NotNow {
            expected: self.stage,
            seq: self.seq,
        })
    }

    fn ask_hidden(&mut self, asked: &HiddenAsked) -> Result<(), Refusal> {
        self.must_owe_hidden(false)?;
        self.hidden.ask(asked);
        self.steps = 0;
        self.waiting = None;
        Ok(())
    }

    fn answer_hidden(&mut self, take: impl FnOnce(&mut Hidden)) -> Result<(), Refusal> {
        self.must_owe_hidden(true)?;
        take(&mut self.hidden);
        Ok(())
    }

    /// Hidden tests are asked for, and answered, where they are owed.
    fn must_owe_hidden(&self, asked: bool) -> Result<(), Refusal> {
        if self.owed_hidden().is_some() && self.hidden.asked == asked {
            return Ok(());
        }
        Err(Refusal::NotNow {
            expected: self.stage,
            seq: self.seq,
        })
    }

    /// A gate over tests is met by what redgreen ran, never by words.
    fn must_rest_on_evidence(&self, judged: &GateJudged) -> Result<(), Refusal> {
        let over_tests = matches!(judged.phase, Phase::Red | Phase::Green | Phase::Verify);
        let met = judged.verdict == GateVerdict::Met;
        if met && over_tests && self.observed.is_empty() && self.started.kind != Kind::Docs {
            return Err(Refusal::WithoutEvidence {
                phase: judged.phase,
                seq: self.seq,
            });
        }
        Ok(())
    }

    /// A phase is entered when it is due, or as a recorded way back.
    fn may_enter(&self, entered: &PhaseEntered) -> Result<(), Refusal> {
        let (phase, slice) = (entered.phase, entered.slice);
        let due = self.stage == Stage::Enter && (phase, slice) == (self.phase, self.slice);
        // Behind the last slice, every slice is one to go back to.
        let behind = match (self.phase.is_per_slice(), phase.is_per_slice()) {
            (true, true) => (slice, phase) <= (self.slice, self.phase),
            (false, true) => phase < self.phase && slice < self.started.slices.len(),
            (true | false, false) => phase <= self.phase && slice == 0,
        };
        let back = entered.because.is_some() && behind && phase >= Phase::Plan;
        if due || back {
            return Ok(());
        }
        Err(Refusal::WrongPhase {
            expected: self.phase,
            found: phase,
        })
    }

    /// Enters a phase: some wait for work first, some are executed by redgreen at once.
    fn enter(&mut self, phase: Phase, slice: usize) {
        self.phase = phase;
        self.slice = slice;
        self.attempts = 0;
        self.asked = false;
        self.handed_in = None;
        self.waiting = None;
        self.observed.clear();
        let of_point = self.first_phase(slice) == Phase::Refactor;
        self.stage = match (phase, self.started.pace) {
            (Phase::Refactor, Pace::Person) if of_point => Stage::Work,
            (Phase::Red | Phase::Green, _) | (Phase::Refactor, Pace::Program) => Stage::Work,
            (Phase::Refactor, Pace::Person)
            | (
                Phase::Understand
                | Phase::Plan
                | Phase::Verify
                | Phase::Document
                | Phase::Deliver
                | Phase::Complete,
                _,
            ) => Stage::Gate,
        };
    }

    fn after_failure(&mut self) {
        self.asked = false;
        self.stage = if self.attempts >= ATTEMPTS {
            Stage::Person
        } else {
            Stage::Work
        };
    }

    /// A gate sends on, sends back, or asks for a person; it never believes a claim.
    fn judged(&mut self, judged: &GateJudged) {
        self.gates.push(judged.clone());
        self.stage = match judged.verdict {
            GateVerdict::Met => Stage::Commit,
            GateVerdict::Unclear => Stage::Person,
            GateVerdict::Unmet if judged.phase.writable() == crate::phase::Writable::Nothing => {
                Stage::Person
            }
            GateVerdict::Unmet if judged.phase == Phase::Plan && !is_of_file(judged) => {
                Stage::Person
            }
            GateVerdict::Unmet if self.attempts >= ATTEMPTS => Stage::Person,
            GateVerdict::Unmet => Stage::Work,
        };
    }

    fn answer(&mut self, answer: &QuestionAnswered) {
        for question in &mut self.questions {
            if question.asked.id == answer.id {
                question.answered = Some(answer.clone());
            }
        }
        let settles = match self.phase {
            Phase::Plan => true,
            Phase::Verify => is_about_hidden(&answer.id),
            Phase::Understand
            | Phase::Red
            | Phase::Green
            | Phase::Refactor
            | Phase::Document
            | Phase::Deliver
            | Phase::Complete => false,
        };
        if self.stage == Stage::Person && settles {
            self.stage = Stage::Gate;
            self.waiting = None;
            self.attempts = 0;
        }
    }

    /// Goes to the next phase, or to the next slice's first.
    fn advance(&mut self) {
        let (phase, slice) = self.following();
        self.phase = phase;
        self.slice = slice;
        self.stage = Stage::Enter;
        self.handed_in = None;
        self.attempts = 0;
    }

    fn following(&self) -> (Phase, usize) {
        match self.phase {
            Phase::Understand => (Phase::Plan, 0),
            Phase::Plan => (Phase::Red, 0),
            Phase::Red => (Phase::Green, self.slice),
            Phase::Green => (Phase::Refactor, self.slice),
            Phase::Refactor if self.slice + 1 < self.started.slices.len() => {
                (self.first_phase(self.slice + 1), self.slice + 1)
            }
            Phase::Refactor => (Phase::Verify, 0),
            Phase::Verify => (Phase::Document, 0),
            Phase::Document => (Phase::Deliver, 0),
            Phase::Deliver | Phase::Complete => (Phase::Complete, 0),
        }
    }

    /// The last judgement of the gate of `phase`.
    pub fn last_gate(&self, phase: Phase) -> Option<&GateJudged> {
        self.gates.iter().rev().find(|gate| gate.phase == phase)
    }

    /// The commit of the last phase that changed something; the base where none did.
    pub fn tip(&self) -> &CommitId {
        let commits = self
            .commits
            .iter()
            .rev()
            .filter_map(|committed| committed.commit.as_ref());
        commits.into_iter().next().unwrap_or(&self.started.base)
    }

    /// The tree whose test surface was frozen by the current slice's RED gate.
    pub fn frozen(&self) -> Option<&TreeId> {
        let met = |gate: &&GateJudged| gate.phase == Phase::Red && gate.verdict == GateVerdict::Met;
        self.gates.iter().rev().find(met).map(|gate| &gate.tree)
    }

    /// `findings` after this run's waivers: what was waived no longer blocks, and is still shown.
    pub fn waive(&self, phase: Phase, findings: Vec<Finding>) -> Vec<Finding> {
        let waived = |finding: &Finding| {
            self.waivers.iter().any(|waiver| {
                waiver.phase == phase
                    && waiver.code == finding.code
                    && (waiver.subject.is_empty() || waiver.subject == finding.subject)
            })
        };
        findings
            .into_iter()
            .map(|mut finding| {
                let heavy = matches!(finding.weight, Weight::Blocks | Weight::Clouds);
                if heavy && waived(&finding) {
                    finding.weight = Weight::Excepts;
                    finding.message = format!("waived: {}", finding.message);
                }
                finding
            })
            .collect()
    }
}

/// Whether all that stops the gate of the plan is in the plan's file, which a worker can mend.
/// Answers and approvals are a person's.
fn is_of_file(judged: &GateJudged) -> bool {
    let mut stops = judged
        .findings
        .iter()
        .filter(|f| f.weight == Weight::Blocks);
    stops.clone().next().is_some() && stops.all(is_of_plan)
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
