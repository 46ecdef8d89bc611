"""Writes the report, and answers what every runner of Python asks of its question."""

import hashlib
import json
import os
import sys


def clean(value):
    """The value with text that is no UTF-8 replaced."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {clean(key): clean(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(inner) for inner in value]
    return value


class Lines:
    """The report: one JSON object a line, each with the nonce, flushed at once."""

    def __init__(self, path, nonce):
        self.path, self.nonce, self.pid, self.count, self.handle = path, nonce, os.getpid(), 0, None
        self.child = None
        self.open()

    def belong(self, child):
        """From now on the lines are those of this fork, the child of that number."""
        self.pid, self.count, self.child = os.getpid(), 0, child

    def open(self):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self.handle = os.open(self.path, flags, 0o600)

    def write(self, event, **facts):
        if os.getpid() != self.pid:  # a fork of the test process
            return
        self.count += 1
        line = {"n": self.nonce, "ev": event}
        if self.child is not None:
            line["c"] = self.child
        line.update((key, clean(value)) for key, value in facts.items() if value is not None)
        data = (json.dumps(line) + "\n").encode("ascii")
        try:
            os.write(self.handle, data)
        except OSError:  # a test closed every descriptor
            self.open()
            os.write(self.handle, data)


class Wanted:
    """The asked ids, each with its place. An id without parameters asks for all its cases."""

    def __init__(self, ids):
        self.ids = ids
        self.known = {name: place for place, name in enumerate(ids)}

    def place(self, name):
        if name in self.known:
            return self.known[name]
        for place, asked in enumerate(self.ids):
            if name.startswith((asked + "[", asked + "::")):
                return place
        return None


def shuffle_key(seed, name):
    return hashlib.sha256(("%d:%s" % (seed, name)).encode("utf-8", "replace")).digest()


def own_modules(ask, tree):
    """The project's modules that came from outside although the tree has them, each with its
    file; and how many came from inside."""
    outside, inside, own = [], 0, set(ask["own"])
    for name, module in sorted(list(sys.modules.items()), key=lambda pair: pair[0]):
        path = getattr(module, "__file__", None)
        if name.split(".")[0] not in own or not isinstance(path, str):
            continue
        if tree.inside(path) is not None:
            inside += 1
        elif has(ask, name):
            outside.append([name, path])
    return outside[:20], inside


def has(ask, module):
    parts = module.split(".")
    for root in ask["roots"]:
        base = os.path.join(ask["tree"], root, *parts)
        if os.path.isfile(base + ".py") or os.path.isfile(os.path.join(base, "__init__.py")):
            return True
    return False
