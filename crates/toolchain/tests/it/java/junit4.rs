//! Mutants of Java under JUnit 4 and 3: one warm process, and the answers of Surefire.

use super::mutants::assert_same;
use super::project::{JUNIT4, Project, SUREFIRE_3, VINTAGE, pom};
use redgreen_core::mutant::{Fate, Mutant, Operator, numbered};
use redgreen_core::outcome::Outcome;
use redgreen_core::surface::Lines;
use redgreen_toolchain::java::Java;
use redgreen_toolchain::mutate::Tried;
use redgreen_toolchain::{Invocation, Language, MutantReport, Wanted};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

const PRICE: &str = include_str!("samples/junit4/Price.java");

const FILES: [(&str, &str); 8] = [
    ("src/main/java/org/shop/Price.java", PRICE),
    (
        "src/test/java/org/shop/PriceTest.java",
        include_str!("samples/junit4/PriceTest.java"),
    ),
    (
        "src/test/java/org/shop/CasesTest.java",
        include_str!("samples/junit4/CasesTest.java"),
    ),
    (
        "src/test/java/org/shop/OldTest.java",
        include_str!("samples/junit4/OldTest.java"),
    ),
    (
        "src/test/java/org/shop/AllTests.java",
        include_str!("samples/junit4/AllTests.java"),
    ),
    (
        "src/test/java/org/shop/InSuite.java",
        include_str!("samples/junit4/InSuite.java"),
    ),
    ("src/test/resources/org/shop/prices.txt", "1\n"),
    (
        "src/test/java/org/shop/TestHelper.java",
        "package org.shop;\n\npublic class TestHelper {\n}\n",
    ),
];

fn project() -> Project {
    let pom = pom(JUNIT4, SUREFIRE_3, "", "");
    let mut files = FILES.to_vec();
    files.push(("pom.xml", &pom));
    Project::new(&files)
}

struct Session {
    report: MutantReport,
    commands: Vec<Invocation>,
    mutants: Vec<Mutant>,
}

/// The one session that the tests look at.
fn session() -> &'static Session {
    static SESSION: OnceLock<Session> = OnceLock::new();
    SESSION.get_or_init(|| {
        let project = project();
        let unit = project.unit();
        let (mut mutants, mut texts, mut new) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        for (path, text) in FILES.into_iter().take(2) {
            let outline = Java.outline(&unit, path, text);
            new.extend(outline.tests.iter().map(|test| test.id.name.clone()));
            let functions = outline.functions.iter();
            let wanted = Wanted {
                lines: match outline.tests.is_empty() {
                    true => vec![Lines::new(1, 200)],
                    false => Vec::new(),
                },
                functions: functions.map(|one| one.name.clone()).collect(),
                tests: outline.tests.iter().map(|test| test.lines).collect(),
            };
            mutants.extend(numbered(path, text, Java.mutants(text, &wanted), |_| None));
            texts.insert(path.to_owned(), text.to_owned());
        }
        let (report, commands) = project.mutated((&mutants, &texts), &new);
        Session {
            report,
            commands,
            mutants,
        }
    })
}

fn tried(mutant: &Mutant) -> &'static Tried {
    let report = &session().report;
    let tried = report.tried.get(&mutant.id);
    tried.unwrap_or_else(|| panic!("{mutant}: {:?}", report.trouble))
}

/// Who notices, in short words.
fn fate(fate: &Fate) -> String {
    match fate.noticed_by() {
        Some(by) => format!("{} by {}", fate.words(), by.trim_start_matches("org.shop.")),
        None => fate.words().to_owned(),
    }
}

/// The body mutants of a function of prices.
fn bodies(function: &str) -> impl Iterator<Item = &'static Mutant> {
    let start = format!("Price.{function}(");
    let own = session().mutants.iter();
    own.filter(move |one| one.operator == Operator::Body && one.function.starts_with(&start))
}

#[test]
fn a_mutant_meets_every_kind_of_test_of_junit_4() {
    assert_eq!(session().report.trouble, None);
    for (function, owed) in [
        ("twice", "killed by assertion by PriceTest#adds"),
        ("idle", "survived"),
        ("never", "not reached"),
        ("refuse", "killed by assertion by PriceTest#refuses"),
        ("assumed", "survived"),
        ("ignored", "not reached"),
        ("ruled", "killed by assertion by PriceTest#rules"),
        ("inner", "killed by assertion by PriceTest#inner"),
        ("cased", "killed by assertion by CasesTest#fits"),
        ("cases", "survived"),
        ("loaded", "killed by assertion by PriceTest#loads"),
        ("old", "killed by assertion by OldTest#testOld"),
        ("suited", "killed by assertion by InSuite#isRunByTheSuite"),
    ] {
        let fates: BTreeSet<String> = bodies(function)
            .map(|one| fate(&tried(one).by_any))
            .collect();
        assert_eq!(fates, [owed.to_owned()].into(), "{function}");
    }
}

