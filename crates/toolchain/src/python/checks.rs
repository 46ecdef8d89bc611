//! Names the linters, formatters and type checkers that a Python project itself uses.

use super::install::requirement_files;
use super::manifest::{Ini, Manifest, join, requirement_name};
use crate::{Check, Checks, Files, Unit};
use toml::{Table, Value};

/// One tool: what names it, and how it checks.
struct Tool {
    checks: Checks,
    /// Its package, as requirements and hooks name it.
    package: &'static str,
    /// Files that are its own configuration.
    files: &'static [&'static str],
    /// Its table below `[tool]` in pyproject.toml, part by part.
    table: &'static [&'static str],
    /// Its section in setup.cfg and tox.ini.
    section: &'static str,
    argv: &'static [&'static str],
}

/// In the order of the report. A bare dependency on ruff does not say that it formats.
const TOOLS: [Tool; 7] = [
    Tool {
        checks: Checks::Lint,
        package: "ruff",
        files: &["ruff.toml", ".ruff.toml"],
        table: &["ruff"],
        section: "",
        argv: &["ruff", "check", "--no-fix", "--output-format", "json", "."],
    },
    Tool {
        checks: Checks::Lint,
        package: "flake8",
        files: &[".flake8"],
        table: &["flake8"],
        section: "flake8",
        argv: &["flake8", "."],
    },
    Tool {
        checks: Checks::Lint,
        package: "pylint",
        files: &["pylintrc", ".pylintrc", ".pylintrc.toml", "pylintrc.toml"],
        table: &["pylint"],
        section: "pylint",
        argv: &["pylint", "--output-format=json2", "--recursive=y", "."],
    },
    Tool {
        checks: Checks::Format,
        package: "black",
        files: &[],
        table: &["black"],
        section: "",
        argv: &["black", "--check", "--quiet", "."],
    },
    Tool {
        checks: Checks::Format,
        package: "ruff-format",
        files: &[],
        table: &["ruff", "format"],
        section: "",
        argv: &["ruff", "format", "--check", "."],
    },
    Tool {
        checks: Checks::Types,
        package: "mypy",
        files: &["mypy.ini", ".mypy.ini"],
        table: &["mypy"],
        section: "mypy",
        argv: &["mypy", "--output", "json"],
    },
    Tool {
        checks: Checks::Types,
        package: "pyright",
        files: &["pyrightconfig.json"],
        table: &["pyright"],
        section: "",
        argv: &["pyright", "--outputjson"],
    },
];

/// What names the coverage of tests.
const COVERAGE: Tool = Tool {
    checks: Checks::Coverage,
    package: "coverage",
    files: &[".coveragerc"],
    table: &["coverage"],
    section: "coverage:run",
    argv: &["coverage", "run", "--branch", "-m"],
};

/// The checks of the project in the unit's directory.
pub(super) fn of(unit: &Unit, files: &dyn Files) -> Vec<Check> {
    let said = Said::of(files, &unit.dir);
    let mut found: Vec<Check> = TOOLS
        .iter()
        .filter_map(|tool| {
            let because = said.names(files, &unit.dir, tool)?;
            Some(check(tool, because, targets(tool, &said)))
        })
        .collect();
    let plugin = || said.requires("pytest-cov");
    if let Some(because) = said.names(files, &unit.dir, &COVERAGE).or_else(plugin) {
        found.push(check(&COVERAGE, because, vec![unit.runner.clone()]));
    }
    found
}

fn check(tool: &Tool, because: String, more: Vec<String>) -> Check {
    let mut argv: Vec<String> = tool.argv.iter().map(|word| (*word).to_owned()).collect();
    argv.extend(more);
    Check {
        checks: tool.checks,
        argv,
        because,
    }
}

/// mypy needs something to look at where its configuration names nothing.
fn targets(tool: &Tool, said: &Said) -> Vec<String> {
    let named = tool.package != "mypy" || said.mypy_targets;
    if named {
        Vec::new()
    } else {
        vec![".".to_owned()]
    }
}

/// What the project says of its tools.
struct Said {
    pyproject: Option<Value>,
    inis: Vec<(String, Ini)>,
    /// Requirements with the file that holds them.
    required: Vec<(String, String)>,
    hooks: String,
    mypy_targets: bool,
}

impl Said {
    fn of(files: &dyn Files, dir: &str) -> Self {
        let text = |name: &str| files.text(&join(dir, name));
        let parsed = text("pyproject.toml").and_then(|text| text.parse::<Table>().ok());
        let pyproject = parsed.map(Value::Table);
        let mut inis = Vec::new();
        for name in ["setup.cfg", "tox.ini", "mypy.ini", ".mypy.ini"] {
            inis.extend(text(name).map(|text| (join(dir, name), Ini::parse(&text))));
        }
        let of_manifest = Manifest::read(files, dir).requirements().into_iter();
        let mut required: Vec<(String, String)> = of_manifest
            .map(|each| (requirement_name(&each), join(dir, "pyproject.toml")))
            .collect();
        for path in requirement_files(files, dir) {
            let listed = files.text(&path).unwrap_or_default();
            let names = listed.lines().map(|line| requirement_name(line.trim()));
            required.extend(names.map(|name| (name, path.clone())));
        }
        let mypy = |key: &str| {
            let table = pyproject
                .as_ref()
                .and_then(|all| all.get("tool")?.get("mypy"));
            let section = inis
                .iter()
                .any(|(_, ini)| !ini.lines("mypy", key).is_empty());
            section || table.is_some_and(|table| table.get(key).is_some())
        };
        let mypy_targets = ["files", "packages", "modules"].into_iter().any(mypy);
        Self {
            hooks: text(".pre-commit-config.yaml").unwrap_or_default(),
            pyproject,
            inis,
            required,
            mypy_targets,
        }
    }

    /// The file or key that names the tool, strongest first.
    fn names(&self, files: &dyn Files, dir: &str, tool: &Tool) -> Option<String> {
        let own = tool.files.iter().map(|name| join(dir, name));
        let mut own = own.filter(|path| files.paths().binary_search(path).is_ok());
        own.next()
            .or_else(|| self.table(tool.table))
            .or_else(|| self.section(tool.section))
            .or_else(|| self.requires(tool.package))
            .or_else(|| self.hook(tool.package))
    }

    fn table(&self, path: &[&str]) -> Option<String> {
        let mut value = self.pyproject.as_ref()?.get("tool")?;
        for part in path {
            value = value.get(part)?;
        }
        Some(format!("pyproject.toml [tool.{}]", path.join(".")))
    }

    fn section(&self, name: &str) -> Option<String> {
        let mut inis = self.inis.iter().filter(|_| !name.is_empty());
        let (path, _) = inis.find(|(_, ini)| ini.has(name))?;
        Some(format!("{path} [{name}]"))
    }

    fn requires(&self, package: &str) -> Option<String> {
        let (_, path) = self.required.iter().find(|(name, _)| name == package)?;
        Some(format!("dependency {package} of {path}"))
    }

    /// A hook of pre-commit: `- id: black`.
    fn hook(&self, id: &str) -> Option<String> {
        let named = |line: &str| {
            let line = line.trim().trim_start_matches("- ");
            let found = line.strip_prefix("id:").map(str::trim);
            found.is_some_and(|found| found == id)
        };
        let found = self.hooks.lines().any(named);
        found.then(|| format!(".pre-commit-config.yaml {id}"))
    }
}
