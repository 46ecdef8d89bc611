//! Reads what a directory's manifests say of its project.

use super::pytest_ini;
use crate::Files;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// Optional groups that tests need, by the names that projects give them.
const GROUPS: [&str; 6] = ["test", "tests", "testing", "dev", "develop", "development"];

/// The manifests of one directory.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pyproject: Option<Table>,
    setup_cfg: Option<Ini>,
    setup_py: Option<String>,
    /// What pytest puts on the search path.
    python_path: Vec<String>,
}

impl Manifest {
    /// Reads `pyproject.toml`, `setup.cfg`, `setup.py` and pytest's own configuration in `dir`.
    pub(super) fn read(files: &dyn Files, dir: &str) -> Self {
        let text = |name: &str| files.text(&join(dir, name));
        Self {
            pyproject: text("pyproject.toml").and_then(|text| text.parse().ok()),
            setup_cfg: text("setup.cfg").map(|text| Ini::parse(&text)),
            setup_py: text("setup.py"),
            python_path: pytest_ini::python_path(files, dir),
        }
    }

    /// The project's name, in the form that names are compared in.
    pub(super) fn name(&self) -> Option<String> {
        let modern = self.at(&["project", "name"]).and_then(Value::as_str);
        let poetry = self.at(&["tool", "poetry", "name"]).and_then(Value::as_str);
        let cfg = self.setup_cfg.as_ref().and_then(|cfg| {
            let lines = cfg.lines("metadata", "name");
            lines.first().map(String::as_str)
        });
        let found = modern.or(poetry).or(cfg)?;
        Some(normal(found))
    }

