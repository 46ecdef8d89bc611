"""Tries every defect of a plan: first the tests without any, then one child for each."""

import gc
import json
import linecache
import os
import subprocess
import sys
import time

import rg_canary
from rg_alone import is_possible
from rg_code import Unfit
from rg_plan import by_code
from rg_reach import credit_fixtures
from rg_trial import (
    Running, Subtests, Voice, flush, fork, kind, limit_memory, protocol, ready, trial)

# What starts another program.
STARTS = ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system", "os.spawn", "os.fork",
          "os.forkpty")


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


class Trials:
    """The session's tests, its defects and the children that try them."""

    def __init__(self, asked, plan, reach, loads, lines, plugin):
        self.asked, self.plan, self.reach, self.loads = asked, plan, reach, loads
        self.lines, self.plugin, self.nonce = lines, plugin, asked["ask"]["nonce"]
        self.ends = rg_end(asked)
        self.tests, self.left, self.forks, self.count = {}, [], False, 0
        self.subtests, self.sound, self.waiting = Subtests(), set(), {}
        self.weak, self.survived, self.queue, self.late = set(), set(), [], []

    def run(self, session):
        self.load = time.process_time()
        session.config.pluginmanager.register(self.subtests, "redgreen-subtests")
        self.items = {self.plugin.name(item): item for item in session.items}
        self.plan.prepare(session.config)
        early = by_code(self.reach.take()[0] | self.reach.take(self.reach.loading)[0])
        self.forks = is_possible()
        if not self.forks:
            self.left.append("the session cannot be forked: each defect has a process of its own")
        for running in self.plan.live.values():
            for function in running:
                self.reach.trust(function.__code__)
        gc.collect()
        gc.freeze()
        met = self.baseline(session)
        if met is None:
            return
        if not self.must_fail(session):
            return
        self.settle(early, met)
        self.loop()
        self.lines.write("tried", executed=self.count, left=self.left, tests=len(self.tests))

    # Without a defect

    def baseline(self, session):
        """Runs every test once; which tests meet which defect."""
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
            following = items[place + 1] if place + 1 < len(items) else None
            del starts[:]
            cpu, wall = time.process_time(), time.monotonic()
            error = protocol(item, following, self.subtests)
            cpu, wall = time.process_time() - cpu, time.monotonic() - wall
            blind = self.reach.is_blind()
            if blind:
                self.reach.again()
            places, odd = self.reach.take()
            strange |= odd
            met = by_code(places)
            seen.append({
                "name": self.plugin.name(item), "cpu": cpu, "wall": wall, "starts": bool(starts),
                "passed": error is None and item.get_closest_marker("xfail") is None,
                "why": None if error is None else kind(error), "blind": blind,
                "meets": [number for number, mutant in enumerate(self.plan.mutants)
                          if blind or self.plan.meets(mutant, met)]})
        self.reach.stop()
        strange, early = by_code(strange), by_code(self.reach.take(self.reach.loading)[0])
        mutants = list(enumerate(self.plan.mutants))
        return {"seen": seen,
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
        if starting:
            self.left.append("tests that start other programs, in which no defect is switched on: "
                             + ", ".join(starting[:5]) + (" …" if len(starting) > 5 else ""))
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
        child = self.start(task)
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

    # Which tests, and how

    def settle(self, early, met):
        """Answers what needs no run, and queues the rest."""
        for number, mutant in enumerate(self.plan.mutants):
            mutant.early = mutant.early or self.plan.meets(mutant, early)
            if mutant.verdict is not None:
                self.say(mutant, mutant.verdict, mutant.verdict, [])
                continue
            self.switch(mutant)
            over = [test for test in self.tests.values()
                    if mutant.early or number in met[test.name]]
            near = {name for name, numbers in met.items() if self.near(mutant, numbers)}
            killer = self.asked["killers"].get(mutant.id)

            def rank(test):
                return (not test.is_new, test.name != killer, mutant.early and test.name not in near,
                        test.rank())

            over.sort(key=rank)
            new = sum(test.is_new for test in over)
            if not over:
                self.say(mutant, ("not-reached",), ("not-reached",), [])
            else:
                self.queue.append(Task(mutant, over, new, mutant.early or not self.forks))

    def near(self, mutant, numbers):
        """Whether one of these defects is in the same file."""
        return any(self.plan.mutants[each].path == mutant.path for each in numbers)

    def switch(self, mutant):
        if not mutant.early:
            try:
                mutant.pairs = self.plan.switch(mutant)
            except (Unfit, ValueError):
                mutant.early = True

    # Children

    def start(self, task):
        """A child that runs the task's tests."""
        child = self.fresh(task) if task.early else self.forked(task)
        return child

    def forked(self, task):
        def work(handle):
            voice = Voice(handle, self.nonce)
            try:
                limit_memory(self.asked["memory"])
                if task.mutant is not None:
                    self.put(task.mutant)
                cpu = {test.item: test.cpu for test in task.tests}
                items = [test.item for test in task.tests]
                trial(items, cpu.get, task.new, voice, self.subtests,
                      lambda: self.is_there(task.mutant))
            except BaseException as error:
                voice.tell("lost", why="%s: %s" % (type(error).__name__, error))

        flush()
        pid, handle = fork(work)
        return Running(task, pid, handle, self.nonce)

    def put(self, mutant):
        """Switches the defect on, in this process."""
        source = self.plan.sources[mutant.path]
        text = source.applied(mutant.asked)
        self.loads.reach, self.loads.texts[source.full] = None, text
        for function, name, value in mutant.pairs:
            setattr(function, name, value)
        lines = text.decode("utf-8", "replace").splitlines(True)
        for name in {function.__code__.co_filename for function, _, _ in mutant.pairs}:
            linecache.cache[name] = (len(text), None, lines, name)

    def is_there(self, mutant):
        """Whether the defect is in this process: functions took it, or the loader."""
        return (mutant is None or bool(mutant.pairs)
                or self.plan.sources[mutant.path].full in self.loads.used)

    def fresh(self, task):
        """The same in a Python that starts anew, so that the defect is there before anything is
        loaded."""
        self.count_fresh = getattr(self, "count_fresh", 0) + 1
        ask = dict(self.asked["ask"])
        names = [test.name for test in task.tests]
        files, inside = [], self.asked["ask"]["dir"]
        for name in names:
            path = name.split("::", 1)[0]
            path = path[len(inside) + 1:] if inside else path
            if path not in files:
                files.append(path)
        ask.update(tests=names, files=files, whole=False, shuffle=None, alone=False,
                   report="fresh-%d.jsonl" % self.count_fresh)
        mutants = [task.mutant.asked] if task.mutant is not None else []
        reading, writing = os.pipe()
        asked = {"ask": ask, "mutants": mutants, "handle": writing, "new": task.new,
                 "texts": {each["path"]: self.asked["texts"][each["path"]] for each in mutants},
                 "memory": self.asked["memory"], "names": names, "load": self.load,
                 "cpu": {test.name: test.cpu for test in task.tests}}
        path = os.path.join(ask["scratch"], "fresh-%d.json" % self.count_fresh)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(asked, file)
        os.set_inheritable(writing, True)
        child = subprocess.Popen(
            [sys.executable, self.asked["script"], path], env=self.asked["env"],
            pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(writing)
        running = Running(task, child.pid, reading, self.nonce)
        child.returncode = 0  # it is waited for elsewhere
        return running

    # The loop

    def loop(self):
        running, jobs = [], max(1, self.asked["jobs"])
        self.queue.reverse()
        while self.queue or running or self.late:
            if self.is_late():
                break
            while len(running) < jobs:
                task = self.following(running)
                if task is None:
                    break
                running.append(self.start(task))
            if not running and not self.queue and self.late:
                task = self.late.pop(0)
                running.append(self.start(task))
                jobs = 1
            for child in ready(running, 0.05):
                child.hear()
            for child in [each for each in running if each.is_over()]:
                running.remove(child)
                while child.hear():
                    pass
                child.close()
                self.over(child)
            for child in running:
                self.look(child)
        self.stop(running)

    def is_late(self):
        return time.monotonic() > self.ends

    def stop(self, running):
        """The time is up: what is not answered is skipped."""
        for child in running:
            child.kill()
            while not child.is_over():
                time.sleep(0.002)
            child.close()
        why = ("skipped", "the time was up")
        waiting = [task for tasks in self.waiting.values() for _, task in tasks]
        for task in [each.task for each in running] + self.queue + self.late + waiting:
            if task is not None and task.mutant is not None:
                self.say(task.mutant, why, why, [])

    def following(self, running):
        """The next task to start. Two of one line never run at a time: a survivor of the first
        speaks for the second, on every machine."""
        busy = {child.task.mutant.line for child in running if child.task.mutant is not None}
        for place in range(len(self.queue) - 1, -1, -1):
            mutant = self.queue[place].mutant
            if mutant is not None and mutant.is_shown_by_line() and mutant.line in busy:
                continue
            task = self.queue.pop(place)
            if self.wanted(task):
                return task
        return None

    def wanted(self, task):
        mutant = task.mutant
        if mutant is not None and mutant.is_shown_by_line() and mutant.line in self.survived:
            why = ("skipped", "its line has a survivor")
            self.say(mutant, why, why, [])
            return False
        return True

    def look(self, child):
        tests = child.task.tests
        if child.at is None:
            child.watch(self.load, 0)
        else:
            child.watch(tests[child.at].wall, self.asked["ask"]["limit_ms"] / 1000.0)

    def over(self, child):
        """What an ended child means."""
        task, said = child.task, child.verdict()
        if task.mutant is None:
            self.checked(task, said)
            return
        if said["ev"] == "late" and not task.alone:
            task.alone = True
            self.late.append(task)
            return
        self.count += 1
        if said["ev"] == "passed":
            self.passed(task)
        elif said["ev"] == "failed":
            self.failed(child, task, said)
        elif said["ev"] == "late" and child.at is None:
            why = ("unviable", "the tests cannot be loaded with it: that takes too long")
            self.say(task.mutant, why, why, [])
        elif said["ev"] == "late":
            by = task.tests[child.at or 0].name
            self.noticed(task, child.at or 0, ("timed-out", by))
        elif child.at is None and task.early and task.mutant.trails:
            why = "the tests cannot be loaded with it: %s" % said.get("why", "")
            self.say(task.mutant, ("unviable", why), ("unviable", why), [])
        else:
            why = ("harness-error", said.get("why", ""))
            self.say(task.mutant, why, why, task.tests)

    def passed(self, task):
        old = len(task.tests) > task.new
        new = ("survived",) if task.new else ("not-reached",)
        self.say(task.mutant, new, ("survived",) if task.tests or old else new, task.tests)
        if task.mutant.operator != "no-op":
            self.survived.add(task.mutant.line)

    def noticed(self, task, at, verdict):
        new = verdict
        if at >= task.new:
            new = ("survived",) if task.new else ("not-reached",)
        self.say(task.mutant, new, verdict, task.tests)

    def failed(self, child, task, said):
        """A failure counts where the same tests, in the same order, pass without the defect."""
        at, way = said["at"], task.early
        names = tuple(test.name for test in task.tests[:at + 1])
        if (way, names) in self.sound:
            self.kill(task, said)
        elif (way, names) in self.waiting:
            self.waiting[way, names].append((said, task))
        else:
            self.waiting[way, names] = [(said, task)]
            self.queue.append(Task(None, task.tests[:at + 1], at + 1, way))

    def kill(self, task, said):
        at = said["at"]
        by = task.tests[at].name
        verdict = ("killed", by, said["how"], said.get("what", ""))
        if said["how"] == "memory":
            verdict = ("out-of-memory", by)
        self.noticed(task, at, verdict)

    def checked(self, task, said):
        """The same tests without a defect: those that fail even so cannot kill in this order."""
        names = tuple(test.name for test in task.tests)
        key = (task.early, names)
        waiting = self.waiting.pop(key, [])
        if said["ev"] == "passed":
            self.sound.update((task.early, names[:end]) for end in range(1, len(names) + 1))
            for failed, held in waiting:
                self.kill(held, failed)
            return
        for failed, held in waiting:
            at = failed["at"]
            weak = held.tests[at]
            if weak.name not in self.weak:
                self.weak.add(weak.name)
                self.left.append("%s fails without a defect in another order" % weak.name)
            held.new -= weak.is_new
            held.tests = held.tests[:at] + held.tests[at + 1:]
            if held.tests:
                self.queue.append(held)
            else:
                why = ("harness-error", "its tests fail without it in another order")
                self.say(held.mutant, why, why, [])

    def say(self, mutant, new, whole, tests):
        self.lines.write("mutant", id=mutant.id, new=list(new), any=list(whole),
                         over=[test.name for test in tests])


def rg_end(asked):
    return time.monotonic() + asked["budget_ms"] / 1000.0


def alone(asked, voice, session, plugin, loads):
    """In a process of its own: the tests of one defect."""
    subtests = Subtests()
    session.config.pluginmanager.register(subtests, "redgreen-subtests")
    items = {plugin.name(item): item for item in session.items}
    missing = [name for name in asked["names"] if name not in items]
    if missing:
        voice.tell("lost", why="%s is not there" % missing[0])
        return
    cpu = {items[name]: asked["cpu"][name] for name in asked["names"]}
    limit_memory(asked["memory"])
    trial([items[name] for name in asked["names"]], cpu.get, asked["new"], voice, subtests,
          lambda: loads.used == set(loads.texts))
