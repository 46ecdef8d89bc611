//! What a repository is, and what is none.

use super::{commit, open};
use redgreen_core::id::CommitId;
use redgreen_engine::git::{DefaultBranch, Git, GitError, Head, Refusal};
use redgreen_testkit::Repo;

#[test]
fn each_thing_that_is_no_usable_repository_has_its_own_error() {
    let repo = Repo::new();
    let outside = repo.outside();
    let not = Git::open(outside).expect_err("no repository");
    assert!(matches!(not, GitError::NotARepository { .. }), "{not}");
    let missing = Git::open(&outside.join("missing")).expect_err("no directory");
    assert!(
        matches!(missing, GitError::NotARepository { .. }),
        "{missing}"
    );
    let empty = Git::open(repo.path()).expect_err("no commits");
    assert!(matches!(empty, GitError::NoCommits { .. }), "{empty}");
    repo.git(["init", "--quiet", "--bare", "../bare.git"]);
    let bare = Git::open(&outside.join("bare.git")).expect_err("bare");
    assert!(matches!(bare, GitError::Bare { .. }), "{bare}");
    let inside = Git::open(&repo.path().join(".git")).expect_err("no working tree");
    assert!(
        matches!(inside, GitError::NotARepository { .. }),
        "{inside}"
    );
}

#[test]
fn a_directory_below_the_root_opens_the_whole_repository() {
    let repo = Repo::new();
    repo.write("a dir\nwith a line end/file", "x")
        .commit("first");
    let git = Git::open(&repo.path().join("a dir\nwith a line end")).expect("opened");
    assert_eq!(git.top(), repo.path());
    assert_eq!(git.common_dir(), repo.path().join(".git"));
    assert_eq!(git.digest(), open(&repo).digest());
}

#[test]
fn the_head_is_a_branch_or_detached() {
    let repo = Repo::new();
    let first = commit(&repo, "first");
    let git = open(&repo);
    let on_main = Head {
        branch: Some("main".to_owned()),
        commit: first.clone(),
    };
    assert_eq!(git.head().expect("head"), on_main);
    repo.checkout(first.as_str());
    let detached = Head {
        branch: None,
        commit: first,
    };
    assert_eq!(git.head().expect("head"), detached);
}

#[test]
fn the_default_branch_is_what_origin_says_first() {
    let repo = Repo::new();
    let first = commit(&repo, "first");
    let git = open(&repo);
    let by_name = |name: &str, local: bool, remote: bool| {
        Some(DefaultBranch {
            name: name.to_owned(),
            local: local.then(|| first.clone()),
            remote: remote.then(|| first.clone()),
        })
    };
    assert_eq!(
        git.default_branch().expect("asked"),
        by_name("main", true, false)
    );
    repo.branch("trunk").config("init.defaultBranch", "trunk");
    assert_eq!(
        git.default_branch().expect("asked"),
        by_name("trunk", true, false)
    );
    repo.git(["update-ref", "refs/remotes/origin/next", "HEAD"]);
    repo.git([
        "symbolic-ref",
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/next",
    ]);
    assert_eq!(
        git.default_branch().expect("asked"),
        by_name("next", false, true)
    );
}

#[test]
fn a_repository_with_other_branches_only_has_no_default_branch() {
    let repo = Repo::new();
    repo.commit("first");
    repo.git(["branch", "-m", "main", "topic"]);
    assert_eq!(open(&repo).default_branch().expect("asked"), None);
}

#[test]
fn an_unknown_revision_is_named() {
    let repo = Repo::new();
    repo.commit("first");
    let git = open(&repo);
    for rev in ["nowhere", "", "--all", "-q", "main\0x", "HEAD~1"] {
        match git.resolve(rev) {
            Err(GitError::UnknownRevision {
                rev: named,
                shallow,
            }) => {
                assert_eq!((named.as_str(), shallow), (rev, false));
            }
            other => panic!("{rev:?} gave {other:?}"),
        }
    }
}

#[test]
fn a_shallow_clone_says_that_its_history_is_cut_off() {
    let repo = Repo::new();
    let first = commit(&repo, "first");
    repo.branch("topic").write("a", "1").commit("second");
    let url = format!("file://{}", repo.path().display());
    let clone = repo.outside().join("clone");
    repo.git_in(
        repo.outside(),
        ["clone", "--quiet", "--depth=1", &url, "clone"],
    );
    let git = Git::open(&clone).expect("opened");
    assert!(git.is_shallow().expect("asked"));
    assert!(!open(&repo).is_shallow().expect("asked"));
    let head = git.head().expect("head").commit;
    assert_eq!(git.commits(&head, &head).expect("none"), Vec::new());
    match git.resolve(first.as_str()) {
        Err(GitError::UnknownRevision { shallow, .. }) => assert!(shallow),
        other => panic!("gave {other:?}"),
    }
}

#[test]
fn history_is_read_with_its_merges() {
    let repo = Repo::new();
    let base = commit(&repo, "base");
    repo.branch("topic").write("a", "1");
    let one = commit(&repo, "one");
    repo.checkout("main").write("b", "1");
    let other = commit(&repo, "other");
    let merge = CommitId::new(repo.merge("topic"));
    let git = open(&repo);
    assert_eq!(git.merge_base(&one, &other).expect("found"), base);
    assert!(git.is_ancestor(&one, &merge).expect("asked"));
    assert!(!git.is_ancestor(&one, &other).expect("asked"));
    assert_eq!(
        git.merges(&base, &merge).expect("listed"),
        std::slice::from_ref(&merge)
    );
    assert_eq!(git.commits(&base, &merge).expect("listed").len(), 3);
    repo.git(["checkout", "--quiet", "--orphan", "alone"]);
    let alone = commit(&repo, "alone");
    let unrelated = git
        .merge_base(&alone, &base)
        .expect_err("no common ancestor");
    let refusal = matches!(unrelated, GitError::Refused(Refusal::Unrelated { .. }));
    assert!(refusal, "{unrelated}");
}

#[test]
fn a_repository_with_sha_256_names_is_read_and_written() {
    let repo = Repo::new();
    repo.git(["init", "--quiet", "--object-format=sha256", "../long"]);
    let long = repo.outside().join("long");
    std::fs::write(long.join("file"), "text").expect("written");
    repo.git_in(&long, ["add", "."]);
    let identity = ["-c", "user.name=F", "-c", "user.email=f@example.invalid"];
    repo.git_in(
        &long,
        identity
            .into_iter()
            .chain(["commit", "--quiet", "-m", "first"]),
    );
    let git = Git::open(&long).expect("opened");
    let head = git.head().expect("head").commit;
    assert_eq!(head.as_str().len(), 64);
    let tree = git.tree_of(&head).expect("a tree");
    assert_eq!(git.tree_of_worktree(&long).expect("written"), tree);
    assert_eq!(git.list_tree(&tree).expect("listed").len(), 1);
}
