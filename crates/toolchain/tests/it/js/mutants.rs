//! What real runners do about mutants: each is switched on at run time, and judged as if the file
//! had been edited.

use super::project::{Project, modules};
use redgreen_core::evidence::{Order, Selection};
use redgreen_core::mutant::{Draft, Fate, Mutant, Operator, numbered};
use redgreen_core::outcome::Outcome;
use redgreen_core::surface::Lines;
use redgreen_toolchain::js::{JavaScript, NodeTest};
use redgreen_toolchain::mutate::Tried;
use redgreen_toolchain::{Ask, Language, MutantAsk, MutantReport, RawOutput, Wanted};
use std::collections::BTreeMap;

const PACKAGE: &str = r#"{"name":"shop","type":"module","scripts":{"test":"node --test"}}"#;

const SHOP: &str = "export const RATE = 2;
export function total(xs) {
  let sum = 0;
  for (const x of xs) sum += x;
  return sum * RATE;
}
export class Cart {
  #n = 0;
  add(n) {
    if (n < 0) throw new RangeError('negative');
    this.#n += n;
    return this;
  }
  get size() { return this.#n; }
}
export const load = async (id) => (await id) + 1;
export function count(n) {
  let i = 0;
  while (i < n) {
    i += 1;
  }
  return i;
}
export function unused(a) { return a; }
export const shout = (s) => s.trim().toUpperCase();
";

/// Everything that a session was given and said.
pub(crate) struct Session {
    mutants: Vec<Mutant>,
    texts: BTreeMap<String, String>,
    pub(crate) report: MutantReport,
    pub(crate) commands: usize,
}

impl Session {
    /// Tries the mutants of `wanted` with all tests of the project; `new` ones first.
    pub(crate) fn of(project: &mut Project, wanted: &[(&str, Wanted)], new: &[&str]) -> Self {
        let texts = &project.texts;
        let mut mutants: Vec<Mutant> = Vec::new();
        for (path, wanted) in wanted {
            let drafts = JavaScript.mutants(&texts[*path], wanted);
            mutants.extend(numbered(path, &texts[*path], drafts, |_| None));
        }
        mutants.sort_by_key(|mutant| mutant.operator);
        Self::with(project, mutants, new)
    }

    /// Tries these mutants.
    fn with(project: &mut Project, mutants: Vec<Mutant>, new: &[&str]) -> Self {
        let texts: BTreeMap<String, String> = project.texts.clone();
        let (unit, tool) = (project.unit(), project.tool());
        let (tree, scratch) = (project.tree(), project.root().join("session"));
        let (cache, whole) = (project.root().join("cache"), Selection::Whole);
        std::fs::create_dir_all(&scratch).expect("a directory");
        let new = new.iter().map(|name| (*name).to_owned()).collect();
        let ask = MutantAsk {
            ask: Ask {
                unit: &unit,
                tool: &tool,
                tests: &whole,
                order: Order::AsWritten,
                tree: &tree,
                cache: &cache,
                scratch: &scratch,
                nonce: "session",
                test_limit_ms: 5_000,
            },
            mutants: &mutants,
            texts: &texts,
            new_tests: &new,
            budget_ms: u64::MAX,
            jobs: 2,
            memory: 512 * 1024 * 1024,
            killers: &BTreeMap::new(),
            unreached: &Default::default(),
        };
        let mutator = project.runner.mutator().expect("it tries mutants");
        let switched = mutator.switched(&ask);
        let mut outputs: Vec<RawOutput> = Vec::new();
        loop {
            let mut files = texts.clone();
            files.extend(switched.clone());
            files.extend(mutator.revised(&ask, &outputs));
            files
                .iter()
                .for_each(|(path, text)| project.write(path, text));
            let due = mutator.next(&ask, &outputs, 0);
            if due.is_empty() {
                break;
            }
            outputs.extend(due.iter().map(|each| project.execute(each, &scratch)));
        }
        let report = mutator.read(&ask, &outputs);
        texts
            .iter()
            .for_each(|(path, text)| project.write(path, text));
        let commands = outputs.len();
        Self {
            mutants,
            texts,
            report,
            commands,
        }
    }

    /// The mutants with what was done about them.
    fn tried(&self) -> impl Iterator<Item = (&Mutant, &Tried)> {
        self.mutants
            .iter()
            .map(|mutant| (mutant, &self.report.tried[&mutant.id]))
    }

    /// What all tests did about the mutant `was → now` on `line`.
    #[track_caller]
    pub(crate) fn fate(&self, line: u32, was: &str, now: &str) -> &Fate {
        let is =
            |mutant: &&Mutant| mutant.lines.first == line && mutant.was == was && mutant.now == now;
        let found = self.mutants.iter().find(is);
        let found = found.unwrap_or_else(|| panic!("no {was} → {now} on {line}: {}", self.shown()));
        &self.report.tried[&found.id].by_any
    }

