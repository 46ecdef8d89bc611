//! Which directories PHPUnit serves, and what the project itself names.

use crate::ruby::project::Snapshot;
use redgreen_toolchain::Runner;
use redgreen_toolchain::php::Phpunit;

const CASE: &str = "<?php class ATest extends TestCase {}";

#[test]
fn units_are_found_by_their_manifests_and_tests() {
    let manifest = "{\"autoload\": {\"psr-4\": {\"App\\\\\": \"src/\", \"Shop\\\\Pay\\\\\": [\"lib/pay\"]}, \"files\": [\"lib/helpers.php\"]}, \"require-dev\": {\"phpunit/phpunit\": \"^9\"}}";
    let files = Snapshot::of(&[
        ("composer.json", manifest),
        ("composer.lock", "{}"),
        ("phpunit.xml.dist", ""),
        ("tests/ATest.php", CASE),
        ("packages/x/composer.json", "{}"),
        ("packages/x/src/X.php", ""),
        ("packages/x/tests/XTest.php", CASE),
        ("packages/y/composer.json", "{}"),
        ("vendor/z/composer.json", "{}"),
        ("vendor/z/tests/ZTest.php", CASE),
        ("tests/fixtures/app/composer.json", "{}"),
    ]);
    let units = Phpunit.detect(&files);
    let dirs: Vec<&str> = units.iter().map(|unit| unit.dir.as_str()).collect();
    assert_eq!(dirs, ["", "packages/x"]);
    let because = [
        "phpunit.xml.dist",
        "composer.json require-dev phpunit/phpunit",
        "tests/ATest.php",
    ];
    assert_eq!(units[0].because, because);
    assert_eq!(units[0].own_names, ["App", "Shop"]);
    assert_eq!(units[0].import_roots, ["src", "lib/pay", "lib"]);
    assert_eq!(units[0].locks, ["composer.json", "composer.lock"]);
    assert_eq!(units[0].dependencies, ["vendor"]);
    assert_eq!(units[1].dependencies, ["packages/x/vendor"]);
}

#[test]
fn a_project_without_tests_of_phpunit_is_no_unit() {
    let files = Snapshot::of(&[
        ("composer.json", "{}"),
        ("src/SpeedTest.php", "<?php class SpeedTest {}"),
    ]);
    assert!(Phpunit.detect(&files).is_empty());
}

#[test]
fn checks_are_those_that_the_project_names() {
    let files = Snapshot::of(&[
        (
            "composer.json",
            "{\"require-dev\": {\"squizlabs/php_codesniffer\": \"*\"}}",
        ),
        ("phpstan.neon", ""),
        ("phpunit.xml", ""),
    ]);
    let unit = Phpunit.detect(&files).remove(0);
    let argvs = Phpunit
        .checks(&unit, &files)
        .into_iter()
        .map(|check| check.argv.join(" "));
    let owed = [
        "vendor/bin/phpstan analyse --error-format=json --no-progress",
        "vendor/bin/phpcs --report=json",
    ];
    assert_eq!(argvs.collect::<Vec<_>>(), owed);
}
