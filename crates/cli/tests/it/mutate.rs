//! `redgreen mutate` on a small real project: what it finds, what it remembers, what it writes.

use crate::formats::forms::{wrong_elements, wrong_sarif};
use crate::world::World;
use redgreen_cli::json::MutateDocument;
use redgreen_core::mutant::{Fate, Operator, Trial};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A feature whose test does not look at the boundary, and nothing else open.
fn open_boundary() -> World {
    let world = World::python();
    let code = "def is_free(amount):\n    return amount >= 20\n";
    world.repo.write("shipping.py", code);
    let test = "from shipping import is_free\n\n\ndef test_is_free():\n    assert is_free(30)\n    \
                assert not is_free(10)\n";
    world.repo.write("test_shipping.py", test).commit("feature");
    world
}

fn document(world: &World, args: &[&str]) -> MutateDocument {
    let mut words = vec!["mutate", "--json"];
    words.extend(args);
    let said = world.redgreen(&words);
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

fn executed(document: &MutateDocument) -> usize {
    document.trials.iter().map(|all| all.executed).sum()
}

fn survivors(document: &MutateDocument) -> Vec<&Trial> {
    document.open().collect()
}

#[test]
fn a_boundary_that_no_test_looks_at_is_a_question_that_can_be_replayed() {
    let world = open_boundary();
    let tree = world.repo.rev("HEAD^{tree}");
    let first = document(&world, &[]);
    assert_eq!(first.exit_code, 1, "{first:#?}");
    let open = survivors(&first);
    assert!(!open.is_empty(), "{first:#?}");
    assert!(open.iter().all(|trial| trial.by_any == Fate::Survived));
    let of_boundary = |trial: &&&Trial| trial.mutant.now == ">";
    let one = open.iter().find(of_boundary).copied().unwrap_or(open[0]);
    assert_eq!(one.over, ["test_shipping.py::test_is_free"]);
    let is_body = |trial: &&Trial| trial.mutant.operator == Operator::Body;
    let bodies: Vec<&Trial> = first.breaking().filter(is_body).collect();
    assert!(!bodies.is_empty() && bodies.iter().all(|t| t.by_new.is_noticed()));

    let id = one.mutant.id.as_str();
    let again = document(&world, &["--only", id]);
    assert_eq!(
        (executed(&again), survivors(&again).len()),
        (1, 1),
        "{again:#?}"
    );
    let read = world.redgreen(&["mutate", "--plain"]);
    assert_eq!(read.code, 1);
    assert!(read.out.is_ascii(), "{}", read.out);
    assert!(read.out.contains(&format!("--only {id}\n")), "{}", read.out);
    assert!(
        read.out.contains("-    return amount >= 20\n"),
        "{}",
        read.out
    );
    let noticed = first.breaking().filter(|trial| trial.by_any.is_noticed());
    let both = format!(
        "  noticed by the new tests alone: {0} of {0}\n",
        noticed.count()
    );
    assert!(read.out.contains(&both), "{}", read.out);
    let wrong = world.redgreen(&["mutate", "--only", "nonsense"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("no mutant nonsense"), "{}", wrong.err);

    // The proof says the same, and nobody's files were touched.
    let proof = world.proof(&["--samples", "1"]);
    let [found] = proof.proof.findings.as_slice() else {
        panic!("{proof:#?}")
    };
    assert_eq!(found.code.as_str(), "RG133", "{proof:#?}");
    assert!(found.message.contains(id), "{found:?}");
    assert_eq!(world.repo.rev("HEAD^{tree}"), tree);
    assert_eq!(world.repo.git(["status", "--porcelain"]), "");
}

#[test]
fn what_is_known_is_not_executed_again() {
    let world = open_boundary();
    let first = document(&world, &[]);
    assert!(executed(&first) > 0);
    world
        .repo
        .write("README.md", "# Shop\n")
        .commit("unrelated");
    let second = document(&world, &[]);
    assert_eq!(executed(&second), 0, "{second:#?}");
    assert_eq!(second.fates, first.fates);
    // A test that does not run over it leaves what was killed alone.
    world
        .repo
        .write("test_more.py", "def test_more():\n    assert True\n");
    world.repo.commit("another test");
    let third = document(&world, &[]);
    assert!(
        executed(&third) > 0 && executed(&third) < executed(&first),
        "{third:#?}"
    );
    assert_eq!(third.fates, first.fates);
    assert!(executed(&document(&world, &["--no-cache"])) >= executed(&first));
}

#[test]
fn an_accepted_mutant_counts_once_base_has_it() {
    let world = open_boundary();
    let open = document(&world, &[]);
    let ids: Vec<String> = survivors(&open)
        .iter()
        .map(|t| t.mutant.id.to_string())
        .collect();
    for id in &ids {
        let said = world.redgreen(&["mutate", "--accept", id, "--reason", "a matter of taste"]);
        assert_eq!(said.code, 0, "{said:?}");
    }
    let twice = world.redgreen(&["mutate", "--accept", &ids[0], "--reason", "again"]);
    assert_eq!(twice.code, 2, "{twice:?}");
    let without = world.redgreen(&["mutate", "--accept", &ids[0]]);
    assert_eq!(without.code, 2, "{without:?}");
    world.repo.commit("accepted by its own author");
    assert_eq!(
        document(&world, &[]).exit_code,
        1,
        "the range cannot accept for itself"
    );
    let proof = world.proof(&["--samples", "1"]);
    let codes: Vec<&str> = proof
        .proof
        .findings
        .iter()
        .map(|f| f.code.as_str())
        .collect();
    assert_eq!(codes, ["RG133", "RG138"], "{proof:#?}");

    let list = fs::read_to_string(world.repo.path().join("redgreen.mutants.toml")).unwrap();
    world.repo.git(["checkout", "-q", "main"]);
    world
        .repo
        .write("redgreen.mutants.toml", list)
        .commit("reviewed");
    world.repo.git(["checkout", "-q", "topic"]);
    world.repo.git(["rebase", "-q", "main"]);
    let accepted = document(&world, &[]);
    let of = |trial: &&Trial| ids.contains(&trial.mutant.id.to_string());
    let fates: Vec<&Fate> = accepted.breaking().filter(of).map(|t| &t.by_any).collect();
    assert_eq!(fates.len(), ids.len(), "{accepted:#?}");
    let said = Fate::Equivalent("Fixture says: a matter of taste".to_owned());
    assert!(fates.iter().all(|fate| **fate == said), "{fates:?}");
}

#[test]
fn other_tools_read_what_nobody_notices() {
    let world = open_boundary();
    let place = world.beside("forms");
    let (sarif, elements) = (place.join("log.sarif"), place.join("mutation.json"));
    let (to_sarif, to_elements) = (sarif.to_str().unwrap(), elements.to_str().unwrap());
    let document = document(&world, &["--sarif", to_sarif, "--elements", to_elements]);
    let read = |path| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let log = read(&sarif);
    assert_eq!(log["version"], "2.1.0");
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), survivors(&document).len());
    let region = &results[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 2, "{log}");
    let report = read(&elements);
    assert_eq!(report["schemaVersion"], "2");
    let mutants = report["files"]["shipping.py"]["mutants"]
        .as_array()
        .unwrap();
    assert_eq!(mutants.len(), document.breaking().count());
    let of = |status: &str| mutants.iter().filter(|m| m["status"] == status).count();
    assert_eq!(of("Survived"), survivors(&document).len(), "{report}");
    assert!(of("Killed") > 0);
    let rules = &log["runs"][0]["tool"]["driver"]["rules"];
    assert!(rules[1]["shortDescription"]["text"].is_string(), "{log}");
    assert_eq!(wrong_sarif(&sarif), "");
    assert_eq!(wrong_elements(&elements), "");
    readers_see_what_is_wrong((&sarif, log), (&elements, report));
    let unwritable = world.redgreen(&["mutate", "--sarif", "/nowhere/log.sarif"]);
    assert_eq!(unwritable.code, 4, "{unwritable:?}");
}

