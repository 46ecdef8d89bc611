//! Worktrees that a person can work in: settings, dependencies, ports, names, and a move.

use crate::program::Ended;
use crate::world::World;
use redgreen_cli::json::RunDocument;
use std::fs;
use std::path::{Path, PathBuf};

const TICKET: &str = "# Discounts\n\n- [ ] `half(200)` returns 100\n";
const TEST: &str = "import shop\n\n\ndef test_half():\n    assert shop.half(200) == 100\n";
const SECRET: &str = "wonderful-horse-battery";

/// A pytest project with `toml` as its configuration, and a ticket beside it.
fn shop(toml: &str) -> World {
    let world = World::new();
    world
        .repo
        .write("shop.py", "def total(prices):\n    return sum(prices)\n")
        .write(
            ".gitignore",
            ".env*\n!.env.example\nmade\nnode_modules/\n__pycache__/\n",
        )
        .write("redgreen.toml", toml);
    let test = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
    world.repo.write("test_shop.py", test).commit("base");
    ticket(&world, "ticket", TICKET);
    world
}

fn ticket(world: &World, name: &str, text: &str) {
    fs::write(world.repo.outside().join(format!("{name}.md")), text).unwrap();
}

fn worktrees(world: &World) -> PathBuf {
    world.repo.outside().join("repo.worktrees")
}

fn state(world: &World) -> RunDocument {
    state_of(&world.redgreen(&["status", "--json"]))
}

fn state_of(said: &Ended) -> RunDocument {
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err))
}

fn works(said: &Ended) {
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}

fn place(world: &World) -> PathBuf {
    PathBuf::from(state(world).state.started.worktree)
}

#[test]
fn settings_are_copied_by_rule_named_in_the_report_and_in_no_commit() {
    let world = shop("[worktree]\ncopy = ['.env*', 'web/key.txt']\n");
    let env = format!("# local\nexport API_TOKEN=\"{SECRET}\"\nPORT=3000\n");
    world
        .repo
        .write(".env", &env)
        .write("web/.env.local", "A=1\n");
    world.repo.write("web/key.txt", "not ignored\n");
    std::os::unix::fs::symlink("/etc/hostname", world.repo.path().join(".env.link")).unwrap();
    works(&world.redgreen(&["start", "../ticket.md"]));
    let tree = place(&world);
    assert_eq!(fs::read_to_string(tree.join(".env")).unwrap(), env);
    assert!(tree.join("web/.env.local").exists());
    assert!(!tree.join("web/key.txt").exists(), "a commit would hold it");
    assert!(!tree.join(".env.link").exists(), "a link is no setting");

    fs::write(tree.join("test_half.py"), format!("{TEST}\n# {SECRET}\n")).unwrap();
    let said = world.redgreen(&["check"]);
    works(&said);
    assert!(!said.out.contains(SECRET), "{}", said.out);
    let held = world
        .repo
        .git_in(&tree, ["ls-tree", "-r", "--name-only", "HEAD"]);
    assert!(
        held.contains("test_half.py") && !held.contains(".env"),
        "{held}"
    );
    let report = world.redgreen(&["report", "--format", "implementation"]);
    let named = "copied into the worktree, and never committed: .env";
    assert!(report.out.contains(named), "{}", report.out);

    // Whoever stops ignoring it cannot have it committed.
    fs::write(tree.join(".gitignore"), "__pycache__/\n").unwrap();
    let said = world.fails(&["check"], "RG326", 3);
    assert!(said.contains(".env"), "{said}");
    fs::write(
        tree.join(".gitignore"),
        world.repo.git(["show", "HEAD:.gitignore"]),
    )
    .unwrap();
    world.repo.git_in(&tree, ["add", "--force", ".env"]);
    world.fails(&["check"], "RG326", 3);
    world
        .repo
        .git_in(&tree, ["rm", "--quiet", "--cached", ".env"]);
    let said = world.redgreen(&["check"]);
    assert!(!said.err.contains("RG326"), "{}", said.err);
}

#[test]
fn a_setup_that_fails_loses_nothing_and_is_tried_again() {
    let world = shop(
        "[worktree]\nsetup = [['sh', '-c', 'echo went through line one; cat flag > made && \
         echo $REDGREEN_SLOT $REDGREEN_PORT_BASE >> made']]\n",
    );
    let said = world.fails(&["start", "../ticket.md"], "RG325", 4);
    assert!(said.contains("exit 1") && said.contains("flag"), "{said}");
    assert!(said.contains("redgreen resume"), "{said}");
    assert!(place(&world).join("shop.py").exists());
    fs::write(place(&world).join("flag"), "up\n").unwrap();
    // What the setup leaves must not be taken for work.
    world.fails(&["resume"], "RG325", 4);
    fs::rename(place(&world).join("flag"), place(&world).join("made")).unwrap();
    let said = world.fails(&["resume"], "RG325", 4);
    assert!(said.contains("flag"), "{said}");

    let world = shop(
        "[worktree]\nsetup = [['sh', '-c', 'echo $REDGREEN_SLOT $REDGREEN_PORT_BASE > made']]\n",
    );
    works(&world.redgreen(&["start", "../ticket.md"]));
    let made = fs::read_to_string(place(&world).join("made")).unwrap();
    assert_eq!(made, "1 3010\n");
    let world =
        shop("[worktree]\nsetup = [['sh', '-c', 'echo x > ../outside; echo y >> shop.py']]\n");
    let said = world.fails(&["start", "../ticket.md"], "RG325", 4);
    assert!(said.contains("shop.py"), "{said}");
    assert!(
        !worktrees(&world).join("outside").exists(),
        "held by the sandbox"
    );
}

