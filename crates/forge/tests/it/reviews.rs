//! What reviewers and checks say comes in, and answers go out once.

use crate::Side;
use redgreen_forge::review::{Opinion, Reviews};
use redgreen_forge::{ForgeError, Posted, reviews};
use redgreen_testkit::Repo;
use redgreen_testkit::forge::{FakeForge, Fault, LOGIN};

const MARKER: &str = "redgreen:point F-1";

fn opened(fake: &FakeForge, side: &Side) -> (Repo, u64, String) {
    let repo = Repo::new();
    repo.write("a", "1").commit("base");
    repo.branch("topic").write("a", "2").commit("change");
    fake.backed_by(repo.path().join(".git"));
    let pull = redgreen_forge::pull::Pull {
        head: redgreen_forge::pull::Head::here("topic"),
        base: "main".to_owned(),
        ..redgreen_forge::pull::Pull::default()
    };
    let number = side.forge().open(&pull).unwrap().number;
    let tip = repo.rev("topic");
    (repo, number, tip)
}

fn open(side: &Side) -> Box<dyn Reviews> {
    reviews(&side.spot("#1").unwrap(), &side.opening()).unwrap()
}

fn everything_comes_in(fake: &FakeForge, side: &Side, (way, log): (&str, &str)) {
    let (_repo, number, tip) = opened(fake, side);
    fake.stranger("mallory");
    let root = fake.thread(number, "ada", ("src/lib.rs", 3), "nit: rename");
    fake.say(root, "mallory", "me too");
    let closed = fake.thread(number, "ada", ("src/lib.rs", 9), "old");
    fake.resolve(closed);
    fake.comment(number, "grace", "What of zero?");
    fake.check("topic", "tests", true, "\u{1b}[31mFAILED\u{1b}[0m a::b\n");
    fake.check("topic", "lint", false, "");
    let forge = open(side);

    let review = forge.review(number).unwrap();
    assert_eq!(
        (review.head.as_str(), review.me.as_deref()),
        (tip.as_str(), Some(LOGIN))
    );
    let thread = &review.threads[0];
    assert_eq!(
        (thread.path.as_deref(), thread.line),
        (Some("src/lib.rs"), Some(3))
    );
    let said: Vec<(&str, bool)> = thread
        .said
        .iter()
        .map(|said| (said.author.as_str(), said.may_write))
        .collect();
    assert_eq!(said, [("ada", true), ("mallory", false)]);
    assert!(!thread.is_resolved && review.threads[1].is_resolved);
    assert!(
        review
            .comments
            .iter()
            .any(|said| said.body == "What of zero?")
    );

    let checks = forge.checks(number, &tip).unwrap();
    assert_eq!(checks.failed.len(), 1);
    assert_eq!(
        (
            checks.failed[0].name.as_str(),
            checks.failed[0].log.as_str()
        ),
        ("tests", log)
    );
    answered_once(fake, forge.as_ref(), (number, root), way);
}

/// The same answer is written once, also where the forge's own answer was lost, and then edited.
fn answered_once(fake: &FakeForge, forge: &dyn Reviews, (number, root): (u64, u64), way: &str) {
    let answer = |body: &str| {
        let review = forge.review(number).unwrap();
        let thread = &review.threads[0];
        forge.reply_once(number, (thread, review.me.as_deref()), MARKER, body)
    };
    fake.say(
        root,
        "mallory",
        "<!-- redgreen:point F-1 -->\nI answered already",
    );
    fake.fails(way, Fault::LoseAnswer);
    assert!(matches!(
        answer("Done in abc."),
        Err(ForgeError::Unreachable { .. })
    ));
    assert_eq!(answer("Done in abc.").unwrap(), Posted::Unchanged);
    assert!(matches!(answer("Done in def.").unwrap(), Posted::Edited(_)));
    let said = fake.said_in(root);
    let own: Vec<_> = said.iter().filter(|(author, _)| author == LOGIN).collect();
    assert_eq!(own.len(), 1, "{said:?}");
    assert!(own[0].1.ends_with("\nDone in def.\n"), "{own:?}");
}

#[test]
fn reviews_of_github() {
    let fake = FakeForge::github();
    let side = Side::github(&fake);
    everything_comes_in(&fake, &side, ("/replies", "FAILED a::b"));
}

#[test]
fn reviews_of_gitea() {
    let fake = FakeForge::gitea();
    let side = Side::gitea(&fake);
    // Its interface has no logs of the jobs that most versions run.
    let way = "POST /api/v1/repos/acme/shop/pulls/1/reviews";
    everything_comes_in(&fake, &side, (way, ""));
}

#[test]
fn reviews_of_gitlab() {
    let fake = FakeForge::gitlab();
    let side = Side::gitlab(&fake);
    everything_comes_in(&fake, &side, ("/notes", "FAILED a::b"));
}

#[test]
fn a_review_is_read_with_its_opinion() {
    for (fake, is_gitea) in [(FakeForge::github(), false), (FakeForge::gitea(), true)] {
        let side = if is_gitea {
            Side::gitea(&fake)
        } else {
            Side::github(&fake)
        };
        let (_repo, number, _) = opened(&fake, &side);
        fake.review(number, "ada", "APPROVED", "LGTM")
            .review(number, "grace", "CHANGES_REQUESTED", "0 panics")
            .review(number, "grace", "PENDING", "not sent")
            .review(number, "grace", "COMMENTED", "");
        let review = open(&side).review(number).unwrap();
        let opinions: Vec<_> = review.reviews.iter().map(|(opinion, _)| *opinion).collect();
        assert_eq!(opinions, [Opinion::Approves, Opinion::AsksForChanges]);
        assert!(review.reviews.iter().all(|(_, said)| said.may_write));
    }
}
