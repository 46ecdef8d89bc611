//! Holds drafts and rewritten files against source texts.

use super::emit::{self, Dropped, Written};
use super::place::Form;
use super::plan::{Plan, plan};
use super::*;
use crate::mutate::refusal::Refusal;
use redgreen_core::mutant::{Mutant, Operator, numbered};
use redgreen_core::surface::Lines;
use std::collections::BTreeMap;

const PATH: &str = "src/a.cpp";

/// Every mutant of a text, all of its functions and lines changed.
fn mutants_at(path: &str, text: &str) -> Vec<Mutant> {
    let everywhere = vec![Lines::new(1, 9999)];
    let is_test = path.starts_with("tests/");
    let functions = holders(text).into_iter().filter(|_| !is_test);
    let wanted = Wanted {
        functions: functions.map(|one| one.name).collect(),
        lines: if is_test {
            Vec::new()
        } else {
            everywhere.clone()
        },
        tests: if is_test { everywhere } else { Vec::new() },
    };
    numbered(path, text, drafts(text, &wanted), |_| None)
}

/// `was → now` of each mutant of one operator.
fn of(operator: Operator, text: &str) -> Vec<String> {
    let some = mutants_at(PATH, text);
    let some = some.iter().filter(|mutant| mutant.operator == operator);
    some.map(|mutant| format!("{} → {}", mutant.was, mutant.now))
        .collect()
}

fn planned(path: &str, text: &str) -> (Plan, Vec<Mutant>) {
    let mutants = mutants_at(path, text);
    let texts: BTreeMap<String, String> = [(path.to_owned(), text.to_owned())].into();
    (plan(&mutants, &texts), mutants)
}

fn written(path: &str, text: &str) -> (Written, Plan, Vec<Mutant>) {
    let (plan, mutants) = planned(path, text);
    let written = emit::write((path, text), &plan, &mutants, &Dropped::new());
    (written, plan, mutants)
}

/// What stands below the prelude.
fn below(written: &Written) -> &str {
    let (_, below) = written
        .text
        .split_once("#endif\n#endif\n#line 1\n")
        .unwrap();
    below
}

/// The texts that no place can switch, with the reason.
fn refused(path: &str, text: &str) -> Vec<String> {
    let (plan, mutants) = planned(path, text);
    let refused = plan.refused.iter();
    refused
        .map(|(index, why)| format!("{}: {why}", mutants[*index].was))
        .collect()
}

#[test]
fn operators_become_their_neighbours() {
    let text = "bool f(int a, int b) { return a < b && a+b != 0 || g(-a, !c); }";
    let owed = ["< → ==", "< → >", "< → <=", "!= → =="];
    assert_eq!(of(Operator::Boundary, text), owed);
    assert_eq!(of(Operator::Logic, text), ["|| → &&", "&& → ||"]);
    assert_eq!(of(Operator::Arithmetic, text), ["+ → -", "+ → *"]);
    assert_eq!(of(Operator::Condition, text), ["-a → a", "!c → c"]);
    assert_eq!(of(Operator::Constant, text), ["0 → 1"]);
    let text = "void f() { a += 1.5f; b <<= 2; i--; s = \"x\"; ok = true; }";
    let owed = ["+= → -=", "+= → *=", "<<= → >>=", "-- → ++"];
    assert_eq!(of(Operator::Arithmetic, text), owed);
    let owed = ["1.5f → 1.51f", "2 → 3", "\"x\" → \"\"", "true → false"];
    assert_eq!(of(Operator::Constant, text), owed);
}

#[test]
fn texts_and_streams_have_no_other_operator() {
    let text = "std::string f(std::string a) { std::cout << a << 1; os >> b; std::cerr << 2; std::string t = a + \"/\" + b; return t; }";
    assert_eq!(of(Operator::Arithmetic, text), [""; 0]);
    assert_eq!(of(Operator::Constant, text), ["1 → 2", "\"/\" → \"\""]);
}

#[test]
fn conditions_are_decided_and_loops_end() {
    let text = "void f(A::B y) { if (x > 3) {} else if (h()) {} while (a()) {} for (int i = 0; b(i); i++) {} do {} while (k()); while (true) {} for (;;) {} z = c ? d : e; if (int n = g()) {} switch (s) {} }";
    let owed = [
        "x > 3 → true",
        "x > 3 → false",
        "h() → true",
        "h() → false",
        "a() → false",
        "b(i) → false",
        "k() → false",
        "c → true",
        "c → false",
    ];
    assert_eq!(of(Operator::Condition, text), owed);
    let owed = ["p → 1", "p → 0"];
    assert_eq!(
        of(Operator::Condition, "void f(int *p) { if (p) g(); }"),
        owed
    );
}

