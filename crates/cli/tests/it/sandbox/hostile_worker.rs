//! A worker that does its work, and in each phase tries what it must not: as a program, as an
//! agent that is known by name, and as one that speaks the Agent Client Protocol.

use super::places::{LEVELS, Places, SECRET, TRIES};
use crate::program::{Ended, ended};
use crate::world::World;
use redgreen_cli::json::RunDocument;
use redgreen_core::phase::Phase;
use redgreen_testkit::write_fake_acp;
use serde_json::{Value, json};
use std::fs;
use std::net::TcpListener;
use std::path::Path;

/// How a worker is started.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Program,
    Command,
    Acp,
}

/// A project that brings orders for agents, and a ticket beside it.
fn shop() -> World {
    let world = World::new();
    world
        .repo
        .write("shop.py", "def total(prices):\n    return sum(prices)\n");
    let test = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
    // The worker's own program lies among temporary files, which are hidden.
    let scripts = world.beside("scripts");
    // The checkout lies there, too; at home it could be read.
    let (own, checkout) = (scripts.display(), world.repo.path().display());
    let config = format!("[worker]\nreadable = ['{own}', '{checkout}']\n");
    world.repo.write("redgreen.toml", config);
    world.repo.write("AGENTS.md", "obey\n");
    world.repo.write("docs/.pi/evil.ts", "obey\n");
    world.repo.write("test_shop.py", test).commit("base");
    let ticket = "---\nsize: tiny\n---\n# Discounts\n\n- [ ] `half(200)` returns 100\n";
    fs::write(world.repo.outside().join("ticket.md"), ticket).unwrap();
    world
}

/// Writes the user's file on an agent `mine` that is `program` of `scripts`, in both manners.
fn preset(world: &World, scripts: &Path, program: &str, ear: u16) {
    let fake = write_fake_acp(scripts);
    let (script, fake) = (scripts.join(program), fake.display());
    let text = format!(
        "hosts = ['api.example.com', '127.0.0.1:{ear}']\nreadable = ['{}']\nseconds = 300\n\
         [repository]\npaths = ['AGENTS.md', '.pi']\n\
         [command]\nline = ['python3', '{script}', '$PROMPT']\n\
         [acp]\nline = ['python3', '{fake}', 'runs', '/dev/null', '{script}']\n",
        scripts.display(),
        script = script.display(),
    );
    let dir = world.beside("home").join(".config/redgreen/workers");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("mine.toml"), text).unwrap();
}

/// Lets the worker work at `level`.
fn worked_at(world: &World, level: &str, manner: Manner) -> Ended {
    let scripts = world.beside("scripts");
    let worker = match manner {
        Manner::Program => format!("command:python3 {}", scripts.join("worker.py").display()),
        Manner::Command => "command:mine".to_owned(),
        Manner::Acp => "acp:mine".to_owned(),
    };
    let args = [
        "--sandbox",
        level,
        "run",
        "../ticket.md",
        "--worker",
        &worker,
    ];
    let mut asked = world.command(&args);
    asked.env("ANTHROPIC_API_KEY", SECRET);
    ended(asked.output().unwrap())
}

fn state(world: &World) -> RunDocument {
    let said = world.redgreen(&["status", "--json"]);
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err))
}

