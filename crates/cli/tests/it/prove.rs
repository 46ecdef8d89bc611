//! `redgreen prove` on small real projects: what it says of honest changes and of empty ones.

use crate::world::{World, only};
use redgreen_cli::json::ProveDocument;
use redgreen_core::proof::{ChangeVerdict, FunctionVerdict};

fn codes(document: &ProveDocument) -> Vec<&str> {
    let findings = document.proof.findings.iter();
    findings.map(|found| found.code.as_str()).collect()
}

#[test]
fn an_honest_feature_is_proven_and_the_second_time_no_test_runs() {
    let world = World::feature();
    let first = world.proof(&[]);
    assert_eq!(first.verdict, ChangeVerdict::Proven, "{first:?}");
    assert_eq!(first.exit_code, 0);
    assert_eq!(first.range.base.as_str(), world.repo.rev("main"));
    assert_eq!(
        first.range.head.as_ref().unwrap().as_str(),
        world.repo.rev("HEAD")
    );
    assert!(!first.range.worktree);
    assert!(matches!(
        &first.proof.functions[0].verdict,
        FunctionVerdict::ProvenBy(_)
    ));
    assert!(first.evidence.iter().all(|seen| !seen.cached));
    let second = world.proof(&[]);
    assert!(second.evidence.iter().all(|seen| seen.cached), "{second:?}");
    assert_eq!(second.digest, first.digest);
    assert_eq!(second.proof, first.proof);
    // Without the store everything runs again, and nothing of it is kept.
    let kept = || std::fs::read_dir(world.cache()).unwrap().count();
    let before = kept();
    let third = world.proof(&["--no-cache", "--samples", "1"]);
    assert!(third.evidence.iter().all(|seen| !seen.cached), "{third:?}");
    assert_eq!((third.verdict, kept()), (first.verdict, before));
    people_read_the_same(&world, &first);
}

/// The text, the narration, and the command that makes the proof again.
fn people_read_the_same(world: &World, first: &ProveDocument) {
    let said = world.redgreen(&["prove"]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("\nProven\n"), "{}", said.out);
    assert!(
        said.out.contains("proven by test_tax.py::test_tax"),
        "{}",
        said.out
    );
    assert!(
        said.err.contains("where the change left main\n"),
        "{}",
        said.err
    );
    assert!(
        said.err
            .contains("tree H, with the change: test_tax.py  1 test  stored")
    );
    let again = format!("reproduce: {}\n", first.reproduce);
    assert!(said.out.contains(&again), "{}", said.out);
    let words: Vec<&str> = first.reproduce.split(' ').skip(1).collect();
    assert_eq!(world.redgreen(&words).out, said.out);
    let quiet = world.redgreen(&["prove", "-q"]);
    assert_eq!(
        (quiet.out.as_str(), quiet.err.as_str()),
        (said.out.as_str(), "")
    );
    let mut elsewhere = world.command(&["prove", "--repo", "repo"]);
    let elsewhere = elsewhere
        .current_dir(world.repo.outside())
        .output()
        .unwrap();
    assert_eq!(elsewhere.status.code(), Some(0));
    let plain = world.redgreen(&["prove", "--plain"]);
    assert!(
        plain.out.is_ascii() && plain.err.is_ascii(),
        "{}",
        plain.out
    );
}

#[test]
fn a_test_that_asks_for_nothing_proves_nothing() {
    let world = World::with_test("import tax\n\n\ndef test_tax():\n    pass\n");
    let document = world.proof(&["--samples", "1"]);
    assert_eq!(document.verdict, ChangeVerdict::Refuted, "{document:?}");
    assert_eq!(document.exit_code, 1);
    assert!(codes(&document).contains(&"RG102"), "{document:?}");
    let said = world.redgreen(&["prove", "--samples", "1", "-v"]);
    assert!(said.out.contains("\nRefuted\n") && said.out.contains("redgreen explain RG102"));
}

#[test]
fn words_alone_are_nothing_to_prove() {
    let world = World::python();
    world.repo.write("README.md", "# Shop\n").commit("words");
    let document = world.proof(&[]);
    assert_eq!(
        (document.verdict, document.exit_code),
        (ChangeVerdict::NothingToProve, 7)
    );
    assert!(document.evidence.is_empty());
    assert_eq!(world.proof(&["--allow-nothing"]).exit_code, 0);
}

