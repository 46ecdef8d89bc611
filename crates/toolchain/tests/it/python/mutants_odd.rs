//! Mutants of Python in sessions that do not make it easy.

use super::mutants::{Case, killed};
use redgreen_core::evidence::Trouble;
use redgreen_core::mutant::{Fate, Kill};
use redgreen_toolchain::MutantReport;

/// What all tests did about each mutant.
fn fates<'r>(case: &Case, report: &'r MutantReport) -> Vec<&'r Fate> {
    let all = case.mutants.iter();
    all.map(|each| &report.tried[&each.id].by_any).collect()
}

/// What became of every mutant: the test that noticed, without its file, or the fate's name.
fn noticed(case: &Case) -> Vec<String> {
    let report = case.run();
    let by = |name: &str| name.rsplit("::").next().unwrap_or_default().to_owned();
    fates(case, &report)
        .into_iter()
        .map(|fate| {
            if let Fate::Killed { by: test, .. } = fate {
                by(test)
            } else {
                format!("{fate:?}")
            }
        })
        .collect()
}

#[test]
fn code_that_a_test_loads_and_what_fixtures_run_is_reached() {
    let case = Case::new(&[
        ("late.py", "LIMIT = 30\ndef f(x):\n    return x + 31\n"),
        (
            "mod.py",
            "def prepare():\n    return 32\n\ndef shared():\n    return 33\n\ndef sub(x):\n    return x + 34\n",
        ),
        (
            "conftest.py",
            "import pytest, mod\n@pytest.fixture(scope='session')\ndef made():\n    yield mod.prepare()\n",
        ),
        (
            "test_mod.py",
            "import unittest, mod\ndef test_early(made): pass\ndef test_made(made): assert made == 32\ndef test_late():\n    import late\n    assert late.f(1) == 32\ndef test_limit():\n    import late\n    assert late.LIMIT == 30\nclass Case(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls): cls.shared = mod.shared()\n    def test_shared(self): self.assertEqual(self.shared, 33)\n    def test_sub(self):\n        for x in (1, 2):\n            with self.subTest(x=x): self.assertEqual(mod.sub(x), x + 34)\n",
        ),
    ])
    .edit("late.py", "30", "80")
    .edit("late.py", "31", "81")
    .edit("mod.py", "32", "82")
    .edit("mod.py", "33", "83")
    .edit("mod.py", "34", "84");
    assert_eq!(
        noticed(&case),
        [
            "test_limit",
            "test_late",
            "test_made",
            "test_shared",
            "test_sub"
        ]
    );
}

#[test]
fn a_test_that_fails_alone_kills_nothing() {
    let case = Case::new(&[
        ("mod.py", "def f(x):\n    return x + 1\n"),
        (
            "test_mod.py",
            "import mod\nseen = []\ndef test_first():\n    seen.append(1)\ndef test_second():\n    assert seen and mod.f(1) > 0\n",
        ),
    ])
    .edit("mod.py", "x + 1", "x + 7");
    let report = case.run();
    let fate = &report.tried[&case.mutants[0].id].by_any;
    assert!(matches!(fate, Fate::HarnessError(_)), "{fate:?}");
    assert_eq!(
        report.left_out,
        ["test_mod.py::test_second fails without a defect in another order"]
    );
}

#[test]
fn a_session_with_threads_is_not_forked() {
    let case = Case::new(&[
        ("mod.py", "LIMIT = 3\ndef f(x):\n    return x + 1\n\ndef g(x):\n    return x\n"),
        (
            "conftest.py",
            "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n",
        ),
        (
            "test_mod.py",
            "import mod\ndef test_f(): assert mod.f(1) == 2\ndef test_g(): mod.g(1)\ndef test_loop(): mod.LIMIT == 3 or exec('while True: pass')\n",
        ),
    ])
    .edit("mod.py", "x + 1", "x + 7")
    .edit("mod.py", "return x\n", "return 5\n")
    .edit("mod.py", "3", "4");
    let report = case.run();
    let fates = fates(&case, &report);
    let timed_out = Fate::TimedOut {
        by: "test_mod.py::test_loop".to_owned(),
    };
    let dies = killed("test_mod.py::test_f", Kill::Assertion);
    assert_eq!(fates, [&dies, &Fate::Survived, &timed_out]);
    assert_eq!(report.left_out.len(), 1, "{report:#?}");
    assert!(
        report.left_out[0].contains("cannot be forked"),
        "{report:#?}"
    );
}

