//! Lists the checks that a Ruby project itself names.

use crate::check::Checks;
use crate::{Check, Files, Unit};

/// Linters and type checkers by their configuration, where the bundle or a file names them.
pub(super) fn of(unit: &Unit, files: &dyn Files) -> Vec<Check> {
    let bundled = unit.marks.contains_key(super::command::GEMFILE);
    let gemfiles = ["Gemfile.lock", "Gemfile"].map(|name| unit.from_root(name));
    let named = |gem: &str| {
        gemfiles.iter().find(|path| {
            let text = files.text(path).unwrap_or_default();
            text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_')
                .any(|word| word == gem)
        })
    };
    let has = |name: &str| {
        let path = unit.from_root(name);
        files.paths().binary_search(&path).is_ok().then_some(path)
    };
    let known: [(Checks, Option<String>, &str, &[&str]); 5] = [
        (
            Checks::Lint,
            has(".rubocop.yml"),
            "rubocop",
            &["rubocop", "--format", "json", "--no-color"],
        ),
        (
            Checks::Lint,
            has(".standard.yml"),
            "standard",
            &["standardrb", "--no-fix"],
        ),
        (
            Checks::Types,
            has("sorbet/config"),
            "sorbet",
            &["srb", "tc"],
        ),
        (
            Checks::Types,
            has("Steepfile"),
            "steep",
            &["steep", "check"],
        ),
        (Checks::Lint, has(".reek.yml"), "reek", &["reek"]),
    ];
    let mut checks = Vec::new();
    for (kind, config, gem, argv) in known {
        let because = config.or_else(|| named(gem).map(|path| format!("{path} names {gem}")));
        checks.extend(because.map(|because| check(kind, bundled, argv, because)));
    }
    // SimpleCov measures whatever run its helper is loaded in.
    if let Some(path) = named("simplecov") {
        let because = format!("{path} names simplecov");
        checks.push(check(Checks::Coverage, bundled, &["rspec"], because));
    }
    checks
}

fn check(checks: Checks, bundled: bool, argv: &[&str], because: String) -> Check {
    let start: &[&str] = if bundled { &["bundle", "exec"] } else { &[] };
    Check {
        checks,
        argv: start
            .iter()
            .chain(argv)
            .map(|word| (*word).to_owned())
            .collect(),
        because,
    }
}
