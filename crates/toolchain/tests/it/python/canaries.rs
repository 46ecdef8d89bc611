//! Trees whose own hooks turn failures into passes, and honest hooks that only look like it.

use super::project::{Project, files, outcome, trusted};
use redgreen_core::evidence::{Order, Report, Trouble};
use redgreen_core::outcome::Outcome;

const TEST: (&str, &str) = ("test_x.py", "def test_x(): pass\n");

#[track_caller]
fn distrusted(report: &Report, why: &str) {
    match &report.trouble {
        Some(Trouble::Inconsistent { why: said }) if said.contains("must fail") => {}
        other => panic!("{why}: {other:?}"),
    }
}

/// Hooks of a conftest.py by which no test can fail.
const CHEATS: [(&str, &str); 10] = [
    (
        "makereport",
        "import pytest\n@pytest.hookimpl(hookwrapper=True)\n\
             def pytest_runtest_makereport(item, call):\n\
             \x20   out = yield\n    out.get_result().outcome = 'passed'\n",
    ),
    (
        "new-style wrapper, outermost",
        "import pytest\n@pytest.hookimpl(wrapper=True, tryfirst=True)\n\
             def pytest_runtest_makereport(item, call):\n\
             \x20   report = yield\n    report.outcome = 'passed'\n    return report\n",
    ),
    (
        "logreport before the count",
        "import pytest\n@pytest.hookimpl(tryfirst=True)\n\
             def pytest_runtest_logreport(report): report.outcome = 'passed'\n",
    ),
    (
        "logreport after the count",
        "import pytest\n@pytest.hookimpl(hookwrapper=True, tryfirst=True)\n\
             def pytest_runtest_logreport(report):\n    yield\n    report.outcome = 'passed'\n",
    ),
    (
        "sessionfinish",
        "def pytest_sessionfinish(session): session.exitstatus = 0\n",
    ),
    (
        "the body is never called",
        "def pytest_pyfunc_call(pyfuncitem): return True\n",
    ),
    (
        "the exception is dropped",
        "import pytest\n@pytest.hookimpl(hookwrapper=True, tryfirst=True)\n\
             def pytest_runtest_call(item):\n    out = yield\n    out.force_result(None)\n",
    ),
    (
        "failures become expected ones",
        "import pytest\n@pytest.hookimpl(hookwrapper=True)\n\
             def pytest_runtest_makereport(item, call):\n    out = yield\n\
             \x20   report = out.get_result()\n    if report.failed:\n\
             \x20       report.outcome, report.wasxfail = 'skipped', 'known'\n",
    ),
    (
        "a runner of its own",
        "def pytest_runtest_protocol(item, nextitem):\n\
             \x20   from _pytest.runner import runtestprotocol\n\
             \x20   item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)\n\
             \x20   for report in runtestprotocol(item, nextitem=nextitem, log=False):\n\
             \x20       report.outcome = 'passed'\n\
             \x20       item.ihook.pytest_runtest_logreport(report=report)\n\
             \x20   item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)\n\
             \x20   return True\n",
    ),
    (
        "the process ends well",
        "import os\ndef pytest_runtest_logreport(report):\n\
             \x20   if report.failed: os._exit(0)\n",
    ),
];

#[test]
fn hooks_that_turn_failures_into_passes_are_caught_although_no_test_fails() {
    for (why, conftest) in CHEATS {
        let project = Project::new(&[TEST, ("conftest.py", conftest)]);
        distrusted(&project.whole(), why);
    }
}

const CHEAT: &str = "import pytest\n@pytest.hookimpl(hookwrapper=True)\n\
                     def pytest_runtest_makereport(item, call):\n\
                     \x20   out = yield\n    out.get_result().outcome = 'passed'\n";

