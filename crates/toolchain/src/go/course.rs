//! Follows the tests of one package through the processes of a run.
//!
//! A process that dies or hangs takes the package's other tests with it. The test that did it gets
//! its end from the words of the process; those without an end run again, without it.

mod death;

use super::canary::{self, Wanted};
use super::command::Batch;
use super::events::{Mark, Seen};
use super::failure;
use super::listing::Package;
use super::place::prefix;
use super::trace::crash;
use crate::ask::{Ask, Exit};
use redgreen_core::evidence::{Diagnostic, TestSeen, Trouble};
use redgreen_core::outcome::{Failure, Outcome};
use std::collections::{BTreeMap, BTreeSet};

/// How often a package may die before the rest of it is given up.
const DEATHS: usize = 100;

/// What is known of the tests of one package so far. Tests are named without their package.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) package: Package,
    /// The tests and cases that were asked for; nothing where all were.
    pub(super) wanted: Option<Vec<String>>,
    /// The top-level tests of the built binary.
    pub(super) listed: Option<Vec<String>>,
    pub(super) outcomes: BTreeMap<String, TestSeen>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) trouble: Option<Trouble>,
    /// Whether the canary ran and passed.
    pub(super) canary_passed: bool,
    /// Whether the test binary was built for runs of single tests.
    pub(super) is_built: bool,
    deaths: usize,
    /// Top-level tests that ended a process.
    culprits: BTreeSet<String>,
    /// A death that no test could be blamed for yet.
    unexplained: Option<String>,
    /// Cases that already had a process of their own.
    retried: BTreeSet<String>,
}

/// The top-level test of a case.
pub(super) fn top(test: &str) -> &str {
    test.split('/').next().unwrap_or(test)
}

fn is_below(test: &str, of: &str) -> bool {
    test.strip_prefix(of)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// The end of one process with tests of a package.
pub(super) struct End<'e> {
    pub(super) exit: Exit,
    /// What it printed beside its events.
    pub(super) stderr: &'e str,
    /// Which tests it was told to run; nothing for all that were asked for.
    pub(super) batch: Option<&'e Batch>,
}

impl Course {
    /// A package of which nothing is known.
    pub(super) fn new(package: Package, wanted: Option<Vec<String>>) -> Self {
        Self {
            package,
            wanted,
            listed: None,
            outcomes: BTreeMap::new(),
            diagnostics: Vec::new(),
            trouble: None,
            canary_passed: false,
            is_built: false,
            deaths: 0,
            culprits: BTreeSet::new(),
            unexplained: None,
            retried: BTreeSet::new(),
        }
    }

    /// The top-level tests that were asked for, each once; nothing where all were.
    pub(super) fn wanted_tops(&self) -> Option<Vec<String>> {
        let names: BTreeSet<&str> = self.wanted.as_ref()?.iter().map(|test| top(test)).collect();
        Some(names.into_iter().map(str::to_owned).collect())
    }

    /// Hides every test of the package behind what kept it from being built.
    pub(super) fn hide(&mut self, failures: Vec<Failure>) {
        let hides = prefix(&self.package.dir);
        let hide = |failure| Diagnostic {
            failure,
            hides: hides.clone(),
        };
        self.diagnostics.extend(failures.into_iter().map(hide));
    }

    /// Whether an outcome of `test` in a process with `batch` is one that was asked for.
    fn takes(&self, test: &str, batch: Option<&Batch>) -> bool {
        if canary::is_canary(test) || self.outcomes.contains_key(test) {
            return false;
        }
        let wanted = |test: &str| {
            self.wanted.as_ref().is_none_or(|wanted| {
                wanted
                    .iter()
                    .any(|asked| asked == test || is_below(test, asked))
            })
        };
        match batch {
            None => wanted(test),
            Some(Batch::Several(names)) => {
                wanted(test) && names.iter().any(|name| name == top(test))
            }
            Some(Batch::One(name)) => {
                let own = |asked: &String| asked == test;
                let asked_itself = self.wanted.as_ref().is_some_and(|all| all.iter().any(own));
                test == name || (is_below(test, name) && !asked_itself)
            }
        }
    }

    /// Takes what one process shows.
    pub(super) fn take(&mut self, ask: &Ask<'_>, seen: &Seen, end: &End<'_>) {
        if let Some(test) = &seen.contradiction {
            self.distrust(format!("{} ended twice, in two ways", self.name(test)));
        }
        for (test, (mark, ms)) in &seen.results {
            if self.takes(test, end.batch) {
                let outcome = self.outcome(ask, seen, (test, *mark), end);
                self.outcomes
                    .insert(test.clone(), TestSeen { outcome, ms: *ms });
            }
        }
        if end.exit == Exit::TimedOut {
            self.trouble.get_or_insert(Trouble::Hung { limit_ms: 0 });
        } else if seen.closed {
            self.close(ask, seen, end);
        } else {
            self.die(ask, seen, end);
        }
    }

    fn name(&self, test: &str) -> String {
        format!("{}{test}", prefix(&self.package.dir))
    }

    pub(super) fn distrust(&mut self, why: String) {
        self.trouble.get_or_insert(Trouble::Inconsistent { why });
    }

