//! From a ticket to a landed branch, with the real program, git and test runners.

use crate::hostile::wait_until;
use crate::program::Ended;
use crate::world::World;
use redgreen_cli::json::RunDocument;
use redgreen_core::finding::{Code, Weight};
use redgreen_core::phase::Phase;
use std::fs;
use std::path::PathBuf;

const TICKET: &str = include_str!("../../demo/ticket.md");
const RECORDING: &str = include_str!("../../demo/recording.json");

/// The bundled project, and a ticket beside the repository.
pub(crate) fn shop() -> World {
    let world = World::new();
    let files = [
        (
            "Cargo.toml",
            include_str!("../../demo/project/Cargo.toml.txt"),
        ),
        (
            "src/lib.rs",
            include_str!("../../demo/project/src/lib.rs.txt"),
        ),
        (
            "tests/receipt.rs",
            include_str!("../../demo/project/tests/receipt.rs.txt"),
        ),
        (
            "CHANGELOG.md",
            include_str!("../../demo/project/CHANGELOG.md"),
        ),
        (".gitignore", "target\n"),
    ];
    for (path, text) in files {
        world.repo.write(path, text);
    }
    world.repo.commit("base");
    fs::write(world.repo.outside().join("ticket.md"), TICKET).unwrap();
    fs::write(world.repo.outside().join("recording.json"), RECORDING).unwrap();
    world
}

/// Where the only run of `world` is worked on.
pub(crate) fn worktree(world: &World) -> PathBuf {
    let all = world.repo.outside().join("repo.worktrees");
    fs::read_dir(all).unwrap().next().unwrap().unwrap().path()
}

pub(crate) fn state(world: &World) -> RunDocument {
    let said = world.redgreen(&["status", "--json"]);
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err))
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

fn codes(document: &RunDocument) -> Vec<Code> {
    let last = document.state.gates.last().unwrap();
    last.findings.iter().map(|found| found.code).collect()
}

#[test]
fn a_person_goes_from_a_ticket_to_a_landed_branch() {
    let world = World::new();
    let code = "def total(prices):\n    return sum(prices)\n";
    world.repo.write("src/shop/__init__.py", code);
    world.repo.write(
        "pyproject.toml",
        "[project]\nname = 'shop'\nversion = '1'\n",
    );
    let test = "from shop import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n";
    world.repo.write("tests/test_shop.py", test).commit("base");
    let ticket = "# Discounts\n\nA percentage off.\n\n- [ ] `discount(200, 10)` returns 180\n";
    fs::write(world.repo.outside().join("ticket.md"), ticket).unwrap();

    owes(
        &world.redgreen(&["start", "../ticket.md"]),
        0,
        "failing tests for the criteria below",
    );
    let tree = worktree(&world);
    let new = "\n\ndef test_discount():\n    assert shop.discount(200, 10) == 180\n";
    let tests = format!("import shop\n{test}{new}");
    fs::write(tree.join("tests/test_shop.py"), tests).unwrap();
    owes(
        &world.redgreen(&["check"]),
        0,
        "red tests/test_shop.py::test_discount",
    );
    let more = "\n\ndef discount(price, percent):\n    return price - price * percent // 100\n";
    fs::write(tree.join("src/shop/__init__.py"), format!("{code}{more}")).unwrap();
    owes(&world.redgreen(&["check"]), 0, "1 test proves the change");
    owes(&world.redgreen(&["complete"]), 0, "landed on main as");

    let log = world.repo.git([
        "log",
        "--format=%s|%(trailers:key=Redgreen-Phase,valueonly)",
        "main",
    ]);
    let log: Vec<&str> = log.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(
        log,
        ["feat: discounts|green", "test: discounts|red", "base|"]
    );
    assert!(!tree.exists(), "the worktree is gone");
    let branches = world.repo.git(["branch", "--format=%(refname:short)"]);
    assert_eq!(branches.trim(), "main", "the branch is gone");
    assert_eq!(
        world.repo.git(["status", "--porcelain"]),
        "",
        "the checkout was brought along"
    );
    let proof = world.proof(&["HEAD~2..HEAD", "--samples", "1"]);
    assert_eq!(proof.exit_code, 0, "anybody can prove it again");
}

