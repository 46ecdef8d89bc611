//! Objects that are kept apart.

use super::{commit, open};
use redgreen_engine::git::Git;
use redgreen_testkit::Repo;
use std::path::Path;
use std::process::Command;

fn git_says(dir: &Path, args: &[&str]) -> String {
    let asked = Command::new("git").args(args).current_dir(dir).output();
    String::from_utf8_lossy(&asked.expect("git runs").stdout).into_owned()
}

/// Every object that the repository holds, by name.
fn objects(repo: &Repo) -> String {
    git_says(
        repo.path(),
        &["cat-file", "--batch-all-objects", "--batch-check"],
    )
}

#[test]
fn what_is_written_in_an_annex_is_not_in_the_repository() {
    let repo = Repo::new();
    repo.write("src/shop.py", "def total(): ...\n");
    repo.write("later.py", "the change\n");
    commit(&repo, "later");
    repo.remove("later.py");
    let first = commit(&repo, "first");
    let git = open(&repo);
    let tree = git.tree_of(&first).expect("a tree");
    let dir = repo.outside().join("apart");
    let annex = git.annex(&dir, &tree).expect("made");
    assert!(dir.join("src/shop.py").is_file());
    std::fs::write(dir.join("hidden.py"), "a secret\n").expect("written");
    let before = objects(&repo);

    let own = annex.tree_of_worktree(&dir).expect("a tree");
    let over = git.with_objects_of(&annex).expect("a repository");
    let blob = over.write_blob(b"another secret").expect("a blob");

    assert_eq!(objects(&repo), before);
    assert!(
        git.list_tree(&own).is_err(),
        "the repository cannot read it"
    );
    let paths = over.list_tree(&own).expect("listed");
    let paths: Vec<String> = paths.iter().map(|entry| entry.path.text()).collect();
    assert_eq!(paths, ["hidden.py", "src/shop.py"]);
    assert_eq!(over.blob(&blob).expect("read"), b"another secret");
    let known = std::fs::remove_dir_all(repo.path().join(".git"));
    known.expect("removed");
    assert!(annex.list_tree(&tree).is_ok(), "it stands alone");
    let all = git_says(&dir, &["cat-file", "--batch-all-objects", "--batch"]);
    assert!(!all.contains("the change"), "{all}");
}

#[test]
fn a_path_that_git_would_split_is_found() {
    let repo = Repo::new();
    repo.write("shop.py", "total = 1\n");
    let first = commit(&repo, "first");
    let git = open(&repo);
    let tree = git.tree_of(&first).expect("a tree");
    let annex = git
        .annex(&repo.outside().join("apart"), &tree)
        .expect("made");
    let moved = repo.outside().join("a:b \"c\"");
    std::fs::rename(repo.path(), &moved).expect("moved");
    let git = Git::open(&moved).expect("opened");
    let over = git.with_objects_of(&annex).expect("a repository");
    let blob = git.write_blob(b"of the repository").expect("a blob");
    assert_eq!(over.blob(&blob).expect("found"), b"of the repository");
    // The names of the repository are still its own.
    assert_eq!(over.head().expect("a head").commit, first);
    assert_eq!(over.common_dir(), git.common_dir());
}