#[test]
fn a_hook_is_caught_wherever_the_tree_keeps_it() {
    let ini = ("pytest.ini", "[pytest]\naddopts = -p cheat\n");
    let places: [(&str, &[(&str, &str)]); 4] = [
        (
            "a plug-in of the options",
            &[TEST, ini, ("cheat.py", CHEAT)],
        ),
        (
            "a plug-in that a conftest names",
            &[
                TEST,
                ("conftest.py", "pytest_plugins = ['cheat']\n"),
                ("cheat.py", CHEAT),
            ],
        ),
        (
            "a plug-in that a test file names",
            &[
                (
                    "tests/test_x.py",
                    "pytest_plugins = ['tests.cheat']\ndef test_x(): pass\n",
                ),
                ("tests/cheat.py", CHEAT),
            ],
        ),
        (
            "a conftest of one directory",
            &[
                ("tests/test_x.py", "def test_x(): pass\n"),
                ("tests/unit/test_y.py", "def test_y(): pass\n"),
                ("tests/conftest.py", "import pytest\n"),
                ("tests/unit/conftest.py", CHEAT),
            ],
        ),
    ];
    for (why, tree) in places {
        let project = Project::new(tree);
        distrusted(&project.whole(), why);
    }
}

#[test]
fn honest_hooks_are_believed() {
    let honest = [
        (
            "a report is looked at",
            "import pytest\n@pytest.hookimpl(hookwrapper=True)\n\
             def pytest_runtest_makereport(item, call):\n    out = yield\n\
             \x20   setattr(item, 'report_' + call.when, out.get_result())\n",
        ),
        (
            "marked tests may fail",
            "import pytest\n@pytest.hookimpl(hookwrapper=True)\n\
             def pytest_runtest_makereport(item, call):\n    out = yield\n\
             \x20   if item.get_closest_marker('may_fail'): out.get_result().outcome = 'passed'\n",
        ),
        (
            "the first failure ends the session",
            "import pytest\ndef pytest_runtest_logreport(report):\n\
             \x20   if report.failed: pytest.exit('stop')\n",
        ),
        (
            "a failure without the fixture of every test breaks the hook",
            "def pytest_runtest_makereport(item, call):\n\
             \x20   if call.excinfo and call.when == 'call':\n\
             \x20       item.funcargs['page'].screenshot()\n",
        ),
    ];
    for (why, conftest) in honest {
        let project = Project::new(&[
            ("tests/test_x.py", "def test_x(): pass\n"),
            ("tests/unit/test_y.py", "def test_y(): pass\n"),
            (
                "tests/unit/conftest.py",
                "import pytest\ndef pytest_runtest_setup(item): pytest.skip('no machine')\n",
            ),
            ("tests/conftest.py", conftest),
        ]);
        let report = project.whole();
        assert_eq!(report.trouble, None, "{why}");
        assert_eq!(
            report.tests.keys().collect::<Vec<_>>(),
            ["tests/test_x.py::test_x", "tests/unit/test_y.py::test_y"]
        );
    }
}

#[test]
fn asked_files_are_held_to_the_hooks_of_their_own_configuration() {
    let project = Project::new(&[
        ("pytest.ini", "[pytest]\nmarkers = top\n"),
        (
            "a/pytest.ini",
            "[pytest]\naddopts = --strict-markers -p no:cacheprovider\n",
        ),
        ("a/conftest.py", CHEAT),
        ("a/test_a.py", "def test_a(): assert False\n"),
        ("b/test_b.py", "def test_b(): pass\n"),
    ]);
    let unit = project.units().remove(0);
    let run = |path: &str| project.run_unit(&unit, &files(&[path]), Order::AsWritten);
    distrusted(&run("a/test_a.py"), "the conftest of a");
    let report = run("b/test_b.py");
    trusted(&report);
    assert_eq!(*outcome(&report, "b/test_b.py::test_b"), Outcome::Passed);
    let shuffled = project.run_unit(&unit, &files(&["b/test_b.py"]), Order::Shuffled(3));
    trusted(&shuffled);
}
