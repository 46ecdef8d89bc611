//! A worker that does its work, and in each phase tries what it must not.

use super::places::{LEVELS, Places, SECRET, TRIES};
use crate::program::{Ended, ended};
use crate::world::World;
use redgreen_cli::json::RunDocument;
use redgreen_core::phase::Phase;
use std::fs;

/// A project, and a ticket beside it.
fn shop() -> World {
    let world = World::new();
    world
        .repo
        .write("shop.py", "def total(prices):\n    return sum(prices)\n");
    let test = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
    // The worker's own program lies among temporary files, which are hidden.
    let scripts = world.beside("scripts");
    let config = format!("[worker]\nreadable = ['{}']\n", scripts.display());
    world.repo.write("redgreen.toml", config);
    world.repo.write("test_shop.py", test).commit("base");
    let ticket = "---\nsize: tiny\n---\n# Discounts\n\n- [ ] `half(200)` returns 100\n";
    fs::write(world.repo.outside().join("ticket.md"), ticket).unwrap();
    world
}

/// Lets the worker work at `level`.
fn worked_at(world: &World, level: &str) -> Ended {
    let scripts = world.beside("scripts");
    let worker = format!("command:python3 {}", scripts.join("worker.py").display());
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

#[test]
fn what_a_worker_must_not_do_fails_in_every_phase_and_is_in_the_report() {
    for level in LEVELS {
        let world = shop();
        let places = Places::around(&world);
        let scripts = world.beside("scripts");
        fs::write(scripts.join("worker.py"), include_str!("worker.py")).unwrap();
        fs::write(scripts.join("tries.py"), TRIES).unwrap();
        fs::write(scripts.join("places.json"), &places.told).unwrap();
        let said = worked_at(&world, level);
        let shown = format!("{level}: {}{}", said.out, said.err);
        assert!(said.out.contains("ready to be merged"), "{shown}");
        places.are_untouched();

        let document = state(&world);
        assert_eq!(document.state.phase, Phase::Complete, "{shown}");
        let claims = &document.state.claims;
        assert!(claims.len() >= 3, "{claims:?}");
        let expected = match level {
            "bubblewrap" => "did nothing else",
            // Landlock gives a directory with all that is in it; what was done is put back.
            _ => "did write frozen, write git file",
        };
        for (phase, _, claim) in claims {
            assert_eq!(claim.summary, expected, "{level} {phase:?}");
        }
        let gates = &document.state.gates;
        let facts = |phase: Phase| -> String {
            let of = gates.iter().filter(|gate| gate.phase == phase);
            of.flat_map(|gate| gate.facts.clone())
                .collect::<Vec<_>>()
                .join("\n")
        };
        for phase in [Phase::Red, Phase::Green] {
            let facts = facts(phase);
            let named = ["worker's sandbox: ", "left ", "behind: ended"];
            for words in named {
                assert!(facts.contains(words), "{level} {phase:?}: {facts}");
            }
            assert!(facts.contains(level), "{level} {phase:?}: {facts}");
            let of_level: &[&str] = match level {
                "bubblewrap" => &["tried to reach a network 2 times", "held read-only"],
                _ => &["changed .git: put back"],
            };
            for words in of_level {
                assert!(facts.contains(words), "{level} {phase:?}: {facts}");
            }
        }
        if level == "landlock" {
            let findings = gates.iter().flat_map(|gate| &gate.findings);
            let subjects: Vec<&str> = findings.map(|found| &*found.subject).collect();
            for path in ["shop.py", "test_shop.py"] {
                assert!(subjects.contains(&path), "{subjects:?}");
            }
        }
        let report = world.redgreen(&["report"]);
        assert!(report.out.contains("worker's sandbox: "), "{}", report.out);
    }
}