/// A pytest project with a finished run that only has to be landed.
fn ready() -> World {
    let world = World::new();
    world
        .repo
        .write("shop.py", "def total(prices):\n    return sum(prices)\n");
    let test = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
    world.repo.write("test_shop.py", test).commit("base");
    let ticket = "# Discounts\n\n- [ ] `half(200)` returns 100\n";
    fs::write(world.repo.outside().join("ticket.md"), ticket).unwrap();
    owes(
        &world.redgreen(&["start", "../ticket.md"]),
        0,
        "redgreen check",
    );
    let tree = worktree(&world);
    let new = "import shop\n\n\ndef test_half():\n    assert shop.half(200) == 100\n";
    fs::write(tree.join("test_half.py"), new).unwrap();
    owes(
        &world.redgreen(&["check"]),
        0,
        "red test_half.py::test_half",
    );
    let code =
        "def half(price):\n    return price // 2\n\n\ndef total(prices):\n    return sum(prices)\n";
    fs::write(tree.join("shop.py"), code).unwrap();
    owes(&world.redgreen(&["check"]), 0, "ready to be merged");
    world
}

#[test]
fn a_branch_that_others_squashed_is_proven_where_it_landed_and_taken_away() {
    let world = ready();
    let branch = world.repo.git([
        "branch",
        "--format=%(refname:short)",
        "--list",
        "*discounts*",
    ]);
    let branch = branch.trim().to_owned();
    let early = world.redgreen(&["clean"]);
    owes(&early, 0, "the run goes on");
    world
        .repo
        .write("readme.txt", "meanwhile\n")
        .commit("meanwhile");
    world.repo.git(["merge", "--quiet", "--squash", &branch]);
    world.repo.commit("Discounts (#7)");
    let squash = world.repo.rev("HEAD");
    owes(&world.redgreen(&["clean"]), 0, "redgreen complete");

    owes(&world.redgreen(&["complete"]), 0, "landed on main as");
    assert_eq!(
        world.repo.rev("main"),
        squash,
        "nothing was merged once more"
    );
    let left = world.repo.git(["branch", "--format=%(refname:short)"]);
    assert_eq!(left.trim(), "main");
    let note = world
        .repo
        .git(["notes", "--ref", "redgreen", "show", &squash]);
    assert!(note.contains("\"verdict\":\"proven"), "{note}");
    owes(&world.redgreen(&["clean"]), 0, "nothing is left behind");
}

#[test]
fn what_an_ended_run_left_behind_goes_only_where_nothing_is_lost() {
    let world = ready();
    let tree = worktree(&world);
    fs::write(tree.join("note.txt"), "mine").unwrap();
    owes(&world.redgreen(&["abort", "--reason", "no"]), 0, "aborted");
    owes(
        &world.redgreen(&["clean", "--yes"]),
        0,
        "1 uncommitted paths",
    );
    assert!(tree.join("note.txt").exists());
    fs::remove_file(tree.join("note.txt")).unwrap();
    owes(&world.redgreen(&["clean", "--yes"]), 0, "in no target");
    assert!(tree.exists(), "commits that are nowhere else stay");
    let tip = world.repo.git_in(&tree, ["rev-parse", "HEAD"]);
    world.repo.git(["merge", "--quiet", tip.trim()]);
    let dry = world.redgreen(&["clean"]);
    owes(&dry, 0, "can go");
    assert!(tree.exists(), "without --yes nothing is changed");
    owes(&world.redgreen(&["clean", "--yes"]), 0, "git worktree add");
    assert!(!tree.exists());
}

