"""Measures, splits and compares for scripts/mutants-side-by-side."""
import collections
import ctypes
import glob
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time
import xml.etree.ElementTree

TESTS = '''

def test_parse_int_list():
    assert strutils.parse_int_list('1,3,5-8,10-11,15') == [1, 3, 5, 6, 7, 8, 10, 11, 15]
    assert strutils.parse_int_list(' 4-2;;7 ', delim=';') == [2, 3, 4, 7]
    assert strutils.parse_int_list('1:3', range_delim=':') == [1, 2, 3]


def test_format_int_list():
    assert strutils.format_int_list([1, 3, 5, 6, 7, 8, 10, 11, 15]) == '1,3,5-8,10-11,15'
    assert strutils.format_int_list([3, 1, 2]) == '1-3'
    assert strutils.format_int_list([5, 1], delim_space=True) == '1, 5'
    assert strutils.format_int_list([1, 2, 9], delim=';', range_delim=':') == '1:2;9'
'''

# What a change adds. Each has tests in one file.
FUNCTIONS = {
    "small": ("parse_int_list", "format_int_list"),
    "large": ("parse_int_list", "format_int_list", "human_readable_list", "is_uuid", "args2sh", "args2cmd",
              "strip_ansi", "iter_splitlines", "indent", "gzip_bytes", "gunzip_bytes", "singularize", "pluralize",
              "asciify", "bytes2human"),
}

SIMPLER = {
    "matches_greater": "    ver.major > cmp.major\n",
    "matches_less": "    ver.major < cmp.major\n",
    "matches_caret": "    ver.major == cmp.major\n",
}
CALLERS = ("test_greater_than", "test_less_than", "test_caret")


EMPTIED = ("parse", "fmtShort", "fmtLong", "plural")

CASES = {
    "100": 100, "1m": 60000, "1h": 3600000, "2d": 172800000, "3w": 1814400000, "1s": 1000, "100ms": 100,
    "1y": 31557600000, "1.5h": 5400000, "1   s": 1000, "-.5h": -1800000, "-100ms": -100, "1.5H": 5400000,
    ".5ms": 0.5, "53 milliseconds": 53, "17 msecs": 17, "1 sec": 1000, "1 min": 60000, "1 hr": 3600000,
    "2 days": 172800000, "1 week": 604800000, "1 yr": 31557600000, "-1.5 hours": -5400000,
}
SHORT = {500: "500ms", -500: "-500ms", 1000: "1s", 10000: "10s", 60000: "1m", 600000: "10m", 3600000: "1h",
         86400000: "1d", 234234234: "3d", -234234234: "-3d"}
LONG = {500: "500 ms", 1000: "1 second", 1200: "1 second", 10000: "10 seconds", 60000: "1 minute",
        3600000: "1 hour", 86400000: "1 day", 234234234: "3 days"}


def replaced(path, edit):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    after = edit(text)
    if after == text:
        sys.exit(f"{path}: nothing to take out, is it another version?")
    with open(path, "w", encoding="utf-8") as file:
        file.write(after)


def split_python(base, head, which):
    """Head gets tests of two functions; base loses the functions of the change."""
    replaced(f"{head}/tests/test_strutils.py", lambda text: text.rstrip() + "\n" + TESTS)

    def without(text):
        for name in FUNCTIONS[which]:
            text = re.sub(rf"^def {name}\(.*?(?=^[^\s)])", "", text, flags=re.S | re.M)
            text = text.replace(f" '{name}',", "")
        return text

    replaced(f"{base}/boltons/strutils.py", without)


def patterns(which):
    """Prints what mutmut calls the mutants of a change."""
    for name in FUNCTIONS[which]:
        print(f"boltons.strutils.x_{name}__mutmut_*")


def split_rust(base):
    """Base gets simpler bodies of three functions, and loses the tests that call them."""

    def simpler(text):
        for name, body in SIMPLER.items():
            text = re.sub(rf"(fn {name}\([^{{]*{{\n).*?(^}})", lambda m: m[1] + body + m[2], text, flags=re.S | re.M)
        return text

    def fewer(text):
        for name in CALLERS:
            text = re.sub(rf"#\[test\]\n(pub )?fn {name}\(.*?^}}\n\n?", "", text, flags=re.S | re.M)
        return text

    replaced(f"{base}/src/eval.rs", simpler)
    replaced(f"{base}/tests/test_version_req.rs", fewer)


