//! Runs of unittest: every kind of outcome, orders, load errors, deaths, canaries.

use super::project::{Project, Snapshot, failure, files, kind_of, outcome, tests, trusted};
use redgreen_core::evidence::{Order, Selection, Trouble};
use redgreen_core::outcome::{FailureKind, Outcome, Stage};
use redgreen_toolchain::python::{Pytest, Python, Unittest};
use redgreen_toolchain::{Language, Runner};

const CALC: (&str, &str) = (
    "calc/__init__.py",
    "def add(a, b):\n    return a + b\ndef stubbed():\n    raise NotImplementedError('redgreen stub: stubbed')\n\
     def parse(text):\n    return {}[text]\n",
);

const OUTCOMES: &str = r#"
import sys, unittest
import calc
from calc import add

class Case(unittest.TestCase):
    def test_passes(self): self.assertEqual(add(1, 2), 3)
    def test_fails(self): self.assertEqual(add(1, 2), 4)
    def test_plain(self): assert add(1, 2) == 4
    def test_raises(self):
        with self.assertRaises(ValueError):
            add(1, 2)
    def test_missing(self): calc.clamp(1)
    def test_bad_call(self): add(1)
    def test_stub(self): calc.stubbed()
    def test_code(self): calc.parse("x")
    def test_subtests(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertNotEqual(i, 1)
    def test_exit(self): sys.exit(0)
    @unittest.skip("later")
    def test_skip(self): pass
    def test_gives_up(self): self.skipTest("no network")
    @unittest.expectedFailure
    def test_expected(self): self.assertEqual(1, 2)
    @unittest.expectedFailure
    def test_unexpected(self): self.assertEqual(1, 1)

@unittest.skip("never")
class Skipped(unittest.TestCase):
    def test_a(self): pass

class Hooks(unittest.TestCase):
    def setUp(self):
        if "setup" in self.id(): raise ValueError("no")
    def tearDown(self):
        if "teardown" in self.id(): raise ValueError("no")
    def test_setup(self): pass
    def test_teardown(self): pass
    def test_ok(self): pass
    class Inner(unittest.TestCase):
        def test_hidden(self): pass

class Together(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise RuntimeError("no machine")
    def test_a(self): pass
    def test_b(self): pass

class End(unittest.TestCase):
    @classmethod
    def tearDownClass(cls): raise RuntimeError("left open")
    def test_a(self): pass

class Async(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self): self.value = 1
    async def test_awaits(self): self.assertEqual(self.value, 1)
    async def test_async_fails(self): self.assertEqual(self.value, 2)
"#;

fn project() -> Project {
    Project::new(&[
        CALC,
        ("tests/__init__.py", ""),
        ("tests/test_calc.py", OUTCOMES),
    ])
}

fn id(name: &str) -> String {
    format!("tests/test_calc.py::{name}")
}

/// What each test of [`OUTCOMES`] owes.
const OWED: [(&str, &str); 23] = [
    ("Case::test_passes", "Passed"),
    ("Case::test_fails", "Call Assertion"),
    ("Case::test_plain", "Call Assertion"),
    ("Case::test_raises", "Call Assertion"),
    ("Case::test_missing", "Call MissingName clamp in calc"),
    ("Case::test_bad_call", "Call BadCall"),
    ("Case::test_stub", "Call Stub stubbed"),
    ("Case::test_code", "Call Exception KeyError"),
    ("Case::test_subtests", "Call Assertion"),
    ("Case::test_exit", "Call Death"),
    ("Case::test_skip", "Skipped(\"later\")"),
    ("Case::test_gives_up", "Skipped(\"no network\")"),
    ("Case::test_expected", "Skipped(\"xfail\")"),
    ("Case::test_unexpected", "Call UnexpectedPass"),
    ("Skipped::test_a", "Skipped(\"never\")"),
    ("Hooks::test_setup", "Setup Fixture"),
    ("Hooks::test_teardown", "Teardown Exception ValueError"),
    ("Hooks::test_ok", "Passed"),
    ("Together::test_a", "Setup Fixture"),
    ("Together::test_b", "Setup Fixture"),
    ("End::test_a", "Teardown Exception RuntimeError"),
    ("Async::test_awaits", "Passed"),
    ("Async::test_async_fails", "Call Assertion"),
];

fn told(outcome: &Outcome) -> String {
    if let Outcome::Failed(failure) = outcome {
        format!("{:?} {}", failure.stage, kind_of(failure))
    } else {
        format!("{outcome:?}")
    }
}

#[test]
fn each_outcome_of_a_test_case_is_told() {
    let project = project();
    assert_eq!(project.unit().id.to_string(), ".:unittest");
    let report = project.whole();
    trusted(&report);
    for (name, owed) in OWED {
        assert_eq!(told(outcome(&report, &id(name))), owed, "{name}");
    }
    assert_eq!(report.tests.len(), OWED.len(), "{:?}", report.tests.keys());
    let at = |name: &str| {
        let at = failure(&report, &id(name)).at.clone().expect("a place");
        format!("{}:{}", at.path, at.line)
    };
    assert_eq!(at("Case::test_fails"), "tests/test_calc.py:8");
    assert_eq!(at("Case::test_code"), "calc/__init__.py:6");
    let left = std::fs::read_dir(project.tree().join("calc")).expect("a directory");
    assert_eq!(left.count(), 1, "no bytecode");
}

#[test]
fn the_outline_names_the_tests_that_the_runner_names() {
    let project = project();
    let unit = project.unit();
    let text = format!(
        "{OUTCOMES}\ndef test_no_case(): pass\nclass TestPlain:\n    def test_x(self): pass\n"
    );
    let outline = Python.outline(&unit, "tests/test_calc.py", &text);
    let mut named: Vec<String> = outline.tests.into_iter().map(|test| test.id.name).collect();
    named.sort();
    let mut owed: Vec<String> = OWED.iter().map(|(name, _)| id(name)).collect();
    owed.sort();
    assert_eq!(named, owed);
}

#[test]
fn asked_tests_run_in_every_order_and_alone() {
    let project = project();
    let ids = [
        id("Hooks::test_ok"),
        id("Case::test_passes"),
        id("Case::test_gone"),
    ];
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for order in [Order::AsWritten, Order::Shuffled(7), Order::Alone] {
        let report = project.run(&tests(&ids), order);
        trusted(&report);
        let seen: Vec<&String> = report.tests.keys().collect();
        assert_eq!(seen, [ids[1], ids[0]], "{order:?}");
        assert!(report.tests.values().all(|seen| seen.outcome.passed()));
    }
    let cases = project.run(&tests(&[&id("Case")]), Order::Alone);
    trusted(&cases);
    assert_eq!(cases.tests.len(), 14);
    assert_eq!(
        told(outcome(&cases, &id("Case::test_fails"))),
        "Call Assertion"
    );
    let together = project.run(&tests(&[&id("Together")]), Order::Alone);
    trusted(&together);
    assert_eq!(
        told(outcome(&together, &id("Together::test_b"))),
        "Setup Fixture"
    );
    let nothing = project.run(&files(&["tests/test_gone.py"]), Order::AsWritten);
    assert_eq!(nothing, redgreen_core::evidence::Report::default());
}

/// Files that load and files that do not.
const LOADING: [(&str, &str); 9] = [
    CALC,
    (
        "tests/test_good.py",
        "from unittest import TestCase\nclass A(TestCase):\n    def test_good(self): pass\n",
    ),
    (
        "tests/test_name.py",
        "from unittest import TestCase\nfrom calc import clamp\nclass A(TestCase): pass\n",
    ),
    (
        "tests/test_module.py",
        "from unittest import TestCase\nimport calc.money\nclass A(TestCase): pass\n",
    ),
    (
        "tests/test_other.py",
        "from unittest import TestCase\nimport hypothesiz\nclass A(TestCase): pass\n",
    ),
    ("tests/test_syntax.py", "class A(\n"),
    (
        "tests/test_skips.py",
        "import unittest\nraise unittest.SkipTest('not here')\nclass A(unittest.TestCase): pass\n",
    ),
    (
        "tests/sub/test_good.py",
        "from .near import X\nfrom unittest import TestCase\nclass A(TestCase):\n    def test_near(self): self.assertEqual(X, 1)\n",
    ),
    ("tests/sub/near.py", "X = 1\n"),
];

#[test]
fn files_that_do_not_load_are_told_apart_and_the_others_run() {
    let project = Project::new(&LOADING);
    let report = project.whole();
    trusted(&report);
    let found: Vec<_> = report
        .diagnostics
        .iter()
        .map(|each| {
            format!(
                "{} {:?} {}",
                each.hides,
                each.failure.stage,
                kind_of(&each.failure)
            )
        })
        .collect();
    let owed = [
        "tests/test_module.py:: Load MissingModule calc.money",
        "tests/test_name.py:: Load MissingName clamp in calc",
        "tests/test_other.py:: Load MissingModule hypothesiz",
        "tests/test_syntax.py:: Load Syntax",
    ];
    assert_eq!(found, owed);
    let ids: Vec<_> = report.tests.keys().collect();
    assert_eq!(
        ids,
        [
            "tests/sub/test_good.py::A::test_near",
            "tests/test_good.py::A::test_good"
        ]
    );
    assert!(report.tests.values().all(|seen| seen.outcome.passed()));
    assert_eq!(
        report.left_out,
        ["tests/test_skips.py skipped itself: not here"]
    );
}

#[test]
fn the_tests_of_load_tests_are_the_files_tests_and_cases_of_one_name_are_numbered() {
    let project = Project::new(&[(
        "test_load.py",
        "import unittest\nclass A(unittest.TestCase):\n    x = 0\n    def test_a(self): self.assertLess(self.x, 2)\n\
         def load_tests(loader, tests, pattern):\n    suite = unittest.TestSuite()\n\
         \x20   for x in range(3):\n        test = A('test_a')\n        test.x = x\n        suite.addTest(test)\n    return suite\n",
    )]);
    let report = project.whole();
    trusted(&report);
    let found: Vec<_> = report
        .tests
        .iter()
        .map(|(name, seen)| (name.as_str(), seen.outcome.passed()))
        .collect();
    assert_eq!(
        found,
        [
            ("test_load.py::A::test_a", true),
            ("test_load.py::A::test_a[2]", true),
            ("test_load.py::A::test_a[3]", false),
        ]
    );
}

#[test]
fn deaths_and_hangs_are_those_of_their_test() {
    let mut project = Project::new(&[(
        "test_end.py",
        "import os, time, unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\n\
         \x20   def test_b(self): time.sleep(600)\n    def test_c(self): os._exit(0)\n    def test_d(self): pass\n",
    )]);
    project.limit_ms = 700;
    let report = project.whole();
    trusted(&report);
    let is = |name: &str| told(outcome(&report, &format!("test_end.py::A::{name}")));
    assert_eq!(
        ["test_a", "test_b", "test_c", "test_d"].map(is),
        ["Passed", "TimedOut", "Process Death", "NotReached"]
    );
    let ids = ["test_c", "test_d"].map(|name| format!("test_end.py::A::{name}"));
    let alone = project.run(&tests(&[&ids[0], &ids[1]]), Order::Alone);
    trusted(&alone);
    assert_eq!(failure(&alone, &ids[0]).kind, FailureKind::Death);
    assert_eq!(*outcome(&alone, &ids[1]), Outcome::Passed);
    assert_eq!(failure(&alone, &ids[0]).stage, Stage::Process);
}

#[test]
fn a_tree_that_changes_what_fails_is_not_believed() {
    let test = "\nclass A(unittest.TestCase):\n    def test_a(self): pass\n";
    let cheats = [
        "unittest.TestCase.assertEqual = lambda *args: None\n",
        "unittest.TestCase.run = lambda self, result: result.addSuccess(self)\n",
        "unittest.TestCase._callTestMethod = lambda self, method: None\n",
        "unittest.TestCase.assertRaises = lambda *args: open('/dev/null')\n",
        "unittest.TestCase.failureException = unittest.SkipTest\n",
    ];
    for cheat in cheats {
        let project = Project::new(&[("test_a.py", &format!("import unittest\n{cheat}{test}"))]);
        let report = project.whole();
        let why = format!("{:?}", report.trouble);
        assert!(
            matches!(report.trouble, Some(Trouble::Inconsistent { .. })),
            "{cheat}: {why}"
        );
    }
    let base = "import unittest\nclass Base(unittest.TestCase):\n    def run(self, result=None):\n        \
                result.startTest(self); result.addSuccess(self); result.stopTest(self)\n";
    let project = Project::new(&[
        ("tests/__init__.py", ""),
        ("tests/base.py", base),
        (
            "tests/test_a.py",
            "from tests.base import Base\nclass ATestCase(Base):\n    def test_a(self): assert False\nimport unittest\nclass B(unittest.TestCase):\n    def test_b(self): pass\n",
        ),
    ]);
    let mut unit = project.units().remove(0);
    unit.runner = "unittest".to_owned();
    let report = project.run_unit(&unit, &Selection::Whole, Order::AsWritten);
    let why = format!("{:?}", report.trouble);
    assert!(why.contains("must fail") && why.contains("Base"), "{why}");
}

#[test]
fn only_projects_that_never_speak_of_pytest_are_unittests() {
    let case = "import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\n";
    let test = ("tests/test_a.py", case);
    let unittests: [&[(&str, &str)]; 3] = [
        &[test],
        &[test, ("setup.py", "# no pytest\n")],
        &[
            test,
            (
                "tests/test_b.py",
                "from django.test import TestCase\nclass B(TestCase):\n    def test_b(self): pass\n",
            ),
        ],
    ];
    for tree in unittests {
        let files = Snapshot::of(tree);
        assert!(Pytest.detect(&files).is_empty(), "{tree:?}");
        let units = Unittest.detect(&files);
        assert_eq!(units.len(), 1, "{tree:?}");
        assert!(
            units[0]
                .install
                .iter()
                .all(|command| !command.contains(&"pytest".to_owned()))
        );
    }
    let pytests: [&[(&str, &str)]; 8] = [
        &[test, ("conftest.py", "")],
        &[test, ("pytest.ini", "[pytest]\n")],
        &[test, ("requirements-dev.txt", "pytest==8\n")],
        &[test, ("tox.ini", "[testenv]\ncommands = pytest\n")],
        &[
            test,
            (".github/workflows/ci.yml", "run: python -m pytest\n"),
        ],
        &[test, ("tests/test_b.py", "def test_b(): pass\n")],
        &[
            test,
            (
                "tests/test_b.py",
                "import pytest\nimport unittest\nclass B(unittest.TestCase):\n    def test_b(self): pass\n",
            ),
        ],
        &[(
            "tests/test_b.py",
            "class TestB:\n    def test_b(self): pass\n",
        )],
    ];
    for tree in pytests {
        let files = Snapshot::of(tree);
        assert!(Unittest.detect(&files).is_empty(), "{tree:?}");
        assert_eq!(Pytest.detect(&files).len(), 1, "{tree:?}");
    }
}
