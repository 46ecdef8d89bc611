//! Pull requests from forks, and by way of a forge that goes down, with the real program, git, and a
//! fake forge at the wire.

use crate::pull::{cloned_from, document, pr, refused};
use crate::tracker::asked;
use crate::world::World;
use redgreen_testkit::forge::{FakeForge, Fault};

const TICKET: &str = include_str!("../../demo/ticket.md");

/// A world with a run that was just started, whose branch goes to a fork of Ada's.
fn started_in_a_fork(fake: &FakeForge) -> World {
    fake.issue(12, "Discounts", TICKET, &["enhancement"]);
    let world = cloned_from(fake);
    let started = asked(&world, &fake.variables(), &["start", "#12"]);
    assert_eq!(started.code, 0, "{}{}", started.out, started.err);
    let bare = world.repo.outside().join("fork.git");
    let path = bare.to_string_lossy().into_owned();
    world
        .repo
        .git(["init", "--quiet", "--bare", "--initial-branch=main", &path]);
    world
        .repo
        .git(["remote", "add", "ada", &fake.fork_address("ada")]);
    world
        .repo
        .git(["remote", "set-url", "--push", "ada", &path]);
    world.repo.git(["config", "remote.pushDefault", "ada"]);
    fake.forked_by("ada", bare);
    world
}

#[test]
fn the_branch_of_a_fork_is_pushed_there_and_offered_here() {
    let fake = FakeForge::github();
    fake.outsider();
    let world = started_in_a_fork(&fake);
    let said = pr(&world, &fake, &["--draft", "--json"]);
    let offered = document(&said);
    assert!(offered.pushed && !offered.marked, "{}", said.err);
    assert!(
        said.err.contains("left to the project's people: labels"),
        "{}",
        said.err
    );
    let branch = "feature/12-discounts";
    let [pull] = fake.pulls().try_into().unwrap();
    assert_eq!(pull["head"], format!("ada:{branch}"));
    let outside = world.repo.outside();
    let tip = world
        .repo
        .git_in(&outside.join("fork.git"), ["rev-parse", branch]);
    assert_eq!(tip, offered.commit.as_str());
    let ours = world
        .repo
        .git_in(&outside.join("bare.git"), ["branch", "--list", branch]);
    assert_eq!(ours, "", "nothing of it is in the project's own repository");
    let again = document(&pr(&world, &fake, &["--draft", "--json"]));
    assert_eq!((again.number, again.pushed), (offered.number, false));
    world.repo.git([
        "remote",
        "set-url",
        "ada",
        "https://elsewhere.example/ada/shop.git",
    ]);
    let elsewhere = pr(&world, &fake, &["--draft"]);
    refused(&elsewhere, "RG324", "where origin is");
}

#[test]
fn a_fork_that_was_cloned_by_the_forges_own_program_is_pushed_to_and_its_parent_is_asked() {
    let fake = FakeForge::github();
    fake.outsider().issue(12, "Discounts", TICKET, &[]);
    let world = cloned_from(&fake);
    let path = world.repo.outside().join("fork.git");
    let bare = path.to_string_lossy().into_owned();
    let git = |args: &[&str]| world.repo.git(args);
    git(&["init", "--quiet", "--bare", "--initial-branch=main", &bare]);
    // As `gh repo clone ada/shop` leaves it.
    git(&["remote", "rename", "origin", "upstream"]);
    git(&["config", "remote.upstream.gh-resolved", "base"]);
    git(&["remote", "add", "origin", &fake.fork_address("ada")]);
    git(&["remote", "set-url", "--push", "origin", &bare]);
    fake.forked_by("ada", &path);
    let started = asked(&world, &fake.variables(), &["start", "#12"]);
    assert_eq!(started.code, 0, "{}{}", started.out, started.err);
    let offered = document(&pr(&world, &fake, &["--draft", "--json"]));
    assert!(offered.pushed);
    let [pull] = fake.pulls().try_into().unwrap();
    assert_eq!(pull["head"], "ada:feature/12-discounts");
    assert_ne!(
        world.repo.git_in(&path, ["branch", "--list", "feature/*"]),
        ""
    );
    // What is called upstream and was named by nobody may be anybody's.
    git(&["config", "--unset", "remote.upstream.gh-resolved"]);
    let nobody = pr(&world, &fake, &["--draft"]);
    assert_ne!(nobody.code, 0, "{}{}", nobody.out, nobody.err);
}

#[test]
fn a_forge_that_goes_down_on_the_way_gets_one_pull_request() {
    let faults = [
        ("POST /api/v3/repos/acme/shop/pulls", Fault::broken(), 0),
        (
            "POST /api/v3/repos/acme/shop/issues/13/labels",
            Fault::crashed(),
            1,
        ),
        ("POST /api/v3/repos/acme/shop/statuses", Fault::HangUp, 1),
    ];
    let fake = FakeForge::github();
    fake.issue(12, "Discounts", TICKET, &["enhancement"]);
    let world = cloned_from(&fake);
    let started = asked(&world, &fake.variables(), &["start", "#12"]);
    assert_eq!(started.code, 0, "{}{}", started.out, started.err);
    for (way, fault, there) in faults {
        fake.fails(way, fault);
        let down = pr(&world, &fake, &["--draft"]);
        assert_eq!(down.code, 4, "{way}: {}{}", down.out, down.err);
        assert_eq!(fake.pulls().len(), there, "{way}");
    }
    let back = document(&pr(&world, &fake, &["--draft", "--json"]));
    assert!(back.marked && !back.pushed);
    let [pull] = fake.pulls().try_into().unwrap();
    assert_eq!(pull["number"], back.number.unwrap());
    assert_eq!(fake.statuses().len(), 1);
}
