"""Keeps a copy of the session from before anything of the project was loaded. Each defect that
must be there from the start gets a fork of that copy, and needs no start of Python and pytest."""

import json
import os
import select

from rg_alone import is_possible
from rg_code import loaded
from rg_trial import Running, alone, flush


class Nursery:
    """The copy, as the session sees it."""

    def __init__(self, orders, answers):
        self.orders, self.answers, self.rest = orders, answers, b""
        self.pids, self.ended = {}, {}

    def start(self, task, plan, path, nonce):
        """A fork that tries the plan at `plan` and speaks through the named pipe at `path`."""
        os.mkfifo(path, 0o600)
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        os.write(self.orders, (json.dumps([plan, path]) + "\n").encode("ascii"))
        while plan not in self.pids:
            select.select([self.answers], [], [])
            if not self.hear():
                raise OSError("the copy of the session is gone")
        return Nursed(task, self.pids[plan], handle, nonce, self)

    def hear(self):
        """Reads who has begun and who has ended; false where nobody speaks any more."""
        heard = os.read(self.answers, 65536)
        lines = (self.rest + heard).split(b"\n")
        self.rest = lines.pop()
        for line in lines:
            what, name, value = json.loads(line.decode("ascii"))
            if what == "began":
                self.pids[name] = value
            else:
                self.ended[name] = value
        return bool(heard)

    def status(self, pid):
        while select.select([self.answers], [], [], 0)[0]:
            if not self.hear():
                return self.ended.get(pid, 9)
        return self.ended.get(pid)


class Nursed(Running):
    """A fork of the copy: who waits for it is the copy."""

    def __init__(self, task, pid, handle, nonce, nursery):
        Running.__init__(self, task, pid, handle, nonce)
        self.nursery = nursery

    def is_over(self):
        if self.status is None:
            self.status = self.nursery.status(self.pid)
        return self.status is not None


def found(files):
    """The nursery, where one is possible: a process that can be forked and has loaded none of the
    files. In a fork of the copy, the plan and the pipe to speak through instead."""
    if not is_possible() or not hasattr(os, "mkfifo") or any(map(loaded, files)):
        return None, None
    from_parent, orders = os.pipe()
    answers, to_parent = os.pipe()
    flush()
    if os.fork():
        os.close(from_parent)
        os.close(to_parent)
        return Nursery(orders, answers), None
    os.close(orders)
    os.close(answers)
    order = serve(from_parent, to_parent)
    os.close(from_parent)
    os.close(to_parent)
    alone()
    return None, (order[0], os.open(order[1], os.O_WRONLY))


def serve(orders, answers):
    """Forks for every order, and tells how each fork ended. Returns in the forks."""
    rest, running = b"", 0

    def tell(*facts):
        os.write(answers, (json.dumps(facts) + "\n").encode("ascii"))

    while True:
        if select.select([orders], [], [], 0.01 if running else None)[0]:
            heard = os.read(orders, 65536)
            if not heard:  # the session has ended
                os._exit(0)
            lines = (rest + heard).split(b"\n")
            rest = lines.pop()
            for line in lines:
                order = json.loads(line.decode("ascii"))
                pid = os.fork()
                if not pid:
                    return order
                running += 1
                tell("began", order[0], pid)
        while running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            running -= 1
            tell("ended", pid, status)
