//! Worktrees and their status.

use super::{commit, open, texts};
use redgreen_engine::git::{Git, GitError, Refusal};
use redgreen_testkit::Repo;

#[test]
fn a_worktree_is_added_listed_and_removed() {
    let repo = Repo::new();
    let first = commit(&repo, "first");
    let git = open(&repo);
    let path = repo.outside().join("work tree\nof a ticket");
    git.add_worktree(&path, "rg/t-1", &first).expect("added");
    let listed = git.worktrees().expect("listed");
    let seen: Vec<_> = listed
        .iter()
        .map(|w| (w.path.clone(), w.branch.as_deref()))
        .collect();
    let main = (repo.path().to_owned(), Some("main"));
    assert_eq!(seen, [main, (path.clone(), Some("rg/t-1"))]);
    assert_eq!(listed[1].head.as_ref(), Some(&first));
    let inside = Git::open(&path).expect("opened");
    assert_eq!(inside.top(), path);
    assert_eq!(inside.digest(), git.digest());
    git.remove_worktree(&path).expect("removed");
    assert!(!path.exists());
    assert_eq!(git.worktrees().expect("listed").len(), 1);
    assert!(
        git.ref_target("refs/heads/rg/t-1")
            .expect("asked")
            .is_some()
    );
}

#[test]
fn a_worktree_with_uncommitted_work_stays() {
    let repo = Repo::new();
    repo.write("tracked", "1");
    let first = commit(&repo, "first");
    repo.config("status.showUntrackedFiles", "no");
    let git = open(&repo);
    let path = repo.outside().join("wt");
    git.add_worktree(&path, "topic", &first).expect("added");
    for file in ["new", "tracked"] {
        std::fs::write(path.join(file), "work").expect("written");
        match git.remove_worktree(&path) {
            Err(GitError::Refused(Refusal::Dirty { paths, .. })) => {
                assert_eq!(texts(&paths), [file]);
            }
            other => panic!("gave {other:?}"),
        }
        std::fs::remove_file(path.join(file)).expect("removed");
        repo.git_in(&path, ["checkout", "--", "."]);
    }
    git.remove_worktree(&path).expect("removed");
}

#[test]
fn what_is_in_the_way_stays() {
    let repo = Repo::new();
    let first = commit(&repo, "first");
    let git = open(&repo);
    let path = repo.outside().join("taken");
    std::fs::write(&path, "mine").expect("written");
    let taken = git
        .add_worktree(&path, "topic", &first)
        .expect_err("refused");
    assert!(
        matches!(taken, GitError::Refused(Refusal::Taken { .. })),
        "{taken}"
    );
    assert_eq!(git.ref_target("refs/heads/topic").expect("asked"), None);
    let free = repo.outside().join("free");
    let branch = git
        .add_worktree(&free, "main", &first)
        .expect_err("refused");
    assert!(
        matches!(branch, GitError::Refused(Refusal::Moved { .. })),
        "{branch}"
    );
    assert!(!free.exists());
}

#[test]
fn a_worktree_whose_directory_is_gone_is_pruned() {
    let repo = Repo::new();
    let first = commit(&repo, "first");
    let git = open(&repo);
    let path = repo.outside().join("wt");
    git.add_worktree(&path, "topic", &first).expect("added");
    std::fs::remove_dir_all(&path).expect("removed");
    assert!(git.worktrees().expect("listed")[1].prunable);
    git.prune_worktrees().expect("pruned");
    assert_eq!(git.worktrees().expect("listed").len(), 1);
}

#[test]
fn the_status_tells_changed_from_untracked() {
    let repo = Repo::new();
    repo.write(".gitignore", "*.log\n")
        .write("a b", "1")
        .write("c", "1")
        .write("d", "1");
    repo.commit("first");
    let git = open(&repo);
    assert!(git.status(repo.path()).expect("status").is_clean());
    repo.write("a b", "2").remove("c").git(["mv", "d", "e"]);
    repo.write("new/one", "n")
        .write("new/two", "n")
        .write("x.log", "i");
    let status = git.status(repo.path()).expect("status");
    assert_eq!(texts(&status.changed), ["a b", "c", "d", "e"]);
    assert_eq!(texts(&status.untracked), ["new/one", "new/two"]);
    assert!(status.submodules.is_empty());
}

#[test]
fn a_submodule_on_another_commit_is_named() {
    let repo = Repo::new();
    let first = commit(&repo, "first");
    let link = format!("160000,{first},sub");
    repo.git(["update-index", "--add", "--cacheinfo", &link]);
    repo.git(["commit", "--quiet", "-m", "with a submodule"]);
    std::fs::create_dir(repo.path().join("sub")).expect("made");
    let git = open(&repo);
    assert!(git.status(repo.path()).expect("status").is_clean());
    repo.git(["clone", "--quiet", ".git", "sub"]);
    let status = git.status(repo.path()).expect("status");
    assert_eq!(texts(&status.changed), ["sub"]);
    assert_eq!(texts(&status.submodules), ["sub"]);
}
