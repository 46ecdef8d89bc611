//! Makes small projects on disk and executes what an adapter asks for.

use crate::ended::{grouped, wait};
use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_core::outcome::{Failure, Outcome};
use redgreen_toolchain::{Ask, Files, Invocation, RawOutput, Runner, Tool, Unit};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The files of a directory, or of a map.
#[derive(Default)]
pub(crate) struct Snapshot {
    paths: Vec<String>,
    texts: BTreeMap<String, String>,
}

impl Snapshot {
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let texts = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self::new(texts.collect())
    }

    fn new(texts: BTreeMap<String, String>) -> Self {
        let paths = texts.keys().cloned().collect();
        Self { paths, texts }
    }

    pub(crate) fn read(root: &Path) -> Self {
        let mut texts = BTreeMap::new();
        let mut dirs = vec![root.to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in std::fs::read_dir(&dir).expect("the directory can be listed") {
                let path = entry.expect("the entry can be read").path();
                if path.is_dir() && !path.is_symlink() {
                    dirs.push(path);
                } else if let Ok(text) = std::fs::read_to_string(&path) {
                    let name = path.strip_prefix(root).expect("inside");
                    texts.insert(name.to_string_lossy().into_owned(), text);
                }
            }
        }
        Self::new(texts)
    }
}

impl Files for Snapshot {
    fn paths(&self) -> &[String] {
        &self.paths
    }
    fn text(&self, path: &str) -> Option<String> {
        self.texts.get(path).cloned()
    }
}

/// A program that these tests cannot do without.
pub(crate) fn need(program: &str, args: &[&str], install: &str) {
    let found = Command::new(program).args(args).output();
    let served = found.is_ok_and(|output| output.status.success());
    assert!(served, "these tests need {program}; install it: {install}");
}

/// A project in a temporary directory.
pub(crate) struct Project {
    runner: &'static dyn Runner,
    program: &'static str,
    root: tempfile::TempDir,
    runs: std::cell::Cell<u32>,
    pub(crate) limit_ms: u64,
    pub(crate) whole_limit: Duration,
}

impl Project {
    pub(crate) fn new(
        (runner, program): (&'static dyn Runner, &'static str),
        files: &[(&str, &str)],
    ) -> Self {
        let project = Self {
            runner,
            program,
            root: tempfile::tempdir().expect("a temporary directory"),
            runs: std::cell::Cell::new(0),
            limit_ms: 60_000,
            whole_limit: Duration::from_secs(120),
        };
        std::fs::create_dir_all(project.tree()).expect("the tree can be made");
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.tree().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, text).expect("the file can be written");
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.root.path().canonicalize().expect("the root exists")
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.root().join("tree")
    }

    /// The only unit of the project.
    pub(crate) fn unit(&self) -> Unit {
        let mut units = self.runner.detect(&Snapshot::read(&self.tree()));
        assert_eq!(units.len(), 1, "one unit: {units:?}");
        units.remove(0)
    }

    pub(crate) fn run(&self, tests: &Selection, order: Order) -> Report {
        self.executed(tests, order).0
    }

    /// The report, and the commands that it took.
    pub(crate) fn executed(&self, tests: &Selection, order: Order) -> (Report, usize) {
        let number = self.runs.get() + 1;
        self.runs.set(number);
        let scratch = self.root().join(format!("scratch-{number}"));
        std::fs::create_dir_all(&scratch).expect("a scratch directory");
        let tool = Tool {
            program: self.program.to_owned(),
            fingerprint: self.program.to_owned(),
        };
        let nonce = format!("nonce{number}");
        let (tree, cache, unit) = (self.tree(), self.root().join("cache"), self.unit());
        let ask = Ask {
            unit: &unit,
            tool: &tool,
            tests,
            order,
            tree: &tree,
            cache: &cache,
            scratch: &scratch,
            nonce: &nonce,
            test_limit_ms: self.limit_ms,
        };
        let mut outputs = Vec::new();
        while let Some(invocation) = self.runner.next(&ask, &outputs) {
            outputs.push(self.execute(&invocation, &scratch));
        }
        (self.runner.read(&ask, &outputs), outputs.len())
    }

    pub(crate) fn whole(&self) -> Report {
        self.run(&Selection::Whole, Order::AsWritten)
    }

    pub(crate) fn tests(&self, ids: &[&str]) -> Report {
        self.run(&tests(ids), Order::AsWritten)
    }

    /// Every file of the tree.
    pub(crate) fn left(&self) -> Vec<String> {
        Snapshot::read(&self.tree()).paths
    }

    fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        for (path, text) in &invocation.writes {
            std::fs::write(scratch.join(path), text).expect("a scratch file");
        }
        for (path, text) in &invocation.plants {
            self.write(path, text);
        }
        let capture = |name: &str| std::fs::File::create(scratch.join(name)).expect("a file");
        let mut child = grouped(&mut Command::new(&invocation.argv[0]))
            .args(&invocation.argv[1..])
            .current_dir(&invocation.dir)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.root())
            .env("CI", "1")
            .env("LC_ALL", "C.UTF-8")
            .envs(invocation.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(capture("stdout"))
            .stderr(capture("stderr"))
            .spawn()
            .expect("the command can be started");
        let exit = wait(&mut child, self.whole_limit, None);
        for (path, _) in &invocation.plants {
            std::fs::remove_file(self.tree().join(path)).expect("a planted file");
        }
        let read = |name: &str| std::fs::read(scratch.join(name)).ok();
        let reports = invocation.reads.iter();
        RawOutput {
            exit,
            stdout: read("stdout").unwrap_or_default(),
            stderr: read("stderr").unwrap_or_default(),
            files: reports
                .filter_map(|name| Some((name.clone(), read(name)?)))
                .collect(),
        }
    }
}

pub(crate) fn tests(ids: &[&str]) -> Selection {
    Selection::Tests(ids.iter().map(|id| (*id).to_owned()).collect())
}

pub(crate) fn files(paths: &[&str]) -> Selection {
    Selection::Files(paths.iter().map(|path| (*path).to_owned()).collect())
}

/// A report without trouble.
#[track_caller]
pub(crate) fn trusted(report: &Report) {
    assert_eq!(report.trouble, None, "{report:#?}");
}

/// What `id` did, in words: `Passed`, `Call: MissingName clamp in Calc at spec/a_spec.rb:4`.
#[track_caller]
pub(crate) fn told(report: &Report, id: &str) -> String {
    let seen = report.tests.get(id);
    let seen = seen.unwrap_or_else(|| panic!("{id} is in {report:#?}"));
    if let Outcome::Failed(failure) = &seen.outcome {
        return words(failure);
    }
    format!("{:?}", seen.outcome)
}

/// A failure in words.
pub(crate) fn words(failure: &Failure) -> String {
    let kind = format!("{:?}", failure.kind);
    let mut text = kind.replace("(\"", " ").replace("\")", "");
    if let Some(symbol) = &failure.symbol {
        text = format!("{text} {}", symbol.name);
        if let Some(owner) = &symbol.owner {
            text = format!("{text} in {owner}");
        }
    }
    let at = failure.at.as_ref();
    let at = at.map_or(String::new(), |at| format!(" at {}:{}", at.path, at.line));
    format!("{:?}: {text}{at}", failure.stage)
}

/// What kept the files from loading whose tests start with `hides`.
#[track_caller]
pub(crate) fn hidden(report: &Report, hides: &str) -> String {
    let mut all = report.diagnostics.iter();
    let found = all.find(|each| each.hides == hides);
    words(
        &found
            .unwrap_or_else(|| panic!("{hides} is hidden in {report:#?}"))
            .failure,
    )
}
