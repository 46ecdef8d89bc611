//! Words what kept the engine from working: for each error the thing, its cause, and what to type.

use super::{Failure, FailureKind};
use redgreen_core::answer::NoAnswer;
use redgreen_core::finding::Code;
use redgreen_engine::config::{self, ConfigError};
use redgreen_engine::drive::{AnswerError, DriveError};
use redgreen_engine::git::{GitError, Refusal, RepoPath};
use redgreen_engine::journal::JournalError;
use redgreen_engine::mutate::{LEDGER, LedgerError};
use redgreen_engine::observe::ObserveError;
use redgreen_engine::paths::PathsError;
use redgreen_engine::process::ProcessError;
use redgreen_engine::prove::ProveError;
use std::io;
use std::path::Path;

/// How many paths of a long list are named.
const NAMED: usize = 10;

/// How many lines of what git complained are shown.
const LINES: usize = 5;

const ANOTHER_DISK: &str = "export REDGREEN_CACHE_DIR=/another/disk";

fn environment(code: Code, message: impl Into<String>) -> Failure {
    Failure::new(FailureKind::Environment, code, message)
}

/// The disk would not do what it had to.
pub fn of_disk(path: &Path, source: &io::Error) -> Failure {
    let place = path.display();
    let failure = environment(Code::CannotWrite, format!("{place} cannot be used"));
    let failure = failure.cause(source.to_string());
    let is_full = matches!(
        source.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    );
    if is_full {
        return failure
            .hint(format!("df -h {place}   (make room)"))
            .hint(ANOTHER_DISK);
    }
    if source.kind() == io::ErrorKind::ReadOnlyFilesystem {
        return failure.hint(ANOTHER_DISK);
    }
    failure.hint(format!("ls -ld {place}   (owner and mode)"))
}

/// `failure` with the first of `paths` as causes.
fn naming(failure: Failure, paths: &[String]) -> Failure {
    let named = paths.iter().take(NAMED).cloned();
    let failure = named.fold(failure, Failure::cause);
    match paths.len().saturating_sub(NAMED) {
        0 => failure,
        more => failure.cause(format!("and {more} more")),
    }
}

impl From<ProveError> for Failure {
    fn from(error: ProveError) -> Self {
        match error {
            ProveError::Git(error) => error.into(),
            ProveError::Config(error) => error.into(),
            ProveError::Ledger(error) => error.into(),
            ProveError::Observe(error) => error.into(),
            ProveError::NoDefaultBranch => {
                let message = "BASE was left out, and there is no default branch to compare with";
                Failure::new(FailureKind::Usage, Code::UnknownRevision, message)
                    .cause("looked for origin/HEAD, init.defaultBranch, main and master")
                    .hint("redgreen prove BASE..HEAD")
                    .hint("git remote set-head origin --auto")
            }
            ProveError::Conflict { onto, paths } => {
                let message = format!("the change and {onto} conflict in {}", files(paths.len()));
                let failure = Failure::new(FailureKind::Person, Code::MergeConflict, message);
                naming(failure, &paths).hint(format!("git rebase {onto}"))
            }
        }
    }
}

fn files(count: usize) -> String {
    match count {
        1 => "1 file".to_owned(),
        many => format!("{many} files"),
    }
}

impl From<DriveError> for Failure {
    fn from(error: DriveError) -> Self {
        match error {
            DriveError::Prove(ProveError::Observe(ObserveError::Interrupted)) => {
                let message = "stopped by a signal; every child has ended";
                Failure::new(FailureKind::Interrupted, Code::Interrupted, message)
                    .hint("redgreen resume   (goes on where it stopped)")
            }
            DriveError::Prove(error) => error.into(),
            DriveError::DetachedHead => Failure::of(FailureKind::Usage, Code::DetachedHead, &error)
                .hint("git checkout BRANCH"),
            DriveError::Journal(error) => error.into(),
            DriveError::Refused(_) | DriveError::Unreadable { .. } => {
                Failure::of(FailureKind::Environment, Code::JournalUnreadable, &error)
                    .hint("redgreen log")
            }
            DriveError::Ticket(error) => {
                Failure::of(FailureKind::Usage, Code::TicketUnreadable, &error)
                    .hint("redgreen lint TICKET")
            }
            DriveError::UnknownRun { .. } => {
                Failure::of(FailureKind::Usage, Code::UnknownRun, &error).hint("redgreen status")
            }
            DriveError::NotNow { .. } => {
                Failure::of(FailureKind::Usage, Code::WrongPhase, &error).hint("redgreen status")
            }
            DriveError::Worktree(error) => error.into(),
            DriveError::Disk { path, source } => of_disk(&path, &source),
        }
    }
}

