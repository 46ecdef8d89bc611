//! Tells projects that run their tests with unittest from those that run them with pytest.

use super::command::INNER;
use super::install;
use super::manifest::join;
use super::{outline, syntax};
use crate::{Files, Unit};

/// Files beside a project that may say how its tests are run.
const SPOKEN: [&str; 14] = [
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "Pipfile",
    "tox.ini",
    "noxfile.py",
    "Makefile",
    "justfile",
    "Taskfile.yml",
    ".travis.yml",
    ".gitlab-ci.yml",
    "azure-pipelines.yml",
    "environment.yml",
    "tasks.py",
];

/// Whether every test in `tests` is a test case, and nothing that the project in `dir` says
/// speaks of pytest: no manifest, requirement, CI file or test names it.
pub(super) fn is_unittest(files: &dyn Files, dir: &str, tests: &[String]) -> bool {
    let texts: Vec<String> = tests.iter().filter_map(|path| files.text(path)).collect();
    let holds = |text: &&String| text.contains("test") || text.contains("Test");
    let mut any = false;
    for text in texts.iter().filter(holds) {
        let Some(tree) = syntax::parse(text) else {
            return false;
        };
        let root = tree.root_node();
        if outline::defines_tests(root, text) {
            any = true;
            if !outline::has_only_cases(root, text) || imports_pytest(text) {
                return false;
            }
        }
    }
    any && !speaks_of_pytest(files, dir)
}

fn imports_pytest(text: &str) -> bool {
    let lines = text.lines().map(str::trim_start);
    lines.into_iter().any(|line| {
        let rest = line.strip_prefix("import ").or(line.strip_prefix("from "));
        rest.is_some_and(|rest| rest.starts_with("pytest"))
    })
}

fn speaks_of_pytest(files: &dyn Files, dir: &str) -> bool {
    let mut paths: Vec<String> = Vec::new();
    for dir in [dir, ""] {
        paths.extend(SPOKEN.iter().map(|name| join(dir, name)));
        paths.extend(install::requirement_files(files, dir));
    }
    let is_ci = |path: &&String| path.starts_with(".github/workflows/");
    paths.extend(files.paths().iter().filter(is_ci).cloned());
    let named = |path: &String| files.text(path).is_some_and(|text| names_pytest(&text));
    paths.iter().any(named)
}

/// Whether the text names pytest or a plug-in of it in a line that is no comment.
fn names_pytest(text: &str) -> bool {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .any(|line| line.contains("pytest") || line.contains("py.test"))
}

/// Makes the unit one of unittest: it installs no pytest, and knows the units inside.
pub(super) fn for_unittest(unit: &mut Unit, all: &[String]) {
    let pytest = |command: &Vec<String>| command.last().is_some_and(|last| last == "pytest");
    unit.install.retain(|command| !pytest(command));
    if unit.install.len() == 1 {
        unit.install.clear();
    }
    let inner = |dir: &&String| **dir != unit.dir && unit.inside(dir).is_some();
    let inner: Vec<&str> = all.iter().filter(inner).map(String::as_str).collect();
    if !inner.is_empty() {
        unit.marks.insert(INNER.to_owned(), inner.join("\n"));
    }
}
