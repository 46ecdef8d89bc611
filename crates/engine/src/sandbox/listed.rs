//! Runs commands one after another inside of one sandbox, and tells how each of them ended.
//!
//! To put a sandbox up costs more than most tests. This is what `redgreen __listed` does with the
//! list on its standard input. Between two commands it ends whatever the first left behind; where
//! anything else stays (a socket of the sandbox's own network), it goes no further. Each answer is
//! sealed with a word that came with the list: who could write to the pipe could not forge one.

use super::enter::NOT_STARTED;
use crate::process::{AFTERMATH, Command as Wanted, MARK};
use redgreen_core::id::Digest;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Bytes of each stream that are told; what prints more runs by itself.
const MOST: u64 = 1 << 20;

/// How often it is looked whether the time is up.
const LOOK: Duration = Duration::from_millis(20);

/// How long processes have to be gone that were killed.
const GONE: Duration = Duration::from_secs(1);

/// What is to be run.
#[derive(Debug, Serialize, Deserialize)]
struct List {
    /// Nobody else in the sandbox knows it.
    word: String,
    items: Vec<Item>,
}

/// One command.
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    argv: Vec<OsString>,
    dir: PathBuf,
    env: Vec<(OsString, OsString)>,
    limit_ms: u64,
}

/// How a command of a list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum End {
    /// With this code.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// At its limit of time.
    TimedOut,
}

/// What a command of a list left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) end: End,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

/// The line in front of what a command printed.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    nth: usize,
    end: End,
    stdout: usize,
    stderr: usize,
    seal: String,
}

impl Answer {
    fn seal(&self, word: &str, nth: usize) -> String {
        let (end, sizes) = (self.end, (self.stdout.len(), self.stderr.len()));
        let mut sealed = format!("{word} {nth} {end:?} {sizes:?} ").into_bytes();
        sealed.extend_from_slice(&self.stdout);
        sealed.extend_from_slice(&self.stderr);
        Digest::of(&sealed).as_str().to_owned()
    }

    fn write(&self, word: &str, nth: usize, to: &mut impl Write) -> io::Result<()> {
        let head = Head {
            nth,
            end: self.end,
            stdout: self.stdout.len(),
            stderr: self.stderr.len(),
            seal: self.seal(word, nth),
        };
        let line = serde_json::to_string(&head)? + "\n";
        to.write_all(line.as_bytes())?;
        to.write_all(&self.stdout)?;
        to.write_all(&self.stderr)?;
        to.flush()
    }
}

/// The list as `redgreen __listed` reads it, sealed with `word`.
pub(super) fn written(word: &str, commands: &[Wanted]) -> io::Result<Vec<u8>> {
    let items = commands.iter().map(|command| Item {
        argv: command.argv.clone(),
        dir: command.dir.clone(),
        env: command.env.clone(),
        limit_ms: command.limit.as_millis().try_into().unwrap_or(u64::MAX),
    });
    let list = List {
        word: word.to_owned(),
        items: items.collect(),
    };
    Ok(serde_json::to_vec(&list)?)
}

/// The answers to the first commands of a list, up to the first that is not as it was written.
pub(crate) fn read(word: &str, mut bytes: &[u8]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    while let Some((answer, rest)) = first(word, answers.len(), bytes) {
        answers.push(answer);
        bytes = rest;
    }
    answers
}

fn first<'b>(word: &str, nth: usize, bytes: &'b [u8]) -> Option<(Answer, &'b [u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let head: Head = serde_json::from_slice(bytes.get(..end)?).ok()?;
    let (stdout, rest) = bytes.get(end + 1..)?.split_at_checked(head.stdout)?;
    let (stderr, rest) = rest.split_at_checked(head.stderr)?;
    let answer = Answer {
        end: head.end,
        stdout: stdout.to_vec(),
        stderr: stderr.to_vec(),
    };
    (head.nth == nth && answer.seal(word, nth) == head.seal).then_some((answer, rest))
}

/// Runs the list on standard input. The code to end with says nothing: the answers do.
pub(super) fn run() -> u8 {
    let mut text = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut text);
    let Ok(list) = read.and_then(|_| Ok(serde_json::from_slice::<List>(&text)?)) else {
        return NOT_STARTED;
    };
    drop(text);
    // Outside of a sandbox there are others, and they are not to be ended.
    if !is_closed_to_others() || !others().is_empty() {
        return NOT_STARTED;
    }
    let mut stdout = io::stdout().lock();
    for (nth, item) in list.items.iter().enumerate() {
        let Some(answer) = answer(item) else { break };
        let was_late = answer.end == End::TimedOut;
        let is_empty = end_others() && !has_sockets();
        let told = answer.write(&list.word, nth, &mut stdout);
        if was_late || !is_empty || told.is_err() {
            break;
        }
    }
    0
}

