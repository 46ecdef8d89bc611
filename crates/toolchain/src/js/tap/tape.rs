//! Reads what tape did with one file.
//!
//! A test passes when all its assertions do, and it ran at least one of its own or below it.

use super::lines::{Line, Run};
use super::report::{Told, death};
use crate::Exit;
use crate::js::thrown::{self, Around, Thrown};
use redgreen_core::outcome::{Outcome, Stage};
use std::collections::BTreeMap;

#[derive(Default)]
struct Test {
    up: Option<u64>,
    titles: Vec<String>,
    skip: bool,
    todo: bool,
    finished: bool,
    held: usize,
    skipped: usize,
    /// The first assertion that did not hold, or what ended the test.
    failed: Option<Outcome>,
}

/// What the tests of the file came to.
pub(super) fn told(run: &Run, exit: Exit, around: Around<'_>) -> Told {
    let mut reader = Reader {
        around,
        drained: false,
        tests: BTreeMap::new(),
        order: Vec::new(),
        told: Told::default(),
    };
    for line in &run.lines {
        reader.take(line);
    }
    if run.end.is_none() && !run.has("late") {
        reader.unfinished(exit);
    } else if run.end.is_some() && reader.nothing_ran() {
        reader.ended_at_load();
    }
    reader.finish()
}

struct Reader<'r> {
    around: Around<'r>,
    /// Whether nothing was left to wait for.
    drained: bool,
    tests: BTreeMap<u64, Test>,
    order: Vec<u64>,
    told: Told,
}

impl Reader<'_> {
    fn take(&mut self, line: &Line) {
        match line.ev.as_str() {
            "begin" => {
                self.order.push(line.k);
                let test = Test {
                    up: line.up,
                    titles: line.titles.clone(),
                    skip: line.skip,
                    todo: line.todo,
                    ..Test::default()
                };
                self.tests.insert(line.k, test);
            }
            "point" => self.point(line),
            "finish" => {
                if let Some(test) = self.tests.get_mut(&line.k) {
                    test.finished = true;
                }
            }
            "drained" => self.drained = true,
            "loose" => self.loose(line),
            "late" => self.stop(Outcome::TimedOut),
            _ => {}
        }
    }

    fn point(&mut self, line: &Line) {
        self.told.points += 1;
        let fails = !line.ok && !line.skip && !line.todo;
        self.told.failures += usize::from(fails);
        let around = self.around;
        let drained = self.drained;
        let Some(test) = self.tests.get_mut(&line.k) else {
            // One that was never begun: it is told with those that were not reached.
            self.told.broken |= fails;
            return;
        };
        if line.skip {
            test.skipped += 1;
        } else if line.ok || line.todo {
            test.held += 1;
        } else {
            self.told.broken |= is_unended(line);
            let outcome = failed(line, drained, around);
            test.failed.get_or_insert(outcome);
        }
    }

    /// The test that runs: the last one that began and has not finished.
    fn running(&mut self) -> Option<&mut Test> {
        let open = |k: &&u64| self.tests.get(k).is_some_and(|test| !test.finished);
        let k = self.order.iter().rev().find(open).copied()?;
        self.tests.get_mut(&k)
    }

    fn loose(&mut self, line: &Line) {
        let stage = match (self.order.is_empty(), self.running().is_some()) {
            (true, _) => Stage::Load,
            (false, true) => Stage::Call,
            (false, false) => Stage::Teardown,
        };
        let thrown = line.error.clone().unwrap_or_default();
        let failure = thrown::failure(stage, &thrown, self.around);
        self.told.broken = true;
        match self.running() {
            Some(test) => {
                test.failed.get_or_insert(Outcome::Failed(failure));
            }
            None => self.told.loose.push(failure),
        }
    }

    /// Ends the running test.
    fn stop(&mut self, outcome: Outcome) {
        self.told.broken = true;
        let nothing_began = self.order.is_empty();
        match self.running() {
            Some(test) => {
                test.failed.get_or_insert(outcome);
            }
            None if nothing_began && outcome == Outcome::TimedOut => self.told.hung_at_load = true,
            None => {}
        }
    }

    /// Whether the file ended itself before any test began.
    fn nothing_ran(&self) -> bool {
        self.order.is_empty() && self.told.loose.is_empty() && !self.drained
    }

    fn ended_at_load(&mut self) {
        let words = "the process ended before its tests began";
        let failure = death(words, &Thrown::default(), self.around);
        self.told.broken = true;
        self.told.loose.push(failure);
    }

    fn unfinished(&mut self, exit: Exit) {
        let words = "the process ended inside the test";
        let failure = death(words, &Thrown::default(), self.around);
        match exit {
            Exit::TimedOut => self.stop(Outcome::TimedOut),
            Exit::Code(_) | Exit::Signal(_) if self.order.is_empty() => self.ended_at_load(),
            Exit::Code(_) | Exit::Signal(_) => self.stop(Outcome::Failed(failure)),
        }
    }

    fn finish(mut self) -> Told {
        for k in &self.order {
            let Some(test) = self.tests.get(k) else {
                continue;
            };
            let outcome = self.outcome(*k, test);
            if outcome == Outcome::NotReached && !self.told.broken {
                self.told.silent = Some(test.titles.join(" > "));
            }
            self.told.tests.push((test.titles.clone(), outcome, None));
        }
        self.told
    }

    fn outcome(&self, k: u64, test: &Test) -> Outcome {
        if test.skip {
            return Outcome::Skipped("skip".to_owned());
        }
        if test.todo {
            return Outcome::Skipped("todo".to_owned());
        }
        if let Some(failed) = &test.failed {
            return failed.clone();
        }
        if !test.finished {
            return Outcome::NotReached;
        }
        // tape has no depth limit, but a test that is its own ancestor cannot be.
        let below = self
            .order
            .iter()
            .filter(|inner| **inner != k && self.is_below(**inner, k));
        let mut held = test.held;
        for inner in below.filter_map(|inner| self.tests.get(inner)) {
            if let Some(failed) = inner.failed.as_ref().filter(|_| !inner.todo && !inner.skip) {
                return failed.clone();
            }
            held += inner.held;
        }
        match held {
            0 if test.skipped > 0 => Outcome::Skipped("every assertion is skipped".to_owned()),
            0 => Outcome::Skipped("it ran no assertion".to_owned()),
            _ => Outcome::Passed,
        }
    }

    fn is_below(&self, inner: u64, outer: u64) -> bool {
        let mut at = Some(inner);
        for _ in 0..64 {
            at = at.and_then(|k| self.tests.get(&k)?.up);
            if at == Some(outer) {
                return true;
            }
        }
        false
    }
}

fn is_unended(line: &Line) -> bool {
    let message = line
        .error
        .as_ref()
        .map_or("", |error| error.message.as_str());
    message.starts_with("test exited without ending")
}

fn failed(line: &Line, drained: bool, around: Around<'_>) -> Outcome {
    let thrown = line.error.clone().unwrap_or_default();
    let timed = thrown.message.rsplit_once(" timed out after ");
    let timed = timed.is_some_and(|(_, rest)| {
        let number = rest.strip_suffix("ms").unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    if timed || is_unended(line) && drained {
        return Outcome::TimedOut;
    }
    if is_unended(line) {
        return Outcome::Failed(death("the process ended inside the test", &thrown, around));
    }
    Outcome::Failed(thrown::failure(Stage::Call, &thrown, around))
}
