"""Runs pytest inside its own process and writes what happens as JSON lines.

Started as `PYTHON rg_pytest.py ASK.json` in the unit's directory, with the meaning of
`PYTHON -m pytest`. It states facts; the adapter that reads the lines decides what they mean.
"""

import json
import os
import sys

from rg_alarm import Alarm
from rg_alone import Forks, is_possible
from rg_canary import Failing, own, passing
from rg_facts import Tree, exception, reported, skip_reason
from rg_lines import Lines, Wanted, own_modules, shuffle_key
from rg_record import patched

if __name__ == "__main__":
    # The script's own directory leaves the search path; the working directory takes its place,
    # as with `python -m pytest`.
    sys.path[0] = os.getcwd()
    # Processes that multiprocessing spawns must not run this file again.
    del __file__
    with open(sys.argv[1], encoding="utf-8") as _file:
        ASK = json.load(_file)
    ASK["elsewhere"] = "elsewhere" in sys.argv[2:]
    # Bytecode goes to the warm cache. The variable keeps child processes from writing any into
    # the tree.
    sys.pycache_prefix = os.path.join(ASK["cache"], "pyc")
    sys.dont_write_bytecode = False

try:
    import pytest
except ImportError as error:
    pytest = None
    MISSING = getattr(error, "name", None) or "pytest"


def hook(**options):
    """`pytest.hookimpl`, or nothing where pytest is missing."""
    return pytest.hookimpl(**options) if pytest else (lambda function: function)


# Options that hide results or change their order: fail-fast, retries, workers, coverage limits.
NEUTRAL = {
    "maxfail": 0, "stepwise": False, "stepwise_skip": False, "lf": False, "failedfirst": False,
    "newfirst": False, "reruns": 0, "force_reruns": None, "rerun_except": None, "only_rerun": None,
    "fail_on_flaky": False, "numprocesses": None, "maxprocesses": None, "dist": "no", "tx": [],
    "distload": False, "looponfail": False, "forked": False, "boxed": False, "no_cov": True,
    "cov_fail_under": None, "randomly_reorganize": False, "random_order_bucket": "none",
    "max_warnings": None, "xmlpath": None, "htmlpath": None, "usepdb": False, "trace": False,
    "collectonly": False, "setuponly": False, "setupplan": False, "testmon": False,
    "suppress_tests_failed_exit_code": False, "suppress_no_test_exit_code": False, "retries": None,
}


