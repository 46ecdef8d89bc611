//! Outside agents, known by the user's own files, from the ticket to the landed change; and what a
//! hostile one, or a hostile repository, gets out of it.

mod hostile;

use crate::program::Ended;
use crate::world::World;
use redgreen_testkit::write_fake_acp;
use std::fs;

/// What an agent does that works as it should.
pub(crate) const HONEST: &str = "
import os
if os.environ['REDGREEN_PHASE'] == 'red':
    with open('test_tax.py', 'w') as file:
        file.write('import shop\\n\\n\\ndef test_tax():\\n    assert shop.tax(4) == 8\\n')
if os.environ['REDGREEN_PHASE'] == 'green':
    with open('shop.py', 'a') as file:
        file.write('\\n\\ndef tax(net):\\n    return net * 2\\n')
print('did it for', os.environ.get('HERE_IS_A_KEY'))
";

/// A pytest project with a ticket beside it, and an agent called `mine` of the user's own.
pub(crate) fn world(program: &str) -> World {
    let world = World::new();
    world.repo.write("shop.py", "def price():\n    return 3\n");
    let test = "import shop\n\n\ndef test_price():\n    assert shop.price() == 3\n";
    world.repo.write("test_shop.py", test).commit("base");
    let ticket = "# Taxes\n\n- [ ] `tax(4)` returns 8\n";
    fs::write(world.repo.outside().join("ticket.md"), ticket).unwrap();
    let agent = world.repo.outside().join("agent.py");
    fs::write(&agent, program).unwrap();
    let line = format!("['python3', '{}', '$PROMPT']", agent.display());
    preset(
        &world,
        "mine",
        &format!("keys = ['HERE_IS_A_KEY']\n[command]\nline = {line}\n"),
    );
    world
}

/// Writes the user's file on agent `name`.
pub(crate) fn preset(world: &World, name: &str, text: &str) {
    let dir = world.beside("home").join(".config/redgreen/workers");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join(format!("{name}.toml")), text).unwrap();
}

fn run(world: &World, worker: &str) -> Ended {
    run_with(world, &["run", "../ticket.md", "--worker", worker])
}

/// The same in a sandbox of `level`.
fn run_at(world: &World, level: &str, worker: &str) -> Ended {
    let args = ["--sandbox", level, "run", "../ticket.md"];
    run_with(world, &[&args[..], &["--worker", worker]].concat())
}

fn run_with(world: &World, args: &[&str]) -> Ended {
    let mut asked = world.command(args);
    asked
        .env("HERE_IS_A_KEY", "sk-0123456789")
        .env("ANOTHER_KEY", "sk-9876543210");
    crate::program::ended(asked.output().unwrap())
}

#[test]
fn an_agent_of_the_users_own_lands_a_change_and_its_key_is_written_nowhere() {
    let world = world(HONEST);
    let said = run(&world, "command:mine");
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let landed = world.redgreen(&["complete"]);
    assert_eq!(landed.code, 0, "{}{}", landed.out, landed.err);
    let subjects = world.repo.git(["log", "--format=%s", "main"]);
    assert!(subjects.contains("feat: taxes"), "{subjects}");
    let log = world.redgreen(&["log", "--json"]).out;
    assert!(log.contains("did it for [redacted]"), "{log}");
    let all = format!("{}{}{log}{}", said.out, said.err, landed.out);
    assert!(!all.contains("sk-0123456789"), "{all}");
    let left = world
        .cache()
        .join("agents")
        .read_dir()
        .map_or(0, Iterator::count);
    assert_eq!(left, 0, "no home of an agent stays");
}

#[test]
fn an_agent_over_the_protocol_is_started_by_its_words_and_fails_in_its_own() {
    let world = world(HONEST);
    let agent = write_fake_acp(world.repo.outside());
    let log = world.repo.outside().join("log");
    let worker = format!("acp:python3 {} dies {}", agent.display(), log.display());
    let said = run(&world, &worker);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    let log = world.redgreen(&["log"]).out;
    assert!(log.contains("exit 7: out of memory"), "{log}");
}

#[test]
fn a_repository_names_an_agent_that_is_known_and_never_a_program() {
    let world = world(HONEST);
    let name = |worker: &str| {
        world
            .repo
            .write("redgreen.toml", format!("[run]\nworker = '{worker}'\n"));
        world.repo.commit("settings");
        world.redgreen(&["run", "../ticket.md"])
    };
    for bad in ["command:touch", "acp:touch", "command:touch it"] {
        let said = name(bad);
        assert_eq!(said.code, 2, "{bad}: {}{}", said.out, said.err);
    }
    assert!(world.redgreen(&["status"]).code != 0, "nothing was begun");
    let said = name("command:mine");
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}

#[test]
fn what_the_users_file_gets_wrong_is_named_before_anything_is_begun() {
    let world = world(HONEST);
    preset(&world, "codex", "model = 'x'\nmodell = 'y'\n");
    let said = run(&world, "command:codex");
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(
        said.err
            .contains("codex.toml line 2: unknown field `modell`"),
        "{}",
        said.err
    );
    let said = run(&world, "acp:pi");
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("--worker command:pi"), "{}", said.err);
}

#[test]
fn doctor_says_which_agents_are_installed_and_which_were_tried() {
    let world = world(HONEST);
    let bin = world.beside("bin");
    for (name, says) in [
        ("codex", "codex-cli 0.169.0"),
        ("claude", "9.9.9 (Claude Code)"),
    ] {
        let path = bin.join(name);
        fs::write(&path, format!("#!/bin/sh\necho '{says}'\n")).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(path, mode).unwrap();
    }
    let mut asked = world.command(&["doctor", "--plain"]);
    let path = redgreen_testkit::path_with_pytest();
    let path = format!("{}:{}", bin.display(), path.to_str().unwrap());
    let said = crate::program::ended(asked.env("PATH", path).output().unwrap());
    for owed in [
        "agent codex",
        "0.169.0, tried with this version (command:codex)",
        "9.9.9, tried with 2.1.330 (command:claude)",
        "not installed: aider",
    ] {
        assert!(
            said.out.contains(owed),
            "{owed} is not in {}{}",
            said.out,
            said.err
        );
    }
}
