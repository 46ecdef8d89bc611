//! Mutants of Python, tried by pytest itself.

use super::project::{Project, Snapshot, python};
use redgreen_core::evidence::{Order, Selection, Trouble};
use redgreen_core::mutant::{Fate, Kill, Mutant, MutantId, Operator, numbered};
use redgreen_core::surface::Lines;
use redgreen_toolchain::mutate::{MutantReport, Wanted};
use redgreen_toolchain::python::{Pytest, Python};
use redgreen_toolchain::{Language, MutantAsk, RawOutput, Role, Runner, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// A project with its mutants.
pub(crate) struct Case {
    project: Project,
    texts: BTreeMap<String, String>,
    pub(crate) mutants: Vec<Mutant>,
    new: BTreeSet<String>,
    budget_ms: u64,
    killers: BTreeMap<MutantId, String>,
}

impl Case {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self {
            project: Project::new(files),
            texts: files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
            mutants: Vec::new(),
            new: BTreeSet::new(),
            budget_ms: 100_000,
            killers: BTreeMap::new(),
        }
    }

    /// Every mutant of `path` that the language proposes.
    fn all(mut self, path: &str) -> Self {
        let text = self.texts[path].clone();
        let outline = Python.outline(&Unit::default(), path, &text);
        let functions = outline.functions.into_iter().map(|each| each.name);
        let everywhere = Lines::new(1, u32::try_from(text.lines().count()).expect("short"));
        let is_test = path.contains("test_");
        let wanted = Wanted {
            lines: if is_test {
                Vec::new()
            } else {
                vec![everywhere]
            },
            functions: functions.collect(),
            tests: if is_test {
                vec![everywhere]
            } else {
                Vec::new()
            },
        };
        let drafts = Python.mutants(&text, &wanted);
        self.mutants.extend(numbered(path, &text, drafts, |_| None));
        self
    }

    /// One edit by hand: `was` stands once in the text.
    pub(crate) fn edit(mut self, path: &str, was: &str, now: &str) -> Self {
        let text = self.texts[path].clone();
        let start = text.find(was).expect("the text is there");
        let line = 1 + u32::try_from(text[..start].matches('\n').count()).expect("short");
        let draft = redgreen_core::mutant::Draft {
            function: String::new(),
            lines: Lines::new(
                line,
                line + u32::try_from(was.matches('\n').count()).expect("short"),
            ),
            bytes: start..start + was.len(),
            operator: Operator::Statement,
            now: now.to_owned(),
        };
        self.mutants
            .extend(numbered(path, &text, vec![draft], |_| None));
        self
    }

    fn new_tests(mut self, names: &[&str]) -> Self {
        self.new = names.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    pub(crate) fn run(&self) -> MutantReport {
        let report = self.report();
        assert_eq!(report.trouble, None, "{report:#?}");
        report
    }

    pub(crate) fn report(&self) -> MutantReport {
        self.answer(None)
    }

    /// What these outputs say.
    fn read(&self, outputs: &[RawOutput]) -> MutantReport {
        self.answer(Some(outputs))
    }

    fn answer(&self, given: Option<&[RawOutput]>) -> MutantReport {
        let unit = self.project.unit();
        let order = Order::AsWritten;
        let mutator = Pytest.mutator().expect("pytest tries mutants");
        let edited = self.mutants.iter().map(|mutant| mutant.path.clone());
        let unreached = mutator.unreached(
            &unit,
            &Snapshot::read(&self.project.tree()),
            &edited.collect(),
        );
        self.project.asked(&unit, &Selection::Whole, order, |ask| {
            let question = MutantAsk {
                ask: ask.clone(),
                mutants: &self.mutants,
                texts: &self.texts,
                new_tests: &self.new,
                budget_ms: self.budget_ms,
                jobs: 2,
                memory: 1 << 30,
                killers: &self.killers,
                unreached: &unreached,
            };
            if let Some(outputs) = given {
                return mutator.read(&question, outputs);
            }
            let mut outputs: Vec<RawOutput> = Vec::new();
            for invocation in mutator.next(&question, &outputs, 0) {
                assert_eq!(invocation.role, Role::Session);
                outputs.push(self.project.execute(&invocation, ask.scratch));
            }
            assert_eq!(mutator.next(&question, &outputs, 0), []);
            mutator.read(&question, &outputs)
        })
    }

    /// `was -> now: fate` of every mutant, by all tests.
    fn fates(&self, report: &MutantReport) -> Vec<String> {
        self.mutants
            .iter()
            .map(|mutant| {
                let fate = &report.tried[&mutant.id].by_any;
                format!("{} -> {}: {}", mutant.was, mutant.now, fate.words())
            })
            .collect()
    }

    /// What became of the mutants of one sort, by all tests.
    fn of<'r>(&self, report: &'r MutantReport, operator: Operator) -> Vec<&'r Fate> {
        let own = self.mutants.iter().filter(|each| each.operator == operator);
        own.map(|each| &report.tried[&each.id].by_any).collect()
    }

    /// What became of the only mutant.
    fn fate(&self) -> Fate {
        let report = self.run();
        assert_eq!(self.mutants.len(), 1);
        report.tried[&self.mutants[0].id].by_any.clone()
    }
}