    /// Where pytest is configured, if it is here.
    pub(super) fn pytest_table(&self) -> Option<&'static str> {
        if self.at(&["tool", "pytest"]).is_some() {
            return Some("pyproject.toml [tool.pytest]");
        }
        let cfg = self.setup_cfg.as_ref()?;
        cfg.has("tool:pytest").then_some("setup.cfg [tool:pytest]")
    }

    /// Requirements of the project and of its tests.
    pub(super) fn requirements(&self) -> Vec<String> {
        let mut found = Vec::new();
        found.extend(self.strings(&["project", "dependencies"]));
        for group in GROUPS {
            found.extend(self.optional(group, 0));
            found.extend(self.group(group, 0));
            found.extend(self.strings(&["tool", "pdm", "dev-dependencies", group]));
            found.extend(self.poetry(&["tool", "poetry", "group", group, "dependencies"]));
            found.extend(self.cfg_lines("options.extras_require", group));
        }
        found.extend(self.strings(&["tool", "uv", "dev-dependencies"]));
        found.extend(self.poetry(&["tool", "poetry", "dependencies"]));
        found.extend(self.poetry(&["tool", "poetry", "dev-dependencies"]));
        found.extend(self.cfg_lines("options", "install_requires"));
        found.extend(self.cfg_lines("options", "tests_require"));
        for key in ["install_requires", "tests_require"] {
            let listed = self.setup_py.as_deref();
            found.extend(
                listed
                    .map(|text| listed_strings(text, key))
                    .unwrap_or_default(),
            );
        }
        let own = self.name();
        found.retain(|each| Some(requirement_name(each)) != own);
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|each| seen.insert(each.clone()));
        found
    }

    /// Directories that hold the project's packages, as the build configuration says.
    pub(super) fn source_dirs(&self) -> Vec<String> {
        let mut found = self.strings(&["tool", "setuptools", "packages", "find", "where"]);
        found.extend(self.text(&["tool", "setuptools", "package-dir", ""]));
        found.extend(self.text(&["tool", "pdm", "build", "package-dir"]));
        found.extend(self.text(&["tool", "maturin", "python-source"]));
        found.extend(self.text(&["tool", "uv", "build-backend", "module-root"]));
        let packages = self.at(&["tool", "poetry", "packages"]);
        for package in packages.and_then(Value::as_array).into_iter().flatten() {
            let from = package.get("from").and_then(Value::as_str);
            found.extend(from.map(str::to_owned));
        }
        let wheel = ["tool", "hatch", "build", "targets", "wheel", "packages"];
        for package in self.strings(&wheel) {
            found.extend(package.rsplit_once('/').map(|(dir, _)| dir.to_owned()));
        }
        found.extend(self.cfg_lines("options.packages.find", "where"));
        for line in self.cfg_lines("options", "package_dir") {
            found.extend(line.strip_prefix('=').map(|dir| dir.trim().to_owned()));
        }
        found.extend(self.setup_py.as_deref().and_then(package_dir));
        found.extend(self.python_path.iter().cloned());
        let dirs = found.into_iter();
        dirs.map(|dir| {
            dir.trim_start_matches("./")
                .trim_end_matches('/')
                .to_owned()
        })
        .filter(|dir| !dir.is_empty() && dir != "." && !dir.starts_with(['/', '.']))
        .collect()
    }

    /// Files that a build writes the version into, as the build configuration says.
    pub(super) fn version_files(&self) -> Vec<String> {
        let hatch = ["tool", "hatch", "build", "hooks", "vcs", "version-file"];
        let keys: [&[&str]; 6] = [
            &hatch,
            &["tool", "setuptools_scm", "version_file"],
            &["tool", "setuptools_scm", "write_to"],
            &["tool", "setuptools-scm", "version_file"],
            &["tool", "setuptools-scm", "write_to"],
            &["tool", "pdm", "version", "write_to"],
        ];
        keys.into_iter().filter_map(|key| self.text(key)).collect()
    }

    fn at(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        let mut value = self.pyproject.as_ref()?.get(*first)?;
        for key in rest {
            value = value.get(key)?;
        }
        Some(value)
    }

    fn text(&self, path: &[&str]) -> Option<String> {
        self.at(path)?.as_str().map(str::to_owned)
    }

    /// A list of strings, or one string as a list.
    fn strings(&self, path: &[&str]) -> Vec<String> {
        match self.at(path) {
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect(),
            Some(Value::String(one)) => vec![one.clone()],
            _ => Vec::new(),
        }
    }

    /// An optional group, with the other groups of this project that it asks for: `name[extra]`.
    fn optional(&self, group: &str, depth: usize) -> Vec<String> {
        let own = self.name();
        let mut found = Vec::new();
        for each in self.strings(&["project", "optional-dependencies", group]) {
            let extras = each
                .split_once('[')
                .and_then(|(_, rest)| rest.split_once(']'));
            match extras {
                Some((extras, _)) if depth < 8 && Some(requirement_name(&each)) == own => {
                    let extras = extras.split(',').map(str::trim);
                    found.extend(extras.flat_map(|extra| self.optional(extra, depth + 1)));
                }
                Some(_) | None => found.push(each),
            }
        }
        found
    }

    /// A dependency group with the groups that it includes.
    fn group(&self, name: &str, depth: usize) -> Vec<String> {
        let Some(items) = self
            .at(&["dependency-groups", name])
            .and_then(Value::as_array)
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items {
            let included = item.get("include-group").and_then(Value::as_str);
            match (item.as_str(), included) {
                (Some(requirement), _) => found.push(requirement.to_owned()),
                (None, Some(group)) if depth < 8 => found.extend(self.group(group, depth + 1)),
                (None, _) => {}
            }
        }
        found
    }

    fn poetry(&self, path: &[&str]) -> Vec<String> {
        let table = self.at(path).and_then(Value::as_table);
        let entries = table.into_iter().flatten();
        entries
            .filter(|(name, _)| *name != "python")
            .filter_map(|(name, value)| poetry_requirement(name, value))
            .collect()
    }

    fn cfg_lines(&self, section: &str, key: &str) -> Vec<String> {
        self.setup_cfg
            .as_ref()
            .map_or(Vec::new(), |cfg| cfg.lines(section, key).to_vec())
    }
}

/// `dir/name`, where the root's directory is empty.
pub(super) fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() {
        name.to_owned()
    } else {
        format!("{dir}/{name}")
    }
}

/// The package that a requirement asks for, in the form that names are compared in.
pub(super) fn requirement_name(requirement: &str) -> String {
    let end = requirement
        .find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c))
        .unwrap_or(requirement.len());
    normal(&requirement[..end])
}

fn normal(name: &str) -> String {
    let parts = name
        .trim()
        .split(['-', '_', '.'])
        .filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_lowercase()
}