#[test]
fn types_sizes_directives_logs_and_words_of_errors_stay() {
    let text = "#include <a.h>\n#define N 3\n#if X > 2\n#endif\nstruct S { int a : 3; int b[4]; };\nvoid f() { static_assert(N > 2, \"x\"); int c[5]; A<6> d; sizeof(7 + 1); fprintf(stderr, \"a\", 8); throw std::runtime_error(\"no \" + b); }";
    assert_eq!(of(Operator::Constant, text), [""; 0]);
    assert_eq!(of(Operator::Boundary, text), [""; 0]);
    assert_eq!(of(Operator::Statement, text), [""; 0]);
}

#[test]
fn statements_errors_returns_and_edges_go() {
    let text = "int f(A::V v) { v.push_back(a); y = b; int z = c; i++; free(q); delete r; if (w) go(); try { t(); } catch (const E &e) { return -1; } if (x) throw E(); u(v.size(), v.front(), s.substr(1, 2)); return z; }";
    let owed = [
        "v.push_back(a); → ",
        "y = b; → ",
        "i++; → ",
        "go(); → ;",
        "t(); → ",
        "u(v.size(), v.front(), s.substr(1, 2)); → ",
    ];
    assert_eq!(of(Operator::Statement, text), owed);
    let owed = ["{ → { throw;", "-1 → 0", "throw E(); → ;"];
    assert_eq!(of(Operator::ErrorPath, text), owed);
    let owed = ["v.size() → (v.size() - 1)", "front → back", ", 2 → "];
    assert_eq!(of(Operator::Collection, text), owed);
    assert_eq!(of(Operator::Return, text), ["z → 0"]);
    assert_eq!(
        of(
            Operator::Return,
            "bool f() { return ok(1); }\nA &g() { return a; }"
        ),
        ["ok(1) → !(ok(1))"]
    );
}

#[test]
fn a_body_gives_way_to_values_of_its_type() {
    let body = |head: &str| {
        let text = format!("{head} {{ go(); }}");
        let found = of(Operator::Body, &text).into_iter();
        let values = found.map(|one| one.replace("{ → { return", "").replace(';', ""));
        values.collect::<Vec<_>>().join(" |")
    };
    let owed = [
        ("void f()", ""),
        ("bool f()", " true | false"),
        ("static unsigned long f()", " 0 | 1"),
        ("std::size_t f()", " 0 | 1"),
        ("const char *f()", " 0"),
        ("std::string f()", " \"\" | \"mutant\""),
        ("auto A::f() -> int", " 0 | 1"),
        ("std::vector<int> A::f() const", " {}"),
        ("struct price f(void)", " (struct price){0}"),
        ("A::A() : x(1)", ""),
        ("int &f()", ""),
        ("auto f()", ""),
    ];
    for (head, values) in owed {
        assert_eq!(body(head), values, "{head}");
    }
    assert_eq!(of(Operator::Body, "int f() { return 0; }").len(), 1);
    assert_eq!(of(Operator::Body, "void f() {}"), [""; 0]);
}

