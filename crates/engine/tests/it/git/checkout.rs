//! One directory, tree after tree.

use super::{open, texts, tree};
use redgreen_core::id::TreeId;
use redgreen_engine::git::{
    Checkout, Edit, Git, Held, Message, Mode, Place, RepoPath, Signing, Staged,
};
use redgreen_testkit::Repo;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

struct Bench {
    repo: Repo,
    git: Git,
    dir: PathBuf,
    index: PathBuf,
}

impl Bench {
    fn new(repo: Repo) -> Self {
        let git = open(&repo);
        let dir = repo.outside().join("proof tree");
        let index = repo.outside().join("proof.index");
        Self {
            repo,
            git,
            dir,
            index,
        }
    }

    fn check_out(&self, tree: &TreeId) -> Checkout {
        let place = Place {
            dir: &self.dir,
            index: &self.index,
            keep: &["target"],
        };
        self.git.checkout_tree(tree, &place).expect("checked out")
    }

    fn put(&self, path: &str, content: &str) {
        let path = self.dir.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, content).expect("written");
    }

    /// Every file with its content, links with their target.
    fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        collect(&self.dir, &self.dir, &mut files);
        files
    }

    fn stamp(&self, path: &str) -> (i64, i64) {
        let found = fs::symlink_metadata(self.dir.join(path)).expect("there");
        (found.mtime(), found.mtime_nsec())
    }
}

fn collect(root: &Path, dir: &Path, files: &mut BTreeMap<String, String>) {
    for item in fs::read_dir(dir)
        .expect("read")
        .map(|item| item.expect("read").path())
    {
        let name = item
            .strip_prefix(root)
            .expect("inside")
            .display()
            .to_string();
        if item.is_symlink() {
            let target = fs::read_link(&item).expect("a link");
            files.insert(name, format!("-> {}", target.display()));
        } else if item.is_dir() {
            collect(root, &item, files);
        } else {
            files.insert(name, fs::read_to_string(&item).expect("text"));
        }
    }
}

fn expected(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
    files.iter().map(owned).collect()
}

#[test]
fn only_what_differs_changes_and_gets_a_later_whole_second() {
    let repo = Repo::new();
    repo.write("same", "s")
        .write("edited", "1111")
        .write("gone/x", "x")
        .link("link", "same");
    let one = tree(&repo, "one");
    repo.write("edited", "2222")
        .remove("gone")
        .remove("link")
        .link("link", "edited");
    let two = tree(&repo, "two");
    let bench = Bench::new(repo);
    let first = bench.check_out(&one);
    assert!(first.fresh);
    assert_eq!(texts(&first.changed), ["edited", "gone/x", "link", "same"]);
    let same = fs::metadata(bench.dir.join("same")).expect("there").ino();
    let mut last = first.stamp;
    for round in 0..6 {
        let (tree, text) = if round % 2 == 0 {
            (&two, "2222")
        } else {
            (&one, "1111")
        };
        let done = bench.check_out(tree);
        assert!(!done.fresh);
        assert_eq!(texts(&done.changed), ["edited", "gone/x", "link"]);
        assert!(done.stamp > last);
        let stamp = i64::try_from(done.stamp).expect("a time");
        assert_eq!(bench.stamp("edited"), (stamp, 0));
        assert_eq!(bench.stamp("link"), (stamp, 0));
        assert_eq!(bench.files()["edited"], text);
        last = done.stamp;
    }
    let first_stamp = i64::try_from(first.stamp).expect("a time");
    assert_eq!(bench.stamp("same"), (first_stamp, 0));
    assert_eq!(
        fs::metadata(bench.dir.join("same")).expect("there").ino(),
        same
    );
    let again = bench.check_out(&one);
    assert_eq!(again.changed, []);
}

