//! Tests that the worker never sees, with the real program, git and pytest.

use crate::lifecycle::{state, worktree};
use crate::program::Ended;
use crate::world::World;
use redgreen_core::event::GateVerdict;
use redgreen_core::finding::Code;
use redgreen_core::phase::Phase;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

const TOTAL: &str = "def total(prices):\n    return sum(prices)\n";
const TICKET: &str = "# Discounts\n\nA percentage off.\n\n\
                      - [ ] `discount(price, percent)` takes the percentage off, rounded half up\n";
/// Rounds down, which the worker's own test does not notice.
const DOWN: &str = "\n\ndef discount(price, percent):\n    return price * (100 - percent) // 100\n";
const HALF_UP: &str =
    "\n\ndef discount(price, percent):\n    return (price * (100 - percent) + 50) // 100\n";

fn step(phase: &str, attempt: u32, path: &str, text: &str) -> Value {
    json!({"phase": phase, "attempt": attempt, "edits": [{"path": path, "text": text}]})
}

/// A run whose author of hidden tests expects `discount(5, 50)` to be `expected`, and whose worker
/// mends its code in VERIFY, or does not.
fn run(expected: u32, mends: bool) -> (World, Ended) {
    let world = World::new();
    world.repo.write("shop.py", TOTAL);
    let old = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
    world.repo.write("test_shop.py", old).commit("base");
    let new = "\n\ndef test_discount():\n    assert shop.discount(200, 10) == 180\n    \
               assert shop.discount(30, 50) == 15\n";
    let hidden = format!(
        "import shop\n\n\ndef test_nobody_sees_me():\n    assert shop.discount(5, 50) == {expected}\n"
    );
    let mut in_secret = step("red", 1, "test_half.py", &hidden);
    in_secret["hidden"] = json!(true);
    let last = if mends { HALF_UP } else { DOWN };
    let steps = json!([
        step("red", 1, "test_shop.py", &format!("{old}{new}")),
        step("green", 1, "shop.py", &format!("{TOTAL}{DOWN}")),
        in_secret,
        step("verify", 1, "shop.py", &format!("{TOTAL}{last}")),
    ]);
    let recording = json!({"schema": "redgreen.recording/1", "steps": steps});
    let beside = world.repo.outside();
    fs::write(beside.join("ticket.md"), TICKET).unwrap();
    fs::write(beside.join("recording.json"), recording.to_string()).unwrap();
    let worker = "replay:../recording.json";
    let said = world.redgreen(&["run", "../ticket.md", "--worker", worker, "--hidden-tests"]);
    (world, said)
}

/// Everything that git's objects of the repository hold.
fn objects(world: &World) -> String {
    let asked = Command::new("git")
        .args(["cat-file", "--batch-all-objects", "--batch"])
        .current_dir(world.repo.path())
        .output()
        .unwrap();
    String::from_utf8_lossy(&asked.stdout).into_owned()
}

#[test]
fn a_misread_criterion_comes_back_as_its_id_and_is_mended() {
    let (world, said) = run(3, true);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let state = state(&world).state;
    let mut verify = state
        .gates
        .iter()
        .filter(|gate| gate.phase == Phase::Verify);
    let (first, second) = (verify.next().unwrap(), verify.next().unwrap());
    assert_eq!(first.verdict, GateVerdict::Unmet);
    let told = first
        .findings
        .iter()
        .find(|found| found.code == Code::HiddenTestFails);
    assert_eq!(told.unwrap().subject, "AC-1");
    assert_eq!(second.verdict, GateVerdict::Met);
    let passed = "1 of 1 hidden test by replay:../recording.json pass";
    assert!(
        second.facts.iter().any(|fact| fact == passed),
        "{:?}",
        second.facts
    );

    let gates = format!("{:?}", state.gates);
    for (place, text) in [
        ("gates", &gates),
        ("objects", &objects(&world)),
        ("screen", &said.out),
    ] {
        assert!(
            !text.contains("nobody_sees_me"),
            "{place} tell of the hidden test"
        );
    }
    assert!(!worktree(&world).join("test_half.py").exists());
    let page = world.redgreen(&["report", "--format", "hidden"]);
    assert!(
        page.out.contains("test_half.py::test_nobody_sees_me"),
        "{}",
        page.out
    );
    assert!(
        page.out.contains("shop.discount(5, 50) == 3"),
        "{}",
        page.out
    );

    let again = ["--record", "../again.json"];
    let resumed = [
        &[
            "run",
            "../ticket.md",
            "--worker",
            "replay:../recording.json",
        ],
        &again[..],
    ];
    world.redgreen(&resumed.concat());
    let text = fs::read_to_string(world.repo.outside().join("again.json")).unwrap();
    assert!(
        text.contains("nobody_sees_me"),
        "a recording can be replayed whole: {text}"
    );
}

#[test]
fn a_hidden_test_that_is_wrong_is_a_question_to_the_person() {
    let (world, said) = run(4, false);
    assert_eq!(said.code, 6, "{}{}", said.out, said.err);
    let stands = state(&world).state;
    let asked = &stands.questions.last().unwrap().asked;
    assert_eq!((asked.id.as_str(), asked.blocks), ("H-1", true));
    assert!(!asked.text.contains("nobody_sees_me"), "{}", asked.text);
    let page = world.redgreen(&["report", "--format", "hidden"]);
    assert!(page.out.contains("assert 2 == 4"), "{}", page.out);

    let answer = ["answer", "H-1", "wrong: half of five is two and a half"];
    let said = world.redgreen(&answer);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let said = world.redgreen(&["resume"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let stands = state(&world).state;
    let verify = stands.last_gate(Phase::Verify).unwrap();
    assert_eq!(verify.verdict, GateVerdict::Met);
    let left_out = |fact: &&String| fact.contains("1 left out: a person says");
    assert!(
        verify.facts.iter().any(|fact| left_out(&fact)),
        "{:?}",
        verify.facts
    );
}

#[test]
fn a_person_alone_has_nobody_to_write_them() {
    let world = World::new();
    world.repo.write("shop.py", TOTAL).commit("base");
    fs::write(world.repo.outside().join("ticket.md"), TICKET).unwrap();
    let said = world.redgreen(&["run", "../ticket.md", "--hidden-tests"]);
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(said.err.contains("--hidden-worker"), "{}", said.err);
}
