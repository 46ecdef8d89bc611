//! Reads the TAP of a file of tap: a subtest for each test.
//!
//! Held by constructed text alone, as tap 16 to 21 write it.

use super::claims::Claims;
use super::lines::Run;
use super::report::{Told, death};
use crate::Exit;
use crate::formats::tap::{self, Directive, Document, Point};
use crate::js::thrown::{self, Around, Frame, Thrown};
use redgreen_core::outcome::{Failure, Outcome, Stage};

/// What the tests of the file came to. `claims` tells a test without a subtest from an assertion.
pub(super) fn told(
    run: &Run,
    (stdout, exit): (&[u8], Exit),
    claims: &Claims<'_>,
    around: Around<'_>,
) -> Told {
    let document = tap::read(stdout);
    let mut reader = Reader {
        around,
        exit,
        loose: run
            .lines
            .iter()
            .find(|line| line.ev == "loose")
            .and_then(|line| line.error.clone()),
        late: run.has("late"),
        claims,
        told: Told::default(),
    };
    reader.told.failures = document
        .points
        .iter()
        .filter(|point| point.failed())
        .count();
    let leaves = document.leaves();
    reader.told.points = leaves.len();
    reader.document(&document, &[]);
    let cut = document.open.is_some() || document.plan.is_none();
    if cut && reader.told.tests.is_empty() {
        reader.at_load();
    }
    reader.told.broken |= cut;
    let problems = document.all_problems();
    reader.told.odd = problems
        .first()
        .filter(|_| !cut)
        .map(|why| (*why).to_owned());
    reader.told
}

struct Reader<'r> {
    around: Around<'r>,
    exit: Exit,
    loose: Option<Thrown>,
    late: bool,
    claims: &'r Claims<'r>,
    told: Told,
}

impl Reader<'_> {
    fn document(&mut self, document: &Document, above: &[String]) {
        for point in &document.points {
            let titles: Vec<String> = above.iter().cloned().chain([point.title.clone()]).collect();
            if point.subtest.is_none() && !self.claims.knows(&titles) {
                continue;
            }
            let outcome = self.outcome(point);
            self.told.tests.push((titles.clone(), outcome, point.ms));
            if let Some(inner) = &point.subtest {
                self.document(inner, &titles);
            }
        }
        if let Some(open) = &document.open {
            let title = open.title.clone().unwrap_or_default();
            let titles: Vec<String> = above.iter().cloned().chain([title]).collect();
            let outcome = self.cut(open);
            self.told.tests.push((titles.clone(), outcome, None));
            self.document(open, &titles);
        }
    }

    fn outcome(&self, point: &Point) -> Outcome {
        match &point.directive {
            Some(Directive::Skip(why)) => return Outcome::Skipped(said("skip", why)),
            Some(Directive::Todo(why)) => return Outcome::Skipped(said("todo", why)),
            None => {}
        }
        let inner = point.subtest.as_deref();
        if !point.ok {
            let failing = inner.and_then(first_failing).unwrap_or(point);
            return self.failed(failing);
        }
        match inner {
            Some(inner) if !holds_any(inner) => Outcome::Skipped("it ran no assertion".to_owned()),
            // An assertion that fails in a test that is told to be well.
            Some(inner) => first_failing(inner).map_or(Outcome::Passed, |point| self.failed(point)),
            None => Outcome::Passed,
        }
    }

    /// A test whose own result never came.
    fn cut(&self, open: &Document) -> Outcome {
        if let Some(point) = first_failing(open) {
            return self.failed(point);
        }
        if self.late || self.exit == Exit::TimedOut {
            return Outcome::TimedOut;
        }
        Outcome::Failed(match &self.loose {
            Some(thrown) => thrown::failure(Stage::Call, thrown, self.around),
            None => self.died(),
        })
    }

    fn died(&self) -> Failure {
        let words = "the process ended inside the test";
        death(words, &Thrown::default(), self.around)
    }

    fn at_load(&mut self) {
        if self.late || self.exit == Exit::TimedOut {
            self.told.hung_at_load = true;
            return;
        }
        let failure = match &self.loose {
            Some(thrown) => thrown::failure(Stage::Load, thrown, self.around),
            None => self.died(),
        };
        self.told.loose.push(failure);
    }

    fn failed(&self, point: &Point) -> Outcome {
        let late = point.title.starts_with("timeout!") || point.field("expired").is_some();
        if late {
            return Outcome::TimedOut;
        }
        Outcome::Failed(thrown::failure(Stage::Call, &thrown_by(point), self.around))
    }
}

fn said(mark: &str, why: &str) -> String {
    format!("{mark} {why}").trim_end().to_owned()
}

fn first_failing(document: &Document) -> Option<&Point> {
    let mut leaves = document.leaves().into_iter().map(|(_, point)| point);
    leaves.find(|point| point.failed())
}

fn holds_any(document: &Document) -> bool {
    let leaves = document.leaves();
    leaves.iter().any(|(_, point)| point.directive.is_none())
}

