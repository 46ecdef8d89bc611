//! Reads the documents: whether what they name is there, and whether they name what is there.

use super::{files, in_backticks, none_of, root, text};
use crate::program::redgreen;
use redgreen_core::surface::Surface;
use redgreen_engine::config::Config;
use serde_json::Value;
use std::collections::BTreeSet;

const VOCABULARY: [&str; 39] = [
    "ticket",
    "criterion",
    "assumption",
    "plan",
    "slice",
    "phase",
    "gate",
    "claim",
    "evidence",
    "baseline",
    "verdict",
    "reason",
    "finding",
    "waiver",
    "event",
    "journal",
    "run",
    "step",
    "worker",
    "runner",
    "ecosystem",
    "worktree",
    "tree",
    "proof",
    "mutant",
    "report",
    "forge",
    // Verbs.
    "lint",
    "plan",
    "step",
    "work",
    "observe",
    "judge",
    "fold",
    "append",
    "replay",
    "render",
    "prove",
    "mutate",
];

/// Texts that people read, named from the root.
fn documents() -> BTreeSet<String> {
    let mut all: BTreeSet<String> = std::fs::read_dir(root())
        .expect("the root can be listed")
        .map(|entry| entry.expect("the entry can be read").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    all.extend(files("docs"));
    all.retain(|path| path.ends_with(".md"));
    all
}

fn chapters() -> BTreeSet<String> {
    let mut all = files("docs/src");
    all.retain(|path| path.ends_with(".md") && !path.ends_with("/SUMMARY.md"));
    all
}

/// Whether what stands in backticks is meant as a path of this workspace.
fn is_path(word: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-/".contains(letter);
    let ends = [".md", ".rs", ".toml", ".lock", ".json"];
    word.chars().all(plain) && (word.contains('/') || ends.iter().any(|end| word.ends_with(end)))
}

#[test]
fn every_path_that_the_guides_name_is_there() {
    // The file of a project that is judged, and what the tests install.
    let elsewhere = ["redgreen.toml", "target/test-tools"];
    let mut wrong = Vec::new();
    let mut seen = 0;
    for guide in ["ARCHITECTURE.md", "AGENTS.md", "CONTRIBUTING.md"] {
        let words = in_backticks(&text(guide)).into_iter();
        for path in words.filter(|word| is_path(word) && !elsewhere.contains(&word.as_str())) {
            seen += 1;
            // CONTRIBUTING.md speaks of each crate's own tests.
            let is_there = root().join(&path).exists() || path == "tests/it/main.rs";
            if !is_there {
                wrong.push(format!("{guide}: {path}"));
            }
        }
    }
    assert!(seen > 40, "only {seen} paths were recognised");
    none_of(&wrong, "these paths are not there");
}

/// Targets of the links of a Markdown text, without those that lead out.
fn links(markdown: &str) -> Vec<String> {
    let targets = markdown
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'));
    let targets = targets.map(|(target, _)| target.to_owned());
    targets.filter(|target| !target.contains("://")).collect()
}

/// A heading as mdBook names it in an address.
fn anchor(heading: &str) -> String {
    let kept = heading
        .trim()
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let mut wrong = Vec::new();
    for name in documents() {
        let dir = root().join(&name);
        let dir = dir.parent().expect("a directory");
        for link in links(&text(&name)) {
            let (path, part) = link.split_once('#').unwrap_or((&link, ""));
            let path = if path.is_empty() {
                root().join(&name)
            } else {
                dir.join(path)
            };
            let there = std::fs::read_to_string(&path).unwrap_or_default();
            let headings = there.lines().filter(|line| line.starts_with('#'));
            let mut anchors = headings.map(|line| anchor(line.trim_start_matches('#')));
            if !path.exists() || !(part.is_empty() || anchors.any(|known| known == part)) {
                wrong.push(format!("{name}: {link}"));
            }
        }
    }
    none_of(&wrong, "these links lead nowhere");
}

#[test]
fn the_summary_lists_every_chapter_once() {
    let listed: Vec<String> = links(&text("docs/src/SUMMARY.md"));
    let listed: Vec<String> = listed
        .iter()
        .map(|name| format!("docs/src/{name}"))
        .collect();
    let once: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(once.len(), listed.len(), "a chapter is listed twice");
    assert_eq!(once, chapters());
}

/// The keys of a configuration, with dots between table and key; tables without keys as such.
fn keys(value: &Value, above: &str) -> Vec<String> {
    match value {
        Value::Object(table) if !table.is_empty() => {
            let below = table.iter().flat_map(|(key, value)| {
                let name = if above.is_empty() {
                    key.clone()
                } else {
                    format!("{above}.{key}")
                };
                keys(value, &name)
            });
            below.collect()
        }
        Value::Object(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_) => vec![above.to_owned()],
    }
}

#[test]
fn every_key_of_the_configuration_is_documented_with_its_default() {
    let page = text("docs/src/configuration.md");
    let config = serde_json::to_value(Config::default()).expect("a configuration is a value");
    let keys = keys(&config, "");
    assert!(keys.contains(&"limits.test_seconds".to_owned()), "{keys:?}");
    let mut wrong = Vec::new();
    for key in keys {
        let pointer = format!("/{}", key.replace('.', "/"));
        let default = match config.pointer(&pointer) {
            Some(Value::Null) => "none".to_owned(),
            Some(Value::Array(_) | Value::Object(_)) => "empty".to_owned(),
            Some(value @ (Value::Bool(_) | Value::Number(_) | Value::String(_))) => {
                format!("`{value}`")
            }
            None => panic!("{key} cannot be found again"),
        };
        let row = format!("| `{key}` | {default} |");
        if !page.contains(&row) {
            wrong.push(row);
        }
    }
    none_of(&wrong, "docs/src/configuration.md lacks these rows");
}

#[test]
fn the_example_of_a_configuration_is_one() {
    let page = text("docs/src/configuration.md");
    let example = page
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let config = Config::parse(example.expect("the page has an example"));
    let config = config.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.surface("golden/a.txt"), Some(Surface::Fixture));
    assert_eq!(config.verify.commands.len(), 2);
}

