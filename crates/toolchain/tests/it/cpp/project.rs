//! Makes small projects in directories of their own and executes what the adapter asks for.

pub(crate) use crate::ran::Run;
use redgreen_core::evidence::{Order, Selection};
use redgreen_toolchain::cpp::Ctest;
use redgreen_toolchain::{Ask, Exit, Files, Invocation, RawOutput, Runner, Tool, Unit};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use tempfile::TempDir;

/// The line to type where a tool is missing.
pub(crate) const INSTALL: &str = "Install: sudo apt-get install cmake ninja-build g++ \
     libgtest-dev catch2 doctest-dev";

/// A project on disk.
pub(crate) struct Project {
    root: TempDir,
    paths: Vec<String>,
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
        Self { root, paths }
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.root.path().join("tree")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.tree().join(path), text).unwrap();
    }

    pub(crate) fn unit(&self) -> Unit {
        let mut units = Ctest.detect(self);
        assert_eq!(units.len(), 1, "{units:?}");
        units.remove(0)
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
        let unit = self.unit();
        let scratch = tempfile::tempdir().unwrap();
        let tool = Tool {
            program: "cmake".to_owned(),
            fingerprint: "cmake".to_owned(),
        };
        let tree = self.tree();
        let cache = self.root.path().join("cache");
        let ask = Ask {
            unit: &unit,
            tool: &tool,
            tests,
            order,
            tree: &tree,
            cache: &cache,
            scratch: scratch.path(),
            nonce: "n1",
            test_limit_ms: 1000,
        };
        let mut outputs = Vec::new();
        let mut commands = Vec::new();
        while let Some(invocation) = Ctest.next(&ask, &outputs) {
            assert!(outputs.len() < 200, "the run never ends");
            outputs.push(self.execute(&invocation, scratch.path()));
            commands.push(invocation);
        }
        let report = Ctest.read(&ask, &outputs);
        Run { report, commands }
    }

    fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        for (name, text) in &invocation.writes {
            let path = scratch.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let (out, err) = (scratch.join("stdout"), scratch.join("stderr"));
        let mut command = Command::new(&invocation.argv[0]);
        command
            .args(&invocation.argv[1..])
            .current_dir(&invocation.dir)
            .env_clear()
            .envs(invocation.env.iter().cloned())
            .env("LANG", "C.UTF-8")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap());
        for key in ["PATH", "HOME"] {
            command.envs(std::env::var_os(key).map(|value| (key, value)));
        }
        let status = command.status().unwrap_or_else(|error| {
            panic!("{}: {error}. {INSTALL}", invocation.argv[0]);
        });
        let read = |name: &String| Some((name.clone(), fs::read(scratch.join(name)).ok()?));
        RawOutput {
            exit: exit(status),
            stdout: fs::read(out).unwrap(),
            stderr: fs::read(err).unwrap(),
            files: invocation.reads.iter().filter_map(read).collect(),
        }
    }
}

fn exit(status: ExitStatus) -> Exit {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, signal) => Exit::Signal(signal.unwrap_or_default()),
    }
}