/// That those who read the forms would see it if one were wrong.
fn readers_see_what_is_wrong(
    (sarif, mut log): (&Path, Value),
    (elements, mut report): (&Path, Value),
) {
    log["runs"][0]["results"][0]["severity"] = "warning".into();
    fs::write(sarif, log.to_string()).unwrap();
    let said = wrong_sarif(sarif);
    assert!(said.contains("\"severity\"' does not exist"), "{said}");
    report["files"]["shipping.py"]["mutants"][0]["status"] = "Gone".into();
    fs::write(elements, report.to_string()).unwrap();
    let said = wrong_elements(elements);
    assert!(said.contains("'Gone' is not one of"), "{said}");
}

/// Processes whose environment says that they work for the repository's cache.
fn working_in(dir: &str) -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.map(|process| process.path().join("cmdline"));
    let lines = lines.filter_map(|path| fs::read_to_string(path).ok());
    lines.filter(|line| line.contains(dir)).collect()
}

#[test]
fn a_run_that_is_killed_leaves_no_process_behind_and_touches_nothing() {
    let world = World::python();
    let code = "def is_free(amount):\n    return amount >= 20\n";
    world.repo.write("shipping.py", code);
    let test = "import time\nfrom shipping import is_free\n\n\ndef test_is_free():\n    \
                time.sleep(4)\n    assert is_free(20)\n";
    world.repo.write("test_shipping.py", test).commit("feature");
    let tree = world.repo.rev("HEAD^{tree}");
    let mut command = world.command(&["mutate", "--verbose"]);
    command.stdout(std::process::Stdio::null());
    let mut running = command
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let told = std::io::BufReader::new(running.stderr.take().unwrap());
    let mut told = std::io::BufRead::lines(told).map_while(Result::ok);
    assert!(
        told.any(|line| line.contains("mutants of the change")),
        "it begins"
    );
    let cache = world.cache().to_string_lossy().into_owned();
    let place = world.repo.outside().to_string_lossy().into_owned();
    let begun = std::time::Instant::now();
    while working_in(&place).len() < 2 {
        assert!(begun.elapsed().as_secs() < 60, "no session below {cache}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    running.kill().unwrap();
    running.wait().unwrap();
    // By itself the session would go on for much longer than this.
    let killed = std::time::Instant::now();
    while !working_in(&place).is_empty() {
        assert!(killed.elapsed().as_secs() < 10, "{:?}", working_in(&place));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(world.repo.rev("HEAD^{tree}"), tree);
    assert_eq!(world.repo.git(["status", "--porcelain"]), "");
}

#[test]
fn a_range_of_tests_alone_breaks_what_they_cover() {
    let world = World::python();
    world.repo.git(["checkout", "-q", "main"]);
    let code =
        "def is_free(amount):\n    return amount >= 20\n\n\ndef fee(amount):\n    return 4\n";
    world.repo.write("shipping.py", code).commit("code");
    world.repo.git(["checkout", "-q", "-B", "topic"]);
    let test = "from shipping import is_free\n\n\ndef test_is_free():\n    assert is_free(30)\n    \
                assert not is_free(10)  # and no fee\n";
    world.repo.write("test_shipping.py", test).commit("a test");
    let said = document(&world, &[]);
    assert_eq!(said.exit_code, 1, "{said:#?}");
    let of = |trial: &&Trial| trial.mutant.path == "shipping.py";
    let in_code: Vec<&Trial> = said.breaking().filter(of).collect();
    assert!(!in_code.is_empty());
    assert!(
        in_code
            .iter()
            .all(|trial| trial.mutant.function == "is_free")
    );
    assert!(in_code.iter().any(|trial| trial.by_new.is_noticed()));
    let open = survivors(&said);
    assert!(
        open.iter().any(|trial| trial.mutant.now == ">"),
        "{open:#?}"
    );
    let left = said.trials.iter().flat_map(|all| &all.left_out);
    assert!(
        left.clone().any(|line| line.contains("do not run over")),
        "{:?}",
        left.collect::<Vec<_>>()
    );
}

#[test]
fn tests_that_cannot_run_twice_at_a_time_are_tried_one_after_another_where_base_says_so() {
    let world = World::python();
    world.repo.git(["checkout", "-q", "main"]);
    world.repo.write("redgreen.toml", "[mutants]\njobs = 1\n");
    world.repo.commit("one at a time");
    world.repo.git(["checkout", "-q", "-B", "topic"]);
    let code = "def first(n):\n    return n + 30\n\n\ndef second(n):\n    return n + 31\n";
    world.repo.write("both.py", code);
    // Whoever runs it a second time at once finds the file of the first.
    let test = "import os, tempfile, time\nfrom both import first, second\n\n\ndef test_both():\n    \
                path = os.path.join(tempfile.gettempdir(), 'one-at-a-time')\n    \
                os.close(os.open(path, os.O_CREAT | os.O_EXCL))\n    \
                first(1)\n    second(1)\n    time.sleep(0.05)\n    os.remove(path)\n";
    world.repo.write("test_both.py", test).commit("feature");
    let said = document(&world, &[]);
    let noticed: Vec<&Trial> = said
        .breaking()
        .filter(|trial| trial.by_any.is_noticed())
        .collect();
    assert_eq!(noticed, Vec::<&Trial>::new(), "{said:#?}");
    assert!(survivors(&said).len() >= 4, "{said:#?}");
}
