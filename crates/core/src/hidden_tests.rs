//! Hidden tests as claims: when they are owed, what the worker hears, what a person decides.

use super::*;
use crate::event::{
    Event, GateJudged, GateVerdict, Pace, PhaseEntered, QuestionAnswered, RunStarted,
};
use crate::folded::{folded, lines};
use crate::run::fold;
use crate::step::{Step, next_step};

/// A program's run that stands before the gate of VERIFY.
fn at_verify(hidden: Option<HiddenOrdered>) -> Vec<Event> {
    let started = RunStarted {
        pace: Pace::Program,
        slices: vec![vec!["AC-1".into(), "AC-2".into()]],
        hidden,
        ..RunStarted::default()
    };
    let mut events = vec![Event::RunStarted(Box::new(started))];
    for phase in [
        Phase::Understand,
        Phase::Plan,
        Phase::Red,
        Phase::Green,
        Phase::Refactor,
    ] {
        events.extend(passed(phase));
    }
    events.push(entered(Phase::Verify));
    events
}

fn entered(phase: Phase) -> Event {
    Event::PhaseEntered(PhaseEntered {
        phase,
        slice: 0,
        because: None,
    })
}

fn passed(phase: Phase) -> Vec<Event> {
    use crate::event::{Committed, Observed, WorkAsked, WorkHandedIn};
    use crate::evidence::{Observation, Order, Purpose, Selection, TreeKind};
    let mut events = vec![entered(phase)];
    if phase.is_per_slice() {
        events.push(Event::WorkAsked(WorkAsked {
            phase,
            slice: 0,
            attempt: 1,
            prompt: Digest::default(),
        }));
        events.push(Event::WorkHandedIn(WorkHandedIn {
            claim: crate::claim::Claim::default(),
            tree: TreeId::default(),
            moved_aside: Vec::new(),
            seen: Vec::new(),
        }));
        events.push(Event::Observed(Observed {
            observation: Observation {
                unit: ".:pytest".into(),
                tree: TreeKind::R,
                tests: Selection::Whole,
                order: Order::AsWritten,
                sample: 0,
                purpose: Purpose::Run,
            },
            tree: TreeId::default(),
            evidence: Digest::default(),
            cached: false,
        }));
    }
    events.push(judged(phase, GateVerdict::Met, Vec::new()));
    events.push(Event::Committed(Committed {
        phase,
        slice: 0,
        commit: None,
    }));
    events
}

fn judged(phase: Phase, verdict: GateVerdict, findings: Vec<Finding>) -> Event {
    Event::GateJudged(Box::new(GateJudged {
        phase,
        slice: 0,
        verdict,
        findings,
        proof: None,
        facts: Vec::new(),
        commands: Vec::new(),
        tree: TreeId::default(),
    }))
}

fn ordered(on_request: bool) -> Option<HiddenOrdered> {
    Some(HiddenOrdered {
        worker: "builtin:x/y".to_owned(),
        on_request,
    })
}

fn asked(attempt: u32) -> Event {
    Event::HiddenAsked(HiddenAsked {
        attempt,
        prompt: Digest::default(),
    })
}

fn failed(for_good: bool) -> Event {
    Event::HiddenFailed(HiddenFailed {
        why: "nothing was written".to_owned(),
        for_good,
    })
}

fn written(criteria: &[Option<&str>]) -> HiddenWritten {
    let tests = criteria
        .iter()
        .enumerate()
        .map(|(index, criterion)| HiddenTest {
            test: TestId::new(&".:pytest".into(), format!("test_h.py::test_{index}")),
            criterion: criterion.map(CriterionId::from),
        });
    HiddenWritten {
        worker: "builtin:x/y".to_owned(),
        shown: TreeId::default(),
        tree: TreeId::default(),
        tests: tests.collect(),
        left_out: Vec::new(),
        seen: Vec::new(),
    }
}

fn owes(more: &[Event], step: Step) {
    let mut events = at_verify(ordered(false));
    events.extend_from_slice(more);
    assert_eq!(next_step(&folded(&events)), step);
}

#[test]
fn they_are_owed_before_the_gate_of_verify_and_nowhere_else() {
    owes(&[], Step::Hide(1));
    let nobody = folded(&at_verify(None));
    assert_eq!(next_step(&nobody), Step::Execute(Phase::Verify));
    let mut before = at_verify(ordered(false));
    before.truncate(before.len() - 1);
    assert_eq!(next_step(&folded(&before)), Step::Enter(Phase::Verify, 0));
}

#[test]
fn a_stop_costs_no_attempt_and_two_failures_end_it() {
    owes(&[asked(1)], Step::Hide(1));
    owes(&[asked(1), failed(false)], Step::Hide(2));
    let twice = [asked(1), failed(false), asked(2), failed(false)];
    owes(&twice, Step::Execute(Phase::Verify));
    owes(&[asked(1), failed(true)], Step::Execute(Phase::Verify));
    let there = Event::HiddenWritten(written(&[None]));
    owes(&[asked(1), there], Step::Execute(Phase::Verify));
}

