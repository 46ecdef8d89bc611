//! Keeps what a worker does within an attempt, before it is acted on: a worker that is asked again
//! after a stop finds here what it has paid for already.

use super::bench::Bench;
use super::put_back::restore;
use super::worker::WorkerFailed;
use super::{Ledger, worktree_of};
use crate::git::Git;
use crate::observe::Manner;
use crate::paths::of_repository;
use crate::process::{BlobError, Blobs};
use crate::progress::Progress;
use crate::prove::Workshop;
use crate::redact::redactor;
use redgreen_core::claim::{Claim, Link};
use redgreen_core::event::{Event, GateVerdict, QuestionAsked, WorkStepped};
use redgreen_core::finding::Finding;
use redgreen_core::id::{Digest, TreeId};
use redgreen_core::run::{OpenQuestion, RunState};
use redgreen_core::work::{Spent, Stepped};
use std::path::PathBuf;

/// Bytes of answers that are kept for one repository, of all its runs.
const KEPT: u64 = 512 * 1024 * 1024;

/// One step of the current attempt, as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// What was done.
    pub did: Stepped,
    /// The whole answer; nothing where the step has none, or where it had to go for lack of space.
    pub body: Option<Vec<u8>>,
}

/// Where a worker records its steps and learns what it may still spend.
pub trait Logbook {
    /// The steps of this attempt so far, oldest first: none unless the attempt was stopped.
    ///
    /// # Errors
    /// Where the journal or an answer cannot be read or believed.
    fn recorded(&mut self) -> Result<Vec<Recorded>, WorkerFailed>;

    /// Keeps `body` by its digest, secrets taken out. To be called before the step that names it
    /// is recorded.
    ///
    /// # Errors
    /// Where the disk fails.
    fn keep(&mut self, body: &[u8]) -> Result<Digest, WorkerFailed>;

    /// Records a step; it is on the disk when this returns.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn record(&mut self, did: Stepped) -> Result<(), WorkerFailed>;

    /// What the run has spent on work, the steps of this attempt included.
    fn spent(&self) -> Spent;

    /// The worktree as a git tree, kept as objects outside the branch.
    ///
    /// # Errors
    /// Where git fails.
    fn snapshot(&mut self) -> Result<TreeId, WorkerFailed>;

    /// Puts the worktree back to `tree`, a snapshot of this run.
    ///
    /// # Errors
    /// Where git fails.
    fn restore(&mut self, tree: &TreeId) -> Result<(), WorkerFailed>;

    /// Asks the person. The question stands in the run; nothing waits for an answer here.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn ask(&mut self, question: QuestionAsked) -> Result<(), WorkerFailed>;

    /// The questions of the run and their answers.
    fn questions(&self) -> Vec<OpenQuestion>;

    /// How the gate of the phase would judge the worktree as it is now, with these links of tests
    /// to criteria. Nothing is recorded, and nothing is decided by it.
    ///
    /// # Errors
    /// Where the gate cannot be executed.
    fn outlook(&mut self, links: &[Link]) -> Result<Outlook, WorkerFailed>;

    /// Tells whoever looks on what is going on.
    fn tell(&mut self, news: Progress);
}

/// A judgement before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// What the verdict would be.
    pub verdict: GateVerdict,
    /// What would be found.
    pub findings: Vec<Finding>,
    /// What was seen.
    pub facts: Vec<String>,
}

/// The logbook of a run that is being driven.
pub struct Kept<'k> {
    git: &'k Git,
    ledger: &'k mut Ledger,
    tell: &'k mut dyn FnMut(Progress),
    place: Option<(&'k Workshop, &'k Manner)>,
    worktree: Option<PathBuf>,
}

impl<'k> Kept<'k> {
    /// The logbook of the run that `ledger` writes.
    pub fn new(git: &'k Git, ledger: &'k mut Ledger, tell: &'k mut dyn FnMut(Progress)) -> Self {
        Self {
            git,
            ledger,
            tell,
            place: None,
            worktree: None,
        }
    }

    /// The same, for work in another directory than the run's worktree.
    #[must_use]
    pub fn in_worktree(mut self, dir: PathBuf) -> Self {
        self.worktree = Some(dir);
        self
    }

    fn worktree(&self, state: &RunState) -> PathBuf {
        let own = self.worktree.clone();
        own.unwrap_or_else(|| worktree_of(self.git, state))
    }

