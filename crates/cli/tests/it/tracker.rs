//! Tickets that live on a forge, with the real program and a fake forge at the wire.

use crate::lifecycle::shop;
use crate::program::{Ended, ended};
use crate::world::World;
use redgreen_testkit::forge::{FakeForge, Fault, TOKEN};

const BODY: &str = "Receipts are hard to read.\n\n## Acceptance criteria\n\n\
    - [ ] The receipt shows the sum of all lines.\n- [ ] An empty receipt shows 0.\n";

/// The program in `world`, with what leads it to `fake`.
pub(crate) fn asked(world: &World, vars: &[(&'static str, String)], args: &[&str]) -> Ended {
    let mut command = world.command(args);
    command.envs(vars.iter().map(|(name, value)| (name, value.as_str())));
    let said = ended(command.output().unwrap());
    assert!(
        !said.out.contains(TOKEN) && !said.err.contains(TOKEN),
        "{said:?}"
    );
    said
}

/// A world whose `origin` is the repository of `fake`.
fn cloned_from(fake: &FakeForge) -> World {
    let world = shop();
    world
        .repo
        .git(["remote", "add", "origin", &fake.clone_address()]);
    world
}

#[test]
fn an_issue_goes_through_lint_start_and_status() {
    let fake = FakeForge::github();
    fake.issue(12, "Sum on the receipt", BODY, &["enhancement"]);
    let world = cloned_from(&fake);
    let vars = fake.variables();
    let linted = asked(&world, &vars, &["lint", "#12"]);
    assert_eq!(linted.code, 0, "{}{}", linted.out, linted.err);
    let started = asked(&world, &vars, &["start", "#12"]);
    assert_eq!(started.code, 0, "{}{}", started.out, started.err);
    let branches = world
        .repo
        .git(["branch", "--list", "feature/*", "--format=%(refname:short)"]);
    assert_eq!(branches, "feature/12-sum-on-the-receipt");
    let calm = asked(&world, &vars, &["status"]);
    assert!(!calm.err.contains("the ticket"), "{}", calm.err);

    fake.issue(12, "Sum on the receipt", "Something else.", &[]);
    fake.comment(12, "grace", "Really?");
    let edited = asked(&world, &vars, &["status"]);
    assert_eq!(edited.code, 0);
    assert!(
        edited.err.contains("was edited since the run began"),
        "{}",
        edited.err
    );
    assert!(
        edited.err.contains("it has a new comment"),
        "{}",
        edited.err
    );

    fake.fails("GET", Fault::broken());
    let away = asked(&world, &vars, &["status"]);
    assert_eq!(away.code, 0, "a run goes on without its forge");
    assert!(away.err.contains("could not be compared"), "{}", away.err);
    assert!(away.out.contains("Sum on the receipt"), "{}", away.out);
}

#[test]
fn what_the_linter_says_is_one_comment_that_is_kept_up_to_date() {
    let fake = FakeForge::github();
    fake.issue(12, "Fast login", "Make it fast.\n\nTBD\n", &[]);
    let world = cloned_from(&fake);
    let post = || asked(&world, &fake.variables(), &["lint", "#12", "--post"]);
    let first = post();
    assert_eq!(first.code, 1, "{}{}", first.out, first.err);
    assert!(first.err.contains("commented: "), "{}", first.err);
    let again = post();
    assert!(again.err.contains("says so already"), "{}", again.err);
    fake.issue(12, "Sum on the receipt", BODY, &[]);
    let changed = post();
    assert!(changed.err.contains("comment changed: "), "{}", changed.err);
    let comments = fake.comments(12);
    assert_eq!(comments.len(), 1, "{comments:?}");
    assert!(!comments[0].1.contains("RQ031"), "{comments:?}");
    let marks = comments[0].1.matches("redgreen:lint").count();
    assert_eq!(marks, 2, "one at each end: {comments:?}");

    std::fs::write(world.repo.path().join("ticket.md"), BODY).unwrap();
    let file = asked(&world, &fake.variables(), &["lint", "ticket.md", "--post"]);
    assert_eq!(file.code, 2, "{}{}", file.out, file.err);
}

#[test]
fn an_issue_of_gitlab_is_started_by_its_address() {
    let fake = FakeForge::gitlab();
    fake.issue(7, "Sum on the receipt", BODY, &[]);
    let world = shop();
    let address = format!("{}/acme/shop/-/issues/7", fake.address());
    let started = asked(&world, &fake.gitlab_variables(), &["start", &address]);
    assert_eq!(started.code, 0, "{}{}", started.out, started.err);
}

#[test]
fn what_keeps_an_issue_from_being_read_has_its_code() {
    let fake = FakeForge::github();
    let world = cloned_from(&fake);
    let fails = |vars: &[(&'static str, String)], name: &str, code: &str, exit: i32| {
        let said = asked(&world, vars, &["start", name]);
        assert_eq!(said.code, exit, "{}{}", said.out, said.err);
        assert!(
            said.err.contains(&format!("error[{code}]: ")),
            "{}",
            said.err
        );
    };
    let mut wrong = fake.variables();
    wrong[2].1 = "wrong".to_owned();
    fails(&fake.variables(), "#404", "RG322", 2);
    fails(&wrong, "#12", "RG321", 4);
    fails(&fake.variables(), "PROJ-7", "RG322", 2);
    fails(&[], "http://169.254.169.254/a/b/-/issues/1", "RG323", 2);
    fails(&[], "file:///etc/passwd", "RG323", 2);
    let vars = fake.variables();
    drop(fake);
    fails(&vars, "#12", "RG320", 4);
    assert_eq!(
        world.repo.git(["branch", "--format=%(refname:short)"]),
        "main"
    );
}
