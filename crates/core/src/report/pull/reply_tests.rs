//! Answers to points as claims about behaviour.

use super::*;
use crate::event::{Committed, Event, LINE_VERSION, Line, QuestionAnswered, QuestionAsked};
use crate::feedback::{Cause, Owed, Point, Stop, owed};
use crate::id::{Digest, RunId};
use crate::run::fold;
use crate::time::Timestamp;

fn state() -> RunState {
    let line = Line {
        v: LINE_VERSION,
        seq: 1,
        at: Timestamp(0),
        run: RunId::new("r"),
        cause: None,
        event: Event::RunStarted(Box::default()),
    };
    let mut state = fold(&[line]).expect("folds").expect("a state");
    state.phase = Phase::Complete;
    state
}

fn kept(id: &str, place: Place, class: Class) -> PointState {
    let point = Point {
        id: id.to_owned(),
        place,
        key: id.to_owned(),
        last: String::new(),
        author: "ada".to_owned(),
        path: None,
        line: None,
        text: "Call @grace <!-- redgreen:begin -->, close #12".to_owned(),
        digest: Digest::default(),
        address: String::new(),
        class,
        because: String::new(),
        returns: None,
    };
    PointState {
        class,
        because: String::new(),
        point,
        cause: None,
        tests: Vec::new(),
        slice: None,
        answered: None,
    }
}

fn answer(state: &mut RunState, id: &str, text: &str) {
    state.questions.push(crate::run::OpenQuestion {
        asked: QuestionAsked {
            id: id.to_owned(),
            text: String::new(),
            why: String::new(),
            default: String::new(),
            blocks: true,
        },
        answered: Some(QuestionAnswered {
            id: id.to_owned(),
            answer: text.to_owned(),
            by: "ada".to_owned(),
            channel: crate::answer::Channel::Terminal,
        }),
    });
}

#[test]
fn an_answer_names_the_commit_that_did_it() {
    let mut state = state();
    let mut point = kept("F-1", Place::Thread, Class::Style);
    assert_eq!(point_reply(&state, &point), None);
    point.slice = Some(1);
    let said = point_reply(&state, &point).expect("is said");
    assert!(said.contains("changed nothing"), "{said}");
    state.commits.push(Committed {
        phase: Phase::Refactor,
        slice: 1,
        commit: Some(CommitId::new("abc123")),
    });
    let said = point_reply(&state, &point).expect("is said");
    assert!(said.starts_with("Done in abc123."), "{said}");
    state.phase = Phase::Verify;
    assert_eq!(point_reply(&state, &point), None, "not before its gates");
}

#[test]
fn a_question_is_answered_in_a_persons_words() {
    let mut state = state();
    let point = kept("F-1", Place::Thread, Class::Question);
    state.feedback.points.push(point.clone());
    assert_eq!(
        owed(&state),
        Owed::Person(vec![Stop::Question("F-1".to_owned())])
    );
    answer(&mut state, "F-1", "Cents are exact.");
    assert_eq!(owed(&state), Owed::Nothing);
    let said = point_reply(&state, &point).expect("is said");
    assert_eq!(said, "Cents are exact.\n\n— ada");
}

#[test]
fn what_is_left_alone_says_why() {
    let mut point = kept("F-1", Place::Check, Class::Remark);
    point.cause = Some(Cause::Base);
    point.tests = vec!["t::a".to_owned()];
    let said = point_reply(&state(), &point).expect("is said");
    assert!(said.contains("fails there too: `t::a`."), "{said}");
    assert_eq!(
        point_reply(&state(), &kept("F-2", Place::Comment, Class::Remark)),
        None
    );
}

#[test]
fn a_check_that_nobody_can_run_here_is_a_persons_and_not_left_alone() {
    let mut point = kept("F-1", Place::Check, Class::Ambiguous);
    point.cause = Some(Cause::Unknown);
    assert_eq!(point_reply(&state(), &point), None);
}

#[test]
fn no_text_of_a_point_acts_in_the_list() {
    let mut state = state();
    let mut point = kept("F-1", Place::Comment, Class::Style);
    point.slice = Some(0);
    state.feedback.points.push(point);
    let list = points_comment(&state).expect("a list");
    for acting in ["@grace", "#12", "<!--"] {
        assert!(!list.contains(acting), "{acting} acts in {list}");
    }
}

#[test]
fn three_rounds_are_enough_until_a_person_allows_another() {
    let mut state = state();
    state
        .feedback
        .points
        .push(kept("F-1", Place::Thread, Class::Style));
    let round = Owed::Round(vec!["F-1".to_owned()]);
    assert_eq!(owed(&state), round);
    state.feedback.rounds = ROUNDS;
    assert_eq!(owed(&state), Owed::Person(vec![Stop::Rounds]));
    answer(&mut state, "ROUND-4", "yes");
    assert_eq!(owed(&state), round);
}

#[test]
fn a_point_that_came_back_is_a_persons() {
    let mut state = state();
    let mut point = kept("F-2", Place::Thread, Class::Ambiguous);
    point.point.returns = Some("F-1".to_owned());
    state.feedback.points.push(point);
    assert_eq!(
        owed(&state),
        Owed::Person(vec![Stop::Returned("F-2".to_owned())])
    );
}

#[test]
fn work_goes_before_questions_and_never_before_the_run_is_through() {
    let mut state = state();
    state
        .feedback
        .points
        .push(kept("F-1", Place::Thread, Class::Question));
    state
        .feedback
        .points
        .push(kept("F-2", Place::Thread, Class::Behaviour));
    assert_eq!(owed(&state), Owed::Round(vec!["F-2".to_owned()]));
    state.phase = Phase::Green;
    assert_eq!(owed(&state), Owed::Run);
}

#[test]
fn a_path_that_nobody_named_is_beyond_the_plan() {
    let mut feedback = Feedback::default();
    let mut point = kept("F-1", Place::Thread, Class::Style);
    point.point.path = Some("src/beside.rs".to_owned());
    point.slice = Some(1);
    feedback.points.push(point);
    let all = ["src/old.rs", "src/beside.rs", "src/named.rs", "src/far.rs"].map(str::to_owned);
    let offered = ["src/old.rs".to_owned()];
    let found = crate::feedback::beyond(&feedback, &all, &offered, "Change `src/named.rs`.");
    assert_eq!(found, ["src/far.rs"]);
}
