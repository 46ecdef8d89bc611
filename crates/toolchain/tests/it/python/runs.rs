//! Runs of pytest: what is asked, in which order, and what is made of what happens.

use super::project::{Project, failure, files, kind_of, outcome, tests, trusted};
use redgreen_core::evidence::{Order, Selection, Trouble};
use redgreen_core::outcome::{FailureKind, Outcome, Stage};
use std::process::Command;
use std::time::Duration;

const CALC: (&str, &str) = ("calc.py", "def add(a, b):\n    return a + b\n");

/// A test for each outcome.
const OUTCOMES: &str = r#"
import pytest, unittest
from calc import add

def test_passes(): assert add(1, 2) == 3
def test_fails(): assert add(1, 2) == 4
@pytest.mark.skip(reason="later")
def test_skipped(): assert False
@pytest.mark.xfail(reason="known")
def test_xfail(): assert add(1, 1) == 3
@pytest.mark.xfail(reason="mended")
def test_xpass(): assert add(1, 1) == 2
@pytest.mark.xfail(strict=True, reason="mended")
def test_strict(): assert add(1, 1) == 2

class TestGroup:
    @pytest.mark.parametrize("n", [1, 2], ids=["one two", "a/b::c[x]"])
    def test_param(self, n): assert add(n, 0) == n

