//! Objects that are kept apart.

use super::{commit, open};
use redgreen_testkit::Repo;
use std::process::Command;

/// Every object that the repository holds, by name.
fn objects(repo: &Repo) -> String {
    let asked = Command::new("git")
        .args(["cat-file", "--batch-all-objects", "--batch-check"])
        .current_dir(repo.path())
        .output()
        .expect("git runs");
    String::from_utf8(asked.stdout).expect("text")
}

#[test]
fn what_is_written_in_an_annex_is_not_in_the_repository() {
    let repo = Repo::new();
    repo.write("src/shop.py", "def total(): ...\n");
    let first = commit(&repo, "first");
    let git = open(&repo);
    let tree = git.tree_of(&first).expect("a tree");
    let dir = repo.outside().join("apart");
    let annex = git.annex(&dir, &tree).expect("made");
    assert!(dir.join("src/shop.py").is_file());
    std::fs::write(dir.join("hidden.py"), "a secret\n").expect("written");
    let before = objects(&repo);

    let own = annex.tree_of_worktree(&dir).expect("a tree");
    let over = git.with_objects_of(&annex);
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
    // The names of the repository are still its own.
    assert_eq!(over.head().expect("a head").commit, first);
    assert_eq!(over.common_dir(), git.common_dir());
}