#[test]
fn on_the_default_branch_there_is_nothing_and_a_hint() {
    let world = World::feature();
    world.repo.checkout("main");
    let said = world.redgreen(&["prove"]);
    assert_eq!(said.code, 7, "{}", said.err);
    assert!(
        said.err.contains("redgreen prove --worktree"),
        "{}",
        said.err
    );
    assert!(
        !said.err.contains("HEAD~1"),
        "main has one commit: {}",
        said.err
    );
    world.repo.merge("topic");
    let said = world.redgreen(&["prove"]);
    assert!(
        said.err.contains("next:  redgreen prove HEAD~1..HEAD"),
        "{}",
        said.err
    );
    let merged = world.proof(&["HEAD~1..HEAD", "--samples", "1"]);
    assert_eq!(merged.verdict, ChangeVerdict::Proven, "{merged:?}");
}

#[test]
fn a_missing_runner_comes_with_the_line_that_installs_it() {
    let world = World::feature();
    let path = only(world.repo.outside(), &["git"]);
    let mut asked = world.command(&["prove", "--json"]);
    let said = crate::program::ended(asked.env("PATH", &path).output().unwrap());
    let document: ProveDocument = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        (said.code, document.verdict),
        (4, ChangeVerdict::Unclear),
        "{document:?}"
    );
    let found = &document.proof.findings[0];
    assert_eq!(found.code.as_str(), "RG115");
    assert!(
        found.message.contains("python3 -m pip install pytest"),
        "{found:?}"
    );
}

#[test]
fn the_working_tree_is_proven_where_that_is_asked_for() {
    let world = World::python();
    world.add_feature();
    let left_out = world.redgreen(&["prove"]);
    assert_eq!(left_out.code, 7);
    let note = "2 uncommitted paths left out (--worktree takes them in)\n";
    assert!(left_out.err.contains(note), "{}", left_out.err);
    let document = world.proof(&["--worktree", "--samples", "1"]);
    assert_eq!(document.verdict, ChangeVerdict::Proven, "{document:?}");
    assert!(document.range.worktree && document.range.head.is_none());
    let words: Vec<&str> = document.reproduce.split(' ').skip(1).collect();
    let again = world.redgreen(&words);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.out.contains("..worktree\n"), "{}", again.out);
    world.fails(&["prove", "main..topic", "--worktree"], "RG316", 2);
}

#[test]
fn the_result_of_a_merge_is_proven_where_that_is_asked_for() {
    let world = World::feature();
    world.repo.checkout("main");
    world
        .repo
        .write("README.md", "# Shop\n")
        .commit("meanwhile");
    world.repo.checkout("topic");
    let document = world.proof(&["--onto", "main", "--samples", "1"]);
    assert_eq!(document.verdict, ChangeVerdict::Proven, "{document:?}");
    assert!(document.range.merged && !document.range.worktree);
    assert_eq!(document.range.base.as_str(), world.repo.rev("main"));
    let words: Vec<&str> = document.reproduce.split(' ').skip(1).collect();
    assert_eq!(world.redgreen(&words).code, 0);
    world.fails(&["prove", "main..topic", "--onto", "main"], "RG316", 2);
    world.repo.checkout("main");
    world
        .repo
        .write("tax.py", "def tax():\n    return 1\n")
        .commit("another tax");
    world.repo.checkout("topic");
    let said = world.fails(&["prove", "--onto", "main"], "RG313", 3);
    assert!(said.contains("cause: tax.py\n"), "{said}");
    assert!(said.contains("next:  git rebase main\n"), "{said}");
}

