//! Writes redgreen's verbs down for coding agents, and warns them early.

use crate::program::{Ended, ended};
use crate::world::World;
use redgreen_cli::json::{AgentsDocument, WrittenState};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;

fn init(world: &World, more: &[&str]) -> AgentsDocument {
    let said = world.redgreen(&[&["init", "--json", "--agent-commands"], more].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.out))
}

fn states(document: &AgentsDocument) -> BTreeSet<String> {
    let states = document
        .files
        .iter()
        .map(|file| format!("{:?}", file.state));
    states.collect()
}

#[test]
fn what_is_there_is_merged_and_a_second_time_changes_nothing() {
    let world = World::python();
    let settings =
        "{\n  // mine\n  \"hooks\": { \"PreToolUse\": [{ \"matcher\": \"Bash\" }] },\n}\n";
    let config = "model = \"x\"  # mine\n";
    world.repo.write(".claude/settings.json", settings);
    world.repo.write(".codex/config.toml", config);
    world
        .repo
        .write(".claude/commands/cmd-issue-start.md", "mine\n");

    let shown = init(&world, &["--dry-run"]);
    assert!(!shown.written);
    assert!(!world.repo.path().join(".mcp.json").exists());
    let text = |path: &str| fs::read_to_string(world.repo.path().join(path)).unwrap();
    assert_eq!(text(".claude/settings.json"), settings);

    let first = init(&world, &[]);
    assert_eq!(
        states(&first),
        BTreeSet::from(["New", "Changed", "Left"].map(str::to_owned))
    );
    let diffs = |document: &AgentsDocument| -> Vec<String> {
        document
            .files
            .iter()
            .map(|file| file.diff.clone())
            .collect()
    };
    assert_eq!(
        diffs(&first),
        diffs(&shown),
        "what was shown is what was done"
    );
    assert_eq!(text(".claude/commands/cmd-issue-start.md"), "mine\n");
    assert!(text(".codex/config.toml").starts_with(config));
    let merged = text(".claude/settings.json");
    assert!(
        merged.contains("// mine") && merged.contains("{ \"matcher\": \"Bash\" }"),
        "{merged}"
    );
    assert!(merged.contains("redgreen hook claude || true"), "{merged}");
    let second = init(&world, &[]);
    assert_eq!(
        states(&second),
        BTreeSet::from(["Same", "Left"].map(str::to_owned))
    );
}

#[test]
fn only_verbs_of_this_build_become_commands_and_only_for_who_is_named() {
    let world = World::python();
    let help = world.redgreen(&["--help"]).out;
    let document = init(&world, &["claude"]);
    let names: Vec<&str> = document
        .files
        .iter()
        .filter_map(|file| file.path.strip_prefix(".claude/commands/"))
        .collect();
    assert!(names.contains(&"cmd-issue-start.md") && names.contains(&"cmd-issue-complete.md"));
    for (name, verb) in [
        ("cmd-feature-document.md", "document"),
        ("cmd-pr-create.md", "pr"),
        ("cmd-pr-implement-feedback.md", "feedback"),
    ] {
        let is_there = help.contains(&format!("\n  {verb} "));
        assert_eq!(names.contains(&name), is_there, "{name}");
    }
    assert!(
        document
            .files
            .iter()
            .all(|file| !file.path.contains("gemini"))
    );
    world.fails(&["init", "--agent-commands", "emacs"], "RG316", 2);
    world.fails(&["init", "--dry-run"], "RG316", 2);
}

#[test]
fn nothing_is_written_through_a_link() {
    let world = World::python();
    let away = world.beside("away");
    std::os::unix::fs::symlink(&away, world.repo.path().join(".claude")).unwrap();
    let document = init(&world, &["claude"]);
    let left = document
        .files
        .iter()
        .filter(|file| file.path.starts_with(".claude/"));
    assert!(left.clone().count() > 2);
    assert!(left.clone().all(|file| file.state == WrittenState::Left));
    assert_eq!(fs::read_dir(&away).unwrap().count(), 0);
}

