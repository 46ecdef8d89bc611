//! Mutants of Java: one start of Maven, one warm process, and verdicts that an edit in place
//! agrees with.

use super::project::{JUNIT4, JUNIT5, Project, SUREFIRE_3, plain, pom};
use redgreen_core::mutant::{Fate, Mutant, Operator, numbered};
use redgreen_core::surface::Lines;
use redgreen_toolchain::java::{Java, Maven};
use redgreen_toolchain::mutate::Tried;
use redgreen_toolchain::{Invocation, Language, MutantReport, Role, Runner, Wanted};
use std::collections::BTreeMap;
use std::sync::OnceLock;

const TILL: &str = include_str!("samples/mutants/Till.java");
const SHAPES: &str = include_str!("samples/mutants/Shapes.java");
const TILL_TEST: &str = include_str!("samples/mutants/TillTest.java");
const SHAPES_TEST: &str = include_str!("samples/mutants/ShapesTest.java");
const OLD_TEST: &str = include_str!("samples/mutants/OldTest.java");

const FILES: [(&str, &str); 5] = [
    ("src/main/java/org/shop/Till.java", TILL),
    ("src/main/java/org/shop/Shapes.java", SHAPES),
    ("src/test/java/org/shop/TillTest.java", TILL_TEST),
    ("src/test/java/org/shop/ShapesTest.java", SHAPES_TEST),
    ("src/test/java/org/shop/OldTest.java", OLD_TEST),
];

/// A test class whose tests are all old.
const OLD: &str = "src/test/java/org/shop/OldTest.java";

fn project() -> Project {
    let pom = plain();
    let mut files = FILES.to_vec();
    files.push(("pom.xml", &pom));
    Project::new(&files)
}

/// Every mutant of the project, and the names of its new tests.
fn mutants(project: &Project) -> (Vec<Mutant>, BTreeMap<String, String>, Vec<String>) {
    let unit = project.unit();
    let (mut mutants, mut texts, mut new) = (Vec::new(), BTreeMap::new(), Vec::new());
    for (path, text) in FILES.into_iter().filter(|(path, _)| *path != OLD) {
        let outline = Java.outline(&unit, path, text);
        new.extend(outline.tests.iter().map(|test| test.id.name.clone()));
        let wanted = Wanted {
            lines: match outline.tests.is_empty() {
                true => vec![Lines::new(1, 400)],
                false => Vec::new(),
            },
            functions: match outline.tests.is_empty() {
                true => outline
                    .functions
                    .iter()
                    .map(|one| one.name.clone())
                    .collect(),
                false => [].into(),
            },
            tests: outline.tests.iter().map(|test| test.lines).collect(),
        };
        mutants.extend(numbered(path, text, Java.mutants(text, &wanted), |_| None));
        texts.insert(path.to_owned(), text.to_owned());
    }
    mutants.sort_by_key(|mutant| mutant.operator);
    (mutants, texts, new)
}

struct Session {
    report: MutantReport,
    commands: Vec<Invocation>,
    mutants: Vec<Mutant>,
    changed: Vec<String>,
}

/// The one session that most tests look at.
fn session() -> &'static Session {
    static SESSION: OnceLock<Session> = OnceLock::new();
    SESSION.get_or_init(|| {
        let project = project();
        let (mutants, texts, new) = mutants(&project);
        let new = new.into_iter().collect();
        let (report, commands) = project.mutated((&mutants, &texts), &new);
        let changed = FILES.into_iter().filter(|(path, text)| {
            std::fs::read_to_string(project.tree().join(path))
                .ok()
                .as_deref()
                != Some(text)
        });
        Session {
            changed: changed.map(|(path, _)| path.to_owned()).collect(),
            report,
            commands,
            mutants,
        }
    })
}

