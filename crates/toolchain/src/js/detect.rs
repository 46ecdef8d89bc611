//! Decides which runner serves each package of a repository: one runner a package.

use super::node_test::FILES;
use super::package::{Package, join};
use super::runs::ALL;
pub(crate) use super::runs::Runs;
use super::surface;
use super::workspace::{Workspace, is_inside};
use crate::{Files, Unit};
use std::collections::BTreeMap;

/// What a kind of evidence weighs: the repository's own command most of all.
const SCRIPT: u32 = 8;
const CONFIG: u32 = 5;
const IMPORT: u32 = 4;
const DEPENDENCY: u32 = 2;

/// How many test files are looked into for what they import.
const LOOKED_INTO: usize = 24;

/// What speaks for a runner in one package.
#[derive(Debug, Default)]
struct Evidence {
    weight: u32,
    because: Vec<String>,
}

impl Evidence {
    fn add(&mut self, weight: u32, what: String) {
        self.weight += weight;
        self.because.push(what);
    }
}

/// A package that may be a unit.
struct Candidate<'w> {
    package: &'w Package,
    /// Test files whose nearest package this is, or one inside without a runner of its own.
    tests: Vec<String>,
}

/// The units of `runs` in the tree, outermost first.
pub(crate) fn units(files: &dyn Files, runs: Runs) -> Vec<Unit> {
    let workspace = Workspace::read(files);
    let decided = decide(files, &workspace);
    let own = decided
        .into_iter()
        .filter(|(_, decided)| decided.runs == runs);
    own.map(|(dir, decided)| make(files, &workspace, &dir, decided))
        .collect()
}

/// The runner of a package.
struct Decided {
    runs: Runs,
    because: Vec<String>,
    tests: Vec<String>,
}

fn decide(files: &dyn Files, workspace: &Workspace) -> BTreeMap<String, Decided> {
    let mut candidates = candidates(files, workspace);
    let mut decided = BTreeMap::new();
    let mut dirs: Vec<String> = candidates.keys().cloned().collect();
    // Inner packages first: tests of those without a runner are their outer package's.
    dirs.sort_by_key(|dir| std::cmp::Reverse(depth(dir)));
    for dir in dirs {
        let Some(candidate) = candidates.remove(&dir) else {
            continue;
        };
        let outer = workspace
            .around(&dir)
            .first()
            .copied()
            .map(|outer| outer.dir.clone());
        match strongest(files, workspace, &candidate) {
            Some(found) => {
                decided.insert(dir, found);
            }
            None => {
                if let Some(outer) = outer.and_then(|outer| candidates.get_mut(&outer)) {
                    outer.tests.extend(candidate.tests);
                }
            }
        }
    }
    decided
}

fn depth(dir: &str) -> usize {
    dir.split('/').filter(|part| !part.is_empty()).count()
}

fn candidates<'w>(files: &dyn Files, workspace: &'w Workspace) -> BTreeMap<String, Candidate<'w>> {
    let mut candidates: BTreeMap<String, Candidate<'w>> = BTreeMap::new();
    for package in &workspace.packages {
        let outer = workspace.around(&package.dir).first().copied();
        // A package among tests is a fixture, where there is a project around it.
        if outer.is_some() && surface::in_test_dir(&package.dir) {
            continue;
        }
        let tests = Vec::new();
        candidates.insert(package.dir.clone(), Candidate { package, tests });
    }
    for path in files
        .paths()
        .iter()
        .filter(|path| surface::is_runnable(path))
    {
        let mut around = workspace.of(path);
        while let Some(package) = around {
            if let Some(candidate) = candidates.get_mut(&package.dir) {
                candidate.tests.push(path.clone());
                break;
            }
            around = workspace.around(&package.dir).first().copied();
        }
    }
    candidates
}