#[test]
fn a_base_that_moved_is_merged_and_proven_again_and_a_conflict_moves_nothing() {
    let world = ready();
    world
        .repo
        .write("other.py", "VALUE = 1\n")
        .commit("something else");
    let moved = world.repo.rev("main");
    let tree = worktree(&world);
    fs::write(tree.join("notes.txt"), "not committed").unwrap();
    world.fails(&["complete"], "RG305", 3);
    fs::remove_file(tree.join("notes.txt")).unwrap();
    owes(&world.redgreen(&["complete"]), 0, "landed on main as");
    let parents = world.repo.git(["log", "-1", "--format=%P", "main"]);
    assert!(parents.starts_with(&moved), "a merge of both: {parents}");
    assert!(world.repo.path().join("other.py").exists());
    assert!(world.repo.path().join("test_half.py").exists());

    let world = ready();
    world.repo.write(
        "shop.py",
        "def total(prices):\n    return sum(prices) + 0\n",
    );
    world
        .repo
        .write("test_half.py", "# taken\n")
        .commit("in the way");
    let before = world.repo.rev("main");
    let said = world.redgreen(&["complete"]);
    assert_ne!(said.code, 0, "{}", said.out);
    assert!(said.err.contains("error[RG313]"), "{}", said.err);
    assert_eq!(world.repo.rev("main"), before, "nothing was moved");
    assert!(worktree(&world).exists(), "nothing was taken away");
}

#[test]
fn what_a_phase_may_not_write_is_moved_aside_kept_and_told() {
    let world = shop();
    owes(
        &world.redgreen(&["start", "../ticket.md"]),
        0,
        "redgreen check",
    );
    let tree = worktree(&world);
    let lib = fs::read_to_string(tree.join("src/lib.rs")).unwrap();
    let early = format!("{lib}\npub fn discount(_: u32, _: u32) -> Option<u32> {{ Some(180) }}\n");
    fs::write(tree.join("src/lib.rs"), &early).unwrap();
    let test =
        "#[test]\nfn takes_off() {\n    assert_eq!(shop::discount(200, 10), Some(180));\n}\n";
    fs::write(tree.join("tests/discount.rs"), test).unwrap();
    owes(&world.redgreen(&["check"]), 0, "RG201");
    assert_eq!(
        fs::read_to_string(tree.join("src/lib.rs")).unwrap(),
        lib,
        "put back"
    );
    let kept = world
        .repo
        .git(["for-each-ref", "--format=%(refname)", "refs/redgreen/trash"]);
    let kept = world
        .repo
        .git(["show", &format!("{}:src/lib.rs", kept.trim())]);
    assert_eq!(kept.trim(), early.trim(), "what was moved aside is kept");

    fs::write(tree.join("src/lib.rs"), &early).unwrap();
    fs::write(
        tree.join("tests/discount.rs"),
        "#[test]\nfn takes_off() {}\n",
    )
    .unwrap();
    let both = ["--shows", "AC-1=takes_off", "--shows", "AC-2=takes_off"];
    owes(
        &world.redgreen(&[&["check"], &both[..]].concat()),
        0,
        "RG202",
    );
    assert_eq!(
        fs::read_to_string(tree.join("tests/discount.rs")).unwrap(),
        test,
        "frozen"
    );
}

#[test]
fn a_wrong_test_is_mended_by_going_back_to_red() {
    let world = shop();
    owes(
        &world.redgreen(&["start", "../ticket.md"]),
        0,
        "redgreen check",
    );
    let tree = worktree(&world);
    let test = |owed: &str| {
        let body = format!("assert_eq!(shop::discount(200, 10), Some({owed}));");
        fs::write(
            tree.join("tests/discount.rs"),
            format!("#[test]\nfn off() {{ {body} }}\n"),
        )
        .unwrap();
    };
    test("181");
    owes(&world.redgreen(&["check"]), 0, "red shop::discount$off");
    let back = world.redgreen(&["check", "--back-to-red", "the sum was wrong"]);
    owes(&back, 3, "failing tests for the criteria below");
    test("180");
    owes(&world.redgreen(&["check"]), 0, "red shop::discount$off");
    assert!(
        world
            .redgreen(&["log"])
            .out
            .contains("because the sum was wrong")
    );
}

