"""Runs some tests in a process of their own up to the first failure, and watches that process."""

import json
import math
import os
import select
import signal
import sys
import time

from rg_facts import is_skip, leaf
from rg_protocol import following, protocol

try:
    import resource
except ImportError:  # no limits here
    resource = None

# The least CPU time that a test gets, in seconds, and how many times what it took before. A first
# time that is too long counts for nothing: so it may be short.
LEAST, FIRST, TIMES = 1.0, 0.25, 10.0
# The signals that end a process at its limit.
LIMITS = [getattr(signal, name, -1) for name in ("SIGXCPU", "SIGPROF")]
# How long a test may stand still, in seconds of wall time.
STILL = 5.0


# In the process that runs tests


def kind(error):
    """How a test noticed."""
    names = [each.__name__ for each in type(leaf(error)).__mro__]
    if "MemoryError" in names:
        return "memory"
    if "AssertionError" in names or names[0] == "Failed":
        return "assertion"
    return "error"


def limit(name, value):
    if resource is None:
        return
    which = getattr(resource, name, None)
    if which is None:
        return
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    try:
        resource.setrlimit(which, (value, hard))
    except (OSError, ValueError):
        pass  # as it was


def limit_cpu(seconds, least=LEAST):
    """From now on, many times `seconds` more, and not less than `least`."""
    allowed = max(least, TIMES * seconds)
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, allowed)
    # For who catches that signal. The system counts whole seconds.
    limit("RLIMIT_CPU", int(math.ceil(time.process_time() + allowed)))


def address_space():
    """Bytes of address space of this process; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


def limit_memory(most, held=None):
    """From now on, `most` bytes of address space. `held` is what is used of it already."""
    limit("RLIMIT_CORE", 0)
    held = address_space() if held is None else held
    # A process that needs most of it already would die of its own start.
    limit("RLIMIT_AS", most if held < most // 2 else held + most)


class Voice:
    """Tells the parent what happens, by the pipe that it listens to."""

    def __init__(self, handle, nonce):
        self.handle, self.nonce, self.pid = handle, nonce, os.getpid()

    def tell(self, event, **facts):
        if os.getpid() == self.pid:
            facts.update(n=self.nonce, ev=event)
            os.write(self.handle, (json.dumps(facts) + "\n").encode("ascii"))


def trial(items, cost, new, voice, subtests, is_there=lambda: True, has_begun=False, least=LEAST):
    """Runs the tests in order up to the first failure. `is_there` tells in the end whether the
    defect was ever loaded. For the rest see `first_failure`."""
    found = first_failure(items, cost, new, voice, subtests, has_begun, least)
    if found is not None:
        voice.tell("failed", at=found[0], how=kind(found[1]), what=name_of(found[1]))
    elif is_there():
        voice.tell("passed")
    else:
        voice.tell("lost", why="the file that holds it was never loaded")


def first_failure(items, cost, new, voice, subtests, has_begun=False, least=LEAST, is_shared=False):
    """The place of the first test that fails, and its error; nothing where all pass. The first
    `new` are new. Who listens knows of the first test that it begins, where it `has_begun`. Each
    test has `least` seconds of CPU time. In a process that `is_shared`, tests share no fixture and
    nothing of them stays."""
    for place, item in enumerate(items):
        if place == new:
            voice.tell("new")
        if place or not has_begun:
            voice.tell("begin", at=place)
        limit_cpu(cost(item), least)
        after = None if is_shared else following(items, place)
        error = protocol(item, after, subtests, is_over=not is_shared)
        if error is not None and not is_skip(error):
            return place, error
    return None


def name_of(error):
    return type(leaf(error)).__name__


def alone():
    """A process group of its own, so that all of it can be ended."""
    try:
        os.setpgid(0, 0)
    except (OSError, AttributeError):
        pass


# In the parent


def fork(work):
    """Process id and pipe of a child that does `work(handle)` and is gone."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        os.close(reading)
        alone()
        work(writing)
    finally:
        os._exit(0)


def cpu_of(pid):
    """State and CPU ticks of a process, where the system tells."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            fields = file.read().rpartition(")")[2].split()
        return fields[0], int(fields[11]) + int(fields[12])
    except (OSError, ValueError, IndexError):
        return None, None


class Running:
    """A child that runs tests, as its parent sees it."""

    is_shared = False

    def __init__(self, task, pid, handle, nonce):
        self.task, self.pid, self.handle, self.nonce = task, pid, handle, nonce
        self.rest, self.at, self.passed_new, self.said = b"", None, False, None
        self.since = self.moved = time.monotonic()
        self.ticks, self.late, self.status, self.missing = None, None, None, None
        # Whether it has closed its end of the pipe: a poll would answer at once, again and again.
        self.is_silent = False
        self.tasks = [task]

    def answers(self):
        """Tasks that it answered before its end, each with what it said."""
        return []

    def open(self):
        """Tasks that are not answered."""
        return self.tasks

    def hear(self):
        """Reads what it said; false once it has nothing more to say."""
        try:
            heard = os.read(self.handle, 65536)
        except OSError:
            heard = b""
        self.is_silent = not heard
        lines = (self.rest + heard).split(b"\n")
        self.rest = lines.pop()
        for line in lines:
            try:
                fact = json.loads(line.decode("ascii"))
            except ValueError:
                continue
            if isinstance(fact, dict) and fact.get("n") == self.nonce:
                self.take(fact)
        return bool(heard)

    def take(self, fact):
        event = fact.get("ev")
        if event == "begin":
            self.at, self.since, self.moved = fact["at"], time.monotonic(), time.monotonic()
        elif event == "new":
            self.passed_new = True
        elif event == "missing":
            self.missing = fact
        else:
            self.said = fact

    def is_over(self):
        """Whether it has ended; remembers how."""
        if self.status is not None:
            return True
        try:
            done, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:
            done, status = self.pid, 0
        if done:
            self.status = status
        return bool(done)

    def watch(self, wall, most):
        """Ends it where its test stands still for longer than it ever took, or takes longer than
        any test may. A test that waits for the processor does not stand still."""
        now = time.monotonic()
        state, ticks = cpu_of(self.pid)
        if ticks is None:
            still = now - self.since
        else:
            if ticks != self.ticks or state == "R":
                self.moved = now
            self.ticks = ticks
            still = now - self.moved
        allowed = max(STILL, TIMES * wall)
        if still > allowed or 0 < most < now - self.since:
            self.late = "wall"
            self.kill()

    def kill(self):
        for end in (os.killpg, os.kill):
            try:
                end(self.pid, signal.SIGKILL)
                return
            except OSError:
                continue

    def close(self):
        """Nothing of its group stays."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except OSError:
            pass
        os.close(self.handle)

    def verdict(self):
        """What it came to: `passed`, or how the test at `self.at` ended it."""
        if self.said is not None:
            return self.said
        number = os.WTERMSIG(self.status) if os.WIFSIGNALED(self.status) else None
        if self.late or number in LIMITS:
            return {"ev": "late"}
        if self.at is None or number == signal.SIGKILL:
            why = "signal %d" % number if number else "exit %d" % (self.status >> 8)
            return {"ev": "lost", "why": why}
        return {"ev": "failed", "at": self.at, "how": "error", "what": "the process ended"}


def ready(running, seconds):
    """Those that said something, or ended, within that time."""
    poll = select.poll()
    for each in running:
        if each.is_silent:
            seconds = 0.001
        else:
            poll.register(each.handle, select.POLLIN | select.POLLHUP)
    heard = {handle for handle, _ in poll.poll(int(seconds * 1000))}
    return [each for each in running if each.handle in heard]


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass
