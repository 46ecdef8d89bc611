//! Blames a test for a process that was ended before its tests were over.

use super::{Course, End, last_words, top};
use crate::ask::{Ask, Exit};
use crate::go::canary::{self, Wanted};
use crate::go::command::Batch;
use crate::go::events::{Mark, Seen};
use crate::go::failure::{self, of_crash, stub_name};
use crate::go::trace::{Cause, Crash, crash};
use redgreen_core::evidence::TestSeen;
use redgreen_core::outcome::{Failure, FailureKind, Outcome, Stage};
use std::collections::BTreeSet;

impl Course {
    /// A process that was ended before its tests were over.
    pub(super) fn die(&mut self, ask: &Ask<'_>, seen: &Seen, end: &End<'_>) {
        self.deaths += 1;
        let crash = crash(&format!("{}\n{}", seen.all_text(), end.stderr));
        if seen.started.is_empty() {
            self.never_began(ask, seen, end, crash.as_ref());
            return;
        }
        if let Some(crash) = crash.as_ref().filter(|crash| crash.cause == Cause::TimeOut) {
            self.hang(ask, seen, (crash, end));
            return;
        }
        if let Some(Batch::One(name)) = end.batch {
            self.retried.insert(name.clone());
        }
        let running: Vec<String> = seen.running().into_iter().map(str::to_owned).collect();
        let culprit = self.culprit(&running, crash.as_ref(), end);
        if let Some(culprit) = culprit {
            let failure = self.death(ask, seen, (&culprit, crash.as_ref()), end);
            self.culprits.insert(top(&culprit).to_owned());
            let dead = running.iter().filter(|test| top(test) == top(&culprit));
            for test in dead
                .filter(|test| self.takes(test, end.batch))
                .collect::<Vec<_>>()
            {
                let outcome = Outcome::Failed(failure.clone());
                self.outcomes
                    .insert(test.clone(), TestSeen { outcome, ms: None });
            }
            self.unexplained = None;
        } else if running.is_empty() {
            // A test that panics is told as failed before the process dies of it.
            let last = seen.started.last().map_or("", String::as_str);
            self.culprits.insert(top(last).to_owned());
            let failed = |(mark, _): &(Mark, _)| *mark == Mark::Failed;
            if !seen.results.values().any(failed) {
                let words = last_words(&format!("{}\n{}", seen.text, end.stderr));
                let name = &self.package.import;
                let why = format!("the tests of {name} ended before their own summary: {words}");
                self.distrust(why);
            }
        } else {
            let names = running.join(", ");
            self.unexplained = Some(format!(
                "{} died while {names} ran, and none of them does so alone",
                self.package.import
            ));
            self.culprits
                .extend(running.iter().map(|test| top(test).to_owned()));
        }
    }

    /// The test that ended the process: the only one that ran, or the one on whose stack it died.
    fn culprit(&self, running: &[String], crash: Option<&Crash>, end: &End<'_>) -> Option<String> {
        let tops: BTreeSet<&str> = running.iter().map(|test| top(test)).collect();
        let innermost = |wanted: &str| {
            running
                .iter()
                .rev()
                .find(|test| top(test) == wanted)
                .cloned()
        };
        if let [only] = tops.iter().collect::<Vec<_>>().as_slice() {
            return innermost(only);
        }
        if let Some(Batch::One(name)) = end.batch {
            return innermost(top(name));
        }
        let named = crash.and_then(|crash| crash.test(&self.package.import))?;
        innermost(&named)
    }

    fn death(
        &self,
        ask: &Ask<'_>,
        seen: &Seen,
        (culprit, crash): (&str, Option<&Crash>),
        end: &End<'_>,
    ) -> Failure {
        let own = seen.texts.get(culprit).map_or("", String::as_str);
        let text = format!("{own}\n{}\n{}", seen.text, end.stderr);
        if let Some(crash) = crash {
            return match stub_name(&crash.message) {
                Some(_) => failure::failure(
                    ask,
                    &self.package.dir,
                    &format!("{}\n{}", seen.all_text(), end.stderr),
                ),
                None => of_crash(ask, crash),
            };
        }
        let words = last_words(&text);
        let how = match end.exit {
            Exit::Signal(signal) => {
                format!("the test process was ended by signal {signal}: {words}")
            }
            Exit::Code(_) | Exit::TimedOut => {
                format!("the test process ended inside the test: {words}")
            }
        };
        let kind = stub_name(&text).map_or(FailureKind::Death, FailureKind::Stub);
        Failure::new(Stage::Process, kind, &how)
    }

    /// The process ended before any test: what the package's own variables and `init` functions
    /// do hides all of its tests. Without a word of a crash, TestMain ended it.
    fn never_began(&mut self, ask: &Ask<'_>, seen: &Seen, end: &End<'_>, crash: Option<&Crash>) {
        let name = &self.package.import;
        let text = format!("{}\n{}", seen.text, end.stderr);
        if let Some(crash) = crash {
            let mut failure = match stub_name(&crash.message) {
                Some(_) => failure::failure(ask, &self.package.dir, &text),
                None => of_crash(ask, crash),
            };
            failure.stage = Stage::Load;
            self.hide(vec![failure]);
            return;
        }
        let is_asked_for_nothing =
            matches!(end.batch, Some(Batch::Several(names)) if names.is_empty());
        if is_asked_for_nothing {
            return;
        }
        let passed =
            seen.verdict == Some(Mark::Passed) || end.exit == Exit::Code(0) && end.batch.is_some();
        let why = if passed {
            canary::complaint(name, None, Wanted::Pass).unwrap_or_default()
        } else {
            format!("{name} ended before its first test: {}", last_words(&text))
        };
        self.distrust(why);
    }

    /// The time of the package was over. A test is a hang where it had its own limit and did not
    /// end; the others run again.
    fn hang(&mut self, ask: &Ask<'_>, seen: &Seen, (crash, end): (&Crash, &End<'_>)) {
        let limit = ask.test_limit_ms / 1000;
        let alone = matches!(end.batch, Some(Batch::One(_)));
        let long = |test: &str| {
            let ran = crash.running.iter().find(|(name, _)| name == test);
            alone || ran.is_some_and(|(_, seconds)| *seconds >= limit.max(1))
        };
        for test in seen.running() {
            if self.takes(test, end.batch) && long(top(test)) {
                let outcome = Outcome::TimedOut;
                self.outcomes
                    .insert(test.to_owned(), TestSeen { outcome, ms: None });
            }
            self.culprits.insert(top(test).to_owned());
        }
    }
}
