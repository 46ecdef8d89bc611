//! ava and tape on small projects: every kind of failure, ids, orders, canaries.

use super::project::{Project, files, modules, outcomes, tests, trusted};
use redgreen_core::evidence::{Diagnostic, Order, Report, Selection, Trouble};
use redgreen_toolchain::js::{Ava, Tap};

const CALC: &str = "exports.add = (a, b) => a + b;
exports.sub = () => { if (''.length === 0) throw new Error('redgreen stub: sub'); };
exports.boom = () => { throw new RangeError('bad'); };
exports.wrap = () => { try { exports.sub(); } catch (cause) { throw new Error('no', { cause }); } };
exports.parse = () => JSON.parse('{');
exports.later = async () => { throw new RangeError('later'); };
";

const AVA_WAYS: &str = r#"const test = require('ava');
const calc = require('../src/calc');
test('adds "größe" $1 [x]? \\o/ * # SKIP a › b', t => { t.is(calc.add(1, 2), 3); });
test('is  wrong\nhere ', t => { t.is(calc.add(1, 2), 4); });
test('missing', t => { t.is(calc.clamp(1), 4); });
test('undefined name', t => { clac.add(); });
test('boom', t => { calc.boom(); });
test('boom below', t => { calc.parse(); });
test('stub', t => { calc.sub(); });
test('wrapped', t => { calc.wrap(); });
test('throws stub', t => { t.throws(() => calc.sub(), { message: /neg/ }); });
test('throws nothing', t => { t.throws(() => calc.add()); });
test('async', async t => { await calc.later(); });
test('node assert', t => { require('assert').strictEqual(1, 2); });
test('none', t => { });
test('never', async t => { await new Promise(() => {}); });
for (const n of [1, 2]) test(`adds ${n} to 0`, t => { t.is(calc.add(n, 0), 1); });
test.skip('skipped', t => { t.pass(); });
test.todo('later on');
test.failing('known bug', t => { t.is(1, 2); });
test.failing('fixed bug', t => { t.is(1, 1); });
"#;

const AVA_HOOKS: &str = "const test = require('ava');
test.beforeEach(t => { if (t.title.endsWith('second')) throw new Error('set-up'); });
test.afterEach.always(t => { if (t.title.endsWith('third')) throw new Error('clean-up'); });
for (const title of ['first']) test('first', t => { t.pass(); });
test('second', t => { t.pass(); });
test('third', t => { t.pass(); });
";

/// Files that one test ends in another way than by its result.
const AVA_ENDS: [(&str, &str); 3] = [
    ("test/exits.js", "process.exit(0);"),
    ("test/kills.js", "process.kill(process.pid, 'SIGKILL');"),
    (
        "test/late.js",
        "setTimeout(() => require('../src/calc').boom(), 1); return new Promise(r => setTimeout(r, 20000));",
    ),
];

const UNLOADED: [(&str, &str); 5] = [
    (
        "test/module.js",
        "const test = require('RUNNER'); const { Money } = require('../src/money');\ntest('m', t => { t.pass(); });\n",
    ),
    (
        "test/export.mjs",
        "import test from 'RUNNER'; import { clamp } from '../src/esm.mjs';\ntest('m', t => { t.pass(); });\n",
    ),
    (
        "test/syntax.js",
        "const test = require('RUNNER');\ntest('y', t => { foo(1; })\n",
    ),
    (
        "test/raises.js",
        "const test = require('RUNNER');\ntest('y', t => { t.pass(); });\nrequire('../src/calc').boom();\n",
    ),
    (
        "test/dies.js",
        "const test = require('RUNNER');\ntest('y', t => { t.pass(); });\nprocess.exit(3);\n",
    ),
];

const UNLOADED_OWED: [(&str, &str); 5] = [
    ("test/dies.js::\"", "Process Death"),
    ("test/export.mjs::\"", "Load MissingName clamp in calc"),
    ("test/module.js::\"", "Load MissingModule money in calc"),
    ("test/raises.js::\"", "Load Exception RangeError"),
    ("test/syntax.js::\"", "Load Syntax"),
];

