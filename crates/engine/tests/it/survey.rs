//! Surveys ranges of fixture repositories, without running any of their tests.

use redgreen_core::evidence::TreeKind;
use redgreen_core::id::{CommitId, TestId, TreeId, UnitId};
use redgreen_engine::config::Config;
use redgreen_engine::git::Git;
use redgreen_engine::survey::{Ends, Survey, survey};
use redgreen_testkit::Repo;

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

/// The survey of everything since the first commit.
fn since_first(repo: &Repo) -> Survey {
    let git = Git::open(repo.path()).expect("a repository with a commit");
    let first = repo.git(["rev-list", "--max-parents=0", "HEAD"]);
    let of = |rev: &str| TreeId::new(repo.rev(&format!("{rev}^{{tree}}")));
    let ends = Ends {
        base: CommitId::new(first.trim()),
        base_tree: of(first.trim()),
        head: Some(CommitId::new(repo.rev("HEAD"))),
        head_tree: of("HEAD"),
    };
    survey(&git, &ends, &Config::default(), None).expect("a readable range")
}

fn crate_with(code: &str, helper: &str) -> String {
    format!(
        "pub fn {code}(n: u32) -> u32 {{ n + 1 }}\n\n#[cfg(test)]\nmod tests {{\n    use \
         super::{code};\n    {helper}\n    #[test]\n    fn one() {{ holds(1); }}\n}}\n"
    )
}

fn rust(helper: &str) -> Survey {
    let repo = Repo::new();
    repo.write("Cargo.toml", MANIFEST)
        .write(
            "src/lib.rs",
            crate_with("next", "fn holds(n: u32) { assert_eq!(next(n), n + 1); }"),
        )
        .commit("base");
    repo.write("src/lib.rs", crate_with("after", helper))
        .commit("head");
    since_first(&repo)
}

#[test]
fn a_helper_that_only_followed_a_rename_is_not_reworked_and_a_gutted_one_is() {
    let followed = rust("fn holds(n: u32) { assert_eq!(after(n), n + 1); }");
    assert!(followed.change.reworked.tests.is_empty());
    let gutted = rust("fn holds(n: u32) { let _ = after(n); }");
    let unit = UnitId::from(".:cargo");
    let test = TestId::new(&unit, "shop$tests::one");
    let reworked = &gutted.change.reworked;
    assert!(reworked.reaches(&test), "{reworked:?}");
}

#[test]
fn a_shared_file_of_helpers_reworks_its_whole_unit() {
    let repo = Repo::new();
    repo.write("conftest.py", "def holds(a):\n    assert a == 1\n")
        .write("test_a.py", "def test_a():\n    pass\n")
        .commit("base");
    repo.write("conftest.py", "def holds(a):\n    pass\n")
        .commit("head");
    let survey = since_first(&repo);
    assert!(
        survey
            .change
            .shared_tests
            .contains(&"conftest.py".to_owned())
    );
    let test = TestId::new(&UnitId::from(".:pytest"), "test_a.py::test_a");
    assert!(survey.change.reworked.reaches(&test));
}

#[test]
fn an_edited_test_with_fewer_assertions_is_loosened() {
    let repo = Repo::new();
    repo.write(
        "test_a.py",
        "def test_a():\n    assert 1 == 1\n    assert 2 == 2\n\n\ndef test_b():\n    assert 1\n",
    )
    .commit("base");
    repo.write(
        "test_a.py",
        "def test_a():\n    assert 1 == 1\n    2 == 2\n\n\ndef test_b():\n    assert 2\n",
    )
    .commit("head");
    let loosened = since_first(&repo).change.loosened;
    let seen: Vec<(&str, usize, usize)> = loosened
        .iter()
        .map(|found| (found.test.name.as_str(), found.was, found.now))
        .collect();
    assert_eq!(seen, [("test_a.py::test_a", 2, 1)]);
}

#[test]
fn code_of_one_project_affects_the_projects_that_load_it() {
    let repo = Repo::new();
    let project = |name: &str, needs: &str| {
        format!("[project]\nname = \"{name}\"\nversion = \"1\"\ndependencies = [{needs}]\n")
    };
    repo.write("a/pyproject.toml", project("a", "'pytest'"))
        .write("a/src/a/__init__.py", "def f():\n    return 1\n")
        .write("a/tests/test_a.py", "def test_a():\n    pass\n")
        .write("b/pyproject.toml", project("b", "'a', 'pytest'"))
        .write("b/src/b/__init__.py", "")
        .write("b/tests/test_b.py", "def test_b():\n    pass\n")
        .write("c/pyproject.toml", project("c", "'pytest'"))
        .write("c/tests/test_c.py", "def test_c():\n    pass\n")
        .commit("base");
    repo.write("a/src/a/__init__.py", "def f():\n    return 2\n")
        .commit("head");
    let units = since_first(&repo).change.units;
    let units: Vec<&str> = units.iter().map(UnitId::as_str).collect();
    assert_eq!(units, ["a:pytest", "b:pytest"]);
}

#[test]
fn examples_in_comments_that_change_with_the_code_are_told() {
    let repo = Repo::new();
    let code = |n: u32| {
        format!("/// ```\n/// assert_eq!(shop::f(), {n});\n/// ```\npub fn f() -> u32 {{ {n} }}\n")
    };
    repo.write("Cargo.toml", MANIFEST)
        .write("src/lib.rs", code(1))
        .commit("base");
    repo.write("src/lib.rs", code(2)).commit("head");
    assert!(since_first(&repo).change.examples);
}