#[test]
fn what_a_test_run_left_is_cleaned_but_for_caches() {
    let repo = Repo::new();
    repo.write("src/a", "aaaa")
        .write(".gitignore", "*.log\n")
        .write("dir/b", "b")
        .write("c", "c");
    let one = tree(&repo, "one");
    let bench = Bench::new(repo);
    let first = bench.check_out(&one);
    let before = bench.files();
    bench.put("src/a", "bbbb");
    let written = fs::File::options()
        .write(true)
        .open(bench.dir.join("src/a"))
        .expect("there");
    let stamp = std::time::UNIX_EPOCH + std::time::Duration::from_secs(first.stamp);
    written.set_modified(stamp).expect("stamped");
    bench.put("untracked", "u");
    bench.put("x.log", "ignored");
    bench.put("target/debug/out", "warm");
    bench.put("member/target/out", "warm");
    bench.put("member/other", "cold");
    bench.put(".git/config", "[core]");
    fs::remove_dir_all(bench.dir.join("dir")).expect("removed");
    bench.put("dir", "now a file");
    fs::remove_file(bench.dir.join("c")).expect("removed");
    bench.put("c/d", "now a directory");
    let done = bench.check_out(&one);
    assert_eq!(texts(&done.changed), ["c", "dir/b", "src/a"]);
    assert!(!done.fresh);
    assert!(done.stamp > first.stamp);
    let mut after = before;
    after.insert("target/debug/out".to_owned(), "warm".to_owned());
    after.insert("member/target/out".to_owned(), "warm".to_owned());
    assert_eq!(bench.files(), after);
}

#[test]
fn links_lead_nothing_outside() {
    let repo = Repo::new();
    repo.write("dir/file", "from the tree")
        .write("plain", "p")
        .write("target/tracked", "t");
    let one = tree(&repo, "one");
    let bench = Bench::new(repo);
    let outside = bench.repo.outside().join("precious");
    fs::create_dir(&outside).expect("made");
    fs::write(outside.join("file"), "mine").expect("written");
    bench.check_out(&one);
    for path in ["dir", "target"] {
        fs::remove_dir_all(bench.dir.join(path)).expect("removed");
        std::os::unix::fs::symlink(&outside, bench.dir.join(path)).expect("linked");
    }
    fs::remove_file(bench.dir.join("plain")).expect("removed");
    std::os::unix::fs::symlink(outside.join("file"), bench.dir.join("plain")).expect("linked");
    std::os::unix::fs::symlink(&outside, bench.dir.join("stray")).expect("linked");
    bench.check_out(&one);
    let tree = [
        ("dir/file", "from the tree"),
        ("plain", "p"),
        ("target/tracked", "t"),
    ];
    assert_eq!(bench.files(), expected(&tree));
    assert_eq!(
        fs::read_to_string(outside.join("file")).expect("there"),
        "mine"
    );
    assert_eq!(fs::read_dir(&outside).expect("there").count(), 1);
}

#[test]
fn a_damaged_directory_or_index_is_made_afresh() {
    let repo = Repo::new();
    repo.write("a", "a").write("b/c", "c");
    let one = tree(&repo, "one");
    let bench = Bench::new(repo);
    let mut last = bench.check_out(&one).stamp;
    let whole = bench.files();
    let damage: [&dyn Fn(); 5] = [
        &|| fs::write(&bench.index, "no index").expect("written"),
        &|| fs::remove_file(&bench.index).expect("removed"),
        &|| fs::remove_dir_all(&bench.dir).expect("removed"),
        &|| fs::write(bench.repo.outside().join("proof.index.lock"), "").expect("written"),
        &|| {
            fs::remove_dir_all(&bench.dir).expect("removed");
            fs::write(&bench.dir, "a file").expect("written");
        },
    ];
    for (number, damage) in damage.iter().enumerate() {
        damage();
        let done = bench.check_out(&one);
        assert!(done.fresh, "damage {number}");
        assert_eq!(texts(&done.changed), ["a", "b/c"], "damage {number}");
        assert!(done.stamp > last, "damage {number}");
        assert_eq!(bench.files(), whole, "damage {number}");
        last = done.stamp;
    }
}

