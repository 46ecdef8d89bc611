//! Kinds of failure, as pytest of today raises them.

use super::project::{Project, failure, kind_of, outcome, trusted};
use redgreen_core::outcome::{Outcome, Stage};

const CALC: &str = r#"
import os, socket, subprocess
class Money:
    def __init__(self, amount): self.amount = amount
    @property
    def broken(self): return self.missing
def add(a, b): return a + b
def lookup(d, k): return d[k]
def stub(x): raise SystemError("redgreen stub: stub")
def wrapping(x):
    try:
        stub(x)
    except Exception as error:
        raise ValueError("wrapped") from error
def hiding(x):
    try:
        stub(x)
    except Exception:
        raise ValueError("wrapped") from None
def connect(): socket.create_connection(("127.0.0.1", 9), timeout=0.5)
def launch(): subprocess.run(["no-such-program-anywhere"])
def deny():
    raise PermissionError(13, "Permission denied", "/etc/shadow")
def by_hand(): raise ConnectionError("refused by the test's own mock")
def checks(x): assert x > 0, "positive"
"#;

const TESTS: &str = r#"
import unittest, warnings
from unittest import mock
import pytest, calc

@pytest.fixture
def missing_symbol(): return calc.clamp
@pytest.fixture
def broken(): raise RuntimeError("db")
@pytest.fixture
def asserts(): assert False
@pytest.fixture
def production(): return calc.lookup({}, "k")
@pytest.fixture
def bad_end():
    yield
    raise RuntimeError("end")

def test_assert(): assert calc.add(1, 1) == 3
def test_did_not_raise():
    with pytest.raises(ValueError): calc.add(1, 1)
def test_fail(): pytest.fail("by hand")
def test_attribute(): calc.clamp(1)
def test_method(): calc.Money(1).double()
def test_class_attribute(): calc.Money.zero
def test_none(): None.double
def test_name(): clac.add(1, 1)
def test_import():
    from calc import clamp
def test_module():
    import calc.money
def test_patch():
    with mock.patch("calc.clamp"): pass
def test_monkeypatch(monkeypatch): monkeypatch.setattr(calc, "clamp", 1)
def test_property(): calc.Money(1).broken
def test_keyword(): calc.add(1, 2, base=10)
def test_arity(): calc.add(1)
def test_init(): calc.Money()
def test_stub(): calc.stub(1)
def test_wrapped(): calc.wrapping(1)
def test_hidden(): calc.hiding(1)
def test_group():
    raise ExceptionGroup("many", [AssertionError("inner")]) if hasattr(__builtins__, "ExceptionGroup") or "ExceptionGroup" in dir(__builtins__) else AssertionError("inner")
def test_exception(): calc.lookup({}, "k")
def test_connect(): calc.connect()
def test_launch(): calc.launch()
def test_deny(): calc.deny()
def test_by_hand(): calc.by_hand()
def test_file(): open("/nonexistent/fixture.json")
def test_eval(): eval("1 +")
def test_type(): 1 + "a"
def test_production_assert(): calc.checks(0)
def test_unknown_fixture(no_such_fixture): pass
def test_fixture_symbol(missing_symbol): pass
def test_fixture_broken(broken): pass
def test_fixture_asserts(asserts): pass
def test_fixture_production(production): pass
def test_teardown(bad_end): pass
def test_both(bad_end): assert calc.add(1, 1) == 3
async def test_async(): pass
def test_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.warn("old", DeprecationWarning)

class SetUp(unittest.TestCase):
    def setUp(self): raise RuntimeError("set up")
    def test_it(self): pass
class SetUpSymbol(unittest.TestCase):
    def setUp(self): calc.clamp
    def test_it(self): pass
class TearDown(unittest.TestCase):
    def tearDown(self): raise RuntimeError("tear down")
    def test_it(self): pass
class CleanUp(unittest.TestCase):
    def test_it(self): self.addCleanup(lambda: 1 / 0)
"#;

