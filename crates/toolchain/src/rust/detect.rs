//! Finds workspaces and packages that stand alone, by their manifests.

use super::manifest::{Manifest, has, join, parent};
use crate::unit::{Files, Package, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// Directories whose crates are material of other packages, not projects of their own.
const MATERIAL: [&str; 7] = [
    "tests", "test", "fixtures", "testdata", "target", "vendor", "examples",
];

/// One unit per workspace and per package outside any workspace.
pub(super) fn units(files: &dyn Files) -> Vec<Unit> {
    let dirs = files.paths().iter().filter_map(|path| {
        let dir = path.strip_suffix("Cargo.toml")?;
        (dir.is_empty() || dir.ends_with('/')).then(|| dir.trim_end_matches('/').to_owned())
    });
    let manifests: BTreeMap<String, Manifest> = dirs
        .filter(|dir| !is_foreign(dir))
        .filter_map(|dir| Some((dir.clone(), Manifest::read(files, &dir)?)))
        .collect();
    let mut taken = BTreeSet::new();
    let mut units = Vec::new();
    for (dir, manifest) in &manifests {
        if manifest.workspace().is_some() && !is_material(dir, &manifests) && !manifest.is_fuzz() {
            let members = members(manifest, &manifests);
            taken.extend(members.iter().cloned());
            taken.insert(dir.clone());
            units.push(unit(files, dir, &members, &manifests));
        }
    }
    for (dir, manifest) in &manifests {
        let alone = !taken.contains(dir) && manifest.name().is_some() && !manifest.is_fuzz();
        if alone && !is_material(dir, &manifests) && stands_alone(dir, &manifests) {
            units.push(unit(files, dir, std::slice::from_ref(dir), &manifests));
        }
    }
    units.sort_by(|one, other| one.dir.cmp(&other.dir));
    units
}

/// Whether `dir` is build output or somebody else's code.
fn is_foreign(dir: &str) -> bool {
    dir.split('/')
        .any(|part| matches!(part, "target" | "vendor" | "node_modules"))
}

/// Whether `dir` lies in a directory of test material below another manifest.
fn is_material(dir: &str, manifests: &BTreeMap<String, Manifest>) -> bool {
    let above = ancestors(dir).find(|above| manifests.contains_key(*above));
    let Some(above) = above else {
        return false;
    };
    let below = dir[above.len()..].trim_start_matches('/');
    below.split('/').any(|part| MATERIAL.contains(&part))
}

/// Whether no workspace above claims `dir`, so that cargo takes it as a project of its own.
fn stands_alone(dir: &str, manifests: &BTreeMap<String, Manifest>) -> bool {
    let root = ancestors(dir)
        .filter_map(|above| manifests.get(above))
        .find(|manifest| manifest.workspace().is_some());
    root.is_none_or(|root| is_excluded(root, dir))
}

fn is_excluded(root: &Manifest, dir: &str) -> bool {
    let excluded = root.workspace_list("exclude");
    excluded.iter().any(|path| {
        let path = join(&root.dir, path);
        dir == path || dir.starts_with(&format!("{path}/"))
    })
}

/// The directories above `dir`, nearest first.
fn ancestors(dir: &str) -> impl Iterator<Item = &str> {
    let mut next = (!dir.is_empty()).then(|| parent(dir));
    std::iter::from_fn(move || {
        let now = next?;
        next = (!now.is_empty()).then(|| parent(now));
        Some(now)
    })
}

/// The packages of a workspace: its root, what `members` names, and path dependencies inside it.
fn members(root: &Manifest, manifests: &BTreeMap<String, Manifest>) -> Vec<String> {
    let patterns: Vec<String> = root
        .workspace_list("members")
        .iter()
        .map(|pattern| join(&root.dir, pattern))
        .collect();
    let mut queue: Vec<String> = vec![root.dir.clone()];
    for (dir, manifest) in manifests {
        let matched = patterns.iter().any(|pattern| matches_glob(pattern, dir));
        let named = manifest
            .named_workspace()
            .is_some_and(|named| named == root.dir);
        if dir != &root.dir && (matched || named) {
            queue.push(dir.clone());
        }
    }
    let inside = |dir: &str| root.dir.is_empty() || dir.starts_with(&format!("{}/", root.dir));
    let mut found = BTreeSet::new();
    while let Some(dir) = queue.pop() {
        let Some(manifest) = manifests.get(&dir) else {
            continue;
        };
        let foreign = dir != root.dir && manifest.workspace().is_some();
        if foreign || is_excluded(root, &dir) || found.contains(&dir) {
            continue;
        }
        let further = manifest.path_dependencies();
        queue.extend(further.into_iter().filter(|further| inside(further)));
        found.insert(dir);
    }
    found.retain(|dir| {
        manifests
            .get(dir)
            .is_some_and(|manifest| manifest.name().is_some())
    });
    found.into_iter().collect()
}

fn unit(
    files: &dyn Files,
    dir: &str,
    members: &[String],
    manifests: &BTreeMap<String, Manifest>,
) -> Unit {
    let root = manifests.get(dir);
    let manifests: Vec<&Manifest> = members
        .iter()
        .filter_map(|dir| manifests.get(dir))
        .collect();
    let package = |manifest: &&Manifest| {
        let mut package = manifest.read_package(files)?;
        package.needs = root.map_or_else(Vec::new, |root| manifest.needs(root));
        Some(package)
    };
    let packages: Vec<Package> = manifests.iter().filter_map(package).collect();
    let with_lib = manifests.iter().zip(&packages);
    let own_names = with_lib
        .filter(|(_, package)| package.targets.iter().any(|target| target.kind == "lib"))
        .filter_map(|(manifest, _)| manifest.crate_name());
    let root = join(dir, "Cargo.toml");
    let mut locks: Vec<String> = ["Cargo.lock", "rust-toolchain.toml", "rust-toolchain"]
        .iter()
        .map(|name| join(dir, name))
        .filter(|path| has(files, path))
        .collect();
    let locked = locks.iter().any(|lock| lock.ends_with("Cargo.lock"));
    locks.push(root.clone());
    let others = members.iter().map(|dir| join(dir, "Cargo.toml"));
    locks.extend(others.filter(|path| *path != root));
    Unit {
        id: Unit::id_of(dir, "cargo"),
        dir: dir.to_owned(),
        runner: "cargo".to_owned(),
        because: vec![root.clone()],
        import_roots: Vec::new(),
        own_names: own_names.collect(),
        packages,
        locks,
        install: vec![fetch(&root, locked)],
        ..Unit::default()
    }
}

fn fetch(manifest: &str, locked: bool) -> Vec<String> {
    let mut argv = vec!["cargo".to_owned(), "fetch".to_owned()];
    if locked {
        argv.push("--locked".to_owned());
    }
    argv.push("--manifest-path".to_owned());
    argv.push(format!("$TREE/{manifest}"));
    argv
}

/// Whether `dir` matches a member pattern: `*` and `?` inside a part, `**` for any parts.
fn matches_glob(pattern: &str, dir: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let dir: Vec<&str> = dir.split('/').collect();
    matches_parts(&pattern, &dir)
}

fn matches_parts(pattern: &[&str], dir: &[&str]) -> bool {
    match (pattern.split_first(), dir.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((&"**", rest)), _) => {
            matches_parts(rest, dir) || (!dir.is_empty() && matches_parts(pattern, &dir[1..]))
        }
        (Some(_), None) => false,
        (Some((first, rest)), Some((part, further))) => {
            let (first, part): (Vec<char>, Vec<char>) =
                (first.chars().collect(), part.chars().collect());
            matches_part(&first, &part) && matches_parts(rest, further)
        }
    }
}

fn matches_part(pattern: &[char], part: &[char]) -> bool {
    match (pattern.split_first(), part.split_first()) {
        (None, rest) => rest.is_none(),
        (Some(('*', rest)), _) => {
            matches_part(rest, part) || (!part.is_empty() && matches_part(pattern, &part[1..]))
        }
        (Some(_), None) => false,
        (Some((first, rest)), Some((char, further))) => {
            (*first == '?' || first == char) && matches_part(rest, further)
        }
    }
}

#[cfg(test)]
mod tests;
