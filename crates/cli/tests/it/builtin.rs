//! Lets the built-in worker take tickets, with a scripted model behind a real socket.

use crate::program::{Ended, ended};
use crate::world::World;
use redgreen_cli::json::RunDocument;
use redgreen_testkit::model::{Fault, ModelServer, Script, Turn};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const SHOP: &str = "def total(prices):\n    return sum(prices)\n";
const OLD: &str = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
const TICKET: &str = "---\nsize: tiny\n---\n# Discounts\n\n- [ ] AC-1: `half(200)` returns 100\n";
const NEW: &str = "import shop\n\n\ndef test_half():\n    assert shop.half(200) == 100\n";

/// A pytest project with a ticket beside it.
fn shop() -> World {
    let world = World::new();
    world.repo.write("shop.py", SHOP);
    world.repo.write("test_shop.py", OLD).commit("base");
    fs::write(world.repo.outside().join("ticket.md"), TICKET).unwrap();
    world
}

fn red() -> Vec<Turn> {
    let link = json!({"links": [{"criterion": "AC-1", "test": "test_half"}]});
    vec![
        Turn::call("read", json!({"path": "shop.py"})),
        Turn::Call(vec![
            ("edit".to_owned(), json!({"path": "test_half.py", "new": NEW})),
            ("criteria".to_owned(), link),
        ]),
        Turn::say("test_half shows AC-1; SECRET REASONING OF THE AUTHOR"),
    ]
}

fn green() -> Vec<Turn> {
    let old = "def total(prices):";
    let wrong = format!("def half(price):\n    return price // 4\n\n\n{old}");
    vec![
        Turn::call("read", json!({"path": "test_half.py"})),
        Turn::call("edit", json!({"path": "shop.py", "old": old, "new": wrong})),
        Turn::call("run", json!({"command": "python3 -m pytest -q test_half.py"})),
        Turn::call("edit", json!({"path": "shop.py", "old": "// 4", "new": "// 2"})),
        Turn::say("half() halves."),
    ]
}

fn script() -> Script {
    Script::default()
        .scene("RED: write", red())
        .scene("GREEN: write", green())
        .scene("REFACTOR: make", vec![Turn::say("Nothing to clean up.")])
}

fn command(world: &World, server: &ModelServer, args: &[&str]) -> Command {
    let mut command = world.command(args);
    command.envs(server.env());
    command.env("REDGREEN_CONFIG_DIR", world.beside("config"));
    command
}

fn redgreen(world: &World, server: &ModelServer, args: &[&str]) -> Ended {
    ended(command(world, server, args).output().unwrap())
}

fn run(model: &str) -> Vec<&str> {
    vec!["run", "../ticket.md", "--worker", "builtin", "--model", model]
}

fn says(said: &Ended, code: i32, words: &str) {
    let all = format!("{}{}", said.out, said.err);
    assert_eq!(said.code, code, "{all}");
    assert!(all.contains(words), "{words:?} is not in {all}");
}

fn state(world: &World) -> RunDocument {
    let said = world.redgreen(&["status", "--json"]);
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err))
}

fn export(world: &World) -> Value {
    let dir = world.repo.path().join(".git/redgreen/exports");
    let path = fs::read_dir(dir).unwrap().next().unwrap().unwrap().path();
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a_model_takes_a_ticket_to_a_proven_branch_and_each_phase_begins_afresh() {
    let (world, server) = (shop(), ModelServer::start(script()));
    let said = redgreen(&world, &server, &run("anthropic/claude-sonnet-4-5"));
    says(&said, 0, "ready to be merged");
    let seen = server.seen();
    assert_eq!(seen.len(), 9, "three, five and one");
    let of_green = seen[3].body["messages"].to_string();
    assert!(of_green.contains("GREEN: write"), "{of_green}");
    assert!(seen.iter().skip(3).all(|one| !one.body.to_string().contains("SECRET REASONING")));
    let document = state(&world);
    assert_eq!(document.state.claims[0].2.links[0].test, "test_half");
    assert_eq!(document.state.spent().turns, 9);
    let export = export(&world);
    assert_eq!(export["schema"], "redgreen.export/1");
    assert_eq!(export["exit_code"], 0);
    assert_eq!(export["by_phase"]["green"]["turns"], 5);
    assert!(export["spent"]["micros"].as_u64().unwrap() > 0);
    // The run goes on record, and the record needs no model.
    let log = world.redgreen(&["log"]).out;
    assert!(log.contains("anthropic/claude-sonnet-4-5: "), "{log}");
}
