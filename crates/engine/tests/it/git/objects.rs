//! Trees, blobs and differences.

use super::{open, texts, tree};
use redgreen_core::change::Status;
use redgreen_engine::git::{BlobId, Edit, Held, Hunk, Mode, RepoPath};
use redgreen_testkit::Repo;
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt as _;
use std::time::{Duration, UNIX_EPOCH};

fn hunk(old_first: u32, old_lines: u32, new_first: u32, new_lines: u32) -> Hunk {
    Hunk {
        old_first,
        old_lines,
        new_first,
        new_lines,
    }
}

#[test]
fn odd_paths_come_through_unchanged() {
    let repo = Repo::new();
    let odd = OsStr::from_bytes(b"no \xff utf-8");
    let empty = tree(&repo, "empty");
    repo.write("a b/c\nd", "1")
        .write(odd, "2")
        .write("\"quoted\"\t", "3");
    repo.write(":(top)magic*", "4");
    let full = tree(&repo, "full");
    let git = open(&repo);
    let listed = git.list_tree(&full).expect("listed");
    let paths: Vec<_> = listed.iter().map(|entry| entry.path.text()).collect();
    assert_eq!(
        paths,
        ["\"quoted\"\t", ":(top)magic*", "a b/c\nd", "no %FF utf-8"]
    );
    assert_eq!(listed[3].path.as_path().as_os_str(), odd);
    let changed = git.changed(&empty, &full).expect("compared");
    let changed: Vec<_> = changed.iter().map(|c| (c.path.text(), c.status)).collect();
    let expected: Vec<_> = paths
        .into_iter()
        .map(|path| (path, Status::Added))
        .collect();
    assert_eq!(changed, expected);
}

#[test]
fn a_change_tells_both_sides() {
    let repo = Repo::new();
    repo.write("kept", "same")
        .write("mode", "m")
        .write("gone", "g")
        .write("kind", "k");
    let old = tree(&repo, "old");
    repo.remove("gone").remove("kind").link("kind", "kept");
    repo.git(["update-index", "--chmod=+x", "mode"]);
    repo.write("moved here", "same")
        .config("core.fileMode", "false");
    let new = tree(&repo, "new");
    let changed = open(&repo).changed(&old, &new).expect("compared");
    let modes = |c: &redgreen_engine::git::Changed| {
        let mode = |held: &Option<Held>| held.as_ref().map(|held| held.mode);
        (c.path.text(), c.status, mode(&c.old), mode(&c.new))
    };
    let seen: Vec<_> = changed.iter().map(modes).collect();
    let (regular, executable) = (Some(Mode::Regular), Some(Mode::Executable));
    assert_eq!(
        seen,
        [
            ("gone".to_owned(), Status::Deleted, regular, None),
            (
                "kind".to_owned(),
                Status::Modified,
                regular,
                Some(Mode::Symlink)
            ),
            ("mode".to_owned(), Status::Modified, regular, executable),
            ("moved here".to_owned(), Status::Added, None, regular),
        ]
    );
}

#[test]
fn blobs_come_back_as_they_were_written() {
    let repo = Repo::new();
    repo.commit("first");
    let git = open(&repo);
    let contents: [&[u8]; 4] = [b"", b"a\r\nb", b"\0\xff\n\n", &[b'x'; 300_000]];
    let ids: Vec<_> = contents
        .iter()
        .map(|c| git.write_blob(c).expect("written"))
        .collect();
    assert_eq!(git.blobs(&ids).expect("read"), contents);
    assert_eq!(git.blob(&ids[1]).expect("read"), contents[1]);
    let missing = BlobId::new("1".repeat(40));
    assert!(git.blobs(&[ids[0].clone(), missing]).is_err());
}

#[test]
fn hunks_are_exact_to_the_line() {
    let repo = Repo::new();
    repo.commit("first");
    let git = open(&repo);
    let check = |old: &str, new: &str, expected: &[Hunk]| {
        let blob = |text: &str| git.write_blob(text.as_bytes()).expect("written");
        let found = git.hunks(&blob(old), &blob(new)).expect("compared");
        assert_eq!(found, expected, "{old:?} to {new:?}");
    };
    check("a\nb\nc\n", "a\nB\nc\n", &[hunk(2, 1, 2, 1)]);
    check("a\nb\nc\n", "a\nb\nc\nd\ne\n", &[hunk(3, 0, 4, 2)]);
    check(
        "a\nb\nc\nd\n",
        "b\nc\n",
        &[hunk(1, 1, 0, 0), hunk(4, 1, 2, 0)],
    );
    check("", "a\nb\n", &[hunk(0, 0, 1, 2)]);
    check("a\nb", "a\nb\n", &[hunk(2, 1, 2, 1)]);
    check("a\r\nb\r\n", "a\nb\r\n", &[hunk(1, 1, 1, 1)]);
    check("a\0b\nc\n", "a\0b\nd\n", &[hunk(2, 1, 2, 1)]);
    check("same\n", "same\n", &[]);
}

#[test]
fn a_huge_file_is_compared_too() {
    let repo = Repo::new();
    repo.commit("first");
    let git = open(&repo);
    let old: String = (0..200_000).map(|line| format!("line {line}\n")).collect();
    let new = old.replace("line 150000\n", "other\n") + &"y".repeat(3_000_000);
    let blob = |text: &str| git.write_blob(text.as_bytes()).expect("written");
    let found = git.hunks(&blob(&old), &blob(&new)).expect("compared");
    assert_eq!(
        found,
        [hunk(150_001, 1, 150_001, 1), hunk(200_000, 0, 200_001, 1)]
    );
}

