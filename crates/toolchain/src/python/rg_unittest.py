"""Runs unittest's test cases inside its own process and writes what happens as JSON lines.

Started as `PYTHON rg_unittest.py ASK.json` in the unit's directory, with the meaning of
`PYTHON -m unittest`. The lines are those of the pytest plug-in. What `-f`, `-b` and `-k` would
hide is never hidden.
"""

import json
import os
import re
import sys

from rg_alarm import Alarm
from rg_alone import Forks, is_possible
from rg_facts import FOREIGN, Tree, exception, is_skip
from rg_lines import Lines, Wanted, own_modules, shuffle_key

if __name__ == "__main__":
    # The script's own directory leaves the search path; the working directory takes its place,
    # as with `python -m unittest`.
    sys.path[0] = os.getcwd()
    # Processes that multiprocessing spawns must not run this file again.
    del __file__
    with open(sys.argv[1], encoding="utf-8") as _file:
        ASK = json.load(_file)
    # Bytecode goes to the warm cache. The variable keeps child processes from writing any into
    # the tree.
    sys.pycache_prefix = os.path.join(ASK["cache"], "pyc")
    sys.dont_write_bytecode = False

import unittest  # noqa: E402: only now, with the search path of the project


# Finding and importing


def test_files(ask):
    """The files of the unit that unittest's own pattern or another common one takes up."""
    found, skipped = [], {os.path.normpath(path) for path in ask["inner"]}
    for here, dirs, names in os.walk("."):
        dirs[:] = sorted(
            name for name in dirs
            if name not in FOREIGN and not name.startswith(".") and name != "__pycache__"
            and os.path.normpath(os.path.join(here, name)) not in skipped
            and not os.path.exists(os.path.join(here, name, "pyvenv.cfg")))
        for name in sorted(names):
            stem, ending = os.path.splitext(name)
            if ending == ".py" and (stem.startswith("test") or stem.endswith(("_test", "_tests"))):
                path = os.path.normpath(os.path.join(here, name))
                if may_hold_tests(path):
                    found.append(path)
    return found


