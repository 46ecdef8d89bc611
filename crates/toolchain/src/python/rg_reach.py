"""Notes which lines of some files run."""

import ast
import dis
import os
import sys
import threading

from rg_code import every


class Reach:
    """Lines that ran since it was asked last: the id of their code object, and the line."""

    def __init__(self, files, lines):
        # `lines`: by real path, the lines that matter.
        self.files, self.lines = files, lines
        self.hits, self.loading, self.codes, self.wanted, self.real = set(), set(), {}, {}, {}
        self.trusted = set()
        self.tool = self.call = None
        self.has_begun = False

    def wants(self, code):
        """Whether the code has a line that matters."""
        known = self.wanted.get(id(code))
        if known is not None and self.codes.get(id(code), code) is code:
            return known
        path = self.real.get(code.co_filename)
        if path is None:
            path = self.real[code.co_filename] = os.path.realpath(code.co_filename)
        known = path in self.files and not self.lines[path].isdisjoint(
            line for _, line in dis.findlinestarts(code))
        self.wanted[id(code)] = known
        self.codes[id(code)] = code
        return known

    # With the tracing hook

    def tracer(self):
        """The hook. It sees every call of every library, so it does next to nothing."""
        followed, line, wants = {}, self.line, self.wants

        def call(frame, _event, _argument):
            try:
                return followed[id(frame.f_code)]
            except KeyError:
                code = frame.f_code
                followed[id(code)] = line if wants(code) else None
                return followed[id(code)]

        return call

    def line(self, frame, event, _argument):
        if event == "line":
            self.hits.add((id(frame.f_code), frame.f_lineno))
        return self.line

    # With sys.monitoring

    def began(self, code, _offset):
        if self.wants(code):
            events = sys.monitoring.events
            sys.monitoring.set_local_events(self.tool, code, events.LINE)
        return sys.monitoring.DISABLE

    def ran(self, code, line):
        self.hits.add((id(code), line))

    def begin(self):
        """Starts with the first of the files: none of their code runs before."""
        if not self.has_begun:
            self.start()

    def start(self):
        self.has_begun = True
        if hasattr(sys, "monitoring") and self.monitor():
            return
        self.call = self.tracer()
        threading.settrace(self.call)
        sys.settrace(self.call)

    def monitor(self):
        monitoring = sys.monitoring
        for tool in (4, 3, 5):
            if monitoring.get_tool(tool) is None:
                monitoring.use_tool_id(tool, "redgreen")
                self.tool = tool
                monitoring.register_callback(tool, monitoring.events.PY_START, self.began)
                monitoring.register_callback(tool, monitoring.events.LINE, self.ran)
                monitoring.set_events(tool, monitoring.events.PY_START)
                return True
        return False

    def is_blind(self):
        """Whether something took the tracing hook away."""
        return self.tool is None and sys.gettrace() != self.call

    def again(self):
        """Sees again after it was blind."""
        if self.tool is None:
            sys.settrace(self.call)

    def stop(self):
        if self.tool is None:
            threading.settrace(None)
            sys.settrace(None)
            return
        monitoring, tool = sys.monitoring, self.tool
        monitoring.set_events(tool, 0)
        for code in list(self.codes.values()):
            if self.wanted.get(id(code)):
                monitoring.set_local_events(tool, code, 0)
        monitoring.free_tool_id(tool)
        self.tool = None

    # What is known

    def trust(self, code):
        """Code of a loaded module: what it is replaced by will run instead."""
        self.trusted.update(id(each) for each in every(code))

    def take(self, hits=None):
        """The lines that ran, each as path, name and first line of its code, and line; and the
        same of code that was loaded past Python's loaders."""
        taken, strange = set(), set()
        source = self.hits if hits is None else hits
        for number, line in source:
            code = self.codes[number]
            place = (self.real[code.co_filename], code.co_name, code.co_firstlineno, line)
            taken.add(place)
            if self.trusted and number not in self.trusted:
                strange.add(place)
        source.clear()
        return taken, strange


def credit_fixtures(reach):
    """What ran for a fixture counts for every test that uses it, and not only for the first."""
    from _pytest.fixtures import FixtureDef

    execute, known = FixtureDef.execute, {}

    def executed(fixture, request):
        before, reach.hits = reach.hits, set()
        try:
            return execute(fixture, request)
        finally:
            own = known.setdefault(id(fixture), (fixture, set()))[1]
            own |= reach.hits
            before |= own
            reach.hits = before

    FixtureDef.execute = executed


class Loads:
    """Python's loaders, with other text for some files and an eye on when they run."""

    def __init__(self, reach=None):
        self.texts, self.reach, self.used = {}, reach, set()
        # Files that hold a defect and were loaded while the reach was noted.
        self.loaded = set()

    def is_held(self, path):
        """Whether the file holds a defect, and what runs of it is noted."""
        return self.reach is not None and os.path.realpath(path) in self.reach.files

    def install(self):
        from importlib.machinery import SourceFileLoader
        from _pytest.assertion.rewrite import AssertionRewritingHook

        get_code, exec_module = SourceFileLoader.get_code, SourceFileLoader.exec_module
        loads = self

        def code_of(loader, name):
            path = loader.get_filename(name)
            text = loads.texts.get(os.path.realpath(path)) if loads.texts else None
            if text is not None:
                loads.used.add(os.path.realpath(path))
                return compile(text, path, "exec", dont_inherit=True)
            code = get_code(loader, name)
            if loads.is_held(path):
                loads.loaded.add(os.path.realpath(path))
                if code is not None:
                    loads.reach.trust(code)
            return code

        def run(loader, module):
            if not loads.is_held(loader.path):
                return exec_module(loader, module)
            reach = loads.reach
            reach.begin()
            before, reach.hits = reach.hits, reach.loading
            try:
                return exec_module(loader, module)
            finally:
                reach.hits = before

        SourceFileLoader.get_code, SourceFileLoader.exec_module = code_of, run
        execute = AssertionRewritingHook.exec_module

        def rewritten(loader, module):
            if loads.is_held(module.__file__):
                loads.loaded.add(os.path.realpath(module.__file__))
                loads.reach.begin()
            return execute(loader, module)

        AssertionRewritingHook.exec_module = rewritten

    def install_rewriting(self):
        """The same for files whose assertions pytest rewrites."""
        from _pytest.assertion import rewrite

        read, rewritten, loads = rewrite._read_pyc, rewrite._rewrite_test, self

        def cached(source, *rest, **named):
            if os.path.realpath(str(source)) in loads.texts:
                return None
            return read(source, *rest, **named)

        def code_of(path, config):
            full = os.path.realpath(str(path))
            text = loads.texts.get(full)
            if text is None:
                return rewritten(path, config)
            loads.used.add(full)
            tree = ast.parse(text, filename=str(path))
            rewrite.rewrite_asserts(tree, text, str(path), config)
            return os.stat(path), compile(tree, str(path), "exec", dont_inherit=True)

        rewrite._read_pyc, rewrite._rewrite_test = cached, code_of
