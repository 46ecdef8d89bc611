//! Mutants of Java where the pom picks the classes with tests: those that Surefire leaves out
//! notice nothing.

use super::project::{JUNIT5, Project, SUREFIRE_3, pom};
use redgreen_core::mutant::{Fate, Operator, numbered};
use redgreen_toolchain::java::Java;
use redgreen_toolchain::{Language, Wanted};
use std::collections::BTreeMap;

/// A class whose functions `f1` to `f5` add their number.
fn code() -> String {
    let of = |nth: u32| format!("  public int f{nth}(int a) {{\n    return a + {nth};\n  }}\n");
    let functions: String = (1..=5).map(of).collect();
    format!("package org.shop;\n\npublic class Sum {{\n{functions}}}\n")
}

/// A class whose test holds `f` of this number to what it does.
fn test(class: &str, nth: u32) -> String {
    format!(
        "class {class} {{\n  @org.junit.jupiter.api.Test\n  void holds() {{\n    org.junit.jupiter.api.Assertions.assertEquals(2 + {nth}, new org.shop.Sum().f{nth}(2));\n  }}\n}}\n"
    )
}

#[test]
fn only_classes_that_the_patterns_pick_notice_anything() {
    let patterns = "<configuration><includes><include>**/*Test.java</include><include>Sum*Spec</include></includes><excludes><exclude>**/perf/*Test.java</exclude></excludes></configuration>";
    let pom = pom(JUNIT5, SUREFIRE_3, patterns, "");
    let (path, code) = ("src/main/java/org/shop/Sum.java", code());
    let package = |name: &str, text: &str| format!("package {name};\n\n{text}");
    let outer = format!("class Outer {{\n  static {}}}\n", test("InnerTest", 5));
    let texts = [
        package("org.shop", &test("GoodTest", 1)),
        package("org.shop.perf", &test("SlowTest", 2)),
        package("org.shop", &test("SumMoreSpec", 3)),
        package("org.shop", &test("SumTests", 4)),
        package("org.shop", &outer),
    ];
    let project = Project::new(&[
        ("pom.xml", &pom),
        (path, &code),
        ("src/test/java/org/shop/GoodTest.java", &texts[0]),
        ("src/test/java/org/shop/perf/SlowTest.java", &texts[1]),
        ("src/test/java/org/shop/SumMoreSpec.java", &texts[2]),
        ("src/test/java/org/shop/SumTests.java", &texts[3]),
        ("src/test/java/org/shop/Outer.java", &texts[4]),
    ]);
    let run = project.whole();
    let owed = [
        "GoodTest#holds",
        "Outer$InnerTest#holds",
        "SumMoreSpec#holds",
    ];
    assert_eq!(
        run.sound().names(),
        owed.map(|name| format!("org.shop.{name}"))
    );

    let wanted = Wanted {
        functions: (1..=5).map(|nth| format!("Sum.f{nth}(int)")).collect(),
        ..Wanted::default()
    };
    let mutants = numbered(path, &code, Java.mutants(&code, &wanted), |_| None);
    let texts = [(path.to_owned(), code)].into();
    let (report, _) = project.mutated((&mutants, &texts), &[].into());
    assert_eq!(report.trouble, None);
    assert_eq!(report.left_out, [""; 0]);
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for mutant in mutants.iter().filter(|one| one.operator == Operator::Body) {
        let fate = &report.tried[&mutant.id].by_any;
        let by = fate.noticed_by().unwrap_or("nobody");
        assert_eq!(by == "nobody", *fate == Fate::NotReached, "{fate:?}");
        seen.insert(&mutant.function, by);
    }
    let seen: Vec<&str> = seen.into_values().collect();
    let [good, inner, spec] = ["GoodTest", "Outer$InnerTest", "SumMoreSpec"]
        .map(|class| format!("org.shop.{class}#holds"));
    assert_eq!(seen, [good.as_str(), "nobody", &spec, "nobody", &inner]);
}