#[test]
fn a_session_whose_hooks_swallow_failures_is_not_believed() {
    let case = Case::new(&[
        ("mod.py", "def f(x):\n    return x + 1\n"),
        (
            "conftest.py",
            "import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_call(item):\n    outcome = yield\n    outcome.force_result(None)\n",
        ),
        ("test_mod.py", "import mod\ndef test_f(): assert mod.f(1) == 2\n"),
    ])
    .edit("mod.py", "x + 1", "x + 7");
    let report = case.report();
    let why = "a test that must fail did not".to_owned();
    assert_eq!(report.trouble, Some(Trouble::Inconsistent { why }));
}

#[test]
fn a_module_that_cannot_be_loaded_with_its_mutant_is_no_kill() {
    let case = Case::new(&[
        ("mod.py", "LIMIT = int('3')\n"),
        (
            "test_mod.py",
            "import subprocess, sys, mod\ndef test_f(): assert mod.LIMIT == 3\ndef test_other():\n    assert subprocess.call([sys.executable, '-c', 'pass']) == 0\n",
        ),
    ])
    .edit("mod.py", "'3'", "''")
    .edit("mod.py", "'3'", "'4'");
    let report = case.run();
    let fates = fates(&case, &report);
    let names_error = |why: &String| why.contains("invalid literal for int()");
    assert!(
        matches!(fates[0], Fate::Unviable(why) if names_error(why)),
        "{fates:?}"
    );
    assert_eq!(fates[1], &killed("test_mod.py::test_f", Kill::Assertion));
    let left = report.left_out.join("\n");
    assert!(left.contains("test_mod.py::test_other"), "{left}");
    assert!(!left.contains("test_f"), "{left}");
}

#[test]
fn fixtures_find_the_reports_that_they_ask_for() {
    let case = Case::new(&[
        (
            "mod.py",
            "def f(x):\n    return x + 31\n\ndef g(x):\n    return x + 32\n",
        ),
        (
            "conftest.py",
            "import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item):\n    outcome = yield\n    report = outcome.get_result()\n    setattr(item, 'seen_' + report.when, report)\n@pytest.fixture\ndef page(request):\n    yield\n    assert request.node.seen_setup.passed\n    assert request.node.seen_call.outcome == 'passed'\n",
        ),
        (
            "test_mod.py",
            "import mod\ndef test_path(tmp_path):\n    (tmp_path / 'a').write_text('1')\n    assert mod.f(1) == 32\ndef test_page(page): assert mod.g(1) == 33\n",
        ),
    ])
    .edit("mod.py", "31", "81")
    .edit("mod.py", "32", "82");
    assert_eq!(noticed(&case), ["test_path", "test_page"]);
}

#[test]
fn a_warning_that_the_project_calls_an_error_is_one() {
    let case = Case::new(&[
        ("pytest.ini", "[pytest]\nfilterwarnings = error::UserWarning\n"),
        (
            "mod.py",
            "import warnings\ndef f(x):\n    if x > 30:\n        warnings.warn('big')\n    return x + 32\n",
        ),
        (
            "test_mod.py",
            "import pytest, mod\ndef test_plain(): mod.f(1)\n@pytest.mark.filterwarnings('ignore::UserWarning')\ndef test_deaf(): assert mod.f(31) == 63\n",
        ),
    ])
    .edit("mod.py", "> 30", "> 0")
    .edit("mod.py", "32", "82");
    assert_eq!(noticed(&case), ["test_plain", "test_deaf"]);
}

