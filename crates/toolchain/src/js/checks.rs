//! Names the linters, formatters, type checkers and the coverage command that a project uses.

use super::detect::Runs;
use super::package::{Package, join};
use super::workspace::Workspace;
use crate::{Check, Checks, Files, Unit};

/// A tool that a project may use.
struct Tool {
    /// The package that brings it.
    package: &'static str,
    /// Starts of names of its configuration files; empty where its dependency alone names it.
    config: &'static [&'static str],
    checks: Checks,
    /// Its program below `node_modules/.bin`, then its arguments.
    command: &'static [&'static str],
}

const TOOLS: [Tool; 7] = [
    Tool {
        package: "eslint",
        config: &["eslint.config.", ".eslintrc"],
        checks: Checks::Lint,
        command: &["eslint", "-f", "json", "."],
    },
    Tool {
        package: "@biomejs/biome",
        config: &["biome.json"],
        checks: Checks::Lint,
        command: &["biome", "lint", "--reporter=json", "."],
    },
    Tool {
        package: "@biomejs/biome",
        config: &["biome.json"],
        checks: Checks::Format,
        command: &["biome", "format", "."],
    },
    Tool {
        package: "prettier",
        config: &[".prettierrc", "prettier.config."],
        checks: Checks::Format,
        command: &["prettier", "--list-different", "."],
    },
    Tool {
        package: "vue-tsc",
        config: &["tsconfig.json"],
        checks: Checks::Types,
        command: &["vue-tsc", "--noEmit", "--pretty", "false"],
    },
    Tool {
        package: "svelte-check",
        config: &["tsconfig.json"],
        checks: Checks::Types,
        command: &["svelte-check", "--output", "machine"],
    },
    Tool {
        package: "typescript",
        config: &["tsconfig.json"],
        checks: Checks::Types,
        command: &["tsc", "--noEmit", "--pretty", "false"],
    },
];

/// The checks of the unit that `runs` serves.
pub(crate) fn of(unit: &Unit, files: &dyn Files, runs: Runs) -> Vec<Check> {
    let workspace = Workspace::read(files);
    let own = workspace.at(&unit.dir).into_iter();
    let packages: Vec<&Package> = own.chain(workspace.around(&unit.dir)).collect();
    let mut checks: Vec<Check> = TOOLS
        .iter()
        .filter_map(|tool| check(tool, files, &packages))
        .collect();
    // Those that read Vue or Svelte files check plain TypeScript too.
    let has = |program: &str| checks.iter().any(|check| check.argv[0].ends_with(program));
    if has("/vue-tsc") || has("/svelte-check") {
        checks.retain(|check| !check.argv[0].ends_with("/tsc"));
    }
    checks.extend(coverage(&packages, runs));
    checks
}

/// Where the packages themselves name the tool: by a dependency and a file, or a key.
fn check(tool: &Tool, files: &dyn Files, packages: &[&Package]) -> Option<Check> {
    let brings = packages
        .iter()
        .find(|package| package.depends_on(tool.package))?;
    let config = packages.iter().find_map(|package| {
        let here = |path: &&String| {
            let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
            dir == package.dir && tool.config.iter().any(|start| name.starts_with(start))
        };
        files.paths().iter().find(here).cloned()
    });
    let scripted = || {
        let mut scripts = brings.scripts();
        let program = tool.command.first()?;
        let named = scripts.find(|(_, line)| line.split_whitespace().any(|word| word == *program));
        named.map(|(name, _)| format!("{} scripts.{name}", join(&brings.dir, "package.json")))
    };
    let keyed = || {
        let key = brings.key(match tool.package {
            "eslint" => "eslintConfig",
            other => other,
        });
        key.map(|_| format!("{} {}", join(&brings.dir, "package.json"), tool.package))
    };
    let because = config.or_else(scripted).or_else(keyed)?;
    Some(Check {
        checks: tool.checks,
        argv: command(&brings.dir, tool.command),
        because,
    })
}

fn command(dir: &str, words: &[&str]) -> Vec<String> {
    let mut argv: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    if let Some(program) = argv.first_mut() {
        *program = join(dir, &format!("node_modules/.bin/{program}"));
    }
    argv
}

fn coverage(packages: &[&Package], runs: Runs) -> Option<Check> {
    let (package, words): (&str, &[&str]) = match runs {
        Runs::Vitest => {
            let providers = ["@vitest/coverage-v8", "@vitest/coverage-istanbul"];
            let provider = providers
                .into_iter()
                .find(|name| packages.iter().any(|package| package.depends_on(name)))?;
            (
                provider,
                &[
                    "vitest",
                    "run",
                    "--coverage.enabled=true",
                    "--coverage.reporter=json",
                ],
            )
        }
        Runs::Jest => ("jest", &["jest", "--coverage", "--coverageReporters=json"]),
        Runs::Mocha => ("c8", &["c8", "--reporter=json", "mocha"]),
        Runs::Ava => ("c8", &["c8", "--reporter=json", "ava"]),
        Runs::NodeTest => ("c8", &["c8", "--reporter=json", "node", "--test"]),
        Runs::Tap => return None,
    };
    let brings = packages.iter().find(|each| each.depends_on(package))?;
    Some(Check {
        checks: Checks::Coverage,
        argv: command(&brings.dir, words),
        because: format!("{} dependency {package}", join(&brings.dir, "package.json")),
    })
}