#[test]
fn every_side_of_the_surface_is_documented() {
    let page = text("docs/src/configuration.md");
    let schema = serde_json::to_value(schemars::schema_for!(Surface)).expect("a schema");
    let sides = schema["oneOf"].as_array().expect("one entry a side");
    assert!(sides.len() >= 6, "{schema}");
    for side in sides {
        let name = side["const"].as_str().expect("a name");
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
}

/// The commands that `redgreen --help` lists, but for `help` itself.
fn commands() -> Vec<String> {
    let help = redgreen(&["--help"]).out;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty());
    let named = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = named.filter_map(|line| line.split_whitespace().next().map(str::to_owned));
    names.filter(|name| name != "help").collect()
}

#[test]
fn every_command_is_documented() {
    let mut all = text("README.md");
    all.extend(chapters().iter().map(|path| text(path)));
    let commands = commands();
    assert!(commands.len() >= 10, "{commands:?}");
    let wrong: Vec<String> = commands
        .into_iter()
        .filter(|name| !all.contains(&format!("`redgreen {name}")))
        .collect();
    none_of(&wrong, "commands that neither README.md nor docs/src names");
}

#[test]
fn the_flags_of_a_proof_are_those_of_its_chapter() {
    let help = redgreen(&["prove", "--help"]).out;
    let own = help.split("Everywhere:").next().unwrap_or_default();
    let flags = own.split_whitespace().filter(|word| word.starts_with("--"));
    let flags: BTreeSet<&str> = flags.filter(|flag| *flag != "--help").collect();
    assert!(flags.contains("--worktree"), "{flags:?}");
    let page = text("docs/src/proof.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `--"));
    for row in rows {
        let name = row.split(['`', ' ']).next().unwrap_or_default();
        assert!(
            flags.contains(&*format!("--{name}")),
            "there is no --{name}"
        );
    }
    for flag in flags {
        assert!(
            page.contains(&format!("| `{flag}")),
            "docs/src/proof.md lacks {flag}"
        );
    }
}

#[test]
fn every_event_is_in_the_chapter_on_the_journal() {
    let schema = schemars::schema_for!(redgreen_core::event::Event);
    let schema = serde_json::to_value(schema).expect("a schema");
    let page = text("docs/src/journal.md");
    let events = schema["oneOf"].as_array().expect("one entry an event");
    assert!(events.len() > 10, "{schema}");
    for event in events {
        let name = event["properties"]["type"]["const"]
            .as_str()
            .expect("a name");
        assert!(
            page.contains(&format!("| `{name}` |")),
            "docs/src/journal.md lacks {name}"
        );
    }
}

#[test]
fn the_glossary_has_every_word() {
    let glossary = text("GLOSSARY.md");
    for word in VOCABULARY {
        assert!(glossary.contains(&format!("| {word} |")), "{word}");
    }
}

#[test]
fn the_changelog_has_an_unreleased_part() {
    let changelog = text("CHANGELOG.md");
    assert!(changelog.lines().any(|line| line == "## [Unreleased]"));
}

#[test]
fn the_short_documents_are_short() {
    for (name, most) in [("README.md", 130), ("AGENTS.md", 80)] {
        let lines = text(name).lines().count();
        assert!(
            lines <= most,
            "{name} has {lines} lines, at most {most} are wanted"
        );
    }
}

#[test]
fn the_readme_begins_with_two_commands() {
    let readme = text("README.md");
    let part = readme.split("## Two commands\n").nth(1).expect("the part");
    let block = part.split("```").nth(1).expect("a block");
    let commands: Vec<&str> = block
        .lines()
        .skip(1)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    assert!(
        commands[0].starts_with("cargo run -p redgreen -- demo"),
        "{commands:?}"
    );
    assert!(commands[1].starts_with("scripts/test"), "{commands:?}");
}

#[test]
fn no_file_names_a_place_of_one_machine() {
    // Put together here, so that this file does not name them.
    let places = ["work", "root", "tmp/rg"].map(|place| format!("/{place}/"));
    let mut wrong = Vec::new();
    for path in files("") {
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else {
            // No text: nothing that anybody reads.
            continue;
        };
        let named = places.iter().filter(|place| holds_path(&text, place));
        wrong.extend(named.map(|place| format!("{path}: {place}")));
    }
    none_of(&wrong, "paths of one machine");
}

/// Whether `text` has `place` at the beginning of a path: `src/work/` is none.
fn holds_path(text: &str, place: &str) -> bool {
    let inside = |letter: char| letter.is_alphanumeric() || "_-./}".contains(letter);
    let mut found = text.match_indices(place);
    found.any(|(at, _)| !text[..at].chars().next_back().is_some_and(inside))
}

#[test]
fn a_decision_has_its_parts() {
    let decisions: Vec<String> = files("docs/design").into_iter().collect();
    assert!(decisions.len() > 5, "{decisions:?}");
    for path in decisions {
        let text = text(&path);
        for part in ["Status: ", "## Context", "## Decision", "## Consequences"] {
            assert!(text.contains(part), "{path} lacks {part}");
        }
    }
}
