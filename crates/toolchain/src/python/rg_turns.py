"""Tries several defects one after another in one process, where a test takes less than a fork.

Nothing that such a process says is taken for more than it is: a test that fails counts where it
passes again once the defect is off, and every defect that no test notices is tried again in a
process of its own. So what one defect leaves behind (a cache, a changed global) accuses no other
one and excuses none."""

import threading
import time

from rg_trial import Running, first_failure, kind, name_of

# How many defects share a process, and the CPU time of the tests of each, in seconds, up to which
# that is cheaper than a fork.
MOST, SHORT = 16, 0.004


# In the process that runs tests


def turns(tasks, put, voice, subtests):
    """Tries each task in turn until one leaves something behind. `put` switches a defect on, and
    gives what switches it off."""
    threads = threading.active_count()
    for place, task in enumerate(tasks):
        voice.tell("turn", at=place)
        if not turn(task, put, voice, subtests) or threading.active_count() > threads:
            return


def turn(task, put, voice, subtests):
    """Tries one; false where the process is of no more use."""
    cost = {test.item: test.cpu for test in task.tests}
    items = [test.item for test in task.tests]
    off = put(task.mutant)
    try:
        found = first_failure(items, cost.get, task.new, voice, subtests, least=task.least(),
                              has_begun=True, is_shared=True)
    finally:
        off()
    if found is None:
        voice.tell("again")
        return True
    at, error = found
    how = kind(error)
    if how == "memory" or first_failure([items[at]], cost.get, None, voice, subtests,
                                        has_begun=True, is_shared=True):
        voice.tell("again", worn=None if how == "memory" else task.tests[at].name)
        return False
    voice.tell("failed", at=at, how=how, what=name_of(error))
    return True


# In the parent


class Turns(Running):
    """A child that tries several tasks, as its parent sees it."""

    is_shared = True

    def __init__(self, tasks, pid, handle, nonce):
        Running.__init__(self, tasks[0], pid, handle, nonce)
        self.tasks, self.at = tasks, 0
        # Tasks that it answered and nobody asked it about yet, each with what it said.
        self.told, self.known = [], set()

    def take(self, fact):
        if fact.get("ev") == "turn":
            self.task, self.at = self.tasks[fact["at"]], 0
            self.since = self.moved = time.monotonic()
        elif fact.get("ev") in ("failed", "again"):
            self.told.append((self.task, fact))
            self.known.add(self.task)
        else:
            Running.take(self, fact)

    def answers(self):
        told, self.told = self.told, []
        return told

    def open(self):
        return [task for task in self.tasks if task not in self.known]


def worth(task):
    """Whether a task can share a process: its defect can be taken back, and its tests take no
    longer than a fork."""
    mutant = task.mutant
    if mutant is None or task.early or task.alone or task.is_own or not mutant.pairs:
        return False
    return mutant.operator != "no-op" and task.cpu() <= SHORT