    fn outcome(
        &self,
        ask: &Ask<'_>,
        seen: &Seen,
        (test, mark): (&str, Mark),
        end: &End<'_>,
    ) -> Outcome {
        let dir = &self.package.dir;
        let text = seen.texts.get(test).map_or("", String::as_str);
        match mark {
            Mark::Passed => Outcome::Passed,
            Mark::Skipped => Outcome::Skipped(failure::skip_reason(ask, dir, text)),
            Mark::Failed => {
                let below = seen.failed_case(test);
                let deeper = below.map(|below| self.outcome(ask, seen, (below, Mark::Failed), end));
                deeper.unwrap_or_else(|| {
                    let text = self.whole_text(seen, test, text, end);
                    Outcome::Failed(failure::failure(ask, dir, &text))
                })
            }
        }
    }

    /// What a failed test printed, with the words of a process that died right behind it: an
    /// example has its end before its panic is told, a case's panic is told behind the end of the
    /// test around it, and a binary panics on standard error.
    fn whole_text(&self, seen: &Seen, test: &str, text: &str, end: &End<'_>) -> String {
        let is_last = seen
            .started
            .last()
            .is_some_and(|last| last == test || is_below(last, test));
        if seen.closed || !is_last || crash(text).is_some() {
            return text.to_owned();
        }
        let around = seen.texts.iter().filter(|(other, _)| is_below(test, other));
        let around: String = around.map(|(_, text)| text.as_str()).collect();
        format!("{text}{around}{}{}", seen.text, end.stderr)
    }

    /// A process that came to its own end.
    fn close(&mut self, ask: &Ask<'_>, seen: &Seen, end: &End<'_>) {
        let name = &self.package.import;
        let alone = matches!(end.batch, Some(Batch::One(_)));
        if !alone && !self.package.name.is_empty() {
            let carrier = seen.results.get(&canary::carrier(ask.nonce));
            let carrier = carrier.map(|(mark, _)| match mark {
                Mark::Passed => Outcome::Passed,
                Mark::Failed | Mark::Skipped => Outcome::NotReached,
            });
            match canary::complaint(name, carrier.as_ref(), Wanted::Pass) {
                Some(why) => self.distrust(why),
                None => self.canary_passed = true,
            }
        }
        let name = self.package.import.clone();
        let failed = seen.results.values().any(|(mark, _)| *mark == Mark::Failed);
        let says_failed = match end.batch {
            Some(_) => end.exit != Exit::Code(0),
            None => seen.verdict == Some(Mark::Failed),
        };
        match (failed, says_failed) {
            (true, false) => self.distrust(format!(
                "a test of {name} failed, and its process ended as if none had"
            )),
            (false, true) => {
                let words = last_words(&format!("{}\n{}", seen.text, end.stderr));
                self.distrust(format!(
                    "{name} failed although none of its tests did: {words}"
                ));
            }
            (true, true) | (false, false) => {}
        }
        if let Some(open) = seen.running().first() {
            let open = self.name(open);
            self.distrust(format!(
                "{open} began and has no end, and its process came to its own"
            ));
        }
    }

    /// What has to run again, given that a process of the package ended too early.
    pub(super) fn rest(&mut self) -> Vec<Batch> {
        let wanted = self.wanted.clone().or_else(|| self.listed.clone());
        let all = wanted.unwrap_or_default();
        let listed = self.listed.clone().unwrap_or_default();
        let is_open = |test: &&String| {
            !self.outcomes.contains_key(test.as_str())
                && !canary::is_canary(test)
                && !self.retried.contains(test.as_str())
                && listed.iter().any(|known| known == top(test))
        };
        let open: Vec<String> = all.iter().filter(is_open).cloned().collect();
        if self.deaths > DEATHS {
            for test in open {
                let (outcome, ms) = (Outcome::NotReached, None);
                self.outcomes.insert(test, TestSeen { outcome, ms });
            }
            return Vec::new();
        }
        let (alone, together): (Vec<String>, Vec<String>) = open
            .into_iter()
            .partition(|test| self.culprits.contains(top(test)));
        let mut batches: Vec<Batch> = Vec::new();
        let tops: BTreeSet<String> = together.iter().map(|test| top(test).to_owned()).collect();
        if !tops.is_empty() {
            batches.push(Batch::Several(tops.into_iter().collect()));
        }
        self.retried.extend(alone.iter().cloned());
        batches.extend(alone.into_iter().map(Batch::One));
        batches
    }

    /// Each asked test with a process of its own.
    pub(super) fn each(&self) -> Vec<Batch> {
        let listed = self.listed.clone().unwrap_or_default();
        let all = self.wanted.clone().unwrap_or_else(|| listed.clone());
        let there = |test: &String| {
            !canary::is_canary(test) && listed.iter().any(|known| known == top(test))
        };
        all.into_iter().filter(there).map(Batch::One).collect()
    }

    /// Whether a process of the package ended too early since the last call.
    pub(super) fn has_died(&self) -> bool {
        self.deaths > 0 && self.diagnostics.is_empty() && self.trouble.is_none()
    }

    /// What cannot be believed of this package, once all its processes ended.
    pub(super) fn complaint(&self) -> Option<Trouble> {
        let unexplained = self.unexplained.clone();
        let unexplained = unexplained.map(|why| Trouble::Inconsistent { why });
        self.trouble.clone().or(unexplained)
    }
}

/// The last line of a text that says something.
fn last_words(text: &str) -> String {
    let own = |line: &&str| {
        let line = line.trim();
        !line.is_empty()
            && !line.starts_with("FAIL")
            && !line.starts_with("ok  \t")
            && line != "PASS"
    };
    let last = text.lines().rev().find(own).unwrap_or("it said nothing");
    last.trim().chars().take(300).collect()
}
