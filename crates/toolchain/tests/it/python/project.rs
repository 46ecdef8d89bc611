//! Makes small projects on disk and executes what the adapter asks for.

use crate::ended::{grouped, wait};
use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_core::outcome::{Failure, Outcome};
use redgreen_toolchain::python::{Pytest, Unittest};
use redgreen_toolchain::{Ask, Files, Invocation, RawOutput, Runner, Tool, Unit, runner};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
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
            .map(|(p, t)| ((*p).to_owned(), (*t).to_owned()));
        let texts: BTreeMap<String, String> = texts.collect();
        let paths = texts.keys().cloned().collect();
        Self { paths, texts }
    }

    pub(crate) fn read(root: &Path) -> Self {
        let mut texts = BTreeMap::new();
        let mut dirs = vec![root.to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in std::fs::read_dir(&dir).expect("the directory can be listed") {
                let path = entry.expect("the entry can be read").path();
                if path.is_dir() {
                    dirs.push(path);
                } else if let Ok(text) = std::fs::read_to_string(&path) {
                    let name = path.strip_prefix(root).expect("inside");
                    texts.insert(name.to_string_lossy().into_owned(), text);
                }
            }
        }
        let paths = texts.keys().cloned().collect();
        Self { paths, texts }
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

/// The interpreter on the search path; it must have pytest.
pub(crate) fn python() -> &'static str {
    static PYTHON: OnceLock<String> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let output = Command::new("python3")
            .args(["-c", "import sys, pytest; print(sys.executable)"])
            .output()
            .expect("these tests need python3; install it, then: python3 -m pip install pytest");
        assert!(
            output.status.success(),
            "these tests need pytest; install it: python3 -m pip install pytest"
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    })
}

/// A project in a temporary directory.
pub(crate) struct Project {
    root: tempfile::TempDir,
    runs: std::cell::Cell<u32>,
    pub(crate) limit_ms: u64,
    pub(crate) whole_limit: Duration,
    pub(crate) program: String,
    pub(crate) extra_env: Vec<(String, String)>,
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let project = Self {
            root: tempfile::tempdir().expect("a temporary directory"),
            runs: std::cell::Cell::new(0),
            limit_ms: 60_000,
            whole_limit: Duration::from_secs(120),
            program: python().to_owned(),
            extra_env: Vec::new(),
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

    /// Every unit of the project, outermost first.
    pub(crate) fn units(&self) -> Vec<Unit> {
        let files = Snapshot::read(&self.tree());
        let mut units = Pytest.detect(&files);
        units.extend(Unittest.detect(&files));
        units
    }

    /// The only unit of the project.
    pub(crate) fn unit(&self) -> Unit {
        let mut units = self.units();
        assert_eq!(units.len(), 1, "one unit: {units:?}");
        units.remove(0)
    }

    pub(crate) fn run(&self, tests: &Selection, order: Order) -> Report {
        self.run_unit(&self.unit(), tests, order)
    }

    pub(crate) fn whole(&self) -> Report {
        self.run(&Selection::Whole, Order::AsWritten)
    }

    pub(crate) fn tests(&self, ids: &[&str]) -> Report {
        self.run(&tests(ids), Order::AsWritten)
    }

    pub(crate) fn run_unit(&self, unit: &Unit, tests: &Selection, order: Order) -> Report {
        self.asked(unit, tests, order, |ask| {
            let mut outputs = Vec::new();
            let runner = runner(&unit.runner).expect("a known runner");
            while let Some(invocation) = runner.next(ask, &outputs) {
                outputs.push(self.execute(&invocation, ask.scratch));
            }
            runner.read(ask, &outputs)
        })
    }

    /// What `act` makes of a question in a scratch directory of its own.
    pub(crate) fn asked<T>(
        &self,
        unit: &Unit,
        tests: &Selection,
        order: Order,
        act: impl FnOnce(&Ask<'_>) -> T,
    ) -> T {
        let number = self.runs.get() + 1;
        self.runs.set(number);
        let scratch = self.root().join(format!("scratch-{number}"));
        std::fs::create_dir_all(&scratch).expect("a scratch directory");
        let tool = Tool {
            program: self.program.clone(),
            fingerprint: "python".to_owned(),
        };
        let nonce = format!("nonce{number}");
        let (tree, cache) = (self.tree(), self.root().join("cache"));
        let ask = Ask {
            unit,
            tool: &tool,
            tests,
            order,
            tree: &tree,
            cache: &cache,
            scratch: &scratch,
            nonce: &nonce,
            test_limit_ms: self.limit_ms,
        };
        act(&ask)
    }

    /// Executes what the adapter asks for.
    pub(crate) fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        for (path, text) in &invocation.writes {
            std::fs::write(scratch.join(path), text).expect("a scratch file");
        }
        let capture = |name: &str| std::fs::File::create(scratch.join(name)).expect("a file");
        let mut child = grouped(&mut Command::new(&invocation.argv[0]))
            .args(&invocation.argv[1..])
            .current_dir(&invocation.dir)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("CI", "1")
            .envs(invocation.env.iter().map(|(name, value)| (name, value)))
            .envs(self.extra_env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(capture("stdout"))
            .stderr(capture("stderr"))
            .spawn()
            .expect("the command can be started");
        let exit = wait(&mut child, self.whole_limit, None);
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

/// What `id` did in `report`.
pub(crate) fn outcome<'r>(report: &'r Report, id: &str) -> &'r Outcome {
    let seen = report.tests.get(id);
    &seen
        .unwrap_or_else(|| panic!("{id} is in {report:#?}"))
        .outcome
}

/// The failure of `id` in `report`.
pub(crate) fn failure<'r>(report: &'r Report, id: &str) -> &'r Failure {
    let seen = outcome(report, id);
    let Outcome::Failed(failure) = seen else {
        panic!("{id} failed, not {seen:?}");
    };
    failure
}

/// A report without trouble.
#[track_caller]
pub(crate) fn trusted(report: &Report) {
    assert_eq!(report.trouble, None, "{report:#?}");
}

/// Kind of a failure with the name that was missing: `MissingName clamp in calc`.
pub(crate) fn kind_of(failure: &Failure) -> String {
    let kind = format!("{:?}", failure.kind);
    let kind = kind.replace("(\"", " ").replace("\")", "");
    match &failure.symbol {
        Some(symbol) => match &symbol.owner {
            Some(owner) => format!("{kind} {} in {owner}", symbol.name),
            None => format!("{kind} {}", symbol.name),
        },
        None => kind,
    }
}
