//! Holds drafts and rewritten files against source texts.

use super::super::syntax;
use super::emit::{self, Dropped};
use super::plan::{Plan, plan};
use super::*;
use redgreen_core::mutant::{Mutant, Operator, numbered};
use redgreen_core::surface::Lines;
use std::collections::BTreeMap;

/// Every mutant of a text, all of its functions and lines changed.
fn mutants_at(path: &str, text: &str) -> Vec<Mutant> {
    let everywhere = vec![Lines::new(1, 9999)];
    let is_test = path.ends_with("_test.go");
    let wanted = Wanted {
        lines: if is_test {
            Vec::new()
        } else {
            everywhere.clone()
        },
        functions: holders(text)
            .into_iter()
            .filter(|_| !is_test)
            .map(|one| one.name)
            .collect(),
        tests: if is_test { everywhere } else { Vec::new() },
    };
    numbered(path, text, drafts(text, &wanted), |_| None)
}

fn mutants(body: &str) -> Vec<Mutant> {
    mutants_at("shop/a.go", &format!("package shop\n{body}"))
}

/// `was → now` of each mutant of one operator.
fn of(operator: Operator, body: &str) -> Vec<String> {
    let some = mutants(body);
    let some = some.iter().filter(|mutant| mutant.operator == operator);
    some.map(|mutant| format!("{} → {}", mutant.was, mutant.now))
        .collect()
}

fn written(text: &str) -> (String, Plan, Vec<Mutant>) {
    let mutants = mutants_at("shop/a.go", text);
    let texts: BTreeMap<String, String> = [("shop/a.go".to_owned(), text.to_owned())].into();
    let plan = plan(&mutants, &texts);
    let written = emit::write(("shop/a.go", text), &plan, &mutants, &Dropped::new());
    (written, plan, mutants)
}

fn is_sound(text: &str) -> bool {
    syntax::parse(text).is_some_and(|tree| !tree.root_node().has_error())
}

#[test]
fn operators_become_their_neighbours() {
    let text = "func f(a, b int) bool { return a < b && a+b != 0 || g(-a, !c) }";
    let owed = ["< → ==", "< → >", "< → <=", "!= → =="];
    assert_eq!(of(Operator::Boundary, text), owed);
    assert_eq!(of(Operator::Logic, text), ["|| → &&", "&& → ||"]);
    assert_eq!(of(Operator::Arithmetic, text), ["+ → -", "+ → *"]);
    assert_eq!(of(Operator::Condition, text), ["-a → a", "!c → c"]);
    assert_eq!(of(Operator::Constant, text), ["0 → 1"]);
}

#[test]
fn texts_are_joined_by_one_operator_alone() {
    let text = "func f(a, b string) { s := a + \"/\" + b; s += \"x\"; t := (\"a\" + b) + s }";
    assert_eq!(of(Operator::Arithmetic, text), [""; 0]);
}

#[test]
fn conditions_are_decided_and_loops_end() {
    let text = "func f() { if x := g(); x > 3 {} else if h() {}; for a() {}; for i := 0; b(i); i++ {}; for range c {}; for {} }";
    let owed = [
        "x > 3 → true",
        "x > 3 → false",
        "h() → true",
        "h() → false",
        "a() → false",
        "b(i) → false",
    ];
    assert_eq!(of(Operator::Condition, text), owed);
    assert_eq!(of(Operator::Statement, text), [""; 0]);
}

#[test]
fn types_tags_counted_constants_logs_and_words_of_errors_stay() {
    let text = "import \"fmt\"\ntype T struct { A [4]int `json:\"a\"` }\nconst ( A = iota + 1; B )\nfunc f(x [3]int) error { log.Printf(\"a\", 1); fmt.Println(2); return fmt.Errorf(\"b %d\", 1) }\nconst C = 7";
    assert_eq!(of(Operator::Constant, text), ["1 → 2", "7 → 8"]);
    assert_eq!(of(Operator::Statement, text), [""; 0]);
    assert_eq!(
        of(Operator::ErrorPath, text),
        ["fmt.Errorf(\"b %d\", 1) → nil"]
    );
}

