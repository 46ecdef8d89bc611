//! What the language says of source text.

use super::*;
use std::collections::BTreeMap;

fn of(path: &str, text: &str) -> Outline {
    outline(&Unit::default(), path, text)
}

fn names(text: &str) -> Vec<(String, bool)> {
    let tests = of("t.test.ts", text).tests.into_iter();
    let bare = |name: String| name.trim_start_matches("t.test.ts::").to_owned();
    tests.map(|test| (bare(test.id.name), test.muted)).collect()
}

#[track_caller]
fn check(text: &str, owed: &[(&str, bool)]) {
    let found = names(text);
    let found: Vec<(&str, bool)> = found.iter().map(|(n, m)| (n.as_str(), *m)).collect();
    assert_eq!(found, owed, "{text}");
}

#[test]
fn tests_carry_the_titles_around_them() {
    check(
        "describe('cart', () => { describe(\"add\", function () { it(`adds`, () => {}); }); test('x', f); });",
        &[("\"cart > add > adds\"", false), ("\"cart > x\"", false)],
    );
    check(
        "import { test as check, suite } from 'vitest'; suite('s', () => { check('it\\'s', async () => {}) })",
        &[("\"s > it's\"", false)],
    );
    check(
        "const { test } = require('node:test'); test('p', async (t) => { await t.test('c', () => {}); t.diagnostic('x'); /a/.test('b'); });",
        &[("\"p\"", false), ("\"p > c\"", false)],
    );
    check(
        "import test from 'ava'; test.serial('a', t => { t.is(1, 1) }); test.before(() => {}); const own = test.extend({}); own('b', () => {})",
        &[("\"a\"", false), ("\"b\"", false)],
    );
    check(
        "test('a', () => {}); test('a', () => {});",
        &[("\"a\"", false), ("\"a\"#2", false)],
    );
    check(
        "const re = /x/; re.test('a'); test(1, 2); it.only.each; function f() { it('no', g) }",
        &[],
    );
}

#[test]
fn cases_keep_the_written_title() {
    check(
        "describe.each([1, 2])('n %i', (n) => { test.each`a | b\n${1} | ${2}\n`('$a is $b', () => {}) });",
        &[("\"n %i > $a is $b\"", false)],
    );
    check(
        "for (const x of xs) { test(`adds ${x.a}`, () => {}); test('sum ' + x + '!', () => {}); it(name, () => {}) }",
        &[
            ("\"adds ${x.a}\"", false),
            ("\"sum ${x}!\"", false),
            ("\"${name}\"", false),
        ],
    );
}

#[test]
fn every_mark_that_silences_a_test_is_seen() {
    for silent in [
        "test.skip('a', () => {})",
        "it.todo('a')",
        "xit('a', () => {})",
        "test.fails('a', () => {})",
        "describe.skip('s', () => {});test.skipIf(x)('a', () => {})",
        "test('a', { skip: true }, () => {})",
        "test('a', { todo: 'later' }, () => {})",
        "test('a', () => {}); test.only('b', () => {})",
        "test('a', (t) => { t.skip(); })",
        "it('a', function () { this.skip() })",
    ] {
        let found = names(silent);
        assert!(
            found.first().is_some_and(|(_, muted)| *muted),
            "{silent}: {found:?}"
        );
    }
    for loud in [
        "test('a', { skip: false, timeout: 5 }, () => {})",
        "test.concurrent('skip', () => {})",
        "test('a', (t) => { if (x) t.skip(); })",
        "test.only('a', () => {})",
    ] {
        assert!(!names(loud)[0].1, "{loud}");
    }
}

