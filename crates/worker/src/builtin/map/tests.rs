//! Draws maps of small repositories.

use super::*;
use proptest::prelude::*;

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    dir
}

const HOUSE: [(&str, &str); 7] = [
    (".gitignore", "build/\n"),
    ("build/made.py", "def made(): pass\n"),
    (
        "house/door.py",
        "class Door:\n    def unlock(self, key):\n        pass\n    def paint(self): pass\n",
    ),
    ("house/window.py", "def clean_window(): pass\n"),
    (
        "house/hall.py",
        "from house.door import Door\n\ndef enter(door: Door):\n    door.unlock(1)\n",
    ),
    (
        "tests/test_hall.py",
        "from house.door import Door\nfrom house.hall import enter\n\ndef test_enter():\n    enter(Door())\n",
    ),
    ("notes.txt", "def nothing\n"),
];

#[test]
fn files_that_others_use_come_first_with_what_they_define() {
    let dir = tree(&HOUSE);
    let map = draw(dir.path(), "", 1000).expect("a map");
    let owed = "house/door.py\n1 class Door\n 2 def unlock(self, key)\n 4 def paint(self)\n\
                house/hall.py\n3 def enter(door: Door)\n\
                house/window.py\n1 def clean_window()\n\
                tests/test_hall.py\n4 def test_enter()\n";
    assert_eq!(map, owed);
}

#[test]
fn what_the_ticket_speaks_of_comes_before_the_rest() {
    let dir = tree(&HOUSE);
    let map = draw(dir.path(), "Windows have to be cleaned twice", 1000).expect("a map");
    assert!(map.starts_with("house/window.py\n"), "{map}");
}

#[test]
fn a_tight_budget_keeps_the_first_files_and_says_how_many_are_left() {
    let dir = tree(&HOUSE);
    let map = draw(dir.path(), "", 40).expect("a map");
    assert_eq!(
        map,
        "house/door.py\n1 class Door\n 2 def unlock(self, key)\n 4 def paint(self)\n[3 more files]\n"
    );
    assert_eq!(draw(dir.path(), "", 0).expect("a map"), "");
    assert_eq!(draw(tree(&[]).path(), "x", 100).expect("a map"), "");
    assert!(draw(Path::new("/not/there"), "", 100).is_err());
}

#[test]
fn a_broken_file_shows_the_parts_that_parse() {
    let dir = tree(&[
        ("a.rs", "fn whole() {}\nfn broken( {\n"),
        ("b.rs", "\u{0}\u{1}"),
    ]);
    let map = draw(dir.path(), "", 100).expect("a map");
    assert!(map.contains("1 fn whole()\n"), "{map}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn a_map_stays_within_its_budget_and_is_always_the_same(
        uses in prop::collection::vec((0_usize..12, 0_usize..12), 0..40),
        tokens in 0_usize..200,
        ticket in "(name[0-9]{1,2} ){0,3}",
    ) {
        let texts: Vec<(String, String)> = (0..12).map(|n| {
            let used = uses.iter().filter(|(by, _)| *by == n);
            let used: String = used.map(|(_, of)| format!("    name{of}_of()\n")).collect();
            (format!("m{n}.py"), format!("def name{n}_of():\n    pass\n{used}"))
        }).collect();
        let files: Vec<(&str, &str)> = texts.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
        let dir = tree(&files);
        let map = draw(dir.path(), &ticket, tokens).expect("a map");
        prop_assert!(map.len() <= tokens * 4, "{}", map.len());
        prop_assert_eq!(&map, &draw(dir.path(), &ticket, tokens).expect("a map"));
    }
}
