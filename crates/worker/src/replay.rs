//! Plays a recorded series of edits with their claims: for demonstrations and tests.

use redgreen_core::claim::{Claim, Link};
use redgreen_core::event::{Event, Line};
use redgreen_core::hidden::HiddenWritten;
use redgreen_core::id::TreeId;
use redgreen_core::phase::Phase;
use redgreen_engine::drive::{Handed, Logbook, Task, Worker, WorkerFailed};
use redgreen_engine::git::{Git, GitError};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Component, Path, PathBuf};
use thiserror::Error;

/// The format that is written here.
const SCHEMA: &str = "redgreen.recording/1";

/// A recorded run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// Name and version of the format.
    pub schema: String,
    /// What was handed in, in order.
    pub steps: Vec<Step>,
}

/// What was handed in for one attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The phase.
    pub phase: Phase,
    /// The slice, from 0.
    #[serde(default)]
    pub slice: usize,
    /// Whether it is an attempt at hidden tests.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// The attempt, from 1.
    #[serde(default = "first")]
    pub attempt: u32,
    /// What was said.
    #[serde(default)]
    pub claim: Claim,
    /// What was written.
    #[serde(default)]
    pub edits: Vec<Edit>,
}

fn first() -> u32 {
    1
}

/// One file as it was left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// From the worktree's root.
    pub path: String,
    /// Its whole text; nothing where it was removed.
    pub text: Option<String>,
}

/// Why a recording cannot be played.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// The file.
    #[error("recording {} cannot be read: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Its text.
    #[error("{name} is no recording of this version: {why}")]
    Text {
        /// Which.
        name: String,
        /// What is wrong.
        why: String,
    },
}

/// A worker that plays a recording.
#[derive(Clone, Debug)]
pub struct Replay {
    name: String,
    recording: Recording,
}

impl Replay {
    /// Reads the recording in the file at `path`.
    ///
    /// # Errors
    /// Where it is not there or is no recording.
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        let file = |source| Unreadable::File {
            path: path.to_owned(),
            source,
        };
        let text = fs::read_to_string(path).map_err(file)?;
        Self::parse(&path.to_string_lossy(), &text)
    }

    /// Reads a recording from its text.
    ///
    /// # Errors
    /// Where it is no recording of this version.
    pub fn parse(name: &str, text: &str) -> Result<Self, Unreadable> {
        let wrong = |why: String| Unreadable::Text {
            name: name.to_owned(),
            why,
        };
        let recording: Recording = serde_json::from_str(text).map_err(|e| wrong(e.to_string()))?;
        if recording.schema != SCHEMA {
            return Err(wrong(format!("its schema is {}", recording.schema)));
        }
        Ok(Self {
            name: name.to_owned(),
            recording,
        })
    }
}

impl Worker for Replay {
    fn name(&self) -> String {
        format!("replay:{}", self.name)
    }

    fn work(&mut self, task: &Task, _logbook: &mut dyn Logbook) -> Result<Handed, WorkerFailed> {
        let due = |step: &&Step| {
            (step.phase, step.slice, step.attempt) == (task.phase, task.slice, task.attempt)
                && step.hidden == task.hidden
        };
        let Some(step) = self.recording.steps.iter().find(due) else {
            return unrecorded(task);
        };
        for edit in &step.edits {
            apply(&task.worktree, edit).map_err(WorkerFailed::because)?;
        }
        Ok(Handed::Done(step.claim.clone()))
    }
}

/// A recording may leave out refactoring: nothing was cleaned up. Anything else is missing.
fn unrecorded(task: &Task) -> Result<Handed, WorkerFailed> {
    if task.phase == Phase::Refactor && task.attempt == 1 {
        return Ok(Handed::Done(Claim::default()));
    }
    let (phase, slice, attempt) = (task.phase.as_str(), task.slice + 1, task.attempt);
    if task.hidden {
        return Err(WorkerFailed::because("no hidden tests were recorded"));
    }
    let why = format!("nothing was recorded for {phase}, slice {slice}, attempt {attempt}");
    Err(WorkerFailed::because(why))
}

