//! Reads package.json, and splits it by key for the proof's trees.

use crate::manifests::Manifest;
use crate::{Files, surfaces};
use redgreen_core::surface::Surface;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Top-level keys that configure a test runner or its coverage.
const RUNNER_KEYS: [&str; 8] = [
    "jest", "vitest", "mocha", "ava", "tap", "nyc", "c8", "taprc",
];

/// Tables of dependencies.
const DEPENDENCIES: [&str; 4] = [
    "dependencies",
    "devDependencies",
    "peerDependencies",
    "optionalDependencies",
];

/// A package.json that was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Package {
    /// Its directory from the repository's root; empty for the root.
    pub(crate) dir: String,
    whole: Map<String, Value>,
}

impl Package {
    /// The package in `dir`; nothing where its package.json is missing or no JSON object.
    pub(crate) fn read(files: &dyn Files, dir: &str) -> Option<Self> {
        let text = files.text(&join(dir, "package.json"))?;
        let whole = parse(&text)?;
        let dir = dir.to_owned();
        Some(Self { dir, whole })
    }

    /// The value of a top-level key.
    pub(crate) fn key(&self, name: &str) -> Option<&Value> {
        self.whole.get(name)
    }

    /// The text of a top-level key.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.key(name)?.as_str()
    }

    /// Its name.
    pub(crate) fn name(&self) -> Option<&str> {
        self.text("name").filter(|name| !name.is_empty())
    }

    /// The scripts with their names, in the order of the names.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = (&str, &str)> {
        let scripts = self.key("scripts").and_then(Value::as_object);
        let scripts = scripts.into_iter().flatten();
        scripts.filter_map(|(name, line)| Some((name.as_str(), line.as_str()?)))
    }

    /// The scripts that run tests, `test` first.
    pub(crate) fn test_scripts(&self) -> Vec<(&str, &str)> {
        let mut found: Vec<(&str, &str)> = self
            .scripts()
            .filter(|(name, _)| is_test_script(name))
            .collect();
        found.sort_by_key(|(name, _)| (*name != "test", name.len()));
        found
    }

    /// Whether it depends on the package `name`.
    pub(crate) fn depends_on(&self, name: &str) -> bool {
        let tables = DEPENDENCIES.iter().filter_map(|table| self.key(table));
        tables
            .filter_map(Value::as_object)
            .any(|t| t.contains_key(name))
    }

    /// The names of all packages that it depends on.
    pub(crate) fn dependencies(&self) -> impl Iterator<Item = &str> {
        let tables = DEPENDENCIES.iter().filter_map(|table| self.key(table));
        let tables = tables.filter_map(Value::as_object);
        tables.flat_map(|table| table.keys().map(String::as_str))
    }

    /// The patterns of its workspaces, those of pnpm-workspace.yaml with them.
    pub(crate) fn workspaces(&self, files: &dyn Files) -> Vec<String> {
        let list = match self.key("workspaces") {
            Some(Value::Array(list)) => list.as_slice(),
            Some(Value::Object(table)) => table
                .get("packages")
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice),
            Some(_) | None => &[],
        };
        let mut patterns: Vec<String> = list
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        if let Some(text) = files.text(&join(&self.dir, "pnpm-workspace.yaml")) {
            patterns.extend(listed_packages(&text));
        }
        patterns
    }
}

/// The entries of the list `packages:` of a pnpm-workspace.yaml.
fn listed_packages(yaml: &str) -> Vec<String> {
    let mut lines = yaml
        .lines()
        .map(|line| line.split(" #").next().unwrap_or(line));
    let Some(head) = lines.find(|line| line.trim_start().starts_with("packages:")) else {
        return Vec::new();
    };
    let bare = |entry: &str| entry.trim().trim_matches(['"', '\'']).to_owned();
    let flow = head.trim_start().trim_start_matches("packages:").trim();
    if let Some(flow) = flow.strip_prefix('[') {
        let entries = flow.trim_end_matches(']').split(',').map(bare);
        return entries.filter(|entry| !entry.is_empty()).collect();
    }
    let entries = lines
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .map_while(|line| line.trim_start().strip_prefix('-'));
    entries.map(bare).collect()
}

/// `name` inside `dir`; `dir` is empty for the root.
pub(crate) fn join(dir: &str, name: &str) -> String {
    match (dir, name) {
        ("", name) => name.to_owned(),
        (dir, "") => dir.to_owned(),
        (dir, name) => format!("{dir}/{name}"),
    }
}

fn parse(text: &str) -> Option<Map<String, Value>> {
    let text = text.trim_start_matches('\u{feff}');
    match serde_json::from_str(text).ok()? {
        Value::Object(whole) => Some(whole),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    }
}

/// Whether a script of this name runs tests: `test`, `test:unit`, `pretest`, `posttest:unit`.
fn is_test_script(name: &str) -> bool {
    let bare = name
        .strip_prefix("pre")
        .or_else(|| name.strip_prefix("post"))
        .unwrap_or(name);
    bare == "test" || bare.starts_with("test:") || bare.starts_with("test-") || bare == "tests"
}

/// package.json: the keys of test runners and the scripts that run tests are runner configuration.
pub struct PackageJson;

