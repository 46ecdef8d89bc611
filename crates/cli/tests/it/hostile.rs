//! Runners and tests that hang, flood, or leave something behind; and a person who stops.

use crate::world::World;
use redgreen_core::proof::ChangeVerdict;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Commits a test of the feature whose body is `body`.
fn with_body(world: &World, body: &str) {
    world.add_feature();
    let test = format!("import os, subprocess, sys, time\nfrom tax import tax\n\n\n{body}");
    world.repo.write("test_tax.py", test).commit("feature");
}

/// Waits until `is_so`, and fails with `what` where it never is.
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether the process whose id stands in the file at `path` lives.
fn lives(path: &Path) -> bool {
    let id = std::fs::read_to_string(path).unwrap();
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

#[test]
fn a_test_that_hangs_on_head_is_stopped_and_refutes() {
    let world = World::limited("test_seconds = 1\nrun_seconds = 120");
    with_body(
        &world,
        "def test_tax():\n    assert tax(4) == 8\n    time.sleep(600)\n",
    );
    let document = world.proof(&["--samples", "1"]);
    assert_eq!(document.exit_code, 1, "{document:?}");
    assert_eq!(document.proof.findings[0].code.as_str(), "RG101");
}

#[test]
fn a_run_that_hangs_is_stopped_and_nobodys_fault() {
    let world = World::limited("test_seconds = 1\nrun_seconds = 2");
    world.add_feature();
    world
        .repo
        .write("conftest.py", "import time\ntime.sleep(600)\n")
        .commit("feature");
    let document = world.proof(&["--samples", "1"]);
    assert_eq!(document.verdict, ChangeVerdict::Unclear, "{document:?}");
    let codes: Vec<&str> = document
        .proof
        .findings
        .iter()
        .map(|f| f.code.as_str())
        .collect();
    assert!(codes.contains(&"RG116"), "{document:?}");
    assert_eq!(document.exit_code, 6);
}

#[test]
fn a_test_that_prints_without_end_is_heard_out() {
    let world = World::python();
    let body = "def test_tax():\n    for _ in range(100):\n        \
                os.write(2, b'x' * 1024 * 1024)\n        print('y' * 1024)\n    \
                assert tax(4) == 8\n";
    with_body(&world, body);
    let document = world.proof(&["--samples", "1"]);
    assert_eq!(document.verdict, ChangeVerdict::Proven, "{document:?}");
}

#[test]
fn a_daemon_that_a_test_starts_does_not_outlive_the_proof() {
    let world = World::python();
    let note = world.repo.outside().join("daemon");
    let body = format!(
        "def test_tax():\n    child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n    \
         open({:?}, 'w').write(str(child.pid))\n    assert tax(4) == 8\n",
        note.to_str().unwrap()
    );
    with_body(&world, &body);
    // Where no sandbox hides its number and holds its note.
    let document = world.proof(&["--samples", "1", "--sandbox", "limits"]);
    assert_eq!(document.verdict, ChangeVerdict::Proven, "{document:?}");
    assert!(!lives(&note));
}

#[test]
fn ctrl_c_ends_the_tests_and_says_how_to_go_on() {
    let world = World::python();
    let note = world.repo.outside().join("test");
    let body = format!(
        "def test_tax():\n    open({:?}, 'w').write(str(os.getpid()))\n    time.sleep(600)\n",
        note.to_str().unwrap()
    );
    with_body(&world, &body);
    let spawn = |args: &[&str]| {
        let mut asked = world.command(args);
        asked.stdout(Stdio::piped()).stderr(Stdio::piped());
        asked.spawn().unwrap()
    };
    let proving = spawn(&["prove", "--json", "--sandbox", "limits"]);
    wait_until("the test runs", || {
        std::fs::read_to_string(&note).is_ok_and(|id| !id.is_empty())
    });
    // Another proof of the same repository waits for this one, and can be stopped as well.
    let mut waiting = spawn(&["prove"]);
    let mut heard = BufReader::new(waiting.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("waiting for another proof") {
        line.clear();
        assert!(heard.read_line(&mut line).unwrap() > 0, "it never waits");
    }
    interrupt(&waiting, "TERM");
    let mut rest = String::new();
    heard.read_to_string(&mut rest).unwrap();
    assert_eq!(waiting.wait().unwrap().code(), Some(130));
    assert!(rest.contains("error[RG318]: "), "{rest}");
    assert!(lives(&note));
    interrupt(&proving, "INT");
    let ended = proving.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130));
    assert!(!lives(&note));
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(
        said.contains("\"code\": \"RG318\"") && said.contains("redgreen prove "),
        "{said}"
    );
}

/// Sends a signal to one process.
fn interrupt(child: &Child, signal: &str) {
    let sent = Command::new("kill")
        .args(["-s", signal, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}