#[test]
fn a_test_that_fails_without_a_defect_is_named_and_hides_nothing() {
    let case = Case::new(&[
        ("mod.py", "def f(x):\n    return x + 31\n\ndef g(x):\n    return x + 32\n"),
        (
            "test_mod.py",
            "import pytest, mod\ndef test_other(): pass\ndef test_f(): assert mod.f(1) == 1\ndef test_g():\n    mod.g(1)\n    pytest.skip('not today')\n@pytest.mark.xfail\ndef test_owed(): assert mod.g(1) == 1\n",
        ),
    ])
    .edit("mod.py", "31", "81")
    .edit("mod.py", "32", "82");
    let report = case.run();
    let fates = fates(&case, &report);
    let why = "the tests that run over it fail without it: test_mod.py::test_f".to_owned();
    assert_eq!(fates, [&Fate::HarnessError(why), &Fate::NotReached]);
    assert_eq!(
        report.left_out,
        ["1 test that fails without a defect: test_mod.py::test_f"]
    );
}

#[test]
fn tests_without_fixtures_do_not_come_between_those_that_have_some() {
    let mixed = |number: u32| {
        format!(
            "import pytest, mod\n@pytest.mark.parametrize('x', [1])\ndef test_with(x): assert mod.f{number}(x) == {}\ndef test_without(): pass\n",
            30 + number
        )
    };
    let (first, second) = (mixed(1), mixed(2));
    let case = Case::new(&[
        (
            "mod.py",
            "def f1(x):\n    return x + 30\n\ndef f2(x):\n    return x + 31\n",
        ),
        ("test_a.py", &first),
        ("test_b.py", &second),
    ])
    .edit("mod.py", "30", "80")
    .edit("mod.py", "31", "81");
    assert_eq!(noticed(&case), ["test_with[1]", "test_with[1]"]);
}

#[test]
fn a_function_whose_code_somebody_keeps_is_loaded_with_its_mutant() {
    let case = Case::new(&[
        (
            "mod.py",
            "known = set()\ndef own(function):\n    known.add(function.__code__)\n    return function\n@own\ndef f(x):\n    return x + 31\n@own\ndef g(x):\n    return x + 32\n",
        ),
        (
            "test_mod.py",
            "import mod\ndef test_f():\n    mod.f(1)\n    assert mod.f.__code__ in mod.known\ndef test_g(): assert mod.g(1) == 33\n",
        ),
    ])
    .edit("mod.py", "31", "81")
    .edit("mod.py", "32", "82");
    assert_eq!(noticed(&case), ["Survived", "test_g"]);
}

#[test]
fn a_test_is_ended_by_its_own_processor_time_in_parts_of_a_second() {
    let script = "import os, signal, sys
sys.path.insert(0, sys.argv[1])
from rg_trial import Running, fork, limit_cpu
def work(_handle):
    if sys.argv[2] == 'deaf':
        signal.signal(signal.SIGPROF, signal.SIG_IGN)
    limit_cpu(0.0, 0.05)
    while True: pass
pid, handle = fork(work)
child = Running(None, pid, handle, '')
used = os.wait4(pid, 0)
child.status = used[1]
print(child.verdict()['ev'], signal.Signals(os.WTERMSIG(used[1])).name, used[2].ru_utime < 0.5)
";
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src/python");
    for (hearing, said) in [
        ("open", "late SIGPROF True"),
        ("deaf", "late SIGXCPU False"),
    ] {
        let output = std::process::Command::new(super::project::python())
            .args(["-B", "-c", script, sources, hearing])
            .output()
            .expect("Python starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(text.trim(), said, "{output:?}");
    }
}

#[test]
fn a_file_that_nothing_loads_is_not_reached() {
    let case = Case::new(&[
        ("mod.py", "def f(x):\n    return x + 1\n"),
        ("conf.py", "LIMIT = 3\ndef size():\n    return 4\n"),
        ("late.py", "LIMIT = 5\n"),
        (
            "test_mod.py",
            "import importlib\nNAME = 'mo' + 'd'\nmod = importlib.import_module(NAME)\ndef test_f(): assert mod.f(1) == 2\ndef test_late(): assert importlib.import_module('la' + 'te').LIMIT == 5\n",
        ),
    ])
    .edit("conf.py", "3", "30")
    .edit("conf.py", "4", "40")
    .edit("late.py", "5", "50")
    .edit("mod.py", "x + 1", "x + 7");
    let report = case.run();
    let owed = [
        &Fate::NotReached,
        &Fate::NotReached,
        &killed("test_mod.py::test_late", Kill::Assertion),
        &killed("test_mod.py::test_f", Kill::Assertion),
    ];
    assert_eq!(fates(&case, &report), owed);
}