#[test]
fn statements_errors_and_edges_go() {
    let text = "func f() (n int, err error) { x.push(a); y = b; z := c; i++; _ = q; panic(p); s = append(s, t); u(v[l:m]); if w { return n, err }; return n, nil }";
    let statements = [
        "x.push(a) → ",
        "y = b → ",
        "i++ → ",
        "s = append(s, t) → ",
        "u(v[l:m]) → ",
    ];
    assert_eq!(of(Operator::Statement, text), statements);
    assert_eq!(of(Operator::ErrorPath, text), ["err → nil"]);
    let edges = ["append(s, t) → s", "l → ", "m → "];
    assert_eq!(of(Operator::Collection, text), edges);
    assert_eq!(of(Operator::Arithmetic, text), ["++ → --"]);
}

#[test]
fn a_body_gives_way_to_values_of_its_types() {
    let body = |results: &str| {
        let text = format!("func f() {results} {{ go1() }}");
        let found = of(Operator::Body, &text).into_iter();
        let values = found.map(|one| one.replace("{ → { return", "").replace(';', ""));
        values.collect::<Vec<_>>().join(" |")
    };
    let owed = [
        ("", ""),
        ("bool", " true | false"),
        ("int64", " 0 | 1"),
        ("string", " \"\" | \"mutant\""),
        ("error", " nil"),
        ("*T", " nil"),
        ("[]byte", " nil"),
        ("(int, error)", " 0, nil | 1, nil"),
        ("(a, b int, err error)", " 0, 0, nil | 1, 1, nil"),
        ("Price", " *new(Price)"),
        ("Set[K]", " *new(Set[K])"),
        ("time.Time", " *new(time.Time)"),
        ("[2]int", " *new([2]int)"),
    ];
    for (results, values) in owed {
        assert_eq!(body(results), values, "{results}");
    }
    assert_eq!(of(Operator::Body, "func f() int { return 0 }").len(), 1);
    assert_eq!(of(Operator::Body, "func f() {}"), [""; 0]);
}

#[test]
fn assertions_of_tests_are_turned_round() {
    let text = "package shop\nfunc TestA(t *testing.T) {\n if got := F(1); got != 2 { t.Errorf(\"x\") }\n if err != nil { log.Fatal(err) }\n t.Run(\"x\", func(t *testing.T) { if a { if b { t.Fatal() } } })\n assert.Equal(t, 1, 2)\n require.NoErrorf(t, err, \"x\")\n s.Require().True(x)\n fmt.Equal(1)\n if y { panic(1) }\n}\nfunc helper(t *testing.T) { if x { t.Fatal() } }";
    let found = mutants_at("shop/a_test.go", text);
    let found: Vec<String> = found
        .iter()
        .map(|one| format!("{} → {}", one.was, one.now))
        .collect();
    let owed = [
        "got != 2 → !(got != 2)",
        "b → !(b)",
        "Equal → NotEqual",
        "NoErrorf → Errorf",
        "True → False",
        "y → !(y)",
    ];
    assert_eq!(found, owed);
}

/// Shapes that a careless rewriting breaks.
const SHAPES: &str = r#"package shop

func shapes(a, b int, text string) (n int, err error) {
	c := a - b*2 // why
	if a > b || // because
		b > 3 {
		return 1, fail(`multi
line`, c)
	}
	switch x := a + 1; {
	case x > 2 && !done(x):
		n++
		fallthrough
	case x == 4:
		n = x - 1
	default:
		return
	}
outer:
	for i := 0; i < b; i++ {
		d := i + 1
		if d > 3 {
			continue outer
		}
		all = append(all[:1], d)
	}
	f := func(x int) bool { return x > 1 }
	defer func() { n = n * 2 }()
	if f(n) {
		n += 2
	}
	_, n = g(T{A: n > 1, B: 3})
	select {
	case v := <-ch:
		use(v + 1)
	}
	return n, err
}

var limit = 3
var open = limit > 2
var keep = func(a int) bool { return a > 1 }

