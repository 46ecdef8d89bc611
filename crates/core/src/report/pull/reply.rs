//! Renders what became of a reviewer's point: the answer in its thread, and the list of all others.

use super::inert::inert;
use crate::event::GateVerdict;
use crate::feedback::{Class, Feedback, Place, PointState, ROUNDS};
use crate::id::CommitId;
use crate::phase::Phase;
use crate::proof::TestVerdict;
use crate::report::quote::{code, prose};
use crate::run::RunState;
use crate::ticket::outline::cut;

/// The most tests that one answer names.
const MOST_TESTS: usize = 5;
/// The most characters of a point that its answer repeats.
const MOST_SAID: usize = 120;

/// What is said of the point where it was made; nothing where there is nothing to say, or not yet.
pub fn point_reply(state: &RunState, kept: &PointState) -> Option<String> {
    if let Some(slice) = kept.slice {
        let is_through = state.phase == Phase::Complete;
        return is_through.then(|| worked(state, kept, slice));
    }
    if let (Some(cause), Class::Remark) = (kept.cause, kept.class) {
        let tests = listed(&kept.tests);
        let tests = if tests.is_empty() {
            tests
        } else {
            format!(": {tests}")
        };
        return Some(format!(
            "Looked into, and left alone. It is {}{tests}.",
            cause.words()
        ));
    }
    let answer = state
        .questions
        .iter()
        .filter(|question| question.asked.id == kept.point.id)
        .find_map(|question| question.answered.as_ref());
    match (answer, kept.class) {
        (Some(answer), _) if Class::named(&answer.answer).is_none() => {
            // A person's own words stay as they are, but for what would end or begin a marker.
            let words = answer.answer.replace("<!--", "&lt;!--");
            Some(format!("{words}\n\n— {}", inert(&prose(&answer.by))))
        }
        (_, Class::Remark) if kept.point.class != Class::Remark => {
            Some(format!("Left as it is: {}.", inert(&prose(&kept.because))))
        }
        (
            _,
            Class::Behaviour
            | Class::Style
            | Class::Failure
            | Class::Question
            | Class::Ambiguous
            | Class::Remark,
        ) => None,
    }
}

/// What the work on it came to.
fn worked(state: &RunState, kept: &PointState, slice: usize) -> String {
    let Some(commit) = commit_of(state, slice) else {
        return "Looked at. The worker changed nothing for this point, and every test passes as before."
            .to_owned();
    };
    match kept.class {
        Class::Behaviour => {
            let tests = listed(&red_tests(state, slice));
            format!("Done in {commit}. Red without it and green with it: {tests}.")
        }
        Class::Failure => format!("Mended in {commit}. Green again: {}.", listed(&kept.tests)),
        Class::Style | Class::Question | Class::Ambiguous | Class::Remark => {
            format!("Done in {commit}. No test was changed, and all of them pass as before.")
        }
    }
}

/// The last commit of production code that the slice brought.
fn commit_of(state: &RunState, slice: usize) -> Option<&CommitId> {
    let own =
        state.commits.iter().rev().filter(|done| {
            done.slice == slice && matches!(done.phase, Phase::Green | Phase::Refactor)
        });
    own.into_iter().find_map(|done| done.commit.as_ref())
}

/// The tests that the RED gate of the slice saw red.
fn red_tests(state: &RunState, slice: usize) -> Vec<String> {
    let met = state.gates.iter().rev().find(|gate| {
        (gate.phase, gate.slice, gate.verdict) == (Phase::Red, slice, GateVerdict::Met)
    });
    let proof = met.and_then(|gate| gate.proof.as_deref());
    let tests = proof.map_or(&[][..], |proof| &proof.tests);
    let red = tests.iter().filter(|test| test.verdict == TestVerdict::Red);
    red.map(|test| test.id.to_string()).collect()
}

fn listed(tests: &[String]) -> String {
    let shown: Vec<String> = tests
        .iter()
        .take(MOST_TESTS)
        .map(|test| inert(&code(test)))
        .collect();
    let more = tests.len().saturating_sub(MOST_TESTS);
    let rest = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    shown.join(", ") + &rest
}

/// One list of the points that have no thread of their own, with what became of each; nothing
/// where there is none.
pub fn points_comment(state: &RunState) -> Option<String> {
    let Feedback { points, rounds, .. } = &state.feedback;
    let lines: Vec<String> = points
        .iter()
        .filter(|kept| kept.point.place != Place::Thread)
        .filter_map(|kept| {
            let became = point_reply(state, kept)?;
            let said = inert(&prose(&cut(&kept.point.text, MOST_SAID)));
            let by = inert(&prose(&kept.point.author));
            let indented = became.replace('\n', "\n  ");
            Some(format!(
                "- **{}**, {by}: “{said}”\n\n  {indented}\n",
                kept.point.id
            ))
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    let round = match rounds {
        0 => String::new(),
        round => format!(" (round {round} of {ROUNDS})"),
    };
    Some(format!(
        "**Feedback**, as redgreen worked through it{round}\n\n{}",
        lines.join("\n")
    ))
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
