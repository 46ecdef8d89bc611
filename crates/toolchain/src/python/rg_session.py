"""Tries every defect of a plan, each in a child that runs the tests that meet it."""

import gc
import json
import linecache
import os
import subprocess
import sys
import time

from rg_alone import is_possible
from rg_baseline import Baseline, Task, shortly
from rg_code import Unfit, loaded
from rg_plan import by_code
from rg_protocol import Subtests
from rg_trial import (Running, Voice, address_space, flush, fork, limit_memory, ready, trial)
from rg_turns import MOST, Turns, turns, worth


# How often the children are looked at, in seconds: each look reads files of the system.
LOOK = 0.25

# How far the queue is looked through for more tasks that can share a process.
FAR = 256

# The share of the time that may go into compiling defects before any of them is tried.
COMPILING = 0.3


class Trials(Baseline):
    """The session's tests, its defects and the children that try them."""

    def __init__(self, asked, plan, reach, loads, lines, plugin):
        self.asked, self.plan, self.reach, self.loads = asked, plan, reach, loads
        self.lines, self.plugin, self.nonce = lines, plugin, asked["ask"]["nonce"]
        self.ends = asked["began"] + asked["budget_ms"] / 1000.0
        self.tests, self.left, self.forks, self.count = {}, [], False, 0
        self.subtests, self.sound, self.waiting = Subtests(), set(), {}
        self.nursery, self.count_fresh, self.looked = None, 0, 0.0
        self.held, self.failing, self.kept = None, [], set()
        self.weak, self.survived, self.queue, self.late = set(), set(), [], []

    def run(self, session):
        self.load = time.process_time()
        session.config.pluginmanager.register(self.subtests, "redgreen-subtests")
        self.items = {self.plugin.name(item): item for item in session.items}
        began = time.monotonic()
        self.plan.prepare(session.config, began + COMPILING * max(0, self.ends - began))
        early = by_code(self.reach.take()[0] | self.reach.take(self.reach.loading)[0])
        self.forks = is_possible()
        if not self.forks:
            self.left.append("the session cannot be forked: each defect has a process of its own")
        for running in self.plan.live.values():
            for function in running:
                self.reach.trust(function.__code__)
        self.kept = kept((function.__code__ for running in self.plan.live.values()
                          for function in running), self.reach.codes)
        gc.collect()
        if hasattr(gc, "freeze"):
            gc.freeze()
        met = self.baseline(session)
        if met is None:
            return
        if not self.must_fail(session):
            return
        self.settle(early, met)
        self.held = address_space()
        self.loop()
        self.lines.write("tried", executed=self.count, left=self.left, tests=len(self.tests))

    # Which tests, and how

    def settle(self, early, met):
        """Answers what needs no run, and queues the rest."""
        for number, mutant in enumerate(self.plan.mutants):
            mutant.early = mutant.early or self.plan.meets(mutant, early)
            if mutant.verdict is not None:
                self.say(mutant, mutant.verdict, mutant.verdict, [])
                continue
            self.switch(mutant)
            missed = set(self.asked["unreached"].get(mutant.path, ()))
            anywhere = mutant.early and self.is_loaded(mutant)
            over = [test for test in self.tests.values() if number in met[test.name]
                    or anywhere and test.name.split("::", 1)[0] not in missed]
            near = {name for name, numbers in met.items() if self.near(mutant, numbers)}
            killer = self.asked["killers"].get(mutant.id)

            def rank(test):
                return (not test.is_new, test.name != killer, mutant.early and test.name not in near,
                        test.rank())

            over.sort(key=rank)
            new = sum(test.is_new for test in over)
            if not over:
                failing = [name for name, numbers in self.failing if number in numbers]
                why = ("not-reached",)
                if failing:
                    why = ("harness-error",
                           "the tests that run over it fail without it: " + shortly(failing))
                self.say(mutant, why, why, [])
            else:
                self.queue.append(Task(mutant, over, new, mutant.early or not self.forks))

    def is_loaded(self, mutant):
        """Whether anything loaded its file while no defect was on."""
        full = self.plan.full[mutant.path]
        return full in self.loads.loaded or loaded(full) is not None

    def near(self, mutant, numbers):
        """Whether one of these defects is in the same file."""
        return any(self.plan.mutants[each].path == mutant.path for each in numbers)

    def switch(self, mutant):
        if not mutant.early:
            try:
                mutant.pairs = self.plan.switch(mutant)
                if any(id(function.__code__) in self.kept for function, _, _ in mutant.pairs):
                    raise Unfit("somebody keeps its code")
            except (Unfit, ValueError):
                mutant.early = True

    # Children

    def start(self, tasks):
        """A child that runs the tests of one task, or of several."""
        task = tasks[0]
        if task.early:
            return self.fresh(task)
        return self.shared(tasks) if worth(task) else self.forked(task)

    def forked(self, task):
        def work(handle):
            voice = Voice(handle, self.nonce)
            try:
                limit_memory(self.asked["memory"], self.held)
                if task.mutant is not None:
                    self.put(task.mutant)
                cpu = {test.item: test.cpu for test in task.tests}
                items = [test.item for test in task.tests]
                trial(items, cpu.get, task.new, voice, self.subtests,
                      lambda: self.is_there(task.mutant), has_begun=True, least=task.least())
            except BaseException as error:
                voice.tell("lost", why="%s: %s" % (type(error).__name__, error))

        flush()
        pid, handle = fork(work)
        child = Running(task, pid, handle, self.nonce)
        child.at = 0
        return child

    def shared(self, tasks):
        """A child for several defects."""
        def work(handle):
            limit_memory(self.asked["memory"], self.held)
            turns(tasks, self.put, Voice(handle, self.nonce), self.subtests)

        flush()
        pid, handle = fork(work)
        return Turns(tasks, pid, handle, self.nonce)

    def put(self, mutant):
        """Switches the defect on, in this process; gives what switches it off."""
        source = self.plan.sources[mutant.path]
        text = source.applied(mutant.asked)
        self.loads.reach, self.loads.texts[source.full] = None, text
        was = [(function, name, getattr(function, name)) for function, name, _ in mutant.pairs]
        for function, name, value in mutant.pairs:
            setattr(function, name, value)

        def shown():
            return text.decode("utf-8", "replace")

        names = {function.__code__.co_filename for function, _, _ in mutant.pairs}
        for name in names:
            linecache.cache[name] = (shown,)

        def off():
            for function, name, value in was:
                setattr(function, name, value)
            for name in names:
                linecache.cache.pop(name, None)
            del self.loads.texts[source.full]

        return off

    def is_there(self, mutant):
        """Whether the defect is in this process: functions took it, or the loader."""
        return (mutant is None or bool(mutant.pairs)
                or self.plan.sources[mutant.path].full in self.loads.used)

    def fresh(self, task):
        """The same in a Python that starts anew, so that the defect is there before anything is
        loaded."""
        self.count_fresh += 1
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
        asked = {"ask": ask, "mutants": mutants, "new": task.new,
                 "texts": {each["path"]: self.asked["texts"][each["path"]] for each in mutants},
                 "memory": self.asked["memory"], "names": names, "load": self.load,
                 "least": task.least(),
                 "cpu": {test.name: test.cpu for test in task.tests}}
        path = os.path.join(ask["scratch"], "fresh-%d.json" % self.count_fresh)
        if self.nursery is None:
            return self.anew(task, asked, path)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(asked, file)
        return self.nursery.start(task, path, path + ".pipe", self.nonce)

    def anew(self, task, asked, path):
        """Where no copy of the session from before it loaded anything could be kept."""
        reading, writing = os.pipe()
        asked["handle"] = writing
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
                tasks = self.following(running)
                if not tasks:
                    break
                running.append(self.start(tasks))
            if not running and not self.queue and self.late:
                running.append(self.start([self.late.pop(0)]))
                jobs = 1
            for child in ready(running, 0.05):
                child.hear()
                self.answered(child)
            for child in [each for each in running if each.is_over()]:
                running.remove(child)
                while child.hear():
                    pass
                child.close()
                self.answered(child)
                self.over(child)
            if time.monotonic() - self.looked > LOOK:
                self.looked = time.monotonic()
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
        for task in [task for each in running for task in each.open()] + self.queue + self.late + waiting:
            if task is not None and task.mutant is not None:
                self.say(task.mutant, why, why, [])

    def following(self, running):
        """The next tasks for one child. Two of one line never run at a time: a survivor of the
        first speaks for the second, on every machine."""
        busy = {task.line() for child in running for task in child.tasks}
        found, place = [], len(self.queue)
        last = place - FAR
        while place and len(found) < MOST and not (found and place < last):
            place -= 1
            task = self.queue[place]
            if task.line() in busy:
                continue
            busy.add(task.line())
            if found and not worth(task):
                continue
            self.queue.pop(place)
            if self.wanted(task):
                found.append(task)
                if not worth(task):
                    break
        return found

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

    def answered(self, child):
        """What a child said of some of its tasks."""
        for task, said in child.answers():
            if said["ev"] == "failed":
                self.count += 1
                self.failed(child, task, said)
                continue
            task.is_own = True
            self.queue.append(task)
            if said.get("worn"):
                self.spare(said["worn"])

    def spare(self, name):
        """A test that cannot run twice in a process has one of its own from now on."""
        for task in self.queue:
            task.is_own = task.is_own or any(test.name == name for test in task.tests)

    def left_open(self, child):
        """What a child that is gone never answered: only the one that it was at may be why."""
        rest = child.open()
        for task in reversed(rest[1:]):
            self.queue.append(task)
        for task in rest[:1]:
            if child.verdict()["ev"] == "late":
                task.alone = True
                self.late.append(task)
            else:
                task.is_own = True
                self.queue.append(task)

    def over(self, child):
        """What an ended child means."""
        if child.is_shared:
            self.left_open(child)
            return
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
            held.is_own = True
            held.tests = held.tests[:at] + held.tests[at + 1:]
            if held.tests:
                self.queue.append(held)
            else:
                why = ("harness-error", "its tests fail without it in another order")
                self.say(held.mutant, why, why, [])

    def say(self, mutant, new, whole, tests):
        self.lines.write("mutant", id=mutant.id, new=list(new), any=list(whole),
                         over=[test.name for test in tests])