impl Session {
    /// The first mutant on the line where `at` begins whose words hold `words`.
    fn mutant(&self, at: &str, words: &str) -> &Mutant {
        let found = FILES.into_iter().find_map(|(path, text)| {
            let line = text[..text.find(at)?].matches('\n').count();
            Some((path, u32::try_from(line + 1).unwrap()))
        });
        let (path, line) = found.expect(at);
        let on = |mutant: &&Mutant| mutant.lines.first == line && mutant.path == path;
        let mut found = self.mutants.iter().filter(on);
        found
            .find(|mutant| mutant.to_string().contains(words))
            .unwrap_or_else(|| panic!("no {words} on {path}:{line}"))
    }

    fn tried(&self, mutant: &Mutant) -> &Tried {
        let tried = self.report.tried.get(&mutant.id);
        tried.unwrap_or_else(|| panic!("{mutant}: {:?}", self.report.trouble))
    }

    /// What the new tests did and what all did, in short words.
    fn fates(&self, at: &str, words: &str) -> String {
        let tried = self.tried(self.mutant(at, words));
        let short = |fate: &Fate| match fate {
            Fate::Killed { by, how } => {
                format!("{how:?} {}", by.trim_start_matches("org.shop."))
            }
            Fate::Survived
            | Fate::NotReached
            | Fate::Unviable(_)
            | Fate::TimedOut { .. }
            | Fate::OutOfMemory { .. }
            | Fate::HarnessError(_)
            | Fate::Equivalent(_)
            | Fate::Skipped(_) => fate.words().to_owned(),
        };
        format!("{} / {}", short(&tried.by_new), short(&tried.by_any))
    }
}

/// Place, words and fates of mutants.
fn check(owed: &[(&str, &str, &str)]) {
    let session = session();
    assert_eq!(session.report.trouble, None);
    let of = |(at, words, _): &(&str, &str, &str)| session.fates(at, words);
    let seen: Vec<String> = owed.iter().map(of).collect();
    let owed: Vec<&str> = owed.iter().map(|(_, _, fates)| *fates).collect();
    assert_eq!(seen, owed);
}

#[test]
fn a_mutant_dies_by_an_assertion_or_an_error_of_a_test_that_runs_over_it() {
    let adds = "Assertion TillTest#adds / Assertion TillTest#adds";
    check(&[
        ("sum += price", "`-=`", adds),
        (
            "throw new IllegalArgumentException(\"neg",
            "becomes `;`",
            "Assertion TillTest#refuses / Assertion TillTest#refuses",
        ),
        (
            "if (sum > MOST)",
            "`true`",
            "Error TillTest#adds / Error TillTest#adds",
        ),
        (
            "return \"\";",
            "becomes `\"mutant\"`",
            "not reached / Assertion OldTest#namesAndCounts",
        ),
        (
            "default -> n < 0",
            "`false`",
            "survived / Assertion OldTest#namesAndCounts",
        ),
        ("return left < right", "`==`", "not reached / not reached"),
        ("if (price < 0)", "`<=`", "survived / survived"),
        ("if (sum > MOST)", "`>=`", "skipped / skipped"),
        ("return text.trim", "`text`", "survived / survived"),
    ]);
}

#[test]
fn cases_of_a_test_and_nested_classes_go_by_the_names_of_surefire() {
    let counts = "Assertion TillTest#counts / Assertion TillTest#counts";
    let deep = "Assertion TillTest$Deep#names / Assertion TillTest$Deep#names";
    check(&[
        ("steps += STEP", "`-=`", counts),
        ("return names.get(index)", "`\"\"`", deep),
    ]);
}

#[test]
fn what_ends_the_process_or_never_ends_is_told() {
    let fills = "out of memory / out of memory";
    check(&[
        ("left--;", "`;`", "timed out / timed out"),
        ("wanted--;", "`++`", fills),
        (
            "if (code != 0)",
            "`true`",
            "Error TillTest#leaves / Error TillTest#leaves",
        ),
    ]);
}

#[test]
fn what_a_mutant_leaves_in_a_static_field_is_gone_with_it() {
    let starts = "not reached / Assertion OldTest#startsAtNothing";
    check(&[
        ("public static int spoiled", "`{ return 1;", starts),
        (
            "public static int spoiled",
            "no change",
            "not reached / survived",
        ),
    ]);
}

