//! Judges one process with tests in it: a kill means that a test ran and failed.

use super::super::canary;
use super::super::course::top;
use super::super::events::{self, Mark, Seen};
use super::super::failure::failure;
use super::super::trace::{Cause, Crash, crash};
use crate::ask::{Ask, Exit, RawOutput};
use crate::mutate::sharing::Judged;
use redgreen_core::mutant::Kill;
use redgreen_core::outcome::FailureKind;
use std::collections::{BTreeMap, BTreeSet};

/// What a shell gives back for a process that SIGKILL ended.
const KILLED: i32 = 128 + 9;
/// What it gives back for signals by which a process ends itself: SIGILL, SIGTRAP, SIGABRT,
/// SIGBUS, SIGFPE, SIGSEGV.
const OWN_SIGNALS: [i32; 6] = [132, 133, 134, 135, 136, 139];

/// `argv` below limits that the system enforces: `cpu_seconds` of processor time and `memory`
/// bytes of data. Go reserves much more address space than it uses, and passes over SIGXCPU; so
/// its data are bounded, and the time that it took is told on the last line of standard error.
pub(super) fn limited(argv: Vec<String>, cpu_seconds: u64, memory: u64) -> Vec<String> {
    let script = "ulimit -c 0; ulimit -t \"$1\"; ulimit -d \"$2\"; shift 2; \"$@\"; code=$?; \
                  times >&2; exit $code";
    let mut whole: Vec<String> = ["/bin/sh", "-c", script, "sh"].map(str::to_owned).into();
    whole.push(cpu_seconds.max(1).to_string());
    whole.push((memory / 1024).to_string());
    whole.extend(argv);
    whole
}

/// Tenths of a second of processor time that the last line of `times` tells.
fn tenths(stderr: &str) -> u64 {
    let last = stderr.trim_end().lines().next_back().unwrap_or_default();
    let one = |word: &str| -> Option<u64> {
        let (minutes, rest) = word.split_once('m')?;
        let (seconds, part) = rest.trim_end_matches('s').split_once('.')?;
        let tenth: u64 = part.get(..1)?.parse().ok()?;
        Some(minutes.parse::<u64>().ok()? * 600 + seconds.parse::<u64>().ok()? * 10 + tenth)
    };
    last.split_whitespace().filter_map(one).sum()
}

