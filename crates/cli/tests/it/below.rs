//! What stops a run is asked on the page of its ticket and answered there, with the real program,
//! git, and fake trackers at the wire.

use crate::tracker::asked;
use crate::world::World;
use redgreen_cli::json::RunDocument;
use redgreen_core::answer::Channel;
use redgreen_core::run::OpenQuestion;
use redgreen_testkit::forge::{FakeForge, Fault};

/// It contradicts itself, which somebody has to decide.
const BODY: &str = "## Acceptance criteria\n\n- [ ] `forget(7)` deletes the order\n\
    - [ ] A session expires after 5 minutes.\n- [ ] A session expires after 9 minutes.\n";

type Variables = Vec<(&'static str, String)>;

/// A pytest project that wants its questions asked on tickets.
fn world(fake: &FakeForge, ticket: &str) -> World {
    let world = World::new();
    world
        .repo
        .write("shop.py", "def forget(order):\n    pass\n");
    let test = "import shop\n\n\ndef test_forget():\n    assert shop.forget(7) is None\n";
    world.repo.write("test_shop.py", test);
    let config = format!("[ticket]\nask = true\n{ticket}");
    world.repo.write("redgreen.toml", config).commit("base");
    world
        .repo
        .git(["remote", "add", "origin", &fake.clone_address()]);
    world
}

/// What the program says to a person, with the exit code that is owed.
fn said(world: &World, vars: &Variables, args: &[&str], code: i32) -> String {
    let said = asked(world, vars, args);
    assert_eq!(said.code, code, "{}{}", said.out, said.err);
    said.err + &said.out
}

fn questions(world: &World) -> Vec<OpenQuestion> {
    let said = world.redgreen(&["status", "--json"]);
    let document: RunDocument = serde_json::from_str(&said.out).unwrap();
    document.state.questions
}

#[test]
fn a_question_is_asked_once_and_answered_by_whoever_may_write() {
    let fake = FakeForge::github();
    fake.issue(12, "Delete an order", BODY, &[])
        .stranger("mallory");
    // Whatever was said before it was asked answers nothing.
    fake.comment(12, "bob", "Q-1: whatever you like");
    let world = world(&fake, "");
    let vars = fake.variables();
    let first = said(&world, &vars, &["start", "#12"], 1);
    assert!(first.contains("Q-1 is asked at "), "{first}");
    let below = fake.comments(12);
    assert_eq!(below.len(), 2, "{below:?}");
    assert!(
        below[1].1.contains("**Q-1**: Which of the two holds"),
        "{below:?}"
    );
    assert!(below[1].1.contains("- **Q-2**: "), "{below:?}");

    fake.comment(12, "mallory", "Q-1: nine minutes");
    let deaf = said(&world, &vars, &["resume"], 3);
    assert!(
        deaf.contains("mallory answers Q-1 on the ticket and is not heard"),
        "{deaf}"
    );
    assert!(questions(&world)[0].answered.is_none());
    assert_eq!(fake.comments(12).len(), 3, "nothing is asked twice");

    fake.comment(
        12,
        "bob",
        "Sorry for the delay.\n\n**Q-1**: five minutes\nQ-2: by id",
    );
    let heard = said(&world, &vars, &["resume"], 0);
    assert!(heard.contains("answers Q-1: five minutes"), "{heard}");
    let now = questions(&world);
    let answer = now[0].answered.as_ref().unwrap();
    assert_eq!(
        (answer.answer.as_str(), answer.channel),
        ("five minutes", Channel::Ticket)
    );
    assert!(answer.by.starts_with("bob (http"), "{answer:?}");
    assert_eq!(now[1].answered.as_ref().unwrap().answer, "by id");
    let below = fake.comments(12);
    assert_eq!(below.len(), 4, "{below:?}");
    assert!(below[1].1.contains("Answered by bob"), "{below:?}");
    assert!(!below[1].1.contains("To answer"), "{below:?}");
}

#[test]
fn a_tracker_that_is_away_keeps_nobody_from_answering_by_hand() {
    let fake = FakeForge::jira();
    fake.issue(7, "Delete an order", BODY, &[]);
    let world = world(&fake, "");
    let vars = fake.jira_variables();
    fake.fails("POST", Fault::unauthorised());
    let first = said(&world, &vars, &["start", "SHOP-7"], 1);
    assert!(
        first.contains("Q-1 is not asked on the ticket: "),
        "{first}"
    );
    let again = said(&world, &vars, &["resume"], 3);
    assert!(
        again.contains("an answer to Q-1: Which of the two holds"),
        "{again}"
    );
    assert!(again.contains("redgreen answer Q-1 TEXT"), "{again}");
    assert!(again.contains("Q-1 is asked at "), "{again}");
    let done = said(&world, &vars, &["answer", "Q-1", "five minutes"], 0);
    assert!(done.contains("failing tests"), "{done}");
    let below = fake.comments(7);
    assert!(
        below.len() == 1 && below[0].1.contains("Answered by "),
        "{below:?}"
    );
}

#[test]
fn whom_the_project_names_is_heard_though_the_tracker_says_nothing_of_them() {
    let fake = FakeForge::jira();
    fake.issue(7, "Delete an order", BODY, &[])
        .stranger("mallory")
        .stranger("eve");
    let world = world(&fake, "hear = ['id-mallory']\n");
    let vars = fake.jira_variables();
    said(&world, &vars, &["start", "SHOP-7"], 1);
    fake.comment(7, "mallory", "Q-1: nine minutes")
        .comment(7, "eve", "Q-1: none at all");
    let heard = said(&world, &vars, &["resume"], 0);
    assert!(
        heard.contains("eve answers Q-1 on the ticket and is not heard"),
        "{heard}"
    );
    assert_eq!(
        questions(&world)[0].answered.as_ref().unwrap().answer,
        "nine minutes"
    );
    // The team's own words count where the tracker says that they are.
    fake.comment(7, "bob", "Q-2: by id");
    said(&world, &vars, &["resume"], 3);
    assert_eq!(
        questions(&world)[1].answered.as_ref().unwrap().answer,
        "by id"
    );
}