#[test]
fn assertions_of_tests_are_turned_round() {
    let found = |text: &str| -> Vec<String> {
        let found = mutants_at("tests/a.cpp", text);
        found
            .iter()
            .map(|one| format!("{} → {}", one.was, one.now))
            .collect()
    };
    let text = "TEST(A, B) { EXPECT_EQ(f(1), 2) << \"x\"; ASSERT_TRUE(x); EXPECT_STRNE(a, b); EXPECT_DOUBLE_EQ(c, d); EXPECT_GE(e, 1); EXPECT_THROW(f({1, 2}), E); EXPECT_NO_THROW(g()); EXPECT_THAT(v, Contains(1)); if (n) ADD_FAILURE(); }\nint EXPECT_X;\n#define EXPECT_EQ(a, b) a\n";
    let owed = [
        "EXPECT_EQ → EXPECT_NE",
        "ASSERT_TRUE → ASSERT_FALSE",
        "EXPECT_STRNE → EXPECT_STREQ",
        "EXPECT_DOUBLE_EQ → EXPECT_NE",
        "EXPECT_GE → EXPECT_LT",
        "EXPECT_THROW(f({1, 2}), E) → EXPECT_NO_THROW(f({1, 2}))",
        "EXPECT_NO_THROW → EXPECT_ANY_THROW",
        "Contains(1) → ::testing::Not(Contains(1))",
    ];
    assert_eq!(found(text), owed);
    let text = "TEST_CASE(\"a\") { REQUIRE(a == 1); CHECK_FALSE(b); REQUIRE_THROWS_AS(f(), E); CHECK_NOTHROW(g()); REQUIRE_THAT(s, Equals(\"x\")); CHECK_EQ(1, 2); }";
    let owed = [
        "REQUIRE → REQUIRE_FALSE",
        "CHECK_FALSE → CHECK",
        "REQUIRE_THROWS_AS(f(), E) → REQUIRE_NOTHROW(f())",
        "CHECK_NOTHROW → CHECK_THROWS",
        "Equals(\"x\") → !(Equals(\"x\"))",
        "CHECK_EQ → CHECK_NE",
    ];
    assert_eq!(found(text), owed);
    let text = "int main(void) { assert(f(1) == 2); if (g() != 3) return 1; if (h()) { abort(); } if (i()) return 0; MY_CHECK(a); return 0; }";
    let owed = [
        "f(1) == 2 → !(f(1) == 2)",
        "g() != 3 → !(g() != 3)",
        "h() → !(h())",
        "a → !(a)",
    ];
    assert_eq!(found(text), owed);
}

#[test]
fn places_keep_the_type_of_what_they_hold() {
    let (plan, mutants) = planned(
        PATH,
        "int f(int a) {\n int x = a + 1;\n if (a < 2) x -= 3;\n for (int i = 4; i < a; i += 5) {}\n return g(x);\n}",
    );
    let form = |was: &str| {
        let index = mutants.iter().position(|one| one.was == was).unwrap();
        plan.sites[plan.site_of[&index]].place.form
    };
    let owed = [
        ("{", Form::Start),
        ("1", Form::Value),
        ("+", Form::Value),
        ("<", Form::Truth),
        ("2", Form::Truth),
        ("-=", Form::Statement),
        ("3", Form::Statement),
        ("4", Form::Value),
        ("+=", Form::Value),
        ("5", Form::Value),
        ("g(x)", Form::Statement),
    ];
    for (was, owed) in owed {
        assert_eq!(form(was), owed, "{was}");
    }
}

#[test]
fn what_is_computed_with_the_build_is_refused() {
    let text = "enum E { A = 1 };\nconstexpr int b() { return 2; }\nconstexpr int c = 3;\nconst int d = 4;\nint f(int x) { switch (x) { case 5: return 6; } const int e = x + 7; char s[] = \"t\"; return e; }\nint g = 8;\n#define size(x) sizeof(x)\nvoid h() { auto i = size(\"m\"); }";
    let mut refused = refused(PATH, text);
    refused.retain(|one| !one.starts_with('{'));
    let owed = [
        "1: an enumerator is computed with the build",
        "2: a function of the compiler is computed with the build",
        "3: a constant is computed with the build",
        "4: a constant is computed with the build",
        "5: a case is computed with the build",
        "\"t\": no branch can hold it",
        "\"m\": a macro may measure it",
    ];
    assert_eq!(refused, owed);
    let c = "static int a = 1;\nint f(int x) { static int b = 2; int c = x + 3; return c; }";
    let owed = [
        "1: a constant is computed with the build",
        "2: a constant is computed with the build",
    ];
    assert_eq!(self::refused("src/a.c", c), owed);
}

#[test]
fn a_place_keeps_the_lines_of_head_and_a_branch_has_its_own() {
    let text = "int f(int a) {\n\treturn a > 1; // why\n}\n";
    let (written, plan, _) = written(PATH, text);
    let below = below(&written);
    assert!(below.contains("return (redgreen_is_on_("), "{below}");
    assert!(
        below.contains("\n#line 2\n               a > 1)); // why\n}\n"),
        "{below}"
    );
    let at = |line: usize| {
        written
            .number_at(line)
            .and_then(|number| plan.numbered(number))
    };
    let lines: Vec<usize> = below
        .lines()
        .filter_map(|line| line.strip_prefix("#line ")?.parse().ok())
        .filter(|line| *line >= 20_000)
        .collect();
    for line in lines {
        assert!(at(line).is_some(), "{line}");
    }
    assert_eq!(at(2), None);
}

