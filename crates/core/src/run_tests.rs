//! The fold as claims about behaviour.

use super::*;
use crate::event::{Observed, PhaseEntered, WorkAsked};
use crate::evidence::{Observation, Order, Purpose, Selection, TreeKind};
use crate::feedback::{Class, Place, Point};
use crate::folded::lines;
use crate::id::{Digest, UnitId};
use crate::step::{Step, next_step};
use crate::time::Timestamp;
use crate::work::Stepped;
use proptest::prelude::*;

fn started(pace: Pace, slices: usize) -> Event {
    let slices = vec![vec!["AC-1".into()]; slices];
    Event::RunStarted(Box::new(RunStarted {
        pace,
        slices,
        ..RunStarted::default()
    }))
}

fn entered(phase: Phase, slice: usize) -> Event {
    Event::PhaseEntered(PhaseEntered {
        phase,
        slice,
        because: None,
    })
}

fn asked(phase: Phase, attempt: u32) -> Event {
    Event::WorkAsked(WorkAsked {
        phase,
        slice: 0,
        attempt,
        prompt: Digest::default(),
    })
}

fn claim() -> Event {
    Event::WorkHandedIn(WorkHandedIn {
        claim: Claim {
            summary: "all tests pass".to_owned(),
            ..Claim::default()
        },
        tree: TreeId::default(),
        moved_aside: Vec::new(),
        seen: Vec::new(),
    })
}

fn observed() -> Event {
    let observation = Observation {
        unit: UnitId::from(".:pytest"),
        tree: TreeKind::R,
        tests: Selection::Whole,
        order: Order::AsWritten,
        sample: 0,
        purpose: Purpose::Run,
    };
    let (tree, evidence) = (TreeId::default(), Digest::default());
    Event::Observed(Observed {
        observation,
        tree,
        evidence,
        cached: false,
    })
}

fn judged(phase: Phase, verdict: GateVerdict) -> Event {
    Event::GateJudged(Box::new(GateJudged {
        phase,
        slice: 0,
        verdict,
        findings: Vec::new(),
        proof: None,
        facts: Vec::new(),
        commands: Vec::new(),
        tree: TreeId::default(),
    }))
}

fn committed(phase: Phase) -> Event {
    Event::Committed(Committed {
        phase,
        slice: 0,
        commit: None,
    })
}

/// Everything up to the RED phase of a person's run.
fn to_red() -> Vec<Event> {
    let met = |phase| {
        [
            entered(phase, 0),
            judged(phase, GateVerdict::Met),
            committed(phase),
        ]
    };
    let mut events = vec![started(Pace::Person, 1)];
    events.extend(met(Phase::Understand));
    events.extend(met(Phase::Plan));
    events.push(entered(Phase::Red, 0));
    events
}

fn check(events: &[Event], owed: Step) {
    let state = fold(&lines(events))
        .expect("folds")
        .expect("is no empty journal");
    assert_eq!(next_step(&state), owed);
}

fn with(mut events: Vec<Event>, more: &[Event]) -> Vec<Event> {
    events.extend_from_slice(more);
    events
}

#[test]
fn a_run_begins_by_entering_understand() {
    check(
        &[started(Pace::Person, 1)],
        Step::Enter(Phase::Understand, 0),
    );
}

#[test]
fn red_waits_for_work_and_a_claim_alone_only_opens_the_gate() {
    check(&to_red(), Step::Work(Phase::Red, 1));
    check(
        &with(to_red(), &[asked(Phase::Red, 1), claim()]),
        Step::Execute(Phase::Red),
    );
}

#[test]
fn an_unmet_gate_sends_the_worker_back_and_the_third_time_asks_a_person() {
    let unmet = |attempt| {
        [
            asked(Phase::Red, attempt),
            claim(),
            judged(Phase::Red, GateVerdict::Unmet),
        ]
    };
    let mut events = with(to_red(), &unmet(1));
    check(&events, Step::Work(Phase::Red, 2));
    events.extend(unmet(2));
    check(&events, Step::Work(Phase::Red, 3));
    events.extend(unmet(3));
    check(&events, Step::Wait);
}

