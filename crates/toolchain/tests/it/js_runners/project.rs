//! Makes small packages on disk and executes what a runner's adapter asks for.

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
    fn read(root: &Path) -> Self {
        let mut texts = BTreeMap::new();
        let mut dirs = vec![root.to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in std::fs::read_dir(&dir).expect("the directory can be listed") {
                let path = entry.expect("the entry can be read").path();
                if path.is_symlink() || path.ends_with("node_modules") {
                    continue;
                }
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

/// The installed runners.
fn installed() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut homes = ["scripts/test-js", "target/test-tools/js"]
        .map(|home| root.join(home))
        .into_iter();
    let found = homes.find(|home| home.join("node_modules/jest").is_dir());
    let found = found.expect(
        "these tests need node's runners; install them: npm --prefix scripts/test-js install",
    );
    let folder = found.join("node_modules");
    folder.canonicalize().expect("the folder exists")
}

/// A folder of links to the installed packages, as the proof's trees have one.
fn borrow(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the folder can be listed") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        if name.to_string_lossy().starts_with('@') {
            borrow(&path, &to.join(name));
        } else if !name.to_string_lossy().starts_with('.') || name == ".bin" {
            std::os::unix::fs::symlink(&path, to.join(name)).expect("a link");
        }
    }
}

/// A package in a temporary directory.
pub(crate) struct Project {
    root: tempfile::TempDir,
    runner: &'static dyn Runner,
    runs: std::cell::Cell<u32>,
    pub(crate) limit_ms: u64,
    pub(crate) whole_limit: Duration,
    /// A run is stopped, as at its time limit, once this file of the tree is there.
    pub(crate) stop_at: Option<&'static str>,
}

impl Project {
    pub(crate) fn new(runner: &'static dyn Runner, files: &[(&str, &str)]) -> Self {
        let project = Self {
            root: tempfile::tempdir().expect("a temporary directory"),
            runner,
            runs: std::cell::Cell::new(0),
            limit_ms: 60_000,
            whole_limit: Duration::from_secs(240),
            stop_at: None,
        };
        std::fs::create_dir_all(project.tree()).expect("the tree can be made");
        for (path, text) in files {
            project.write(path, text);
        }
        borrow(&installed(), &project.tree().join("node_modules"));
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

    pub(crate) fn whole(&self) -> Report {
        self.run(&Selection::Whole, Order::AsWritten)
    }

    pub(crate) fn tests(&self, ids: &[&str]) -> Report {
        self.run(&tests(ids), Order::AsWritten)
    }

    pub(crate) fn run(&self, tests: &Selection, order: Order) -> Report {
        self.run_with(tests, order, &|_| {}).0
    }

    /// Runs, and lets `tamper` change what a command left behind; with the number of commands.
    pub(crate) fn run_with(
        &self,
        tests: &Selection,
        order: Order,
        tamper: &dyn Fn(&mut RawOutput),
    ) -> (Report, usize) {
        let number = self.runs.get() + 1;
        self.runs.set(number);
        let scratch = self.root().join(format!("scratch-{number}"));
        std::fs::create_dir_all(&scratch).expect("a scratch directory");
        let unit = self.unit();
        let probe = self.runner.probes(&unit, &Snapshot::default()).remove(0);
        let tool = Tool {
            program: self
                .tree()
                .join(probe.program)
                .to_string_lossy()
                .into_owned(),
            fingerprint: String::new(),
        };
        let nonce = format!("nonce{number}");
        let (tree, cache) = (self.tree(), self.root().join("cache"));
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
            let mut output = self.execute(&invocation, &scratch);
            tamper(&mut output);
            outputs.push(output);
        }
        (self.runner.read(&ask, &outputs), outputs.len())
    }

    fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        for (path, text) in &invocation.writes {
            std::fs::write(scratch.join(path), text).expect("a scratch file");
        }
        let capture = |name: &str| std::fs::File::create(scratch.join(name)).expect("a file");
        let mut child = grouped(&mut Command::new(&invocation.argv[0]))
            .args(&invocation.argv[1..])
            .current_dir(&invocation.dir)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.root())
            .env("CI", "1")
            .envs(invocation.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(capture("stdout"))
            .stderr(capture("stderr"))
            .spawn()
            .expect("these tests need node on the search path");
        let sign = self.stop_at.map(|name| self.tree().join(name));
        let exit = wait(&mut child, self.whole_limit, sign.as_deref());
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

/// Stage, kind, missing name and place of a failure in one line.
pub(crate) fn told(outcome: &Outcome) -> String {
    let Outcome::Failed(failure) = outcome else {
        return format!("{outcome:?}");
    };
    let at = failure.at.as_ref();
    let at = at.map_or(String::new(), |at| format!(" at {}:{}", at.path, at.line));
    format!("{:?}: {}{at}", failure.stage, kind_of(failure))
}