#[test]
fn a_crate_is_proven_like_a_package() {
    let world = World::new();
    let manifest = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    let price = "pub fn price() -> u32 {\n    3\n}\n";
    let test = "#[test]\nfn price() {\n    assert_eq!(shop::price(), 3);\n}\n";
    world
        .repo
        .write("Cargo.toml", manifest)
        .write("src/lib.rs", price);
    world.repo.write(
        "Cargo.lock",
        "version = 3\n\n[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n",
    );
    world.repo.write("tests/price.rs", test).commit("base");
    world.repo.branch("topic");
    let tax = format!("{price}\npub fn tax(net: u32) -> u32 {{\n    net * 2\n}}\n");
    let test = "#[test]\nfn tax() {\n    assert_eq!(shop::tax(4), 8);\n}\n";
    world
        .repo
        .write("src/lib.rs", tax)
        .write("tests/tax.rs", test)
        .commit("feature");
    let document = world.proof(&["--samples", "1"]);
    assert_eq!(document.verdict, ChangeVerdict::Proven, "{document:?}");
    let empty = "#[test]\nfn tax() {\n    let _ = 8;\n}\n";
    world.repo.write("tests/tax.rs", empty).commit("empty");
    let document = world.proof(&["--samples", "1"]);
    assert_eq!(document.exit_code, 1, "{document:?}");
}

#[test]
fn a_manifest_that_drops_tests_keeps_no_promise() {
    let world = World::new();
    let manifest = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    let lock = "version = 3\n\n[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n";
    let inline = |net: &str, tests: &str| {
        format!("pub fn price() -> u32 {{ 3 }}\n{net}#[cfg(test)]\nmod tests {{\n    {tests}}}\n")
    };
    let old = "#[test]\nfn price() {\n    assert_eq!(shop::price(), 3);\n}\n";
    let new = "#[test]\n    fn tax() { assert_eq!(super::tax(4), 8); }\n";
    world
        .repo
        .write("Cargo.toml", manifest)
        .write("Cargo.lock", lock)
        .write("src/lib.rs", inline("", ""))
        .write("tests/price.rs", old)
        .commit("base");
    world.repo.branch("topic");
    let drops = "[[test]]\nname = \"price\"\npath = \"tests/price.rs\"\ntest = false\n";
    world
        .repo
        .write("Cargo.toml", format!("{manifest}{drops}"))
        .write(
            "src/lib.rs",
            inline("pub fn tax(net: u32) -> u32 { net * 2 }\n", new),
        )
        .commit("feature");
    let document = world.proof(&["--samples", "1"]);
    assert_eq!(document.verdict, ChangeVerdict::Refuted, "{document:?}");
    assert_eq!(codes(&document), ["RG105", "RG110"], "{document:?}");
}

#[test]
fn flags_and_the_configuration_of_base_decide_how_often_a_test_runs() {
    let world = World::new();
    world.repo.write("redgreen.toml", "[prove]\nsamples = 2\n");
    world
        .repo
        .write("shop.py", "def price():\n    return 3\n")
        .commit("base");
    world.repo.branch("topic");
    world.add_feature();
    world.repo.commit("feature");
    let on_head = |document: &ProveDocument| {
        let runs = document.evidence.iter();
        runs.filter(|seen| format!("{:?}", seen.observation.tree) == "H")
            .count()
    };
    assert_eq!(on_head(&world.proof(&[])), 2);
    assert_eq!(on_head(&world.proof(&["--samples", "1"])), 1);
}

#[test]
fn a_changed_promise_is_refuted_until_somebody_accepts_it_by_name() {
    let world = World::python();
    world.repo.write("shop.py", "def price():\n    return 4\n");
    let test = "from shop import price\n\n\ndef test_price():\n    assert price() == 4\n";
    world.repo.write("test_shop.py", test).commit("dearer");
    let document = world.proof(&["--samples", "1"]);
    assert_eq!(document.exit_code, 1, "{document:?}");
    assert!(codes(&document).contains(&"RG106"), "{document:?}");
    let accept = [
        "--accept",
        "test_shop.py::test_price",
        "--kind",
        "spec-change",
    ];
    let accepted = world.proof(&[&["--samples", "1"], accept.as_slice()].concat());
    assert_eq!(
        accepted.verdict,
        ChangeVerdict::ProvenExcept,
        "{accepted:?}"
    );
    assert_eq!(accepted.exit_code, 0);
    assert!(
        accepted.reproduce.contains("--kind spec-change"),
        "{}",
        accepted.reproduce
    );
    let said = world.redgreen(&["prove", "--samples", "1", "--accept", "test_shop.py::tets"]);
    let note = "--accept test_shop.py::tets: no test in question is called so\n";
    assert!(said.code == 1 && said.err.contains(note), "{}", said.err);
}

