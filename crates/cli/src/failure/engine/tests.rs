//! Every error of the engine has a code, a kind and a next step.

use super::*;
use redgreen_core::id::{CommitId, RunId};
use redgreen_core::time::Timestamp;
use std::path::PathBuf;

/// Checks code and exit code; the next step must contain `step`.
fn check(failure: impl Into<Failure>, code: &str, exit: u8, step: &str) {
    let failure = failure.into();
    assert_eq!(failure.code.as_str(), code, "{failure:?}");
    assert_eq!(failure.kind.exit().number(), exit, "{failure:?}");
    assert!(
        failure.hints.iter().any(|h| h.contains(step)),
        "{failure:?}"
    );
    let lines = failure.causes.iter().chain(&failure.hints);
    for line in lines.chain([&failure.message]) {
        assert!(!line.contains('\n') && !line.is_empty(), "{failure:?}");
    }
}

fn dir() -> PathBuf {
    std::env::temp_dir()
}

fn unknown(shallow: bool) -> GitError {
    let rev = "v1".to_owned();
    GitError::UnknownRevision { rev, shallow }
}

fn failed(stderr: &str) -> GitError {
    GitError::Failed {
        verb: "status --porcelain".to_owned(),
        dir: PathBuf::from("/r"),
        stderr: stderr.to_owned(),
    }
}

fn full() -> io::Error {
    io::ErrorKind::StorageFull.into()
}

#[test]
fn what_git_cannot_do_has_a_command_that_mends_it() {
    let unusable = |found: Option<&str>| GitError::Unusable {
        needed: "2.39",
        found: found.map(str::to_owned),
    };
    check(unusable(None), "RG311", 4, "install git");
    check(unusable(Some("2.20")), "RG311", 4, "install git");
    check(
        GitError::NotARepository { dir: dir() },
        "RG301",
        4,
        "git init",
    );
    let gone = PathBuf::from("/no/such/directory");
    check(GitError::NotARepository { dir: gone }, "RG301", 4, "--repo");
    check(GitError::Bare { dir: dir() }, "RG301", 4, "git clone");
    check(GitError::NoCommits { dir: dir() }, "RG302", 4, "git commit");
    check(unknown(false), "RG303", 4, "git fetch origin");
    check(unknown(true), "RG304", 4, "git fetch --unshallow");
    check(unknown(true), "RG304", 4, "git fetch --deepen=");
    check(failed("fatal: bad\nobject"), "RG311", 4, "git fsck");
    check(
        failed("fatal: No space left on device"),
        "RG310",
        4,
        "df -h",
    );
    check(
        failed("fatal: detected dubious ownership"),
        "RG311",
        4,
        "safe.directory /r",
    );
    let path = dir();
    check(
        GitError::Disk {
            path,
            source: full(),
        },
        "RG310",
        4,
        "df -h",
    );
}

#[test]
fn what_git_refuses_has_a_command_that_clears_the_way() {
    let dirty = Refusal::Dirty {
        dir: dir(),
        paths: (0..12)
            .map(|n| RepoPath::from(format!("f{n}").as_str()))
            .collect(),
    };
    assert_eq!(
        Failure::from(Refusal::Dirty {
            dir: dir(),
            paths: vec![]
        })
        .causes
        .len(),
        0
    );
    check(dirty, "RG305", 3, "git stash");
    let moved = Refusal::Moved {
        name: "refs/heads/a".to_owned(),
        expected: None,
        found: None,
    };
    check(moved, "RG311", 4, "git log");
    let branch = "a".to_owned();
    check(
        Refusal::CheckedOut { branch, dir: dir() },
        "RG305",
        3,
        "switch",
    );
    check(
        Refusal::BadName {
            name: "..".to_owned(),
        },
        "RG316",
        2,
        "check-ref-format",
    );
    let remedy = "git config user.name NAME";
    check(Refusal::NoIdentity { remedy }, "RG311", 4, "git config");
    check(
        Refusal::NothingToCommit { dir: dir() },
        "RG206",
        3,
        "status",
    );
    let unrelated = |shallow| Refusal::Unrelated {
        one: CommitId::from("1a"),
        other: CommitId::from("2b"),
        shallow,
    };
    check(unrelated(true), "RG304", 4, "--unshallow");
    check(unrelated(false), "RG303", 4, "git log");
    check(Refusal::Taken { path: dir() }, "RG310", 4, "mv ");
}

