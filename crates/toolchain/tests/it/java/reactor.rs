//! Mutants of a reactor: those of every module, by its own tests and by those of modules that
//! depend on it.

use super::project::{JUNIT5, Project, SUREFIRE_3, pom};
use redgreen_core::mutant::{Fate, Mutant, Operator, numbered};
use redgreen_core::surface::Lines;
use redgreen_toolchain::java::Java;
use redgreen_toolchain::{Language, Wanted};
use std::collections::{BTreeMap, BTreeSet};

const SUM: &str = "package org.shop;

public class Sum {
  public static final int LIMIT = 100;

  public static int own(int a) {
    return a + 1;
  }

  public static int other(int a) {
    return a + 2;
  }

  public static int both(int a) {
    return a + 3;
  }

  public static int idle(int a) {
    return a + 4;
  }

  public static int never(int a) {
    return a + 5;
  }
}
";
const SUM_TEST: &str = "package org.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

class SumTest {
  @org.junit.jupiter.api.Test
  void adds() {
    assertEquals(3, Sum.own(2));
    Sum.both(2);
    Sum.idle(2);
  }
}
";
const WEB: &str = "package org.web;

public class Web {
  public static int limit() {
    return org.shop.Sum.LIMIT;
  }
}
";
const WEB_TEST: &str = "package org.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

class WebTest {
  @org.junit.jupiter.api.Test
  void shows() {
    assertEquals(4, org.shop.Sum.other(2));
    assertEquals(5, org.shop.Sum.both(2));
    assertEquals(100, Web.limit());
    org.shop.Sum.idle(1);
  }
}
";
const FILES: [(&str, &str); 6] = [
    ("core/src/main/java/org/shop/Sum.java", SUM),
    ("core/src/test/java/org/shop/SumTest.java", SUM_TEST),
    ("web/src/main/java/org/web/Web.java", WEB),
    ("web/src/test/java/org/web/WebTest.java", WEB_TEST),
    (
        "bare/src/main/java/org/bare/Bare.java",
        "package org.bare;\n\npublic class Bare {\n  public static int none(int a) {\n    return a + 1;\n  }\n}\n",
    ),
    (
        "apart/src/test/java/org/apart/ApartTest.java",
        "package org.apart;\n\nclass ApartTest {\n  @org.junit.jupiter.api.Test\n  void passes() {\n  }\n}\n",
    ),
];

/// Four modules: web depends on core, and the others on nothing.
fn project() -> Project {
    let modules = ["core", "web", "bare", "apart"].map(|name| format!("<module>{name}</module>"));
    let more = format!(
        "<packaging>pom</packaging><modules>{}</modules>",
        modules.concat()
    );
    let root = pom("", SUREFIRE_3, "", &more);
    let child = |name: &str, dependencies: &str| {
        format!(
            "<project><modelVersion>4.0.0</modelVersion><parent><groupId>org.shop</groupId><artifactId>shop</artifactId><version>1</version></parent><artifactId>{name}</artifactId><dependencies>{JUNIT5}{dependencies}</dependencies></project>"
        )
    };
    let core = "<dependency><groupId>org.shop</groupId><artifactId>core</artifactId><version>1</version></dependency>";
    let children = [
        child("core", ""),
        child("web", core),
        child("bare", ""),
        child("apart", ""),
    ];
    let mut files = FILES.to_vec();
    files.push(("pom.xml", &root));
    files.push(("core/pom.xml", &children[0]));
    files.push(("web/pom.xml", &children[1]));
    files.push(("bare/pom.xml", &children[2]));
    files.push(("apart/pom.xml", &children[3]));
    Project::new(&files)
}

/// The mutants of bodies and constants of every module.
fn mutants(project: &Project) -> (Vec<Mutant>, BTreeMap<String, String>) {
    let (mut mutants, mut texts) = (Vec::new(), BTreeMap::new());
    for (path, text) in [FILES[0], FILES[2], FILES[4]] {
        let outline = Java.outline(&project.unit(), path, text);
        let wanted = Wanted {
            lines: vec![Lines::new(4, 4)],
            functions: outline
                .functions
                .iter()
                .map(|one| one.name.clone())
                .collect(),
            tests: Vec::new(),
        };
        let drafts = Java.mutants(text, &wanted).into_iter();
        let drafts = drafts.filter(|one| one.operator != Operator::NoOp);
        mutants.extend(numbered(path, text, drafts.collect(), |_| None));
        texts.insert(path.to_owned(), text.to_owned());
    }
    (mutants, texts)
}

/// Who notices, in short words.
fn fate(fate: &Fate) -> String {
    match fate.noticed_by() {
        Some(by) => format!("{} by {by}", fate.words()),
        None => fate.words().to_owned(),
    }
}

#[test]
fn tests_of_a_module_notice_what_is_wrong_in_one_that_it_depends_on() {
    let project = project();
    let (mutants, texts) = mutants(&project);
    let new = ["org.web.WebTest#shows".to_owned()].into();
    let (report, commands) = project.mutated((&mutants, &texts), &new);
    assert_eq!(report.trouble, None);
    assert_eq!(report.left_out, [""; 0]);
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for mutant in &mutants {
        let tried = &report.tried[&mutant.id];
        let fates = format!("{} / {}", fate(&tried.by_new), fate(&tried.by_any));
        seen.entry(&mutant.function).or_default().insert(fates);
    }
    let web = "killed by assertion by org.web.WebTest#shows";
    for (function, owed) in [
        (
            "Sum.own(int)",
            "not reached / killed by assertion by org.shop.SumTest#adds".to_owned(),
        ),
        ("Sum.other(int)", format!("{web} / {web}")),
        ("Sum.both(int)", format!("{web} / {web}")),
        ("Sum.idle(int)", "survived / survived".to_owned()),
        ("Sum.never(int)", "not reached / not reached".to_owned()),
        ("Web.limit()", format!("{web} / {web}")),
        ("Bare.none(int)", "not reached / not reached".to_owned()),
        // The constant: the compiler has copied it into the other module.
        ("", format!("{web} / {web}")),
    ] {
        assert_eq!(seen[function], [owed].into(), "{function}");
    }
    // The tests of core, those of web over core, those of web over web.
    let starts = commands.iter().filter(|one| one.argv[0].ends_with("mvn"));
    assert_eq!(starts.count(), 3);
}
