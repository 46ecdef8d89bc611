//! Holds the .NET adapter against reports that were constructed from the documented format.
#![expect(
    clippy::expect_used,
    reason = "a test stops where its own setting fails"
)]

use crate::ruby::project::{Snapshot, tests as selected, told, words};
use redgreen_core::evidence::{Order, Report, Selection, Trouble};
use redgreen_core::surface::Surface;
use redgreen_toolchain::dotnet::{CSharp, DotnetTest};
use redgreen_toolchain::{Ask, Exit, Language, RawOutput, Runner, Tool, Unit};
use std::collections::BTreeMap;
use std::path::Path;

const PROJECT: &str = "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><PackageReference Include=\"Microsoft.NET.Test.Sdk\" /></ItemGroup></Project>";

fn unit() -> Unit {
    let files = Snapshot::of(&[
        ("Shop.sln", ""),
        ("src/Shop/Shop.csproj", "<Project/>"),
        ("tests/Shop.Tests/Shop.Tests.csproj", PROJECT),
    ]);
    let mut units = DotnetTest.detect(&files);
    assert_eq!(units.len(), 1);
    units.remove(0)
}

/// What the adapter makes of one command's output, asked for `tests`.
fn read(trx: Option<&str>, stdout: &str, exit: Exit) -> Report {
    asked(&Selection::Whole, |ask| {
        let report = trx.map(|text| ("redgreen-0.trx".to_owned(), text.as_bytes().to_vec()));
        let output = RawOutput {
            exit,
            stdout: stdout.as_bytes().to_vec(),
            stderr: Vec::new(),
            files: report.into_iter().collect::<BTreeMap<_, _>>(),
        };
        DotnetTest.read(ask, &[output])
    })
}

fn asked<T>(tests: &Selection, with: impl FnOnce(&Ask<'_>) -> T) -> T {
    let (unit, tool) = (
        unit(),
        Tool {
            program: "dotnet".to_owned(),
            fingerprint: String::new(),
        },
    );
    with(&Ask {
        unit: &unit,
        tool: &tool,
        tests,
        order: Order::AsWritten,
        tree: Path::new("/t"),
        cache: Path::new("/c"),
        scratch: Path::new("/s"),
        nonce: "n",
        test_limit_ms: 1000,
    })
}

/// A report with rows of name, outcome and failure message.
fn trx(rows: &[(&str, &str, &str)]) -> String {
    let mut results = String::new();
    let mut definitions = String::new();
    for (index, (name, outcome, message)) in rows.iter().enumerate() {
        let plain = name.split('(').next().expect("a name");
        let error = match *message {
            "" => String::new(),
            text => format!(
                "<Output><ErrorInfo><Message>{text}</Message><StackTrace>   at Xunit.Assert.Equal() in /_/Assert.cs:line 9\n   at Shop.Tests.CalcTests.M() in /t/tests/Shop.Tests/CalcTests.cs:line 12\n</StackTrace></ErrorInfo></Output>"
            ),
        };
        results.push_str(&format!("<UnitTestResult testId=\"{index}\" testName=\"Shop.Tests.CalcTests.{name}\" outcome=\"{outcome}\" duration=\"00:00:00.2500000\">{error}</UnitTestResult>"));
        definitions.push_str(&format!("<UnitTest name=\"{name}\" id=\"{index}\"><TestMethod className=\"Shop.Tests.CalcTests\" name=\"{plain}\" /></UnitTest>"));
    }
    let failed = rows.iter().filter(|row| row.1 == "Failed").count();
    format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><TestRun xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\"><Results>{results}</Results><TestDefinitions>{definitions}</TestDefinitions><ResultSummary outcome=\"Failed\"><Counters total=\"{}\" failed=\"{failed}\" /></ResultSummary></TestRun>",
        rows.len()
    )
}

