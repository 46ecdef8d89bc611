//! Finds the units of Maven in a tree: one for each reactor's root.

use super::layout::{self, MODULES, SOURCES, TEST_ROOT};
use super::patterns::{Patterns, SUREFIRE};
use super::pom::{Element, Pom};
use crate::{Files, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// Marks that the commands read.
pub(super) const WRAPPER: &str = "wrapper";
pub(super) const FRAMEWORK: &str = "framework";
/// The project says itself which classes hold tests.
pub(super) const OWN_PATTERNS: &str = "own-patterns";
/// The patterns that it does so with, where nothing but plain ones has a say.
pub(super) const PATTERNS: &str = "patterns";
/// Which modules of a reactor depend on which: a line each, the directories with tabs between.
pub(super) const DEPENDS: &str = "depends";
/// The project stops at the first failure, and says so where no flag can take it back.
pub(super) const FAIL_FAST: &str = "fail-fast";
/// A plug-in has settings for tests or classes that only a start of Maven keeps to.
pub(super) const SETTINGS: &str = "settings";
pub(super) const FAILSAFE: &str = "failsafe";
/// So many files of tests are read for what they import.
const MOST_READ: usize = 200;

/// The units of a tree.
pub(super) fn units(files: &dyn Files) -> Vec<Unit> {
    let poms = poms(files);
    let mut held: BTreeSet<String> = BTreeSet::new();
    for (dir, pom) in &poms {
        held.extend(module_dirs(dir, pom));
    }
    let roots = poms.keys().filter(|dir| !held.contains(*dir));
    roots.filter_map(|dir| unit(dir, &poms, files)).collect()
}

/// Directories with a pom that reads, sources and resources left out.
fn poms(files: &dyn Files) -> BTreeMap<String, Pom> {
    let paths = files.paths().iter();
    let named = paths.filter_map(|path| {
        let dir = path.strip_suffix("pom.xml")?;
        let inner = dir.split('/').any(|part| part == "src" || part == "target");
        let dir = dir.strip_suffix('/').unwrap_or(dir);
        let whole = dir.is_empty() || path.len() == dir.len() + "/pom.xml".len();
        (whole && !inner).then_some((dir.to_owned(), path))
    });
    named
        .filter_map(|(dir, path)| Some((dir, Pom::read(&files.text(path)?)?)))
        .filter(|(_, pom)| {
            pom.elements
                .first()
                .is_some_and(|root| root.path == "project")
        })
        .collect()
}

/// Directories of a pom's modules from the repository's root.
fn module_dirs(dir: &str, pom: &Pom) -> Vec<String> {
    let modules = pom.modules().into_iter();
    modules
        .map(|module| {
            let module = module.strip_suffix("pom.xml").unwrap_or(module);
            joined(dir, module)
        })
        .filter(|module| module != dir)
        .collect()
}

/// `path` as seen from `dir`, with `.` and `..` resolved.
fn joined(dir: &str, path: &str) -> String {
    let mut parts: Vec<&str> = dir.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The modules of a reactor, its root left out.
fn reactor(root: &str, poms: &BTreeMap<String, Pom>) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut open = vec![root.to_owned()];
    while let Some(dir) = open.pop() {
        let Some(pom) = poms.get(&dir) else { continue };
        for module in module_dirs(&dir, pom) {
            if module != root && poms.contains_key(&module) && found.insert(module.clone()) {
                open.push(module);
            }
        }
    }
    found
}

fn unit(dir: &str, poms: &BTreeMap<String, Pom>, files: &dyn Files) -> Option<Unit> {
    let mut unit = Unit {
        id: Unit::id_of(dir, "maven"),
        dir: dir.to_owned(),
        runner: "maven".to_owned(),
        ..Unit::default()
    };
    let modules = reactor(dir, poms);
    let foreign: Vec<&String> = poms
        .keys()
        .filter(|other| *other != dir && !modules.contains(*other))
        .collect();
    let all: Vec<&String> = files.paths().iter().collect();
    let inside = |path: &&String| {
        let other = |other: &&String| {
            other.len() > dir.len() && path.strip_prefix(other.as_str()).is_some_and(below)
        };
        unit.inside(path).is_some() && !foreign.iter().any(other)
    };
    let own: Vec<&String> = all.into_iter().filter(inside).collect();
    let java = own.iter().map(|path| path.as_str());
    let java: Vec<&str> = java.filter(|path| path.ends_with(".java")).collect();
    if java.is_empty() {
        return None;
    }
    let own_names = own_packages(&java);
    let marks = marks(&unit, (poms, &modules), &java, files);
    unit.because = because(&unit, files, modules.len());
    unit.locks = std::iter::once(unit.from_root("pom.xml"))
        .chain(modules.iter().map(|module| format!("{module}/pom.xml")))
        .collect();
    unit.own_names = own_names;
    unit.marks = marks;
    Some(unit)
}

fn below(rest: &str) -> bool {
    rest.starts_with('/')
}

fn because(unit: &Unit, files: &dyn Files, modules: usize) -> Vec<String> {
    let mut because = vec![unit.from_root("pom.xml")];
    if modules > 0 {
        because.push(format!("{modules} modules"));
    }
    let wrapper = unit.from_root("mvnw");
    if files.paths().binary_search(&wrapper).is_ok() {
        because.push(wrapper);
    }
    because
}

fn marks(
    unit: &Unit,
    (poms, modules): (&BTreeMap<String, Pom>, &BTreeSet<String>),
    java: &[&str],
    files: &dyn Files,
) -> BTreeMap<String, String> {
    let dirs = || std::iter::once(&unit.dir).chain(modules);
    let own: Vec<&Pom> = dirs().filter_map(|dir| poms.get(dir)).collect();
    let mut marks = BTreeMap::new();
    let mut mark = |name: &str, value: String| drop(marks.insert(name.to_owned(), value));
    let listed: Vec<&str> = modules.iter().map(String::as_str).collect();
    mark(MODULES, listed.join("\n"));
    mark(SOURCES, layout::written(java.iter().copied()));
    if !modules.is_empty() {
        mark(DEPENDS, dependants(poms, dirs().map(String::as_str)));
    }
    let wrapper = unit.from_root("mvnw");
    if files.paths().binary_search(&wrapper).is_ok() {
        mark(WRAPPER, wrapper);
    }
    if let Some(framework) = framework(&own).or_else(|| imported(&java_tests(java), files)) {
        mark(FRAMEWORK, framework.to_owned());
    }
    let configures = |wanted: &[&str]| {
        own.iter().any(|pom| {
            let plugins = pom.plugins(SUREFIRE);
            let mut inner = plugins.flat_map(|plugin| pom.inside(plugin));
            inner.any(|each| wanted.contains(&each.name()))
        })
    };
    if own.iter().any(|pom| Patterns::are_in(pom)) {
        mark(OWN_PATTERNS, SUREFIRE.to_owned());
    }
    if let ([pom], true) = (own.as_slice(), own.iter().any(|pom| Patterns::are_in(pom)))
        && let Some(patterns) = Patterns::of(pom)
    {
        mark(PATTERNS, patterns.written());
    }
    if configures(&[
        "configurationParameters",
        "environmentVariables",
        "dependenciesToScan",
    ]) {
        mark(SETTINGS, SUREFIRE.to_owned());
    } else if let Some(plugin) = own_builder(&own) {
        mark(SETTINGS, plugin.to_owned());
    }
    if configures(&["skipAfterFailureCount"]) {
        mark(FAIL_FAST, "skipAfterFailureCount".to_owned());
    }
    if own
        .iter()
        .any(|pom| pom.plugins("maven-failsafe-plugin").next().is_some())
    {
        mark(FAILSAFE, "maven-failsafe-plugin".to_owned());
    }
    marks
}

/// The lines of [`DEPENDS`]. What a parent depends on, its children do.
fn dependants<'d>(
    poms: &BTreeMap<String, Pom>,
    dirs: impl Iterator<Item = &'d str> + Clone,
) -> String {
    let named = |pom: &Pom, path: &str| -> BTreeSet<String> {
        let artifacts = pom.elements.iter().filter(|each| each.path == path);
        artifacts.map(|each| each.text.clone()).collect()
    };
    let own = |dir: &str| named(poms.get(dir)?, "project/artifactId").pop_first();
    let line = |dir: &'d str| {
        let pom = poms.get(dir)?;
        let mut on = named(pom, "project/dependencies/dependency/artifactId");
        on.extend(named(
            pom,
            "project/profiles/profile/dependencies/dependency/artifactId",
        ));
        on.extend(named(pom, "project/parent/artifactId"));
        let held = dirs
            .clone()
            .filter(|other| own(other).is_some_and(|name| on.contains(&name)));
        let words: Vec<&str> = std::iter::once(dir).chain(held).collect();
        Some(words.join("\t"))
    };
    let lines: Vec<String> = dirs.clone().filter_map(line).collect();
    lines.join("\n")
}

