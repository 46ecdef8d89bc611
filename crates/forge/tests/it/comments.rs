//! One comment, edited in place.

use crate::Side;
use redgreen_forge::Posted;
use redgreen_testkit::forge::{FakeForge, Fault, LOGIN};

const MARKER: &str = "redgreen:lint";

#[test]
fn a_comment_is_written_once_and_edited_from_then_on() {
    for (fake, side) in Side::of_each() {
        fake.issue(12, "Login", "Text.", &[]);
        let tracker = side.tracker("#12");
        let first = tracker.comment_once(MARKER, "Two questions.").unwrap();
        assert!(matches!(first, Posted::Written(_)), "{first:?}");
        assert_eq!(
            tracker.comment_once(MARKER, "Two questions.").unwrap(),
            Posted::Unchanged
        );
        let edited = tracker.comment_once(MARKER, "One question.").unwrap();
        assert!(matches!(edited, Posted::Edited(_)), "{edited:?}");
        let owed = "<!-- redgreen:lint -->\nOne question.\n".to_owned();
        assert_eq!(fake.comments(12), [(LOGIN.to_owned(), owed)]);
    }
}

#[test]
fn somebody_elses_comment_with_the_marker_is_left_alone() {
    let fake = FakeForge::github();
    fake.issue(12, "Login", "Text.", &[]);
    fake.comment(12, "mallory", "<!-- redgreen:lint -->\nmine");
    let tracker = Side::github(&fake).tracker("#12");
    tracker.comment_once(MARKER, "ours").unwrap();
    let said = fake.comments(12);
    assert_eq!(said[0].1, "<!-- redgreen:lint -->\nmine");
    assert_eq!(said.len(), 2);
}

#[test]
fn a_token_of_ci_that_has_no_name_edits_the_comment_of_a_program() {
    let [hub, _, tea] = Side::of_each();
    for (fake, side) in [hub, tea] {
        fake.issue(12, "Login", "Text.", &[]).names_nobody();
        fake.comment(12, "mallory", "<!-- redgreen:lint -->\nmine");
        let tracker = side.tracker("#12");
        tracker.comment_once(MARKER, "first").unwrap();
        tracker.comment_once(MARKER, "second").unwrap();
        let said = fake.comments(12);
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[1].1.contains("second"));
    }
}

#[test]
fn a_comment_whose_answer_was_lost_is_not_written_twice() {
    let fake = FakeForge::github();
    fake.issue(12, "Login", "Text.", &[]);
    fake.fails(
        "POST /api/v3/repos/acme/shop/issues/12/comments",
        Fault::LoseAnswer,
    );
    let tracker = Side::github(&fake).tracker("#12");
    let lost = tracker
        .comment_once(MARKER, "once")
        .expect_err("the answer was lost");
    assert!(lost.to_string().contains("cannot be reached"), "{lost}");
    assert_eq!(
        tracker.comment_once(MARKER, "once").unwrap(),
        Posted::Unchanged
    );
    assert_eq!(fake.comments(12).len(), 1);
}