#[test]
fn a_body_is_the_same_under_another_title_layout_or_comment() {
    let body = |text: &str| of("t.test.ts", text).tests[0].body.clone();
    let first = body("test('a', () => { expect(f('x', 1)).toBe(2); });");
    for same in [
        "it.skip(\"b\", () => {\n  // why\n  expect(f(\"x\", 1,)).toBe(2)\n})",
        "describe('s', () => { test(`b ${c}`, () => { expect(f('x', 1)).toBe(2); }) })",
    ] {
        assert_eq!(body(same), first, "{same}");
    }
    for other in [
        "test('a', () => { expect(f('x', 1)).toBe(3); });",
        "test('a', () => { expect(f('x', 1)).not.toBe(2); });",
        "test.each([1])('a', () => { expect(f('x', 1)).toBe(2); });",
    ] {
        assert_ne!(body(other), first, "{other}");
    }
    let constants = |text: &str| of("t.test.ts", text).tests[0].constants.clone();
    let first = constants("test('a', () => { expect(f('x', 1)).toBe(2); });");
    assert_eq!(
        constants("test('a', () => { expect(g.h('x', 1, y)).toBe(2); });"),
        first
    );
    assert_ne!(
        constants("test('a', () => { expect(f('x', 1)).toBe(-2); });"),
        first
    );
    assert_ne!(
        constants("test('a', () => { expect(f('y', 1)).toBe(2); });"),
        first
    );
}

const MODULE: &str = "\
import fs from 'node:fs';
export const LIMIT = 3, other = (a: number) => a + 1;
export function plain(x: number, { y, z: w = 1 }: P = {}): number { const local = 1; return x; }
export default async function () {}
class Money<T> extends Base {
  #secret = 1;
  static of = (n: number) => new Money(n);
  constructor(private amount: number) { super(); this.extra = 1; }
  get double() { return 2; }
  async *stream() { yield 1; }
  abstract promised(): void;
}
exports.clamp = function inner() {};
module.exports.rest = () => ({ deep: 1 });
const api = { list() { return [] }, get: async () => null, nested: { go: () => 1 } };
const memo = cache((k) => k);
app.get('/x', (req, res) => res.end());
enum Color { Red, Blue = 'b' }
interface Shape { area: number; scale(n: number): void }
type Id = string;
export { api as client } from './api';
(function () { function wrapped() {} })();
function declared(a: string): void;
";

#[test]
fn functions_are_named_by_what_leads_to_them() {
    let outline = of("src/money.ts", MODULE);
    let found: Vec<(&str, u32)> = outline
        .functions
        .iter()
        .map(|each| (each.name.as_str(), each.lines.first))
        .collect();
    let owed = [
        ("other", 2),
        ("plain", 3),
        ("default", 4),
        ("Money.of", 7),
        ("Money.constructor", 8),
        ("Money.double", 9),
        ("Money.stream", 10),
        ("clamp", 13),
        ("rest", 14),
        ("api.list", 15),
        ("api.get", 15),
        ("api.nested.go", 15),
        ("memo", 16),
        ("app.get", 17),
        ("wrapped", 22),
    ];
    assert_eq!(found, owed);
    assert!(outline.functions.iter().all(|each| each.stubbable));
    assert!(of("test/help.ts", MODULE).functions.is_empty());
    assert!(
        of("src/money.d.ts", "declare function a(): void;")
            .functions
            .is_empty()
    );
}

#[test]
fn names_are_those_that_others_can_use() {
    let names = of("src/money.ts", MODULE).names;
    for name in [
        "LIMIT", "plain", "y", "w", "default", "Money", "of", "amount", "extra", "double",
        "promised", "clamp", "rest", "deep", "list", "nested", "Red", "Blue", "Shape", "area",
        "scale", "Id", "client", "k", "declared",
    ] {
        assert!(names.contains(name), "{name} is in {names:?}");
    }
    assert!(!names.contains("local"));
}

#[test]
fn what_a_file_hands_out_is_told_from_what_it_keeps() {
    let handed = |text: &str| {
        let exported = of("src/a.js", text).exported.into_iter();
        exported.collect::<Vec<String>>().join(" ")
    };
    assert_eq!(
        handed("function a() {}\nconst b = { c: 1 };\nb.d = 2;\n"),
        ""
    );
    for (text, owed) in [
        ("function a() {}\nmodule.exports.a = a;\n", "a"),
        ("function a() {}\nexports.b = a;\n", "b"),
        ("module.exports = { a, b: 1, c() {}, ...d };\n", "a b c"),
        ("function a() {}\nexport { a, b as c };\n", "a c"),
        ("export function a() { const b = 1; }\n", "a"),
        ("export const a = 1, b = (c) => 2;\n", "a b"),
        ("export default class A {}\n", "A default"),
    ] {
        assert_eq!(handed(text), owed, "{text}");
    }
}

