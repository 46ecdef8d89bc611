//! What is said of defects and of files that are switched to them.

use super::*;
use redgreen_core::mutant::{Mutant, Operator, numbered};
use redgreen_core::surface::Lines;

const EVERY_LINE: Lines = Lines {
    first: 1,
    last: 10_000,
};

/// All lines, and the named functions.
fn all(functions: &[&str]) -> Wanted {
    Wanted {
        lines: vec![EVERY_LINE],
        functions: functions.iter().map(|name| (*name).to_owned()).collect(),
        tests: Vec::new(),
    }
}

fn made(text: &str, wanted: &Wanted) -> Vec<Mutant> {
    numbered("a.js", text, mutants(text, wanted), |_| None)
}

/// `was → now` of each mutant but those of whole bodies.
fn shown(text: &str) -> Vec<String> {
    let made = made(text, &all(&[]));
    made.iter()
        .map(|mutant| format!("{} → {}", mutant.was, mutant.now))
        .collect()
}

#[track_caller]
fn check(text: &str, owed: &[&str]) {
    assert_eq!(shown(text), owed, "{text}");
}

#[test]
fn operators_and_literals_become_others() {
    check("f(a >= b);", &["f(a >= b); → ", ">= → >", ">= → <"]);
    check("x = a ?? 'b'", &["x = a ?? 'b' → ;", "?? → &&", "'b' → ''"]);
    check("x = a ?? b ?? c;", &["x = a ?? b ?? c; → "]);
    check("let x = 'a' + b, y = a + b;", &["'a' → ''", "+ → -"]);
    check(
        "let x = [1.5, 0x1f, 7n];",
        &["[1.5, 0x1f, 7n] → []", "1.5 → 1.51", "7n → 8n"],
    );
    check("let s = `a${b}`, t = tag`x`;", &["`a${b}` → ``"]);
    check(
        "if (!a) b();",
        &["!a → true", "!a → false", "!a → a", "b(); → ;"],
    );
    check("while (a) { b(); }", &["a → false", "b(); → "]);
    check(
        "for (let i = 0; i < n; i++) {}",
        &["i < n → false", "0 → 1", "< → <=", "< → >="],
    );
    check("const f = (a) => a?.b;", &["a?.b → undefined", "?. → ."]);
    check("let r = a?.(1);", &["?. → ", "1 → 2"]);
}

#[test]
fn what_only_names_logs_or_types_is_left_alone() {
    for text in [
        "'use strict';",
        "import a from 'b';",
        "export { a } from 'b';",
        "console.log('a', 1 + 2);",
        "const a = require('b');",
        "type A = 'b' | 1;",
        "interface A { b: 'c' }",
        "enum A { B = 1 }",
        "declare const a: 1;",
        "function f(a: 1): 'x' {}",
        "let a = <b c=\"d\" />;",
        "let r = /a+/;",
        "@dec('x') class A {}",
    ] {
        check(text, &[]);
    }
    check("let o = { 'a': b };", &["{ 'a': b } → {}"]);
}

#[test]
fn calls_returns_and_handlers_lose_their_edge() {
    check(
        "let x = xs.filter(f).some(g);",
        &["some → every", ".filter(f) → "],
    );
    check("let x = xs.slice(a, b);", &[".slice(a, b) → ", ", b → "]);
    check(
        "function f() { try { g(); } catch (e) { h(); } return a === b; }",
        &[
            "g(); → ",
            "{ h(); } → {}",
            "h(); → ",
            "a === b → true",
            "a === b → false",
            "=== → !==",
        ],
    );
    check(
        "function f() { a(); throw new E(b); }",
        &["a(); → ", "throw new E(b); → "],
    );
}

#[test]
fn bodies_give_way_to_what_their_returns_look_like() {
    let bodies = |text: &str, name: &str| -> Vec<String> {
        let found = made(
            text,
            &Wanted {
                lines: Vec::new(),
                ..all(&[name])
            },
        );
        let bodies = found.into_iter().filter(|m| m.operator == Operator::Body);
        bodies.map(|mutant| mutant.now).collect()
    };
    assert_eq!(
        bodies("function f(a) { if (a) return 1; return ''; }", "f"),
        [
            "{ return undefined; }",
            "{ return 0; }",
            "{ return \"\"; }",
            "{ return a; }"
        ]
    );
    assert_eq!(
        bodies("const f = async (a) => a > 1;", "f"),
        ["undefined", "true", "a"]
    );
    assert_eq!(
        bodies(
            "class A { constructor(x) { super(x); this.x = x; } }",
            "A.constructor"
        ),
        ["{ super(x); }"]
    );
    assert_eq!(bodies("class A { m() { this.x = 1; } }", "A.m"), ["{}"]);
    assert_eq!(
        bodies(
            "function f(a: string): Promise<number[]> { return g(a); }",
            "f"
        ),
        ["{ return undefined; }", "{ return []; }", "{ return a; }"]
    );
    assert_eq!(
        bodies("function f(a) { return a; }", "f"),
        ["{ return undefined; }"]
    );
    assert!(bodies("function f() {}", "f").is_empty());
}