def may_hold_tests(path):
    """Whether it is worth an import: scripts among the tests do their work when imported."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return False
    return re.search(r"^\s*class\s|\bload_tests\b", text, re.M) is not None


def module_name(path):
    """The directory that a test file is imported from, and its name there: its packages', and
    for a file in none its own directory, but for relative imports."""
    parts = path.split(os.sep)
    stem = os.path.splitext(parts.pop())[0]
    names, top = [stem], list(parts)
    while top and os.path.isfile(os.path.join(*top, "__init__.py")):
        names.insert(0, top.pop())
    if len(names) == 1 and parts:
        with open(path, encoding="utf-8", errors="replace") as file:
            if re.search(r"^\s*from\s+\.", file.read(), re.M):
                return ".", ".".join(parts + [stem])
    return os.path.join(*top) if top else ".", ".".join(names)


def imported(path):
    """The module of a test file."""
    import importlib

    top, name = module_name(path)
    top = os.path.abspath(top)
    if top not in sys.path:
        sys.path.insert(1, top)
    module = importlib.import_module(name)
    if os.path.realpath(getattr(module, "__file__", None) or "") == os.path.realpath(path):
        return module
    # Two files of one name in directories that are no packages.
    return importlib.import_module(os.path.splitext(path)[0].replace(os.sep, "."))


def flat(suite):
    """The test cases of a suite."""
    if isinstance(suite, unittest.TestSuite):
        for each in suite:
            yield from flat(each)
    elif suite is not None:
        yield suite


def cases(module):
    """The tests of a module, as unittest's loader finds them; those of `load_tests` where it has
    one."""
    loader = unittest.TestLoader()
    found = []
    for name in dir(module):
        kind = getattr(module, name)
        if isinstance(kind, type) and issubclass(kind, unittest.TestCase) and kind not in (
                unittest.TestCase, unittest.FunctionTestCase,
                getattr(unittest, "IsolatedAsyncioTestCase", None)):
            found.append(loader.loadTestsFromTestCase(kind))
    suite = loader.suiteClass(found)
    own = getattr(module, "load_tests", None)
    return list(flat(own(loader, suite, None) if own is not None else suite))


# Following the session


class Result(unittest.TestResult):
    """Writes what the tests do."""

    def __init__(self, runner):
        super().__init__()
        self.runner, self.alarm = runner, None

    def startTest(self, test):
        super().startTest(test)
        name = self.runner.name(test)
        self.runner.lines.write("begin", id=name)
        self.alarm = Alarm(self.runner.ask["limit_ms"])
        self.runner.ring(b"b")
        self.alarm.set()

    def stopTest(self, test):
        if self.alarm is not None:
            self.alarm.clear()
        self.runner.ring(b"e")
        self.runner.lines.write("done", id=self.runner.name(test))
        super().stopTest(test)

    def addSuccess(self, test):
        self.runner.phase(test, "passed")

    def addError(self, test, err):
        if self.runner.known(test):
            self.runner.failed(test, err[1])
        else:
            self.runner.fixture(str(getattr(test, "description", test)), err[1])

    def addFailure(self, test, err):
        self.runner.failed(test, err[1])

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.runner.failed(test, err[1])

    def addSkip(self, test, reason):
        test = getattr(test, "test_case", test)
        if self.runner.known(test):
            self.runner.phase(test, "skipped", reason=str(reason))
        else:
            self.runner.fixture(str(getattr(test, "description", test)), None, str(reason))

    def addExpectedFailure(self, test, err):
        exc = exception(err[1], self.runner.tree)
        self.runner.phase(test, "skipped", exc=exc, wasxfail="")

    def addUnexpectedSuccess(self, test):
        text = {"text": "[XPASS(strict)] unexpected success", "type": ""}
        self.runner.session.testsfailed += 1
        self.runner.phase(test, "failed", text=text)


class Session:
    """What the forks need to know."""

    def __init__(self):
        self.items, self.testsfailed = [], 0


class Alone(Forks):
    """Each test in a fork, with the set-up of its class and module."""

    def between(self, session):
        pass

    def protocol(self, session, item):
        try:
            session.run([item])
        except (KeyboardInterrupt, SystemExit):
            return False
        return True


class Runner:
    """Runs the asked tests."""

    def __init__(self, ask, lines):
        self.ask, self.lines, self.tree = ask, lines, Tree(ask["tree"])
        self.names, self.places, self.session, self.forks = {}, {}, Session(), None
        self.session.run = self.run_items
        self.kept, self.now = [], []

    # Names

    def known(self, test):
        return id(test) in self.names

    def name(self, test):
        return self.names.get(id(test)) or str(test)

    def enlist(self, module, path, test):
        """Gives a test its id: the file that brings it, its class, its method. A second test of
        the same id is the second case of it."""
        kind = type(test)
        if getattr(module, kind.__name__, None) is not kind:
            home = getattr(sys.modules.get(kind.__module__), "__file__", None)
            path = self.tree.inside(home) or path
        method = getattr(test, "_testMethodName", None)
        if kind.__module__.split(".")[0] == "doctest" or method is None:
            method = test.id()
        stem = "%s::%s::%s" % (path, kind.__qualname__.replace(".", "::"), method)
        name, number = stem, 1
        while name in self.places:
            number += 1
            name = "%s[%d]" % (stem, number)
        code = getattr(getattr(kind, method, None), "__code__", None)
        line = code.co_firstlineno if code is not None else 1
        self.names[id(test)] = name
        self.places[name] = [path, line]
        self.kept.append(test)

    # Collection

    def collect(self, paths):
        """The tests of the files."""
        found = []
        for path in paths:
            where = self.tree.inside(path) or path.replace(os.sep, "/")
            facts = {"id": where, "shape": "file", "path": where}
            self.lines.write("collecting", **facts)
            try:
                module = imported(path)
                tests = cases(module)
            except BaseException as error:
                skipped = is_skip(error)
                reason = str(error)[:500] if skipped else None
                outcome = "skipped" if skipped else "failed"
                self.session.testsfailed += not skipped
                self.lines.write("collect", outcome=outcome, reason=reason,
                                 exc=None if skipped else exception(error, self.tree), **facts)
                continue
            for test in tests:
                broken = getattr(test, "_exception", None)
                if type(test).__name__ == "_FailedTest" and broken is not None:
                    self.session.testsfailed += 1
                    self.lines.write("collect", outcome="failed",
                                     exc=exception(broken, self.tree), **facts)
                    continue
                self.enlist(module, where, test)
                found.append(test)
        return found

    def arrange(self, found):
        """Picks what was asked, in the asked order."""
        ask = self.ask
        if ask["alone"]:
            if is_possible():
                self.forks = Alone(self.lines, ask["limit_ms"], self.loaded)
            else:
                ask["tests"] = ask["tests"][:1]
                self.lines.write("separate")
        if ask["tests"] is not None:
            wanted = Wanted(ask["tests"])
            found = [test for test in found if wanted.place(self.name(test)) is not None]
            found.sort(key=lambda test: wanted.place(self.name(test)))
        if ask["shuffle"] is not None:
            # Classes stay together, for the sake of what they set up once.
            def key(test):
                parts = (type(test).__module__, type(test).__qualname__, self.name(test))
                return [shuffle_key(ask["shuffle"], part) for part in parts]
            found.sort(key=key)
        return found

    def canary(self):
        """A test of our own that must pass."""
        name = "test_redgreen_canary_" + self.ask["nonce"]
        test = type("Redgreen", (unittest.TestCase,), {name: lambda self: None})(name)
        self.names[id(test)] = name
        self.kept.append(test)
        return test

    # Running

    def run(self, paths):
        items = self.arrange(self.collect(paths))
        first = self.canary()
        self.session.items = [first] + items
        tests = [[self.name(test)] + self.places[self.name(test)] for test in items]
        self.lines.write("collected", canary=self.name(first), tests=tests, other=[], left=[])
        self.loaded()
        if self.forks is not None:
            self.forks.run(self.session, self.name)
        else:
            self.run_items(self.session.items)
            if self.ask["shuffle"] is None and self.ask["order"] == "as-written":
                must_fail(self, items)

    def run_items(self, items):
        self.now, result = items, Result(self)
        result.failfast = result.buffer = False
        unittest.TestSuite(items).run(result)

    def ring(self, what):
        if self.forks is not None:
            self.forks.ring(what)

    def phase(self, test, outcome, **facts):
        self.lines.write("phase", id=self.name(test), when="call", outcome=outcome, ms=0, **facts)

    def failed(self, test, error):
        self.session.testsfailed += 1
        self.phase(test, "failed", exc=exception(error, self.tree))

    def fixture(self, what, error, reason=None):
        """A failure or skip of a class's or module's set-up or clean-up: `setUpClass (a.B)`."""
        step, _, owner = what.partition(" (")
        owner = owner.rstrip(")")
        own = [test for test in self.now
               if owner in (type(test).__module__, unittest.util.strclass(type(test)))]
        when = "setup" if step.startswith("setUp") else "teardown"
        if when == "teardown":
            own = own[-1:]
        outcome = "skipped" if error is None else "failed"
        exc = exception(error, self.tree) if error is not None else None
        self.session.testsfailed += error is not None
        for test in own:
            name = self.name(test)
            if when == "setup":
                self.lines.write("begin", id=name)
            self.lines.write("phase", id=name, when=when, outcome=outcome, exc=exc, reason=reason,
                             ms=0)
            if when == "setup":
                self.lines.write("done", id=name)

    def loaded(self):
        outside, inside = own_modules(self.ask, self.tree)
        self.lines.write("loaded", outside=outside, inside=inside)


# The tests that must fail


class Fails(unittest.TestResult):
    """Remembers how one test ended."""

    def __init__(self):
        super().__init__()
        self.ended = set()

    def addSuccess(self, test):
        self.ended.add("passed")

    def addError(self, test, err):
        self.ended.add("failed")

    def addFailure(self, test, err):
        self.ended.add("failed")

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.ended.add("failed")

    def addSkip(self, test, reason):
        self.ended.add("skipped")

    def addExpectedFailure(self, test, err):
        self.ended.add("expected to fail")

    def addUnexpectedSuccess(self, test):
        self.ended.add("passed")


def failing():
    """Ways to fail, each with its name. None of them may come to a good end."""
    def left_open(self):
        with self.assertRaises(ValueError):
            pass

    def in_a_subtest(self):
        with self.subTest(part=1):
            self.assertEqual(1, 2)

    def raises(self):
        raise AssertionError("redgreen: this test must fail")

    return {
        "equal": lambda self: self.assertEqual(1, 2),
        "true": lambda self: self.assertTrue(False),
        "list": lambda self: self.assertListEqual([1], [2]),
        "in": lambda self: self.assertIn(1, []),
        "fail": lambda self: self.fail("redgreen: this test must fail"),
        "open": left_open, "subtest": in_a_subtest, "raise": raises,
    }


# What decides between a pass and a failure in a test case.
DECIDES = ("run", "__call__", "_callTestMethod", "assertEqual", "assertTrue", "assertRaises", "fail",
           "_baseAssertEqual", "failureException", "subTest")


def must_fail(runner, items):
    """Tests that must fail end every plain run, in the same process: a tree can only change
    unittest by what its modules do when they are imported, and here they all are. One is a plain
    test case; the others derive from classes of the tree that decide themselves what fails."""
    kinds = [unittest.TestCase]
    for test in items:
        for kind in type(test).__mro__:
            own = runner.tree.inside(getattr(sys.modules.get(kind.__module__), "__file__", None))
            if own is None or kind in kinds or not any(name in vars(kind) for name in DECIDES):
                continue
            kinds.append(kind)
    for number, kind in enumerate(kinds[:50]):
        for way, body in failing().items():
            if number > 0 and way not in ("raise", "equal"):
                continue
            name = "test_redgreen_must_fail_%s_%s" % (way, runner.ask["nonce"])
            result, alarm = Fails(), Alarm(runner.ask["limit_ms"])
            alarm.set()
            try:
                test = type("Redgreen", (kind,), {name: body})(name)
                test.run(result)
            except Exception:
                result.ended.add("failed")
            finally:
                alarm.clear()
            ended = "failed" if "failed" in result.ended else ", ".join(sorted(result.ended))
            runner.lines.write("stands", id="%s %s" % (way, kind.__qualname__),
                               when="derived" if number else "call", outcome=ended or "nothing")


# The end


def main(ask):
    lines = Lines(os.path.join(ask["scratch"], ask["report"]), ask["nonce"])
    lines.write("start", python=sys.version.split()[0])
    if ask["whole"]:
        paths = test_files(ask)
    else:
        paths = [path.replace("/", os.sep) for path in ask["files"] if os.path.exists(path)]
    if not ask["whole"] and not paths:
        lines.write("nothing")
        code = 5
    else:
        runner = Runner(ask, lines)
        runner.run(paths)
        runner.loaded()
        lines.write("counted", failed=runner.session.testsfailed)
        code = 1 if runner.session.testsfailed else 0
    lines.write("end", exit=code, lines=lines.count + 1)
    return code


if __name__ == "__main__":
    CODE = main(ASK)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass
    # At once: a thread or an exit function that hangs has nothing to say any more.
    os._exit(CODE)