/// Lets nobody else read this process' memory or open its pipes.
#[cfg(target_os = "linux")]
fn is_closed_to_others() -> bool {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn is_closed_to_others() -> bool {
    false
}

/// Runs one command to its end; nothing where it cannot be told here what came of it.
fn answer(item: &Item) -> Option<Answer> {
    let [program, arguments @ ..] = item.argv.as_slice() else {
        return None;
    };
    let mut command = Command::new(program);
    let command = command
        .args(arguments)
        .current_dir(&item.dir)
        .env_clear()
        .envs(item.env.iter().map(|(name, value)| (name, value)))
        .envs(std::env::var_os(MARK).map(|word| (MARK, word)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    let stdout = heard(child.stdout.take()?);
    let stderr = heard(child.stderr.take()?);
    let (tell, hear) = channel();
    std::thread::spawn(move || drop(tell.send(child.wait())));
    let end = ended(&hear, Duration::from_millis(item.limit_ms))?;
    let until = Instant::now() + AFTERMATH;
    let early = [taken(&stdout, until), taken(&stderr, until)];
    end_others();
    let until = Instant::now() + GONE;
    let [stdout, stderr] = match early {
        [Some(stdout), Some(stderr)] => [stdout, stderr],
        [stdout_now, stderr_now] => [
            stdout_now.or_else(|| taken(&stdout, until))?,
            stderr_now.or_else(|| taken(&stderr, until))?,
        ],
    };
    Some(Answer {
        end,
        stdout: stdout?,
        stderr: stderr?,
    })
}

/// Waits for the end of a command, and brings it about where it takes too long.
fn ended(hear: &Receiver<io::Result<ExitStatus>>, limit: Duration) -> Option<End> {
    let begun = Instant::now();
    loop {
        match hear.recv_timeout(LOOK) {
            Ok(Ok(status)) => {
                return match (status.code(), status.signal()) {
                    (Some(code), _) => Some(End::Code(code)),
                    (None, signal) => signal.map(End::Signal),
                };
            }
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if begun.elapsed() > limit {
            end_others();
            return Some(End::TimedOut);
        }
    }
}

/// All that comes out of a pipe, once it is closed; nothing of it where it is too much.
fn heard(mut pipe: impl Read + Send + 'static) -> Receiver<Option<Vec<u8>>> {
    let (tell, hear) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = (&mut pipe).take(MOST + 1).read_to_end(&mut bytes);
        // Who prints more is not held up.
        let more = io::copy(&mut pipe, &mut io::sink());
        let is_whole = read.is_ok() && more.is_ok() && bytes.len() as u64 <= MOST;
        drop(tell.send(is_whole.then_some(bytes)));
    });
    hear
}

fn taken(hear: &Receiver<Option<Vec<u8>>>, until: Instant) -> Option<Option<Vec<u8>>> {
    let left = until.saturating_duration_since(Instant::now());
    hear.recv_timeout(left).ok()
}

/// Ends every other process of the sandbox. Whether none is left.
#[cfg(target_os = "linux")]
fn end_others() -> bool {
    use rustix::process::{Signal, kill_process};
    let until = Instant::now() + GONE;
    loop {
        let others = others();
        if others.is_empty() || Instant::now() > until {
            return others.is_empty();
        }
        for pid in others {
            // One that is gone already is what is wanted.
            kill_process(pid, Signal::KILL).ok();
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Every process of the sandbox but the three that hold it: its first, the one that watches, and this
/// one.
#[cfg(target_os = "linux")]
fn others() -> Vec<rustix::process::Pid> {
    use rustix::process::{Pid, getpid, getppid};
    let own = [Some(getpid()), getppid(), Pid::from_raw(1)];
    let numbers = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let pids = numbers.filter_map(Pid::from_raw);
    pids.filter(|pid| !own.contains(&Some(*pid))).collect()
}

#[cfg(not(target_os = "linux"))]
fn end_others() -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
fn others() -> Vec<u32> {
    Vec::new()
}

/// Whether the sandbox's own network remembers a connection: a port may be taken for a while.
fn has_sockets() -> bool {
    ["/proc/net/tcp", "/proc/net/tcp6"].iter().any(|table| {
        let text = std::fs::read_to_string(table).unwrap_or_default();
        text.lines().nth(1).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(end: End, stdout: &str) -> Answer {
        Answer {
            end,
            stdout: stdout.as_bytes().to_vec(),
            stderr: b"words\n".to_vec(),
        }
    }

    fn told(answers: &[Answer], word: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (nth, answer) in answers.iter().enumerate() {
            answer.write(word, nth, &mut bytes).expect("written");
        }
        bytes
    }

    #[test]
    fn answers_are_read_back_as_they_were_written() {
        let answers = [
            answer(End::Code(101), "one\n{\"nth\":1}\n"),
            answer(End::Signal(6), ""),
            answer(End::TimedOut, "\u{0}"),
        ];
        assert_eq!(read("w", &told(&answers, "w")), answers);
        assert_eq!(read("w", b""), []);
    }

    #[test]
    fn nothing_is_believed_behind_what_nobody_sealed() {
        let answers = [answer(End::Code(0), "one"), answer(End::Code(1), "two")];
        let bytes = told(&answers, "w");
        assert_eq!(read("another", &bytes), []);
        // A cut, a byte that was changed, an answer that was left out or told twice.
        assert_eq!(read("w", &bytes[..bytes.len() - 1]), answers[..1]);
        let one = told(&answers[..1], "w");
        let mut changed = bytes.clone();
        changed[one.len() - 8] ^= 1;
        assert_eq!(read("w", &changed), []);
        assert_eq!(read("w", &bytes[one.len()..]), []);
        assert_eq!(read("w", &[one.as_slice(), &one].concat()), answers[..1]);
    }
}
