//! Tickets of Jira and Linear go from state to state, and hear of it.

use crate::Side;
use redgreen_forge::{ForgeError, Moved, Posted};
use redgreen_testkit::forge::{FakeForge, Fault, LOGIN, TOKEN};

/// Both trackers, each with one issue, its name, and the request that moves it.
fn both() -> [(FakeForge, Side, &'static str, &'static str); 2] {
    let (jira, linear) = (FakeForge::jira(), FakeForge::linear());
    let sides = [
        Side::of(&jira, &jira.jira_variables()),
        Side::of(&linear, &linear.linear_variables()),
    ];
    let [one, other] = sides;
    for fake in [&jira, &linear] {
        fake.issue(7, "Discounts", "- [ ] It works.\n", &["shop"]);
    }
    [
        (
            jira,
            one,
            "SHOP-7",
            "POST /rest/api/2/issue/SHOP-7/transitions",
        ),
        (linear, other, "ENG-7", "POST /graphql"),
    ]
}

#[test]
fn an_issue_is_read_with_its_state_and_comments() {
    for (fake, side, name, _) in both() {
        fake.comment(7, "grace", "For the API too?");
        let item = side.item(name).unwrap();
        assert_eq!(
            (item.name.as_str(), item.title.as_str()),
            (name, "Discounts")
        );
        assert_eq!(item.labels, ["shop"]);
        assert_eq!(item.comments[0].author, "grace");
        assert!(!item.is_closed);
    }
}

#[test]
fn what_is_not_done_is_listed_newest_first() {
    for (fake, side, name, _) in both() {
        fake.issue(8, "Newer", "", &["shop"]);
        let tracker = side.tracker(name);
        let titles = || -> Vec<String> {
            let lines = tracker.open_items(10).unwrap();
            lines.into_iter().map(|line| line.title).collect()
        };
        assert_eq!(titles(), ["Newer", "Discounts"]);
        for state in ["In Progress", "Done"] {
            tracker.move_to(state).unwrap();
        }
        assert_eq!(titles(), ["Newer"]);
    }
}

#[test]
fn a_ticket_is_moved_by_the_name_of_its_state_in_whatever_case() {
    for (fake, side, name, _) in both() {
        let tracker = side.tracker(name);
        let there = Moved::There("In Progress".to_owned());
        assert_eq!(tracker.move_to("in progress").unwrap(), there);
        assert_eq!(fake.stage(7), "In Progress");
        let already = Moved::Already("In Progress".to_owned());
        assert_eq!(tracker.move_to("In Progress").unwrap(), already);
        assert!(matches!(tracker.move_to("done").unwrap(), Moved::There(_)));
        assert!(side.item(name).unwrap().is_closed);
    }
}

#[test]
fn a_state_that_cannot_be_reached_names_those_that_can() {
    for (fake, side, name, _) in both() {
        let Moved::Unreachable(offered) = side.tracker(name).move_to("Shipped").unwrap() else {
            panic!("{name} has no such state");
        };
        assert!(offered.contains(&"In Progress".to_owned()), "{offered:?}");
        assert_eq!(fake.stage(7), "To Do");
    }
}

#[test]
fn a_transition_of_jira_may_be_named_too() {
    let [(fake, side, name, _), _] = both();
    let tracker = side.tracker(name);
    assert!(
        matches!(tracker.move_to("start work").unwrap(), Moved::There(state) if state == "In Progress")
    );
    assert_eq!(fake.stage(7), "In Progress");
    assert!(matches!(
        tracker.move_to("Shipped").unwrap(),
        Moved::Unreachable(_)
    ));
}

#[test]
fn a_fault_in_the_middle_moves_it_once() {
    for fault in [Fault::crashed(), Fault::LoseAnswer, Fault::limited(3)] {
        let [(fake, side, name, way), _] = both();
        fake.fails(way, fault);
        assert!(matches!(
            side.tracker(name).move_to("In Progress").unwrap(),
            Moved::There(_)
        ));
        assert_eq!(fake.stage(7), "In Progress");
    }
    for fault in [Fault::crashed(), Fault::LoseAnswer, Fault::limited(3)] {
        let [_, (fake, side, name, _)] = both();
        let tracker = side.tracker(name);
        drop(tracker.item());
        fake.fails_behind(1, "POST /graphql", fault);
        assert!(matches!(
            tracker.move_to("In Progress").unwrap(),
            Moved::There(_)
        ));
        assert_eq!(fake.stage(7), "In Progress");
    }
}

#[test]
fn a_token_that_is_refused_is_an_error_and_stays_secret() {
    for (fake, side, name, _) in both() {
        fake.fails("", Fault::unauthorised());
        let refused = side.tracker(name).move_to("Done").expect_err("is refused");
        assert!(
            matches!(refused, ForgeError::Forbidden { status: 401, .. }),
            "{refused}"
        );
        assert!(!refused.to_string().contains(TOKEN));
    }
}

#[test]
fn a_tracker_of_issues_has_no_states() {
    let fake = FakeForge::github();
    fake.issue(7, "Discounts", "", &[]);
    let moved = Side::github(&fake).tracker("#7").move_to("Done").unwrap();
    assert_eq!(moved, Moved::Stateless);
}

#[test]
fn one_comment_is_kept_on_a_ticket_of_jira_and_of_linear() {
    for (fake, side, name, _) in both() {
        let tracker = side.tracker(name);
        let said = |words: &str| tracker.comment_once("redgreen:landed", words).unwrap();
        assert!(matches!(said("Landed on `main`."), Posted::Written(_)));
        assert_eq!(said("Landed on `main`."), Posted::Unchanged);
        assert!(matches!(
            said("Landed on `main` as 0123."),
            Posted::Edited(_)
        ));
        let all = fake.comments(7);
        assert_eq!((all.len(), all[0].0.as_str()), (1, LOGIN), "{all:?}");
        // Jira has a markup of its own.
        let owed = if name == "SHOP-7" {
            "{{main}}"
        } else {
            "`main`"
        };
        assert!(all[0].1.contains(owed), "{all:?}");
    }
}