#[test]
fn a_worker_that_fails_uses_up_its_attempts() {
    let failed = || {
        let why = "no".to_owned();
        Event::WorkFailed(crate::event::WorkFailed { why })
    };
    let mut events = with(to_red(), &[asked(Phase::Red, 1), failed()]);
    check(&events, Step::Work(Phase::Red, 2));
    events.extend([
        asked(Phase::Red, 2),
        failed(),
        asked(Phase::Red, 3),
        failed(),
    ]);
    check(&events, Step::Wait);
}

#[test]
fn an_unclear_gate_never_counts_as_met_and_asks_a_person() {
    let unclear = [
        asked(Phase::Red, 1),
        claim(),
        judged(Phase::Red, GateVerdict::Unclear),
    ];
    check(&with(to_red(), &unclear), Step::Wait);
}

#[test]
fn a_met_gate_owes_a_commit_and_then_the_next_phase() {
    let met = [
        asked(Phase::Red, 1),
        claim(),
        observed(),
        judged(Phase::Red, GateVerdict::Met),
    ];
    let events = with(to_red(), &met);
    check(&events, Step::Commit(Phase::Red));
    check(
        &with(events, &[committed(Phase::Red)]),
        Step::Enter(Phase::Green, 0),
    );
}

#[test]
fn a_met_gate_without_evidence_is_refused() {
    let met = [
        asked(Phase::Red, 1),
        claim(),
        judged(Phase::Red, GateVerdict::Met),
    ];
    let refusal = fold(&lines(&with(to_red(), &met))).expect_err("is refused");
    assert!(
        matches!(
            refusal,
            Refusal::WithoutEvidence {
                phase: Phase::Red,
                ..
            }
        ),
        "{refusal}"
    );
}

#[test]
fn a_phase_cannot_be_jumped_over() {
    let jump = [entered(Phase::Verify, 0)];
    let refusal = fold(&lines(&with(to_red(), &jump))).expect_err("is refused");
    assert!(matches!(refusal, Refusal::WrongPhase { .. }), "{refusal}");
}

#[test]
fn going_back_to_red_is_one_recorded_line() {
    let met = [
        asked(Phase::Red, 1),
        claim(),
        observed(),
        judged(Phase::Red, GateVerdict::Met),
        committed(Phase::Red),
        entered(Phase::Green, 0),
        Event::PhaseEntered(PhaseEntered {
            phase: Phase::Red,
            slice: 0,
            because: Some("the test was wrong".to_owned()),
        }),
    ];
    check(&with(to_red(), &met), Step::Work(Phase::Red, 1));
}

#[test]
fn a_waiver_opens_the_gate_again_and_its_finding_is_still_shown() {
    let mut events = with(
        to_red(),
        &[
            asked(Phase::Red, 1),
            claim(),
            judged(Phase::Red, GateVerdict::Unclear),
        ],
    );
    let code = crate::finding::Code::Unstable;
    events.push(Event::Waived(Waived {
        code,
        subject: String::new(),
        phase: Phase::Red,
        reason: "known".to_owned(),
        by: "Ada".to_owned(),
    }));
    check(&events, Step::Execute(Phase::Red));
    let state = fold(&lines(&events)).expect("folds").expect("is there");
    let found = Finding::new(code, Weight::Clouds, "t", "differs");
    let kept = state.waive(Phase::Red, vec![found]);
    assert_eq!(kept[0].weight, Weight::Excepts);
    assert!(kept[0].message.starts_with("waived: "));
}

fn point(id: &str, class: Class) -> Event {
    Event::PointTaken(Box::new(Point {
        id: id.to_owned(),
        place: Place::Thread,
        key: format!("thread:{id}"),
        last: "1".to_owned(),
        author: "ada".to_owned(),
        path: None,
        line: None,
        text: String::new(),
        digest: Digest::default(),
        address: String::new(),
        class,
        because: String::new(),
        returns: None,
    }))
}

fn round(points: &[&str]) -> Event {
    Event::RoundBegun(RoundBegun {
        round: 1,
        points: points.iter().map(|id| (*id).to_owned()).collect(),
        tip: crate::id::CommitId::new("a"),
    })
}

/// A run of one slice that is ready to be merged.
fn to_ready() -> Vec<Event> {
    let mut events = with(to_red(), &[claim(), observed()]);
    events.extend([judged(Phase::Red, GateVerdict::Met), committed(Phase::Red)]);
    for phase in [Phase::Green, Phase::Refactor] {
        events.extend([entered(phase, 0), claim(), observed()]);
        events.extend([judged(phase, GateVerdict::Met), committed(phase)]);
    }
    for phase in [Phase::Verify, Phase::Document, Phase::Deliver] {
        events.extend([entered(phase, 0), observed()]);
        events.extend([judged(phase, GateVerdict::Met), committed(phase)]);
    }
    events.push(entered(Phase::Complete, 0));
    events
}

