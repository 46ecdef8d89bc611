//! Talks with one command line by line while it lives, and sees to it that nothing of it lives on.

use super::believed::Seen;
use super::capture::Capture;
use super::group::Group;
use super::run::{
    AFTERMATH, COUNT, Stream, begin, exit_of, has_ended, is_not_yet, ready, watched_from_outside,
};
use super::{Captured, Command, Exit, ProcessError};
use crate::sandbox::{Limits, Overrun, Told};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::PathBuf;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use thiserror::Error;

/// How long one look at the pipes may take; the limit and the stop flag are seen this often.
const LOOK: Duration = Duration::from_millis(20);

/// The longest line that is kept; a longer one is only counted.
const LONGEST: usize = 16 * 1024 * 1024;

/// How long a command may leave its input unread before it counts as gone.
const DEAF: Duration = Duration::from_secs(30);

/// What came of listening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// One line without its end; bytes that are no UTF-8 become U+FFFD.
    Line(String),
    /// A line that was too long to be kept.
    TooLong {
        /// How long it was.
        bytes: u64,
    },
    /// Nothing was said for as long as was waited.
    Nothing,
    /// It will say nothing any more.
    Closed,
    /// Its time is over. It still lives.
    TimedOut,
    /// The user wants to stop. It still lives.
    Interrupted,
}

/// A command that does not read what it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it does not read its input any more")]
pub struct Gone;

/// How a dialogue ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How the command ended; nothing where it had to be ended.
    pub exit: Option<Exit>,
    /// What it complained.
    pub stderr: Captured,
    /// How long it took.
    pub took: Duration,
    /// How many of its processes were still there when it had ended by itself, and were killed.
    pub stragglers: usize,
    /// What the sandbox ended it for; nothing where it did not.
    pub overrun: Option<String>,
    /// How often it tried to reach a network that its sandbox does not have, as far as the system
    /// counts that.
    pub unreached: u64,
    /// Why it was never started, where the sandbox says so.
    pub not_started: Option<String>,
}

/// A command that is listened to and, where it has an input, spoken to. Whatever it started is
/// killed when this goes.
pub struct Dialogue {
    child: Child,
    group: Group,
    stdin: Option<File>,
    stdout: Option<File>,
    stderr: Stream,
    heard: VecDeque<Heard>,
    line: Vec<u8>,
    length: u64,
    started: Instant,
    limit: Duration,
    stop: Option<Arc<AtomicBool>>,
    is_over: bool,
    /// Where a sandbox says what came of it.
    told: Option<Told>,
    /// Processes that it may have, where they are counted from here.
    limits: Option<Limits>,
    counted: Instant,
    overrun: Option<Overrun>,
}

impl Dialogue {
    /// Starts `command`. Its input stays open where it has one, and what it holds is said first.
    ///
    /// # Errors
    /// Where it cannot be started or watched.
    pub fn start(mut command: Command) -> Result<Self, ProcessError> {
        let program = PathBuf::from(command.argv.first().cloned().unwrap_or_default());
        let watch = |source| ProcessError::Watch {
            program: program.clone(),
            source,
        };
        let (mut child, group) = begin(&command, &program)?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let open = |pipe: Option<OwnedFd>| pipe.map(ready).transpose();
        let opened = open(pipes.0.map(OwnedFd::from)).and_then(|stdin| {
            let stdout = open(pipes.1.map(OwnedFd::from))?;
            Ok((stdin, stdout, open(pipes.2.map(OwnedFd::from))?))
        });
        let (stdin, stdout, pipe) = match opened {
            Ok(pipes) => pipes,
            Err(error) => {
                group.end(&mut || {});
                drop(child.wait());
                return Err(watch(error));
            }
        };
        let capture = Capture::new(command.cap);
        let mut dialogue = Self {
            child,
            group,
            stdin,
            stdout,
            stderr: Stream { pipe, capture },
            heard: VecDeque::new(),
            line: Vec::new(),
            length: 0,
            started: Instant::now(),
            limit: command.limit,
            stop: command.stop.take(),
            is_over: false,
            limits: watched_from_outside(&command),
            told: command.told.take(),
            counted: Instant::now(),
            overrun: None,
        };
        let first = command.stdin.take().unwrap_or_default();
        if !first.is_empty() {
            // One that does not listen is found out by what it does not answer.
            dialogue.say(&first).unwrap_or_default();
        }
        Ok(dialogue)
    }