def kept(codes, own):
    """Codes that are a part of something else than a function: whoever looks there for the code of
    the function would not find what takes its place. `own` is no such thing."""
    codes = list(codes)
    found, numbers = set(), set(map(id, codes))
    for holder in gc.get_referrers(*codes) if codes else ():
        # Tuples are the constants of other code.
        if holder is codes or holder is own or not isinstance(holder, (set, frozenset, dict, list)):
            continue
        found.update(numbers.intersection(map(id, holder)))
        if isinstance(holder, dict):
            found.update(numbers.intersection(map(id, holder.values())))
    return found


def alone(asked, voice, session, plugin, loads):
    """In a process of its own: the tests of one defect."""
    subtests = Subtests()
    session.config.pluginmanager.register(subtests, "redgreen-subtests")
    items = {plugin.name(item): item for item in session.items}
    missing = [name for name in asked["names"] if name not in items]
    if missing:
        voice.tell("lost", why=plugin.not_loaded or "%s is not there" % missing[0])
        return
    cpu = {items[name]: asked["cpu"][name] for name in asked["names"]}
    limit_memory(asked["memory"])
    trial([items[name] for name in asked["names"]], cpu.get, asked["new"], voice, subtests,
          lambda: loads.used == set(loads.texts), least=asked["least"])
