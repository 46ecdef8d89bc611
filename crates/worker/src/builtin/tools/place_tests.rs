//! Tries to leave the worktree.

use super::*;
use std::os::unix::fs::{PermissionsExt as _, symlink};

struct Yard {
    dir: tempfile::TempDir,
}

impl Yard {
    fn new() -> (Self, Place) {
        let dir = tempfile::tempdir().expect("a directory");
        let tree = dir.path().join("tree");
        std::fs::create_dir_all(tree.join("src")).expect("a directory");
        std::fs::create_dir_all(tree.join(".git")).expect("a directory");
        std::fs::write(tree.join("src/a"), "a").expect("a file");
        std::fs::write(dir.path().join("secret"), "secret").expect("a file");
        let place = Place::new(&tree).expect("a place");
        (Self { dir }, place)
    }

    fn tree(&self, path: &str) -> PathBuf {
        self.dir.path().join("tree").join(path)
    }
}

fn read(place: &Place, path: &str) -> Result<String, String> {
    match place.read(path) {
        Ok(Found::File(bytes)) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Ok(Found::Directory(_)) => Ok("directory".to_owned()),
        Err(refused) => Err(refused.to_string()),
    }
}

#[test]
fn a_path_is_read_in_every_spelling_that_stays_inside() {
    let (yard, place) = Yard::new();
    let whole = yard.tree("src/a").to_string_lossy().into_owned();
    for path in ["src/a", "./src/a", "src/../src/a", "src//a", whole.as_str()] {
        assert_eq!(read(&place, path), Ok("a".to_owned()), "{path}");
    }
    assert_eq!(read(&place, ""), Ok("directory".to_owned()));
    assert_eq!(read(&place, "src/"), Ok("directory".to_owned()));
}

#[test]
fn a_path_that_leaves_is_refused() {
    let (_yard, place) = Yard::new();
    for path in ["../secret", "/etc/passwd", "src/../../secret", "a\0b", "/"] {
        let said = read(&place, path).expect_err(path);
        assert!(said.contains("outside of the worktree"), "{path}: {said}");
    }
    for path in [
        ".git",
        ".git/config",
        "src/.GIT/x",
        ".git./x",
        ".g\u{200c}it/x",
        "git~1",
        ".git::$X",
    ] {
        let said = read(&place, path).expect_err(path);
        assert!(said.contains("belongs to git"), "{path}: {said}");
    }
}

#[test]
fn a_link_is_read_inside_and_never_written_through() {
    let (yard, place) = Yard::new();
    symlink("src/a", yard.tree("in")).expect("a link");
    symlink("../secret", yard.tree("out")).expect("a link");
    symlink("..", yard.tree("up")).expect("a link");
    symlink("src", yard.tree("same")).expect("a link");
    symlink(".git", yard.tree("store")).expect("a link");
    assert_eq!(read(&place, "in"), Ok("a".to_owned()));
    assert_eq!(read(&place, "same/a"), Ok("a".to_owned()));
    for path in ["out", "up/secret", "store", "store/config"] {
        assert!(read(&place, path).is_err(), "{path}");
    }
    for path in [
        "in",
        "out",
        "up/secret",
        "up/new",
        "same/a",
        "same/new",
        "store/config",
    ] {
        assert!(place.write(path, b"x").is_err(), "{path}");
        assert!(place.remove(path).is_err(), "{path}");
    }
    let secret = std::fs::read_to_string(yard.dir.path().join("secret")).expect("is there");
    assert_eq!(secret, "secret");
    assert_eq!(read(&place, "src/a"), Ok("a".to_owned()));
    assert!(!yard.dir.path().join("new").exists());
}

#[test]
fn what_is_no_file_is_neither_read_nor_written() {
    let (yard, place) = Yard::new();
    let pipe = yard.tree("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(
        made.is_ok_and(|status| status.success()),
        "mkfifo of coreutils"
    );
    assert!(read(&place, "pipe").expect_err("a pipe").contains("pipe"));
    assert!(place.write("pipe", b"x").is_err());
    assert!(place.write("src", b"x").is_err());
    assert!(place.held("src").is_err());
}

#[test]
fn a_write_keeps_the_mode_makes_directories_and_leaves_no_draft() {
    let (yard, place) = Yard::new();
    let path = yard.tree("src/a");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o751)).expect("a mode");
    place.write("src/a", b"b").expect("is written");
    let mode = path.metadata().expect("is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o751);
    place.write("x/y/z", b"new").expect("is written");
    assert_eq!(read(&place, "x/y/z"), Ok("new".to_owned()));
    assert_eq!(place.held("x/y/none").expect("may be asked"), None);
    assert_eq!(place.held("no/such").expect("may be asked"), None);
    let names = std::fs::read_dir(yard.tree("src")).expect("is there");
    assert_eq!(names.count(), 1);
}

#[test]
fn another_name_of_an_outside_file_is_cut_off_and_not_written_through() {
    let (yard, place) = Yard::new();
    let secret = yard.dir.path().join("secret");
    std::fs::hard_link(&secret, yard.tree("twin")).expect("a hard link");
    place.write("twin", b"x").expect("is written");
    assert_eq!(std::fs::read(secret).expect("is there"), b"secret");
}
