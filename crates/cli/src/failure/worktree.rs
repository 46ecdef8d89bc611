//! Words what keeps a worktree from being worked in.

use super::{Failure, FailureKind, of_disk};
use redgreen_core::finding::Code;
use redgreen_engine::observe::ObserveError;
use redgreen_engine::worktree::{WorktreeError, pointer};
use std::path::Path;

impl From<WorktreeError> for Failure {
    fn from(error: WorktreeError) -> Self {
        let message = error.to_string();
        match error {
            WorktreeError::Git(error) => error.into(),
            WorktreeError::Config(error) => error.into(),
            WorktreeError::Observe(ObserveError::Interrupted) => {
                let message = "stopped by a signal; every child has ended";
                Self::new(FailureKind::Interrupted, Code::Interrupted, message)
                    .hint("redgreen resume   (goes on where it stopped)")
            }
            WorktreeError::Observe(error) => error.into(),
            WorktreeError::Setup { said, worktree, .. } => {
                let failure = Self::new(FailureKind::Environment, Code::SetupFailed, message);
                let place = worktree.display();
                said.into_iter()
                    .fold(failure, Self::cause)
                    .hint("redgreen resume   (tries the whole setup again; nothing is lost)")
                    .hint(format!("cd {place}   (where it ran)"))
                    .hint("redgreen explain RG325")
            }
            WorktreeError::SetupLeft { worktree, .. } => {
                let place = worktree.display();
                Self::new(FailureKind::Environment, Code::SetupFailed, message)
                    .cause("a commit of the run's work would hold it")
                    .hint("name what it makes in .gitignore, or a command that changes nothing (npm ci)")
                    .hint(format!("git -C {place} status"))
                    .hint("redgreen resume   (once it is mended)")
            }
            WorktreeError::Shown { path, worktree } => {
                let (path, place) = (path.display(), worktree.display());
                Self::new(FailureKind::Person, Code::CopyShown, message)
                    .cause("git no longer ignores it there, or it was added by force")
                    .hint(format!(
                        "git -C {place} rm --cached --ignore-unmatch {path}"
                    ))
                    .hint(format!("git -C {place} diff HEAD -- .gitignore"))
                    .hint("redgreen check   (goes on)")
            }
            WorktreeError::NoSlot => {
                Self::new(FailureKind::Config, Code::BadConfiguration, message)
                    .cause("worktree.first_port and worktree.ports leave no number below 65536")
                    .hint("redgreen clean   (what ended runs still hold)")
            }
            WorktreeError::Disk { path, source } => of_disk(&path, &source),
        }
    }
}

/// What to say of a worktree whose repository is no longer where it was; nothing where `dir` is in
/// none.
pub(super) fn moved_away(dir: &Path) -> Option<Failure> {
    let dir = dir.canonicalize().ok()?;
    let worktree = dir.ancestors().find(|dir| dir.join(".git").is_file())?;
    let led = pointer(worktree).filter(|led| !led.exists())?;
    let message = format!(
        "the repository of the worktree {} was moved",
        worktree.display()
    );
    let kind = FailureKind::Environment;
    let failure = Failure::new(kind, Code::NotARepository, message);
    Some(
        failure
            .cause(format!("it was at {}", led.display()))
            .hint("redgreen --repo REPOSITORY status   (ties the two together again)")
            .hint(format!(
                "git -C REPOSITORY worktree repair {}",
                worktree.display()
            )),
    )
}
