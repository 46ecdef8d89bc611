"""Tries many defects in one session of pytest: collects once, forks for each, and runs the tests
that meet it.

Started as `PYTHON rg_mutants.py PLAN.json`, in the unit's directory. Where a fork cannot hold a
defect, this file starts itself again with a plan of that defect alone.
"""

import json
import os
import sys
import time

import rg_nursery
import rg_session
from rg_facts import Tree
from rg_lines import Lines
from rg_plan import Plan
from rg_reach import Loads, Reach
from rg_trial import Voice, flush, limit_cpu

if __name__ == "__main__":
    # As in rg_pytest.py: the working directory takes the place of this script's own.
    STARTED, HERE = dict(os.environ), os.path.dirname(os.path.abspath(sys.argv[0]))
    with open(sys.argv[1], encoding="utf-8") as _file:
        ASKED = json.load(_file)
    sys.path[0] = os.getcwd()
    del __file__
    ASKED["env"], ASKED["script"] = STARTED, os.path.join(HERE, "rg_mutants.py")
    sys.pycache_prefix = os.path.join(ASKED["ask"]["cache"], "pyc")
    # What a defect is compiled to must never be taken for the real thing.
    sys.dont_write_bytecode = "handle" in ASKED
    sys.path.insert(0, HERE)

import rg_pytest

if __name__ == "__main__":
    sys.path.remove(HERE)


class Session(rg_pytest.Plugin):
    """Collects as a plain run does, and then tries defects instead of running tests."""

    # Reports are nobody's business here.
    pytest_runtest_call = pytest_runtest_makereport = None
    pytest_runtest_logstart = pytest_runtest_logfinish = pytest_runtest_logreport = None

    def __init__(self, ask, lines, tree, then, before=None):
        rg_pytest.Plugin.__init__(self, ask, lines, tree)
        self.then, self.before, self.not_loaded = then, before, ""

    def ignore(self, paths):
        """Leaves these files out of the collection, whatever the project's hooks say."""
        paths = set(os.path.realpath(os.path.join(self.ask["tree"], path)) for path in paths)

        def is_ignored(path):
            return True if os.path.realpath(str(path)) in paths else None

        if int(rg_pytest.pytest.__version__.split(".")[0]) >= 7:
            def pytest_ignore_collect(collection_path):
                return is_ignored(collection_path)
        else:
            def pytest_ignore_collect(path):
                return is_ignored(path)
        self.pytest_ignore_collect = rg_pytest.hook(tryfirst=True)(pytest_ignore_collect)

    def pytest_collectreport(self, report):
        if report.outcome == "failed":
            words = [line.strip() for line in str(report.longrepr).splitlines() if line.strip()]
            self.not_loaded = words[-1] if words else ""

    @rg_pytest.hook(hookwrapper=True, tryfirst=True)
    def pytest_collection(self, session):
        if self.before is not None:
            self.before(session, self)
        outcome = yield
        if outcome.excinfo is None:
            self.arrange(session)

    @rg_pytest.hook(tryfirst=True)
    def pytest_runtestloop(self, session):
        self.then(session, self)
        return True


def session_of(asked, lines, tree, then, before=None):
    """Runs pytest up to the end of its collection, then calls `then`; `before` it, the other."""
    import pytest

    ask = asked["ask"]
    paths = [path for path in ask["files"] if os.path.exists(path)]
    if not ask["whole"] and not paths:
        lines.write("nothing")
        return 5
    args = rg_pytest.arguments(ask, paths)
    sys.argv = [os.path.join(os.path.dirname(pytest.__file__), "__main__.py")] + args
    session = Session(ask, lines, tree, then, before)
    if asked.get("ignored"):
        session.ignore(asked["ignored"])
    return int(pytest.main(args, plugins=[session]))


def many(asked, lines):
    """The session of all defects."""
    ask, tree = asked["ask"], Tree(asked["ask"]["tree"])
    plan = Plan(asked, ask["tree"])
    reach = Reach(plan.files(), plan.wide_lines())
    loads = Loads(reach)
    loads.install()

    nurseries = []

    def before(session, plugin):
        nursery, order = rg_nursery.found(plan.files())
        nurseries.append(nursery)
        if order is not None:
            reach.stop()
            loads.reach = None
            born(order, session, plugin, loads)

    def then(session, plugin):
        reach.stop()
        trials = rg_session.Trials(asked, plan, reach, loads, lines, plugin)
        trials.nursery = nurseries[0] if nurseries else None
        trials.run(session)

    return session_of(asked, lines, tree, then, before)


def born(order, session, plugin, loads):
    """In a fork of the session from before its collection: it goes on with one defect."""
    path, handle = order
    with open(path, encoding="utf-8") as file:
        asked = json.load(file)
    asked["handle"] = handle
    sys.dont_write_bytecode = True
    plugin.ask, session.config.args = asked["ask"], list(asked["ask"]["files"])

    def then(session, plugin):
        rg_session.alone(asked, voice, session, plugin, loads)
        flush()
        os._exit(0)

    voice = Voice(handle, asked["ask"]["nonce"])
    plugin.then = then
    apply(asked, loads)


def apply(asked, loads):
    """From now on the loaders give the text with the defect."""
    plan = Plan(asked, asked["ask"]["tree"])
    for mutant in plan.mutants:
        text = asked["texts"][mutant.path].encode("utf-8")
        start, end = mutant.asked["bytes"]
        now = mutant.asked["now"].encode("utf-8")
        loads.texts[plan.full[mutant.path]] = text[:start] + now + text[end:]
    loads.install_rewriting()
    limit_cpu(asked["load"])


def one(asked, lines):
    """The session of a single defect, or of none: tells what the tests did."""
    voice = Voice(asked["handle"], asked["ask"]["nonce"])
    tree = Tree(asked["ask"]["tree"])
    loads = Loads()
    loads.install()
    apply(asked, loads)

    def then(session, plugin):
        rg_session.alone(asked, voice, session, plugin, loads)

    return session_of(asked, lines, tree, then)


def main(asked):
    ask, asked["began"] = asked["ask"], time.monotonic()
    lines = Lines(os.path.join(ask["scratch"], ask["report"]), ask["nonce"])
    if rg_pytest.pytest is None:
        lines.write("missing", what=rg_pytest.MISSING)
        return 97
    lines.write("start", python=sys.version.split()[0], pytest=rg_pytest.pytest.__version__)
    code = one(asked, lines) if "handle" in asked else many(asked, lines)
    lines.write("end", exit=code, lines=lines.count + 1)
    return code


if __name__ == "__main__":
    CODE = main(ASKED)
    flush()
    os._exit(CODE)
