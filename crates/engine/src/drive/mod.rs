//! Drives a run: asks core which step is owed, takes it, appends what happened.

mod answer;
mod bench;
mod clean;
mod commit;
mod gates;
mod hand_in;
mod hidden;
mod intake;
mod known;
mod land;
mod ledger;
mod logbook;
mod plan;
mod point;
mod prompt;
mod put_back;
mod reproduce;
mod seen;
mod spec;
mod stale;
mod start;
mod worker;

pub use answer::{AnswerError, answer};
pub use clean::{Fate, Leftover, leftovers, sweep};
pub use hidden::{hidden_git, last_failures};
pub use land::Landed;
pub use ledger::{Ledger, now, read_lines, read_state};
pub use logbook::{Kept, Logbook, Outlook, Recorded};
pub use reproduce::Reproduced;
pub use stale::{reworded, spec_name};
pub use start::{Order, begin};
pub use worker::{Bounds, Failing, Handed, Task, Worker, WorkerFailed};

use self::prompt::{facts, prompt, references};
use crate::config::{Config, ConfigError};
use crate::git::{Git, GitError};
use crate::journal::JournalError;
use crate::observe::{Manner, ObserveError};
use crate::paths::of_repository;
use crate::progress::Progress;
use crate::prove::{ProveError, Workshop};
use crate::survey::frozen;
use crate::worktree::{Preparer, WorktreeError, shown};
use redgreen_core::event::{Event, PersonNeeded, PhaseEntered, Slot, WorkAsked, WorkFailed};
use redgreen_core::finding::Code;
use redgreen_core::id::Digest;
use redgreen_core::phase::Phase;
use redgreen_core::run::{Refusal, RunState};
use redgreen_core::step::{Step, next_step};
use redgreen_core::ticket::{Defaults, Ticket, TicketError};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a run could not go on. A gate that is not met is no error.
#[derive(Debug, Error)]
pub enum DriveError {
    /// The range could not be proven.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A line of the journal cannot stand where it stands.
    #[error("the journal does not fold: {0}")]
    Refused(#[from] Refusal),
    /// A line of the journal is no event.
    #[error("the journal cannot be read: {why}")]
    Unreadable {
        /// What is wrong.
        why: String,
    },
    /// The ticket.
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// No run of that name.
    #[error("no run {name}")]
    UnknownRun {
        /// What was asked for.
        name: String,
    },
    /// `HEAD` is on no branch, so there is none that the change could land on.
    #[error("HEAD is on no branch: there is none that the change could land on")]
    DetachedHead,
    /// The worktree cannot be worked in.
    #[error(transparent)]
    Worktree(#[from] WorktreeError),
    /// The run waits for something else.
    #[error("{what}")]
    NotNow {
        /// What it waits for.
        what: String,
    },
    /// A file of the worktree or of redgreen's own.
    #[error("{} cannot be used: {source}", path.display())]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl From<GitError> for DriveError {
    fn from(error: GitError) -> Self {
        Self::Prove(error.into())
    }
}

impl From<ConfigError> for DriveError {
    fn from(error: ConfigError) -> Self {
        Self::Prove(error.into())
    }
}

impl From<ObserveError> for DriveError {
    fn from(error: ObserveError) -> Self {
        Self::Prove(error.into())
    }
}

impl DriveError {
    pub(crate) fn disk(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Disk { path, source }
    }
}

/// Why the loop stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pause {
    /// A person or an outside agent works, and hands in by `redgreen check`.
    Working(Phase),
    /// Somebody has to decide something.
    Person(String),
    /// A budget does not cover the next step of the work.
    Budget(String),
    /// What the worker works with cannot be reached; the same attempt goes on later.
    Unreachable(String),
    /// Everything is proven and committed; landing it is a person's decision.
    Ready,
    /// The run is over.
    Over,
}

/// One run, and all that is needed to take its steps.
pub struct Drive<'d> {
    /// The repository.
    pub git: &'d Git,
    /// Where proofs are made.
    pub workshop: Workshop,
    /// How to observe.
    pub manner: Manner,
    /// The run's journal.
    pub ledger: Ledger,
    /// Told what is going on.
    pub tell: &'d mut dyn FnMut(Progress),
}

