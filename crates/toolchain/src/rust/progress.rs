//! Follows one test binary: which tests ended, and how to find the one that took others along.

use super::command::Pace;
use super::panic;
use super::report::{Mark, Seen};
use super::session::Batch;
use crate::ask::{Ask, Exit, RawOutput};
use redgreen_core::evidence::Trouble;
use redgreen_core::outcome::{Failure, FailureKind, Outcome, Stage};
use std::collections::{BTreeMap, BTreeSet};

/// Processes of one binary that may die before the rest is given up.
const DEATHS: usize = 24;
/// Processes of one binary that may reach the time limit before the rest is given up.
const HANGS: usize = 6;
/// Up to this many suspects of a hang run alone each.
const SUSPECTS: usize = 20;

/// What is known of one binary.
#[derive(Default)]
pub(super) struct Progress {
    /// Its tests; nothing where it lists none in the harness's way.
    pub(super) listed: Option<BTreeSet<String>>,
    /// Those that the run asks for.
    pub(super) asked: Vec<String>,
    /// How each ended, by the harness's name.
    pub(super) outcomes: BTreeMap<String, Outcome>,
    /// Why the binary cannot be believed or started.
    pub(super) trouble: Option<Trouble>,
    /// How a process ended that named no culprit, until one is found.
    unexplained: Option<String>,
    deaths: usize,
    hangs: usize,
}

impl Progress {
    /// Takes the listing.
    pub(super) fn take_list(&mut self, names: Option<BTreeSet<String>>, output: &RawOutput) {
        self.listed = names;
        let stderr = String::from_utf8_lossy(&output.stderr);
        if let Some(why) = loader_error(&stderr).filter(|_| self.listed.is_none()) {
            self.trouble = Some(Trouble::CouldNotRun { why });
        }
    }

    /// Takes one process and says which others are owed because of it.
    pub(super) fn take_run(
        &mut self,
        ask: &Ask<'_>,
        id: &str,
        batch: &Batch,
        output: &RawOutput,
    ) -> Vec<Batch> {
        let known: BTreeSet<String> = batch.names.iter().cloned().collect();
        let text = String::from_utf8_lossy(&output.stdout);
        let seen = Seen::read(&text, &known);
        self.keep(ask, &seen);
        let unfinished: Vec<String> = batch
            .names
            .iter()
            .filter(|name| !seen.results.contains_key(*name))
            .cloned()
            .collect();
        let untold = untold(&seen);
        if seen.counts.is_some() {
            self.reconcile(id, &seen, output.exit, unfinished.len());
            return Vec::new();
        }
        if unfinished.is_empty() {
            let how = ending(output);
            self.distrust(format!(
                "{id} {how} after its last test and before its last line"
            ));
            return Vec::new();
        }
        match output.exit {
            Exit::TimedOut => self.after_hang(batch, &seen, (unfinished, untold)),
            Exit::Code(_) | Exit::Signal(_) => {
                self.after_death(id, (batch, &seen), output, (unfinished, untold))
            }
        }
    }

    fn keep(&mut self, ask: &Ask<'_>, seen: &Seen) {
        let untold = untold(seen);
        for (name, mark) in &seen.results {
            if untold.contains(name) {
                continue;
            }
            let outcome = match mark {
                Mark::Passed => Outcome::Passed,
                Mark::Failed => {
                    let section = seen.sections.get(name).map_or("", String::as_str);
                    Outcome::Failed(panic::failure(ask, name, section))
                }
                Mark::Ignored(reason) if reason.is_empty() => {
                    Outcome::Skipped("ignored".to_owned())
                }
                Mark::Ignored(reason) => Outcome::Skipped(format!("ignored: {reason}")),
            };
            self.outcomes.insert(name.clone(), outcome);
        }
    }

    /// Holds a run that came to its end against its own numbers.
    fn reconcile(&mut self, id: &str, seen: &Seen, exit: Exit, unfinished: usize) {
        let failed = seen.counts.is_some_and(|counts| counts.failed > 0);
        let owed = if failed { 101 } else { 0 };
        if let Some(why) = seen.disagreement() {
            self.distrust(format!("{id}: {why}"));
        } else if unfinished > 0 {
            self.distrust(format!("{id}: {unfinished} asked tests did not run"));
        } else if exit != Exit::Code(owed) {
            self.distrust(format!("{id}: exit {exit:?} does not fit its result line"));
        }
    }

    fn distrust(&mut self, why: String) {
        self.trouble.get_or_insert(Trouble::Inconsistent { why });
    }