#[test]
fn what_cannot_be_observed_is_nobodys_verdict() {
    check(
        ObserveError::Disk {
            path: dir(),
            source: full(),
        },
        "RG310",
        4,
        "df -h",
    );
    let program = PathBuf::from("cargo");
    check(
        ProcessError::Missing { program },
        "RG115",
        4,
        "install cargo",
    );
    check(
        ProcessError::NoDirectory { dir: dir() },
        "RG310",
        4,
        "ls -ld",
    );
    let (program, source) = (PathBuf::from("cargo"), full());
    check(
        ProcessError::Start { program, source },
        "RG114",
        4,
        "ulimit",
    );
    let stopped = Failure::from(ObserveError::Interrupted);
    assert_eq!(
        (stopped.code, stopped.kind.exit().number()),
        (Code::Interrupted, 130)
    );
    let what = "unit x".to_owned();
    check(
        ObserveError::Unknown { what },
        "RG399",
        70,
        "report these lines",
    );
}

#[test]
fn a_range_without_ends_asks_for_them() {
    check(
        ProveError::NoDefaultBranch,
        "RG303",
        2,
        "redgreen prove BASE..HEAD",
    );
    let conflict = ProveError::Conflict {
        onto: "main".to_owned(),
        paths: vec!["a.py".to_owned()],
    };
    let failure = Failure::from(conflict);
    assert_eq!(failure.causes, ["a.py"]);
    check(failure, "RG313", 3, "git rebase main");
}

#[test]
fn a_configuration_that_cannot_be_read_names_the_line() {
    let error = config::Config::parse("[prove]\nsample = 1\n").unwrap_err();
    let failure = Failure::from(error);
    assert!(
        failure.causes[0].starts_with("line 2, column 1: "),
        "{failure:?}"
    );
    check(failure, "RG312", 2, "redgreen.toml");
}

#[test]
fn a_place_that_nobody_named_can_be_named() {
    let variable = "REDGREEN_CACHE_DIR";
    check(
        PathsError::NoHome { variable },
        "RG310",
        4,
        "export REDGREEN_CACHE_DIR=",
    );
}

#[test]
fn a_journal_that_cannot_be_used_is_never_thrown_away() {
    let run = || RunId::from("r-1");
    let unreadable = JournalError::Unreadable {
        path: dir(),
        aside: dir().join("old"),
        why: "no database".to_owned(),
    };
    check(unreadable, "RG308", 4, "mv ");
    check(
        JournalError::Newer { found: 2, known: 1 },
        "RG309",
        4,
        "redgreen log",
    );
    let conflict = JournalError::Conflict {
        run: run(),
        expected: 1,
        found: 2,
    };
    check(conflict, "RG307", 4, "redgreen status");
    let fenced = JournalError::Fenced {
        run: run(),
        held: 1,
        current: 2,
    };
    check(fenced, "RG307", 4, "redgreen status");
    check(
        JournalError::Tampered { run: run(), seq: 3 },
        "RG308",
        4,
        "redgreen log",
    );
    let locked = JournalError::Locked {
        run: run(),
        pid: 7,
        since: Timestamp(0),
    };
    check(locked, "RG307", 4, "ps -p 7");
    let why = "mode 644 lets others use it".to_owned();
    check(
        JournalError::Key { path: dir(), why },
        "RG310",
        4,
        "chmod 600",
    );
    let source = Box::new(full());
    check(
        JournalError::Disk {
            path: dir(),
            source,
        },
        "RG310",
        4,
        "df -h",
    );
}
