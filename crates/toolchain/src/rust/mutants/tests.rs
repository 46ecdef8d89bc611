//! Tests what is drafted and what is switched, on texts.

use super::super::syntax;
use super::emit::{self, Dropped};
use super::line::one_line;
use super::plan::plan;
use super::*;
use crate::mutate::refusal::Refusal;
use redgreen_core::mutant::{Mutant, Operator, numbered};
use redgreen_core::surface::Lines;
use std::collections::{BTreeMap, BTreeSet};

/// Every mutant of a text, all of its functions and lines changed.
fn mutants(text: &str) -> Vec<Mutant> {
    let tree = syntax::parse(text).unwrap();
    let items = syntax::items(&tree, text);
    let all = functions(&items, text).into_iter();
    let wanted = Wanted {
        lines: vec![Lines::new(1, 9999)],
        functions: all.map(|function| function.name).collect(),
        tests: vec![Lines::new(1, 9999)],
    };
    numbered("src/lib.rs", text, drafts(text, &wanted), |_| None)
}

/// `was → now` of each mutant of one operator.
fn of(operator: Operator, text: &str) -> Vec<String> {
    let some = mutants(text);
    let some = some.iter().filter(|mutant| mutant.operator == operator);
    some.map(|mutant| format!("{} → {}", mutant.was, mutant.now))
        .collect()
}

fn written(text: &str) -> emit::Written {
    let mutants = mutants(text);
    let texts: BTreeMap<String, String> = [("src/lib.rs".to_owned(), text.to_owned())].into();
    let plan = plan(&mutants, &texts);
    emit::write(("src/lib.rs", text), &plan, &mutants, &Dropped::default()).unwrap()
}

#[test]
fn operators_become_their_neighbours() {
    let text = "fn f(a: i8, b: i8) -> X { g(a < b && a + b != 0, -a, !b) }";
    let owed = ["< → ==", "< → >", "< → <=", "!= → =="];
    assert_eq!(of(Operator::Boundary, text), owed);
    assert_eq!(of(Operator::Logic, text), ["&& → ||"]);
    assert_eq!(of(Operator::Arithmetic, text), ["+ → -", "+ → *"]);
    assert_eq!(of(Operator::Condition, text), ["-a → a", "!b → b"]);
    assert_eq!(of(Operator::Constant, text), ["0 → 1"]);
}

#[test]
fn conditions_are_decided_unless_they_are_patterns() {
    let text = "fn f() { if a() {} while b() {} if let Some(x) = c && x > y {} match d { 1 if e() => 2, _ => 3 }; }";
    let owed = [
        "a() → true",
        "a() → false",
        "b() → false",
        "1 if e() => 2, → ",
        "e() → true",
        "e() → false",
    ];
    assert_eq!(of(Operator::Condition, text), owed);
}

#[test]
fn patterns_types_attributes_macros_and_messages_stay() {
    let text = r#"
        #[cfg(feature = "a")]
        fn f<const N: usize>(x: [u8; 4]) -> u8 {
            println!("{}", 1 + 2);
            match x { [1, ..] => y.0.expect("never"), Some(2..=3) => z::<7>(), None => w }
        }
        #[mutants::skip] fn g() -> u8 { 1 + 2 }
        #[cfg(test)] mod tests { fn h() -> u8 { 1 + 2 } }
    "#;
    let owed: [&str; 0] = [];
    assert_eq!(of(Operator::Constant, text), owed);
    assert_eq!(of(Operator::Arithmetic, text), owed);
    assert_eq!(of(Operator::Return, text), owed);
}