#[test]
fn a_locked_directory_is_opened_and_cleaned() {
    let repo = Repo::new();
    repo.write("dir/a", "a");
    let one = tree(&repo, "one");
    let bench = Bench::new(repo);
    bench.check_out(&one);
    bench.put("dir/new/file", "x");
    for dir in ["dir/new", "dir"] {
        let locked = fs::Permissions::from_mode(0o000);
        fs::set_permissions(bench.dir.join(dir), locked).expect("locked");
    }
    bench.check_out(&one);
    assert_eq!(bench.files(), expected(&[("dir/a", "a")]));
}

#[test]
fn submodules_stay_empty_and_are_named() {
    let repo = Repo::new();
    repo.write("a", "a");
    let plain = tree(&repo, "plain");
    let blob = redgreen_engine::git::BlobId::new(repo.rev("HEAD"));
    let bench = Bench::new(repo);
    let link = Edit {
        path: RepoPath::from("sub/module"),
        held: Some(Held {
            mode: Mode::Gitlink,
            blob,
        }),
    };
    let with_link = bench.git.write_tree(&plain, &[link]).expect("written");
    let done = bench.check_out(&with_link);
    assert_eq!(texts(&done.gitlinks), ["sub/module"]);
    assert!(bench.dir.join("sub/module").is_dir());
    bench.put("sub/module/junk", "x");
    bench.check_out(&with_link);
    assert_eq!(bench.files(), expected(&[("a", "a")]));
    let back = bench.check_out(&plain);
    assert_eq!(back.gitlinks, []);
    assert!(!bench.dir.join("sub").exists());
}

#[test]
fn a_submodule_that_names_a_command_stands_in_nobodys_way() {
    let repo = Repo::new();
    let trace = repo.outside().join("ran");
    let modules = format!(
        "[submodule \"evil\"]\n\tpath = evil\n\turl = ./x\n\tupdate = !touch {}\n",
        trace.display()
    );
    repo.write("a", "1").write(".gitmodules", &modules);
    tree(&repo, "first");
    let link = format!("160000,{},evil", repo.rev("HEAD"));
    repo.git(["update-index", "--add", "--cacheinfo", &link]);
    repo.git(["commit", "--quiet", "--message=with a submodule"]);
    let one = open(&repo).tree_of(&redgreen_core::id::CommitId::new(repo.rev("HEAD")));
    let one = one.expect("a tree");
    fs::create_dir(repo.path().join("evil")).expect("made");
    let bench = Bench::new(repo);
    bench.check_out(&one);
    bench.put("a", "2");
    bench.check_out(&one);
    assert_eq!(
        bench.files()["a"],
        "1",
        "what was written since is put back"
    );
    let top = bench.repo.path();
    assert!(bench.git.status(top).expect("status").is_clean());
    bench.repo.write("a", "3");
    let three = bench.git.tree_of_worktree(top).expect("a tree");
    bench.check_out(&three);
    assert_eq!(bench.files()["a"], "3");
    let commit = || {
        let message = Message::new("more");
        bench.git.commit(top, Staged::All, &message, Signing::Off)
    };
    commit().expect("committed");
    let nothing = commit().expect_err("there is nothing");
    assert!(
        nothing.to_string().contains("nothing to commit"),
        "{nothing}"
    );
    assert!(!trace.exists(), "it ran");
}

#[test]
fn line_ends_are_those_of_the_tree() {
    let repo = Repo::new();
    repo.config("core.autocrlf", "false")
        .write("crlf", "a\r\nb\r\n")
        .write("lf", "a\nb\n");
    let one = tree(&repo, "one");
    repo.config("core.autocrlf", "true");
    let bench = Bench::new(repo);
    bench.check_out(&one);
    assert_eq!(
        bench.files(),
        expected(&[("crlf", "a\r\nb\r\n"), ("lf", "a\nb\n")])
    );
}
