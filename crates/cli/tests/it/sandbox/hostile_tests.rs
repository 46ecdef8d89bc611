//! A test suite that tries to get out, under `prove`.

use super::places::{LEVELS, Places, SECRET, TRIES, alive};
use crate::hostile::wait_until;
use crate::program::ended;
use crate::world::World;
use redgreen_cli::json::ProveDocument;
use redgreen_core::proof::{ChangeVerdict, TestVerdict};
use std::process::Stdio;

/// Commits the feature with a suite that tries, and proves it at `level`.
fn proven_at(world: &World, level: &str) -> ProveDocument {
    let args = ["--sandbox", level, "prove", "--json", "--samples", "1"];
    let mut asked = world.command(&args);
    asked.env("GITHUB_TOKEN", SECRET);
    let said = ended(asked.output().unwrap());
    serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err))
}

fn levels_of(document: &ProveDocument) -> Vec<&str> {
    let mut levels: Vec<&str> = document.evidence.iter().map(|e| &*e.sandbox).collect();
    levels.dedup();
    levels
}

fn says(document: &ProveDocument, words: &str) -> bool {
    let lines = &document.proof.not_checked;
    lines.iter().any(|line| line.contains(words))
}

#[test]
fn what_a_test_suite_must_not_do_fails_at_every_level() {
    for level in LEVELS {
        let world = World::python();
        let places = Places::around(&world);
        world.add_feature();
        let test = "import json\nfrom tax import tax\nfrom test_tries import tries\n\n\n\
                    def test_tax():\n    assert tax(4) == 8\n\n\n\
                    def test_nothing_gets_out():\n    assert tax(1) == 2\n    \
                    with open('places.json') as file:\n        \
                    made = tries(json.load(file))\n    \
                    assert not any(made.values()), sorted(n for n in made if made[n])\n";
        world.repo.write("test_tax.py", test);
        world.repo.write("test_tries.py", TRIES);
        world.repo.write("places.json", &places.told);
        let conftest = "import json\nfrom test_tries import tries\n\nwith open('places.json') as file:\n    \
                        tries(json.load(file))\n";
        world.repo.write("conftest.py", conftest).commit("feature");

        let document = proven_at(&world, level);
        let shown = format!("{level}: {document:#?}");
        assert_ne!(document.verdict, ChangeVerdict::Refuted, "{shown}");
        let tests = &document.proof.tests;
        let held = tests.iter().find(|test| test.id.name.contains("gets_out"));
        assert!(
            held.is_some_and(|test| test.verdict == TestVerdict::Proves),
            "{shown}"
        );
        places.are_untouched();
        let enforced = levels_of(&document);
        assert!(
            enforced.iter().all(|told| told.starts_with(level)),
            "{shown}"
        );
        if level == "bubblewrap" {
            assert!(says(&document, "sandboxed off"), "{shown}");
        }
    }
}

#[test]
fn a_proof_that_is_killed_takes_its_tests_with_it() {
    for level in LEVELS {
        let world = World::python();
        let word = format!("8{:05}{}", std::process::id() % 100_000, level.len());
        world.add_feature();
        let test = format!(
            "import subprocess\nfrom tax import tax\n\n\ndef test_tax():\n    \
             subprocess.Popen(['/bin/sh', '-c', 'setsid sleep {word} & exec sleep {word}'], \
             env={{}}, start_new_session=True)\n    subprocess.run(['sleep', '{word}'])\n    \
             assert tax(4) == 8\n"
        );
        world.repo.write("test_tax.py", test).commit("feature");
        let mut asked = world.command(&["--sandbox", level, "prove", "--samples", "1"]);
        let mut proving = asked
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_until("three sleep", || alive(&word).len() == 3);
        proving.kill().unwrap();
        proving.wait().unwrap();
        wait_until("all are gone", || alive(&word).is_empty());
    }
}

#[test]
fn a_suite_that_takes_memory_without_end_is_ended_and_proves_nothing() {
    for level in LEVELS {
        let world = World::python();
        let limits = "[sandbox]\nmemory_mb = 200\n";
        world.repo.write("redgreen.toml", limits).commit("limits");
        world.repo.git(["branch", "--force", "main", "topic"]);
        world.add_feature();
        let test = "import os\nimport time\nfrom tax import tax\n\n\ndef test_tax():\n    \
                    assert tax(4) == 8\n    kept = []\n    while True:\n        \
                    kept.append(os.urandom(1 << 20))\n        time.sleep(0.005)\n";
        world.repo.write("test_tax.py", test).commit("feature");
        let document = proven_at(&world, level);
        let shown = format!("{level}: {document:#?}");
        assert_ne!(document.verdict, ChangeVerdict::Proven, "{shown}");
        assert!(shown.contains("used more than 200 MB of memory"), "{shown}");
    }
}