    /// The same, where gates can be executed.
    #[must_use]
    pub fn judging(mut self, workshop: &'k Workshop, manner: &'k Manner) -> Self {
        self.place = Some((workshop, manner));
        self
    }

    fn answers(&self) -> Result<Blobs, WorkerFailed> {
        let dir = of_repository(self.git.common_dir()).join("answers");
        Blobs::open(&dir, KEPT).map_err(failed)
    }

    fn body(&self, did: &Stepped) -> Result<Option<Vec<u8>>, WorkerFailed> {
        match did {
            Stepped::ModelAnswered { answer, .. } | Stepped::ToolAnswered { answer, .. } => {
                match self.answers()?.get(answer) {
                    // An answer that was altered is not acted on: the step counts as not taken.
                    Err(BlobError::Altered { .. }) => Ok(None),
                    found => found.map_err(failed),
                }
            }
            Stepped::Told { .. } | Stepped::Refused { .. } => Ok(None),
        }
    }
}

impl Logbook for Kept<'_> {
    fn recorded(&mut self) -> Result<Vec<Recorded>, WorkerFailed> {
        let lines = self.ledger.lines().map_err(failed)?;
        let asked = lines
            .iter()
            .rposition(|line| matches!(line.event, Event::WorkAsked(_) | Event::HiddenAsked(_)));
        let steps = lines.into_iter().skip(asked.unwrap_or_default());
        let mut recorded = Vec::new();
        for line in steps {
            if let Event::WorkStepped(stepped) = line.event {
                let body = self.body(&stepped.did)?;
                let did = stepped.did;
                recorded.push(Recorded { did, body });
            }
        }
        Ok(recorded)
    }

    fn keep(&mut self, body: &[u8]) -> Result<Digest, WorkerFailed> {
        let clean = std::str::from_utf8(body)
            .ok()
            .and_then(|text| redactor().redacted(text));
        let body = clean.as_ref().map_or(body, |text| text.as_bytes());
        self.answers()?.put(body).map_err(failed)
    }

    fn record(&mut self, did: Stepped) -> Result<(), WorkerFailed> {
        let state = self.ledger.state().map_err(failed)?;
        let (phase, step) = (state.phase, state.steps + 1);
        let stepped = WorkStepped { phase, step, did };
        self.ledger
            .append(Event::WorkStepped(stepped))
            .map_err(failed)
    }

    fn spent(&self) -> Spent {
        self.ledger
            .state()
            .map_or_else(|_| Spent::default(), redgreen_core::run::RunState::spent)
    }

    fn snapshot(&mut self) -> Result<TreeId, WorkerFailed> {
        let state = self.ledger.state().map_err(failed)?.clone();
        let worktree = self.worktree(&state);
        self.git.tree_of_worktree(&worktree).map_err(failed)
    }

    fn restore(&mut self, tree: &TreeId) -> Result<(), WorkerFailed> {
        let state = self.ledger.state().map_err(failed)?.clone();
        let worktree = self.worktree(&state);
        let name = format!("{}-{}", state.run, state.seq + 1);
        restore(self.git, &worktree, tree, &name).map_err(failed)
    }

    fn ask(&mut self, question: QuestionAsked) -> Result<(), WorkerFailed> {
        self.ledger
            .append(Event::QuestionAsked(question))
            .map_err(failed)
    }

    fn questions(&self) -> Vec<OpenQuestion> {
        self.ledger
            .state()
            .map_or_else(|_| Vec::new(), |state| state.questions.clone())
    }

    fn outlook(&mut self, links: &[Link]) -> Result<Outlook, WorkerFailed> {
        let Some((workshop, manner)) = self.place else {
            return Err(WorkerFailed::because("no gate can be executed here"));
        };
        let mut state = self.ledger.state().map_err(failed)?.clone();
        let claim = Claim {
            links: links.to_vec(),
            ..Claim::default()
        };
        state.claims.push((state.phase, state.slice, claim));
        // What was handed in before was another attempt.
        state.handed_in = None;
        let mut bench = Bench {
            git: self.git,
            workshop,
            manner,
            tell: &mut *self.tell,
        };
        bench.outlook(&state).map_err(failed)
    }

    fn tell(&mut self, news: Progress) {
        (self.tell)(news);
    }
}

fn failed(error: impl std::fmt::Display) -> WorkerFailed {
    WorkerFailed::because(error.to_string())
}
