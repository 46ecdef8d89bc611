//! A branch that was pushed, merged by others, and completed: what a clone did not fetch is fetched.

use crate::lifecycle::shop;
use crate::world::World;

const BRANCH: &str = "feature/ticket-discounts";

/// A proven run in a clone of `origin`, a bare repository beside it.
fn proven() -> World {
    let world = shop();
    let bare = world.repo.outside().join("bare.git");
    let path = bare.to_string_lossy().into_owned();
    world
        .repo
        .git(["init", "--quiet", "--bare", "--initial-branch=main", &path]);
    world.repo.git(["remote", "add", "origin", &path]);
    world.repo.git(["push", "--quiet", "origin", "main"]);
    let run = [
        "run",
        "../ticket.md",
        "--worker",
        "replay:../recording.json",
    ];
    let ran = world.redgreen(&run);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    world
}

/// The same, its branch pushed to `origin`.
fn pushed() -> World {
    let world = proven();
    world.repo.git(["push", "--quiet", "origin", BRANCH]);
    world
}

/// Others squash the branch at the forge; nobody fetches.
fn squash(world: &World) -> String {
    let bare = world.repo.outside().join("bare.git");
    let tree = format!("{BRANCH}^{{tree}}");
    let words = [
        "commit-tree",
        &tree,
        "-p",
        "main",
        "-m",
        "feat: discounts (#2)",
    ];
    let own = ["-c", "user.name=ada", "-c", "user.email=ada@shop.example"];
    let all: Vec<&str> = own.into_iter().chain(words).collect();
    let commit = world.repo.git_in(&bare, all);
    world
        .repo
        .git_in(&bare, ["update-ref", "refs/heads/main", &commit]);
    commit
}

#[test]
fn what_was_merged_at_the_forge_is_fetched_and_not_landed_a_second_time() {
    let world = pushed();
    let before = world.repo.rev("main");
    let said = world.fails(&["complete"], "RG324", 3);
    assert!(said.contains("has not landed on origin's main"), "{said}");
    assert!(said.contains("redgreen complete --into main"), "{said}");
    assert_eq!(world.repo.rev("main"), before, "nothing was moved");

    let commit = squash(&world);
    let done = world.redgreen(&["complete"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("landed on origin/main"), "{}", done.out);
    assert_eq!(
        world.repo.rev("main"),
        before,
        "the user's branch is theirs"
    );
    assert_eq!(world.repo.rev("origin/main"), commit);
}

#[test]
fn a_remote_that_is_away_is_told_of_and_a_person_may_land_here_all_the_same() {
    let world = pushed();
    world
        .repo
        .git(["remote", "set-url", "origin", "/nowhere/bare.git"]);
    let said = world.fails(&["complete"], "RG324", 3);
    assert!(said.contains("is not known: "), "{said}");
    let done = world.redgreen(&["complete", "--into", "main"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("landed on main as"), "{}", done.out);
}

#[test]
fn what_was_pushed_to_a_fork_is_not_landed_beside_its_pull_request() {
    let world = proven();
    let outside = world.repo.outside();
    let fork = outside.join("fork.git").to_string_lossy().into_owned();
    world
        .repo
        .git(["clone", "--quiet", "--bare", "../bare.git", &fork]);
    world.repo.git(["remote", "add", "ada", &fork]);
    world.repo.git(["config", "remote.pushDefault", "ada"]);
    world.repo.git(["push", "--quiet", "ada", BRANCH]);
    let before = world.repo.rev("main");
    let said = world.fails(&["complete"], "RG324", 3);
    assert!(said.contains("has not landed on origin's main"), "{said}");
    assert_eq!(world.repo.rev("main"), before, "nothing was moved");
}