    /// Waits for the next line, at most as long as `wait`.
    pub fn hear(&mut self, wait: Duration) -> Heard {
        let asked = Instant::now();
        let mut ended: Option<Instant> = None;
        loop {
            if let Some(heard) = self.heard.pop_front() {
                return heard;
            }
            if self.stdout.is_none() {
                return Heard::Closed;
            }
            if let Some(stop) = &self.stop
                && stop.load(Ordering::Relaxed)
            {
                return Heard::Interrupted;
            }
            if self.started.elapsed() > self.limit {
                return Heard::TimedOut;
            }
            self.count();
            if ended.is_none() && has_ended(self.group.leader) {
                ended = Some(Instant::now());
            }
            if ended.is_some_and(|at| at.elapsed() > AFTERMATH) {
                self.close();
            } else if asked.elapsed() >= wait {
                return Heard::Nothing;
            } else {
                self.look(false);
            }
        }
    }

    /// Goes on for as long as `more`, whatever the limit was.
    pub fn extend(&mut self, more: Duration) {
        self.limit = self.started.elapsed() + more;
        self.stop = None;
    }

    /// Says `bytes`. What is said meanwhile is kept.
    ///
    /// # Errors
    /// Where it has no input, has closed it or does not read it.
    pub fn say(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        let (mut said, mut last) = (0, Instant::now());
        while said < bytes.len() {
            let pipe = self.stdin.as_mut().ok_or(Gone)?;
            match pipe.write(&bytes[said..]) {
                Ok(count) => (said, last) = (said + count, Instant::now()),
                Err(error) if is_not_yet(&error) => {
                    let stopped = self
                        .stop
                        .as_ref()
                        .is_some_and(|s| s.load(Ordering::Relaxed));
                    if stopped || last.elapsed() > DEAF || has_ended(self.group.leader) {
                        return Err(Gone);
                    }
                    self.look(true);
                }
                Err(_) => return Err(Gone),
            }
        }
        Ok(())
    }

    /// Ends it: what does not end by itself within `grace` is killed, with all that it started.
    pub fn end(mut self, grace: Duration) -> Ended {
        self.stdin = None;
        let asked = Instant::now();
        while !has_ended(self.group.leader) && asked.elapsed() < grace {
            self.look(false);
        }
        let by_itself = has_ended(self.group.leader);
        let took = self.started.elapsed();
        let (status, stragglers) = self.kill();
        for _ in 0..64 {
            self.stderr.read_once();
        }
        let empty = Stream {
            pipe: None,
            capture: Capture::new(0),
        };
        let stderr = std::mem::replace(&mut self.stderr, empty);
        let stderr = stderr.capture.finish();
        let exit = status.filter(|_| by_itself);
        let mut seen = Seen::of(self.told.as_ref(), exit, &stderr);
        if let Some(over) = self.overrun {
            seen.overrun_by(over);
        }
        Ended {
            exit: seen.exit,
            stderr,
            took,
            stragglers: if by_itself {
                stragglers.max(seen.left)
            } else {
                0
            },
            overrun: seen.overrun,
            unreached: seen.unreached,
            not_started: seen.not_started.filter(|_| by_itself),
        }
    }

    fn kill(&mut self) -> (Option<Exit>, usize) {
        self.is_over = true;
        let (group, stderr) = (&self.group, &mut self.stderr);
        let stragglers = group.end(&mut || {
            stderr.read_once();
            std::thread::sleep(Duration::from_millis(1));
        });
        (self.child.wait().ok().map(exit_of), stragglers)
    }

    /// Looks now and then at what it uses, and ends one that has too much at once.
    fn count(&mut self) {
        let Some(limits) = self.limits else {
            return;
        };
        if self.overrun.is_none() && self.counted.elapsed() > COUNT {
            self.counted = Instant::now();
            self.overrun = Overrun::of(&limits, self.group.used());
            if self.overrun.is_some() {
                self.group.end(&mut || {});
                self.close();
            }
        }
    }

