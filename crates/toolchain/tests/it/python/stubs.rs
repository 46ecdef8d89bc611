//! Stubs and outlines, held against Python itself.

use super::project::{Project, failure, python, trusted};
use redgreen_toolchain::python::Python;
use redgreen_toolchain::{Language, Unit};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Every function of the file, stubbed.
fn stub_all(text: &str) -> (BTreeSet<String>, String) {
    let outline = Python.outline(&Unit::default(), "mod.py", text);
    let stubbable = outline.functions.into_iter().filter(|each| each.stubbable);
    let names: BTreeSet<String> = stubbable.map(|each| each.name).collect();
    let stubbed = Python.stub(text, &names);
    (names, stubbed)
}

fn compiles(text: &str) -> Result<(), String> {
    let mut child = Command::new(python())
        .args([
            "-c",
            "import sys; compile(sys.stdin.buffer.read(), 'x.py', 'exec')",
        ])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python starts");
    let mut stdin = child.stdin.take().expect("stdin");
    stdin.write_all(text.as_bytes()).expect("the text is taken");
    drop(stdin);
    let output = child.wait_with_output().expect("python ends");
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Real modules of the standard library, with every kind of function that there is.
#[test]
fn stubbed_modules_of_the_standard_library_compile_with_their_lines() {
    let list = "import os; d = os.path.dirname(os.__file__); print('\\n'.join(os.path.join(d, p) for p in ('ast.py', 'asyncio/tasks.py', 'contextlib.py', 'dataclasses.py', 'datetime.py', 'enum.py', 'functools.py', 'http/client.py', 'inspect.py', 'typing.py', 'unittest/mock.py', 'zipfile.py', 'argparse.py', 'tarfile.py', '_pydecimal.py', 'pickle.py') if os.path.exists(os.path.join(d, p))))";
    let output = Command::new(python())
        .args(["-c", list])
        .output()
        .expect("python runs");
    let paths = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(paths.lines().count() > 8);
    for path in paths.lines() {
        let text = std::fs::read_to_string(path).expect("a module");
        let (names, stubbed) = stub_all(&text);
        assert!(names.len() > 3, "{path}");
        assert_eq!(text.lines().count(), stubbed.lines().count(), "{path}");
        compiles(&stubbed).unwrap_or_else(|error| panic!("{path}: {error}"));
        let again = Python.outline(&Unit::default(), "mod.py", &stubbed);
        let before = Python.outline(&Unit::default(), "mod.py", &text);
        let starts = |outline: &redgreen_toolchain::Outline| -> Vec<(String, u32)> {
            let functions = outline.functions.iter();
            functions
                .map(|each| (each.name.clone(), each.lines.first))
                .collect()
        };
        assert_eq!(starts(&before), starts(&again), "{path}");
    }
}

/// Every kind of function.
const MODULE: &str = r#"
class Box:
    def method(self): return 1
    @property
    def prop(self):
        """Doc."""
        return 1
    @staticmethod
    def static(): return 1
    @classmethod
    def made(cls):
        return cls()
def plain(x):
    text = """
raise ValueError("inside a string")
"""; return text
def only_doc():
    """Nothing but words; and a semicolon."""
def one(): x = 1; return x;
def gen():
    for i in range(3):
        yield i
async def coro():
    return 1
async def agen():
    yield 1
def decorated_inside():
    @staticmethod
    def inner(): return 1
    return inner
def größe(): return "ü"
"#;

/// A test that runs into each of them.
const HITS: &str = r#"
import asyncio, inspect, mod
def test_method(): mod.Box().method()
def test_prop(): mod.Box().prop
def test_static(): mod.Box.static()
def test_made(): mod.Box.made()
def test_plain(): mod.plain(1)
def test_only_doc(): mod.only_doc()
def test_one(): mod.one()
def test_gen():
    assert inspect.isgeneratorfunction(mod.gen)
    list(mod.gen())
def test_coro():
    assert inspect.iscoroutinefunction(mod.coro)
    asyncio.run(mod.coro())
def test_agen():
    assert inspect.isasyncgenfunction(mod.agen)
    async def drain():
        async for _ in mod.agen(): pass
    asyncio.run(drain())
def test_decorated(): mod.decorated_inside()
def test_utf8(): mod.größe()
def test_docs():
    assert mod.only_doc.__doc__.startswith("Nothing") and mod.Box.prop.__doc__ == "Doc."
"#;

#[test]
fn a_stub_is_hit_by_its_name_in_every_kind_of_function() {
    let (names, stubbed) = stub_all(MODULE);
    let project = Project::new(&[("mod.py", &stubbed), ("test_mod.py", HITS)]);
    let report = project.whole();
    trusted(&report);
    let hit: BTreeSet<String> = report
        .tests
        .keys()
        .filter(|id| !id.ends_with("test_docs"))
        .map(|id| {
            let kind = super::project::kind_of(failure(&report, id));
            let name = kind.strip_prefix("Stub ");
            name.unwrap_or_else(|| panic!("{id}: {kind}\n{stubbed}"))
                .to_owned()
        })
        .collect();
    assert_eq!(hit, names);
    assert!(report.tests["test_mod.py::test_docs"].outcome.passed());
}

#[test]
fn line_ends_of_windows_and_tabs_stay() {
    let text = "def f(x):\r\n\tif x:\r\n\t\treturn 1\r\n\t# why\r\n\treturn 2\r\n\r\nY = 1\r\n";
    let (_, stubbed) = stub_all(text);
    assert_eq!(
        stubbed,
        "def f(x):\r\n\traise SystemError(\"redgreen stub: f\")\r\n\r\n\r\n\r\n\r\nY = 1\r\n"
    );
    assert_eq!(compiles(&stubbed), Ok(()));
}

#[test]
fn the_outline_names_the_tests_that_pytest_collects() {
    let text = r#"
import unittest, pytest
from unittest import TestCase
def test_plain(): pass
async def test_async(): pass
def helper(): pass
@pytest.fixture
def test_data(): pass
class TestPlain:
    def test_in(self): pass
    class TestNested:
        def test_deep(self): pass
    def helper(self): pass
class TestBuilt:
    def __init__(self): pass
    def test_never(self): pass
class Plain:
    def test_never(self): pass
class Case(TestCase):
    def test_case(self): pass
class Derived(Case):
    def test_more(self): pass
if True:
    def test_conditional(): pass
def test_twice(): assert 0
def test_twice(): pass
"#;
    let project = Project::new(&[("tests/test_all.py", text)]);
    let unit = project.unit();
    let outline = Python.outline(&unit, "tests/test_all.py", text);
    let listed: BTreeSet<String> = outline
        .tests
        .iter()
        .map(|each| each.id.name.clone())
        .collect();
    let report = project.whole();
    trusted(&report);
    let inherited = "tests/test_all.py::Derived::test_case";
    let ran: BTreeSet<String> = report
        .tests
        .keys()
        .filter(|id| *id != inherited)
        .cloned()
        .collect();
    assert_eq!(listed, ran);
}
