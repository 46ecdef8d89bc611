//! Words what went wrong in engine: the thing, its cause, what to type next.

use crate::failure::{Failure, FailureKind};
use redgreen_core::finding::Code;
use redgreen_engine::drive::DriveError;
use redgreen_engine::git::{GitError, Refusal};
use redgreen_engine::journal::JournalError;
use redgreen_engine::observe::ObserveError;
use redgreen_engine::paths::PathsError;
use redgreen_engine::prove::ProveError;

fn environment(code: Code, error: &dyn std::error::Error) -> Failure {
    Failure::of(FailureKind::Environment, code, error)
}

fn usage(code: Code, error: &dyn std::error::Error) -> Failure {
    Failure::of(FailureKind::Usage, code, error)
}

pub(super) fn of_paths(error: PathsError) -> Failure {
    environment(Code::CannotWrite, &error)
        .hint("set HOME, or REDGREEN_CACHE_DIR and REDGREEN_STATE_DIR")
}

pub(super) fn of_journal(error: JournalError) -> Failure {
    match &error {
        JournalError::Newer { .. } => {
            environment(Code::JournalNewer, &error).hint("update redgreen")
        }
        JournalError::Locked { .. } => environment(Code::RunLocked, &error)
            .hint("wait until it is done, or end that process; then: redgreen resume"),
        JournalError::Unreadable { path, aside, .. } => environment(
            Code::JournalUnreadable,
            &error,
        )
        .hint(format!("mv {} {}", path.display(), aside.display())),
        JournalError::Tampered { .. } => environment(Code::JournalUnreadable, &error).hint(
            "if it was written with another key, set REDGREEN_STATE_DIR or HOME as they were then",
        ),
        JournalError::Conflict { .. }
        | JournalError::Fenced { .. }
        | JournalError::Key { .. }
        | JournalError::Disk { .. } => {
            environment(Code::JournalUnreadable, &error).hint("redgreen doctor")
        }
    }
}

pub(super) fn of_git(error: GitError) -> Failure {
    match &error {
        GitError::NotARepository { .. } => {
            environment(Code::NotARepository, &error).hint("git init, or --repo DIR")
        }
        GitError::NoCommits { .. } => {
            environment(Code::NoCommits, &error).hint("git add --all && git commit")
        }
        GitError::UnknownRevision { shallow: true, .. } => {
            environment(Code::Shallow, &error).hint("git fetch --unshallow")
        }
        GitError::UnknownRevision { .. } => {
            usage(Code::UnknownRevision, &error).hint("git branch --all")
        }
        GitError::Refused(Refusal::Dirty { .. }) => environment(Code::DirtyTree, &error)
            .hint("commit it, or put it aside: git stash --include-untracked"),
        GitError::Disk { .. } => environment(Code::CannotWrite, &error).hint("redgreen doctor"),
        GitError::Unusable { .. }
        | GitError::Bare { .. }
        | GitError::Refused(_)
        | GitError::Failed { .. } => environment(Code::GitFailed, &error).hint("redgreen doctor"),
    }
}

pub(super) fn of_prove(error: ProveError) -> Failure {
    match error {
        ProveError::Git(error) => of_git(error),
        ProveError::Observe(ObserveError::Git(error)) => of_git(error),
        ProveError::Observe(ObserveError::Interrupted) => Failure::new(
            FailureKind::Interrupted,
            Code::Interrupted,
            "stopped on request",
        )
        .hint("redgreen resume"),
        ProveError::Config(error) => {
            Failure::of(FailureKind::Config, Code::BadConfiguration, &error)
                .hint("mend redgreen.toml on the base branch")
        }
        ProveError::NoDefaultBranch => usage(Code::UnknownRevision, &ProveError::NoDefaultBranch)
            .hint("redgreen prove BASE..HEAD"),
        error @ ProveError::Conflict { .. } => {
            environment(Code::MergeConflict, &error).hint("rebase the branch, then try again")
        }
        error @ ProveError::Observe(_) => {
            environment(Code::CannotWrite, &error).hint("redgreen doctor")
        }
    }
}

pub(super) fn of_drive(error: DriveError) -> Failure {
    match error {
        DriveError::Prove(error) => of_prove(error),
        DriveError::Journal(error) => of_journal(error),
        error @ (DriveError::Refused(_) | DriveError::Unreadable { .. }) => {
            environment(Code::JournalUnreadable, &error).hint("redgreen log")
        }
        error @ DriveError::Ticket(_) => {
            usage(Code::TicketUnreadable, &error).hint("redgreen lint TICKET")
        }
        error @ DriveError::UnknownRun { .. } => {
            usage(Code::UnknownRun, &error).hint("redgreen status")
        }
        error @ DriveError::NotNow { .. } => {
            usage(Code::WrongPhase, &error).hint("redgreen status")
        }
        error @ DriveError::Disk { .. } => {
            environment(Code::CannotWrite, &error).hint("redgreen doctor")
        }
    }
}
