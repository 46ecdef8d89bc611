//! `lint`, `doctor` and `init`: what is here, and what is missing.

use crate::program::ended;
use crate::world::{World, only};
use redgreen_cli::json::{CheckState, DoctorDocument, InitDocument, LintDocument};
use redgreen_core::lint::Readiness;
use std::io::Write as _;
use std::process::Stdio;

#[test]
fn a_ticket_is_green_or_red_and_each_finding_has_its_remedy() {
    let world = World::new();
    let good = "# Limit requests\n\n## Acceptance criteria\n\n- [ ] the 11th request gets 429\n";
    world.repo.write("good.md", good);
    world
        .repo
        .write("bad.md", "# Limit requests\n\nFor {{CLIENT}}.\n");
    let said = world.redgreen(&["lint", "good.md"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out.contains("1 acceptance criterion; "),
        "{}",
        said.out
    );
    assert!(said.out.contains("\nGreen: "), "{}", said.out);
    let said = world.redgreen(&["lint", "bad.md", "--json"]);
    let document: LintDocument = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, document.exit_code), (1, 1));
    assert_eq!(document.readiness, Readiness::Red);
    let found: Vec<_> = document
        .findings
        .iter()
        .map(|f| (f.code.as_str(), f.line))
        .collect();
    assert_eq!(found, [("RQ030", 1), ("RQ031", 3)]);
    let said = world.redgreen(&["lint", "bad.md"]);
    assert!(
        said.out.contains("RQ031 blocks  bad.md:3\n"),
        "{}",
        said.out
    );
}

#[test]
fn a_ticket_can_come_through_a_pipe() {
    let world = World::new();
    let mut asked = world.command(&["lint", "-"]);
    asked
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = asked.spawn().unwrap();
    let text = b"# Limit\n\n## Acceptance criteria\n\n- one\n";
    child.stdin.take().unwrap().write_all(text).unwrap();
    let said = ended(child.wait_with_output().unwrap());
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}

#[test]
fn what_is_no_ticket_is_unreadable() {
    let world = World::new();
    world
        .repo
        .write("empty.md", " \n")
        .write("picture.png", b"\x89PNG\0\0");
    for (name, cause) in [
        ("missing.md", "No such file"),
        ("empty.md", "empty"),
        ("picture.png", "binary"),
        (".", "directory"),
    ] {
        let said = world.fails(&["lint", name], "RG317", 2);
        assert!(said.contains(cause), "{said}");
    }
}

#[test]
fn the_doctor_finds_a_place_where_a_proof_can_run_and_changes_nothing() {
    let world = World::feature();
    world.repo.write("new.py", "");
    let said = world.redgreen(&["doctor", "--json"]);
    let document: DoctorDocument = serde_json::from_str(&said.out).unwrap();
    assert_eq!(said.code, 0, "{document:?}");
    assert!(document.ready);
    let state = |what: &str| {
        let found = document.checks.iter().find(|check| check.what == what);
        found
            .unwrap_or_else(|| panic!("no check of {what}: {document:?}"))
            .state
    };
    for what in [
        "git",
        "repository",
        "unit .:pytest",
        "runner .:pytest",
        "cache",
        "state",
    ] {
        assert_eq!(state(what), CheckState::Good, "{what}");
    }
    assert_eq!(state("working tree"), CheckState::Note);
    assert_eq!(state("sandbox"), CheckState::Good);
    for dir in ["cache", "state"] {
        let made = std::fs::read_dir(world.repo.outside().join(dir))
            .unwrap()
            .count();
        assert_eq!(made, 0, "{dir}");
    }
    assert!(!world.repo.path().join(".git/redgreen").exists());
}