#[test]
fn statements_returns_and_ranges_go() {
    let text = "fn f() -> O { x.push(1); y = 2; let z = 3; #[a] q(); if w { return Err(E); } g()?; for i in 0..n { continue; z(); } Some(&s[..n]) }";
    let statements = ["x.push(1); → ", "y = 2; → ", "continue; → ", "z(); → "];
    assert_eq!(of(Operator::Statement, text), statements);
    let errors = ["return Err(E); → ", "g()?; → "];
    assert_eq!(of(Operator::ErrorPath, text), errors);
    assert_eq!(of(Operator::Collection, text), [".. → ..=", ".. → ..="]);
    assert_eq!(of(Operator::Return, text), ["Some(&s[..n]) → None"]);
}

#[test]
fn a_continue_behind_which_its_loop_ends_is_left_alone() {
    let none: [&str; 0] = [];
    let ends = [
        "for i in v { continue; }",
        "loop { a(); if b { continue; } }",
        "while x { if b { c() } else { continue; } // last\n }",
        "for i in v { match i { A => { continue; } _ => {} } }",
    ];
    for text in ends {
        let found = of(Operator::Statement, &format!("fn f() {{ {text} }}"));
        let found = found.iter().filter(|one| one.starts_with("continue"));
        assert_eq!(found.collect::<Vec<_>>(), none, "{text}");
    }
    let goes_on = [
        "for i in v { if b { continue; } a(); }",
        "for i in v { match i { A => { continue; } _ => {} } a(); }",
        "'o: for i in v { for j in w { continue 'o; } }",
        "for i in v { let x = if b { continue; } else { 1 }; }",
    ];
    for text in goes_on {
        let found = of(Operator::Statement, &format!("fn f() {{ {text} }}"));
        assert!(
            found.iter().any(|one| one.starts_with("continue")),
            "{text}"
        );
    }
}

#[test]
fn a_boundary_between_what_differs_is_left_alone() {
    let now = |text: &str| of(Operator::Boundary, &format!("fn f() -> bool {{ {text} }}"));
    let turned = ["!= → ==", "> → <"];
    for text in [
        "if a.b != c.b { return a.b > c.b; } d",
        "if c != a { a > c } else { d }",
        "a != c && a > c",
        "if d && (a != c) { return (a > c); } d",
    ] {
        let found = now(text);
        let boundary = |one: &&String| one.as_str() == "> → >=";
        assert_eq!(
            found.iter().filter(boundary).count(),
            0,
            "{text}: {found:?}"
        );
        assert!(
            turned.iter().all(|one| found.contains(&(*one).to_owned())),
            "{found:?}"
        );
    }
    for text in [
        "if a != c { a = next(); return a > c; } d",
        "if a() != c { return a() > c; } d",
        "if a != c { d } else { a > c }",
        "a != c || a > c",
        "if a != c { return a > b; } d",
        "if a != c { v.iter().all(|a| a > c) } else { d }",
    ] {
        assert!(
            now(text).contains(&"> → >=".to_owned()),
            "{text}: {:?}",
            now(text)
        );
    }
}

#[test]
fn a_body_gives_way_to_values_of_its_type() {
    let body = |of_type: &str| {
        let text = format!("fn f() -> {of_type} {{ go() }}");
        let found = of(Operator::Body, &text);
        let values = found.iter().map(|one| {
            let now = one.split(" → ").last().unwrap();
            now.trim_matches(['{', '}', ' ']).to_owned()
        });
        values.collect::<Vec<_>>().join(" | ")
    };
    let owed = [
        ("bool", "true | false"),
        ("i8", "0 | 1 | -1"),
        ("&'static str", "\"\" | \"xyzzy\""),
        ("io::Result<u8>", "Ok(0) | Ok(1)"),
        ("fmt::Result", "Ok(Default::default())"),
        (
            "Option<(bool, u8)>",
            "None | Some((true, 0)) | Some((true, 1)) | Some((false, 0)) | Some((false, 1))",
        ),
        (
            "Vec<String>",
            "vec![] | vec![String::new()] | vec![\"xyzzy\".into()]",
        ),
        ("Box<u8>", "Box::new(0) | Box::new(1)"),
        ("[u8; 2]", "[0; 2] | [1; 2]"),
        (
            "&[u8]",
            "Vec::leak(Vec::new()) | Vec::leak(vec![0]) | Vec::leak(vec![1])",
        ),
        (
            "impl Iterator<Item = u8> + '_",
            "::std::iter::empty() | ::std::iter::once(0) | ::std::iter::once(1)",
        ),
        (
            "HashMap<u8, bool>",
            "HashMap::new() | HashMap::from_iter([(0, true)]) | HashMap::from_iter([(0, false)]) | HashMap::from_iter([(1, true)]) | HashMap::from_iter([(1, false)])",
        ),
        ("Self", "Default::default()"),
        ("!", ""),
        ("()", ""),
    ];
    for (of_type, values) in owed {
        assert_eq!(body(of_type), values, "{of_type}");
    }
    assert_eq!(of(Operator::Body, "fn f() { go(); }"), ["{ go(); } → {}"]);
    assert_eq!(
        of(Operator::Body, "fn f() -> bool { true } fn g() {}"),
        ["{ true } → { false }"]
    );
}

