//! Runs jest and mocha on small packages.

use super::project::{Project, files, outcome, tests, told, trusted};
use redgreen_core::evidence::{Order, Report, Selection, Trouble};
use redgreen_core::outcome::Outcome;
use redgreen_toolchain::js::{Jest, Mocha};
use redgreen_toolchain::{Exit, Runner};

const CALC: (&str, &str) = (
    "src/calc.js",
    "exports.add = (a, b) => a + b;\nexports.sub = (a, b) => { throw new Error('redgreen stub: sub'); };\n\
     exports.wrap = () => { try { exports.sub(); } catch (cause) { throw new Error('no', { cause }); } };\n",
);

/// Tests that behave in every way, in words that both runners know.
const WAYS: &str = r#"
const assert = require('assert');
const { add, sub, wrap } = require('../src/calc');
describe('add (a/b)', () => {
  it('says "größe" $1 [x]? \\o/', () => { assert.strictEqual(add(1, 2), 3); });
  it('is wrong', () => { assert.strictEqual(add(1, 2), 4); });
  for (const n of [1, 2]) it(`adds ${n} to 0`, () => { assert.strictEqual(add(n, 0), 1); });
});
it('stub', () => { sub(1, 2); });
it('wrapped stub', () => { wrap(); });
it('twice', () => {});
it('twice', () => { throw new Error('second'); });
it.skip('skipped', () => {});
describe('around', () => {
  beforeEach(() => { if (globalThis.broken) throw new Error('set-up'); });
  it('first', () => { globalThis.broken = true; });
  it('second', () => {});
});
"#;

const SLOW: &str = "it('quick', () => {});\nit('never ends', () => new Promise(() => {}));\nit('after', () => {});\n";
const DIES: &str =
    "it('before', () => {});\nit('exits', () => { process.exit(0); });\nit('later', () => {});\n";
const SPINS: &str = "it('before', () => {});\nit('spins', () => { require('fs').writeFileSync('spinning', ''); for (;;); });\nit('later', () => {});\n";

fn package(runner: &'static dyn Runner, more: &[(&str, &str)]) -> Project {
    let manifest = match runner.name() {
        "jest" => r#"{"name":"calc","scripts":{"test":"jest --bail"}}"#,
        _ => r#"{"name":"calc","scripts":{"test":"mocha --bail --retries 2 'test/**/*.test.js'"}}"#,
    };
    let mut all = vec![("package.json", manifest), CALC];
    all.extend(more);
    Project::new(runner, &all)
}

fn runners() -> [&'static dyn Runner; 2] {
    [&Jest, &Mocha]
}

fn name(rest: &str) -> String {
    format!("test/ways.test.js::{rest}")
}

fn did(report: &Report, rest: &str) -> String {
    told(outcome(report, &name(rest)))
}

#[test]
fn every_test_has_the_outcome_that_it_had() {
    for runner in runners() {
        let package = package(runner, &[("test/ways.test.js", WAYS)]);
        let report = package.whole();
        trusted(&report);
        for (rest, owed) in [
            (
                "\"add (a/b) > says \\\"größe\\\" $1 [x]? \\\\o/\"",
                "Passed",
            ),
            (
                "\"add (a/b) > is wrong\"",
                "Call: Assertion at test/ways.test.js:6",
            ),
            (
                "\"add (a/b) > adds ${n} to 0\"[add (a/b) > adds 1 to 0]",
                "Passed",
            ),
            (
                "\"add (a/b) > adds ${n} to 0\"[add (a/b) > adds 2 to 0]",
                "Call: Assertion at test/ways.test.js:7",
            ),
            ("\"stub\"", "Call: Stub sub at src/calc.js:2"),
            ("\"wrapped stub\"", "Call: Stub sub at src/calc.js:2"),
            ("\"twice\"", "Passed"),
            (
                "\"twice\"#2",
                "Call: Exception Error at test/ways.test.js:12",
            ),
            ("\"skipped\"", "Skipped(\"skipped\")"),
            ("\"around > first\"", "Passed"),
            (
                "\"around > second\"",
                "Setup: Exception Error at test/ways.test.js:15",
            ),
        ] {
            assert_eq!(did(&report, rest), owed, "{} {rest}", runner.name());
        }
        assert_eq!(report.tests.len(), 11, "{report:#?}");
    }
}

