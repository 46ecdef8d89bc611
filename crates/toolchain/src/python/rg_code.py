"""Finds the code that a defect changes, and puts the changed code into the functions that run."""

import ast
import bisect
import gc
import os
import sys
import types

Code, Function = types.CodeType, types.FunctionType

# The code of a function, and not that of a class or a file.
CO_OPTIMIZED = 1


class Unfit(Exception):
    """The changed code cannot take the place of the one that runs."""


def inner(code):
    return [each for each in code.co_consts if isinstance(each, Code)]


def plain(value):
    """A constant, with its type: 1, 1.0 and True are three."""
    if isinstance(value, Code):
        return "code", value.co_name
    if isinstance(value, tuple):
        return tuple(plain(each) for each in value)
    if isinstance(value, frozenset):
        return "set", tuple(sorted(repr(each) for each in value))
    return type(value).__name__, repr(value)


def own(code):
    """What a code object does, without its places and without the code inside it."""
    return (code.co_name, code.co_argcount, getattr(code, "co_posonlyargcount", 0),
            code.co_kwonlyargcount, code.co_flags, code.co_code, code.co_names, code.co_varnames,
            code.co_freevars, code.co_cellvars, plain(code.co_consts),
            getattr(code, "co_exceptiontable", b""))


def whole(code):
    """What a code object is, places and the code inside it included."""
    lines = getattr(code, "co_linetable", None) or getattr(code, "co_lnotab", b"")
    return own(code), code.co_firstlineno, lines, tuple(whole(each) for each in inner(code))


def changed(before, after, trail=()):
    """The code objects that differ themselves, each as the way there: pairs of before and after,
    outermost first."""
    trail = trail + ((before, after),)
    if own(before) != own(after):
        return [trail]
    found = []
    for pair in zip(inner(before), inner(after)):
        found += changed(pair[0], pair[1], trail)
    return found


def named(before, after, names, trail=()):
    """The way to the function of that dotted name in which nothing but places has changed."""
    trail = trail + ((before, after),)
    if not names:
        return [trail] if whole(before) != whole(after) else []
    for pair in zip(inner(before), inner(after)):
        if pair[0].co_name == names[0]:
            found = named(pair[0], pair[1], names[1:], trail)
            if found:
                return found
    return []


def every(code):
    """The code object and all inside it."""
    yield code
    for each in inner(code):
        for below in every(each):
            yield below


def is_function(code):
    return bool(code.co_flags & CO_OPTIMIZED)


class Source:
    """One file, and how Python compiles it."""

    def __init__(self, full, text):
        self.full, self.text = full, text.encode("utf-8")
        self.config = self.module = None
        self.rewritten = False
        self.tree = ast.parse(self.text)
        self.flags, self.imports = future(self.tree), imports(self.tree)
        self.pieces = {}
        starts, at = [0], 0
        for line in self.text.split(b"\n"):
            at += len(line) + 1
            starts.append(at)
        self.starts = starts
        nodes = list(ast.walk(self.tree))
        self.heads = [head(node) for node in nodes if isinstance(node, ast.stmt)]
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        self.functions = [node for node in nodes if isinstance(node, kinds)]
        self.spans = [self.span(node) for node in self.tree.body]

    def settle(self, config):
        """Looks at what became of the file once everything is loaded; `config` is pytest's."""
        self.config, self.module = config, loaded(self.full)
        loader = getattr(self.module, "__loader__", None)
        self.rewritten = type(loader).__name__ == "AssertionRewritingHook"

    def compile(self, text):
        if not self.rewritten:
            return compile(text, self.full, "exec", self.flags, dont_inherit=True)
        from _pytest.assertion.rewrite import rewrite_asserts

        tree = ast.parse(text, filename=self.full)
        rewrite_asserts(tree, text, self.full, self.config)
        return compile(tree, self.full, "exec", self.flags, dont_inherit=True)

    def piece(self, start, end):
        """The statement of the file that holds these bytes: its own bytes. Everything, where no
        single one does."""
        for begins, ends in self.spans:
            if begins <= start and end <= ends:
                return begins, ends
        return 0, len(self.text)

    def span(self, node):
        """The bytes of a statement's lines; none where this Python does not tell its end."""
        first = min([node.lineno] + [each.lineno for each in getattr(node, "decorator_list", [])])
        last = getattr(node, "end_lineno", None)
        if last is None:
            return 0, -1
        return self.starts[first - 1], min(self.starts[last], len(self.text))

    def versions(self, mutant, whole_file=False):
        """The code of the statement that holds the defect, before and after."""
        start, end = mutant["bytes"]
        if self.text[start:end] != mutant["was"].encode("utf-8"):
            raise Unfit("the file is another than the one that the defect was made for")
        begins, ends = self.piece(start, end)
        if begins == 0 or whole_file:
            begins, ends = 0, len(self.text)
        above = bisect.bisect_left(self.starts, begins)
        # What is imported decides how calls are compiled.
        above = (self.imports + b"\n" * above) if above else b""
        before = self.pieces.get((begins, ends))
        if before is None:
            before = self.compile(above + self.text[begins:ends])
            self.pieces[begins, ends] = before
        now = mutant["now"].encode("utf-8")
        return before, self.compile(above + self.text[begins:start] + now + self.text[end:ends])

    def applied(self, mutant):
        start, end = mutant["bytes"]
        return self.text[:start] + mutant["now"].encode("utf-8") + self.text[end:]

    def default(self, mutant):
        """Name and first line of the function whose default the defect changes, which default,
        and its other value; nothing where it changes something else, or what no constant is."""
        start, end = mutant["bytes"]
        for node in self.functions:
            named = zip(node.args.kwonlyargs, node.args.kw_defaults)
            values = list(enumerate(node.args.defaults)) + [(arg.arg, each) for arg, each in named]
            for which, value in values:
                if value is None or not hasattr(value, "end_lineno"):
                    continue
                begins = self.starts[value.lineno - 1] + value.col_offset
                ends = self.starts[value.end_lineno - 1] + value.end_col_offset
                if begins <= start and end <= ends:
                    if not all(is_harmless(each) for each in node.decorator_list):
                        return None
                    now = self.text[begins:start] + mutant["now"].encode() + self.text[end:ends]
                    return self.constant(node, which, now)
        return None

    def constant(self, node, which, now):
        try:
            value = ast.literal_eval(now.decode("utf-8").strip())
        except (ValueError, SyntaxError):
            return None
        first = min([node.lineno] + [each.lineno for each in node.decorator_list])
        return node.name, first, which, value

    def lines(self, mutant):
        """The lines on which the change can be met: those of the statement around it, or of its
        head where it holds others."""
        first, last = mutant["lines"]
        own = [head for head in self.heads if head[0] <= first and last <= head[1]]
        return range(min([first] + [each[0] for each in own]),
                     max([last] + [each[1] for each in own]) + 1)