#[test]
fn a_tree_is_written_from_another_one_and_edits() {
    let repo = Repo::new();
    repo.write("keep", "k")
        .write("drop/a", "a")
        .write("file", "f")
        .write("dir/x", "x");
    let base = tree(&repo, "base");
    let index = std::fs::read(repo.path().join(".git/index")).expect("an index");
    let git = open(&repo);
    let held = |mode| {
        let blob = git.write_blob(b"new").expect("written");
        Some(Held { mode, blob })
    };
    let edit = |path: &[u8], held| Edit {
        path: RepoPath::from_bytes(path),
        held,
    };
    let edits = [
        edit(b"drop/a", None),
        edit(b"not there", None),
        edit(b"file/now a dir", held(Mode::Regular)),
        edit(b"dir", held(Mode::Executable)),
        edit(b"odd \xff", held(Mode::Symlink)),
    ];
    let made = git.write_tree(&base, &edits).expect("written");
    let listed = git.list_tree(&made).expect("listed");
    let seen: Vec<_> = listed
        .iter()
        .map(|e| (e.path.text(), e.held.mode, e.size))
        .collect();
    assert_eq!(
        seen,
        [
            ("dir".to_owned(), Mode::Executable, 3),
            ("file/now a dir".to_owned(), Mode::Regular, 3),
            ("keep".to_owned(), Mode::Regular, 1),
            ("odd %FF".to_owned(), Mode::Symlink, 3),
        ]
    );
    assert_eq!(git.write_tree(&base, &[]).expect("written"), base);
    let after = std::fs::read(repo.path().join(".git/index")).expect("an index");
    assert_eq!(index, after, "the user's index was written");
    assert!(
        git.write_tree(&base, &[edit(b"../out", held(Mode::Regular))])
            .is_err()
    );
    assert!(
        git.write_tree(&base, &[edit(b".git/config", held(Mode::Regular))])
            .is_err()
    );
}

#[test]
fn a_working_tree_becomes_a_tree_without_touching_the_index() {
    let repo = Repo::new();
    repo.write(".gitignore", "ignored\n")
        .write("tracked", "1")
        .write("gone", "g");
    repo.write("staged", "s1");
    repo.commit("first");
    repo.write("staged", "s2").git(["add", "staged"]);
    repo.write("tracked", "2")
        .remove("gone")
        .write("ignored", "i");
    repo.write("new dir/new", "n").write("staged", "s3");
    repo.git(["init", "--quiet", "nested"]);
    repo.write("nested/file", "belongs to another repository");
    let index = std::fs::read(repo.path().join(".git/index")).expect("an index");
    let git = open(&repo);
    let made = git.tree_of_worktree(repo.path()).expect("written");
    let listed = git.list_tree(&made).expect("listed");
    let paths: Vec<_> = listed.iter().map(|entry| entry.path.clone()).collect();
    assert_eq!(
        texts(&paths),
        [".gitignore", "new dir/new", "staged", "tracked"]
    );
    let blobs: Vec<_> = listed.into_iter().map(|entry| entry.held.blob).collect();
    let contents = git.blobs(&blobs[2..]).expect("read");
    assert_eq!(contents, [b"s3".to_vec(), b"2".to_vec()]);
    let after = std::fs::read(repo.path().join(".git/index")).expect("an index");
    assert_eq!(index, after, "the user's index was written");
}

#[test]
fn an_edit_of_the_same_size_in_the_instant_of_the_index_is_seen() {
    let repo = Repo::new();
    repo.config("core.trustctime", "false").write("file", "0");
    let instant = UNIX_EPOCH + Duration::from_secs(1_767_000_000);
    let stamp = |path: &str| {
        let file = File::options().write(true).open(repo.path().join(path));
        file.and_then(|file| file.set_modified(instant))
            .expect("stamped");
    };
    stamp("file");
    repo.commit("first");
    repo.write("file", "1");
    stamp("file");
    stamp(".git/index");
    let git = open(&repo);
    let made = git.tree_of_worktree(repo.path()).expect("written");
    let blob = git.list_tree(&made).expect("listed").remove(0).held.blob;
    assert_eq!(git.blob(&blob).expect("read"), b"1");
}

#[test]
fn objects_are_read_in_any_number_and_as_soon_as_they_are_written() {
    let repo = Repo::new();
    repo.write("a", "1").write("dir/b", "2");
    let held = tree(&repo, "held");
    let git = open(&repo);
    let text = |path: &str| git.text_at(&held, path).expect("asked");
    assert_eq!(text("a").as_deref(), Some("1"));
    assert_eq!(text("dir/b").as_deref(), Some("2"));
    for missing in ["b", "dir", "a\ndir/b", ""] {
        assert_eq!(text(missing), None, "{missing:?}");
    }
    let many: Vec<Vec<u8>> = (0..200).map(|n| vec![b'x'; n * n]).collect();
    let written = many.iter().map(|bytes| git.write_blob(bytes));
    let ids: Vec<BlobId> = written.collect::<Result<_, _>>().expect("written");
    assert_eq!(git.blobs(&ids).expect("read"), many);
    let nobody = BlobId::new("0".repeat(40));
    let failed = git.blobs(&[ids[0].clone(), nobody]).expect_err("missing");
    assert!(failed.to_string().contains("no blob 000"), "{failed}");
    assert_eq!(git.blob(&ids[3]).expect("still there"), many[3]);
    assert!(
        git.blob(&BlobId::new(held.as_str())).is_err(),
        "a tree is no blob"
    );
}
