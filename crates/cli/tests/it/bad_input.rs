//! Repositories, ranges and files that are not as one would wish.

use crate::world::World;
use redgreen_cli::failure::ErrorDocument;
use redgreen_core::proof::ChangeVerdict;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

#[test]
fn without_a_repository_there_is_nothing_to_prove() {
    let world = World::new();
    let outside = world.repo.outside().to_str().unwrap().to_owned();
    let said = world.fails(&["prove", "--repo", &outside], "RG301", 4);
    assert!(said.contains("next:  git init"), "{said}");
    let said = world.fails(&["prove", "--repo", "/no/such/place"], "RG301", 4);
    assert!(
        said.contains("there is no directory /no/such/place"),
        "{said}"
    );
    // Programs read the same.
    let said = world.redgreen(&["prove", "--repo", &outside, "--json"]);
    let document: ErrorDocument = serde_json::from_str(&said.out).unwrap();
    assert_eq!(document.error.code.as_str(), "RG301");
    assert_eq!((said.code, document.error.exit_code), (4, 4));
}

#[test]
fn without_a_commit_there_is_no_before() {
    let world = World::new();
    world.repo.write("a.py", "");
    let said = world.fails(&["prove"], "RG302", 4);
    assert!(said.contains("git commit -m"), "{said}");
}

#[test]
fn a_range_that_is_not_there_is_named() {
    let world = World::python();
    let said = world.fails(&["prove", "v9..HEAD"], "RG303", 4);
    assert!(said.contains("v9 names no commit here"), "{said}");
    world.fails(&["prove", "--onto", "v9"], "RG303", 4);
    world.fails(&["prove", "main..-x"], "RG303", 4);
    world.fails(&["prove", "--events"], "RG316", 2);
    world.repo.git(["branch", "-m", "main", "trunk"]);
    let said = world.fails(&["prove"], "RG303", 2);
    assert!(said.contains("next:  redgreen prove BASE..HEAD"), "{said}");
    world.repo.git(["switch", "--quiet", "--orphan", "other"]);
    world.repo.write("b.py", "").commit("of its own");
    let said = world.fails(&["prove", "trunk.."], "RG303", 4);
    assert!(said.contains("no common ancestor"), "{said}");
}

#[test]
fn a_shallow_clone_without_base_has_the_line_that_fetches_it() {
    let world = World::feature();
    let clone = world.repo.outside().join("clone");
    let from = format!("file://{}", world.repo.path().display());
    let to = clone.to_str().unwrap();
    world.repo.git([
        "clone",
        "--quiet",
        "--depth=1",
        "--no-single-branch",
        &from,
        to,
    ]);
    let said = world.fails(&["prove", "--repo", to, "origin/main.."], "RG304", 4);
    assert!(said.contains("next:  git fetch --unshallow\n"), "{said}");
    assert!(said.contains("next:  git fetch --deepen="), "{said}");
    let said = world.fails(&["prove", "--repo", to, "v9..HEAD"], "RG304", 4);
    assert!(
        said.contains("this shallow clone has no commit v9"),
        "{said}"
    );
}

#[test]
fn a_detached_head_and_merges_in_the_range_are_no_trouble() {
    let world = World::feature();
    world.repo.checkout("main");
    world
        .repo
        .write("README.md", "# Shop\n")
        .commit("meanwhile");
    world.repo.checkout("topic");
    world.repo.merge("main");
    world.repo.git(["switch", "--quiet", "--detach"]);
    let document = world.proof(&["--samples", "1"]);
    assert_eq!(document.verdict, ChangeVerdict::Proven, "{document:?}");
    assert_eq!(document.range.base.as_str(), world.repo.rev("main"));
}

#[test]
fn a_configuration_that_cannot_be_read_names_the_line() {
    let world = World::limited("test_second = 1");
    world
        .repo
        .write("shop.py", "def price():\n    return 4\n")
        .commit("change");
    let said = world.fails(&["prove"], "RG312", 2);
    assert!(
        said.contains("cause: line 2, column 1: unknown field"),
        "{said}"
    );
}

/// Odd names, line ends and a submodule, all in one change that is proven all the same.
#[test]
fn odd_files_in_the_change_are_carried_along() {
    let world = World::python();
    let repo = &world.repo;
    repo.write("a dir/with spaces.py", "ODD = 1\r\n");
    repo.write("line\nbreak.txt", "x\n")
        .write("quote\"d'.txt", "x\n");
    repo.write(OsStr::from_bytes(b"no\xffutf8.txt"), "x\n");
    repo.write("tax.py", "def tax(net):\r\n    return net * 2\r\n");
    let test = "from tax import tax\r\n\r\n\r\ndef test_tax():\r\n    assert tax(4) == 8\r\n";
    repo.write("tests/a dir/test_tax.py", test);
    let link = format!("160000,{},sub", repo.rev("main"));
    repo.git(["add", "--all"]);
    repo.git(["update-index", "--add", "--cacheinfo", &link]);
    repo.git(["commit", "--quiet", "-m", "odd"]);
    let document = world.proof(&["--samples", "1"]);
    let proving: Vec<String> = document.proof.proving().map(|t| t.id.to_string()).collect();
    assert_eq!(
        proving,
        ["tests/a dir/test_tax.py::test_tax"],
        "{document:?}"
    );
    assert_eq!(document.verdict, ChangeVerdict::Proven, "{document:?}");
    let said = world.redgreen(&["prove", "--samples", "1"]);
    assert!(
        said.out.lines().all(|line| !line.contains('\r')),
        "{}",
        said.out
    );
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let world = World::feature();
    let file = world.repo.outside().join("file");
    std::fs::write(&file, "").unwrap();
    let mut asked = world.command(&["prove"]);
    let said = asked
        .env("REDGREEN_CACHE_DIR", file.join("below"))
        .output()
        .unwrap();
    let said = crate::program::ended(said);
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(said.err.contains("error[RG310]: "), "{}", said.err);
    let mut asked = world.command(&["prove"]);
    asked.env_remove("REDGREEN_CACHE_DIR").env_remove("HOME");
    let said = crate::program::ended(asked.output().unwrap());
    assert!(
        said.err.contains("export REDGREEN_CACHE_DIR="),
        "{}",
        said.err
    );
}
