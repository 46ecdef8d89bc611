"""Turns exception objects and reports of pytest into plain facts."""

import os
import sys

from rg_alarm import TimeLimit

FOREIGN = ("site-packages", "dist-packages", ".venv", "venv", "node_modules", ".tox", ".nox")


class Tree:
    """Tells what lies inside the checked-out tree."""

    def __init__(self, root):
        self.root, self.given = os.path.realpath(root), os.path.abspath(root)

    def without(self, text):
        """The text with paths as they are from the tree's root: the machine's own tell nobody."""
        for root in (self.root, self.given):
            text = text.replace(root + os.sep, "")
        return text

    def inside(self, path):
        """Path from the tree's root with `/`, or nothing for what is outside or installed."""
        if not path or path.startswith("<"):
            return None
        relative = os.path.relpath(os.path.realpath(path), self.root).replace(os.sep, "/")
        parts = relative.split("/")
        if parts[0] == ".." or any(part in FOREIGN for part in parts):
            return None
        return relative


def frames(error, tree):
    """The frames inside the tree, innermost last, and the innermost frame of all."""
    own, last, step = [], None, error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        last = [code.co_filename, step.tb_lineno or 0]
        path = tree.inside(code.co_filename)
        if path is not None:
            own.append([path, step.tb_lineno or 0])
        step = step.tb_next
    return own[-12:], last


def funcs(error):
    """Names of every function on the way to the error."""
    names, step = [], error.__traceback__
    while step is not None:
        names.append(step.tb_frame.f_code.co_name)
        step = step.tb_next
    return names


def members(error):
    """The errors inside an exception group."""
    inner = getattr(error, "exceptions", None)
    inner = list(inner) if isinstance(inner, (list, tuple)) else []
    return [each for each in inner if isinstance(each, BaseException)]


def leaf(error):
    """The first error inside a group, or the error that kept a file from being collected."""
    for _ in range(8):
        names = [kind.__name__ for kind in type(error).__mro__]
        if "BaseExceptionGroup" in names and members(error):
            error = members(error)[0]
        elif names[0] in ("CollectError", "ConftestImportFailure"):
            cause = error.__cause__ or getattr(error, "cause", None)
            if not isinstance(cause, BaseException) or is_skip(cause):
                return error
            error = cause
        else:
            return error
    return error


def chain(error):
    """The error, its causes, its contexts and what its groups hold."""
    found, waiting = [], [error]
    while waiting and len(found) < 24:
        each = waiting.pop(0)
        if each is None or any(each is known for known in found):
            continue
        found.append(each)
        waiting += [each.__cause__, each.__context__] + members(each)
    return found


def owner(thing):
    """Module or class that an attribute was looked up in."""
    if isinstance(thing, type(sys)):
        return thing.__name__
    kind = thing if isinstance(thing, type) else type(thing)
    name = getattr(kind, "__qualname__", kind.__name__)
    return name if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, name)


def text_of(error):
    try:
        if type(error).__name__ == "FixtureLookupError" and error.argname:
            return "fixture '%s' not found" % error.argname
        return str(error)[:2000]
    except BaseException:  # a broken __str__
        return ""


def is_skip(error):
    names = [kind.__name__ for kind in type(error).__mro__]
    return names[0] == "Skipped" or "SkipTest" in names


def one(error, tree):
    """The facts of one exception object."""
    own, last = frames(error, tree)
    facts = {
        "type": type(error).__name__,
        "mro": [kind.__name__ for kind in type(error).__mro__[:-1]],
        "msg": tree.without(text_of(error)),
        "frames": own,
        "last": last,
        "funcs": [name for name in funcs(error) if name.startswith(("_call", "doCl", "_execute"))],
    }
    kinds = {"name": str, "filename": str, "errno": int, "lineno": int}
    for key, kind in kinds.items():
        value = getattr(error, key, None)
        if type(value) is kind:
            facts[key] = value
    if isinstance(facts.get("filename"), str):
        facts["inside"] = tree.inside(facts["filename"])
    if isinstance(error, AttributeError) and getattr(error, "obj", None) is not None:
        facts["owner"] = owner(error.obj)
    return facts


def exception(error, tree):
    """The facts of an exception that ended a phase, with those of the errors behind it."""
    error = leaf(error)
    facts = one(error, tree)
    flags = {"timeout": isinstance(error, TimeLimit), "skip": is_skip(error),
             "xfail": type(error).__name__ == "XFailed"}
    facts.update((name, True) for name, flag in flags.items() if flag)
    behind = [one(each, tree) for each in chain(error)[1:]]
    if behind:
        facts["behind"] = behind
    return facts


def reported(report):
    """The facts of a report that came without an exception object."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = getattr(crash, "message", None) or str(report.longrepr)
    head = text.split(":", 1)[0].split("\n", 1)[0].strip()
    kind = "AssertionError" if head.startswith("assert ") else head.split(".")[-1]
    path = getattr(crash, "path", None)
    return {"text": text[:2000], "type": kind if kind.isidentifier() else "", "path": path,
            "line": getattr(crash, "lineno", 0) or 0}


def skip_reason(report, info):
    message = getattr(info.value, "msg", None) if info else None
    if not message and isinstance(report.longrepr, tuple) and len(report.longrepr) == 3:
        message = report.longrepr[2]
    return str(message or "")[:500]