#[test]
fn each_point_of_a_round_is_a_slice_that_begins_where_its_class_says() {
    let taken = [
        point("F-1", Class::Style),
        point("F-2", Class::Question),
        point("F-3", Class::Behaviour),
    ];
    let ready = with(to_ready(), &taken);
    check(&ready, Step::Wait);
    let begun = with(ready, &[round(&["F-1", "F-2", "F-3"])]);
    check(&begun, Step::Enter(Phase::Refactor, 1));
    let asked = with(begun, &[entered(Phase::Refactor, 1)]);
    check(&asked, Step::Work(Phase::Refactor, 1));
    let done = [
        claim(),
        observed(),
        judged(Phase::Refactor, GateVerdict::Met),
        committed(Phase::Refactor),
    ];
    check(&with(asked, &done), Step::Enter(Phase::Red, 2));
}

#[test]
fn a_round_begins_only_behind_everything_else() {
    let early = with(to_red(), &[point("F-1", Class::Style), round(&["F-1"])]);
    assert!(fold(&lines(&early)).is_err());
    let empty = with(
        to_ready(),
        &[point("F-1", Class::Question), round(&["F-1"])],
    );
    check(&empty, Step::Wait);
}

#[test]
fn what_is_over_is_still_told_by_the_history() {
    let events = with(
        to_red(),
        &[
            asked(Phase::Red, 1),
            Event::WorkFailed(crate::event::WorkFailed {
                why: "exit 1".to_owned(),
            }),
            Event::RunEnded(crate::event::RunEnded {
                completed: false,
                reason: "not wanted any more".to_owned(),
            }),
        ],
    );
    let state = fold(&lines(&events)).expect("folds").expect("is there");
    assert_eq!(state.history.asked.len(), 1);
    assert_eq!(state.history.failed[0].phase, Phase::Red);
    assert_eq!(state.history.failed[0].why, "exit 1");
    assert_eq!(state.history.ended_because, "not wanted any more");
}

fn stepped(phase: Phase, step: u32) -> Event {
    let spent = Spent {
        turns: 1,
        micros: 20,
        ..Spent::default()
    };
    let did = Stepped::ModelAnswered {
        model: "some/model".to_owned(),
        answer: Digest::of(b"answer"),
        spent,
    };
    Event::WorkStepped(WorkStepped { phase, step, did })
}

#[test]
fn what_a_step_costs_is_counted_although_its_attempt_failed() {
    let failed = Event::WorkFailed(crate::event::WorkFailed {
        why: "gave up".to_owned(),
    });
    let events = [
        asked(Phase::Red, 1),
        stepped(Phase::Red, 1),
        stepped(Phase::Red, 2),
        failed,
        asked(Phase::Red, 2),
        stepped(Phase::Red, 1),
    ];
    let state = fold(&lines(&with(to_red(), &events)));
    let state = state.expect("folds").expect("is there");
    assert_eq!(state.steps, 1);
    assert_eq!(state.spent().micros, 60);
    assert_eq!(state.spent[&Phase::Red].turns, 3);
}

#[test]
fn a_step_stands_only_where_work_is_owed() {
    let elsewhere = with(to_red(), &[stepped(Phase::Green, 1)]);
    assert!(matches!(
        fold(&lines(&elsewhere)),
        Err(Refusal::WrongPhase { .. })
    ));
}

#[test]
fn a_line_of_a_newer_version_is_refused() {
    let mut all = lines(&[started(Pace::Person, 1)]);
    all[0].v = LINE_VERSION + 1;
    assert_eq!(
        fold(&all),
        Err(Refusal::Newer {
            version: LINE_VERSION + 1
        })
    );
}