pub(crate) fn killed(by: &str, how: Kill) -> Fate {
    Fate::Killed {
        by: by.to_owned(),
        how,
    }
}

const CALC: &str = "\
def larger(a, b):
    if a > b:
        return a
    return b


def never(a):
    return a + 1
";

#[test]
fn a_test_file_that_imports_nothing_of_the_change_is_not_even_loaded() {
    let other = "open(__file__ + '.loaded', 'w').close()\ndef test_other():\n    pass\n";
    let case = Case::new(&[
        ("calc.py", "LIMIT = 3\n\ndef limit():\n    return LIMIT\n"),
        ("test_other.py", other),
        (
            "conftest.py",
            "def pytest_ignore_collect():\n    return False\n",
        ),
        (
            "test_calc.py",
            "import calc\ndef test_calc():\n    assert calc.limit() == 3\n",
        ),
    ])
    .edit("calc.py", "LIMIT = 3", "LIMIT = 4")
    .edit("calc.py", "return LIMIT", "return 0");
    let report = case.run();
    for tried in report.tried.values() {
        assert_eq!(
            tried.by_any,
            killed("test_calc.py::test_calc", Kill::Assertion)
        );
        assert_eq!(tried.over, ["test_calc.py::test_calc"]);
    }
    assert!(!case.project.tree().join("test_other.py.loaded").exists());
}

#[test]
fn a_change_that_no_test_file_imports_is_not_reached() {
    let case = Case::new(&[
        ("calc.py", CALC),
        ("test_other.py", "def test_other():\n    pass\n"),
    ])
    .edit("calc.py", "return b", "return a");
    assert_eq!(case.fate(), Fate::NotReached);
}

#[test]
fn plain_functions_are_killed_survive_and_are_not_reached() {
    let case = Case::new(&[
        ("calc.py", CALC),
        (
            "test_calc.py",
            "from calc import larger\ndef test_larger():\n    assert larger(2, 1) == 2\n    assert larger(1, 2) == 2\n",
        ),
    ])
    .all("calc.py")
    .new_tests(&["test_calc.py::test_larger"]);
    let report = case.run();
    let fates = case.fates(&report);
    let expected = [
        "a > b -> True: killed by assertion",
        "a > b -> False: killed by assertion",
        "> -> >=: survived",
        "> -> <=: skipped",
        "a -> None: killed by assertion",
        "a + 1 -> None: not reached",
        " -> # no change\n    : survived",
    ];
    for line in expected {
        assert!(fates.iter().any(|each| each == line), "{line}: {fates:#?}");
    }
    let bodies = case.of(&report, Operator::Body);
    let by = "test_calc.py::test_larger";
    assert_eq!(bodies[0], &killed(by, Kill::Assertion));
    assert!(report.executed > 5, "{report:#?}");
    assert_eq!(report.left_out, Vec::<String>::new());
}