/// Test, stage, kind with symbol, file of the blame.
const OWED: &[(&str, Stage, &str, &str)] = &[
    ("test_assert", Stage::Call, "Assertion", "test_k.py"),
    ("test_did_not_raise", Stage::Call, "Assertion", "test_k.py"),
    ("test_fail", Stage::Call, "Assertion", "test_k.py"),
    (
        "test_attribute",
        Stage::Call,
        "MissingName clamp in calc",
        "test_k.py",
    ),
    (
        "test_method",
        Stage::Call,
        "MissingName double in calc.Money",
        "test_k.py",
    ),
    (
        "test_class_attribute",
        Stage::Call,
        "MissingName zero in calc.Money",
        "test_k.py",
    ),
    (
        "test_none",
        Stage::Call,
        "MissingName double in NoneType",
        "test_k.py",
    ),
    ("test_name", Stage::Call, "MissingName clac", "test_k.py"),
    (
        "test_import",
        Stage::Call,
        "MissingName clamp in calc",
        "test_k.py",
    ),
    (
        "test_module",
        Stage::Call,
        "MissingModule calc.money",
        "test_k.py",
    ),
    (
        "test_patch",
        Stage::Call,
        "MissingName clamp in calc",
        "test_k.py",
    ),
    (
        "test_monkeypatch",
        Stage::Call,
        "MissingName clamp in calc",
        "test_k.py",
    ),
    (
        "test_property",
        Stage::Call,
        "MissingName missing in calc.Money",
        "calc.py",
    ),
    (
        "test_keyword",
        Stage::Call,
        "BadCall base in add",
        "test_k.py",
    ),
    ("test_arity", Stage::Call, "BadCall", "test_k.py"),
    ("test_init", Stage::Call, "BadCall", "test_k.py"),
    ("test_stub", Stage::Call, "Stub stub", "calc.py"),
    ("test_wrapped", Stage::Call, "Stub stub", "calc.py"),
    ("test_hidden", Stage::Call, "Stub stub", "calc.py"),
    ("test_group", Stage::Call, "Assertion", "test_k.py"),
    (
        "test_exception",
        Stage::Call,
        "Exception KeyError",
        "calc.py",
    ),
    ("test_connect", Stage::Call, "Environment", "calc.py"),
    ("test_launch", Stage::Call, "Environment", "calc.py"),
    ("test_deny", Stage::Call, "Environment", "calc.py"),
    (
        "test_by_hand",
        Stage::Call,
        "Exception ConnectionError",
        "calc.py",
    ),
    (
        "test_file",
        Stage::Call,
        "Exception FileNotFoundError",
        "test_k.py",
    ),
    (
        "test_eval",
        Stage::Call,
        "Exception SyntaxError",
        "test_k.py",
    ),
    ("test_type", Stage::Call, "Exception TypeError", "test_k.py"),
    (
        "test_production_assert",
        Stage::Call,
        "Assertion",
        "calc.py",
    ),
    ("test_unknown_fixture", Stage::Setup, "Fixture", "test_k.py"),
    (
        "test_fixture_symbol",
        Stage::Setup,
        "MissingName clamp in calc",
        "test_k.py",
    ),
    ("test_fixture_broken", Stage::Setup, "Fixture", "test_k.py"),
    ("test_fixture_asserts", Stage::Setup, "Fixture", "test_k.py"),
    (
        "test_fixture_production",
        Stage::Setup,
        "Exception KeyError",
        "calc.py",
    ),
    (
        "test_teardown",
        Stage::Teardown,
        "Exception RuntimeError",
        "test_k.py",
    ),
    ("test_both", Stage::Call, "Assertion", "test_k.py"),
    ("test_async", Stage::Call, "Fixture", "test_k.py"),
    (
        "test_warning",
        Stage::Call,
        "Exception DeprecationWarning",
        "test_k.py",
    ),
    ("SetUp::test_it", Stage::Setup, "Fixture", "test_k.py"),
    (
        "SetUpSymbol::test_it",
        Stage::Setup,
        "MissingName clamp in calc",
        "test_k.py",
    ),
    (
        "TearDown::test_it",
        Stage::Teardown,
        "Exception RuntimeError",
        "test_k.py",
    ),
    (
        "CleanUp::test_it",
        Stage::Teardown,
        "Exception ZeroDivisionError",
        "test_k.py",
    ),
];

#[test]
fn every_exception_has_its_kind_its_stage_and_its_blame() {
    let project = Project::new(&[
        (
            "pytest.ini",
            "[pytest]\naddopts = -p no:anyio -p no:asyncio\n",
        ),
        ("calc.py", CALC),
        ("test_k.py", TESTS),
    ]);
    let report = project.whole();
    trusted(&report);
    assert_eq!(report.tests.len(), OWED.len());
    let found: Vec<String> = OWED
        .iter()
        .map(|(name, ..)| {
            let failure = failure(&report, &format!("test_k.py::{name}"));
            let at = failure.at.as_ref().map_or("", |at| at.path.as_str());
            format!("{name}: {:?} {} at {at}", failure.stage, kind_of(failure))
        })
        .collect();
    let owed: Vec<String> = OWED
        .iter()
        .map(|(name, stage, kind, at)| format!("{name}: {stage:?} {kind} at {at}"))
        .collect();
    assert_eq!(found, owed);
}

#[test]
fn pytest_timeouts_own_words_are_a_time_out() {
    let project = Project::new(&[(
        "test_t.py",
        "import pytest\ndef test_t(): pytest.fail('Timeout (>0.3s) from pytest-timeout.')\n",
    )]);
    let report = project.whole();
    assert_eq!(*outcome(&report, "test_t.py::test_t"), Outcome::TimedOut);
}

#[test]
fn a_missing_name_in_production_at_load_is_blamed_on_production() {
    let project = Project::new(&[
        ("pkg/__init__.py", "from .gone import thing\n"),
        ("bad.py", "def f(:\n"),
        ("test_a.py", "import pkg\ndef test_a(): pass\n"),
        ("test_b.py", "import bad\ndef test_b(): pass\n"),
        (
            "test_c.py",
            "import pytest\n@pytest.mark.parametrize('x', [1])\ndef test_c(): pass\n",
        ),
    ]);
    let report = project.whole();
    trusted(&report);
    let found: Vec<_> = report
        .diagnostics
        .iter()
        .map(|each| {
            let at = each.failure.at.as_ref().expect("a place");
            format!(
                "{} {} {}:{}",
                each.hides,
                kind_of(&each.failure),
                at.path,
                at.line
            )
        })
        .collect();
    let owed = [
        "test_a.py:: MissingModule pkg.gone pkg/__init__.py:1",
        "test_b.py:: Syntax bad.py:1",
        "test_c.py:: Fixture test_c.py:0",
    ];
    assert_eq!(found, owed);
}