/// Writes one file, inside the worktree and nowhere else.
fn apply(worktree: &Path, edit: &Edit) -> Result<(), String> {
    let plain = Path::new(&edit.path);
    let inside = plain
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !inside || edit.path.is_empty() || edit.path.starts_with(".git/") {
        return Err(format!("the recording leaves the worktree: {}", edit.path));
    }
    let path = worktree.join(plain);
    let done = match &edit.text {
        Some(text) => path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, text)),
        None => fs::remove_file(&path),
    };
    done.map_err(|e| format!("{}: {e}", path.display()))
}

/// Makes a recording of what the workers of a run handed in. `hidden` is the repository of its hidden
/// tests, where it has any.
///
/// # Errors
/// Where git no longer has a tree that was handed in.
pub fn record(git: &Git, hidden: Option<&Git>, lines: &[Line]) -> Result<Recording, GitError> {
    let (mut steps, mut asked, mut before) = (Vec::new(), (Phase::Red, 0, 1), None);
    for line in lines {
        match &line.event {
            Event::RunStarted(started) => before = Some(git.tree_of(&started.base)?),
            Event::WorkAsked(task) => asked = (task.phase, task.slice, task.attempt),
            Event::WorkHandedIn(handed) => {
                let (phase, slice, attempt) = asked;
                let edits = match &before {
                    Some(before) => edits(git, before, &handed.tree)?,
                    None => Vec::new(),
                };
                let claim = handed.claim.clone();
                steps.push(Step {
                    phase,
                    slice,
                    hidden: false,
                    attempt,
                    claim,
                    edits,
                });
                before = Some(handed.tree.clone());
            }
            Event::HiddenAsked(task) => asked.2 = task.attempt,
            Event::HiddenWritten(written) => {
                if let Some(git) = hidden {
                    steps.push(hidden_step(git, asked.2, written)?);
                }
            }
            Event::PhaseEntered(_)
            | Event::WorkStepped(_)
            | Event::WorkFailed(_)
            | Event::HiddenFailed(_)
            | Event::Observed(_)
            | Event::GateJudged(_)
            | Event::Committed(_)
            | Event::QuestionAsked(_)
            | Event::QuestionAnswered(_)
            | Event::Waived(_)
            | Event::PersonNeeded(_)
            | Event::PointTaken(_)
            | Event::PointClassed(_)
            | Event::RoundBegun(_)
            | Event::PointAnswered(_)
            | Event::Merged(_)
            | Event::CleanedUp(_)
            | Event::RunEnded(_) => {}
        }
    }
    Ok(Recording {
        schema: SCHEMA.to_owned(),
        steps,
    })
}

/// Hidden tests, as they were written.
fn hidden_step(git: &Git, attempt: u32, written: &HiddenWritten) -> Result<Step, GitError> {
    let links = written.tests.iter().filter_map(|hidden| {
        let criterion = hidden.criterion.clone()?;
        let test = hidden.test.name.clone();
        Some(Link { criterion, test })
    });
    let claim = Claim {
        links: links.collect(),
        ..Claim::default()
    };
    Ok(Step {
        phase: Phase::Red,
        slice: 0,
        hidden: true,
        attempt,
        claim,
        edits: edits(git, &written.shown, &written.tree)?,
    })
}

/// Every file that differs between two trees, as the later one has it.
///
/// # Errors
/// Where git does not have one of them.
pub fn edits(git: &Git, before: &TreeId, after: &TreeId) -> Result<Vec<Edit>, GitError> {
    let mut edits = Vec::new();
    for changed in git.changed(before, after)? {
        let text = match &changed.new {
            Some(held) => Some(String::from_utf8_lossy(&git.blob(&held.blob)?).into_owned()),
            None => None,
        };
        edits.push(Edit {
            path: changed.path.text(),
            text,
        });
    }
    Ok(edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, written: bool) {
        let dir = tempfile::tempdir().expect("a directory");
        let edit = Edit {
            path: path.to_owned(),
            text: Some("x".to_owned()),
        };
        assert_eq!(apply(dir.path(), &edit).is_ok(), written, "{path}");
    }

    #[test]
    fn a_recording_writes_inside_the_worktree_and_nowhere_else() {
        check("src/lib.rs", true);
        check("../outside", false);
        check("/tmp/outside", false);
        check(".git/hooks/pre-commit", false);
        check("", false);
    }

    #[test]
    fn a_recording_of_another_version_is_refused() {
        let error = Replay::parse("x", r#"{"schema":"redgreen.recording/9","steps":[]}"#);
        assert!(error.expect_err("is refused").to_string().contains("/9"));
    }
}
