//! Makes the worktree of a run fit to work in: settings copied, dependencies lent, ports of its
//! own, the project's own setup.

mod files;
mod moved;
mod names;
mod settings;
mod setup;
mod slots;

pub use files::chosen;
pub use moved::{pointer, settle};
pub use settings::{Dependencies, WorktreeConfig};

pub(crate) use files::{learn_secrets, shown};
pub(crate) use moved::folder;
pub(crate) use names::{free_branch, free_folder};
pub(crate) use slots::Counter;

use crate::config::{Config, ConfigError};
use crate::git::{Git, GitError};
use crate::observe::{ObserveError, lend};
use crate::progress::Progress;
use crate::survey::units_of;
use redgreen_core::event::RunStarted;
use setup::Site;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use thiserror::Error;

/// The file that says that a worktree is ready, in the folder that git keeps for it: what was done
/// for it, one line each.
const READY: &str = "redgreen-ready";

/// Why a worktree cannot be worked in. What is in it stays as it is.
#[derive(Debug, Error)]
pub enum WorktreeError {
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The configuration of the run's base cannot be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The setup could not be held or watched.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// A command of the setup failed.
    #[error("the setup of {} failed: {command}: {how}", worktree.display())]
    Setup {
        /// The command.
        command: String,
        /// How it ended.
        how: String,
        /// The last lines that it printed.
        said: Vec<String>,
        /// Where it ran.
        worktree: PathBuf,
    },
    /// A command of the setup left something that a commit would hold.
    #[error("the setup {command} leaves what a commit would hold: {}", paths.join(", "))]
    SetupLeft {
        /// The command.
        command: String,
        /// What it left.
        paths: Vec<String>,
        /// Where it ran.
        worktree: PathBuf,
    },
    /// A file that was only copied into the worktree would be committed.
    #[error("{} was copied into the worktree and would be committed", path.display())]
    Shown {
        /// The file, from the worktree's root.
        path: PathBuf,
        /// The worktree.
        worktree: PathBuf,
    },
    /// No slot is left.
    #[error("no port is left for another run")]
    NoSlot,
    /// A file cannot be read or written.
    #[error("{} cannot be used: {source}", path.display())]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl WorktreeError {
    fn disk(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Disk { path, source }
    }
}

/// What makes worktrees ready.
pub(crate) struct Preparer<'p> {
    /// The repository, as the checkout sees it.
    pub(crate) git: &'p Git,
    /// Where redgreen keeps its own.
    pub(crate) cache: &'p Path,
    /// Set from outside to stop.
    pub(crate) stop: Option<&'p Arc<AtomicBool>>,
}

impl Preparer<'_> {
    /// Makes `worktree` ready for the run that `started`, once, and says what was done for it. A
    /// try that failed is made again as a whole.
    pub(crate) fn prepare(
        &self,
        worktree: &Path,
        started: &RunStarted,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Vec<String>, WorktreeError> {
        learn_secrets(worktree, &started.copied);
        let kept = self.git.own_dir(worktree)?.join(READY);
        if let Ok(said) = fs::read_to_string(&kept) {
            return Ok(said.lines().map(str::to_owned).collect());
        }
        let base = self.git.tree_of(&started.base)?;
        let config = Config::of_tree(self.git, &base)?;
        let mut said = files::copy(
            self.git,
            (&self.checkout(worktree), worktree),
            &started.copied,
        )?;
        learn_secrets(worktree, &started.copied);
        if config.worktree.dependencies == Dependencies::Link {
            said.extend(self.lend(worktree, &base, &config)?);
        }
        let site = Site {
            git: self.git,
            worktree,
            cache: self.cache,
            slot: started.slot,
            stop: self.stop,
        };
        said.extend(site.set_up(&config, tell)?);
        fs::write(&kept, said.join("\n")).map_err(WorktreeError::disk(&kept))?;
        Ok(said)
    }

    /// The checkout that the worktree is made from: where the user stands, or the repository's
    /// first where that is the worktree itself.
    fn checkout(&self, worktree: &Path) -> PathBuf {
        let top = self.git.top();
        match self.git.common_dir().parent() {
            Some(first) if top == worktree => first.to_owned(),
            Some(_) | None => top.to_owned(),
        }
    }

    /// Lends it the dependency folders of the checkout that git ignores.
    fn lend(
        &self,
        worktree: &Path,
        base: &redgreen_core::id::TreeId,
        config: &Config,
    ) -> Result<Vec<String>, WorktreeError> {
        let checkout = self.checkout(worktree);
        let mut said = Vec::new();
        for unit in units_of(self.git, base, config)? {
            for folder in &unit.dependencies {
                let is_lent = !worktree.join(folder).exists() && checkout.join(folder).is_dir();
                if is_lent && self.git.is_ignored(worktree, &format!("{folder}/"))? {
                    lend((&checkout, worktree), &unit.dependencies, folder)?;
                    said.push(format!("lent by the checkout: {folder}"));
                }
            }
        }
        said.dedup();
        Ok(said)
    }
}
