//! Decides what the points of a pull request owe next.

use super::{Class, MOST_POINTS, PointState, ROUNDS};
use crate::run::{OpenQuestion, RunState};

/// Why a person has to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Nobody can say by rule what the point asks for.
    Ambiguous(String),
    /// The point asks for an answer in words.
    Question(String),
    /// A point that was answered came back.
    Returned(String),
    /// Every round that a run has was gone through.
    Rounds,
}

/// What is owed next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owed {
    /// A round of work on these points.
    Round(Vec<String>),
    /// The run has to be led to its end first.
    Run,
    /// A person's word: nothing else is left to do.
    Person(Vec<Stop>),
    /// Nothing.
    Nothing,
}

/// What `state` owes. Points that are clear are worked on before a person is waited for.
pub fn owed(state: &RunState) -> Owed {
    if state.phase != crate::phase::Phase::Complete {
        return Owed::Run;
    }
    let open = state.feedback.points.iter().filter(|kept| is_open(kept));
    let (work, rest): (Vec<&PointState>, Vec<&PointState>) =
        open.partition(|kept| kept.class.first_phase().is_some());
    let mut stops: Vec<Stop> = rest
        .into_iter()
        .filter_map(|kept| stop(state, kept))
        .collect();
    let may_begin = state.feedback.rounds < ROUNDS + extra_rounds(state);
    if !work.is_empty() && may_begin {
        return Owed::Round(
            work.into_iter()
                .take(MOST_POINTS)
                .map(|kept| kept.point.id.clone())
                .collect(),
        );
    }
    if !work.is_empty() {
        stops.push(Stop::Rounds);
    }
    match stops.is_empty() {
        true => Owed::Nothing,
        false => Owed::Person(stops),
    }
}

/// Whether nothing was done for the point yet.
fn is_open(kept: &PointState) -> bool {
    kept.answered.is_none() && kept.slice.is_none()
}

fn stop(state: &RunState, kept: &PointState) -> Option<Stop> {
    let id = &kept.point.id;
    let is_settled = state
        .questions
        .iter()
        .any(|question| question.asked.id == *id && question.answered.is_some());
    if is_settled {
        return None;
    }
    match (kept.class, &kept.point.returns) {
        (Class::Remark, _) => None,
        (_, Some(_)) => Some(Stop::Returned(id.clone())),
        (Class::Question, None) => Some(Stop::Question(id.clone())),
        (Class::Ambiguous, None) => Some(Stop::Ambiguous(id.clone())),
        (Class::Behaviour | Class::Style | Class::Failure, None) => None,
    }
}

/// Whether a person said yes, and nothing else, to `question`, whose id begins with `first`.
pub(super) fn is_allowed(question: &OpenQuestion, first: &str) -> bool {
    let yes = |answer: &str| matches!(answer.trim().to_lowercase().as_str(), "yes" | "y");
    question.asked.id.starts_with(first)
        && question.answered.as_ref().is_some_and(|a| yes(&a.answer))
}

/// Rounds that a person allowed beyond those that every run has.
fn extra_rounds(state: &RunState) -> u32 {
    let all = state.questions.iter();
    let allowed = all.filter(|question| is_allowed(question, "ROUND-"));
    u32::try_from(allowed.count()).unwrap_or(u32::MAX)
}
