//! Makes small Maven projects and asks the adapter about them.

use crate::project::told::{files, tests};
use crate::project::{Answer, Disk, Question, Start};
use redgreen_core::evidence::{Order, Report, Selection};
use redgreen_core::mutant::Mutant;
use redgreen_core::outcome::{Failure, FailureKind, Outcome};
use redgreen_toolchain::java::Maven;
use redgreen_toolchain::{
    Invocation, MutantAsk, MutantReport, RawOutput, Role, Runner, Tool, Unit,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

/// The versions that scripts/test fetches.
pub(crate) const JUNIT5: &str = "<dependency><groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><version>5.11.4</version><scope>test</scope></dependency>";
pub(crate) const JUNIT4: &str = "<dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13.2</version><scope>test</scope></dependency>";
pub(crate) const VINTAGE: &str = "<dependency><groupId>org.junit.vintage</groupId><artifactId>junit-vintage-engine</artifactId><version>5.11.4</version><scope>test</scope></dependency>";
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
    disk: Disk,
    /// The longest that a start of Maven may take.
    limit: Duration,
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
        Self {
            disk: Disk::new(files),
            limit: Duration::from_secs(300),
        }
    }

    pub(crate) fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.disk.tree()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        self.disk.write(path, text);
    }

    pub(crate) fn unit(&self) -> Unit {
        self.disk.unit(&[&Maven])
    }

    pub(crate) fn whole(&self) -> Run {
        self.run(&Selection::Whole, Order::AsWritten)
    }

    pub(crate) fn files(&self, paths: &[&str]) -> Run {
        self.run(&files(paths), Order::AsWritten)
    }

    pub(crate) fn tests(&self, names: &[&str], order: Order) -> Run {
        self.run(&tests(names), order)
    }

    pub(crate) fn run(&self, tests: &Selection, order: Order) -> Run {
        let question = Question {
            unit: &self.unit(),
            tool: Tool {
                program: "mvn".to_owned(),
                fingerprint: "mvn".to_owned(),
            },
            tests,
            order,
            limit_ms: 2000,
        };
        let answer = self.disk.ask(&question, |ask| {
            let execute = |invocation: &Invocation| self.execute(invocation, ask.scratch);
            Answer::of(&Maven, ask, execute)
        });
        Run {
            printed: answer.printed(),
            report: answer.report,
            commands: answer.commands,
        }
    }

    /// What a session says of mutants, and the commands that it took.
    pub(crate) fn mutated(
        &self,
        (mutants, texts): (&[Mutant], &BTreeMap<String, String>),
        new_tests: &BTreeSet<String>,
    ) -> (MutantReport, Vec<Invocation>) {
        let question = Question {
            unit: &self.unit(),
            tool: Tool {
                program: "mvn".to_owned(),
                fingerprint: "mvn".to_owned(),
            },
            tests: &Selection::Whole,
            order: Order::AsWritten,
            limit_ms: 20_000,
        };
        self.disk.ask(&question, |ask| {
            let asked = MutantAsk {
                ask: ask.clone(),
                mutants,
                texts,
                new_tests,
                budget_ms: 1_000_000,
                jobs: 2,
                memory: 128 << 20,
                killers: &BTreeMap::new(),
                unreached: &BTreeMap::new(),
            };
            let mutator = Maven.mutator().expect("Maven tries mutants");
            let (mut outputs, mut commands) = (Vec::new(), Vec::new());
            loop {
                let next = mutator.next(&asked, &outputs, 0);
                if next.is_empty() {
                    return (mutator.read(&asked, &outputs), commands);
                }
                assert!(commands.len() < 200, "the session never ends");
                outputs.extend(next.iter().map(|one| self.execute(one, ask.scratch)));
                commands.extend(next);
            }
        })
    }

    fn execute(&self, invocation: &Invocation, scratch: &Path) -> RawOutput {
        let turn = match invocation.role {
            Role::Run | Role::Session => Some(
                TURNS
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner),
            ),
            Role::Build => None,
        };
        let start = Start {
            tree: &self.tree(),
            scratch,
            kept: &["HOME", "JAVA_HOME"],
            given: &[("LC_ALL", "C.UTF-8")],
            limit: self.limit,
            stop_at: None,
            install: "Install Maven and a JDK: apt-get install maven default-jdk-headless",
        };
        let output = start.execute(invocation);
        drop(turn);
        output
    }
}
