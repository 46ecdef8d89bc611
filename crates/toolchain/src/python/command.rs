//! Makes the commands that run pytest or unittest.

use super::lines::{Own, Session};
use crate::{Ask, Exit, Files, Invocation, Probe, RawOutput, Role, Unit};
use redgreen_core::evidence::{Order, Selection};
use serde_json::{Value, json};
use std::path::Path;

/// The launchers, and what they import.
const PLUGIN: [(&str, &str); 8] = [
    ("rg_unittest.py", include_str!("rg_unittest.py")),
    ("rg_lines.py", include_str!("rg_lines.py")),
    ("rg_pytest.py", include_str!("rg_pytest.py")),
    ("rg_alone.py", include_str!("rg_alone.py")),
    ("rg_canary.py", include_str!("rg_canary.py")),
    ("rg_facts.py", include_str!("rg_facts.py")),
    ("rg_record.py", include_str!("rg_record.py")),
    ("rg_alarm.py", include_str!("rg_alarm.py")),
];

/// The name of the runner of the standard library's tests.
pub(super) const UNITTEST: &str = "unittest";

/// The word that takes away what pytest tells the code of a run of tests.
pub(super) const ELSEWHERE: &str = "elsewhere";

/// The mark that lists the units inside a unit, one directory a line.
pub(super) const INNER: &str = "inner units";

/// What brings pytest.
pub(super) const REMEDY: &str = "python3 -m pip install pytest";

/// Prints one line: versions of Python, pytest and its plug-ins. On standard error it names what
/// that depends on, so that engine asks again once any of it changes.
const FINGERPRINT: &str = include_str!("rg_fingerprint.py");

/// The same without pytest.
const PLAIN_FINGERPRINT: &str = include_str!("rg_plain_fingerprint.py");

/// Where an interpreter stands inside a virtual environment.
const PYTHON: &str = if cfg!(windows) {
    "Scripts/python.exe"
} else {
    "bin/python"
};

/// The interpreter of the environment that [`Unit::install`] makes.
pub(super) const STORED: &str = if cfg!(windows) {
    "$STORE/venv/Scripts/python.exe"
} else {
    "$STORE/venv/bin/python"
};

/// Interpreters that may serve the unit: environments of the checkout, the unit's own before the
/// root's; the one that redgreen installed; what the search path has.
pub(super) fn probes(unit: &Unit, checkout: &dyn Files) -> Vec<Probe> {
    let mut dirs = vec![unit.dir.as_str()];
    dirs.extend((!unit.dir.is_empty()).then_some(""));
    let mut programs = Vec::new();
    for dir in dirs {
        for name in [".venv", "venv", "env"] {
            let home = if dir.is_empty() {
                name.to_owned()
            } else {
                format!("{dir}/{name}")
            };
            if checkout.text(&format!("{home}/pyvenv.cfg")).is_some() {
                programs.push(format!("{home}/{PYTHON}"));
            }
        }
    }
    programs.extend((!unit.install.is_empty()).then(|| STORED.to_owned()));
    programs.extend(["python3".to_owned(), "python".to_owned()]);
    let plain = is_unittest(unit);
    let probe = |program| probe(program, plain);
    programs.into_iter().map(probe).collect()
}

/// Whether the unit's tests run under unittest.
pub(super) fn is_unittest(unit: &Unit) -> bool {
    unit.runner == UNITTEST
}

/// `plain`: nothing but Python itself is needed.
fn probe(program: String, plain: bool) -> Probe {
    let remedy = match (plain, program.contains('/')) {
        (true, _) => "install Python 3: https://www.python.org/downloads".to_owned(),
        (false, true) => format!("{program} -m pip install pytest"),
        (false, false) => REMEDY.to_owned(),
    };
    let script = if plain {
        PLAIN_FINGERPRINT
    } else {
        FINGERPRINT
    };
    Probe {
        program,
        args: vec!["-c".to_owned(), script.to_owned()],
        remedy,
    }
}

/// How many sessions of the project's tests a run takes, as far as `so_far` tells. Tests that are
/// asked alone share one session that forks, unless that session says that it cannot.
pub(super) fn owed(ask: &Ask<'_>, so_far: &[RawOutput]) -> usize {
    let cannot_fork = || {
        let report = so_far.first()?.files.get(&report_file(0))?;
        Session::read(report, ask.nonce).separate.then_some(())
    };
    match (ask.tests, ask.order) {
        (Selection::Tests(ids), Order::Alone) if cannot_fork().is_some() => ids.len(),
        (Selection::Tests(names) | Selection::Files(names), _) => usize::from(!names.is_empty()),
        (Selection::Whole, _) => 1,
    }
}