#[test]
fn a_constant_is_seen_wherever_the_compiler_has_copied_it() {
    let most = "Assertion TillTest#limits / Assertion TillTest#limits";
    check(&[("static final int MOST", "`101`", most)]);
}

#[test]
fn every_shape_of_java_holds_a_switch() {
    let by = |name: &str| format!("Assertion ShapesTest#{name} / Assertion ShapesTest#{name}");
    let [sizes, points, prices] = ["sizes", "points", "prices"].map(by);
    let [boxes, lists, switches] = ["boxes", "lists", "switches"].map(by);
    check(&[
        ("SMALL(1)", "`2`", &sizes),
        ("return other <= width", "`<`", &sizes),
        ("return Math.abs(x)", "`-`", &points),
        (
            "if (x < 0) throw",
            "`true`",
            "Error ShapesTest#points / Error ShapesTest#points",
        ),
        ("return price() * 2", "`/`", &prices),
        ("if (one.compareTo", "`<`", &boxes),
        ("return all.size()", "- 1", &boxes),
        ("NEXT = n -> n + 1", "`-`", &lists),
        ("FIRST = NEXT", "`4`", &lists),
        ("return all.stream()", "`<`", &lists),
        ("case 1 -> \"one\"", "`\"\"`", &switches),
        ("String two = ", "`\"\"`", &switches),
        ("case 2 -> {", "`3`", &switches),
        ("twice\"\"\".replace", "`\"\"`", &switches),
        ("result = 10", "`;`", &switches),
        ("case 1:", "`2`", &switches),
    ]);
}

#[test]
fn what_does_not_compile_says_why_and_takes_nobody_along() {
    let session = session();
    for (at, words, why) in [
        ("once = size", "`;`", "line 85: variable once might not"),
        ("any instanceof", "`||`", "line 82: cannot find symbol"),
        (
            "case 1 -> \"one\"",
            "`1` becomes `2`",
            "line 73: duplicate case",
        ),
    ] {
        let fate = &session.tried(session.mutant(at, words)).by_any;
        let Fate::Unviable(said) = fate else {
            panic!("{at}: {fate:?}");
        };
        assert!(said.starts_with(why), "{said}");
    }
}

#[test]
fn an_assertion_that_cannot_fail_stays_green_turned_round() {
    let session = session();
    let is_assertion = |mutant: &&Mutant| mutant.operator == Operator::Assertion;
    let assertions = session.mutants.iter().filter(is_assertion);
    let green = assertions.clone().filter(|mutant| {
        let tried = session.tried(mutant);
        !tried.by_new.is_noticed()
    });
    let green: Vec<&str> = green.map(|mutant| mutant.was.as_str()).collect();
    assert_eq!(green, ["assertTrue(shared.name(1).isEmpty() || true);"]);
    assert!(assertions.count() > 20);
}

#[test]
fn a_change_of_nothing_is_noticed_by_nobody() {
    let session = session();
    let nothing = session.mutants.iter();
    let nothing = nothing.filter(|mutant| mutant.operator == Operator::NoOp);
    let noticed = nothing
        .clone()
        .filter(|mutant| session.tried(mutant).by_any.is_noticed());
    assert_eq!(noticed.count(), 0);
    assert_eq!(nothing.count(), 19);
}

#[test]
fn a_test_that_fails_anyway_says_nothing_of_a_mutant() {
    check(&[("return 4;", "`5`", "harness error / harness error")]);
    let left_out = &session().report.left_out;
    let owed = "org.shop.OldTest#broken (it fails without any mutant)";
    assert_eq!(left_out, &[owed]);
}