def head(node):
    """First and last line of a statement, without the statements inside it."""
    begin, end = node.lineno, getattr(node, "end_lineno", None) or node.lineno
    body = getattr(node, "body", None)
    if isinstance(body, list) and body:
        end = max(begin, body[0].lineno - 1)
    return begin, end


# Decorators that keep the function that they are given, and nothing else of it.
HARMLESS = {"staticmethod", "classmethod", "property", "abstractmethod", "setter", "cache",
            "lru_cache", "cached_property", "contextmanager", "asynccontextmanager"}


def is_harmless(decorator):
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return getattr(node, "attr", getattr(node, "id", None)) in HARMLESS


def future(tree):
    """The flags of the file's `from __future__` imports."""
    import __future__

    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for name in node.names:
                flags |= getattr(__future__, name.name).compiler_flag
    return flags


def imports(tree):
    """One line that imports the names that the file imports."""
    names, waiting = set(), list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((each.asname or each.name).split(".")[0] for each in node.names)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            waiting += [each for each in ast.iter_child_nodes(node)
                        if isinstance(each, (ast.stmt, ast.ExceptHandler))]
    names.discard("*")
    return ("import " + ", ".join(sorted(names))).encode("utf-8") if names else b""


def loaded(full):
    """The module that was made of a file."""
    name = os.path.basename(full)
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and is_file(path, full, name):
            return module
    return None


def is_file(path, full, name):
    """Whether the path leads to the file `full` of that name. A link may have any name."""
    return ((path.endswith(name) or os.path.islink(path)) and os.path.realpath(path) == full)


def functions(files):
    """Every function that was made of one of the files, by its code."""
    found, real, names = {}, {}, tuple(os.path.basename(each) for each in files)
    for each in gc.get_objects():
        if type(each) is not Function:
            continue
        code = each.__code__
        path = real.get(code.co_filename)
        if path is None:
            near = code.co_filename.endswith(names) or os.path.islink(code.co_filename)
            path = real[code.co_filename] = os.path.realpath(code.co_filename) if near else ""
        if path in files:
            found.setdefault(whole(code), []).append(each)
    return found


def outermost(trail):
    """Where on the way the outermost function stands; nothing where the change is outside."""
    if not is_function(trail[-1][0]):
        return None
    for place, (before, _) in enumerate(trail):
        if is_function(before):
            return place
    return None


def fitted(after, function):
    """The changed code with the free variables that the function has."""
    wanted = function.__code__.co_freevars
    if after.co_freevars == wanted:
        return after
    if after.co_freevars:
        raise Unfit("another set of free variables")
    return after.replace(co_freevars=wanted)


def defaulted(function, which, value):
    """What a function gets for another default: the attribute and its value."""
    if isinstance(which, str):
        return function, "__kwdefaults__", dict(function.__kwdefaults__, **{which: value})
    values = list(function.__defaults__)
    values[which] = value
    return function, "__defaults__", tuple(values)


def switches(trails, live):
    """The functions that take other code: each with the attribute and its value. Raises where one
    cannot."""
    pairs = []
    for trail in trails:
        place = outermost(trail)
        if place is None:
            raise Unfit("outside of any function")
        for depth, (before, after) in enumerate(trail[place:]):
            running = live.get(whole(before), [])
            if depth == 0 and not running:
                raise Unfit("no function runs it")
            pairs += [(function, "__code__", fitted(after, function)) for function in running]
    return pairs
