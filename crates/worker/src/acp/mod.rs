//! Works through an agent that speaks the Agent Client Protocol: this side is the client.

mod permit;
mod session;
mod talk;
mod wire;

use self::session::Conversation;
use self::talk::Talk;
use crate::outside::{LIMIT, Place, Stay, Told, stopped_session};
use crate::presets::{Preset, Session, Summing, Talk as Manner, Words, fill};
use redgreen_engine::config::Config;
use redgreen_engine::drive::{Failing, Handed, Logbook, Task, Worker, WorkerFailed};
use redgreen_engine::git::Git;
use redgreen_engine::process::{Command, Dialogue, Exit};
use redgreen_engine::survey::Border;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long an agent has to end by itself once nobody talks to it any more.
const GRACE: Duration = Duration::from_secs(2);

/// An agent that is talked to over the Agent Client Protocol, version 1.
#[derive(Debug)]
pub struct Acp {
    name: String,
    preset: Preset,
    manner: Manner,
    place: Place,
    stop: Option<Arc<AtomicBool>>,
    stay: Option<Stay>,
    /// The program that serves redgreen's own tools, where the preset wants them.
    tools: Option<PathBuf>,
}

impl Acp {
    /// The agent `name` of `preset`, with its homes in `scratch`; nothing where the preset does
    /// not say how it is talked to.
    pub fn new(
        name: &str,
        preset: &Preset,
        scratch: &Path,
        stop: Option<Arc<AtomicBool>>,
    ) -> Option<Self> {
        let manner = preset.acp.clone()?;
        let caller: Vec<(OsString, OsString)> = std::env::vars_os().collect();
        let tools = manner
            .tools
            .then(std::env::current_exe)
            .and_then(Result::ok);
        Some(Self {
            name: name.to_owned(),
            preset: preset.clone(),
            manner,
            place: Place::new(scratch, caller),
            stop,
            stay: None,
            tools,
        })
    }

    /// Any program that speaks the protocol: words, split at white space and never given to a
    /// shell.
    pub fn of_line(line: &str, scratch: &Path, stop: Option<Arc<AtomicBool>>) -> Option<Self> {
        let words = line
            .split_whitespace()
            .map(|word| Words::One(word.to_owned()));
        let manner = Manner {
            line: words.collect(),
            usage: Summing::Sum,
            ..Manner::default()
        };
        let acp = (!manner.line.is_empty()).then_some(manner);
        let preset = Preset {
            acp,
            ..Preset::default()
        };
        Self::new(line, &preset, scratch, stop)
    }

    fn run(&self, stay: &mut Stay, task: &Task, told: &mut Told<'_>) -> Result<(), WorkerFailed> {
        stay.begin(Session::Told)
            .map_err(|e| WorkerFailed::because(e.to_string()))?;
        let values = stay.values(&self.preset, task);
        let limit = self.preset.seconds.map_or(LIMIT, Duration::from_secs);
        let argv = fill(&self.manner.line, &values);
        let mut command = Command::new(argv, &task.worktree, limit);
        command.env = self
            .place
            .environment(stay, (&self.preset, &self.manner.set), task);
        command.stop.clone_from(&self.stop);
        command.stdin = Some(Vec::new());
        let install = match self.preset.install.as_str() {
            "" => String::new(),
            line => format!("; it is installed by: {line}"),
        };
        let dialogue =
            Dialogue::start(command).map_err(|e| WorkerFailed::because(format!("{e}{install}")))?;
        let border = Border::new(task.phase.writable(), settings(&task.worktree));
        let talk = Talk::new(dialogue, told, (border, &task.worktree));
        let (manner, old) = (&self.manner, stay.session.take());
        let tools = self.tools.as_deref();
        let mut conversation = Conversation {
            talk,
            manner,
            tools,
        };
        let done = conversation.hold(old, &values.prompt);
        let Talk { dialogue, told, .. } = conversation.talk;
        let ended = dialogue.end(GRACE);
        let how = match &done {
            Ok(()) => "its turn ended".to_owned(),
            Err(failed) => failed.why.clone(),
        };
        told.end(
            &how,
            u64::try_from(ended.took.as_millis()).unwrap_or(u64::MAX),
        )?;
        done.map_err(|failed| self.explain(failed, ended.exit, &told.clean(&ended.stderr.text())))
    }

    /// A stop is the user's only where the user asked for it; a death is explained by what the
    /// agent complained last.
    fn explain(&self, failed: WorkerFailed, exit: Option<Exit>, stderr: &str) -> WorkerFailed {
        let asked = self
            .stop
            .as_ref()
            .is_some_and(|stop| stop.load(Ordering::Relaxed));
        if asked {
            let sort = Failing::Stopped;
            return WorkerFailed { sort, ..failed };
        }
        let died = match exit {
            None | Some(Exit::Code(0)) => None,
            Some(Exit::Code(code)) => Some(format!("exit {code}")),
            Some(Exit::Signal(signal)) => Some(format!("ended by signal {signal}")),
            Some(Exit::TimedOut | Exit::Interrupted) => None,
        };
        let last = crate::command::last_line(stderr);
        let more = died
            .into_iter()
            .chain(Some(last))
            .filter(|text| !text.is_empty());
        let parts: Vec<String> = [failed.why].into_iter().chain(more).collect();
        WorkerFailed::because(parts.join(": "))
    }
}

impl Worker for Acp {
    fn name(&self) -> String {
        format!("acp:{}", self.name)
    }

    fn work(&mut self, task: &Task, logbook: &mut dyn Logbook) -> Result<Handed, WorkerFailed> {
        // A retry begins a new conversation: the findings are in the prompt.
        self.stay = None;
        let session = stopped_session(logbook)?;
        let mut stay = self.place.stay(&self.name, &self.preset, task, session)?;
        let secrets = self.place.secrets(&self.preset);
        let mut told = Told::new(&self.name, logbook, (&task.worktree, secrets));
        let done = self.run(&mut stay, task, &mut told);
        stay.keep = matches!(&done, Err(failed) if failed.sort == Failing::Stopped);
        let claim = told.claim();
        self.stay = Some(stay);
        done.map(|()| Handed::Done(claim))
    }
}

/// What the project says of its own paths, as of the commit that the worktree stands on. Only
/// advice depends on it.
fn settings(worktree: &Path) -> Config {
    let read = || {
        let git = Git::open(worktree).ok()?;
        let tree = git.tree_of(&git.head().ok()?.commit).ok()?;
        Config::of_tree(&git, &tree).ok()
    };
    read().unwrap_or_default()
}

#[cfg(test)]
mod tests;