#[test]
fn three_attempts_at_a_gate_are_enough_and_then_a_person_decides() {
    let world = shop();
    owes(
        &world.redgreen(&["start", "../ticket.md"]),
        0,
        "redgreen check",
    );
    for _ in 0..3 {
        owes(&world.redgreen(&["check"]), 1, "RG204");
    }
    let document = state(&world);
    assert_eq!(document.state.phase, Phase::Red);
    assert!(
        document.state.waiting.is_some(),
        "a person is asked: {document:?}"
    );
    let waived = world.redgreen(&["waive", "RG204", "--reason", "by hand", "--by", "Ada"]);
    // The gate is judged again, and without evidence no waiver meets it.
    assert_ne!(waived.code, 0, "{}", waived.out);
    owes(
        &world.redgreen(&["abort", "--reason", "not now"]),
        0,
        "aborted",
    );
    assert!(world.redgreen(&["status"]).out.contains("aborted"));
}

#[test]
fn a_program_works_from_a_prompt_and_its_words_are_a_claim() {
    let world = shop();
    let script = r#"#!/bin/sh
set -eu
test -s "$REDGREEN_PROMPT"
case "$REDGREEN_PHASE" in
red)
  printf '#[test]\nfn off() { assert_eq!(shop::discount(200, 10), Some(180)); }\n' > tests/discount.rs
  printf '#[test]\nfn refuses() { assert_eq!(shop::discount(200, 101), None); }\n' >> tests/discount.rs
  printf '{"summary":"all done, trust me","links":[{"criterion":"AC-1","test":"off"},{"criterion":"AC-2","test":"refuses"}]}' > "$REDGREEN_CLAIM" ;;
green)
  printf '\npub fn discount(price: u32, percent: u32) -> Option<u32> {\n    (percent <= 100).then(|| price - price * percent / 100)\n}\n' >> src/lib.rs ;;
esac
"#;
    let path = world.repo.outside().join("worker.sh");
    fs::write(&path, script).unwrap();
    let ticket = format!("---\nsize: tiny\n---\n{TICKET}");
    fs::write(world.repo.outside().join("ticket.md"), ticket).unwrap();
    let worker = format!("command:sh {}", path.display());
    owes(
        &world.redgreen(&["run", "../ticket.md", "--worker", &worker]),
        0,
        "ready to be merged",
    );
    let document = state(&world);
    assert_eq!(document.state.phase, Phase::Complete);
    assert_eq!(document.state.claims[0].2.summary, "all done, trust me");
    assert!(codes(&document).is_empty());
}

