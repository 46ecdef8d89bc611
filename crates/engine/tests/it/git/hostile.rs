//! A repository that wants to run its own programs.

use super::{commit, open, tree};
use redgreen_engine::git::{Message, Place, Signing, Staged};
use redgreen_testkit::Repo;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Writes a program that leaves a trace.
fn trap(dir: &Path, name: &str) -> (String, PathBuf) {
    let trace = dir.join(format!("{name}.ran"));
    let program = dir.join(name);
    let script = format!("#!/bin/sh\ntouch '{}'\ncat\n", trace.display());
    fs::write(&program, script).expect("written");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("executable");
    (program.display().to_string(), trace)
}

#[test]
fn nothing_that_a_repository_configures_is_run() {
    let repo = Repo::new();
    repo.write("a.txt", "1\n").write("b.txt", "1\n");
    let first = commit(&repo, "first");
    let one = tree(&repo, "one");
    repo.branch("other").write("a.txt", "other\n");
    let other = commit(&repo, "other");
    repo.checkout("main");
    let dir = repo.outside().join("traps");
    fs::create_dir(&dir).expect("made");
    let mut traces = Vec::new();
    let settings = [
        "core.fsmonitor",
        "filter.evil=odd.name.clean",
        "filter.evil=odd.name.smudge",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.command",
        "diff.evil.textconv",
        "diff.external",
        "merge.evil.driver",
        "core.pager",
        "core.editor",
        "gpg.program",
        "core.sshCommand",
        "core.askPass",
        "trailer.x.command",
    ];
    for (number, setting) in settings.iter().enumerate() {
        let (program, trace) = trap(&dir, &format!("setting-{number}"));
        repo.config(setting, &program);
        traces.push(trace);
    }
    for hook in [
        "pre-commit",
        "commit-msg",
        "post-commit",
        "post-checkout",
        "post-index-change",
    ] {
        let (program, trace) = trap(&dir, hook);
        fs::copy(program, repo.path().join(".git/hooks").join(hook)).expect("installed");
        traces.push(trace);
    }
    repo.config("commit.gpgSign", "true")
        .config("filter.evil.required", "true");
    repo.config("log.showSignature", "true");
    let attributes = "*.txt filter=evil diff=evil merge=evil\nb.txt filter=evil=odd.name\n";
    let attributes_file = repo.path().join(".git/info/attributes");
    fs::create_dir_all(attributes_file.parent().expect("a parent")).expect("made");
    fs::write(attributes_file, attributes).expect("written");
    repo.write(".gitattributes", attributes)
        .write("a.txt", "2\n")
        .write("new.txt", "n\n");
    traces.retain(|trace| !trace.exists());
    let count = traces.len();

    let git = open(&repo);
    git.status(repo.path()).expect("status");
    let two = git.tree_of_worktree(repo.path()).expect("written");
    let changed = git.changed(&one, &two).expect("compared");
    let edit = changed
        .iter()
        .find(|c| c.path.text() == "a.txt")
        .expect("changed");
    let (old, new) = (
        edit.old.clone().expect("old"),
        edit.new.clone().expect("new"),
    );
    git.hunks(&old.blob, &new.blob).expect("compared");
    let message = Message::new("x").trailer("X", "y");
    let all = git
        .commit(repo.path(), Staged::All, &message, Signing::Off)
        .expect("committed");
    git.trailers(&all).expect("read");
    git.message(&all).expect("read");
    git.merge_tree(&all, &other).expect("merged");
    git.add_note(&all, "note").expect("noted");
    let wt = repo.outside().join("wt");
    git.add_worktree(&wt, "topic", &first).expect("added");
    git.remove_worktree(&wt).expect("removed");
    let place = Place {
        dir: &repo.outside().join("proof"),
        index: &repo.outside().join("proof.index"),
        keep: &[],
    };
    for tree in [&one, &two, &one] {
        git.checkout_tree(tree, &place).expect("checked out");
    }
    let ran: Vec<_> = traces.iter().filter(|trace| trace.exists()).collect();
    assert_eq!(ran, Vec::<&PathBuf>::new());
    assert_eq!(
        count,
        settings.len() + 5,
        "a trap went off while it was set"
    );
    repo.git(["config", "--unset", "filter.evil.process"]);
    repo.write("a.txt", "3\n")
        .git(["-c", "core.fsmonitor=false", "add", "a.txt"]);
    let works = traces.iter().any(|trace| trace.exists());
    assert!(works, "the traps do not work");
}

#[test]
fn replaced_objects_are_not_believed() {
    let repo = Repo::new();
    repo.write("a", "honest");
    let honest = tree(&repo, "one");
    repo.write("a", "forged");
    let forged = tree(&repo, "two");
    repo.git(["replace", honest.as_str(), forged.as_str()]);
    let git = open(&repo);
    let blob = git.list_tree(&honest).expect("listed").remove(0).held.blob;
    assert_eq!(git.blob(&blob).expect("read"), b"honest");
    assert_eq!(git.changed(&honest, &forged).expect("compared").len(), 1);
}