impl From<AnswerError> for Failure {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Drive(error) => error.into(),
            AnswerError::Refused(refused) => match &refused {
                NoAnswer::Unknown { .. } => {
                    Failure::of(FailureKind::Usage, Code::BadUsage, &refused)
                        .hint("redgreen status")
                }
                NoAnswer::ForAPerson { id } => {
                    let typed = format!("redgreen answer {id} TEXT   (a person types it)");
                    Failure::of(FailureKind::Person, Code::Unanswered, &refused).hint(typed)
                }
            },
        }
    }
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        match error {
            GitError::Unusable { needed, found } => {
                let message = format!("git {needed} or newer is needed");
                let found = found.map_or("none is on the search path".to_owned(), |found| {
                    format!("found git {found}")
                });
                environment(Code::GitFailed, message)
                    .cause(found)
                    .hint("install git: https://git-scm.com/downloads")
            }
            GitError::NotARepository { dir } => not_a_repository(&dir),
            GitError::Bare { dir } => {
                let dir = dir.display();
                let message = format!("{dir} is a bare repository: it has no files to run");
                environment(Code::NotARepository, message).hint(format!("git clone {dir} checkout"))
            }
            GitError::NoCommits { dir } => {
                let message = format!("the repository at {} has no commit", dir.display());
                environment(Code::NoCommits, message)
                    .hint("git add --all && git commit -m \"first commit\"")
            }
            GitError::UnknownRevision { rev, shallow } => unknown_revision(&rev, shallow),
            GitError::Refused(refusal) => refusal.into(),
            GitError::Failed { verb, dir, stderr } => git_failed(&verb, &dir, &stderr),
            GitError::Disk { path, source } => of_disk(&path, &source),
        }
    }
}

fn not_a_repository(dir: &Path) -> Failure {
    if !dir.is_dir() {
        let message = format!("there is no directory {}", dir.display());
        return environment(Code::NotARepository, message).hint("redgreen prove --repo DIR");
    }
    if let Some(failure) = super::worktree::moved_away(dir) {
        return failure;
    }
    let message = format!("{} is in no git repository", dir.display());
    environment(Code::NotARepository, message)
        .hint("git init")
        .hint("redgreen prove --repo DIR   (the repository is elsewhere)")
}

fn unknown_revision(rev: &str, shallow: bool) -> Failure {
    if shallow {
        let message = format!("this shallow clone has no commit {rev}");
        return deepened(environment(Code::Shallow, message));
    }
    environment(Code::UnknownRevision, format!("{rev} names no commit here"))
        .hint("git branch --all   (the names that there are)")
        .hint("git fetch origin   (what only the remote has)")
}

/// `failure` with the commands that fetch more of the history.
fn deepened(failure: Failure) -> Failure {
    failure
        .cause("history is cut off: only its newest part was fetched")
        .hint("git fetch --unshallow")
        .hint("git fetch --deepen=100")
}

fn git_failed(verb: &str, dir: &Path, stderr: &str) -> Failure {
    let code = if stderr.contains("No space left") || stderr.contains("Permission denied") {
        Code::CannotWrite
    } else {
        Code::GitFailed
    };
    let word = verb.split(' ').next().unwrap_or(verb);
    let failure = environment(code, format!("git {word} failed in {}", dir.display()));
    let said = stderr.lines().map(str::trim).filter(|l| !l.is_empty());
    let failure = said.take(LINES).fold(failure, Failure::cause);
    if stderr.contains("dubious ownership") {
        let dir = dir.display();
        return failure.hint(format!("git config --global --add safe.directory {dir}"));
    }
    if code == Code::CannotWrite {
        return failure.hint(format!("df -h {0}; ls -ld {0}", dir.display()));
    }
    failure.hint("git fsck").hint("redgreen doctor")
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        let person = |code| Failure::new(FailureKind::Person, code, message.clone());
        match refusal {
            Refusal::Dirty { paths, .. } => {
                let paths: Vec<String> = paths.iter().map(RepoPath::text).collect();
                naming(person(Code::DirtyTree), &paths)
                    .hint("git stash --include-untracked")
                    .hint("git add --all && git commit")
            }
            Refusal::Moved { name, .. } => environment(Code::GitFailed, message)
                .cause("somebody else moved it in the meantime")
                .hint(format!("git log -3 {name}")),
            Refusal::CheckedOut { dir, .. } => person(Code::DirtyTree)
                .hint(format!("git -C {} switch ANOTHER-BRANCH", dir.display()))
                .hint("git worktree list"),
            Refusal::BadName { .. } => Failure::new(FailureKind::Usage, Code::BadUsage, message)
                .hint("man git-check-ref-format"),
            Refusal::NoIdentity { remedy } => {
                environment(Code::GitFailed, "git knows no author to commit as").hint(remedy)
            }
            Refusal::NothingToCommit { dir } => {
                person(Code::NothingHandedIn).hint(format!("git -C {} status", dir.display()))
            }
            Refusal::Unrelated { shallow: true, .. } => {
                deepened(environment(Code::Shallow, message))
            }
            Refusal::Unrelated { .. } => environment(Code::UnknownRevision, message)
                .hint("git log --oneline --graph --all   (where the two begin)"),
            Refusal::Taken { path } => {
                let path = path.display();
                environment(Code::CannotWrite, message).hint(format!("mv {path} {path}.old"))
            }
        }
    }
}

