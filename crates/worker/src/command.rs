//! Hands a task to any program: a prompt file, a task file, and a place for its claim.

mod agent;

pub use agent::Agent;

use crate::held::{Hold, Left, Needs, Reach};
use crate::outside::NO_BYTECODE;
use redgreen_core::claim::Claim;
use redgreen_engine::drive::{Failing, Handed, Logbook, Task, Worker, WorkerFailed};
use redgreen_engine::process::{Command, Exit, Finished, Home, clean_env};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// The longest that a program may take for one task.
const LIMIT: Duration = Duration::from_secs(3600);

/// Where hosts are named that a program may reach.
pub(crate) const HOSTS: &str = "name hosts under [worker] hosts";

/// A program that works. It is started in the worktree with the prompt file as its last argument
/// and finds in its environment:
///
/// - `REDGREEN_PROMPT`: the prompt file,
/// - `REDGREEN_TASK`: the same task as JSON,
/// - `REDGREEN_CLAIM`: where it may leave its claim as JSON (`summary`, `links`, `notes`),
/// - `REDGREEN_PHASE`: the phase's name.
///
/// What it prints is its claim where it leaves none. No secret of the caller's environment reaches
/// it.
#[derive(Clone, Debug)]
pub struct Program {
    argv: Vec<String>,
    name: String,
    scratch: PathBuf,
    stop: Option<Arc<AtomicBool>>,
    seen: Vec<String>,
}

impl Program {
    /// The program that `line` names: words, split at white space and never given to a shell.
    /// `scratch` is a directory outside the repository.
    pub fn new(line: &str, scratch: &Path, stop: Option<Arc<AtomicBool>>) -> Self {
        Self {
            argv: line.split_whitespace().map(str::to_owned).collect(),
            name: line.to_owned(),
            scratch: scratch.to_owned(),
            stop,
            seen: Vec::new(),
        }
    }

    fn run(&mut self, task: &Task, dir: &Path) -> Result<Claim, WorkerFailed> {
        let (prompt, json, claim) = (
            dir.join("prompt.md"),
            dir.join("task.json"),
            dir.join("claim.json"),
        );
        let text =
            serde_json::to_string_pretty(task).map_err(|e| WorkerFailed::because(e.to_string()))?;
        fs::create_dir_all(dir)
            .and_then(|()| fs::write(&prompt, &task.prompt))
            .and_then(|()| fs::write(&json, text))
            .map_err(|e| WorkerFailed::because(format!("{}: {e}", dir.display())))?;
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let own = [
            ("REDGREEN_PROMPT".to_owned(), path(&prompt)),
            ("REDGREEN_TASK".to_owned(), path(&json)),
            ("REDGREEN_CLAIM".to_owned(), path(&claim)),
            ("REDGREEN_PHASE".to_owned(), task.phase.as_str().to_owned()),
            ("REDGREEN_WORKER".to_owned(), "1".to_owned()),
            NO_BYTECODE.map(str::to_owned).into(),
        ];
        let extra = [&own[..], &task.bounds.variables].concat();
        let argv = self.argv.iter().cloned().chain([path(&prompt)]);
        let mut command = Command::new(argv, &task.worktree, LIMIT);
        let parent: Vec<(OsString, OsString)> = std::env::vars_os().collect();
        command.env = clean_env(&parent, Home::Own, dir, &extra);
        command.stop.clone_from(&self.stop);
        let done = self.held(command, task, dir)?;
        let why = match done.exit {
            Exit::Code(0) => return Ok(read_claim(&claim, &done.stdout.text())),
            Exit::Code(code) => format!("exit {code}: {}", last_line(&done.stderr.text())),
            Exit::Signal(signal) => format!("ended by signal {signal}"),
            Exit::TimedOut => format!("not done after {} s", LIMIT.as_secs()),
            Exit::Interrupted => "stopped on request".to_owned(),
        };
        Err(WorkerFailed {
            why,
            sort: if done.exit == Exit::Interrupted {
                Failing::Stopped
            } else {
                Failing::Own
            },
        })
    }
}

impl Program {
    /// Runs `command` in the sandbox of a worker, and remembers what that saw.
    fn held(
        &mut self,
        command: Command,
        task: &Task,
        dir: &Path,
    ) -> Result<Finished, WorkerFailed> {
        let worker = &task.bounds.worker;
        let hold = Hold::around(
            task,
            Needs {
                reach: Reach::of_project(worker),
                own: dir,
                temp: &dir.join("tmp"),
                readable: &worker.readable,
                writable: &worker.writable,
                hidden: &[],
                hint: HOSTS.to_owned(),
            },
        )?;
        let done = hold.run(command);
        let left = done.as_ref().map(Left::from).unwrap_or_default();
        self.seen = hold.seen(left);
        done
    }
}

impl Worker for Program {
    fn name(&self) -> String {
        format!("command:{}", self.name)
    }

    fn seen(&mut self) -> Vec<String> {
        std::mem::take(&mut self.seen)
    }

    fn work(&mut self, task: &Task, _logbook: &mut dyn Logbook) -> Result<Handed, WorkerFailed> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let dir = self
            .scratch
            .join(format!("work-{}-{number}", std::process::id()));
        let claim = self.run(task, &dir);
        // A task's files are of no use once the task is over.
        fs::remove_dir_all(&dir).unwrap_or_default();
        claim.map(Handed::Done)
    }
}

/// The claim that was left, else the last lines of what was printed.
fn read_claim(path: &Path, printed: &str) -> Claim {
    let left = fs::read(path)
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok());
    left.unwrap_or_else(|| {
        let lines: Vec<&str> = printed
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        let summary = lines[lines.len().saturating_sub(10)..].join("\n");
        Claim {
            summary: summary.chars().take(4000).collect(),
            ..Claim::default()
        }
    })
}

pub(crate) fn last_line(text: &str) -> String {
    let line = text
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    line.trim().chars().take(300).collect()
}
