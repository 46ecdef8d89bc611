//! Borrows the dependency folders that no tree holds: a folder of links in the proof worktree, so
//! that packages of the repository itself are the tree's own and not the checkout's.

use super::lent::{Folder, environment};
use super::{ObserveError, Observer};
use redgreen_toolchain::{Tool, Unit};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// Names below a dependency folder that are links into it, or lists of it; every other name that
/// starts with a dot is a cache, and stays behind.
const LINKED: [&str; 5] = [
    ".bin",
    ".pnpm",
    ".package-lock.json",
    ".modules.yaml",
    ".yarn-state.yml",
];

/// What composer writes beside its packages: it finds the project by its own real place, so a link
/// to it would load the checkout's classes.
const COPIED: [&str; 2] = ["autoload.php", "composer"];

impl Observer<'_> {
    /// Lays links to the dependencies of `unit` into the proof worktree, and names the folders
    /// that they lead to, and that of the environment that `tool` belongs to.
    pub(super) fn borrow(&self, unit: &Unit, tool: &Tool) -> Result<Vec<Folder>, ObserveError> {
        let mut lent = Vec::from_iter(environment(Path::new(&tool.program)));
        if unit.dependencies.is_empty() {
            return Ok(lent);
        }
        let mut homes: Vec<PathBuf> = self.stores.get(&unit.id).cloned().into_iter().collect();
        homes.extend(self.checkouts());
        for folder in &unit.dependencies {
            let home = homes.iter().find(|home| home.join(folder).is_dir());
            if let Some(home) = home {
                Lender {
                    home,
                    tree: self.rooms.tree(),
                    folders: &unit.dependencies,
                }
                .lend(folder)?;
                lent.push((folder.clone(), home.join(folder)));
            }
        }
        Ok(lent)
    }
}

/// Built copies of the project's own packages in lent folders: a directory where a link to the
/// package would stand. Who loads the package by its name gets the copy, on every tree.
pub(super) fn copies(unit: &Unit, folders: &[Folder]) -> Vec<String> {
    let is_copy = |place: &Path| place.symlink_metadata().is_ok_and(|found| found.is_dir());
    let mut found = Vec::new();
    // In a virtual environment, the tree's code comes first.
    let borrowed = folders
        .iter()
        .filter(|(folder, _)| unit.dependencies.contains(folder));
    for (folder, place) in borrowed {
        let own = unit.own_names.iter();
        for name in own.filter(|name| !name.is_empty() && is_copy(&place.join(name))) {
            found.push(format!(
                "the tree's own {name} where a test loads the copy of it in {folder}"
            ));
        }
    }
    found
}

/// Lends `folder`, one of the dependency `folders` of the checkout `home`, to `tree`.
///
/// # Errors
/// Where the disk fails.
pub(crate) fn lend(
    (home, tree): (&Path, &Path),
    folders: &[String],
    folder: &str,
) -> Result<(), ObserveError> {
    let lender = Lender {
        home,
        tree,
        folders,
    };
    lender.lend(folder)
}

/// Lends the dependency folders of one place to a tree.
struct Lender<'a> {
    home: &'a Path,
    tree: &'a Path,
    folders: &'a [String],
}

impl Lender<'_> {
    fn lend(&self, folder: &str) -> Result<(), ObserveError> {
        let (from, to) = (self.home.join(folder), self.tree.join(folder));
        let parent = to.parent().and_then(|parent| parent.canonicalize().ok());
        let inside = parent.zip(self.tree.canonicalize().ok());
        if !inside.is_some_and(|(parent, tree)| parent.starts_with(tree)) {
            return Ok(());
        }
        self.lend_dir(&from, &to)
    }

    fn lend_dir(&self, from: &Path, to: &Path) -> Result<(), ObserveError> {
        if to.symlink_metadata().is_ok_and(|found| !found.is_dir()) {
            return Ok(());
        }
        fs::create_dir_all(to).map_err(ObserveError::disk(to))?;
        for entry in fs::read_dir(from).map_err(ObserveError::disk(from))? {
            let entry = entry.map_err(ObserveError::disk(from))?;
            let name = entry.file_name();
            let shown = name.to_string_lossy();
            if shown.starts_with('.') && !LINKED.contains(&shown.as_ref()) {
                continue;
            }
            let target = to.join(&name);
            let is_real_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if from.ends_with("vendor") && COPIED.contains(&shown.as_ref()) {
                copy(&entry.path(), &target)?;
            } else if shown.starts_with('@') && is_real_dir {
                self.lend_dir(&entry.path(), &target)?;
            } else {
                link(&self.own(&entry.path()), &target)?;
            }
        }
        Ok(())
    }

    /// Where a link to `entry` has to lead: into the tree, where it leads to the repository's own
    /// files and not to a dependency.
    fn own(&self, entry: &Path) -> PathBuf {
        let real = entry.canonicalize().ok().zip(self.home.canonicalize().ok());
        let Some((real, home)) = real else {
            return entry.to_owned();
        };
        match real.strip_prefix(&home) {
            Ok(inside) if !self.folders.iter().any(|folder| inside.starts_with(folder)) => {
                self.tree.join(inside)
            }
            Ok(_) | Err(_) => entry.to_owned(),
        }
    }
}