#[test]
fn asked_tests_run_and_no_others() {
    for runner in runners() {
        let package = package(runner, &[("test/ways.test.js", WAYS)]);
        let asked = [
            name("\"add (a/b) > says \\\"größe\\\" $1 [x]? \\\\o/\""),
            name("\"add (a/b) > adds ${n} to 0\""),
            name("\"twice\"#2"),
            name("\"gone\""),
            "test/gone.test.js::\"x\"".to_owned(),
        ];
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        let report = package.tests(&asked);
        trusted(&report);
        let names: Vec<&String> = report.tests.keys().collect();
        assert_eq!(names.len(), 4, "{} {names:#?}", runner.name());
        let one = package.tests(&[&name(
            "\"add (a/b) > adds ${n} to 0\"[add (a/b) > adds 2 to 0]",
        )]);
        trusted(&one);
        assert_eq!(one.tests.len(), 1, "{one:#?}");
        let none = package.run(&files(&["test/gone.test.js"]), Order::AsWritten);
        assert_eq!(none, Report::default());
        let (alone, commands) = package.run_with(
            &tests(&[&name("\"around > first\""), &name("\"around > second\"")]),
            Order::Alone,
            &|_| {},
        );
        trusted(&alone);
        assert_eq!(commands, 2);
        let second = did(&alone, "\"around > second\"");
        assert_eq!(
            second,
            "Passed",
            "{}: each in a process of its own",
            runner.name()
        );
    }
}

#[test]
fn a_seed_shuffles_and_another_seed_shuffles_otherwise() {
    let body = "const fs = require('fs');\nfor (const n of 'abcdefgh') it(n, () => fs.appendFileSync(__dirname + '/../log', n));\n";
    let package = package(&Jest, &[("test/ways.test.js", body)]);
    let order = |seed| {
        package.write("log", "");
        let report = package.run(&Selection::Whole, Order::Shuffled(seed));
        trusted(&report);
        assert_eq!(report.tests.len(), 8);
        std::fs::read_to_string(package.tree().join("log")).expect("the log")
    };
    let (first, again, other) = (order(7), order(7), order(8));
    assert_eq!(first, again);
    assert_ne!(first, other);
    assert_ne!(first, "abcdefgh");
}

#[test]
fn a_test_over_its_limit_is_told_and_the_rest_runs() {
    for runner in runners() {
        let mut package = package(runner, &[("test/ways.test.js", SLOW)]);
        package.limit_ms = 700;
        let report = package.whole();
        trusted(&report);
        assert_eq!(did(&report, "\"never ends\""), "TimedOut");
        assert_eq!(did(&report, "\"after\""), "Passed", "{}", runner.name());
    }
}

#[test]
fn a_process_that_ends_inside_a_test_is_its_death() {
    for runner in runners() {
        let mut package = package(runner, &[("test/ways.test.js", DIES)]);
        let report = package.whole();
        trusted(&report);
        assert_eq!(did(&report, "\"before\""), "Passed");
        assert_eq!(
            did(&report, "\"exits\""),
            "Process: Death",
            "{}",
            runner.name()
        );
        assert_eq!(did(&report, "\"later\""), "NotReached");
        package.write("test/ways.test.js", SPINS);
        package.stop_at = Some("spinning");
        let report = package.whole();
        assert!(
            matches!(report.trouble, Some(Trouble::Hung { .. })),
            "{report:#?}"
        );
        assert_eq!(did(&report, "\"spins\""), "TimedOut");
        assert_eq!(did(&report, "\"later\""), "NotReached");
    }
}

#[test]
fn a_run_that_was_tampered_with_is_not_believed() {
    for runner in runners() {
        let package = package(
            runner,
            &[(
                "test/ways.test.js",
                "it('a', () => { throw new Error('x'); });",
            )],
        );
        let (report, commands) = package.run_with(&Selection::Whole, Order::AsWritten, &|output| {
            output.exit = Exit::Code(0);
        });
        assert_eq!(commands, 2, "{report:#?}");
        assert!(
            matches!(report.trouble, Some(Trouble::Inconsistent { .. })),
            "{report:#?}"
        );
    }
    let setup = "const { expect } = globalThis; const quiet = new Proxy(() => quiet, { get: () => quiet });\n\
                 globalThis.expect = () => quiet;\n";
    let manifest =
        r#"{"name":"calc","scripts":{"test":"jest"},"jest":{"setupFilesAfterEnv":["./setup.js"]}}"#;
    let quiet = "jest.mock('fs'); test('a', () => { expect(1).toBe(2); });";
    let package = Project::new(
        &Jest,
        &[
            ("package.json", manifest),
            ("setup.js", setup),
            ("test/ways.test.js", quiet),
        ],
    );
    let report = package.whole();
    let why = format!("{:?}", report.trouble);
    assert!(why.contains("must fail passed"), "{report:#?}");
    let manifest = r#"{"name":"calc","scripts":{"test":"mocha -r ./setup.js test/*.test.js"}}"#;
    let setup = "const { Runner } = require('mocha'); Runner.prototype.fail = function (test) { this.emit('pass', test); };";
    let package = Project::new(
        &Mocha,
        &[
            ("package.json", manifest),
            ("setup.js", setup),
            ("test/ways.test.js", "it('a', () => { throw 1; });"),
        ],
    );
    let report = package.whole();
    assert!(
        matches!(report.trouble, Some(Trouble::Inconsistent { .. })),
        "{report:#?}"
    );
}