#[test]
fn a_recorded_run_plays_and_records_itself_again() {
    let world = shop();
    let said = world.redgreen(&[
        "run",
        "../ticket.md",
        "--worker",
        "replay:../recording.json",
        "--record",
        "../again.json",
    ]);
    owes(&said, 0, "ready to be merged");
    let read = |name: &str| -> serde_json::Value {
        let text = fs::read_to_string(world.repo.outside().join(name)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let (given, again) = (read("recording.json"), read("again.json"));
    let texts = |value: &serde_json::Value| -> Vec<String> {
        let steps = value["steps"].as_array().unwrap();
        let edits = steps
            .iter()
            .flat_map(|step| step["edits"].as_array().unwrap());
        edits.map(|edit| edit["text"].to_string()).collect()
    };
    assert_eq!(texts(&given), texts(&again));
}

/// Kills the program after every single line of its journal, resumes each time, and holds the
/// report against that of a run that nobody disturbed.
#[test]
fn killed_after_every_event_a_run_comes_to_the_same_report() {
    let calm = shop();
    let run = [
        "run",
        "../ticket.md",
        "--worker",
        "replay:../recording.json",
    ];
    owes(&calm.redgreen(&run), 0, "ready to be merged");
    owes(&calm.redgreen(&["complete"]), 0, "landed on main as");

    let world = shop();
    let mut points = 0;
    let mut args: Vec<&str> = run.to_vec();
    loop {
        points += 1;
        assert!(points < 400, "the run never ends");
        let mut command = world.command(&args);
        let ended = command
            .env("REDGREEN_FAILPOINT_AFTER_LINE", points.to_string())
            .output();
        let ended = ended.unwrap();
        let (status, said) = (ended.status, String::from_utf8_lossy(&ended.stderr));
        if status.code().is_none() {
            args = if args[0] == "complete" {
                args
            } else {
                vec!["resume"]
            };
            continue;
        }
        if args[0] == "complete" {
            assert_eq!(status.code(), Some(0), "the run is over: {said}");
            break;
        }
        assert_eq!(status.code(), Some(0), "every step up to landing was taken");
        args = vec!["complete"];
        points -= 1;
    }
    println!("{} kill points", points - 1);
    assert!(points > 40, "only {points} lines");
    assert_eq!(report(&world), report(&calm));
    let tree = |world: &World| world.repo.git(["rev-parse", "main^{tree}"]);
    assert_eq!(tree(&world), tree(&calm), "the same content landed");
}

/// The report of the last run, with what differs from run to run masked.
fn report(world: &World) -> String {
    let said = world.redgreen(&["report", "--format", "review"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let here = world.repo.outside().to_string_lossy().into_owned();
    let text = said.out.replace(&here, "$HERE");
    let is_id = |word: &str| word.len() >= 10 && word.chars().all(|c| c.is_ascii_hexdigit());
    let mask = |word: &str| {
        if is_id(word) {
            "$ID".to_owned()
        } else {
            word.to_owned()
        }
    };
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let masked = words.map(|piece| {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        mask(word) + &piece[word.len()..]
    });
    masked.collect()
}

#[test]
fn two_cannot_work_on_one_ticket_at_once() {
    let world = shop();
    let path = world.repo.outside().join("slow.sh");
    fs::write(&path, "touch started; sleep 20\n").unwrap();
    let worker = format!("command:sh {}", path.display());
    let mut first = world
        .command(&["run", "../ticket.md", "--worker", &worker])
        .spawn()
        .unwrap();
    let worktrees = world.repo.outside().join("repo.worktrees");
    wait_until("the worker is started", || {
        let mut all = fs::read_dir(&worktrees).into_iter().flatten().flatten();
        all.any(|worktree| worktree.path().join("started").exists())
    });
    world.fails(&["check"], "RG307", 4);
    let stopped = std::process::Command::new("kill")
        .arg(first.id().to_string())
        .status();
    assert!(stopped.unwrap().success());
    first.wait().unwrap();
    assert_eq!(state(&world).state.phase, Phase::Red, "nothing is lost");
}

#[test]
fn a_run_refuses_a_dirty_tree_and_a_detached_head() {
    let world = shop();
    world.repo.write("src/lib.rs", "// somebody is at work\n");
    world.fails(&["start", "../ticket.md"], "RG305", 3);
    world.repo.git(["checkout", "--quiet", "src/lib.rs"]);
    world.repo.git(["checkout", "--quiet", "--detach"]);
    world.fails(&["start", "../ticket.md"], "RG306", 2);
}

#[test]
fn a_ticket_that_cannot_be_worked_on_is_refused_with_what_to_do() {
    let world = shop();
    let write = |text: &[u8]| fs::write(world.repo.outside().join("ticket.md"), text).unwrap();
    world.fails(&["start", "../nowhere.md"], "RG317", 2);
    write(b"");
    world.fails(&["start", "../ticket.md"], "RG317", 2);
    write(&vec![b'x'; 2 * 1024 * 1024]);
    world.fails(&["start", "../ticket.md"], "RG317", 2);
    write(b"# Be faster\n\nJust do it.\n");
    owes(&world.redgreen(&["start", "../ticket.md"]), 1, "RG213");
    owes(
        &world.redgreen(&["abort", "--reason", "no criterion"]),
        0,
        "aborted",
    );
    write("# Odd\u{1b}[31m letters\u{202e}\n\n- [ ] `f()` returns 1\n".as_bytes());
    let said = world.redgreen(&["start", "../ticket.md"]);
    owes(&said, 0, "failing tests");
    assert!(!said.out.contains('\u{1b}'), "{:?}", said.out);
}

#[test]
fn a_large_ticket_waits_for_an_answer() {
    let world = shop();
    world
        .repo
        .write("redgreen.toml", "[plan]\nowed = \"never\"\n")
        .commit("no plan is owed");
    fs::write(
        world.repo.outside().join("ticket.md"),
        format!("---\nsize: large\n---\n{TICKET}"),
    )
    .unwrap();
    owes(
        &world.redgreen(&["start", "../ticket.md"]),
        1,
        "redgreen answer Q-1 yes",
    );
    world.fails(&["answer", "Q-7", "yes"], "RG316", 2);
    owes(
        &world.redgreen(&["answer", "Q-1", "not yet"]),
        1,
        "it is not approved, the answer was \"not yet\"",
    );
    owes(
        &world.redgreen(&["answer", "Q-1", "yes"]),
        0,
        "failing tests",
    );
}

#[test]
fn the_demonstration_lands_and_each_cheat_is_refuted() {
    let world = World::new();
    let played = world.redgreen(&["demo"]);
    owes(&played, 0, "Proven and landed");
    let listed = world.redgreen(&["demo", "--list-cheats"]).out;
    let names: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() >= 3, "{names:?}");
    for name in names {
        owes(
            &world.redgreen(&["demo", "--cheat", name]),
            0,
            "\nRefuted\n",
        );
    }
}

#[test]
fn a_criterion_that_nothing_shows_is_not_delivered_until_a_test_or_a_person_does() {
    let world = World::new();
    world
        .repo
        .write("shop.py", "def total(prices):\n    return sum(prices)\n");
    let old = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
    world.repo.write("test_shop.py", old).commit("base");
    let ticket = "# Discounts\n\n- [ ] `half(200)` returns 100\n- [ ] `third(300)` returns 100\n\
                  - [ ] `fifth(500)` returns 100\n- [ ] the page shows `100` in red\n";
    fs::write(world.repo.outside().join("ticket.md"), ticket).unwrap();
    world.redgreen(&["start", "../ticket.md"]);
    let tree = worktree(&world);
    let test =
        |name: &str, call: &str| format!("\n\ndef {name}():\n    assert shop.{call} == 100\n");
    let new = [
        test("test_half", "half(200)"),
        test("test_third", "third(300)"),
    ]
    .concat();
    let new = format!("{old}{new}{}", test("test_ac_3_fifth", "fifth(500)"));
    fs::write(tree.join("test_shop.py"), new).unwrap();
    owes(&world.redgreen(&["check"]), 0, "3 new tests are red");
    let part = |name: &str, by: u32| format!("\n\ndef {name}(price):\n    return price // {by}\n");
    let code = [part("half", 2), part("third", 3), part("fifth", 5)].concat();
    let code = format!("def total(prices):\n    return sum(prices)\n{code}");
    fs::write(tree.join("shop.py"), code).unwrap();

    let check = ["check", "--shows", "AC-1=test_half"];
    owes(&world.redgreen(&check), 1, "RG203 AC-2");
    let open = |world: &World| -> Vec<String> {
        let gates = state(world).state.gates;
        let last = gates.last().unwrap();
        assert_eq!(last.phase, Phase::Deliver);
        let blocks = last.findings.iter().filter(|f| f.weight == Weight::Blocks);
        blocks.map(|found| found.subject.clone()).collect()
    };
    assert_eq!(
        open(&world),
        ["AC-2", "AC-4"],
        "AC-3 is in the name of its test"
    );
    let check = ["check", "--shows", "AC-2=test_third"];
    owes(&world.redgreen(&check), 1, "RG203 AC-4");
    assert_eq!(open(&world), ["AC-4"]);

    let said = world.redgreen(&["complete"]);
    assert_ne!(said.code, 0, "{}", said.out);
    let by_hand = "opened the page: 100 is red";
    let waive = ["waive", "RG203", "AC-4", "--reason", by_hand, "--by", "Ada"];
    let other = ["waive", "RG203", "AC-9", "--reason", by_hand, "--by", "Ada"];
    let said = world.redgreen(&other);
    assert!(said.err.contains("RG203 AC-9 is not what"), "{}", said.err);
    owes(&world.redgreen(&waive), 0, "ready to be merged");
    assert!(world.redgreen(&["report"]).out.contains(by_hand));
}
