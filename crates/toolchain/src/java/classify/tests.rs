//! Holds throwables and traces against their kinds.

use super::super::layout::{SOURCES, written};
use super::*;
use crate::formats::junit::ProblemKind;

fn unit() -> Unit {
    let paths = [
        "src/main/java/com/ex/Calc.java",
        "src/test/java/com/ex/CalcTest.java",
    ];
    Unit {
        marks: [(SOURCES.to_owned(), written(paths.into_iter()))].into(),
        own_names: vec!["com/ex".to_owned()],
        ..Unit::default()
    }
}

fn case(outcome: CaseOutcome, class: &str, message: &str, trace: &str) -> Case {
    let kind = match outcome {
        CaseOutcome::Passed | CaseOutcome::Failed => ProblemKind::Failure,
        CaseOutcome::Error => ProblemKind::Error,
        CaseOutcome::Skipped => ProblemKind::Skipped,
    };
    Case {
        class: "com.ex.CalcTest".to_owned(),
        name: "t".to_owned(),
        outcome,
        problems: vec![Problem {
            kind,
            class: class.to_owned(),
            message: message.to_owned(),
            text: format!("{class}: {message}\n{trace}"),
        }],
        ..Case::default()
    }
}

fn failure(outcome_of: CaseOutcome, class: &str, message: &str, trace: &str) -> Failure {
    let found = outcome(&unit(), &case(outcome_of, class, message, trace));
    let Outcome::Failed(failure) = found else {
        panic!("no failure: {found:?}");
    };
    failure
}

const TEST: &str = "\tat com.ex.CalcTest.t(CalcTest.java:5)\n";
const CODE: &str = "\tat java.base/java.util.List.of(List.java:1)\n\tat com.ex.Calc.f(Calc.java:9)\n\tat com.ex.CalcTest.t(CalcTest.java:5)\n";

const CODE_PATH: &str = "src/main/java/com/ex/Calc.java";
const TEST_PATH: &str = "src/test/java/com/ex/CalcTest.java";
const WRAPPED: &str = "\tat com.ex.CalcTest.t(CalcTest.java:5)\nCaused by: java.lang.RuntimeException: redgreen stub: Calc.f()\n\tat com.ex.Calc.f(Calc.java:9)\n";
const AT_START: &str = "\tat com.ex.CalcTest.t(CalcTest.java:5)\nCaused by: java.lang.NullPointerException\n\tat com.ex.Calc.<clinit>(Calc.java:3)\n";

fn check(found: &Failure, kind: FailureKind, at: &str) {
    assert_eq!(found.kind, kind, "{found:?}");
    let place = found.at.as_ref().expect("a place");
    assert_eq!(place.path, at, "{found:?}");
    assert_eq!(found.stage, Stage::Call, "{found:?}");
}

#[test]
fn an_assertion_is_known_by_its_class_or_its_element() {
    let class = "org.opentest4j.AssertionFailedError";
    let found = failure(CaseOutcome::Failed, class, "expected: <1>", TEST);
    check(&found, FailureKind::Assertion, TEST_PATH);
    let class = "org.mockito.exceptions.verification.WantedButNotInvoked";
    let found = failure(CaseOutcome::Error, class, "", TEST);
    check(&found, FailureKind::Assertion, TEST_PATH);
}

#[test]
fn an_exception_is_placed_in_the_file_of_the_tree_that_it_came_from() {
    for (class, trace) in [
        ("java.lang.IllegalStateException", CODE),
        ("java.nio.file.NoSuchFileException", CODE),
        ("java.lang.ExceptionInInitializerError", AT_START),
    ] {
        let found = failure(CaseOutcome::Error, class, "no", trace);
        check(&found, FailureKind::Exception(class.to_owned()), CODE_PATH);
    }
    let class = "java.nio.file.NoSuchFileException";
    let found = failure(CaseOutcome::Error, class, "/x", TEST);
    check(&found, FailureKind::Environment, TEST_PATH);
}

#[test]
fn a_stub_is_known_wherever_it_surfaces() {
    let stub = |name: &str| FailureKind::Stub(name.to_owned());
    let name = "Calc.f(int,Map<String,int[]>)";
    let message = format!("redgreen stub: {name}");
    let found = failure(
        CaseOutcome::Error,
        "java.lang.RuntimeException",
        &message,
        CODE,
    );
    check(&found, stub(name), CODE_PATH);
    let class = "org.opentest4j.AssertionFailedError";
    let found = failure(CaseOutcome::Failed, class, "Unexpected exception", WRAPPED);
    check(&found, stub("Calc.f()"), TEST_PATH);
}

