//! Lays out what the commands of a run need: repository, journal, workshop, the run itself.

use super::prove::workshop;
use super::signals::stop_flag;
use crate::args::Common;
use crate::failure::{Failure, FailureKind};
use redgreen_core::finding::Code;
use redgreen_core::id::RunId;
use redgreen_core::run::RunState;
use redgreen_engine::drive::{Drive, Ledger, read_state};
use redgreen_engine::git::Git;
use redgreen_engine::journal::{Embedded, Journal as _, Key};
use redgreen_engine::observe::{Manner, ObserveError};
use redgreen_engine::paths;
use redgreen_engine::progress::Progress;
use redgreen_engine::prove::Workshop;
use redgreen_engine::sandbox::{self, Level};
use redgreen_engine::worktree::settle;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What the commands of a run need.
pub(super) struct Desk {
    pub(super) git: Git,
    pub(super) workshop: Workshop,
    pub(super) manner: Manner,
    state_dir: PathBuf,
}

impl Desk {
    /// Opens the repository that `common` names, or the one around the current directory.
    pub(super) fn open(common: &Common) -> Result<Self, Failure> {
        Self::until(common, stop_flag()?)
    }

    /// The same, for work that ends as soon as `stop` is set.
    pub(super) fn until(common: &Common, stop: Arc<AtomicBool>) -> Result<Self, Failure> {
        let here = common.repo.clone().unwrap_or_else(|| PathBuf::from("."));
        let git = Git::open(&here).map_err(Failure::from)?;
        let state_dir = paths::state_dir()?;
        let workshop = workshop(&git)?;
        let manner = Manner {
            stop: Some(stop),
            install: false,
            reuse: true,
        };
        Ok(Self {
            git,
            workshop,
            manner,
            state_dir,
        })
    }

    /// A desk for the repository at `repo` that keeps everything of its own below `root`.
    pub(super) fn beside(repo: &Path, root: &Path) -> Result<Self, Failure> {
        let git = Git::open(repo).map_err(Failure::from)?;
        let state_dir = root.join("state");
        let key = Key::load(&state_dir).map_err(Failure::from)?;
        let workshop = Workshop {
            cache: root.join("cache"),
            state: state_dir.clone(),
            key,
        };
        let manner = Manner {
            stop: Some(stop_flag()?),
            install: false,
            reuse: true,
        };
        Ok(Self {
            git,
            workshop,
            manner,
            state_dir,
        })
    }

    /// The same, seen from the repository's first working tree: for those who take a worktree
    /// away, perhaps the one that they stand in.
    pub(super) fn at_first_worktree(mut self) -> Result<Self, Failure> {
        let first = self.git.common_dir().parent().map(Path::to_owned);
        if let Some(first) = first.filter(|first| first != self.git.top()) {
            self.git = Git::open(&first).map_err(Failure::from)?;
        }
        Ok(self)
    }

    pub(super) fn journal(&self) -> Result<Embedded, Failure> {
        Embedded::open(self.git.common_dir(), &self.state_dir).map_err(Failure::from)
    }

    /// Every run of the repository, the one that was written to last first.
    pub(super) fn states(&self, journal: &Embedded) -> Result<Vec<RunState>, Failure> {
        let mut states = Vec::new();
        for summary in journal.runs().map_err(Failure::from)? {
            let state = read_state(journal, &summary.run).map_err(Failure::from)?;
            if let Some(mut state) = state {
                settle(&self.git, &mut state).map_err(Failure::from)?;
                states.push(state);
            }
        }
        Ok(states)
    }

    /// The run that is meant: the one whose worktree one stands in, else the only one that is
    /// still open, else the one that was written to last.
    pub(super) fn state(&self, journal: &Embedded) -> Result<RunState, Failure> {
        let mut states = self.states(journal)?;
        let standing = |state: &RunState| {
            Path::new(&state.started.worktree)
                .canonicalize()
                .ok()
                .as_deref()
                == Some(self.git.top())
        };
        let here = states.iter().position(standing);
        let open = states.iter().position(|state| state.ended.is_none());
        match here.or(open) {
            Some(at) => Ok(states.swap_remove(at)),
            None if states.is_empty() => Err(Failure::new(
                FailureKind::Usage,
                Code::UnknownRun,
                "no run was started in this repository",
            )
            .hint("redgreen start TICKET")),
            None => Ok(states.swap_remove(0)),
        }
    }

    /// The run of that name or ticket; without one, the run that is meant.
    pub(super) fn named(
        &self,
        journal: &Embedded,
        name: Option<&str>,
    ) -> Result<RunState, Failure> {
        let Some(name) = name else {
            return self.state(journal);
        };
        let mut states = self.states(journal)?;
        let is_named =
            |state: &RunState| state.run.as_str() == name || state.started.ticket.as_str() == name;
        match states.iter().position(is_named) {
            Some(at) => Ok(states.swap_remove(at)),
            None => Err(Failure::new(
                FailureKind::Usage,
                Code::UnknownRun,
                format!("no run {name} was started in this repository"),
            )
            .hint("redgreen status")),
        }
    }

    /// Takes the run that is meant over for writing.
    pub(super) fn ledger(&self) -> Result<Ledger, Failure> {
        let journal = self.journal()?;
        let run: RunId = self.state(&journal)?.run;
        let mut ledger = Ledger::open(journal, &run).map_err(Failure::from)?;
        ledger.settle(&self.git).map_err(Failure::from)?;
        Ok(ledger)
    }

    /// What takes the run's steps, telling `tell` what is going on.
    pub(super) fn drive<'d>(
        &'d self,
        ledger: Ledger,
        tell: &'d mut dyn FnMut(Progress),
    ) -> Drive<'d> {
        let (workshop, manner) = (self.workshop.clone(), self.manner.clone());
        Drive {
            git: &self.git,
            workshop,
            manner,
            ledger,
            tell,
        }
    }
}

/// A stranger's program is not started with the rights of a person who did not ask for that.
pub(super) fn can_hold_workers() -> Result<(), Failure> {
    let sandbox = sandbox::here().map_err(|not_had| Failure::from(ObserveError::from(not_had)))?;
    if sandbox.level() > Level::Limits || sandbox::is_chosen() {
        return Ok(());
    }
    let failure = Failure::from(ObserveError::Sandbox {
        wanted: Level::Landlock,
        why: sandbox.why_no_stronger().to_vec(),
    });
    Err(failure.hint("redgreen --sandbox limits run TICKET   (the worker has your own rights)"))
}