/// One function of each kind, with a value that a test asks for.
const KINDS: &str = r#"
import functools
import contextlib

LIMIT = 10

class Base:
    def start(self):
        self.x = 21

class Box(Base):
    rate = 11
    def start(self):
        super().start()
        self.y = 22
    def method(self): return self.y + 12
    @staticmethod
    def static(): return 13
    @classmethod
    def made(cls): return 14
    @property
    def prop(self): return 15

def deco(f):
    @functools.wraps(f)
    def wrapper(*args):
        return f(*args) + 16
    return wrapper

@deco
def decorated(): return 17

@functools.lru_cache
def cached(x): return x + 18

async def coro(): return 19

def gen():
    yield 20

def outer(x):
    def inner(): return x + 23
    return inner

def default(x=24): return x

pick = lambda x: x + 25

def table():
    return {"a": 26}

TABLE = table()

@contextlib.contextmanager
def entered():
    yield 27
"#;

const ASKS: &str = r#"
import asyncio
import kinds
from kinds import pick, Box, cached

def box():
    it = Box()
    it.start()
    return it

def test_limit(): assert kinds.LIMIT == 10
def test_rate(): assert Box.rate == 11
def test_method(): assert box().method() == 34
def test_static(): assert Box.static() == 13
def test_made(): assert Box.made() == 14
def test_prop(): assert box().prop == 15
def test_decorated(): assert kinds.decorated() == 33
def test_cached(): assert cached(1) == 19
def test_coro(): assert asyncio.run(kinds.coro()) == 19
def test_gen(): assert list(kinds.gen()) == [20]
def test_start(): assert box().x == 21 and box().y == 22
def test_closure(): assert kinds.outer(1)() == 24
def test_default(): assert kinds.default() == 24
def test_lambda(): assert pick(1) == 26
def test_table(): assert kinds.TABLE["a"] == 26
def test_entered():
    with kinds.entered() as it:
        assert it == 27
"#;

#[test]
fn code_of_every_kind_takes_its_mutant() {
    let mut case = Case::new(&[("kinds.py", KINDS), ("test_kinds.py", ASKS)]);
    for number in 10..28 {
        let (was, now) = (number.to_string(), (number + 50).to_string());
        case = case.edit("kinds.py", &was, &now);
    }
    let case = case.edit("kinds.py", "super().start()", "pass");
    let report = case.run();
    let tests: Vec<String> = case
        .mutants
        .iter()
        .map(|mutant| {
            let fate = &report.tried[&mutant.id].by_any;
            if let Fate::Killed { by, .. } = fate {
                by.replace("test_kinds.py::test_", "")
            } else {
                format!("{}: {fate:?}", mutant.was)
            }
        })
        .collect();
    let expected = [
        "limit",
        "rate",
        "method",
        "static",
        "made",
        "prop",
        "decorated",
        "decorated",
        "cached",
        "coro",
        "gen",
        "start",
        "method",
        "closure",
        "default",
        "lambda",
        "table",
        "entered",
        "start",
    ];
    // The value that `start` sets is met by two tests; which is faster is their own affair.
    let same = |(seen, wanted): (&String, &&str)| {
        seen == wanted || (*wanted == "method" || *wanted == "start") && !seen.contains(':')
    };
    assert!(tests.iter().zip(&expected).all(same), "{tests:?}");
}