    /// Waits a moment for something to read (or to write, too), and reads it.
    fn look(&mut self, writing: bool) {
        let reading = self.stdout.iter().chain(self.stderr.pipe.iter());
        let mut pipes: Vec<PollFd<'_>> = reading
            .map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN))
            .collect();
        let input = self.stdin.as_ref().filter(|_| writing);
        pipes.extend(input.map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::OUT)));
        let wait = Timespec {
            tv_sec: 0,
            tv_nsec: LOOK.subsec_nanos().into(),
        };
        if pipes.is_empty() {
            std::thread::sleep(Duration::from_millis(1));
        } else {
            // A signal may cut the wait short; then the pipes have nothing, and say so.
            poll(&mut pipes, Some(&wait)).ok();
        }
        drop(pipes);
        self.stderr.read_once();
        self.read();
    }

    fn read(&mut self) {
        let Some(pipe) = &mut self.stdout else {
            return;
        };
        let mut chunk = [0; 64 * 1024];
        match pipe.read(&mut chunk) {
            Ok(0) => self.close(),
            Ok(count) => self.feed(&chunk[..count]),
            Err(error) if is_not_yet(&error) => {}
            Err(_) => self.close(),
        }
    }

    fn feed(&mut self, mut bytes: &[u8]) {
        while let Some(at) = bytes.iter().position(|byte| *byte == b'\n') {
            self.add(&bytes[..at]);
            self.finish_line();
            bytes = &bytes[at + 1..];
        }
        self.add(bytes);
    }

    fn add(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if self.length <= LONGEST as u64 {
            self.line.extend_from_slice(bytes);
        } else {
            self.line = Vec::new();
        }
    }

    fn finish_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let bytes = std::mem::take(&mut self.length);
        self.heard.push_back(if bytes > LONGEST as u64 {
            Heard::TooLong { bytes }
        } else {
            let text = String::from_utf8_lossy(&line);
            Heard::Line(text.strip_suffix('\r').unwrap_or(&text).to_owned())
        });
    }

    /// Nothing more is read: what stands without a line's end is the last line.
    fn close(&mut self) {
        self.stdout = None;
        if self.length > 0 {
            self.finish_line();
        }
    }
}

impl Drop for Dialogue {
    fn drop(&mut self) {
        if !self.is_over {
            self.kill();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn start(script: &str, limit: u64) -> Dialogue {
        let argv = ["sh", "-c", script];
        let mut command = Command::new(argv, "/", Duration::from_secs(limit));
        let path = std::env::var_os("PATH").unwrap();
        command.env = vec![(OsString::from("PATH"), path)];
        command.stdin = Some(Vec::new());
        Dialogue::start(command).unwrap()
    }

    fn hear(dialogue: &mut Dialogue) -> Heard {
        dialogue.hear(Duration::from_secs(60))
    }

    #[test]
    fn what_is_said_is_answered_line_by_line() {
        let mut echo = start(
            "while read line; do echo \"<$line>\"; done; printf rest",
            60,
        );
        echo.say(b"one\ntwo\n").unwrap();
        assert_eq!(hear(&mut echo), Heard::Line("<one>".into()));
        assert_eq!(hear(&mut echo), Heard::Line("<two>".into()));
        assert_eq!(echo.hear(Duration::ZERO), Heard::Nothing);
        echo.stdin = None;
        assert_eq!(hear(&mut echo), Heard::Line("rest".into()));
        assert_eq!(hear(&mut echo), Heard::Closed);
        let ended = echo.end(Duration::from_secs(60));
        assert_eq!(ended.exit, Some(Exit::Code(0)));
    }

    #[test]
    fn a_line_without_end_costs_no_memory_and_stops_nothing() {
        let mut long = start("head -c 20000000 /dev/zero; echo; echo after", 60);
        assert_eq!(hear(&mut long), Heard::TooLong { bytes: 20_000_000 });
        assert_eq!(hear(&mut long), Heard::Line("after".into()));
    }

    #[test]
    fn one_that_talks_while_it_is_talked_to_blocks_nobody() {
        let mut both = start(
            "head -c 3000000 /dev/zero | tr '\\0' '\\n'; cat > /dev/null",
            60,
        );
        both.say(&[b'x'; 3_000_000]).unwrap();
    }

    #[test]
    fn a_limit_and_a_stop_are_heard_and_all_that_was_started_is_ended() {
        let mut slow = start("sleep 600 & echo $!; wait", 0);
        assert_eq!(hear(&mut slow), Heard::TimedOut);
        slow.extend(Duration::from_secs(60));
        let Heard::Line(child) = hear(&mut slow) else {
            panic!("no line");
        };
        let ended = slow.end(Duration::ZERO);
        assert_eq!(ended.exit, None);
        let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        assert!(stat.is_empty() || stat.contains(") Z "), "{stat}");
    }

    #[test]
    fn a_daemon_that_keeps_the_pipe_open_does_not_keep_us() {
        let mut left = start("sleep 600 & echo last; exit 3", 60);
        assert_eq!(hear(&mut left), Heard::Line("last".into()));
        assert_eq!(hear(&mut left), Heard::Closed);
        assert_eq!(left.end(Duration::ZERO).exit, Some(Exit::Code(3)));
    }

    #[test]
    fn nobody_is_talked_to_who_is_gone() {
        let mut gone = start("exec 0<&-; echo closed; sleep 600", 60);
        assert_eq!(hear(&mut gone), Heard::Line("closed".into()));
        assert_eq!(gone.say(b"anybody?\n"), Err(Gone));
    }
}