#[test]
fn a_stub_stands_first_and_keeps_lines_and_directives() {
    let text = "export const a = (x) => x + 1;\nfunction b() {\n  'use strict';\n  return 1;\n}\nconst c = () => ({ d: 1 });\n";
    let made = stub(text, &["a", "b", "c"].map(str::to_owned).into());
    let owed = "export const a = (x) => { if (\"\".length === 0) throw new Error(\"redgreen stub: a\"); return x + 1 };\nfunction b() {\n  'use strict'; if (\"\".length === 0) throw new Error(\"redgreen stub: b\");\n  return 1;\n}\nconst c = () => { if (\"\".length === 0) throw new Error(\"redgreen stub: c\"); return ({ d: 1 }) };\n";
    assert_eq!(made, owed);
    assert_eq!(stub(text, &["unknown".to_owned()].into()), text);
    let names: BTreeSet<String> = of("m.ts", MODULE)
        .functions
        .into_iter()
        .map(|each| each.name)
        .collect();
    let stubbed = stub(MODULE, &names);
    assert_eq!(stubbed.matches("redgreen stub: ").count(), names.len());
    assert_eq!(stubbed.lines().count(), MODULE.lines().count());
    let again: BTreeSet<String> = of("m.ts", &stubbed)
        .functions
        .into_iter()
        .map(|each| each.name)
        .collect();
    assert_eq!(again, names);
}

const INLINE: &str = "export const a = () => 1;\nif (import.meta.vitest) {\n  const { it, expect } = import.meta.vitest;\n  it('a', () => { expect(a()).toBe(1) });\n}\n";

#[test]
fn inline_tests_are_regions_that_can_be_exchanged() {
    let outline = of("src/a.ts", INLINE);
    assert_eq!(outline.tests[0].id.name, "src/a.ts::\"a\"");
    assert_eq!(outline.regions.len(), 1);
    assert_eq!(outline.regions[0].lines.first, 2);
    assert_eq!(outline.functions.len(), 1);
    let bare = graft(INLINE, "");
    assert_eq!(bare, "export const a = () => 1;\n");
    let back = graft(&bare, INLINE);
    assert_eq!(of("src/a.ts", &back).tests.len(), 1);
    let other = INLINE
        .replace("toBe(1)", "toBe(2)")
        .replace("() => 1", "() => 2");
    assert_eq!(graft(INLINE, &other), INLINE.replace("toBe(1)", "toBe(2)"));
    assert_eq!(of("src/a.ts", &bare).code, outline.code);
    assert_ne!(of("src/a.ts", &other).code, outline.code);
}

#[test]
fn layout_and_comments_are_no_code() {
    let code = |text: &str| of("a.js", text).code;
    let first = code("const a = 'x';\nf(a, [1, 2]);\n");
    assert_eq!(
        code("// c\nconst a = \"x\"\n  f(a, [\n 1,\n 2,\n],)\n"),
        first
    );
    assert_ne!(code("const a = 'y';\nf(a, [1, 2]);\n"), first);
}

#[test]
fn deep_nesting_and_broken_text_do_no_harm() {
    let deep = format!("const a = {}1{};", "(".repeat(4_000), ")".repeat(4_000));
    let sums = format!("test({}'a', () => {{}});", "'a' + ".repeat(1_000));
    let arrows = format!("const f = {}1;", "() => ".repeat(1_000));
    for text in [
        deep.as_str(),
        &sums,
        &arrows,
        "function (",
        "test('a', () => {",
        "\u{0}",
    ] {
        for path in ["a.js", "t.test.ts"] {
            let outline = of(path, text);
            let names = outline
                .functions
                .into_iter()
                .map(|each| each.name)
                .collect();
            assert!(stub(text, &names).len() >= text.len());
        }
    }
    let found: BTreeMap<String, bool> =
        names("test('a', () => { expect(1 });\ntest('b', () => {})")
            .into_iter()
            .collect();
    assert!(found.contains_key("\"b\""), "{found:?}");
}
