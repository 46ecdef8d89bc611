"""Runs each test in a fork of a session that has collected once."""

import os
import sys
import time

# How long a test may need to notice that its time is over, in seconds.
GRACE = 2.0


def is_possible():
    """Whether a fork of this process is a whole copy: it has one thread, and no connection that
    two processes would share."""
    import signal
    import threading

    if not hasattr(os, "fork") or sys.platform == "darwin" or threading.active_count() != 1:
        return False
    if signal.getsignal(signal.SIGCHLD) != signal.SIG_DFL:
        return False
    try:
        threads = len(os.listdir("/proc/self/task"))
    except OSError:
        return True
    return threads == 1 and not any(path.startswith("socket:") for path in open_files())


def open_files():
    """What this process holds open."""
    for name in os.listdir("/proc/self/fd"):
        try:
            yield os.readlink("/proc/self/fd/" + name)
        except OSError:  # the listing itself
            pass


def flush():
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass


class Forks:
    """The tests of a session, each in a process of its own."""

    def __init__(self, lines, limit_ms, leaving):
        self.lines, self.limit, self.leaving = lines, limit_ms / 1000.0, leaving
        self.count, self.bell = 0, None

    def run(self, session, name):
        """Runs every item; `name` tells its id."""
        for item in session.items:
            self.count += 1
            self.between(session)
            exit_code, signal, late = self.one(session, item)
            self.lines.write("ended", of=self.count, id=name(item), exit=exit_code,
                             signal=signal, late=late or None)
            if exit_code != 0:
                session.testsfailed += 1

    def between(self, session):
        """Drops what a test that died has printed: the next one would take it for its own."""
        capture = session.config.pluginmanager.getplugin("capturemanager")
        try:
            capture.read_global_capture()
        except (AttributeError, AssertionError, OSError, ValueError):
            pass  # captures nothing

    def one(self, session, item):
        flush()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                os.close(reading)
                code = self.child(session, item, writing)
            finally:
                os._exit(code)
        os.close(writing)
        try:
            return self.watch(pid, reading)
        finally:
            os.close(reading)

    # In the child

    def protocol(self, session, item):
        """Runs one test in this process; false where something asked for the end."""
        import pytest

        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        except (pytest.exit.Exception, KeyboardInterrupt, SystemExit):
            return False
        return True

    def child(self, session, item, bell):
        self.lines.belong(self.count)
        self.bell, before = bell, session.testsfailed
        try:
            if not self.protocol(session, item):
                flush()
                return 70
        except BaseException as error:
            self.lines.write("internal", text="%s: %s" % (type(error).__name__, error))
            return 71
        self.leaving()
        self.lines.write("left", lines=self.lines.count + 1)
        flush()
        return 1 if session.testsfailed > before else 0

    def ring(self, what):
        """Tells the parent that the body of the test begins or ends."""
        if self.bell is not None:
            try:
                os.write(self.bell, what)
            except OSError:  # the test closed every descriptor
                pass

    # In the parent

    def watch(self, pid, bell):
        """Exit code or signal of the child, and whether it was killed at its limit."""
        import select
        import signal

        poll, begun, late = select.poll(), None, False
        poll.register(bell, select.POLLIN)
        hears = True
        while True:
            if not hears:
                time.sleep(0.005)
            elif poll.poll(20):
                heard = os.read(bell, 64)
                hears = bool(heard)
                if heard:
                    begun = time.monotonic() if heard.endswith(b"b") else None
            done, status = os.waitpid(pid, os.WNOHANG)
            if done and os.WIFSIGNALED(status):
                return None, os.WTERMSIG(status), late
            if done:
                return os.WEXITSTATUS(status), None, late
            if begun and not late and 0 < self.limit < time.monotonic() - begun - GRACE:
                os.kill(pid, signal.SIGKILL)
                late = True
