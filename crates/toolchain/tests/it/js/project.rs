//! Makes small JavaScript projects on disk and executes what an adapter asks for.

use crate::ended::{grouped, wait};
use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_core::outcome::{Failure, Outcome};
use redgreen_toolchain::{Ask, Files, Invocation, RawOutput, Runner, Tool, Unit};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What installs the runners that these tests need.
const INSTALL: &str = "these tests need the pinned JavaScript runners; install them:\n  \
    mkdir -p target/test-tools/js && cp scripts/test-js/package*.json target/test-tools/js/ && \
    npm --prefix target/test-tools/js install";

/// The node_modules folder with the pinned runners.
pub(crate) fn modules() -> PathBuf {
    let home =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-tools/js/node_modules");
    assert!(home.join(".bin/vitest").exists(), "{INSTALL}");
    home.canonicalize().expect("the folder exists")
}

/// The files of a map.
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
        Self::from(texts.collect())
    }

    pub(crate) fn from(texts: BTreeMap<String, String>) -> Self {
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

/// A project in a temporary directory, served by one runner.
pub(crate) struct Project {
    root: tempfile::TempDir,
    pub(crate) runner: &'static dyn Runner,
    program: PathBuf,
    pub(crate) texts: BTreeMap<String, String>,
    runs: Cell<u32>,
    pub(crate) limit_ms: u64,
    pub(crate) whole_limit: Duration,
    pub(crate) last: std::cell::RefCell<String>,
}

impl Project {
    /// A project whose node_modules is a folder of links, as in a proof's tree.
    pub(crate) fn new(
        runner: &'static dyn Runner,
        program: impl Into<PathBuf>,
        files: &[(&str, &str)],
    ) -> Self {
        let mut project = Self {
            root: tempfile::tempdir().expect("a temporary directory"),
            runner,
            program: program.into(),
            texts: BTreeMap::new(),
            runs: Cell::new(0),
            limit_ms: 60_000,
            whole_limit: Duration::from_secs(120),
            last: std::cell::RefCell::default(),
        };
        let linked = project.tree().join("node_modules");
        std::fs::create_dir_all(&linked).expect("a directory");
        for entry in std::fs::read_dir(modules()).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = entry.file_name();
            if !name.to_string_lossy().starts_with(".v") {
                symlink(entry.path(), linked.join(name)).expect("a link");
            }
        }
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    pub(crate) fn write(&mut self, path: &str, text: &str) {
        let file = self.tree().join(path);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a directory");
        std::fs::write(file, text).expect("the file can be written");
        self.texts.insert(path.to_owned(), text.to_owned());
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.root.path().canonicalize().expect("the root exists")
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.root().join("tree")
    }

    /// The only unit of the project's runner.
    pub(crate) fn unit(&self) -> Unit {
        let mut units = self.runner.detect(&Snapshot::from(self.texts.clone()));
        assert_eq!(units.len(), 1, "one unit: {units:?}");
        units.remove(0)
    }

    pub(crate) fn tool(&self) -> Tool {
        Tool {
            program: self.program.to_string_lossy().into_owned(),
            fingerprint: "pinned".to_owned(),
        }
    }

    pub(crate) fn whole(&self) -> Report {
        self.run(&Selection::Whole, Order::AsWritten)
    }

    pub(crate) fn tests(&self, ids: &[&str]) -> Report {
        self.run(&tests(ids), Order::AsWritten)
    }

    /// What the runner names of `tests` without running them.
    pub(crate) fn list(&self, tests: &Selection) -> Report {
        let lister = self.runner.lister().expect("a runner that can list");
        self.asked(tests, Order::AsWritten, |ask, scratch| {
            let mut outputs = Vec::new();
            while let Some(invocation) = lister.next(ask, &outputs) {
                outputs.push(self.execute(&invocation, scratch));
            }
            lister.read(ask, &outputs)
        })
    }

    pub(crate) fn run(&self, tests: &Selection, order: Order) -> Report {
        self.asked(tests, order, |ask, scratch| {
            let mut outputs = Vec::new();
            while let Some(invocation) = self.runner.next(ask, &outputs) {
                outputs.push(self.execute(&invocation, scratch));
            }
            let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let said = outputs.iter().map(|o| shown(&o.stdout) + &shown(&o.stderr));
            *self.last.borrow_mut() = said.collect();
            self.runner.read(ask, &outputs)
        })
    }

    fn asked(
        &self,
        tests: &Selection,
        order: Order,
        question: impl Fn(&Ask<'_>, &Path) -> Report,
    ) -> Report {
        let number = self.runs.get() + 1;
        self.runs.set(number);
        let (scratch, cache) = (
            self.root().join(format!("scratch-{number}")),
            self.root().join("cache"),
        );
        std::fs::create_dir_all(&scratch).expect("a scratch directory");
        let tool = self.tool();
        let (unit, tree, nonce) = (self.unit(), self.tree(), format!("nonce{number}"));
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
        let before = listing(&tree);
        let report = question(&ask, &scratch);
        assert_eq!(listing(&tree), before, "nothing is left in the tree");
        report
    }

    pub(crate) fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        for (path, text) in &invocation.writes {
            let path = scratch.join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            std::fs::write(path, text).expect("a scratch file");
        }
        let planted: Vec<PathBuf> = invocation
            .plants
            .iter()
            .map(|(path, _)| self.tree().join(path))
            .collect();
        for (path, (_, text)) in planted.iter().zip(&invocation.plants) {
            assert!(!path.exists(), "{path:?} is not there yet");
            std::fs::write(path, text).expect("a planted file");
        }
        let capture = |name: &str| std::fs::File::create(scratch.join(name)).expect("a file");
        let mut child = grouped(&mut Command::new(&invocation.argv[0]))
            .args(&invocation.argv[1..])
            .current_dir(&invocation.dir)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("CI", "1")
            .env("NO_COLOR", "1")
            .envs(invocation.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(capture("stdout"))
            .stderr(capture("stderr"))
            .spawn()
            .expect("the command can be started");
        let exit = wait(&mut child, self.whole_limit, None);
        for path in planted {
            std::fs::remove_file(path).expect("a planted file");
        }
        let read = |name: &str| std::fs::read(scratch.join(name)).ok();
        RawOutput {
            exit,
            stdout: read("stdout").unwrap_or_default(),
            stderr: read("stderr").unwrap_or_default(),
            files: invocation
                .reads
                .iter()
                .filter_map(|name| Some((name.clone(), read(name)?)))
                .collect(),
        }
    }
}

/// Every file of the tree outside of its dependency folder.
fn listing(tree: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut dirs = vec![tree.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(&dir).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.file_name().is_some_and(|name| name == "node_modules") {
                continue;
            }
            if path.is_dir() {
                dirs.push(path.clone());
            }
            found.push(path);
        }
    }
    found.sort();
    found
}

pub(crate) fn tests(ids: &[&str]) -> Selection {
    Selection::Tests(ids.iter().map(|id| (*id).to_owned()).collect())
}

pub(crate) fn files(paths: &[&str]) -> Selection {
    Selection::Files(paths.iter().map(|path| (*path).to_owned()).collect())
}

/// Every test of a report with its outcome in one word or two.
pub(crate) fn outcomes(report: &Report) -> Vec<(&str, String)> {
    let word = |outcome: &Outcome| match outcome {
        Outcome::Failed(failure) => format!("{:?} {}", failure.stage, kind_of(failure)),
        Outcome::Absent
        | Outcome::NotCollected
        | Outcome::Skipped(_)
        | Outcome::Passed
        | Outcome::NotReached
        | Outcome::TimedOut => format!("{outcome:?}"),
    };
    let tests = report.tests.iter();
    tests
        .map(|(name, seen)| (name.as_str(), word(&seen.outcome)))
        .collect()
}

/// A report without trouble.
#[track_caller]
pub(crate) fn trusted(report: &Report) {
    assert_eq!(report.trouble, None, "{report:#?}");
}

/// Kind of a failure with the name that was missing: `MissingName clamp in calc`.
pub(crate) fn kind_of(failure: &Failure) -> String {
    let kind = format!("{:?}", failure.kind)
        .replace("(\"", " ")
        .replace("\")", "");
    match &failure.symbol {
        Some(symbol) => match &symbol.owner {
            Some(owner) => format!("{kind} {} in {owner}", symbol.name),
            None => format!("{kind} {}", symbol.name),
        },
        None => kind,
    }
}
