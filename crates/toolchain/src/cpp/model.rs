//! Reads what CMake says of its targets.

use super::surface::is_test_path;
use crate::ask::Ask;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The framework that a test program is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framework {
    Google,
    Catch,
    Doctest,
    /// None that can be told: the program is one test.
    Plain,
}

/// A build target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Built {
    pub(super) name: String,
    id: String,
    /// Absolute paths of what it makes.
    pub(super) artifacts: Vec<String>,
    /// Whether all of that is there.
    pub(super) exists: bool,
    /// Paths from the repository's root, of sources inside it, each with its marks.
    pub(super) sources: Vec<(String, String)>,
    needs: Vec<String>,
    links: String,
}

impl Built {
    /// The framework, by what its sources include and what it is linked with.
    pub(super) fn framework(&self) -> Framework {
        let marked = |mark: char| self.sources.iter().any(|(_, marks)| marks.contains(mark));
        let linked = |name: &str| self.links.contains(name);
        if marked('g') || linked("gtest") || linked("gmock") {
            Framework::Google
        } else if marked('c') || linked("Catch2") {
            Framework::Catch
        } else if marked('d') {
            Framework::Doctest
        } else {
            Framework::Plain
        }
    }

    /// The source that stands for the program as one test: the test file with `main` in it.
    pub(super) fn source(&self) -> Option<&str> {
        let mut tests = self.sources.iter().filter(|(path, _)| is_test_path(path));
        let first = tests.clone().next();
        let found = tests.find(|(_, marks)| marks.contains('m')).or(first);
        found.map(|(path, _)| path.as_str())
    }
}

#[derive(Deserialize)]
struct Listed {
    exists: bool,
    marks: String,
    target: Target,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    id: String,
    #[serde(default)]
    artifacts: Vec<At>,
    #[serde(default)]
    sources: Vec<At>,
    #[serde(default)]
    dependencies: Vec<Needs>,
    link: Option<Link>,
}

#[derive(Deserialize)]
struct At {
    path: String,
}

#[derive(Deserialize)]
struct Needs {
    id: String,
}

#[derive(Deserialize)]
struct Link {
    #[serde(default, rename = "commandFragments")]
    fragments: Vec<Fragment>,
}

#[derive(Deserialize)]
struct Fragment {
    fragment: String,
}

/// Every target of a build.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) targets: Vec<Built>,
}

impl Model {
    /// Reads the list that the model script wrote; nothing where it is no such list.
    pub(super) fn read(ask: &Ask<'_>, build: &Path, bytes: &[u8]) -> Option<Self> {
        let listed: Vec<Listed> = serde_json::from_slice(bytes).ok()?;
        let targets = listed.into_iter().map(|each| built(ask, build, each));
        Some(Self {
            targets: targets.collect(),
        })
    }

    /// The target that makes the program at `path`.
    pub(super) fn maker(&self, path: &str) -> Option<&Built> {
        let mut targets = self.targets.iter();
        targets.find(|target| target.artifacts.iter().any(|artifact| artifact == path))
    }

    /// Whether a sanitizer is linked into something: it reserves memory without end.
    pub(super) fn is_sanitized(&self) -> bool {
        let mut targets = self.targets.iter();
        targets.any(|target| target.links.contains("-fsanitize"))
    }

    /// Names of `target` and of every target that it needs.
    pub(super) fn closure<'m>(&'m self, target: &'m Built) -> BTreeSet<&'m str> {
        let by_id: BTreeMap<&str, &Built> = self
            .targets
            .iter()
            .map(|each| (each.id.as_str(), each))
            .collect();
        let mut names = BTreeSet::new();
        let mut open = vec![target];
        while let Some(next) = open.pop() {
            if names.insert(next.name.as_str()) {
                open.extend(next.needs.iter().filter_map(|id| by_id.get(id.as_str())));
            }
        }
        names
    }
}

fn built(ask: &Ask<'_>, build: &Path, listed: Listed) -> Built {
    let target = listed.target;
    let mut marks = listed.marks.split(',');
    let sources = target.sources.into_iter().map(|at| {
        let marks = marks.next().unwrap_or_default().to_owned();
        (at.path, marks)
    });
    let inside = |(path, marks): (String, String)| Some((in_tree(ask, &path)?, marks));
    let fragments = target.link.into_iter().flat_map(|link| link.fragments);
    let absolute = |at: At| build.join(at.path).display().to_string();
    Built {
        name: target.name,
        id: target.id,
        artifacts: target.artifacts.into_iter().map(absolute).collect(),
        exists: listed.exists,
        sources: sources.filter_map(inside).collect(),
        needs: target
            .dependencies
            .into_iter()
            .map(|needs| needs.id)
            .collect(),
        links: fragments.map(|f| f.fragment).collect::<Vec<_>>().join(" "),
    }
}

/// `path`, absolute or from the unit's directory, as seen from the repository's root; nothing
/// where it lies outside of the tree.
pub(super) fn in_tree(ask: &Ask<'_>, path: &str) -> Option<String> {
    let whole = ask.dir().join(path);
    let inside = whole.strip_prefix(ask.tree).ok()?;
    let mut parts: Vec<&str> = Vec::new();
    for part in inside.to_str()?.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}