#[test]
fn a_limit_of_time_is_kept_by_junit_itself() {
    let own = session().mutants.iter();
    let mut own = own.filter(|one| one.was == "left--;" && one.operator == Operator::Statement);
    let mutant = own.next().expect("a statement");
    let fate = fate(&tried(mutant).by_any);
    assert_eq!(fate, "killed by error by PriceTest#waits");
}

#[test]
fn an_assertion_of_junit_4_turned_round_fails() {
    let is_assertion = |one: &&Mutant| one.operator == Operator::Assertion;
    let own: Vec<&Mutant> = session().mutants.iter().filter(is_assertion).collect();
    let green = own.iter().filter(|one| !tried(one).by_new.is_noticed());
    let green: Vec<&str> = green.map(|one| one.was.as_str()).collect();
    assert_eq!(green, ["assertTrue(Price.idle(start) > 0);"]);
    assert!(own.len() > 5, "{}", own.len());
}

#[test]
fn a_change_of_nothing_is_noticed_by_no_test_of_junit_4() {
    let is_idle = |one: &&Mutant| one.operator == Operator::NoOp;
    let own: Vec<&Mutant> = session().mutants.iter().filter(is_idle).collect();
    let noticed = own.iter().filter(|one| tried(one).by_any.is_noticed());
    assert_eq!(noticed.count(), 0);
    assert!(own.len() > 10, "{}", own.len());
}

#[test]
fn a_test_of_junit_4_that_fails_anyway_is_named() {
    let session = session();
    let owed = "org.shop.PriceTest#broken (it fails without any mutant)";
    assert_eq!(session.report.left_out, [owed]);
    let maven = session
        .commands
        .iter()
        .filter(|one| one.argv[0].ends_with("mvn"));
    assert_eq!(maven.count(), 1);
}

/// Edits a mutant in place, and says which tests of a plain run fail.
fn edited(mutant: &Mutant) -> Vec<String> {
    let project = project();
    project.write(&mutant.path, &mutant.applied(PRICE).expect("an edit"));
    let run = project.whole();
    let failed = run.sound().report.tests.iter();
    let failed = failed.filter(|(name, seen)| {
        matches!(seen.outcome, Outcome::Failed(_) | Outcome::TimedOut) && !name.contains("#broken")
    });
    failed.map(|(name, _)| name.clone()).collect()
}

#[test]
fn an_edit_in_place_says_the_same_under_junit_4() {
    for function in ["cased", "cases", "assumed", "suited"] {
        let mutant = bodies(function).next().expect("a body");
        let by_any = &tried(mutant).by_any;
        let failed = edited(mutant);
        assert_same(mutant, by_any, &failed);
    }
}

#[test]
fn cases_whose_names_differ_from_run_to_run_are_one_test_below_the_platform() {
    const CODE: &str = "package org.shop;\n\npublic class Sum {\n  public static int f(int a) {\n    return a + 1;\n  }\n}\n";
    const TEST: &str = "package org.shop;

import org.junit.runners.Parameterized;

@org.junit.runner.RunWith(Parameterized.class)
public class SumTest {
  public SumTest(Object any) {
  }

  @Parameterized.Parameters(name = \"{0}\")
  public static Object[] all() {
    return new Object[] {new Object(), new Object()};
  }

  @org.junit.Test
  public void adds() {
    org.junit.Assert.assertEquals(3, Sum.f(2));
  }
}
";
    let path = "src/main/java/org/shop/Sum.java";
    let pom = pom(VINTAGE, SUREFIRE_3, "", "");
    let test = ("src/test/java/org/shop/SumTest.java", TEST);
    let project = Project::new(&[("pom.xml", &pom), (path, CODE), test]);
    let wanted = Wanted {
        functions: ["Sum.f(int)".to_owned()].into(),
        ..Wanted::default()
    };
    let mutants = numbered(path, CODE, Java.mutants(CODE, &wanted), |_| None);
    let texts = [(path.to_owned(), CODE.to_owned())].into();
    let (report, _) = project.mutated((&mutants, &texts), &[].into());
    assert_eq!(
        (report.trouble, report.left_out.as_slice()),
        (None, [""; 0].map(str::to_owned).as_slice())
    );
    for mutant in &mutants {
        let owed = match mutant.operator == Operator::NoOp {
            true => "survived",
            false => "killed by assertion by SumTest#adds",
        };
        assert_eq!(fate(&report.tried[&mutant.id].by_any), owed, "{mutant}");
    }
}