/// The plug-ins of the tree, where the run ends in a short session of tests that must fail: in
/// the order as written, once the first session has found its tests and was not stopped. A
/// session of its own, because a failure more would change what the first one's hooks and exit
/// code say; it imports no test file, so it costs little more than the start of pytest.
pub(super) fn fails(ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Own> {
    let first = so_far.first()?;
    // unittest has them in its only session: see rg_unittest.py.
    if ask.order != Order::AsWritten || first.exit == Exit::TimedOut || is_unittest(ask.unit) {
        return None;
    }
    let session = Session::read(first.files.get(&report_file(0))?, ask.nonce);
    Some(session.collected?.own)
}

/// The report of the command at `index`, inside the scratch directory.
pub(super) fn report_file(index: usize) -> String {
    format!("report-{index}.jsonl")
}

/// The next command of a run.
pub(super) fn next(ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
    let index = so_far.len();
    let owed = owed(ask, so_far);
    let fails = fails(ask, so_far).filter(|_| index == owed);
    if index >= owed && fails.is_none() {
        return None;
    }
    let part = fails.as_ref().map_or(Part::Tests, Part::Fails);
    Some(session(ask, index, part))
}

/// What a session is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'o> {
    /// The tests.
    Tests,
    /// Those that must fail, with these plug-ins of the tree.
    Fails(&'o Own),
    /// The names of the tests, without running any.
    Names,
}

/// The command of the session at `index`.
pub(super) fn session(ask: &Ask<'_>, index: usize, part: Part<'_>) -> Invocation {
    let question = format!("ask-{index}.json");
    let plugin = PLUGIN.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let mut writes = plugin.to_vec();
    writes.push((question.clone(), body(ask, index, part).to_string()));
    let script = if is_unittest(ask.unit) {
        "rg_unittest.py"
    } else {
        "rg_pytest.py"
    };
    let scratch = |name: &str| ask.scratch.join(name).to_string_lossy().into_owned();
    Invocation {
        role: Role::Run,
        argv: vec![
            ask.tool.program.clone(),
            scratch(script),
            scratch(&question),
        ],
        dir: ask.dir(),
        env: environment(ask),
        writes,
        plants: Vec::new(),
        reads: vec![report_file(index)],
    }
}

/// The tree's own code comes before every installed copy of it.
fn environment(ask: &Ask<'_>) -> Vec<(String, String)> {
    let mut roots: Vec<String> = Vec::new();
    let own = ask.unit.import_roots.iter().map(String::as_str);
    for root in own.chain([ask.unit.dir.as_str()]) {
        let path = place(ask.tree, root);
        if !roots.contains(&path) {
            roots.push(path);
        }
    }
    let separator = if cfg!(windows) { ";" } else { ":" };
    let seed = match ask.order {
        Order::Shuffled(seed) => seed,
        Order::AsWritten | Order::Alone => 0,
    };
    [
        ("PYTHONPATH", roots.join(separator)),
        ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
        ("PYTHONHASHSEED", seed.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn place(tree: &Path, root: &str) -> String {
    let path = if root.is_empty() {
        tree.to_owned()
    } else {
        tree.join(root)
    };
    path.to_string_lossy().into_owned()
}

/// The question as the plug-in reads it. Ids never become arguments: one unknown id would end the
/// whole run, so the plug-in collects their files and picks.
pub(super) fn body(ask: &Ask<'_>, index: usize, part: Part<'_>) -> Value {
    let (fails, lists) = match part {
        Part::Tests => (None, false),
        Part::Fails(own) => (Some(own), false),
        Part::Names => (None, true),
    };
    let alone = ask.order == Order::Alone && index == 0;
    let ids: Option<&[String]> = match (ask.tests, ask.order) {
        (Selection::Tests(ids), Order::Alone) if index > 0 => ids.get(index..=index),
        (Selection::Tests(ids), Order::Alone) => Some(ids),
        (Selection::Tests(ids), Order::AsWritten | Order::Shuffled(_)) => Some(ids),
        (Selection::Whole | Selection::Files(_), _) => None,
    };
    let files: Vec<String> = match ask.tests {
        Selection::Files(files) => inside(ask.unit, files.iter().map(String::as_str)),
        Selection::Tests(_) => {
            let ids = ids.unwrap_or_default().iter();
            inside(ask.unit, ids.map(|id| file_of(id)))
        }
        Selection::Whole => Vec::new(),
    };
    let shuffle = match ask.order {
        Order::Shuffled(seed) => Some(seed),
        Order::AsWritten | Order::Alone => None,
    };
    json!({
        "nonce": ask.nonce,
        "tree": ask.tree.to_string_lossy(),
        "scratch": ask.scratch.to_string_lossy(),
        "cache": ask.cache.to_string_lossy(),
        "report": report_file(index),
        "whole": *ask.tests == Selection::Whole,
        "files": files,
        "tests": ids,
        "alone": alone && ids.is_some_and(|ids| ids.len() > 1),
        "shuffle": shuffle,
        "limit_ms": ask.test_limit_ms,
        "roots": ask.unit.import_roots,
        "own": ask.unit.own_names,
        "fails": fails,
        "lists": lists,
        "order": ask.order,
        "inner": inner(ask.unit),
    })
}

/// Directories inside the unit that are units of their own, as seen from its directory.
fn inner(unit: &Unit) -> Vec<&str> {
    let marks = unit.marks.get(INNER).map_or("", String::as_str);
    marks.lines().filter_map(|dir| unit.inside(dir)).collect()
}

/// The file of a test's id. A parameter may hold anything, so the first `::` ends the path.
pub(super) fn file_of(id: &str) -> &str {
    id.split_once("::").map_or(id, |(file, _)| file)
}

/// The files that lie in the unit, as seen from its directory, each once.
fn inside<'p>(unit: &Unit, paths: impl Iterator<Item = &'p str>) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for path in paths.filter_map(|path| unit.inside(path)) {
        if !files.iter().any(|known| known == path) {
            files.push(path.to_owned());
        }
    }
    files
}