/// The runner with the most evidence in a package.
fn strongest(
    files: &dyn Files,
    workspace: &Workspace,
    candidate: &Candidate<'_>,
) -> Option<Decided> {
    let mut best: Option<(Runs, Evidence)> = None;
    for runs in ALL {
        let evidence = evidence(files, workspace, candidate, runs);
        let better = best
            .as_ref()
            .is_none_or(|(_, known)| evidence.weight > known.weight);
        if evidence.weight > 0 && better {
            best = Some((runs, evidence));
        }
    }
    let (runs, evidence) = best?;
    // A dependency alone, in a package that has no test, is what a workspace's root has.
    if candidate.tests.is_empty() && evidence.weight <= DEPENDENCY {
        return None;
    }
    Some(Decided {
        runs,
        because: evidence.because,
        tests: candidate.tests.clone(),
    })
}

fn evidence(
    files: &dyn Files,
    workspace: &Workspace,
    candidate: &Candidate<'_>,
    runs: Runs,
) -> Evidence {
    let package = candidate.package;
    let dir = package.dir.as_str();
    let manifest = join(dir, "package.json");
    let mut evidence = Evidence::default();
    let scripts = package.test_scripts();
    if let Some((name, _)) = scripts.iter().find(|(_, line)| runs.is_run_by(line)) {
        let first = scripts.first().is_some_and(|(first, _)| first == name);
        evidence.add(
            if first { SCRIPT } else { SCRIPT - 1 },
            format!("{manifest} scripts.{name}"),
        );
    }
    if let Some(config) = config(files, package, runs) {
        evidence.add(CONFIG, config);
    }
    let texts = candidate.tests.iter().take(LOOKED_INTO);
    let importing = texts.clone().find(|path| {
        files
            .text(path)
            .is_some_and(|text| imports(&text, runs.imports()))
    });
    if let Some(path) = importing {
        evidence.add(IMPORT, path.clone());
    }
    let own = runs.packages().iter().find(|name| package.depends_on(name));
    if let Some(name) = own {
        evidence.add(DEPENDENCY, format!("{manifest} dependency {name}"));
    } else if !candidate.tests.is_empty() && evidence.weight == 0 {
        // A member of a workspace may use what its root brings, where it has a test script.
        let outer = workspace.around(dir).into_iter().find_map(|outer| {
            let name = runs.packages().iter().find(|name| outer.depends_on(name))?;
            Some(format!(
                "{} dependency {name}",
                join(&outer.dir, "package.json")
            ))
        });
        if let Some(what) = outer.filter(|_| !scripts.is_empty()) {
            evidence.add(DEPENDENCY, what);
        }
    }
    evidence
}

/// The runner's own configuration in a package.
fn config(files: &dyn Files, package: &Package, runs: Runs) -> Option<String> {
    let dir = package.dir.as_str();
    let (starts, key) = runs.config();
    let here = |path: &&String| {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        parent == dir && starts.iter().any(|start| name.starts_with(start))
    };
    if let Some(path) = files.paths().iter().find(here) {
        return Some(path.clone());
    }
    if package.key(key).is_some() {
        return Some(format!("{} {key}", join(dir, "package.json")));
    }
    if runs != Runs::Vitest {
        return None;
    }
    // Vite's own configuration may hold vitest's.
    let mut shared = files.paths().iter().filter(|path| {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        parent == dir && name.starts_with("vite.config.")
    });
    let holds = |path: &&String| {
        files
            .text(path)
            .is_some_and(|t| surface::configures_vitest(&t))
    };
    shared.find(holds).cloned()
}

/// Whether the text imports one of `modules`, by its first words.
fn imports(text: &str, modules: &[&str]) -> bool {
    modules.iter().any(|module| {
        ["'", "\""].iter().any(|quote| {
            let name = format!("{quote}{module}{quote}");
            text.match_indices(&name).any(|(at, _)| {
                let before = text[..at].trim_end();
                before.ends_with("from")
                    || before.ends_with("import")
                    || before.ends_with("require(")
                    || before.ends_with("import(")
            })
        })
    })
}