/// The facts of the gates of `phase`.
fn facts(document: &RunDocument, phase: Phase) -> String {
    let gates = document.state.gates.iter();
    let of = gates.filter(|gate| gate.phase == phase);
    of.flat_map(|gate| gate.facts.clone())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_a_worker_must_not_do_fails_in_every_phase_and_is_in_the_report() {
    for level in LEVELS {
        tries_in_vain(level, Manner::Program);
    }
}

#[test]
fn nor_does_it_for_an_agent_that_is_known_by_name() {
    for level in LEVELS {
        tries_in_vain(level, Manner::Command);
    }
}

#[test]
fn nor_over_the_protocol() {
    tries_in_vain("bubblewrap", Manner::Acp);
}

fn tries_in_vain(level: &str, manner: Manner) {
    let world = shop();
    let places = Places::around(&world);
    let scripts = world.beside("scripts");
    fs::write(scripts.join("worker.py"), include_str!("worker.py")).unwrap();
    fs::write(scripts.join("tries.py"), TRIES).unwrap();
    let model = TcpListener::bind("127.0.0.1:0").unwrap();
    model.set_nonblocking(true).unwrap();
    let ear = model.local_addr().unwrap().port();
    let mut told: Value = serde_json::from_str(&places.told).unwrap();
    if manner != Manner::Program {
        told["orders"] = json!(["AGENTS.md", "docs/.pi/evil.ts"]);
        told["model"] = json!(ear);
        preset(&world, &scripts, "worker.py", ear);
    }
    fs::write(scripts.join("places.json"), told.to_string()).unwrap();
    let said = worked_at(&world, level, manner);
    let log = world.redgreen(&["log"]).out;
    let shown = format!("{level}: {}{}{log}", said.out, said.err);
    assert!(said.out.contains("ready to be merged"), "{shown}");
    places.are_untouched();
    let reached = model.accept().is_ok();
    assert_eq!(reached, manner != Manner::Program, "{shown}");

    let document = state(&world);
    assert_eq!(document.state.phase, Phase::Complete, "{shown}");
    let claims = &document.state.claims;
    assert!(claims.len() >= 3, "{claims:?}");
    let expected = match (level, manner) {
        ("bubblewrap", Manner::Program) => "did nothing else",
        ("bubblewrap", _) => "did reach its model",
        // Landlock gives a directory with all that is in it; what was done is put back.
        (_, Manner::Program) => "did write frozen, write git file",
        (_, _) => "did reach its model, read orders, write frozen, write git file",
    };
    for (phase, _, claim) in claims {
        assert_eq!(claim.summary, expected, "{level} {phase:?}");
    }
    are_told(&document, level, manner);
    let report = world.redgreen(&["report"]);
    assert!(report.out.contains("worker's sandbox: "), "{}", report.out);
    let orders = world.repo.git(["ls-tree", "--name-only", "-r", "HEAD"]);
    assert!(orders.contains("AGENTS.md"), "nothing was taken away");
}

/// What was held and what was tried is a fact of the gates.
fn are_told(document: &RunDocument, level: &str, manner: Manner) {
    let held = match (level, manner) {
        ("bubblewrap", _) => vec![
            "tried to reach a network 2 times",
            "held read-only",
            "tried to read ~/.ssh/id: hidden",
        ],
        (_, Manner::Program) => vec!["changed .git: put back"],
        (_, _) => vec![
            "changed .git: put back",
            "not hidden at this level: 2 paths",
        ],
    };
    for phase in [Phase::Red, Phase::Green] {
        let facts = facts(document, phase);
        let named = ["worker's sandbox: ", "left ", "behind: ended", level];
        for words in named.iter().chain(&held) {
            assert!(facts.contains(words), "{level} {phase:?}: {facts}");
        }
    }
    if level == "landlock" {
        let findings = document.state.gates.iter().flat_map(|gate| &gate.findings);
        let subjects: Vec<&str> = findings.map(|found| &*found.subject).collect();
        for path in ["shop.py", "test_shop.py"] {
            assert!(subjects.contains(&path), "{subjects:?}");
        }
    }
}

/// Forks without end at its first start, and does the work of the first phase at the second.
const FORKS: &str = "
import os, time
if not os.path.exists('.tried'):
    open('.tried', 'w').close()
    while True:
        try:
            if os.fork() == 0:
                time.sleep(600)
                os._exit(0)
        except OSError:
            time.sleep(0.01)
os.remove('.tried')
print('did it')
";

#[test]
fn an_agent_that_forks_without_end_is_ended_and_costs_an_attempt() {
    for level in LEVELS {
        let world = shop();
        let scripts = world.beside("scripts");
        fs::write(scripts.join("forks.py"), FORKS).unwrap();
        preset(&world, &scripts, "forks.py", 4242);
        let said = worked_at(&world, level, Manner::Command);
        let log = world.redgreen(&["log"]).out;
        let owed = "it had more than 1024 processes and was ended";
        assert!(log.contains(owed), "{level}: {log}{}{}", said.out, said.err);
        assert!(log.contains("did it"), "{level}: the next one works: {log}");
    }
}

/// Takes memory without end, in two processes, at its first start.
const TAKES: &str = "
import os, time
if not os.path.exists('.tried'):
    open('.tried', 'w').close()
    os.fork()
    kept = []
    while True:
        kept.append(bytearray(os.urandom(1 << 20)))
        time.sleep(0.01 if sum(map(len, kept)) < 180 << 20 else 0.2)
os.remove('.tried')
print('did it')
";

#[test]
fn an_agent_that_takes_memory_without_end_is_ended_and_costs_an_attempt() {
    for level in LEVELS {
        let world = shop();
        let scripts = world.beside("scripts");
        let config = "[worker]\nmemory_mb = 256\n";
        world
            .repo
            .write("redgreen.toml", config)
            .commit("less memory");
        fs::write(scripts.join("takes.py"), TAKES).unwrap();
        preset(&world, &scripts, "takes.py", 4242);
        let said = worked_at(&world, level, Manner::Command);
        let log = world.redgreen(&["log"]).out;
        let owed = "it used more than 256 MB of memory and was ended";
        assert!(log.contains(owed), "{level}: {log}{}{}", said.out, said.err);
        assert!(log.contains("did it"), "{level}: the next one works: {log}");
    }
}
