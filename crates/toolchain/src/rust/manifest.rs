//! Reads one Cargo.toml: the package, its targets, the workspace that it opens.

use crate::unit::{Files, Package, Target};
use std::collections::BTreeSet;
use toml::{Table, Value};

/// A Cargo.toml that parsed.
pub(super) struct Manifest {
    /// Directory from the repository's root; empty for the root.
    pub(super) dir: String,
    table: Table,
}

impl Manifest {
    /// The manifest in `dir`, if it is there and parses.
    pub(super) fn read(files: &dyn Files, dir: &str) -> Option<Self> {
        let table = files.text(&join(dir, "Cargo.toml"))?.parse().ok()?;
        Some(Self {
            dir: dir.to_owned(),
            table,
        })
    }

    /// The workspace that it opens.
    pub(super) fn workspace(&self) -> Option<&Table> {
        self.table.get("workspace")?.as_table()
    }

    fn package(&self) -> Option<&Table> {
        self.table.get("package")?.as_table()
    }

    /// The name of its package, if it holds one.
    pub(super) fn name(&self) -> Option<&str> {
        self.package()?.get("name")?.as_str()
    }

    /// The workspace that its package names by itself, as a directory from the root.
    pub(super) fn named_workspace(&self) -> Option<String> {
        let path = self.package()?.get("workspace")?.as_str()?;
        Some(join(&self.dir, path))
    }

    /// Whether it is a fuzz target, which only a nightly toolchain builds.
    pub(super) fn is_fuzz(&self) -> bool {
        self.package()
            .and_then(|package| package.get("metadata")?.get("cargo-fuzz")?.as_bool())
            .unwrap_or(false)
    }

    /// The strings of a list in the workspace table: `members`, `exclude`.
    pub(super) fn workspace_list(&self, key: &str) -> Vec<String> {
        strings(self.workspace().and_then(|table| table.get(key)))
    }

    /// Directories of its path dependencies, from the root.
    pub(super) fn path_dependencies(&self) -> Vec<String> {
        let paths = self
            .dependencies()
            .filter_map(|(_, how)| how.get("path")?.as_str());
        paths.map(|path| join(&self.dir, path)).collect()
    }

    /// The same, with those whose path stands in the workspace's own table of dependencies.
    pub(super) fn needs(&self, root: &Self) -> Vec<String> {
        let inherits = |how: &Value| how.get("workspace").and_then(Value::as_bool) == Some(true);
        let shared = root.workspace().and_then(|table| table.get("dependencies"));
        let inherited = self.dependencies().filter(|(_, how)| inherits(how));
        let inherited = inherited.filter_map(|(name, _)| shared?.get(name)?.get("path")?.as_str());
        let mut needs = self.path_dependencies();
        needs.extend(inherited.map(|path| join(&root.dir, path)));
        needs
    }

    /// Everything that it depends on, by name, for whatever purpose and platform.
    fn dependencies(&self) -> impl Iterator<Item = (&String, &Value)> {
        let keys = ["dependencies", "dev-dependencies", "build-dependencies"];
        let mut tables: Vec<&Table> = vec![&self.table];
        tables.extend(self.workspace());
        let targets = self.table.get("target").and_then(Value::as_table);
        tables.extend(
            targets
                .into_iter()
                .flat_map(|t| t.values())
                .filter_map(Value::as_table),
        );
        let lists = tables
            .into_iter()
            .flat_map(move |table| keys.into_iter().filter_map(|key| table.get(key)));
        lists.filter_map(Value::as_table).flatten()
    }

    /// The crate name of its library: what other code imports.
    pub(super) fn crate_name(&self) -> Option<String> {
        let named = self
            .table
            .get("lib")
            .and_then(|lib| lib.get("name")?.as_str());
        Some(named.or(self.name())?.replace('-', "_"))
    }

    /// Its package with every target that can hold tests.
    pub(super) fn read_package(&self, files: &dyn Files) -> Option<Package> {
        let name = self.name()?.to_owned();
        let mut targets: Vec<Target> = self.lib(files).into_iter().collect();
        targets.extend(self.targets(files, "bin"));
        targets.extend(self.targets(files, "test"));
        share_directories(files, &mut targets);
        Some(Package {
            name,
            dir: self.dir.clone(),
            targets,
            needs: Vec::new(),
        })
    }

    fn lib(&self, files: &dyn Files) -> Option<Target> {
        let table = self.table.get("lib").and_then(Value::as_table);
        let path = table.and_then(|lib| lib.get("path")?.as_str());
        let path = join(&self.dir, path.unwrap_or("src/lib.rs"));
        if !has(files, &path) {
            return None;
        }
        Some(self.target("lib", self.crate_name()?, path, table))
    }

