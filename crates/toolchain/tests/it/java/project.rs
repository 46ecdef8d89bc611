//! Makes small projects in directories of their own and executes what the adapter asks for.

use crate::ended::{grouped, wait};
use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_core::outcome::{Failure, FailureKind, Outcome};
use redgreen_toolchain::java::Maven;
use redgreen_toolchain::{Ask, Files, Invocation, RawOutput, Role, Runner, Tool, Unit};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;
use tempfile::TempDir;

/// The versions that scripts/test fetches.
pub(crate) const JUNIT5: &str = "<dependency><groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><version>5.11.4</version><scope>test</scope></dependency>";
pub(crate) const JUNIT4: &str = "<dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13.2</version><scope>test</scope></dependency>";
pub(crate) const SUREFIRE_3: &str = "3.5.2";
pub(crate) const SUREFIRE_2: &str = "2.22.2";

/// Starts of Maven at the same time: each takes a core and a half.
static TURNS: Mutex<()> = Mutex::new(());

/// A pom with these dependencies, this Surefire, and more inside its plug-in and its project.
pub(crate) fn pom(dependencies: &str, surefire: &str, inside: &str, more: &str) -> String {
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.shop</groupId>
  <artifactId>shop</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>{dependencies}</dependencies>
  <build><plugins>
    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.13.0</version></plugin>
    <plugin><artifactId>maven-surefire-plugin</artifactId><version>{surefire}</version>{inside}</plugin>
  </plugins></build>
  {more}
</project>
"
    )
}

/// A plain pom for JUnit 5.
pub(crate) fn plain() -> String {
    pom(JUNIT5, SUREFIRE_3, "", "")
}

/// A project on disk.
pub(crate) struct Project {
    root: TempDir,
    paths: Vec<String>,
    /// The longest that a start of Maven may take.
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

/// The report of a run and the commands that it took.
pub(crate) struct Run {
    pub(crate) report: Report,
    pub(crate) commands: Vec<Invocation>,
    printed: String,
}

impl Run {
    pub(crate) fn outcome(&self, name: &str) -> &Outcome {
        let seen = self.report.tests.get(name);
        &seen
            .unwrap_or_else(|| panic!("no {name} in {:#?}\n{}", self.report, self.printed))
            .outcome
    }

    pub(crate) fn failure(&self, name: &str) -> &Failure {
        let Outcome::Failed(failure) = self.outcome(name) else {
            panic!("{name} did not fail: {:?}", self.outcome(name));
        };
        failure
    }

    /// Kind and place of the failure of `name`.
    pub(crate) fn failed(&self, name: &str) -> (FailureKind, String) {
        let failure = self.failure(name);
        let at = failure.at.as_ref();
        let at = at.map_or_else(String::new, |at| format!("{}:{}", at.path, at.line));
        (failure.kind.clone(), at)
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.report.tests.keys().map(String::as_str).collect()
    }

    /// How often Maven started.
    pub(crate) fn starts(&self) -> usize {
        let runs = self.commands.iter();
        runs.filter(|command| command.role == Role::Run).count()
    }

    pub(crate) fn sound(&self) -> &Self {
        assert_eq!(self.report.trouble, None, "{}", self.printed);
        self
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
            limit: Duration::from_secs(300),
        }
    }

    pub(crate) fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.root.path().join("tree")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.tree().join(path), text).unwrap();
    }

    pub(crate) fn unit(&self) -> Unit {
        let mut units = Maven.detect(self);
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
            program: "mvn".to_owned(),
            fingerprint: "mvn".to_owned(),
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
            nonce: "0a1b",
            test_limit_ms: 2000,
        };
        let mut outputs = Vec::new();
        let mut commands = Vec::new();
        while let Some(invocation) = Maven.next(&ask, &outputs) {
            assert!(outputs.len() < 100, "the run never ends");
            outputs.push(self.execute(&invocation, scratch.path()));
            commands.push(invocation);
        }
        let report = Maven.read(&ask, &outputs);
        let shown = outputs.iter().zip(&commands).map(|(output, command)| {
            let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
            format!("{:?}\n{:?}\n{stdout}", command.argv, output.exit)
        });
        Run {
            report,
            printed: shown.collect::<Vec<String>>().join("\n"),
            commands,
        }
    }

    fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        for (path, text) in &invocation.plants {
            let path = self.tree().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            assert!(!path.exists(), "{}", path.display());
            fs::write(path, text).unwrap();
        }
        let turn = match invocation.role {
            Role::Run | Role::Session => Some(
                TURNS
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner),
            ),
            Role::Build => None,
        };
        let output = self.spawn(invocation, scratch);
        drop(turn);
        for (path, _) in &invocation.plants {
            fs::remove_file(self.tree().join(path)).unwrap();
        }
        output
    }

    fn spawn(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        let (out, err) = (scratch.join("stdout"), scratch.join("stderr"));
        let mut command = Command::new(&invocation.argv[0]);
        command
            .args(&invocation.argv[1..])
            .current_dir(&invocation.dir)
            .env_clear()
            .env("LC_ALL", "C.UTF-8")
            .envs(invocation.env.iter().cloned())
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap());
        for key in ["PATH", "HOME", "JAVA_HOME"] {
            command.envs(std::env::var_os(key).map(|value| (key, value)));
        }
        let mut child = grouped(&mut command).spawn().unwrap_or_else(|error| {
            panic!(
                "{}: {error}. Install Maven and a JDK: apt-get install maven default-jdk-headless",
                invocation.argv[0]
            )
        });
        let exit = wait(&mut child, self.limit, None);
        let read = |name: &String| Some((name.clone(), fs::read(scratch.join(name)).ok()?));
        let files: BTreeMap<String, Vec<u8>> = invocation.reads.iter().filter_map(read).collect();
        RawOutput {
            exit,
            stdout: fs::read(out).unwrap(),
            stderr: fs::read(err).unwrap(),
            files,
        }
    }
}
