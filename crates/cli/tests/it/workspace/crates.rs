//! Reads every Cargo.toml: which crate may depend on which.

use super::{none_of, root, text};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// Each room with the rooms that it may depend on.
const DIRECTION: [(&str, &[&str]); 8] = [
    ("core", &[]),
    ("toolchain", &["core"]),
    ("engine", &["core", "toolchain"]),
    ("worker", &["core", "toolchain", "engine"]),
    ("forge", &["core", "toolchain", "engine"]),
    ("serve", &["core", "toolchain", "engine", "worker", "forge"]),
    (
        "cli",
        &["core", "toolchain", "engine", "worker", "forge", "serve"],
    ),
    ("testkit", &[]),
];

fn rooms() -> BTreeSet<String> {
    let crates = std::fs::read_dir(root().join("crates")).expect("crates can be listed");
    let names = crates.map(|entry| entry.expect("the entry can be read").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

fn manifest(room: &str) -> Table {
    let text = text(&format!("crates/{room}/Cargo.toml"));
    text.parse().expect("a manifest is TOML")
}

/// The package's name, as dependencies write it, with its room.
fn by_package() -> BTreeMap<String, String> {
    let named = |room: String| {
        let name = manifest(&room)["package"]["name"]
            .as_str()
            .expect("a name")
            .to_owned();
        (name, room)
    };
    rooms().into_iter().map(named).collect()
}

/// Names of the dependencies below `table`, those of single platforms too.
fn below(table: &Table, key: &str) -> BTreeSet<String> {
    let own = table.get(key).and_then(Value::as_table);
    let mut names: BTreeSet<String> = own.into_iter().flat_map(Table::keys).cloned().collect();
    let platforms = table.get("target").and_then(Value::as_table);
    for platform in platforms.into_iter().flat_map(Table::values) {
        names.extend(
            platform
                .as_table()
                .into_iter()
                .flat_map(|table| below(table, key)),
        );
    }
    names
}

/// The rooms that `room` depends on by `key`.
fn edges(room: &str, key: &str) -> BTreeSet<String> {
    let packages = by_package();
    let names = below(&manifest(room), key);
    names
        .iter()
        .filter_map(|name| packages.get(name).cloned())
        .collect()
}

#[test]
fn every_crate_has_its_place_in_the_direction() {
    let known: BTreeSet<String> = DIRECTION
        .iter()
        .map(|(room, _)| (*room).to_owned())
        .collect();
    assert_eq!(
        rooms(),
        known,
        "add the crate to DIRECTION and to ARCHITECTURE.md"
    );
}

#[test]
fn dependencies_point_one_way() {
    let mut wrong = Vec::new();
    for (room, allowed) in DIRECTION {
        for key in ["dependencies", "build-dependencies"] {
            for other in edges(room, key) {
                if !allowed.contains(&other.as_str()) {
                    wrong.push(format!("{room} depends on {other} ({key})"));
                }
            }
        }
    }
    none_of(
        &wrong,
        "core ← toolchain ← engine ← {worker, forge} ← serve ← cli",
    );
}

#[test]
fn a_development_dependency_points_the_same_way_or_at_testkit() {
    let mut wrong = Vec::new();
    for (room, allowed) in DIRECTION {
        for other in edges(room, "dev-dependencies") {
            if other != "testkit" && !allowed.contains(&other.as_str()) {
                wrong.push(format!("{room} depends on {other} in its tests"));
            }
        }
    }
    none_of(
        &wrong,
        "a test may look at what its crate may look at, and at testkit",
    );
}

#[test]
fn the_direction_is_really_used() {
    assert!(edges("cli", "dependencies").contains("worker"));
    assert!(edges("cli", "dependencies").contains("serve"));
    assert!(edges("cli", "dependencies").contains("forge"));
    assert!(edges("engine", "dev-dependencies").contains("testkit"));
}
