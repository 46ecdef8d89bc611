//! Which mutants a text has, and what their branches look like.

use super::*;
use redgreen_core::mutant::numbered;
use redgreen_core::surface::Lines;
use std::collections::BTreeMap;

fn wanted(functions: &[&str]) -> Wanted {
    Wanted {
        lines: vec![Lines::new(1, 99)],
        functions: functions.iter().map(|name| (*name).to_owned()).collect(),
        tests: Vec::new(),
    }
}

/// Each draft as what it was and what it becomes.
fn drafted(text: &str, operator: Operator) -> Vec<String> {
    let drafts = drafts(text, &wanted(&[]));
    let own = drafts.iter().filter(|draft| draft.operator == operator);
    own.map(|draft| format!("{} -> {}", &text[draft.bytes.clone()], draft.now))
        .collect()
}

/// The whole rewritten text.
fn switched(text: &str, functions: &[&str]) -> String {
    let drafts = drafts(text, &wanted(functions));
    let mutants = numbered("A.java", text, drafts, |_| None);
    let texts = BTreeMap::from([("A.java".to_owned(), text.to_owned())]);
    let plan = plan::Plan::of(&mutants, &texts);
    let pieces = emit::pieces(("A.java", text), &plan, &mutants);
    let whole = pieces.into_iter().map(|piece| match piece {
        emit::Piece::Text(_, text) | emit::Piece::Branch { text, .. } => text,
    });
    whole.collect()
}

#[test]
fn conditions_loops_and_errors_can_be_broken() {
    let text = "class A { int f(int a) { while (a > 1) { a--; } if (a == 0) throw new X(\"no\"); try { g(); } catch (X e) { h(e); } return a; } }";
    assert_eq!(
        drafted(text, Operator::Condition),
        ["a > 1 -> false", "a == 0 -> true", "a == 0 -> false"]
    );
    assert_eq!(
        drafted(text, Operator::ErrorPath),
        ["throw new X(\"no\"); -> ;", "{ h(e); } -> {}"]
    );
    assert_eq!(
        drafted(text, Operator::Statement),
        ["a--; -> ;", "g(); -> ;", "h(e); -> ;"]
    );
    assert_eq!(drafted(text, Operator::Return), ["a -> 0"]);
}

#[test]
fn texts_that_are_joined_and_words_of_errors_stay() {
    let text = "class A { String f(int a) { log.info(\"x\" + a); throw new IllegalStateException(\"n\" + a + \"m\"); } String g() { return a + \"b\" + c; } }";
    assert_eq!(drafted(text, Operator::Arithmetic), [""; 0]);
    assert_eq!(drafted(text, Operator::Constant), ["\"b\" -> \"\""]);
}

#[test]
fn the_ends_of_collections_move() {
    let text =
        "class A { int f() { return s.filter(x).toList().size() + t.substring(1, 2).length(); } }";
    assert_eq!(
        drafted(text, Operator::Collection),
        [
            "s.filter(x).toList().size() -> (s.filter(x).toList().size() - 1)",
            "s.filter(x).toList() -> java.util.Collections.emptyList()",
            "s.filter(x) -> s",
            "t.substring(1, 2).length() -> (t.substring(1, 2).length() - 1)",
            ", 2 -> ",
        ]
    );
}

#[test]
fn an_assertion_is_turned_round_as_a_whole_statement() {
    let text = "class T { void a() { assertEquals(1, f()); assertThat(x)\n.isEmpty(); assert y; f(); fail(); } }";
    let wanted = Wanted {
        tests: vec![Lines::new(1, 9)],
        ..Wanted::default()
    };
    let drafts = drafts(text, &wanted);
    let was: Vec<&str> = drafts.iter().map(|one| &text[one.bytes.clone()]).collect();
    assert_eq!(
        was,
        [
            "assertEquals(1, f());",
            "assertThat(x)\n.isEmpty();",
            "assert y;"
        ]
    );
}

#[test]
fn branches_stand_on_the_lines_of_head_and_the_grammar_reads_them() {
    let text = "class A {\n  private int max = 3;\n  A(int a) { super(); this.a = a; }\n  int f(int a) {\n    // so\n    if (a > 1)\n      b += a; // there\n    try { g(); } catch (X e) { h(e\n ); }\n    return a\n      - 1;\n  }\n  void g() { Runnable r = () -> h(1 + b); }\n}\n";
    let whole = switched(text, &["A.f(int)", "A.g()"]);
    assert_eq!(whole.matches('\n').count(), text.matches('\n').count());
    let tree = syntax::parse(&whole).expect("a tree");
    assert!(!tree.root_node().has_error(), "{whole}");
    let lines: Vec<(&str, &str)> = text.lines().zip(whole.lines()).collect();
    assert!(
        lines[2].1.contains("super(); redgreen_switch.On.at("),
        "{whole}"
    );
    assert!(lines[3].1.contains("{ return 0; }"), "{whole}");
    assert!(lines[5].1.contains("? (a >= 1) :"), "{whole}");
    assert_eq!(lines[4].0, lines[4].1);
}

#[test]
fn what_a_compiler_computes_is_no_place_of_a_switch() {
    let text = "class A { static final int OPEN = 1; private static final int OWN = 2; static final Object NOT = f(3); @X(4) int f(int a) { switch (a) { case 5: return 6; default: return o instanceof B c && c.d ? 7 : 8; } } }";
    let drafts = drafts(text, &wanted(&[]));
    let mutants = numbered("A.java", text, drafts, |_| None);
    let texts = BTreeMap::from([("A.java".to_owned(), text.to_owned())]);
    let plan = plan::Plan::of(&mutants, &texts);
    let was = |index: &usize| mutants[*index].was.as_str();
    assert_eq!(plan.whole.iter().map(was).collect::<Vec<_>>(), ["1"]);
    let alone: Vec<&str> = plan.alone.iter().map(was).collect();
    assert!(alone.contains(&"2") && alone.contains(&"5"), "{alone:?}");
    let sites: Vec<&str> = plan.site_of.keys().map(was).collect();
    assert!(sites.contains(&"3") && sites.contains(&"6"), "{sites:?}");
    assert!(
        !sites.contains(&"4") && !alone.contains(&"4"),
        "an annotation"
    );
}
