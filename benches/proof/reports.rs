//! Measures how fast the reports of runners are read, in megabytes a second on one core.

use crate::measure::{Figure, cpu_ms, median};
use redgreen_core::evidence::{Order, Selection};
use redgreen_toolchain::formats::junit;
use redgreen_toolchain::{Ask, Exit, RawOutput, Tool, Unit, runner};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Megabytes a second that are owed.
const OWED: f64 = 200.0;
const RUNS: usize = 21;
const NONCE: &str = "n0";

/// The reader of JUnit XML, on what pytest writes of 100,000 tests.
pub(crate) fn junit() -> Figure {
    let text = junit_text(1_000);
    let read = || junit::read(text.as_bytes());
    assert!(!read().truncated && read().cases.len() == 100_000);
    speed("JUnit XML", text.len(), read)
}

/// The reader of `go test -json`, on 50 packages with 1,000 tests and cases each, from the bytes
/// to the report of the run.
pub(crate) fn go_json() -> Figure {
    let (list, text) = go_text(50);
    let output = |stdout: String| RawOutput {
        exit: Exit::Code(1),
        stdout: stdout.into_bytes(),
        stderr: Vec::new(),
        files: BTreeMap::new(),
    };
    let (size, tests) = (text.len(), output(text));
    let list = RawOutput {
        exit: Exit::Code(0),
        ..output(list)
    };
    let outputs = [list, tests];
    let tool = Tool {
        program: "go".to_owned(),
        fingerprint: String::new(),
    };
    let ask = Ask {
        unit: &Unit::default(),
        tool: &tool,
        tests: &Selection::Whole,
        order: Order::Shuffled(1),
        tree: Path::new("/tree"),
        cache: Path::new("/cache"),
        scratch: Path::new("/scratch"),
        nonce: NONCE,
        test_limit_ms: 60_000,
    };
    let go = runner("go").expect("the runner of Go");
    let read = || go.read(&ask, &outputs);
    let report = read();
    assert_eq!((report.trouble, report.tests.len()), (None, 55_000));
    speed("go test -json", size, read)
}

/// Megabytes of `size` bytes that `read` reads in a second: the median of several runs. What it
/// made is freed outside of the measured time.
fn speed<T>(name: &str, size: usize, read: impl Fn() -> T) -> Figure {
    let one = |_| {
        let began = cpu_ms();
        let made = read();
        let took = cpu_ms() - began;
        drop(made);
        size as f64 / 1e3 / took
    };
    let speeds: Vec<f64> = (0..RUNS).map(one).collect();
    let best = speeds.iter().copied().fold(0.0, f64::max);
    println!(
        "{name}: {:.1} MB, best run {best:.0} MB/s",
        size as f64 / 1e6
    );
    Figure::above(format!("{name}: read"), median(&speeds), "MB/s", OWED)
}

fn junit_text(suites: usize) -> String {
    let mut text =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><testsuites name=\"tests\">".to_owned();
    for suite in 0..suites {
        write!(text, "<testsuite name=\"test_part_{suite}\" errors=\"0\" failures=\"1\" skipped=\"1\" tests=\"100\" time=\"12.034\" timestamp=\"2026-01-02T03:04:05.000001+00:00\" hostname=\"box\">")
            .expect("a string can be written");
        for case in 0..100 {
            text.push_str(&junit_case(suite, case));
        }
        text.push_str("</testsuite>");
    }
    text + "</testsuites>"
}

fn junit_case(suite: usize, case: usize) -> String {
    let start = format!(
        "<testcase classname=\"tests.shop.test_part_{suite}\" name=\"test_total_of_a_cart[{case}-1]\" time=\"0.{case:03}\""
    );
    match case {
        7 => format!(
            "{start}><failure message=\"AssertionError: assert {case} == 8&#10; +  where {case} = total()\">def test_total():\n&gt;       assert total({case}) == 8\nE       assert {case} == 8\nE        +  where {case} = total()\n\ntests/shop/test_part_{suite}.py:{case}: AssertionError</failure></testcase>"
        ),
        9 => format!(
            "{start}><skipped type=\"pytest.skip\" message=\"not here\">/w/tests/shop/test_part_{suite}.py:9: not here</skipped></testcase>"
        ),
        _ => format!("{start} />"),
    }
}

/// What `go list` and `go test -json` print of `packages` packages.
fn go_text(packages: usize) -> (String, String) {
    let (mut list, mut text) = (String::new(), String::new());
    for package in 0..packages {
        let import = format!("example.com/shop/internal/part{package}");
        writeln!(list, "{import}\tpart{package}\t/tree/internal/part{package}\t\tfalse\t1\t0\texample.com/shop\ttrue\t/tree")
            .expect("a string can be written");
        let mut event = |action: &str, test: &str, more: &str| {
            let test = match test {
                "" => String::new(),
                test => format!(",\"Test\":\"{test}\""),
            };
            writeln!(text, "{{\"Time\":\"2026-01-02T03:04:05.123456789Z\",\"Action\":\"{action}\",\"Package\":\"{import}\"{test}{more}}}")
                .expect("a string can be written");
        };
        event("start", "", "");
        for test in 0..100 {
            go_test(
                &mut event,
                &format!("TestTotalOfACart{test}"),
                test % 20 == 3,
            );
        }
        let canary = format!("TestZzRedgreenCanary/{NONCE}");
        event("run", &canary, "");
        event("pass", &canary, ",\"Elapsed\":0");
        event("output", "", ",\"Output\":\"FAIL\\n\"");
        event("fail", "", ",\"Elapsed\":1.234");
    }
    (list, text)
}

/// A test with ten cases, the last of which fails where `fails` says so.
fn go_test(event: &mut impl FnMut(&str, &str, &str), test: &str, fails: bool) {
    let line = |text: String| format!(",\"Output\":\"{text}\\n\"");
    let mut ends = Vec::new();
    event("run", test, "");
    event("output", test, &line(format!("=== RUN   {test}")));
    for case in 0..10 {
        let name = format!("{test}/a_cart_with_{case}_lines");
        event("run", &name, "");
        event("output", &name, &line(format!("=== RUN   {name}")));
        let failed = fails && case == 9;
        if failed {
            let said = "    part_test.go:31: total of a cart: got 12, want \\\"13\\\"";
            event("output", &name, &line(said.to_owned()));
        }
        ends.push((name, failed));
    }
    ends.push((test.to_owned(), fails));
    for (name, failed) in ends {
        let (word, action) = if failed {
            ("FAIL", "fail")
        } else {
            ("PASS", "pass")
        };
        event(
            "output",
            &name,
            &line(format!("--- {word}: {name} (0.01s)")),
        );
        event(action, &name, ",\"Elapsed\":0.01");
    }
}