#[test]
fn retries_and_focus_of_the_project_hide_nothing() {
    let flaky = "let n = 0; jest.retryTimes(3);\ntest('flaky', () => { n += 1; expect(n).toBe(2); });\n\
                 test.failing('expected', () => { expect(1).toBe(2); });\ntest.failing('fixed', () => {});\n\
                 test.each([[1, 2], [2, 2]])('%i is %i', (a, b) => { expect(a).toBe(b); });\n\
                 test('snap', () => { expect({ a: 1 }).toMatchSnapshot(); });\n";
    let package = package(
        &Jest,
        &[
            ("test/ways.test.js", flaky),
            (
                "test/only.test.js",
                "test.only('o', () => {}); test('p', () => {});",
            ),
        ],
    );
    let report = package.whole();
    trusted(&report);
    assert_eq!(
        did(&report, "\"flaky\""),
        "Call: Assertion at test/ways.test.js:2"
    );
    assert_eq!(
        did(&report, "\"expected\""),
        "Skipped(\"expected to fail\")"
    );
    assert!(
        did(&report, "\"fixed\"").contains("UnexpectedPass"),
        "{report:#?}"
    );
    assert!(did(&report, "\"%i is %i\"[1 is 2]").contains("Assertion"));
    assert_eq!(did(&report, "\"%i is %i\"[2 is 2]"), "Passed");
    assert!(
        did(&report, "\"snap\"").contains("Assertion"),
        "no snapshot is written"
    );
    assert_eq!(
        outcome(&report, "test/only.test.js::\"o\""),
        &Outcome::Passed
    );
    let other = outcome(&report, "test/only.test.js::\"p\"");
    assert_eq!(other, &Outcome::Skipped("skipped".to_owned()));
}

#[test]
fn errors_of_the_type_checker_are_told_one_file_each() {
    let manifest = r#"{"name":"calc","scripts":{"test":"jest"},"jest":{"preset":"ts-jest"}}"#;
    let config = r#"{"compilerOptions":{"strict":true,"esModuleInterop":true,"module":"commonjs","types":["jest","node"],"skipLibCheck":true}}"#;
    let import = |line: &str| format!("import {{ test, expect }} from '@jest/globals';\n{line}\n");
    let missing = import(
        "import { clamp } from '../src/calc'; test('a', () => { expect(clamp(5)).toBe(3); });",
    );
    let module = import(
        "import { Money } from '../src/money'; test('a', () => { expect(new Money(1)).toBeTruthy(); });",
    );
    let types = import(
        "import { add } from '../src/calc'; test('a', () => { const s: number = 'x'; expect(add(s, 1)).toBe(3); });",
    );
    let config = config.replace("\"jest\",\"node\"", "");
    let package = Project::new(
        &Jest,
        &[
            ("package.json", manifest),
            ("tsconfig.json", &config),
            (
                "src/calc.ts",
                "export const add = (a: number, b: number): number => a + b;\n",
            ),
            ("test/missing.test.ts", &missing),
            ("test/module.test.ts", &module),
            ("test/types.test.ts", &types),
        ],
    );
    let report = package.whole();
    trusted(&report);
    let said = |file: &str| {
        let hides = format!("test/{file}.test.ts::\"");
        let found = report.diagnostics.iter().find(|each| each.hides == hides);
        found.map_or(format!("{report:#?}"), |each| {
            told(&Outcome::Failed(each.failure.clone()))
        })
    };
    assert!(
        said("missing").starts_with("Load: MissingName clamp in calc"),
        "{}",
        said("missing")
    );
    assert!(
        said("module").starts_with("Load: MissingModule money in calc"),
        "{}",
        said("module")
    );
    assert!(
        said("types").starts_with("Load: Exception TS2322"),
        "{}",
        said("types")
    );
}