class Case(unittest.TestCase):
    def test_case(self): self.assertEqual(add(1, 1), 2)
    def test_subtests(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertNotEqual(i, 1)
    @unittest.skip("never")
    def test_skip(self): pass
    @unittest.expectedFailure
    def test_expected(self): self.assertEqual(1, 2)
    @unittest.expectedFailure
    def test_unexpected(self): self.assertEqual(1, 1)
"#;

#[test]
fn a_run_reports_each_test_and_leaves_nothing_in_the_tree() {
    let project = Project::new(&[CALC, ("tests/test_calc.py", OUTCOMES)]);
    let report = project.whole();
    trusted(&report);
    let id = |name: &str| format!("tests/test_calc.py::{name}");
    let skipped = |reason: &str| Outcome::Skipped(reason.to_owned());
    for name in [
        "test_passes",
        "TestGroup::test_param[one two]",
        "TestGroup::test_param[a/b::c[x]]",
        "Case::test_case",
    ] {
        assert_eq!(*outcome(&report, &id(name)), Outcome::Passed, "{name}");
    }
    let fails = failure(&report, &id("test_fails"));
    assert_eq!(
        (fails.stage, &fails.kind),
        (Stage::Call, &FailureKind::Assertion)
    );
    let at = fails.at.as_ref().expect("a place");
    assert_eq!((at.path.as_str(), at.line), ("tests/test_calc.py", 6));
    assert_eq!(*outcome(&report, &id("test_skipped")), skipped("later"));
    assert_eq!(
        *outcome(&report, &id("test_xfail")),
        skipped("xfail: known")
    );
    assert_eq!(
        *outcome(&report, &id("test_xpass")),
        skipped("xpass: mended")
    );
    let strict = failure(&report, &id("test_strict"));
    assert_eq!(strict.kind, FailureKind::UnexpectedPass);
    assert_eq!(
        failure(&report, &id("Case::test_subtests")).kind,
        FailureKind::Assertion
    );
    assert_eq!(*outcome(&report, &id("Case::test_skip")), skipped("never"));
    let expected = outcome(&report, &id("Case::test_expected"));
    assert!(matches!(expected, Outcome::Skipped(why) if why.starts_with("xfail")));
    let unexpected = failure(&report, &id("Case::test_unexpected"));
    assert_eq!(unexpected.kind, FailureKind::UnexpectedPass);
    assert!(report.tests.keys().all(|name| !name.contains("canary")));
    let left: Vec<_> = walk(&project.tree());
    assert_eq!(left, ["calc.py", "tests/test_calc.py"]);
}

fn walk(root: &std::path::Path) -> Vec<String> {
    let output = Command::new("find")
        .args([".", "-type", "f"])
        .current_dir(root)
        .output()
        .expect("find runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut paths: Vec<_> = text.lines().map(|line| line[2..].to_owned()).collect();
    paths.sort();
    paths
}

#[test]
fn exactly_the_asked_ids_run_whatever_characters_they_hold() {
    let project = Project::new(&[(
        "test_ids.py",
        r#"
import pytest
@pytest.mark.parametrize("x", [1, 2, 3, 4], ids=["a b", "c/d", "é", "e::f[g]"])
def test_x(x): pass
def test_y(): pass
class TestZ:
    def test_one(self): pass
    def test_two(self): pass
"#,
    )]);
    let all = project.whole();
    trusted(&all);
    assert_eq!(all.tests.len(), 7);
    for id in all.tests.keys() {
        let one = project.tests(&[id]);
        trusted(&one);
        assert_eq!(one.tests.keys().collect::<Vec<_>>(), [id]);
        assert_eq!(*outcome(&one, id), Outcome::Passed);
    }
    let cases = project.tests(&["test_ids.py::test_x", "test_ids.py::TestZ"]);
    assert_eq!(
        cases.tests.len(),
        6,
        "an id without its parameters asks for every case"
    );
}

#[test]
fn unknown_ids_and_missing_files_are_absent_and_the_others_run() {
    let project = Project::new(&[("test_a.py", "def test_a(): pass\ndef test_b(): pass\n")]);
    let report = project.tests(&[
        "test_a.py::test_gone",
        "test_no.py::test_x",
        "test_a.py::test_b",
    ]);
    trusted(&report);
    assert_eq!(
        report.tests.keys().collect::<Vec<_>>(),
        ["test_a.py::test_b"]
    );
    let nothing = project.tests(&["test_no.py::test_x"]);
    trusted(&nothing);
    assert!(nothing.tests.is_empty());
    let unknown = project.tests(&["test_a.py::test_gone"]);
    trusted(&unknown);
    assert!(unknown.tests.is_empty());
    let report = project.run(&files(&["test_a.py", "test_no.py"]), Order::AsWritten);
    trusted(&report);
    assert_eq!(report.tests.len(), 2);
    let report = project.run(&Selection::Files(Vec::new()), Order::AsWritten);
    assert_eq!(report, redgreen_core::evidence::Report::default());
}

#[test]
fn a_file_that_does_not_load_hides_its_own_tests_alone() {
    let project = Project::new(&[
        CALC,
        ("test_good.py", "def test_good(): pass\n"),
        (
            "test_name.py",
            "from calc import clamp\ndef test_x(): pass\n",
        ),
        ("test_module.py", "import calc.money\ndef test_x(): pass\n"),
        ("test_syntax.py", "def test_x(:\n"),
        ("test_other.py", "import hypothesiz\ndef test_x(): pass\n"),
    ]);
    let report = project.whole();
    trusted(&report);
    assert_eq!(
        *outcome(&report, "test_good.py::test_good"),
        Outcome::Passed
    );
    let found: Vec<_> = report
        .diagnostics
        .iter()
        .map(|each| (each.hides.as_str(), kind_of(&each.failure)))
        .collect();
    let owed = [
        ("test_module.py::", "MissingModule calc.money"),
        ("test_name.py::", "MissingName clamp in calc"),
        ("test_other.py::", "MissingModule hypothesiz"),
        ("test_syntax.py::", "Syntax"),
    ];
    assert_eq!(found, owed.map(|(hides, kind)| (hides, kind.to_owned())));
    assert!(
        report
            .diagnostics
            .iter()
            .all(|d| d.failure.stage == Stage::Load)
    );
}

#[test]
fn a_process_that_ends_inside_a_test_is_seen_although_it_says_all_is_well() {
    let project = Project::new(&[(
        "test_exit.py",
        "import os\ndef test_a(): pass\ndef test_exit(): os._exit(0)\ndef test_z(): pass\n",
    )]);
    let report = project.whole();
    trusted(&report);
    assert_eq!(*outcome(&report, "test_exit.py::test_a"), Outcome::Passed);
    let died = failure(&report, "test_exit.py::test_exit");
    assert_eq!(
        (died.stage, &died.kind),
        (Stage::Process, &FailureKind::Death)
    );
    assert!(died.message.contains("exit code 0"), "{}", died.message);
    assert_eq!(
        *outcome(&report, "test_exit.py::test_z"),
        Outcome::NotReached
    );
}

#[test]
fn a_signal_and_an_exit_call_are_deaths_too() {
    let project = Project::new(&[
        (
            "test_a.py",
            "import os, signal\ndef test_kill(): os.kill(os.getpid(), signal.SIGSEGV)\n",
        ),
        (
            "test_b.py",
            "import sys\ndef test_exit(): sys.exit(3)\ndef test_next(): pass\n",
        ),
        (
            "test_c.py",
            "import pytest\ndef test_stop(): pytest.exit('enough')\ndef test_n(): pass\n",
        ),
    ]);
    let killed = project.tests(&["test_a.py::test_kill"]);
    trusted(&killed);
    assert_eq!(
        failure(&killed, "test_a.py::test_kill").kind,
        FailureKind::Death
    );
    let exits = project.run(&files(&["test_b.py"]), Order::AsWritten);
    trusted(&exits);
    assert_eq!(
        failure(&exits, "test_b.py::test_exit").kind,
        FailureKind::Death
    );
    assert_eq!(*outcome(&exits, "test_b.py::test_next"), Outcome::Passed);
    let stops = project.run(&files(&["test_c.py"]), Order::AsWritten);
    trusted(&stops);
    assert_eq!(
        failure(&stops, "test_c.py::test_stop").kind,
        FailureKind::Death
    );
    assert_eq!(*outcome(&stops, "test_c.py::test_n"), Outcome::NotReached);
}

#[test]
fn a_process_that_ends_while_it_imports_hides_everything() {
    for text in ["import os\nos._exit(0)\n", "raise SystemExit(0)\n"] {
        let project = Project::new(&[("test_a.py", "def test_a(): pass\n"), ("test_b.py", text)]);
        let report = project.whole();
        trusted(&report);
        let diagnostic = report.diagnostics.first().expect("a diagnostic");
        assert_eq!(diagnostic.hides, "");
        assert_eq!(diagnostic.failure.kind, FailureKind::Death);
        let at = diagnostic.failure.at.as_ref().expect("a place");
        assert_eq!(at.path, "test_b.py");
    }
}

#[test]
fn a_test_that_hangs_is_stopped_and_the_others_go_on() {
    let mut project = Project::new(&[(
        "test_hang.py",
        "def test_hang():\n    while True:\n        try:\n            pass\n        except Exception:\n            pass\ndef test_next(): pass\n",
    )]);
    project.limit_ms = 300;
    let report = project.whole();
    trusted(&report);
    assert_eq!(
        *outcome(&report, "test_hang.py::test_hang"),
        Outcome::TimedOut
    );
    assert_eq!(
        *outcome(&report, "test_hang.py::test_next"),
        Outcome::Passed
    );
}

#[test]
fn a_run_that_had_to_be_stopped_says_which_test_ran() {
    let mut project = Project::new(&[(
        "test_hang.py",
        "import signal, time\ndef test_a(): pass\ndef test_hang():\n    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n    while True: time.sleep(1)\ndef test_z(): pass\n",
    )]);
    project.limit_ms = 100;
    project.whole_limit = Duration::from_secs(12);
    let report = project.whole();
    assert!(
        matches!(report.trouble, Some(Trouble::Hung { .. })),
        "{report:?}"
    );
    assert_eq!(
        *outcome(&report, "test_hang.py::test_hang"),
        Outcome::TimedOut
    );
    assert_eq!(
        *outcome(&report, "test_hang.py::test_z"),
        Outcome::NotReached
    );
}

#[test]
fn a_conftest_that_does_not_load_hides_what_it_serves_with_the_reason() {
    let project = Project::new(&[
        CALC,
        ("conftest.py", "from calc import clamp\n"),
        ("test_a.py", "def test_a(): pass\n"),
    ]);
    let report = project.whole();
    trusted(&report);
    let all = report.diagnostics.first().expect("a diagnostic");
    assert_eq!(
        (all.hides.as_str(), kind_of(&all.failure).as_str()),
        ("", "MissingName clamp in calc")
    );

    let project = Project::new(&[
        ("conftest.py", ""),
        ("tests/inner/conftest.py", "import calc.nothing\n"),
        ("tests/inner/test_a.py", "def test_a(): pass\n"),
        ("tests/test_b.py", "def test_b(): pass\n"),
    ]);
    let report = project.whole();
    trusted(&report);
    let inner = report.diagnostics.first().expect("a diagnostic");
    assert_eq!(inner.hides, "tests/inner/");
    assert_eq!(kind_of(&inner.failure), "MissingModule calc");
    assert_eq!(
        *outcome(&report, "tests/test_b.py::test_b"),
        Outcome::Passed
    );
}

#[test]
fn a_wrong_command_line_or_configuration_could_not_run() {
    let project = Project::new(&[
        ("pytest.ini", "[pytest]\naddopts = --no-such-option\n"),
        ("test_a.py", "def test_a(): pass\n"),
    ]);
    let report = project.whole();
    let Some(Trouble::CouldNotRun { why }) = &report.trouble else {
        panic!("{report:?}");
    };
    assert!(why.contains("--no-such-option"), "{why}");
}

#[test]
fn a_python_without_pytest_is_a_missing_tool_with_its_remedy() {
    let mut project = Project::new(&[("test_a.py", "def test_a(): pass\n")]);
    let home = project.root().join("bare");
    let made = Command::new(super::project::python())
        .args(["-m", "venv", "--without-pip"])
        .arg(&home)
        .current_dir(project.root())
        .status()
        .expect("venv runs");
    assert!(made.success());
    project.program = home.join("bin/python").to_string_lossy().into_owned();
    let report = project.whole();
    let Some(Trouble::MissingTool { tool, remedy }) = &report.trouble else {
        panic!("{report:?}");
    };
    assert_eq!(tool, "pytest");
    assert!(remedy.contains("pip install pytest"));
}

#[test]
fn a_shuffle_moves_tests_and_the_same_seed_repeats_it() {
    let project = Project::new(&[(
        "test_order.py",
        "import pytest, os\n@pytest.mark.parametrize('n', range(12))\ndef test_n(n):\n    open(os.environ['ORDER'], 'a').write('%d ' % n)\ndef test_hash(): open(os.environ['ORDER'], 'a').write(os.environ['PYTHONHASHSEED'] + ' ')\n",
    )]);
    let order = |order: Order, name: &str| {
        let log = project.root().join(name);
        let mut again = Project::new(&[]);
        again
            .extra_env
            .push(("ORDER".to_owned(), log.to_string_lossy().into_owned()));
        let text = std::fs::read_to_string(project.tree().join("test_order.py")).expect("text");
        again.write("test_order.py", &text);
        trusted(&again.run(&Selection::Whole, order));
        std::fs::read_to_string(log).expect("an order")
    };
    let written = order(Order::AsWritten, "written");
    assert_eq!(written, "0 1 2 3 4 5 6 7 8 9 10 11 0 ");
    let one = order(Order::Shuffled(7), "one");
    assert_ne!(one, written);
    assert!(one.split(' ').count() == written.split(' ').count() && one.contains('7'));
    assert_eq!(one, order(Order::Shuffled(7), "again"));
    assert_ne!(
        one.replace('7', ""),
        order(Order::Shuffled(8), "other").replace('8', "")
    );
}

#[test]
fn tests_that_are_asked_alone_have_a_process_each() {
    let project = Project::new(&[(
        "test_alone.py",
        "seen = []\ndef test_a():\n    seen.append(1)\n    assert len(seen) == 1\ndef test_b():\n    seen.append(1)\n    assert len(seen) == 1\n",
    )]);
    let ids = ["test_alone.py::test_a", "test_alone.py::test_b"];
    let together = project.run(&tests(&ids), Order::AsWritten);
    assert_eq!(failure(&together, ids[1]).kind, FailureKind::Assertion);
    let alone = project.run(&tests(&ids), Order::Alone);
    trusted(&alone);
    assert!(alone.tests.values().all(|seen| seen.outcome.passed()));
    assert_eq!(alone.tests.len(), 2);
}

#[test]
fn asked_tests_run_in_the_asked_order() {
    let project = Project::new(&[(
        "test_o.py",
        "seen = []\ndef test_a(): assert seen == ['b']\ndef test_b(): seen.append('b')\n",
    )]);
    let report = project.tests(&["test_o.py::test_b", "test_o.py::test_a"]);
    assert_eq!(*outcome(&report, "test_o.py::test_a"), Outcome::Passed);
}

#[test]
fn the_trees_own_code_beats_an_installed_copy_and_a_forced_copy_is_named() {
    let project = Project::new(&[
        (
            "pyproject.toml",
            "[project]\nname = \"calc\"\nversion = \"1\"\n",
        ),
        ("src/calc/__init__.py", "VALUE = 'tree'\n"),
        (
            "tests/test_calc.py",
            "import calc\ndef test_tree(): assert calc.VALUE == 'tree'\n",
        ),
    ]);
    let copy = project.root().join("checkout/src");
    std::fs::create_dir_all(copy.join("calc")).expect("a directory");
    std::fs::write(copy.join("calc/__init__.py"), "VALUE = 'copy'\n").expect("a file");
    let venv = project.root().join("venv");
    let made = Command::new(super::project::python())
        .args(["-m", "venv", "--without-pip", "--system-site-packages"])
        .arg(&venv)
        .current_dir(project.root())
        .status()
        .expect("venv runs");
    assert!(made.success());
    let site = site_packages(&venv);
    std::fs::create_dir_all(site.join("calc")).expect("a directory");
    std::fs::write(site.join("calc/__init__.py"), "VALUE = 'installed'\n").expect("a file");
    std::fs::write(site.join("editable.pth"), format!("{}\n", copy.display())).expect("a file");
    let mut project = project;
    project.program = venv.join("bin/python").to_string_lossy().into_owned();
    assert_eq!(project.unit().import_roots, ["src", ""]);
    assert_eq!(project.unit().own_names, ["calc"]);
    let report = project.whole();
    trusted(&report);
    assert_eq!(
        *outcome(&report, "tests/test_calc.py::test_tree"),
        Outcome::Passed
    );

    // An editable install whose finder stands before the search path.
    let finder = format!(
        "import sys; sys.path.insert(0, {:?}); import calc; sys.path.pop(0)\n",
        copy.to_string_lossy()
    );
    std::fs::write(site.join("editable.pth"), finder).expect("a file");
    let report = project.whole();
    let Some(Trouble::AnotherCopy { module, path }) = &report.trouble else {
        panic!("{report:#?}");
    };
    assert_eq!(module, "calc");
    assert!(path.contains("checkout"), "{path}");
}

fn site_packages(venv: &std::path::Path) -> std::path::PathBuf {
    let lib = std::fs::read_dir(venv.join("lib")).expect("a lib directory");
    let python = lib
        .into_iter()
        .next()
        .expect("one version")
        .expect("readable");
    python.path().join("site-packages")
}

#[test]
fn a_unit_in_a_directory_names_its_tests_from_the_root() {
    let project = Project::new(&[
        ("sub/pyproject.toml", "[project]\nname = \"calc\"\n"),
        ("sub/src/calc/__init__.py", "def add(a, b): return a + b\n"),
        (
            "sub/tests/test_a.py",
            "from calc import add\ndef test_a(): assert add(1, 1) == 2\ndef test_b(): assert add(1, 1) == 3\n",
        ),
    ]);
    let report = project.whole();
    trusted(&report);
    assert_eq!(
        *outcome(&report, "sub/tests/test_a.py::test_a"),
        Outcome::Passed
    );
    let at = failure(&report, "sub/tests/test_a.py::test_b")
        .at
        .as_ref()
        .expect("a place");
    assert_eq!((at.path.as_str(), at.line), ("sub/tests/test_a.py", 3));
    let one = project.tests(&["sub/tests/test_a.py::test_a"]);
    assert_eq!(one.tests.len(), 1);
}

#[test]
fn configuration_above_the_tree_is_not_read() {
    let project = Project::new(&[("test_a.py", "def test_a(): pass\n")]);
    std::fs::write(
        project.root().join("pytest.ini"),
        "[pytest]\naddopts = --no-such-option\n",
    )
    .expect("a file");
    std::fs::write(
        project.root().join("conftest.py"),
        "raise RuntimeError('outside')\n",
    )
    .expect("a file");
    let report = project.whole();
    trusted(&report);
    assert_eq!(*outcome(&report, "test_a.py::test_a"), Outcome::Passed);
}

#[test]
fn fail_fast_options_of_the_project_hide_nothing() {
    let project = Project::new(&[
        (
            "pytest.ini",
            "[pytest]\naddopts = -x --ff --sw --strict-markers -v\n",
        ),
        (
            "test_a.py",
            "def test_a(): assert False\ndef test_b(): pass\n",
        ),
    ]);
    let report = project.whole();
    trusted(&report);
    assert_eq!(*outcome(&report, "test_a.py::test_b"), Outcome::Passed);
}

#[test]
fn deselected_and_dropped_tests_are_named_as_not_collected() {
    let project = Project::new(&[
        ("pytest.ini", "[pytest]\naddopts = -k 'not slow'\n"),
        (
            "conftest.py",
            "def pytest_collection_modifyitems(items):\n    items[:] = [i for i in items if 'drop' not in i.name]\n",
        ),
        (
            "test_a.py",
            "def test_slow(): pass\ndef test_drop(): pass\ndef test_b(): pass\n",
        ),
    ]);
    let report = project.whole();
    trusted(&report);
    assert_eq!(
        *outcome(&report, "test_a.py::test_slow"),
        Outcome::NotCollected
    );
    assert_eq!(
        *outcome(&report, "test_a.py::test_drop"),
        Outcome::NotCollected
    );
    assert_eq!(*outcome(&report, "test_a.py::test_b"), Outcome::Passed);
}

#[test]
fn doctests_are_left_out_by_name() {
    let project = Project::new(&[
        ("pytest.ini", "[pytest]\naddopts = --doctest-modules\n"),
        (
            "calc.py",
            "def add(a, b):\n    \"\"\"\n    >>> add(1, 1)\n    2\n    \"\"\"\n    return a + b\n",
        ),
        ("test_a.py", "def test_a(): pass\n"),
    ]);
    let report = project.whole();
    trusted(&report);
    assert_eq!(report.tests.len(), 1);
    assert_eq!(report.left_out, ["doctest calc.py::calc.add"]);
}

#[test]
fn a_hook_that_turns_failures_into_passes_changes_nothing() {
    let hooks = [
        "import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    out = yield\n    rep = out.get_result()\n    rep.outcome = 'passed'\n    rep.longrepr = None\n",
        "import pytest\n@pytest.hookimpl(hookwrapper=True, tryfirst=True)\ndef pytest_runtest_makereport(item, call):\n    out = yield\n    out.get_result().outcome = 'passed'\n",
        "import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_runtest_makereport(item, call):\n    call.excinfo = None\n",
    ];
    for hook in hooks {
        let project = Project::new(&[
            ("conftest.py", hook),
            (
                "test_a.py",
                "def test_a(): assert 1 == 2\ndef test_b(): pass\n",
            ),
        ]);
        let shuffled = project.run(&Selection::Whole, Order::Shuffled(1));
        trusted(&shuffled);
        let report = project.whole();
        let why = report.trouble.clone();
        assert!(
            matches!(why, Some(Trouble::Inconsistent { .. })),
            "{hook}: {why:?}"
        );
        assert_eq!(
            failure(&report, "test_a.py::test_a").kind,
            FailureKind::Assertion,
            "{hook}"
        );
        assert_eq!(*outcome(&report, "test_a.py::test_b"), Outcome::Passed);
    }
}

#[test]
fn a_runner_that_skips_or_drops_the_canary_is_not_believed() {
    let hooks = [
        "import pytest\ndef pytest_runtest_setup(item): pytest.skip('all')\n",
        "def pytest_runtestloop(session): return True\n",
        "import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_runtest_protocol(item, nextitem): return True\n",
        "def pytest_sessionfinish(session): session.exitstatus = 1\n",
        "import os\ndef pytest_unconfigure(): os._exit(0)\n",
    ];
    for hook in hooks {
        let project = Project::new(&[("conftest.py", hook), ("test_a.py", "def test_a(): pass\n")]);
        let report = project.whole();
        assert!(
            matches!(report.trouble, Some(Trouble::Inconsistent { .. })),
            "{hook}: {report:?}"
        );
    }
}

#[test]
fn a_test_that_closes_the_reports_descriptor_or_forks_is_reported_all_the_same() {
    let project = Project::new(&[(
        "test_fd.py",
        r#"
import os
def test_close():
    for fd in range(3, 100):
        try:
            if "report" in os.readlink("/proc/self/fd/%d" % fd): os.close(fd)
        except OSError: pass
def test_fork():
    pid = os.fork()
    if not pid:
        raise SystemExit(0)
    os.waitpid(pid, 0)
def test_z(): pass
"#,
    )]);
    let report = project.whole();
    trusted(&report);
    assert!(
        report.tests.values().all(|seen| seen.outcome.passed()),
        "{report:#?}"
    );
}

#[test]
fn a_file_that_skips_itself_is_named() {
    let project = Project::new(&[
        (
            "test_a.py",
            "import pytest\npytest.skip('no gpu', allow_module_level=True)\n",
        ),
        ("test_b.py", "def test_b(): pass\n"),
    ]);
    let report = project.whole();
    trusted(&report);
    assert_eq!(report.left_out, ["test_a.py skipped itself: no gpu"]);
}

#[test]
fn edited_code_is_never_run_from_stale_bytecode() {
    let project = Project::new(&[
        ("calc.py", "VALUE = 1\n"),
        (
            "test_a.py",
            "import calc\ndef test_a(): assert calc.VALUE == 1\n",
        ),
    ]);
    assert_eq!(
        *outcome(&project.whole(), "test_a.py::test_a"),
        Outcome::Passed
    );
    assert!(
        project.root().join("cache/pyc").is_dir(),
        "bytecode goes to the cache"
    );
    // As engine does: a changed file gets a time stamp of its own, in whole seconds.
    project.write("calc.py", "VALUE = 2\n");
    let file = std::fs::File::options()
        .append(true)
        .open(project.tree().join("calc.py"));
    let later = std::time::SystemTime::now() + Duration::from_secs(10);
    file.expect("the file opens")
        .set_modified(later)
        .expect("a time stamp");
    let report = project.whole();
    assert_eq!(
        failure(&report, "test_a.py::test_a").kind,
        FailureKind::Assertion
    );
}

#[test]
fn processes_that_a_test_spawns_do_not_start_the_runner_again() {
    let project = Project::new(&[
        ("calc.py", "def double(x): return 2 * x\n"),
        (
            "test_spawn.py",
            r#"
import multiprocessing, subprocess, sys, calc
def test_pool():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(calc.double, [1, 2]) == [2, 4]
def test_child():
    out = subprocess.run([sys.executable, "-c", "import calc; print(calc.double(2))"], capture_output=True)
    assert out.stdout.strip() == b"4", out
def test_search_path():
    assert not any("scratch" in path for path in sys.path), sys.path
"#,
        ),
    ]);
    let report = project.whole();
    trusted(&report);
    assert!(
        report.tests.values().all(|seen| seen.outcome.passed()),
        "{report:#?}"
    );
}

#[test]
fn a_runner_that_differs_from_its_record_is_not_believed() {
    let project = Project::new(&[("test_a.py", "def test_a(): pass\n")]);
    let venv = project.root().join("venv");
    let made = Command::new(super::project::python())
        .args(["-m", "venv", "--without-pip", "--system-site-packages"])
        .arg(&venv)
        .current_dir(project.root())
        .status()
        .expect("venv runs");
    assert!(made.success());
    let site = site_packages(&venv);
    let text = "__version__ = '1.0'\n";
    std::fs::create_dir_all(site.join("pluggy_stand_in")).expect("a directory");
    std::fs::write(site.join("pluggy_stand_in/part.py"), text).expect("a file");
    let home = site.join("pluggy-99.0.dist-info");
    std::fs::create_dir_all(&home).expect("a directory");
    std::fs::write(home.join("METADATA"), "Name: pluggy\nVersion: 99.0\n").expect("a file");
    let record = |digest: &str| {
        let line = format!("pluggy_stand_in/part.py,sha256={digest},20\n");
        std::fs::write(home.join("RECORD"), line).expect("a file");
    };
    let mut project = project;
    project.program = venv.join("bin/python").to_string_lossy().into_owned();
    record("rMAfsP6Hb75p993EYq2Er99BwmStgG2VR2FptTsBTiY");
    trusted(&project.whole());
    record("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let report = project.whole();
    let Some(Trouble::Inconsistent { why }) = &report.trouble else {
        panic!("{report:#?}");
    };
    assert!(why.contains("pluggy_stand_in/part.py"), "{why}");
}
