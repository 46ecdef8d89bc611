//! Stands outside of a program that no namespace holds, and ends all that it started.
//!
//! Whoever loses its parent becomes a child of the guard (a subreaper), however far it went: another
//! session, another group, an empty environment. The guard ends its children until there are none.

use super::enter::{not_started, shown};
use super::errand::{Ended, Teller, Word};
use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How often a request to end is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// How long the program has to end by itself once it was asked to.
const GRACE: Duration = Duration::from_millis(250);

/// Lets requests to end go to the program alone: this process ends when that has.
pub(super) fn do_not_end() -> Arc<AtomicBool> {
    static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    let flag = ASKED.get_or_init(|| Arc::new(AtomicBool::new(false)));
    for signal in [
        signal_hook::consts::SIGTERM,
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGHUP,
    ] {
        // One that cannot be caught ends this process as it would have anyhow.
        drop(signal_hook::flag::register(signal, Arc::clone(flag)));
    }
    Arc::clone(flag)
}

/// Starts `program`, waits for it and ends what it leaves behind.
pub(super) fn stand(program: &mut Command, mut teller: Teller) -> u8 {
    take_orphans();
    let asked = do_not_end();
    let mut child = match program.spawn() {
        Ok(child) => child,
        Err(error) => return not_started(&mut teller, &error),
    };
    let (tell, hear) = channel();
    std::thread::spawn(move || drop(tell.send(child.wait())));
    let mut since: Option<Instant> = None;
    let status = loop {
        match hear.recv_timeout(LOOK) {
            Ok(Ok(status)) => break Some(status),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => break None,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if asked.load(Ordering::Relaxed) {
            let since = since.get_or_insert_with(Instant::now);
            if since.elapsed() > GRACE {
                break None;
            }
        }
    };
    let left = end_children();
    let Some(status) = status else {
        return u8::MAX;
    };
    // Where the program was not even started, the word says so already.
    if teller.last() == Some(Word::Entered) {
        teller.tell(&Word::Ended(Ended {
            signal: status.signal(),
            unreached: 0,
            left,
        }));
    }
    shown(status)
}

#[cfg(target_os = "linux")]
fn take_orphans() {
    use rustix::process::{Signal, set_child_subreaper, set_parent_process_death_signal};
    // Without, what leaves its group is found by the word in its environment only.
    set_child_subreaper(Some(rustix::process::getpid())).ok();
    set_parent_process_death_signal(Some(Signal::TERM)).ok();
}

#[cfg(not(target_os = "linux"))]
fn take_orphans() {}

/// Ends every child until none is left; returns how many there were at first.
#[cfg(target_os = "linux")]
fn end_children() -> u64 {
    use rustix::process::{Signal, WaitOptions, kill_process, wait};
    let mut left = 0;
    // A child that forks faster than it is ended ends with its last fork's children.
    for round in 0..1000 {
        let children = children();
        if round == 0 {
            left = children.len().try_into().unwrap_or(u64::MAX);
        }
        if children.is_empty() {
            break;
        }
        for child in children {
            // One that is gone already is what is wanted.
            kill_process(child, Signal::KILL).ok();
        }
        while matches!(wait(WaitOptions::NOHANG), Ok(Some(_))) {}
        std::thread::sleep(Duration::from_millis(1));
    }
    left
}

#[cfg(not(target_os = "linux"))]
fn end_children() -> u64 {
    0
}

/// The children of every thread of this process that are not gone.
#[cfg(target_os = "linux")]
fn children() -> Vec<rustix::process::Pid> {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter();
    let of_task = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("children"));
        text.unwrap_or_default()
    };
    let lists: Vec<String> = tasks.flatten().flatten().map(of_task).collect();
    let numbers = lists.iter().flat_map(|list| list.split_whitespace());
    let numbers = numbers.filter_map(|number| number.parse().ok());
    numbers.filter_map(rustix::process::Pid::from_raw).collect()
}
