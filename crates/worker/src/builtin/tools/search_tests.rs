//! Searches a small tree.

use super::super::definitions::definitions;
use super::*;
use serde_json::{Value, json};
use std::fs;

fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Place) {
    let dir = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    let place = Place::new(dir.path()).expect("a place");
    (dir, place)
}

fn ask(place: &Place, given: Value) -> String {
    let arguments = Arguments::of(&definitions()[1], &given);
    let answer = arguments.and_then(|arguments| search(place, &arguments));
    answer.map_or_else(|Misshapen(said)| said, |answer| answer.text)
}

fn check(given: Value, owed: &str) {
    let (_dir, place) = tree(&[
        (".gitignore", "/target\n*.log\n"),
        (".git/config", "door\n"),
        (".github/ci.yml", "run: door\n"),
        ("src/door.rs", "fn open() {}\nfn shut(door: Door) {}\n"),
        ("src/lib.rs", "mod door;\n"),
        ("src/deep/door.py", "def a(): pass\n"),
        ("target/door.rs", "fn door() {}\n"),
        ("src/x.log", "door\n"),
        ("bin", "door\0door\n"),
    ]);
    assert_eq!(ask(&place, given.clone()), owed, "{given}");
}

#[test]
fn lines_are_found_by_pattern_path_and_glob() {
    let all = ".github/ci.yml:1:run: door\nsrc/door.rs:2:fn shut(door: Door) {}\nsrc/lib.rs:1:mod door;\n";
    check(json!({"pattern": "door"}), all);
    check(
        json!({"pattern": "^mod", "path": "src"}),
        "src/lib.rs:1:mod door;\n",
    );
    check(
        json!({"pattern": "fn", "path": "src/door.rs", "glob": "*.rs"}),
        "src/door.rs:1:fn open() {}\nsrc/door.rs:2:fn shut(door: Door) {}\n",
    );
    check(
        json!({"pattern": "nothing"}),
        "no line in the worktree matches",
    );
}

#[test]
fn what_is_ignored_above_the_start_is_ignored_below_it() {
    check(
        json!({"pattern": "door", "path": "src", "glob": "*.log"}),
        "no line in src matches",
    );
}

#[test]
fn an_ignored_directory_is_searched_by_its_name() {
    check(
        json!({"pattern": "fn", "path": "target"}),
        "target/door.rs:1:fn door() {}\n",
    );
}

#[test]
fn another_case_and_a_broken_pattern_still_help() {
    check(
        json!({"pattern": "MOD"}),
        "[nothing in this case; in any case:]\nsrc/lib.rs:1:mod door;\n",
    );
    let said = "[no regex (error: unclosed group): searched as plain text]\nsrc/door.rs:2:fn shut(door: Door) {}\n";
    check(json!({"pattern": "shut("}), said);
}

#[test]
fn paths_are_found_by_their_names() {
    check(json!({"glob": "*.rs"}), "src/door.rs\nsrc/lib.rs\n");
    check(
        json!({"glob": "**/door.*"}),
        "src/deep/door.py\nsrc/door.rs\n",
    );
    check(json!({"glob": "src/*.rs"}), "src/door.rs\nsrc/lib.rs\n");
    check(json!({"glob": "deep"}), "src/deep/door.py\n");
    check(json!({"glob": "*.zig"}), "no path matches");
}

#[test]
fn a_search_needs_something_to_look_for() {
    let (_dir, place) = tree(&[]);
    assert!(ask(&place, json!({})).starts_with("`pattern` or `glob` is needed; `search` takes"));
    assert!(ask(&place, json!({"glob": "[a"})).starts_with("`glob` cannot be read"));
    assert!(ask(&place, json!({"pattern": "x", "path": "../"})).contains("outside"));
    assert!(ask(&place, json!({"pattern": "x", "path": "none"})).contains("not there"));
}

#[test]
fn many_hits_are_capped_with_their_number() {
    let many = "hit\n".repeat(50);
    let names: Vec<String> = (10..30).map(|n| format!("f{n}")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), many.as_str())).collect();
    let (_dir, place) = tree(&files);
    let said = ask(&place, json!({"pattern": "hit"}));
    assert!(
        said.contains("f10:20:hit\nf10: [30 more]\nf11:1:hit\n"),
        "{said}"
    );
    assert!(
        said.ends_with("[100 of 1,000 hits in 20 files: narrow it by path or glob]\n"),
        "{said}"
    );
}

#[test]
fn a_long_line_is_shown_around_its_hit() {
    let text = format!("{}needle{}\n", "é".repeat(3000), "x".repeat(3000));
    let (_dir, place) = tree(&[("a.min.js", &text)]);
    let said = ask(&place, json!({"pattern": "needle"}));
    assert!(said.contains("needle") && said.len() < 300, "{said}");
}