def split_javascript(base, head):
    """Both run mocha; head gets a table of cases, and the functions of base do nothing."""
    for each in (base, head):
        replaced(f"{each}/package.json", lambda text: text.replace('"mocha tests.js"', '"mocha"'))

    def emptied(text):
        for name in EMPTIED:
            text = re.sub(rf"(function {name}\([^{{]*{{\n).*?(^}})", r"\1  return undefined;\n\2", text, flags=re.S | re.M)
        return text

    replaced(f"{base}/index.js", emptied)
    lines = ["'use strict';", "const assert = require('assert');", "const ms = require('..');", "",
             "describe('ms', function () {"]
    for text, number in CASES.items():
        lines.append(f"  it('reads {text}', function () {{ assert.strictEqual(ms({json.dumps(text)}), {number}); }});")
    for options, cases in (("", SHORT), (", { long: true }", LONG)):
        for number, text in cases.items():
            lines.append(f"  it('writes {text} of {number}', function () {{ "
                         f"assert.strictEqual(ms({number}{options}), {json.dumps(text)}); }});")
    os.makedirs(f"{head}/test")
    with open(f"{head}/test/ms.js", "w", encoding="utf-8") as file:
        file.write("\n".join(lines + ["});", ""]))


def plug_in(pom, version, junit):
    """PIT with what it needs for JUnit 5, which no command line can bring."""
    words = ("<plugin><groupId>org.pitest</groupId><artifactId>pitest-maven</artifactId>"
             f"<version>{version}</version><dependencies><dependency><groupId>org.pitest</groupId>"
             f"<artifactId>pitest-junit5-plugin</artifactId><version>{junit}</version>"
             "</dependency></dependencies></plugin>")
    replaced(pom, lambda text: re.sub(r"(<build>.*?<plugins>)", r"\1" + words, text, count=1, flags=re.S))


def mutations(path):
    return xml.etree.ElementTree.parse(path).getroot().iter("mutation")


def executed(tool, directory, out):
    """How many mutants a tool executed, and how many of them were noticed."""
    if tool == "redgreen":
        trials = json.loads(out)["trials"]
        fates = collections.Counter(fate_of(trial) for one in trials for trial in one["trials"])
        return sum(one["executed"] for one in trials), dict(fates)
    if tool.startswith("mutmut"):
        fates = collections.Counter()
        for path in glob.glob(f"{directory}/mutants/**/*.meta", recursive=True):
            with open(path, encoding="utf-8") as file:
                codes = json.load(file)["exit_code_by_key"]
            fates.update("survived" if code == 0 else "killed" for code in codes.values() if code is not None)
        return sum(fates.values()), dict(fates)
    if tool.startswith("irradiate"):
        with open(f"{directory}/irradiate-report.json", encoding="utf-8") as file:
            report = json.load(file)
        fates = collections.Counter(m["status"] for f in report["files"].values() for m in f["mutants"])
        return sum(fates.values()) - fates["Ignored"] - fates["NoCoverage"], dict(fates)
    if tool.startswith("moonbuggy"):
        with open(f"{directory}/.moonbuggy/results.jsonl", encoding="utf-8") as file:
            fates = collections.Counter(json.loads(line)["status"] for line in file if line.strip())
        return sum(fates.values()) - fates["NO_COVERAGE"] - fates["SKIPPED"], dict(fates)
    if tool.startswith("cargo-mutants"):
        with open(f"{directory}/mutants.out/outcomes.json", encoding="utf-8") as file:
            outcomes = json.load(file)["outcomes"]
        fates = collections.Counter(o["summary"] for o in outcomes if o["scenario"] != "Baseline")
        return sum(fates.values()), dict(fates)
    if tool.startswith("PIT"):
        found = mutations(f"{directory}/target/pit-reports/mutations.xml")
        fates = collections.Counter(one.get("status") for one in found)
        return sum(fates.values()) - fates["NO_COVERAGE"], dict(fates)
    with open(f"{directory}/reports/mutation/mutation.json", encoding="utf-8") as file:
        report = json.load(file)
    fates = collections.Counter(m["status"] for f in report["files"].values() for m in f["mutants"])
    return sum(fates.values()) - fates["NoCoverage"] - fates["Ignored"], dict(fates)


def fate_of(trial):
    # A change of nothing ought to stay unnoticed: it is no survivor.
    if trial["mutant"]["operator"] == "no-op":
        return "no-op"
    fate = trial["by_any"]
    return fate if isinstance(fate, str) else next(iter(fate))


