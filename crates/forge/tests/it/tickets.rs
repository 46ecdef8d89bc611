//! Issues come in as tickets.

use crate::Side;
use redgreen_core::ticket::{Defaults, Ticket};
use redgreen_forge::snapshot;
use redgreen_testkit::forge::{FakeForge, TOKEN};

const BODY: &str = "Passwords are guessed.\r\n\r\n## Acceptance criteria\r\n\r\n\
    - [ ] The sixth try answers 429.\r\n- [ ] A login resets the counter.\r\n";

#[test]
fn an_issue_of_github_is_a_ticket() {
    let fake = FakeForge::github();
    fake.issue(12, "Limit login attempts", BODY, &["bug"]);
    fake.comment(12, "grace", "Also `src/login.rs`, see #3.");
    let side = Side::github(&fake);
    let item = side.item("#12").unwrap();
    let ticket = Ticket::parse("#12", &snapshot::text(&item), &Defaults::default()).unwrap();
    assert_eq!(ticket.id.as_str(), "#12");
    assert_eq!(ticket.title, "Limit login attempts");
    assert_eq!(ticket.kind.as_str(), "bug");
    assert_eq!(ticket.criteria.len(), 2);
    assert!(
        ticket.text.contains("> grace, 2026-01-02:"),
        "{}",
        ticket.text
    );
    let source = snapshot::source(&ticket).expect("a source");
    assert_eq!(
        source.address,
        format!("{}/acme/shop/issues/12", fake.address())
    );
    assert_eq!(snapshot::edits(&source, &item), snapshot::Edits::default());
    let signed = fake.requests();
    assert!(
        signed
            .iter()
            .all(|asked| asked.header("authorization") == format!("Bearer {TOKEN}"))
    );
}

#[test]
fn an_issue_of_gitlab_is_the_same_ticket() {
    let fake = FakeForge::gitlab();
    fake.issue(12, "Limit login attempts", BODY, &["type::bug"]);
    fake.comment(12, "grace", "Yes.");
    let side = Side::gitlab(&fake);
    let item = side
        .item(&format!("{}/acme/shop/-/issues/12", fake.address()))
        .unwrap();
    let ticket = Ticket::parse("#12", &snapshot::text(&item), &Defaults::default()).unwrap();
    assert_eq!(ticket.kind.as_str(), "bug");
    assert_eq!(ticket.criteria.len(), 2);
    assert!(ticket.text.contains("> Yes."));
    assert!(
        !ticket.text.contains("assigned to"),
        "GitLab's own words are no comment"
    );
}

#[test]
fn every_page_of_comments_is_read() {
    let fake = FakeForge::github();
    fake.issue(1, "Long", "Text.", &[]);
    for number in 0..230 {
        fake.comment(1, "ada", &format!("comment {number}"));
    }
    let item = Side::github(&fake).item("#1").unwrap();
    assert_eq!(item.comments.len(), 230);
    assert_eq!(item.comments[229].body, "comment 229");
    let text = snapshot::text(&item);
    assert!(text.contains("200 earlier ones are left out."));
    assert!(text.contains("comment 229") && !text.contains("comment 199\n"));
}

#[test]
fn open_issues_are_listed_newest_first() {
    let fake = FakeForge::github();
    for number in 1..=120 {
        fake.issue(number, &format!("Issue {number}"), "", &["x"]);
    }
    let lines = Side::github(&fake).tracker("#1").open_items(110).unwrap();
    assert_eq!(lines.len(), 110);
    assert_eq!(
        (lines[0].name.as_str(), lines[0].title.as_str()),
        ("#120", "Issue 120")
    );
    assert_eq!(lines[0].labels, ["x"]);
}

#[test]
fn what_was_read_before_is_asked_for_by_its_etag() {
    let home = tempfile::tempdir().unwrap();
    let fake = FakeForge::github();
    fake.issue(1, "Once", "Text.", &[]);
    let mut side = Side::github(&fake);
    side.cache = Some(home.path().join("forge"));
    assert_eq!(side.item("#1").unwrap(), side.item("#1").unwrap());
    let asked = fake.requests();
    assert_eq!(asked[0].header("if-none-match"), "");
    assert!(asked[1].header("if-none-match").starts_with("W/"));
    fake.issue(1, "Once", "Another text.", &[]);
    assert_eq!(side.item("#1").unwrap().body, "Another text.");
    let kept = std::fs::read_dir(home.path().join("forge")).unwrap();
    for file in kept {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!text.contains(TOKEN));
    }
}
