//! Stops feedback where a person has to decide, and takes their word for it.

use super::shown::short;
use crate::exit::Exit;
use crate::failure::Failure;
use redgreen_core::event::{Event, QuestionAsked};
use redgreen_core::feedback::{
    Class, PointClassed, PointState, ROUNDS, Stop, allowed, asked_about, beyond,
};
use redgreen_core::run::RunState;
use redgreen_engine::drive::Ledger;
use redgreen_engine::git::Git;

/// Paths that no plan names, which a person has not let pass.
pub(super) struct Beyond {
    asked: QuestionAsked,
}

/// What the rounds changed beyond what was planned, where nobody has said yes to it.
pub(super) fn beyond_plan(git: &Git, state: &RunState) -> Result<Option<Beyond>, Failure> {
    let Some(offered) = &state.feedback.offered else {
        return Ok(None);
    };
    let old = paths(git, (&state.started.base, offered))?;
    let new = paths(git, (offered, state.tip()))?;
    let mut paths = beyond(&state.feedback, &new, &old, &state.started.text);
    let allowed = allowed(&state.questions);
    paths.retain(|path| !allowed.contains(path));
    let asked = asked_about(&state.questions, &paths);
    Ok((!paths.is_empty()).then_some(Beyond { asked }))
}

/// The production files that differ between two commits.
fn paths(
    git: &Git,
    (from, to): (&redgreen_core::id::CommitId, &redgreen_core::id::CommitId),
) -> Result<Vec<String>, Failure> {
    let (from, to) = (git.tree_of(from)?, git.tree_of(to)?);
    let mut paths = Vec::new();
    for changed in git.changed(&from, &to)? {
        let path = changed.path.text();
        let text = git.text_at(&to, &path)?;
        let surface = redgreen_toolchain::surface(&path, text.as_deref());
        let is_planned_for = surface == redgreen_core::surface::Surface::Docs;
        if !surface.is_test_surface() && !is_planned_for {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// Puts what a person has to decide as questions of the run, each once.
pub(super) fn ask(
    ledger: &mut Ledger,
    stops: &[Stop],
    beyond: Option<&Beyond>,
) -> Result<Exit, Failure> {
    let state = ledger.state()?.clone();
    let mut questions: Vec<QuestionAsked> = stops
        .iter()
        .filter_map(|stop| question(&state, stop))
        .collect();
    questions.extend(beyond.map(|beyond| beyond.asked.clone()));
    if questions.is_empty() {
        return Ok(Exit::Met);
    }
    for question in questions {
        let known = state
            .questions
            .iter()
            .any(|known| known.asked.id == question.id);
        if !known {
            ledger.append(Event::QuestionAsked(question))?;
        }
    }
    Ok(Exit::Person)
}

fn question(state: &RunState, stop: &Stop) -> Option<QuestionAsked> {
    let asked = |id: &str, text: String, why: String| QuestionAsked {
        id: id.to_owned(),
        text,
        why,
        default: "nothing is done about it".to_owned(),
        blocks: true,
    };
    let of = |id: &String| state.feedback.point(id);
    let choose = "Answer behaviour, style or skip, or with words for its thread";
    match stop {
        Stop::Ambiguous(id) => of(id).map(|kept| {
            let text = format!("{}. What does it ask for? {choose}", said(kept));
            asked(id, text, kept.because.clone())
        }),
        Stop::Question(id) => of(id).map(|kept| {
            let text = format!(
                "{}. What is the answer? It is posted as you write it",
                said(kept)
            );
            asked(id, text, kept.because.clone())
        }),
        Stop::Returned(id) => of(id).map(|kept| {
            let text = format!("{}. What is to be done now? {choose}", said(kept));
            asked(id, text, kept.because.clone())
        }),
        Stop::Rounds => {
            let next = state.feedback.rounds + 1;
            let text = format!(
                "{} rounds are through and points are open. Another one? yes or no",
                next - 1
            );
            let why = format!("after {ROUNDS} rounds a person looks at what goes wrong");
            Some(asked(&format!("ROUND-{next}"), text, why))
        }
    }
}

/// Who said what, where, in one line.
fn said(kept: &PointState) -> String {
    let point = &kept.point;
    let line = point.line.map_or(String::new(), |line| format!(":{line}"));
    let place = point
        .path
        .as_ref()
        .map_or(String::new(), |path| format!(" beside {path}{line}"));
    format!("{}{place}: “{}”", point.author, short(&point.text))
}

/// Takes the answers of a person that name a class.
pub(super) fn settle(ledger: &mut Ledger) -> Result<(), Failure> {
    let state = ledger.state()?.clone();
    for kept in state
        .feedback
        .points
        .iter()
        .filter(|kept| kept.slice.is_none() && kept.answered.is_none())
    {
        let id = &kept.point.id;
        let mut own = state
            .questions
            .iter()
            .filter(|question| question.asked.id == *id);
        let Some(answer) = own.find_map(|question| question.answered.as_ref()) else {
            continue;
        };
        let Some(class) = Class::named(&answer.answer).filter(|class| *class != kept.class) else {
            continue;
        };
        ledger.append(Event::PointClassed(PointClassed {
            id: id.clone(),
            class,
            because: format!("{} says so", answer.by),
            cause: None,
            tests: kept.tests.clone(),
        }))?;
    }
    Ok(())
}