#[test]
fn a_report_reads_as_its_rows_say() {
    let text = trx(&[
        ("Adds", "Passed", ""),
        ("Adds(a: 1, b: &quot;x&quot;)", "Passed", ""),
        (
            "Equal",
            "Failed",
            "Assert.Equal() Failure: Values differ\nExpected: 3",
        ),
        ("Nunit", "Failed", "  Expected: 3\n  But was:  4\n"),
        (
            "Throws",
            "Failed",
            "System.InvalidOperationException : no &lt;way&gt;",
        ),
        (
            "MsThrows",
            "Failed",
            "Test method Shop.Tests.CalcTests.MsThrows threw exception: \nSystem.ArgumentException: no",
        ),
        (
            "Stubbed",
            "Failed",
            "System.Exception : redgreen stub: Calc.Add",
        ),
        ("Later", "NotExecuted", "not yet"),
    ]);
    let report = read(Some(&text), "", Exit::Code(1));
    assert_eq!(report.trouble, None);
    let at = "at tests/Shop.Tests/CalcTests.cs:12";
    let owed = [
        ("Adds", "Passed".to_owned()),
        ("Adds(a: 1, b: \"x\")", "Passed".to_owned()),
        ("Equal", format!("Call: Assertion {at}")),
        ("Nunit", format!("Call: Assertion {at}")),
        (
            "Throws",
            format!("Call: Exception System.InvalidOperationException {at}"),
        ),
        (
            "MsThrows",
            format!("Call: Exception System.ArgumentException {at}"),
        ),
        ("Stubbed", format!("Call: Stub Calc.Add {at}")),
        ("Later", "Skipped(\"not yet\")".to_owned()),
    ];
    for (name, owed) in &owed {
        assert_eq!(
            &told(&report, &format!("Shop.Tests.CalcTests.{name}")),
            owed
        );
    }
    assert_eq!(report.tests.len(), owed.len());
    assert_eq!(report.tests["Shop.Tests.CalcTests.Adds"].ms, Some(250));
    assert!(report.left_out[0].contains("experimental"));
}

#[test]
fn compile_errors_name_what_is_missing() {
    let check = |error: &str, owed: &str| {
        let line = format!(
            "/t/tests/Shop.Tests/CalcTests.cs(9,21): error {error} [/t/tests/Shop.Tests/Shop.Tests.csproj]\n"
        );
        let report = read(None, &line.repeat(2), Exit::Code(1));
        assert_eq!(report.trouble, None);
        assert_eq!(report.diagnostics.len(), 1);
        assert_eq!(
            words(&report.diagnostics[0].failure),
            format!("Load: {owed} at tests/Shop.Tests/CalcTests.cs:9")
        );
    };
    check(
        "CS0103: The name 'Clamp' does not exist in the current context",
        "MissingName Clamp",
    );
    check(
        "CS0117: 'Calc' does not contain a definition for 'Clamp'",
        "MissingName Clamp in Calc",
    );
    check(
        "CS1061: 'Calc' does not contain a definition for 'Total' and no accessible extension",
        "MissingName Total in Calc",
    );
    check(
        "CS0246: The type or namespace name 'Money' could not be found",
        "MissingName Money",
    );
    check(
        "CS0234: The type or namespace name 'Pay' does not exist in the namespace 'Shop'",
        "MissingName Pay in Shop",
    );
    check(
        "CS1501: No overload for method 'Add' takes 3 arguments",
        "BadCall",
    );
    check("CS1002: ; expected", "Syntax");
    check(
        "CS0029: Cannot implicitly convert type 'int' to 'string'",
        "Exception CS0029",
    );
}

