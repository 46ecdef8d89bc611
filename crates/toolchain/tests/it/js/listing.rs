//! Tests that base's runner names without running them.

use super::project::{Project, Snapshot, files, modules, outcomes};
use redgreen_toolchain::Runner;
use redgreen_toolchain::js::{Jest, Mocha, NodeTest, Vitest};

const MADE: &str = "const fs = require('node:fs');
const { formats } = require('../src/formats');
const ran = (name) => () => { fs.appendFileSync(__dirname + '/../ran', name); };
describe('export', () => {
  beforeEach(ran('before'));
  for (const name of Object.keys(formats)) it(`writes ${name}`, ran(name));
  it('is plain', ran('plain'));
});
";

const PLAIN: &str = "test('nothing varies here', () => {});\n";

const FORMATS: &str = "exports.formats = { csv: 1, xml: 2 };\n";

fn project(runner: &'static dyn Runner, program: &str, imports: &str, package: &str) -> Project {
    let (made, plain) = (format!("{imports}{MADE}"), format!("{imports}{PLAIN}"));
    let written = [
        ("package.json", package),
        ("src/formats.js", FORMATS),
        ("test/made.test.js", &made),
        ("test/plain.test.js", &plain),
    ];
    let program = match program {
        "node" => program.into(),
        package => modules().join(package),
    };
    Project::new(runner, program, &written)
}

/// Lists the tests of both files, of which none may run.
fn check(project: &Project, owed: &[&str]) {
    let lister = project.runner.lister().expect("a runner that can list");
    let varying = lister.varying(&project.unit(), &Snapshot::new(project.texts.clone()));
    assert_eq!(varying, ["test/made.test.js"]);
    let report = project.list(&files(&["test/made.test.js"]));
    assert_eq!(report.trouble, None, "{report:#?}");
    let named: Vec<(&str, String)> = outcomes(&report);
    let owed: Vec<(&str, String)> = owed
        .iter()
        .map(|name| (*name, "NotReached".to_owned()))
        .collect();
    assert_eq!(named, owed);
    assert!(!project.tree().join("ran").exists(), "no test ran");
}

const NAMED: [&str; 3] = [
    "test/made.test.js::\"export > is plain\"",
    "test/made.test.js::\"export > writes ${name}\"[export > writes csv]",
    "test/made.test.js::\"export > writes ${name}\"[export > writes xml]",
];

#[test]
fn jest_names_its_tests_and_runs_none() {
    let package = r#"{"name":"a","scripts":{"test":"jest"},"devDependencies":{"jest":"29"}}"#;
    check(&project(&Jest, ".bin/jest", "", package), &NAMED);
}

#[test]
fn mocha_names_its_tests_and_runs_none() {
    let package =
        r#"{"name":"a","scripts":{"test":"mocha test/*.js"},"devDependencies":{"mocha":"10"}}"#;
    let imports = "const test = it;\n";
    check(&project(&Mocha, ".bin/mocha", imports, package), &NAMED);
}

#[test]
fn vitest_names_its_tests_and_runs_none() {
    let package =
        r#"{"name":"a","scripts":{"test":"vitest run"},"devDependencies":{"vitest":"2"}}"#;
    let imports = "import { beforeEach, describe, it, test } from 'vitest';\n";
    check(&project(&Vitest, ".bin/vitest", imports, package), &NAMED);
}

#[test]
fn node_names_its_tests_and_runs_none() {
    let package = r#"{"name":"a","scripts":{"test":"node --test"}}"#;
    let imports = "const { beforeEach, describe, it, test } = require('node:test');\n";
    let project = project(&NodeTest, "node", imports, package);
    check(&project, &NAMED);
}
