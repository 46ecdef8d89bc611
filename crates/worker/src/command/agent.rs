//! Runs an outside agent that redgreen knows: one process for each piece of work.

use crate::held::Left;
use crate::news::{self, Reader};
use crate::outside::{LIMIT, Place, Stay, Told, goes_on_later, stopped_session};
use crate::presets::{Call, Preset, Session, Values, fill};
use redgreen_core::work::{Budget, Spent};
use redgreen_engine::drive::{Failing, Handed, Logbook, Task, Worker, WorkerFailed};
use redgreen_engine::process::{Command, Dialogue, Ended, Exit, Heard};
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How long it may take to end by itself once it has closed its output.
const GRACE: Duration = Duration::from_secs(10);

/// An agent that is started as a subprocess, as its preset says.
#[derive(Debug)]
pub struct Agent {
    name: String,
    preset: Preset,
    call: Call,
    place: Place,
    stop: Option<Arc<AtomicBool>>,
    stay: Option<Stay>,
    seen: Vec<String>,
    budget: Budget,
}

/// How the listening ended.
enum Why {
    Closed,
    TimedOut,
    Interrupted,
}

impl Agent {
    /// The agent `name` of `preset`, with its homes in `scratch`; nothing where the preset does
    /// not say how it is run as a subprocess.
    pub fn new(
        name: &str,
        preset: &Preset,
        scratch: &Path,
        stop: Option<Arc<AtomicBool>>,
    ) -> Option<Self> {
        let caller: Vec<(OsString, OsString)> = std::env::vars_os().collect();
        Some(Self {
            name: name.to_owned(),
            preset: preset.clone(),
            call: preset.command.clone()?,
            place: Place::new(scratch, caller),
            stop,
            stay: None,
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

    fn run(
        &mut self,
        stay: &mut Stay,
        task: &Task,
        told: &mut Told<'_>,
    ) -> Result<(), WorkerFailed> {
        let failed = |e: std::io::Error| WorkerFailed::because(e.to_string());
        let goes_on = stay.begin(self.call.session).map_err(failed)?;
        if self.call.session == Session::Chosen
            && let Some(session) = &stay.session
        {
            told.take(news::News::Session(session.clone()))?;
        }
        let values = stay.values(&self.preset, task);
        let resume = self.call.resume.as_ref().filter(|_| goes_on);
        let argv = fill(resume.unwrap_or(&self.call.line), &values);
        let limit = told.time_left(self.preset.seconds.map_or(LIMIT, Duration::from_secs))?;
        let mut command = Command::new(argv, &task.worktree, limit);
        command.env = self
            .place
            .environment(stay, (&self.preset, &self.call.set), task);
        command.stop.clone_from(&self.stop);
        let reach = self.place.reach(&self.preset);
        let hold = stay.hold(Some(&self.name), (&self.preset, reach), task)?;
        let dialogue = Dialogue::start(hold.command(command)?).map_err(|e| {
            let install = &self.preset.install;
            WorkerFailed::because(format!("{e}; it is installed by: {install}"))
        })?;
        let (done, left) = self.converse(dialogue, &values, (limit, told));
        self.seen = hold.seen(left);
        done
    }

    /// Listens to the agent until it ends, or has to be ended.
    fn converse(
        &self,
        mut dialogue: Dialogue,
        values: &Values,
        (limit, told): (Duration, &mut Told<'_>),
    ) -> (Result<(), WorkerFailed>, Left) {
        let mut reader = news::reader(self.call.events);
        let why = listen(&mut dialogue, &mut *reader, told);
        let grace = match why {
            Ok(Why::Closed) => GRACE,
            Ok(Why::TimedOut | Why::Interrupted) | Err(_) => Duration::ZERO,
        };
        let ended = dialogue.end(grace);
        let left = Left::from(&ended);
        let done =
            why.and_then(|why| self.close(&why, &ended, (values, &mut *reader), (limit, told)));
        (done, left)
    }

    /// Takes in what there is to learn once it has ended, and judges how it did.
    fn close(
        &self,
        why: &Why,
        ended: &Ended,
        (values, reader): (&Values, &mut dyn Reader),
        (limit, told): (Duration, &mut Told<'_>),
    ) -> Result<(), WorkerFailed> {
        for news in reader.rest() {
            told.take(news)?;
        }
        if let Some(report) = &self.call.report {
            let file = values.text(&report.file).unwrap_or_default();
            let text = std::fs::read_to_string(file).unwrap_or_default();
            for news in news::document(report.format, &text) {
                told.take(news)?;
            }
        }
        let how = words(why, ended, limit);
        let millis = u64::try_from(ended.took.as_millis()).unwrap_or(u64::MAX);
        told.end(&how, millis)?;
        judge(why, ended, how, told)
    }
}

/// Takes in every line until there is no more, or until it has to be ended.
fn listen(
    dialogue: &mut Dialogue,
    reader: &mut dyn Reader,
    told: &mut Told<'_>,
) -> Result<Why, WorkerFailed> {
    loop {
        match dialogue.hear(Duration::from_secs(60)) {
            Heard::Line(line) => {
                for news in reader.line(&line) {
                    told.take(news)?;
                }
            }
            Heard::TooLong { .. } | Heard::Nothing => {}
            Heard::Closed => return Ok(Why::Closed),
            Heard::TimedOut => return Ok(Why::TimedOut),
            Heard::Interrupted => return Ok(Why::Interrupted),
        }
    }
}

fn words(why: &Why, ended: &Ended, limit: Duration) -> String {
    if let Some(why) = ended.not_started.as_ref().or(ended.overrun.as_ref()) {
        return why.clone();
    }
    match (why, ended.exit) {
        (Why::TimedOut, _) => format!("not done after {} s", limit.as_secs()),
        (Why::Interrupted, _) => "stopped on request".to_owned(),
        (Why::Closed, Some(Exit::Code(code))) => format!("exit {code}"),
        (Why::Closed, Some(Exit::Signal(signal))) => format!("ended by signal {signal}"),
        (Why::Closed, Some(Exit::TimedOut | Exit::Interrupted) | None) => {
            "closed its output and did not end".to_owned()
        }
    }
}

/// Whether it has handed in. An exit of 0 is no evidence of anything but that it says so.
fn judge(why: &Why, ended: &Ended, how: String, told: &Told<'_>) -> Result<(), WorkerFailed> {
    if matches!(why, Why::Interrupted) {
        return Err(WorkerFailed {
            why: how,
            sort: Failing::Stopped,
        });
    }
    if matches!(why, Why::TimedOut) {
        told.unless_spent(Spent {
            millis: 1,
            ..Spent::default()
        })?;
    }
    if ended.not_started.is_some() {
        return Err(WorkerFailed {
            why: how,
            sort: Failing::Unreachable,
        });
    }
    if let Some(failed) = &told.failed {
        return Err(WorkerFailed::because(format!("{how}: {failed}")));
    }
    if ended.overrun.is_none() && ended.exit == Some(Exit::Code(0)) {
        return Ok(());
    }
    let last = super::last_line(&told.clean(&ended.stderr.text()));
    let why = if last.is_empty() {
        how
    } else {
        format!("{how}: {last}")
    };
    Err(WorkerFailed::because(why))
}

impl Worker for Agent {
    fn name(&self) -> String {
        format!("command:{}", self.name)
    }

    fn seen(&mut self) -> Vec<String> {
        std::mem::take(&mut self.seen)
    }

    fn work(&mut self, task: &Task, logbook: &mut dyn Logbook) -> Result<Handed, WorkerFailed> {
        let before = self
            .stay
            .take()
            .filter(|stay| stay.of == (task.phase, task.slice));
        let session = match before.as_ref().and_then(|stay| stay.session.clone()) {
            Some(session) => Some(session),
            None => stopped_session(logbook)?,
        };
        if let Some(mut before) = before {
            before.keep = true;
        }
        let mut stay = self.place.stay(&self.name, &self.preset, task, session)?;
        let secrets = self.place.secrets(&self.preset);
        let mut told =
            Told::new(&self.name, logbook, (&task.worktree, secrets)).within(self.budget);
        let done = self.run(&mut stay, task, &mut told);
        stay.session = told.session.take().or(stay.session.take());
        let done = done.map(|()| Handed::Done(told.claim()));
        stay.keep = goes_on_later(&done);
        self.stay = Some(stay);
        done
    }
}

#[cfg(test)]
mod tests;
