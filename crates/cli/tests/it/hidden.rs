//! Tests that the worker never sees, with the real program, git and pytest.

use crate::lifecycle::{state, worktree};
use crate::program::{Ended, ended};
use crate::world::World;
use redgreen_core::event::GateVerdict;
use redgreen_core::finding::Code;
use redgreen_core::phase::Phase;
use redgreen_testkit::model::{ModelServer, Script, Turn};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

const TOTAL: &str = "def total(prices):\n    return sum(prices)\n";
const TICKET: &str = "# Discounts\n\nA percentage off.\n\n\
                      - [ ] `discount(price, percent)` takes the percentage off, rounded half up\n";
const OLD: &str = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
const NEW: &str = "\n\ndef test_discount():\n    assert shop.discount(200, 10) == 180\n    \
                   assert shop.discount(30, 50) == 15\n";
/// Rounds down, which the worker's own test does not notice.
const DOWN: &str = "\n\ndef discount(price, percent):\n    return price * (100 - percent) // 100\n";
const HALF_UP: &str =
    "\n\ndef discount(price, percent):\n    return (price * (100 - percent) + 50) // 100\n";

fn step(phase: &str, attempt: u32, path: &str, text: &str) -> Value {
    json!({"phase": phase, "attempt": attempt, "edits": [{"path": path, "text": text}]})
}

/// The project, its ticket and a recording with `steps`.
fn shop(steps: &Value) -> World {
    let world = World::new();
    world.repo.write("shop.py", TOTAL);
    world.repo.write("test_shop.py", OLD).commit("base");
    let recording = json!({"schema": "redgreen.recording/1", "steps": steps});
    let beside = world.repo.outside();
    fs::write(beside.join("ticket.md"), TICKET).unwrap();
    fs::write(beside.join("recording.json"), recording.to_string()).unwrap();
    world
}

/// Who writes the hidden tests.
enum Author {
    /// The recording of the worker.
    Recorded,
    /// A program of its own.
    Program,
}

/// A run whose author of hidden tests expects `discount(5, 50)` to be `expected`, and whose worker
/// leaves its code as `last` in VERIFY.
fn run(author: &Author, expected: u32, last: &str) -> (World, Ended) {
    let hidden = format!(
        "import shop\n\n\ndef test_nobody_sees_me():\n    assert shop.discount(5, 50) == {expected}\n"
    );
    let mut steps = vec![
        step("red", 1, "test_shop.py", &format!("{OLD}{NEW}")),
        step("green", 1, "shop.py", &format!("{TOTAL}{DOWN}")),
        step("verify", 1, "shop.py", &format!("{TOTAL}{last}")),
    ];
    if matches!(author, Author::Recorded) {
        let mut in_secret = step("red", 1, "test_half.py", &hidden);
        in_secret["hidden"] = json!(true);
        steps.push(in_secret);
    }
    let world = shop(&json!(steps));
    let script = world.repo.outside().join("author.sh");
    fs::write(
        &script,
        format!("cat > test_half.py <<'END'\n{hidden}END\n"),
    )
    .unwrap();
    let program = format!("command:sh {}", script.display());
    let ask = match author {
        Author::Recorded => vec!["--hidden-tests"],
        Author::Program => vec!["--hidden-worker", &program],
    };
    let run = [
        "run",
        "../ticket.md",
        "--worker",
        "replay:../recording.json",
    ];
    let said = world.redgreen(&[&run[..], &ask].concat());
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
    let (world, said) = run(&Author::Recorded, 3, HALF_UP);
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
    let (world, said) = run(&Author::Program, 4, DOWN);
    assert_eq!(said.code, 3, "a person is needed: {}{}", said.out, said.err);
    let stands = state(&world).state;
    let asked = &stands.questions.last().unwrap().asked;
    assert_eq!((asked.id.as_str(), asked.blocks), ("H-1", true));
    assert!(!asked.text.contains("nobody_sees_me"), "{}", asked.text);
    let page = world.redgreen(&["report", "--format", "hidden"]);
    assert!(page.out.contains("assert 2 == 4"), "{}", page.out);

    let gates = format!("{:?}", stands.gates);
    assert!(
        gates.contains("hidden tests: worker's sandbox: "),
        "{gates}"
    );

    let answer = ["answer", "H-1", "wrong: half of five is two and a half"];
    let said = world.redgreen(&answer);
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
fn their_author_sees_the_ticket_and_the_interface_and_nothing_of_the_change() {
    let steps = json!([
        step("red", 1, "test_shop.py", &format!("{OLD}{NEW}")),
        step("green", 1, "shop.py", &format!("{TOTAL}{HALF_UP}")),
    ]);
    let world = shop(&steps);
    let hidden = "import shop\n\n\ndef test_half():\n    assert shop.discount(5, 50) == 3\n";
    let look = [("read", "shop.py"), ("read", "test_shop.py")];
    let look = look.map(|(tool, path)| (tool.to_owned(), json!({"path": path})));
    let git = json!({"command": "git log --all -p; git cat-file --batch-all-objects --batch"});
    let turns = vec![
        Turn::Call(look.to_vec()),
        Turn::call("run", git),
        Turn::call("edit", json!({"path": "test_half.py", "new": hidden})),
        Turn::say("Rounding is tested."),
    ];
    let server = ModelServer::start(Script::default().scene("HIDDEN TESTS: write", turns));
    let model = "builtin:anthropic/claude-sonnet-4-5";
    let run = [
        "run",
        "../ticket.md",
        "--worker",
        "replay:../recording.json",
    ];
    let mut command = world.command(&[&run[..], &["--hidden-worker", model]].concat());
    command
        .envs(server.env())
        .env("REDGREEN_CONFIG_DIR", world.beside("config"));
    let said = ended(command.output().unwrap());
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);

    let last = server.seen().pop().expect("a request").body.to_string();
    assert!(last.contains("rounded half up"), "the ticket: {last}");
    assert!(
        last.contains("def discount(price, percent)"),
        "the interface: {last}"
    );
    for secret in ["(100 - percent)", "test_discount", "def half"] {
        assert!(
            !last.contains(secret),
            "{secret} of the change is told: {last}"
        );
    }
    let gates = state(&world).state.gates;
    let verify = gates
        .iter()
        .find(|gate| gate.phase == Phase::Verify)
        .unwrap();
    let passed = format!("1 of 1 hidden test by {model} pass");
    assert!(verify.facts.contains(&passed), "{:?}", verify.facts);
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
