//! Runs real programs that hang, flood, fork and die.

use redgreen_core::id::Digest;
use redgreen_engine::process::{Command, Exit, Finished, ProcessError, run};
use redgreen_engine::sandbox::Limits;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(120);

fn command(dir: &Path, script: &str) -> Command {
    let mut command = Command::new(["sh", "-c", script], dir, LONG);
    let path = std::env::var_os("PATH").expect("a search path");
    command.env = vec![("PATH".into(), path), ("WORD".into(), "a word".into())];
    command
}

fn sh(script: &str) -> Finished {
    let dir = tempfile::tempdir().expect("a directory");
    run(command(dir.path(), script)).expect("ran")
}

/// Waits until the file has a line, and returns its number.
fn pid_in(file: &Path) -> u32 {
    let text = std::fs::read_to_string(file).expect("the process wrote its number");
    text.trim().parse().expect("a number")
}

fn lives(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat
        .rsplit(')')
        .next()
        .and_then(|rest| rest.trim().chars().next());
    state.is_some_and(|state| state != 'Z' && state != 'X')
}

#[test]
fn a_command_gets_its_own_environment_and_nothing_else() {
    let seen = sh("env; pwd; echo complaint >&2; cat; exit 3");
    assert_eq!(seen.exit, Exit::Code(3));
    assert_eq!(seen.stderr.text(), "complaint\n");
    let text = seen.stdout.text();
    let mut names: Vec<_> = text
        .lines()
        .filter_map(|l| Some(l.split_once('=')?.0))
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["PATH", "PWD", "REDGREEN_RUN", "WORD"]);
    assert_eq!(seen.stragglers, 0);
}

#[test]
fn input_is_given_whole_and_a_command_may_leave_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let input: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let with_input = |script| {
        let mut command = command(dir.path(), script);
        command.stdin = Some(input.clone());
        run(command).expect("ran")
    };
    assert_eq!(with_input("cat").stdout.digest, Digest::of(&input));
    let left = with_input("exec 0<&-; echo done");
    assert_eq!(
        (left.exit, left.stdout.text()),
        (Exit::Code(0), "done\n".to_owned())
    );
}

#[test]
fn a_signal_is_told_from_an_exit() {
    assert_eq!(sh("kill -9 $$").exit, Exit::Signal(9));
    assert_eq!(sh("exit 137").exit, Exit::Code(137));
}

#[test]
fn what_is_missing_is_told_apart() {
    let dir = tempfile::tempdir().expect("a directory");
    let missing = run(Command::new(["no-such-program"], dir.path(), LONG));
    assert!(
        matches!(missing, Err(ProcessError::Missing { .. })),
        "{missing:?}"
    );
    let nowhere = run(Command::new(["sh"], dir.path().join("none"), LONG));
    assert!(
        matches!(nowhere, Err(ProcessError::NoDirectory { .. })),
        "{nowhere:?}"
    );
    std::fs::write(dir.path().join("plain"), "text").expect("written");
    let plain = run(Command::new([dir.path().join("plain")], dir.path(), LONG));
    assert!(
        matches!(plain, Err(ProcessError::Start { .. })),
        "{plain:?}"
    );
}

#[test]
fn a_command_that_hangs_is_stopped_with_all_its_children() {
    let dir = tempfile::tempdir().expect("a directory");
    let script = "trap '' TERM; (trap '' TERM; sleep 600) & echo $! >child; echo before; wait";
    let mut hanging = command(dir.path(), script);
    hanging.limit = Duration::from_millis(700);
    let seen = run(hanging).expect("ran");
    assert_eq!(seen.exit, Exit::TimedOut);
    assert_eq!(seen.stdout.text(), "before\n");
    assert!(!lives(pid_in(&dir.path().join("child"))));
}

#[test]
fn an_interrupt_stops_it_too() {
    let dir = tempfile::tempdir().expect("a directory");
    let stop = Arc::new(AtomicBool::new(false));
    let mut hanging = command(dir.path(), "echo started; exec sleep 600");
    hanging.stop = Some(Arc::clone(&stop));
    hanging.progress = Some(Box::new(move |_| stop.store(true, Ordering::Relaxed)));
    let seen = run(hanging).expect("ran");
    assert_eq!(seen.exit, Exit::Interrupted);
    assert_eq!(seen.stdout.text(), "started\n");
}