#[test]
fn production_code_that_asks_whether_it_is_under_test_is_told_and_a_test_module_is_not() {
    let repo = Repo::new();
    let tests = "#[cfg(test)]\nmod tests {\n    #[cfg(not(test))]\n    fn never() {}\n}\n";
    repo.write("Cargo.toml", MANIFEST)
        .write("src/lib.rs", "pub fn f() -> u32 { 1 }\n")
        .commit("base");
    let code = "pub fn f() -> u32 {\n    if cfg!(test) { 2 } else { 1 }\n}\n";
    repo.write("src/lib.rs", format!("{code}\n{tests}"))
        .commit("head");
    let asks = since_first(&repo).change.asks_for_test;
    let seen: Vec<(u32, &str)> = asks
        .iter()
        .map(|(at, words)| (at.line, words.as_str()))
        .collect();
    assert_eq!(seen, [(2, "cfg!(test)")]);
}

/// A file of the tree that the proof makes, where it is there.
fn file_of(repo: &Repo, survey: &Survey, tree: TreeKind, path: &str) -> Option<String> {
    let tree = survey.change.trees.get(&tree).expect("the tree");
    let listed = repo.git(["ls-tree", "-r", "--name-only", tree.as_str()]);
    let is_there = listed.lines().any(|line| line == path);
    is_there.then(|| repo.git(["show", &format!("{}:{path}", tree.as_str())]))
}

#[test]
fn settings_in_a_manifest_that_the_range_adds_or_removes_are_those_of_base_for_old_promises() {
    let settings = "[tool.pytest.ini_options]\npython_files = [\"a_*.py\"]\n";
    let repo = Repo::new();
    repo.write("shop.py", "A = 1\n")
        .write("test_a.py", "def test_a():\n    pass\n")
        .commit("base");
    repo.write("pyproject.toml", settings)
        .write("shop.py", "A = 2\n");
    repo.commit("head");
    let survey = since_first(&repo);
    let of_old = file_of(&repo, &survey, TreeKind::T, "pyproject.toml").unwrap_or_default();
    assert!(!of_old.contains("python_files"), "{of_old}");

    let repo = Repo::new();
    repo.write("shop.py", "A = 1\n")
        .write("pyproject.toml", settings)
        .write("a_one.py", "def test_a():\n    pass\n")
        .commit("base");
    repo.remove("pyproject.toml").write("shop.py", "A = 2\n");
    repo.commit("head");
    let survey = since_first(&repo);
    let of_old = file_of(&repo, &survey, TreeKind::T, "pyproject.toml").unwrap_or_default();
    assert!(of_old.contains("python_files"), "{of_old}");
}

#[test]
fn code_that_asks_whether_it_is_not_under_test_is_told_too() {
    let repo = Repo::new();
    repo.write("a.py", "A = 1\n").commit("base");
    repo.write("a.py", "import sys\nA = 'pytest' not in sys.modules\n")
        .commit("head");
    assert_eq!(since_first(&repo).change.asks_for_test.len(), 1);
}

#[test]
fn a_test_that_goes_with_its_target_is_named_as_base_names_it() {
    let repo = Repo::new();
    let test = "#[test]\nfn one() {\n    assert!(true);\n}\n";
    repo.write("Cargo.toml", MANIFEST)
        .write("src/lib.rs", "pub fn f() {}\n")
        .write("tests/kept.rs", test)
        .write("tests/gone.rs", test)
        .commit("base");
    repo.remove("tests/gone.rs").commit("head");
    let tests = since_first(&repo).change.tests;
    let names: Vec<&str> = tests.iter().map(|t| t.item.id.name.as_str()).collect();
    assert_eq!(names, ["shop::gone$one"]);
}

#[test]
fn a_function_that_was_there_is_new_to_others_once_it_is_exported() {
    let inner = "function price(name) {\n  return 3;\n}\n";
    let repo = Repo::new();
    repo.write("package.json", "{\"scripts\":{\"test\":\"node --test\"}}\n")
        .write("src/shop.js", inner)
        .commit("base");
    repo.write(
        "src/shop.js",
        format!("{inner}module.exports.price = price;\n"),
    )
    .commit("head");
    let change = since_first(&repo).change;
    assert!(change.introduced.contains("price"), "{change:?}");
    assert!(!change.withdrawn.contains("price"));
}

#[test]
fn a_directory_whose_runner_is_another_one_belongs_to_the_new_one() {
    let package = |runner: &str| {
        format!(
            "{{\"scripts\": {{\"test\": \"{runner}\"}}, \"devDependencies\": {{\"{runner}\": \"1\"}}}}\n"
        )
    };
    let test = |word: &str| {
        format!(
            "const {{ f }} = require('../f');\nit('{word}', () => {{ expect(f()).toBe(1); }});\n"
        )
    };
    let repo = Repo::new();
    repo.write("package.json", package("mocha"))
        .write("f.js", "exports.f = () => 0;\n")
        .write("test/f.test.js", test("works"))
        .commit("base");
    repo.write("package.json", package("jest"))
        .write("f.js", "exports.f = () => 1;\n")
        .write("test/f.test.js", test("still works"))
        .commit("head");
    let survey = since_first(&repo);
    let units: Vec<&str> = survey.units.iter().map(|unit| unit.id.as_str()).collect();
    assert_eq!(units, [".:mocha", ".:jest"]);
    assert_eq!(survey.change.units.len(), 2, "the old promises are owed");
    let new: Vec<&str> = survey
        .change
        .tests
        .iter()
        .map(|test| test.item.id.unit.as_str())
        .collect();
    assert_eq!(new, [".:jest"]);
}
