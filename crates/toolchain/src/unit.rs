//! Describes a unit: a directory with its own manifest and one runner.

use redgreen_core::id::UnitId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The files of one tree, to look at without a disk. Engine gives a git tree, tests give a map.
pub trait Files {
    /// Every path from the repository's root, sorted.
    fn paths(&self) -> &[String];
    /// The text of `path`; nothing where it is missing, binary or larger than 4 MiB.
    fn text(&self, path: &str) -> Option<String>;
}

/// A directory with its own manifest and one runner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// `dir:runner`, with `.` for the root.
    pub id: UnitId,
    /// The directory from the repository's root without a trailing slash; empty for the root.
    pub dir: String,
    /// The runner's name: see [`crate::runner`].
    pub runner: String,
    /// What marked it, one file or key each, strongest first.
    pub because: Vec<String>,
    /// Directories from the repository's root that the language imports the project from
    /// (`src`, ``), strongest first. Python only.
    pub import_roots: Vec<String>,
    /// Names of the project's own top-level modules, packages or crates.
    pub own_names: Vec<String>,
    /// Packages of a workspace with their test targets. Rust only.
    pub packages: Vec<Package>,
    /// Lock files and manifests whose content decides what is installed, from the root. They are
    /// copied into `$STORE` before [`Unit::install`] runs.
    pub locks: Vec<String>,
    /// Commands that install the dependencies afresh from the lock files. `$STORE` stands for an
    /// empty directory that redgreen owns, `$TREE` for the tree's root.
    pub install: Vec<Vec<String>>,
    /// Files that no tree holds because a build of the project writes them: path from the root,
    /// and a text that stands in for what the build would write.
    #[serde(default)]
    pub generated: Vec<(String, String)>,
    /// Directories that no tree holds and that a run needs, from the root (`node_modules`,
    /// `vendor`). They are taken from what redgreen installed, else from the user's checkout; a
    /// link in them that leads to a package of the repository is made to lead into the tree.
    #[serde(default)]
    pub dependencies: Vec<String>,
    /// What else detection found out and the commands need, by the adapter's own names: package
    /// manager, build directory.
    #[serde(default)]
    pub marks: BTreeMap<String, String>,
}

impl Unit {
    /// The id of the unit of `runner` in `dir`.
    pub fn id_of(dir: &str, runner: &str) -> UnitId {
        let dir = if dir.is_empty() { "." } else { dir };
        UnitId::new(format!("{dir}:{runner}"))
    }

    /// `path` from the repository's root as seen from the unit's own directory, if it is inside.
    pub fn inside<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.dir.is_empty() {
            return Some(path);
        }
        path.strip_prefix(&self.dir)?.strip_prefix('/')
    }

    /// `path` inside the unit as seen from the repository's root.
    pub fn from_root(&self, path: &str) -> String {
        if self.dir.is_empty() {
            path.to_owned()
        } else {
            format!("{}/{path}", self.dir)
        }
    }
}

impl Unit {
    /// Root files of the targets that a change of `paths` can reach through the dependencies of
    /// the packages; nothing where a path lies in no package, or the dependencies tell nothing.
    pub fn reachable(&self, paths: &[&str]) -> Option<Vec<String>> {
        if self.packages.len() < 2 {
            return None;
        }
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        for path in paths {
            reached.insert(self.package_of(path)?.dir.as_str());
        }
        loop {
            let before = reached.len();
            for package in &self.packages {
                if package
                    .needs
                    .iter()
                    .any(|dir| reached.contains(dir.as_str()))
                {
                    reached.insert(&package.dir);
                }
            }
            if reached.len() == before {
                break;
            }
        }
        let packages = self.packages.iter();
        let packages = packages.filter(|package| reached.contains(package.dir.as_str()));
        let targets = packages.flat_map(|package| &package.targets);
        Some(targets.map(|target| target.path.clone()).collect())
    }

    /// The package that `path` lies in. What lies beside the packages, and a lock file or a
    /// manifest of all of them, belongs to none.
    fn package_of(&self, path: &str) -> Option<&Package> {
        let in_common = self
            .inside(path)
            .is_some_and(|inside| !inside.contains('/'));
        let holds = |package: &&Package| {
            let rest = path.strip_prefix(package.dir.as_str());
            rest.is_some_and(|rest| package.dir.is_empty() || rest.starts_with('/'))
        };
        let nearest = self.packages.iter().filter(holds);
        nearest
            .max_by_key(|package| package.dir.len())
            .filter(|package| !in_common || package.dir != self.dir)
    }
}

/// A package of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its name in the manifest.
    pub name: String,
    /// Its directory from the repository's root; empty for the root.
    pub dir: String,
    /// What it builds.
    pub targets: Vec<Target>,
    /// Directories of the packages of the same repository that it is built or tested with, from
    /// the root.
    #[serde(default)]
    pub needs: Vec<String>,
}

/// Something that a package builds and that can hold tests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// `lib`, `bin`, `test`, `bench`, `example`.
    pub kind: String,
    /// Its root source file, from the repository's root.
    pub path: String,
    /// Modules that its root file declares in files of their own. Filled in only where several
    /// targets of a package share a directory, so that a file there is given to the right one.
    #[serde(default)]
    pub modules: Vec<String>,
    /// Why a plain run of the package leaves it out: `test = false`, a feature that is off.
    #[serde(default)]
    pub left_out: Option<String>,
    /// Whether it brings its own `main` in place of the standard harness.
    #[serde(default)]
    pub own_harness: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(dir: &str, needs: &[&str]) -> Package {
        Package {
            name: dir.to_owned(),
            dir: dir.to_owned(),
            targets: vec![Target {
                path: format!("{dir}/src/lib.rs"),
                ..Target::default()
            }],
            needs: needs.iter().map(|dir| (*dir).to_owned()).collect(),
        }
    }

    #[test]
    fn a_change_reaches_the_packages_that_need_it_and_no_others() {
        let unit = Unit {
            packages: vec![
                package("a", &[]),
                package("b", &["a"]),
                package("c", &["b"]),
                package("d", &[]),
            ],
            ..Unit::default()
        };
        let reached = |paths: &[&str]| unit.reachable(paths);
        let libs = |dirs: &[&str]| -> Option<Vec<String>> {
            Some(dirs.iter().map(|dir| format!("{dir}/src/lib.rs")).collect())
        };
        assert_eq!(reached(&["b/src/x.rs"]), libs(&["b", "c"]));
        assert_eq!(reached(&["a/src/x.rs", "d/y"]), libs(&["a", "b", "c", "d"]));
        assert_eq!(reached(&["d/src/x.rs"]), libs(&["d"]));
        assert_eq!(reached(&["Cargo.lock"]), None, "it is everybody's");
        assert_eq!(reached(&["proto/x.proto"]), None, "anybody may read it");
    }
}