impl Drive<'_> {
    /// Takes steps until somebody else has to.
    ///
    /// # Errors
    /// Where redgreen itself cannot work. Everything up to then is in the journal.
    pub fn go(&mut self, worker: &mut dyn Worker) -> Result<Pause, DriveError> {
        loop {
            let state = self.ledger.state()?.clone();
            match next_step(&state) {
                Step::Rest => return Ok(Pause::Over),
                Step::Wait if state.phase == Phase::Complete => return Ok(Pause::Ready),
                Step::Wait => return self.wait(&state),
                Step::Enter(phase, slice) => self.enter(phase, slice)?,
                Step::Work(phase, attempt) => {
                    if let Some(pause) = self.work(&state, phase, attempt, worker)? {
                        return Ok(pause);
                    }
                }
                Step::Hide(attempt) => {
                    if let Some(pause) = self.hide(&state, attempt, worker)? {
                        return Ok(pause);
                    }
                }
                Step::Execute(phase) => self.execute(&state, phase)?,
                Step::Commit(phase) => self.commit(&state, phase)?,
            }
        }
    }

    fn enter(&mut self, phase: Phase, slice: usize) -> Result<(), DriveError> {
        self.ledger.append(Event::PhaseEntered(PhaseEntered {
            phase,
            slice,
            because: None,
        }))
    }

    /// Asks the worker; nothing where it handed in something or failed.
    fn work(
        &mut self,
        state: &RunState,
        phase: Phase,
        attempt: u32,
        worker: &mut dyn Worker,
    ) -> Result<Option<Pause>, DriveError> {
        let task = task(self.git, state, phase, attempt)?;
        if !state.asked {
            let prompt = Digest::of(task.prompt.as_bytes());
            let asked = WorkAsked {
                phase,
                slice: state.slice,
                attempt,
                prompt,
            };
            self.ledger.append(Event::WorkAsked(asked))?;
        }
        let (git, ledger, tell) = (self.git, &mut self.ledger, &mut *self.tell);
        let kept = Kept::new(git, ledger, tell);
        match worker.work(&task, &mut kept.judging(&self.workshop, &self.manner)) {
            Ok(Handed::Done(claim)) => self.hand_in_seen(claim, worker.seen())?,
            Ok(Handed::Later) => return Ok(Some(Pause::Working(phase))),
            Err(failed) => return self.failed(failed, worker.seen()),
        }
        Ok(None)
    }

    /// Only what the worker did wrong itself counts as an attempt.
    fn failed(
        &mut self,
        failed: WorkerFailed,
        seen: Vec<String>,
    ) -> Result<Option<Pause>, DriveError> {
        let why = match pause_of(failed)? {
            Halt::Pause(pause) => return Ok(Some(pause)),
            Halt::Own(why) => why,
        };
        let why = seen
            .into_iter()
            .fold(why, |why, seen| format!("{why}; {seen}"));
        (self.tell)(Progress::Note(format!("the worker failed: {why}")));
        self.ledger.append(Event::WorkFailed(WorkFailed { why }))?;
        Ok(None)
    }

    /// The worktree of the run, made and ready; and what was done for it.
    fn ready_worktree(&mut self, state: &RunState) -> Result<(PathBuf, Vec<String>), DriveError> {
        let worktree = start::ensure_worktree(self.git, &state.started)?;
        let preparer = Preparer {
            git: self.git,
            cache: &self.workshop.cache,
            stop: self.manner.stop.as_ref(),
        };
        let said = preparer.prepare(&worktree, &state.started, &mut *self.tell)?;
        self.keep_out(state, &worktree)?;
        Ok((worktree, said))
    }

    /// Refuses to go on where a commit would hold what was only copied into the worktree.
    fn keep_out(&self, state: &RunState, worktree: &Path) -> Result<(), DriveError> {
        match shown(self.git, worktree, &state.started.copied)? {
            None => Ok(()),
            Some(path) => Err(WorktreeError::Shown {
                path,
                worktree: worktree.to_owned(),
            }
            .into()),
        }
    }

    /// Says once, in the journal, why a person is needed.
    fn wait(&mut self, state: &RunState) -> Result<Pause, DriveError> {
        if let Some(waiting) = &state.waiting {
            return Ok(Pause::Person(waiting.why.clone()));
        }
        let blocking = state.gates.last().filter(|gate| gate.phase == state.phase);
        let found = blocking.and_then(|gate| gate.findings.first());
        let (why, code) = match found {
            Some(found) => (
                format!("{}: {}", found.code, found.message),
                Some(found.code),
            ),
            None => (
                "the worker's attempts are spent".to_owned(),
                Some(Code::AttemptsSpent),
            ),
        };
        self.ledger.append(Event::PersonNeeded(PersonNeeded {
            why: why.clone(),
            code,
        }))?;
        Ok(Pause::Person(why))
    }
}

