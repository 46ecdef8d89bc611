//! A small real repository, and everything that redgreen keeps, in a directory of their own.

use crate::program::{Ended, command, ended};
use redgreen_cli::json::ProveDocument;
use redgreen_testkit::{Repo, path_with_pytest};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository, and beside it cache, state and home.
pub(crate) struct World {
    pub(crate) repo: Repo,
}

impl World {
    /// An empty repository.
    pub(crate) fn new() -> Self {
        Self { repo: Repo::new() }
    }

    /// A pytest project whose `main` has one function with its test, and HEAD on branch `topic`.
    pub(crate) fn python() -> Self {
        let world = Self::new();
        world.repo.write("shop.py", "def price():\n    return 3\n");
        let test = "from shop import price\n\n\ndef test_price():\n    assert price() == 3\n";
        world.repo.write("test_shop.py", test).commit("base");
        world.repo.branch("topic");
        world
    }

    /// The same with a feature on `topic`: a function, and a test that notices it.
    pub(crate) fn feature() -> Self {
        let world = Self::python();
        world.add_feature();
        world.repo.commit("feature");
        world
    }

    /// Writes the feature without committing it.
    pub(crate) fn add_feature(&self) {
        self.repo
            .write("tax.py", "def tax(net):\n    return net * 2\n");
        let test = "from tax import tax\n\n\ndef test_tax():\n    assert tax(4) == 8\n";
        self.repo.write("test_tax.py", test);
    }

    /// Writes a test and commits it on `topic`, with something in production code beside it.
    pub(crate) fn with_test(test: &str) -> Self {
        let world = Self::python();
        world
            .repo
            .write("tax.py", "def tax(net):\n    return net * 2\n");
        world.repo.write("test_tax.py", test).commit("feature");
        world
    }

    /// Puts limits on `main`, from where they are read.
    pub(crate) fn limited(limits: &str) -> Self {
        let world = Self::new();
        world.repo.write("shop.py", "def price():\n    return 3\n");
        world
            .repo
            .write("redgreen.toml", format!("[limits]\n{limits}\n"));
        world.repo.commit("base");
        world.repo.branch("topic");
        world
    }

    /// The program in the repository, not started yet.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut asked = command(args);
        asked.current_dir(self.repo.path());
        self.surround(&mut asked);
        asked
    }

    /// Gives `asked` directories of its own and the machine's toolchains.
    pub(crate) fn surround(&self, asked: &mut Command) {
        asked
            .env("PATH", path_with_pytest())
            .env("HOME", self.beside("home"))
            .env("REDGREEN_CACHE_DIR", self.cache())
            .env("REDGREEN_STATE_DIR", self.beside("state"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        let outer = std::env::var_os("HOME")
            .map(PathBuf::from)
            .unwrap_or_default();
        for (name, below) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let known = std::env::var_os(name);
            asked.env(name, known.unwrap_or_else(|| outer.join(below).into()));
        }
    }

    /// Where its proofs are made.
    pub(crate) fn cache(&self) -> PathBuf {
        self.beside("cache")
    }

    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        let dir = self.repo.outside().join(name);
        std::fs::create_dir_all(&dir).unwrap();
        dir
    }

    /// Runs the program in the repository.
    pub(crate) fn redgreen(&self, args: &[&str]) -> Ended {
        ended(self.command(args).output().unwrap())
    }

    /// Runs `prove --json` and reads its document. Each new test runs once, unless `args` say
    /// otherwise.
    pub(crate) fn proof(&self, args: &[&str]) -> ProveDocument {
        let said = self.redgreen(&[&["prove", "--json"], args].concat());
        let document: ProveDocument = serde_json::from_str(&said.out)
            .unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err));
        assert_eq!(i32::from(document.exit_code), said.code);
        document
    }

    /// Runs the program, which must fail with `code` and exit with `exit`; returns what it said.
    pub(crate) fn fails(&self, args: &[&str], code: &str, exit: i32) -> String {
        let said = self.redgreen(args);
        assert_eq!(said.code, exit, "{}{}", said.out, said.err);
        assert!(
            said.err.contains(&format!("error[{code}]: ")),
            "{}",
            said.err
        );
        assert!(said.err.contains("\n  next:  "), "{}", said.err);
        assert_eq!(said.out, "");
        said.err
    }
}

/// A directory with links to `programs` alone.
pub(crate) fn only(dir: &Path, programs: &[&str]) -> PathBuf {
    let only = dir.join("only");
    std::fs::create_dir_all(&only).unwrap();
    for program in programs {
        let places: Vec<PathBuf> = std::env::split_paths(path_with_pytest()).collect();
        let found = places
            .iter()
            .map(|dir| dir.join(program))
            .find(|path| path.exists());
        let found = found.unwrap_or_else(|| panic!("{program} is needed"));
        std::os::unix::fs::symlink(found, only.join(program)).unwrap();
    }
    only
}