#[test]
fn among_the_arguments_of_a_macro_stands_no_directive() {
    let text = "void f(int a) {\n  LOCKED(g(a < // why\n    2));\n}\n";
    let (written, ..) = written(PATH, text);
    let below = below(&written);
    let inside = below.split_once("!!(a == 2)").expect(below).1;
    assert!(inside.contains("!!(a < // why\n    2)"), "{below}");
    let before = below.split_once("!!(a == 2)").unwrap().0;
    assert!(
        before.ends_with("LOCKED(g((redgreen_is_on_(1, 3) ? ") || before.contains("LOCKED(g((")
    );
}

/// Shapes that a careless rewriting breaks.
const SHAPES: &str = r##"#include <string>
namespace shop {
template <class T> T most(T a, T b) { return a < b ? b : a; }
class Till {
 public:
  explicit Till(int n = 3) : n_(n + 1) { if (n < 0) throw Bad("no"); }
  bool operator==(const Till &o) const { return n_ == o.n_ && !closed_; }
  int n() const noexcept { return n_; }
 private:
  int n_ = 2;
  bool closed_ = false;
};
int shapes(int a, int b) {
  int c = a - b * 2; // why
  if (a > b || // because
      b > 3)
    return c;
  else
    c++;
  switch (a + 1) {
    case 1: c = 2; break;
    default: { c -= 3; }
  }
  for (int i = 0, j = 1; i < b; i++, j--) c += j;
  auto f = [&](int x) { return x > 1; };
  while (c-- > 0) { if (f(c)) continue; else break; }
  do { c += 2; } while (c < 4);
  const char *s = "a" "b";
  std::string t = R"(x
y)";
#ifdef DEEP
  c = deep(c, 1);
#else
  c = flat(c, 2);
#endif
  try { go(c); } catch (const Bad &e) { c = 5; }
  if (auto p = find(c); p != nullptr) { return *p; }
  return c > 0 ? c : -c;
}
}
"##;

#[test]
fn with_every_mutant_taken_out_the_text_is_heads() {
    let (_, plan, mutants) = written(PATH, SHAPES);
    let all: Dropped = (0..mutants.len())
        .map(|index| (index, Refusal::Fixed(String::new())))
        .collect();
    let left = emit::write((PATH, SHAPES), &plan, &mutants, &all);
    assert_eq!(left.text, SHAPES);
}

#[test]
fn every_mutant_has_one_branch_or_a_reason() {
    let (written, plan, mutants) = written(PATH, SHAPES);
    assert!(mutants.len() > 80, "{}", mutants.len());
    for (index, mutant) in mutants.iter().enumerate() {
        let site = plan.site_of.get(&index);
        assert_eq!(
            plan.refused.contains_key(&index),
            site.is_none(),
            "{mutant}"
        );
        let Some(site) = site else { continue };
        let number = plan.sites[*site].number(index).unwrap();
        let switch = format!("redgreen_is_on_({site}, {number})");
        assert_eq!(written.text.matches(&switch).count(), 1, "{mutant}");
    }
    assert_eq!(plan.refused.len(), 1, "the case alone: {:?}", plan.refused);
}

#[test]
fn a_complaint_names_a_branch_or_a_place_of_head() {
    let text = "In file included from b.h:1:\n/t/a.c:20017:9: error: invalid operands\na.c:3:5: fatal error: x\n/t/a.c:7:1: note: declared here\na.c: In function 'f':\n12 | x\n";
    let found = blame::complaints(text);
    let words: Vec<&str> = found.iter().map(|one| one.words.as_str()).collect();
    assert_eq!(words, ["invalid operands", "x", "declared here"]);
    assert!(found[1].is_error && !found[2].is_error);
}

#[test]
fn comments_and_texts_make_no_cpp_of_a_text_of_c() {
    for c in [
        "/* using pairs: a::b */ int f(void) { return 0; }\n",
        "const char *f(void) { return \"class A::b\"; }\n",
        "int f(int a) { return a ? 1 : 2; }\n",
    ] {
        assert!(!is_cpp(c), "{c}");
    }
    for cpp in [
        "using A = int;\n",
        "int a = std::f();\n",
        "class A { };\n",
        "void f() { g(nullptr); }\n",
    ] {
        assert!(is_cpp(cpp), "{cpp}");
    }
}
