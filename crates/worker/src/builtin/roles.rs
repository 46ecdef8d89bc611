//! Shares a run out: whoever writes the tests is not who makes them pass.

use redgreen_core::phase::Phase;
use redgreen_engine::drive::{Handed, Logbook, Task, Worker, WorkerFailed};

/// Two workers, by phase. Neither sees anything of the other but what it left in the worktree.
pub struct Roles {
    /// Writes the tests.
    red: Box<dyn Worker>,
    /// Does everything behind them.
    green: Box<dyn Worker>,
}

impl Roles {
    /// `red` writes the tests, `green` does the rest.
    pub fn new(red: Box<dyn Worker>, green: Box<dyn Worker>) -> Self {
        Self { red, green }
    }
}

impl Worker for Roles {
    fn name(&self) -> String {
        format!("{} and {}", self.red.name(), self.green.name())
    }

    fn work(&mut self, task: &Task, logbook: &mut dyn Logbook) -> Result<Handed, WorkerFailed> {
        match task.phase {
            Phase::Understand | Phase::Plan | Phase::Red => self.red.work(task, logbook),
            Phase::Green
            | Phase::Refactor
            | Phase::Verify
            | Phase::Document
            | Phase::Deliver
            | Phase::Complete => self.green.work(task, logbook),
        }
    }
}
