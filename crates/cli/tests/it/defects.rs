//! Defects of earlier tools that must not come back, each by its name: one test here, or the name of
//! the test elsewhere that shows it.

use crate::program::Ended;
use crate::world::World;
use redgreen_cli::json::RunDocument;
use std::fs;
use std::path::PathBuf;

/// Defects whose tests stand with the command that they are about: what the earlier tool did, the
/// file, the test.
const ELSEWHERE: [(&str, &str, &str); 6] = [
    (
        "`git branch --merged` never sees a squash merge",
        include_str!("lifecycle.rs"),
        "a_branch_that_others_squashed_is_proven_where_it_landed_and_taken_away",
    ),
    (
        "`branch -d X || branch -D X` deletes work that is merged nowhere",
        include_str!("lifecycle.rs"),
        "what_an_ended_run_left_behind_goes_only_where_nothing_is_lost",
    ),
    (
        "the title of a pull request is the subject of the last commit",
        include_str!("pull.rs"),
        "a_proven_run_of_an_issue_is_offered_once_and_kept_in_step",
    ),
    (
        "the body says `Closes [ticket-reference]` and has boxes that nobody ticks",
        include_str!("pull.rs"),
        "a_proven_run_of_an_issue_is_offered_once_and_kept_in_step",
    ),
    (
        "any spec of today passes for the spec of the ticket",
        include_str!("plan.rs"),
        "a_large_ticket_owes_a_plan_that_is_filled_in_checked_on_base_and_approved",
    ),
    (
        "assumptions are proceeded with, and nothing goes on before all is understood",
        include_str!("lint.rs"),
        "a_contradiction_waits_for_an_answer_and_what_is_open_becomes_an_assumption",
    ),
];

#[test]
fn every_defect_that_is_shown_elsewhere_has_its_test_there() {
    for (defect, file, test) in ELSEWHERE {
        assert!(file.contains(&format!("fn {test}()")), "{defect}: {test}");
    }
}

const CODE: &str = "def total(prices):\n    return sum(prices)\n";
const TOTAL: &str = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
const HALF: &str = "import shop\n\n\ndef test_half():\n    assert shop.half(200) == 100\n";
const WITH_HALF: &str = "def half(price):\n    return price // 2\n\n\n";
const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n";

fn shop() -> World {
    let world = World::new();
    world
        .repo
        .write("shop.py", CODE)
        .write("test_shop.py", TOTAL);
    world.repo.write(".gitignore", "__pycache__/\n");
    world.repo.write("CHANGELOG.md", CHANGELOG).commit("base");
    ticket(
        &world,
        "ticket",
        "# Discounts\n\n- [ ] `half(200)` returns 100\n",
    );
    world
}

fn ticket(world: &World, name: &str, text: &str) {
    fs::write(world.repo.outside().join(format!("{name}.md")), text).unwrap();
}

fn state(world: &World) -> RunDocument {
    let said = world.redgreen(&["status", "--json"]);
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err))
}

fn place(world: &World) -> PathBuf {
    PathBuf::from(state(world).state.started.worktree)
}

fn owes(said: &Ended, code: i32, words: &str) {
    assert_eq!(said.code, code, "{}{}", said.out, said.err);
    assert!(
        said.out.contains(words),
        "{words:?} is not in {}{}",
        said.out,
        said.err
    );
}

/// Takes the run of the ticket to the point before its documents.
fn red(world: &World) -> PathBuf {
    owes(
        &world.redgreen(&["start", "../ticket.md"]),
        0,
        "failing tests",
    );
    let tree = place(world);
    fs::write(tree.join("test_half.py"), HALF).unwrap();
    owes(
        &world.redgreen(&["check"]),
        0,
        "red test_half.py::test_half",
    );
    tree
}

// The earlier tool printed "Tests passing" whatever had happened, and tried one runner after the
// other until one ended well. And it wrote the documents after the merge.
#[test]
fn a_tick_comes_from_a_run_that_was_seen_and_documents_land_with_the_change() {
    let world = shop();
    let tree = red(&world);
    // The new test passes; an old one does not.
    fs::write(
        tree.join("shop.py"),
        format!("{WITH_HALF}def total(prices):\n    return 0\n"),
    )
    .unwrap();
    let said = world.redgreen(&["check"]);
    owes(&said, 1, "RG107");
    let report = world
        .redgreen(&["report", "--format", "implementation"])
        .out;
    let ticked = |words: &str| {
        report
            .lines()
            .any(|l| l.contains("[x]") && l.contains(words))
    };
    assert!(!ticked("ests"), "{report}");
    world.fails(&["complete"], "RG315", 2);
    // It takes a run of the same command on the mended tree.
    fs::write(tree.join("shop.py"), format!("{WITH_HALF}{CODE}")).unwrap();
    owes(&world.redgreen(&["check"]), 0, "ready to be merged");
    // Any path of a test made the change one for developers alone, so that users read of nothing.
    let held = world.repo.git_in(&tree, ["show", "HEAD:CHANGELOG.md"]);
    assert!(held.contains("### Added\n\n- Discounts (ticket)"), "{held}");
    let tip = world.repo.git_in(&tree, ["rev-parse", "HEAD"]);
    owes(&world.redgreen(&["complete"]), 0, "landed on main");
    assert_eq!(
        world.repo.rev("main"),
        tip.trim(),
        "nothing is written after the merge"
    );
    assert_eq!(world.repo.git(["status", "--porcelain"]), "");
}

