//! Tests that run: every kind of end, in every order, with both generations of Surefire.

use super::project::{JUNIT4, JUNIT5, Project, Run, SUREFIRE_2, SUREFIRE_3, plain, pom};
use redgreen_core::evidence::{Order, Trouble};
use redgreen_core::outcome::{FailureKind, Outcome, Stage};
use redgreen_toolchain::java::Java;
use redgreen_toolchain::{Language, Unit};
use std::collections::BTreeSet;

const PRICE: &str = "package org.shop;
public class Price {
    public static int twice(int n) { return n + n; }
    public static int pick(int[] list) { return list[3]; }
}
";
const TEST: &str = r#"package org.shop;
import static org.junit.jupiter.api.Assertions.*;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.*;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
class PriceTest {
    @Test void passes() { assertEquals(4, Price.twice(2)); System.out.println("[ERROR] /x/A.java:[1,2] cannot find symbol"); }
    @Test void fails() { assertEquals(5, Price.twice(2), "sum"); }
    @Test void raises() { Price.pick(new int[0]); }
    @Test void raisesItself() { throw new IllegalStateException("mine"); }
    @Test void reflects() throws Exception { Class.forName("org.shop.Money"); }
    @Test void file() throws Exception { java.nio.file.Files.readString(java.nio.file.Path.of("no/such/file")); }
    @Test @Disabled("later") void off() { }
    @Test void assumes() { Assumptions.assumeTrue(false, "no db"); }
    @Test @DisplayName("a \"fine\" name: x/y é") void shown() { }
    @Test void größe(TestInfo info) { }
    @Test void sleeps() throws Exception { Thread.sleep(600_000); }
    @ParameterizedTest(name = "{0} [x]") @ValueSource(strings = {"a b/c", "d'\"é"}) void par(String text) { assertEquals("a b/c", text); }
    @RepeatedTest(2) void again() { }
    @TestFactory Stream<DynamicNode> made() {
        return Stream.of(DynamicTest.dynamicTest("one", () -> { }), DynamicContainer.dynamicContainer("box", List.of(DynamicTest.dynamicTest("two", () -> fail("no")))));
    }
    @Nested class Deep {
        @Test void in() { }
        @Nested class Er { @BeforeEach void up() { throw new IllegalStateException("db"); } @Test void un() { } }
    }
    @Nested class Down { @AfterEach void down() { throw new IllegalStateException("db"); } @Test void ends() { } }
}
"#;
const ALL: &str = "package org.shop;
import org.junit.jupiter.api.*;
class AllTest {
    @BeforeAll static void all() { throw new IllegalStateException(\"db\"); }
    @Test void a() { }
    @Nested class In { @Test void b() { } }
}
";
const PATH: &str = "src/test/java/org/shop/PriceTest.java";

fn shop(surefire: &str) -> Project {
    Project::new(&[
        ("pom.xml", &pom(JUNIT5, surefire, "", "")),
        ("src/main/java/org/shop/Price.java", PRICE),
        (PATH, TEST),
        ("src/test/java/org/shop/AllTest.java", ALL),
        (
            "src/test/java/org/shop/Helper.java",
            "package org.shop;\nclass Helper { }\n",
        ),
    ])
}

fn every_kind_of_end(surefire: &str) {
    let run = shop(surefire).whole();
    run.sound();
    passes_and_skips(&run);
    failures_and_places(&run);
    hooks(&run);
    assert!(run.names().iter().all(|name| !name.contains("edgreen")));
    let outlined = Java.outline(&Unit::default(), PATH, TEST);
    for test in &outlined.tests {
        let has = |found: &&str| {
            let rest = found.strip_prefix(test.id.name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        };
        assert!(run.names().iter().any(has), "{}", test.id.name);
    }
    assert_eq!(run.starts(), 1);
}

fn name(method: &str) -> String {
    format!("org.shop.PriceTest#{method}")
}

fn passes_and_skips(run: &Run) {
    for passed in [
        "passes", "shown", "größe", "par[1]", "again[1]", "again[2]", "made[1]",
    ] {
        assert_eq!(run.outcome(&name(passed)), &Outcome::Passed, "{passed}");
    }
    assert_eq!(run.outcome("org.shop.PriceTest$Deep#in"), &Outcome::Passed);
    let later = Outcome::Skipped("later".to_owned());
    assert_eq!(run.outcome(&name("off")), &later);
    let assumed = run.outcome(&name("assumes"));
    assert!(matches!(assumed, Outcome::Skipped(why) if why.contains("no db")));
    assert_eq!(run.outcome(&name("sleeps")), &Outcome::TimedOut);
}

fn failures_and_places(run: &Run) {
    let at = |line: u32| format!("{PATH}:{line}");
    let exception = |class: &str| FailureKind::Exception(format!("java.lang.{class}"));
    let in_code = "src/main/java/org/shop/Price.java:4".to_owned();
    for (method, kind, place) in [
        ("fails", FailureKind::Assertion, at(10)),
        (
            "raises",
            exception("ArrayIndexOutOfBoundsException"),
            in_code,
        ),
        ("raisesItself", exception("IllegalStateException"), at(12)),
        ("reflects", FailureKind::MissingName, at(13)),
        ("file", FailureKind::Environment, at(14)),
        ("par[2]", FailureKind::Assertion, at(20)),
        ("made[2][1]", FailureKind::Assertion, at(23)),
    ] {
        assert_eq!(run.failed(&name(method)), (kind, place), "{method}");
    }
    let symbol = run.failure(&name("reflects")).symbol.clone().unwrap();
    let found = (symbol.name.as_str(), symbol.owner.as_deref());
    assert_eq!(found, ("Money", Some("org/shop")));
}

fn hooks(run: &Run) {
    let stage = |name: &str| run.failure(name).stage;
    assert_eq!(stage("org.shop.PriceTest$Deep$Er#un"), Stage::Setup);
    assert_eq!(stage("org.shop.PriceTest$Down#ends"), Stage::Teardown);
    let diagnostics = run.report.diagnostics.iter();
    let mut stages = diagnostics.clone().map(|each| each.failure.stage);
    assert!(stages.all(|stage| stage == Stage::Setup));
    let hidden: BTreeSet<&str> = diagnostics.map(|each| each.hides.as_str()).collect();
    assert_eq!(hidden, ["org.shop.AllTest#", "org.shop.AllTest$"].into());
}

#[test]
fn every_kind_of_end_is_told_apart() {
    every_kind_of_end(SUREFIRE_3);
}

#[test]
fn the_older_surefire_tells_the_same() {
    every_kind_of_end(SUREFIRE_2);
}

#[test]
fn some_tests_run_by_name_shuffled_and_alone() {
    let shop = shop(SUREFIRE_3);
    let asked = [
        "org.shop.PriceTest#passes",
        "org.shop.PriceTest#par[1]",
        "org.shop.PriceTest$Deep#in",
    ];
    let run = shop.tests(&asked, Order::Shuffled(7));
    assert_eq!(
        run.sound().names(),
        [
            "org.shop.PriceTest#par[1]",
            "org.shop.PriceTest#passes",
            "org.shop.PriceTest$Deep#in"
        ]
    );
    assert_eq!(run.starts(), 1);
    let run = shop.tests(&asked, Order::Alone);
    assert_eq!(run.sound().names().len(), 3);
    assert_eq!(run.starts(), 3);
    let run = shop.files(&["src/test/java/org/shop/Helper.java"]);
    assert_eq!(run.sound().names().len() + run.starts(), 0);
    let run = shop.tests(&["org.shop.PriceTest#gone"], Order::AsWritten);
    assert_eq!(run.sound().names().len(), 0);
}

#[test]
fn nothing_of_another_tree_is_left_over() {
    let stale = (
        "target/surefire-reports/TEST-org.shop.OldTest.xml",
        "<testsuite name=\"org.shop.OldTest\" tests=\"1\"><testcase name=\"a\" classname=\"org.shop.OldTest\"/></testsuite>",
    );
    let gone = "package org.shop;\nimport org.junit.jupiter.api.*;\nclass GoneTest { @Test void a() { } }\n";
    let shop = Project::new(&[
        ("pom.xml", &plain()),
        stale,
        ("src/test/java/org/shop/GoneTest.java", gone),
        (
            "src/test/java/org/shop/StayTest.java",
            &gone.replace("Gone", "Stay"),
        ),
        ("src/test/resources/data.txt", "x"),
    ]);
    let run = shop.whole();
    assert_eq!(
        run.sound().names(),
        ["org.shop.GoneTest#a", "org.shop.StayTest#a"]
    );
    std::fs::remove_file(shop.tree().join("src/test/java/org/shop/GoneTest.java")).unwrap();
    std::fs::remove_file(shop.tree().join("src/test/resources/data.txt")).unwrap();
    let reads = gone.replace("Gone", "Stay").replace(
        "{ }",
        "{ Assertions.assertNull(getClass().getResource(\"/data.txt\")); }",
    );
    shop.write("src/test/java/org/shop/StayTest.java", &reads);
    let run = shop.whole();
    assert_eq!(run.sound().names(), ["org.shop.StayTest#a"]);
    assert_eq!(run.outcome("org.shop.StayTest#a"), &Outcome::Passed);
}

#[test]
fn junit_4_runs_by_its_own_provider() {
    let test = "package org.shop;
import static org.junit.Assert.*;
import org.junit.*;
public class OldTest {
    @Test public void passes() { assertEquals(4, Price.twice(2)); }
    @Test public void fails() { assertEquals(\"a\", \"b\"); }
    @Test(timeout = 100) public void sleeps() throws Exception { Thread.sleep(60000); }
    @Ignore(\"later\") @Test public void off() { }
    public static class Up {
        @Before public void up() { throw new IllegalStateException(\"db\"); }
        @Test public void t() { }
    }
}
";
    let hooked = "package org.shop;
import org.junit.*;
public class HookTest {
    @Before public void up() { }
    @Test public void raises() { throw new IllegalStateException(\"mine\"); }
    @Test public void other() { }
}
";
    let broken = hooked.replace("HookTest", "UpTest").replace(
        "up() { }",
        "up() { throw new IllegalStateException(\"db\"); }",
    );
    let shop = Project::new(&[
        ("pom.xml", &pom(JUNIT4, SUREFIRE_3, "", "")),
        ("src/main/java/org/shop/Price.java", PRICE),
        ("src/test/java/org/shop/OldTest.java", test),
        ("src/test/java/org/shop/HookTest.java", hooked),
        ("src/test/java/org/shop/UpTest.java", &broken),
    ]);
    let run = shop.whole();
    run.sound();
    assert_eq!(run.outcome("org.shop.OldTest#passes"), &Outcome::Passed);
    assert_eq!(
        run.failed("org.shop.OldTest#fails").0,
        FailureKind::Assertion
    );
    assert_eq!(run.outcome("org.shop.OldTest#sleeps"), &Outcome::TimedOut);
    assert!(matches!(
        run.outcome("org.shop.OldTest#off"),
        Outcome::Skipped(_)
    ));
    assert_eq!(run.failure("org.shop.HookTest#raises").stage, Stage::Call);
    assert_eq!(run.failure("org.shop.UpTest#other").stage, Stage::Setup);
}

/// An extension that forgives every failure, taken up by itself.
const FORGIVER: &str = "package org.shop;
public class Forgiver implements org.junit.jupiter.api.extension.TestExecutionExceptionHandler {
    public void handleTestExecutionException(org.junit.jupiter.api.extension.ExtensionContext context, Throwable error) { }
}
";

#[test]
fn a_tampered_run_is_not_believed() {
    let test = "package org.shop;\nimport org.junit.jupiter.api.*;\nclass ATest { @Test void a() { Assertions.fail(); } }\n";
    let shop = Project::new(&[
        ("pom.xml", &plain()),
        ("src/test/java/org/shop/ATest.java", test),
        ("src/test/java/org/shop/Forgiver.java", FORGIVER),
        (
            "src/test/resources/META-INF/services/org.junit.jupiter.api.extension.Extension",
            "org.shop.Forgiver\n",
        ),
        (
            "src/test/resources/junit-platform.properties",
            "junit.jupiter.extensions.autodetection.enabled=true\n",
        ),
    ]);
    let why = Trouble::Inconsistent {
        why: "a test that must fail passed".to_owned(),
    };
    assert_eq!(shop.whole().report.trouble, Some(why));
    let skips = "<configuration><skipTests>true</skipTests></configuration>";
    shop.write("pom.xml", &pom(JUNIT5, SUREFIRE_3, skips, ""));
    let why = Trouble::Inconsistent {
        why: "a test that must run is not in the report".to_owned(),
    };
    assert_eq!(shop.whole().report.trouble, Some(why));
}
