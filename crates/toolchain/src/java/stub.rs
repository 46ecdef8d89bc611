//! Puts stubs into methods and constructors: a first statement that throws.

use super::functions::functions;
use super::syntax::{self, Items, children, is_comment};
use crate::language::STUB;
use std::collections::BTreeSet;
use tree_sitter::Node;

/// The text with a stub at the start of each named body. The body stays behind it.
pub(super) fn stubbed(text: &str, names: &BTreeSet<String>) -> String {
    let Some(tree) = syntax::parse(text) else {
        return text.to_owned();
    };
    let items = Items::of(&tree, text);
    let mut places: Vec<(usize, String)> = functions(&items, text)
        .into_iter()
        .filter(|function| names.contains(&function.name))
        .filter_map(|function| Some((entry(function.body?), function.name)))
        .collect();
    places.sort();
    let mut stubbed = text.to_owned();
    for (place, name) in places.into_iter().rev() {
        stubbed.insert_str(place, &statement(&name));
    }
    stubbed
}

/// Where the first statement may stand: behind the brace, in a constructor behind the call of
/// another one.
fn entry(body: Node<'_>) -> usize {
    let inner = children(body);
    let mut inner = inner
        .iter()
        .filter(|child| child.is_named() && !is_comment(child.kind()));
    match inner.next() {
        Some(first) if first.kind() == "explicit_constructor_invocation" => first.end_byte(),
        _ => body.start_byte() + 1,
    }
}

/// `if (true)` keeps the compiler from calling the rest unreachable; behind it every variable
/// counts as assigned and as unassigned, so that final fields are no trouble.
fn statement(name: &str) -> String {
    format!(" if (true) throw new java.lang.RuntimeException(\"{STUB}{name}\");")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stub(text: &str, name: &str) -> String {
        stubbed(text, &[name.to_owned()].into())
    }

    const CALL: &str = " if (true) throw new java.lang.RuntimeException(\"redgreen stub: ";

    #[test]
    fn a_stub_stands_first_in_the_body_and_keeps_the_lines() {
        let text = "class A {\n  int f(int a, String... b) {\n    return 1;\n  }\n  int g() { return 2; }\n}\n";
        let owed = text.replace("b) {", &format!("b) {{{CALL}A.f(int,String...)\");"));
        assert_eq!(stub(text, "A.f(int,String...)"), owed);
        assert_eq!(stub(text, "A.f(int)"), text);
    }

    #[test]
    fn a_constructor_calls_its_kin_first() {
        let text = "class A extends B { final int x; A(int x) { /* so */ super(x); this.x = x; } A() { this(1); } A(long y) { x = 2; } }";
        assert!(
            stub(text, "A.<init>(int)")
                .contains(&format!("super(x);{CALL}A.<init>(int)\"); this.x"))
        );
        assert!(stub(text, "A.<init>()").contains(&format!("this(1);{CALL}")));
        assert!(stub(text, "A.<init>(long)").contains(&format!("(long y) {{{CALL}")));
    }

    #[test]
    fn what_has_no_body_takes_no_stub_and_every_other_kind_does() {
        let text = "interface I { void a(); default int b() { return 1; } static int c() { return 2; } }\nrecord R(int x) { R { check(x); } int twice() { return x; } }\nenum E { ONE; E() {} String d(java.util.Map<String, int[]> m) { return \"\"; } }\nabstract class A { abstract int e(); class In { <T> T f(T t) { Runnable r = new Runnable() { public void run() {} }; return t; } } }";
        for name in ["I.a()", "A.e()", "A.In.run()"] {
            assert_eq!(stub(text, name), text, "{name}");
        }
        for name in [
            "I.b()",
            "I.c()",
            "R.<init>",
            "R.twice()",
            "E.<init>()",
            "E.d(java.util.Map<String,int[]>)",
            "A.In.f(T)",
        ] {
            assert!(
                stub(text, name).contains(&format!("{CALL}{name}\")")),
                "{name}"
            );
        }
    }
}