    pub(crate) fn shown(&self) -> String {
        let one = |(mutant, tried): (&Mutant, &Tried)| {
            format!(
                "{mutant} [{}]: {:?} / {:?}\n",
                mutant.operator.as_str(),
                tried.by_new,
                tried.by_any
            )
        };
        self.tried().map(one).collect()
    }

    /// Whether each verdict about these lines is that of a plain run on the edited file.
    fn agrees(&self, project: &mut Project, lines: &[u32]) {
        let on =
            |mutant: &Mutant| lines.contains(&mutant.lines.first) && mutant.operator.breaks_code();
        for (mutant, tried) in self.tried().filter(|(mutant, _)| on(mutant)) {
            if matches!(tried.by_any, Fate::Skipped(_)) {
                continue;
            }
            let noticed = tried.by_any.is_noticed();
            let text = &self.texts[&mutant.path];
            project.write(
                &mutant.path,
                &mutant.applied(text).expect("it fits its text"),
            );
            let report = project.whole();
            let failed = report
                .tests
                .iter()
                .find(|(_, seen)| matches!(seen.outcome, Outcome::Failed(_) | Outcome::TimedOut));
            project.write(&mutant.path, text);
            assert_eq!(
                noticed,
                failed.is_some(),
                "{mutant}: {tried:?} but plainly {failed:?}"
            );
        }
    }
}

pub(crate) fn wanted(lines: &[(u32, u32)], functions: &[&str]) -> Wanted {
    Wanted {
        lines: lines
            .iter()
            .map(|(first, last)| Lines::new(*first, *last))
            .collect(),
        functions: functions.iter().map(|name| (*name).to_owned()).collect(),
        tests: Vec::new(),
    }
}

const NODE_TESTS: &str = "import assert from 'node:assert';
import { describe, it, test } from 'node:test';
import { Cart, count, load, RATE, shout, total } from '../src/shop.mjs';
test('totals', () => { assert.strictEqual(total([1, 2]), 6); });
describe('cart', () => {
  it('adds', () => { assert.strictEqual(new Cart().add(2).size, 2); });
  it('refuses', () => { assert.throws(() => new Cart().add(-1), RangeError); });
});
test('loads', async () => { assert.strictEqual(await load(1), 2); });
test('counts', () => { assert.strictEqual(count(3), 3); });
test('shouts', () => { shout(' a '); });
test('never waits', () => { assert.rejects(Promise.reject(new Error('x'))); });
";

fn node(tests: &str) -> Project {
    Project::new(
        &NodeTest,
        "node",
        &[
            ("package.json", PACKAGE),
            ("src/shop.mjs", SHOP),
            ("test/shop.test.mjs", tests),
        ],
    )
}

#[test]
fn what_no_switch_holds_is_tried_in_a_tree_of_its_own() {
    let shop = "export function total(x) {\n  return x + 1;\n}\ntotal.rate = 5;\ntotal.idle = 6;\n";
    let mut project = Project::new(
        &NodeTest,
        "node",
        &[
            ("package.json", PACKAGE),
            ("src/shop.mjs", shop),
            ("src/broken.mjs", "export const broken = (x) => x + 2;\n"),
            ("src/rates.json", "{\"tax\": 7}\n"),
            (
                "test/shop.test.mjs",
                "import assert from 'node:assert';\nimport fs from 'node:fs';\nimport test from 'node:test';\nimport { total } from '../src/shop.mjs';\ntest('totals', () => { assert.equal(total(1), 2); });\ntest('rates', () => { assert.equal(total.rate, 5); });\ntest('taxes', () => { assert.equal(JSON.parse(fs.readFileSync('src/rates.json')).tax, 7); });\n",
            ),
            (
                "test/other.test.mjs",
                "import test from 'node:test';\nimport { broken } from '../src/broken.mjs';\ntest('nothing', () => {});\ntest('never passes', () => { if (broken(1) < 9) throw new Error('no'); });\n",
            ),
        ],
    );
    let mut mutants = Vec::new();
    for (path, operator, was, now) in [
        ("src/shop.mjs", Operator::Hunk, "total.rate = 5;\n", ""),
        ("src/shop.mjs", Operator::Hunk, "total.idle = 6;\n", ""),
        ("src/rates.json", Operator::Hunk, "7", "8"),
        ("src/shop.mjs", Operator::Arithmetic, "+", "-"),
        ("src/broken.mjs", Operator::Constant, "2", "3"),
    ] {
        let text = &project.texts[path];
        let draft = edit(text, operator, (was, now));
        mutants.extend(numbered(path, text, vec![draft], |_| None));
    }
    let session = Session::with(&mut project, mutants, &[]);
    check(
        &session,
        &[
            (4, "total.rate = 5;\n", "", "killed by assertion"),
            (5, "total.idle = 6;\n", "", "survived"),
            (1, "7", "8", "killed by assertion"),
            (2, "+", "-", "killed by assertion"),
            (1, "2", "3", "harness error"),
        ],
    );
    let Fate::HarnessError(why) = session.fate(1, "2", "3") else {
        panic!("{}", session.shown())
    };
    assert!(why.contains("\"never passes\""), "{why}");
    let over: Vec<usize> = session.tried().map(|(_, tried)| tried.over.len()).collect();
    assert_eq!(over[..3], [3, 3, 4], "those that load the file: {over:?}");
}

/// One edit by hand: `was` stands once in the text. Constants are those of the function `broken`.
fn edit(text: &str, operator: Operator, (was, now): (&str, &str)) -> Draft {
    let start = text.find(was).expect("it is there");
    let line = 1 + u32::try_from(text[..start].matches('\n').count()).expect("short");
    let function = match operator == Operator::Constant {
        true => "broken",
        false => "",
    };
    Draft {
        function: function.to_owned(),
        lines: Lines::new(line, line),
        bytes: start..start + was.len(),
        operator,
        now: now.to_owned(),
    }
}

/// Holds the fates of some mutants, by line and edit, against what is owed.
#[track_caller]
fn check(session: &Session, owed: &[(u32, &str, &str, &str)]) {
    assert_eq!(session.report.trouble, None);
    for (line, was, now, words) in owed {
        let fate = session.fate(*line, was, now);
        assert_eq!(fate.words(), *words, "{line}: {was} → {now}: {fate:?}");
    }
}

#[test]
fn node_tells_what_became_of_each_mutant() {
    let mut project = node(NODE_TESTS);
    let lines = [(1, 1), (10, 10), (16, 16), (20, 20)];
    let tests = Wanted {
        tests: vec![Lines::new(4, 4), Lines::new(12, 12)],
        ..Wanted::default()
    };
    let session = Session::of(
        &mut project,
        &[
            ("src/shop.mjs", wanted(&lines, &["Cart.add", "unused"])),
            ("test/shop.test.mjs", tests),
        ],
        &["test/shop.test.mjs::\"totals\""],
    );
    check(
        &session,
        &[
            (4, "strictEqual", "notStrictEqual", "killed by assertion"),
            (12, "rejects", "doesNotReject", "survived"),
            (9, "", "/* nothing is changed */", "survived"),
            (1, "2", "3", "killed by assertion"),
            (10, "n < 0", "true", "killed by error"),
            (10, "n < 0", "false", "killed by assertion"),
            (10, "<", "<=", "survived"),
            (10, "<", ">=", "skipped"),
            (16, "+", "-", "killed by assertion"),
            (20, "i += 1;", "", "timed out"),
            (24, "{ return a; }", "{ return undefined; }", "not reached"),
        ],
    );
    let rate = &session
        .tried()
        .find(|(mutant, _)| mutant.was == "2")
        .expect("a mutant")
        .1;
    assert_eq!(
        rate.over[0], "test/shop.test.mjs::\"totals\"",
        "new tests come first"
    );
    assert_eq!(rate.over.len(), 7, "what is loaded is a part of every test");
    let load = session
        .tried()
        .find(|(mutant, _)| mutant.was == "+")
        .expect("a mutant")
        .1;
    assert_eq!(load.over, ["test/shop.test.mjs::\"loads\""]);
    assert_eq!(load.by_new, Fate::NotReached);
    session.agrees(&mut project, &[10, 16]);
}

const CJS_SHOP: &str = "'use strict'
const RATE = 2
function total(xs) {
  let sum = 0
  for (const x of xs) sum += x
  return sum * RATE
}
class Cart {
  constructor() { this.n = 0 }
  add(n) {
    if (n < 0) throw new RangeError('negative')
    this.n += n
    return this
  }
}
const later = async (id) => (await id) + 1
function count(n) {
  let i = 0
  while (i < n) {
    i += 1
  }
  return i
}
function unused(a) { return a }
module.exports = { total, Cart, later, count, unused }
";

const CJS_TESTS: &str = "const { total, Cart, later, count } = require('../src/shop.js')
const same = (a, b) => require('assert').strictEqual(a, b)
describe('shop', () => {
  it('totals', () => same(total([1, 2]), 6))
  it('adds', () => same(new Cart().add(2).n, 2))
  it('waits', async () => same(await later(1), 2))
  it('counts', () => same(count(3), 3))
  it('never waits', () => { require('assert').rejects(Promise.reject(new Error('x'))) })
})
";

fn classic(runner: &'static dyn redgreen_toolchain::Runner, name: &str) -> Project {
    let package = format!(
        r#"{{"name":"shop","scripts":{{"test":"{name}"}},"devDependencies":{{"{name}":"*"}}}}"#
    );
    Project::new(
        runner,
        modules().join(".bin").join(name),
        &[
            ("package.json", &package),
            ("src/shop.js", CJS_SHOP),
            ("test/shop.test.js", CJS_TESTS),
        ],
    )
}

#[test]
fn mocha_tries_many_mutants_in_one_process() {
    let mut project = classic(&redgreen_toolchain::js::Mocha, "mocha");
    let all = wanted(
        &[(1, 30)],
        &["total", "Cart.add", "later", "count", "unused"],
    );
    let new = ["test/shop.test.js::\"shop > totals\""];
    let session = Session::of(&mut project, &[("src/shop.js", all)], &new);
    check(
        &session,
        &[
            (3, "", "/* nothing is changed */", "survived"),
            (6, "*", "/", "killed by assertion"),
            (13, "this", "undefined", "killed by error"),
            (16, "(await id) + 1", "id", "killed by assertion"),
            (11, "n < 0", "false", "survived"),
            (11, "<", "<=", "skipped"),
            (20, "i += 1", ";", "timed out"),
            (20, "+=", "-=", "timed out"),
            (11, "throw new RangeError('negative')", ";", "not reached"),
            (24, "{ return a }", "{ return undefined; }", "not reached"),
            // Loaded once, and so in a process of its own.
            (2, "2", "3", "killed by assertion"),
        ],
    );
    assert!(
        session.commands < session.report.executed / 2,
        "{}",
        session.commands
    );
    session.agrees(&mut project, &[2, 6, 11, 13]);
}

#[test]
fn jest_tells_what_became_of_each_mutant() {
    let mut project = classic(&redgreen_toolchain::js::Jest, "jest");
    let some = wanted(&[(2, 2), (12, 13)], &["unused"]);
    let session = Session::of(&mut project, &[("src/shop.js", some)], &[]);
    check(
        &session,
        &[
            (2, "2", "3", "killed by assertion"),
            (12, "+=", "-=", "killed by assertion"),
            (13, "this", "undefined", "killed by error"),
            (24, "{ return a }", "{ return undefined; }", "not reached"),
        ],
    );
}

const VITEST_TESTS: &str = "import { describe, expect, it, test } from 'vitest';
import { Cart, count, load, shout, total } from '../src/shop';
test('totals', () => { expect(total([1, 2])).toBe(6); });
describe('cart', () => {
  it('adds', () => { expect(new Cart().add(2).size).toBe(2); });
  it('refuses', () => { expect(() => new Cart().add(-1)).toThrow(RangeError); });
});
test.each([[1, 2], [2, 3]])('loads %i', async (a, b) => { await expect(load(a)).resolves.toBe(b); });
test('counts', () => { expect(count(3)).toBe(3); });
test('shouts', () => { shout(' a '); });
test('never waits', () => { expect(Promise.reject(new Error('x'))).rejects.toThrow(); });
";

#[test]
fn vitest_tries_many_mutants_of_a_typed_file_in_one_process() {
    let typed = SHOP
        .replace("(xs)", "(xs: number[]): number")
        .replace("unused(a)", "unused<T>(a: T): T");
    let package = r#"{"name":"shop","type":"module","scripts":{"test":"vitest run"}}"#;
    let mut project = Project::new(
        &redgreen_toolchain::js::Vitest,
        modules().join(".bin/vitest"),
        &[
            ("package.json", package),
            ("src/shop.ts", &typed),
            ("test/shop.test.ts", VITEST_TESTS),
        ],
    );
    let all = wanted(
        &[(2, 30)],
        &["total", "Cart.add", "load", "count", "unused", "shout"],
    );
    let tests = Wanted {
        tests: vec![Lines::new(3, 11)],
        ..Wanted::default()
    };
    let session = Session::of(
        &mut project,
        &[("src/shop.ts", all), ("test/shop.test.ts", tests)],
        &["test/shop.test.ts::\"totals\""],
    );
    check(
        &session,
        &[
            (3, "toBe", "not.toBe", "killed by assertion"),
            (6, "toThrow", "not.toThrow", "killed by assertion"),
            (8, "toBe", "not.toBe", "killed by assertion"),
            (2, "", "/* nothing is changed */", "survived"),
            (5, "*", "/", "killed by assertion"),
            (10, "n < 0", "true", "killed by error"),
            (10, "<", "<=", "survived"),
            (12, "this", "undefined", "killed by error"),
            (16, "+", "-", "killed by assertion"),
            (20, "i += 1;", "", "timed out"),
            (24, "{ return a; }", "{ return undefined; }", "not reached"),
            (25, "s.trim().toUpperCase()", "undefined", "survived"),
        ],
    );
    assert!(
        session.commands < session.report.executed / 2,
        "{}",
        session.commands
    );
    session.agrees(&mut project, &[5, 16]);
}
