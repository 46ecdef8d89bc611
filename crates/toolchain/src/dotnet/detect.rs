//! Finds the solutions of a tree that hold test projects.

use crate::{Files, Unit};
use std::collections::BTreeMap;

/// The mark of a unit that lists its test projects, one path from the root a line.
pub(super) const PROJECTS: &str = "test projects";

/// Every unit: the directory of a solution above test projects; the root where there is none.
pub(super) fn units(files: &dyn Files) -> Vec<Unit> {
    let split = |path: &'_ str| path.rsplit_once('/').map_or("", |(dir, _)| dir).to_owned();
    let is_solution = |path: &&String| path.ends_with(".sln") || path.ends_with(".slnx");
    let solutions: Vec<(String, &String)> = files
        .paths()
        .iter()
        .filter(is_solution)
        .map(|path| (split(path), path))
        .collect();
    let mut found: BTreeMap<String, Unit> = BTreeMap::new();
    for path in files.paths().iter().filter(|path| is_project(path)) {
        let text = files.text(path).unwrap_or_default();
        if !text.contains("Microsoft.NET.Test.Sdk") && !text.contains("<IsTestProject>true") {
            continue;
        }
        let above = |dir: &str| dir.is_empty() || path.starts_with(&format!("{dir}/"));
        let around = solutions.iter().filter(|(dir, _)| above(dir));
        let solution = around.max_by_key(|(dir, _)| dir.len());
        let dir = solution.map_or(String::new(), |(dir, _)| dir.clone());
        let unit = found.entry(dir.clone()).or_insert_with(|| Unit {
            id: Unit::id_of(&dir, "dotnet"),
            dir,
            runner: "dotnet".to_owned(),
            because: solution
                .map(|(_, path)| (*path).clone())
                .into_iter()
                .collect(),
            ..Unit::default()
        });
        unit.because.push(format!("{path} is a test project"));
        let list = unit.marks.entry(PROJECTS.to_owned()).or_default();
        list.push_str(path);
        list.push('\n');
    }
    for unit in found.values_mut() {
        names(files, unit);
    }
    found.into_values().collect()
}

fn is_project(path: &str) -> bool {
    [".csproj", ".fsproj", ".vbproj"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// The first parts of the projects' names: by custom those of their namespaces.
fn names(files: &dyn Files, unit: &mut Unit) {
    let projects = files.paths().iter().filter(|path| is_project(path));
    let inside: Vec<&String> = projects
        .filter(|path| unit.inside(path).is_some())
        .collect();
    for path in inside {
        let name = path.rsplit('/').next().unwrap_or_default();
        let root = name.split('.').next().unwrap_or_default().to_owned();
        if !unit.own_names.contains(&root) {
            unit.own_names.push(root);
        }
    }
    let lock =
        |path: &&String| path.ends_with("packages.lock.json") || path.ends_with("global.json");
    let locks = files
        .paths()
        .iter()
        .filter(lock)
        .filter(|path| unit.inside(path).is_some());
    unit.locks = locks.cloned().collect();
}