#[test]
fn limits_end_what_runs_for_ever_or_takes_all_memory() {
    let text = "import time\n\ndef loop(n):\n    while n > 0:\n        n -= 1\n    return n\n\ndef hoard(n):\n    return len([0] * n)\n\ndef dies():\n    return 1\n\ndef exits():\n    return 2\n";
    let case = Case::new(&[
        ("mod.py", text),
        (
            "test_mod.py",
            "import mod\ndef test_loop(): assert mod.loop(3) == 0\ndef test_hoard(): assert mod.hoard(9) == 9\ndef test_dies(): assert mod.dies() == 1\ndef test_exits(): assert mod.exits() == 2\n",
        ),
    ])
    .edit("mod.py", "n -= 1", "pass")
    .edit("mod.py", "[0] * n", "[0] * n * 10 ** 9")
    .edit("mod.py", "return 1", "__import__('os')._exit(0)")
    .edit("mod.py", "return 2", "raise SystemExit(0)")
    .edit("mod.py", "return n\n", "return (\n");
    let report = case.run();
    let fates = case
        .mutants
        .iter()
        .map(|each| &report.tried[&each.id].by_any);
    let fates: Vec<&Fate> = fates.collect();
    let timed_out = Fate::TimedOut {
        by: "test_mod.py::test_loop".to_owned(),
    };
    assert_eq!(fates[0], &timed_out);
    let hoards = Fate::OutOfMemory {
        by: "test_mod.py::test_hoard".to_owned(),
    };
    assert_eq!(fates[1], &hoards);
    assert_eq!(fates[2], &killed("test_mod.py::test_dies", Kill::Error));
    assert_eq!(fates[3], &killed("test_mod.py::test_exits", Kill::Error));
    assert!(matches!(fates[4], Fate::Unviable(why) if why.contains("does not compile")));
}

#[test]
fn assertions_that_are_not_reached_or_whose_failure_is_swallowed_are_found() {
    let text = "import unittest, pytest\n\ndef test_good():\n    assert 1 + 1 == 2\n\ndef test_rows():\n    for row in []:\n        assert row.ok\n\ndef test_swallowed():\n    try:\n        assert 3\n    except Exception:\n        pass\n    except AssertionError:\n        pass\n\ndef test_raises():\n    with pytest.raises(ValueError):\n        int('x')\n\nclass Case(unittest.TestCase):\n    def test_equal(self):\n        self.assertEqual(1, 1)\n";
    let case = Case::new(&[("test_mod.py", text)])
        .all("test_mod.py")
        .new_tests(&["test_mod.py::test_good"]);
    let report = case.run();
    let fates: Vec<&str> = case
        .of(&report, Operator::Assertion)
        .into_iter()
        .map(Fate::words)
        .collect();
    assert_eq!(
        fates,
        [
            "killed by assertion",
            "not reached",
            "survived",
            "killed by error",
            "killed by assertion"
        ]
    );
}

#[test]
fn the_new_tests_answer_for_themselves() {
    let case = Case::new(&[
        ("mod.py", "def f(x):\n    return x + 1\n\ndef g(x):\n    return x + 2\n"),
        (
            "test_mod.py",
            "import pytest\nfrom mod import f, g\n@pytest.mark.parametrize('x', [1, 2])\ndef test_new(x): f(x)\ndef test_old(): assert f(1) == 2\ndef test_other(): assert g(1) == 3\ndef test_red(): assert f(1) == 7\n@pytest.mark.xfail\ndef test_xfail(): assert f(1) == 7\n",
        ),
    ])
    .edit("mod.py", "x + 1", "x - 1")
    .edit("mod.py", "x + 2", "x - 2")
    .new_tests(&["test_mod.py::test_new"]);
    let report = case.run();
    let first = &report.tried[&case.mutants[0].id];
    assert_eq!(first.by_new, Fate::Survived);
    assert_eq!(
        first.by_any,
        killed("test_mod.py::test_old", Kill::Assertion)
    );
    let over: Vec<&str> = first
        .over
        .iter()
        .map(|name| name.trim_start_matches("test_mod.py::test_"))
        .collect();
    assert_eq!(over, ["new[1]", "new[2]", "old"]);
    let second = &report.tried[&case.mutants[1].id];
    assert_eq!(second.by_new, Fate::NotReached);
    assert_eq!(
        second.by_any,
        killed("test_mod.py::test_other", Kill::Assertion)
    );
}