#[test]
fn maven_starts_once_and_the_tree_stays_what_it_was() {
    let session = session();
    let of = |name: &str| {
        let own = |one: &&Invocation| one.argv[0].ends_with(name);
        session.commands.iter().filter(own).count()
    };
    assert_eq!((of("mvn"), of("javac")), (1, 1));
    // One that compiles and traces, one that tries, and one after each end of a process.
    assert!(of("java") <= 8, "{}", of("java"));
    let alone = session.commands.iter().filter(|one| one.role == Role::Run);
    assert!(alone.count() <= 6, "doubtful ones alone");
    assert_eq!(session.changed, [""; 0]);
}

/// Edits a mutant in place, and says which tests of a plain run fail.
fn edited(mutant: &Mutant) -> Vec<String> {
    let project = project();
    let (_, text) = FILES
        .into_iter()
        .find(|(path, _)| *path == mutant.path)
        .expect("a file");
    project.write(&mutant.path, &mutant.applied(text).expect("an edit"));
    let run = project.whole();
    let failed = run.sound().report.tests.iter();
    let failed = failed.filter(|(name, seen)| !seen.outcome.passed() && !name.contains("#broken"));
    failed.map(|(name, _)| name.clone()).collect()
}

/// Holds what a session said of a mutant against the tests that failed with it in the source.
pub(super) fn assert_same(mutant: &Mutant, by_any: &Fate, failed: &[String]) {
    match by_any.noticed_by() {
        Some(by) => assert!(
            failed.iter().any(|one| one.starts_with(by)),
            "{mutant}: {failed:?}"
        ),
        None => assert_eq!(failed, [""; 0], "{mutant}: {by_any:?}"),
    }
}

#[test]
fn an_edit_in_place_says_the_same() {
    let session = session();
    for (at, words) in [
        ("if (price < 0)", "`<=`"),
        ("static final int MOST", "`101`"),
        ("public int add", "`{ return 1;"),
    ] {
        let mutant = session.mutant(at, words);
        let by_any = &session.tried(mutant).by_any;
        let failed = edited(mutant);
        assert_same(mutant, by_any, &failed);
    }
}

#[test]
fn a_session_serves_what_surefire_picks_by_names_or_plain_globs() {
    let served = |pom: &str, more: (&str, &str)| {
        let test = ("src/test/java/ATest.java", "class ATest { }");
        let project = Project::new(&[("pom.xml", pom), test, more]);
        let mutator = Maven.mutator().expect("Maven tries mutants");
        mutator.serves(&project.unit())
    };
    let of = |dependency: &str, inside: &str| pom(dependency, SUREFIRE_3, inside, "");
    let nothing = ("README", "");
    let groups = "<configuration><groups>fast</groups></configuration>";
    let settings = "<configuration><properties><configurationParameters>a=b</configurationParameters></properties></configuration>";
    assert!(served(&plain(), nothing));
    assert!(served(&of(JUNIT4, ""), nothing));
    assert!(!served(
        &of(&JUNIT4.replace("4.13.2", "3.8.2"), ""),
        nothing
    ));
    assert!(!served(&of(JUNIT5, groups), nothing));
    let includes = |pattern: &str| {
        let list = format!("<includes><include>{pattern}</include></includes>");
        of(JUNIT5, &format!("<configuration>{list}</configuration>"))
    };
    assert!(served(&includes("**/*Test.java"), nothing));
    assert!(!served(&includes("%regex[.*Test.*]"), nothing));
    assert!(!served(&of(JUNIT5, settings), nothing));
    let processors = "3.13.0</version><configuration><annotationProcessorPaths><path/></annotationProcessorPaths></configuration>";
    let processed = plain().replace("3.13.0</version>", processors);
    assert!(!served(&processed, nothing));
    let kotlin = "<plugin><artifactId>kotlin-maven-plugin</artifactId></plugin></plugins>";
    assert!(!served(&plain().replace("</plugins>", kotlin), nothing));
    let module = ("src/main/java/module-info.java", "module a { }");
    assert!(!served(&plain(), module));
}

