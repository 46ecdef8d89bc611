//! Makes the commands that install a unit's dependencies, and never the project itself: an
//! installed copy would be tested in place of the tree.

use super::command::STORED;
use super::layout::below;
use super::manifest::{Manifest, join};
use crate::Files;
use serde_json::Value;

/// The files that decide what is installed, and the commands that install it.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// From the repository's root, strongest first.
    pub(super) locks: Vec<String>,
    /// See [`crate::Unit::install`].
    pub(super) commands: Vec<Vec<String>>,
}

/// Where a tool that reads a lock file is installed, apart from what the tests see.
const TOOL: &str = if cfg!(windows) {
    "$STORE/tool/Scripts"
} else {
    "$STORE/tool/bin"
};

const EXPORTED: &str = "$STORE/requirements.txt";

/// The plan for the unit in `dir`.
pub(super) fn plan(files: &dyn Files, dir: &str, manifest: &Manifest) -> Plan {
    let has = |name: &str| files.paths().binary_search(&join(dir, name)).is_ok();
    let mut plan = Plan::default();
    let listed = requirement_files(files, dir);
    let locked = ["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"]
        .into_iter()
        .find(|name| has(name));
    plan.locks.extend(locked.map(|name| join(dir, name)));
    plan.locks.extend(listed.iter().cloned());
    for name in ["pyproject.toml", "setup.cfg", "setup.py", "Pipfile"] {
        plan.locks.extend(has(name).then(|| join(dir, name)));
    }
    let mut steps = match locked {
        Some("Pipfile.lock") => vec![pip(pipenv(files, dir))],
        Some(name) => exported(name, dir),
        None if !listed.is_empty() => vec![pip(requirements(files, dir, &listed))],
        None => vec![pip(manifest.requirements())],
    };
    steps.retain(|step| !step.is_empty());
    if steps.is_empty() && !plan.locks.is_empty() {
        // Nothing is listed: the tests need their runner all the same.
        steps.push(Vec::new());
    }
    if !steps.is_empty() {
        plan.commands
            .push(words(&["python3", "-m", "venv", "$STORE/venv"]));
        plan.commands
            .extend(steps.into_iter().filter(|step| !step.is_empty()));
        plan.commands.push(pip(vec!["pytest".to_owned()]));
    }
    plan
}

fn words(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

/// Installs `what`; nothing where there is nothing to install.
fn pip(what: Vec<String>) -> Vec<String> {
    if what.is_empty() {
        return Vec::new();
    }
    let mut command = words(&[
        STORED,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
    ]);
    command.extend(what);
    command
}

/// The lock's own tool writes a list of requirements; pip installs it.
fn exported(lock: &str, dir: &str) -> Vec<Vec<String>> {
    let (packages, export): (&[&str], &str) = match lock {
        "uv.lock" => (
            &["uv"],
            "uv export --frozen --all-extras --all-groups --no-emit-workspace --no-hashes \
             --output-file $OUT --directory $PROJECT",
        ),
        "poetry.lock" => (
            &["poetry", "poetry-plugin-export"],
            "poetry export --all-extras --all-groups --without-hashes --output $OUT \
             --directory $PROJECT",
        ),
        _ => (
            &["pdm"],
            "pdm export --group :all --without-hashes --output $OUT --project $PROJECT",
        ),
    };
    let project = join("$TREE", dir);
    let word = |word: &str| match word {
        "$OUT" => EXPORTED.to_owned(),
        "$PROJECT" => project.trim_end_matches('/').to_owned(),
        word => word.to_owned(),
    };
    let mut command: Vec<String> = export.split_whitespace().map(word).collect();
    if let Some(program) = command.first_mut() {
        *program = format!("{TOOL}/{program}");
    }
    let mut fetch = words(&[&format!("{TOOL}/python"), "-m", "pip", "install"]);
    fetch.extend(words(packages));
    vec![
        words(&["python3", "-m", "venv", "$STORE/tool"]),
        fetch,
        command,
        pip(words(&["-r", EXPORTED])),
    ]
}

/// `requirements*.txt` in `dir` and the files of `dir/requirements/`.
pub(super) fn requirement_files(files: &dyn Files, dir: &str) -> Vec<String> {
    let listed = |path: &&String| {
        below(path, dir).is_some_and(|rest| {
            let top = rest.starts_with("requirements") && !rest.contains('/');
            let inner = rest
                .strip_prefix("requirements/")
                .is_some_and(|r| !r.contains('/'));
            (top || inner) && rest.ends_with(".txt")
        })
    };
    files.paths().iter().filter(listed).cloned().collect()
}

/// pip's arguments for requirement files. Where one of them names the project itself, its other
/// lines are given one by one.
fn requirements(files: &dyn Files, dir: &str, listed: &[String]) -> Vec<String> {
    let mut args = Vec::new();
    for path in listed.iter().filter(|path| wanted(path, dir)) {
        let text = files.text(path).unwrap_or_default();
        let lines = text
            .lines()
            .map(|line| line.split(" #").next().unwrap_or_default().trim());
        let lines: Vec<&str> = lines
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
            .collect();
        if !lines.iter().any(|line| is_local(line)) {
            args.extend(["-r".to_owned(), format!("$TREE/{path}")]);
            continue;
        }
        let other = lines
            .into_iter()
            .filter(|line| !is_local(line) && !line.starts_with('-'));
        args.extend(other.map(|line| line.split(" --hash").next().unwrap_or(line).to_owned()));
    }
    args
}

/// Lists for documentation and releases are not what tests need.
fn wanted(path: &str, dir: &str) -> bool {
    let name = below(path, dir).unwrap_or(path);
    ![
        "doc",
        "lint",
        "release",
        "deploy",
        "publish",
        "build",
        "constraint",
    ]
    .iter()
    .any(|word| name.contains(word))
}

fn is_local(line: &str) -> bool {
    let target = line
        .strip_prefix("-e")
        .or_else(|| line.strip_prefix("--editable"))
        .map_or(line, |rest| rest.trim_start_matches(['=', ' ']));
    target.starts_with(['.', '/']) || target.starts_with("file:")
}

/// The packages of a Pipfile.lock.
fn pipenv(files: &dyn Files, dir: &str) -> Vec<String> {
    let text = files.text(&join(dir, "Pipfile.lock")).unwrap_or_default();
    let lock: Value = serde_json::from_str(&text).unwrap_or_default();
    let sections = ["default", "develop"].into_iter();
    let packages = sections.filter_map(|section| lock.get(section)?.as_object());
    packages
        .flatten()
        .filter_map(|(name, entry)| pinned(name, entry))
        .collect()
}

fn pinned(name: &str, entry: &Value) -> Option<String> {
    let version = entry.get("version")?.as_str()?;
    let extras = entry.get("extras").and_then(Value::as_array);
    let extras: Vec<&str> = extras
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let extras = if extras.is_empty() {
        String::new()
    } else {
        format!("[{}]", extras.join(","))
    };
    let markers = entry.get("markers").and_then(Value::as_str);
    let markers = markers.map_or(String::new(), |markers| format!("; {markers}"));
    Some(format!("{name}{extras}{version}{markers}"))
}
