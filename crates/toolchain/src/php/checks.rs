//! Lists the checks that a PHP project itself names.

use crate::check::Checks;
use crate::{Check, Files, Unit};
use serde_json::Value;

/// What a check looks at, its configuration, its package, its command.
type Known = (
    Checks,
    &'static [&'static str],
    &'static str,
    &'static [&'static str],
);

const KNOWN: [Known; 5] = [
    (
        Checks::Types,
        &["phpstan.neon", "phpstan.neon.dist", "phpstan.dist.neon"],
        "phpstan/phpstan",
        &[
            "vendor/bin/phpstan",
            "analyse",
            "--error-format=json",
            "--no-progress",
        ],
    ),
    (
        Checks::Types,
        &["psalm.xml", "psalm.xml.dist"],
        "vimeo/psalm",
        &["vendor/bin/psalm", "--no-progress", "--no-cache"],
    ),
    (
        Checks::Lint,
        &[
            "phpcs.xml",
            "phpcs.xml.dist",
            ".phpcs.xml",
            ".phpcs.xml.dist",
        ],
        "squizlabs/php_codesniffer",
        &["vendor/bin/phpcs", "--report=json"],
    ),
    (
        Checks::Format,
        &[".php-cs-fixer.php", ".php-cs-fixer.dist.php"],
        "friendsofphp/php-cs-fixer",
        &[
            "vendor/bin/php-cs-fixer",
            "fix",
            "--dry-run",
            "--format=json",
            "--using-cache=no",
        ],
    ),
    (
        Checks::Format,
        &["pint.json"],
        "laravel/pint",
        &["vendor/bin/pint", "--test"],
    ),
];

/// Linters, formatters and type checkers by their configuration, else by composer.json.
pub(super) fn of(unit: &Unit, files: &dyn Files) -> Vec<Check> {
    let path = unit.from_root("composer.json");
    let manifest = files
        .text(&path)
        .and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let manifest = manifest.unwrap_or_default();
    let needs = |package: &str| {
        let keys = ["require-dev", "require"];
        keys.iter().any(|key| !manifest[*key][package].is_null())
    };
    let named = |configs: &[&str], package: &str| {
        let mut configs = configs.iter().map(|name| unit.from_root(name));
        let config = configs.find(|path| files.paths().binary_search(path).is_ok());
        config.or_else(|| needs(package).then(|| format!("{path} names {package}")))
    };
    let check = |(checks, configs, package, argv): &Known| {
        let because = named(configs, package)?;
        let argv = argv.iter().map(|word| (*word).to_owned()).collect();
        Some(Check {
            checks: *checks,
            argv,
            because,
        })
    };
    KNOWN.iter().filter_map(check).collect()
}
