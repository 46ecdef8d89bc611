//! States what a worker is asked and what it may answer. Its words are claims.

use super::logbook::Logbook;
use crate::config::WorkerConfig;
use redgreen_core::claim::Claim;
use redgreen_core::finding::Finding;
use redgreen_core::id::CriterionId;
use redgreen_core::phase::Phase;
use serde::Serialize;
use std::path::PathBuf;
use thiserror::Error;

/// What a worker is asked to do: facts, never another worker's chat.
#[derive(Clone, Debug, Serialize)]
pub struct Task {
    /// The phase.
    pub phase: Phase,
    /// The slice, from 0.
    pub slice: usize,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// The ticket's title.
    pub title: String,
    /// The ticket's whole text: data, framed as such.
    pub ticket: String,
    /// The criteria of this slice, with their wording.
    pub criteria: Vec<(CriterionId, String)>,
    /// What the gate found in the last attempt.
    pub findings: Vec<Finding>,
    /// What was moved aside in the last attempt.
    pub moved_aside: Vec<String>,
    /// Where to work.
    pub worktree: PathBuf,
    /// What a program that works on it may do.
    pub bounds: Bounds,
    /// Whether hidden tests are asked for: the worktree is a room of its own, and nothing that was
    /// written for the change is in it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// The whole task in words, for a worker that reads text.
    pub prompt: String,
}

/// What a program that works on a task may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// What it may only read in this phase, below the worktree.
    pub frozen: Vec<PathBuf>,
    /// What it must not even read, whole directories.
    pub unreadable: Vec<PathBuf>,
    /// What the project says of workers.
    pub worker: WorkerConfig,
    /// Variables that tell it of the run's slot, name and value.
    pub variables: Vec<(String, String)>,
}

/// What a worker answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It is done, it says.
    Done(Claim),
    /// It works at its own pace and will hand in by `redgreen check`.
    Later,
}

/// Why a worker could not work.
#[derive(Debug, Error)]
#[error("{why}")]
pub struct WorkerFailed {
    /// Its own words, or its exit status.
    pub why: String,
    /// What sort of failure it is.
    pub sort: Failing,
}

/// What sort of failure stopped a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// Its own. It counts as an attempt.
    Own,
    /// The user wants to stop. No attempt is counted, and the steps so far are kept.
    Stopped,
    /// A budget does not cover the next step. No attempt is counted: with a larger budget the
    /// same attempt goes on.
    Budget,
    /// What it works with cannot be reached: no network, a wrong key, a provider that is down. No
    /// attempt is counted.
    Unreachable,
    /// Its question needs an answer first. The same attempt goes on with it.
    Question,
}

impl WorkerFailed {
    /// It failed by itself.
    pub fn because(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            sort: Failing::Own,
        }
    }
}

/// Somebody or something that works on tickets.
pub trait Worker {
    /// Its name, as the journal keeps it: `human`, `command:NAME`, `replay:FILE`.
    fn name(&self) -> String;

    /// What its sandbox saw of the last piece of work, in words: what it held, what was tried.
    fn seen(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// Works on `task` in its worktree. What it pays for is recorded in `logbook` before it is
    /// acted on; an attempt that was stopped finds its steps there.
    ///
    /// # Errors
    /// Where it failed before it could hand in anything.
    fn work(&mut self, task: &Task, logbook: &mut dyn Logbook) -> Result<Handed, WorkerFailed>;
}