fn make(files: &dyn Files, workspace: &Workspace, dir: &str, decided: Decided) -> Unit {
    let plan = workspace.plan(files, dir);
    let runner = decided.runs.name();
    let mut unit = Unit {
        id: Unit::id_of(dir, runner),
        dir: dir.to_owned(),
        runner: runner.to_owned(),
        because: decided.because,
        own_names: own_names(workspace, dir),
        locks: plan.locks,
        install: plan.install,
        dependencies: plan.dependencies,
        ..Unit::default()
    };
    unit.marks.insert("manager".to_owned(), plan.manager);
    if let Some(package) = workspace.at(dir) {
        let kind = package.text("type").unwrap_or("commonjs");
        unit.marks.insert("type".to_owned(), kind.to_owned());
        let around = || std::iter::once(package).chain(workspace.around(dir));
        for loader in LOADERS {
            if around().any(|package| package.depends_on(loader)) {
                unit.marks.insert("loader".to_owned(), loader.to_owned());
                break;
            }
        }
        if let Some((_, line)) = package.test_scripts().first() {
            unit.marks.insert("script".to_owned(), (*line).to_owned());
        }
    }
    if matches!(decided.runs, Runs::NodeTest | Runs::Ava | Runs::Tap) {
        // These are told their files: node finds no TypeScript by itself, and takes helpers for
        // tests; the others run a file at a time.
        let own = decided.tests.iter().filter(|path| {
            let text = files.text(path);
            text.is_some_and(|text| is_own(path, &text, decided.runs))
        });
        let own: Vec<&str> = own.map(String::as_str).collect();
        unit.marks.insert(FILES.to_owned(), own.join("\n"));
        if let Some(module) = speaks(files, &own, decided.runs) {
            unit.marks.insert("speaks".to_owned(), module.to_owned());
        }
    }
    if let Some(sample) = sample(&decided.tests) {
        unit.marks.insert("sample".to_owned(), sample.clone());
    }
    unit
}

/// Whether a file holds tests of the runner: it imports it, or has the name and the words of a test
/// and imports it through a file of its own.
fn is_own(path: &str, text: &str, runs: Runs) -> bool {
    let own = imports(text, runs.imports());
    let by_name = || surface::is_named_test(path) && text.contains("test(");
    let hidden = |part: &str| part.starts_with('_') || part == "helpers";
    match runs {
        Runs::Ava => (own || by_name()) && !path.split('/').any(hidden),
        Runs::Tap => own || by_name(),
        Runs::NodeTest | Runs::Vitest | Runs::Jest | Runs::Mocha => own,
    }
}

/// The module that the first test file of tape or tap imports.
fn speaks(files: &dyn Files, own: &[&str], runs: Runs) -> Option<&'static str> {
    let modules = runs.imports().iter().filter(|_| runs == Runs::Tap);
    let mut found = own.iter().filter_map(|path| {
        let text = files.text(path)?;
        modules
            .clone()
            .copied()
            .find(|module| imports(&text, &[module]))
    });
    found.next()
}

/// Packages that let node load TypeScript, best first.
const LOADERS: [&str; 5] = [
    "tsx",
    "ts-node",
    "@swc-node/register",
    "esbuild-register",
    "jiti",
];

/// A test file whose neighbours the runner takes up too: one named as a test, as high as can be.
fn sample(tests: &[String]) -> Option<&String> {
    let plain = |path: &&String| surface::is_named_test(path);
    let by_name = tests.iter().filter(plain).min_by_key(|path| rank(path));
    by_name.or_else(|| tests.iter().min_by_key(|path| rank(path)))
}

fn rank(path: &str) -> (bool, usize) {
    let apart = ["e2e", "integration", "browser", "types", "bench"];
    (
        path.split('/').any(|part| apart.contains(&part)),
        depth(path),
    )
}

/// Names by which modules of the repository are imported: its packages.
fn own_names(workspace: &Workspace, dir: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let own = workspace.at(dir).into_iter();
    let others = workspace.packages.iter().filter(|package| {
        package.dir != dir && (is_inside(&package.dir, dir) || !surface::in_test_dir(&package.dir))
    });
    for package in own.chain(others) {
        if let Some(name) = package.name()
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names
}