impl From<ObserveError> for Failure {
    fn from(error: ObserveError) -> Self {
        match error {
            ObserveError::Git(error) => error.into(),
            ObserveError::Disk { path, source } => of_disk(&path, &source),
            ObserveError::Process(error) => error.into(),
            ObserveError::Interrupted => Failure::new(
                FailureKind::Interrupted,
                Code::Interrupted,
                "stopped by a signal; every child has ended",
            ),
            ObserveError::Sandbox { wanted, why } => {
                let message = format!("no {wanted} sandbox is to be had here");
                let failure = environment(Code::CouldNotRun, message);
                let failure = why.into_iter().fold(failure, Failure::cause);
                failure
                    .hint("apt-get install bubblewrap   (or your system's own way)")
                    .hint("redgreen doctor   (shows what this machine has)")
            }
            ObserveError::Unknown { .. } => {
                let fault = super::of_unknown_fault();
                fault.cause(error.to_string())
            }
        }
    }
}

impl From<ProcessError> for Failure {
    fn from(error: ProcessError) -> Self {
        match &error {
            ProcessError::Missing { program } => {
                let program = program.display();
                environment(Code::MissingTool, format!("{program} is not there"))
                    .hint(format!("install {program} and put it on the search path"))
            }
            ProcessError::NoDirectory { dir } => environment(Code::CannotWrite, error.to_string())
                .hint(format!("ls -ld {}", dir.display())),
            ProcessError::Start { program, source } | ProcessError::Watch { program, source } => {
                let message = format!("{} cannot be run", program.display());
                environment(Code::CouldNotRun, message)
                    .cause(source.to_string())
                    .hint("ulimit -a   (processes and open files that are allowed)")
                    .hint("redgreen doctor")
            }
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::Git(error) => error.into(),
            ConfigError::Malformed { why } => {
                let message = format!("{} at BASE cannot be read", config::FILE);
                Failure::new(FailureKind::Config, Code::BadConfiguration, message)
                    .cause(why)
                    .hint(format!("mend the line and commit {} at BASE", config::FILE))
                    .hint("redgreen explain RG312")
            }
        }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Git(error) => error.into(),
            LedgerError::Malformed { .. } | LedgerError::Empty { .. } => {
                let message = format!("{LEDGER} at BASE cannot be read");
                Failure::new(FailureKind::Config, Code::BadConfiguration, message)
                    .cause(error.to_string())
                    .hint(format!("mend the entry and commit {LEDGER} at BASE"))
            }
        }
    }
}

impl From<PathsError> for Failure {
    fn from(error: PathsError) -> Self {
        let PathsError::NoHome { variable } = &error;
        environment(Code::CannotWrite, "there is no place to keep anything")
            .cause(error.to_string())
            .hint(format!("export {variable}=/an/absolute/path"))
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        let message = error.to_string();
        match error {
            JournalError::Unreadable { path, aside, why } => {
                let (path, aside) = (path.display(), aside.display());
                environment(
                    Code::JournalUnreadable,
                    format!("journal {path} cannot be read"),
                )
                .cause(why)
                .hint(format!(
                    "mv {path} {aside}   (starts afresh, keeps the old one)"
                ))
            }
            JournalError::Newer { .. } => environment(Code::JournalNewer, message)
                .hint("redgreen log   (reading is safe)")
                .hint("redgreen --version"),
            JournalError::Conflict { .. } | JournalError::Fenced { .. } => {
                environment(Code::RunLocked, message).hint("redgreen status")
            }
            JournalError::Tampered { .. } => environment(Code::JournalUnreadable, message)
                .hint("redgreen log   (how far it can be read)")
                .hint("redgreen prove   (judges the commits without the journal)"),
            JournalError::Locked { pid, .. } => environment(Code::RunLocked, message)
                .hint("redgreen status")
                .hint(format!("ps -p {pid}   (who it is)")),
            JournalError::Key { path, why } => {
                let path = path.display();
                environment(Code::CannotWrite, format!("key {path} cannot be used"))
                    .cause(why)
                    .hint(format!("ls -l {path}   (owner and mode)"))
                    .hint(format!("chmod 600 {path}"))
            }
            JournalError::Disk { path, source } => match source.downcast_ref::<io::Error>() {
                Some(source) => of_disk(&path, source),
                None => {
                    let path = path.display();
                    environment(Code::CannotWrite, format!("{path} cannot be used"))
                        .cause(source.to_string())
                        .hint(format!("ls -l {path}"))
                }
            },
        }
    }
}

#[cfg(test)]
mod tests;
