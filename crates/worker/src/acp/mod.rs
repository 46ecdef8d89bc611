//! Works through an agent that speaks the Agent Client Protocol: this side is the client.

mod permit;
mod session;
mod talk;
mod wire;

use self::session::Conversation;
use self::talk::Talk;
use crate::held::{Hold, Left, Reach};
use crate::outside::{LIMIT, Place, Stay, Told, goes_on_later, is_held, stopped_session};
use crate::presets::{Preset, Session, Summing, Talk as Manner, Words, fill};
use redgreen_core::work::{Budget, Spent};
use redgreen_engine::config::Config;
use redgreen_engine::drive::{Failing, Handed, Logbook, Task, Worker, WorkerFailed};
use redgreen_engine::git::Git;
use redgreen_engine::process::{Command, Dialogue, Ended, Exit};
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
    /// Whether there is a preset that says what it may reach.
    is_known: bool,
    seen: Vec<String>,
    budget: Budget,
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
        let mut manner = preset.acp.clone()?;
        if is_held() && !manner.held_modes.is_empty() {
            manner.modes.clone_from(&manner.held_modes);
        }
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
            is_known: true,
            seen: Vec::new(),
            budget: Budget::default(),
        })
    }

    /// The same, which may spend no more than `budget` in its run.
    #[must_use]
    pub fn within(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
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
        let acp = Self::new(line, &preset, scratch, stop)?;
        let is_known = false;
        Some(Self { is_known, ..acp })
    }

    fn run(
        &mut self,
        stay: &mut Stay,
        task: &Task,
        told: &mut Told<'_>,
    ) -> Result<(), WorkerFailed> {
        stay.begin(Session::Told)
            .map_err(|e| WorkerFailed::because(e.to_string()))?;
        let values = stay.values(&self.preset, task);
        let limit = told.time_left(self.preset.seconds.map_or(LIMIT, Duration::from_secs))?;
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
        let hold = self.hold(stay, task)?;
        let dialogue = Dialogue::start(hold.command(command)?)
            .map_err(|e| WorkerFailed::because(format!("{e}{install}")))?;
        let old = stay.session.take();
        let (done, left) = self.converse(dialogue, (old, &values.prompt), (task, told));
        self.seen = hold.seen(left);
        done
    }

    /// The sandbox around the agent. One that nobody knows by name reaches what the project says.
    fn hold(&self, stay: &Stay, task: &Task) -> Result<Hold, WorkerFailed> {
        if !self.is_known {
            let reach = Reach::of_project(&task.bounds.worker);
            let preset = Preset {
                readable: task.bounds.worker.readable.clone(),
                writable: task.bounds.worker.writable.clone(),
                ..self.preset.clone()
            };
            return stay.hold(None, (&preset, reach), task);
        }
        let reach = self.place.reach(&self.preset);
        stay.hold(Some(&self.name), (&self.preset, reach), task)
    }

    /// Talks with the agent until its turn ends, or it has to be ended.
    fn converse(
        &self,
        dialogue: Dialogue,
        (old, prompt): (Option<String>, &str),
        (task, told): (&Task, &mut Told<'_>),
    ) -> (Result<(), WorkerFailed>, Left) {
        let border = Border::new(task.phase.writable(), settings(&task.worktree));
        let talk = Talk::new(dialogue, told, (border, &task.worktree));
        let (manner, tools) = (&self.manner, self.tools.as_deref());
        let mut conversation = Conversation {
            talk,
            manner,
            tools,
        };
        let done = conversation.hold(old, prompt);
        let Talk { dialogue, told, .. } = conversation.talk;
        let ended = dialogue.end(GRACE);
        let left = Left::from(&ended);
        let how = match &done {
            Ok(()) => "its turn ended".to_owned(),
            Err(failed) => failed.why.clone(),
        };
        let millis = u64::try_from(ended.took.as_millis()).unwrap_or(u64::MAX);
        let noted = told.end(&how, millis);
        let done = done.map_err(|failed| self.explain(failed, &ended, told));
        (noted.and(done), left)
    }

    /// A stop is the user's only where the user asked for it; a death is explained by what the
    /// agent complained last.
    fn explain(&self, failed: WorkerFailed, ended: &Ended, told: &Told<'_>) -> WorkerFailed {
        let asked = self
            .stop
            .as_ref()
            .is_some_and(|stop| stop.load(Ordering::Relaxed));
        if asked {
            let sort = Failing::Stopped;
            return WorkerFailed { sort, ..failed };
        }
        if failed.sort == Failing::Budget {
            return failed;
        }
        let late = told.unless_spent(Spent {
            millis: 1,
            ..Spent::default()
        });
        if let (Err(late), Failing::Stopped) = (late, failed.sort) {
            return late;
        }
        if let Some(why) = ended.not_started.clone() {
            let sort = Failing::Unreachable;
            return WorkerFailed { why, sort };
        }
        let died = ended.overrun.clone().or_else(|| match ended.exit {
            None | Some(Exit::Code(0)) => None,
            Some(Exit::Code(code)) => Some(format!("exit {code}")),
            Some(Exit::Signal(signal)) => Some(format!("ended by signal {signal}")),
            Some(Exit::TimedOut | Exit::Interrupted) => None,
        });
        let last = crate::command::last_line(&told.clean(&ended.stderr.text()));
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

    fn seen(&mut self) -> Vec<String> {
        std::mem::take(&mut self.seen)
    }

    fn work(&mut self, task: &Task, logbook: &mut dyn Logbook) -> Result<Handed, WorkerFailed> {
        // A retry begins a new conversation: the findings are in the prompt.
        self.stay = None;
        let session = stopped_session(logbook)?;
        let mut stay = self.place.stay(&self.name, &self.preset, task, session)?;
        let secrets = self.place.secrets(&self.preset);
        let mut told =
            Told::new(&self.name, logbook, (&task.worktree, secrets)).within(self.budget);
        let done = self.run(&mut stay, task, &mut told);
        let done = done.map(|()| Handed::Done(told.claim()));
        stay.keep = goes_on_later(&done);
        self.stay = Some(stay);
        done
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