#[test]
fn assertions_are_negated_each_by_one_edit() {
    let negated = |body: &str| -> Vec<String> {
        let text = format!("import assert from 'assert';\ntest('t', async (t) => {{\n{body}\n}});");
        let wanted = Wanted {
            tests: vec![Lines::new(3, 3)],
            ..Wanted::default()
        };
        let drafts = mutants(&text, &wanted);
        let one = |draft: Draft| {
            assert_eq!(
                (draft.operator, draft.function.as_str()),
                (Operator::Assertion, "\"t\"")
            );
            let made = format!(
                "{}{}{}",
                &text[..draft.bytes.start],
                draft.now,
                &text[draft.bytes.end..]
            );
            made.lines().nth(2).unwrap_or_default().to_owned()
        };
        drafts.into_iter().map(one).collect()
    };
    for (body, owed) in [
        ("expect(a).toBe(1);", "expect(a).not.toBe(1);"),
        ("expect(a).not.toBe(1);", "expect(a).toBe(1);"),
        (
            "await expect(a).resolves.toEqual(1);",
            "await expect(a).resolves.not.toEqual(1);",
        ),
        ("expect(a).to.be.true;", "expect(a).to.not.be.true;"),
        ("a.should.equal(1);", "a.should.not.equal(1);"),
        ("assert(a === 1, 'b');", "assert(!(a === 1), 'b');"),
        ("assert.ok(a);", "assert.ok(!(a));"),
        (
            "assert.deepStrictEqual(a, b);",
            "assert.notDeepStrictEqual(a, b);",
        ),
        ("await assert.rejects(a);", "await assert.doesNotReject(a);"),
        ("assert.throws(a);", "assert.doesNotThrow(a);"),
        ("t.is(a, b);", "t.not(a, b);"),
    ] {
        assert_eq!(negated(body), [owed]);
    }
    assert!(negated("expect(a).toMatchSnapshot(); f(1);").is_empty());
}

#[test]
fn a_file_is_switched_line_by_line() {
    let text = "'use strict'\nimport a from 'b'\nlet x = 1\nxs.some(f)\nfoo()\n";
    let made = made(text, &all(&[]));
    let made: Vec<(usize, &Mutant)> = made.iter().enumerate().collect();
    let switched = switched(("a.js", text), &made, (false, 99)).expect("it parses");
    let lines: Vec<&str> = switched.text.lines().collect();
    assert_eq!(lines.len(), 5, "{}", switched.text);
    assert_eq!(lines[0], "'use strict'");
    assert!(
        lines[1].starts_with("globalThis.__rg ??= ") && lines[1].ends_with("import a from 'b'")
    );
    assert_eq!(lines[2], "let x = (globalThis.__rg?.(0) ? (2) : (1))");
    assert_eq!(
        lines[3],
        "{ if (!globalThis.__rg?.(1)) (globalThis.__rg?.(2) ? (xs.every(f)) : (xs.some(f))) }"
    );
    assert_eq!(lines[4], "{ if (!globalThis.__rg?.(3)) foo() }");
    assert_eq!(switched.numbers.len(), 4);
}

#[test]
fn bodies_are_left_at_their_start() {
    let text = "function f(a) {\n  'use strict'\n  return a ? g(a) : 1;\n}\n";
    let made = made(
        text,
        &Wanted {
            lines: Vec::new(),
            ..all(&["f"])
        },
    );
    let made: Vec<(usize, &Mutant)> = made.iter().enumerate().collect();
    let switched = switched(("a.js", text), &made, (false, 99)).expect("it parses");
    let line = switched.text.lines().nth(1).unwrap_or_default();
    assert_eq!(
        line,
        "  'use strict'; globalThis.__rg?.(0); if (globalThis.__rg?.(1)) { return undefined; } \
         if (globalThis.__rg?.(2)) { return a; } "
    );
}

#[test]
fn an_arm_of_several_lines_stands_on_one() {
    let text = "let y = xs // why\n  .filter((x) => {\n    const z = x\n    return z > 1\n  })\n  .some(`a\nb`)\nlast()\n";
    let made = made(text, &all(&[]));
    let made: Vec<(usize, &Mutant)> = made.iter().enumerate().collect();
    let switched = switched(("a.js", text), &made, (false, 99)).expect("it parses");
    assert_eq!(switched.numbers.len(), made.len());
    let last = switched
        .text
        .lines()
        .position(|line| line.contains("last()"));
    assert_eq!(last, Some(7), "{}", switched.text);
    assert!(
        switched.text.contains("const z = x; return z > 1; }"),
        "{}",
        switched.text
    );
    assert!(
        switched.text.contains(".every(`a\\nb`)"),
        "{}",
        switched.text
    );
}

#[test]
fn a_chain_is_switched_as_a_whole() {
    let text = "let y = a?.b.some(f).length;\ndelete a?.b;\n";
    let made = made(text, &all(&[]));
    let made: Vec<(usize, &Mutant)> = made.iter().enumerate().collect();
    let switched = switched(("a.js", text), &made, (false, 99)).expect("it parses");
    assert!(
        switched.text.contains("? (a?.b.every(f).length) :"),
        "{}",
        switched.text
    );
    assert!(
        switched.text.contains("? (delete a.b) : (delete a?.b)"),
        "{}",
        switched.text
    );
}