#[test]
fn what_disagrees_or_is_cut_short_is_not_believed() {
    let text = trx(&[
        ("Adds", "Passed", ""),
        ("Equal", "Failed", "Assert.Equal() Failure"),
    ]);
    let inconsistent =
        |report: Report| matches!(report.trouble, Some(Trouble::Inconsistent { .. }));
    assert!(inconsistent(read(Some(&text), "", Exit::Code(0))));
    assert!(inconsistent(read(
        Some(&text.replace("total=\"2\"", "total=\"1\"")),
        "",
        Exit::Code(1)
    )));
    assert!(inconsistent(read(Some(&text), "", Exit::Signal(9))));
    for end in (0..text.len() - 1)
        .filter(|end| text.is_char_boundary(*end))
        .step_by(13)
    {
        let report = read(Some(&text[..end]), "", Exit::Code(1));
        assert!(report.trouble.is_some(), "cut at {end}");
    }
    let hung = read(None, "", Exit::TimedOut);
    assert_eq!(hung.trouble, Some(Trouble::Hung { limit_ms: 0 }));
    let none = read(
        None,
        "No test matches the given testcase filter `X`",
        Exit::Code(0),
    );
    assert_eq!((none.trouble, none.tests.len()), (None, 0));
}

#[test]
fn tests_are_asked_by_their_methods() {
    let ids = [
        "Shop.Tests.CalcTests.Adds(a: 1)",
        "Shop.Tests.CalcTests.Adds(a: 2)",
        "Shop.Tests.CalcTests.Equal",
    ];
    let argv = asked(&selected(&ids), |ask| {
        DotnetTest.next(ask, &[]).expect("a command").argv
    });
    let filter = "FullyQualifiedName=Shop.Tests.CalcTests.Adds|FullyQualifiedName=Shop.Tests.CalcTests.Equal";
    assert_eq!(argv[argv.len() - 2..], ["--filter", filter]);
    assert_eq!(argv[2], "/t/tests/Shop.Tests/Shop.Tests.csproj");
}

const TESTS: &str = "using Xunit;\nnamespace Shop.Tests;\npublic class CalcTests\n{\n    [Fact]\n    public void Adds() => Assert.Equal(3, Calc.Add(1, 2)); // why\n\n    [Theory, InlineData(1, \"}\")]\n    [InlineData(2)]\n    public void Many(int a)\n    {\n        if (a > 0) { Assert.True(true); }\n    }\n    [Fact(Skip = \"later\")]\n    public void Later() { }\n    [Obsolete] private void Helper() { }\n    public class Inner { [Test] public async Task Deep() { } }\n}\n";

#[test]
fn tests_are_found_by_their_attributes() {
    let outline = CSharp.outline(&unit(), "tests/Shop.Tests/CalcTests.cs", TESTS);
    let found = outline.tests.iter().map(|test| {
        (
            test.id.name.as_str(),
            test.lines.first,
            test.lines.last,
            test.muted,
        )
    });
    let owed = [
        ("Shop.Tests.CalcTests.Adds", 5, 6, false),
        ("Shop.Tests.CalcTests.Many", 8, 13, false),
        ("Shop.Tests.CalcTests.Later", 14, 15, true),
        ("Shop.Tests.CalcTests.Inner.Deep", 17, 17, false),
    ];
    assert_eq!(found.collect::<Vec<_>>(), owed);
    let renamed = CSharp.outline(
        &unit(),
        "tests/Shop.Tests/CalcTests.cs",
        &TESTS.replace("Adds", "Sums"),
    );
    assert_eq!(renamed.tests[0].body, outline.tests[0].body);
    let other = CSharp.outline(
        &unit(),
        "tests/Shop.Tests/CalcTests.cs",
        &TESTS.replace("Equal(3", "Equal(4"),
    );
    assert_ne!(other.tests[0].body, outline.tests[0].body);
    assert_ne!(other.tests[0].constants, outline.tests[0].constants);
}

#[test]
fn production_has_names_and_no_function_that_could_be_stubbed() {
    let text = "namespace Shop;\npublic class Calc\n{\n    public int Total { get; set; }\n    public static List<int> Rows(int start, string? name) { return new Foo(); }\n}\n";
    assert_eq!(
        CSharp.surface("src/Shop/Calc.cs", Some(text)),
        Surface::Production
    );
    let outline = CSharp.outline(&unit(), "src/Shop/Calc.cs", text);
    for name in ["Calc", "Total", "Rows", "start", "name"] {
        assert!(outline.names.contains(name), "{name}: {:?}", outline.names);
    }
    assert!(outline.functions.is_empty() && !outline.names.contains("Foo"));
}