#[test]
fn assertions_of_tests_turn_round() {
    let text = "#[test] #[should_panic] fn t() { assert!(a == b, \"x {}\", c); std::assert_eq!(a, b); if x { assert_ne!(a, b) } }";
    let owed = [
        "#[should_panic] → ",
        "a == b → !(a == b)",
        "assert_eq → assert_ne",
        "assert_ne → assert_eq",
    ];
    assert_eq!(of(Operator::Assertion, text), owed);
    let plain = "fn t() { assert!(a); }";
    assert!(of(Operator::Assertion, plain).is_empty());
}

/// Shapes that a careless rewriting breaks.
const SHAPES: &str = r##"//! Docs.
#![deny(unused)]
/// Of an item.
pub fn shapes(a: i32, b: i32, text: &str) -> Result<i32, String> {
    a > b && a < 5;
    let c = a - b * 2 + -128;
    if a > b || // why
        b > 3 { return Err("multi
line \
   and on".to_owned()); }
    for i in (0..=a).rev() { total(&[1, 2][..1], i); }
    for i in 0..a { x.y -= 1; }
    match text { "a" | "b" => 1, "c" if ready() => 2, _ => 3 };
    let d = |x: i32| x + 1;
    let e = async move { a.await? + 1 };
    let f = [0; 4];
    loop { if !d(1) { break; } else if let Some(1) = e { continue; } }
    mod inner { pub fn deep() -> u8 { 1 + 1 } }
    Ok(c)
}
impl<'a> T for S<'a> { async fn g(&mut self) -> Option<&'a str> { self.h()?; None } }
const fn k() -> u8 { 1 + 1 }
#[test] fn t() { assert!(a
    == b); assert_eq!(1, 2) }"##;

#[test]
fn what_is_written_parses_and_keeps_every_line() {
    let written = written(SHAPES);
    let tree = syntax::parse(&written.text).unwrap();
    let mut nodes = vec![tree.root_node()];
    while let Some(node) = nodes.pop() {
        let broken = node.is_error() || node.is_missing();
        let near = written
            .text
            .get(node.start_byte().saturating_sub(60)..node.end_byte());
        assert!(!broken, "{} {near:?}", node.kind());
        nodes.extend((0..node.child_count()).filter_map(|nth| node.child(nth)));
    }
    let (old, new): (Vec<&str>, Vec<&str>) =
        (SHAPES.lines().collect(), written.text.lines().collect());
    assert_eq!(new.len(), old.len() + 1);
    for word in [
        "pub fn shapes",
        "let c = ",
        "let f = ",
        "const fn k",
        "fn t()",
    ] {
        let line = |lines: &[&str]| lines.iter().position(|line| line.contains(word));
        assert_eq!(line(&new), line(&old), "{word}");
    }
    assert!(written.text.contains("super::__redgreen_0::on"));
}

#[test]
fn with_every_mutant_taken_out_the_text_is_heads() {
    let written = written(SHAPES);
    let mut parts: Vec<_> = written
        .parts
        .iter()
        .filter(|(_, part)| !matches!(part, emit::Part::Site(_)))
        .collect();
    parts.sort_by_key(|(bytes, _)| bytes.start);
    let mut text = String::new();
    let mut done = 0;
    for (bytes, _) in parts {
        text.push_str(&written.text[done..bytes.start]);
        done = bytes.end;
    }
    text.push_str(&written.text[done..]);
    let switch = |text: &str| -> String {
        let mut rest = text;
        let mut bare = String::new();
        while let Some(at) = rest.find("(match ") {
            let Some(zero) = rest[at..]
                .find("{ 0 => (")
                .filter(|zero| rest[at..at + zero].contains("__redgreen"))
            else {
                break;
            };
            bare.push_str(&rest[..at]);
            rest = &rest[at + zero + "{ 0 => (".len()..];
        }
        bare + rest
    };
    let tokens = |text: &str| -> String {
        let kept = |c: &char| !c.is_whitespace() && !"(){},=>_0123456789".contains(*c);
        text.chars().filter(kept).collect()
    };
    let left = tokens(&switch(&text));
    let head = tokens(SHAPES);
    let mut behind = left.chars();
    let missing: Vec<char> = head
        .chars()
        .filter(|c| !behind.any(|other| other == *c))
        .collect();
    assert_eq!(missing, Vec::<char>::new(), "{text}");
}

#[test]
fn an_edit_means_in_its_arm_what_it_means_in_the_text() {
    // In `a - b + c` the sum would begin earlier than the product did.
    let text = "fn f() -> i32 { a - b * c }";
    let written = written(text).text;
    assert!(written.contains("(a - b + c)"), "{written}");
    assert!(written.contains("(b / c)"), "{written}");
}

#[test]
fn what_is_computed_with_the_crate_cannot_be_switched() {
    let text = "const A: u8 = 1; static B: L = L::new(|| 2); const fn c() -> u8 { 3 } fn d() -> [u8; 4] { [5; 6] } enum E { F = 7 } fn g() -> impl I { h(8) }";
    let mutants = mutants(text);
    let texts: BTreeMap<String, String> = [("src/lib.rs".to_owned(), text.to_owned())].into();
    let plan = plan(&mutants, &texts);
    let refused: BTreeSet<&str> = plan
        .refused
        .keys()
        .map(|index| mutants[*index].was.as_str())
        .collect();
    let owed = ["", "1", "3", "6", "7", "{ 3 }"];
    assert_eq!(refused, owed.into(), "{:?}", plan.refused);
}

#[test]
fn a_block_that_owes_a_value_keeps_its_return() {
    let refused = |text: &str| {
        let mutants = mutants(text);
        let texts = [("src/lib.rs".to_owned(), text.to_owned())].into();
        let plan = plan(&mutants, &texts);
        let hopeless = |why: &&Refusal| matches!(why, Refusal::Hopeless(_));
        plan.refused.values().filter(hopeless).count()
    };
    assert_eq!(
        refused("fn f() -> O { let a = if b { 1 } else { return Err(2); }; a }"),
        1
    );
    assert_eq!(
        refused("fn f() -> O { let Some(a) = b else { return Err(2); }; a }"),
        1
    );
    assert_eq!(
        refused("fn f() -> O { match b { 1 => { return Err(2); } _ => a } }"),
        1
    );
    assert_eq!(
        refused("fn f() -> O { if b { return Err(2); } else { c(); } a }"),
        0
    );
    assert_eq!(refused("fn f() -> O { if b { return Err(2); } a }"), 0);
}

#[test]
fn an_expression_is_put_on_one_line() {
    let code = "a( // why\n  \"x\n y \\\n   z\",\n /* b\n */ 'c')";
    assert_eq!(
        one_line(code)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        "a( \"x\\n y z\", 'c')"
    );
}
