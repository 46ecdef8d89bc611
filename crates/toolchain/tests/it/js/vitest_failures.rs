//! Every kind of failure of a real vitest, held against the labels of the captured samples.

use super::project::{Project, kind_of, modules, outcomes, trusted};
use redgreen_core::evidence::Report;
use redgreen_core::outcome::Stage;
use redgreen_toolchain::js::Vitest;

const PACKAGE: &str = r#"{"name":"calcv","type":"module","scripts":{"test":"vitest run"}}"#;
const CONFIG: &str = "import { defineConfig } from 'vitest/config';\nexport default defineConfig({ test: { includeSource: ['src/**/*.ts'], retry: 2, bail: 1 } });\n";
const CALC: &str = "export function add(a: number, b: number): number { return a + b; }
export function discount(price: number, pct: number): number {
  if (pct > 100) { return price; }
  return price - price * pct / 100;
}
export function stub(): never { throw new Error('not implemented'); }
export function stubbed(): number { if (''.length === 0) throw new Error('redgreen stub: stubbed'); return 1; }
export function wraps() { try { return stubbed(); } catch (error) { throw new Error('outer', { cause: error }); } }

if (import.meta.vitest) {
  const { it, expect } = import.meta.vitest;
  it('in-source add', () => { expect(add(1, 2)).toBe(3); });
}
";
const RIGHT: &str = "import { test, expect } from 'vitest';
import * as calc from '../src/calc';
import { clamp } from '../src/calc';
test('assert value', () => { expect(calc.discount(100, 150)).toBe(0); });
test('did not throw', () => { expect(() => calc.discount(100, 150)).toThrow(RangeError); });
test('missing named import', () => { expect(clamp(5, 0, 3)).toBe(3); });
test('missing via namespace', () => { expect((calc as any).clamp(5, 0, 3)).toBe(3); });
test('prod throws', () => { calc.stub(); });
test('async rejects', async () => { await expect(Promise.resolve(1)).rejects.toThrow(); });
test('missing property', () => { expect((calc as any).limits.max).toBe(3); });
test('hits a stub', () => { expect(calc.stubbed()).toBe(1); });
test('hits a stub behind an error', () => { calc.wraps(); });
test('hits a stub inside toThrow', () => { expect(() => calc.stubbed()).toThrow('negative'); });
test('snapshot', () => { expect(calc.add(1, 2)).toMatchSnapshot(); });
";
const MISC: &str = "import { test, expect, describe, beforeAll, beforeEach, afterAll, afterEach } from 'vitest';
import { add } from '../src/calc';
describe('hooks', () => {
  beforeAll(() => { throw new Error('db not reachable'); });
  test('in broken suite', () => { expect(add(1, 1)).toBe(2); });
});
describe('each', () => {
  beforeEach(() => { throw new Error('no room'); });
  test('in broken set-up', () => {});
});
describe('after', () => {
  afterAll(() => { throw new Error('teardown exploded'); });
  test('passes but teardown fails', () => {});
});
describe('after each', () => {
  afterEach(() => { throw new Error('clean-up exploded'); });
  test('passes but clean-up fails', () => {});
});
test('timeout', async () => { await new Promise(() => {}); }, 200);
test('reference error in test', () => { expect(clac.add(1, 1)).toBe(2); });
test('file missing', () => { throw Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' }); });
test('always false', () => { expect(true).toBe(false); });
test('exits', () => { process.exit(0); });
test.fails('fails as it should', () => { expect(1).toBe(2); });
test.fails('passes against the mark', () => {});
test('rejection nobody awaits', () => { Promise.reject(new RangeError('lost')); });
test('plain', () => {});
";

fn project() -> Project {
    Project::new(
        &Vitest,
        modules().join(".bin/vitest"),
        &[
            ("package.json", PACKAGE),
            ("vitest.config.ts", CONFIG),
            ("src/calc.ts", CALC),
            ("test/right.test.ts", RIGHT),
            ("test/wrong_misc.test.ts", MISC),
            (
                "test/right_module.test.ts",
                "import { test, expect } from 'vitest';\nimport { Money } from '../src/money';\ntest('money', () => { expect(new Money(1)).toBeTruthy(); });\n",
            ),
            (
                "test/wrong_syntax.test.ts",
                "import { test, expect } from 'vitest';\ntest('x', () => {\n  expect(1).toBe(1;\n});\n",
            ),
            (
                "test/wrong_thirdparty.test.ts",
                "import { test, expect } from 'vitest';\nimport _ from 'lodashx';\ntest('x', () => { expect(_.x).toBe(1); });\n",
            ),
            ("test/empty.test.ts", "export {};\n"),
        ],
    )
}

/// What became of `titles` in `file`.
fn did(report: &Report, file: &str, titles: &str) -> String {
    let name = format!("test/{file}.test.ts::\"{titles}\"");
    let all = outcomes(report);
    let found = all.iter().find(|(known, _)| *known == name);
    found
        .unwrap_or_else(|| panic!("{name} is in {all:#?}"))
        .1
        .clone()
}

#[test]
fn failures_are_told_apart() {
    let report = project().whole();
    trusted(&report);
    for (titles, owed) in [
        ("assert value", "Call Assertion"),
        ("did not throw", "Call Assertion"),
        ("missing named import", "Call MissingName clamp in calcv"),
        ("missing via namespace", "Call MissingName clamp in calcv"),
        ("prod throws", "Call Exception Error"),
        ("async rejects", "Call Assertion"),
        ("missing property", "Call MissingName limits in calcv"),
        ("hits a stub", "Call Stub stubbed"),
        ("hits a stub behind an error", "Call Stub stubbed"),
        ("hits a stub inside toThrow", "Call Stub stubbed"),
        ("snapshot", "Call Assertion"),
    ] {
        assert_eq!(did(&report, "right", titles), owed, "{titles}");
    }
    for (titles, owed) in [
        ("hooks > in broken suite", "Setup Fixture"),
        ("each > in broken set-up", "Setup Fixture"),
        (
            "after > passes but teardown fails",
            "Teardown Exception Error",
        ),
        (
            "after each > passes but clean-up fails",
            "Teardown Exception Error",
        ),
        ("timeout", "TimedOut"),
        ("reference error in test", "Call MissingName clac"),
        ("file missing", "Call Environment"),
        ("always false", "Call Assertion"),
        ("exits", "Process Death"),
        ("fails as it should", "Skipped(\"expected to fail\")"),
        ("passes against the mark", "Call UnexpectedPass"),
        ("rejection nobody awaits", "Call Exception RangeError"),
        ("plain", "Passed"),
    ] {
        assert_eq!(did(&report, "wrong_misc", titles), owed, "{titles}");
    }
    let inline = outcomes(&report)
        .into_iter()
        .find(|(name, _)| name.starts_with("src/"));
    assert_eq!(
        inline,
        Some(("src/calc.ts::\"in-source add\"", "Passed".to_owned()))
    );
    let place = |titles: &str| {
        let name = format!("test/right.test.ts::\"{titles}\"");
        let redgreen_core::outcome::Outcome::Failed(failure) = &report.tests[&name].outcome else {
            panic!("{titles} failed");
        };
        let at = failure.at.clone().expect("a place");
        (at.path, at.line)
    };
    assert_eq!(place("prod throws"), ("src/calc.ts".to_owned(), 6));
    assert_eq!(place("assert value"), ("test/right.test.ts".to_owned(), 4));
    files_that_do_not_load(&report);
}

fn files_that_do_not_load(report: &Report) {
    for (file, owed, line) in [
        ("right_module", "MissingModule money in calcv", 2),
        ("wrong_syntax", "Syntax", 3),
        ("wrong_thirdparty", "MissingModule lodashx", 2),
        ("empty", "Fixture", 0),
    ] {
        let start = format!("test/{file}.test.ts::\"");
        let of_file = report.diagnostics.iter().filter(|d| d.hides == start);
        let of_file: Vec<_> = of_file.collect();
        assert_eq!(of_file.len(), 1, "{file}: {report:#?}");
        let failure = &of_file[0].failure;
        assert_eq!(
            (failure.stage, kind_of(failure)),
            (Stage::Load, owed.to_owned()),
            "{file}"
        );
        let at = failure.at.as_ref().expect("a place");
        assert_eq!(
            (at.path.as_str(), at.line),
            (format!("test/{file}.test.ts").as_str(), line)
        );
    }
}
