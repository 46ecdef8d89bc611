//! Holds detection against trees that are maps.

use super::*;

struct Tree(Vec<String>, BTreeMap<String, String>);

impl Files for Tree {
    fn paths(&self) -> &[String] {
        &self.0
    }
    fn text(&self, path: &str) -> Option<String> {
        self.1.get(path).cloned()
    }
}

fn tree(files: &[(&str, &str)]) -> Tree {
    let texts: BTreeMap<String, String> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    Tree(texts.keys().cloned().collect(), texts)
}

fn shown(files: &[(&str, &str)]) -> Vec<String> {
    let mut lines = Vec::new();
    for unit in units(&tree(files)) {
        lines.push(unit.id.to_string());
        for package in &unit.packages {
            for target in &package.targets {
                let (name, kind, path) = (&target.name, &target.kind, &target.path);
                lines.push(format!("  {} {kind} {name} {path}", package.name));
            }
        }
    }
    lines
}

const PACKAGE: &str = "[package]\nname = \"my-pkg\"\n";

#[test]
fn targets_are_found_where_cargo_finds_them() {
    let files = [
        ("Cargo.toml", PACKAGE),
        ("Cargo.lock", ""),
        ("src/lib.rs", ""),
        ("src/main.rs", ""),
        ("src/bin/one.rs", ""),
        ("src/bin/two/main.rs", ""),
        ("src/bin/two/part.rs", ""),
        ("tests/a.rs", ""),
        ("tests/it/main.rs", ""),
        ("tests/it/part.rs", ""),
        ("tests/common/mod.rs", ""),
        ("tests/data.txt", ""),
    ];
    assert_eq!(
        shown(&files),
        [
            ".:cargo",
            "  my-pkg lib my_pkg src/lib.rs",
            "  my-pkg bin my-pkg src/main.rs",
            "  my-pkg bin one src/bin/one.rs",
            "  my-pkg bin two src/bin/two/main.rs",
            "  my-pkg test a tests/a.rs",
            "  my-pkg test it tests/it/main.rs",
        ]
    );
    let unit = &units(&tree(&files))[0];
    assert_eq!(unit.own_names, ["my_pkg"]);
    assert_eq!(unit.locks, ["Cargo.lock", "Cargo.toml"]);
    let fetch = "cargo fetch --locked --manifest-path $TREE/Cargo.toml";
    assert_eq!(unit.install[0].join(" "), fetch);
}

#[test]
fn explicit_targets_win_over_found_ones() {
    let manifest = "[package]\nname = \"p\"\nautotests = false\n[lib]\nname = \"other\"\npath = \"lib.rs\"\n\
        [[test]]\nname = \"suite\"\npath = \"tests/tests.rs\"\n[[test]]\nname = \"own\"\nharness = false\n\
        [[bin]]\nname = \"tool\"\npath = \"src/main.rs\"\nrequired-features = [\"cli\"]\n";
    let files = [
        ("Cargo.toml", manifest),
        ("lib.rs", ""),
        ("src/main.rs", ""),
        ("tests/own.rs", ""),
        ("tests/part.rs", ""),
        ("tests/tests.rs", "mod part;"),
    ];
    assert_eq!(
        shown(&files),
        [
            ".:cargo",
            "  p lib other lib.rs",
            "  p bin tool src/main.rs",
            "  p test own tests/own.rs",
            "  p test suite tests/tests.rs",
        ]
    );
    let targets = units(&tree(&files))[0].packages[0].targets.clone();
    assert_eq!(targets[1].left_out.as_deref(), Some("needs features: cli"));
    assert!(targets[2].own_harness);
    assert_eq!(targets[3].modules, ["part"]);
}

