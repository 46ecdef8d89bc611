//! Runs one command to its end, and sees to it that nothing of it lives on.

use super::believed::believe;
use super::capture::Capture;
use super::group::{Group, MARK};
use super::reaper::session;
use super::{Command, Exit, Finished, ProcessError};
use crate::sandbox::{Limits, Overrun};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, waitid};
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::PathBuf;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long one look at the pipes may take; the limit and the stop flag are seen this often.
const LOOK: Duration = Duration::from_millis(20);

/// How often processes are counted where there is a limit that the system does not hold.
pub(super) const COUNT: Duration = Duration::from_millis(500);

/// How long output is still read after the command itself has ended, while a process that it
/// left behind keeps the pipe open.
pub(crate) const AFTERMATH: Duration = Duration::from_millis(150);

/// Runs `command`. A time limit or an interrupt is an [`Exit`], not an error.
///
/// # Errors
/// Where it cannot be started or watched.
pub fn run(mut command: Command) -> Result<Finished, ProcessError> {
    let program = PathBuf::from(command.argv.first().cloned().unwrap_or_default());
    let watch = |source| ProcessError::Watch {
        program: program.clone(),
        source,
    };
    let (mut child, group) = begin(&command, &program)?;
    let started = Instant::now();
    let mut pipes = match Pipes::of(&mut child, &mut command) {
        Ok(pipes) => pipes,
        Err(error) => {
            group.end(&mut || {});
            drop(child.wait());
            return Err(watch(error));
        }
    };
    let stopped = watch_until_end(&mut pipes, &mut command, &group, started);
    let took = started.elapsed();
    let stragglers = group.end(&mut || pipes.look());
    // The leader was not waited for until here, so that its number stayed its own.
    let status = child.wait().map_err(watch)?;
    pipes.drain();
    let [stdout, stderr] = pipes.streams.map(|stream| stream.capture.finish());
    let mut finished = Finished {
        exit: exit_of(status),
        stdout,
        stderr,
        took,
        stragglers,
        overrun: None,
        unreached: 0,
    };
    match stopped {
        Some(Stopped::For(exit)) => finished.exit = exit,
        Some(Stopped::Overrun(over)) => {
            finished.exit = Exit::Signal(Signal::KILL.as_raw());
            finished.overrun = Some(over.to_string());
        }
        None => believe(&command, &program, &mut finished)?,
    }
    if stopped.is_some() {
        finished.stragglers = 0;
    }
    Ok(finished)
}

/// Why a command was ended.
#[derive(Clone, Copy, Debug)]
enum Stopped {
    For(Exit),
    /// For more of something than it may have.
    Overrun(Overrun),
}

/// Starts `command`, bound and marked, so that all of it can be ended together.
pub(super) fn begin(command: &Command, program: &PathBuf) -> Result<(Child, Group), ProcessError> {
    let word = random_word().map_err(|source| ProcessError::Watch {
        program: program.clone(),
        source,
    })?;
    let child = spawn(command, program, &word)?;
    let leader = Pid::from_child(&child);
    let is_wrapped = command.told.is_some();
    if !is_wrapped {
        bound(leader, command.bounds);
    }
    let group = Group {
        leader,
        word,
        is_wrapped,
    };
    Ok((child, group))
}

fn spawn(command: &Command, program: &PathBuf, word: &str) -> Result<Child, ProcessError> {
    if !command.dir.is_dir() {
        return Err(ProcessError::NoDirectory {
            dir: command.dir.clone(),
        });
    }
    let session = session().map_err(|source| ProcessError::Start {
        program: program.clone(),
        source,
    })?;
    let outer = std::env::var(MARK).map_or_else(|_| String::new(), |outer| outer + ":");
    let stdin = match command.stdin {
        Some(_) => Stdio::piped(),
        None => Stdio::null(),
    };
    let mut system = std::process::Command::new(program);
    system
        .args(command.argv.iter().skip(1))
        .current_dir(&command.dir)
        .env_clear()
        .envs(command.env.iter().map(|(name, value)| (name, value)))
        .env(MARK, outer + session + ":" + word)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let program = program.clone();
    system.spawn().map_err(|source| {
        if source.kind() == ErrorKind::NotFound {
            return ProcessError::Missing { program };
        }
        ProcessError::Start { program, source }
    })
}

/// Reads until the command ends by itself, its limit is over or the user wants to stop.
fn watch_until_end(
    pipes: &mut Pipes,
    command: &mut Command,
    group: &Group,
    started: Instant,
) -> Option<Stopped> {
    let mut ended: Option<Instant> = None;
    let mut counted = started;
    let mut told = 0;
    loop {
        let total = pipes.total();
        if let (true, Some(progress)) = (total > told, &mut command.progress) {
            told = total;
            progress(total);
        }
        if ended.is_none() && has_ended(group.leader) {
            ended = Some(Instant::now());
        }
        if let Some(at) = ended {
            if pipes.are_closed() || at.elapsed() > AFTERMATH {
                return None;
            }
        } else if started.elapsed() > command.limit {
            return Some(Stopped::For(Exit::TimedOut));
        } else if let Some(stop) = &command.stop
            && stop.load(Ordering::Relaxed)
        {
            return Some(Stopped::For(Exit::Interrupted));
        }
        if let Some(limits) = watched_from_outside(command)
            && counted.elapsed() > COUNT
        {
            if let Some(over) = Overrun::of(&limits, group.used()) {
                return Some(Stopped::Overrun(over));
            }
            counted = Instant::now();
        }
        pipes.look();
    }
}