/// Copies a file, or a directory with all that is in it, unless something is there.
fn copy(from: &Path, to: &Path) -> Result<(), ObserveError> {
    if !from.is_dir() {
        if to.symlink_metadata().is_err() {
            fs::copy(from, to).map_err(ObserveError::disk(to))?;
        }
        return Ok(());
    }
    fs::create_dir_all(to).map_err(ObserveError::disk(to))?;
    for entry in fs::read_dir(from).map_err(ObserveError::disk(from))? {
        let entry = entry.map_err(ObserveError::disk(from))?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Makes `at` a link to `to`, unless it is one already or the tree has a file there.
fn link(to: &Path, at: &Path) -> Result<(), ObserveError> {
    match at.symlink_metadata() {
        Ok(found) if found.is_symlink() => {
            if fs::read_link(at).is_ok_and(|known| known == to) {
                return Ok(());
            }
            fs::remove_file(at).map_err(ObserveError::disk(at))?;
        }
        Ok(_) => return Ok(()),
        Err(_) => {}
    }
    symlink(to, at).map_err(ObserveError::disk(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finds_the_project_by_its_own_place_is_copied() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let (home, tree) = (root.path().join("home"), root.path().join("tree"));
        fs::create_dir_all(home.join("vendor/composer")).expect("a directory");
        fs::create_dir_all(home.join("vendor/left")).expect("a directory");
        fs::create_dir_all(&tree).expect("a directory");
        for name in ["vendor/autoload.php", "vendor/composer/autoload_real.php"] {
            fs::write(home.join(name), "<?php").expect("a file");
        }
        let folders = ["vendor".to_owned()];
        let lender = Lender {
            home: &home,
            tree: &tree,
            folders: &folders,
        };
        lender.lend("vendor").expect("lent");
        let is_link = |name: &str| tree.join(name).is_symlink();
        assert!(is_link("vendor/left"));
        for name in ["vendor/autoload.php", "vendor/composer/autoload_real.php"] {
            assert!(tree.join(name).is_file() && !is_link(name), "{name}");
        }
    }

    #[test]
    fn a_copy_of_an_own_package_is_named_and_a_link_to_it_is_not() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let place = root.path().join("node_modules");
        fs::create_dir_all(place.join("@shop/cart")).expect("a directory");
        symlink("../packages/till", place.join("till")).expect("a link");
        let unit = Unit {
            own_names: ["@shop/cart", "till", "away"].map(str::to_owned).into(),
            dependencies: vec!["node_modules".to_owned()],
            ..Unit::default()
        };
        let said = copies(&unit, &[("node_modules".to_owned(), place)]);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("@shop/cart"), "{said:?}");
    }

    #[test]
    fn a_package_of_the_repository_is_the_trees_own_and_a_dependency_is_borrowed() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let (home, tree) = (root.path().join("home"), root.path().join("tree"));
        for dir in [
            "home/node_modules/left",
            "home/node_modules/.cache",
            "home/node_modules/@own",
            "home/packages/a",
            "tree/packages/a",
        ] {
            fs::create_dir_all(root.path().join(dir)).expect("a directory");
        }
        symlink("../../packages/a", home.join("node_modules/@own/a")).expect("a link");
        let folders = ["node_modules".to_owned()];
        let lender = Lender {
            home: &home,
            tree: &tree,
            folders: &folders,
        };
        for _ in 0..2 {
            lender.lend("node_modules").expect("lent");
            let lent = tree.join("node_modules");
            let goes = |name: &str| fs::read_link(lent.join(name)).expect("a link");
            assert_eq!(goes("left"), home.join("node_modules/left"));
            assert_eq!(goes("@own/a"), tree.join("packages/a"));
            assert!(!lent.join(".cache").exists());
        }
    }
}
