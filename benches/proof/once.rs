//! Proves one range in a process of its own, and says what that took.

use redgreen_core::evidence::Evidence;
use redgreen_core::outcome::Outcome;
use redgreen_core::proof::Policy;
use redgreen_engine::git::Git;
use redgreen_engine::journal::Key;
use redgreen_engine::observe::Manner;
use redgreen_engine::prove::{Request, Workshop, find_ends, prove as prove_range};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The word that makes this program prove one range and end.
pub(crate) const WORD: &str = "prove-once";

/// What one proof took.
#[derive(Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) verdict: String,
    /// Wall time of the whole process, in milliseconds.
    pub(crate) total_ms: f64,
    /// Wall time of the runners' commands, in milliseconds.
    runners_ms: f64,
    pub(crate) peak_mb: f64,
    /// Tests that ran.
    pub(crate) executed: usize,
    /// One line for each observation.
    pub(crate) observations: Vec<String>,
}

impl Seen {
    /// Everything but the runners' commands.
    pub(crate) fn own_ms(&self) -> f64 {
        self.total_ms - self.runners_ms
    }
}

/// This program.
pub(crate) fn own_program() -> PathBuf {
    std::env::current_exe().expect("a path of this program")
}

/// Starts `program` on the branch that `repository` stands on.
pub(crate) fn started(mut program: Command, repository: &Path, cache: &Path) -> Seen {
    program.arg(WORD).arg(repository).arg(cache);
    program.stderr(Stdio::inherit());
    let began = Instant::now();
    let ended = program.output().expect("this program can be started");
    let took = began.elapsed().as_secs_f64() * 1000.0;
    let mut seen: Seen = serde_json::from_slice(&ended.stdout).expect("the proof is told");
    seen.total_ms = took;
    seen
}

/// Proves the branch that `repository` stands on, and prints what that took.
pub(crate) fn prove(repository: &str, cache: &str) {
    let cache = Path::new(cache);
    redgreen_engine::sandbox::choose(&own_program(), None);
    let git = Git::open(Path::new(repository)).expect("a repository");
    let workshop = Workshop {
        cache: cache.to_owned(),
        state: cache.join("state"),
        key: Key::load(&cache.join("state")).expect("a key"),
    };
    let manner = Manner {
        reuse: true,
        ..Manner::default()
    };
    let ends = find_ends(&git, &Request::default()).expect("a range");
    let policy = Policy::default();
    let proved = prove_range(&git, &ends, &policy, (&workshop, manner), Box::new(|_| {}));
    let proved = proved.expect("a proof");
    let fresh = || proved.evidence.iter().filter(|(_, cached)| !cached);
    let seen = Seen {
        verdict: format!("{:?}", proved.proof.verdict),
        total_ms: 0.0,
        runners_ms: fresh().map(|(evidence, _)| evidence.ms as f64).sum(),
        peak_mb: peak_mb(),
        executed: fresh().map(|(evidence, _)| executed(evidence)).sum(),
        observations: proved.evidence.iter().map(|(seen, _)| line(seen)).collect(),
    };
    println!("{}", serde_json::to_string(&seen).expect("plain figures"));
}

fn executed(evidence: &Evidence) -> usize {
    let ran = |outcome: &Outcome| match outcome {
        Outcome::Passed | Outcome::Failed(_) | Outcome::TimedOut => true,
        Outcome::Absent | Outcome::NotCollected | Outcome::Skipped(_) | Outcome::NotReached => {
            false
        }
    };
    let seen = evidence.report.tests.values();
    seen.filter(|test| ran(&test.outcome)).count()
}

fn line(evidence: &Evidence) -> String {
    let asked = &evidence.observation;
    format!(
        "tree {:?}  {:12} {:4} tests  {:2} commands  {:6} ms",
        asked.tree,
        format!("{:?}", asked.order),
        executed(evidence),
        evidence.commands.len(),
        evidence.ms
    )
}

/// The most memory that this process ever held, in megabytes.
pub(crate) fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("this bench runs on Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let words = line.and_then(|line| line.split_whitespace().nth(1));
    let kilobytes: f64 = words.and_then(|word| word.parse().ok()).expect("a number");
    kilobytes * 1024.0 / 1e6
}