/// What `command` may use, where nobody inside of its sandbox can look at all of it.
pub(super) fn watched_from_outside(command: &Command) -> Option<Limits> {
    let told = command.told.as_ref()?;
    (!told.counts()).then_some(command.bounds)
}

/// Whether the process has ended, without taking its exit status away.
pub(super) fn has_ended(leader: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    match waitid(WaitId::Pid(leader), options) {
        Ok(status) => status.is_some(),
        Err(_) => true,
    }
}

pub(super) fn exit_of(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::Code(-1),
    }
}

/// One of the two streams that are read.
pub(super) struct Stream {
    pub(super) pipe: Option<File>,
    pub(super) capture: Capture,
}

/// The child's three standard streams, read and written as far as they are ready.
struct Pipes {
    streams: [Stream; 2],
    stdin: Option<File>,
    feed: Vec<u8>,
    fed: usize,
}

impl Pipes {
    fn of(child: &mut Child, command: &mut Command) -> io::Result<Self> {
        let stream = |pipe: Option<OwnedFd>| {
            let pipe = pipe.map(ready).transpose()?;
            let capture = Capture::new(command.cap);
            Ok::<_, io::Error>(Stream { pipe, capture })
        };
        let streams = [
            stream(child.stdout.take().map(OwnedFd::from))?,
            stream(child.stderr.take().map(OwnedFd::from))?,
        ];
        Ok(Self {
            streams,
            stdin: child
                .stdin
                .take()
                .map(OwnedFd::from)
                .map(ready)
                .transpose()?,
            feed: command.stdin.take().unwrap_or_default(),
            fed: 0,
        })
    }

    fn are_closed(&self) -> bool {
        self.streams.iter().all(|stream| stream.pipe.is_none())
    }

    fn total(&self) -> u64 {
        self.streams
            .iter()
            .map(|stream| stream.capture.total())
            .sum()
    }

    /// Waits a moment for something to read or write, and does so.
    fn look(&mut self) {
        let reading = self
            .streams
            .iter()
            .filter_map(|stream| stream.pipe.as_ref());
        let mut ready: Vec<PollFd<'_>> = reading
            .map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN))
            .collect();
        let writing = self.stdin.as_ref();
        ready.extend(writing.map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::OUT)));
        let wait = if ready.is_empty() {
            // Both streams are closed and the child is about to end.
            Duration::from_millis(1)
        } else {
            LOOK
        };
        let wait = Timespec {
            tv_sec: 0,
            tv_nsec: wait.subsec_nanos().into(),
        };
        // A signal may cut the wait short; then the pipes have nothing, and say so.
        poll(&mut ready, Some(&wait)).ok();
        drop(ready);
        self.read_and_write();
    }

    fn read_and_write(&mut self) {
        for stream in &mut self.streams {
            stream.read_once();
        }
        let Some(pipe) = &mut self.stdin else {
            return;
        };
        match pipe.write(&self.feed[self.fed..]) {
            Ok(count) => self.fed += count,
            Err(error) if is_not_yet(&error) => return,
            // The child does not want to read the rest.
            Err(_) => self.fed = self.feed.len(),
        }
        if self.fed == self.feed.len() {
            self.stdin = None;
        }
    }

    /// Reads what is left once every writer is dead, and no more than a pipe can hold.
    fn drain(&mut self) {
        for stream in &mut self.streams {
            for _ in 0..64 {
                stream.read_once();
            }
        }
    }
}

impl Stream {
    pub(super) fn read_once(&mut self) {
        let Some(pipe) = &mut self.pipe else {
            return;
        };
        let mut chunk = [0; 64 * 1024];
        match pipe.read(&mut chunk) {
            Ok(0) => self.pipe = None,
            Ok(count) => self.capture.feed(&chunk[..count]),
            Err(error) if is_not_yet(&error) => {}
            Err(_) => self.pipe = None,
        }
    }
}

pub(super) fn is_not_yet(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

/// A pipe that never blocks us.
pub(super) fn ready(pipe: OwnedFd) -> io::Result<File> {
    let flags = fcntl_getfl(&pipe)?;
    fcntl_setfl(&pipe, flags | OFlags::NONBLOCK)?;
    Ok(File::from(pipe))
}

/// Sets the bounds from outside, right after the start: the only way without unsafe code.
#[cfg(target_os = "linux")]
fn bound(pid: Pid, bounds: Limits) {
    use rustix::process::{Resource, Rlimit, prlimit};
    let wanted = [
        (Resource::Core, Some(0)),
        (Resource::As, bounds.memory),
        (Resource::Nproc, bounds.processes),
        (Resource::Fsize, bounds.file_size),
        (Resource::Cpu, bounds.cpu_seconds),
    ];
    for (resource, bound) in wanted {
        if bound.is_some() {
            let limit = Rlimit {
                current: bound,
                maximum: bound,
            };
            // A process that is gone already needs no bound; a lower one of the system stays.
            prlimit(Some(pid), resource, limit).ok();
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn bound(_pid: Pid, _bounds: Limits) {}

/// A word that nobody can guess.
pub(crate) fn random_word() -> io::Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
