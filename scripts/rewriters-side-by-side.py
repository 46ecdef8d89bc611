"""Edits mutants in place for scripts/rewriters-side-by-side, and compares what the tests do."""
import collections
import json
import os
import random
import re
import signal
import subprocess
import sys

# By runner: the tests, up to the first failure, and the words of a program that does not compile or
# load.
COMMANDS = {
    "pytest": ([".venv/bin/python", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"], r"\d+ errors? in|while loading conftest"),
    "cargo": (["cargo", "test", "--offline", "--quiet", "--lib", "--bins", "--tests"], "could not compile"),
    "nextest": (["cargo", "test", "--offline", "--quiet", "--lib", "--bins", "--tests"], "could not compile"),
    "go": (["go", "test", "-count=1", "-vet=off", "-failfast", "./..."], r"\[build failed\]"),
    "maven": (["mvn", "--batch-mode", "--offline", "--quiet", "-Drat.skip", "-Dcheckstyle.skip", "-Djacoco.skip", "test"],
              "COMPILATION ERROR"),
    "mocha": (["npx", "mocha", "--bail"], None),
    "node-test": (["node", "--test"], None),
    "jest": (["npx", "jest", "--bail"], None),
    "tap": (["bash", "-c", "find test -name '*.test.js' -print0 | xargs -0 -n 1 node"], None),
    "vitest": (["npx", "vitest", "run", "--bail=1"], None),
    "ctest": (["bash", "-c", "cmake -S \"$(dirname \"$(ls -d CMakeLists.txt */CMakeLists.txt 2>/dev/null | head -n 1)\")\" -B .build -G Ninja -DCMAKE_BUILD_TYPE=Debug -DBUILD_TESTING=ON >/dev/null && "
               "cmake --build .build && ctest --test-dir .build --stop-on-failure --timeout 20"], r"(?m)^FAILED: "),
}
# Longer than any of the packages' own tests take; what takes longer is noticed.
LIMIT = int(os.environ.get("REWRITERS_LIMIT", "300"))


def fate_of(trial):
    fate = trial["by_any"]
    return fate if isinstance(fate, str) else next(iter(fate))


def tests(copy, words):
    """One run of the tests of a copy."""
    source = os.path.join(copy, "src")
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", RUST_BACKTRACE="0",
                       PYTHONPATH=os.path.abspath(source if os.path.isdir(source) else copy))
    run = subprocess.Popen(words, cwd=copy, env=environment, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        told, said = run.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        # Build tools run tests in children, which would go on for ever.
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
        raise
    return subprocess.CompletedProcess(words, run.returncode, told, said)


def in_place(copy, mutant, command):
    """What the tests do about a mutant that is written into the file."""
    words, broken = command
    path = os.path.join(copy, mutant["path"])
    with open(path, "rb") as file:
        text = file.read()
    start, end = mutant["bytes"]["start"], mutant["bytes"]["end"]
    if text[start:end] != mutant["was"].encode():
        return "not applied"
    with open(path, "wb") as file:
        file.write(text[:start] + mutant["now"].encode() + text[end:])
    try:
        done = tests(copy, words)
    except subprocess.TimeoutExpired:
        return "noticed"
    finally:
        with open(path, "wb") as file:
            file.write(text)
    if broken is not None and re.search(broken, done.stdout + done.stderr):
        return "unviable"
    return "noticed" if done.returncode else "unnoticed"


SAME = {"killed": "noticed", "timed-out": "noticed", "out-of-memory": "noticed", "survived": "unnoticed",
        "not-reached": "unnoticed", "equivalent": "unnoticed", "unviable": "unviable"}


def row(name, directory, size):
    """One line of the table, and what differs."""
    try:
        with open(f"{directory}/mutants.json", encoding="utf-8") as file:
            units = json.load(file)["trials"]
    except (OSError, ValueError, KeyError) as error:
        print(f"| {name} | no result: {error!r} | | | | | |")
        return
    trials = [(one["question"]["unit"].split(":")[-1], trial) for one in units for trial in one["trials"]]
    fates = collections.Counter(fate_of(trial) for _, trial in trials)
    idle = [fate_of(trial) for _, trial in trials if trial["mutant"]["operator"] == "no-op"]
    idle = [fate for fate in idle if fate not in ("skipped", "unviable")]
    tried = [pair for pair in trials if fate_of(pair[1]) in SAME and pair[0] in COMMANDS]
    random.Random(7).shuffle(tried)
    same, differences = 0, []
    for runner in sorted({runner for runner, _ in tried}):
        done = tests(f"{directory}/copy", COMMANDS[runner][0])
        # Tests that need rights which a sandbox takes away, or the other way round.
        while done.returncode and len(COMMANDS[runner][0]) < 20:
            failed = re.findall(r"^FAILED (\S+)", done.stdout, re.MULTILINE)
            if not failed:
                break
            COMMANDS[runner][0].extend(["--deselect", failed[0]])
            done = tests(f"{directory}/copy", COMMANDS[runner][0])
        if done.returncode:
            said = (done.stdout + done.stderr).strip().splitlines() or [""]
            print(f"| {name} | {len(trials)} | the tests of {runner} fail without an edit: {said[-1]} | | | | |")
            return
    for runner, trial in tried[: int(size)]:
        seen = in_place(f"{directory}/copy", trial["mutant"], COMMANDS[runner])
        if seen == SAME[fate_of(trial)]:
            same += 1
        else:
            mutant = trial["mutant"]
            differences.append(f"{mutant['id']} {mutant['path']}:{mutant['lines']['first']} "
                               f"{mutant['was']!r} -> {mutant['now']!r}: {json.dumps(trial['by_any'])}, in place {seen}")
    troubles = [json.dumps(one["trouble"]) for one in units if one["trouble"]]
    unnoticed = sum(fate in ("survived", "not-reached") for fate in idle)
    print(f"| {name} | {len(trials)} | {fates['harness-error']} | {unnoticed} of {len(idle)} "
          f"| {same + len(differences)} | {same} | {'; '.join(troubles) or '-'} |", flush=True)
    for line in differences:
        print(f"  {line}", flush=True)


def head():
    print("| package | mutants | without an answer | changes of nothing unnoticed | edited in place | the same | trouble |")
    print("|---|---|---|---|---|---|---|")


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    {"head": head, "row": row}[verb](*rest)
