"""Decides how each defect is tried: in a fork, in a process of its own, or not at all."""

import dis
import os
import time

from rg_code import Source, Unfit, changed, defaulted, every, functions, named, outermost, switches, whole


class Mutant:
    """One defect and what has become of it."""

    def __init__(self, asked):
        self.asked, self.id = asked, asked["id"]
        self.operator, self.path = asked["operator"], asked["path"]
        self.trails, self.places, self.verdict = [], set(), None
        self.default = None
        # Whether its code runs while files are loaded, so that it must be there from the start.
        self.early = False
        self.line = (self.path, asked["lines"][0])

    def is_shown_by_line(self):
        """Whether one survivor speaks for the others of its line."""
        return self.operator not in ("assertion", "no-op", "body")


class Plan:
    """Every defect, and the files that they change."""

    def __init__(self, asked, tree):
        self.asked, self.tree = asked, tree
        self.mutants = [Mutant(each) for each in asked["mutants"]]
        self.full = {path: os.path.realpath(os.path.join(tree, path)) for path in asked["texts"]}
        self.sources = {}
        self.live = {}

    def files(self):
        return set(self.full.values())

    def wide_lines(self):
        """By file, every line that a defect may be met on."""
        lines = {full: set() for full in self.full.values()}
        for path, full in self.full.items():
            try:
                source = self.sources[path] = Source(full, self.asked["texts"][path])
            except (SyntaxError, ValueError):
                continue
            for mutant in self.mutants:
                if mutant.path == path:
                    lines[full].update(source.lines(mutant.asked))
                    first, last = mutant.asked["lines"]
                    lines[full].update(range(first, last + 1))
        return lines

    def prepare(self, config, ends):
        """Compiles every defect, the first ones first, as far as the clock allows; `config` is
        pytest's."""
        self.live = functions(self.files())
        for path, full in self.full.items():
            try:
                if path not in self.sources:
                    self.sources[path] = Source(full, self.asked["texts"][path])
                self.sources[path].settle(config)
            except (SyntaxError, ValueError) as error:
                for mutant in self.mutants:
                    if mutant.path == path:
                        mutant.verdict = ("unviable", "the file does not compile: %s" % error)
        for mutant in self.mutants:
            if mutant.verdict is None and time.monotonic() > ends:
                mutant.verdict = ("skipped", "the time was up")
            elif mutant.verdict is None:
                self.compile(mutant, self.sources[mutant.path])

    def compile(self, mutant, source):
        try:
            mutant.trails = self.trails(mutant, *source.versions(mutant.asked))
            if mutant.trails and not self.runs(mutant.trails):
                # A statement alone is not always compiled as it is in its file.
                versions = source.versions(mutant.asked, whole_file=True)
                mutant.trails = self.trails(mutant, *versions)
        except (SyntaxError, ValueError, RecursionError) as error:
            mutant.verdict = ("unviable", "it does not compile: %s" % error)
            return
        except Unfit as error:
            mutant.verdict = ("harness-error", str(error))
            return
        if not mutant.trails:
            mutant.verdict = ("equivalent", "identical code object")
            return
        self.place(mutant, source)

    def trails(self, mutant, before, after):
        trails = changed(before, after)
        if not trails and mutant.operator == "no-op":
            return named(before, after, mutant.asked["function"].split("."))
        return trails

    def runs(self, trails):
        """Whether functions run the code, or cannot."""
        places = [(trail, outermost(trail)) for trail in trails]
        return all(place is None or whole(trail[place][0]) in self.live
                   for trail, place in places)

    def place(self, mutant, source):
        """Where the defect is met."""
        lines, full = source.lines(mutant.asked), source.full
        if self.takes_default(mutant, source):
            return
        for trail in mutant.trails:
            code = trail[-1][0]
            mutant.early = mutant.early or outermost(trail) is None
            anywhere = mutant.operator in ("body", "no-op")
            for each in every(code):
                own = range(1, 1 << 30) if anywhere and each is code else met_on(each, lines, mutant)
                mutant.places.add((full, each.co_name, each.co_firstlineno, own))

    def takes_default(self, mutant, source):
        """Whether the defect is no more than another default of a function that runs: it is met
        wherever that function runs."""
        if [outermost(trail) for trail in mutant.trails] != [None]:
            return False
        default = source.default(mutant.asked)
        if default is None:
            return False
        name, first, which, value = default
        codes = [each for each in every(mutant.trails[0][0][0])
                 if each.co_name == name and each.co_firstlineno == first]
        if len(codes) != 1 or whole(codes[0]) not in self.live:
            return False
        mutant.default = (codes[0], which, value)
        mutant.places = {(source.full, name, first, range(1, 1 << 30))}
        return True

    def meets(self, mutant, by_code):
        """Whether lines that ran, given by file, name and first line of their code, hold it."""
        for full, name, first, lines in mutant.places:
            for line in by_code.get((full, name, first), ()):
                if line in lines:
                    return True
        return False

    def switch(self, mutant):
        """The functions that take other code. Raises `Unfit` where a process of its own is
        needed."""
        if mutant.default is not None:
            code, which, value = mutant.default
            return [defaulted(function, which, value) for function in self.live[whole(code)]]
        source = self.sources[mutant.path]
        if source.module is None and not any(self.live_in(source.full)):
            return []  # not loaded yet: the loader gives the other text
        return switches(mutant.trails, self.live)

    def live_in(self, full):
        for running in self.live.values():
            for function in running[:1]:
                if os.path.realpath(function.__code__.co_filename) == full:
                    yield function


def met_on(code, lines, mutant):
    """The lines of the code that tell that the defect is met. A jump may have no line that ever
    runs: then the one in front of it tells."""
    starts = {line for _, line in dis.findlinestarts(code) if line is not None}
    own = starts.intersection(lines)
    before = [line for line in starts if line < lines[0]]
    if before and (not own or mutant.asked["was"] in ("break", "continue", "pass")):
        own.add(max(before))
    return frozenset(own)


def by_code(places):
    grouped = {}
    for full, name, first, line in places:
        grouped.setdefault((full, name, first), set()).add(line)
    return grouped
