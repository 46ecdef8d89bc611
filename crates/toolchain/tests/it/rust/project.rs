//! Makes small projects in directories of their own and executes what the adapter asks for.

use crate::ended::{grouped, wait};
pub(crate) use crate::ran::Run;
use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_toolchain::rust::{Cargo, Nextest};
use redgreen_toolchain::{Ask, Files, Invocation, RawOutput, Role, Runner, Tool, Unit, runner};
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
    /// The longest that a process with tests may take.
    limit: Duration,
}

impl Files for Project {
    fn paths(&self) -> &[String] {
        &self.paths
    }
    fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.tree().join(path)).ok()
    }
}

/// How the next command is made, and how all of them are read.
type Question<'q> = (
    &'q dyn Fn(&Ask<'_>, &[RawOutput]) -> Option<Invocation>,
    &'q dyn Fn(&Ask<'_>, &[RawOutput]) -> Report,
);

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
            limit: Duration::from_secs(120),
        }
    }

    /// A package called `shop` with these files beside its manifest.
    pub(crate) fn package(files: &[(&str, &str)]) -> Self {
        let manifest = "[package]\nname = \"shop\"\nversion = \"1.2.3\"\nedition = \"2021\"\n";
        let mut all = vec![("Cargo.toml", manifest)];
        all.extend(files);
        Self::new(&all)
    }

    pub(crate) fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The directory that stays warm from run to run.
    pub(crate) fn cache(&self) -> PathBuf {
        self.root.path().join("cache")
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.root.path().join("tree")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.tree().join(path), text).unwrap();
    }

    pub(crate) fn unit(&self) -> Unit {
        let mut units = Cargo.detect(self);
        units.extend(Nextest.detect(self));
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
        let runner = runner(&self.unit().runner).unwrap();
        let next = |ask: &Ask<'_>, so_far: &[RawOutput]| runner.next(ask, so_far);
        self.asked(
            tests,
            order,
            (&next, &|ask, outputs| runner.read(ask, outputs)),
        )
    }

    /// What its harness names of the files' tests.
    pub(crate) fn list(&self, files: &[&str]) -> Run {
        let files = files.iter().map(|path| (*path).to_owned()).collect();
        let lister = runner(&self.unit().runner).unwrap().lister().unwrap();
        let next = |ask: &Ask<'_>, so_far: &[RawOutput]| lister.next(ask, so_far);
        let read = |ask: &Ask<'_>, outputs: &[RawOutput]| lister.read(ask, outputs);
        self.asked(&Selection::Files(files), Order::AsWritten, (&next, &read))
    }

    fn asked(&self, tests: &Selection, order: Order, (next, read): Question<'_>) -> Run {
        let unit = self.unit();
        let scratch = tempfile::tempdir().unwrap();
        let tool = Tool {
            program: "cargo".to_owned(),
            fingerprint: format!("cargo-{}", unit.runner),
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
            test_limit_ms: 1000,
        };
        let mut outputs = Vec::new();
        let mut commands = Vec::new();
        while let Some(invocation) = next(&ask, &outputs) {
            assert!(outputs.len() < 200, "the run never ends");
            outputs.push(self.execute(&invocation, scratch.path()));
            commands.push(invocation);
        }
        let report = read(&ask, &outputs);
        Run { report, commands }
    }

    pub(crate) fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        for (path, text) in &invocation.writes {
            fs::write(scratch.join(path), text).unwrap();
        }
        let (out, err) = (scratch.join("stdout"), scratch.join("stderr"));
        let mut command = Command::new(&invocation.argv[0]);
        command
            .args(&invocation.argv[1..])
            .current_dir(&invocation.dir)
            .env_clear()
            .envs(invocation.env.iter().cloned())
            .env("CARGO_NET_OFFLINE", "true")
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap());
        for key in [
            "PATH",
            "HOME",
            "CARGO_HOME",
            "RUSTUP_HOME",
            "RUSTUP_TOOLCHAIN",
        ] {
            command.envs(std::env::var_os(key).map(|value| (key, value)));
        }
        let limit = match invocation.role {
            Role::Build => Duration::from_secs(300),
            Role::Run | Role::Session => self.limit,
        };
        let mut child = grouped(&mut command).spawn().unwrap_or_else(|error| {
            panic!(
                "{}: {error}. Install Rust: https://rustup.rs",
                invocation.argv[0]
            )
        });
        let exit = wait(&mut child, limit, None);
        RawOutput {
            exit,
            stdout: fs::read(out).unwrap(),
            stderr: fs::read(err).unwrap(),
            files: reads(scratch, &invocation.reads),
        }
    }
}

fn reads(scratch: &Path, names: &[String]) -> BTreeMap<String, Vec<u8>> {
    let read = |name: &String| Some((name.clone(), fs::read(scratch.join(name)).ok()?));
    names.iter().filter_map(read).collect()
}