#[test]
fn missing_names_are_read_from_every_error_of_linking() {
    let name = FailureKind::MissingName;
    let calc = "com/ex.Calc";
    for (class, message, kind, owed) in [
        (
            "NoSuchMethodError",
            "'int com.ex.Calc.thrice(int)'",
            &name,
            ("thrice", calc),
        ),
        (
            "NoSuchMethodError",
            "com.ex.Calc.thrice(I)I",
            &name,
            ("thrice", calc),
        ),
        (
            "NoSuchMethodException",
            "com.ex.Calc.thrice(int)",
            &name,
            ("thrice", calc),
        ),
        ("NoSuchFieldError", "LIMIT", &name, ("LIMIT", "")),
        (
            "NoClassDefFoundError",
            "com/ex/Money",
            &name,
            ("Money", "com/ex"),
        ),
        (
            "ClassNotFoundException",
            "com.ex.Money",
            &name,
            ("Money", "com/ex"),
        ),
        (
            "ClassNotFoundException",
            "org.nosuch.X",
            &FailureKind::MissingModule,
            ("X", "org.nosuch"),
        ),
    ] {
        let class = format!("java.lang.{class}");
        let found = failure(CaseOutcome::Error, &class, message, TEST);
        assert_eq!(&found.kind, kind, "{class}: {message}");
        let symbol = found.symbol.expect("a symbol");
        let owner = symbol.owner.unwrap_or_default();
        assert_eq!((symbol.name.as_str(), owner.as_str()), owed, "{message}");
    }
    let initialised = failure(
        CaseOutcome::Error,
        "java.lang.NoClassDefFoundError",
        "Could not initialize class com.ex.Calc",
        TEST,
    );
    assert!(matches!(initialised.kind, FailureKind::Exception(_)));
}

#[test]
fn hooks_are_told_by_the_runners_frames() {
    let hook = |frame: &str| {
        let trace = format!("\tat com.ex.CalcTest.up(CalcTest.java:3)\n\tat {frame}\n");
        failure(
            CaseOutcome::Error,
            "java.lang.IllegalStateException",
            "db",
            &trace,
        )
        .stage
    };
    for frame in [
        "org.junit.jupiter.engine.descriptor.TestMethodTestDescriptor.invokeBeforeEachMethods(T.java:1)",
        "org.junit.jupiter.engine.descriptor.ClassBasedTestDescriptor.lambda$invokeBeforeAllMethods$14(C.java:1)",
        "org.junit.internal.runners.statements.RunBefores.evaluate(RunBefores.java:2)",
    ] {
        assert_eq!(hook(frame), Stage::Setup, "{frame}");
    }
    for frame in [
        "org.junit.jupiter.engine.descriptor.TestMethodTestDescriptor.invokeAfterEachMethods(T.java:1)",
        "org.junit.internal.runners.statements.RunAfters.evaluate(RunAfters.java:2)",
    ] {
        assert_eq!(hook(frame), Stage::Teardown, "{frame}");
    }
    for frame in [
        "com.ex.Calc.invokeBeforeEach(Calc.java:1)",
        "org.junit.internal.runners.statements.InvokeMethod.evaluate(I.java:1)\n\tat org.junit.internal.runners.statements.RunBefores.evaluate(R.java:1)",
    ] {
        assert_eq!(hook(frame), Stage::Call, "{frame}");
    }
}

#[test]
fn limits_skips_and_retries_have_their_own_outcomes() {
    let unit = unit();
    let overdue = case(
        CaseOutcome::Error,
        "java.util.concurrent.TimeoutException",
        "t() timed out after 1 second",
        "",
    );
    assert_eq!(outcome(&unit, &overdue), Outcome::TimedOut);
    let own = case(
        CaseOutcome::Error,
        "java.util.concurrent.TimeoutException",
        "queue",
        TEST,
    );
    assert!(matches!(outcome(&unit, &own), Outcome::Failed(_)));
    let skipped = case(
        CaseOutcome::Skipped,
        "org.opentest4j.TestAbortedException",
        "no db",
        "",
    );
    assert_eq!(
        outcome(&unit, &skipped),
        Outcome::Skipped("no db".to_owned())
    );
    let mut flaky = case(CaseOutcome::Passed, "", "", "");
    flaky.problems.clear();
    assert_eq!(outcome(&unit, &flaky), Outcome::Passed);
    flaky.reruns.push(Problem {
        kind: ProblemKind::Flaky,
        class: "java.lang.AssertionError".to_owned(),
        ..Problem::default()
    });
    let Outcome::Failed(found) = outcome(&unit, &flaky) else {
        panic!("a case that failed once failed");
    };
    assert_eq!(found.kind, FailureKind::Assertion);
}
