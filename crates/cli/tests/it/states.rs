//! Tickets of Jira and Linear are moved when a run begins and when its change has landed, with the
//! real program, git, pytest, and fake trackers at the wire.

use crate::lifecycle::worktree;
use crate::tracker::asked;
use crate::world::World;
use redgreen_testkit::forge::{FakeForge, Fault};
use std::fs;

const BODY: &str = "Prices are too high.\n\n## Acceptance criteria\n\n\
    - [ ] `half(200)` returns 100\n";
const TOTAL: &str = "def total(prices):\n    return sum(prices)\n";
const HALF: &str = "\n\ndef half(price):\n    return price // 2\n";

type Variables = Vec<(&'static str, String)>;

/// A pytest project that says where its tickets go.
fn told(ticket: &str) -> World {
    let world = World::new();
    world.repo.write("shop.py", TOTAL);
    let test = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
    world.repo.write("test_shop.py", test);
    let config = format!("[ticket]\n{ticket}\n");
    world.repo.write("redgreen.toml", config).commit("base");
    world
}

fn says(world: &World, vars: &Variables, args: &[&str], words: &str) {
    let said = asked(world, vars, args);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.err.contains(words), "{words:?} is not in {}", said.err);
}

/// From the ticket that was just started to a change that can land.
fn worked_on(world: &World, vars: &Variables) {
    let tree = worktree(world);
    let test = "import shop\n\n\ndef test_half():\n    assert shop.half(200) == 100\n";
    fs::write(tree.join("test_half.py"), test).unwrap();
    let red = asked(world, vars, &["check"]);
    assert_eq!(red.code, 0, "{}{}", red.out, red.err);
    fs::write(tree.join("shop.py"), format!("{TOTAL}{HALF}")).unwrap();
    let green = asked(world, vars, &["check"]);
    assert!(
        green.out.contains("ready to be merged"),
        "{}{}",
        green.out,
        green.err
    );
}

#[test]
fn a_ticket_of_jira_goes_with_its_run_from_begin_to_end() {
    let fake = FakeForge::jira();
    fake.issue(7, "Halves", BODY, &[]);
    let world = told("on_start = 'in progress'\non_complete = 'Done'");
    let vars = fake.jira_variables();
    says(
        &world,
        &vars,
        &["start", "SHOP-7"],
        "the ticket was moved to In Progress",
    );
    assert_eq!(fake.stage(7), "In Progress");
    worked_on(&world, &vars);
    // The tracker is down for a moment and slow to let anybody in: neither is anybody's fault.
    fake.fails("GET", Fault::crashed())
        .fails("POST", Fault::limited(1));
    says(
        &world,
        &vars,
        &["complete"],
        "the ticket was told and moved to Done",
    );
    assert_eq!(fake.stage(7), "Done");
    let said = fake.comments(7);
    let landed = format!("Landed on {{{{main}}}} as {}", world.repo.rev("main"));
    assert!(said.len() == 1 && said[0].1.contains(&landed), "{said:?}");
}

#[test]
fn a_tracker_that_refuses_keeps_no_run_from_going_on() {
    let fake = FakeForge::linear();
    fake.issue(7, "Halves", BODY, &[]);
    let world = told("on_start = 'Doing'\non_complete = 'Shipped'");
    let mut vars = fake.linear_variables();
    let start = ["start", "ENG-7"];
    let owed = "its tracker has no way from here to \"Doing\" (ticket.on_start); \
                it offers To Do, In Progress, Done";
    says(&world, &vars, &start, owed);
    assert_eq!(fake.stage(7), "To Do");
    worked_on(&world, &vars);
    let token = std::mem::replace(&mut vars[1].1, "revoked".to_owned());
    says(
        &world,
        &vars,
        &["complete"],
        "; redgreen complete tells it again",
    );
    assert_eq!(
        (fake.stage(7).as_str(), fake.comments(7).len()),
        ("To Do", 0)
    );
    assert!(
        world
            .repo
            .git(["log", "--format=%s", "main"])
            .contains("feat: halves")
    );
    vars[1].1 = token;
    let owed =
        "the ticket was told, and not moved: its tracker has no way from here to \"Shipped\"";
    says(&world, &vars, &["complete"], owed);
    assert_eq!(fake.comments(7).len(), 1);
}

#[test]
fn a_ticket_stays_where_it_is_where_nobody_configured_anything() {
    let fake = FakeForge::jira();
    fake.issue(7, "Halves", BODY, &[]);
    let world = told("");
    let started = asked(&world, &fake.jira_variables(), &["start", "SHOP-7"]);
    assert_eq!(started.code, 0, "{}{}", started.out, started.err);
    assert!(!started.err.contains("the ticket"), "{}", started.err);
    let writes = fake
        .requests()
        .into_iter()
        .filter(|asked| asked.verb != "GET");
    assert_eq!(writes.count(), 0);
}