#[test]
fn the_doctor_rehearses_five_cheats_and_sees_them_all() {
    let world = World::python();
    let before = world.repo.rev("HEAD");
    let seen = world.redgreen(&["doctor", "--self-test", "--json"]);
    let document: DoctorDocument = serde_json::from_str(&seen.out).unwrap();
    assert_eq!(seen.code, 0, "{document:?}");
    let cheats: Vec<(&str, &str)> = document
        .checks
        .iter()
        .filter_map(|check| {
            let name = check.what.strip_prefix("cheat ")?;
            Some((name, check.found.split(" (").next()?))
        })
        .collect();
    assert_eq!(
        cheats,
        [
            ("deleted-tests", "seen, RG105"),
            ("untested-code", "seen, RG102"),
            ("broken-code", "seen, RG107"),
            ("broken-code-without-its-tests", "seen, RG105"),
            ("planted-file", "seen, RG118"),
        ]
    );
    assert_eq!(world.repo.rev("HEAD"), before);
    assert_eq!(world.repo.git(["status", "--porcelain"]).trim(), "");
}

#[test]
fn the_doctor_names_what_is_missing_and_the_command_that_mends_it() {
    let world = World::feature();
    world
        .repo
        .write("redgreen.toml", "[prove]\nsample = 1\n")
        .commit("misspelled");
    world.repo.git(["switch", "--quiet", "--detach"]);
    let file = world.repo.outside().join("file");
    std::fs::write(&file, "").unwrap();
    let mut asked = world.command(&["doctor"]);
    asked.env("PATH", only(world.repo.outside(), &["git"]));
    let said = ended(asked.env("REDGREEN_CACHE_DIR", &file).output().unwrap());
    assert_eq!(said.code, 4, "{}", said.err);
    for part in [
        "python3 -m pip install pytest",
        "git switch BRANCH",
        "line 2, column 1",
        "ls -ld",
        "\nNot ready: ",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let outside = world.repo.outside().to_str().unwrap().to_owned();
    let said = world.redgreen(&["doctor", "--repo", &outside]);
    assert_eq!(said.code, 4);
    assert!(said.out.contains("next:  git init"), "{}", said.out);
}

#[test]
fn init_shows_the_baseline_and_writes_only_when_asked() {
    let world = World::python();
    let failing = "import pytest\n\n\ndef test_no():\n    assert False\n\n\n\
                   @pytest.mark.skip\ndef test_later():\n    pass\n";
    world.repo.write("test_more.py", failing).commit("more");
    let file = world.repo.path().join("redgreen.toml");
    let said = world.redgreen(&["init", "--json"]);
    let document: InitDocument = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        (said.code, document.written.as_deref()),
        (0, None),
        "{}",
        said.err
    );
    let unit = &document.units[0];
    assert_eq!(
        (unit.unit.as_str(), unit.passed, unit.skipped),
        (".:pytest", 1, 1)
    );
    assert_eq!(unit.failed, ["test_more.py::test_no"]);
    assert!(!file.exists());
    let said = world.redgreen(&["init", "--write"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out.contains("1 passed, 1 failed, 1 skipped"),
        "{}",
        said.out
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), document.proposal);
    assert!(
        !document.proposal.contains("[worktree]"),
        "{}",
        document.proposal
    );
    std::fs::write(&file, "mine").unwrap();
    world.fails(&["init", "--write"], "RG316", 2);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn init_proposes_to_copy_the_settings_that_git_ignores() {
    let world = World::python();
    world.repo.write(".gitignore", ".env*\n!.env.example\n");
    world
        .repo
        .write(".env.example", "PORT=\n")
        .commit("settings");
    world.repo.write("web/.env.local", "PORT=3000\n");
    let said = world.redgreen(&["init", "--write", "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let document: InitDocument = serde_json::from_str(&said.out).unwrap();
    let owed = "ignored by git: web/.env.local.\n";
    assert!(document.proposal.contains(owed), "{}", document.proposal);
    let owed = "# [worktree]\n# copy = [\".env*\"]\n";
    assert!(document.proposal.contains(owed), "{}", document.proposal);
}

#[test]
fn init_says_where_nothing_is_tested() {
    let world = World::new();
    world.repo.write("README.md", "# Nothing\n").commit("words");
    world.fails(&["init"], "RG121", 4);
}
