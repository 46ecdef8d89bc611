//! Asks real git in fixture repositories.

mod annexes;
mod checkout;
mod commits;
mod hostile;
mod landed;
mod objects;
mod opening;
mod worktrees;

use redgreen_core::id::{CommitId, TreeId};
use redgreen_engine::git::{Git, RepoPath};
use redgreen_testkit::Repo;

fn open(repo: &Repo) -> Git {
    Git::open(repo.path()).expect("a repository with a commit")
}

fn commit(repo: &Repo, message: &str) -> CommitId {
    CommitId::new(repo.commit(message))
}

fn tree(repo: &Repo, message: &str) -> TreeId {
    repo.commit(message);
    TreeId::new(repo.rev("HEAD^{tree}"))
}

fn texts(paths: &[RepoPath]) -> Vec<String> {
    paths.iter().map(RepoPath::text).collect()
}
