//! Holds outlines against source texts.

use super::*;
use std::collections::BTreeSet;

fn outline(text: &str) -> Outline {
    of(&Unit::default(), "src/test/java/shop/PriceTest.java", text)
}

fn tests_of(text: &str) -> Vec<(String, bool)> {
    let tests = outline(text).tests.into_iter();
    tests.map(|test| (test.id.name, test.muted)).collect()
}

const FILE: &str = "package org . shop;
import org.junit.jupiter.api.*;
class PriceTest {
  @Test void plain() {}
  @org.junit.jupiter.api.RepeatedTest(2) void again() {}
  @ParameterizedTest @ValueSource(ints = {1, 2}) void par(int n) {}
  @TestFactory Stream<DynamicTest> made() { return null; }
  @BeforeEach void up() {}
  void helper() {}
  @Nested class Deep { @Test void in() {} @Nested class Er { @Test void un() {} } }
  class Unreached { @Test void no() {} }
  static abstract class Base { @Test void no() {} }
  interface Contract { @Test default void no() {} }
}
class OtherTest { @Test public void too() {} }
";

#[test]
fn tests_are_named_as_surefire_names_them() {
    let names: Vec<String> = tests_of(FILE).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "org.shop.PriceTest#plain",
            "org.shop.PriceTest#again",
            "org.shop.PriceTest#par",
            "org.shop.PriceTest#made",
            "org.shop.PriceTest$Deep#in",
            "org.shop.PriceTest$Deep$Er#un",
            "org.shop.OtherTest#too",
        ]
    );
}

#[test]
fn older_ways_to_name_a_test_are_known() {
    for text in [
        "public class ATest extends TestCase { public void testA() {} public void other() {} }",
        "@Test public class ATest { public void testA() {} void hidden() {} }",
        "public class ATest { @Test(expected = X.class) public void testA() {} }",
    ] {
        assert_eq!(
            tests_of(text),
            [("ATest#testA".to_owned(), false)],
            "{text}"
        );
    }
    let enclosed = "@RunWith(Enclosed.class) public class ATest { public static class In { @Test public void a() {} } }";
    assert_eq!(tests_of(enclosed), [("ATest$In#a".to_owned(), false)]);
}

#[test]
fn every_mark_that_silences_a_test_is_seen() {
    for text in [
        "class A { @Test @Disabled void a() {} }",
        "class A { @Disabled(\"later\") @Test void a() {} }",
        "@Disabled class A { @Test void a() {} }",
        "@Ignore class A { @Test public void a() {} }",
        "class A { @Test @EnabledOnOs(WINDOWS) void a() {} }",
        "class A { @Test(enabled = false) public void a() {} }",
        "class A { @Test void a() { Assumptions.assumeTrue(false, \"x\"); } }",
        "class A { @Test void a() { assumeTrue( false ); } }",
        "@Disabled class A { @Nested class B { @Test void a() {} } }",
    ] {
        let found = tests_of(text);
        assert!(found.len() == 1 && found[0].1, "{text}: {found:?}");
    }
    for text in [
        "class A { @Test void a() { assumeTrue(here()); } }",
        "class A { @Test @DisplayName(\"Disabled\") void a() {} }",
    ] {
        assert!(!tests_of(text)[0].1, "{text}");
    }
}

#[test]
fn a_body_is_the_same_under_another_name_layout_or_comment() {
    let body = |text: &str| outline(text).tests[0].body.clone();
    let first = body("class A { @Test void a() { assertEquals(1, f(\"x y\")); } }");
    assert_eq!(
        body("class B {\n @Test\n void b( ) { // why\n assertEquals( 1,f(\"x y\") ) ; } }"),
        first
    );
    for text in [
        "class A { @Test void a() { assertEquals(2, f(\"x y\")); } }",
        "class A { @Test void a() { assertEquals(1, f(\"xy\")); } }",
        "class A { @Disabled @Test void a() { assertEquals(1, f(\"x y\")); } }",
    ] {
        assert_ne!(body(text), first, "{text}");
    }
    let constants = |text: &str| outline(text).tests[0].constants.clone();
    let one = constants("class A { @Test void a() { assertEquals(1, f(x)); } }");
    assert_eq!(
        constants("class A { @Test void a() { assertEquals(1, g(y, z)); } }"),
        one
    );
    assert_ne!(
        constants("class A { @Test void a() { assertEquals(2, f(x)); } }"),
        one
    );
}

#[test]
fn production_has_functions_and_names_and_no_tests() {
    let text = "package shop.money;\n/** Doc. */\npublic class Money {\n  static final int LIMIT = 1, MORE = 2;\n  public Money(int a) {}\n  @Deprecated\n  int twice(int local) {\n    int inside = 1;\n    return inside;\n  }\n}\nenum Kind { ONE, TWO { void x() {} } }\nrecord Pair(int left, String right) {}\n@interface Mark { String value(); }\n";
    let found = of(
        &Unit::default(),
        "src/main/java/shop/money/Money.java",
        text,
    );
    assert!(found.tests.is_empty());
    let functions: Vec<_> = found
        .functions
        .iter()
        .map(|f| (f.name.as_str(), f.lines.first, f.lines.last, f.stubbable))
        .collect();
    assert_eq!(
        functions,
        [
            ("Money.<init>(int)", 5, 5, true),
            ("Money.twice(int)", 6, 10, true),
        ]
    );
    let owed: BTreeSet<String> = [
        "Kind",
        "LIMIT",
        "MORE",
        "Mark",
        "Money",
        "ONE",
        "Pair",
        "TWO",
        "left",
        "money",
        "right",
        "shop",
        "shop.money",
        "twice",
        "value",
    ]
    .map(str::to_owned)
    .into();
    assert_eq!(found.names, owed);
    let commented = of(
        &Unit::default(),
        "src/main/java/shop/money/Money.java",
        &text.replace("Doc.", "Other."),
    );
    assert_eq!(commented.code, found.code);
}

#[test]
fn broken_and_deep_text_is_no_danger() {
    let broken = tests_of("class A { @Test void a() { if ( } @Test void b() {} }");
    assert!(broken.iter().any(|(name, _)| name == "A#a"), "{broken:?}");
    let deep = format!("class A {{ @Test void a() {{ {} }} }}", "(".repeat(50_000));
    assert!(outline(&deep).tests.len() <= 1);
    let classes = "class A { ".repeat(5_000);
    assert!(outline(&classes).tests.is_empty());
    let blocks = format!("class A {{ void a() {{ {} }} }}", "{".repeat(50_000));
    assert!(
        of(&Unit::default(), "src/main/java/A.java", &blocks)
            .functions
            .len()
            <= 1
    );
}