impl Manifest for PackageJson {
    fn owns(&self, path: &str) -> bool {
        path.rsplit('/').next() == Some("package.json") && is_manifest(path)
    }

    fn surfaces(&self, base: &str, head: &str) -> BTreeSet<Surface> {
        let (Some(base), Some(head)) = (parse(base), parse(head)) else {
            return [Surface::Manifest, Surface::RunnerConfig].into();
        };
        let (base, head) = (Split::of(base), Split::of(head));
        let mut differing = BTreeSet::new();
        if base.keys != head.keys || base.scripts != head.scripts {
            differing.insert(Surface::RunnerConfig);
        }
        if base.rest != head.rest || differing.is_empty() {
            differing.insert(Surface::Manifest);
        }
        differing
    }

    fn graft(&self, manifest: &str, runner: &str, _gone: &dyn Fn(&str) -> bool) -> Option<String> {
        let mut whole = Split::of(parse(manifest)?);
        let runner = Split::of(parse(runner)?);
        (whole.keys, whole.scripts) = (runner.keys, runner.scripts);
        serde_json::to_string_pretty(&whole.joined()).ok()
    }
}

/// A package.json among fixtures is data and no manifest.
fn is_manifest(path: &str) -> bool {
    surfaces::of_path(path) == Surface::Manifest
}

/// A package.json with the runner's part taken out.
struct Split {
    keys: Map<String, Value>,
    scripts: Map<String, Value>,
    rest: Map<String, Value>,
}

impl Split {
    fn of(mut whole: Map<String, Value>) -> Self {
        let (mut keys, mut scripts) = (Map::new(), Map::new());
        for key in RUNNER_KEYS {
            keys.extend(whole.remove(key).map(|value| (key.to_owned(), value)));
        }
        if let Some(Value::Object(all)) = whole.get_mut("scripts") {
            let own: Vec<String> = all.keys().filter(|n| is_test_script(n)).cloned().collect();
            for name in own {
                scripts.extend(all.remove(&name).map(|line| (name, line)));
            }
            if all.is_empty() {
                whole.remove("scripts");
            }
        }
        Self {
            keys,
            scripts,
            rest: whole,
        }
    }

    fn joined(self) -> Value {
        let mut whole = self.rest;
        whole.extend(self.keys);
        if !self.scripts.is_empty() {
            let scripts = whole
                .entry("scripts")
                .or_insert_with(|| Value::Object(Map::new()));
            if let Some(scripts) = scripts.as_object_mut() {
                scripts.extend(self.scripts);
            } else {
                *scripts = Value::Object(self.scripts);
            }
        }
        Value::Object(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surfaces(base: &str, head: &str) -> Vec<Surface> {
        PackageJson.surfaces(base, head).into_iter().collect()
    }

    const BASE: &str = r#"{"name":"shop","scripts":{"test":"vitest run","build":"tsc"}}"#;

    #[test]
    fn keys_of_the_runner_are_told_from_the_rest() {
        for head in [
            BASE.replace("vitest run", "vitest run --bail 1"),
            BASE.replace("\"build\"", "\"pretest\":\"exit 0\",\"build\""),
            BASE.replace("\"scripts\"", "\"jest\":{\"testMatch\":[]},\"scripts\""),
        ] {
            assert_eq!(surfaces(BASE, &head), [Surface::RunnerConfig], "{head}");
        }
        for head in [
            BASE.replace("tsc", "tsc -b"),
            BASE.replace("shop", "store"),
            BASE.replace(':', ": "),
        ] {
            assert_eq!(surfaces(BASE, &head), [Surface::Manifest], "{head}");
        }
        let both = [Surface::RunnerConfig, Surface::Manifest];
        assert_eq!(surfaces(BASE, "{"), both);
    }

    #[test]
    fn a_graft_is_valid_json_with_the_runners_keys_of_the_other() {
        let head = r#"{"name":"store","jest":{"bail":true},"scripts":{"test":"jest"}}"#;
        let read = |text: &str| parse(text).expect("an object");
        let made = PackageJson
            .graft(head, BASE, &|_| false)
            .expect("both parse");
        let owed = r#"{"name":"store","scripts":{"test":"vitest run"}}"#;
        assert_eq!(read(&made), read(owed));
        let back = PackageJson
            .graft(BASE, head, &|_| false)
            .expect("both parse");
        let owed =
            r#"{"name":"shop","jest":{"bail":true},"scripts":{"build":"tsc","test":"jest"}}"#;
        assert_eq!(read(&back), read(owed));
        assert_eq!(PackageJson.graft("[]", BASE, &|_| false), None);
    }

    #[test]
    fn pnpm_names_its_packages_in_yaml() {
        let yaml =
            "catalog:\n  a: 1\npackages:\n  # all\n  - 'packages/*'\n  - \"!x\" # no\n\nother: 1\n";
        assert_eq!(listed_packages(yaml), ["packages/*", "!x"]);
        assert_eq!(listed_packages("packages: [a, 'b/*']\n"), ["a", "b/*"]);
        assert_eq!(listed_packages("other: 1\n"), [""; 0]);
    }
}
