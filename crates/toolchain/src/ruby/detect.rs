//! Finds the directories of a tree that RSpec serves.

use super::{command, names, surface};
use crate::{Files, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// Directories that hold other people's code.
const FOREIGN: [&str; 4] = ["node_modules", "vendor", "third_party", ".bundle"];

/// The most production files that are read for the names of their constants.
const MOST_READ: usize = 400;

/// Every unit of RSpec in the tree, outermost first.
pub(super) fn units(files: &dyn Files) -> Vec<Unit> {
    let own = |path: &&String| !path.split('/').any(|part| FOREIGN.contains(&part));
    let paths: Vec<&String> = files.paths().iter().filter(own).collect();
    let homes = homes(&paths);
    let mut specs: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for path in paths.iter().filter(|path| surface::is_spec(path)) {
        let home = nearest(&homes, path).unwrap_or_else(|| around_specs(path));
        specs.entry(home).or_default().push(path);
    }
    for path in &paths {
        let (dir, name) = split(path);
        if name == ".rspec" && nearest(&homes, path).as_deref() == Some(dir) {
            specs.entry(dir.to_owned()).or_default();
        }
    }
    let unit = |(dir, specs): (String, Vec<&String>)| make(files, &paths, &dir, &specs);
    specs.into_iter().map(unit).collect()
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn is_manifest(name: &str) -> bool {
    matches!(name, "Gemfile" | "gems.rb" | ".rspec") || name.ends_with(".gemspec")
}

/// Directories with a manifest, those among specs left out: they are somebody's test data.
fn homes(paths: &[&String]) -> BTreeSet<String> {
    let found = paths.iter().map(|path| split(path));
    let found = found.filter(|(dir, name)| is_manifest(name) && !surface::in_test_dir(dir));
    found.map(|(dir, _)| dir.to_owned()).collect()
}

/// The nearest of `dirs` above `path`.
fn nearest(dirs: &BTreeSet<String>, path: &str) -> Option<String> {
    let mut dir = split(path).0;
    loop {
        if dirs.contains(dir) {
            return Some(dir.to_owned());
        }
        if dir.is_empty() {
            return None;
        }
        dir = split(dir).0;
    }
}

/// The directory above the first one that is called `spec`; the root where there is none.
fn around_specs(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    let at = parts.iter().position(|part| *part == "spec");
    parts[..at.unwrap_or(0)].join("/")
}

fn make(files: &dyn Files, paths: &[&String], dir: &str, specs: &[&String]) -> Unit {
    let mut unit = Unit {
        id: Unit::id_of(dir, "rspec"),
        dir: dir.to_owned(),
        runner: "rspec".to_owned(),
        ..Unit::default()
    };
    let has = |path: &String| files.paths().binary_search(path).is_ok();
    let options = unit.from_root(".rspec");
    unit.because.extend(has(&options).then_some(options));
    for name in ["Gemfile.lock", "Gemfile", "gems.locked", "gems.rb"] {
        let path = unit.from_root(name);
        if files.text(&path).is_some_and(|text| names_rspec(&text)) {
            unit.because.push(format!("{path} names rspec"));
        }
    }
    unit.because
        .extend(specs.first().map(|path| (*path).clone()));
    bundle(files, &mut unit);
    let inside = |path: &&&String| unit.inside(path).is_some();
    let own: Vec<&String> = paths.iter().filter(inside).copied().collect();
    unit.own_names = own_names(files, &own);
    unit
}

fn names_rspec(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_')
        .any(|word| matches!(word, "rspec" | "rspec-core" | "rspec-rails"))
}

/// The unit's own bundle, or that of the nearest directory above.
fn bundle(files: &dyn Files, unit: &mut Unit) {
    let mut dir = unit.dir.as_str();
    let found = loop {
        let at = |name: &str| {
            if dir.is_empty() {
                name.to_owned()
            } else {
                format!("{dir}/{name}")
            }
        };
        let pairs = [("Gemfile", "Gemfile.lock"), ("gems.rb", "gems.locked")];
        let pairs = pairs.map(|(gems, lock)| (at(gems), at(lock)));
        let has = |path: &String| files.paths().binary_search(path).is_ok();
        if let Some(pair) = pairs
            .into_iter()
            .find(|(gems, lock)| has(gems) && has(lock))
        {
            break pair;
        }
        if dir.is_empty() {
            return;
        }
        dir = split(dir).0;
    };
    let (gems, lock) = found;
    let home = split(&gems).0;
    let folder = if home.is_empty() {
        "vendor/bundle".to_owned()
    } else {
        format!("{home}/vendor/bundle")
    };
    let set = |name: &str, value: String| format!("{name}={value}");
    unit.install = vec![vec![
        "env".to_owned(),
        set("BUNDLE_GEMFILE", format!("$TREE/{gems}")),
        set("BUNDLE_PATH", format!("$STORE/{folder}")),
        set("BUNDLE_FROZEN", "true".to_owned()),
        "bundle".to_owned(),
        "install".to_owned(),
    ]];
    unit.dependencies = vec![folder];
    unit.locks = vec![gems.clone(), lock];
    unit.marks.insert(command::GEMFILE.to_owned(), gems);
}

/// Names that the project's code answers to: files that can be required, and constants.
fn own_names(files: &dyn Files, own: &[&String]) -> Vec<String> {
    // Ruby looks a constant without an owner up in `Object`.
    let mut found: BTreeSet<String> = ["Object".to_owned()].into();
    let code = |path: &&&String| {
        path.ends_with(".rb") && surface::of(path) == redgreen_core::surface::Surface::Production
    };
    let code: Vec<&&String> = own.iter().filter(code).collect();
    for path in &code {
        let (dirs, name) = split(path);
        let stem = name.trim_end_matches(".rb");
        found.insert(names::camel(stem));
        if dirs == "lib" || dirs.ends_with("/lib") {
            found.insert(stem.to_owned());
        }
    }
    for path in code.iter().take(MOST_READ) {
        let text = files.text(path).unwrap_or_default();
        let outer = text.lines().filter_map(|line| {
            let rest = line
                .strip_prefix("class ")
                .or_else(|| line.strip_prefix("module "))?;
            rest.trim_start()
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
        });
        found.extend(outer.filter(|name| !name.is_empty()).map(str::to_owned));
    }
    found.into_iter().collect()
}
