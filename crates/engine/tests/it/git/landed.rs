//! Branches that landed as they are, squashed, rebased, or not at all.

use super::open;
use redgreen_core::id::CommitId;
use redgreen_engine::git::{Git, Way};
use redgreen_testkit::Repo;

/// `main` with one commit, and `topic` with two more that edit one file and add another.
fn branched() -> (Repo, Git) {
    let repo = Repo::new();
    repo.write(
        "a.txt",
        "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n",
    );
    repo.commit("base");
    repo.branch("topic");
    repo.write(
        "a.txt",
        "one\nTWO\nthree\nfour\nfive\nsix\nseven\neight\nnine\n",
    );
    repo.commit("first");
    repo.write("b.txt", "new\n").commit("second");
    let git = open(&repo);
    (repo, git)
}

fn at(repo: &Repo, name: &str) -> CommitId {
    CommitId::new(repo.rev(name))
}

fn way(repo: &Repo, git: &Git) -> Option<(Way, CommitId)> {
    let (tip, target) = (at(repo, "topic"), at(repo, "main"));
    let landing = git.landing(&tip, &target).expect("asked");
    landing.map(|landing| (landing.way, landing.commit))
}

/// Something that happens on `main` meanwhile, far from the branch's lines.
fn move_main(repo: &Repo) {
    repo.git(["switch", "-q", "main"]);
    repo.write(
        "a.txt",
        "zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n",
    );
    repo.commit("meanwhile");
}

#[test]
fn a_branch_that_is_nowhere_else_has_not_landed() {
    let (repo, git) = branched();
    assert_eq!(way(&repo, &git), None);
    move_main(&repo);
    assert_eq!(way(&repo, &git), None);
}

#[test]
fn a_merged_branch_is_an_ancestor() {
    let (repo, git) = branched();
    move_main(&repo);
    repo.git(["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
    let tip = at(&repo, "topic");
    assert_eq!(way(&repo, &git), Some((Way::Ancestor, tip)));
}

#[test]
fn a_squashed_branch_is_found_although_the_target_moved_before_and_after() {
    let (repo, git) = branched();
    move_main(&repo);
    repo.git(["merge", "-q", "--squash", "topic"]);
    repo.commit("squashed (#7)");
    let squash = at(&repo, "main");
    repo.write("c.txt", "later\n").commit("later");
    assert_eq!(way(&repo, &git), Some((Way::Squashed, squash)));
}

#[test]
fn a_rebased_branch_is_found_commit_by_commit() {
    let (repo, git) = branched();
    move_main(&repo);
    repo.git(["cherry-pick", "topic~1", "topic"]);
    let last = at(&repo, "main");
    assert_eq!(way(&repo, &git), Some((Way::Rebased, last)));
}

#[test]
fn a_squash_that_leaves_something_out_or_changes_white_space_is_another_change() {
    let (repo, git) = branched();
    repo.git(["switch", "-q", "main"]);
    repo.git(["cherry-pick", "topic~1"]);
    assert_eq!(way(&repo, &git), None);
    repo.git(["reset", "-q", "--hard", "HEAD~1"]);
    repo.git(["merge", "-q", "--squash", "topic"]);
    repo.write("b.txt", "new \n").commit("squashed, almost");
    assert_eq!(way(&repo, &git), None);
}
