//! Mutants of Python that share a process: what one leaves behind is no matter of the next.

use super::mutants::{Case, killed};
use redgreen_core::mutant::{Fate, Kill};
use std::collections::BTreeSet;

/// What all tests did about each mutant.
fn fates(case: &Case) -> Vec<Fate> {
    let report = case.run();
    let all = case.mutants.iter();
    all.map(|each| report.tried[&each.id].by_any.clone())
        .collect()
}

#[test]
fn defects_that_quick_tests_notice_share_a_process() {
    let text = "def f(x):\n    a = x + 1\n    b = x + 2\n    c = x + 3\n    d = x + 4\n    return a, b, c, d\n";
    let heard = tempfile::tempdir().expect("a directory");
    let file = heard.path().join("pids");
    let test = format!(
        "import os, mod\ndef test_f():\n    with open({file:?}, 'a') as pids: print(os.getpid(), file=pids)\n    assert mod.f(0) == (1, 2, 3, 4)\n"
    );
    let case = Case::new(&[("mod.py", text), ("test_mod.py", &test)])
        .edit("mod.py", "x + 1", "x + 11")
        .edit("mod.py", "x + 2", "x + 12")
        .edit("mod.py", "x + 3", "x + 13")
        .edit("mod.py", "x + 4", "x + 14");
    let dies = killed("test_mod.py::test_f", Kill::Assertion);
    assert_eq!(fates(&case), [&dies; 4].map(Clone::clone));
    let pids = std::fs::read_to_string(&file).expect("the test ran");
    let pids: BTreeSet<&str> = pids.lines().collect();
    // The run without a defect, that of all four, and that of the killing test alone.
    assert_eq!(pids.len(), 3, "{pids:?}");
}

/// A cache that every function fills.
const CACHE: &str = "memo = {}\n\ndef first(x):\n    return second(x) * 1\n\ndef second(x):\n    if x not in memo:\n        memo[x] = x + 1\n    return memo[x]\n\ndef third(x):\n    other = 5\n    return second(x)\n";
const USES: &str = "import mod\ndef test_first(): assert mod.first(1) == 2\ndef test_second(): assert mod.second(1) == 2\ndef test_third(): assert mod.third(1) == 2\n";

#[test]
fn what_a_defect_leaves_behind_accuses_no_other_one() {
    let case = Case::new(&[("mod.py", CACHE), ("test_mod.py", USES)])
        .edit("mod.py", "x + 1", "x + 7")
        .edit("mod.py", "other = 5", "other = 6");
    let fates = fates(&case);
    assert!(matches!(fates[0], Fate::Killed { .. }), "{fates:?}");
    assert_eq!(fates[1], Fate::Survived);
}

#[test]
fn what_a_defect_leaves_behind_excuses_no_other_one() {
    let case = Case::new(&[("mod.py", CACHE), ("test_mod.py", USES)])
        .edit("mod.py", "second(x) * 1", "second(x) * 3")
        .edit("mod.py", "x + 1", "x + 7");
    let fates = fates(&case);
    assert_eq!(
        fates[0],
        killed("test_mod.py::test_first", Kill::Assertion),
        "{fates:?}"
    );
    assert!(matches!(fates[1], Fate::Killed { .. }), "{fates:?}");
}

#[test]
fn a_process_that_ends_early_takes_no_answer_along() {
    let text = "def f(x):\n    return x + 1\n\ndef ends():\n    return 2\n\ndef loops(n):\n    while n:\n        n -= 1\n    return n\n\ndef threads():\n    return 4\n\ndef last(x):\n    return x + 5\n";
    let tests = "import mod\ndef test_f(): assert mod.f(1) == 2\ndef test_ends(): assert mod.ends() == 2\ndef test_loops(): assert mod.loops(3) == 0\ndef test_threads(): assert mod.threads() == 4\ndef test_last(): assert mod.last(1) == 6\n";
    let starts =
        "__import__('threading').Thread(target=__import__('time').sleep, args=(30,)).start()";
    let case = Case::new(&[("mod.py", text), ("test_mod.py", tests)])
        .edit("mod.py", "x + 1", "x + 3")
        .edit("mod.py", "return 2", "__import__('os')._exit(0)")
        .edit("mod.py", "n -= 1", "pass")
        .edit("mod.py", "return 4", starts)
        .edit("mod.py", "x + 5", "x + 6");
    let test = |name: &str| format!("test_mod.py::{name}");
    let owed = [
        killed(&test("test_f"), Kill::Assertion),
        killed(&test("test_ends"), Kill::Error),
        Fate::TimedOut {
            by: test("test_loops"),
        },
        killed(&test("test_threads"), Kill::Assertion),
        killed(&test("test_last"), Kill::Assertion),
    ];
    assert_eq!(fates(&case), owed);
}

#[test]
fn a_test_that_runs_once_in_a_process_has_one_of_its_own() {
    let text = "def f(x):\n    a = x + 1\n    b = x + 2\n    return a\n";
    let tests = "import mod\ncount = []\ndef test_once():\n    count.append(1)\n    assert len(count) == 1 and mod.f(1) == 2\n";
    let case = Case::new(&[("mod.py", text), ("test_mod.py", tests)])
        .edit("mod.py", "x + 1", "x + 3")
        .edit("mod.py", "x + 2", "x + 4")
        .edit("mod.py", "return a", "return b");
    let dies = killed("test_mod.py::test_once", Kill::Assertion);
    assert_eq!(fates(&case), [dies.clone(), Fate::Survived, dies]);
}

#[test]
fn fixtures_are_made_and_taken_down_for_each_defect() {
    let text = "def make():\n    return [1]\n\ndef size(all):\n    return len(all) + 0\n\ndef add(all):\n    all.append(2)\n    return all\n";
    let tests = "import pytest, mod\n@pytest.fixture(scope='module')\ndef made():\n    yield mod.make()\nclass TestAll:\n    def test_size(self, made): assert mod.size(made) == 1\n    def test_add(self, made): assert mod.add(list(made)) == [1, 2]\n    def test_last(self, made): assert made == [1]\n";
    let case = Case::new(&[("mod.py", text), ("test_mod.py", tests)])
        .edit("mod.py", "return [1]", "return [1, 1]")
        .edit("mod.py", "len(all) + 0", "len(all) + 1")
        .edit("mod.py", "all.append(2)", "all.append(3)")
        .edit("mod.py", "return all\n", "return []\n");
    let fates = fates(&case);
    let is_killed =
        |fate: &Fate| matches!(fate, Fate::Killed { how, .. } if *how == Kill::Assertion);
    assert!(fates.iter().all(is_killed), "{fates:?}");
    assert_eq!(
        fates[3],
        killed("test_mod.py::TestAll::test_add", Kill::Assertion)
    );
}