fn hook(world: &World, agent: &str, event: &str) -> Ended {
    let mut asked = world.command(&["hook", agent]);
    let mut child = asked
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(event.as_bytes())
        .unwrap();
    ended(child.wait_with_output().unwrap())
}

/// A run that waits for its first tests, and its worktree.
fn started() -> (World, PathBuf) {
    let world = World::python();
    world.repo.git(["switch", "--quiet", "main"]);
    let ticket = "# Discounts\n\n- [ ] `half(200)` returns 100\n";
    fs::write(world.repo.outside().join("ticket.md"), ticket).unwrap();
    let said = world.redgreen(&["start", "../ticket.md"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let all = world.repo.outside().join("repo.worktrees");
    let tree = fs::read_dir(all).unwrap().next().unwrap().unwrap().path();
    (world, tree)
}

#[test]
fn a_hook_warns_of_what_the_gate_would_put_back_and_of_nothing_else() {
    let (world, tree) = started();
    let write = |cwd: &PathBuf, path: &str| {
        json!({ "cwd": cwd, "hook_event_name": "PreToolUse", "tool_name": "Write",
                "tool_input": { "file_path": path, "content": "def half(n):\n    return n\n" } })
        .to_string()
    };
    let said = hook(&world, "claude", &write(&tree, "shop.py"));
    assert_eq!(said.code, 0, "a hook never fails");
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    let answer = &answer["hookSpecificOutput"];
    assert_eq!(answer["permissionDecision"], "deny");
    let why = answer["permissionDecisionReason"].as_str().unwrap();
    assert!(why.contains("phase red may not write shop.py"), "{why}");
    let new = hook(&world, "gemini", &write(&tree, "new/deep/shop.py"));
    assert!(new.out.contains("\"decision\":\"deny\""), "{}", new.out);

    let main = world.repo.path().to_owned();
    let outside = world.repo.outside().join("x.py");
    let outside = outside.to_str().unwrap();
    for (cwd, path) in [
        (&tree, "test_half.py"),
        (&tree, "README.md"),
        (&tree, "pyproject.toml"),
        (&main, "shop.py"),
        (&tree, outside),
        (&tree, "/nowhere/at/all.py"),
        (&tree, "../../repo/shop.py"),
    ] {
        let said = hook(&world, "claude", &write(cwd, path));
        assert_eq!(
            (said.code, said.out.as_str()),
            (0, ""),
            "{path}: {}",
            said.err
        );
    }
    for event in ["", "{", "null", "{\"tool_name\":\"Write\"}"] {
        let said = hook(&world, "copilot", event);
        assert_eq!(
            (said.code, said.out.as_str()),
            (0, ""),
            "{event}: {}",
            said.err
        );
    }

    // In green it is the other way round; what puts a frozen test back is no offence.
    let test = "import shop\n\n\ndef test_half():\n    assert shop.half(200) == 100\n";
    fs::write(tree.join("test_half.py"), test).unwrap();
    assert_eq!(world.redgreen(&["check"]).code, 0);
    let edit = |old: &str, new: &str| {
        json!({ "cwd": tree, "tool_name": "Edit", "tool_input": {
            "file_path": "test_half.py", "old_string": old, "new_string": new } })
        .to_string()
    };
    let said = hook(&world, "claude", &edit("== 100", "is not None"));
    assert!(said.out.contains("the tests are frozen"), "{}", said.out);
    assert_eq!(hook(&world, "claude", &write(&tree, "shop.py")).out, "");
    fs::write(tree.join("test_half.py"), test.replace("== 100", "== 1")).unwrap();
    assert_eq!(hook(&world, "claude", &edit("== 1", "== 100")).out, "");
}

#[test]
fn a_hook_where_there_is_no_run_or_no_repository_says_nothing() {
    let world = World::python();
    for cwd in [
        world.repo.path().to_owned(),
        world.repo.outside().to_owned(),
    ] {
        let event = json!({ "cwd": cwd, "tool_name": "Write",
                            "tool_input": { "file_path": "shop.py", "content": "" } });
        let said = hook(&world, "claude", &event.to_string());
        assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    }
}
