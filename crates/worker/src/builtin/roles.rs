//! Shares a run out: whoever writes the tests is not who makes them pass.

use redgreen_core::phase::Phase;
use redgreen_engine::drive::{Handed, Logbook, Task, Worker, WorkerFailed};

/// Several workers, by phase. None sees anything of another but what it left in the worktree; the
/// author of hidden tests does not even see that.
pub struct Roles {
    /// Writes the tests.
    red: Box<dyn Worker>,
    /// Does everything behind them.
    green: Box<dyn Worker>,
    /// Writes hidden tests, where any are to be written.
    hidden: Option<Box<dyn Worker>>,
    /// Who did the last piece of work: its sandbox is asked what it saw.
    last: Last,
}

/// Who worked last.
#[derive(Clone, Copy, Debug)]
enum Last {
    Red,
    Green,
    Hidden,
}

impl Roles {
    /// `red` writes the tests, `green` does the rest, `hidden` writes what both never see.
    pub fn new(
        red: Box<dyn Worker>,
        green: Box<dyn Worker>,
        hidden: Option<Box<dyn Worker>>,
    ) -> Self {
        Self {
            red,
            green,
            hidden,
            last: Last::Green,
        }
    }

    fn last(&mut self) -> &mut dyn Worker {
        match (self.last, &mut self.hidden) {
            (Last::Hidden, Some(hidden)) => hidden.as_mut(),
            (Last::Red, _) => self.red.as_mut(),
            (Last::Green | Last::Hidden, _) => self.green.as_mut(),
        }
    }
}

impl Worker for Roles {
    fn name(&self) -> String {
        format!("{} and {}", self.red.name(), self.green.name())
    }

    fn seen(&mut self) -> Vec<String> {
        self.last().seen()
    }

    fn work(&mut self, task: &Task, logbook: &mut dyn Logbook) -> Result<Handed, WorkerFailed> {
        self.last = match (task.hidden, task.phase) {
            (true, _) if self.hidden.is_none() => {
                return Err(WorkerFailed::because("nobody is there to write them"));
            }
            (true, _) => Last::Hidden,
            (false, Phase::Understand | Phase::Plan | Phase::Red) => Last::Red,
            (
                false,
                Phase::Green
                | Phase::Refactor
                | Phase::Verify
                | Phase::Document
                | Phase::Deliver
                | Phase::Complete,
            ) => Last::Green,
        };
        self.last().work(task, logbook)
    }
}
