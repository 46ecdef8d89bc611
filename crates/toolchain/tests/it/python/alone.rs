//! Tests that run alone: forks of one session, or sessions of their own.

use super::project::{Project, failure, outcome, tests, trusted};
use redgreen_core::evidence::{Order, Report};
use redgreen_core::outcome::{FailureKind, Outcome};

/// Runs the named tests of `test_x.py` alone.
fn alone(project: &Project, names: &[&str]) -> Report {
    let ids: Vec<String> = names.iter().map(|name| id(name)).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    project.run(&tests(&ids), Order::Alone)
}

fn id(name: &str) -> String {
    format!("test_x.py::{name}")
}

/// How often the file was imported.
fn imports(project: &Project) -> usize {
    let log = std::fs::read_to_string(project.tree().join("imports.log"));
    log.expect("the test file was imported").lines().count()
}

const LOG: &str = "import os, time\nwith open('imports.log', 'a') as log: log.write('x\\n')\n";

fn project(text: &str) -> Project {
    Project::new(&[("test_x.py", &format!("{LOG}{text}"))])
}

#[test]
fn one_session_serves_all_and_no_test_sees_what_another_left() {
    let text = "\
import pytest
made = []
@pytest.fixture(scope='session')
def base():
    made.append(os.getpid())
    yield made
def test_a(base): assert base == [os.getpid()]
def test_b(base): assert base == [os.getpid()]
def test_c(base):
    os.environ['LEFT'] = 'x'
    assert len(base) == 1
def test_d(base): assert 'LEFT' not in os.environ
";
    let project = project(text);
    let report = alone(&project, &["test_a", "test_b", "test_c", "test_d"]);
    trusted(&report);
    assert!(
        report.tests.values().all(|seen| seen.outcome.passed()),
        "{report:#?}"
    );
    assert_eq!(report.tests.len(), 4);
    assert_eq!(imports(&project), 1);
}

#[test]
fn a_failure_skip_or_error_of_one_fork_is_its_own() {
    let text = "\
import pytest
@pytest.fixture
def bad(): raise ValueError('set-up')
def test_fails(): assert 1 == 2
def test_skips(): pytest.skip('not now')
def test_errs(bad): pass
@pytest.mark.xfail(reason='known')
def test_xfail(): assert 0
@pytest.mark.parametrize('n', [1, 2])
def test_case(n): assert n == 1
def test_exits(): pytest.exit('enough')
def test_passes(): pass
";
    let project = project(text);
    let names = [
        "test_fails",
        "test_skips",
        "test_errs",
        "test_xfail",
        "test_case",
        "test_exits",
        "test_passes",
    ];
    let report = alone(&project, &names);
    trusted(&report);
    assert_eq!(
        failure(&report, &id("test_fails")).kind,
        FailureKind::Assertion
    );
    assert_eq!(
        *outcome(&report, &id("test_skips")),
        Outcome::Skipped("not now".to_owned())
    );
    let error = FailureKind::Exception("ValueError".to_owned());
    assert_ne!(
        failure(&report, &id("test_errs")).kind,
        FailureKind::Death,
        "{error:?}"
    );
    assert!(matches!(
        outcome(&report, &id("test_xfail")),
        Outcome::Skipped(_)
    ));
    assert!(outcome(&report, &id("test_case[1]")).passed());
    assert_eq!(
        failure(&report, &id("test_case[2]")).kind,
        FailureKind::Assertion
    );
    assert_eq!(failure(&report, &id("test_exits")).kind, FailureKind::Death);
    assert!(outcome(&report, &id("test_passes")).passed());
}

#[test]
fn a_fork_that_ends_itself_or_is_killed_has_died_and_the_others_run() {
    let text = "\
import signal
def test_quits(): os._exit(0)
def test_killed(): os.kill(os.getpid(), signal.SIGKILL)
def test_passes(): pass
";
    let report = alone(
        &project(text),
        &["test_quits", "test_killed", "test_passes"],
    );
    trusted(&report);
    let quits = failure(&report, &id("test_quits"));
    assert_eq!(quits.kind, FailureKind::Death);
    assert!(quits.message.contains("exit code 0"), "{}", quits.message);
    let killed = failure(&report, &id("test_killed"));
    assert!(killed.message.contains("signal 9"), "{}", killed.message);
    assert!(outcome(&report, &id("test_passes")).passed());
}

#[test]
fn a_fork_that_hangs_is_stopped_even_where_it_takes_no_alarm() {
    let text = "\
import signal
def test_sleeps(): time.sleep(600)
def test_is_deaf():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    time.sleep(600)
def test_passes(): pass
";
    let mut project = project(text);
    project.limit_ms = 300;
    let report = alone(&project, &["test_sleeps", "test_is_deaf", "test_passes"]);
    trusted(&report);
    assert_eq!(*outcome(&report, &id("test_sleeps")), Outcome::TimedOut);
    assert_eq!(*outcome(&report, &id("test_is_deaf")), Outcome::TimedOut);
    assert!(outcome(&report, &id("test_passes")).passed());
}

#[test]
fn a_fork_captures_its_own_output_and_not_that_of_one_that_died() {
    let text = "\
def test_dies():
    os.write(1, b'last words')
    os._exit(1)
def test_own(capfd):
    print('own')
    os.system('echo child')
    assert capfd.readouterr().out == 'own\\nchild\\n'
def test_shown(capsys):
    print('x')
    assert capsys.readouterr().out == 'x\\n'
";
    let report = alone(&project(text), &["test_dies", "test_own", "test_shown"]);
    trusted(&report);
    assert_eq!(failure(&report, &id("test_dies")).kind, FailureKind::Death);
    assert!(outcome(&report, &id("test_own")).passed(), "{report:#?}");
    assert!(outcome(&report, &id("test_shown")).passed(), "{report:#?}");
}

#[test]
fn what_cannot_be_forked_has_a_session_for_each_test() {
    let threads =
        "import threading\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n";
    let sockets = "import socket\nkept = socket.socket()\n";
    for reason in [threads, sockets] {
        let tests = "seen = []\ndef test_a(): seen.append(1); assert seen == [1]\ndef test_b(): seen.append(1); assert seen == [1]\ndef test_c(): assert not seen\n";
        let project = project(&format!("{reason}{tests}"));
        let report = alone(&project, &["test_a", "test_b", "test_c"]);
        trusted(&report);
        assert!(
            report.tests.values().all(|seen| seen.outcome.passed()),
            "{report:#?}"
        );
        assert_eq!(report.tests.len(), 3);
        assert_eq!(imports(&project), 3);
    }
}

#[test]
fn a_grandchild_that_outlives_its_test_keeps_nobody_waiting() {
    let text = "\
def test_leaves_one():
    if os.fork() == 0:
        time.sleep(5)
        os._exit(0)
def test_next(): pass
";
    let report = alone(&project(text), &["test_leaves_one", "test_next"]);
    trusted(&report);
    assert!(report.tests.values().all(|seen| seen.outcome.passed()));
}
