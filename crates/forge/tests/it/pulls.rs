//! Pull requests go out.

use crate::Side;
use redgreen_forge::pull::{Changes, Head, Outcome, Pull, Status};
use redgreen_testkit::Repo;
use redgreen_testkit::forge::{FakeForge, Fault, LOGIN};

fn backed(fake: &FakeForge) -> Repo {
    let repo = Repo::new();
    repo.write("a", "1").commit("base");
    repo.branch("topic").write("a", "2").commit("change");
    fake.backed_by(repo.path().join(".git"));
    repo
}

fn pull() -> Pull {
    Pull {
        head: Head::here("topic"),
        base: "main".to_owned(),
        title: "feat: limit".to_owned(),
        body: "Text.".to_owned(),
        is_draft: true,
    }
}

fn goes_its_way(fake: &FakeForge, side: &Side, draft_title: &str) {
    let _repo = backed(fake);
    let forge = side.forge();
    assert_eq!(forge.default_branch().unwrap(), "main");
    assert_eq!(forge.pull_of(&Head::here("topic")).unwrap(), None);
    let opened = forge.open(&pull()).unwrap();
    assert!(opened.is_draft);
    assert_eq!(opened.title, "feat: limit");
    assert_eq!(fake.pulls()[0]["title"], draft_title);
    assert_eq!(
        forge.pull_of(&Head::here("topic")).unwrap(),
        Some(opened.clone())
    );
    let changes = Changes {
        title: Some("feat: limit logins".to_owned()),
        body: Some("Another.".to_owned()),
        is_draft: Some(false),
        labels: vec!["proven".to_owned()],
        reviewers: vec![
            "@grace".to_owned(),
            format!("@{LOGIN}"),
            "@acme/core".to_owned(),
        ],
    };
    forge.change(&opened, &changes).unwrap();
    let now = forge.pull_of(&Head::here("topic")).unwrap().unwrap();
    assert_eq!(
        (now.title.as_str(), now.body.as_str()),
        ("feat: limit logins", "Another.")
    );
    assert!(!now.is_draft);
    assert_eq!(fake.pulls()[0]["labels"], serde_json::json!(["proven"]));
    let status = Status {
        outcome: Outcome::Success,
        name: "redgreen/prove".to_owned(),
        words: "x".repeat(300),
        address: None,
    };
    forge.tell("0123", &status).unwrap();
    let (commit, told) = fake.statuses().remove(0);
    assert_eq!(
        (commit.as_str(), &told["state"]),
        ("0123", &"success".into())
    );
    assert_eq!(told["description"].as_str().unwrap().chars().count(), 140);
}

#[test]
fn a_pull_request_of_github_is_opened_changed_and_marked() {
    let fake = FakeForge::github();
    goes_its_way(&fake, &Side::github(&fake), "feat: limit");
    assert_eq!(
        fake.pulls()[0]["reviewers"],
        serde_json::json!(["grace", "core"])
    );
}

#[test]
fn a_merge_request_of_gitlab_is_opened_changed_and_marked() {
    let fake = FakeForge::gitlab();
    goes_its_way(&fake, &Side::gitlab(&fake), "Draft: feat: limit");
}

#[test]
fn a_pull_request_of_gitea_is_opened_changed_and_marked() {
    let fake = FakeForge::gitea();
    let side = Side::gitea(&fake);
    goes_its_way(&fake, &side, "WIP: feat: limit");
    assert_eq!(
        fake.pulls()[0]["reviewers"],
        serde_json::json!(["grace", "core"])
    );
    let opened = side.forge().pull_of(&Head::here("topic")).unwrap().unwrap();
    let changes = Changes {
        labels: ["security", "unknown"].map(str::to_owned).to_vec(),
        ..Changes::default()
    };
    side.forge().change(&opened, &changes).unwrap();
    assert_eq!(
        fake.pulls()[0]["labels"],
        serde_json::json!(["proven", "security"]),
        "a label of the organisation is one too, and one that nobody has is left out"
    );
}

#[test]
fn a_pull_request_whose_answer_was_lost_is_found_again() {
    let fake = FakeForge::github();
    let _repo = backed(&fake);
    fake.fails("POST /api/v3/repos/acme/shop/pulls", Fault::LoseAnswer);
    let opened = Side::github(&fake).forge().open(&pull()).unwrap();
    assert_eq!(fake.pulls().len(), 1);
    assert_eq!(opened.title, "feat: limit");
}

/// A fork of Ada's, with a branch that has the same name as one of the repository itself.
fn forked(fake: &FakeForge) -> (Repo, Repo, Pull) {
    let (ours, fork) = (backed(fake), Repo::new());
    fork.write("a", "1").commit("base");
    fork.branch("topic").write("a", "3").commit("of a fork");
    fake.forked_by("ada", fork.path().join(".git"));
    let head = Head {
        fork: Some("ada/shop".to_owned()),
        ..Head::here("topic")
    };
    let pull = Pull { head, ..pull() };
    (ours, fork, pull)
}

#[test]
fn a_branch_of_a_fork_is_offered_and_another_of_its_name_is_not_taken_for_it() {
    for (fake, side) in Side::of_each() {
        let (_ours, fork, from_fork) = forked(&fake);
        let forge = side.forge();
        let theirs = forge.open(&from_fork).unwrap();
        assert_eq!(fake.pulls()[0]["head"], "ada:topic");
        assert_eq!(fake.pulls()[0]["commit"], fork.rev("topic"));
        assert_eq!(forge.pull_of(&Head::here("topic")).unwrap(), None);
        let ours = forge.open(&pull()).unwrap();
        assert_ne!(ours.number, theirs.number);
        let found = forge.pull_of(&from_fork.head).unwrap().unwrap();
        assert_eq!(found.number, theirs.number);
        let found = forge.pull_of(&Head::here("topic")).unwrap().unwrap();
        assert_eq!(found.number, ours.number);
    }
}

#[test]
fn what_somebody_from_outside_may_not_change_is_told_and_loses_nothing_else() {
    let fake = FakeForge::github();
    let (_ours, _fork, from_fork) = forked(&fake);
    let forge = Side::github(fake.outsider()).forge();
    let opened = forge.open(&from_fork).unwrap();
    let changes = Changes {
        body: Some("Another.".to_owned()),
        labels: vec!["proven".to_owned()],
        reviewers: vec!["@grace".to_owned()],
        ..Changes::default()
    };
    let left = forge.change(&opened, &changes).unwrap();
    assert_eq!(left, ["labels", "reviewers"]);
    assert_eq!(fake.pulls()[0]["body"], "Another.");
}