    fn after_death(
        &mut self,
        id: &str,
        (batch, seen): (&Batch, &Seen),
        output: &RawOutput,
        (unfinished, untold): (Vec<String>, Vec<String>),
    ) -> Vec<Batch> {
        let stderr = String::from_utf8_lossy(&output.stderr);
        if let Some(why) = loader_error(&stderr) {
            self.trouble = Some(Trouble::CouldNotRun { why });
            return Vec::new();
        }
        self.deaths += 1;
        let how = ending(output);
        let Some(culprit) = culprit(batch, seen, &stderr, &unfinished) else {
            if batch.pace == Pace::Serial || self.deaths > DEATHS {
                self.distrust(format!("{id} {how} and named no test"));
                return self.give_up(&unfinished);
            }
            self.unexplained = Some(format!(
                "{id} {how} while several tests ran, but none does so alone"
            ));
            return vec![Batch::of([unfinished, untold].concat(), Pace::Serial)];
        };
        let message = match last_words(&stderr) {
            Some(words) => format!("the test process {how}: {words}"),
            None => format!("the test process {how}"),
        };
        let kind = panic::stub_name(&stderr).map_or(FailureKind::Death, FailureKind::Stub);
        let failure = Failure::new(Stage::Process, kind, &message);
        self.outcomes
            .insert(culprit.clone(), Outcome::Failed(failure));
        self.unexplained = None;
        let others = unfinished.into_iter().filter(|name| *name != culprit);
        let rest: Vec<String> = others.collect();
        let rest = [rest, untold].concat();
        if rest.is_empty() {
            return Vec::new();
        }
        if self.deaths > DEATHS {
            return self.give_up(&rest);
        }
        vec![Batch::of(rest, batch.pace)]
    }

    /// A test that was running when the limit came is a suspect only: the limit is that of the
    /// whole process. It is a hang where the test reaches it alone.
    fn after_hang(
        &mut self,
        batch: &Batch,
        seen: &Seen,
        (unfinished, untold): (Vec<String>, Vec<String>),
    ) -> Vec<Batch> {
        self.hangs += 1;
        if let [only] = batch.names.as_slice() {
            self.outcomes.insert(only.clone(), Outcome::TimedOut);
            self.unexplained = None;
            return Vec::new();
        }
        if self.hangs > HANGS {
            return self.give_up(&[unfinished, untold].concat());
        }
        let unfinished = [unfinished, untold].concat();
        let alone = |name: &String| Batch::of(vec![name.clone()], Pace::Serial);
        if unfinished.len() <= SUSPECTS {
            return unfinished.iter().map(alone).collect();
        }
        let Some(suspect) = &seen.started else {
            return vec![Batch::of(unfinished, Pace::Serial)];
        };
        let rest = unfinished.iter().filter(|name| *name != suspect);
        vec![
            alone(suspect),
            Batch::of(rest.cloned().collect(), Pace::Serial),
        ]
    }

    fn give_up(&mut self, unfinished: &[String]) -> Vec<Batch> {
        for name in unfinished {
            self.outcomes.insert(name.clone(), Outcome::NotReached);
        }
        Vec::new()
    }

    /// What cannot be believed of this binary, once all its processes ended.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        let unexplained = self.unexplained.clone();
        let unexplained = unexplained.map(|why| Trouble::Inconsistent { why });
        self.trouble.clone().or(unexplained)
    }
}

/// Tests that failed in a process that ended before it told why: the reasons come last.
fn untold(seen: &Seen) -> Vec<String> {
    let silent = |(name, mark): &(&String, &Mark)| {
        seen.counts.is_none() && **mark == Mark::Failed && !seen.sections.contains_key(*name)
    };
    let silent = seen.results.iter().filter(silent);
    silent.map(|(name, _)| name.clone()).collect()
}

/// The test that ended the process: the only one, the one that started last, or the one whose
/// thread the process's last words name.
fn culprit(batch: &Batch, seen: &Seen, stderr: &str, unfinished: &[String]) -> Option<String> {
    if let [only] = unfinished
        && (batch.names.len() == 1 || batch.pace == Pace::Parallel)
    {
        return Some(only.clone());
    }
    if let Some(started) = &seen.started {
        return Some(started.clone());
    }
    let mut named = stderr.lines().filter_map(|line| {
        let (_, rest) = line.split_once("thread '")?;
        let (name, rest) = rest.split_once('\'')?;
        rest.contains("has overflowed its stack")
            .then(|| name.to_owned())
    });
    named.find(|name| unfinished.contains(name))
}

fn ending(output: &RawOutput) -> String {
    match output.exit {
        Exit::Code(code) => format!("ended with exit code {code}"),
        Exit::Signal(signal) => format!("was ended by signal {signal}"),
        Exit::TimedOut => "was stopped at its time limit".to_owned(),
    }
}

/// The first line that tells why a process died.
fn last_words(stderr: &str) -> Option<&str> {
    let mut lines = stderr
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    lines.next()
}

/// Why the system could not start a binary.
fn loader_error(stderr: &str) -> Option<String> {
    let marks = [
        "error while loading shared libraries",
        "Library not loaded",
        "dyld: ",
    ];
    let line = stderr
        .lines()
        .find(|line| marks.iter().any(|mark| line.contains(mark)))?;
    Some(line.trim().to_owned())
}