#[test]
fn a_test_that_killed_before_is_tried_first() {
    let mut case = Case::new(&[
        ("mod.py", "def f(x):\n    return x + 1\n"),
        (
            "test_mod.py",
            "from mod import f\ndef test_a(): assert f(1) == 2\ndef test_b(): assert f(2) == 3\n",
        ),
    ])
    .edit("mod.py", "x + 1", "x - 1");
    let killer = "test_mod.py::test_b";
    case.killers
        .insert(case.mutants[0].id.clone(), killer.to_owned());
    assert_eq!(case.fate(), killed(killer, Kill::Assertion));
}

#[test]
fn a_mutant_that_is_the_same_code_is_equivalent() {
    let case = Case::new(&[
        ("mod.py", "def f(x):\n    return 1 + 1\n"),
        (
            "test_mod.py",
            "from mod import f\ndef test_f(): assert f(1) == 2\n",
        ),
    ])
    .edit("mod.py", "1 + 1", "2");
    assert_eq!(
        case.fate(),
        Fate::Equivalent("identical code object".to_owned())
    );
}

#[test]
fn without_time_everything_is_skipped() {
    let mut case = Case::new(&[
        ("calc.py", CALC),
        (
            "test_calc.py",
            "from calc import larger\ndef test_a(): assert larger(2, 1) == 2\n",
        ),
    ])
    .edit("calc.py", "a > b", "a < b");
    case.budget_ms = 0;
    assert_eq!(case.fate(), Fate::Skipped("the time was up".to_owned()));
}

#[test]
fn nothing_to_run_is_a_trouble_and_never_a_kill() {
    let case = Case::new(&[
        ("calc.py", CALC),
        (
            "test_calc.py",
            "from calc import larger\ndef test_a(): assert larger(2, 1) == 7\n",
        ),
    ])
    .edit("calc.py", "a > b", "a < b");
    let report = case.report();
    let why = "no test passes without a mutant".to_owned();
    assert_eq!(report.trouble, Some(Trouble::CouldNotRun { why }));
    let unread = case.read(&[]);
    assert!(matches!(unread.trouble, Some(Trouble::CouldNotRun { .. })));
    let fate = &unread.tried[&case.mutants[0].id].by_any;
    assert!(matches!(fate, Fate::HarnessError(_)), "{fate:?}");
}

#[test]
fn code_that_looks_at_itself_dies_of_a_change_that_changes_nothing() {
    let text = "import sys\ndef f(x):\n    line = sys._getframe().f_lineno\n    return line\n";
    let case = Case::new(&[
        ("mod.py", text),
        (
            "test_mod.py",
            "from mod import f\ndef test_f(): assert f(1) == 3\n",
        ),
    ])
    .all("mod.py");
    let report = case.run();
    let fates = case.of(&report, Operator::NoOp);
    assert_eq!(fates, [&killed("test_mod.py::test_f", Kill::Assertion)]);
}

/// A module with what mutants can change, and tests that see some of it.
const SHOP: &str = "\
RATES = {'a': 2, 'b': 3}

class Cart:
    discount = 0

    def __init__(self, items=()):
        self.items = list(items)

    def add(self, name, count=1):
        if count < 1:
            raise ValueError('count')
        self.items.append((name, count))
        return self

    @property
    def total(self):
        total = sum(RATES[name] * count for name, count in self.items if count != 0)
        return max(total - self.discount, 0)

def best(carts):
    found = None
    for cart in carts:
        if found is None or cart.total > found.total:
            found = cart
    return found
";

const SHOPPING: &str = "\
import pytest
from shop import Cart, best

@pytest.fixture(scope='module')
def cart():
    return Cart().add('a', 2)

def test_total(cart):
    assert cart.total == 4

def test_bad():
    with pytest.raises(ValueError):
        Cart().add('a', 0)

def test_best(cart):
    assert best([Cart(), cart]) is cart
    assert best([]) is None
";