/// What the failure of a worker comes to.
enum Halt {
    /// The loop stops, and the same attempt goes on later.
    Pause(Pause),
    /// It failed by itself, for this reason: the attempt is over.
    Own(String),
}

fn pause_of(failed: WorkerFailed) -> Result<Halt, DriveError> {
    let WorkerFailed { why, sort } = failed;
    Ok(match sort {
        Failing::Stopped => return Err(ObserveError::Interrupted.into()),
        Failing::Budget => Halt::Pause(Pause::Budget(why)),
        Failing::Question => Halt::Pause(Pause::Person(why)),
        Failing::Unreachable => Halt::Pause(Pause::Unreachable(why)),
        Failing::Own => Halt::Own(why),
    })
}

/// The ticket of a run, as it was when the run began.
///
/// # Errors
/// Where the kept text is no ticket any more.
pub fn ticket_of(state: &RunState) -> Result<Ticket, DriveError> {
    let id = state.started.ticket.as_str();
    Ok(Ticket::parse(
        id,
        &state.started.text,
        &Defaults::default(),
    )?)
}

/// The worktree of a run.
pub fn worktree_of(git: &Git, state: &RunState) -> PathBuf {
    git.top().join(&state.started.worktree)
}

fn task(git: &Git, state: &RunState, phase: Phase, attempt: u32) -> Result<Task, DriveError> {
    let ticket = ticket_of(state)?;
    let criteria = point::criteria(state, &ticket, state.slice);
    let last = state
        .gates
        .last()
        .filter(|gate| gate.phase == phase && gate.slice == state.slice);
    let moved = state
        .handed_in
        .iter()
        .flat_map(|handed| handed.moved_aside.iter());
    let mut task = Task {
        phase,
        slice: state.slice,
        attempt,
        title: ticket.title.clone(),
        ticket: ticket.seen(),
        criteria,
        findings: last.map(|gate| gate.findings.clone()).unwrap_or_default(),
        moved_aside: moved.map(|moved| moved.path.clone()).collect(),
        worktree: worktree_of(git, state),
        bounds: bounds(git, state, phase)?,
        hidden: false,
        prompt: String::new(),
    };
    let mut facts = facts(git, state, phase)?;
    if phase.is_per_slice() {
        facts.push_str(&point::told(state, state.slice));
    }
    let references = references(&state.started.references);
    task.prompt = prompt(&task, (&facts, &references), &state.questions);
    Ok(task)
}

/// What a program may do in `phase`, by the configuration of the run's base.
fn bounds(git: &Git, state: &RunState, phase: Phase) -> Result<Bounds, DriveError> {
    let config = Config::of_tree(git, &git.tree_of(&state.started.base)?)?;
    let frozen = frozen(git, &git.tree_of(state.tip())?, &config, phase.writable())?;
    let worktree = worktree_of(git, state);
    Ok(Bounds {
        frozen: frozen.iter().map(|path| worktree.join(path)).collect(),
        // Another worker's words are there, and what is hidden from this one.
        unreadable: vec![of_repository(git.common_dir())],
        worker: config.worker,
        variables: state
            .started
            .slot
            .iter()
            .flat_map(Slot::variables)
            .collect(),
    })
}
