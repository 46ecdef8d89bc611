//! Node's own runner on small projects: every kind of failure, ids, orders, canaries.

use super::project::{Project, files, kind_of, outcomes, tests, trusted};
use redgreen_core::evidence::{Order, Report, Trouble};
use redgreen_core::outcome::{FailureKind, Stage};
use redgreen_toolchain::js::NodeTest;
use std::time::Duration;

const PACKAGE: &str = r#"{"name":"calcn","scripts":{"test":"node --test"}}"#;
const CALC: &str = "exports.add = (a, b) => a + b;
exports.discount = (price, pct) => pct > 100 ? price : price - price * pct / 100;
exports.stub = () => { throw new Error('not implemented'); };
exports.stubbed = () => { if (''.length === 0) throw new Error('redgreen stub: stubbed'); };
";
const OK: &str = "const { test, describe, it } = require('node:test'); const assert = require('node:assert'); const { add } = require('../src/calc');
describe('add', () => { it('adds two numbers', () => assert.strictEqual(add(1, 2), 3)); it.skip('skipped one', () => {}); it.todo('todo one'); });
test('parent', async (t) => { await t.test('child \"a/b\" (größe)', () => {}); await t.test('wrong', () => assert.ok(false)); });
for (const n of [1, 2]) test(`adds ${n}`, () => {});
";
const RIGHT: &str = "const { test } = require('node:test'); const assert = require('node:assert'); const calc = require('../src/calc');
test('assert value', () => assert.strictEqual(calc.discount(100, 150), 0));
test('did not throw', () => assert.throws(() => calc.discount(100, 150), RangeError));
test('missing function', () => assert.strictEqual(calc.clamp(5, 0, 3), 3));
test('prod throws', () => calc.stub());
test('hits a stub', () => calc.stubbed());
test('hits a stub inside throws', () => assert.throws(() => calc.stubbed(), /negative/));
";
const MISC: &str = "const { test, describe, it, before, after, beforeEach } = require('node:test');
describe('hooks', () => { before(() => { throw new Error('db not reachable'); }); it('in broken suite', () => {}); });
describe('after', () => { after(() => { throw new Error('teardown exploded'); }); it('passes but teardown fails', () => {}); });
test('timeout', { timeout: 200 }, async () => { await new Promise((r) => setTimeout(r, 3000)); });
test('reference error in test', () => { clac.add(1, 1); });
test('plain', () => {});
";

fn project() -> Project {
    Project::new(
        &NodeTest,
        "node",
        &[
            ("package.json", PACKAGE),
            ("src/calc.js", CALC),
            ("src/esm.mjs", "export const add = 1;\n"),
            ("test/ok.test.js", OK),
            ("test/right.test.js", RIGHT),
            ("test/wrong_misc.test.js", MISC),
            (
                "test/right_module.test.js",
                "const { describe, it } = require(\"node:test\");\nconst { Money } = require('../src/money');\ndescribe('money', () => { it('m', () => new Money(1)); });\n",
            ),
            (
                "test/right_named.test.mjs",
                "import { test } from 'node:test'; import { clamp } from '../src/esm.mjs';\ntest('x', () => clamp(1));\n",
            ),
            (
                "test/wrong_syntax.test.js",
                "const { test } = require('node:test'); test('y', () => { foo(1; })\n",
            ),
        ],
    )
}

fn did(report: &Report, file: &str, titles: &str) -> String {
    let ends = ["js", "ts"].map(|end| format!("test/{file}.test.{end}::{titles}"));
    let (name, all) = (&ends[0], outcomes(report));
    let found = all
        .iter()
        .find(|(known, _)| ends.iter().any(|end| known == end));
    found
        .unwrap_or_else(|| panic!("{name} is in {all:#?}"))
        .1
        .clone()
}

#[test]
fn failures_are_told_apart() {
    let report = project().whole();
    trusted(&report);
    for (file, titles, owed) in [
        ("ok", "\"add > adds two numbers\"", "Passed"),
        ("ok", "\"add > skipped one\"", "Skipped(\"skip\")"),
        ("ok", "\"add > todo one\"", "Skipped(\"todo\")"),
        ("ok", "\"parent\"", "Call Assertion"),
        ("ok", "\"parent > child \\\"a/b\\\" (größe)\"", "Passed"),
        ("ok", "\"parent > wrong\"", "Call Assertion"),
        ("ok", "\"adds ${n}\"[adds 2]", "Passed"),
        ("right", "\"assert value\"", "Call Assertion"),
        ("right", "\"did not throw\"", "Call Assertion"),
        (
            "right",
            "\"missing function\"",
            "Call MissingName clamp in calcn",
        ),
        ("right", "\"prod throws\"", "Call Exception Error"),
        ("right", "\"hits a stub\"", "Call Stub stubbed"),
        (
            "right",
            "\"hits a stub inside throws\"",
            "Call Stub stubbed",
        ),
        ("wrong_misc", "\"hooks > in broken suite\"", "Setup Fixture"),
        (
            "wrong_misc",
            "\"after > passes but teardown fails\"",
            "Teardown Exception Error",
        ),
        ("wrong_misc", "\"timeout\"", "TimedOut"),
        (
            "wrong_misc",
            "\"reference error in test\"",
            "Call MissingName clac",
        ),
        ("wrong_misc", "\"plain\"", "Passed"),
    ] {
        assert_eq!(did(&report, file, titles), owed, "{file} {titles}");
    }
    files_that_do_not_load(&report);
}

