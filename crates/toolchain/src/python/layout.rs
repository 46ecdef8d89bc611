//! Finds the directories that a project is imported from, and the names that it owns.

use super::manifest::{Manifest, join};
use super::surface;
use std::collections::BTreeSet;

/// Directories of a flat layout that hold scripts and pages, not packages.
const NO_PACKAGES: [&str; 16] = [
    "bench",
    "benchmark",
    "benchmarks",
    "build",
    "ci",
    "demo",
    "demos",
    "dist",
    "doc",
    "docs",
    "example",
    "examples",
    "notebooks",
    "scripts",
    "tasks",
    "tools",
];

/// Files beside a project that are no part of it.
const NO_MODULES: [&str; 5] = ["setup", "conftest", "noxfile", "fabfile", "dodo"];

/// Where the code of one directory's project is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// Directories from the repository's root, strongest first.
    pub(super) roots: Vec<String>,
    /// Top-level modules and packages under them.
    pub(super) names: BTreeSet<String>,
}

/// The layout of the project in `dir`. `inner` are directories below it with manifests of their
/// own.
pub(super) fn of(paths: &[String], dir: &str, manifest: &Manifest, inner: &[String]) -> Layout {
    let mut layout = Layout::default();
    let mut sources = vec!["src".to_owned()];
    sources.extend(manifest.source_dirs());
    for source in sources {
        let root = join(dir, &source);
        let names = packages(paths, &root, Kind::Source, inner);
        if !names.is_empty() && !layout.roots.contains(&root) {
            layout.roots.push(root);
            layout.names.extend(names);
        }
    }
    layout.names.extend(packages(paths, dir, Kind::Flat, inner));
    for root in &layout.roots {
        let inside = root
            .strip_prefix(dir)
            .unwrap_or(root)
            .trim_start_matches('/');
        let top = inside.split('/').next().unwrap_or_default();
        let package = join(&join(dir, top), "__init__.py");
        if paths.binary_search(&package).is_err() {
            layout.names.remove(top);
        }
    }
    layout.roots.push(dir.to_owned());
    layout
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A directory that holds nothing but packages.
    Source,
    /// A project's own directory: packages beside everything else.
    Flat,
}

/// Top-level names under `root`; none where `root` is a package itself.
fn packages(paths: &[String], root: &str, kind: Kind, inner: &[String]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if kind == Kind::Source && paths.binary_search(&join(root, "__init__.py")).is_ok() {
        return names;
    }
    for path in paths {
        let Some(rest) = below(path, root).and_then(|rest| rest.strip_suffix(".py")) else {
            continue;
        };
        if inner
            .iter()
            .any(|dir| below(path, dir).is_some() && below(dir, root).is_some())
        {
            continue;
        }
        let name = match rest.split_once('/') {
            None => module(rest),
            Some((top, rest)) if kind == Kind::Source => package(top, rest),
            Some((top, rest)) => package(top, rest).filter(|_| {
                rest == "__init__" || !rest.contains('/') && !NO_PACKAGES.contains(&top)
            }),
        };
        names.extend(name.map(str::to_owned));
    }
    names
}

fn module(stem: &str) -> Option<&str> {
    let own = !NO_MODULES.contains(&stem) && !surface::is_test_stem(stem) && is_name(stem);
    (own && stem != "tests" && stem != "test" && stem != "__init__").then_some(stem)
}

fn package<'n>(top: &'n str, rest: &str) -> Option<&'n str> {
    let file = rest.rsplit('/').next().unwrap_or_default();
    let own = !surface::in_test_dir(top) && is_name(top) && !NO_MODULES.contains(&file);
    own.then_some(top)
}

/// Whether Python can import something of this name.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// `path` as seen from `dir`, where it is below it.
pub(super) fn below<'p>(path: &'p str, dir: &str) -> Option<&'p str> {
    if dir.is_empty() {
        return Some(path);
    }
    path.strip_prefix(dir)?.strip_prefix('/')
}
