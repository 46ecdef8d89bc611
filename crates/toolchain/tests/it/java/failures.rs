//! Runs that do not get far: the compiler, a dead process, a test without an end, artefacts.

use super::project::{JUNIT5, Project, SUREFIRE_3, plain, pom};
use redgreen_core::evidence::{Diagnostic, Order, Trouble};
use redgreen_core::outcome::{FailureKind, Outcome};
use std::time::Duration;

const PRICE: &str =
    "package org.shop;\npublic class Price { public static int twice(int n) { return n + n; } }\n";

fn test(name: &str, body: &str) -> String {
    format!("package org.shop;\nimport org.junit.jupiter.api.*;\nclass {name} {{\n{body}\n}}\n")
}

/// `hides kind name owner at`.
fn shown(diagnostic: &Diagnostic) -> String {
    let failure = &diagnostic.failure;
    let symbol = failure.symbol.as_ref();
    let name = symbol.map_or("-", |symbol| symbol.name.as_str());
    let owner = symbol
        .and_then(|symbol| symbol.owner.as_deref())
        .unwrap_or("-");
    let at = failure
        .at
        .as_ref()
        .map_or_else(String::new, |at| format!("{}:{}", at.path, at.line));
    format!(
        "{:?} {:?} {name} {owner} {at}",
        diagnostic.hides, failure.kind
    )
}

#[test]
fn errors_of_the_compiler_hide_every_test() {
    let path = "src/test/java/org/shop/NewTest.java";
    let broken = "package org.shop;
import org.shop.money.Coin;
import org.nosuch.Thing;
class NewTest {
    int a = Price.thrice(2);
    int b = new Money().value();
    int c = Price.twice(1, 2);
}
";
    let shop = Project::new(&[
        ("pom.xml", &plain()),
        ("src/main/java/org/shop/Price.java", PRICE),
        (
            "src/test/java/org/shop/OldTest.java",
            &test("OldTest", "@Test void a() { }"),
        ),
        (path, broken),
    ]);
    let run = shop.whole();
    let found: Vec<String> = run.sound().report.diagnostics.iter().map(shown).collect();
    assert_eq!(
        found,
        [
            format!("\"\" MissingModule money org/shop {path}:2"),
            format!("\"\" MissingModule nosuch org {path}:3"),
            format!("\"\" MissingName thrice org/shop.Price {path}:5"),
            format!("\"\" MissingName Money - {path}:6"),
            format!("\"\" BadCall twice - {path}:7"),
        ]
    );
    shop.write(
        path,
        "package org.shop;\nclass NewTest { void a() { f( } }\n",
    );
    let run = shop.whole();
    let found: Vec<String> = run.sound().report.diagnostics.iter().map(shown).collect();
    assert!(
        !found.is_empty() && found.iter().all(|each| each.contains("Syntax")),
        "{found:?}"
    );
}

#[test]
fn a_module_that_does_not_compile_hides_its_own_tests() {
    let child = |name: &str, dependencies: &str| {
        format!(
            "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion><parent><groupId>org.shop</groupId><artifactId>shop</artifactId><version>1</version></parent><artifactId>{name}</artifactId><dependencies>{dependencies}</dependencies></project>"
        )
    };
    let modules =
        "<packaging>pom</packaging><modules><module>core</module><module>web</module></modules>";
    let core = "<dependency><groupId>org.shop</groupId><artifactId>core</artifactId><version>1</version></dependency>";
    let shop = Project::new(&[
        ("pom.xml", &pom(JUNIT5, SUREFIRE_3, "", modules)),
        ("core/pom.xml", &child("core", "")),
        ("core/src/main/java/org/shop/Price.java", PRICE),
        (
            "core/src/test/java/org/shop/CoreTest.java",
            &test(
                "CoreTest",
                "@Test void a() { Assertions.assertEquals(5, Price.twice(2)); }",
            ),
        ),
        ("web/pom.xml", &child("web", core)),
        (
            "web/src/test/java/org/shop/WebTest.java",
            &test("WebTest", "@Test void a() { Price.thrice(2); }"),
        ),
    ]);
    let run = shop.whole();
    assert_eq!(
        run.sound().failed("org.shop.CoreTest#a"),
        (
            FailureKind::Assertion,
            "core/src/test/java/org/shop/CoreTest.java:4".to_owned()
        )
    );
    let found: Vec<String> = run.report.diagnostics.iter().map(shown).collect();
    let at = "MissingName thrice org/shop.Price web/src/test/java/org/shop/WebTest.java:4";
    assert_eq!(
        found,
        [
            format!("\"org.shop.WebTest#\" {at}"),
            format!("\"org.shop.WebTest$\" {at}")
        ]
    );
    shop.write(
        "web/src/test/java/org/shop/WebTest.java",
        &test("WebTest", "@Test void a() { Price.twice(2); }"),
    );
    let run = shop.files(&["web/src/test/java/org/shop/WebTest.java"]);
    assert_eq!(run.sound().names(), ["org.shop.WebTest#a"]);
    assert_eq!(run.outcome("org.shop.WebTest#a"), &Outcome::Passed);
}