/// A dependency of Poetry as a plain requirement; nothing for one that is a directory.
fn poetry_requirement(name: &str, value: &Value) -> Option<String> {
    let elsewhere = ["path", "git", "url"]
        .iter()
        .any(|key| value.get(key).is_some());
    if elsewhere {
        return None;
    }
    let version = value.as_str().or_else(|| value.get("version")?.as_str())?;
    let extras = value.get("extras").and_then(Value::as_array);
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
    let bounds: Vec<String> = version.split(',').map(|part| bound(part.trim())).collect();
    Some(format!("{name}{extras}{}", bounds.join(",")))
}

/// `^1.2` → `>=1.2,<2`; `~1.2` → `>=1.2,<1.3`; a bare version is that version.
fn bound(version: &str) -> String {
    let parts = |text: &str| -> Vec<u64> {
        text.split('.')
            .map_while(|part| part.parse().ok())
            .collect()
    };
    if version.is_empty() || version == "*" {
        return String::new();
    }
    let next = |mut numbers: Vec<u64>, place: usize| {
        numbers.truncate(place + 1);
        if let Some(last) = numbers.last_mut() {
            *last += 1;
        }
        let texts: Vec<String> = numbers.iter().map(u64::to_string).collect();
        texts.join(".")
    };
    if let Some(low) = version.strip_prefix('^') {
        let numbers = parts(low);
        let place = numbers.iter().position(|number| *number > 0);
        let place = place.unwrap_or(numbers.len().saturating_sub(1));
        return format!(">={low},<{}", next(numbers, place));
    }
    if let Some(low) = version
        .strip_prefix('~')
        .filter(|low| !low.starts_with('='))
    {
        let numbers = parts(low);
        let place = numbers.len().min(2) - usize::from(!numbers.is_empty());
        return format!(">={low},<{}", next(numbers, place));
    }
    if version.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("=={version}");
    }
    version.to_owned()
}

/// The quoted strings of `key=[…]` in a setup.py, where the list is written out.
fn listed_strings(text: &str, key: &str) -> Vec<String> {
    let Some((_, rest)) = text.split_once(&format!("{key}=[")) else {
        return Vec::new();
    };
    let list = rest.split(']').next().unwrap_or_default();
    let parts = list.split(['"', '\'']).skip(1).step_by(2);
    parts
        .map(str::to_owned)
        .filter(|each| !each.is_empty())
        .collect()
}

/// `package_dir={"": "src"}` in a setup.py.
fn package_dir(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("package_dir")?;
    let inner = rest.split('}').next()?;
    let parts: Vec<&str> = inner.split(['"', '\'']).skip(1).step_by(2).collect();
    match parts.as_slice() {
        ["", dir, ..] => Some((*dir).to_owned()),
        _ => None,
    }
}

/// A file of sections, keys and values over several lines.
#[derive(Debug, Default)]
pub(super) struct Ini {
    sections: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Ini {
    /// Reads what it can.
    pub(super) fn parse(text: &str) -> Self {
        let mut ini = Self::default();
        let (mut section, mut key) = (String::new(), String::new());
        for line in text.lines() {
            let bare = line.trim();
            if bare.is_empty() || bare.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = bare
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
                && !line.starts_with([' ', '\t'])
            {
                section = name.trim().to_owned();
                key.clear();
                ini.sections.entry(section.clone()).or_default();
                continue;
            }
            let keys = ini.sections.entry(section.clone()).or_default();
            if line.starts_with([' ', '\t']) {
                keys.entry(key.clone()).or_default().push(bare.to_owned());
            } else if let Some((name, value)) = bare.split_once(['=', ':']) {
                key = name.trim().to_owned();
                let values = keys.entry(key.clone()).or_default();
                let value = value.trim();
                values.extend((!value.is_empty()).then(|| value.to_owned()));
            }
        }
        ini
    }

    /// Whether it has the section.
    pub(super) fn has(&self, section: &str) -> bool {
        self.sections.contains_key(section)
    }

    /// The lines of a value.
    pub(super) fn lines(&self, section: &str, key: &str) -> &[String] {
        self.sections
            .get(section)
            .and_then(|keys| keys.get(key))
            .map_or(&[], Vec::as_slice)
    }
}