fn files_that_do_not_load(report: &Report) {
    for (file, owed) in [
        ("right_module.test.js", "MissingModule money in calcn"),
        ("right_named.test.mjs", "MissingName clamp in calcn"),
        ("wrong_syntax.test.js", "Syntax"),
    ] {
        let start = format!("test/{file}::\"");
        let of_file: Vec<_> = report
            .diagnostics
            .iter()
            .filter(|d| d.hides == start)
            .collect();
        assert_eq!(of_file.len(), 1, "{file}: {report:#?}");
        let failure = &of_file[0].failure;
        assert_eq!(
            (failure.stage, kind_of(failure)),
            (Stage::Load, owed.to_owned()),
            "{file}"
        );
        let at = failure.at.as_ref().expect("a place");
        assert_eq!(at.path, format!("test/{file}"));
    }
}

#[test]
fn tests_are_asked_by_name_in_every_order() {
    let project = project();
    let child = "test/ok.test.js::\"parent > child \\\"a/b\\\" (größe)\"";
    let value = "test/right.test.js::\"assert value\"";
    let report = project.tests(&[child, value, "test/gone.test.js::\"x\""]);
    trusted(&report);
    let owed = [
        (child, "Passed".to_owned()),
        (value, "Call Assertion".to_owned()),
    ];
    assert_eq!(outcomes(&report), owed);
    let report = project.run(&tests(&[value, child]), Order::Alone);
    trusted(&report);
    assert_eq!(outcomes(&report), owed);
    let report = project.run(
        &files(&["test/ok.test.js", "test/gone.test.js"]),
        Order::Shuffled(3),
    );
    trusted(&report);
    assert_eq!(report.tests.len(), 8, "{report:#?}");
    let report = project.run(&files(&["test/gone.test.js"]), Order::AsWritten);
    trusted(&report);
    assert!(report.tests.is_empty());
}

#[test]
fn deaths_hangs_and_tampering_are_seen() {
    let mut project = project();
    project.limit_ms = 4_000;
    project.whole_limit = Duration::from_secs(60);
    project.write(
        "test/dies.test.js",
        "const { test } = require('node:test');\ntest('before', () => {});\ntest('exits', async () => { await new Promise((r) => setTimeout(r, 200)); process.exit(3); });\ntest('behind', () => {});\n",
    );
    project.write(
        "test/hangs.test.js",
        "const { test } = require('node:test');\ntest('before', () => {});\ntest('hangs', async () => { await new Promise((r) => setTimeout(r, 200)); for (;;); });\ntest('behind', () => {});\n",
    );
    let report = project.run(&files(&["test/hangs.test.js"]), Order::AsWritten);
    trusted(&report);
    assert_eq!(
        did(&report, "hangs", "\"hangs\""),
        "TimedOut",
        "{report:#?}"
    );
    assert_eq!(did(&report, "hangs", "\"behind\""), "NotReached");
    let report = project.run(&files(&["test/dies.test.js"]), Order::AsWritten);
    trusted(&report);
    assert_eq!(
        did(&report, "dies", "\"exits\""),
        "Process Death",
        "{report:#?}"
    );
    assert_eq!(did(&report, "dies", "\"behind\""), "NotReached");
    project.write(
        "preload.cjs",
        "require('node:assert').strictEqual = () => {};\n",
    );
    project.write(
        "package.json",
        r#"{"name":"calcn","scripts":{"test":"node --require ./preload.cjs --test"}}"#,
    );
    let report = project.run(&files(&["test/right.test.js"]), Order::AsWritten);
    let Some(Trouble::Inconsistent { why }) = report.trouble else {
        panic!("the must-fail canary passed: {report:#?}");
    };
    assert!(why.contains("must fail passed"), "{why}");
}

#[test]
fn a_process_that_ends_well_amid_its_tests_hides_none_of_them() {
    let project = Project::new(
        &NodeTest,
        "node",
        &[
            ("package.json", PACKAGE),
            (
                "test/quits.test.js",
                "const { test } = require('node:test');\ntest('before', () => {});\ntest('quits', () => { process.exit(0); });\n",
            ),
            (
                "test/leaves.test.js",
                "const { test } = require('node:test');\nconst later = () => new Promise((r) => setTimeout(r, 200));\ntest('before', later);\ntest('leaves', async () => { await later(); process.exit(0); });\ntest('behind', () => {});\n",
            ),
            (
                "test/elsewhere.test.js",
                "const { test } = require('node:test');\nif (process.platform === 'plan9') { test('there', () => {}); }\n",
            ),
        ],
    );
    let report = project.whole();
    trusted(&report);
    let hidden: Vec<&str> = report
        .diagnostics
        .iter()
        .map(|d| d.hides.as_str())
        .collect();
    assert_eq!(hidden, ["test/quits.test.js::\""], "{report:#?}");
    let death = &report.diagnostics[0].failure;
    assert_eq!(death.kind, FailureKind::Death);
    assert_eq!(did(&report, "leaves", "\"before\""), "Passed");
    assert_eq!(did(&report, "leaves", "\"leaves\""), "Process Death");
    assert_eq!(did(&report, "leaves", "\"behind\""), "NotReached");
    assert_eq!(report.tests.len(), 3, "{report:#?}");
}

#[test]
fn typescript_runs_by_the_projects_own_loader() {
    let project = Project::new(
        &NodeTest,
        "node",
        &[
            (
                "package.json",
                r#"{"name":"ts","type":"module","scripts":{"test":"tsx --test"},"devDependencies":{"tsx":"4"}}"#,
            ),
            (
                "src/sum.ts",
                "export const sum = (a: number, b: number): number => a + b;\n",
            ),
            (
                "test/sum.test.ts",
                "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { sum } from '../src/sum.ts';\ntest('adds', () => { assert.equal(sum(1, 2) as number, 3); });\n",
            ),
        ],
    );
    let report = project.whole();
    trusted(&report);
    assert_eq!(did(&report, "sum", "\"adds\""), "Passed");
}
