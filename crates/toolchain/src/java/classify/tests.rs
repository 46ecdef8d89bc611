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
    match outcome(&unit(), &case(outcome_of, class, message, trace)) {
        Outcome::Failed(failure) => failure,
        other => panic!("no failure: {other:?}"),
    }
}

const TEST: &str = "\tat com.ex.CalcTest.t(CalcTest.java:5)\n";
const CODE: &str = "\tat java.base/java.util.List.of(List.java:1)\n\tat com.ex.Calc.f(Calc.java:9)\n\tat com.ex.CalcTest.t(CalcTest.java:5)\n";

#[test]
fn exceptions_have_kinds_and_places() {
    use CaseOutcome::{Error, Failed};
    for (of, class, message, trace, kind, at) in [
        (
            Failed,
            "org.opentest4j.AssertionFailedError",
            "expected: <1>",
            TEST,
            FailureKind::Assertion,
            "src/test/java/com/ex/CalcTest.java",
        ),
        (
            Error,
            "org.mockito.exceptions.verification.WantedButNotInvoked",
            "",
            TEST,
            FailureKind::Assertion,
            "src/test/java/com/ex/CalcTest.java",
        ),
        (
            Error,
            "java.lang.IllegalStateException",
            "no",
            CODE,
            FailureKind::Exception("java.lang.IllegalStateException".to_owned()),
            "src/main/java/com/ex/Calc.java",
        ),
        (
            Error,
            "java.nio.file.NoSuchFileException",
            "/x",
            TEST,
            FailureKind::Environment,
            "src/test/java/com/ex/CalcTest.java",
        ),
        (
            Error,
            "java.nio.file.NoSuchFileException",
            "/x",
            CODE,
            FailureKind::Exception("java.nio.file.NoSuchFileException".to_owned()),
            "src/main/java/com/ex/Calc.java",
        ),
        (
            Error,
            "java.lang.RuntimeException",
            "redgreen stub: Calc.f(int,Map<String,int[]>)",
            CODE,
            FailureKind::Stub("Calc.f(int,Map<String,int[]>)".to_owned()),
            "src/main/java/com/ex/Calc.java",
        ),
        (
            Failed,
            "org.opentest4j.AssertionFailedError",
            "Unexpected exception type thrown",
            "\tat com.ex.CalcTest.t(CalcTest.java:5)\nCaused by: java.lang.RuntimeException: redgreen stub: Calc.f()\n\tat com.ex.Calc.f(Calc.java:9)\n",
            FailureKind::Stub("Calc.f()".to_owned()),
            "src/test/java/com/ex/CalcTest.java",
        ),
        (
            Error,
            "java.lang.ExceptionInInitializerError",
            "",
            "\tat com.ex.CalcTest.t(CalcTest.java:5)\nCaused by: java.lang.NullPointerException\n\tat com.ex.Calc.<clinit>(Calc.java:3)\n",
            FailureKind::Exception("java.lang.ExceptionInInitializerError".to_owned()),
            "src/main/java/com/ex/Calc.java",
        ),
    ] {
        let found = failure(of, class, message, trace);
        assert_eq!(found.kind, kind, "{class}");
        assert_eq!(found.at.expect("a place").path, at, "{class}");
        assert_eq!(found.stage, Stage::Call);
    }
}

#[test]
fn missing_names_are_read_from_every_error_of_linking() {
    for (class, message, kind, name, owner) in [
        (
            "java.lang.NoSuchMethodError",
            "'int com.ex.Calc.thrice(int)'",
            FailureKind::MissingName,
            "thrice",
            Some("com/ex.Calc"),
        ),
        (
            "java.lang.NoSuchMethodError",
            "com.ex.Calc.thrice(I)I",
            FailureKind::MissingName,
            "thrice",
            Some("com/ex.Calc"),
        ),
        (
            "java.lang.NoSuchMethodException",
            "com.ex.Calc.thrice(int)",
            FailureKind::MissingName,
            "thrice",
            Some("com/ex.Calc"),
        ),
        (
            "java.lang.NoSuchFieldError",
            "LIMIT",
            FailureKind::MissingName,
            "LIMIT",
            None,
        ),
        (
            "java.lang.NoClassDefFoundError",
            "com/ex/Money",
            FailureKind::MissingName,
            "Money",
            Some("com/ex"),
        ),
        (
            "java.lang.ClassNotFoundException",
            "com.ex.Money",
            FailureKind::MissingName,
            "Money",
            Some("com/ex"),
        ),
        (
            "java.lang.ClassNotFoundException",
            "org.nosuch.X",
            FailureKind::MissingModule,
            "X",
            Some("org.nosuch"),
        ),
    ] {
        let found = failure(CaseOutcome::Error, class, message, TEST);
        assert_eq!(found.kind, kind, "{class}: {message}");
        let symbol = found.symbol.expect("a symbol");
        assert_eq!(
            (symbol.name.as_str(), symbol.owner.as_deref()),
            (name, owner),
            "{message}"
        );
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