#[test]
fn a_flood_of_output_is_counted_and_digested_but_not_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let size = 1 << 30;
    let mut flood = command(
        dir.path(),
        &format!("echo start; yes | head -c {size}; echo end"),
    );
    flood.cap = 1000;
    let most = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&most);
    flood.progress = Some(Box::new(move |bytes| seen.store(bytes, Ordering::Relaxed)));
    let seen = run(flood).expect("ran");
    assert_eq!(seen.exit, Exit::Code(0));
    assert_eq!(seen.stdout.total, size + 10);
    assert!(seen.stdout.is_cut());
    assert!(seen.stdout.bytes.len() < 1100);
    assert!(seen.stdout.text().starts_with("start\ny\n"));
    assert!(seen.stdout.text().ends_with("y\nend\n"));
    assert_eq!(most.load(Ordering::Relaxed), size + 10);
}

#[test]
fn a_child_that_keeps_the_output_open_does_not_hold_us() {
    let dir = tempfile::tempdir().expect("a directory");
    let seen = run(command(dir.path(), "sleep 600 & echo $! >child; echo done")).expect("ran");
    assert_eq!(
        (seen.exit, seen.stdout.text()),
        (Exit::Code(0), "done\n".to_owned())
    );
    assert_eq!(seen.stragglers, 1);
    assert!(!lives(pid_in(&dir.path().join("child"))));
}

#[test]
#[cfg(target_os = "linux")]
fn a_daemon_that_left_the_group_is_found() {
    let dir = tempfile::tempdir().expect("a directory");
    let daemon = "setsid sh -c 'echo $$ >child; exec sleep 600' </dev/null >/dev/null 2>&1 &";
    let script = format!("({daemon}) ; while ! test -s child; do sleep 0.01; done; exit 5");
    let seen = run(command(dir.path(), &script)).expect("ran");
    assert_eq!(seen.exit, Exit::Code(5));
    assert_eq!(seen.stragglers, 1);
    assert!(!lives(pid_in(&dir.path().join("child"))));
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_inside_a_run_ends_with_the_outer_one() {
    let dir = tempfile::tempdir().expect("a directory");
    let inner = "REDGREEN_RUN=$REDGREEN_RUN:inner setsid sh -c 'echo $$ >child; exec sleep 600' &";
    let script = format!("{inner} while ! test -s child; do sleep 0.01; done");
    let seen = run(command(dir.path(), &script)).expect("ran");
    assert_eq!(seen.exit, Exit::Code(0));
    assert!(!lives(pid_in(&dir.path().join("child"))));
}

#[test]
#[cfg(target_os = "linux")]
fn bounds_hold() {
    let dir = tempfile::tempdir().expect("a directory");
    // The bound is set right after the start: wait for it as a test runner's own start does.
    let wait = "until test \"$(ulimit -f)\" != unlimited; do sleep 0.01; done;";
    let mut writer = command(dir.path(), &format!("{wait} head -c 100000 /dev/zero >big"));
    writer.bounds = Limits {
        file_size: Some(4096),
        ..Limits::default()
    };
    let seen = run(writer).expect("ran");
    assert_ne!(seen.exit, Exit::Code(0));
    let size = std::fs::metadata(dir.path().join("big"))
        .expect("there")
        .len();
    assert_eq!(size, 4096);
}

#[test]
fn runs_side_by_side_do_not_touch_each_other() {
    let dir = tempfile::tempdir().expect("a directory");
    let one = |number: u32| {
        let own = dir.path().join(number.to_string());
        std::fs::create_dir(&own).expect("made");
        let script = format!("sleep 0.3 & sleep 0.0{number}; wait; echo {number}");
        let seen = run(command(&own, &script)).expect("ran");
        assert_eq!(
            (seen.exit, seen.stdout.text()),
            (Exit::Code(0), format!("{number}\n"))
        );
    };
    std::thread::scope(|scope| {
        for number in 1..6 {
            scope.spawn(move || one(number));
        }
    });
}

#[test]
fn odd_arguments_reach_the_program_unchanged() {
    let dir = tempfile::tempdir().expect("a directory");
    let argv: [OsString; 4] = [
        "printf".into(),
        "%s|".into(),
        "$(id) `x`".into(),
        "a\nb".into(),
    ];
    let mut odd = Command::new(argv, dir.path(), LONG);
    odd.env = vec![(
        "PATH".into(),
        std::env::var_os("PATH").expect("a search path"),
    )];
    assert_eq!(run(odd).expect("ran").stdout.text(), "$(id) `x`|a\nb|");
}