fn any_event() -> impl Strategy<Value = Event> {
    let phase = prop::sample::select(Phase::ALL.to_vec());
    let verdict = prop::sample::select(vec![
        GateVerdict::Met,
        GateVerdict::Unmet,
        GateVerdict::Unclear,
    ]);
    (phase, verdict, 0_u8..9, 1_u32..4).prop_map(|(phase, verdict, which, attempt)| match which {
        0 => entered(phase, 0),
        1 => asked(phase, attempt),
        2 => claim(),
        3 => observed(),
        4 => judged(phase, verdict),
        5 => committed(phase),
        6 => Event::PersonNeeded(PersonNeeded {
            why: "why".to_owned(),
            code: None,
        }),
        7 => stepped(phase, attempt),
        _ => Event::WorkFailed(crate::event::WorkFailed {
            why: "no".to_owned(),
        }),
    })
}

/// Takes from `events` those that can stand, as an append would.
fn accepted(events: Vec<Event>) -> Vec<Line> {
    let mut kept = vec![started(Pace::Program, 2)];
    for event in events {
        let longer = with(kept.clone(), &[event]);
        if fold(&lines(&longer)).is_ok() {
            kept = longer;
        }
    }
    lines(&kept)
}

proptest! {
    #[test]
    fn any_prefix_of_a_journal_folds(events in prop::collection::vec(any_event(), 0..60)) {
        let all = accepted(events);
        for length in 0..=all.len() {
            prop_assert!(fold(&all[..length]).is_ok());
        }
    }

    #[test]
    fn replay_equals_fold(events in prop::collection::vec(any_event(), 0..60)) {
        let all = accepted(events);
        let text = serde_json::to_string(&all).expect("is written");
        let read: Vec<Line> = serde_json::from_str(&text).expect("is read");
        prop_assert_eq!(&read, &all);
        let stepwise = read.iter().try_fold(None, |state, line| apply(state, line).map(Some));
        prop_assert_eq!(stepwise, fold(&all));
    }

    #[test]
    fn no_order_of_claims_without_evidence_leaves_the_red_phase(
        which in prop::collection::vec(any_event(), 0..60)
    ) {
        let mut all = to_red();
        let wordy = |event: &Event| !matches!(event, Event::Observed(_));
        for event in which.into_iter().filter(wordy) {
            let longer = with(all.clone(), &[event]);
            if fold(&lines(&longer)).is_ok() {
                all = longer;
            }
        }
        let state = fold(&lines(&all)).expect("folds").expect("is there");
        prop_assert_eq!(state.phase, Phase::Red);
    }
}

/// A finding of the gate of the plan about `subject`.
fn of_plan(subject: &str) -> Finding {
    let code = crate::finding::Code::PlanUnfit;
    Finding::new(code, Weight::Blocks, subject, "lacks something")
}

fn plan_judged(findings: Vec<Finding>) -> RunState {
    let judged = Event::GateJudged(Box::new(GateJudged {
        phase: Phase::Plan,
        slice: 0,
        verdict: GateVerdict::Unmet,
        findings,
        proof: None,
        facts: Vec::new(),
        commands: Vec::new(),
        tree: "t".into(),
    }));
    let understood = Event::GateJudged(Box::new(GateJudged {
        phase: Phase::Understand,
        slice: 0,
        verdict: GateVerdict::Met,
        findings: Vec::new(),
        proof: None,
        facts: Vec::new(),
        commands: Vec::new(),
        tree: "t".into(),
    }));
    let committed = Event::Committed(Committed {
        phase: Phase::Understand,
        slice: 0,
        commit: None,
    });
    let events = [
        started(Pace::Program, 1),
        entered(Phase::Understand, 0),
        understood,
        committed,
        entered(Phase::Plan, 0),
        judged,
    ];
    let lines: Vec<Line> = (1..)
        .zip(events)
        .map(|(seq, event)| Line {
            v: LINE_VERSION,
            seq,
            at: Timestamp(seq),
            run: "r".into(),
            cause: None,
            event,
        })
        .collect();
    fold(&lines).expect("it folds").expect("it began")
}

#[test]
fn a_plan_that_lacks_something_goes_back_to_its_worker_and_a_question_to_a_person() {
    assert_eq!(plan_judged(vec![of_plan("PL003 AC-1")]).stage, Stage::Work);
    assert_eq!(plan_judged(vec![of_plan("Q-1")]).stage, Stage::Person);
    let both = vec![of_plan("PL003 AC-1"), of_plan("Q-1")];
    assert_eq!(plan_judged(both).stage, Stage::Person);
    assert_eq!(plan_judged(Vec::new()).stage, Stage::Person);
}