/// A plug-in that builds classes in a way that the compiler alone does not.
fn own_builder(poms: &[&Pom]) -> Option<&'static str> {
    const COMPILER: &str = "maven-compiler-plugin";
    let others = [
        "kotlin-maven-plugin",
        "gmavenplus-plugin",
        "scala-maven-plugin",
        "aspectj-maven-plugin",
    ];
    let has = |plugin: &&str| poms.iter().any(|pom| pom.plugins(plugin).next().is_some());
    let processes = poms.iter().any(|pom| {
        let inner = pom.plugins(COMPILER).flat_map(|plugin| pom.inside(plugin));
        inner
            .into_iter()
            .any(|each| each.name().starts_with("annotationProcessor"))
    });
    let found = others.into_iter().find(has);
    found.or_else(|| processes.then_some(COMPILER))
}

/// The library that the tests are written with, by the poms' dependencies; nothing where a
/// parent outside the tree may bring it.
fn framework(poms: &[&Pom]) -> Option<&'static str> {
    let groups: BTreeSet<(&str, &str)> = poms
        .iter()
        .flat_map(|pom| {
            let all = pom.elements.iter();
            let all = all.filter(|each| each.path.ends_with("/dependencies/dependency"));
            // JUnit 3 has no marks that a test of ours could carry.
            let is_old = |each: &Element| {
                let version = pom.value_below(each, "version").unwrap_or_default();
                pom.value_below(each, "groupId") == Some("junit") && version.starts_with("3.")
            };
            let all = all.filter(move |each| !is_old(each));
            all.map(|each| {
                let value = |name| pom.value_below(each, name).unwrap_or_default();
                (value("groupId"), value("artifactId"))
            })
        })
        .collect();
    let has = |test: &dyn Fn(&str, &str) -> bool| groups.iter().any(|(g, a)| test(g, a));
    if has(&|group, artifact| {
        (group == "org.junit.jupiter" && artifact != "junit-bom")
            || artifact == "spring-boot-starter-test"
    }) {
        Some("junit5")
    } else if has(&|group, _| group == "org.testng") {
        Some("testng")
    } else if has(&|group, artifact| {
        (group == "junit" && artifact == "junit") || artifact == "junit-vintage-engine"
    }) {
        Some("junit4")
    } else {
        None
    }
}

