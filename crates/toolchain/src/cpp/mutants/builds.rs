//! Builds the programs of a mutant session, without what the compiler refused, and makes builds
//! for single mutants.

use super::super::command;
use super::super::diagnose::plain;
use super::super::report::cannot_configure;
use super::super::session;
use super::blame::{self, Made, Reach};
use super::trials::{Phase, Step, Trials};
use crate::ask::{Exit, Invocation, RawOutput};
use crate::mutate::LINE_HAS_SURVIVOR;
use crate::mutate::refusal::{self, Refusal};
use crate::mutate::sharing;
use redgreen_core::evidence::Trouble;
use redgreen_core::mutant::Fate;
use std::collections::BTreeSet;

/// Builds that may be made again without what the compiler refused.
const ROUNDS: usize = 3;
/// Mutants that have a build of their own.
const ALONE: usize = 24;

/// All that a build printed.
fn said(output: &RawOutput) -> String {
    let said = [&output.stdout, &output.stderr];
    plain(
        &said
            .map(|text| String::from_utf8_lossy(text).into_owned())
            .join("\n"),
    )
}

/// Why a build failed.
pub(super) fn why(output: &RawOutput) -> String {
    let text = said(output);
    let mut complaints = blame::complaints(&text).into_iter();
    let first = complaints.find(|one| one.is_error).map(|one| one.words);
    let line = || {
        let line = text.lines().find(|line| line.contains("error"));
        line.map(|line| line.trim().to_owned())
    };
    let why = first.or_else(line);
    why.unwrap_or_else(|| "the build failed without a word".to_owned())
}

impl<'a> Trials<'a> {
    /// What a step of a plain run left behind. A build that fails by mutants is made again without
    /// them; one that fails by itself goes on with the programs that it can build.
    pub(super) fn take_prepared(&mut self, output: &'a RawOutput) {
        let is_build = self.session.front() == Some(&session::Step::Build);
        let could_not = |why: String| Some(Trouble::CouldNotRun { why });
        if is_build && output.exit == Exit::TimedOut {
            let why = "the build with all mutants in it took longer than there was time";
            self.trouble = could_not(why.to_owned());
            return;
        }
        if is_build && output.exit != Exit::Code(0) {
            let is_news = self.drop_blamed(output);
            if is_news && self.rounds < ROUNDS {
                self.rounds += 1;
                return;
            }
            if is_news {
                let why = why(output);
                let why = format!("the build with all mutants in it fails: {why}");
                self.trouble = could_not(why);
                return;
            }
        }
        self.session.take_next(output);
    }

    /// Leaves out what the compiler refused; `false` where that is nothing new.
    fn drop_blamed(&mut self, output: &RawOutput) -> bool {
        let complaints = blame::complaints(&said(output));
        let made = Made {
            plan: &self.plan,
            mutants: self.asked.mutants,
            texts: self.asked.texts,
            dropped: &self.dropped,
        };
        let reach = match self.rounds + 1 >= ROUNDS {
            true => Reach::Function,
            false => Reach::Near,
        };
        let known = |index: &usize| self.dropped.contains_key(index);
        let mut news = blame::blamed(self.ask, &complaints, &made, reach);
        if news.keys().all(known) {
            news = blame::blamed(self.ask, &complaints, &made, Reach::Function);
        }
        let is_news = !news.keys().all(known);
        for (index, refusal) in news {
            self.dropped.entry(index).or_insert(refusal);
        }
        is_news
    }

    /// After the last step before the tests.
    pub(super) fn conclude_build(&mut self) {
        let session = &self.session;
        let could_not = |why: String| Some(Trouble::CouldNotRun { why });
        self.trouble = session.trouble.clone();
        if let Some(log) = &session.unconfigured {
            self.trouble = Some(cannot_configure(log));
        }
        if self.trouble.is_none() && session.entries.is_empty() {
            self.trouble = could_not("the build with all mutants in it has no tests".to_owned());
        }
        if session.unbuilt.is_some() {
            let what = "tests of programs that cannot be built, with mutants or without";
            self.unfit.push(what.to_owned());
        }
        self.phase = Phase::Tracing;
        self.steps = self.traces();
    }

    /// Chooses the mutants that have a build of their own. A comment is not worth one.
    pub(super) fn queue_alone(&mut self) {
        let planned = self.plan.refused.iter();
        let planned = planned.map(|(index, why)| (*index, Refusal::Fixed(why.clone())));
        let dropped = self.dropped.iter();
        let dropped = dropped.map(|(index, refusal)| (*index, refusal.clone()));
        let refused = planned.chain(dropped).collect();
        let most = match self.session.unbuilt {
            None => ALONE,
            Some(_) => 0,
        };
        let (waiting, rest) = refusal::apart(self.asked.mutants, refused, most);
        self.waiting = waiting;
        for (index, fate) in rest {
            self.trials[index].settle(&fate);
        }
    }

    /// Goes on to the next mutant that waits for a build of its own.
    pub(super) fn begin_alone(&mut self) {
        let Some(index) = self.waiting.pop() else {
            self.phase = Phase::Done;
            return;
        };
        self.phase = Phase::Alone(index);
        self.refusal = None;
        if sharing::has_survivor(self.asked.mutants, &self.trials, index) {
            let why = LINE_HAS_SURVIVOR.to_owned();
            self.trials[index].settle(&Fate::Skipped(why));
            return;
        }
        self.choose_alone(index);
        if !self.trials[index].chunks.is_empty() {
            self.steps = vec![Step::Build];
        }
    }

    /// Builds the programs of the tests that run over the mutant with a build of its own.
    pub(super) fn build_alone(&self) -> Invocation {
        let mut invocation = command::build(&self.session);
        let chunks = match self.phase {
            Phase::Alone(index) => self.trials[index].chunks.as_slice(),
            Phase::Building | Phase::Tracing | Phase::Trying | Phase::Done => &[],
        };
        let entries = chunks.iter().flat_map(|chunk| self.entries(chunk));
        let mut targets = BTreeSet::new();
        for entry in entries {
            let listed = &self.session.tests[self.session.entries[entry].listed];
            let program = listed.command.first();
            let Some(maker) = program.and_then(|one| self.session.model.maker(one)) else {
                // A script may start any program.
                return invocation;
            };
            targets.insert(maker.name.clone());
            // What the test is told to start.
            let mut words = listed.command.clone();
            words.extend(listed.strings("ENVIRONMENT"));
            let named = |artifact: &String| words.iter().any(|word| word.contains(artifact));
            let all = self.session.model.targets.iter();
            let started = all.filter(|one| one.artifacts.iter().any(named));
            targets.extend(started.map(|one| one.name.clone()));
        }
        let place = invocation.argv.iter().position(|word| word == "--parallel");
        if let Some(place) = place.filter(|_| !targets.is_empty()) {
            let words = std::iter::once("--target".to_owned()).chain(targets);
            invocation.argv.splice(place..place, words);
        }
        invocation
    }

    pub(super) fn owe_alone(&mut self, index: usize) {
        if let Some(why) = self.refusal.take_if(|why| !why.is_empty()) {
            self.trials[index].settle(&Fate::Unviable(why));
        }
        if self.trials[index].by_any.is_some() {
            self.begin_alone();
        } else {
            self.steps = vec![Step::Try(index)];
        }
    }
}
