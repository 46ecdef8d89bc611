//! A repository that wants to run its own programs.

use super::{commit, open, tree};
use redgreen_engine::git::{Held, Message, Place, Signing, Staged};
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

const SETTINGS: [&str; 16] = [
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
const HOOKS: [&str; 6] = [
    "pre-commit",
    "commit-msg",
    "post-commit",
    "post-checkout",
    "post-index-change",
    "reference-transaction",
];
const ATTRIBUTES: &str = "*.txt filter=evil diff=evil merge=evil\nb.txt filter=evil=odd.name\n";

/// Sets a trap everywhere, and returns the traces that they would leave.
fn set_traps(repo: &Repo) -> Vec<PathBuf> {
    let dir = repo.outside().join("traps");
    fs::create_dir(&dir).expect("made");
    let mut traces = Vec::new();
    for (number, setting) in SETTINGS.iter().enumerate() {
        let (program, trace) = trap(&dir, &format!("setting-{number}"));
        repo.config(setting, &program);
        traces.push(trace);
    }
    for hook in HOOKS {
        let (program, trace) = trap(&dir, hook);
        fs::copy(program, repo.path().join(".git/hooks").join(hook)).expect("installed");
        traces.push(trace);
    }
    repo.config("commit.gpgSign", "true");
    repo.config("filter.evil.required", "true");
    repo.config("log.showSignature", "true");
    repo.write(".git/info/attributes", ATTRIBUTES);
    repo.write(".gitattributes", ATTRIBUTES);
    repo.write("a.txt", "2\n").write("new.txt", "n\n");
    traces
}

fn without_trace(traces: &[PathBuf]) {
    let ran: Vec<_> = traces.iter().filter(|trace| trace.exists()).collect();
    assert_eq!(ran, Vec::<&PathBuf>::new());
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
    let traces = set_traps(&repo);
    without_trace(&traces);

    let git = open(&repo);
    git.status(repo.path()).expect("status");
    let two = git.tree_of_worktree(repo.path()).expect("written");
    let changed = git.changed(&one, &two).expect("compared");
    let mut edits = changed.iter().filter(|c| c.path.text() == "a.txt");
    let edit = edits.next().expect("changed");
    let side = |held: &Option<Held>| held.clone().expect("on both sides").blob;
    git.hunks(&side(&edit.old), &side(&edit.new))
        .expect("compared");
    let message = Message::new("x").trailer("X", "y");
    let all = git.commit(repo.path(), Staged::All, &message, Signing::Off);
    let all = all.expect("committed");
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
    without_trace(&traces);

    repo.git(["config", "--unset", "filter.evil.process"]);
    repo.write("a.txt", "3\n");
    repo.git(["-c", "core.fsmonitor=false", "add", "a.txt"]);
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