/// The error that a point's YAML block describes.
fn thrown_by(point: &Point) -> Thrown {
    let field = |name: &str| point.field(name);
    let caught = field("tapCaught").is_some();
    let class = field("type").or_else(|| field("name"));
    let compares = [
        "diff",
        "found",
        "wanted",
        "compare",
        "operator",
        "expected",
        "doNotWant",
    ];
    let is_assertion = !caught && (class.is_none() || compares.iter().any(|k| field(k).is_some()));
    let stack = field("stack").unwrap_or_default();
    let mut frames: Vec<Frame> = stack.lines().filter_map(frame).collect();
    if let Some(own) = own_place(point).filter(|_| frames.is_empty()) {
        frames.push(own);
    }
    Thrown {
        name: if is_assertion {
            "AssertionError".to_owned()
        } else {
            class.unwrap_or_else(|| "Error".to_owned())
        },
        message: field("message").unwrap_or_else(|| point.title.clone()),
        code: field("code").filter(|_| caught),
        syscall: field("syscall"),
        actual: Some(point.yaml.clone().unwrap_or_default()),
        frames,
        ..Thrown::default()
    }
}

fn own_place(point: &Point) -> Option<Frame> {
    let file = ["fileName", "file"]
        .iter()
        .find_map(|name| point.field(name))?;
    let line = ["lineNumber", "line"]
        .iter()
        .find_map(|name| point.field(name))?;
    Some(Frame(file, line.parse().ok()?, 0))
}

/// `Test.<anonymous> (test/a.js:4:5)`, `src/calc.js:3:9`, with or without `at`.
fn frame(line: &str) -> Option<Frame> {
    let line = line.trim().trim_start_matches("at ");
    let inner = line
        .rsplit('(')
        .next()
        .unwrap_or(line)
        .trim_end_matches(')');
    let plain = inner.trim_start_matches("file://");
    let mut parts = plain.rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    let path = parts.next()?;
    let foreign = path.starts_with("node:") || path.contains(' ') || path.is_empty();
    (!foreign).then(|| Frame(path.to_owned(), line, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "import t from 'tap';\nt.test('adds', (t) => { t.equal(1, 1); t.end(); });\nt.test('wrong', (t) => { t.test('inner', (t) => { t.equal(1, 2); t.end(); }); t.end(); });\nt.test('later', { skip: true }, (t) => { t.end(); });\nt.test('last', (t) => { t.end(); });\n";

    #[track_caller]
    fn check(tap: &str, exit: Exit, owed: &[&str]) {
        let claims = Claims::of("test/a.js", Some(SOURCE));
        let around = Around {
            file: "test/a.js",
            source: Some(SOURCE),
            own_names: &[],
        };
        let told = told(&Run::default(), (tap.as_bytes(), exit), &claims, around);
        let line = |(titles, outcome, _): &(Vec<String>, Outcome, Option<u64>)| {
            let word = match outcome {
                Outcome::Failed(failure) => {
                    let at = failure.at.as_ref().map_or(0, |at| at.line);
                    format!("{:?} {:?} at {at}", failure.stage, failure.kind)
                }
                Outcome::Absent
                | Outcome::NotCollected
                | Outcome::Skipped(_)
                | Outcome::Passed
                | Outcome::NotReached
                | Outcome::TimedOut => format!("{outcome:?}"),
            };
            format!("{}: {word}", titles.join(" > "))
        };
        assert_eq!(told.tests.iter().map(line).collect::<Vec<_>>(), owed);
    }

    const WHOLE: &str = "TAP version 14\nok 1 - an assertion outside\n# Subtest: adds\n    ok 1 - should be equal\n    1..1\nok 2 - adds # time=1.5ms\n\
        # Subtest: wrong\n    # Subtest: inner\n        not ok 1 - should be equal\n          ---\n          compare: ===\n          diff: |\n            --- expected\n            +++ actual\n          at:\n            fileName: test/a.js\n            lineNumber: 3\n          stack: |\n            Test.<anonymous> (test/a.js:3:53)\n          ...\n        1..1\n    not ok 1 - inner # time=2ms\n    1..1\nnot ok 3 - wrong # time=3ms\n\
        ok 4 - later # SKIP\n# Subtest: last\n    not ok 1 - redgreen stub: sub\n      ---\n      type: Error\n      tapCaught: testFunctionThrow\n      stack: |\n        sub (src/calc.js:2:9)\n        Test.<anonymous> (test/a.js:5:30)\n      ...\n    1..1\nnot ok 5 - last # time=1ms\n1..5\n";

    #[test]
    fn a_subtest_is_a_test_and_an_assertion_outside_is_none() {
        let owed = [
            "adds: Passed",
            "wrong: Call Assertion at 3",
            "wrong > inner: Call Assertion at 3",
            "later: Skipped(\"skip\")",
            "last: Call Stub(\"sub\") at 2",
        ];
        check(WHOLE, Exit::Code(1), &owed);
    }

    #[test]
    fn the_test_that_a_stream_is_cut_in_is_the_one_that_ended_it() {
        let at = WHOLE.find("        not ok 1").expect("the inner test");
        let cut = &WHOLE[..at];
        let died = "wrong: Process Death at 0";
        check(cut, Exit::Signal(9), &["adds: Passed", died]);
        check(cut, Exit::TimedOut, &["adds: Passed", "wrong: TimedOut"]);
    }

    #[test]
    fn a_test_without_an_assertion_did_not_pass() {
        let empty = "TAP version 14\n# Subtest: adds\n    1..0\nok 1 - adds # time=1ms\n1..1\n";
        let owed = ["adds: Skipped(\"it ran no assertion\")"];
        check(empty, Exit::Code(0), &owed);
        let lying = "# Subtest: adds\n    not ok 1 - x\n    1..1\nok 1 - adds\n1..1\n";
        check(lying, Exit::Code(0), &["adds: Call Assertion at 0"]);
    }
}