#[test]
fn a_class_that_ends_its_process_takes_no_other_one_along() {
    const CODE: &str = "package org.shop;\n\npublic class Sum {\n  public int f(int a) {\n    return a + 1;\n  }\n\n  public int g(int a) {\n    return a + 2;\n  }\n}\n";
    const GOOD: &str = "package org.shop;\n\nclass GoodTest {\n  @org.junit.jupiter.api.Test\n  void adds() {\n    org.junit.jupiter.api.Assertions.assertEquals(3, new Sum().f(2));\n  }\n}\n";
    const QUITS: &str = "package org.shop;\n\nclass QuitsTest {\n  @org.junit.jupiter.api.Test\n  void quits() {\n    System.exit(new Sum().g(2));\n  }\n}\n";
    let path = "src/main/java/org/shop/Sum.java";
    let pom = plain();
    let project = Project::new(&[
        ("pom.xml", &pom),
        (path, CODE),
        ("src/test/java/org/shop/GoodTest.java", GOOD),
        ("src/test/java/org/shop/QuitsTest.java", QUITS),
    ]);
    let wanted = Wanted {
        functions: ["Sum.f(int)", "Sum.g(int)"].map(str::to_owned).into(),
        ..Wanted::default()
    };
    let mutants = numbered(path, CODE, Java.mutants(CODE, &wanted), |_| None);
    let texts = [(path.to_owned(), CODE.to_owned())].into();
    let (report, _) = project.mutated((&mutants, &texts), &[].into());
    assert_eq!(report.trouble, None);
    let left_out = report.left_out.join("\n");
    assert!(
        left_out.contains("org.shop.QuitsTest (it ends"),
        "{left_out}"
    );
    let mut seen = Vec::new();
    for mutant in mutants.iter().filter(|one| one.operator == Operator::Body) {
        let fate = &report.tried[&mutant.id].by_any;
        match (mutant.function.as_str(), fate) {
            ("Sum.f(int)", Fate::Killed { .. }) => seen.push("f"),
            ("Sum.g(int)", Fate::HarnessError(why)) if why.contains("QuitsTest") => seen.push("g"),
            (_, other) => panic!("{mutant}: {other:?}"),
        }
    }
    assert_eq!(seen, ["f", "f", "g", "g"]);
}

#[test]
fn files_that_a_mutant_leaves_behind_accuse_no_other_and_excuse_none() {
    const CODE: &str = "package org.shop;\n\npublic class Box {\n  public static int size(int a) {\n    return a + 1;\n  }\n}\n";
    const TEST: &str = "package org.shop;\n\nimport static org.junit.jupiter.api.Assertions.*;\n\nclass BoxTest {\n  @org.junit.jupiter.api.Test\n  void keeps() throws Exception {\n    java.io.File own = java.io.File.createTempFile(\"box\", null);\n    java.io.File box = new java.io.File(own.getParentFile(), \"redgreen-box-of-a-test\");\n    assertTrue(box.mkdir());\n    assertEquals(3, Box.size(2));\n    assertTrue(box.delete() && own.delete());\n  }\n}\n";
    let path = "src/main/java/org/shop/Box.java";
    let pom = plain();
    let project = Project::new(&[
        ("pom.xml", &pom),
        (path, CODE),
        ("src/test/java/org/shop/BoxTest.java", TEST),
    ]);
    let wanted = Wanted {
        functions: ["Box.size(int)".to_owned()].into(),
        ..Wanted::default()
    };
    let mutants = numbered(path, CODE, Java.mutants(CODE, &wanted), |_| None);
    let texts = [(path.to_owned(), CODE.to_owned())].into();
    let (report, _) = project.mutated((&mutants, &texts), &[].into());
    assert_eq!(report.trouble, None);
    let of = |operator: Operator| {
        let own = mutants.iter().filter(move |one| one.operator == operator);
        own.map(|one| report.tried[&one.id].by_any.words())
    };
    let bodies: Vec<&str> = of(Operator::Body).collect();
    assert!(bodies.len() > 1, "the second one finds what the first left");
    assert!(
        bodies.iter().all(|fate| *fate == "killed by assertion"),
        "{bodies:?}"
    );
}