#[test]
fn each_run_has_ports_of_its_own_until_it_is_over_and_gone() {
    let world = shop("[worktree]\nfirst_port = 4000\nports = 5\n");
    let slot = |world: &World| {
        state(world)
            .state
            .started
            .slot
            .map(|slot| (slot.number, slot.first_port))
    };
    works(&world.redgreen(&["start", "../ticket.md"]));
    assert_eq!(slot(&world), Some((1, 4005)));
    let status = world.redgreen(&["status"]).out;
    assert!(
        status.contains("4005 to 4009") && status.contains("REDGREEN_PORT_BASE=4005"),
        "{status}"
    );
    ticket(&world, "second", "# Second\n\n- [ ] `two()` returns 2\n");
    works(&world.redgreen(&["start", "../second.md"]));
    let all: Vec<PathBuf> = fs::read_dir(worktrees(&world))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    let first = all
        .iter()
        .find(|path| path.ends_with("ticket-discounts"))
        .unwrap();
    let repo = first.to_str().unwrap();
    works(&world.redgreen(&["abort", "--reason", "no", "--repo", repo]));
    ticket(&world, "third", "# Third\n\n- [ ] `three()` returns 3\n");
    works(&world.redgreen(&["start", "../third.md"]));
    let third = worktrees(&world).join("third");
    let said = world.redgreen(&["status", "--json", "--repo", third.to_str().unwrap()]);
    assert_eq!(
        state_of(&said).state.started.slot.map(|slot| slot.number),
        Some(1)
    );
}

#[test]
fn a_branch_or_folder_of_that_name_in_any_case_is_left_alone() {
    let world = shop("");
    world.repo.git(["branch", "feature/Ticket-discounts"]);
    fs::create_dir_all(worktrees(&world).join("TICKET-discounts")).unwrap();
    fs::write(worktrees(&world).join("TICKET-discounts/mine"), "mine").unwrap();
    works(&world.redgreen(&["start", "../ticket.md"]));
    let started = state(&world).state.started;
    assert_eq!(started.branch, "feature/ticket-discounts-2");
    assert!(
        started.worktree.ends_with("/ticket-discounts-2"),
        "{}",
        started.worktree
    );

    // Where a branch `feature` is, none can lie below it.
    let world = shop("");
    world.repo.git(["branch", "feature"]);
    works(&world.redgreen(&["start", "../ticket.md"]));
    assert_eq!(
        state(&world).state.started.branch,
        "feature-ticket-discounts"
    );
}

#[test]
fn a_run_goes_on_after_the_repository_was_moved() {
    let world = shop("");
    works(&world.redgreen(&["start", "../ticket.md"]));
    let tree = place(&world);
    fs::write(tree.join("test_half.py"), TEST).unwrap();
    let (was, new) = (
        world.repo.path(),
        world.repo.outside().join("elsewhere/repo"),
    );
    fs::create_dir(world.repo.outside().join("elsewhere")).unwrap();
    fs::rename(was, &new).unwrap();

    // The repository alone was moved.
    let ask = |dir: &Path, args: &[&str]| {
        let mut command = world.command(args);
        crate::program::ended(command.current_dir(dir).output().unwrap())
    };
    let lost = ask(&tree, &["status"]);
    assert_eq!(lost.code, 4, "{}", lost.err);
    assert!(
        lost.err.contains("was moved") && lost.err.contains("worktree repair"),
        "{}",
        lost.err
    );
    let said = ask(&new, &["check"]);
    works(&said);
    assert!(
        said.out.contains("red test_half.py::test_half"),
        "{}",
        said.out
    );
    works(&ask(&tree, &["status"]));

    // Now both, with work that is in no commit.
    let code =
        "def half(price):\n    return price // 2\n\n\ndef total(prices):\n    return sum(prices)\n";
    fs::write(tree.join("shop.py"), code).unwrap();
    fs::create_dir(world.repo.outside().join("third")).unwrap();
    let third = world.repo.outside().join("third/repo");
    fs::rename(&new, &third).unwrap();
    fs::rename(
        worktrees(&world),
        world.repo.outside().join("third/repo.worktrees"),
    )
    .unwrap();
    let said = ask(&third, &["check"]);
    works(&said);
    assert!(said.out.contains("ready to be merged"), "{}", said.out);
    let said = ask(&third, &["complete"]);
    works(&said);
    assert!(third.join("test_half.py").exists());
    assert!(
        !world
            .repo
            .outside()
            .join("third/repo.worktrees/ticket-discounts")
            .exists()
    );
}

#[test]
fn dependency_folders_are_lent_and_never_written_or_taken_away() {
    let world = shop("");
    let manifest = "{\"name\": \"shop\", \"scripts\": {\"test\": \"node --test\"}}\n";
    world.repo.write("package.json", manifest);
    let test = "const test = require('node:test');\ntest('one', () => require('left'));\n";
    world.repo.write("one.test.js", test).commit("a script");
    world
        .repo
        .write("node_modules/left/index.js", "module.exports = 1;\n");
    works(&world.redgreen(&["start", "../ticket.md"]));
    let tree = place(&world);
    assert!(tree.join("node_modules/left/index.js").exists());
    let report = world
        .redgreen(&["report", "--format", "implementation"])
        .out;
    assert!(
        report.contains("lent by the checkout: node_modules"),
        "{report}"
    );
    works(&world.redgreen(&["abort", "--reason", "no"]));
    assert!(!tree.exists());
    assert!(
        world
            .repo
            .path()
            .join("node_modules/left/index.js")
            .exists()
    );
}