func (c *Cart) Add() { c.n++ }
"#;

#[test]
fn what_is_written_parses_and_every_branch_stands_where_it_belongs() {
    assert!(is_sound(SHAPES));
    let (text, plan, mutants) = written(SHAPES);
    assert!(is_sound(&text), "{text}");
    for (index, mutant) in mutants.iter().enumerate() {
        let refused = plan.refused.contains_key(&index);
        let site = plan.site_of.get(&index).map(|site| &plan.sites[*site]);
        assert_eq!(refused, site.is_none(), "{mutant}");
        let Some(site) = site else {
            continue;
        };
        let number = site.number(index).unwrap();
        assert_eq!(plan.numbered(number), Some(index));
        let branch = format!("/*line {}:1:1*/", emit::branch_name(number));
        assert_eq!(text.matches(&branch).count(), 1, "{mutant}");
        let alone: Dropped = (0..mutants.len())
            .filter(|other| *other != index)
            .map(|other| (other, crate::mutate::refusal::Refusal::Fixed(String::new())))
            .collect();
        let alone = emit::write(("shop/a.go", SHAPES), &plan, &mutants, &alone);
        assert!(is_sound(&alone), "{mutant}: {alone}");
    }
}

#[test]
fn with_every_mutant_taken_out_the_text_is_heads() {
    let (_, plan, mutants) = written(SHAPES);
    let all: Dropped = (0..mutants.len())
        .map(|index| (index, crate::mutate::refusal::Refusal::Fixed(String::new())))
        .collect();
    let left = emit::write(("shop/a.go", SHAPES), &plan, &mutants, &all);
    assert_eq!(left, SHAPES);
}

#[test]
fn what_no_branch_can_hold_is_refused() {
    let text = "package shop\nconst a = 1\nvar b = 2\nfunc f() (err error) {\nx, err := g(3)\nL: for i := 4; ; {\nbreak L }\nreturn err }";
    let (_, plan, mutants) = written(text);
    let refused: Vec<&str> = plan
        .refused
        .keys()
        .map(|index| mutants[*index].was.as_str())
        .collect();
    assert_eq!(refused, ["1", "2", "3", "4"], "{:?}", plan.refused);
}

#[test]
fn a_place_keeps_the_lines_of_head() {
    let (text, _, _) = written("package shop\nfunc f(a int) bool {\n\treturn a > 1\n}\n");
    let owed = "return bool(/*line a.go:3:9*/a > 1) }()/*line a.go:3:14*/\n";
    assert!(text.contains(owed), "{text}");
}

#[test]
fn what_recovers_stays_in_its_own_function() {
    let text = "package shop\nfunc f() {\n\tdefer func() {\n\t\tif recover() == nil {\n\t\t\tg()\n\t\t}\n\t}()\n}\n";
    let (text, _, _) = written(text);
    assert!(!text.contains("func() bool"), "{text}");
    assert!(text.contains("*/if recover() == nil {"), "{text}");
    assert!(is_sound(&text), "{text}");
}

#[test]
fn what_is_returned_beside_an_error_is_nobodys() {
    let text = "func f() (int, error) { if err != nil { return 1, err }; if a { return 2, errors.New(\"no \" + b + \"!\") }; if c { return 3, ErrGone }; return 4, err }";
    assert_eq!(of(Operator::Constant, text), ["4 → 5"]);
}

#[test]
fn a_complaint_names_its_branch_or_a_place_of_head() {
    let text = "# example.com/shop\nrg-17.go:1:9: invalid operation\n./shop.go:3:5: cannot use x\n\thave int\nsub/rg-2.go:1:1: undefined: y\ntoo many errors\n";
    let words: Vec<String> = blame::complaints(text)
        .into_iter()
        .map(|one| one.words)
        .collect();
    let owed = ["invalid operation", "cannot use x have int", "undefined: y"];
    assert_eq!(words, owed);
    assert_eq!(emit::branch_number("sub/rg-2.go"), Some(2));
    assert_eq!(emit::branch_number("shop.go"), None);
}