// A change of tests alone is the other half of it.
#[test]
fn a_changelog_for_users_says_nothing_of_a_change_of_tests() {
    let world = shop();
    ticket(
        &world,
        "ticket",
        "---\nkind: characterization\n---\n# Pin totals\n\n- [ ] `total([])` returns 0\n",
    );
    owes(&world.redgreen(&["start", "../ticket.md"]), 0, "owed now");
    let tree = place(&world);
    let test = "import shop\n\n\ndef test_empty():\n    assert shop.total([]) == 0\n";
    fs::write(tree.join("test_empty.py"), test).unwrap();
    owes(&world.redgreen(&["check"]), 1, "RG205");
    // What is there already cannot be red: a person lets it pass, and the documents are written.
    let pinned = ["waive", "RG205", "--reason", "it pins", "--by", "ada"];
    owes(&world.redgreen(&pinned), 0, "waived");
    owes(&world.redgreen(&["check"]), 0, "document: met");
    let held = world.repo.git_in(&tree, ["show", "HEAD:CHANGELOG.md"]);
    assert_eq!(held, CHANGELOG.trim_end());
}

// The earlier tool found worktrees by `grep "$BRANCH"` and removed them by force.
#[test]
fn a_name_within_a_name_is_another_run_and_uncommitted_files_stay() {
    let world = shop();
    ticket(&world, "a", "# Half\n\n- [ ] `half(200)` returns 100\n");
    ticket(
        &world,
        "a-half",
        "# Half\n\n- [ ] `half(200)` returns 100\n",
    );
    owes(
        &world.redgreen(&["start", "../a-half.md"]),
        0,
        "failing tests",
    );
    let other = place(&world);
    owes(&world.redgreen(&["start", "../a.md"]), 0, "failing tests");
    let all: Vec<PathBuf> = fs::read_dir(world.repo.outside().join("repo.worktrees"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(all.len(), 2, "{all:?}");
    let own = all.iter().find(|path| **path != other).unwrap();
    let own = own.to_str().unwrap();
    fs::write(PathBuf::from(own).join("also-mine.txt"), "mine").unwrap();
    owes(
        &world.redgreen(&["abort", "--reason", "no", "--repo", own]),
        0,
        "uncommitted work stays",
    );
    assert!(PathBuf::from(own).join("also-mine.txt").exists());
    // A clean worktree is the one that would have gone.
    assert!(
        other.join("shop.py").exists(),
        "the run of a longer name is untouched"
    );
    fs::write(other.join("mine.txt"), "mine").unwrap();
    owes(
        &world.redgreen(&["clean", "--yes"]),
        0,
        "1 uncommitted paths",
    );
    assert!(PathBuf::from(own).join("also-mine.txt").exists());
    assert!(
        other.join("mine.txt").exists(),
        "the run of a longer name is untouched"
    );
}

// The earlier tool took a branch for merged where enough subjects were the same, and reset main.
#[test]
fn equal_subjects_are_no_merge_and_main_is_never_reset() {
    let world = shop();
    let tree = red(&world);
    world
        .repo
        .write("notes.txt", "1\n")
        .commit("test: discounts");
    let own = world.repo.rev("main");
    owes(&world.redgreen(&["abort", "--reason", "no"]), 0, "aborted");
    let branch = "feature/ticket-discounts";
    // An aborted run keeps its tip in the trash; here it is put back to be swept.
    let tip = world.repo.git([
        "for-each-ref",
        "--format=%(objectname)",
        "refs/redgreen/trash",
    ]);
    world
        .repo
        .git(["branch", branch, tip.lines().next().unwrap()]);
    owes(&world.redgreen(&["clean", "--yes"]), 0, "in no target");
    let left = world.repo.git(["branch", "--format=%(refname:short)"]);
    assert!(left.contains(branch), "{left}");
    assert_eq!(world.repo.rev("main"), own);
    assert!(!tree.exists());
}

// The earlier tool committed its template as the documentation.
#[test]
fn an_unfilled_document_is_no_documentation() {
    let world = shop();
    let tree = red(&world);
    fs::write(tree.join("shop.py"), format!("{WITH_HALF}{CODE}")).unwrap();
    fs::write(
        tree.join("NOTES.md"),
        "# Discounts\n\nUse [FEATURE_NAME] as in <DESCRIPTION>.\n",
    )
    .unwrap();
    owes(&world.redgreen(&["check"]), 1, "RG209");
    let held = world
        .repo
        .git_in(&tree, ["ls-tree", "-r", "--name-only", "HEAD"]);
    let subjects = world.repo.git_in(&tree, ["log", "--format=%s"]);
    assert!(!subjects.contains("docs"), "{subjects}{held}");
}