fn project(name: &str, more: &[(&str, &str)]) -> Project {
    let manifest = format!(r#"{{"name":"calc","scripts":{{"test":"{name}"}}}}"#);
    let mut all = vec![
        ("package.json", manifest.as_str()),
        ("src/calc.js", CALC),
        ("src/esm.mjs", "export const add = 1;\n"),
    ];
    all.extend(more);
    if name == "ava" {
        Project::new(&Ava, modules().join(".bin/ava"), &all)
    } else {
        Project::new(&Tap, "node", &all)
    }
}

#[track_caller]
fn check(report: &Report, file: &str, owed: &[(&str, &str)]) {
    let start = format!("{file}::");
    let found = outcomes(report).into_iter();
    let found: Vec<(String, String)> = found
        .filter_map(|(name, word)| Some((name.strip_prefix(&start)?.to_owned(), word)))
        .collect();
    let mut owed: Vec<(String, String)> = owed
        .iter()
        .map(|(name, word)| ((*name).to_owned(), (*word).to_owned()))
        .collect();
    owed.sort();
    assert_eq!(found, owed, "{file}: {report:#?}");
}

fn place(report: &Report, name: &str) -> String {
    let redgreen_core::outcome::Outcome::Failed(failure) = &report.tests[name].outcome else {
        panic!("{name} failed: {report:#?}");
    };
    let at = failure.at.as_ref().expect("a place");
    format!("{}:{}", at.path, at.line)
}

#[test]
fn ava_tells_failures_apart() {
    let report = project(
        "ava",
        &[("test/ways.js", AVA_WAYS), ("test/hooks.js", AVA_HOOKS)],
    )
    .whole();
    trusted(&report);
    let ways = [
        (
            "\"adds \\\"größe\\\" $1 [x]? \\\\o/ * # SKIP a › b\"",
            "Passed",
        ),
        ("\"is  wrong\\nhere \"", "Call Assertion"),
        ("\"missing\"", "Call MissingName clamp in calc"),
        ("\"undefined name\"", "Call MissingName clac"),
        ("\"boom\"", "Call Exception RangeError"),
        ("\"boom below\"", "Call Exception SyntaxError"),
        ("\"stub\"", "Call Stub sub"),
        ("\"wrapped\"", "Call Stub sub"),
        ("\"throws stub\"", "Call Stub sub"),
        ("\"throws nothing\"", "Call Assertion"),
        ("\"async\"", "Call Exception RangeError"),
        ("\"node assert\"", "Call Assertion"),
        ("\"none\"", "Call Exception Error"),
        ("\"never\"", "TimedOut"),
        ("\"adds ${n} to 0\"[adds 1 to 0]", "Passed"),
        ("\"adds ${n} to 0\"[adds 2 to 0]", "Call Assertion"),
        ("\"skipped\"", "Skipped(\"skip\")"),
        ("\"later on\"", "Skipped(\"todo\")"),
        ("\"known bug\"", "Skipped(\"expected to fail\")"),
        ("\"fixed bug\"", "Call UnexpectedPass"),
    ];
    check(&report, "test/ways.js", &ways);
    let hooks = [
        ("\"first\"", "Passed"),
        ("\"second\"", "Setup Fixture"),
        ("\"third\"", "Teardown Exception Error"),
    ];
    check(&report, "test/hooks.js", &hooks);
    let at = |title: &str| place(&report, &format!("test/ways.js::\"{title}\""));
    assert_eq!(at("node assert"), "test/ways.js:14");
    assert_eq!(at("throws nothing"), "test/ways.js:12");
    assert_eq!(at("boom below"), "src/calc.js:5");
}

#[test]
fn what_ends_a_file_of_ava_is_told() {
    let text = |way: &str| {
        format!(
            "const test = require('ava');\ntest('before', t => {{ t.pass(); }});\ntest('ends', t => {{ {way} }});\ntest('after', t => {{ t.pass(); }});\n"
        )
    };
    let mut project = project("ava", &[]);
    for (path, way) in AVA_ENDS {
        project.write(path, &text(way));
    }
    for (path, text) in UNLOADED {
        project.write(path, &text.replace("RUNNER", "ava"));
    }
    let report = project.whole();
    trusted(&report);
    for (path, owed) in [
        ("test/exits.js", "Process Death"),
        ("test/kills.js", "Process Death"),
        ("test/late.js", "Call Exception RangeError"),
    ] {
        // A kill takes ava along, and with it what it had not heard yet: all of the file, if so.
        let unheard = |found: &&Diagnostic| found.hides.starts_with("test/kills.js");
        let all = outcomes(&report);
        let died = all
            .iter()
            .filter(|(name, word)| name.starts_with(path) && word == owed);
        match path {
            "test/kills.js" => {
                let unheard = report.diagnostics.iter().filter(unheard).count();
                assert_eq!(died.count() + unheard, 1, "{report:#?}");
            }
            _ => {
                let owed = [
                    ("\"before\"", "Passed"),
                    ("\"ends\"", owed),
                    ("\"after\"", "NotReached"),
                ];
                check(&report, path, &owed);
            }
        }
    }
    let mut loaded = report;
    loaded
        .diagnostics
        .retain(|found| !found.hides.starts_with("test/kills.js"));
    unloaded(&loaded);
}

#[track_caller]
fn unloaded(report: &Report) {
    let found: Vec<(&str, String)> = report
        .diagnostics
        .iter()
        .map(|d| {
            (
                d.hides.as_str(),
                format!(
                    "{:?} {}",
                    d.failure.stage,
                    super::project::kind_of(&d.failure)
                ),
            )
        })
        .collect();
    let mut owed = UNLOADED_OWED.map(|(hides, word)| (hides, word.to_owned()));
    owed.sort();
    assert_eq!(found, owed, "{report:#?}");
}

#[test]
fn a_test_of_ava_that_hangs_is_stopped_and_named() {
    let mut project = project(
        "ava",
        &[(
            "test/spins.js",
            "const test = require('ava');\ntest('quick', t => { t.pass(); });\ntest('spins', t => { for (;;); });\ntest('after', t => { t.pass(); });\n",
        )],
    );
    project.limit_ms = 3000;
    let report = project.whole();
    trusted(&report);
    let owed = [
        ("\"quick\"", "Passed"),
        ("\"spins\"", "TimedOut"),
        ("\"after\"", "NotReached"),
    ];
    check(&report, "test/spins.js", &owed);
}

const PLAIN: &str = "const test = require('ava');
test('one', t => { t.pass(); });
test('!two *', t => { t.pass(); });
for (const n of [1, 2]) test(`adds ${n}`, t => { t.pass(); });
";

#[test]
fn ava_runs_the_asked_tests_in_every_order() {
    let project = project("ava", &[("test/plain.js", PLAIN), ("test/other.js", PLAIN)]);
    let two = "test/plain.js::\"!two *\"";
    let cases = "test/plain.js::\"adds ${n}\"";
    let gone = "test/plain.js::\"gone\"";
    let report = project.tests(&[two, cases, gone, "test/gone.js::\"x\""]);
    trusted(&report);
    let first = format!("{cases}[adds 1]");
    let second = format!("{cases}[adds 2]");
    let names: Vec<&String> = report.tests.keys().collect();
    assert_eq!(names, [two, first.as_str(), second.as_str()]);
    let alone = project.run(&tests(&[two, second.as_str()]), Order::Alone);
    trusted(&alone);
    assert_eq!(alone.tests.len(), 2, "{alone:#?}");
    let shuffled = project.run(&files(&["test/other.js"]), Order::Shuffled(7));
    trusted(&shuffled);
    assert_eq!(shuffled.tests.len(), 4, "{shuffled:#?}");
    let nothing = project.tests(&[gone]);
    trusted(&nothing);
    assert!(nothing.tests.is_empty(), "{nothing:#?}");
}

#[test]
fn an_ava_whose_assertions_always_hold_is_refused() {
    let project = project(
        "ava",
        &[
            ("test/plain.js", PLAIN),
            (
                "ava.config.mjs",
                "export default { require: ['./rig.mjs'] };\n",
            ),
            ("rig.mjs", RIG),
        ],
    );
    let report = project.whole();
    let why = Some("a test that must fail passed".to_owned());
    assert_eq!(refused(&report), why, "{report:#?}");
}

/// Equality that always holds: what ava's `t.is` asks.
const RIG: &str = "Object.is = () => true;\n";

fn refused(report: &Report) -> Option<String> {
    match &report.trouble {
        Some(Trouble::Inconsistent { why }) => Some(why.clone()),
        Some(_) | None => None,
    }
}

const TAPE_WAYS: &str = r#"const test = require('tape');
const calc = require('../src/calc');
test('adds "größe" $1 [x]? \\o/ # a', t => { t.equal(calc.add(1, 2), 3, 'it adds'); t.end(); });
test('is wrong', t => { t.plan(2); t.equal(calc.add(1, 2), 4); t.deepEqual({ a: [1] }, { a: [2] }); });
test('stub in throws', t => { t.throws(() => calc.sub(), /neg/); t.end(); });
test('throws nothing', t => { t.throws(() => calc.add(), /neg/, 'must throw'); t.end(); });
test('nested', t => { t.test('child', s => { s.ok(false, 'no'); s.end(); }); t.ok(true); t.end(); });
test('async', async t => { await calc.later(); });
test('async stub', async t => { calc.wrap(); });
test('none', t => { t.end(); });
test('plan', { timeout: 200 }, t => { t.plan(2); t.pass(); });
test('error', t => { t.error(new RangeError('bad')); t.end(); });
test('comment', t => { t.comment('twice'); t.pass(); console.log('# nested\nok 7 loose'); t.ok(0); t.end(); });
test('two\nlines', t => { t.pass('p\nq'); t.end(); });
test.skip('skipped', t => { t.pass(); });
test('skips', { skip: true }, t => { t.pass(); });
test('skips one', t => { t.equal(1, 2, 'x', { skip: true }); t.end(); });
test('todo', { todo: true }, t => { t.fail('td'); t.end(); });
for (const n of [1, 2]) test(`adds ${n} to 0`, t => { t.equal(calc.add(n, 0), 1); t.end(); });
test('twice', t => { t.pass(); t.end(); });
test('twice', t => { t.fail(); t.end(); });
test('last throws', t => { t.equal(calc.clamp(1), 4); t.end(); });
test('unreached', t => { t.pass(); t.end(); });
"#;

#[test]
fn tape_tells_failures_apart() {
    let report = project("tape test/*.js", &[("test/ways.js", TAPE_WAYS)]).whole();
    trusted(&report);
    let ways = [
        ("\"adds \\\"größe\\\" $1 [x]? \\\\o/ # a\"", "Passed"),
        ("\"is wrong\"", "Call Assertion"),
        ("\"stub in throws\"", "Call Stub sub"),
        ("\"throws nothing\"", "Call Assertion"),
        ("\"nested\"", "Call Assertion"),
        ("\"nested > child\"", "Call Assertion"),
        ("\"async\"", "Call Exception RangeError"),
        ("\"async stub\"", "Call Stub sub"),
        ("\"none\"", "Skipped(\"it ran no assertion\")"),
        ("\"plan\"", "TimedOut"),
        ("\"error\"", "Call Assertion"),
        ("\"comment\"", "Call Assertion"),
        ("\"two\\nlines\"", "Passed"),
        ("\"skipped\"", "NotReached"),
        ("\"skips\"", "Skipped(\"skip\")"),
        ("\"skips one\"", "Skipped(\"every assertion is skipped\")"),
        ("\"todo\"", "Skipped(\"todo\")"),
        ("\"adds ${n} to 0\"[adds 1 to 0]", "Passed"),
        ("\"adds ${n} to 0\"[adds 2 to 0]", "Call Assertion"),
        ("\"twice\"", "Passed"),
        ("\"twice\"#2", "Call Assertion"),
        ("\"last throws\"", "Call MissingName clamp in calc"),
        ("\"unreached\"", "NotReached"),
    ];
    check(&report, "test/ways.js", &ways);
    let at = |title: &str| place(&report, &format!("test/ways.js::\"{title}\""));
    assert_eq!(at("is wrong"), "test/ways.js:4");
    assert_eq!(at("async"), "src/calc.js:6");
    assert_eq!(at("last throws"), "test/ways.js:22");
}

#[test]
fn what_ends_a_file_of_tape_is_told() {
    let text = |way: &str| {
        format!(
            "const test = require('tape');\ntest('before', t => {{ t.pass(); t.end(); }});\ntest('ends', t => {{ {way} }});\ntest('after', t => {{ t.pass(); t.end(); }});\ntest.skip('muted', t => {{}});\n"
        )
    };
    let mut project = project("tape test/*.js", &[]);
    project.limit_ms = 3000;
    for (path, way, owed) in [
        ("test/exits.js", "process.exit(0);", "Process Death"),
        (
            "test/kills.js",
            "process.kill(process.pid, 'SIGKILL');",
            "Process Death",
        ),
        ("test/spins.js", "for (;;);", "TimedOut"),
        ("test/waits.js", "setInterval(() => {}, 1000);", "TimedOut"),
        ("test/forgets.js", "t.pass();", "TimedOut"),
        (
            "test/boom.js",
            "setTimeout(() => require('../src/calc').boom(), 1);",
            "Call Exception RangeError",
        ),
    ] {
        project.write(path, &text(way));
        let report = project.run(&files(&[path]), Order::Shuffled(1));
        trusted(&report);
        let after = [("\"after\"", "NotReached"), ("\"muted\"", "NotReached")];
        let mut all = vec![("\"before\"", "Passed"), ("\"ends\"", owed)];
        all.extend(after);
        check(&report, path, &all);
    }
}

#[test]
fn files_of_tape_that_do_not_load_are_told() {
    let mut project = project("tape test/*.js", &[]);
    for (path, text) in UNLOADED {
        project.write(path, &text.replace("RUNNER", "tape"));
    }
    let report = project.run(&Selection::Whole, Order::Shuffled(3));
    trusted(&report);
    let mut report = report;
    report.diagnostics.sort_by(|a, b| a.hides.cmp(&b.hides));
    unloaded(&report);
}

const TYPED: &str = "import test from 'tape';\nimport { add } from '../src/typed.js';\ninterface Row { n: number }\nconst rows: Row[] = [{ n: 1 }];\n\ntest('typed', (t) => {\n  t.equal(add(rows[0].n, 1), 3);\n  t.end();\n});\ntest.skip('muted', (t) => { t.end(); });\n";

#[test]
fn tape_runs_the_asked_tests_also_of_typescript_modules() {
    let manifest = r#"{"name":"calc","type":"module","devDependencies":{"tape":"5","tsx":"4"},"scripts":{"test":"tsx test/all.ts"}}"#;
    let project = Project::new(
        &Tap,
        "node",
        &[
            ("package.json", manifest),
            (
                "src/typed.ts",
                "export const add = (a: number, b: number): number => a + b;\n",
            ),
            ("test/typed.test.ts", TYPED),
        ],
    );
    let report = project.whole();
    trusted(&report);
    let owed = [
        ("\"typed\"", "Call Assertion"),
        ("\"muted\"", "Skipped(\"skip\")"),
    ];
    check(&report, "test/typed.test.ts", &owed);
    let typed = "test/typed.test.ts::\"typed\"";
    assert_eq!(place(&report, typed), "test/typed.test.ts:7");
    let asked = project.tests(&[typed]);
    trusted(&asked);
    assert_eq!(asked.tests.keys().collect::<Vec<_>>(), [typed]);
    let alone = project.run(&tests(&[typed]), Order::Alone);
    trusted(&alone);
    assert_eq!(alone.tests.keys().collect::<Vec<_>>(), [typed]);
}

#[test]
fn a_tape_whose_assertions_always_hold_is_refused() {
    let rig =
        "const { Test } = require('tape');\nTest.prototype.equal = function () { this.pass(); };\n";
    let text = "const test = require('tape');\ntest('a', t => { t.pass(); t.end(); });\n";
    let project = project(
        "tape -r ./rig.js test/*.js",
        &[("test/a.js", text), ("rig.js", rig)],
    );
    let report = project.whole();
    let why = Some("a test that must fail passed".to_owned());
    assert_eq!(refused(&report), why, "{report:#?}");
}
