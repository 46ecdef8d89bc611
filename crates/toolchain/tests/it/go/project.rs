//! Makes small projects in directories of their own and executes what the adapter asks for.

use crate::ended::{grouped, wait};
pub(crate) use crate::ran::Run;
use redgreen_core::evidence::{Order, Selection};
use redgreen_toolchain::go::GoTest;
use redgreen_toolchain::{Ask, Files, Invocation, RawOutput, Runner, Tool, Unit};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A project on disk.
pub(crate) struct Project {
    root: TempDir,
    paths: Vec<String>,
    /// The longest that one test may take.
    test_limit_ms: u64,
}

impl Files for Project {
    fn paths(&self) -> &[String] {
        &self.paths
    }
    fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.tree().join(path)).ok()
    }
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join("tree").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut paths: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        paths.sort();
        Self {
            root,
            paths,
            test_limit_ms: 60_000,
        }
    }

    /// A module `example.com/shop` with these files beside its go.mod.
    pub(crate) fn module(files: &[(&str, &str)]) -> Self {
        let mut all = vec![("go.mod", "module example.com/shop\n\ngo 1.21\n")];
        all.extend(files);
        Self::new(&all)
    }

    /// The same with another limit for one test.
    pub(crate) fn with_test_limit(mut self, ms: u64) -> Self {
        self.test_limit_ms = ms;
        self
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.root.path().join("tree")
    }

    /// Where builds stay warm.
    pub(crate) fn cache(&self) -> PathBuf {
        self.root.path().join("cache")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.tree().join(path), text).unwrap();
    }

    pub(crate) fn unit(&self, dir: &str) -> Unit {
        let mut units = GoTest.detect(self).into_iter();
        let found = units.find(|unit| unit.dir == dir);
        found.unwrap_or_else(|| panic!("no unit in {dir:?}"))
    }

    pub(crate) fn whole(&self) -> Run {
        self.run(&Selection::Whole, Order::AsWritten)
    }

    pub(crate) fn files(&self, files: &[&str]) -> Run {
        let files = files.iter().map(|file| (*file).to_owned()).collect();
        self.run(&Selection::Files(files), Order::AsWritten)
    }

    pub(crate) fn tests(&self, names: &[&str], order: Order) -> Run {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        self.run(&Selection::Tests(names), order)
    }

    pub(crate) fn run(&self, tests: &Selection, order: Order) -> Run {
        self.run_in("", tests, order)
    }

    /// A run of the unit in `dir`.
    pub(crate) fn run_in(&self, dir: &str, tests: &Selection, order: Order) -> Run {
        let unit = self.unit(dir);
        let scratch = tempfile::tempdir().unwrap();
        let tool = Tool {
            program: "go".to_owned(),
            fingerprint: fingerprint(),
        };
        let tree = self.tree();
        let cache = self.cache();
        let ask = Ask {
            unit: &unit,
            tool: &tool,
            tests,
            order,
            tree: &tree,
            cache: &cache,
            scratch: scratch.path(),
            nonce: "n1",
            test_limit_ms: self.test_limit_ms,
        };
        let mut outputs = Vec::new();
        let mut commands = Vec::new();
        while let Some(invocation) = GoTest.next(&ask, &outputs) {
            assert!(outputs.len() < 200, "the run never ends");
            outputs.push(self.execute(&invocation, scratch.path()));
            commands.push(invocation);
        }
        let report = GoTest.read(&ask, &outputs);
        Run { report, commands }
    }

    pub(crate) fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        let (out, err) = (scratch.join("stdout"), scratch.join("stderr"));
        let mut command = Command::new(&invocation.argv[0]);
        for (name, text) in &invocation.writes {
            let path = scratch.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        command
            .args(&invocation.argv[1..])
            .current_dir(&invocation.dir)
            .env_clear()
            .envs(invocation.env.iter().cloned())
            .env("GOPROXY", "off")
            .env("TMPDIR", scratch)
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap());
        for key in ["PATH", "HOME", "GOROOT", "GOPATH", "GOMODCACHE", "GOCACHE"] {
            command.envs(std::env::var_os(key).map(|value| (key, value)));
        }
        let mut child = grouped(&mut command)
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}. {INSTALL}", invocation.argv[0]));
        // The compiler may have to build the standard library first.
        let limit = Duration::from_secs(420);
        let exit = wait(&mut child, limit, None);
        RawOutput {
            exit,
            stdout: fs::read(out).unwrap(),
            stderr: fs::read(err).unwrap(),
            files: read_back(invocation, scratch),
        }
    }
}

/// The files that a command was asked to leave behind.
fn read_back(invocation: &Invocation, scratch: &Path) -> BTreeMap<String, Vec<u8>> {
    let reads = invocation.reads.iter();
    let found = reads.filter_map(|name| Some((name.clone(), fs::read(scratch.join(name)).ok()?)));
    found.collect()
}

const INSTALL: &str = "Install Go: apt-get install golang-go";

/// What `go version` says.
pub(crate) fn fingerprint() -> String {
    let output = Command::new("go").arg("version").output();
    let output = output.unwrap_or_else(|error| panic!("go: {error}. {INSTALL}"));
    String::from_utf8(output.stdout).unwrap()
}