def measure(costs, tool, scope, directory, *command):
    """Runs a command and adds a line to the list: user and system time of all its descendants."""
    if sys.platform == "linux":
        # What outlives its parent comes to this process, so that its time is counted too.
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    start = time.monotonic()
    with open(f"{costs}.said", "w", encoding="utf-8") as said:
        done = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, stderr=said, text=True, check=False)
    wall = time.monotonic() - start
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(f"{costs}.{tool.split()[0]}", "w", encoding="utf-8") as file:
        file.write(done.stdout)
    try:
        mutants, fates = executed(tool, directory, done.stdout)
    except (OSError, ValueError, KeyError) as error:
        print(f"{tool}: no result, exit {done.returncode}: {error!r}; see {costs}.said", file=sys.stderr)
        return
    row = {"tool": tool, "scope": scope, "mutants": mutants, "fates": fates}
    row |= {"cpu": used.ru_utime + used.ru_stime, "wall": wall, "exit": done.returncode}
    with open(costs, "a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def table(costs):
    """Prints the medians of a list, beside those of redgreen."""
    rows = collections.defaultdict(list)
    with open(costs, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            rows[row["tool"], row["scope"]].append(row)
    ours = each = waited = None
    print("| tool | tests | mutants | runs | CPU s | wall s | CPU ms a mutant | CPU ratio | CPU ratio a mutant | wall ratio | fates |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for (tool, scope), some in rows.items():
        cpu = statistics.median(row["cpu"] for row in some)
        wall = statistics.median(row["wall"] for row in some)
        count = some[-1]["mutants"]
        one = 1000 * cpu / max(count, 1)
        ours, each, waited = ours or cpu, each or one, waited or wall
        fates = ", ".join(f"{n} {fate}" for fate, n in sorted(some[-1]["fates"].items()))
        print(f"| {tool} | {scope} | {count} | {len(some)} | {cpu:.2f} | {wall:.1f} | {one:.1f} "
              f"| {cpu / ours:.1f} | {one / each:.1f} | {wall / waited:.1f} | {fates} |")


def bare(text):
    return re.sub(r"\s+", "", text)


def offset(text, at):
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: at["line"] - 1]) + at["column"] - 1


def verdicts(ours, theirs, repository):
    """Compares mutant by mutant: two are the same where they leave the same text of the file."""
    texts, found = {}, {}

    def head(path):
        if path not in texts:
            texts[path] = subprocess.run(
                ["git", "-C", repository, "show", f"head:{path}"], capture_output=True, text=True, check=True
            ).stdout
        return texts[path]

    with open(theirs, encoding="utf-8") as file:
        for outcome in json.load(file)["outcomes"]:
            if outcome["scenario"] == "Baseline":
                continue
            mutant = outcome["scenario"]["Mutant"]
            text = head(mutant["file"])
            start, end = (offset(text, mutant["span"][side]) for side in ("start", "end"))
            key = mutant["file"], bare(text[:start] + mutant["replacement"] + text[end:])
            found[key] = mutant["name"], outcome["summary"]
    same, differences, more = 0, [], collections.Counter()
    with open(ours, encoding="utf-8") as file:
        trials = [trial for one in json.load(file)["trials"] for trial in one["trials"]]
    for trial in trials:
        mutant, fate = trial["mutant"], fate_of(trial)
        text = head(mutant["path"]).encode()
        start, end = mutant["bytes"]["start"], mutant["bytes"]["end"]
        broken = (text[:start] + mutant["now"].encode() + text[end:]).decode()
        other = found.pop((mutant["path"], bare(broken)), None)
        if other is None:
            more[fate] += 1
            continue
        agree = {"killed": "CaughtMutant", "survived": "MissedMutant", "not-reached": "MissedMutant"}.get(fate)
        if agree == other[1]:
            same += 1
        else:
            differences.append(f"{other[0]}: {other[1]}, here {json.dumps(trial['by_any'])}")
    print(f"the same mutant and the same verdict: {same}")
    print(f"the same mutant and another verdict: {len(differences)}")
    for line in differences:
        print(f"  {line}")
    print(f"mutants of redgreen alone: {dict(more)}")
    print(f"mutants of the other alone: {len(found)}")
    for name, summary in found.values():
        print(f"  {name}: {summary}")


def lines(ours, theirs):
    """Compares line by line, where the other has no text of what it breaks: a line is open where
    not every mutant of it is noticed."""
    here, there = collections.defaultdict(list), collections.defaultdict(list)
    with open(ours, encoding="utf-8") as file:
        for one in json.load(file)["trials"]:
            for trial in one["trials"]:
                if fate_of(trial) in ("survived", "not-reached") and trial["mutant"]["operator"] != "no-op":
                    mutant = trial["mutant"]
                    for line in range(mutant["lines"]["first"], mutant["lines"]["last"] + 1):
                        here[line].append(f'{mutant["was"]!r} to {mutant["now"]!r}')
    for one in mutations(theirs):
        if one.get("status") in ("SURVIVED", "NO_COVERAGE"):
            there[int(one.findtext("lineNumber"))].append(one.findtext("description"))
    print(f"lines that both leave open: {len(set(here) & set(there))}")
    print(f"lines that redgreen alone leaves open: {len(set(here) - set(there))}")
    print(f"lines that the other alone leaves open: {len(set(there) - set(here))}")
    for line in sorted(set(there) - set(here)):
        print(f"  {line}: {'; '.join(there[line])}")


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    {"split-python": split_python, "patterns": patterns, "split-rust": split_rust,
     "split-javascript": split_javascript, "measure": measure, "table": table, "verdicts": verdicts,
     "plug-in": plug_in, "lines": lines}[
        verb
    ](*rest)