/// A project whose parametrised test takes its cases from production code, and a feature that
/// leaves `registry` in place of its two entries.
fn registry(registry: &str) -> World {
    let world = World::new();
    let repo = &world.repo;
    repo.write(
        "shop.py",
        "EXPORTS = ['csv', 'xml']\n\n\ndef export(name):\n    return name\n",
    );
    let test = "import pytest\nfrom shop import EXPORTS, export\n\n\n@pytest.mark.parametrize('name', EXPORTS)\ndef test_export(name):\n    assert export(name)\n";
    repo.write("test_shop.py", test).commit("base");
    repo.branch("topic");
    world.add_feature();
    repo.write(
        "shop.py",
        format!("EXPORTS = {registry}\n\n\ndef export(name):\n    return name\n"),
    );
    repo.commit("feature");
    world
}

#[test]
fn a_case_that_heads_code_no_longer_makes_is_lost_and_one_under_another_name_is_not() {
    let shrunk = registry("['csv']");
    let document = shrunk.proof(&["--samples", "1"]);
    assert_eq!(document.verdict, ChangeVerdict::Refuted, "{document:?}");
    let lost: Vec<&str> = document
        .proof
        .findings
        .iter()
        .filter(|found| found.code.as_str() == "RG105")
        .map(|found| found.subject.as_str())
        .collect();
    assert_eq!(lost, ["test_shop.py::test_export[xml]"]);

    let renamed = registry("['csv', 'XML']");
    let first = renamed.proof(&["--samples", "1"]);
    assert_eq!(first.verdict, ChangeVerdict::Proven, "{first:?}");
    assert!(
        codes(&first).contains(&"RG105"),
        "told as advice: {first:?}"
    );
    let second = renamed.proof(&["--samples", "1"]);
    assert!(second.evidence.iter().all(|seen| seen.cached), "{second:?}");
}

#[test]
fn what_a_run_writes_into_a_borrowed_folder_and_a_copy_of_the_project_in_it_are_named() {
    let world = World::new();
    let repo = &world.repo;
    let manifest = r#"{"name": "shop", "scripts": {"test": "node --test"}, "dependencies": {"left": "1.0.0"}}"#;
    repo.write("package.json", manifest);
    repo.write(".gitignore", "node_modules/\n");
    repo.write("shop.js", "exports.price = () => 3;\n");
    let head = "const test = require('node:test');\nconst assert = require('node:assert');\n";
    let old = "test('price', () => assert.strictEqual(require('../shop').price(), 3));\n";
    repo.write("test/shop.test.js", format!("{head}{old}"));
    repo.commit("base");
    repo.branch("topic");
    repo.write(
        "shop.js",
        "exports.price = () => 3;\nexports.tax = (net) => net * 2;\n",
    );
    let new = "test('tax', () => {\n  require('node:fs').appendFileSync(require.resolve('left'), '//\\n');\n  assert.strictEqual(require('../shop').tax(4), 8);\n});\n";
    repo.write("test/shop.test.js", format!("{head}{old}{new}"));
    repo.commit("feature");
    let package = |name: &str| format!("{{\"name\": \"{name}\", \"version\": \"1.0.0\"}}");
    for name in ["left", "shop"] {
        repo.write(format!("node_modules/{name}/package.json"), package(name));
        repo.write(
            format!("node_modules/{name}/index.js"),
            "exports.one = 1;\n",
        );
    }
    // In a sandbox, the folder can only be read.
    let held = world.proof(&["--samples", "1"]);
    assert_eq!(held.verdict, ChangeVerdict::Unclear, "{held:?}");
    assert!(held.proof.findings[0].message.contains("sandboxed off"));
    let document = world.proof(&["--samples", "1", "--sandbox", "limits"]);
    assert_eq!(document.verdict, ChangeVerdict::Proven, "{document:?}");
    let said = |words: &str| {
        document
            .proof
            .not_checked
            .iter()
            .any(|line| line.contains(words))
    };
    assert!(
        said("wrote into node_modules (left/index.js)"),
        "{document:?}"
    );
    assert!(said("the copy of it in node_modules"), "{document:?}");
}
