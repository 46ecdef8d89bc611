//! Commits, merges, refs and notes.

use super::{commit, open, texts};
use redgreen_core::id::CommitId;
use redgreen_engine::git::{
    Expected, GitError, Merged, Message, Refusal, RepoPath, Signing, Staged,
};
use redgreen_testkit::Repo;

fn refusal<T: std::fmt::Debug>(result: Result<T, GitError>) -> Refusal {
    match result {
        Err(GitError::Refused(refusal)) => refusal,
        other => panic!("was not refused: {other:?}"),
    }
}

#[test]
fn a_commit_holds_what_was_asked_for_and_its_trailers() {
    let repo = Repo::new();
    let first = commit(&repo, "first");
    repo.write("wanted *", "w")
        .write("wanted x", "not asked for")
        .write("staged", "s");
    repo.git(["add", "staged"]);
    let git = open(&repo);
    let message = Message::new("feat: add\n\n# not a comment\n")
        .trailer("Redgreen-Run", "r-1")
        .trailer("Redgreen-Phase", "red\nForged: yes");
    let paths = [RepoPath::from("wanted *")];
    let made = git.commit(repo.path(), Staged::Paths(&paths), &message, Signing::Off);
    let made = made.expect("committed");
    assert_eq!(git.head().expect("head").commit, made);
    let trees = [&first, &made].map(|commit| git.tree_of(commit).expect("a tree"));
    let changed = git.changed(&trees[0], &trees[1]).expect("compared");
    let changed: Vec<_> = changed.into_iter().map(|change| change.path).collect();
    assert_eq!(texts(&changed), ["wanted *"]);
    let trailers = git.trailers(&made).expect("read");
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let expected = [
        pair("Redgreen-Run", "r-1"),
        pair("Redgreen-Phase", "red Forged: yes"),
    ];
    assert_eq!(trailers, expected);
    assert!(
        git.message(&made)
            .expect("read")
            .contains("# not a comment")
    );
    assert_eq!(git.trailers(&first).expect("read"), []);
    git.commit(
        repo.path(),
        Staged::All,
        &Message::new("rest"),
        Signing::Off,
    )
    .expect("committed");
    assert!(git.status(repo.path()).expect("status").is_clean());
}

#[test]
fn nothing_to_commit_is_refused() {
    let repo = Repo::new();
    repo.commit("first");
    let git = open(&repo);
    let done = git.commit(repo.path(), Staged::All, &Message::new("x"), Signing::Off);
    let dir = repo.path().to_owned();
    assert_eq!(refusal(done), Refusal::NothingToCommit { dir });
}

#[test]
fn without_an_identity_nothing_is_committed_and_the_command_is_named() {
    let repo = Repo::new();
    let first = commit(&repo, "first");
    repo.config("user.name", "")
        .config("user.email", "")
        .write("a", "a");
    let git = open(&repo);
    let done = git.commit(repo.path(), Staged::All, &Message::new("x"), Signing::Off);
    let refused = refusal(done);
    assert!(matches!(refused, Refusal::NoIdentity { .. }), "{refused}");
    assert!(
        refused
            .to_string()
            .contains("git config --global user.name")
    );
    assert_eq!(git.head().expect("head").commit, first);
}

#[test]
fn branches_merge_without_a_working_tree_or_conflict_by_path() {
    let repo = Repo::new();
    repo.write("a", "1\n2\n3\n")
        .write("b b", "b\n")
        .commit("base");
    repo.branch("topic").write("a", "1\n2\nthree\n");
    let topic = commit(&repo, "topic");
    repo.checkout("main").write("b b", "B\n");
    let clean = commit(&repo, "clean");
    repo.write("a", "1\n2\nDREI\n");
    let clash = commit(&repo, "clash");
    let git = open(&repo);
    let Merged::Clean(tree) = git.merge_tree(&clean, &topic).expect("merged") else {
        panic!("a clean merge had conflicts");
    };
    let parents = [clean.clone(), topic.clone()];
    let made = git
        .commit_tree(&tree, &parents, &Message::new("merge"))
        .expect("committed");
    assert_eq!(git.tree_of(&made).expect("a tree"), tree);
    assert_eq!(
        git.merges(&clean, &made).expect("listed"),
        std::slice::from_ref(&made)
    );
    match git.merge_tree(&clash, &topic).expect("tried") {
        Merged::Conflicts(paths) => assert_eq!(texts(&paths), ["a"]),
        Merged::Clean(tree) => panic!("a conflict was merged into {tree}"),
    }
}

#[test]
fn a_ref_moves_only_from_where_it_was_expected() {
    let repo = Repo::new();
    let first = commit(&repo, "first");
    let second = commit(&repo, "second");
    let git = open(&repo);
    let name = "refs/redgreen/x";
    git.update_ref(name, &first, &Expected::Absent)
        .expect("made");
    let again = refusal(git.update_ref(name, &second, &Expected::Absent));
    let moved = |expected: Option<&CommitId>| Refusal::Moved {
        name: name.to_owned(),
        expected: expected.cloned(),
        found: Some(first.clone()),
    };
    assert_eq!(again, moved(None));
    let wrong = git.update_ref(name, &second, &Expected::At(second.clone()));
    assert_eq!(refusal(wrong), moved(Some(&second)));
    git.update_ref(name, &second, &Expected::At(first))
        .expect("moved");
    assert_eq!(git.ref_target(name).expect("asked"), Some(second.clone()));
    let bad = refusal(git.create_branch("a..b", &second));
    assert!(matches!(bad, Refusal::BadName { .. }), "{bad}");
}

#[test]
fn a_deleted_branch_can_be_brought_back() {
    let repo = Repo::new();
    let first = commit(&repo, "first");
    repo.branch("feat/a");
    let work = commit(&repo, "unmerged work");
    let git = open(&repo);
    let here = refusal(git.delete_branch("feat/a", &work));
    assert!(matches!(here, Refusal::CheckedOut { .. }), "{here}");
    repo.checkout("main");
    let stale = refusal(git.delete_branch("feat/a", &first));
    assert!(matches!(stale, Refusal::Moved { .. }), "{stale}");
    let kept = git.delete_branch("feat/a", &work).expect("deleted");
    assert_eq!(git.ref_target("refs/heads/feat/a").expect("asked"), None);
    assert_eq!(kept.reference, "refs/redgreen/trash/feat/a");
    assert_eq!(
        git.ref_target(&kept.reference).expect("asked"),
        Some(work.clone())
    );
    assert_eq!(kept.undo, format!("git branch feat/a {work}"));
    let other = git.keep(&first, "feat/a").expect("kept");
    assert_eq!(other.reference, "refs/redgreen/trash/feat/a-2");
    assert_eq!(git.keep(&work, "feat/a").expect("kept"), kept);
}

#[test]
fn notes_are_read_back_and_replaced() {
    let repo = Repo::new();
    let first = commit(&repo, "first");
    let git = open(&repo);
    assert_eq!(git.note(&first).expect("asked"), None);
    git.add_note(&first, "{\"verdict\":\"proven\"}")
        .expect("noted");
    git.add_note(&first, "two\n\nlines").expect("noted");
    assert_eq!(
        git.note(&first).expect("asked").as_deref(),
        Some("two\n\nlines")
    );
    assert_eq!(
        repo.git(["notes", "list"]),
        "",
        "the user's own notes were written"
    );
}
