//! Holds the reader against every dialect.

use super::*;

fn only(text: &str) -> Case {
    let report = read(text.as_bytes());
    assert!(!report.truncated, "{text}");
    assert_eq!(report.cases.len(), 1, "{text}");
    report.cases.into_iter().next().expect("one case")
}

#[test]
fn surefire_tells_failures_from_errors_and_names_the_exception() {
    let case = only(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://x" name="com.ex.CalcTest" time="1.1" tests="13" errors="4" skipped="2" failures="4">
  <properties><property name="a" value="b"/></properties>
  <testcase name="named" classname="com.ex.CalcTest" time="0.003">
    <failure message="must hold ==&gt; expected: &lt;true&gt;&#10;but" type="org.opentest4j.AssertionFailedError"><![CDATA[org.opentest4j.AssertionFailedError: <true>
	at com.ex.CalcTest.named(CalcTest.java:13)
]]></failure>
    <system-out>said</system-out>
  </testcase>
  <system-out>left out</system-out>
</testsuite>"#,
    );
    assert_eq!(
        (case.class.as_str(), case.name.as_str(), case.ms),
        ("com.ex.CalcTest", "named", Some(3))
    );
    assert_eq!(case.outcome, CaseOutcome::Failed);
    let why = case.why().expect("a failure");
    assert_eq!(why.class, "org.opentest4j.AssertionFailedError");
    assert_eq!(why.message, "must hold ==> expected: <true>\nbut");
    assert!(why.text.ends_with("(CalcTest.java:13)\n"));
    assert_eq!(case.out, "said");
}

#[test]
fn tries_that_were_not_the_last_stand_apart() {
    let case = only(
        r#"<testsuite><testcase name="a" classname="A"><rerunFailure message="m" type="T">
<stackTrace>at <![CDATA[X]]> &amp; Y</stackTrace><system-out>no</system-out></rerunFailure>
<flakyError type="U"/></testcase></testsuite>"#,
    );
    assert_eq!(case.outcome, CaseOutcome::Passed);
    assert_eq!(case.why(), None);
    let kinds: Vec<ProblemKind> = case.reruns.iter().map(|rerun| rerun.kind).collect();
    assert_eq!(kinds, [ProblemKind::Rerun, ProblemKind::Flaky]);
    assert_eq!(case.reruns[0].text, "\nat X & Y");
    assert_eq!(case.out, "");
}

#[test]
fn nested_suites_keep_their_names_and_counts() {
    let report = read(
        br#"<testsuites><testsuite name="" tests="2"><testsuite name="CalcTest" file="/r/C.php" tests="2" errors="1">
<testsuite name="CalcTest::testSum" tests="1"><testcase name="testSum with data set #0" class="Shop\CalcTest" classname="Shop.CalcTest" file="/r/C.php" line="9" assertions="1" time="0.000269"/></testsuite>
<testcase name="b" class="Shop\CalcTest" classname="Shop.CalcTest"><error type="Error">x</error><warning>w</warning></testcase>
</testsuite></testsuite></testsuites>"#,
    );
    let names: Vec<&str> = report.suites.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["", "", "CalcTest", "CalcTest::testSum"]);
    assert_eq!(report.suites[3].parent, Some(2));
    assert_eq!(report.suites[2].declared.errors, Some(1));
    assert_eq!(report.suites[2].file.as_deref(), Some("/r/C.php"));
    let [first, second] = report.cases.as_slice() else {
        panic!("two cases: {report:?}");
    };
    assert_eq!(
        (first.class.as_str(), first.line),
        ("Shop\\CalcTest", Some(9))
    );
    assert_eq!((first.suite, second.suite), (Some(3), Some(2)));
    assert_eq!(second.outcome, CaseOutcome::Error);
    assert_eq!(second.problems.len(), 2);
}

#[test]
fn gtest_and_ctest_say_by_attributes_what_did_not_run() {
    for (attributes, owed) in [
        (
            r#"status="notrun" result="suppressed""#,
            CaseOutcome::Skipped,
        ),
        (r#"status="run" result="completed""#, CaseOutcome::Passed),
        (r#"status="disabled""#, CaseOutcome::Skipped),
        (r#"status="fail""#, CaseOutcome::Failed),
    ] {
        let text =
            format!("<testsuite><testcase name='A.b' classname='A' {attributes}/></testsuite>");
        assert_eq!(only(&text).outcome, owed, "{attributes}");
    }
    let ctest = only(
        "<testsuite>\n\t<testcase name=\"D\" status=\"fail\">\n\t<failure message=\"\"/>\n\t<system-out>x:5: Failure\n</system-out></testcase></testsuite>",
    );
    assert_eq!(ctest.why().expect("a failure").message, "");
    assert_eq!(ctest.out, "x:5: Failure\n");
}

#[test]
fn a_suite_that_could_not_be_loaded_says_so_itself() {
    let report = read(b"<testsuite name='s'><error message='no'>t</error></testsuite>");
    assert_eq!(report.suites[0].problems[0].message, "no");
    assert!(report.cases.is_empty() && !report.truncated);
}

#[test]
fn cases_below_the_root_and_errors_of_pytest_are_read() {
    let report = read(br#"<testsuites><testcase name="a" classname="test"/><testsuite name="pytest" tests="1"><testcase classname="" name="tests.x" time="0"><error message="collection failure">E</error></testcase></testsuite></testsuites>"#);
    assert_eq!(report.cases.len(), 2);
    assert_eq!(report.cases[1].outcome, CaseOutcome::Error);
    assert_eq!(report.cases[0].suite, Some(0));
}

#[test]
fn a_report_that_ends_early_keeps_what_was_complete() {
    let whole = "<testsuite name='é'><testcase name='a'/><testcase name='b'><failure>x</failure></testcase></testsuite>";
    for end in 0..whole.len() {
        let report = read(&whole.as_bytes()[..end]);
        assert!(report.cases.len() <= 2);
        assert!(report.truncated || report.suites.is_empty(), "{end}");
    }
    assert_eq!(
        read(b"<testsuite><testcase name='a'/><testcase na")
            .cases
            .len(),
        1
    );
}

#[test]
fn hostile_text_is_never_fatal() {
    for text in [
        "".as_bytes(),
        b"\xef\xbb\xbf<testsuite/>",
        b"\xff\xfe<\x00",
        b"not xml at all",
        b"</testsuite></x><testcase><testcase>",
        b"<testsuite><testcase name='&nope;' time='x' line='-1'>&nope; & &#xFFFFFFF;</testcase></testsuite>",
        b"<failure>x</failure><system-out>y</system-out>",
    ] {
        let report = read(text);
        assert!(report.cases.len() <= 1, "{report:?}");
    }
    let deep = "<testsuite>".repeat(100_000);
    assert_eq!(read(deep.as_bytes()).suites.len(), 100_000);
    let escaped = only("<testcase name='&nope;&lt;'>&#x1B;</testcase>");
    assert_eq!(escaped.name, "&nope;&lt;");
}

#[test]
fn seconds_are_read_as_every_locale_writes_them() {
    for (text, owed) in [
        ("0.001", Some(1)),
        ("1,234.5", Some(1_234_500)),
        ("1.234,5", Some(1_234_500)),
        ("0,25", Some(250)),
        ("-1", None),
        ("NaN", None),
        ("", None),
    ] {
        let case = only(&format!("<testcase name='a' time='{text}'/>"));
        assert_eq!(case.ms, owed, "{text}");
    }
}