    /// Explicit and discovered targets of `kind`, by name.
    fn targets(&self, files: &dyn Files, kind: &str) -> Vec<Target> {
        let mut found: Vec<Target> = Vec::new();
        let tables = self.table.get(kind).and_then(Value::as_array);
        for table in tables.into_iter().flatten().filter_map(Value::as_table) {
            let Some(name) = table.get("name").and_then(Value::as_str) else {
                continue;
            };
            let path = table.get("path").and_then(Value::as_str);
            let path = path.map(|path| join(&self.dir, path));
            let path = path.or_else(|| self.usual_path(files, kind, name));
            if let Some(path) = path.filter(|path| has(files, path)) {
                found.push(self.target(kind, name.to_owned(), path, Some(table)));
            }
        }
        if self.discovers(kind) {
            for (name, path) in self.discovered(files, kind) {
                if !found
                    .iter()
                    .any(|target| target.name == name || target.path == path)
                {
                    found.push(self.target(kind, name, path, None));
                }
            }
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        found
    }

    fn discovers(&self, kind: &str) -> bool {
        let key = format!("auto{kind}s");
        self.package()
            .and_then(|package| package.get(&key)?.as_bool())
            .unwrap_or(true)
    }

    /// Where cargo looks for a target that names no path.
    fn usual_path(&self, files: &dyn Files, kind: &str, name: &str) -> Option<String> {
        let found = self
            .discovered(files, kind)
            .into_iter()
            .find(|(n, _)| n == name);
        let main = || Some(join(&self.dir, "src/main.rs")).filter(|_| kind == "bin");
        found.map(|(_, path)| path).or_else(main)
    }

    fn discovered(&self, files: &dyn Files, kind: &str) -> Vec<(String, String)> {
        let folder = if kind == "bin" { "src/bin" } else { "tests" };
        let folder = join(&self.dir, folder);
        let mut found = Vec::new();
        let main = join(&self.dir, "src/main.rs");
        if kind == "bin" && has(files, &main) {
            found.extend(self.name().map(|name| (name.to_owned(), main)));
        }
        for path in under(files, &folder) {
            let inner = &path[folder.len() + 1..];
            let name = match inner.split_once('/') {
                None => inner.strip_suffix(".rs"),
                Some((name, "main.rs")) => Some(name),
                Some(_) => None,
            };
            found.extend(name.map(|name| (name.to_owned(), path.clone())));
        }
        found
    }

    fn target(&self, kind: &str, name: String, path: String, table: Option<&Table>) -> Target {
        let off = |key: &str| {
            let value = table.and_then(|table| table.get(key)?.as_bool());
            value == Some(false)
        };
        let missing = self.missing_features(&strings(
            table.and_then(|table| table.get("required-features")),
        ));
        let left_out = if off("test") {
            Some("test = false".to_owned())
        } else {
            (!missing.is_empty()).then(|| format!("needs features: {}", missing.join(", ")))
        };
        Target {
            name,
            kind: kind.to_owned(),
            path,
            modules: Vec::new(),
            left_out,
            own_harness: off("harness"),
        }
    }

    /// Those of `wanted` that the default features do not switch on.
    fn missing_features(&self, wanted: &[String]) -> Vec<String> {
        let features = self.table.get("features").and_then(Value::as_table);
        let mut on = BTreeSet::new();
        let mut queue = vec!["default".to_owned()];
        while let Some(feature) = queue.pop() {
            if on.insert(feature.clone()) {
                queue.extend(strings(features.and_then(|table| table.get(&feature))));
            }
        }
        wanted
            .iter()
            .filter(|name| !on.contains(*name))
            .cloned()
            .collect()
    }
}

/// Notes which modules each root declares, where several targets share a directory.
fn share_directories(files: &dyn Files, targets: &mut [Target]) {
    let dirs: Vec<String> = targets.iter().map(|t| parent(&t.path).to_owned()).collect();
    for (target, dir) in targets.iter_mut().zip(&dirs) {
        if dirs.iter().filter(|other| *other == dir).count() > 1 {
            let text = files.text(&target.path).unwrap_or_default();
            target.modules = declared_modules(&text);
        }
    }
}

/// Names of `mod x;` in a text, by its lines: roots write them plainly.
fn declared_modules(text: &str) -> Vec<String> {
    let statements = text.lines().flat_map(|line| line.split_inclusive(';'));
    let names = statements.filter_map(|statement| {
        let words = statement.trim().strip_suffix(';')?;
        let before = words
            .rfind("mod ")
            .filter(|at| *at == 0 || words[..*at].ends_with([' ', ']', '\t', ')']))?;
        let name = words[before + 4..].trim();
        let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '#';
        (!words.trim_start().starts_with("//") && !name.is_empty() && name.chars().all(plain))
            .then(|| name.trim_start_matches("r#").to_owned())
    });
    names.collect()
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

/// Whether the tree has `path`.
pub(super) fn has(files: &dyn Files, path: &str) -> bool {
    files
        .paths()
        .binary_search_by(|known| known.as_str().cmp(path))
        .is_ok()
}

/// Every path under the directory `dir`.
pub(super) fn under<'f>(files: &'f dyn Files, dir: &str) -> impl Iterator<Item = &'f String> {
    let prefix = format!("{dir}/");
    let paths = files.paths();
    let start = paths.partition_point(|path| *path < prefix);
    paths[start..]
        .iter()
        .take_while(move |path| path.starts_with(&prefix))
}

/// The directory of a path; empty for the root.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// `path` as seen from `dir`, with `.` and `..` resolved.
pub(super) fn join(dir: &str, path: &str) -> String {
    let mut parts: Vec<&str> = dir.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_joined_path_has_no_dots_left() {
        assert_eq!(join("crates/a", "../b/./c"), "crates/b/c");
        assert_eq!(join("", "src/lib.rs"), "src/lib.rs");
        assert_eq!(join("a", ".."), "");
    }

    #[test]
    fn declared_modules_are_those_in_files_of_their_own() {
        let text = "mod cli;\npub(crate) mod net;\n#[cfg(test)] mod tests;\nmod inline { }\n// mod no;\nmodern();";
        assert_eq!(declared_modules(text), ["cli", "net", "tests"]);
    }
}