/// What the process that ran the tests `names` of the package in `dir` shows, below a limit of
/// `seconds` of processor time.
pub(super) fn judged(
    ask: &Ask<'_>,
    (dir, names): (&str, &[String]),
    output: &RawOutput,
    seconds: u64,
) -> Judged {
    let seen = events::binary(&output.stdout);
    if let Some(test) = &seen.contradiction {
        return Judged::Unknown(format!("{test} ended twice, in two ways"));
    }
    let failed = names
        .iter()
        .find(|name| matches!(seen.results.get(*name), Some((Mark::Failed, _))));
    if seen.closed {
        let killed = failed.map(|name| (name.clone(), how(ask, dir, &seen, name)));
        return ended(ask, names, &seen, (killed, output.exit));
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let crash = crash(&format!("{}\n{stderr}", seen.all_text()));
    let running = running(names, &seen, crash.as_ref());
    let Some(running) = failed.cloned().or(running) else {
        return Judged::Unknown(format!("no test had started: {}", ending(output)));
    };
    if let Some(crash) = crash {
        let memory = ["out of memory", "cannot allocate memory"];
        let is_memory = memory.iter().any(|words| crash.message.contains(words));
        return match crash.cause {
            Cause::TimeOut => Judged::TooLong(running),
            Cause::Fatal if is_memory => Judged::OutOfMemory(running),
            Cause::Panic | Cause::Fatal | Cause::Exit | Cause::Race => {
                Judged::Killed(running, Kill::Error)
            }
        };
    }
    match output.exit {
        Exit::TimedOut => Judged::TooLong(running),
        Exit::Code(KILLED) if tenths(&stderr) * 10 >= seconds * 85 => Judged::TooLong(running),
        Exit::Code(code) if (1..128).contains(&code) || OWN_SIGNALS.contains(&code) => {
            Judged::Killed(running, Kill::Error)
        }
        Exit::Code(_) | Exit::Signal(_) => {
            Judged::Unknown(format!("{running}: {}", ending(output)))
        }
    }
}

/// The test that a process without its last word was running.
fn running(names: &[String], seen: &Seen, crash: Option<&Crash>) -> Option<String> {
    let told = crash.into_iter().flat_map(|crash| &crash.running);
    let told = told.map(|(name, _)| name.as_str());
    let open = seen.running().into_iter();
    let started = seen.started.iter().rev().map(String::as_str);
    let own = |test: &str| names.iter().find(|name| *name == top(test)).cloned();
    told.chain(open).chain(started).find_map(own)
}

/// How a failed test noticed.
fn how(ask: &Ask<'_>, dir: &str, seen: &Seen, name: &str) -> Kill {
    let own = seen.texts.iter().filter(|(test, _)| top(test) == name);
    let text: String = own.map(|(_, text)| text.as_str()).collect();
    if failure(ask, dir, &text).kind == FailureKind::Assertion {
        Kill::Assertion
    } else {
        Kill::Error
    }
}

/// A process that came to its own end.
fn ended(
    ask: &Ask<'_>,
    names: &[String],
    seen: &Seen,
    (killed, exit): (Option<(String, Kill)>, Exit),
) -> Judged {
    match (killed, exit) {
        (Some(_), Exit::Code(0)) => {
            Judged::Unknown("a test failed, and its process ended as if none had".to_owned())
        }
        (Some((name, how)), _) => Judged::Killed(name, how),
        (None, Exit::Code(0)) => {
            let mark = |name: &String| seen.results.get(name).map(|(mark, _)| *mark);
            let carrier = canary::carrier(ask.nonce);
            let all = names.iter().all(|name| mark(name).is_some());
            if all && mark(&carrier) == Some(Mark::Passed) {
                Judged::Passed
            } else {
                Judged::Unknown("a test that was asked for did not run".to_owned())
            }
        }
        (None, exit) => Judged::Unknown(format!("no test failed, and the end was {exit:?}")),
    }
}

fn ending(output: &RawOutput) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let words = stderr.lines().find(|line| !line.trim().is_empty());
    let words = words.unwrap_or("it said nothing");
    format!("the end was {:?}: {words}", output.exit)
}

/// What a test does while every mutant is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Traced {
    /// It passes, in so many milliseconds, and reaches these places.
    Passes(u64, BTreeSet<usize>),
    /// It skips itself.
    Skipped,
    /// It does not pass, and why; the places that it reaches.
    Fails(String, BTreeSet<usize>),
}

/// What the process that ran the test `name` alone shows.
pub(super) fn traced(
    ask: &Ask<'_>,
    (dir, name): (&str, &str),
    output: &RawOutput,
    seconds: u64,
) -> Traced {
    let names = [name.to_owned()];
    let fails = |why: &str| Traced::Fails(why.to_owned(), places(&output.files));
    match judged(ask, (dir, &names), output, seconds) {
        Judged::Passed => match events::binary(&output.stdout).results.get(name) {
            Some((Mark::Skipped, _)) => Traced::Skipped,
            Some((_, ms)) => Traced::Passes(ms.unwrap_or_default() + 10, places(&output.files)),
            None => fails("it did not run"),
        },
        Judged::Killed(..) => fails("it fails"),
        Judged::TooLong(_) => fails("it takes too long"),
        Judged::OutOfMemory(_) => fails("it takes too much memory"),
        Judged::Unknown(why) => fails(&why),
    }
}

fn places(files: &BTreeMap<String, Vec<u8>>) -> BTreeSet<usize> {
    let texts = files.values().map(|bytes| String::from_utf8_lossy(bytes));
    let lines = texts.flat_map(|text| {
        let lines = text.lines().filter_map(|line| line.parse().ok());
        lines.collect::<Vec<usize>>()
    });
    lines.collect()
}
