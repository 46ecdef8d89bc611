"""Runs the tests without any defect: which pass, what they take, and which defects they meet."""

import json
import os
import sys
import time

import rg_canary
from rg_facts import is_skip
from rg_plan import by_code
from rg_reach import credit_fixtures
from rg_protocol import following, is_plain, protocol
from rg_trial import FIRST, LEAST, Running, flush, fork, ready

# What starts another program.
STARTS = ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system", "os.spawn", "os.fork",
          "os.forkpty")


def shortly(names):
    """The first of some names."""
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")


class Test:
    """A test that passes without any defect."""

    def __init__(self, name, item, place):
        self.name, self.item, self.place = name, item, place
        self.cpu = self.wall = 0.0
        self.is_new = False

    def rank(self):
        """Fastest first; tests that take about as long, in their own order."""
        return int(self.cpu * 50).bit_length(), self.place


class Task:
    """A run of some tests with one defect, or with none."""

    def __init__(self, mutant, tests, new, early):
        self.mutant, self.tests, self.new, self.early = mutant, tests, new, early
        self.alone = False
        # Whether it has to have a process of its own.
        self.is_own, self.sum = False, None

    def line(self):
        """What no two tasks have at a time: a line that one survivor is shown of."""
        is_shown = self.mutant is not None and self.mutant.is_shown_by_line()
        return self.mutant.line if is_shown else self

    def cpu(self):
        """What its tests take without the defect, in seconds."""
        if self.sum is None:
            self.sum = sum(test.cpu for test in self.tests)
        return self.sum

    def least(self):
        """The CPU time that each of its tests has at least, in seconds."""
        return FIRST if self.mutant is not None and not self.alone else LEAST


class Baseline:
    """A session's tests. What it is a part of has the plan, the lines and the clock."""

    def baseline(self, session):
        """Runs every test once; which tests meet which defect."""
        # The first one is the canary: it shows that pytest's own way works.
        for item in session.items[1:]:
            item.redgreen_plain = is_plain(item, self.plugin)
        if not self.forks:
            return self.learn(self.measure(session))
        path = os.path.join(self.asked["ask"]["scratch"], "baseline.json")

        def work(_handle):
            with open(path, "w", encoding="utf-8") as file:
                json.dump(self.measure(session), file)

        flush()
        pid, handle = fork(work)
        child = Running(None, pid, handle, self.nonce)
        while not child.is_over():
            if self.is_late():
                self.stop([child])
                self.no_time()
                return None
            ready([child], 0.05)
            time.sleep(0.001)
        child.close()
        try:
            with open(path, encoding="utf-8") as file:
                measured = json.load(file)
        except (OSError, ValueError):
            self.lines.write("broken", why="the run without a defect never finished")
            return None
        return self.learn(measured)

    def no_time(self):
        """Not even the tests without a defect could be run in time."""
        why = ("skipped", "the time was up")
        for mutant in self.plan.mutants:
            self.say(mutant, why, why, [])
        self.lines.write("tried", executed=0, left=self.left, tests=0, late=True)

    def measure(self, session):
        """What each test took, which defects it meets, and whether it passed."""
        seen, starts, strange = [], [], set()

        def hear(event, _arguments):
            if event in STARTS:
                starts.append(event)

        if hasattr(sys, "addaudithook"):
            sys.addaudithook(hear)
        credit_fixtures(self.reach)
        self.reach.start()
        items = session.items
        for place, item in enumerate(items):
            del starts[:]
            cpu, wall = time.process_time(), time.monotonic()
            error = protocol(item, following(items, place), self.subtests)
            cpu, wall = time.process_time() - cpu, time.monotonic() - wall
            blind = self.reach.is_blind()
            if blind:
                self.reach.again()
            places, odd = self.reach.take()
            strange |= odd
            met = by_code(places)
            owes_failure = item.get_closest_marker("xfail") is not None
            seen.append({
                "name": self.plugin.name(item), "cpu": cpu, "wall": wall, "starts": bool(starts),
                "passed": error is None and not owes_failure,
                "failed": error is not None and not is_skip(error) and not owes_failure,
                "blind": blind,
                "meets": [number for number, mutant in enumerate(self.plan.mutants)
                          if blind or self.plan.meets(mutant, met)]})
        self.reach.stop()
        strange, early = by_code(strange), by_code(self.reach.take(self.reach.loading)[0])
        mutants = list(enumerate(self.plan.mutants))
        return {"seen": seen, "loaded": sorted(self.loads.loaded),
                "strange": [n for n, mutant in mutants if self.plan.meets(mutant, strange)],
                "early": [n for n, mutant in mutants if self.plan.meets(mutant, early)]}

    def learn(self, measured):
        """Keeps the tests that passed."""
        canary = self.plugin.name(self.plugin.session.items[0])
        met, starting = {}, []
        for place, seen in enumerate(measured["seen"]):
            name = seen["name"]
            if name == canary:
                if not seen["passed"]:
                    self.lines.write("broken", why="the test that redgreen added must pass")
                    return None
                continue
            if not seen["passed"]:
                if seen["failed"]:
                    self.failing.append((name, set(seen["meets"])))
                continue
            test = Test(name, self.items[name], place)
            test.cpu, test.wall = seen["cpu"], seen["wall"]
            stem = name.split("[", 1)[0]
            new = self.asked["new_tests"]
            test.is_new = stem in new or name in new
            self.tests[name] = test
            met[name] = set(seen["meets"])
            if seen["starts"]:
                starting.append(name)
        if self.failing:
            names, one = [name for name, _ in self.failing], len(self.failing) == 1
            self.left.append("%d test%s without a defect: %s" % (
                len(names), " that fails" if one else "s that fail", shortly(names)))
        if starting:
            self.left.append("tests that start other programs, in which no defect is switched on: "
                             + shortly(starting))
        self.loads.loaded.update(measured["loaded"])
        for number in measured["early"]:
            self.plan.mutants[number].early = True
        for number in measured["strange"]:
            mutant = self.plan.mutants[number]
            mutant.verdict = mutant.verdict or (
                "unviable", "could not be switched on: its code is not loaded by an import")
        return met

    def must_fail(self, session):
        """Whether a failure is seen for what it is, whatever the project's hooks do."""
        if not self.forks:
            return True

        def fails():
            raise AssertionError("redgreen: this test must fail")

        name = "test_redgreen_must_fail_" + self.nonce
        item = rg_canary.function(session, rg_canary.outermost(session), name, fails)
        task = Task(None, [Test(name, item, 0)], 0, False)
        child = self.start([task])
        while not child.is_over():
            ready([child], 0.02)
            child.hear()
        while child.hear():
            pass
        child.close()
        said = child.verdict()
        if said.get("how") == "assertion":
            return True
        self.lines.write("broken", why="a test that must fail did not")
        return False
