"""Makes tests of our own: one that must pass in every run, and those that must fail in a short
run of their own, one beside each conftest.py, so that every hook of the project gets to see a
failure."""

import os
import sys
import types


def own(manager, tree):
    """The conftest.py files and the other plug-in modules that come from the tree."""
    conftests, plugins = [], []
    for _name, plugin in manager.list_name_plugin():
        path = getattr(plugin, "__file__", None)
        inside = tree.inside(path) if isinstance(path, str) else None
        if inside is None or not isinstance(plugin, types.ModuleType):
            continue
        if os.path.basename(inside) == "conftest.py":
            conftests.append(inside)
        else:
            plugins.append([plugin.__name__, inside])
    return {"conftests": sorted(set(conftests)), "plugins": sorted(plugins)}


def outermost(session):
    """The outermost conftest.py above the first test; where there is none, a name for one."""
    root = session.config.rootpath
    found = root / "conftest.py"
    for item in session.items[:1]:
        for directory in getattr(item, "path", found).parents:
            if (directory / "conftest.py").is_file():
                found = directory / "conftest.py"
            if directory == root:
                break
    return found


def function(session, path, name, body):
    """A test that looks like a function beside the conftest.py at `path`, so that the hooks there
    see it. It asks for no fixture."""
    import pytest

    body.__name__ = name
    module = pytest.Module.from_parent(session, path=path)
    module.obj = types.ModuleType("redgreen_canary")
    module.obj.__file__ = str(path)
    none = types.SimpleNamespace(
        argnames=(), initialnames=(), names_closure=[], name2fixturedefs={})
    return pytest.Function.from_parent(module, name=name, callobj=body, fixtureinfo=none)


def passing(session, nonce):
    """The test that must pass."""
    def runs():
        pass

    return function(session, outermost(session), "test_redgreen_canary_" + nonce, runs)


class Failing:
    """A session of nothing but tests that must fail. The project's test files are not imported:
    their hooks, if they bring any, are loaded by name."""

    def __init__(self, ask, lines):
        self.ask, self.lines, self.reports = ask, lines, []

    def pytest_configure(self, config):
        for name, path in self.ask["fails"]["plugins"]:
            if config.pluginmanager.get_plugin(name) is None:
                self.plugin(config.pluginmanager, name, path)

    def plugin(self, manager, name, path):
        import importlib.util

        module = sys.modules.get(name)
        if module is None:
            path = os.path.join(self.ask["tree"], path)
            spec = importlib.util.spec_from_file_location(name, path)
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
        if not manager.is_registered(module):
            manager.register(module, name)

    def pytest_collection(self, session):
        """Takes the place of every other collection."""
        root, places = session.config.rootpath, []
        for path in self.ask["fails"]["conftests"]:
            path = type(root)(os.path.join(os.path.realpath(self.ask["tree"]), path))
            if os.path.realpath(root) in map(os.path.realpath, path.parents):
                load(session.config, path.parent)
                places.append(path)
        items = [self.item(session, path) for path in places or [root / "conftest.py"]]
        session.items[:] = items
        session.testscollected = len(items)
        tests = [[item.nodeid, "", 1] for item in items]
        self.lines.write("collected", canary="", tests=tests, other=[], left=[])
        return True

    def item(self, session, path):
        def fails():
            raise AssertionError("redgreen: this test must fail")

        return function(session, path, "test_redgreen_must_fail_" + self.ask["nonce"], fails)

    def pytest_runtest_logreport(self, report):
        self.reports.append(report)

    def tell(self):
        """What the reports say after every hook had its turn."""
        for report in self.reports:
            self.lines.write("stands", id=report.nodeid, when=report.when, outcome=report.outcome,
                             wasxfail=getattr(report, "wasxfail", None))


def load(config, directory):
    """Loads the conftest.py files of a directory, as its collection would."""
    import inspect

    loads = getattr(config.pluginmanager, "_loadconftestmodules", None)
    if loads is None:  # the first look at the hooks of a test there loads them
        return
    wanted = inspect.signature(loads).parameters
    known = {"importmode": lambda: config.getoption("importmode"),
             "rootpath": lambda: config.rootpath,
             "consider_namespace_packages": lambda: config.getini("consider_namespace_packages")}
    loads(directory, **{name: value() for name, value in known.items() if name in wanted})