#[test]
fn they_cannot_come_unasked() {
    let mut events = at_verify(ordered(false));
    events.push(Event::HiddenWritten(written(&[None])));
    assert!(fold(&lines(&events)).is_err());
    let mut events = at_verify(None);
    events.push(asked(1));
    assert!(fold(&lines(&events)).is_err());
}

/// The ruling on one failing test of AC-2 after `more`.
fn ruled(more: &[Event]) -> (RunState, HiddenRuling) {
    let written = written(&[Some("AC-1"), Some("AC-2")]);
    let mut events = at_verify(ordered(false));
    events.extend([asked(1), Event::HiddenWritten(written.clone())]);
    events.extend_from_slice(more);
    let state = folded(&events);
    let outcomes = [HiddenOutcome::Passes, HiddenOutcome::Fails];
    let ruling = rule_hidden(&state, &written, &outcomes);
    (state, ruling)
}

fn told() -> Event {
    let (_, first) = ruled(&[]);
    judged(Phase::Verify, GateVerdict::Unmet, first.findings)
}

#[test]
fn a_failing_one_is_told_by_its_criterion_alone() {
    let (_, ruling) = ruled(&[]);
    let [found] = ruling.findings.as_slice() else {
        panic!("one finding: {ruling:?}");
    };
    assert_eq!(
        (found.weight, found.subject.as_str()),
        (Weight::Blocks, "AC-2")
    );
    assert!(!format!("{ruling:?}").contains("test_h.py"), "{ruling:?}");
    assert!(ruling.questions.is_empty());
    assert_eq!(ruling.facts, ["1 of 2 hidden tests by builtin:x/y pass"]);
}

#[test]
fn one_that_fails_again_is_a_question_to_a_person_and_no_refusal() {
    let (_, ruling) = ruled(&[told()]);
    assert_eq!(ruling.findings[0].weight, Weight::Clouds);
    assert_eq!(ruling.questions[0].id, "H-2");
    assert!(!ruling.questions[0].text.contains("test_h.py"));
    assert!(is_about_hidden("H-2") && !is_about_hidden("Q-2") && !is_about_hidden("H-"));
}

fn answered(words: &str) -> Vec<Event> {
    let (_, again) = ruled(&[told()]);
    let question = again.questions[0].clone();
    let handed = crate::event::WorkHandedIn {
        claim: crate::claim::Claim::default(),
        tree: TreeId::default(),
        moved_aside: Vec::new(),
        seen: Vec::new(),
    };
    vec![
        told(),
        Event::WorkHandedIn(handed),
        Event::QuestionAsked(question.clone()),
        judged(Phase::Verify, GateVerdict::Unclear, again.findings),
        Event::QuestionAnswered(QuestionAnswered {
            id: question.id,
            answer: words.to_owned(),
            by: "Ada".to_owned(),
            channel: crate::answer::Channel::Terminal,
        }),
    ]
}

#[test]
fn an_answer_executes_the_gate_again_and_decides_what_counts() {
    let (state, ruling) = ruled(&answered("wrong: the ticket says ten"));
    assert_eq!(next_step(&state), Step::Execute(Phase::Verify));
    assert!(ruling.findings.is_empty(), "{ruling:?}");
    assert!(ruling.facts[1].contains("1 left out"), "{ruling:?}");
    let (state, ruling) = ruled(&answered("right"));
    assert_eq!(state.attempts, 0);
    assert_eq!(ruling.findings[0].weight, Weight::Blocks);
}

#[test]
fn luck_counts_for_nothing() {
    let events = at_verify(ordered(false));
    let written = written(&[None]);
    let ruling = rule_hidden(&folded(&events), &written, &[HiddenOutcome::Unstable]);
    assert!(ruling.findings.is_empty());
    assert!(ruling.facts[1].contains("once red"), "{ruling:?}");
}

#[test]
fn none_weighs_by_whether_somebody_asked() {
    let weigh = |order| {
        let events = at_verify(order);
        without_hidden(&folded(&events), "x").map(|found| found.weight)
    };
    assert_eq!(weigh(None), None);
    assert_eq!(weigh(ordered(false)), Some(Weight::Advises));
    assert_eq!(weigh(ordered(true)), Some(Weight::Clouds));
}

#[test]
fn the_criterion_is_what_its_author_says_or_the_only_one() {
    let link = |criterion: &str| Link {
        criterion: criterion.into(),
        test: "test_a".to_owned(),
    };
    let two = [CriterionId::from("AC-1"), CriterionId::from("AC-2")];
    let of =
        |links: &[Link], criteria: &[CriterionId]| criterion_of("u t.py::test_a", links, criteria);
    assert_eq!(of(&[link("AC-2")], &two), Some("AC-2".into()));
    assert_eq!(of(&[link("AC-9")], &two), None);
    assert_eq!(of(&[], &two[..1]), Some("AC-1".into()));
}