/// Every verdict against that of a plain run of pytest over a tree with the edit in it.
#[test]
fn verdicts_are_those_of_a_plain_run_over_an_edited_tree() {
    let case = Case::new(&[("shop.py", SHOP), ("test_shop.py", SHOPPING)]).all("shop.py");
    let report = case.run();
    // A plain run of each would take a minute.
    for mutant in case.mutants.iter().step_by(3) {
        let fate = &report.tried[&mutant.id].by_any;
        let is_noticed = match fate {
            Fate::Skipped(_) => continue,
            Fate::Equivalent(_) | Fate::Survived | Fate::NotReached => false,
            Fate::Killed { .. } | Fate::TimedOut { .. } | Fate::OutOfMemory { .. } => true,
            Fate::Unviable(_) => true,
            Fate::HarnessError(why) => panic!("{mutant}: {why}"),
        };
        let text = mutant.applied(SHOP).expect("it applies");
        assert_eq!(plain_run_fails(&text), is_noticed, "{mutant}: {fate:?}");
    }
}

/// Whether pytest fails with `text` in the place of the shop.
fn plain_run_fails(text: &str) -> bool {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("shop.py"), text).expect("written");
    std::fs::write(dir.path().join("test_shop.py"), SHOPPING).expect("written");
    let output = std::process::Command::new(python())
        .args(["-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"])
        .current_dir(dir.path())
        .output()
        .expect("pytest starts");
    let code = output.status.code();
    assert!(matches!(code, Some(0..=2)), "{code:?}");
    code != Some(0)
}

/// Real modules of the standard library: every defect is still Python.
#[test]
fn mutants_of_the_standard_library_parse() {
    let script = r#"
import ast, json, os, sys, warnings
warnings.simplefilter("ignore")
count = 0
for path, edits in json.load(sys.stdin):
    text = open(path, "rb").read()
    starts = [0]
    for line in text.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    tops = [(starts[min([s.lineno] + [d.lineno for d in getattr(s, "decorator_list", [])]) - 1],
             starts[s.end_lineno]) for s in ast.parse(text).body]
    for begin, end, now in edits:
        first, last = next((a, b) for a, b in tops if a <= begin and end <= b)
        piece = text[first:begin] + now.encode() + text[end:last]
        try:
            compile(piece, path, "exec", dont_inherit=True)
        except SyntaxError as error:
            sys.exit("%s: %r -> %r: %s" % (path, text[begin:end], now, error))
        count += 1
print(count)
"#;
    let list = "import os; d = os.path.dirname(os.__file__); print('\\n'.join(os.path.join(d, p) for p in ('contextlib.py', 'functools.py', 'textwrap.py', 'asyncio/tasks.py')))";
    let paths = output_of(&["-c", list], "");
    let edits: Vec<(String, Vec<Replaced>)> = paths
        .lines()
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a module");
            let lines = Lines::new(1, u32::try_from(text.lines().count()).expect("short"));
            let outline = Python.outline(&Unit::default(), "mod.py", &text);
            let wanted = Wanted {
                lines: vec![lines],
                functions: outline
                    .functions
                    .into_iter()
                    .map(|each| each.name)
                    .collect(),
                tests: vec![lines],
            };
            let drafts = Python.mutants(&text, &wanted).into_iter();
            // Every third is sample enough.
            let edits = drafts.step_by(3);
            let edits = edits.map(|each| (each.bytes.start, each.bytes.end, each.now));
            (path.to_owned(), edits.collect())
        })
        .collect();
    let question = serde_json::to_string(&edits).expect("plain");
    let count: usize = output_of(&["-c", script], &question)
        .trim()
        .parse()
        .expect("a count");
    assert!(count > 400, "{count}");
}

/// First byte, last byte, and the text between them.
type Replaced = (usize, usize, String);

/// What Python prints.
fn output_of(args: &[&str], input: &str) -> String {
    use std::io::Write as _;
    let mut child = std::process::Command::new(python())
        .args(args)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("python starts");
    let mut stdin = child.stdin.take().expect("stdin");
    stdin.write_all(input.as_bytes()).expect("taken");
    drop(stdin);
    let output = child.wait_with_output().expect("python ends");
    assert!(output.status.success());
    String::from_utf8_lossy(&output.stdout).into_owned()
}