#[test]
fn a_workspace_is_one_unit_with_globs_excludes_and_path_dependencies() {
    let root = "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/old\", \"lab\"]\n";
    let user = "[package]\nname = \"user\"\n[dependencies]\nnear = { path = \"../../near\" }\n";
    let files = [
        ("Cargo.toml", root),
        ("crates/old/Cargo.toml", "[package]\nname = \"old\""),
        ("crates/old/src/lib.rs", ""),
        ("crates/user/Cargo.toml", user),
        ("crates/user/src/lib.rs", ""),
        (
            "crates/user/tests/fixtures/x/Cargo.toml",
            "[package]\nname = \"x\"",
        ),
        ("crates/user/tests/fixtures/x/src/lib.rs", ""),
        ("near/Cargo.toml", "[package]\nname = \"near\""),
        ("near/src/lib.rs", ""),
        ("stray/Cargo.toml", "[package]\nname = \"stray\""),
        ("stray/src/lib.rs", ""),
        ("vendor/v/Cargo.toml", "[package]\nname = \"v\""),
        ("lab/Cargo.toml", "[workspace]\n[package]\nname = \"lab\""),
        ("lab/src/main.rs", ""),
    ];
    assert_eq!(
        shown(&files),
        [
            ".:cargo",
            "  user lib user crates/user/src/lib.rs",
            "  near lib near near/src/lib.rs",
            "crates/old:cargo",
            "  old lib old crates/old/src/lib.rs",
            "lab:cargo",
            "  lab bin lab lab/src/main.rs",
        ]
        .map(str::to_owned)
        .to_vec()
    );
}

#[test]
fn packages_without_a_workspace_are_units_each() {
    let files = [
        ("a/Cargo.toml", "[package]\nname = \"a\""),
        ("a/src/lib.rs", ""),
        ("a/examples/demo/Cargo.toml", "[package]\nname = \"demo\""),
        ("b/Cargo.toml", "[package]\nname = \"b\""),
        ("b/src/main.rs", ""),
        (
            "b/fuzz/Cargo.toml",
            "[package]\nname = \"f\"\n[package.metadata]\ncargo-fuzz = true",
        ),
        ("broken/Cargo.toml", "[package"),
    ];
    let lines = shown(&files);
    assert_eq!(
        lines,
        [
            "a:cargo",
            "  a lib a a/src/lib.rs",
            "b:cargo",
            "  b bin b b/src/main.rs"
        ]
    );
}

#[test]
fn member_patterns_match_like_those_of_cargo() {
    assert!(matches_glob("crates/*", "crates/a"));
    assert!(!matches_glob("crates/*", "crates/a/b"));
    assert!(matches_glob("crates/**", "crates/a/b"));
    assert!(matches_glob("lib-?", "lib-x"));
    assert!(!matches_glob("crates/a", "crates/ab"));
}

#[test]
fn a_package_needs_what_it_names_by_path_or_by_the_workspace() {
    let root = "[workspace]\nmembers = [\"*\"]\n[workspace.dependencies]\na = { path = \"a\" }\n\
                serde = \"1\"\n";
    let b = "[package]\nname = \"b\"\n[dependencies]\na.workspace = true\nserde.workspace = true\n\
             [dev-dependencies]\nc = { path = \"../c\" }\n";
    let files = [
        ("Cargo.toml", root),
        ("a/Cargo.toml", "[package]\nname = \"a\""),
        ("a/src/lib.rs", ""),
        ("b/Cargo.toml", b),
        ("b/src/lib.rs", ""),
        ("c/Cargo.toml", "[package]\nname = \"c\""),
        ("c/src/lib.rs", ""),
    ];
    let units = units(&tree(&files));
    let needs = |name: &str| {
        let mut packages = units.iter().flat_map(|unit| &unit.packages);
        let mut needs = packages
            .find(|package| package.name == name)
            .map(|package| package.needs.clone())
            .expect("it is a member");
        needs.sort();
        needs
    };
    assert_eq!(needs("b"), ["a", "c"]);
    assert_eq!(needs("a"), [""; 0]);
}