class Plugin:
    """Follows the session."""

    def __init__(self, ask, lines, tree):
        self.ask, self.lines, self.tree = ask, lines, tree
        self.names, self.collected, self.seen, self.session = {}, [], set(), None
        self.forks = None

    # Configuration

    def neutralise(self, config):
        for key, value in NEUTRAL.items():
            if hasattr(config.option, key):
                setattr(config.option, key, value)
        if hasattr(config.option, "randomly_seed"):
            config.option.randomly_seed = self.ask["shuffle"] or 0

    @hook(hookwrapper=True, tryfirst=True)
    def pytest_load_initial_conftests(self, early_config):
        early_config.known_args_namespace.no_cov = True
        outcome = yield
        error = outcome.excinfo[1] if outcome.excinfo else None
        if error is not None and type(error).__name__ == "ConftestImportFailure":
            path = self.tree.inside(str(getattr(error, "path", "")))
            self.lines.write("conftest", path=path, exc=exception(error, self.tree))

    @hook(tryfirst=True)
    def pytest_cmdline_main(self, config):
        self.neutralise(config)

    @hook(tryfirst=True)
    def pytest_configure(self, config):
        self.neutralise(config)

    @hook(tryfirst=True)
    def pytest_sessionstart(self, session):
        self.session = session
        if self.ask.get("elsewhere"):
            silence()
        # Only now: their markers stay known, their retries are gone.
        for name in ("rerunfailures", "flaky", "pytest-retry"):
            plugin = session.config.pluginmanager.get_plugin(name)
            if plugin is not None:
                session.config.pluginmanager.unregister(plugin)

    # Collection

    def name(self, item):
        """The id of an item, with its path from the tree's root."""
        known = self.names.get(item.nodeid)
        if known is None:
            first, mark, rest = item.nodeid.partition("::")
            path = self.tree.inside(str(getattr(item, "path", None) or item.fspath))
            known = (path or first) + mark + rest
            self.names[item.nodeid] = known
        return known

    @hook(hookwrapper=True, tryfirst=True)
    def pytest_make_collect_report(self, collector):
        path = str(getattr(collector, "path", None) or getattr(collector, "fspath", ""))
        shape = self.shape(collector)
        where = "" if shape == "session" else self.name(collector)
        facts = {"id": where, "shape": shape, "path": self.tree.inside(path)}
        if shape in ("file", "dir"):
            self.lines.write("collecting", **facts)
        outcome = yield
        if outcome.excinfo:
            facts.update(outcome="fatal", exc=exception(outcome.excinfo[1], self.tree))
            self.lines.write("collect", **facts)
            return
        report = outcome.get_result()
        if report.outcome == "passed":
            return
        call = getattr(report, "call", None)
        info = call.excinfo if call is not None else None
        exc = exception(info.value, self.tree) if info else None
        text = None if exc else reported(report)
        reason = skip_reason(report, info) if report.outcome == "skipped" else None
        self.lines.write("collect", outcome=report.outcome, exc=exc, text=text, reason=reason, **facts)

    def shape(self, collector):
        if isinstance(collector, pytest.Session):
            return "session"
        directory = getattr(pytest, "Directory", pytest.Package)
        if isinstance(collector, (directory, pytest.Package)):
            return "dir"
        return "file" if isinstance(collector, pytest.File) else "class"

    def pytest_itemcollected(self, item):
        self.collected.append(item)

    @hook(hookwrapper=True, tryfirst=True)
    def pytest_collection(self, session):
        outcome = yield
        if outcome.excinfo is None and self.ask["fails"] is None:
            self.arrange(session)

    def arrange(self, session):
        """Picks what was asked, in the asked order, and puts the canary first."""
        if self.ask["alone"]:
            self.separate()
        doctests = [item for item in session.items if is_doctest(item)]
        items = [item for item in session.items if not is_doctest(item)]
        names = {self.name(item) for item in items}
        other = {self.name(item) for item in self.collected if not is_doctest(item)} - names
        if self.ask["tests"] is not None:
            wanted = Wanted(self.ask["tests"])
            items = [item for item in items if wanted.place(self.name(item)) is not None]
            other = {name for name in other if wanted.place(name) is not None}
            items.sort(key=lambda item: wanted.place(self.name(item)))
        if self.ask["shuffle"] is not None:
            items.sort(key=lambda item: shuffle_key(self.ask["shuffle"], self.name(item)))
        tests = [[self.name(item)] + self.place(item) for item in items]
        if self.ask["lists"]:
            self.lines.write("collected", canary="", tests=tests, other=[], left=[])
            self.loaded()
            return
        first = passing(session, self.ask["nonce"])
        session.items[:] = [first] + items
        self.lines.write("collected", canary=self.name(first), tests=tests,
                         other=sorted(other), left=[self.name(item) for item in doctests],
                         own=own(session.config.pluginmanager, self.tree))
        self.loaded()

    def separate(self):
        """Each test in a fork; where that cannot be, the first test here and the others elsewhere."""
        if is_possible():
            self.forks = Forks(self.lines, self.ask["limit_ms"], self.loaded)
        else:
            self.ask["tests"] = self.ask["tests"][:1]
            self.lines.write("separate")

    def place(self, item):
        path, line = item.location[0], item.location[1]
        known = self.tree.inside(os.path.join(str(item.config.rootpath), path))
        return [known or self.name(item).split("::")[0], (line or 0) + 1]

    # Running

    @hook(tryfirst=True)
    def pytest_runtestloop(self, session):
        if self.ask["lists"]:
            return True
        if self.forks is None:
            return None
        self.forks.run(session, self.name)
        return True

    def pytest_runtest_logstart(self, nodeid):
        self.lines.write("begin", id=self.names.get(nodeid, nodeid))

    def pytest_runtest_logfinish(self, nodeid):
        self.lines.write("done", id=self.names.get(nodeid, nodeid))

    @hook(hookwrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item):
        alarm = Alarm(self.ask["limit_ms"])
        self.ring(b"b")
        alarm.set()
        try:
            yield
        finally:
            alarm.clear()
            self.ring(b"e")

    def ring(self, what):
        if self.forks is not None:
            self.forks.ring(what)

    @hook(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item, call):
        before = call.excinfo
        outcome = yield
        if outcome.excinfo:
            return
        report, info = outcome.get_result(), call.excinfo or before
        self.seen.add((item.nodeid, report.when))
        self.phase(report, info)

    @hook(tryfirst=True)
    def pytest_runtest_logreport(self, report):
        # Reports that never passed through this process's own hook: forked or remote tests.
        if (report.nodeid, report.when) not in self.seen:
            self.phase(report, None)

    def phase(self, report, info):
        exc = exception(info.value, self.tree) if info else None
        failed = report.outcome == "failed" and exc is None
        self.lines.write(
            "phase", id=self.names.get(report.nodeid, report.nodeid), when=report.when,
            outcome=report.outcome, wasxfail=getattr(report, "wasxfail", None), exc=exc,
            text=reported(report) if failed else None,
            reason=skip_reason(report, info) if report.outcome == "skipped" or exc else None,
            ms=int(report.duration * 1000))

    # The end

    def loaded(self):
        outside, inside = own_modules(self.ask, self.tree)
        self.lines.write("loaded", outside=outside, inside=inside)

    def pytest_internalerror(self, excrepr):
        self.lines.write("internal", text=str(excrepr)[-2000:])