#[test]
fn a_test_that_ends_the_process_is_found() {
    let shop = Project::new(&[
        ("pom.xml", &plain()),
        (
            "src/test/java/org/shop/ExitTest.java",
            &test(
                "ExitTest",
                "@Test void fine() { }\n@Test void leaves() { System.exit(3); }",
            ),
        ),
        (
            "src/test/java/org/shop/LastTest.java",
            &test("LastTest", "@Test void a() { }"),
        ),
    ]);
    let run = shop.whole();
    assert_eq!(
        run.sound().failed("org.shop.ExitTest#leaves").0,
        FailureKind::Death
    );
    assert_eq!(run.outcome("org.shop.ExitTest#fine"), &Outcome::Passed);
    assert_eq!(run.outcome("org.shop.LastTest#a"), &Outcome::Passed);
    let both = ["org.shop.ExitTest#leaves", "org.shop.LastTest#a"];
    let run = shop.tests(&both, Order::Alone);
    assert_eq!(run.sound().failed(both[0]).0, FailureKind::Death);
    assert_eq!(run.outcome(both[1]), &Outcome::Passed);
    assert_eq!(run.starts(), 1);
}

#[test]
fn a_test_that_no_interrupt_ends_is_left_behind() {
    let spins = "@Test void fine() { }\n@Test void spins() { while (true) { \
                 try { Thread.sleep(1000); } catch (InterruptedException e) { } } }";
    let shop = Project::new(&[
        ("pom.xml", &plain()),
        (
            "src/test/java/org/shop/SpinTest.java",
            &test("SpinTest", spins),
        ),
    ])
    .with_limit(Duration::from_secs(30));
    let run = shop.whole();
    assert_eq!(
        run.sound().outcome("org.shop.SpinTest#spins"),
        &Outcome::TimedOut
    );
    assert_eq!(run.outcome("org.shop.SpinTest#fine"), &Outcome::Passed);
}

#[test]
fn an_artefact_that_is_nowhere_is_no_red() {
    let nowhere = "<dependency><groupId>org.shop</groupId><artifactId>nowhere</artifactId><version>1</version></dependency>";
    // No network: the repository that Maven asks is a directory without it.
    let repository = "<repositories><repository><id>central</id><url>file://${project.basedir}/target/nowhere</url></repository></repositories>";
    let dependencies = format!("{JUNIT5}{nowhere}");
    let shop = Project::new(&[
        ("pom.xml", &pom(&dependencies, SUREFIRE_3, "", repository)),
        (
            "src/test/java/org/shop/ATest.java",
            &test("ATest", "@Test void a() { }"),
        ),
    ]);
    let run = shop.whole();
    let Some(Trouble::CouldNotRun { why }) = &run.report.trouble else {
        panic!("{:?}", run.report);
    };
    assert!(
        why.contains("nowhere") && why.contains("type: mvn"),
        "{why}"
    );
    assert_eq!(run.starts(), 2);
    assert!(run.report.tests.is_empty());
}