fn java_tests<'p>(java: &[&'p str]) -> Vec<&'p str> {
    let tests = java.iter().filter(|path| path.contains(TEST_ROOT));
    tests.copied().collect()
}

/// The library that the tests' own imports name: a parent outside the tree brings it. Where they
/// name several, the one that runs the others too.
fn imported(tests: &[&str], files: &dyn Files) -> Option<&'static str> {
    let texts = tests
        .iter()
        .take(MOST_READ)
        .filter_map(|path| files.text(path));
    let of = |line: &str| {
        let name = line.strip_prefix("import ")?.trim_start();
        let name = name.strip_prefix("static ").unwrap_or(name).trim_start();
        let starts = |package: &str| name.starts_with(package);
        if starts("org.junit.jupiter.api.") {
            Some("junit5")
        } else if starts("org.testng.") {
            Some("testng")
        } else if ["Test;", "Assert;", "Assert.", "*;"].iter().any(|rest| {
            name.strip_prefix("org.junit.")
                .is_some_and(|own| own.starts_with(rest))
        }) {
            Some("junit4")
        } else {
            None
        }
    };
    let found: BTreeSet<&str> = texts
        .flat_map(|text| text.lines().filter_map(of).collect::<Vec<_>>())
        .collect();
    ["junit5", "testng", "junit4"]
        .into_iter()
        .find(|name| found.contains(name))
}

/// The longest package that all files of a source root share, written with slashes so that core
/// takes it as one name. Where a root has no such package, the first directories.
pub(super) fn own_packages(java: &[&str]) -> Vec<String> {
    let mut roots: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in java {
        let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        let cut = ["src/main/java", TEST_ROOT].iter().find_map(|root| {
            let at = dir.find(root)?;
            Some(at + root.len())
        });
        let (root, package) = dir.split_at(cut.unwrap_or(0));
        let package = package.trim_start_matches('/');
        if !package.is_empty() {
            roots.entry(root).or_default().push(package);
        }
    }
    let mut names: BTreeSet<String> = BTreeSet::new();
    for packages in roots.values() {
        match shared(packages) {
            Some(shared) => drop(names.insert(shared)),
            None => names.extend(
                packages
                    .iter()
                    .filter_map(|package| package.split('/').next())
                    .map(str::to_owned),
            ),
        }
    }
    names.into_iter().collect()
}

fn shared(packages: &[&str]) -> Option<String> {
    let mut parts: Vec<&str> = packages.first()?.split('/').collect();
    for package in packages {
        let same = parts
            .iter()
            .zip(package.split('/'))
            .take_while(|(left, right)| *left == right);
        let same = same.count();
        parts.truncate(same);
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}
