//! Takes what a build of a mutant session left behind, and makes builds for single mutants.

use super::super::build::Complaint;
use super::super::panic::located;
use super::super::session::Session;
use super::blame::{self, Reach};
use super::trials::{Phase, Trials};
use crate::mutate::LINE_HAS_SURVIVOR;
use crate::mutate::refusal::Refusal;
use crate::mutate::sharing;
use redgreen_core::evidence::Trouble;
use redgreen_core::mutant::{Fate, Operator};

/// Builds that may be made again without what the compiler refused.
const ROUNDS: usize = 3;
/// Mutants that have a build of their own.
const ALONE: usize = 8;
/// The longest that all tests may take for a mutant with a build of its own, in milliseconds:
/// nothing tells which of them run over it.
const ALONE_MS: u64 = 20_000;

impl Trials<'_> {
    /// Takes a finished build: what the compiler refused is left out of the next one.
    pub(super) fn take_build(&mut self) {
        let built = &self.session.built;
        let path_of = |file: &str| located(self.ask, file, 1).path;
        let named = blame::files(&built.complaints, path_of);
        let ours = named.iter().any(|path| self.written.contains_key(path));
        if !ours {
            if built.tests.is_empty() {
                let first = built.complaints.first();
                let why = first.map_or_else(|| built.why(), |first| blame::said(&first.message));
                self.trouble = Some(Trouble::CouldNotRun { why });
            }
            return;
        }
        if self.rounds == ROUNDS {
            self.trouble = Some(self.unbuildable(&built.complaints));
            return;
        }
        self.rounds += 1;
        let reach = if self.rounds == ROUNDS {
            Reach::Function
        } else {
            Reach::Near
        };
        let news = blame::blamed(
            &built.complaints,
            (&self.plan, &self.written),
            reach,
            path_of,
        );
        let is_new = |index: &&usize| !self.dropped.mutants.contains_key(*index);
        let new_lints = !news.lints.is_subset(&self.dropped.lints);
        if news.mutants.keys().find(is_new).is_none() && !new_lints {
            self.trouble = Some(self.unbuildable(&built.complaints));
            return;
        }
        for (index, refusal) in news.mutants {
            let refusal = self.softened(index, refusal);
            let has_place = self.waiting.len() < ALONE && !self.waiting.contains(&index);
            if has_place && self.is_worth_a_build(index, &refusal) {
                self.waiting.insert(0, index);
            }
            self.dropped.mutants.entry(index).or_insert(refusal);
        }
        self.dropped.lints.extend(news.lints);
        self.write();
        self.refuse();
        self.session = Session::bare(self.ask);
    }

    fn unbuildable(&self, complaints: &[Complaint]) -> Trouble {
        let said = complaints.first().map(|first| {
            let span = first.message.spans.iter().find(|span| span.is_primary);
            let at = span.map_or_else(String::new, |span| {
                format!(" at {}:{}", span.file_name, span.line_start)
            });
            format!("{}{at}", blame::said(&first.message))
        });
        let said = said.unwrap_or_else(|| self.session.built.why());
        Trouble::CouldNotRun {
            why: format!("the build with all mutants in it fails: {said}"),
        }
    }
}

impl Trials<'_> {
    /// Chooses the mutants that have a build of their own. A comment is not worth one.
    pub(super) fn queue_alone(&mut self) {
        let refused = self.plan.refused.iter();
        let worth = refused.filter(|(index, refusal)| self.is_worth_a_build(**index, refusal));
        self.waiting = worth.map(|(index, _)| *index).take(ALONE).collect();
        self.waiting.reverse();
    }

    /// What is said of a mutant that has no build of its own.
    pub(super) fn refused(&self, index: usize, refusal: &Refusal) -> Fate {
        if self.is_worth_a_build(index, refusal) {
            return refusal.without_build(&format!("only {ALONE} get a build of their own"));
        }
        refusal.fate()
    }

    fn is_worth_a_build(&self, index: usize, refusal: &Refusal) -> bool {
        let mutant = &self.asked.mutants[index];
        let head = self.asked.texts.get(&mutant.path);
        let applied = head.and_then(|text| mutant.applied(text));
        let may_compile = match refusal {
            Refusal::Fixed(_) => true,
            Refusal::Hopeless(_) => false,
        };
        may_compile && mutant.operator != Operator::NoOp && applied.is_some()
    }

    /// The two ranges of one place must be of one type, which in head they need not be.
    fn softened(&self, index: usize, refusal: Refusal) -> Refusal {
        let is_range = self.asked.mutants[index].operator == Operator::Collection;
        match refusal {
            Refusal::Hopeless(said) if is_range => Refusal::Fixed(said),
            Refusal::Hopeless(_) | Refusal::Fixed(_) => refusal,
        }
    }

    /// Goes on to the next mutant that waits for a build of its own.
    pub(super) fn begin_alone(&mut self) {
        let Some(index) = self.waiting.pop() else {
            self.phase = Phase::Done;
            return;
        };
        let ms: u64 = self.tests.iter().map(|test| test.ms).sum();
        self.phase = Phase::Alone(index);
        self.session = Session::bare(self.ask);
        if ms > ALONE_MS || self.tests.is_empty() {
            let refused = self.plan.refused.get(&index);
            if let Some(refusal) = refused.or(self.dropped.mutants.get(&index)) {
                let because = "its tests take too long for a build of its own";
                self.trials[index].settle(&refusal.without_build(because));
            }
        } else if sharing::has_survivor(self.asked.mutants, &self.trials, index) {
            self.trials[index].settle(&Fate::Skipped(LINE_HAS_SURVIVOR.to_owned()));
        }
    }

    /// Takes the build of one mutant. What stops a build here and not that of head is the mutant.
    pub(super) fn take_build_alone(&mut self, index: usize) {
        let built = &self.session.built;
        let lost = self
            .tests
            .iter()
            .any(|test| self.session.artifact(test.home).is_none());
        if lost {
            let first = built.complaints.first();
            let said = first.map_or_else(|| built.why(), |first| blame::said(&first.message));
            self.trials[index].settle(&Fate::Unviable(said));
            return;
        }
        self.give(index, |_| true);
    }
}
