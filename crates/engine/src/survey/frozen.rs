//! Names what a phase may not write, before anybody writes: as few paths as will do.

use crate::config::Config;
use crate::git::{BlobId, Git, GitError, Mode};
use redgreen_core::id::TreeId;
use redgreen_core::phase::Writable;
use redgreen_core::surface::Surface;
use redgreen_toolchain::{language, manifest, surface};
use std::collections::{BTreeMap, BTreeSet};

/// The most paths that are named one by one: each costs a sandbox a mount, and more than so many
/// cost it seconds.
const MOST: usize = 150;

/// The paths of `tree` that `allowed` does not cover, from its root: files, and directories in which
/// it covers nothing. Of more than a sandbox can hold, the first.
///
/// # Errors
/// Where git cannot read the tree.
pub fn frozen(
    git: &Git,
    tree: &TreeId,
    config: &Config,
    allowed: Writable,
) -> Result<Vec<String>, GitError> {
    let entries = git.list_tree(tree)?;
    let is_file = |mode| matches!(mode, Mode::Regular | Mode::Executable);
    let files = entries.iter().filter(|entry| is_file(entry.held.mode));
    let files: Vec<(String, BlobId)> = files
        .map(|entry| (entry.path.text(), entry.held.blob.clone()))
        .collect();
    let written = |(path, _): &&(String, BlobId)| language(path).is_some();
    let ids: Vec<BlobId> = files
        .iter()
        .filter(written)
        .map(|(_, id)| id.clone())
        .collect();
    let mut texts = git.blobs(&ids)?.into_iter();
    let mut sides = BTreeMap::new();
    for (path, _) in &files {
        let text = language(path).and_then(|_| String::from_utf8(texts.next()?).ok());
        let is_frozen = is_frozen((path, text.as_deref()), config, allowed);
        sides.insert(path.clone(), is_frozen);
    }
    Ok(fewest(&sides, allowed))
}

/// Whether the whole file is out of bounds. One in which tests and code can live together is
/// mended by region once it was written.
fn is_frozen((path, text): (&str, Option<&str>), config: &Config, allowed: Writable) -> bool {
    if manifest(path).is_some() {
        return false;
    }
    let side = config.surface(path).unwrap_or_else(|| surface(path, text));
    let holds_tests = side == Surface::Production
        && allowed == Writable::TestSurface
        && language(path).is_some_and(|language| language.name() == "rust");
    !holds_tests && !allowed.covers(side)
}

/// Directories in place of the files in them, where that says the same.
fn fewest(sides: &BTreeMap<String, bool>, allowed: Writable) -> Vec<String> {
    let files: Vec<String> = sides
        .iter()
        .filter(|(_, is_frozen)| **is_frozen)
        .map(|(path, _)| path.clone())
        .collect();
    // A test may be new beside code; code beside tests is rare.
    let keeps_files = match allowed {
        Writable::TestSurface | Writable::Docs => files.len() <= MOST,
        Writable::Production | Writable::Nothing => false,
    };
    if keeps_files {
        return files;
    }
    let free: BTreeSet<&str> = sides
        .iter()
        .filter(|(_, is_frozen)| !**is_frozen)
        .flat_map(|(path, _)| above(path))
        .collect();
    let whole = |path: &String| {
        let mut above: Vec<&str> = above(path).collect();
        above.reverse();
        let top = above.into_iter().find(|dir| !free.contains(dir));
        top.map_or_else(|| path.clone(), str::to_owned)
    };
    let fewest: BTreeSet<String> = files.iter().map(whole).collect();
    fewest.into_iter().take(MOST).collect()
}

/// The directories above a path, the nearest first, without the root.
fn above(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        (rest, _) = rest.rsplit_once('/')?;
        Some(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(allowed: Writable, paths: &[&str], expected: &[&str]) {
        let config = Config::default();
        let sides = paths.iter().map(|path| {
            let is_frozen = is_frozen((path, None), &config, allowed);
            ((*path).to_owned(), is_frozen)
        });
        assert_eq!(fewest(&sides.collect(), allowed), expected, "{allowed:?}");
    }

    const PYTHON: [&str; 6] = [
        "README.md",
        "pyproject.toml",
        "shop/cart.py",
        "shop/test_cart.py",
        "tests/deep/test_till.py",
        "tests/test_shop.py",
    ];

    #[test]
    fn tests_are_frozen_by_whole_directories_where_nothing_else_lives_in_them() {
        check(
            Writable::Production,
            &PYTHON,
            &["shop/test_cart.py", "tests"],
        );
    }

    #[test]
    fn code_is_frozen_file_by_file_so_that_tests_can_be_new_beside_it() {
        check(Writable::TestSurface, &PYTHON, &["shop/cart.py"]);
    }

    #[test]
    fn a_file_that_can_hold_tests_stays_open_while_tests_are_written() {
        let rust = ["src/lib.rs", "tests/it.rs"];
        check(Writable::TestSurface, &rust, &[]);
        check(Writable::Production, &rust, &["tests"]);
    }
}