def silence():
    """Takes away what pytest tells the code of a run of tests."""
    import _pytest.runner

    if hasattr(_pytest.runner, "_update_current_test_var"):
        _pytest.runner._update_current_test_var = lambda item, when: None
    os.environ.pop("PYTEST_VERSION", None)


def is_doctest(item):
    return any(kind.__name__ == "DoctestItem" for kind in type(item).__mro__)


def marks(path, words):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return False
    return not words or any(word in text for word in words)


def has_ini(tree, start):
    """Whether pytest finds a configuration of the tree on its way up from `start`."""
    files = [("pytest.toml", ()), (".pytest.toml", ()), ("pytest.ini", ()), (".pytest.ini", ()),
             ("pyproject.toml", ("[tool.pytest",)), ("tox.ini", ("[pytest]",)),
             ("setup.cfg", ("[tool:pytest]",))]
    here, top = os.path.realpath(start), os.path.realpath(tree)
    while True:
        if any(marks(os.path.join(here, name), words) for name, words in files):
            return True
        if here == top or os.path.dirname(here) == here:
            return False
        here = os.path.dirname(here)


def arguments(ask, paths):
    """The command line. A configuration above the tree is another project's: an empty one hides
    it."""
    args = ["-q", "--tb=short", "--color=no", "--maxfail=0", "--continue-on-collection-errors",
            "-o", "cache_dir=" + os.path.join(ask["scratch"], "pytest-cache")]
    here = os.getcwd()
    below = [os.path.dirname(os.path.join(here, path)) for path in paths]
    if not has_ini(ask["tree"], os.path.commonpath(below) if below else here):
        empty = os.path.join(ask["scratch"], "pytest.ini")
        with open(empty, "w", encoding="utf-8") as file:
            file.write("[pytest]\n")
        args += ["-c", empty, "--rootdir=" + here, "--confcutdir=" + ask["tree"]]
    return args + paths


def run(ask, lines):
    tree = Tree(ask["tree"])
    paths = [path for path in ask["files"] if os.path.exists(path)]
    # Once a proof: every proof has a run of all tests.
    first = ask["whole"] and ask["fails"] is None
    lines.write("start", python=sys.version.split()[0], pytest=pytest.__version__,
                patched=patched() if first else None)
    if not ask["whole"] and not paths:
        lines.write("nothing")
        return 5
    plugin = Plugin(ask, lines, tree)
    failing = None
    if ask["fails"] is not None:
        Failing.pytest_collection = hook(tryfirst=True)(Failing.pytest_collection)
        failing = Failing(ask, lines)
    args = arguments(ask, paths)
    sys.argv = [os.path.join(os.path.dirname(pytest.__file__), "__main__.py")] + args
    code = int(pytest.main(args, plugins=[each for each in (plugin, failing) if each]))
    if failing is not None:
        failing.tell()
    plugin.loaded()
    if plugin.session is not None:
        lines.write("counted", failed=plugin.session.testsfailed)
    return code


def main(ask):
    lines = Lines(os.path.join(ask["scratch"], ask["report"]), ask["nonce"])
    if pytest is None:
        lines.write("missing", what=MISSING)
        return 97
    code = run(ask, lines)
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
